"""Days entered for one area or half a day, many at once; and what the instance then counts with."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import Context as Variables
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from sqlalchemy.exc import IntegrityError

from app.audit.models import FactRow
from app.core.calendar import DayException, Half
from app.core.context import Context
from app.core.deadline import Unit
from app.core.errors import Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor
from app.instance.actions import change_settings, enter_days, enter_exception, remove_exception
from app.instance.models import CalendarException
from app.instance.queries import calendar_exceptions, office_year, reckon
from tests.actions.test_instance import CITY
from tests.support.builders import Make

Work = Callable[..., AbstractContextManager[Context]]
TYPHOON = date(2026, 11, 5)
STORM = {"zh-Hant-TW": "颱風", "en": "Storm"}
TAIPEI, TAINAN = "TW-TPE", "TW-TNN"


@pytest.fixture
def admin(make: Make) -> Actor:
    return make.person(administrator=True).actor


def test_a_day_of_one_area_holds_there_and_in_an_instance_of_that_area(work: Work, admin: Actor) -> None:
    with work(admin) as ctx:
        enter_exception(ctx, TYPHOON, STORM, works=False, area=TAINAN)
    with work(admin) as ctx:
        assert ctx.calendar.is_working_day(TYPHOON)
        assert not ctx.calendar_of(TAINAN).is_working_day(TYPHOON)
        change_settings(ctx, replace(CITY, area=TAINAN))
    with work() as ctx:
        assert ctx.settings.area == TAINAN
        assert not ctx.calendar.is_working_day(TYPHOON)


def test_one_day_may_be_entered_everywhere_and_for_areas_each_once(work: Work, admin: Actor) -> None:
    for name in ("first", "second"):
        with work(admin) as ctx:
            for area in (None, TAIPEI, TAINAN):
                enter_exception(ctx, TYPHOON, {"en": name}, works=False, area=area)
    with work(admin) as ctx:
        assert [(row.area, row.name["en"]) for row in calendar_exceptions(ctx)] == [
            (None, "second"),
            (TAINAN, "second"),
            (TAIPEI, "second"),
        ]
        remove_exception(ctx, TYPHOON, TAIPEI)
    with work(admin) as ctx:
        assert [row.area for row in calendar_exceptions(ctx)] == [None, TAINAN]
        with pytest.raises(NotFound):
            remove_exception(ctx, TYPHOON, TAIPEI)


@pytest.mark.parametrize("area", [None, TAIPEI])
def test_the_database_itself_keeps_a_day_from_being_entered_twice(work: Work, area: str | None) -> None:
    with work() as ctx:
        ctx.session.add(CalendarException(day=TYPHOON, area=area, name=STORM, works=False))
        ctx.session.flush()
        ctx.session.add(CalendarException(day=TYPHOON, area=area, name=STORM, works=False))
        with pytest.raises(IntegrityError):
            ctx.session.flush()
        ctx.session.rollback()


def test_the_database_itself_knows_that_half_a_day_is_worked(work: Work) -> None:
    with work() as ctx:
        ctx.session.add(CalendarException(day=TYPHOON, name=STORM, works=False, half=Half.MORNING))
        with pytest.raises(IntegrityError):
            ctx.session.flush()
        ctx.session.rollback()


def test_half_a_day_is_kept_and_its_fact_names_it(work: Work, admin: Actor) -> None:
    with work(admin) as ctx:
        enter_exception(ctx, TYPHOON, STORM, works=False, area=TAIPEI, half=Half.AFTERNOON)
    with work() as ctx:
        assert ctx.calendar_of(TAIPEI).closed_half(TYPHOON) is Half.AFTERNOON
        fact = ctx.session.scalars(sa.select(FactRow).where(FactRow.kind == "instance.calendar-changed")).one()
        assert fact.data == {"day": "2026-11-05", "works": True, "area": TAIPEI, "half": "afternoon"}


@pytest.mark.parametrize("area", ["TW-XXX", "tw-tpe", "", "US-CA", "x" * 500])
def test_an_area_of_nowhere_is_refused(work: Work, admin: Actor, area: str) -> None:
    with work(admin) as ctx:
        for act in (
            lambda ctx=ctx: enter_exception(ctx, TYPHOON, STORM, False, area),
            lambda ctx=ctx: enter_days(ctx, [DayException(TYPHOON, STORM, False, area)]),
            lambda ctx=ctx: change_settings(ctx, replace(CITY, area=area)),
            lambda ctx=ctx: reckon(ctx, TYPHOON, 1, Unit.DAY, area or "TW"),
        ):
            with pytest.raises(Invalid) as refusal:
                act()
            assert set(refusal.value.fields) == {"area"}


def test_many_days_are_one_version_and_a_fact_each(work: Work, admin: Actor) -> None:
    days = [
        DayException(TYPHOON, STORM, False),
        DayException(date(2026, 11, 7), {}, True),
        DayException(date(2026, 11, 9), {}, True, TAIPEI, Half.MORNING),
    ]
    with work(admin) as ctx:
        enter_days(ctx, days)
    with work(admin) as ctx:
        assert ctx.settings.version == 1
        assert [(row.name, row.works, row.half) for row in calendar_exceptions(ctx)] == [
            ({}, True, Half.MORNING),
            ({"zh-Hant-TW": "補行上班日", "en": "Make-up working day"}, True, None),
            (STORM, False, None),
        ]
        enter_days(ctx, [])
    with work() as ctx:
        assert ctx.settings.version == 1
        kinds = ctx.session.scalars(sa.select(FactRow.kind).where(FactRow.kind.startswith("instance.calendar")))
        assert list(kinds) == ["instance.calendar-changed"] * 3


def test_only_an_administrator_enters_many_days(work: Work, make: Make) -> None:
    officer, outsider = make.officer(make.agency()), make.person(moderator=True)
    for actor, refusal in ((officer.actor, Forbidden), (outsider.actor, Forbidden), (ANONYMOUS, SignInNeeded)):
        with work(actor) as ctx, pytest.raises(refusal):
            enter_days(ctx, [DayException(TYPHOON, STORM, False)])


def test_a_year_lists_what_differs_from_a_plain_week(work: Work, admin: Actor) -> None:
    with work(admin) as ctx:
        enter_exception(ctx, TYPHOON, STORM, works=False, area=TAIPEI)
    with work() as ctx:
        days = {one.day: one for one in office_year(ctx, 2026, TAIPEI)}
        assert days[TYPHOON].name == STORM
        assert days[date(2026, 10, 10)].name["en"] == "National Day"
        assert date(2026, 11, 7) not in days
        assert TYPHOON not in {one.day for one in office_year(ctx, 2026)}
        for year in (0, 1997, 2101, 10_000, 2**31 - 1):
            with pytest.raises(NotFound):
                office_year(ctx, year)


def due(app: APIFlask, *args: str) -> tuple[int, str]:
    """What `flask clock due` prints and how it ends."""
    done = Variables().run(app.test_cli_runner().invoke, args=["clock", "due", *args])
    return done.exit_code, done.output


def test_the_command_prints_one_json_object(app: APIFlask) -> None:
    status, output = due(app, "--from", "2021-09-24", "--amount", "60", "--unit", "day")
    assert status == 0
    assert json.loads(output) == {
        "from": "2021-09-24",
        "amount": 60,
        "unit": "day",
        "due": "2021-11-23",
        "rule": "calendar_days_rolled",
        "rolled_from": None,
        "skipped": [],
        "area": None,
        "calendar_version": "holidays 0.109 TW",
    }


def test_the_command_counts_by_the_instances_own_calendar(app: APIFlask, work: Work, admin: Actor) -> None:
    with work(admin) as ctx:
        enter_exception(ctx, TYPHOON, STORM, works=False, area=TAIPEI)
    answer = json.loads(due(app, "--from", "2026-11-04", "--amount", "1", "--unit", "working_day", "--area", TAIPEI)[1])
    assert (answer["due"], answer["skipped"]) == ("2026-11-06", [{"date": "2026-11-05", "name": STORM}])


@pytest.mark.parametrize(
    ("args", "name"),
    [
        (["--from", "24 Sep", "--amount", "60", "--unit", "day"], "--from"),
        (["--from", "2021-02-30", "--amount", "60", "--unit", "day"], "--from"),
        (["--from", "1901-01-01", "--amount", "60", "--unit", "day"], "--from"),
        (["--from", "2021-09-24", "--amount", "0", "--unit", "day"], "--amount"),
        (["--from", "2021-09-24", "--amount", "1001", "--unit", "day"], "--amount"),
        (["--from", "2021-09-24", "--amount", "ten", "--unit", "day"], "--amount"),
        (["--from", "2021-09-24", "--amount", "60", "--unit", "hour"], "--unit"),
        (["--from", "2021-09-24", "--amount", "60", "--unit", "day", "--area", "XX"], "--area"),
        (["--amount", "60", "--unit", "day"], "--from"),
    ],
)
def test_the_command_names_what_it_cannot_count_with(app: APIFlask, args: list[str], name: str) -> None:
    status, output = due(app, *args)
    assert status == 2
    assert name in output.splitlines()[-1]
    assert "Traceback" not in output
