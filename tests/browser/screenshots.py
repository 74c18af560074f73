"""`make screenshots`: draws the pictures of docs/images again, from the sample city on one fixed day.

The same day and the same city give the same pictures wherever the fonts are the same, so a difference in one of them
is a difference in the page.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from playwright.sync_api import sync_playwright

from app.cases.models import Case
from app.core.clock import FixedClock
from app.sample.content import load_sample_city
from app.sample.loading import load_city
from tests.browser.city import ELEVEN, SLUGS
from tests.browser.site import Site, serving, sqlite_databases
from tests.browser.visits import Look, Visits
from tests.support.browser import launch_options

IMAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
CITIZEN, OFFICER = "chen.chihming@qingchuan.example", "cheng.wenkai@qingchuan.example"
APPROVER, ADMINISTRATOR = "hsieh.mingche@qingchuan.example", "admin@qingchuan.example"
ANSWERED = 9
"""Statements the citizen has answered when the pictures are drawn, so that the map knows where he stands."""
LOCALE = "zh-Hant-TW"
HEIGHTS = {390: 844, 1280: 1100}
"""Of the pictures by their widths: a phone's window, and a page as far as its main point."""
LARGEST = 250_000
"""Bytes a picture may have, so that the repository stays light."""


class Picture(NamedTuple):
    """A page as `reader` (an address to sign in with; empty for a visitor) sees it."""

    name: str
    path: str
    reader: str = ""
    also_dark: bool = False


PICTURES = (
    Picture("home", "/", also_dark=True),
    Picture("issue", f"/issues/{SLUGS['open']}"),
    Picture("vote", f"/issues/{SLUGS['open']}/opinion", CITIZEN),
    Picture("map", f"/issues/{SLUGS['open']}/map", CITIZEN, also_dark=True),
    Picture("discussion", f"/issues/{SLUGS['open']}/discussion"),
    Picture("case", f"/issues/{SLUGS['answered']}/reply"),
    Picture("case-late", f"/issues/{SLUGS['late']}/reply"),
    Picture("board", "/board"),
    Picture("desk", "/desk", OFFICER),
    Picture("desk-case", "/desk/cases/{late}", OFFICER),
    Picture("desk-clock", "/desk/cases/{running}/clock", APPROVER),
    Picture("rules", "/rules/policy"),
    Picture("rules-edit", "/admin/policy?start=county", ADMINISTRATOR),
)


def answer(visits: Visits, site: Site, password: str) -> None:
    """The citizen answers a few statements, and the map is drawn with him on it."""
    visit = visits.new(site, Look(LOCALE)).sign_in(CITIZEN, password).open(f"/issues/{SLUGS['open']}/opinion")
    for number in range(ANSWERED):
        visit.press("Disagree" if number % 3 == 2 else "Agree")
    visit.page.context.close()
    site.run_job("draw-maps")


def draw(site: Site, visits: Visits, password: str, folder: Path) -> list[Path]:
    """Draw every picture into `folder`; returns the files."""
    files = []
    with site.work() as ctx:
        by_slug = {case.topic.slug: str(case.id) for case in ctx.session.scalars(sa.select(Case))}
    cases = {name: by_slug[slug] for name, slug in SLUGS.items() if slug in by_slug}
    for picture in PICTURES:
        for width in (390, 1280):
            for scheme in ("light", "dark") if picture.also_dark else ("light",):
                visit = visits.new(site, Look(LOCALE, width, scheme))
                if picture.reader:
                    visit.sign_in(picture.reader, password)
                visit.open(picture.path.format_map(cases)).page.evaluate("document.fonts.ready")
                visit.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
                file = folder / f"{picture.name}-{width}-{scheme}.png"
                visit.page.screenshot(path=file, animations="disabled", caret="hide")
                visit.page.context.close()
                files.append(file)
    return files


def main() -> int:
    """Draw the pictures; 1 if one became too large."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        data = Path(scratch) / "data"
        url = sqlite_databases(Path(scratch) / "template.db")(data)
        with serving(url, data, FixedClock(ELEVEN)) as site:
            with site.work() as ctx:
                load_city(ctx)
                password = load_sample_city(ctx.today).city.password
            browser = playwright.chromium.launch(**launch_options())
            visits = Visits(browser)
            answer(visits, site, password)
            files = draw(site, visits, password, IMAGES)
            visits.close()
            browser.close()
    too_large = [file.name for file in files if file.stat().st_size > LARGEST]
    print(f"{len(files)} pictures, {sum(file.stat().st_size for file in files) // 1000} kB, in {IMAGES}")  # noqa: T201
    if too_large:
        print(f"Larger than {LARGEST} bytes: {', '.join(too_large)}", file=sys.stderr)  # noqa: T201
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
