"""Reads the texts of the sample city from `content/` (explained in its README) and proves that they fit together.

Days in the files are offsets from today, so that the city is always in the middle of its affairs.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from app.core.permissions import AGENCY_ROLES, Role
from app.policies.documents import PRESETS
from app.sample.city import Agency, Area, City, Person, Rules, SampleCity
from app.sample.issue_content import Known, read_issue
from app.sample.tables import BadContent, Table, read_table

CONTENT = Path(__file__).with_name("content")


def load_sample_city(today: date, folder: Path = CONTENT) -> SampleCity:
    """The sample city as it stands on `today`, the city's local day. Raises `BadContent` with file and key."""
    city = _city(read_table(folder, "city.toml"))
    agencies = _agencies(read_table(folder, "agencies.toml"))
    slugs = frozenset(agency.slug for agency in agencies)
    people = _people(read_table(folder, "people.toml"), slugs)
    known = Known(
        today,
        ZoneInfo(city.timezone),
        {area.code: area for area in city.areas},
        slugs,
        {person.slug: person for person in people},
    )
    issues = tuple(read_issue(read_table(folder, name), known) for name in _issue_files(folder))
    return SampleCity(city, agencies, people, issues)


def _issue_files(folder: Path) -> list[str]:
    names = sorted(f"issues/{file.name}" for file in (folder / "issues").glob("*.toml"))
    if not names:
        raise BadContent("issues/", "(folder)", "holds no issue")
    return names


def _city(table: Table) -> City:
    areas = tuple(_area(each) for each in table.tables("areas"))
    city = City(
        name=table.texts("name"),
        motto=table.texts("motto"),
        contact=table.texts("contact"),
        rules=_rules(table.table("rules")),
        email=table.text("email"),
        phone=table.text("phone"),
        timezone=table.text("timezone"),
        password=table.text("password"),
        simulated_label=table.texts("simulated_label"),
        simulation_notice=table.texts("simulation_notice"),
        areas=areas,
    )
    table.finish()
    return city


def _rules(table: Table) -> Rules:
    rules = Rules(table.one_of("preset", PRESETS), table.texts("office"), table.texts("note"))
    table.finish()
    return rules


def _area(table: Table) -> Area:
    area = Area(table.text("code"), table.texts("name"))
    table.finish()
    return area


def _agencies(table: Table) -> tuple[Agency, ...]:
    agencies: list[Agency] = []
    for each in table.tables("agencies"):
        above = {agency.slug for agency in agencies}
        agency = Agency(
            slug=each.new("slug", above),
            name=each.texts("name"),
            parent=each.one_of("parent", above) if above else None,
            email=each.text("email"),
            phone=each.text("phone"),
            extension=each.text("extension"),
            unit=each.texts("unit"),
            competences=each.lists("competences"),
        )
        each.finish()
        agencies.append(agency)
    table.finish()
    return tuple(agencies)


def _people(table: Table, agencies: Collection[str]) -> tuple[Person, ...]:
    people: dict[str, Person] = {}
    for each in table.tables("people"):
        role = each.choice("role", Role)
        person = Person(
            slug=each.new("slug", people),
            name=each.text("name"),
            lang=each.lang("lang"),
            email=each.new("email", {person.email for person in people.values()}),
            role=role,
            agency=each.one_of("agency", agencies) if role in AGENCY_ROLES else None,
            about=each.texts("about"),
            featured=each.flag("featured"),
        )
        each.finish()
        people[person.slug] = person
    table.finish()
    return tuple(people.values())
