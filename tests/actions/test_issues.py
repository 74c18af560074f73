"""The life of an issue: drafted, revised, published, closed, withdrawn, answered; and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from time import sleep

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.agencies.models import Agency
from app.audit.models import FactRow
from app.cases.queries import case_of_topic
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, SYSTEM, Actor, Role
from app.issues import actions
from app.issues.actions import close, close_when_due, draft, mark_answered, publish, revise, withdraw
from app.issues.models import Issue
from app.issues.queries import Wanted, issue_by_slug, issues_page, versions_of
from app.issues.rules import IssueState, IssueTerms, IssueTexts, PromiseLevel
from app.topics.models import Topic
from app.topics.queries import is_open
from app.topics.rules import Part
from tests.conftest import ENGINE
from tests.support.builders import MadePerson, Make

Work = Callable[..., AbstractContextManager[Context]]
TODAY = date(2026, 11, 4)
LAST_DAY = date(2026, 11, 20)
ZH = IssueTexts("zh-Hant-TW", "夜間公車", "末班車該多晚？", still_open="班次")
EN = IssueTexts("en", "Night buses", "How late?", still_open="The timetable.")


@dataclass
class Office:
    """An agency that asks and one that takes part, with their officers, and a citizen."""

    work: Work
    make: Make
    lead: int = field(init=False)
    co: int = field(init=False)

    def __post_init__(self) -> None:
        self.lead, self.co = self.make.agency("Transport"), self.make.agency("Police")
        self.author: MadePerson = self.make.officer(self.lead)
        self.approver: MadePerson = self.make.officer(self.lead, Role.APPROVER)
        self.partner: MadePerson = self.make.officer(self.co, Role.APPROVER)
        self.stranger: MadePerson = self.make.officer(self.make.agency("Parks"), Role.APPROVER)
        self.citizen: MadePerson = self.make.person()

    def terms(self, ctx: Context, closes_on: date | None = LAST_DAY, co: bool = True) -> IssueTerms:
        slugs = {agency.id: agency.slug for agency in ctx.session.scalars(sa.select(Agency))}
        return IssueTerms(PromiseLevel.CONSULT, closes_on, slugs[self.lead], (slugs[self.co],) if co else ())

    def draft(self, texts: IssueTexts = EN, closes_on: date | None = LAST_DAY) -> str:
        with self.work(self.author.actor) as ctx:
            return draft(ctx, texts, self.terms(ctx, closes_on)).topic.slug

    def publish(self, slug: str, by: Actor | None = None) -> str:
        with self.work(by or self.approver.actor) as ctx:
            issue = issue_by_slug(ctx, slug)
            return publish(ctx, issue, issue.revision).topic.slug

    def open(self, texts: IssueTexts = EN) -> str:
        return self.publish(self.draft(texts))

    def revise(self, slug: str, texts: IssueTexts, by: Actor | None = None, **more: object) -> None:
        with self.work(by or self.approver.actor) as ctx:
            issue = issue_by_slug(ctx, slug)
            revise(ctx, issue, texts, **({"revision": issue.revision} | more))  # type: ignore[arg-type]

    def move(self, slug: str, closes_on: date | None) -> None:
        with self.work(self.approver.actor) as ctx:
            terms = self.terms(ctx, closes_on)
        self.revise(slug, EN, terms=terms)

    def issue(self, slug: str) -> Issue:
        with self.work() as ctx:
            issue = issue_by_slug(ctx, slug)
            assert issue.versions is not None
            return issue

    def contents(self, slug: str) -> list[dict[str, object]]:
        with self.work() as ctx:
            return [version.content for version in versions_of(ctx, issue_by_slug(ctx, slug))]

    def facts(self, kind: str) -> list[dict[str, object]]:
        with self.work() as ctx:
            query = sa.select(FactRow).where(FactRow.kind == kind).order_by(FactRow.id)
            return [row.data for row in ctx.session.scalars(query)]


@pytest.fixture
def office(work: Work, make: Make) -> Office:
    return Office(work, make)


# ---- drafting -------------------------------------------------------------------------------------------------


def test_a_draft_begins_with_its_agencies_the_lead_first(office: Office) -> None:
    issue = office.issue(office.draft())
    assert (issue.state, issue.topic.slug, issue.topic.opened_at) == (IssueState.DRAFT, "night-buses", None)
    assert [(part.agency_id, part.part) for part in issue.topic.agencies] == [
        (office.lead, Part.LEAD),
        (office.co, Part.CO),
    ]
    assert issue.author_id == office.author.id
    assert (issue.topic.closes_on, issue.promise) == (LAST_DAY, PromiseLevel.CONSULT)
    assert len(office.facts("issue.drafted")) == 1


@pytest.mark.parametrize("who", ["stranger", "citizen"])
def test_nobody_drafts_for_an_agency_of_others(office: Office, who: str) -> None:
    with pytest.raises(Forbidden), office.work(getattr(office, who).actor) as ctx:
        draft(ctx, EN, office.terms(ctx))
    with pytest.raises(SignInNeeded), office.work(ANONYMOUS) as ctx:
        draft(ctx, EN, office.terms(ctx))


def test_a_draft_exists_only_for_its_agencies(office: Office) -> None:
    slug = office.draft()
    for who in (office.author, office.approver, office.partner):
        with office.work(who.actor) as ctx:
            assert issue_by_slug(ctx, slug).topic.slug == slug
    for actor in (office.stranger.actor, office.citizen.actor, ANONYMOUS):
        with office.work(actor) as ctx:
            with pytest.raises(NotFound):
                issue_by_slug(ctx, slug)
            assert issues_page(ctx, Wanted()).items == []


def test_a_draft_needs_a_title_and_agencies_that_exist(office: Office) -> None:
    with office.work(office.author.actor) as ctx:
        terms = office.terms(ctx)
        for texts, wrong, field_name in (
            (replace(EN, title=" \u200b"), terms, "title"),
            (replace(EN, lang="xx"), terms, "lang"),
            (EN, replace(terms, lead="nowhere"), "lead"),
            (EN, replace(terms, co=("nowhere",)), "co"),
            (EN, replace(terms, closes_on=TODAY), "closes_on"),
        ):
            with pytest.raises(Invalid) as refused:
                draft(ctx, texts, wrong)
            assert list(refused.value.fields) == [field_name]
        assert ctx.session.scalar(sa.select(sa.func.count(Topic.id))) == 0


def test_an_address_that_is_taken_gets_a_number(office: Office) -> None:
    assert [office.draft() for _ in range(3)] == ["night-buses", "night-buses-2", "night-buses-3"]
    without_english = [office.draft(ZH) for _ in range(2)]
    assert len(set(without_english)) == 2
    assert all(slug.startswith("issue-") for slug in without_english)


def test_an_address_taken_at_the_same_moment_is_not_taken_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two officers see the same address free; the unique key lets only one have it, the other gets the next."""
    office.draft()
    scalar = sa.orm.Session.scalar

    def sees_it_free(session: sa.orm.Session, query: object, *args: object, **more: object) -> object:
        is_look = "topics.slug =" in str(query) and "max(" not in str(query)
        return None if is_look else scalar(session, query, *args, **more)  # type: ignore[arg-type]

    with office.work(office.author.actor) as ctx:
        terms = office.terms(ctx)
        monkeypatch.setattr(sa.orm.Session, "scalar", sees_it_free)
        issue = draft(ctx, EN, terms)
        monkeypatch.undo()
        assert issue.topic.slug == "night-buses-2"
        assert len(issue.topic.agencies) == 2
    assert office.issue("night-buses-2").topic.title == {"en": "Night buses"}


