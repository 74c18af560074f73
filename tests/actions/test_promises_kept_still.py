"""A promise and what might move it: the second it begins in, the zone of the machine, a release of the library."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from holidays.countries import Taiwan

from app.cases.queries import case_by_id, case_of_topic
from app.clocks.actions import Start, pause_clock, resume_clock, start_clock
from app.clocks.models import ClockRow
from app.clocks.rules import Reason, Subject
from app.core import restdays
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import Role
from app.core.policy import Policy
from app.core.terms import Promise
from app.issues.actions import close
from app.issues.queries import issue_by_slug
from app.policies.documents import preset_text
from tests.support.builders import Make

Work = Callable[..., AbstractContextManager[Context]]
RunJob = Callable[[str], None]
ZONES = ("UTC", "Asia/Taipei", "America/Los_Angeles", "Pacific/Kiritimati")
CENTRAL = Policy.from_toml(preset_text("central"))
TAIPEIS_MIDNIGHT = datetime(2021, 9, 24, 16, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(params=ZONES)
def _machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server's own time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


# ---- the second and the zone ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_machine")
@pytest.mark.parametrize(
    ("at", "sixty_days", "two_months"),
    [
        (TAIPEIS_MIDNIGHT - SECOND, date(2021, 11, 23), date(2021, 11, 24)),
        (TAIPEIS_MIDNIGHT, date(2021, 11, 24), date(2021, 11, 25)),
    ],
    ids=["23:59:59", "00:00:00"],
)
def test_what_is_established_in_the_last_second_of_a_day_is_promised_from_that_day(
    work: Work, clock: FixedClock, at: datetime, sixty_days: date, two_months: date
) -> None:
    clock.travel_to(at)
    months = Policy.from_json({"reply": {"due": {"amount": 2, "unit": "month"}}})
    with work() as ctx:
        terms = [rules.terms(Promise.REPLY) for rules in (CENTRAL, months)]
        found = [
            start_clock(ctx, Start(Subject.CASE, n, one, ctx.now, policy_version=0)) for n, one in enumerate(terms)
        ]
        assert [one.due_on for one in found] == [sixty_days, two_months]
        assert {one.started_on for one in found} == {sixty_days - timedelta(days=60)}


@pytest.mark.usefixtures("_machine")
@pytest.mark.parametrize(
    ("at", "due_on"),
    [("2026-11-04T23:59:59+08:00", date(2026, 11, 24)), ("2026-11-05T00:00:00+08:00", date(2026, 11, 25))],
)
def test_a_case_begins_on_the_citys_day_wherever_the_server_stands(
    make: Make, work: Work, clock: FixedClock, client: FlaskClient, at: str, due_on: date
) -> None:
    issue = make.issue()
    clock.travel_to(datetime.fromisoformat(at))
    with work(make.officer(issue.agency_id, Role.APPROVER).actor) as ctx:
        close(ctx, issue_by_slug(ctx, issue.slug))
    with work() as ctx:
        case = case_of_topic(ctx, issue.topic_id)
        assert case is not None
        assert case.clock.due_on == due_on
    told = client.get(f"/api/v1/issues/{issue.slug}/case").json
    assert told["clock"]["due_on"] == due_on.isoformat()


# ---- a release of the library -----------------------------------------------------------------------------------


class NewTaiwan(Taiwan):
    """A later release: one more holiday on the way, and the due day has become one too."""

    def _populate_public_holidays(self) -> None:
        super()._populate_public_holidays()
        if self._year == 2026:
            self._add_holiday("新的假日", date(2026, 11, 12))
            self._add_holiday("另一個新的假日", date(2026, 11, 24))


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Install the release and start anew."""

    def install() -> None:
        monkeypatch.setattr(restdays, "LIBRARY_VERSION", "0.999")
        monkeypatch.setattr(restdays.holidays, "country_holidays", lambda _country, **options: NewTaiwan(**options))
        restdays.rest_days.cache_clear()

    yield install
    monkeypatch.undo()
    restdays.rest_days.cache_clear()


def test_a_case_keeps_its_date_through_a_release_that_knows_other_holidays(
    make: Make, work: Work, clock: FixedClock, client: FlaskClient, run_job: RunJob, upgrade: Callable[[], None]
) -> None:
    made = make.case()
    before = client.get(f"/api/v1/issues/{made.slug}/case").json
    upgrade()
    later = make.case()
    assert (made.due_on, later.due_on) == (date(2026, 11, 24), date(2026, 11, 26)), "a promise made now falls later"
    run_job("sweep-clocks")
    after = client.get(f"/api/v1/issues/{made.slug}/case").json
    for kept in ("due_on", "rule", "skipped", "calendar_version", "policy_version"):
        assert after["clock"][kept] == before["clock"][kept]
    listed = {row["case"]: row["due_on"] for row in client.get("/api/v1/board").json["items"]}
    assert listed == {made.slug: "2026-11-24", later.slug: "2026-11-26"}
    clock.travel_to(datetime(2026, 11, 24, 16, 0, tzinfo=UTC))
    run_job("sweep-clocks")
    with work() as ctx:
        steps = [(step.kind.value, step.step) for step in case_by_id(ctx, made.id).clock.steps]
    assert steps[-1] == ("escalation", 1)


def test_a_pause_after_a_release_moves_a_date_by_its_own_days_and_no_others(
    make: Make, work: Work, clock: FixedClock, upgrade: Callable[[], None]
) -> None:
    made = make.case()
    upgrade()
    clock.travel_to(datetime(2026, 11, 10, 4, 0, tzinfo=UTC))
    with work() as ctx:
        clock_id = case_by_id(ctx, made.id).clock.id
        pause_clock(ctx, ctx.get(ClockRow, clock_id), Reason("We wait for the proposer.", "en"))
    clock.travel_to(datetime(2026, 11, 11, 4, 0, tzinfo=UTC))
    with work() as ctx:
        resume_clock(ctx, ctx.get(ClockRow, clock_id))
    with work() as ctx:
        found = ctx.get(ClockRow, clock_id)
        assert found.due_on == date(2026, 11, 25)
        assert date(2026, 11, 12) in found.legs[-1].counted
