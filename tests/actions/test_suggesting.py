"""A draft written together: opened by its author, changed by suggestion, closed by handing it in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.notices.models import Letter
from app.proposals.drafting import discard, entered_of, save, submit
from app.proposals.models import Suggestion
from app.proposals.passages import OPEN_EACH, Part, SuggestionState
from app.proposals.queries import proposal_by_id
from app.proposals.suggesting import (
    SuggestionInput,
    accept,
    be_named,
    close_draft,
    decline,
    draft_by_key,
    my_suggestions,
    open_draft,
    suggest,
    suggestions_for,
    thanked,
)
from tests.support.builders import MadePerson, Make
from tests.support.proposals import MadeProposal, Work, drafted, entered

STOPS = SuggestionInput(Part.DEMANDS, "Light the stops.", "Light every stop all night.", "Some stay dark.", True)


def opened(work: Work, made: MadeProposal) -> str:
    with work(made.author.actor) as ctx:
        return open_draft(ctx, proposal_by_id(ctx, made.id))


def suggested(work: Work, key: str, person: MadePerson, wanted: SuggestionInput = STOPS) -> int:
    with work(person.actor) as ctx:
        return suggest(ctx, key, wanted).id


def said(work: Work, made: MadeProposal, suggestion_id: int, *, takes: bool, reason: str = "") -> None:
    with work(made.author.actor) as ctx:
        found = ctx.get(Suggestion, suggestion_id)
        if takes:
            accept(ctx, found)
        else:
            decline(ctx, found, reason)


def handed_in(work: Work, made: MadeProposal) -> None:
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        submit(ctx, proposal, proposal.revision)


def state_of(work: Work, suggestion_id: int) -> SuggestionState:
    with work() as ctx:
        return ctx.get(Suggestion, suggestion_id).state


def demands_of(work: Work, made: MadeProposal) -> list[str]:
    with work(made.author.actor) as ctx:
        return proposal_by_id(ctx, made.id).demands


def letters_to(work: Work, person: MadePerson) -> list[str]:
    with work() as ctx:
        return list(
            ctx.session.scalars(sa.select(Letter.subject).where(Letter.recipient == person.email).order_by(Letter.id))
        )


def test_a_draft_is_closed_until_its_author_opens_it_and_again_when_it_is_closed(work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person()
    with work(friend.actor) as ctx:
        for key in ("", "None"):
            with pytest.raises(NotFound):
                draft_by_key(ctx, key)
    key = opened(work, made)
    with work(friend.actor) as ctx:
        assert draft_by_key(ctx, key).id == made.id
        with pytest.raises(NotFound):
            proposal_by_id(ctx, made.id)
    with work(made.author.actor) as ctx:
        close_draft(ctx, proposal_by_id(ctx, made.id))
    with work(friend.actor) as ctx, pytest.raises(NotFound):
        draft_by_key(ctx, key)


def test_opened_again_the_old_link_leads_nowhere(work: Work, make: Make) -> None:
    made = drafted(work, make)
    first, second = opened(work, made), opened(work, made)
    assert first != second
    with work(make.person().actor) as ctx, pytest.raises(NotFound):
        draft_by_key(ctx, first)


def test_only_the_author_opens_closes_and_decides(work: Work, make: Make) -> None:
    made, friend, reviewer = drafted(work, make), make.person(), make.person(moderator=True)
    one = suggested(work, opened(work, made), friend)
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
    for person in (friend, reviewer):
        with work(person.actor) as ctx:
            for act in (
                lambda: open_draft(ctx, proposal),
                lambda: close_draft(ctx, proposal),
                lambda: accept(ctx, ctx.get(Suggestion, one)),
                lambda: decline(ctx, ctx.get(Suggestion, one)),
            ):
                with pytest.raises(Forbidden):
                    act()


def test_a_suggestion_that_is_taken_changes_the_text_and_is_kept(work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person()
    one = suggested(work, opened(work, made), friend)
    assert demands_of(work, made) == ["Run the night buses until two.", "Light the stops."]
    said(work, made, one, takes=True)
    assert demands_of(work, made) == ["Run the night buses until two.", "Light every stop all night."]
    assert state_of(work, one) is SuggestionState.ACCEPTED


def test_one_that_is_declined_leaves_the_text_and_keeps_the_reason(work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person()
    one = suggested(work, opened(work, made), friend)
    said(work, made, one, takes=False, reason="Too dear. ")
    assert demands_of(work, made)[1] == "Light the stops."
    with work(friend.actor) as ctx:
        assert [(row.state, row.reason) for row in my_suggestions(ctx)] == [(SuggestionState.DECLINED, "Too dear.")]


@pytest.mark.parametrize(
    ("part", "passage", "text", "then"),
    [
        (Part.DEMANDS, "", "Sell tickets on board.", ("Run.", "Light.", "Sell tickets on board.")),
        (Part.DEMANDS, "Light.", "", ("Run.",)),
        (Part.TITLE, "Night buses", "Night buses until two", "Night buses until two"),
        (Part.REASON, "First.", "The first.", "The first.\n\nSecond and last."),
        (Part.REASON, "Second and last.", "", "First."),
        (Part.REASON, "and last", "but not last", "First.\n\nSecond but not last."),
        (Part.EVIDENCE, "", "A count of 2025.", "A count of 2025."),
    ],
)
def test_a_passage_is_replaced_added_or_taken_out(
    work: Work, make: Make, part: Part, passage: str, text: str, then: object
) -> None:
    made = drafted(work, make, title="Night buses", demands=("Run.", "Light."), reason="First.\n\nSecond and last.")
    one = suggested(work, opened(work, made), make.person(), SuggestionInput(part, passage, text))
    said(work, made, one, takes=True)
    with work(made.author.actor) as ctx:
        assert getattr(entered_of(proposal_by_id(ctx, made.id)), part.value) == then


def test_if_the_passage_has_changed_nothing_is_overwritten_and_nothing_lost(work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person()
    one = suggested(work, opened(work, made), friend)
    with work(made.author.actor) as ctx:
        save(ctx, proposal_by_id(ctx, made.id), entered(demands=("Run the night buses until two.", "No light.")), 1)
    with pytest.raises(Conflict):
        said(work, made, one, takes=True)
    assert demands_of(work, made)[1] == "No light."
    assert state_of(work, one) is SuggestionState.OPEN
    said(work, made, one, takes=False)


def test_of_two_suggestions_for_one_passage_the_second_meets_a_changed_text(work: Work, make: Make) -> None:
    made = drafted(work, make)
    key = opened(work, made)
    first = suggested(work, key, make.person())
    second = suggested(work, key, make.person(), SuggestionInput(Part.DEMANDS, "Light the stops.", "Paint the stops."))
    said(work, made, first, takes=True)
    with pytest.raises(Conflict):
        said(work, made, second, takes=True)


def test_nobody_decides_twice(work: Work, make: Make) -> None:
    made = drafted(work, make)
    one = suggested(work, opened(work, made), make.person())
    said(work, made, one, takes=False)
    for takes in (True, False):
        with pytest.raises(Conflict):
            said(work, made, one, takes=takes)
    assert state_of(work, one) is SuggestionState.DECLINED


def test_what_changes_nothing_or_breaks_the_limits_is_not_suggested(work: Work, make: Make) -> None:
    made = drafted(work, make)
    key = opened(work, made)
    for wrong in (
        SuggestionInput(Part.DEMANDS, "Light the stops.", " Light the stops. "),
        SuggestionInput(Part.DEMANDS, "Light the stops.", "x" * 281),
        SuggestionInput(Part.TITLE, "Night buses until two", ""),
        SuggestionInput(Part.REASON, "", "x" * 5_001),
    ):
        with pytest.raises(Invalid):
            suggested(work, key, make.person(), wrong)
    with pytest.raises(Conflict):
        suggested(work, key, make.person(), SuggestionInput(Part.DEMANDS, "Never said.", "x"))
    with pytest.raises(Conflict):
        suggested(work, key, made.author)


def test_one_person_cannot_flood_the_author(work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person()
    key = opened(work, made)
    wanted = [SuggestionInput(Part.REASON, "", f"Reason {number}.") for number in range(OPEN_EACH + 1)]
    for one in wanted[:OPEN_EACH]:
        suggested(work, key, friend, one)
    with pytest.raises(Conflict):
        suggested(work, key, friend, wanted[-1])
    suggested(work, key, make.person(), wanted[-1])


def test_handing_it_in_freezes_the_text_and_ends_what_waits(work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person()
    key = opened(work, made)
    taken, waiting = suggested(work, key, friend), suggested(work, key, friend, SuggestionInput(Part.REASON, "", "So."))
    said(work, made, taken, takes=True)
    handed_in(work, made)
    assert state_of(work, taken) is SuggestionState.ACCEPTED
    assert state_of(work, waiting) is SuggestionState.UNDECIDED
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        assert proposal.versions[0].content["demands"][1] == "Light every stop all night."
        assert len(suggestions_for(ctx, proposal)) == 2
    with pytest.raises(NotFound):
        suggested(work, key, friend)
    for takes in (True, False):
        with pytest.raises(Conflict):
            said(work, made, waiting, takes=takes)
    with work(made.author.actor) as ctx, pytest.raises(Conflict):
        open_draft(ctx, proposal_by_id(ctx, made.id))


def test_what_is_given_up_ends_its_suggestions_too(work: Work, make: Make) -> None:
    made = drafted(work, make)
    one = suggested(work, opened(work, made), make.person())
    with work(made.author.actor) as ctx:
        discard(ctx, proposal_by_id(ctx, made.id))
    assert state_of(work, one) is SuggestionState.UNDECIDED


def test_thanks_go_to_those_of_age_who_agreed_and_whose_words_were_taken(work: Work, make: Make) -> None:
    made = drafted(work, make)
    key = opened(work, made)
    named, shy, young, unlucky = (make.person(name) for name in ("Nora", "Shin", "Yun", "Udo"))
    with work() as ctx:
        ctx.get(Person, young.id).minor = True
    ids = {
        person.name: suggested(work, key, person, SuggestionInput(Part.REASON, "", person.name, by_name=by_name))
        for person, by_name in ((named, True), (shy, False), (young, True), (unlucky, True))
    }
    for person in (named, shy, young):
        said(work, made, ids[person.name], takes=True)
    with work() as ctx:
        proposal = suggestion_proposal(ctx, ids["Nora"])
        assert thanked(ctx, proposal) == ["Nora"]
    with work(named.actor) as ctx:
        be_named(ctx, ids["Nora"], by_name=False)
    with work(shy.actor) as ctx:
        be_named(ctx, ids["Shin"], by_name=True)
        with pytest.raises(NotFound):
            be_named(ctx, ids["Nora"], by_name=True)
    with work() as ctx:
        assert thanked(ctx, suggestion_proposal(ctx, ids["Nora"])) == ["Shin"]


def suggestion_proposal(ctx: object, suggestion_id: int) -> object:
    return ctx.get(Suggestion, suggestion_id).proposal  # type: ignore[attr-defined]


def test_the_author_hears_of_suggestions_once_a_day_at_most(work: Work, make: Make, clock: FixedClock) -> None:
    made, friend = drafted(work, make), make.person()
    key = opened(work, made)
    for number, passed in enumerate((timedelta(0), timedelta(hours=23), timedelta(hours=1))):
        clock.advance(passed)
        suggested(work, key, friend, SuggestionInput(Part.REASON, "", f"Reason {number}."))
        assert len(letters_to(work, made.author)) == (2 if number == 2 else 1)


def test_whoever_suggested_hears_what_became_of_it(work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person()
    key = opened(work, made)
    one, two = suggested(work, key, friend), suggested(work, key, friend, SuggestionInput(Part.REASON, "", "So."))
    said(work, made, one, takes=True)
    said(work, made, two, takes=False)
    assert letters_to(work, friend) == [
        "Your suggestion for a draft was taken",
        "Your suggestion for a draft was not taken",
    ]