def test_one_language_is_saved_at_a_time(office: Office) -> None:
    slug = office.draft(ZH)
    office.revise(slug, EN, office.author.actor)
    issue = office.issue(slug)
    assert issue.topic.title == {"zh-Hant-TW": "夜間公車", "en": "Night buses"}
    assert issue.still_open == {"zh-Hant-TW": "班次", "en": "The timetable."}
    office.revise(slug, IssueTexts("en"), office.author.actor)
    assert office.issue(slug).topic.title == {"zh-Hant-TW": "夜間公車"}
    with pytest.raises(Invalid):
        office.revise(slug, IssueTexts("zh-Hant-TW"), office.author.actor)
    assert office.contents(slug) == []


def test_text_from_officers_is_cleaned(office: Office) -> None:
    slug = office.draft(replace(EN, title="  Night\u202e\nbuses ", background="One\r\n\r\n\u200bTwo  "))
    issue = office.issue(slug)
    assert issue.topic.title["en"] == "Night buses"
    assert issue.background["en"] == "One\n\nTwo"


def test_partners_write_a_draft_but_others_do_not(office: Office) -> None:
    slug = office.draft()
    office.revise(slug, replace(EN, decided="The budget."), office.partner.actor)
    assert office.issue(slug).decided == {"en": "The budget."}
    issue = office.issue(slug)
    for actor in (office.stranger.actor, office.citizen.actor):
        with pytest.raises(Forbidden), office.work(actor) as ctx:
            revise(ctx, issue, EN, revision=2)


