"""Agencies and the people who work for them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.accounts.models import Membership, Person
from app.accounts.queries import actor_of
from app.agencies.actions import add_agency, change_agency, name_officer, release_officer
from app.agencies.models import Agency
from app.agencies.queries import agency_by_slug, agency_tree, officers_of
from app.agencies.rules import AgencyInput
from app.audit.models import FactRow
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor, Permission, Role
from tests.support.builders import Make

Work = Callable[..., AbstractContextManager[Context]]
BUSES = AgencyInput(
    slug="buses",
    name={"zh-Hant-TW": "公車處", "en": "Bus Office"},
    email="buses@city.test",
    phone="02-1234",
    competences={"zh-Hant-TW": ["公車", " "], "en": ["buses", "stops"]},
)


@pytest.fixture
def admin(make: Make) -> Actor:
    return make.person(administrator=True).actor


def _add(work: Work, admin: Actor, slug: str, parent: str = "") -> int:
    with work(admin) as ctx:
        return add_agency(ctx, replace(BUSES, slug=slug, parent_slug=parent)).id


def _wrong(work: Work, admin: Actor, entered: AgencyInput) -> set[str]:
    with work(admin) as ctx, pytest.raises(Invalid) as refusal:
        add_agency(ctx, entered)
    return set(refusal.value.fields)


def _facts(work: Work) -> list[str]:
    with work() as ctx:
        return list(ctx.session.scalars(sa.select(FactRow.kind).order_by(FactRow.id)))


def test_an_agency_is_kept_as_entered_and_cleaned(work: Work, admin: Actor) -> None:
    with work(admin) as ctx:
        add_agency(ctx, replace(BUSES, name={"zh-Hant-TW": " 公車處\u200b ", "en": "Bus  Office"}))
    with work() as ctx:
        agency = agency_by_slug(ctx, "buses")
        assert agency.name == {"zh-Hant-TW": "公車處", "en": "Bus Office"}
        assert agency.competences == {"zh-Hant-TW": ["公車"], "en": ["buses", "stops"]}
        assert (agency.email, agency.phone, agency.parent) == ("buses@city.test", "02-1234", None)
    assert _facts(work) == ["agency.saved"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": ""}, "slug"),
        ({"slug": "Buses"}, "slug"),
        ({"slug": "buses-"}, "slug"),
        ({"slug": "../admin"}, "slug"),
        ({"slug": "b" * 61}, "slug"),
        ({"name": {"zh-Hant-TW": "公車處"}}, "name"),
        ({"name": {"zh-Hant-TW": "公車處", "en": "\u200b"}}, "name"),
        ({"name": {"zh-Hant-TW": "公車處", "en": "x" * 81}}, "name"),
        ({"email": ""}, "email"),
        ({"email": "buses"}, "email"),
        ({"email": "buses@city.test\nBcc: all@city.test"}, "email"),
        ({"parent_slug": "buses"}, "parent_slug"),
        ({"parent_slug": "nowhere"}, "parent_slug"),
    ],
)
def test_what_makes_no_sense_is_told_field_by_field(
    work: Work, admin: Actor, change: dict[str, object], field: str
) -> None:
    assert _wrong(work, admin, replace(BUSES, **change)) == {field}  # type: ignore[arg-type]
    with work() as ctx:
        assert agency_tree(ctx) == []


def test_a_short_name_is_given_once(work: Work, admin: Actor) -> None:
    _add(work, admin, "buses")
    assert _wrong(work, admin, BUSES) == {"slug"}
    with work() as ctx:
        assert len(agency_tree(ctx)) == 1


def test_agencies_form_a_tree_each_below_the_one_it_belongs_to(work: Work, admin: Actor) -> None:
    for slug, parent in (("city", ""), ("transport", "city"), ("health", "city"), ("buses", "transport")):
        _add(work, admin, slug, parent)
    with work() as ctx:
        tree = [(depth, agency.slug) for depth, agency in agency_tree(ctx)]
    assert tree == [(0, "city"), (1, "transport"), (2, "buses"), (1, "health")]


def test_an_agency_moves_but_never_below_one_of_its_own(work: Work, admin: Actor) -> None:
    for slug, parent in (("city", ""), ("transport", "city"), ("buses", "transport")):
        _add(work, admin, slug, parent)
    with work(admin) as ctx, pytest.raises(Invalid) as refusal:
        change_agency(ctx, agency_by_slug(ctx, "city"), replace(BUSES, slug="city", parent_slug="buses"))
    assert set(refusal.value.fields) == {"parent_slug"}
    with work(admin) as ctx:
        moved = change_agency(ctx, agency_by_slug(ctx, "buses"), replace(BUSES, parent_slug="city"))
        assert moved.parent is not None
        assert moved.parent.slug == "city"
        root = change_agency(ctx, agency_by_slug(ctx, "transport"), replace(BUSES, slug="transport"))
        assert root.parent is None


def test_the_short_name_stays(work: Work, admin: Actor) -> None:
    _add(work, admin, "buses")
    with work(admin) as ctx, pytest.raises(Conflict):
        change_agency(ctx, agency_by_slug(ctx, "buses"), replace(BUSES, slug="trams"))


def test_naming_an_officer_gives_the_rights_at_that_agency_and_releasing_takes_them(
    work: Work, make: Make, admin: Actor
) -> None:
    buses, trams = _add(work, admin, "buses"), _add(work, admin, "trams")
    officer = make.person("Mr Chen")

    def may(permission: Permission, agency_id: int) -> bool:
        with work() as ctx:
            return actor_of(ctx.session, ctx.get(Person, officer.id)).may(permission, [agency_id])

    with work(admin) as ctx:
        name_officer(ctx, agency_by_slug(ctx, "buses"), f"  {officer.email.upper()} ", Role.AUTHOR)
    assert may(Permission.ISSUE_WRITE, buses)
    assert not may(Permission.ISSUE_WRITE, trams)
    assert not may(Permission.ISSUE_PUBLISH, buses)
    with work(admin) as ctx:
        name_officer(ctx, agency_by_slug(ctx, "buses"), officer.email, Role.APPROVER)
        assert [(row.person.name, row.role) for row in officers_of(ctx, buses)] == [("Mr Chen", Role.APPROVER)]
    assert may(Permission.ISSUE_PUBLISH, buses)
    with work(admin) as ctx:
        release_officer(ctx, agency_by_slug(ctx, "buses"), officer.id)
    assert not may(Permission.DESK, buses)
    assert _facts(work)[2:] == ["agency.officer-named", "agency.officer-named", "agency.officer-released"]


def test_only_a_confirmed_person_and_a_role_of_agencies_can_be_named(work: Work, make: Make, admin: Actor) -> None:
    _add(work, admin, "buses")
    person = make.person()
    for email, role, field in (
        (make.person(confirmed=False).email, Role.AUTHOR, "email"),
        ("nobody@example.org", Role.AUTHOR, "email"),
        (person.email, Role.ADMINISTRATOR, "role"),
    ):
        with work(admin) as ctx, pytest.raises(Invalid) as refusal:
            name_officer(ctx, agency_by_slug(ctx, "buses"), email, role)
        assert set(refusal.value.fields) == {field}
    with work() as ctx:
        assert ctx.session.scalars(sa.select(Membership)).all() == []


def test_somebody_who_does_not_work_there_cannot_be_released(work: Work, make: Make, admin: Actor) -> None:
    _add(work, admin, "buses")
    stranger = make.person()
    with work(admin) as ctx, pytest.raises(NotFound):
        release_officer(ctx, agency_by_slug(ctx, "buses"), stranger.id)


def test_only_an_administrator_changes_agencies(work: Work, make: Make, admin: Actor) -> None:
    agency_id = _add(work, admin, "buses")
    officer, outsider = make.officer(agency_id, Role.APPROVER), make.person()
    for actor, refusal in ((officer.actor, Forbidden), (outsider.actor, Forbidden), (ANONYMOUS, SignInNeeded)):
        with work(actor) as ctx:
            agency = ctx.get(Agency, agency_id)
            for act in (
                lambda ctx=ctx: add_agency(ctx, replace(BUSES, slug="trams")),
                lambda ctx=ctx, agency=agency: change_agency(ctx, agency, BUSES),
                lambda ctx=ctx, agency=agency: name_officer(ctx, agency, outsider.email, Role.AUTHOR),
                lambda ctx=ctx, agency=agency: release_officer(ctx, agency, officer.id),
            ):
                with pytest.raises(refusal):
                    act()
    with work() as ctx:
        assert [row.person_id for row in officers_of(ctx, agency_id)] == [officer.id]
