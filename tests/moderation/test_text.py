"""Names and texts without hidden characters, and what counts as the same statement."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation import clean_line, clean_text, identity_key

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u00ad\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\U000e0041"
HIDDEN = BIDI + ZERO_WIDTH + "\u3164\uffa0\u2800\u034f\ufff9\ufdd0\uffff\U0001ffff\ud800"
CONTROLS = "".join(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)))


@pytest.mark.parametrize("character", HIDDEN)
def test_a_hidden_character_is_dropped_from_names_and_texts(character: str) -> None:
    assert clean_line(f"王{character}小明") == clean_text(f"王{character}小明") == "王小明"


@pytest.mark.parametrize("hostile", [HIDDEN, CONTROLS, " \u3000\t\n", "\u3164", "\u2800\u200b"])
def test_a_name_that_only_looks_empty_is_empty(hostile: str) -> None:
    assert clean_line(hostile) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  王\u3000小明\r\n", "王 小明"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("a\u2028b\x85c", "a b c"),
        ("Cafe\u0301", "Café"),
        ("e\u200b\u0301", "é"),
        ("txt.\u202egpj.exe", "txt.gpj.exe"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("\ue000\U000f0000", "\ue000\U000f0000"),
        ("<b>&amp;", "<b>&amp;"),
        ("\u0600١", "\u0600١"),
    ],
)
def test_a_line_is_normal_visible_and_on_one_line(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


def test_a_text_keeps_its_lines_and_indents() -> None:
    typed = "\ufeff\n\n　　第一段。 \r\n\u200b\r\tcode\u2029end\x07\n\n"
    assert clean_text(typed) == "　　第一段。\n\n\tcode\nend"


@given(st.text(st.characters() | st.sampled_from(HIDDEN + CONTROLS)))
@example("e\u200b\u0301 \u0344\u2126")
def test_cleaning_twice_is_cleaning_once_and_leaves_nothing_hidden(typed: str) -> None:
    line, text = clean_line(typed), clean_text(typed)
    assert clean_line(line) == line
    assert clean_text(text) == text
    assert not set(line) & set(HIDDEN + CONTROLS)
    assert set(text) & set(HIDDEN + CONTROLS) <= {"\n", "\t"}
    assert unicodedata.is_normalized("NFC", line)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("應開放 UberX。", "應開放ＵｂｅｒＸ"),
        ("Stop the noise!!", "  stop\nTHE noise…"),
        ("這樣好嗎？", "這樣好嗎"),
        ("「公園優先」", "「公園優先"),
        ("stra\u200bße", "STRASSE"),
        ("Café", "CAFE\u0301."),
        ("ǰ", "J\u030c"),
    ],
)
def test_the_same_statement_in_another_spelling_has_the_same_key(one: str, other: str) -> None:
    assert identity_key(one) == identity_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("不應開放", "應開放"), ("稅率 5%", "稅率 5"), ("A.B", "AB"), ("???", "!!!"), ("café", "cafe")],
)
def test_another_statement_has_another_key(one: str, other: str) -> None:
    assert identity_key(one) != identity_key(other)


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    key = identity_key(text)
    assert identity_key(key) == key