def test_the_agencies_of_a_draft_can_be_changed_by_the_leads_officers(office: Office) -> None:
    slug = office.draft()
    with office.work() as ctx:
        alone = office.terms(ctx, co=False)
        swapped = replace(office.terms(ctx), lead=office.terms(ctx).co[0], co=(alone.lead,))
    office.revise(slug, EN, office.author.actor, terms=alone)
    assert office.issue(slug).topic.agency_ids == [office.lead]
    with pytest.raises(Forbidden):
        office.revise(slug, EN, office.author.actor, terms=swapped)
    assert office.issue(slug).topic.agency_ids == [office.lead]


def test_who_saves_over_a_newer_text_is_told(office: Office) -> None:
    slug = office.draft()
    office.revise(slug, replace(EN, summary="First"), office.author.actor, revision=1)
    with pytest.raises(Conflict):
        office.revise(slug, replace(EN, summary="Second"), office.approver.actor, revision=1)
    assert office.issue(slug).topic.summary == {"en": "First"}
    with pytest.raises(Conflict), office.work(office.approver.actor) as ctx:
        publish(ctx, issue_by_slug(ctx, slug), 1)
    assert office.issue(slug).state is IssueState.DRAFT


# ---- publishing -----------------------------------------------------------------------------------------------


def test_a_published_issue_takes_voices_until_the_end_of_its_last_day(office: Office, clock: FixedClock) -> None:
    slug = office.open()
    issue = office.issue(slug)
    assert issue.state is IssueState.OPEN
    assert issue.topic.opened_at == clock.now()
    assert issue.topic.closes_at == datetime.fromisoformat("2026-11-21T00:00+08:00")
    with office.work(ANONYMOUS) as ctx:
        assert is_open(ctx, issue_by_slug(ctx, slug).topic)
    assert office.facts("issue.opened") == [{"closes_on": "2026-11-20"}]
    assert [content["title"] for content in office.contents(slug)] == [{"en": "Night buses"}]


@pytest.mark.parametrize("who", ["author", "partner", "stranger", "citizen"])
def test_only_an_approver_of_the_lead_publishes_closes_and_withdraws(office: Office, who: str) -> None:
    drafted, opened = office.draft(), office.open()
    actor = getattr(office, who).actor
    draft_issue, open_issue = office.issue(drafted), office.issue(opened)
    for act in (
        lambda ctx: publish(ctx, draft_issue, 1),
        lambda ctx: close(ctx, open_issue),
        lambda ctx: withdraw(ctx, open_issue, {"en": "No."}),
    ):
        with pytest.raises(Forbidden), office.work(actor) as ctx:
            act(ctx)


