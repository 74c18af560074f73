"""Everybody at once, over a socket, against the server hosts run: exact counts, one fact, one case, no error page.

Each check fails once what guards it is taken away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.accounts.models import ApiToken, Person
from app.accounts.queries import token_digest
from app.audit.models import FactRow
from app.cases.models import Case
from app.endorsements.models import Endorsement
from app.notices.models import Letter
from tests.support.builders import Make
from tests.support.crowds import citizens, without_unique
from tests.support.proposals import MadeProposal, Work, collecting, gathering
from tests.support.real_server import Server, Visitor, running

PATIENCE = 60
Serve = Callable[[str], AbstractContextManager[Server]]
SPELLINGS = (
    "lin.mei@gmail.com",
    "linmei@gmail.com",
    "linmei+bus@gmail.com",
    "LINMEI@googlemail.com",
    "ｌｉｎ.mei@gmail.com",
)
JOINING = {"name": "Lin", "password": "night buses until two", "lang": "en"}


@pytest.fixture
def serve(app: APIFlask, database_url: str, data_folder: Path) -> Serve:
    """Run the server on the database of this test, with one of its guards off if it is named."""
    return lambda unguarded="": running(database_url, data_folder, unguarded)


@pytest.fixture
def tokens(work: Work) -> Callable[[int], list[str]]:
    """So many new people, each with a token."""

    def made(people: int) -> list[str]:
        found = [f"token-{actor.person_id}" for actor in citizens(work, people)]
        with work() as ctx:
            ctx.session.add_all(
                ApiToken(person_id=int(one.partition("-")[2]), name="x", digest=token_digest(one), created_at=ctx.now)
                for one in found
            )
        return found

    return made


def at_once(acts: Sequence[Sequence[Callable[[], Any]]], threads: int = 8) -> list[Any]:
    """The acts of a group begin at the same moment; what came of all."""

    def wait_and(act: Callable[[], Any], start: Barrier) -> Any:
        start.wait(PATIENCE)
        return act()

    with ThreadPoolExecutor(threads) as pool:
        groups = [(group, Barrier(len(group))) for group in acts]
        waiting = [pool.submit(wait_and, act, start) for group, start in groups for act in group]
        return [one.result() for one in waiting]


def endorsing(server: Server, made: MadeProposal, token: str) -> Callable[[], int]:
    path = f"/api/v1/proposals/{made.id}/endorsements"
    return lambda: server.ask("POST", path, Authorization=f"Bearer {token}").status


def count(work: Work, kind: str) -> int:
    with work() as ctx:
        return ctx.session.scalar(sa.select(sa.func.count()).select_from(FactRow).where(FactRow.kind == kind)) or 0


def no_drift(app: APIFlask) -> None:
    """`flask endorsements check`."""
    said = app.test_cli_runner().invoke(args=["endorsements", "check"])
    assert (said.output, said.exit_code) == ("Drift: 0\n", 0)


Check = Callable[[Server], None]


@pytest.fixture
def everybody_twice(app: APIFlask, work: Work, make: Make, tokens: Callable[[int], list[str]]) -> Callable[..., None]:
    """So many people each press twice at once."""

    def check(server: Server, people: int) -> None:
        made = collecting(work, make, threshold=people)
        answers = Counter(at_once([[endorsing(server, made, token)] * 2 for token in tokens(people)]))
        with work() as ctx:
            assert ctx.session.scalar(sa.select(sa.func.count()).select_from(Endorsement)) == people
            assert ctx.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1
        assert gathering(work, made.topic_id).endorsed == people
        assert answers == {201: people, 200: people}
        assert count(work, "proposal.established") == 1
        no_drift(app)

    return check


@pytest.fixture
def last_two(app: APIFlask, work: Work, make: Make, tokens: Callable[[int], list[str]]) -> Check:
    """The last two endorsements race, on eight proposals; the one that comes too late is counted all the same."""

    def check(server: Server) -> None:
        rounds, found = 8, tokens(3)
        for number in range(1, rounds + 1):
            made = collecting(work, make, threshold=2)
            assert endorsing(server, made, found[0])() == 201
            assert at_once([[endorsing(server, made, one) for one in found[1:]]]) == [201, 201]
            assert count(work, "proposal.established") == number
            assert gathering(work, made.topic_id).endorsed == 3
        with work() as ctx:
            assert ctx.session.scalar(sa.select(sa.func.count(sa.distinct(Case.topic_id)))) == rounds
            assert ctx.session.scalar(sa.select(sa.func.count(Case.id))) == rounds
        no_drift(app)

    return check


@pytest.fixture
def five_spellings(app: APIFlask, work: Work, make: Make, tokens: Callable[[int], list[str]]) -> Check:
    """Five accounts of one mailbox, from before a mailbox was one account, endorse at once; and somebody else."""

    def check(server: Server) -> None:
        made, found = collecting(work, make, threshold=1000), tokens(len(SPELLINGS) + 1)
        with work() as ctx:
            for token, spelling in zip(found, SPELLINGS, strict=False):
                ctx.get(Person, int(token.partition("-")[2])).email = spelling
        answers = Counter(at_once([[endorsing(server, made, token) for token in found]]))
        assert gathering(work, made.topic_id).endorsed == 2
        assert answers == {201: 2, 200: 4}
        no_drift(app)

    return check


@pytest.fixture
def joining(work: Work) -> Callable[[Server], str]:
    """Somebody joins five times at once, by five spellings; the link in the one letter that asks to confirm."""

    def join(server: Server) -> str:
        visitors = [Visitor(server) for _ in SPELLINGS]
        for visitor in visitors:
            assert visitor.ask("GET", "/en/sign-up").status == 200
        acts = [
            (lambda visitor=visitor, email=email: visitor.send("/en/sign-up", "password", email=email, **JOINING))
            for visitor, email in zip(visitors, SPELLINGS, strict=True)
        ]
        assert {one.status for one in at_once([acts])} == {303}
        with work() as ctx:
            assert ctx.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1
            letters = " ".join(ctx.session.scalars(sa.select(Letter.text)))
        links = {word for word in letters.split() if "/confirm/" in word}
        assert len(links) == 1
        return links.pop().partition("http://localhost")[2]

    return join


@pytest.fixture
def clicked_twice(work: Work, joining: Callable[[Server], str]) -> Check:
    """The link is clicked on a telephone and a computer at once, and once more later."""

    def check(server: Server) -> None:
        link = joining(server)
        visitors = [Visitor(server), Visitor(server)]
        for visitor in visitors:
            assert visitor.ask("GET", link).status == 200
        acts = [(lambda one=one: one.send(link, "csrf_token")) for one in visitors]
        assert [one.status for one in at_once([acts])] == [303, 303]
        assert visitors[0].ask("GET", link).status == 200
        assert visitors[0].send(link, "csrf_token").status == 303
        with work() as ctx:
            assert ctx.session.scalars(sa.select(Person.confirmed_at)).one() is not None
        assert count(work, "person.confirmed") == 1

    return check


@pytest.fixture
def server(serve: Serve) -> Iterator[Server]:
    """With every guard on."""
    with serve("") as one:
        yield one


def test_two_hundred_people_who_press_twice_at_once_are_two_hundred(
    server: Server, everybody_twice: Callable[..., None]
) -> None:
    everybody_twice(server, 200)


def test_control_without_the_unique_keys_some_are_counted_twice(
    server: Server, everybody_twice: Callable[..., None]
) -> None:
    voice, person = (without_unique(Endorsement, "topic_id", key) for key in ("voice", "person_id"))
    with voice, person, pytest.raises(AssertionError, match="== 20"):
        everybody_twice(server, 20)


def test_the_last_two_at_the_threshold_establish_it_once_and_open_one_case(server: Server, last_two: Check) -> None:
    last_two(server)


def test_control_without_the_guard_of_the_threshold_it_is_established_twice(serve: Serve, last_two: Check) -> None:
    with serve("establishment") as server, pytest.raises(AssertionError):
        last_two(server)


def test_five_spellings_of_one_mailbox_are_one_voice(server: Server, five_spellings: Check) -> None:
    five_spellings(server)


def test_control_where_a_voice_is_what_was_typed_they_are_five(serve: Serve, five_spellings: Check) -> None:
    with serve("spelling") as server, pytest.raises(AssertionError, match="== 2"):
        five_spellings(server)


def test_the_link_clicked_twice_at_once_confirms_the_one_account_of_five_spellings_once(
    server: Server, clicked_twice: Check
) -> None:
    clicked_twice(server)


def test_control_without_asking_first_each_click_confirms_again(serve: Serve, clicked_twice: Check) -> None:
    with serve("confirming") as server, pytest.raises(AssertionError, match="== 1"):
        clicked_twice(server)
