"""What browser tests stand on: a real server, Chromium, and a clock both engines' instances share with their test."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from app.core.clock import FixedClock
from tests.browser.city import ELEVEN, City, furnish
from tests.browser.site import NewDatabase, Site, migrate, serving, sqlite_databases
from tests.browser.visits import Visits
from tests.conftest import ENGINE, NOON
from tests.support.browser import BrowserUnavailable, launch_options
from tests.support.builders import Make
from tests.support.postgres import PostgresUnavailable, running_postgres

RESULTS = Path(__file__).resolve().parent.parent.parent / "test-results"

# A machine that does ten other things draws a page slowly, but it draws it.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test below this folder drives Chromium: `pytest -m "not browser"` leaves them out."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


def _missing(reason: str) -> None:
    """Skip with the reason; under CI nobody would read it, so fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests; each window of a test begins without a past."""
    with sync_playwright() as playwright:
        try:
            options = launch_options()
        except BrowserUnavailable as absent:
            _missing(str(absent))
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()


@pytest.fixture
def visits(chromium: Browser) -> Iterator[Visits]:
    """The windows of this test. Whatever a console complained of fails it."""
    opened = Visits(chromium)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], NewDatabase]]:
    """By the name of an engine: what makes migrated, empty databases on it."""
    with ExitStack() as running:
        made: dict[str, NewDatabase] = {}

        def of_postgresql() -> NewDatabase:
            try:
                server = running.enter_context(running_postgres())
            except PostgresUnavailable as absent:
                _missing(str(absent))

            def new(_folder: Path) -> str:
                url = server.create_database("browser")
                migrate(url)
                return url

            return new

        def of(engine: str) -> NewDatabase:
            if engine not in made:
                template = tmp_path_factory.mktemp("template") / "minyi.db"
                made[engine] = sqlite_databases(template) if engine == "sqlite" else of_postgresql()
            return made[engine]

        yield of


@pytest.fixture
def engine() -> str:
    """The engine of this test's instance; a test on several asks for them by parametrising it."""
    return ENGINE


@pytest.fixture
def site(databases: Callable[[str], NewDatabase], engine: str, tmp_path: Path) -> Iterator[Site]:
    """A fresh, empty instance at `NOON`."""
    with serving(databases(engine)(tmp_path / "data"), tmp_path / "data", FixedClock(NOON)) as served:
        yield served


@pytest.fixture(scope="session")
def city(databases: Callable[[str], NewDatabase], tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The sample city on a developer's machine. Tests only look at it."""
    data = tmp_path_factory.mktemp("city")
    with serving(databases(ENGINE)(data), data, FixedClock(ELEVEN), "development") as served:
        yield furnish(served)


@pytest.fixture
def make(site: Site) -> Make:
    """Builders with honest defaults, in this test's instance."""
    return Make(site.work)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A test that failed leaves pictures of its windows in test-results/."""
    report = yield
    visits = getattr(item, "funcargs", {}).get("visits")
    if report.when == "call" and report.failed and visits is not None:
        visits.photograph(RESULTS, re.sub(r"[^\w.-]+", "-", item.name).strip("-"))
    return report