def test_what_is_not_ready_is_not_published(office: Office, clock: FixedClock) -> None:
    bare = office.draft(IssueTexts("en", "Night buses"), None)
    with pytest.raises(Invalid) as refused:
        office.publish(bare)
    assert set(refused.value.fields) == {"summary", "still_open", "closes_on"}
    waited = office.draft()
    clock.advance(timedelta(days=16))
    with pytest.raises(Invalid) as refused:
        office.publish(waited)
    assert list(refused.value.fields) == ["closes_on"]
    assert office.issue(waited).topic.opened_at is None


def test_publishing_takes_the_english_address_if_there_is_one_by_then(office: Office) -> None:
    slug = office.draft(ZH)
    office.revise(slug, EN, office.author.actor)
    assert office.publish(slug) == "night-buses"
    other = office.draft(ZH)
    assert office.publish(other) == other


def test_an_issue_is_published_once(office: Office) -> None:
    slug = office.open()
    with pytest.raises(Conflict):
        office.publish(slug)
    assert len(office.facts("issue.opened")) == 1


# ---- after publication ----------------------------------------------------------------------------------------


def test_every_published_text_is_kept(office: Office) -> None:
    slug = office.open()
    office.revise(slug, replace(EN, summary="How late at night?"), note="  Said more\nclearly ")
    assert [content["summary"] for content in office.contents(slug)] == [
        {"en": "How late?"},
        {"en": "How late at night?"},
    ]
    with office.work() as ctx:
        assert [version.note for version in versions_of(ctx, issue_by_slug(ctx, slug))] == ["", "Said more clearly"]
    assert office.facts("issue.revised") == [{"version": 2}]


def test_saving_what_is_there_already_makes_no_version(office: Office) -> None:
    slug = office.open()
    office.revise(slug, replace(EN, title=" Night  buses "))
    assert len(office.contents(slug)) == 1
    assert office.facts("issue.revised") == []


def test_an_imported_issue_keeps_its_first_text_when_it_is_revised(office: Office, make: Make) -> None:
    made = make.issue(agency_id=office.lead)
    office.revise(made.slug, replace(EN, title="Buses at night"))
    assert [content["title"] for content in office.contents(made.slug)] == [
        {"en": "Night buses"},
        {"en": "Buses at night"},
    ]


def test_authors_do_not_change_what_everybody_reads(office: Office) -> None:
    slug = office.open()
    for who in (office.author, office.partner):
        with pytest.raises(Forbidden):
            office.revise(slug, replace(EN, title="Other"), who.actor)


def test_the_closing_day_of_a_published_issue_only_moves_later(office: Office) -> None:
    slug = office.open()
    for earlier in (LAST_DAY - timedelta(days=1), None):
        with pytest.raises(Invalid) as refused:
            office.move(slug, earlier)
        assert list(refused.value.fields) == ["closes_on"]
    office.move(slug, LAST_DAY + timedelta(days=7))
    issue = office.issue(slug)
    assert issue.topic.closes_at == datetime.fromisoformat("2026-11-28T00:00+08:00")
    assert [content["closes_on"] for content in office.contents(slug)] == ["2026-11-20", "2026-11-27"]


def test_an_ended_day_does_not_move(office: Office, clock: FixedClock, run_job: Callable[[str], None]) -> None:
    slug = office.open()
    clock.advance(timedelta(days=17))
    later = TODAY + timedelta(days=30)
    for _ in range(2):
        with pytest.raises(Conflict):
            office.move(slug, later)
        run_job("close-issues")


def test_what_was_promised_and_who_asks_stays(office: Office) -> None:
    slug = office.open()
    with office.work() as ctx:
        terms = office.terms(ctx)
        alone = office.terms(ctx, co=False)
    for changed in (replace(terms, promise=PromiseLevel.INFORM), alone):
        with pytest.raises(Conflict):
            office.revise(slug, EN, terms=changed)
    assert office.issue(slug).topic.agency_ids == [office.lead, office.co]


