"""Versions of the rules: who publishes them, which is in force, and what keeps the version it began under."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from apiflask import APIFlask
from sqlalchemy.orm import Session

from app.audit.models import FactRow
from app.cases.actions import open_case
from app.cases.queries import case_by_id
from app.cli import alembic_config
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.database import prepare
from app.core.errors import Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor
from app.core.policy import Policy
from app.core.terms import Promise
from app.extensions import db
from app.policies.actions import publish_policy
from app.policies.models import PolicyRow
from app.policies.queries import policy_of, publications
from app.policies.rules import Dates, PublicationInput, Standing, standings
from tests.conftest import ENGINE
from tests.support.builders import Make

Work = Callable[..., AbstractContextManager[Context]]
TODAY = date(2026, 11, 4)
OFFICE = {"en": "City Hall", "zh-Hant-TW": "市政府"}
NOTE = {"en": "We have learnt."}


def days(amount: int) -> dict[str, Any]:
    """A consultation that is answered within so many working days."""
    none = {"times": 0, "most": {"amount": 1, "unit": "day"}}
    return {"summary_due": {"amount": amount, "unit": "working_day"}, "extension": none}


def entered(rules: Policy | None = None, first_day: date = TODAY, **changes: Any) -> PublicationInput:
    """Something to publish."""
    return replace(PublicationInput(rules or Policy(), first_day, OFFICE, NOTE), **changes)


def in_force(work: Work) -> int:
    """The number of the version in force."""
    with work() as ctx:
        return ctx.policy.version


def test_a_published_version_holds_from_its_day_on_and_not_the_day_before(
    make: Make, work: Work, clock: FixedClock
) -> None:
    assert in_force(work) == 0
    assert make.policy(consultation=days(20), starts_in=2) == 1
    assert in_force(work) == 0
    clock.advance(timedelta(days=1))
    assert in_force(work) == 0
    clock.advance(timedelta(hours=12) - timedelta(seconds=1))
    assert in_force(work) == 0
    clock.advance(timedelta(seconds=1))
    assert in_force(work) == 1
    with work() as ctx:
        assert ctx.policy.terms(Promise.SUMMARY).period.amount == 20


def test_a_case_keeps_the_rules_under_which_it_was_opened(make: Make, work: Work, clock: FixedClock) -> None:
    make.policy(consultation=days(10))
    before = make.case()
    make.policy(consultation=days(5))
    after = make.case()
    assert before.due_on > after.due_on
    with work() as ctx:
        old, new = (case_by_id(ctx, one.id).clock for one in (before, after))
        assert (old.policy_version, new.policy_version) == (1, 2)
        assert old.due_on == before.due_on
        assert policy_of(ctx, old.policy_version).consultation.summary_due.amount == 10


def test_next_years_residents_do_not_touch_the_threshold_of_a_version_that_is_kept(make: Make, work: Work) -> None:
    figures = {"share": 0.0005, "residents": 400_000, "residents_on": "2026-01-01", "low": 150, "high": 1000}
    make.policy(endorsement={"threshold": 200, "formula": figures})
    make.policy(
        endorsement={"threshold": 205, "formula": figures | {"residents": 410_000, "residents_on": "2027-01-01"}}
    )
    with work() as ctx:
        kept = policy_of(ctx, 1).endorsement
        assert (kept.threshold, kept.formula.residents if kept.formula else None) == (200, 400_000)
        assert ctx.policy.endorsement.threshold == 205


def test_what_every_group_wants_becomes_a_demand_only_above_the_bar_of_the_rules(make: Make, work: Work) -> None:
    assert make.policy(deliberation={"consensus_bar": 0.71}) == 1
    case = make.case(common=1)
    with work() as ctx:
        assert case_by_id(ctx, case.id).demands == []
    make.policy(deliberation={"consensus_bar": 0.7})
    case = make.case(common=1)
    with work() as ctx:
        assert len(case_by_id(ctx, case.id).demands) == 1


def test_a_version_is_kept_as_it_was_published_with_office_reason_and_person(make: Make, work: Work) -> None:
    admin = make.person(administrator=True)
    with work(admin.actor) as ctx:
        dirty = {"en": " City\u200b Hall ", "zh-Hant-TW": "\u200b"}
        assert publish_policy(ctx, entered(office=dirty)) == 1
    with work() as ctx:
        (row,) = publications(ctx)
        assert (row.published_by, row.note, row.effective_from) == ({"en": "City Hall"}, NOTE, TODAY)
        assert (row.person_id, row.document) == (admin.id, Policy().to_json())
        facts = ctx.session.scalars(sa.select(FactRow).where(FactRow.kind == "policies.published")).all()
        assert [fact.data for fact in facts] == [{"version": 1, "effective_from": "2026-11-04"}]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"office": {"en": " "}}, "office"),
        ({"office": {"en": "x" * 81}}, "office"),
        ({"note": {}}, "note"),
        ({"note": {"en": "x" * 501}}, "note"),
        ({"effective_from": TODAY - timedelta(days=1)}, "effective_from"),
        ({"effective_from": TODAY + timedelta(days=732)}, "effective_from"),
    ],
)
def test_nothing_is_published_without_an_office_a_reason_and_a_day_that_is_not_past(
    make: Make, work: Work, changes: dict[str, Any], field: str
) -> None:
    with work(make.person(administrator=True).actor) as ctx, pytest.raises(Invalid) as refusal:
        publish_policy(ctx, entered(**changes))
    assert set(refusal.value.fields) == {field}
    assert in_force(work) == 0


def test_the_names_of_pauses_are_cleaned_and_one_that_is_nothing_is_refused(make: Make, work: Work) -> None:
    pause = {"first_day": "2027-01-01", "last_day": "2027-01-02"}
    admin = make.person(administrator=True).actor
    with work(admin) as ctx:
        publish_policy(ctx, entered(Policy.from_json({"pauses": [pause | {"name": {"en": "Elec\u202etion"}}]})))
    with work(admin) as ctx, pytest.raises(Invalid):
        publish_policy(ctx, entered(Policy.from_json({"pauses": [pause | {"name": {"en": "\u200b"}}]})))
    with work() as ctx:
        assert ctx.policy.pauses[0].name == {"en": "Election"}


def test_only_an_administrator_publishes_rules(make: Make, work: Work) -> None:
    officer, outsider = make.officer(make.agency()).actor, make.person(moderator=True).actor
    for actor, refusal in ((officer, Forbidden), (outsider, Forbidden), (ANONYMOUS, SignInNeeded)):
        with work(actor) as ctx, pytest.raises(refusal):
            publish_policy(ctx, entered())
    assert in_force(work) == 0


def test_a_version_that_was_never_published_is_not_found(make: Make, work: Work) -> None:
    make.policy()
    with work() as ctx:
        assert policy_of(ctx, 0) == Policy()
        with pytest.raises(NotFound):
            policy_of(ctx, 2)


def test_the_list_says_which_version_holds_which_comes_and_which_never_came() -> None:
    monday = date(2026, 11, 2)
    days_on = [monday + timedelta(days=n) for n in range(10)]
    published_in_turn = [
        Dates(days_on[0], days_on[0]),  # held, then replaced on the same day
        Dates(days_on[0], days_on[0]),
        Dates(days_on[0], days_on[5]),  # planned, then overtaken by the next one, which begins earlier
        Dates(days_on[1], days_on[2]),
        Dates(days_on[2], days_on[8]),
    ]
    assert standings(published_in_turn, days_on[3]) == [
        Standing.PAST,
        Standing.PAST,
        Standing.NEVER,
        Standing.IN_FORCE,
        Standing.COMING,
    ]
    assert standings([], monday) == []


# ---- two at once ------------------------------------------------------------------------------------------------


@pytest.fixture
def check(app: APIFlask, work: Work, make: Make) -> Callable[[], None]:
    """Eight administrators publish at once; everybody gets a version of their own, without a gap."""

    def publish_at_once() -> None:
        actors = [make.person(administrator=True).actor for _ in range(8)]
        start = Barrier(len(actors))

        def publish(actor: Actor) -> int:
            start.wait(60)
            with app.app_context(), work(actor) as ctx:
                return publish_policy(ctx, entered(first_day=ctx.today))

        with ThreadPoolExecutor(len(actors)) as pool:
            given = sorted(pool.map(publish, actors))
        assert given == list(range(1, 9))

    return publish_at_once


def test_administrators_who_publish_at_once_get_versions_of_their_own(check: Callable[[], None]) -> None:
    check()


@contextmanager
def without_key() -> Iterator[None]:
    """The table of rules without its key."""
    table = PolicyRow.metadata.tables["policies"]
    with db.engine.begin() as connection:
        connection.execute(sa.schema.DropConstraint(table.primary_key))
    try:
        yield
    finally:
        with db.engine.begin() as connection:
            connection.execute(table.delete())
            connection.execute(sa.schema.AddConstraint(table.primary_key))


@pytest.mark.race
@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite lets one writer in at a time; the race needs PostgreSQL")
def test_without_the_key_two_administrators_get_the_same_version(check: Callable[[], None]) -> None:
    with without_key(), pytest.raises(AssertionError):
        check()


# ---- from the former settings -----------------------------------------------------------------------------------

SETTINGS = (
    "INSERT INTO instance_settings (id, version, name, motto, contact_email, timezone, country, reply_working_days,"
    " min_people_for_map) VALUES (1, 4, '{\"en\": \"Qingchuan\"}', '{}', '', 'Asia/Taipei', 'TW', 9, 50)"
)


@pytest.mark.parametrize("configured", [True, False])
def test_the_former_settings_become_version_one(empty_database: str, configured: bool) -> None:
    config = alembic_config(empty_database)
    command.upgrade(config, "0004")
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        if configured:
            connection.execute(sa.text(SETTINGS))
    command.upgrade(config, "0005")
    with Session(engine) as session:
        found = session.scalars(sa.select(PolicyRow)).all()
        assert [row.version for row in found] == ([1] if configured else [])
        for row in found:
            rules = Policy.from_json(row.document)
            assert (rules.consultation.summary_due.amount, rules.consultation.extension.most.amount) == (9, 9)
            assert rules.deliberation.min_people_for_map == 50
            assert row.published_by == {"en": "Qingchuan"}
            assert set(row.document) == set(Policy().to_json())
    engine.dispose()


def test_a_case_of_an_instance_that_never_published_keeps_version_zero(make: Make, work: Work) -> None:
    issue = make.issue(days_left=0)
    with work() as ctx:
        case = open_case(ctx, issue.topic_id, ctx.today)
        assert case is not None
        assert (case.clock.policy_version, case.clock.due_on) == (0, date(2026, 11, 24))
