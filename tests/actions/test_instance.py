"""The instance's own settings, its calendar, and the worker's sign of life."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor
from app.core.settings import Settings
from app.instance.actions import change_settings, enter_exception, remove_exception
from app.instance.models import Heartbeat
from app.instance.queries import calendar_exceptions
from app.instance.rules import SettingsInput
from tests.conftest import NOON
from tests.support.builders import Make

Work = Callable[..., AbstractContextManager[Context]]
CITY = SettingsInput(
    name={"zh-Hant-TW": "清川市", "en": "Qingchuan"},
    motto={"zh-Hant-TW": "說了算數", "en": ""},
    contact_email="hello@city.test",
    timezone="Asia/Taipei",
)
TYPHOON = date(2026, 11, 5)
SATURDAY = date(2026, 11, 7)


@pytest.fixture
def admin(make: Make) -> Actor:
    return make.person(administrator=True).actor


def _settings(work: Work) -> Settings:
    with work() as ctx:
        return ctx.settings


def test_an_instance_begins_with_the_settings_of_the_platform(work: Work) -> None:
    assert _settings(work) == Settings()


def test_changed_settings_hold_from_the_next_unit_of_work_with_a_version_of_their_own(work: Work, admin: Actor) -> None:
    with work(admin) as ctx:
        change_settings(ctx, replace(CITY, name={"zh-Hant-TW": " 清川市 ", "en": "Qing\u200bchuan"}))
        assert ctx.settings.version == 0
    found = _settings(work)
    assert (found.version, found.name, found.motto) == (1, CITY.name, {"zh-Hant-TW": "說了算數"})
    assert found.contact_email == "hello@city.test"
    with work(admin) as ctx:
        change_settings(ctx, replace(CITY, timezone="Europe/Berlin"))
    assert (_settings(work).version, _settings(work).timezone) == (2, "Europe/Berlin")


def test_the_time_zone_decides_which_day_it_is(work: Work, admin: Actor, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=13))
    with work(admin) as ctx:
        assert ctx.today == date(2026, 11, 5)
        change_settings(ctx, replace(CITY, timezone="Pacific/Honolulu"))
    with work() as ctx:
        assert ctx.today == date(2026, 11, 4)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": {"en": "Qingchuan"}}, "name"),
        ({"name": {"zh-Hant-TW": "\u200b", "en": "Qingchuan"}}, "name"),
        ({"name": {"zh-Hant-TW": "清" * 61, "en": "Qingchuan"}}, "name"),
        ({"motto": {"en": "x" * 121}}, "motto"),
        ({"contact_email": "hello"}, "contact_email"),
        ({"timezone": "Taipei"}, "timezone"),
    ],
)
def test_settings_out_of_bounds_are_told_field_by_field(
    work: Work, admin: Actor, change: dict[str, object], field: str
) -> None:
    with work(admin) as ctx, pytest.raises(Invalid) as refusal:
        change_settings(ctx, replace(CITY, **change))  # type: ignore[arg-type]
    assert set(refusal.value.fields) == {field}
    assert _settings(work) == Settings()


def test_a_typhoon_day_is_no_working_day_once_it_is_entered(work: Work, admin: Actor) -> None:
    with work(admin) as ctx:
        assert ctx.calendar.is_working_day(TYPHOON)
        assert not ctx.calendar.is_working_day(SATURDAY)
        enter_exception(ctx, TYPHOON, {"zh-Hant-TW": "颱風假", "en": "Typhoon"}, works=False)
        enter_exception(ctx, SATURDAY, {"zh-Hant-TW": "補行上班", "en": ""}, works=True)
    with work() as ctx:
        assert not ctx.calendar.is_working_day(TYPHOON)
        assert ctx.calendar.is_working_day(SATURDAY)
        assert [(row.day, row.name) for row in calendar_exceptions(ctx)] == [
            (SATURDAY, {"zh-Hant-TW": "補行上班"}),
            (TYPHOON, {"zh-Hant-TW": "颱風假", "en": "Typhoon"}),
        ]
        assert ctx.settings.version == 2


def test_a_day_is_entered_once_and_can_be_corrected_and_removed(work: Work, admin: Actor) -> None:
    for works in (True, False):
        with work(admin) as ctx:
            enter_exception(ctx, TYPHOON, {"en": f"Works: {works}"}, works)
    with work() as ctx:
        assert [(row.name, row.works) for row in calendar_exceptions(ctx)] == [({"en": "Works: False"}, False)]
        assert not ctx.calendar.is_working_day(TYPHOON)
    with work(admin) as ctx:
        remove_exception(ctx, TYPHOON)
    with work() as ctx:
        assert ctx.calendar.is_working_day(TYPHOON)
        assert ctx.settings.version == 3
        kinds = ctx.session.scalars(sa.select(FactRow.kind).where(FactRow.kind.startswith("instance.calendar")))
        assert sorted(kinds) == ["instance.calendar-changed"] * 2 + ["instance.calendar-day-removed"]
    with work(admin) as ctx, pytest.raises(NotFound):
        remove_exception(ctx, TYPHOON)


def test_a_day_without_a_name_is_refused(work: Work, admin: Actor) -> None:
    with work(admin) as ctx, pytest.raises(Invalid) as refusal:
        enter_exception(ctx, TYPHOON, {"zh-Hant-TW": " ", "en": "\u200b"}, works=False)
    assert set(refusal.value.fields) == {"name"}
    assert _settings(work).exceptions == ()


def test_only_an_administrator_changes_the_instance(work: Work, make: Make) -> None:
    officer, outsider = make.officer(make.agency()), make.person(moderator=True)
    for actor, refusal in ((officer.actor, Forbidden), (outsider.actor, Forbidden), (ANONYMOUS, SignInNeeded)):
        with work(actor) as ctx:
            for act in (
                lambda ctx=ctx: change_settings(ctx, CITY),
                lambda ctx=ctx: enter_exception(ctx, TYPHOON, {"en": "Typhoon"}, False),
                lambda ctx=ctx: remove_exception(ctx, TYPHOON),
            ):
                with pytest.raises(refusal):
                    act()
    assert _settings(work) == Settings()


def test_a_worker_leaves_one_sign_of_life_the_latest(
    work: Work, run_job: Callable[[str], None], clock: FixedClock
) -> None:
    run_job("heartbeat")
    clock.advance(timedelta(minutes=1))
    run_job("heartbeat")
    with work() as ctx:
        assert [row.at for row in ctx.session.scalars(sa.select(Heartbeat))] == [NOON + timedelta(minutes=1)]
