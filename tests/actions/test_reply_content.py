"""What a reply says demand by demand; holding answers; corrections after publication."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.cases.models import Case
from app.cases.queries import case_by_id
from app.cases.rules import Source
from app.core.answers import AnswerPart, Outcome
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.language import Said
from app.core.permissions import ANONYMOUS, Actor, Role
from app.replies import drafting
from app.replies.correcting import (
    publish_correction,
    save_correction,
    send_correction_back,
    submit_correction,
    take_correction_back,
)
from app.replies.drafting import add_demands, save_draft, submit_reply
from app.replies.holding import publish_holding, send_holding_back, write_holding
from app.replies.publishing import publish_reply
from app.replies.queries import earlier_texts, public_holdings, reply_of
from app.replies.rules import Answer, DraftInput, ReplyState, contradicts_itself, missing_parts
from app.replies.versions import Content, answer_to
from tests.support.builders import MadeCase, MadePerson, Make, complete

Work = Callable[..., AbstractContextManager[Context]]
DRAFT = DraftInput(summary="The last bus waits.", lang="en", contact="Mrs Lin, 1999")
WHY = "The figure was that of last year."


def officers(make: Make, made: MadeCase) -> tuple[MadePerson, MadePerson]:
    """An author and an approver of the lead agency."""
    return make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)


def answered(case: Case) -> DraftInput:
    """A complete reply."""
    return replace(DRAFT, answers={one.id: complete() for one in case.demands})


def publish(make: Make, work: Work, made: MadeCase) -> tuple[MadePerson, MadePerson]:
    """A published reply; its author and its approver."""
    author, approver = officers(make, made)
    with work(author.actor) as ctx:
        revision = submit_reply(ctx, case_by_id(ctx, made.id), answered(case_by_id(ctx, made.id))).revision
    with work(approver.actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, made.id), revision)
    return author, approver


def correct(work: Work, made: MadeCase, author: MadePerson, summary: str = "The last bus waits longer.") -> int:
    """Submit a correction of the summary; returns its revision."""
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        reply = reply_of(ctx, case)
        revision = reply.correction.revision if reply and reply.correction else 0
        return submit_correction(ctx, case, replace(DRAFT, summary=summary, revision=revision), WHY).revision


def facts(work: Work, kind: str) -> list[dict[str, object]]:
    with work() as ctx:
        query = sa.select(FactRow).where(FactRow.kind == kind).order_by(FactRow.id)
        return [row.data for row in ctx.session.scalars(query)]


# ---- what an answer says --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({"outcome": None}, AnswerPart.STATUS),
        ({"text": " \n"}, AnswerPart.REASON),
        ({"basis": ""}, AnswerPart.BASIS),
        ({"no_next_step": False}, AnswerPart.NEXT_STEP),
        ({"no_next_step": False, "next_step": "Order the buses."}, AnswerPart.NEXT_STEP),
        ({"no_next_step": False, "next_step_on": date(2027, 3, 1)}, AnswerPart.NEXT_STEP),
    ],
)
def test_every_part_that_is_missing_is_told(change: dict[str, object], gap: AnswerPart) -> None:
    answer = replace(complete(), **change)
    assert missing_parts(answer, list(AnswerPart), "1999") == [gap]
    assert missing_parts(answer, [part for part in AnswerPart if part is not gap], "1999") == []


def test_the_contact_of_the_reply_stands_for_every_demand() -> None:
    assert missing_parts(complete(), list(AnswerPart)) == [AnswerPart.CONTACT]
    assert missing_parts(replace(complete(), contact="Traffic section"), list(AnswerPart)) == []


def test_a_next_step_has_a_day_or_there_is_none_on_purpose() -> None:
    step = replace(complete(), no_next_step=False, next_step="Order.", next_step_on=date(2027, 3, 1))
    assert missing_parts(step, list(AnswerPart), "1999") == []
    assert contradicts_itself(replace(step, no_next_step=True))
    assert not contradicts_itself(step)


def test_an_answer_comes_back_from_json_as_it_was() -> None:
    answer = Answer(Outcome.UNDER_STUDY, "Why", "Art. 4", "Order", date(2027, 3, 1), False, "Mrs Lin")
    assert Answer.from_json(answer.to_json()) == answer
    assert Answer.from_json(Answer().to_json()) == Answer()


def test_a_reply_is_not_submitted_before_every_demand_has_every_part(make: Make, work: Work) -> None:
    made = make.case(common=2)
    author, _ = officers(make, made)
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        first, second = case.demands
        answers = {first.id: complete(), second.id: replace(complete(), basis="")}
        with pytest.raises(Invalid) as refused:
            submit_reply(ctx, case, replace(DRAFT, answers=answers))
    assert refused.value.values == {"numbers": "2"}


def test_a_government_that_asks_for_less_gets_less(make: Make, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make.case(common=1)
    author, _ = officers(make, made)
    with work(author.actor) as ctx:
        less = ctx.policy.reply.model_copy(update={"required": (AnswerPart.STATUS,)})
        rules = ctx.policy.model_copy(update={"reply": less})
        monkeypatch.setattr(drafting, "rules_of", lambda ctx, case: rules)
        case = case_by_id(ctx, made.id)
        answers = {case.demands[0].id: Answer(Outcome.NOT_COMPETENT)}
        assert submit_reply(ctx, case, replace(DRAFT, answers=answers)).state is ReplyState.SUBMITTED


def test_a_next_step_that_is_denied_is_refused_beside_its_field(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, _ = officers(make, made)
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        one = case.demands[0].id
        with pytest.raises(Invalid) as refused:
            save_draft(ctx, case, replace(DRAFT, answers={one: replace(complete(), next_step="Order.")}))
    assert list(refused.value.fields) == [f"none_{one}"]


def test_who_last_wrote_an_answer_is_kept_and_nobody_signs_for_another(make: Make, work: Work) -> None:
    co = make.agency()
    made = make.case(co_agency_id=co, common=2)
    lead, helper = make.officer(made.agency_id), make.officer(co)
    with work(lead.actor) as ctx:
        case = case_by_id(ctx, made.id)
        save_draft(ctx, case, answered(case))
    with work(helper.actor) as ctx:
        case = case_by_id(ctx, made.id)
        first, second = case.demands
        answers = {first.id: complete(), second.id: complete(text="Ours to say.")}
        save_draft(ctx, case, replace(DRAFT, answers=answers, revision=1))
    with work() as ctx:
        assert [one.written_by_id for one in case_by_id(ctx, made.id).demands] == [lead.id, helper.id]


def test_the_texts_of_an_answer_are_cleaned(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, _ = officers(make, made)
    nasty = Answer(Outcome.ADOPTED, "a\u202eb", "c\u200bd", "e\u202ef", date(2027, 3, 1), False, " g\n h ")
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        save_draft(ctx, case, replace(DRAFT, answers={case.demands[0].id: nasty}))
    with work() as ctx:
        said = answer_to(case_by_id(ctx, made.id).demands[0])
        assert (said.text, said.basis, said.next_step, said.contact) == ("ab", "cd", "ef", "g h")


# ---- where demands come from ----------------------------------------------------------------------------------


def test_the_points_of_a_proposal_become_demands_once_each(make: Make, work: Work) -> None:
    made = make.case(common=1)
    points = [Said("Later buses", "en"), Said(" later buses. ", "en"), Said("夜間公車", "zh-Hant-TW"), Said(" ", "en")]
    with work() as ctx:
        case = case_by_id(ctx, made.id)
        assert len(add_demands(ctx, case, points, Source.PROPOSAL)) == 2
        assert add_demands(ctx, case, points, Source.PROPOSAL) == []
    with work() as ctx:
        found = [(one.position, one.text, one.source) for one in case_by_id(ctx, made.id).public_demands[1:]]
    assert found == [(2, "Later buses", Source.PROPOSAL), (3, "夜間公車", Source.PROPOSAL)]


def test_demands_are_added_by_the_system_and_not_behind_the_back_of_an_approver(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, _ = publish(make, work, made)
    with work() as ctx, pytest.raises(Conflict):
        add_demands(ctx, case_by_id(ctx, made.id), [Said("More", "en")], Source.PROPOSAL)
    with work(author.actor) as ctx, pytest.raises(Forbidden):
        add_demands(ctx, case_by_id(ctx, made.id), [Said("More", "en")], Source.PROPOSAL)


# ---- holding answers ------------------------------------------------------------------------------------------


def hold(work: Work, made: MadeCase, author: MadePerson, text: str = "We are counting.", revision: int = 0) -> int:
    with work(author.actor) as ctx:
        return write_holding(ctx, case_by_id(ctx, made.id), text, "en", revision).revision


def test_a_holding_answer_is_public_after_approval_and_the_clock_goes_on(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, approver = officers(make, made)
    revision = hold(work, made, author)
    with work() as ctx:
        assert public_holdings(ctx, case_by_id(ctx, made.id)) == []
    with work(approver.actor) as ctx:
        publish_holding(ctx, case_by_id(ctx, made.id), revision)
    with work() as ctx:
        case = case_by_id(ctx, made.id)
        assert [one.text for one in public_holdings(ctx, case)] == ["We are counting."]
        assert (case.clock.stopped_on, case.answered_at, reply_of(ctx, case)) == (None, None, None)
    assert facts(work, "holding.published") == [{"case_id": made.id, "number": 1}]


def test_there_are_two_holding_answers_at_most_and_none_after_the_reply(make: Make, work: Work) -> None:
    made, other = make.case(common=1), make.case(common=1)
    author, approver = officers(make, made)
    for number in (1, 2):
        revision = hold(work, made, author)
        with work(approver.actor) as ctx:
            assert publish_holding(ctx, case_by_id(ctx, made.id), revision).number == number
    with work(author.actor) as ctx, pytest.raises(Conflict):
        write_holding(ctx, case_by_id(ctx, made.id), "A third time.", "en")
    writer, _ = publish(make, work, other)
    with work(writer.actor) as ctx, pytest.raises(Conflict):
        write_holding(ctx, case_by_id(ctx, other.id), "Too late.", "en")


def test_the_writer_of_a_holding_answer_does_not_approve_it(make: Make, work: Work) -> None:
    made = make.case()
    writer = make.officer(made.agency_id, Role.APPROVER)
    revision = hold(work, made, writer)
    with work(writer.actor) as ctx, pytest.raises(Forbidden):
        publish_holding(ctx, case_by_id(ctx, made.id), revision)


@pytest.mark.parametrize("who", ["author", "officer elsewhere", "citizen", "visitor"])
def test_only_an_approver_of_the_lead_decides_about_a_holding_answer(make: Make, work: Work, who: str) -> None:
    made = make.case()
    revision = hold(work, made, make.officer(made.agency_id))
    actor: Actor = {
        "author": lambda: make.officer(made.agency_id).actor,
        "officer elsewhere": lambda: make.officer(make.agency(), Role.APPROVER).actor,
        "citizen": lambda: make.person().actor,
        "visitor": lambda: ANONYMOUS,
    }[who]()
    with work(actor) as ctx, pytest.raises(Forbidden):
        publish_holding(ctx, case_by_id(ctx, made.id), revision)
    with work(actor) as ctx, pytest.raises(Forbidden):
        send_holding_back(ctx, case_by_id(ctx, made.id), revision, "No.")
    if who != "author":
        with work(actor) as ctx, pytest.raises(Forbidden):
            write_holding(ctx, case_by_id(ctx, made.id), "Mine.", "en", revision)


def test_a_holding_answer_sent_back_is_written_anew_and_only_that_is_published(make: Make, work: Work) -> None:
    made = make.case()
    author, approver = officers(make, made)
    read = hold(work, made, author)
    with work(approver.actor) as ctx:
        back = send_holding_back(ctx, case_by_id(ctx, made.id), read, "By whom?").revision
    with work(approver.actor) as ctx, pytest.raises(Conflict):
        publish_holding(ctx, case_by_id(ctx, made.id), back)
    with work(author.actor) as ctx, pytest.raises(Conflict):
        write_holding(ctx, case_by_id(ctx, made.id), "From an old page.", "en", read)
    newer = hold(work, made, author, "The traffic section is counting.", back)
    with work(approver.actor) as ctx, pytest.raises(Conflict):
        publish_holding(ctx, case_by_id(ctx, made.id), back)
    with work(approver.actor) as ctx:
        publish_holding(ctx, case_by_id(ctx, made.id), newer)
    assert facts(work, "holding.sent-back") == [{"case_id": made.id, "number": 1}]


@pytest.mark.parametrize(("text", "field"), [(" \u200b ", "text"), ("x" * 2001, "text")])
def test_a_holding_answer_says_something_short(make: Make, work: Work, text: str, field: str) -> None:
    made = make.case()
    author, _ = officers(make, made)
    with work(author.actor) as ctx, pytest.raises(Invalid) as refused:
        write_holding(ctx, case_by_id(ctx, made.id), text, "en")
    assert list(refused.value.fields) == [field]


# ---- corrections ----------------------------------------------------------------------------------------------


def test_a_correction_is_a_new_version_and_moves_no_clock(make: Make, work: Work, clock: FixedClock) -> None:
    made = make.case(common=1)
    author, approver = publish(make, work, made)
    with work() as ctx:
        before = case_by_id(ctx, made.id)
        stopped_on, answered_at = before.clock.stopped_on, before.answered_at
    clock.advance(timedelta(days=3))
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        answers = {case.demands[0].id: complete(Outcome.PARTLY_ADOPTED, "From **April**.")}
        revision = submit_correction(ctx, case, replace(DRAFT, summary="Corrected.", answers=answers), WHY).revision
    with work() as ctx:
        case = case_by_id(ctx, made.id)
        reply = reply_of(ctx, case)
        assert reply
        assert reply.summary == "The last bus waits."
    with work(approver.actor) as ctx:
        publish_correction(ctx, case_by_id(ctx, made.id), revision)
    with work() as ctx:
        case = case_by_id(ctx, made.id)
        reply = reply_of(ctx, case)
        assert reply
        assert (reply.summary, reply.summary_html) == ("Corrected.", "<p>Corrected.</p>")
        assert case.demands[0].answer_html == "<p>From <strong>April</strong>.</p>"
        assert (case.clock.stopped_on, case.answered_at) == (stopped_on, answered_at)
        kept = [(one.number, one.reason, Content.from_json(one.content).summary) for one in reply.versions]
        assert kept == [(1, "", "The last bus waits."), (2, WHY, "Corrected.")]
    assert facts(work, "reply.corrected") == [{"case_id": made.id, "number": 2}]


def test_two_people_stand_behind_a_correction(make: Make, work: Work) -> None:
    made = make.case(common=1)
    publish(make, work, made)
    writer = make.officer(made.agency_id, Role.APPROVER)
    revision = correct(work, made, writer)
    with work(writer.actor) as ctx, pytest.raises(Forbidden):
        publish_correction(ctx, case_by_id(ctx, made.id), revision)
    with work(writer.actor) as ctx, pytest.raises(Forbidden):
        send_correction_back(ctx, case_by_id(ctx, made.id), revision, "No.")


@pytest.mark.parametrize("who", ["author", "officer elsewhere", "citizen", "visitor"])
def test_only_an_approver_of_the_lead_decides_about_a_correction(make: Make, work: Work, who: str) -> None:
    made = make.case(common=1)
    author, _ = publish(make, work, made)
    revision = correct(work, made, author)
    actor: Actor = {
        "author": lambda: make.officer(made.agency_id).actor,
        "officer elsewhere": lambda: make.officer(make.agency(), Role.APPROVER).actor,
        "citizen": lambda: make.person().actor,
        "visitor": lambda: ANONYMOUS,
    }[who]()
    with work(actor) as ctx, pytest.raises(Forbidden):
        publish_correction(ctx, case_by_id(ctx, made.id), revision)
    if who != "author":
        with work(actor) as ctx, pytest.raises(Forbidden):
            save_correction(ctx, case_by_id(ctx, made.id), DRAFT, WHY)


def test_a_correction_says_why_and_changes_something(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, _ = publish(make, work, made)
    with work(author.actor) as ctx, pytest.raises(Invalid) as refused:
        save_correction(ctx, case_by_id(ctx, made.id), replace(DRAFT, summary="New."), " ")
    assert list(refused.value.fields) == ["reason"]
    with work(author.actor) as ctx, pytest.raises(Invalid):
        submit_correction(ctx, case_by_id(ctx, made.id), DRAFT, WHY)


def test_a_correction_keeps_every_required_part(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, _ = publish(make, work, made)
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        answers = {case.demands[0].id: replace(complete(), basis="")}
        with pytest.raises(Invalid):
            submit_correction(ctx, case, replace(DRAFT, answers=answers), WHY)


def test_one_correction_is_under_way_at_a_time(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, approver = publish(make, work, made)
    other = make.officer(made.agency_id)
    with work(author.actor) as ctx:
        save_correction(ctx, case_by_id(ctx, made.id), replace(DRAFT, summary="Mine."), WHY)
    with work(other.actor) as ctx, pytest.raises(Conflict):
        save_correction(ctx, case_by_id(ctx, made.id), replace(DRAFT, summary="Also mine."), WHY)
    revision = correct(work, made, author)
    with work(other.actor) as ctx, pytest.raises(Conflict):
        take_correction_back(ctx, case_by_id(ctx, made.id), revision)
    with work(author.actor) as ctx:
        revision = take_correction_back(ctx, case_by_id(ctx, made.id), revision).revision
    with work(approver.actor) as ctx, pytest.raises(Conflict):
        publish_correction(ctx, case_by_id(ctx, made.id), revision)
    revision = correct(work, made, author, "Better.")
    with work(approver.actor) as ctx:
        send_correction_back(ctx, case_by_id(ctx, made.id), revision, "Which year?")
    revision = correct(work, made, author, "Best.")
    with work(approver.actor) as ctx:
        assert publish_correction(ctx, case_by_id(ctx, made.id), revision).number == 2
    revision = correct(work, made, author, "Once more.")
    with work(approver.actor) as ctx:
        assert publish_correction(ctx, case_by_id(ctx, made.id), revision).number == 3


def test_only_a_published_reply_is_corrected(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, _ = officers(make, made)
    with work(author.actor) as ctx, pytest.raises(Conflict):
        save_correction(ctx, case_by_id(ctx, made.id), DRAFT, WHY)


# ---- what is compared -----------------------------------------------------------------------------------------


def test_a_reply_is_compared_with_published_ones_of_other_cases_in_its_language(make: Make, work: Work) -> None:
    made, draft, mine = make.case(common=1), make.case(common=1), make.case(common=1)
    publish(make, work, made)
    with work(make.officer(draft.agency_id).actor) as ctx:
        save_draft(ctx, case_by_id(ctx, draft.id), answered(case_by_id(ctx, draft.id)))
    with work() as ctx:
        assert {one.slug for one in earlier_texts(ctx, mine.id, "en", 5)} == {made.slug}
        assert {one.text for one in earlier_texts(ctx, mine.id, "en", 5)} == {"The last bus waits.", "From March."}
        assert earlier_texts(ctx, made.id, "en", 5) == []
        assert earlier_texts(ctx, mine.id, "zh-Hant-TW", 5) == []
        assert earlier_texts(ctx, mine.id, "en", 80) == []
