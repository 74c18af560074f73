"""How officers post an issue: a draft with a file and first statements, a second person, a revision in the open."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.core.permissions import Role
from tests.browser.site import Site
from tests.browser.visits import Look, Visit, Visits
from tests.support.builders import MadePerson, Make

LOOKS = (Look("zh-Hant-TW", 390, scripts=False), Look("en", 1280))
SUMMARY = "When should the last bus leave?"
CSV = "stop,passengers\nLiudi,214\n"


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_from_a_draft_to_a_second_version(site: Site, make: Make, visits: Visits, look: Look, tmp_path: Path) -> None:
    agency = make.agency("Transport Department")
    author, approver = make.officer(agency), make.officer(agency, Role.APPROVER)
    officer = visits.new(site, look)
    slug = _draft(officer, author)
    _furnish(officer, slug, tmp_path)
    visits.new(site, look).open(f"/issues/{slug}", 404)
    assert not officer.open(f"/issues/{slug}").page.get_by_role("button", name=officer.words("Publish")).count()
    second = visits.new(site, look).sign_in(approver.email)
    second.open(f"/issues/{slug}").press("Publish")
    second.reads("The issue is published. Everybody can take part now.")
    _everybody_reads(visits.new(site, look), slug)
    _revise(second, slug)
    _everybody_compares(visits.new(site, look), slug)


def _draft(visit: Visit, author: MadePerson) -> str:
    """Write, look at it, save it; returns the last part of its address."""
    visit.sign_in(author.email).open("/desk").follow("New issue")
    visit.press("Save the draft")
    expect(visit.page.locator(".errors")).to_be_visible()
    visit.fill(title="Night buses after eleven", summary=SUMMARY, still_open="**The timetable** of 2027.")
    visit.fill(decided="The budget.", background="1. Later\n2. More often", closes_on="2026-12-04")
    visit.choose("promise", "consult").press("Preview")
    visit.reads("This is a preview. Nothing is saved yet.")
    expect(visit.page.locator("section.card .prose strong", has_text="The timetable")).to_be_visible()
    visit.press("Save the draft")
    visit.reads("The draft was saved. Only its agencies see it.")
    return visit.page.url.rpartition("/")[2]


def _furnish(visit: Visit, slug: str, folder: Path) -> None:
    """A file, and a statement to begin with. What is not what it says it is, is refused."""
    fake, table = folder / "plan.pdf", folder / "passengers.csv"
    fake.write_bytes(b"MZ\x90\x00 a program")
    table.write_text(CSV)
    visit.open(f"/desk/issues/{slug}/files")
    visit.field("file").set_input_files(fake)
    visit.press("Add the file")
    expect(visit.page.locator(".errors")).to_be_visible()
    visit.field("file").set_input_files(table)
    visit.press("Add the file").reads("The file was added.")
    visit.open(f"/issues/{slug}/opinion/new").fill(text="The last bus should wait for the last train.")
    visit.press("Add the statement").reads("Your statement is now among those others vote on.")


def _everybody_reads(visit: Visit, slug: str) -> None:
    visit.open("/").page.get_by_role("main").get_by_role("link", name="Night buses after eleven").first.click()
    visit.reads_text(SUMMARY)
    visit.reads_text("The timetable of 2027.")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="passengers.csv").click()
    assert download.value.path().read_text() == CSV
    visit.open(f"/issues/{slug}/opinion").reads_text("The last bus should wait for the last train.")


def _revise(visit: Visit, slug: str) -> None:
    visit.open(f"/issues/{slug}").follow("Edit the texts")
    visit.fill(summary="When should the last bus leave, and from where?", note="Asked about the stops, too")
    visit.press("Publish the change").reads("Your text was saved.")


def _everybody_compares(visit: Visit, slug: str) -> None:
    visit.open(f"/issues/{slug}").reads_text("and from where?")
    visit.page.locator(f"main a[href$='/issues/{slug}/versions']").click()
    visit.reads_text("Asked about the stops, too")
    expect(visit.page.locator(".diff ins", has_text="and from where")).to_be_visible()
