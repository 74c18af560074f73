"""Many endorsements at the same moment, over HTTP. Keys and guards count; without them the same checks fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.accounts.models import ApiToken, Person
from app.accounts.queries import token_digest
from app.audit.models import FactRow
from app.cases.models import Case
from app.core.context import Context
from app.core.permissions import SYSTEM
from app.endorsements import endorsing
from app.endorsements.endorsing import Counted
from app.endorsements.facts import ProposalEstablished
from app.endorsements.models import Endorsement, Gathering
from app.endorsements.queries import drift, gathering_of
from app.endorsements.rules import Side
from tests.conftest import ENGINE
from tests.support.builders import Make
from tests.support.crowds import citizens, without_unique
from tests.support.proposals import MadeProposal, Work, collecting, endorsed, share_telephone

PATIENCE = 60
"""Seconds after which a thread that waits for its twin gives up."""
Check = Callable[[int, int], None]


def tokens(work: Work, people: int) -> list[str]:
    """So many people, each with a token."""
    actors = citizens(work, people)
    found = [f"token-{actor.person_id}" for actor in actors]
    with work() as ctx:
        ctx.session.add_all(
            ApiToken(person_id=actor.person_id, name="race", digest=token_digest(token), created_at=ctx.now)
            for actor, token in zip(actors, found, strict=True)
        )
    return found


def at_once(app: APIFlask, made: MadeProposal, groups: list[list[str]], threads: int) -> Counter[int]:
    """The tokens of a group endorse at the same moment; how often each status was answered."""

    def send(token: str, start: Barrier) -> int:
        start.wait(PATIENCE)
        headers = {"Authorization": f"Bearer {token}"}
        answer = app.test_client().post(f"/api/v1/proposals/{made.id}/endorsements", headers=headers)
        return answer.status_code

    with ThreadPoolExecutor(threads) as pool:
        waiting = []
        for group in groups:
            start = Barrier(len(group))
            waiting += [pool.submit(send, token, start) for token in group]
        return Counter(each.result() for each in waiting)


def established_facts(work: Work) -> int:
    with work() as ctx:
        query = sa.select(sa.func.count()).select_from(FactRow).where(FactRow.kind == "proposal.established")
        return ctx.session.scalar(query) or 0


@pytest.fixture
def check(app: APIFlask, work: Work, make: Make) -> Check:
    """So many people each endorse twice at once; exactly one endorsement of each is left and counted."""

    def endorse_twice(people: int, threads: int) -> None:
        made = collecting(work, make, threshold=people)
        answers = at_once(app, made, [[token, token] for token in tokens(work, people)], threads)
        with work() as ctx:
            assert ctx.session.scalar(sa.select(sa.func.count()).select_from(Endorsement)) == people
            assert gathering_of(ctx, made.topic_id).endorsed == people
            assert drift(ctx) == 0
        assert answers == {201: people, 200: people}
        assert established_facts(work) == 1

    return endorse_twice


@pytest.fixture
def check_threshold(app: APIFlask, work: Work, make: Make) -> Callable[[], None]:
    """The last two endorsements arrive at once, eight times over: one fact and one case each time."""

    def race_at_the_threshold() -> None:
        rounds = 8
        for number in range(rounds):
            made = collecting(work, make, threshold=3)
            endorsed(work, made, [make.person().actor, make.person().actor])
            people = [make.person() for _ in range(2)]
            with work() as ctx:
                ctx.session.add_all(
                    ApiToken(person_id=one.id, name="race", digest=token_digest(one.email), created_at=ctx.now)
                    for one in people
                )
            assert at_once(app, made, [[one.email for one in people]], 2) == {201: 2}
            assert established_facts(work) == number + 1
            with work() as ctx:
                assert gathering_of(ctx, made.topic_id).endorsed == 4
                assert drift(ctx) == 0
        with work() as ctx:
            assert ctx.session.scalar(sa.select(sa.func.count(Case.id))) == rounds

    return race_at_the_threshold


def test_twenty_people_who_endorse_twice_at_once_leave_twenty_endorsements(check: Check) -> None:
    check(20, 8)


def test_the_last_two_endorsements_at_once_establish_once(check_threshold: Callable[[], None]) -> None:
    check_threshold()


@pytest.fixture
def check_families(app: APIFlask, work: Work, make: Make) -> Callable[[], None]:
    """The three accounts of each of fifteen telephones endorse at once: one endorsement of each telephone is left."""

    def endorse_with_the_family() -> None:
        families = 15
        made = collecting(work, make, threshold=1000)
        found = tokens(work, families * 3)
        groups = [found[one::families] for one in range(families)]
        for one, group in enumerate(groups):
            share_telephone(work, f"phone-{one}", [int(token.partition("-")[2]) for token in group])
        answers = at_once(app, made, groups, 9)
        with work() as ctx:
            assert gathering_of(ctx, made.topic_id).endorsed == families
            assert drift(ctx) == 0
        assert answers == {201: families, 200: families * 2}

    return endorse_with_the_family


def test_three_accounts_of_one_telephone_at_once_are_one_voice(check_families: Callable[[], None]) -> None:
    check_families()


def test_where_the_number_is_not_asked_the_same_check_fails(
    check_families: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endorsing, "claim_voices", lambda *_: None)
    with pytest.raises(AssertionError, match="45 == 15"):
        check_families()


def test_five_spellings_of_one_mailbox_at_once_are_one_voice(app: APIFlask, work: Work, make: Make) -> None:
    made, found = collecting(work, make, threshold=1000), tokens(work, 6)
    spellings = [
        "lin.mei@gmail.com",
        "linmei@gmail.com",
        "linmei+bus@gmail.com",
        "LINMEI@googlemail.com",
        "ｌｉｎ.mei@gmail.com",
    ]
    with work() as ctx:  # accounts from before a mailbox was one account
        for token, spelling in zip(found, spellings, strict=False):
            ctx.get(Person, int(token.partition("-")[2])).email = spelling
    assert at_once(app, made, [found], 6) == {201: 2, 200: 4}, "the sixth is somebody else"
    with work() as ctx:
        assert gathering_of(ctx, made.topic_id).endorsed == 2
        assert drift(ctx) == 0


@pytest.mark.race
def test_two_hundred_people_who_endorse_twice_at_once_leave_two_hundred(check: Check) -> None:
    check(200, 8)


@pytest.mark.race
@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite lets one writer in at a time; the race needs PostgreSQL")
class TestOnPostgresql:
    """What only a server with many writers can get wrong."""

    def test_without_the_unique_keys_the_same_check_fails(self, check: Check) -> None:
        with (
            without_unique(Endorsement, "topic_id", "voice"),
            without_unique(Endorsement, "topic_id", "person_id"),
            pytest.raises(AssertionError),
        ):
            check(200, 20)
        check(20, 8)

    def test_without_the_guards_the_threshold_is_reached_twice(
        self, check_threshold: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        together = Barrier(2, timeout=5)
        monkeypatch.setattr(endorsing, "_count", lambda *args: _count_unguarded(together, *args))
        monkeypatch.setattr(endorsing, "establish", _establish_unguarded)
        with pytest.raises(AssertionError):
            check_threshold()
        monkeypatch.undo()


def _count_unguarded(together: Barrier, ctx: Context, topic_id: int, moves: dict[Side, int]) -> Counted:
    """Reads, adds, writes: in the last two both read before one writes."""
    row = ctx.session.execute(sa.select(Gathering).where(Gathering.topic_id == topic_id)).scalar_one()
    before = row.established_at
    counted = row.endorsed + moves.get(Side.FOR, 0)
    if counted >= row.threshold:
        together.wait()
    write = sa.update(Gathering).where(Gathering.topic_id == topic_id).values(endorsed=counted)
    ctx.session.execute(write.execution_options(synchronize_session=False))
    return Counted(counted, row.threshold, row.notices, before is not None)


def _establish_unguarded(ctx: Context, topic_id: int) -> bool:
    ctx.acting_as(SYSTEM).record(ProposalEstablished(topic_id, 0, 0, ctx.today))
    return True
