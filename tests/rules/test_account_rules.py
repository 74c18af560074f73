"""Which names, addresses and passwords are taken, and what a mailed link proves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.links import Claim, LinkEnded, MailedLinks, Purpose
from app.accounts.passwords import hash_password, password_matches
from app.accounts.rules import common_passwords, email_key, mailbox_key, name_problem, password_problem

NOW = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
LINKS = MailedLinks("a secret of the tests, long enough to be one")
CLAIM = Claim(Purpose.RESET, 7, 3)


def problem(password: str, name: str = "Lin Mei-hua", email: str = "lin.meihua@example.org") -> str | None:
    return password_problem(password, name=name, email=email)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "夜間公車應該開到十二點", "night bus 7 " * 16, "abcde fghi"]
)
def test_a_long_password_is_taken_whatever_it_is_made_of(password: str) -> None:
    assert problem(password) is None


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("x7-kl!mn9", "at least 10"),
        ("x7-" * 67, "at most 200"),
        ("Lin Mei-hua", "your name"),
        ("linmei-hua", "your name"),
        ("LIN.MEIHUA@example.org", "your name"),
        ("lin.meihua", "your name"),
        ("ｌｉｎ．ｍｅｉｈｕａ", "your name"),
        ("1234567890", "would guess"),
        ("Password123", "would guess"),
        ("woaini1314", "would guess"),
        ("5201314520", "would guess"),
        ("121212121212", "would guess"),
        ("啊啊啊啊啊啊啊啊啊啊啊", "would guess"),
        ("a b a b a b a b", "would guess"),
    ],
)
def test_a_password_that_others_would_guess_is_refused(password: str, because: str) -> None:
    assert because in (problem(password) or "taken")


def test_the_list_of_common_passwords_holds_only_what_the_length_lets_through() -> None:
    assert len(common_passwords()) > 200
    assert all(len(word) >= 10 and word == word.casefold() for word in common_passwords())


def test_the_same_word_from_another_keyboard_is_the_same_password() -> None:
    stored = hash_password("Ｎｉｇｈｔ　ｂｕｓ １２")
    assert password_matches(stored, "Night bus 12")
    assert not password_matches(stored, "night bus 12")
    assert not password_matches(None, "nobody has this password")


def test_hashes_have_the_cost_that_was_chosen() -> None:
    assert hash_password("correct horse battery").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    "spelling", ["lin@example.tw", " LIN@Example.TW ", "ｌｉｎ＠ｅｘａｍｐｌｅ．ｔｗ", "Lin@example.tw"]
)
def test_an_address_has_one_key_however_it_is_spelled(spelling: str) -> None:
    assert email_key(spelling) == "lin@example.tw"


def test_a_domain_in_chinese_has_the_key_of_its_ascii_form() -> None:
    assert email_key("lin@市府.tw") == email_key("lin@xn--7st6m.tw") == "lin@xn--7st6m.tw"


@given(st.emails())
def test_upper_and_lower_case_have_the_same_key(address: str) -> None:
    assert email_key(address.upper()) == email_key(address) == email_key(email_key(address))


@given(st.text(max_size=80))
def test_anything_typed_has_a_key(typed: str) -> None:
    assert isinstance(email_key(typed), str)


def test_a_name_has_one_to_sixty_characters() -> None:
    assert name_problem("")
    assert name_problem("林" * 61)
    assert name_problem("林") is None
    assert name_problem("林" * 60) is None


def test_no_word_of_a_name_is_made_of_letters_that_only_look_alike() -> None:
    assert name_problem("T\N{CYRILLIC SMALL LETTER A}ipei City")
    assert name_problem("林 Amy") is None


def test_a_link_proves_its_claim_until_its_time_is_over() -> None:
    token = LINKS.token(CLAIM, NOW)
    assert LINKS.read(Purpose.RESET, token, NOW + timedelta(hours=2)) == CLAIM
    with pytest.raises(LinkEnded):
        LINKS.read(Purpose.RESET, token, NOW + timedelta(hours=2, seconds=1))


def test_a_confirmation_link_holds_for_three_days() -> None:
    token = LINKS.token(Claim(Purpose.CONFIRM, 7, 3), NOW)
    assert LINKS.read(Purpose.CONFIRM, token, NOW + timedelta(days=3)).person_id == 7
    with pytest.raises(LinkEnded):
        LINKS.read(Purpose.CONFIRM, token, NOW + timedelta(days=3, seconds=1))


def test_a_link_of_another_purpose_or_another_secret_proves_nothing() -> None:
    token = LINKS.token(CLAIM, NOW)
    with pytest.raises(LinkEnded):
        LINKS.read(Purpose.CONFIRM, token, NOW)
    with pytest.raises(LinkEnded):
        MailedLinks("another secret, also long enough to be one").read(Purpose.RESET, token, NOW)


@given(st.integers(0), st.text(min_size=1, max_size=3))
def test_a_changed_link_never_proves_anything_else(place: int, put: str) -> None:
    token = LINKS.token(CLAIM, NOW)
    place %= len(token)
    try:
        assert LINKS.read(Purpose.RESET, token[:place] + put + token[place + 1 :], NOW) == CLAIM
    except LinkEnded:
        return


# ---- one mailbox


@pytest.mark.parametrize(
    "spelling",
    [
        "linmei@gmail.com",
        "Lin.Mei@Gmail.com",
        "l.i.n.m.e.i+votes@gmail.com",
        "linmei@googlemail.com",
        "ｌｉｎｍｅｉ@ｇｍａｉｌ.com",
        " LINMEI+a+b@GOOGLEMAIL.COM. ",
    ],
)
def test_every_spelling_of_an_address_leads_to_one_mailbox(spelling: str) -> None:
    assert mailbox_key(spelling) == "linmei@gmail.com"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("lin@proton.me", "l-i_n@protonmail.com", True),
        ("lin@me.com", "lin@icloud.com", True),
        ("lin+a@city.example", "lin+b@city.example", True),
        ("lin.mei@city.example", "linmei@city.example", False),
        ("lin@hotmail.com", "lin@outlook.com", False),
        ("lin@gmail.com", "lin@gmail.com.tw", False),
        ("josé@city.example", "jose\u0301@city.example", True),
    ],
)
def test_dots_and_domains_are_one_only_where_the_provider_says_so(one: str, other: str, same: bool) -> None:
    assert (mailbox_key(one) == mailbox_key(other)) is same


@given(st.text(max_size=80))
def test_a_mailbox_can_be_told_of_anything_typed_and_is_its_own_mailbox(typed: str) -> None:
    assert mailbox_key(mailbox_key(typed)) == mailbox_key(typed)


def test_an_address_that_is_all_mark_keeps_it() -> None:
    assert mailbox_key("+only@city.example") == "+only@city.example"
    assert mailbox_key("...@gmail.com") == "...@gmail.com"
