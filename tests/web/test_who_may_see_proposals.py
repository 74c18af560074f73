"""Every route of proposals, every kind of reader, every state: one table says what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.actions import create_token
from app.cases.models import Case
from app.core.permissions import Role
from app.extensions import db
from app.proposals.queries import proposal_by_id
from app.proposals.suggesting import open_draft
from tests.support.builders import MadePerson, Make
from tests.support.pages import Browser
from tests.support.proposals import MadeProposal, Work, collecting, drafted, endorsed, submitted
from tests.web.test_who_may_see_what import WORDS, sign_of

READERS = ("visitor", "unconfirmed", "citizen", "proposer", "officer", "moderator", "administrator")
"""The columns of the table: `officer` approves for the agency that would have to answer."""
STATES = ("draft", "submitted", "collecting", "established")

EVERYBODY = ("+++++++",) * 4
CITIZENS = ("sx+++++",) * 4
PUBLIC = ("0000000", "0000000", "+++++++", "+++++++")
READ = ("000+000", "000+0+0", "+++++++", "+++++++")
SPEAK = ("sx00000", "sx00000", "sx+++++", "sx+++++")
OWN = ("sx0+000", "sx0+0x0", "sxx+xxx", "sxx+xxx")
DISCLOSED = ("sx0+000", "sx0+0+0", "sxx+x+x", "sxx+x+x")
LINKED = ("sx+++++", "sx00000", "sx00000", "sx00000")
"""Behind the link of an open draft; it ends when the draft is handed in."""
REVIEWER = ("sxxxx0x", "sxxxx+x", "sxxxx+x", "sxxxx+x")
REVIEWERS = ("sxxxx+x",) * 4
ADMINISTRATORS = ("sxxxxx+",) * 4
AGENCY = ("sxxx0xx", "sxxx0xx", "sxxx0xx", "sxxx+xx")

TABLE = {
    "GET proposals.index": EVERYBODY,
    "GET proposals.table": EVERYBODY,
    "GET proposals.mine": ("s++++++",) * 4,
    "GET proposals.new": CITIZENS,
    "POST proposals.new": CITIZENS,
    "GET proposals.show": READ,
    "GET proposals.versions": PUBLIC,
    "POST proposals.endorse": SPEAK,
    "POST proposals.oppose": SPEAK,
    "POST proposals.take_back": SPEAK,
    "GET proposals.write": OWN,
    "POST proposals.write": OWN,
    "GET proposals.check": OWN,
    "POST proposals.submit": OWN,
    "POST proposals.discard": OWN,
    "GET proposals.together": OWN,
    "POST proposals.open_or_close": OWN,
    "GET proposals.decide": ("sx00000", "sx000x0", "sxx0xxx", "sxx0xxx"),
    "POST proposals.decide": ("sx00000", "sx000x0", "sxx0xxx", "sxx0xxx"),
    "GET proposals.co_draft": LINKED,
    "GET proposals.suggest": LINKED,
    "POST proposals.suggest": LINKED,
    "GET proposals.suggested": ("s++++++",) * 4,
    "POST proposals.name_me": ("sx00000",) * 4,
    "GET proposals.behind": DISCLOSED,
    "POST proposals.behind": DISCLOSED,
    "POST proposals.end_behind": ("sx00000", "sx00000", "sxx0x0x", "sxx0x0x"),
    "GET proposals.withdraw": OWN,
    "POST proposals.withdraw": OWN,
    "GET proposals.appeal": OWN,
    "POST proposals.appeal": OWN,
    "POST proposals.again": OWN,
    "GET proposals.merge": OWN,
    "POST proposals.merge": OWN,
    "POST proposals.answer_offer": ("sx00000", "sx000x0", "sxx0xxx", "sxx0xxx"),
    "GET proposals.letter": ("sx0+000", "sx0+0x0", "sxx++xx", "sxx++xx"),
    "POST proposals.letter": ("sx0+000", "sx0+0x0", "sxx++xx", "sxx++xx"),
    "GET proposals.near": ("sxxx+xx",) * 4,
    "GET proposals.decide_near": ("sxxx0xx", "sxxx0xx", "sxxx+xx", "sxxx+xx"),
    "POST proposals.decide_near": ("sxxx0xx", "sxxx0xx", "sxxx+xx", "sxxx+xx"),
    "GET proposals.queue": REVIEWERS,
    "GET proposals.review": REVIEWER,
    "POST proposals.take": REVIEWER,
    "POST proposals.release": REVIEWER,
    "POST proposals.hand_over": REVIEWER,
    "POST proposals.admit": REVIEWER,
    "POST proposals.reject": REVIEWER,
    "POST proposals.ask": REVIEWER,
    "GET proposals.halts": ADMINISTRATORS,
    "POST proposals.halt": ADMINISTRATORS,
    "POST proposals.lift": ADMINISTRATORS,
    "GET proposals.handling": AGENCY,
    "POST proposals.plan": AGENCY,
    "POST proposals.contact": AGENCY,
    "GET proposals_api.proposals": EVERYBODY,
    "GET proposals_api.proposal": READ,
    "GET proposals_api.proposal_versions": READ,
    "GET proposals_api.open_draft": LINKED,
    "POST proposals_api.make_suggestion": LINKED,
    "GET proposals_api.suggestions": OWN,
    "POST proposals_api.accept_suggestion": ("sx00000", "sx000x0", "sxx0xxx", "sxx0xxx"),
    "POST proposals_api.decline_suggestion": ("sx00000", "sx000x0", "sxx0xxx", "sxx0xxx"),
    "POST proposals_api.give": SPEAK,
    "POST proposals_api.dissent": SPEAK,
    "DELETE proposals_api.withdraw_own": SPEAK,
}
"""route: what happens in each of `STATES`."""
BODY = {"part": "reason", "text": "So it is."}
"""What every operation of the API is sent; those that take something else do not look at it."""


@dataclass
class Square:
    """A proposal in one state, and one reader of every kind."""

    app: APIFlask
    make: Make
    work: Work
    state: str
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        build: dict[str, Callable[[], MadeProposal]] = {
            "draft": lambda: drafted(self.work, self.make),
            "submitted": lambda: submitted(self.work, self.make),
            "collecting": lambda: collecting(self.work, self.make, 9),
            "established": lambda: collecting(self.work, self.make, 1),
        }
        self.made = build[self.state]()
        self.key = "closed"
        if self.state == "draft":
            with self.work(self.made.author.actor) as ctx:
                self.key = open_draft(ctx, proposal_by_id(ctx, self.made.id))
        if self.state == "established":
            endorsed(self.work, self.made, [self.make.person().actor])
        self.people: dict[str, MadePerson] = {
            "unconfirmed": self.make.person(confirmed=False),
            "citizen": self.make.person(),
            "proposer": self.made.author,
            "officer": self.make.officer(self.made.agency_id, Role.APPROVER),
            "moderator": self.make.person(moderator=True),
            "administrator": self.make.person(administrator=True),
        }
        with self.work() as ctx:
            self.case_id = ctx.session.scalar(sa.select(Case.id)) or 999
        for reader in READERS:
            self.enter(reader)

    def enter(self, reader: str) -> None:
        """Keep what shows who somebody is."""
        browser = Browser(self.app)
        if reader == "visitor":
            browser.open("/en/sign-in")
        else:
            browser.sign_in(self.people[reader]).open("/en/account")
            with self.work(self.people[reader].actor) as ctx:
                self.tokens[reader] = create_token(ctx, "program").secret
        self.csrf[reader] = browser.form("csrf_token").values["csrf_token"]
        cookie = browser.http.get_cookie("minyi")
        assert cookie is not None
        self.cookies[reader] = cookie.value

    def send(self, reader: str, route: str, rule: Rule) -> TestResponse:
        """The answer a reader gets."""
        method, endpoint = route.split()
        http = self.app.test_client(use_cookies=False)
        if endpoint.startswith("proposals_api"):
            headers = {"Authorization": f"Bearer {self.tokens[reader]}"} if reader in self.tokens else {}
            return http.open(self.address(rule), method=method, headers=headers, json=BODY, buffered=True)
        headers = {"Cookie": f"minyi={self.cookies[reader]}"}
        form = {"csrf_token": self.csrf[reader]} if method == "POST" else None
        return http.open(self.address(rule), method=method, headers=headers, data=form, buffered=True)

    def address(self, rule: Rule) -> str:
        """Where a route is, of this proposal."""
        known = {"slug": self.made.slug, "proposal_id": self.made.id, "case_id": self.case_id}
        known |= {"key": self.key, "part": "reason", "suggestion_id": 999, "backer_id": 999, "choice": "name"}
        step = "close" if rule.endpoint.endswith("open_or_close") else "why"
        values = known | {"step": step, "deed": "endorse", "offer_id": 999, "answer": "accept"}
        built = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
        assert built is not None
        return built[1]


def routes(app: APIFlask) -> Iterator[tuple[str, Rule]]:
    """Every method of every rule of proposals."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in {"proposals", "proposals_api"}:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield f"{method} {rule.endpoint}", rule


def test_every_route_of_proposals_is_in_the_table(app: APIFlask) -> None:
    assert sorted(route for route, _ in routes(app)) == sorted(TABLE)


@pytest.mark.parametrize("state", STATES)
def test_the_table_of_proposals_is_what_happens(
    app: APIFlask, make: Make, work: Work, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    here = Square(app, make, work, state)
    # Every request is done whole and then taken back, so that each meets the same proposal.
    monkeypatch.setattr(db.session, "commit", db.session.rollback)
    wrong = []
    for route, rule in routes(app):
        for reader, sign in zip(READERS, TABLE[route][STATES.index(state)], strict=True):
            answer = here.send(reader, route, rule)
            assert answer.status_code != 500, (route, reader)
            if sign_of(answer) != sign:
                wrong.append(f"{route}, {reader}: {answer.status_code}, should be {WORDS[sign]}")
    assert not wrong, "\n".join(wrong)
