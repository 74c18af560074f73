"""Hints for plain language."""

from __future__ import annotations

import time

import pytest

from moderation.plain import HINTS_MAX, HintKind, hints, officialese_share

CLEAR = "夜間公車三月起開到十二點半。我們先開三條路線，半年後公布搭乘人數。"
LONG = "我們" + "知道你等了很久" * 9


def test_a_clear_text_gets_no_hint() -> None:
    assert hints(CLEAR, "zh-Hant-TW") == []
    assert hints("From March the last bus leaves at half past twelve.", "en") == []
    assert hints("", "zh-Hant-TW") == []


def test_a_long_chinese_sentence_is_shown_with_its_characters() -> None:
    (hint,) = hints(f"{CLEAR}{LONG}。{CLEAR}", "zh-Hant-TW")
    assert (hint.kind, hint.passage, hint.amount) == (HintKind.LONG_SENTENCE, LONG, 65)


def test_sixty_characters_are_not_too_many() -> None:
    assert hints("字" * 60 + "。", "zh-Hant-TW") == []
    assert [hint.amount for hint in hints("字" * 61 + "。", "zh-Hant-TW")] == [61]


def test_an_english_sentence_is_counted_in_words_and_a_decimal_point_ends_none() -> None:
    words = " ".join(["bus"] * 24)
    assert hints(f"{words} 3.5.", "en") == []
    (hint,) = hints(f"{words} 3.5 more.", "en")
    assert (hint.kind, hint.amount) == (HintKind.LONG_SENTENCE, 26)


def test_a_long_english_word_is_named_once() -> None:
    found = hints("The implementation. An implementation. The well-considered bus.", "en")
    assert [(one.kind, one.passage, one.amount) for one in found] == [(HintKind.LONG_WORD, "implementation", 14)]


@pytest.mark.parametrize(
    ("text", "word", "instead"), [("爰不辦理。", "爰", "因此"), ("俾利通行。", "俾利", "方便、讓")]
)
def test_a_word_of_the_office_comes_with_a_plain_one(text: str, word: str, instead: str) -> None:
    (hint,) = hints(text, "zh-Hant-TW")
    assert (hint.kind, hint.passage, hint.instead) == (HintKind.OFFICIALESE, word, instead)


def test_a_plain_word_that_holds_one_of_the_office_is_left_alone() -> None:
    assert hints("這是惟一的路。", "zh-Hant-TW") == []
    assert [hint.passage for hint in hints("惟這是惟一的路。", "zh-Hant-TW")] == ["惟"]


def test_a_text_heavy_with_officialese_is_told_so() -> None:
    heavy = (
        "本局業已錄案研議，惟因涉及經費。爰俟預算編列後予以審慎評估，俾利後續辦理，敬請鑒"
        "核並予以支持，以利推動相關業務與後續計畫之辦理。"
    )
    assert officialese_share(heavy) > 0.2
    assert HintKind.HEAVY in {hint.kind for hint in hints(heavy, "zh-Hant-TW")}
    assert officialese_share(CLEAR) == 0


def test_quotations_tables_and_addresses_are_not_judged() -> None:
    assert hints(f"> {LONG}。\n\n{CLEAR}", "zh-Hant-TW") == []
    assert hints("See https://example.org/internationalisation now.", "en") == []


def test_languages_we_cannot_judge_get_no_hint() -> None:
    assert hints("implementation " * 40, "vi") == []


def test_hints_stay_few() -> None:
    assert len(hints(f"{LONG}。" * 20, "zh-Hant-TW")) == HINTS_MAX


@pytest.mark.parametrize("lang", ["zh-Hant-TW", "en"])
def test_no_text_keeps_the_server_busy(lang: str) -> None:
    begun = time.perf_counter()
    for nasty in ("." * 5000, "a-" * 2500, "a" * 5000, "> " * 2500, "爰" * 5000, "https://" * 600):
        hints(nasty, lang)
    assert time.perf_counter() - begun < 2
