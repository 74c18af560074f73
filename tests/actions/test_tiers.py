"""Further duties at more endorsements: fixed when the gathering opens, owed once, told to whoever owes them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.core.context import Context
from app.core.policy import Policy
from app.endorsements.endorsing import take_back
from app.endorsements.models import Gathering, TierMark
from app.notices.models import Letter
from tests.support.builders import Make
from tests.support.proposals import MadeProposal, Work, collecting, endorsed

TIERS = [{"duty": "hearing", "times": 2.5}, {"duty": "meeting", "at": 30}]


def tiered(work: Work, make: Make) -> MadeProposal:
    """A proposal whose threshold is 1, with a meeting owed at 2 endorsements and a hearing at 3."""
    make.policy(endorsement={"threshold": 20, "tiers": TIERS})
    made = collecting(work, make, threshold=1)
    with work() as ctx:
        lowered = [{"at": 2, "duty": "meeting"}, {"at": 3, "duty": "hearing"}]
        ctx.session.execute(sa.update(Gathering).where(Gathering.topic_id == made.topic_id).values(tiers=lowered))
    return made


def facts_of(work: Work) -> list[dict[str, object]]:
    with work() as ctx:
        query = sa.select(FactRow.data).where(FactRow.kind == "gathering.tier-reached").order_by(FactRow.id)
        return list(ctx.session.scalars(query))


def test_the_tiers_are_fixed_in_people_when_the_gathering_opens(work: Work, make: Make) -> None:
    make.policy(endorsement={"threshold": 21, "tiers": TIERS})
    made = collecting(work, make)
    make.policy(endorsement={"threshold": 20, "tiers": []})
    with work() as ctx:
        gathering = ctx.get(Gathering, made.topic_id)
        assert [(one.at, one.duty.value) for one in gathering.further_duties] == [(30, "meeting"), (53, "hearing")]


def test_without_tiers_in_the_rules_nothing_more_is_owed(work: Work, make: Make) -> None:
    made = collecting(work, make, threshold=1)
    endorsed(work, made, [make.person().actor for _ in range(3)])
    assert facts_of(work) == []


def test_each_tier_is_owed_when_its_endorsement_comes(work: Work, make: Make) -> None:
    made = tiered(work, make)
    endorsed(work, made, [make.person().actor])
    assert facts_of(work) == []
    endorsed(work, made, [make.person().actor])
    assert [one["duty"] for one in facts_of(work)] == ["meeting"]
    endorsed(work, made, [make.person().actor])
    assert [(one["duty"], one["at"]) for one in facts_of(work)] == [("meeting", 2), ("hearing", 3)]


def test_taken_back_and_given_again_it_is_owed_once(work: Work, make: Make) -> None:
    made, last = tiered(work, make), make.person()
    endorsed(work, made, [make.person().actor, last.actor])
    with work(last.actor) as ctx:
        assert take_back(ctx, made.topic_id)
    endorsed(work, made, [last.actor])
    assert len(facts_of(work)) == 1
    with work() as ctx:
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(TierMark)) == 1


def test_the_officers_are_told_by_letter(work: Work, make: Make) -> None:
    made = tiered(work, make)
    officer = make.officer(made.agency_id)
    endorsed(work, made, [make.person().actor for _ in range(3)])
    with work() as ctx:
        subjects = list(
            ctx.session.scalars(sa.select(Letter.subject).where(Letter.recipient == officer.email).order_by(Letter.id))
        )
    assert "A meeting with the proposer is owed: Night buses until two" in subjects
    assert "A public hearing is owed: Night buses until two" in subjects


@pytest.mark.parametrize(
    "tiers",
    [
        [{"duty": "hearing"}],
        [{"duty": "hearing", "at": 100, "times": 2}],
        [{"duty": "hearing", "at": 19}],
        [{"duty": "hearing", "times": 0.5}],
        [{"duty": "hearing", "at": 100}, {"duty": "hearing", "at": 200}],
        [{"duty": "party", "at": 100}],
    ],
)
def test_a_tier_that_cannot_be_meant_is_refused(tiers: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match=r"tiers|threshold"):
        Policy.model_validate({"endorsement": {"threshold": 20, "tiers": tiers}}, strict=False)


def test_a_tier_at_the_threshold_itself_comes_with_the_case(work: Work, make: Make) -> None:
    made = tiered(work, make)
    with work() as ctx:
        at_once = [{"at": 1, "duty": "meeting"}]
        ctx.session.execute(sa.update(Gathering).where(Gathering.topic_id == made.topic_id).values(tiers=at_once))
    officer = make.officer(made.agency_id)
    endorsed(work, made, [make.person().actor])
    with work() as ctx:
        assert _subjects(ctx, officer.email) >= {"A meeting with the proposer is owed: Night buses until two"}


def _subjects(ctx: Context, email: str) -> set[str]:
    return set(ctx.session.scalars(sa.select(Letter.subject).where(Letter.recipient == email)))
