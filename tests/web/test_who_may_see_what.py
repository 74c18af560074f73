"""Every route, every kind of reader, every state of an issue: one table says what happens.

A route that is missing in the table fails, so nobody adds a page without saying for whom it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.actions import create_token
from app.agencies.models import Absence
from app.cases.actions import open_case
from app.cases.models import Case, CaseTransfer, Demand
from app.cases.rules import Source
from app.clocks.actions import stop_clock
from app.comments.models import Comment, CommentVersion
from app.comments.rules import Stance
from app.core.answers import Outcome
from app.core.context import Context
from app.core.permissions import Role
from app.extensions import db
from app.followups.actions import begin
from app.followups.models import Feedback, FeedbackWindow, Invitation, Milestone, Study
from app.followups.rules import Verdict
from app.instance.actions import enter_exception
from app.issues.attaching import attach
from app.issues.models import Issue
from app.issues.rules import IssueState
from app.opinions.models import Statement
from app.replies.models import Reply
from app.replies.rules import ReplyState
from app.replies.versions import add_first_version
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]

READERS = ("visitor", "unconfirmed", "citizen", "author", "approver", "elsewhere", "moderator", "administrator")
"""The columns of the table. `elsewhere` approves for another agency; `author` and `approver` for the issue's."""
WORDS = {"+": "allowed", "s": "asked to sign in", "x": "forbidden", "0": "not found"}
SIGN = {401: "s", 403: "x", 404: "0"}

# --------- vucapemd: the first letters of READERS (`e` is elsewhere, `d` administrator)
EVERYBODY = "++++++++"
NOBODY = "00000000"
MEMBERS = "s+++++++"
CITIZENS = "sx++++++"
OFFICERS = "sxx+++xx"
APPROVERS = "sxxx++xx"
MODERATORS = "sxxxxx+x"
ADMINISTRATORS = "sxxxxxx+"
OWN_AUTHORS = "sxx++xxx"
OWN_APPROVER = "sxxx+xxx"
COMMENT_AUTHOR = "sx+xxxxx"
COMMENT_READERS = "sxx+++++"
"""A mark is for everybody but its author, who is the citizen."""
HIDDEN = "000++000"
"""A draft: its own agency's, and to all others as if it never was."""
HIDDEN_MEMBERS = "s00++000"
HIDDEN_CITIZENS = "sx0++000"
HIDDEN_COMMENT_AUTHOR = "sx0xx000"

