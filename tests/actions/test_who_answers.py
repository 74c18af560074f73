"""Who answers a case: joint leads, parts that are missing, transfers."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from apiflask import APIFlask

from app.cases import assigning
from app.cases.assigning import add_agency, contribute, missing_parts, part_of, release_agency
from app.cases.models import CaseTransfer
from app.cases.queries import case_by_id
from app.cases.rules import PartState
from app.cases.transfers import accept_transfer, decline_transfer, offer_transfer, open_transfer, withdraw_transfer
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor, Role
from app.desk.queries import offers_to_me
from app.replies.drafting import submit_reply
from app.replies.publishing import publish_reply
from app.topics.rules import Part
from tests.conftest import ENGINE
from tests.support.builders import MadeCase, MadePerson, Make
from tests.support.cases import Work, complete, kinds, released_from

HOSTILE = '<script>alert("x")</script> [a](javascript:alert(1)) \u202eabc'


@pytest.fixture
def joint(make: Make, work: Work) -> tuple[MadeCase, int, int]:
    """A case with three joint leads."""
    made, second, third = make.case(), make.agency("Works"), make.agency("Health")
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        case = case_by_id(ctx, made.id)
        add_agency(ctx, case, second, Part.LEAD, "It builds the stops.")
        add_agency(ctx, case, third, Part.LEAD, "It runs the hospital.")
    return made, second, third


# ---- parts ---------------------------------------------------------------------------------------------------------


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


# ---- transfers -----------------------------------------------------------------------------------------------------


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
