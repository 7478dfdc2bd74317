"""What reading a text gives: fields with the words they stand on."""

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["read", "guessed"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Field:
    """One value and the words that say it. ``read``: the words say it; ``guessed``: we conclude it, and ``why`` says from what.

    ``start`` and ``end`` count characters of the original text; ``also`` are further places of a value that is said in several.
    ``value`` has the shape of the column: Decimal, date, text, or lists of them.
    """

    name: str
    value: Any
    state: State
    start: int
    end: int
    why: str
    also: tuple[Span, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """All places of the text that say it."""
        return ((self.start, self.end), *self.also)


@dataclass(frozen=True, slots=True)
class Reading:
    """The fields found in a text; what it does not say is absent."""

    fields: tuple[Field, ...]
    lang: str

    def get(self, name: str) -> Field | None:
        """Return the field of that name, None when the text does not say it."""
        return next((field for field in self.fields if field.name == name), None)

    def values(self) -> dict[str, Any]:
        """Return {name: value}."""
        return {field.name: field.value for field in self.fields}


def over(name: str, value: Any, spans: list[Span], state: State, why: str) -> Field:
    """Return a field that several places say; the first is its own span."""
    ordered = sorted(set(spans))
    return Field(name, value, state, *ordered[0], why, tuple(ordered[1:]))