ALWAYS = {
    "GET home.index": EVERYBODY,
    "GET home.rules": EVERYBODY,
    "GET home.accessibility": EVERYBODY,
    "GET home.open_data": EVERYBODY,
    "GET home.styleguide": EVERYBODY,
    "GET home.admin": ADMINISTRATORS,
    "GET instance.health": EVERYBODY,
    "GET instance.ready": EVERYBODY,
    "GET instance.edit_settings": ADMINISTRATORS,
    "POST instance.edit_settings": ADMINISTRATORS,
    "GET instance.calendar": ADMINISTRATORS,
    "POST instance.calendar": ADMINISTRATORS,
    "POST instance.remove_day": ADMINISTRATORS,
    "GET instance.import_file": ADMINISTRATORS,
    "POST instance.import_file": ADMINISTRATORS,
    "POST instance.save_import": ADMINISTRATORS,
    "GET instance.count": EVERYBODY,
    "GET instance.year": EVERYBODY,
    "GET instance.year_file": EVERYBODY,
    "GET calendar_api.due": EVERYBODY,
    "GET calendar_api.year": EVERYBODY,
    "GET clocks.calendar_moves": ADMINISTRATORS,
    "POST clocks.calendar_moves": ADMINISTRATORS,
    "GET accounts.sign_in": EVERYBODY,
    "POST accounts.enter": EVERYBODY,
    "POST accounts.sign_out": EVERYBODY,
    "GET accounts.sign_up": EVERYBODY,
    "POST accounts.join": EVERYBODY,
    "GET accounts.look_in_mailbox": EVERYBODY,
    "GET accounts.confirm": EVERYBODY,
    "POST accounts.confirmed": EVERYBODY,
    "GET accounts.forgot": EVERYBODY,
    "POST accounts.ask_reset": EVERYBODY,
    "GET accounts.reset": EVERYBODY,
    "POST accounts.reset": EVERYBODY,
    "POST accounts.send_again": MEMBERS,
    "GET accounts.settings": MEMBERS,
    "POST accounts.settings": MEMBERS,
    "GET accounts.password": MEMBERS,
    "POST accounts.change_password": MEMBERS,
    "POST accounts.sign_out_everywhere": MEMBERS,
    "GET accounts.tokens": MEMBERS,
    "POST accounts.tokens": MEMBERS,
    "POST accounts.revoke_token": "s0000000",  # somebody else's token
    "GET accounts_api.me": MEMBERS,
    "GET accounts.second_factor": "ssssssss",  # nobody has shown a password here: back to the first step
    "POST accounts.second_factor": "ssssssss",
    "GET access.prove": MEMBERS,
    "POST access.prove": MEMBERS,
    "GET access.factors": MEMBERS,
    "GET access.add_app": MEMBERS,
    "POST access.add_app": MEMBERS,
    "GET access.add_passkey": MEMBERS,
    "POST access.add_passkey": MEMBERS,
    "POST access.renew_codes": MEMBERS,
    "POST access.remove_app": "s0000000",  # none is set up
    "POST access.remove_passkey": "s0000000",
    "GET access.sign_ins": MEMBERS,
    "POST access.end_sign_in": "s0000000",  # somebody else's
    "GET identities.with_provider": NOBODY,  # no provider is set up
    "GET identities.come_back": NOBODY,
    "GET identities.link_provider": "s0000000",
    "POST identities.link": "s0000000",
    "POST identities.unlink": "s0000000",  # somebody else's
    "GET identities.show": MEMBERS,
    "POST identities.show": MEMBERS,
    "GET identities.phone": MEMBERS,
    "POST identities.send_code": MEMBERS,
    "POST identities.verify_code": MEMBERS,
    "POST identities.remove_phone": MEMBERS,
    "GET agencies.index": EVERYBODY,
    "GET agencies.show": EVERYBODY,
    "GET agencies.new": ADMINISTRATORS,
    "POST agencies.new": ADMINISTRATORS,
    "GET agencies.edit": ADMINISTRATORS,
    "POST agencies.edit": ADMINISTRATORS,
    "POST agencies.add_officer": ADMINISTRATORS,
    "POST agencies.release": ADMINISTRATORS,
    "POST agencies.contact": ADMINISTRATORS,
    "GET agencies.absences": OFFICERS,
    "POST agencies.absences": OFFICERS,
    "POST agencies.end": "sxx++xxx",
    "GET agencies_api.agencies": EVERYBODY,
    "GET agencies_api.agency": EVERYBODY,
    "GET policies.index": EVERYBODY,
    "GET policies.show": EVERYBODY,
    "GET policies.edit": ADMINISTRATORS,
    "POST policies.edit": ADMINISTRATORS,
    "GET policies_api.policies": EVERYBODY,
    "GET policies_api.policy": EVERYBODY,
    "GET policies_api.schema": EVERYBODY,
    "GET issues.index": EVERYBODY,
    "GET issues.new": OFFICERS,
    "POST issues.new": OFFICERS,
    "GET issues_api.issues": EVERYBODY,
    "GET opinions.method": EVERYBODY,
    "GET board.index": EVERYBODY,
    "GET board.table": EVERYBODY,
    "GET board.dates": EVERYBODY,
    "GET board.feeds": EVERYBODY,
    "GET board.overdue": EVERYBODY,
    "GET board.answered": EVERYBODY,
    "GET board.proposals": EVERYBODY,
    "GET board.of_agency": EVERYBODY,
    "GET board_api.board": EVERYBODY,
    "GET board_api.figures": NOBODY,  # nothing was counted yet
    "GET desk.show": OFFICERS,
    "GET desk.handover": OFFICERS,
    "POST desk.handover": OFFICERS,
    "GET notices.outbox": NOBODY,  # development only
    "GET static": EVERYBODY,
    "GET openapi.spec": EVERYBODY,
}
"""Routes that belong to no issue."""

