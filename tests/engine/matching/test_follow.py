"""A follower finds what others stored."""

import numpy as np

from matchmaker.engine.matching.follow import Follower, Row
from matchmaker.engine.matching.retrieval import Index

E = np.eye(4, dtype=np.float32)


def test_what_was_stored_elsewhere_is_found_and_what_is_gone_is_not():
    feed: list[Row] = []
    follower = Follower(Index(E[:2], np.array([1, 2]), np.ones(2, int), np.array(["a", "a"])),
                        lambda version: [row for row in feed if row.version > version], every=0)
    assert follower.search(E[2:3], 1, (1, "b")).ids[0, 0] == -1
    feed += [Row(1, 7, 1, "b", E[2]), Row(2, 1, 1, "a", None)]
    assert follower.search(E[2:3], 1, (1, "b")).ids[0, 0] == 7
    assert follower.search(E[:1], 2, (1, "a")).ids[0].tolist() == [2, -1]
    assert follower.version == 2 and follower.catch_up() == 0


def test_it_asks_only_so_often():
    asked: list[int] = []
    follower = Follower(Index(E, np.arange(4), np.ones(4, int), np.full(4, "")), lambda version: asked.append(version) or [], every=60)
    for _ in range(5):
        follower.search(E[:1], 1)
    assert asked == [0]


def test_a_long_tail_is_sorted_in():
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((1500, 4)).astype(np.float32)
    follower = Follower(Index(E, np.arange(4), np.ones(4, int), np.full(4, "")),
                        lambda version: [Row(at + 1, at + 10, 1, "", vectors[at]) for at in range(version, len(vectors))], every=0)
    follower.search(E[:1], 1)
    assert follower.index.tail == 0 and len(follower.index) == 1504
