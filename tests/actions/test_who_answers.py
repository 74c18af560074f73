"""Who answers a case: joint leads, parts that are missing, transfers, officers and their deputies, internal notes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from apiflask import APIFlask

from app.accounts.models import Membership, Person
from app.accounts.queries import actor_of
from app.agencies.actions import name_contact, release_officer
from app.agencies.deputies import end_absence, enter_absence
from app.agencies.models import Agency
from app.agencies.queries import staff_of
from app.agencies.rules import AbsenceInput
from app.audit.models import FactRow
from app.cases import assigning
from app.cases.assigning import add_agency, contribute, missing_parts, part_of, release_agency
from app.cases.models import Case, CaseNote, CaseTransfer
from app.cases.notes import notes_of, write_note
from app.cases.officers import assign, hand_over
from app.cases.queries import case_by_id
from app.cases.rules import PartState
from app.cases.transfers import accept_transfer, decline_transfer, offer_transfer, open_transfer, withdraw_transfer
from app.cli import alembic_config
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.database import prepare
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor, Role
from app.desk.queries import desk_rows, my_desk, offers_to_me
from app.desk.rules import Desk, Filter, Waiting
from app.extensions import db
from app.replies.drafting import submit_reply
from app.replies.publishing import publish_reply
from app.replies.queries import reply_of
from app.replies.rules import Answer, DraftInput
from app.topics.rules import Part
from tests.conftest import ENGINE
from tests.support.builders import MadeCase, MadePerson, Make

Work = Callable[..., AbstractContextManager[Context]]
HOSTILE = '<script>alert("x")</script> [a](javascript:alert(1)) \u202eabc'


def complete(ctx: Context, case: Case) -> DraftInput:
    """A complete reply to the case as it stands."""
    reply = reply_of(ctx, case)
    revision = reply.revision if reply else 0
    answers = {one.id: Answer(Outcome.ADOPTED, "From March.") for one in case.demands}
    return DraftInput("The last bus waits.", "en", "Mrs Lin", answers, revision=revision)


def kinds(work: Work, start: str) -> list[str]:
    """Kinds of the recorded facts that begin so, oldest first."""
    with work() as ctx:
        query = sa.select(FactRow.kind).where(FactRow.kind.startswith(start)).order_by(FactRow.id)
        return list(ctx.session.scalars(query))


def released_from(work: Work, make: Make, made: MadeCase, agency_id: int, reason: str = "Not its field.") -> None:
    """An approver of the first lead releases an agency."""
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        release_agency(ctx, case_by_id(ctx, made.id), agency_id, reason)


@pytest.fixture
def joint(make: Make, work: Work) -> tuple[MadeCase, int, int]:
    """A case with three joint leads."""
    made, second, third = make.case(), make.agency("Works"), make.agency("Health")
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        case = case_by_id(ctx, made.id)
        add_agency(ctx, case, second, Part.LEAD, "It builds the stops.")
        add_agency(ctx, case, third, Part.LEAD, "It runs the hospital.")
    return made, second, third


# ---- parts ----------------------------------------------------------------------------------------------------


def test_of_three_joint_leads_one_is_released_and_a_silent_one_blocks_the_reply_by_name(
    make: Make, work: Work, joint: tuple[MadeCase, int, int]
) -> None:
    made, works, health = joint
    make.contribution(made.id, made.agency_id)
    released_from(work, make, made, health)
    author = make.officer(made.agency_id)
    with work(author.actor) as ctx, pytest.raises(Conflict, match=r"missing: Works\.$"):
        submit_reply(ctx, case_by_id(ctx, made.id), complete(ctx, case_by_id(ctx, made.id)))
    make.contribution(made.id, works, "The stops are **built** by May.")
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        revision = submit_reply(ctx, case, complete(ctx, case)).revision
    with work(make.officer(works, Role.APPROVER).actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, made.id), revision)
    with work() as ctx:
        assert case_by_id(ctx, made.id).is_answered


def test_an_agency_added_after_the_reply_was_submitted_blocks_its_publication(make: Make, work: Work) -> None:
    made, late_comer = make.case(), make.agency("Police")
    with work(make.officer(made.agency_id).actor) as ctx:
        revision = submit_reply(ctx, case_by_id(ctx, made.id), complete(ctx, case_by_id(ctx, made.id))).revision
    approver = make.officer(made.agency_id, Role.APPROVER)
    with work(approver.actor) as ctx:
        add_agency(ctx, case_by_id(ctx, made.id), late_comer, Part.CO, "It keeps order.")
    with work(approver.actor) as ctx, pytest.raises(Conflict, match="Police"):
        publish_reply(ctx, case_by_id(ctx, made.id), revision)


def test_a_lead_that_answers_alone_writes_the_reply_and_has_no_other_part(make: Make, work: Work) -> None:
    made, shared = make.case(), make.case(co_agency_id=make.agency())
    with work() as ctx:
        assert missing_parts(case_by_id(ctx, made.id)) == []
        assert [part.part for part in missing_parts(case_by_id(ctx, shared.id))] == [Part.CO]


def test_a_part_is_required_then_contributed_or_released(make: Make, work: Work, clock: FixedClock) -> None:
    one, other = make.agency(), make.agency()
    made = make.case(co_agency_id=one)
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        add_agency(ctx, case_by_id(ctx, made.id), other, Part.CO, "It pays.")
    clock.advance(timedelta(hours=1))
    make.contribution(made.id, one)
    released_from(work, make, made, other)
    with work() as ctx:
        case = case_by_id(ctx, made.id)
        assert [part.state for part in case.parts] == [PartState.REQUIRED, PartState.CONTRIBUTED, PartState.RELEASED]
        assert [part.since for part in case.parts] == [case.opened_at, ctx.now, ctx.now]
        assert case.agency_ids == [made.agency_id, one]
    assert kinds(work, "case.")[1:] == [
        "case.agency-added",
        "case.part-contributed",
        "case.agency-released",
    ]


def test_an_agency_that_was_released_and_added_again_has_to_contribute_anew(make: Make, work: Work) -> None:
    co = make.agency()
    made = make.case(co_agency_id=co)
    make.contribution(made.id, co)
    released_from(work, make, made, co)
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        add_agency(ctx, case_by_id(ctx, made.id), co, Part.CO, "It is its field after all.")
        case = case_by_id(ctx, made.id)
        assert [part.state for part in case.parts][1:] == [PartState.RELEASED, PartState.REQUIRED]
        assert [part.agency_id for part in missing_parts(case)] == [co]


def test_the_last_lead_cannot_be_released(make: Make, work: Work, joint: tuple[MadeCase, int, int]) -> None:
    made, works, health = joint
    released_from(work, make, made, works)
    released_from(work, make, made, health)
    with pytest.raises(Conflict, match="has to lead"):
        released_from(work, make, made, made.agency_id)


def leads_left(app: APIFlask, make: Make, work: Work) -> int:
    """Two joint leads release each other when both have read the case; how many lead afterwards."""
    made, second = make.case(), make.agency()
    sides = [
        (make.officer(made.agency_id, Role.APPROVER), second),
        (make.officer(second, Role.APPROVER), made.agency_id),
    ]
    with work(sides[0][0].actor) as ctx:
        add_agency(ctx, case_by_id(ctx, made.id), second, Part.LEAD, "Both.")
    both_have_read = threading.Barrier(2, timeout=20)

    def release(person: MadePerson, other: int) -> None:
        with app.app_context(), suppress(Conflict, NotFound), app.extensions["acting"].work(person.actor) as ctx:
            case = case_by_id(ctx, made.id)
            both_have_read.wait()
            release_agency(ctx, case, other, "We do it.")

    threads = [threading.Thread(target=release, args=side) for side in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with work() as ctx:
        return len(case_by_id(ctx, made.id).leads)


on_postgresql = pytest.mark.skipif(ENGINE == "sqlite", reason="SQLite lets one write at a time, from its first read")


@on_postgresql
def test_two_leads_that_release_each_other_at_once_leave_one(app: APIFlask, make: Make, work: Work) -> None:
    assert leads_left(app, make, work) == 1


@on_postgresql
def test_without_the_lock_none_would_be_left(
    app: APIFlask, make: Make, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "lock", lambda ctx, case: None)
    assert leads_left(app, make, work) == 0


def test_nothing_about_the_agencies_changes_once_the_reply_is_published(make: Make, work: Work) -> None:
    made, other = make.case(), make.agency()
    approver = make.officer(made.agency_id, Role.APPROVER)
    with work(make.officer(made.agency_id).actor) as ctx:
        revision = submit_reply(ctx, case_by_id(ctx, made.id), complete(ctx, case_by_id(ctx, made.id))).revision
    with work(approver.actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, made.id), revision)
    for act in (
        lambda ctx, case: add_agency(ctx, case, other, Part.CO, "Late."),
        lambda ctx, case: release_agency(ctx, case, made.agency_id, "Late."),
        lambda ctx, case: contribute(ctx, case, made.agency_id, "Late."),
        lambda ctx, case: offer_transfer(ctx, case, made.agency_id, other, "Late."),
    ):
        with work(approver.actor) as ctx, pytest.raises(Conflict, match="published"):
            act(ctx, case_by_id(ctx, made.id))


def test_a_reason_is_needed_is_clean_and_has_an_end(make: Make, work: Work) -> None:
    made, other = make.case(), make.agency()
    approver = make.officer(made.agency_id, Role.APPROVER)
    for reason in ("", "   ", "x" * 301):
        with work(approver.actor) as ctx, pytest.raises(Invalid) as refused:
            add_agency(ctx, case_by_id(ctx, made.id), other, Part.CO, reason)
        assert "reason" in refused.value.fields
    with work(approver.actor) as ctx:
        part = add_agency(ctx, case_by_id(ctx, made.id), other, Part.CO, f"  {HOSTILE}\nsecond line ")
        assert part.added_because.endswith("second line")
        assert "\n" not in part.added_because
        assert "\u202e" not in part.added_because


def test_a_contribution_is_rendered_harmless_and_never_overwrites_what_was_not_read(make: Make, work: Work) -> None:
    co = make.agency()
    made, officer = make.case(co_agency_id=co), make.officer(co)
    with work(officer.actor) as ctx:
        part = contribute(ctx, case_by_id(ctx, made.id), co, HOSTILE)
        assert "<script" not in part.contribution_html
        assert 'href="javascript' not in part.contribution_html
    with work(officer.actor) as ctx, pytest.raises(Conflict, match="meanwhile"):
        contribute(ctx, case_by_id(ctx, made.id), co, "I never saw the other text.")
    with work(officer.actor) as ctx:
        case = case_by_id(ctx, made.id)
        assert contribute(ctx, case, co, "Better.", part_of(case, co).contribution).contribution == "Better."


@pytest.mark.parametrize("who", ["author", "approver of another agency", "citizen", "visitor"])
def test_only_who_assigns_at_a_lead_adds_releases_and_offers(make: Make, work: Work, who: str) -> None:
    co, other = make.agency(), make.agency()
    made = make.case(co_agency_id=co)
    actor: Actor = {
        "author": lambda: make.officer(made.agency_id).actor,
        "approver of another agency": lambda: make.officer(co, Role.APPROVER).actor,
        "citizen": lambda: make.person().actor,
        "visitor": lambda: ANONYMOUS,
    }[who]()
    for act in (
        lambda ctx, case: add_agency(ctx, case, other, Part.CO, "So."),
        lambda ctx, case: release_agency(ctx, case, co, "So."),
        lambda ctx, case: offer_transfer(ctx, case, made.agency_id, other, "So."),
    ):
        with work(actor) as ctx, pytest.raises((Forbidden, SignInNeeded)):
            act(ctx, case_by_id(ctx, made.id))


def test_only_an_officer_of_an_agency_says_its_part_is_in(make: Make, work: Work) -> None:
    co = make.agency()
    made = make.case(co_agency_id=co)
    for person in (make.officer(made.agency_id, Role.APPROVER), make.person()):
        with work(person.actor) as ctx, pytest.raises(Forbidden):
            contribute(ctx, case_by_id(ctx, made.id), co, "For you.")


# ---- transfers ------------------------------------------------------------------------------------------------


@pytest.fixture
def offered(make: Make, work: Work) -> tuple[MadeCase, int, int]:
    """A case offered to another agency; the agency and the offer."""
    made, other = make.case(), make.agency()
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        offer = offer_transfer(ctx, case_by_id(ctx, made.id), made.agency_id, other, "The road is theirs.")
        return made, other, offer.id


def test_until_an_offer_is_accepted_the_lead_answers(
    make: Make, work: Work, offered: tuple[MadeCase, int, int], clock: FixedClock
) -> None:
    made, other, offer_id = offered
    with work() as ctx:
        assert case_by_id(ctx, made.id).lead_ids == [made.agency_id]
    receiver = make.officer(other, Role.APPROVER)
    clock.advance(timedelta(days=1))
    with work(receiver.actor) as ctx:
        assert [one.id for one in offers_to_me(ctx)] == [offer_id]
        accept_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id))
    with work() as ctx:
        case, offer = case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id)
        assert case.lead_ids == case.agency_ids == [other]
        assert (offer.decided_by_id, offer.decided_at) == (receiver.id, ctx.now)
        assert case.parts[0].released_because == case.parts[1].added_because == "The road is theirs."
        assert (case.clock.due_on, case.clock.stopped_on) == (made.due_on, None)
    assert kinds(work, "case.transfer") == ["case.transfer-offered", "case.transfer-accepted"]


def test_an_agency_that_takes_part_keeps_what_it_contributed_when_it_takes_the_case(make: Make, work: Work) -> None:
    co = make.agency()
    made = make.case(co_agency_id=co)
    make.contribution(made.id, co, "Ours.")
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        offer_id = offer_transfer(ctx, case_by_id(ctx, made.id), made.agency_id, co, "It knows more.").id
    with work(make.officer(co, Role.APPROVER).actor) as ctx:
        accept_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id))
        case = case_by_id(ctx, made.id)
        assert [(part.agency_id, part.part, part.contribution) for part in case.agencies] == [(co, Part.LEAD, "Ours.")]


def test_a_declined_offer_changes_nothing_and_says_why(
    make: Make, work: Work, offered: tuple[MadeCase, int, int]
) -> None:
    made, other, offer_id = offered
    receiver = make.officer(other, Role.APPROVER)
    with work(receiver.actor) as ctx, pytest.raises(Invalid):
        decline_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id), " ")
    with work(receiver.actor) as ctx:
        decline_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id), "The road is yours.")
        assert offers_to_me(ctx) == []
    with work() as ctx:
        assert case_by_id(ctx, made.id).lead_ids == [made.agency_id]
        assert ctx.get(CaseTransfer, offer_id).answer == "The road is yours."
    with work(receiver.actor) as ctx, pytest.raises(Conflict):
        accept_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id))


def test_a_case_has_one_open_offer_and_its_lead_may_take_it_back(
    make: Make, work: Work, offered: tuple[MadeCase, int, int]
) -> None:
    made, other, offer_id = offered
    approver, third = make.officer(made.agency_id, Role.APPROVER), make.agency()
    with work(approver.actor) as ctx, pytest.raises(Conflict, match="offered to an agency already"):
        offer_transfer(ctx, case_by_id(ctx, made.id), made.agency_id, third, "Or them.")
    with work(make.officer(other, Role.APPROVER).actor) as ctx, pytest.raises(Forbidden):
        withdraw_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id))
    with work(approver.actor) as ctx:
        withdraw_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id))
        case = case_by_id(ctx, made.id)
        assert open_transfer(case) is None
        offer_transfer(ctx, case, made.agency_id, third, "Or them.")


@pytest.mark.parametrize("who", ["author there", "the lead", "citizen"])
def test_only_who_assigns_at_the_other_agency_answers_an_offer(
    make: Make, work: Work, offered: tuple[MadeCase, int, int], who: str
) -> None:
    made, other, offer_id = offered
    person = {
        "author there": lambda: make.officer(other),
        "the lead": lambda: make.officer(made.agency_id, Role.APPROVER),
        "citizen": make.person,
    }[who]()
    with work(person.actor) as ctx, pytest.raises(Forbidden):
        accept_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id))
    with work(person.actor) as ctx, pytest.raises(Forbidden):
        decline_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer_id), "No.")


# ---- officers -------------------------------------------------------------------------------------------------


def acting(work: Work, made: MadeCase) -> int | None:
    """Who is in charge of the lead's part today."""
    with work() as ctx:
        part = case_by_id(ctx, made.id).lead
        return staff_of(ctx, [part.agency_id])[part.agency_id].acting(part.handler_id, part.deputy_id)