BY_ISSUE = {
    # route: (published, draft)
    "GET issues.show": (EVERYBODY, HIDDEN),
    "GET issues.versions": (EVERYBODY, NOBODY),
    "GET issues.file": (EVERYBODY, HIDDEN),
    "GET issues_api.issue": (EVERYBODY, HIDDEN),
    "GET issues_api.issue_versions": (EVERYBODY, NOBODY),
    "GET issues.edit": (OWN_APPROVER, "sxx++0xx"),
    "POST issues.edit": (OWN_APPROVER, "sxx++0xx"),
    "GET issues.files": (OWN_APPROVER, "sxx++0xx"),
    "POST issues.files": (OWN_APPROVER, "sxx++0xx"),
    "POST issues.detach": (OWN_APPROVER, "sxx++0xx"),
    "POST issues.publish": (OWN_APPROVER, "sxxx+0xx"),
    "POST issues.close": (OWN_APPROVER, "sxxx+0xx"),
    "GET issues.withdraw": (OWN_APPROVER, "sxxx+0xx"),
    "POST issues.withdraw": (OWN_APPROVER, "sxxx+0xx"),
    "GET opinions.vote": (EVERYBODY, HIDDEN),
    "POST opinions.cast": (CITIZENS, HIDDEN_CITIZENS),
    "GET opinions.mine": (MEMBERS, HIDDEN_MEMBERS),
    "GET opinions.add": (CITIZENS, HIDDEN_CITIZENS),
    "POST opinions.add": (CITIZENS, HIDDEN_CITIZENS),
    "POST opinions.hide": (MODERATORS, "sxxxxx0x"),
    "GET opinions.show_map": (EVERYBODY, HIDDEN),
    "GET opinions_api.statements": (EVERYBODY, HIDDEN),
    "POST opinions_api.add": (CITIZENS, HIDDEN_CITIZENS),
    "GET opinions_api.next_one": (MEMBERS, HIDDEN_MEMBERS),
    "GET opinions_api.own_vote": (MEMBERS, HIDDEN_MEMBERS),
    "PUT opinions_api.vote": (CITIZENS, HIDDEN_CITIZENS),
    "GET opinions_api.newest_map": (EVERYBODY, HIDDEN),
    "GET opinions_api.coordination": ("sxx++x++", "sxx++000"),
    "GET opinions_api.newest_memory": (EVERYBODY, HIDDEN),  # while people vote: told that it is too early
    "GET opinions_api.own_place": (MEMBERS, HIDDEN_MEMBERS),
    "GET opinions_api.maps": (EVERYBODY, HIDDEN),
    "GET opinions_api.former_map": (EVERYBODY, HIDDEN),
    "GET opinions_api.former_memory": (EVERYBODY, HIDDEN),
    "GET opinions_api.votes_table": (EVERYBODY, HIDDEN),
    "GET comments.index": (EVERYBODY, HIDDEN),
    "POST comments.write": (CITIZENS, HIDDEN_CITIZENS),
    "GET comments.show": (EVERYBODY, HIDDEN),
    "POST comments.reply": (CITIZENS, HIDDEN_CITIZENS),
    "GET comments.edit": (COMMENT_AUTHOR, HIDDEN_COMMENT_AUTHOR),
    "POST comments.edit": (COMMENT_AUTHOR, HIDDEN_COMMENT_AUTHOR),
    "POST comments.delete": (COMMENT_AUTHOR, HIDDEN_COMMENT_AUTHOR),
    "POST comments.mark": (COMMENT_READERS, HIDDEN_CITIZENS),
    "GET comments.versions": (EVERYBODY, HIDDEN),
    "GET comments_api.comments": (EVERYBODY, HIDDEN),
    "POST comments_api.write": (CITIZENS, HIDDEN_CITIZENS),
    "GET comments_api.comment": (EVERYBODY, HIDDEN),
    "PUT comments_api.edit": (COMMENT_AUTHOR, HIDDEN_COMMENT_AUTHOR),
    "GET comments_api.own_mark": (MEMBERS, HIDDEN_MEMBERS),
    "PUT comments_api.put_mark": (COMMENT_READERS, HIDDEN_CITIZENS),
    "DELETE comments_api.delete": (COMMENT_AUTHOR, HIDDEN_COMMENT_AUTHOR),
    "GET replies.show": (EVERYBODY, HIDDEN),
    "GET board.of_topic": (EVERYBODY, HIDDEN),
}