# ---- withdrawing, answering -----------------------------------------------------------------------------------


def test_withdrawing_needs_a_reason_and_ends_the_voices(office: Office) -> None:
    slug = office.open()
    for reason in ({}, {"en": " \n\u200b"}, {"en": "x" * 1001}, {"xx": "Why"}):
        with pytest.raises(Invalid), office.work(office.approver.actor) as ctx:
            withdraw(ctx, issue_by_slug(ctx, slug), reason)
    with office.work(office.approver.actor) as ctx:
        withdraw(ctx, issue_by_slug(ctx, slug), {"en": "The council decided."})
    with office.work(ANONYMOUS) as ctx:
        issue = issue_by_slug(ctx, slug)
        assert (issue.state, issue.withdrawn_because) == (IssueState.WITHDRAWN, {"en": "The council decided."})
        assert not is_open(ctx, issue.topic)
        assert case_of_topic(ctx, issue.topic_id) is None
    with pytest.raises(Conflict):
        office.revise(slug, replace(EN, title="Other"))
    assert len(office.facts("issue.withdrawn")) == 1


def test_a_withdrawn_draft_stays_unseen(office: Office) -> None:
    slug = office.draft()
    with office.work(office.approver.actor) as ctx:
        withdraw(ctx, issue_by_slug(ctx, slug), {"en": "Not needed."})
    with pytest.raises(NotFound), office.work(ANONYMOUS) as ctx:
        issue_by_slug(ctx, slug)
    with pytest.raises(Conflict):
        office.publish(slug)


def test_a_published_reply_answers_a_closed_issue_once(office: Office) -> None:
    slug = office.open()
    topic_id = office.issue(slug).topic_id
    with office.work() as ctx:
        assert not mark_answered(ctx, topic_id)
    with office.work(office.approver.actor) as ctx:
        close(ctx, issue_by_slug(ctx, slug))
    for answered in (True, False):
        with office.work() as ctx:
            assert mark_answered(ctx, topic_id) is answered
    assert office.issue(slug).state is IssueState.ANSWERED
    assert len(office.facts("issue.answered")) == 1
    with pytest.raises(Forbidden), office.work(office.approver.actor) as ctx:
        mark_answered(ctx, topic_id)


# ---- closing --------------------------------------------------------------------------------------------------


def test_closing_by_hand_opens_a_case_from_today(office: Office, clock: FixedClock) -> None:
    slug = office.open()
    with office.work(office.approver.actor) as ctx:
        close(ctx, issue_by_slug(ctx, slug))
    issue = office.issue(slug)
    assert (issue.state, issue.topic.closed_at) == (IssueState.CLOSED, clock.now())
    with office.work() as ctx:
        case = case_of_topic(ctx, issue.topic_id)
        assert case is not None
        assert case.clock.started_on == TODAY
        assert case.agency_ids == [office.lead, office.co]
    with pytest.raises(Conflict), office.work(office.approver.actor) as ctx:
        close(ctx, issue_by_slug(ctx, slug))


