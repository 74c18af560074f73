"""A further duty is reached by many at once, lost again and reached again: one fact, and without its key two."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.audit.models import FactRow
from app.core.database import insert_once
from app.endorsements import endorsing
from app.endorsements.models import Gathering, TierMark
from tests.support.builders import Make
from tests.support.proposals import Work, collecting
from tests.web.test_endorsement_race import at_once, tokens


@pytest.fixture
def check(app: APIFlask, work: Work, make: Make) -> Callable[[], None]:
    """Ten people endorse at once, the third of them reaches the tier; all take it back, and endorse at once again."""

    def cross_it_twice() -> None:
        people = tokens(work, 10)
        made = collecting(work, make, threshold=1)
        with work() as ctx:
            mine = sa.update(Gathering).where(Gathering.topic_id == made.topic_id)
            ctx.session.execute(mine.values(tiers=[{"at": 3, "duty": "hearing"}]))
        for _ in range(2):
            assert at_once(app, made, [people], 10) == {201: 10}
            for token in people:
                headers = {"Authorization": f"Bearer {token}"}
                answer = app.test_client().delete(f"/api/v1/proposals/{made.id}/endorsements", headers=headers)
                assert answer.json == {"taken_back": True}
        with work() as ctx:
            told = sa.select(sa.func.count()).select_from(FactRow).where(FactRow.kind == "gathering.tier-reached")
            assert ctx.session.scalar(told) == 1

    return cross_it_twice


def test_a_duty_reached_by_many_at_once_and_again_is_one_fact(check: Callable[[], None]) -> None:
    check()


def test_without_the_key_the_same_check_fails(check: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    def unguarded(session: object, model: type, **values: object) -> bool:
        return model is TierMark or insert_once(session, model, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(endorsing, "insert_once", unguarded)
    with pytest.raises(AssertionError, match="2 == 1"):
        check()