BY_CASE = {
    # route: (with a case, while nothing is owed)
    "GET cases.why": (EVERYBODY, NOBODY),
    "GET replies_api.case": (EVERYBODY, NOBODY),
    "GET replies.edit": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.edit": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.submit": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.send_back": (OWN_APPROVER, "sxx000xx"),
    "POST replies.take_back": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.publish": (OWN_APPROVER, "sxxx00xx"),
    "GET cases.clock": (OWN_AUTHORS, "sxx000xx"),
    "POST cases.extend": (OWN_APPROVER, "sxxx00xx"),
    "POST cases.pause": (OWN_AUTHORS, "sxx000xx"),
    "POST cases.resume": (OWN_AUTHORS, "sxx000xx"),
    "GET replies.hold": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.hold": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.send_holding_back": (OWN_APPROVER, "sxx000xx"),
    "POST replies.publish_holding": (OWN_APPROVER, "sxxx00xx"),
    "GET replies.correct": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.correct": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.submit_correction": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.send_correction_back": (OWN_APPROVER, "sxx000xx"),
    "POST replies.take_correction_back": (OWN_AUTHORS, "sxx000xx"),
    "POST replies.publish_correction": (OWN_APPROVER, "sxxx00xx"),
    "GET cases.agencies": (OWN_AUTHORS, "sxx000xx"),
    "POST cases.add": (OWN_APPROVER, "sxxx00xx"),
    "POST cases.release": (OWN_APPROVER, "sxxx00xx"),
    "POST cases.part": (OWN_AUTHORS, "sxx000xx"),
    "POST cases.officer": (OWN_AUTHORS, "sxx000xx"),
    "POST cases.offer": (OWN_APPROVER, "sxxx00xx"),
    "GET cases.answer": ("sxxxx+xx", "sxxx00xx"),
    "POST cases.accept": ("sxxxx+xx", "sxxx00xx"),
    "POST cases.decline": ("sxxxx+xx", "sxxx00xx"),
    "POST cases.withdraw": (OWN_APPROVER, "sxxx00xx"),
    "GET cases.notes": (OWN_AUTHORS, "sxx000xx"),
    "POST cases.notes": (OWN_AUTHORS, "sxx000xx"),
}
BY_REPLY = {
    # route: (with a published reply, without one); the citizen took part and is asked how satisfied they are
    "GET replies.versions": (EVERYBODY, NOBODY),
    "GET replies.version": (EVERYBODY, NOBODY),
    "GET replies_api.case_versions": (EVERYBODY, NOBODY),
    "GET followups.after": (EVERYBODY, NOBODY),
    "GET followups.feedback": ("sx+xx+++", "sx000000"),
    "POST followups.feedback": ("sx+xx+++", "sx000000"),
    "POST followups.take_back": (CITIZENS, "sx000000"),
    "POST followups.hide": (MODERATORS, "sxxxxx0x"),
    "GET followups.survey": (COMMENT_AUTHOR, "sx000000"),
    "POST followups.survey": (COMMENT_AUTHOR, "sx000000"),
    "GET followups.desk": (OWN_AUTHORS, "sxx000xx"),
    "GET followups.study": (OWN_AUTHORS, "sxx000xx"),
    "POST followups.study": (OWN_AUTHORS, "sxx000xx"),
    "POST followups.publish": (OWN_APPROVER, "sxxx00xx"),
    "POST followups.refuse": (OWN_APPROVER, "sxxx00xx"),
    "GET followups.new_milestone": (OWN_AUTHORS, "sxx000xx"),
    "POST followups.new_milestone": (OWN_AUTHORS, "sxx000xx"),
    "GET followups.milestone": (OWN_AUTHORS, "sxx000xx"),
    "POST followups.milestone": (OWN_AUTHORS, "sxx000xx"),
    "GET followups_api.followups": (EVERYBODY, NOBODY),
    "GET followups_api.feedback": (MEMBERS, "s0000000"),
    "PUT followups_api.put_feedback": ("sx+xx+++", "sx000000"),
    "DELETE followups_api.delete_feedback": (CITIZENS, "sx000000"),
    "POST followups_api.answer_survey": (COMMENT_AUTHOR, "sx000000"),
}
WITH_CASE = {IssueState.CLOSED, IssueState.ANSWERED}

