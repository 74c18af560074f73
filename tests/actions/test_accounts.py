"""Joining, confirming, coming in, resetting, and API tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.accounts import actions
from app.accounts.actions import Joining
from app.accounts.links import Claim, LinkEnded, Purpose
from app.accounts.models import ApiToken, Person
from app.accounts.queries import actor_of, person_by_email, person_by_token
from app.accounts.rules import TOKENS_MAX
from app.audit.models import FactRow
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Conflict, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Permission
from app.extensions import db
from app.notices.models import Letter
from tests.support.builders import PASSWORD, Make

Work = Callable[..., AbstractContextManager[Context]]
LIN = Joining("林美華", "lin@example.org", "zh-Hant-TW", "夜間公車應該開到十二點")


def kinds(ctx: Context) -> list[str]:
    """The kinds of the facts on record, in their order."""
    return list(ctx.session.scalars(sa.select(FactRow.kind).order_by(FactRow.id)))


def letters(ctx: Context) -> list[Letter]:
    """The letters to somebody, in their order."""
    return list(ctx.session.scalars(sa.select(Letter).where(Letter.recipient != "").order_by(Letter.id)))


def count(ctx: Context, model: type[Person] | type[Letter] | type[FactRow]) -> int:
    return ctx.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def run_together(act: Callable[[int], None], number: int) -> None:
    """Run `act` in so many threads and wait for all of them."""
    threads = [threading.Thread(target=act, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ---- joining


def test_who_joins_has_an_account_and_a_letter_and_no_vote_yet(work: Work) -> None:
    with work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, LIN)
    with work() as ctx:
        person = person_by_email(ctx.session, "LIN@example.org")
        assert person is not None
        assert (person.name, person.lang, person.confirmed_at) == ("林美華", "zh-Hant-TW", None)
        actor = actor_of(ctx.session, person)
        assert actor.may(Permission.ACCOUNT)
        assert not actor.may(Permission.VOTE)
        assert kinds(ctx) == ["person.joined"]
        assert [letter.recipient for letter in letters(ctx)] == ["lin@example.org"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "\u200b\u2060"}, "name"),
        ({"name": "林" * 61}, "name"),
        ({"email": "lin"}, "email"),
        ({"email": "lin@example.org\nBcc: all@example.org"}, "email"),
        ({"email": "lin@example.org, mei@example.org"}, "email"),
        ({"email": "林@example.org"}, "email"),
        ({"lang": "tlh"}, "lang"),
        ({"password": "short"}, "password"),
        ({"password": "lin@example.org"}, "password"),
        ({"password": "1234567890"}, "password"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_field(work: Work, change: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal, work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, replace(LIN, **change))
    assert list(refusal.value.fields) == [field]
    with work() as ctx:
        assert count(ctx, Person) == count(ctx, Letter) == 0


def test_every_field_at_fault_is_named_at_once(work: Work) -> None:
    with pytest.raises(Invalid) as refusal, work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, Joining("", "", "", ""))
    assert set(refusal.value.fields) == {"name", "email", "lang", "password"}


def test_a_name_is_kept_without_hidden_signs(work: Work) -> None:
    with work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, replace(LIN, name="  Lin\u202e \u200b Mei\n hua "))
    with work() as ctx:
        assert ctx.session.scalar(sa.select(Person.name)) == "Lin Mei hua"


def test_joining_with_a_known_address_writes_to_its_owner_and_changes_nothing(work: Work, make: Make) -> None:
    owner = make.person("Owner")
    with work() as ctx:
        before = ctx.get(Person, owner.id).password_hash
    with work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, replace(LIN, email=owner.email.upper()))
    with work() as ctx:
        assert count(ctx, Person) == 1
        assert ctx.get(Person, owner.id).password_hash == before
        assert kinds(ctx) == ["person.joined-again"]
        (letter,) = letters(ctx)
        assert letter.recipient == owner.email
        assert "LIN" not in letter.text
        assert "林美華" not in letter.text


def test_a_known_address_hears_the_same_faults_as_a_new_one(work: Work, make: Make) -> None:
    owner = make.person()
    faults = []
    for email in (owner.email, "new@example.org"):
        with pytest.raises(Invalid) as refusal, work(ANONYMOUS) as ctx:
            actions.sign_up(ctx, replace(LIN, email=email, password="1234567890"))
        faults.append(refusal.value.fields)
    assert faults[0] == faults[1]


def test_of_many_who_join_with_one_address_at_once_one_gets_it(work: Work, app: APIFlask) -> None:
    together, errors = threading.Barrier(8), []

    def join(number: int) -> None:
        try:
            with app.app_context():
                together.wait()
                with work(ANONYMOUS) as ctx:
                    actions.sign_up(ctx, replace(LIN, name=f"Lin {number}"))
        except Exception as error:
            errors.append(error)

    run_together(join, 8)
    assert errors == []
    with work() as ctx:
        assert count(ctx, Person) == 1
        assert sorted(kinds(ctx)) == ["person.joined"] + ["person.joined-again"] * 7


# ---- confirming


def test_confirming_gives_the_vote_and_doing_it_twice_changes_nothing(work: Work, make: Make) -> None:
    made = make.person(confirmed=False)
    for _ in range(2):
        with work(ANONYMOUS) as ctx:
            actions.confirm(ctx, Claim(Purpose.CONFIRM, made.id, 1))
    with work() as ctx:
        assert actor_of(ctx.session, ctx.get(Person, made.id)).may(Permission.VOTE)
        assert kinds(ctx) == ["person.confirmed"]


@pytest.mark.parametrize("claim", [(Purpose.RESET, 0, 1), (Purpose.CONFIRM, 0, 2), (Purpose.CONFIRM, 9999, 1)])
def test_a_claim_of_another_purpose_epoch_or_person_confirms_nobody(
    work: Work, make: Make, claim: tuple[Purpose, int, int]
) -> None:
    made = make.person(confirmed=False)
    purpose, other, epoch = claim
    with pytest.raises(LinkEnded), work(ANONYMOUS) as ctx:
        actions.confirm(ctx, Claim(purpose, made.id + other, epoch))
    with work() as ctx:
        assert ctx.get(Person, made.id).confirmed_at is None


def test_the_link_is_sent_again_to_the_unconfirmed_only(work: Work, make: Make) -> None:
    waiting, done = make.person(confirmed=False), make.person()
    with work(waiting.actor) as ctx:
        actions.send_confirmation_again(ctx)
    with pytest.raises(Conflict), work(done.actor) as ctx:
        actions.send_confirmation_again(ctx)
    with work() as ctx:
        assert [letter.recipient for letter in letters(ctx)] == [waiting.email]


# ---- coming in


def test_who_knows_address_and_password_comes_in(work: Work, make: Make) -> None:
    made = make.person()
    with work(ANONYMOUS) as ctx:
        assert actions.sign_in(ctx, made.email.upper(), PASSWORD).id == made.id


def test_a_wrong_password_and_an_unknown_address_are_refused_in_the_same_words(work: Work, make: Make) -> None:
    made, words = make.person(), []
    for email in (made.email, "nobody@example.org", "", "no\x00body\n"):
        with pytest.raises(Invalid) as refusal, work(ANONYMOUS) as ctx:
            actions.sign_in(ctx, email, "not the \x00 password")
        words.append((refusal.value.reason, refusal.value.fields))
    assert len(words) == 4
    assert words.count(words[0]) == 4


# ---- a lost password


def test_a_reset_is_offered_to_the_owner_and_looks_the_same_for_nobody(work: Work, make: Make) -> None:
    made = make.person()
    for email in (made.email, "nobody@example.org"):
        with work(ANONYMOUS) as ctx:
            actions.ask_reset(ctx, email)
            assert ctx.wakes == ["send-letters"]
    with work() as ctx:
        assert kinds(ctx) == ["person.reset-asked"] * 2
        assert count(ctx, Letter) == 2, "the same work is done for an address nobody has"
        assert [letter.recipient for letter in letters(ctx)] == [made.email]
        nobody = ctx.session.scalars(sa.select(Letter).where(Letter.recipient == "")).one()
        assert nobody.given_up_at is not None
        assert "nobody@" not in nobody.text


def test_a_reset_sets_the_password_once_and_ends_sessions_and_tokens(work: Work, make: Make) -> None:
    made = make.person(confirmed=False)
    with work(made.actor) as ctx:
        token = actions.create_token(ctx, "script")
    claim = Claim(Purpose.RESET, made.id, 1)
    with work(ANONYMOUS) as ctx:
        actions.reset_password(ctx, claim, "a new long sentence")
    with pytest.raises(LinkEnded), work(ANONYMOUS) as ctx:
        actions.reset_password(ctx, claim, "another long sentence")
    with work(ANONYMOUS) as ctx:
        person = actions.sign_in(ctx, made.email, "a new long sentence")
        assert person.epoch == 2
        assert person.confirmed_at is not None, "the link was read in that mailbox"
        assert person_by_token(ctx.session, token.secret) is None
        assert kinds(ctx)[-3:] == ["person.password-changed", "token.revoked", "person.confirmed"]


def test_a_reset_refuses_a_bad_password_and_the_link_stays_good(work: Work, make: Make) -> None:
    made = make.person()
    claim = Claim(Purpose.RESET, made.id, 1)
    with pytest.raises(Invalid), work(ANONYMOUS) as ctx:
        actions.reset_password(ctx, claim, "1234567890")
    with work(ANONYMOUS) as ctx:
        actions.reset_password(ctx, claim, "a new long sentence")


# ---- one's own account


def test_the_owner_changes_name_and_language(work: Work, make: Make) -> None:
    made = make.person()
    with work(made.actor) as ctx:
        actions.change_profile(ctx, " 陳  先生 ", "zh-Hant-TW")
    with work() as ctx:
        person = ctx.get(Person, made.id)
        assert (person.name, person.lang) == ("陳 先生", "zh-Hant-TW")
    with pytest.raises(Invalid) as refusal, work(made.actor) as ctx:
        actions.change_profile(ctx, "", "xx")
    assert set(refusal.value.fields) == {"name", "lang"}


def test_the_password_changes_only_for_who_knows_the_present_one(work: Work, make: Make) -> None:
    made = make.person()
    with pytest.raises(Invalid) as refusal, work(made.actor) as ctx:
        actions.change_password(ctx, "a guess at it", "a new long sentence")
    assert list(refusal.value.fields) == ["current"]
    with work(made.actor) as ctx:
        assert actions.change_password(ctx, PASSWORD, "a new long sentence").epoch == 2
    with work() as ctx:
        assert [letter.recipient for letter in letters(ctx)] == [made.email], "the owner learns of it"


def test_signing_out_everywhere_raises_the_epoch(work: Work, make: Make) -> None:
    made = make.person()
    with work(made.actor) as ctx:
        actions.sign_out_everywhere(ctx)
    with work() as ctx:
        assert ctx.get(Person, made.id).epoch == 2


@pytest.mark.parametrize(
    "act",
    [
        actions.send_confirmation_again,
        lambda ctx: actions.change_profile(ctx, "Lin", "en"),
        lambda ctx: actions.change_password(ctx, PASSWORD, "a new long sentence"),
        actions.sign_out_everywhere,
        lambda ctx: actions.create_token(ctx, "script"),
        lambda ctx: actions.revoke_token(ctx, 1),
    ],
)
def test_nobody_keeps_an_account_without_being_signed_in(work: Work, act: Callable[[Context], object]) -> None:
    with pytest.raises(SignInNeeded), work(ANONYMOUS) as ctx:
        act(ctx)


# ---- tokens


def test_a_token_opens_the_api_until_it_is_revoked_and_is_not_kept(work: Work, make: Make) -> None:
    made = make.person()
    with work(made.actor) as ctx:
        new = actions.create_token(ctx, "my script")
    assert new.secret.startswith("minyi_")
    assert len(new.secret) > 40
    with work() as ctx:
        assert new.secret not in str(ctx.session.execute(sa.select(ApiToken.__table__)).all())
        owner = person_by_token(ctx.session, new.secret)
        assert owner is not None
        assert owner.id == made.id
    with work(made.actor) as ctx:
        actions.revoke_token(ctx, new.row.id)
        actions.revoke_token(ctx, new.row.id)
    with work() as ctx:
        assert person_by_token(ctx.session, new.secret) is None
        assert kinds(ctx) == ["token.created", "token.revoked"]


def test_nobody_revokes_the_token_of_another(work: Work, make: Make) -> None:
    owner, outsider, officer = make.person(), make.person(), make.officer(make.agency())
    with work(owner.actor) as ctx:
        new = actions.create_token(ctx, "my script")
    for other in (outsider, officer):
        with pytest.raises(NotFound), work(other.actor) as ctx:
            actions.revoke_token(ctx, new.row.id)
    with work() as ctx:
        assert person_by_token(ctx.session, new.secret) is not None


def test_there_is_an_end_to_the_number_of_tokens(work: Work, make: Make) -> None:
    made = make.person()
    for number in range(TOKENS_MAX):
        with work(made.actor) as ctx:
            last = actions.create_token(ctx, f"token {number}")
    with pytest.raises(Conflict), work(made.actor) as ctx:
        actions.create_token(ctx, "one too many")
    with work(made.actor) as ctx:
        actions.revoke_token(ctx, last.row.id)
    with work(made.actor) as ctx:
        actions.create_token(ctx, "room again")


def outcomes_of_one_link_used_at_once(work: Work, make: Make, app: APIFlask) -> list[str]:
    """What six requests get that use the same reset link in the same moment."""
    made, together, outcomes = make.person(), threading.Barrier(6), []

    def use(number: int) -> None:
        with app.app_context():
            together.wait()
            try:
                with work(ANONYMOUS) as ctx:
                    actions.reset_password(ctx, Claim(Purpose.RESET, made.id, 1), f"a long sentence {number}")
                outcomes.append("set")
            except LinkEnded:
                outcomes.append("ended")

    run_together(use, 6)
    return sorted(outcomes)


def test_a_link_used_by_many_at_once_sets_one_password(work: Work, make: Make, app: APIFlask) -> None:
    assert outcomes_of_one_link_used_at_once(work, make, app) == ["ended"] * 5 + ["set"]


@pytest.mark.race
def test_control_without_the_lock_a_link_used_by_many_at_once_sets_several(
    work: Work, make: Make, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time and needs no lock")
    monkeypatch.setattr(actions, "claimant", lambda ctx, claim, _: without_lock(ctx, claim))
    assert outcomes_of_one_link_used_at_once(work, make, app).count("set") > 1


def without_lock(ctx: Context, claim: Claim) -> Person:
    """The person of a claim as a reader without a lock sees it."""
    person = ctx.get(Person, claim.person_id)
    if person.epoch != claim.epoch:
        raise LinkEnded()
    return person


def test_the_moment_of_joining_is_the_clocks(work: Work, clock: FixedClock) -> None:
    clock.advance(timedelta(days=2))
    with work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, LIN)
    with work() as ctx:
        assert ctx.session.scalar(sa.select(Person.joined_at)) == clock.now()
