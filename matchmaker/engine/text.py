"""One analyzer for full-text search and for matching.

Whatever is indexed and whatever is asked goes through `tokens`, so that a search box and the matcher agree on what a
word is. Latin words lose their accents and a plural s; numbers stay with their unit ("5 kg" and "5kg" are one token);
models stay whole and come in parts too; Chinese gives words and two-character pieces, so that a two-character query
finds a four-character word; Japanese, Korean and Thai give two-character pieces.
"""

import functools
import re
import unicodedata
from typing import Any

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff\u31f0-\u31ff]")),
    ("ko", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("zh", re.compile(f"[{HAN}]")),
    ("ru", re.compile("[\u0400-\u052f]")),
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("latin", re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_UNITS = ("kg|g|mg|t|lb|oz|l|ml|cl|m|cm|mm|km|nm|w|kw|mw|v|kv|a|ma|hp|hz|khz|mhz|ghz|bar|psi|pcs|pc|ctn|ctns|ft|inch|"
          "rpm|h|°c|℃|%|‰|μm|µm")
_NUMBER = r"\d+(?:[.,]\d+)*"
_TOKEN = re.compile(
    rf"(?P<measure>{_NUMBER})\s?(?P<unit>(?:{_UNITS}))(?![a-z0-9])"
    rf"|(?P<word>[a-z0-9\u00df-\u024f\u1e00-\u1eff]+(?:[-./'’+&][a-z0-9\u00df-\u024f]+)*)"
    rf"|(?P<han>[{HAN}]+)"
    r"|(?P<pieces>[\u3040-\u30ff\u31f0-\u31ff]+|[\uac00-\ud7af\u1100-\u11ff\u3130-\u318f]+|[\u0e00-\u0e7f]+)"
    r"|(?P<other>[^\W_]+)"
)
_PARTS = re.compile(r"[a-z]+\d+[a-z0-9]*|\d+[a-z]+[a-z0-9]*|[^\W\d_]+|\d+")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "ps", "dv", "yi", "ku", "sd", "ug"})
MAX_CHARS = 20_000  # a sheet never says more; beyond it hostile input would only cost time


@functools.lru_cache(1)
def _converter() -> tuple[Any, re.Pattern[str]]:
    """OpenCC's converter, which is slow, and a pattern that finds nothing in what it would leave as it is."""
    from opencc import OpenCC

    converter = OpenCC("t2s")
    changed = {key: value for *_, known in converter.dict_cache.values() for key, value in known.items() if key != value}
    signs = {key for key in changed if len(key) == 1}
    for key, value in changed.items():
        if signs.isdisjoint(key):  # 沈船 is written 沉船: the character that goes tells it, a surname otherwise
            signs |= set(key) - set(value) or set(key)
    return converter, re.compile(f"[{re.escape(''.join(sorted(signs)))}]")


def simplified(text: str) -> str:
    """Traditional Chinese characters as simplified ones; anything else unchanged."""
    if text.isascii():
        return text
    converter, traditional = _converter()
    return converter.convert(text) if traditional.search(text) else text


def clean(text: str) -> str:
    """Compatibility forms folded (NFKC), invisible and control characters gone, white space single."""
    text = (text or "")[:MAX_CHARS]
    if text.isascii():
        return " ".join((text if text.isprintable() else _CONTROL.sub("", text)).split())
    folded = _SURROGATES.sub(" ", unicodedata.normalize("NFKC", text))
    return " ".join(_CONTROL.sub("", folded).split())


def normalize(text: str) -> str:
    """`clean`, lower case, simplified characters: the form that is compared and indexed."""
    return simplified(clean(text).lower())


def fold_accents(text: str) -> str:
    """Latin letters without their accents (é as e, ß as ss); other scripts keep theirs."""
    if text.isascii():
        return text
    out = []
    for char in text.replace("ß", "ss").replace("ø", "o").replace("œ", "oe").replace("æ", "ae").replace("ł", "l"):
        base = unicodedata.normalize("NFKD", char)
        out.append(base[0] if base[0].isascii() and base[0].isalpha() else char)
    return "".join(out)


def singular(word: str) -> str:
    """A Latin word without its plural ending: cherries as cherry, boxes as box, machines as machine."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")) or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1]


def _pieces(run: str) -> list[str]:
    return [run[i:i + 2] for i in range(len(run) - 1)] if len(run) > 1 else [run]


@functools.lru_cache(1)
def _segmenter() -> Any:
    import rjieba

    return rjieba


def chinese_words(run: str) -> list[str]:
    """The words of a run of simplified Chinese characters, in order."""
    return _segmenter().cut(run)


@functools.lru_cache(100_000)
def _word_tokens(word: str) -> tuple[str, ...]:
    word = fold_accents(word).replace("’", "'")
    parts = [singular(part) for part in _PARTS.findall(word)]
    if len(parts) < 2:
        return tuple(parts) or (word,)
    return (word, *parts)


def tokens(text: str) -> list[str]:
    """The words of a text in any script, in order, for an index, for a query and for word overlap."""
    out: list[str] = []
    for match in _TOKEN.finditer(_ARABIC_MARKS.sub("", normalize(text))):
        kind, value = match.lastgroup, match.group()
        if kind == "unit":
            out.append(_THOUSANDS.sub("", match["measure"]).replace(",", ".") + match["unit"].replace("µ", "μ"))
        elif kind == "word":
            out.extend(_word_tokens(value))
        elif kind == "han":
            words = chinese_words(value)
            out.extend(words)
            out.extend(piece for piece in _pieces(value) if piece not in words)
        elif kind == "pieces":
            out.extend(_pieces(value))
        else:
            out.append(value)
    return out


def script_language(text: str) -> str:
    """The language that the script tells, by the share of its characters: zh, ja, ko, ru, ar, he, th, el, hi, or `latin`.

    Kana decide for Japanese however many Han characters there are, unless kana are a rare guest in a Chinese text.
    A text without letters is `latin`.
    """
    if text.isascii():
        return "latin"
    counts: dict[str, float] = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS}
    if counts["ja"] * 8 >= counts["zh"] and counts["ja"] > 1:
        counts["ja"] += counts["zh"]
        counts["zh"] = 0
    counts["latin"] *= 0.4  # brands and units stand in every language; a Chinese character says more than a letter
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "latin"


@functools.lru_cache(1)
def _identifier() -> Any:
    import py3langid

    py3langid.set_languages(["en", "fr", "es", "de", "it", "pt", "nl", "pl", "tr", "vi", "id", "ru", "uk", "ar", "fa",
                             "sv", "da", "fi", "cs", "hu", "ro"])
    return py3langid


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language: by script where that is enough, else by py3langid; `en` when nothing tells."""
    script = script_language(text)
    if script not in ("latin", "ru", "ar"):
        return script
    sample = clean(text)[:2000]
    if not any(char.isalpha() for char in sample):
        return "en"
    found = _identifier().classify(sample)[0]
    families = {"ru": ("ru", "uk"), "ar": ("ar", "fa")}
    if script in families:
        return found if found in families[script] else script
    return found if found not in ("ru", "uk", "ar", "fa") else "en"


def text_direction(lang: str) -> str:
    """`rtl` for languages written from right to left, else `ltr`; for the dir attribute."""
    return "rtl" if (lang or "").split("-")[0].split("_")[0].lower() in _RIGHT_TO_LEFT else "ltr"