SENT: dict[str, dict[str, object]] = {
    "POST issues.publish": {"revision": 1},
    "POST issues.withdraw": {"reason": "We begin again.", "lang": "en"},
    "POST opinions.cast": {"value": "1"},
    "POST opinions.add": {"text": "Buses should run all night.", "lang": "en"},
    "POST comments.write": {"text": "Words", "lang": "en", "stance": "for"},
    "POST comments.reply": {"text": "Words", "lang": "en"},
    "POST comments.edit": {"text": "Words", "lang": "en", "stance": "for"},
    "POST comments.mark": {"value": "1"},
    "POST replies.send_back": {"revision": 1, "reason": "Too short."},
    "POST replies.take_back": {"revision": 1},
    "POST replies.publish": {"revision": 1},
    "POST replies.send_holding_back": {"revision": 1, "reason": "Too short."},
    "POST replies.publish_holding": {"revision": 1},
    "POST replies.send_correction_back": {"revision": 1, "reason": "Too short."},
    "POST replies.take_correction_back": {"revision": 1},
    "POST replies.publish_correction": {"revision": 1},
    "POST followups.feedback": {"verdict": "yes", "lang": "en"},
    "POST followups.survey": {"satisfaction": "neither"},
    "POST followups.refuse": {"reason": "Too short."},
    "PUT followups_api.put_feedback": {"verdict": "yes", "lang": "en"},
    "POST followups_api.answer_survey": {"satisfaction": "neither", "lang": "en"},
    "POST opinions_api.add": {"text": "Buses should run all night.", "lang": "en"},
    "PUT opinions_api.vote": {"value": 1},
    "POST comments_api.write": {"text": "Words", "lang": "en"},
    "PUT comments_api.edit": {"text": "Words", "lang": "en"},
    "PUT comments_api.put_mark": {"value": 1},
}
"""What is sent where an empty form would be refused before anybody asks who sent it."""


