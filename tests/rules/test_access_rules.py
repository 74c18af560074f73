"""Rules of coming in: codes, pauses, devices, and how far an actor's proofs go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from app.access.rules import (
    LEGIBLE,
    device_words,
    network_of,
    new_recovery_code,
    new_secret,
    pause_after,
    recovery_code,
    step_of,
)
from app.core.keys import Keys, Unsealed
from app.core.permissions import FRESH_FOR, Actor, Permission, Role, under_proof

NOW = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
CITIZEN = Actor(1, "Lin", roles=frozenset({Role.VISITOR, Role.MEMBER, Role.CITIZEN}))
APPROVER = Actor(2, "Mei", roles=CITIZEN.roles, agency_roles=frozenset({(7, Role.APPROVER)}))
ADMINISTRATOR = Actor(3, "An", roles=CITIZEN.roles | {Role.ADMINISTRATOR})


# ---- codes


@pytest.mark.parametrize(("seconds", "taken"), [(-31, False), (-30, True), (0, True), (59, True), (60, False)])
def test_a_code_of_the_app_is_taken_one_step_early_or_late(seconds: int, taken: bool) -> None:
    secret = new_secret()
    then = NOW + timedelta(seconds=seconds)
    assert (step_of(secret, pyotp.TOTP(secret).at(then), NOW) is not None) is taken


def test_the_code_is_that_of_rfc_6238_and_of_no_other_secret() -> None:
    secret = new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    assert step_of(secret, f" {code[:3]} {code[3:]} ", NOW) == int(NOW.timestamp()) // 30
    for typed in ("", "0", "12345", "abcdef", code + "0", "１２３４５６", "\u0663" * 6):
        assert typed == code or step_of(secret, typed, NOW) is None


def test_a_recovery_code_is_read_however_it_is_typed() -> None:
    code = new_recovery_code()
    assert set(code) <= set(LEGIBLE) | {"-"}
    assert recovery_code(code.upper().replace("-", " ")) == code
    assert recovery_code("123456") == ""
    assert len({new_recovery_code() for _ in range(200)}) == 200


def test_few_guesses_a_day_are_left() -> None:
    spent, guesses = timedelta(0), 0
    while spent < timedelta(days=1):
        guesses += 1
        spent += pause_after(guesses)
    assert guesses < 50
    assert pause_after(4) == timedelta(0)
    assert pause_after(500) == timedelta(days=1)


# ---- where


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_called_by_words_of_ours_only(agent: str, words: str) -> None:
    assert device_words(agent) == words


def test_of_a_network_only_a_part_is_kept() -> None:
    assert network_of("203.0.113.77") == "203.0.113.0/24"
    assert network_of("2001:db8:1:2:3::4") == "2001:db8:1::/48"
    assert network_of("unix:") == ""


# ---- what an actor may before the second factor, and after


def test_who_needs_none_is_not_asked() -> None:
    for actor in (CITIZEN, APPROVER, ADMINISTRATOR):
        assert under_proof(actor, holds_factor=False, required=False, proved_at=None) == actor
    assert under_proof(CITIZEN, holds_factor=False, required=True, proved_at=None) == CITIZEN


@pytest.mark.parametrize("holds", [True, False])
def test_without_the_factor_an_officer_is_a_citizen(holds: bool) -> None:
    actor = under_proof(APPROVER, holds_factor=holds, required=True, proved_at=None)
    assert actor.may(Permission.VOTE)
    assert not actor.may(Permission.DESK)
    assert not actor.agencies
    assert actor.must_prove(Permission.DESK, {7}, NOW)
    assert not actor.must_prove(Permission.DESK, {8}, NOW), "not asked for what would be forbidden anyway"
    assert not actor.must_prove(Permission.ADMINISTER, None, NOW)
    assert not actor.must_prove(Permission.VOTE, None, NOW)


def test_publishing_and_administering_ask_again_after_fifteen_minutes_and_writing_does_not() -> None:
    approver = under_proof(APPROVER, holds_factor=True, required=True, proved_at=NOW)
    administrator = under_proof(ADMINISTRATOR, holds_factor=True, required=True, proved_at=NOW)
    last = NOW + FRESH_FOR - timedelta(seconds=1)
    for actor, permission in ((approver, Permission.REPLY_PUBLISH), (administrator, Permission.ADMINISTER)):
        assert actor.may(permission)
        assert not actor.must_prove(permission, None, last)
        assert actor.must_prove(permission, None, NOW + FRESH_FOR)
    assert not approver.must_prove(Permission.REPLY_WRITE, {7}, NOW + timedelta(days=1))


def test_who_has_set_one_up_shows_it_before_changing_it_and_who_has_not_may_begin() -> None:
    before = under_proof(APPROVER, holds_factor=False, required=True, proved_at=None)
    assert not before.must_prove(Permission.SECURE, None, NOW)
    for proved_at, asked in ((None, True), (NOW, False), (NOW - FRESH_FOR, True)):
        held = under_proof(CITIZEN, holds_factor=True, required=False, proved_at=proved_at)
        assert held.must_prove(Permission.SECURE, None, NOW) is asked


# ---- keys


def test_a_key_is_the_same_for_the_same_text_and_another_for_another_purpose_or_secret() -> None:
    keys = Keys("one secret")
    assert keys.digest("mailbox", "lin") == Keys("one secret").digest("mailbox", "lin")
    assert (
        len({keys.digest("mailbox", "lin"), keys.digest("phone", "lin"), Keys("other").digest("mailbox", "lin")}) == 3
    )
    assert keys.matches("mailbox", "lin", keys.digest("mailbox", "lin"))
    assert not keys.matches("mailbox", "lin", keys.digest("mailbox", "Lin"))


def test_only_the_same_secret_opens_a_seal() -> None:
    sealed = Keys("one secret").seal("JBSWY3DP")
    assert "JBSWY3DP" not in sealed
    assert Keys("one secret").unseal(sealed) == "JBSWY3DP"
    for other in (lambda: Keys("other").unseal(sealed), lambda: Keys("one secret").unseal(sealed[:-4] + "abc=")):
        with pytest.raises(Unsealed):
            other()
