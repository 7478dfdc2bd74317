"""The door to the shipped reference files in ``data/``."""
import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def read(name: str) -> Any:
    """The content of ``data/<name>.json``, read once. Callers must not change it."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def is_chinese(lang: object) -> bool:
    """Whether a language code or a Babel locale (``zh``, ``zh_Hans_CN``, ``zh-CN``) is Chinese."""
    return str(lang).lower().startswith("zh")


def pick(en: str, zh: str, lang: object) -> str:
    """The text for the reader's language: Chinese for Chinese readers, English for all others."""
    return zh if is_chinese(lang) else en


@cache
def sources(lang: object = "en") -> dict[str, str]:
    """What each source code stands for, to be printed beside a figure. Addresses and citations are the same in both languages."""
    return {row["code"]: pick(row["title"], row.get("zh", row["title"]), lang) for row in read("sources")["rows"]}
