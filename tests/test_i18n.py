"""Catalogs are compiled when they are stale, also by several processes at once."""

import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from matchmaker.i18n import compile_stale

CATALOGS = Path(__file__).parent.parent / "matchmaker" / "translations"


def test_many_processes_may_start_at_once(tmp_path):
    shutil.copytree(CATALOGS, tmp_path / "t", ignore=shutil.ignore_patterns("*.mo"))
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(compile_stale, [tmp_path / "t"] * 8))
    folder = tmp_path / "t" / "zh_Hans_CN" / "LC_MESSAGES"
    assert sorted(path.name for path in folder.iterdir()) == ["messages.mo", "messages.po"]


def test_a_fresh_catalog_is_left_alone(tmp_path):
    shutil.copytree(CATALOGS, tmp_path / "t", ignore=shutil.ignore_patterns("*.mo"))
    assert len(compile_stale(tmp_path / "t")) == 1
    assert compile_stale(tmp_path / "t") == []