def test_a_case_is_never_without_anybody(make: Make, work: Work) -> None:
    made = make.case()
    agency_id = made.agency_id
    author, deputy, approver, contact = (
        make.officer(agency_id),
        make.officer(agency_id),
        make.officer(agency_id, Role.APPROVER),
        make.officer(agency_id),
    )
    assert acting(work, made) == approver.id  # nobody was named: the first who approves
    administrator = make.person(administrator=True)
    with work(administrator.actor) as ctx:
        name_contact(ctx, ctx.get(Agency, agency_id), contact.id)
    assert acting(work, made) == contact.id
    with work(approver.actor) as ctx:
        assign(ctx, case_by_id(ctx, made.id), agency_id, author.id, deputy.id)
    assert acting(work, made) == author.id
    with work(administrator.actor) as ctx:
        release_officer(ctx, ctx.get(Agency, agency_id), author.id)
    assert acting(work, made) == deputy.id
    with work() as ctx:
        ctx.get(Person, deputy.id).confirmed_at = None
    assert acting(work, made) == contact.id
    with work(administrator.actor) as ctx:
        release_officer(ctx, ctx.get(Agency, agency_id), contact.id)
    assert acting(work, made) == approver.id


def test_while_an_officer_is_away_another_acts_and_from_the_next_day_not_any_more(
    make: Make, work: Work, clock: FixedClock
) -> None:
    made = make.case()
    author, other = make.officer(made.agency_id), make.officer(made.agency_id)
    with work(author.actor) as ctx:
        assign(ctx, case_by_id(ctx, made.id), made.agency_id, author.id)
        first, last = ctx.today + timedelta(days=1), ctx.today + timedelta(days=3)
        enter_absence(ctx, made.agency_id, AbsenceInput(author.id, other.id, first, last))
    found = []
    for _ in range(5):
        found.append(acting(work, made))
        clock.advance(timedelta(days=1))
    assert found == [author.id, other.id, other.id, other.id, author.id]


