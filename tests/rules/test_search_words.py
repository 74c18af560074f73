"""How texts are cut into words, and where they answer a question."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.rules import (
    TERMS_MAX,
    hits,
    marked,
    question_terms,
    shared_words,
    snippet,
    telling_terms,
    tokens,
    words,
)

TEXT = st.text(max_size=120)


def found(text: str, question: str) -> bool:
    """Whether the text holds every word of the question, as the engines judge it."""
    held = words(text)
    return all(any(term.fits(word) for word in held) for term in question_terms(question))


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("夜間公車太少", "公車"),
        ("夜間公車太少", "少"),
        ("夜間公車太少", "夜"),
        ("臺北市的公園", "台北"),
        ("ＢＵＳ路線 ３０７", "bus 307"),
        ("Café in the park", "CAFE"),
        ("Two buses an hour", "bus"),
        ("Cafe\u0301 again", "café"),
        ("バスの時刻", "バス"),
        ("서울 버스", "버스"),
        ("ㄅㄆㄇ", "ㄇ"),
        ("𠮷野家旁", "𠮷野"),
        ("Đường phố Trần Phú", "tran phu"),
    ],
)
def test_case_width_accents_and_variants_make_no_difference(text: str, question: str) -> None:
    assert found(text, question)


@pytest.mark.parametrize(("text", "question"), [("夜間公車", "車站"), ("a bus", "us"), ("公 車", "公車")])
def test_what_does_not_stand_there_is_not_found(text: str, question: str) -> None:
    assert not found(text, question)


@given(TEXT)
def test_every_part_of_a_text_finds_it(text: str) -> None:
    assert found(text, text)


@given(TEXT)
def test_words_are_letters_and_digits_only(text: str) -> None:
    assert all(word.isalnum() or not set("'\"*:&|!() \0\\") & set(word) for word in words(text))


@given(TEXT, TEXT)
def test_marking_a_text_changes_nothing_of_it(text: str, question: str) -> None:
    pieces = marked(text, hits(text, question_terms(question)))
    assert "".join(piece.text for piece in pieces) == text


@given(TEXT)
def test_tokens_stand_where_they_say(text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in tokens(text))


@given(st.text(max_size=600), TEXT)
@settings(max_examples=50)
def test_a_snippet_is_short_and_part_of_the_text(text: str, question: str) -> None:
    pieces = [piece.text for piece in snippet(text, question_terms(question), width=80)]
    body = "".join(pieces).strip("…")
    assert len(body) <= 80
    assert body in " ".join(text.split())


def test_the_snippet_shows_what_was_asked_for() -> None:
    text = "開頭說別的事。" * 40 + "末班公車提早到九點。" + "結尾也說別的事。" * 40
    assert any(piece.hit and piece.text == "公車" for piece in snippet(text, question_terms("公車")))


def test_a_long_question_is_cut_to_so_many_words() -> None:
    assert len(question_terms("停車位不夠" * 2000)) <= TERMS_MAX


def test_ten_thousand_characters_are_read_in_no_time() -> None:
    began = time.perf_counter()
    question_terms('"(*:^' * 2000)
    hits("車" * 10_000, question_terms("車"))
    assert time.perf_counter() - began < 1.0


def test_what_says_nothing_is_not_what_a_text_is_about() -> None:
    assert telling_terms("我們希望 please", 9) == []


def test_no_word_begins_in_the_middle_of_one_that_says_nothing() -> None:
    assert [term.word for term in telling_terms("晚上沒有公車可以回家", 9)] == ["公車", "回家"]


def test_the_reason_is_quoted_as_it_was_typed() -> None:
    assert shared_words("The Buses stop; buses late", question_terms("bus late")) == ["Buses", "buses", "late"]
