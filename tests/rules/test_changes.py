"""What changed between two texts: nothing is lost, nothing is invented, and nobody is kept waiting."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from app.core.changes import MOST_PAIRS, Change, changes

HAN = [chr(0x4E00 + i) for i in range(60)]


def shown(before: str, after: str) -> list[tuple[str, str]]:
    return [(change.kind, change.text) for change in changes(before, after)]


def test_chinese_is_compared_character_by_character() -> None:
    assert shown("今天天氣很好。", "今天天氣不好。") == [
        ("same", "今天天氣"),
        ("del", "很"),
        ("ins", "不"),
        ("same", "好。"),
    ]


def test_english_is_compared_word_by_word() -> None:
    assert shown("The bus comes at ten.", "The night bus comes at ten.") == [
        ("same", "The"),
        ("ins", " night"),
        ("same", " bus comes at ten."),
    ]


def test_words_added_before_the_full_stop_leave_the_word_before_it_alone() -> None:
    assert shown("I live here.", "I live here now.") == [("same", "I live here"), ("ins", " now"), ("same", ".")]


def test_a_mixed_sentence_is_cut_where_the_writing_changes() -> None:
    assert shown("搭YouBike回家", "搭捷運回家") == [
        ("same", "搭"),
        ("del", "YouBike"),
        ("ins", "捷運"),
        ("same", "回家"),
    ]


def test_equal_texts_have_no_change_and_empty_ones_no_pieces() -> None:
    assert changes("一樣 same", "一樣 same") == [Change("same", "一樣 same")]
    assert changes("", "") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "new"),
        ("old", ""),
        ("a\n\nb\tc  d", "a\nb c d\n"),
        ("說。" * 40 + "完", "說！" * 40 + "完"),
        ("。" * 3000, "。" * 2999),
        ("\u200b_é́🚲", "🚲_\u0301"),
    ],
)
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    found = changes(before, after)
    assert "".join(change.text for change in found if change.kind != "ins") == before
    assert "".join(change.text for change in found if change.kind != "del") == after


def test_texts_that_repeat_themselves_are_compared_by_sentences() -> None:
    draw = random.Random(7)
    same = "".join(draw.choices(HAN, k=3000)) + "。"
    assert 3000 * 3000 / len(HAN) > MOST_PAIRS
    assert shown(same + "走路。", same + "騎車。") == [("same", same), ("del", "走路。"), ("ins", "騎車。")]


def test_a_text_of_one_endless_sentence_is_replaced_as_a_whole() -> None:
    assert shown(".\n" * 3000, "\n." * 3000) == [("del", ".\n" * 3000), ("ins", "\n." * 3000)]


def test_no_two_pieces_of_one_kind_follow_each_other() -> None:
    found = changes("甲乙丙丁戊己", "甲丙乙丁己戊")
    assert all(one.kind != other.kind for one, other in pairwise(found))
