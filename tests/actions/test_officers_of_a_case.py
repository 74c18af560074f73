"""The officers of a case and their deputies, and what they note for themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import Membership, Person
from app.accounts.queries import actor_of
from app.agencies.actions import name_contact, release_officer
from app.agencies.deputies import end_absence, enter_absence
from app.agencies.models import Agency
from app.agencies.queries import staff_of
from app.agencies.rules import AbsenceInput
from app.cases.assigning import add_agency
from app.cases.models import CaseNote
from app.cases.notes import notes_of, write_note
from app.cases.officers import assign, hand_over
from app.cases.queries import case_by_id
from app.core.clock import FixedClock
from app.core.errors import Forbidden, Invalid
from app.core.permissions import Role
from app.topics.rules import Part
from tests.support.builders import MadeCase, Make
from tests.support.cases import Work, kinds, released_from

HOSTILE = '<script>alert("x")</script> [a](javascript:alert(1)) \u202eabc'


# ---- officers ------------------------------------------------------------------------------------------------------


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


# ---- notes ---------------------------------------------------------------------------------------------------------


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