@dataclass
class Town:
    """An issue in one state with everything that can hang on it, and one reader of every kind."""

    app: APIFlask
    make: Make
    work: Work
    state: IssueState
    issue: MadeIssue = field(init=False)
    values: dict[str, object] = field(init=False)
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    followed: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        agency = self.make.agency()
        self.people = {
            "unconfirmed": self.make.person(confirmed=False),
            "citizen": self.make.person(),
            "author": self.make.officer(agency),
            "approver": self.make.officer(agency, Role.APPROVER),
            "elsewhere": self.make.officer(self.make.agency(), Role.APPROVER),
            "moderator": self.make.person(moderator=True),
            "administrator": self.make.person(administrator=True),
        }
        state = IssueState.OPEN if self.state is IssueState.WITHDRAWN else self.state
        self.issue = self.make.issue(agency_id=agency, state=state, statements=1)
        self.snapshot_id = self.make.map(self.issue.topic_id)
        self.make.look(self.issue.topic_id)
        self.fill(agency)
        for reader in READERS:
            self.enter(reader)

    def fill(self, agency: int) -> None:
        """A comment with a former version, a file, a case where one is owed, a day of the calendar, a token."""
        folder = self.app.config["CONFIG"].files
        with self.work() as ctx:
            issue = ctx.get(Issue, self.issue.id)
            comment = Comment(
                topic_id=self.issue.topic_id,
                author_id=self.people["citizen"].id,
                lang="en",
                stance=Stance.FOR,
                text="Later",
                html="<p>Later</p>",
                written_at=ctx.now,
                versions=[CommentVersion(text="Before", lang="en", stance=Stance.FOR, replaced_at=ctx.now)],
            )
            ctx.session.add(comment)
            file = attach(ctx, issue, b"%PDF-1.7\nThe plan.", "plan.pdf", folder)
            case = open_case(ctx, self.issue.topic_id, ctx.today) if self.state in WITH_CASE else None
            if case and self.state is IssueState.ANSWERED:
                self.follow(ctx, case)
            issue.state = self.state
            issue.topic.closed_at = issue.topic.closed_at or (ctx.now if self.state is IssueState.WITHDRAWN else None)
            enter_exception(ctx, ctx.today, {"en": "Typhoon"}, works=False)
            absence = Absence(
                agency_id=agency,
                person_id=self.people["author"].id,
                deputy_id=self.people["approver"].id,
                from_on=ctx.today,
                entered_at=ctx.now,
            )
            ctx.session.add(absence)
            offer = self.offer(ctx, agency, case.id) if case else None
            ctx.session.flush()
            self.values = {
                "agency_id": agency,
                "absence_id": absence.id,
                "transfer_id": offer.id if offer else 999,
                "kind": "issues",
                "comment_id": comment.id,
                "statement_id": self.issue.statement_ids[0],
                "attachment_id": file.id,
                "snapshot_id": self.snapshot_id,
                "case_id": case.id if case else 999,
                "demand_id": 999,
                "study_id": 999,
                "milestone_id": 999,
                "feedback_id": 999,
                "day": ctx.today.isoformat(),
                "year": ctx.today.year,
                "number": 1,
                "person_id": self.people["author"].id,
                "token": "made-up",
                "filename": "face.css",
                "version": 0,
            } | self.followed
        owner = self.make.person()
        with self.work(owner.actor) as ctx:
            self.values |= {"passkey_id": 1, "sign_in_id": 999_999, "identity_id": 1, "provider": "nobody"}
            self.values["token_id"] = create_token(ctx, "of somebody else").row.id

    def offer(self, ctx: Context, agency: int, case_id: int) -> CaseTransfer:
        """The case is offered to the agency of the reader from elsewhere."""
        offer = CaseTransfer(
            case_id=case_id,
            from_agency_id=agency,
            to_agency_id=min(self.people["elsewhere"].actor.agencies),
            reason="The road is theirs.",
            offered_at=ctx.now,
            offered_by_id=self.people["approver"].id,
        )
        ctx.session.add(offer)
        return offer

    def follow(self, ctx: Context, case: Case) -> None:
        """A reply was published, and things follow it."""
        demands = [
            Demand(position=number, text="Buses", lang="en", source=Source.OFFICER, outcome=outcome, answer="Yes.")
            for number, outcome in enumerate((Outcome.ADOPTED, Outcome.UNDER_STUDY), 10)
        ]
        case.demands.extend(demands)
        officers = (self.people["author"].id, self.people["approver"].id)
        reply = Reply(
            case_id=case.id, state=ReplyState.PUBLISHED, revision=1, summary="Yes.", summary_html="", lang="en",
            contact="", author_id=officers[0], approver_id=officers[1], saved_at=ctx.now, published_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(reply)
        case.answered_at = ctx.now
        stop_clock(ctx, case.clock)
        ctx.session.flush()
        add_first_version(ctx, case, reply)
        begin(ctx, case.id)
        citizen = self.people["citizen"].id
        said = {"case_id": case.id, "person_id": citizen}
        feedback = Feedback(**said, verdict=Verdict.NO, text="No.", html="<p>No.</p>", lang="en", written_at=ctx.now)
        step = Milestone(
            case_id=case.id, demand_id=demands[0].id, title={"en": "Buses"}, due_on=ctx.today, added_at=ctx.now,
            heard_on=ctx.today,
        )  # fmt: skip
        ctx.session.add_all([Invitation(**said, invited_at=ctx.now), feedback, step])
        ctx.get(FeedbackWindow, case.id).no = 1
        ctx.session.flush()
        study_id = ctx.session.scalars(sa.select(Study.id)).one()
        self.followed = {
            "demand_id": demands[0].id, "study_id": study_id, "milestone_id": step.id, "feedback_id": feedback.id
        }  # fmt: skip

    def enter(self, reader: str) -> None:
        """Keep what shows who somebody is, so that no answer can take it away: cookie, form token, API token."""
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

    def send(self, reader: str, route: str, address: str) -> TestResponse:
        """The answer a reader gets."""
        method, endpoint = route.split()
        http = self.app.test_client(use_cookies=False)
        sent: dict[str, object] = dict(SENT.get(route, {}))
        if endpoint.endswith("_api." + endpoint.rpartition(".")[2]):
            headers = {"Authorization": f"Bearer {self.tokens[reader]}"} if reader in self.tokens else {}
            return http.open(address, method=method, headers=headers, json=sent or None, buffered=True)
        headers = {"Cookie": f"minyi={self.cookies[reader]}"}
        if method == "GET":
            return http.get(address, headers=headers, buffered=True)
        if route == "POST opinions.cast":
            sent["statement"] = self.values["statement_id"]
        form = sent | {"csrf_token": self.csrf[reader]}
        return http.open(address, method=method, headers=headers, data=form, buffered=True)

    def address(self, rule: Rule, **others: object) -> str:
        """Where a route is, of this issue unless told otherwise."""
        of_agency = "agenc" in rule.endpoint
        slug = "agency-1" if of_agency else self.issue.slug
        values = self.values | {"slug": slug} | others
        built = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
        assert built is not None
        return built[1]


def routes(app: APIFlask) -> Iterator[tuple[str, Rule]]:
    """Every method of every rule as the table names it; proposals have a table of their own."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in {"proposals", "proposals_api"}:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.endpoint}", rule


def expected(route: str, state: IssueState) -> str:
    """The row of the table."""
    if route in ALWAYS:
        return ALWAYS[route]
    if route in BY_CASE:
        return BY_CASE[route][state not in WITH_CASE]
    if route in BY_REPLY:
        return BY_REPLY[route][state is not IssueState.ANSWERED]
    if route == "PUT comments_api.edit" and state is not IssueState.OPEN:
        # Told that nothing can be changed here now, before it is looked at whose comment it is.
        return HIDDEN_CITIZENS if state is IssueState.DRAFT else CITIZENS
    return BY_ISSUE[route][state is IssueState.DRAFT]


def sign_of(answer: TestResponse) -> str:
    """The answer as the table writes it. What was refused for what was sent, not for who sent it, counts as allowed."""
    if answer.status_code == 303 and "/sign-in?next=" in answer.headers["Location"]:
        return "s"
    return SIGN.get(answer.status_code, "+")


def told(answer: TestResponse) -> str:
    """What an answer says, without the token of its forms: that is signed anew every second."""
    return re.sub(r'name="csrf_token"[^>]*>', "", answer.get_data(as_text=True))


@pytest.fixture
def town(app: APIFlask, make: Make, work: Work) -> Callable[[IssueState], Town]:
    return lambda state: Town(app, make, work, state)


@pytest.fixture
def nothing_stays(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let every request be done whole and then taken back, so that each meets the same town."""
    return lambda: monkeypatch.setattr(db.session, "commit", db.session.rollback)


def test_every_route_is_in_the_table_and_nothing_else_is(app: APIFlask) -> None:
    told = [*ALWAYS, *BY_ISSUE, *BY_CASE, *BY_REPLY]
    assert sorted(route for route, _ in routes(app)) == sorted(told)


@pytest.mark.parametrize("state", list(IssueState))
def test_the_table_is_what_happens(
    town: Callable[[IssueState], Town], nothing_stays: Callable[[], None], state: IssueState
) -> None:
    here = town(state)
    nothing_stays()
    wrong, asked = [], 0
    for route, rule in routes(here.app):
        if route in ALWAYS and state is not IssueState.OPEN:
            continue  # what belongs to no issue is the same whatever the state of one
        for reader, sign in zip(READERS, expected(route, state), strict=True):
            answer = here.send(reader, route, here.address(rule))
            asked += 1
            assert answer.status_code != 500, (route, reader)
            if sign_of(answer) != sign:
                wrong.append(f"{route}, {reader}: {answer.status_code}, should be {WORDS[sign]}")
    assert asked > len(READERS) * len(BY_ISSUE)
    assert not wrong, "\n".join(wrong)


STRANGERS = ("visitor", "unconfirmed", "citizen", "elsewhere", "moderator", "administrator")


def test_a_draft_answers_like_an_issue_that_never_was(town: Callable[[IssueState], Town]) -> None:
    here = town(IssueState.DRAFT)
    compared = 0
    for route, rule in routes(here.app):
        if not route.startswith("GET") or "slug" not in rule.arguments or route in ALWAYS:
            continue
        never = "never-was"[: len(here.issue.slug)]
        for reader in STRANGERS:
            hidden = here.send(reader, route, here.address(rule))
            absent = here.send(reader, route, here.address(rule, slug=never))
            assert hidden.status_code == absent.status_code != 200, (route, reader)
            same = told(hidden).replace(here.issue.slug, never)
            assert same == told(absent), (route, reader)
            assert "Night buses" not in same
            names = [dict(one.headers) for one in (hidden, absent)]
            assert [names[0].get(key) for key in ("Cache-Control", "ETag", "Content-Type")] == [
                names[1].get(key) for key in ("Cache-Control", "ETag", "Content-Type")
            ]
            compared += 1
    assert compared > 100


def test_no_list_tells_of_a_draft(town: Callable[[IssueState], Town]) -> None:
    here = town(IssueState.DRAFT)
    lists = (
        "/",
        "/issues",
        "/issues?q=Night",
        "/board",
        "/board.csv",
        "/board.ics",
        "/feeds/overdue.atom",
        "/agencies",
        "/desk",
        "/api/v1/issues",
        "/api/v1/issues?q=Night",
    )
    for reader in STRANGERS:
        for address in lists:
            route = "GET issues_api.issues" if address.startswith("/api") else "GET issues.index"
            assert here.issue.slug not in here.send(reader, route, address).get_data(as_text=True), (reader, address)
    assert here.issue.slug in here.send("author", "GET desk.show", "/desk").get_data(as_text=True)


def test_a_hidden_statement_is_as_if_it_never_was(town: Callable[[IssueState], Town]) -> None:
    here = town(IssueState.OPEN)
    hidden, never = here.issue.statement_ids[0], 999
    with here.work() as ctx:
        statement = ctx.get(Statement, hidden)
        statement.hidden_at, statement.text = ctx.now, "A hidden sentence."
    for route, rule in routes(here.app):
        if route in BY_ISSUE and "statement_id" in rule.arguments:
            reader = "moderator"
            answers = [here.send(reader, route, here.address(rule, statement_id=one)) for one in (hidden, never)]
            assert [one.status_code for one in answers] == [404, 404], route
            bodies = [told(one).replace(f"/{hidden}/", f"/{never}/") for one in answers]
            assert bodies[0] == bodies[1], route
        if route in BY_ISSUE and route.startswith("GET"):
            for reader in READERS:
                body = here.send(reader, route, here.address(rule)).get_data(as_text=True)
                assert "A hidden sentence." not in body, (route, reader)


def test_a_person_released_by_an_agency_sees_its_drafts_no_longer(
    town: Callable[[IssueState], Town], app: APIFlask, make: Make
) -> None:
    here = town(IssueState.DRAFT)
    author: MadePerson = here.people["author"]
    page = f"/en/issues/{here.issue.slug}"
    visit = Browser(app).sign_in(author)
    visit.open(page)
    admin = Browser(app).sign_in(here.people["administrator"])
    admin.open("/en/admin/agencies/agency-1")
    admin.send(f"officers/{author.id}/release")
    visit.open(page, 404)
