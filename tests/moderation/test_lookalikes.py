"""Texts that look alike, short ones above all."""

from __future__ import annotations

import pytest

from bench.texts import EDITS, planted
from moderation.lookalikes import ALIKE, LookAlikes, fingerprint, resemblance
from moderation.seeing import copied
from moderation.signals import SignalKind

CHINESE = "火車站前應該增設遮陽棚，夏天曬到快中暑"
ENGLISH = "The city should build a wheelchair ramp behind the library"


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        (CHINESE, "火車站前應該增設遮陽棚 夏天曬到快中暑！"),
        (CHINESE, "火车站前应该增设遮阳棚，夏天晒到快中暑"),
        (CHINESE, "大家好，火車站前真的應該增設遮陽棚，夏天曬到快中暑，謝謝"),
        (CHINESE, "夏天曬到快中暑，火車站前應當增設遮陽棚"),
        (CHINESE, "火車站前應該曾設遮陽棚，夏天曬到快中暑"),
        (ENGLISH, "Hello all, the city should really build a wheelchair ramp behind the library. Thank you!"),
        (ENGLISH, "The city shuold build a wheelchair ramp behind the libary"),
    ],
)
def test_an_edited_copy_looks_alike(text: str, edited: str) -> None:
    assert resemblance(text, edited) >= ALIKE
    assert resemblance(edited, text) == resemblance(text, edited)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (CHINESE, "火車站前不應該增設遮陽棚，夏天曬到快中暑"),
        ("支持興建第三停車場在學校旁邊", "反對興建第三停車場在學校旁邊"),
        (ENGLISH, "The city should not build a wheelchair ramp behind the library"),
        (CHINESE, "港口邊應該增設公共自行車站，夏天曬到快中暑"),
        (ENGLISH, "The city should build a wheelchair ramp at the hospital gate"),
        ("我同意", "我同意你"),
        ("", ""),
    ],
)
def test_the_opposite_another_wish_and_two_words_of_assent_do_not_look_alike(text: str, other: str) -> None:
    assert resemblance(text, other) < ALIKE or text == other


def test_the_same_text_has_one_fingerprint_in_any_dress() -> None:
    assert fingerprint("**臺灣** Ｂｕｓ！") == fingerprint("台湾　bus")
    assert fingerprint("😀") != fingerprint("😡")
    assert fingerprint(CHINESE) != fingerprint(ENGLISH)


def test_texts_can_be_added_replaced_and_removed() -> None:
    index = LookAlikes()
    index.add(1, CHINESE, "amei")
    index.add(2, CHINESE + "！", "bo")
    assert [(one.key, one.author, one.is_same) for one in index.like(CHINESE)] == [(1, "amei", True), (2, "bo", True)]
    index.add(2, ENGLISH, "bo")
    assert [one.key for one in index.like(CHINESE)] == [1]
    index.remove(1)
    index.remove(1)
    assert index.like(CHINESE) == []
    assert len(index) == 1


def test_the_same_from_many_accounts_is_told_with_figures_and_ones_own_is_not() -> None:
    index = LookAlikes()
    for number, author in enumerate(["amei", "bo", "bo", "me"]):
        index.add(number, CHINESE, author)
    index.add(9, "大家好，" + CHINESE, "chen")
    same, near = copied(index.like(CHINESE), "me")
    assert (same.kind, same.amount, same.figures["texts"]) == (SignalKind.SAME_TEXT, 2, 3)
    assert (near.kind, near.amount) == (SignalKind.NEAR_TEXT, 1)
    assert copied(index.like(ENGLISH), "me") == []


def test_planted_copies_are_found_among_two_thousand_texts_and_little_else_is() -> None:
    corpus = planted(2_000, 180, seed=11)
    index = LookAlikes()
    for number, text in enumerate(corpus.texts):
        index.add(number, text)
    found = {
        tuple(sorted((number, one.key)))
        for number, text in enumerate(corpus.texts)
        for one in index.like(text)
        if one.key != number
    }
    right = found & corpus.pairs.keys()
    assert set(corpus.pairs.values()) == {edit.__name__ for edit in EDITS}
    assert len(right) / len(corpus.pairs) >= 0.9
    assert len(right) / len(found) >= 0.95