def test_an_officer_enters_the_own_absence_and_who_assigns_anybodys(make: Make, work: Work) -> None:
    agency_id = make.agency()
    author, other = make.officer(agency_id), make.officer(agency_id)
    outsider, approver = make.officer(make.agency(), Role.APPROVER), make.officer(agency_id, Role.APPROVER)
    entered = AbsenceInput(author.id, other.id, date(2026, 11, 4))
    for person in (other, outsider, make.person()):
        with work(person.actor) as ctx, pytest.raises(Forbidden):
            enter_absence(ctx, agency_id, entered)
    with work(approver.actor) as ctx:
        absence_id = enter_absence(ctx, agency_id, entered).id
    with work(author.actor) as ctx:
        end_absence(ctx, absence_id)
    assert kinds(work, "agency.absence") == ["agency.absence-entered", "agency.absence-ended"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"deputy_id": 0}, "deputy_id"),
        ({"person_id": 0}, "person_id"),
        ({"until_on": date(2026, 11, 3)}, "until_on"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(
    make: Make, work: Work, change: dict[str, object], field: str
) -> None:
    agency_id = make.agency()
    author, other = make.officer(agency_id), make.officer(agency_id)
    entered = replace(AbsenceInput(author.id, other.id, date(2026, 11, 4)), **change)  # type: ignore[arg-type]
    with work(make.officer(agency_id, Role.APPROVER).actor) as ctx, pytest.raises(Invalid) as refused:
        enter_absence(ctx, agency_id, entered)
    assert set(refused.value.fields) == {field}


def test_an_officer_takes_what_nobody_has_and_hands_on_what_is_theirs(make: Make, work: Work) -> None:
    made = make.case()
    one, two, stranger = make.officer(made.agency_id), make.officer(made.agency_id), make.officer(make.agency())
    with work(one.actor) as ctx, pytest.raises(Forbidden):
        assign(ctx, case_by_id(ctx, made.id), made.agency_id, two.id)
    with work(one.actor) as ctx:
        assign(ctx, case_by_id(ctx, made.id), made.agency_id, one.id)
    with work(two.actor) as ctx, pytest.raises(Forbidden):
        assign(ctx, case_by_id(ctx, made.id), made.agency_id, two.id)
    with work(one.actor) as ctx, pytest.raises(Invalid):
        assign(ctx, case_by_id(ctx, made.id), made.agency_id, stranger.id)
    with work(one.actor) as ctx:
        assign(ctx, case_by_id(ctx, made.id), made.agency_id, two.id, note="The file is on the shelf.")
    assert acting(work, made) == two.id
    with work(two.actor) as ctx:
        assert [note.text for note in notes_of(ctx, case_by_id(ctx, made.id))] == ["The file is on the shelf."]


def test_all_or_some_cases_of_an_officer_go_to_another_with_a_note(make: Make, work: Work) -> None:
    agency_id = make.agency()
    first, second, third = (make.case(agency_id=agency_id) for _ in range(3))
    leaving, staying = make.officer(agency_id), make.officer(agency_id)
    with work(leaving.actor) as ctx:
        for made in (first, second, third):
            assign(ctx, case_by_id(ctx, made.id), agency_id, leaving.id)
    with work(staying.actor) as ctx, pytest.raises(Forbidden):
        hand_over(ctx, agency_id, leaving.id, staying.id)
    with work(leaving.actor) as ctx:
        assert hand_over(ctx, agency_id, leaving.id, staying.id, "I move to the archive.", [second.id]) == 1
        assert hand_over(ctx, agency_id, leaving.id, staying.id) == 2
    with work(leaving.actor) as ctx, pytest.raises(Invalid, match="no open case"):
        hand_over(ctx, agency_id, leaving.id, staying.id)
    assert [acting(work, made) for made in (first, second, third)] == [staying.id] * 3
    with work() as ctx:
        assert list(ctx.session.scalars(sa.select(CaseNote.case_id))) == [second.id]


def test_the_contact_person_assigns_the_cases_of_the_own_agency_only(make: Make, work: Work) -> None:
    made, elsewhere = make.case(), make.case()
    contact, author = make.officer(made.agency_id), make.officer(made.agency_id)
    with work(make.person(administrator=True).actor) as ctx:
        name_contact(ctx, ctx.get(Agency, made.agency_id), contact.id)
    with work() as ctx:
        actor = actor_of(ctx.session, ctx.get(Person, contact.id))
    with work(actor) as ctx:
        assign(ctx, case_by_id(ctx, made.id), made.agency_id, author.id)
    with work(actor) as ctx, pytest.raises(Forbidden):
        add_agency(ctx, case_by_id(ctx, elsewhere.id), made.agency_id, Part.CO, "We want to.")


def test_an_agency_has_one_contact_person(make: Make, work: Work) -> None:
    agency_id = make.agency()
    one, two = make.officer(agency_id), make.officer(agency_id)
    with work(make.person(administrator=True).actor) as ctx:
        for person in (one, two, two):
            name_contact(ctx, ctx.get(Agency, agency_id), person.id)
        query = sa.select(Membership.person_id).where(Membership.is_contact)
        assert list(ctx.session.scalars(query)) == [two.id]
    for person in (one, make.person()):
        with work(person.actor) as ctx, pytest.raises(Forbidden):
            name_contact(ctx, ctx.get(Agency, agency_id), person.id)


# ---- notes ----------------------------------------------------------------------------------------------------


def test_notes_are_for_the_officers_of_the_agencies_of_the_case(make: Make, work: Work) -> None:
    co = make.agency()
    made = make.case(co_agency_id=co)
    with work(make.officer(co).actor) as ctx:
        note = write_note(ctx, case_by_id(ctx, made.id), f"Call Mr Wu first. {HOSTILE}")
        assert note.agency_id == co
        assert "<script" not in note.html
    with work(make.officer(made.agency_id).actor) as ctx:
        assert len(notes_of(ctx, case_by_id(ctx, made.id))) == 1
    for person in (make.officer(make.agency(), Role.APPROVER), make.person(), make.person(administrator=True)):
        for act in (lambda ctx, case: write_note(ctx, case, "Hello"), notes_of):
            with work(person.actor) as ctx, pytest.raises(Forbidden):
                act(ctx, case_by_id(ctx, made.id))


def test_an_agency_that_was_released_reads_no_more_notes(make: Make, work: Work) -> None:
    co = make.agency()
    made, officer = make.case(co_agency_id=co), make.officer(co)
    released_from(work, make, made, co)
    with work(officer.actor) as ctx, pytest.raises(Forbidden):
        notes_of(ctx, case_by_id(ctx, made.id))


@pytest.mark.parametrize("text", ["", " \n ", "x" * 5001])
def test_an_empty_or_endless_note_is_refused(make: Make, work: Work, text: str) -> None:
    made = make.case()
    with work(make.officer(made.agency_id).actor) as ctx, pytest.raises(Invalid):
        write_note(ctx, case_by_id(ctx, made.id), text)


# ---- the desk -------------------------------------------------------------------------------------------------


def desk_of(work: Work, person: MadePerson) -> Desk:
    """What somebody's desk shows."""
    with work(person.actor) as ctx:
        return my_desk(ctx)


def test_the_desk_says_for_whom_each_case_waits(make: Make, work: Work) -> None:
    lead, co = make.agency(), make.agency()
    made = make.case(agency_id=lead, co_agency_id=co)
    author, approver, helper = make.officer(lead), make.officer(lead, Role.APPROVER), make.officer(co)

    def waits(person: MadePerson) -> tuple[Waiting, tuple[int, ...], bool]:
        (line,) = desk_of(work, person).lines
        return line.waiting, line.others, line.is_my_turn

    assert waits(author) == (Waiting.AGENCIES, (co,), False)
    assert waits(helper) == (Waiting.US, (), True)
    make.contribution(made.id, co)
    assert waits(helper) == (Waiting.AGENCIES, (lead,), False)
    assert waits(approver) == (Waiting.US, (), True)
    with work(author.actor) as ctx:
        submit_reply(ctx, case_by_id(ctx, made.id), complete(ctx, case_by_id(ctx, made.id)))
    assert waits(approver) == (Waiting.APPROVER, (), True)
    assert waits(author) == (Waiting.APPROVER, (), False)


def test_the_filters_show_mine_my_turn_late_and_all(make: Make, work: Work, clock: FixedClock) -> None:
    agency_id = make.agency()
    late = make.case(agency_id=agency_id)
    clock.advance(timedelta(days=30))
    mine = make.case(agency_id=agency_id)
    make.case()
    author, approver = make.officer(agency_id), make.officer(agency_id, Role.APPROVER)
    with work(author.actor) as ctx:
        assign(ctx, case_by_id(ctx, mine.id), agency_id, author.id)
    desk = desk_of(work, author)
    shown = {one: [line.case_id for line in desk.shown(one)] for one in Filter}
    assert shown == {
        Filter.MINE: [mine.id],
        Filter.WAITING: [mine.id],
        Filter.LATE: [late.id],
        Filter.AGENCY: [late.id, mine.id],
        Filter.PUBLISHED: [],
    }
    assert [line.days_open for line in desk.lines] == [30, 0]
    assert (desk.first_filter(False), desk.first_filter(True)) == (Filter.MINE, Filter.AGENCY)
    loads = [(load.name, load.open, load.late, load.this_week) for load in desk.workload([agency_id])]
    assert loads == [(approver.name, 1, 1, 0), (author.name, 1, 0, 0)]


def test_the_workload_counts_what_is_due_until_sunday(make: Make, work: Work, clock: FixedClock) -> None:
    made = make.case()
    officer = make.officer(made.agency_id)

    def this_week(day: date) -> int:
        clock.advance(day - clock.now().date())
        return desk_of(work, officer).workload([made.agency_id])[0].this_week

    assert made.due_on == date(2026, 11, 24)
    days = [date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    assert [this_week(day) for day in days] == [0, 1, 1, 0]


def test_two_hundred_cases_cost_as_many_statements_as_two_and_come_in_pages(make: Make, work: Work) -> None:
    agency_id, co = make.agency(), make.agency()
    officer = make.officer(agency_id)

    def statements() -> int:
        count = 0

        def counting(*_: object) -> None:
            nonlocal count
            count += 1

        sa.event.listen(db.engine, "before_cursor_execute", counting)
        try:
            with work(officer.actor) as ctx:
                desk = my_desk(ctx)
                page = desk_rows(ctx, desk.lines)
                assert all(case.topic and case.agencies[0].agency.name for _, case in page.items)
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", counting)
        return count

    for _ in range(2):
        make.case(agency_id=agency_id, co_agency_id=co, common=1)
    few = statements()
    for _ in range(198):
        make.case(agency_id=agency_id, common=1)
    assert statements() == few < 20
    with work(officer.actor) as ctx:
        desk = my_desk(ctx)
        pages = [desk_rows(ctx, desk.lines, number) for number in (1, 10, 11)]
    assert [len(page.items) for page in pages] == [20, 20, 0]
    assert [page.has_next for page in pages] == [True, False, False]


def test_nobody_but_officers_has_a_desk(make: Make, work: Work) -> None:
    make.case()
    for actor in (make.person().actor, make.person(administrator=True).actor, ANONYMOUS):
        with work(actor) as ctx, pytest.raises((Forbidden, SignInNeeded)):
            my_desk(ctx)
    with work(make.officer(make.agency()).actor) as ctx:
        assert my_desk(ctx).lines == []


# ---- the migration --------------------------------------------------------------------------------------------


BEFORE = (
    "INSERT INTO topics (id, kind, slug, title, summary, statement_count, participant_count, vote_count, comment_count,"
    " vote_seq, notice, imported_from, mark_count, mark_seq, ranked_count)"
    " VALUES (1, 'issues', 'buses', '{}', '{}', 0, 0, 0, 0, 0, '{}', '', 0, 0, 0)",
    "INSERT INTO agencies (id, slug, name, email, phone, competences) VALUES (1, 'a', '{}', 'a@example.org', '', '{}')",
    "INSERT INTO cases (id, topic_id, opened_at) VALUES (1, 1, '2026-11-04 00:00:00')",
    "INSERT INTO case_agencies (id, case_id, agency_id, part) VALUES (1, 1, 1, 'lead')",
)
PARTS = "SELECT part, added_because, released_because, released_at, contributed_at, handler_id FROM case_agencies"


def test_cases_of_before_keep_their_agencies_there_and_back(empty_database: str) -> None:
    config = alembic_config(empty_database)
    here = ScriptDirectory.from_config(config).get_revision("0009")
    command.upgrade(config, str(here.down_revision))
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(sa.text(statement))
    command.upgrade(config, "0009")
    with engine.begin() as connection:
        assert [tuple(row) for row in connection.execute(sa.text(PARTS))] == [("lead", "", "", None, None, None)]
    command.downgrade(config, str(here.down_revision))
    with engine.begin() as connection:
        assert [tuple(row) for row in connection.execute(sa.text("SELECT part FROM case_agencies"))] == [("lead",)]
    engine.dispose()