def test_the_job_closes_what_is_due_and_nothing_else(
    office: Office, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    slug, drafted = office.open(), office.draft()
    clock.travel_to(datetime.fromisoformat("2026-11-20T23:59:59+08:00"))
    run_job("close-issues")
    assert office.issue(slug).state is IssueState.OPEN
    clock.advance(timedelta(seconds=1))
    for _ in range(2):
        run_job("close-issues")
    assert office.issue(slug).state is IssueState.CLOSED
    assert office.issue(drafted).state is IssueState.DRAFT
    assert office.facts("issue.closed") == [{"closed_on": "2026-11-20"}]
    assert len(office.facts("case.opened")) == 1


def test_a_job_that_runs_days_late_moves_no_promise(
    office: Office, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    slug = office.open()
    clock.advance(timedelta(days=30))
    run_job("close-issues")
    issue = office.issue(slug)
    assert issue.topic.closed_at == issue.topic.closes_at
    with office.work() as ctx:
        case = case_of_topic(ctx, issue.topic_id)
        assert case is not None
        assert case.clock.started_on == LAST_DAY


def test_only_the_system_closes_by_the_clock(office: Office, clock: FixedClock) -> None:
    issue = office.issue(office.open())
    clock.advance(timedelta(days=30))
    for who in (office.approver, office.citizen):
        with pytest.raises(Forbidden), office.work(who.actor) as ctx:
            close_when_due(ctx, issue.id)


def _close_twice_at_once(app: APIFlask, office: Office, issue_id: int) -> list[bool]:
    """Close in one unit of work while another, begun before its commit, tries the same."""

    def other() -> bool:
        with app.app_context(), office.work(SYSTEM) as ctx:
            return close_when_due(ctx, issue_id)

    with ThreadPoolExecutor(1) as pool:
        with office.work() as ctx:
            first = close_when_due(ctx, issue_id)
            second = pool.submit(other)
            sleep(0.4)
            assert not second.done()
        return [first, second.result(20)]


@pytest.mark.race
def test_two_workers_close_an_issue_once(office: Office, app: APIFlask, clock: FixedClock) -> None:
    issue = office.issue(office.open())
    clock.advance(timedelta(days=30))
    assert _close_twice_at_once(app, office, issue.id) == [True, False]
    assert len(office.facts("issue.closed")) == 1


@pytest.mark.race
@pytest.mark.skipif(ENGINE == "sqlite", reason="SQLite has one writing transaction at a time; no guard to remove")
def test_control_without_the_guards_an_issue_is_closed_twice(
    office: Office, app: APIFlask, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = office.issue(office.open())
    clock.advance(timedelta(days=30))

    def move(ctx: Context, moved: Issue, then: IssueState) -> bool:
        ctx.session.execute(sa.update(Issue).where(Issue.id == moved.id).values(state=then))
        return True

    monkeypatch.setattr(actions, "_locked_while_open", lambda ctx, issue_id: ctx.get(Issue, issue_id))
    monkeypatch.setattr(actions, "_move", move)
    assert _close_twice_at_once(app, office, issue.id) == [True, True]
    assert len(office.facts("issue.closed")) == 2


@pytest.mark.race
def test_a_day_moved_at_the_last_second_is_honoured(office: Office, app: APIFlask, clock: FixedClock) -> None:
    slug = office.open()
    issue_id = office.issue(slug).id

    def due() -> bool:
        with app.app_context(), office.work(SYSTEM) as ctx:
            return close_when_due(ctx, issue_id)

    clock.travel_to(datetime.fromisoformat("2026-11-20T23:59:59+08:00"))
    with ThreadPoolExecutor(1) as pool:
        with office.work(office.approver.actor) as ctx:
            issue = issue_by_slug(ctx, slug)
            terms = office.terms(ctx, LAST_DAY + timedelta(days=7))
            revise(ctx, issue, EN, terms, revision=issue.revision)
            clock.advance(timedelta(seconds=2))
            closing = pool.submit(due)
            sleep(0.4)
        assert closing.result(20) is False
    assert office.issue(slug).state is IssueState.OPEN


# ---- finding --------------------------------------------------------------------------------------------------


def test_a_list_shows_states_agencies_and_pages_newest_first(office: Office, make: Make, clock: FixedClock) -> None:
    slugs = []
    for state in (IssueState.OPEN, IssueState.CLOSED, IssueState.ANSWERED, IssueState.WITHDRAWN, IssueState.DRAFT):
        clock.advance(timedelta(minutes=1))
        slugs.append(make.issue(agency_id=office.co, state=state).slug)
    with office.work(ANONYMOUS) as ctx:
        everything = [issue.topic.slug for issue in issues_page(ctx, Wanted()).items]
        assert everything == slugs[3::-1]
        closed = issues_page(ctx, Wanted(state=IssueState.CLOSED)).items
        assert [issue.topic.slug for issue in closed] == [slugs[1]]
        co, lead = (ctx.get(Agency, agency_id).slug for agency_id in (office.co, office.lead))
        assert len(issues_page(ctx, Wanted(agency=co)).items) == 4
        assert issues_page(ctx, Wanted(agency=lead)).items == []
        page = issues_page(ctx, Wanted(), 2, size=3)
        assert ([issue.topic.slug for issue in page.items], page.next) == ([slugs[0]], None)


@pytest.mark.parametrize(
    ("question", "finds"),
    [
        ("night", True),
        ("NIGHT BUSES", True),
        ("no bus home after ten at night", True),
        ("公車", True),
        ("晚上想搭公車回家", True),
        ("how late?", True),
        ("car", False),
        ("en", False),
        ("zh-Hant-TW", False),
        ("title", False),
        ("%", False),
        ("n_g", False),
        ('"', False),
        ("\\u516c", False),
    ],
)
def test_a_question_finds_words_in_every_language_and_nothing_else(office: Office, question: str, finds: bool) -> None:
    slug = office.draft(replace(ZH, title="夜間公車"))
    office.revise(slug, EN, office.author.actor)
    office.publish(slug)
    with office.work(ANONYMOUS) as ctx:
        assert bool(issues_page(ctx, Wanted(question=question)).items) is finds


def test_the_best_answer_comes_first(office: Office, clock: FixedClock) -> None:
    best = office.open(replace(EN, title="Buses at night"))
    clock.advance(timedelta(hours=1))
    newer = office.open(replace(EN, title="Parks at night", summary="Lights?"))
    with office.work(ANONYMOUS) as ctx:
        found = [issue.topic.slug for issue in issues_page(ctx, Wanted(question="late buses at night")).items]
    assert found == [best, newer]


# ---- opening on a day of its own ------------------------------------------------------------------------------


def scheduled(office: Office, opens_on: date = date(2026, 11, 9)) -> str:
    """A draft with a first day, approved to open on it."""
    with office.work(office.author.actor) as ctx:
        slug = draft(ctx, EN, replace(office.terms(ctx), opens_on=opens_on)).topic.slug
    return office.publish(slug)


def test_an_issue_approved_for_a_later_day_stays_unseen_until_then(office: Office) -> None:
    slug = scheduled(office)
    assert office.issue(slug).state is IssueState.DRAFT
    assert office.facts("issue.approved") == [{"opens_on": "2026-11-09"}]
    with office.work(office.citizen.actor) as ctx, pytest.raises(NotFound):
        issue_by_slug(ctx, slug)


def test_it_opens_by_itself_on_its_first_day_and_once(
    office: Office, run_job: Callable[[str], None], clock: FixedClock
) -> None:
    slug = scheduled(office)
    clock.travel_to(datetime(2026, 11, 8, 15, 59, tzinfo=UTC))
    run_job("open-issues")
    assert office.issue(slug).state is IssueState.DRAFT
    clock.travel_to(datetime(2026, 11, 8, 16, 0, tzinfo=UTC))
    run_job("open-issues")
    run_job("open-issues")
    assert office.issue(slug).state is IssueState.OPEN
    assert len(office.facts("issue.opened")) == 1


def test_a_change_after_the_approval_needs_approval_again(
    office: Office, run_job: Callable[[str], None], clock: FixedClock
) -> None:
    slug = scheduled(office)
    office.revise(slug, EN, by=office.author.actor)
    clock.travel_to(datetime(2026, 11, 10, 4, 0, tzinfo=UTC))
    run_job("open-issues")
    assert office.issue(slug).state is IssueState.DRAFT


def test_a_first_day_after_the_last_one_is_refused(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        scheduled(office, opens_on=LAST_DAY + timedelta(days=1))
    assert "opens_on" in refused.value.fields


def test_a_first_day_that_has_come_opens_at_once(office: Office) -> None:
    assert office.issue(scheduled(office, opens_on=TODAY)).state is IssueState.OPEN
