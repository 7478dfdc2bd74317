"""The base of all forms: CSRF, trimmed text, and refusals of verbs shown at their field."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, PasswordField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import DataRequired, InputRequired

from ..errors import Problem


def strip(value: Any) -> Any:
    """Trim text and drop NUL, which no database takes."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class Form(FlaskForm):
    """Trims what people type. ``refuse`` puts a ``Problem`` of a verb at its field; ``status`` is what the page answers."""

    refused_with = 422

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: "Form", unbound_field: Any, options: dict[str, Any]) -> Field:
            filters = list(unbound_field.kwargs.get("filters", ()))
            if not issubclass(unbound_field.field_class, PasswordField | FieldList | FormField):  # the last two take no filters
                filters.append(strip)
            return unbound_field.bind(form=form, filters=filters, **options)

    def refuse(self, problem: Problem) -> None:
        """Show ``problem`` at its field, or above the form when it names none."""
        self.refused_with = problem.status
        field = getattr(self, problem.field, None) if problem.field else None
        if isinstance(field, Field):
            field.errors = [*field.errors, str(problem)]
        else:
            self.form_errors.append(str(problem))

    @property
    def status(self) -> int:
        """The status of a page with this form: 200, 422 for bad input, or that of the refusal (409, 429)."""
        return self.refused_with if self.errors else 200


def required(message: Any = None) -> DataRequired:
    """Return the validator of a field that must be filled."""
    return DataRequired(message or _l("Please fill this in."))


def chosen(message: Any = None) -> InputRequired:
    """Return the validator of a choice that must be made."""
    return InputRequired(message or _l("Please choose."))


def obeys(rule: Any) -> Any:
    """Return a validator that calls ``rule(value)`` and shows its ``Problem`` at the field. Rules are written once, in ``rules.py``."""

    def validate(_form: Form, field: Field) -> None:
        if field.data not in (None, ""):
            try:
                rule(field.data)
            except Problem as problem:
                raise ValidationError(str(problem)) from problem

    return validate
