"""Both languages are complete: every string of the code and the templates has its Chinese, with the same placeholders."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CATALOG = ROOT / "matchmaker" / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
DATA = ROOT / "matchmaker" / "trade" / "data"
KEYWORDS = ("_l", "N_", "lazy_gettext", "ngettext:1,2")


def ids(message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    target = tmp_path_factory.mktemp("babel") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "-o", str(target)]
    command += ["--ignore-dirs", ".*"]  # by itself it would pass over _parts
    for keyword in KEYWORDS:
        command += ["-k", keyword]
    subprocess.run([*command, "matchmaker", "templates"], cwd=ROOT, check=True)
    with target.open("rb") as file:
        return {ids(message) for message in read_po(file) if message.id}


@pytest.fixture(scope="module")
def chinese():
    with CATALOG.open("rb") as file:
        return {ids(message): message for message in read_po(file, locale="zh_Hans_CN") if message.id}


def test_no_string_is_missing_in_chinese(extracted, chinese):
    missing = [key for key in extracted if key not in chinese or not all(_strings(chinese[key]))]
    assert missing == []


def test_the_catalog_holds_nothing_that_is_not_used(extracted, chinese):
    assert [key for key in chinese if key not in extracted] == []


def test_nothing_is_fuzzy(chinese):
    assert [key for key, message in chinese.items() if message.fuzzy] == []


HAN = "\u3400-\u4dbf\u4e00-\u9fff"
HALF_WIDTH = re.compile(rf"[{HAN}][,;:!?()][{HAN}]")


def test_chinese_has_chinese_punctuation(chinese):
    assert [text for message in chinese.values() for text in _strings(message) if HALF_WIDTH.search(text)] == []


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.json")), ids=lambda path: path.stem)
def test_chinese_of_the_data_has_chinese_punctuation(path):
    assert [match[0] for match in re.finditer(rf".{{0,9}}{HALF_WIDTH.pattern}.{{0,9}}", path.read_text(encoding="utf-8"))] == []


def test_placeholders_are_the_same(chinese):
    wrong = []
    for key, message in chinese.items():
        allowed = {name for text in key for name in _placeholders(text)}
        wrong += [key for text in _strings(message) if not _placeholders(text) <= allowed]
        if len(key) == 1 and _placeholders(key[0]) != _placeholders(_strings(message)[0]):
            wrong.append(key)
    assert wrong == []


def test_no_text_has_a_bare_percent_sign(chinese):
    """Templates fill every text with %, so a bare one is an error of the page in that language only."""
    bare = re.compile(r"%(?!\(\w+\)[sd])")
    assert [key for key, message in chinese.items() for text in (*key, *_strings(message)) if bare.search(text.replace("%%", ""))] == []


def _strings(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))
