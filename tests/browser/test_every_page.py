"""axe-core finds nothing wrong on any page, for any reader, and no page is wider than its window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import StorageState

from tests.browser.city import City, email_of
from tests.browser.visits import Look, Visit, Visits

EVERYBODY = ("visitor", "citizen", "officer", "approver", "moderator", "administrator")
SIGNED_IN = EVERYBODY[1:]
OFFICERS = ("officer", "approver")
APPROVER = ("approver",)
ADMINISTRATOR = ("administrator",)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""axe's names of WCAG 2.0 to 2.2, levels A and AA (https://www.deque.com/axe/core-documentation/api-documentation/)."""
NARROWEST = 320
"""Pixels of CSS down to which nothing may scroll sideways (WCAG 2.2, criterion 1.4.10 Reflow)."""
LOOKS = (Look("zh-Hant-TW", 390, "light"), Look("en", 1280, "dark"))


class Place(NamedTuple):
    """An address, and who is led there."""

    path: str
    readers: tuple[str, ...]


def places(*paths: str, readers: tuple[str, ...] = EVERYBODY) -> list[Place]:
    """The first address for all these readers; the others, which differ by their content, for the first and last."""
    return [Place(path, readers if number == 0 else ends(readers)) for number, path in enumerate(paths)]


def ends(readers: tuple[str, ...]) -> tuple[str, ...]:
    """The first of them and the last, who may do most."""
    return tuple(dict.fromkeys((readers[0], readers[-1])))


PLACES: Mapping[str, list[Place]] = {
    "home.index": places("/"),
    "home.rules": places("/rules", readers=("visitor",)),
    "home.accessibility": places("/accessibility", readers=("visitor",)),
    "home.open_data": places("/open-data", readers=("visitor",)),
    "home.styleguide": places("/styleguide", readers=("visitor",)),
    "home.admin": places("/admin", readers=ADMINISTRATOR),
    "instance.edit_settings": places("/admin/settings", readers=ADMINISTRATOR),
    "instance.calendar": places("/admin/calendar", readers=ADMINISTRATOR),
    "instance.import_file": places("/admin/calendar/import", readers=ADMINISTRATOR),
    "instance.count": places("/calendar", "/calendar?from=2024-12-31&amount=60&unit=day",
                             "/calendar?from=2026-11-25&amount=14&unit=working_day", readers=("visitor",)),
    "instance.year": places("/calendar/2027", readers=("visitor",)),
    "clocks.calendar_moves": places("/admin/calendar/dates", readers=ADMINISTRATOR),
    "policies.index": places("/rules/policy"),
    "policies.show": places("/policies/0", "/policies/1", "/policies/1?since=0", readers=("visitor",)),
    "policies.edit": places("/admin/policy", "/admin/policy?as=text&start=county", readers=ADMINISTRATOR),
    "accounts.sign_in": places("/sign-in", readers=("visitor",)),
    "accounts.sign_up": places("/sign-up", readers=("visitor",)),
    "accounts.look_in_mailbox": places("/look-in-your-mailbox", readers=("visitor",)),
    "accounts.confirm": places("/confirm/{confirm}", readers=("visitor",)),
    "accounts.forgot": places("/forgot", readers=("visitor",)),
    "accounts.reset": places("/reset/{reset}", readers=("visitor",)),
    "accounts.settings": places("/account", readers=SIGNED_IN),
    "accounts.password": places("/account/password", readers=("citizen",)),
    "accounts.tokens": places("/account/tokens", readers=("citizen",)),
    "accounts.second_factor": places("/sign-in/second-factor", readers=("visitor",)),
    "access.prove": places("/prove", readers=("citizen",)),
    "access.factors": places("/account/second-factor", readers=("citizen", "officer")),
    "access.add_app": places("/account/second-factor/app", readers=("citizen",)),
    "access.add_passkey": places("/account/second-factor/passkey", readers=("citizen",)),
    "access.sign_ins": places("/account/sign-ins", readers=("citizen",)),
    "identities.show": places("/account/identity", readers=("citizen",)),
    "identities.phone": places("/account/phone", readers=("citizen",)),
    "agencies.index": places("/agencies", readers=("visitor", "administrator")),
    "agencies.show": places("/agencies/{agency}", readers=("visitor", "officer", "administrator")),
    "agencies.new": places("/admin/agencies/new", readers=ADMINISTRATOR),
    "agencies.edit": places("/admin/agencies/{agency}", readers=ADMINISTRATOR),
    "issues.index": [
        *places("/issues", "/issues?q=nothing-is-called-so"),
        *places("/issues?state=answered", readers=("visitor",)),
    ],
    "issues.show": [
        *places("/issues/{open}", "/issues/{running}", "/issues/{late}", "/issues/{answered}", "/issues/{withdrawn}"),
        *places("/issues/{draft}", readers=OFFICERS),
    ],
    "issues.versions": places("/issues/{open}/versions", "/issues/{fresh}/versions", readers=("visitor", "approver")),
    "issues.new": places("/desk/issues/new", readers=OFFICERS),
    "issues.edit": [
        *places("/desk/issues/{draft}/edit", "/desk/issues/{draft}/edit?lang=vi", readers=OFFICERS),
        *places("/desk/issues/{open}/edit", readers=APPROVER),
    ],
    "issues.withdraw": places("/desk/issues/{open}/withdraw", readers=APPROVER),
    "issues.files": places("/desk/issues/{open}/files", "/desk/issues/{fresh}/files", readers=APPROVER),
    "opinions.vote": places("/issues/{open}/opinion", "/issues/{running}/opinion", "/issues/{fresh}/opinion"),
    "opinions.mine": places("/issues/{open}/opinion/mine", "/issues/{late}/opinion/mine", readers=("citizen",)),
    "opinions.add": [
        *places("/issues/{open}/opinion/new", readers=("citizen", "officer")),
        *places("/issues/{draft}/opinion/new", readers=("officer",)),
    ],
    "opinions.show_map": [
        *places("/issues/{open}/map", "/issues/{late}/map", "/issues/{fresh}/map"),
        *places("/issues/{open}/map?at={earlier_map}", readers=("visitor", "citizen")),
    ],
    "opinions.method": places("/how-the-map-is-made", readers=("visitor",)),
    "comments.index": places("/issues/{open}/discussion", "/issues/{late}/discussion", "/issues/{fresh}/discussion"),
    "comments.show": places("/issues/{open}/discussion/{comment}"),
    "comments.edit": places("/issues/{open}/discussion/{comment}/edit", readers=("citizen",)),
    "comments.versions": places("/issues/{open}/discussion/{comment}/versions", readers=("visitor",)),
    "replies.show": places("/issues/{late}/reply", "/issues/{running}/reply", "/issues/{answered}/reply",
                           "/issues/{open}/reply", "/issues/{withdrawn}/reply"),
    "cases.why": places("/issues/{running}/reply/date", "/issues/{late}/reply/date", readers=("visitor",)),
    "board.index": places("/board", "/board?state=late", "/board?state=answered&agency=transport"),
    "board.feeds": places("/feeds", readers=("visitor",)),
    "search.index": [
        *places("/search?q=公車", "/search?q=bus&state=open&kind=statements"),
        *places("/search", "/search?q=公車+游泳池", "/search?q=qqzz", readers=("visitor",)),
    ],
    "search.ask": places("/ask?text=晚上沒有公車，護照也過期了", "/ask", "/ask?text=qqzz", readers=("visitor",)),
    "desk.show": places("/desk", "/desk?show=published", readers=OFFICERS),
    "replies.edit": places("/desk/cases/{running_case}", "/desk/cases/{late_case}", "/desk/cases/{answered_case}",
                           readers=OFFICERS),
    "cases.clock": places("/desk/cases/{running_case}/clock", "/desk/cases/{late_case}/clock",
                            "/desk/cases/{answered_case}/clock", readers=OFFICERS),
    "replies.hold": places("/desk/cases/{late_case}/holding", "/desk/cases/{answered_case}/holding", readers=OFFICERS),
    "replies.correct": places("/desk/cases/{answered_case}/correction", readers=OFFICERS),
    "replies.versions": places("/issues/{answered}/reply/versions", readers=("visitor", "officer")),
    "replies.version": places("/issues/{answered}/reply/versions/1", "/issues/{answered}/reply/versions/2",
                              readers=("visitor", "officer")),
    "cases.agencies": places("/desk/cases/{running_case}/agencies", "/desk/cases/{late_case}/agencies",
                                    "/desk/cases/{answered_case}/agencies", readers=OFFICERS),
    "cases.notes": places("/desk/cases/{late_case}/notes", "/desk/cases/{running_case}/notes", readers=OFFICERS),
    "cases.answer": places("/desk/offers/{offer}", readers=APPROVER),
    "desk.handover": places("/desk/handover", readers=OFFICERS),
    "agencies.absences": places("/desk/absences", readers=OFFICERS),
    "followups.after": places("/issues/{studied}/reply/after", "/issues/{answered}/reply/after"),
    "followups.feedback": places("/issues/{studied}/reply/feedback", readers=("citizen",)),
    "followups.survey": places("/issues/{studied}/reply/survey", readers=("citizen",)),
    "followups.desk": places("/desk/cases/{studied_case}/after", "/desk/cases/{answered_case}/after", readers=OFFICERS),
    "followups.study": places("/desk/studies/{study}", readers=OFFICERS),
    "followups.new_milestone": places("/desk/cases/{studied_case}/milestones/{demand}", readers=OFFICERS),
    "followups.milestone": places("/desk/milestones/{milestone}", readers=OFFICERS),
    "proposals.index": places("/proposals", "/proposals?phase=collecting", "/proposals?phase=merged"),
    "proposals.show": [
        *places("/proposals/{collecting}", "/proposals/{established}", "/proposals/{lapsed}", "/proposals/{rejected}"),
        *places("/proposals/{submitted}", readers=("moderator",)),
    ],
    "proposals.versions": places("/proposals/{collecting}/versions", readers=("visitor",)),
    "proposals.mine": places("/account/proposals", readers=("citizen",)),
    "proposals.new": places("/proposals/new", readers=("citizen",)),
    "proposals.write": places("/proposals/{own}/write/title", "/proposals/{own}/write/demands",
                              "/proposals/{own}/write/why", "/proposals/{own}/write/more", readers=("citizen",)),
    "proposals.check": places("/proposals/{own}/write", readers=("citizen",)),
    "proposals.together": places("/proposals/{own}/together", readers=("citizen",)),
    "proposals.decide": places("/proposals/{own}/together/{suggestion}", readers=("citizen",)),
    "proposals.behind": [
        *places("/proposals/{own}/behind", readers=("citizen",)),
        *places("/proposals/{submitted}/behind", readers=("moderator",)),
    ],
    "proposals.co_draft": places("/drafts/{draft_key}", readers=("officer",)),
    "proposals.suggest": places("/drafts/{draft_key}/demands?at=1", "/drafts/{draft_key}/reason", readers=("officer",)),
    "proposals.suggested": places("/account/suggestions", readers=("citizen", "officer")),
    "proposals.withdraw": places("/proposals/{own}/withdraw", readers=("citizen",)),
    "proposals.appeal": places("/proposals/{own}/appeal", readers=("citizen",)),
    "proposals.merge": places("/proposals/{own}/merge", readers=("citizen",)),
    "proposals.letter": places("/proposals/{established}/letter", readers=("approver",)),
    "proposals.near": places("/desk/near-misses", readers=APPROVER),
    "proposals.decide_near": places("/desk/near-misses/{lapsed}", readers=APPROVER),
    "proposals.queue": places("/review", readers=("moderator",)),
    "proposals.review": places("/review/{submitted}", "/review/{collecting}", readers=("moderator",)),
    "proposals.halts": places("/admin/halts", readers=ADMINISTRATOR),
    "proposals.handling": places("/desk/cases/{proposal_case}/handling", readers=OFFICERS),
    "notices.outbox": places("/dev/mail", readers=("visitor",)),
}  # fmt: skip
"""Endpoint -> its pages, for everybody to whom they look different."""

NO_PAGES = {
    "static": "style sheet, script and pictures",
    "openapi.spec": "JSON",
    "instance.health": "JSON",
    "instance.ready": "JSON",
    "instance.year_file": "iCalendar",
    "identities.with_provider": "a way to another site",
    "identities.link_provider": "a way to another site",
    "identities.come_back": "a way back from another site",
    "issues.file": "a download",
    "board.table": "CSV",
    "board.dates": "iCalendar",
    "board.overdue": "Atom",
    "board.answered": "Atom",
    "board.proposals": "Atom",
    "proposals.table": "CSV",
    "board.of_agency": "Atom",
    "board.of_topic": "Atom",
    "search.feed": "Atom",
    "search.similar": "a part of a page",
}
"""Endpoints that answer with something else."""

REFUSALS = (
    ("/calendar?from=2026-11-25&amount=0&unit=year", 422),
    ("/nothing/here", 404),
    ("/confirm/not-a-token", 410),
)


def test_every_page_is_looked_at(city: City) -> None:
    pages = {
        rule.endpoint
        for rule in city.site.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not str(rule).startswith("/api/")
    }
    assert pages == set(PLACES) | (set(NO_PAGES) - {"openapi.spec"})


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("endpoint", PLACES)
def test_the_page_is_accessible(
    endpoint: str, look: Look, city: City, sessions: Mapping[str, StorageState | None], visits: Visits
) -> None:
    wrong: list[str] = []
    for reader, paths in _by_reader(endpoint, all_readers=look is LOOKS[0]):
        visit = visits.new(city.site, look, storage_state=sessions[reader])
        for path in paths:
            visit.open(path.format_map(city.values))
            wrong += [f"{reader} on {path}: {problem}" for problem in problems(visit)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize(("path", "status"), REFUSALS)
def test_a_refusal_is_accessible(path: str, status: int, look: Look, city: City, visits: Visits) -> None:
    visit = visits.new(city.site, look).open(path, status)
    found = list(problems(visit))
    assert not found, "\n".join(found)


def problems(visit: Visit) -> Iterator[str]:
    """What axe finds on the page, and by how much it is too wide, now and in the narrowest window."""
    options = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = Axe().run(visit.page, options=options).response["violations"]
    for violation in found:
        nodes = "; ".join(node["html"][:200] for node in violation["nodes"][:4])
        yield f"{violation['id']}: {violation['help']}: {nodes}"
    window = visit.page.viewport_size
    assert window is not None
    for width in (window["width"], NARROWEST):
        visit.page.set_viewport_size({"width": width, "height": window["height"]})
        if visit.overflow:
            yield f"{visit.overflow} px too wide at {width} px: {visit.widest()}"
    visit.page.set_viewport_size(window)


def _by_reader(endpoint: str, *, all_readers: bool) -> Iterator[tuple[str, list[str]]]:
    """Each reader with the pages to look at. What differs by reader alone is looked at by all of them once."""
    shown = [(place.path, place.readers if all_readers else ends(place.readers)) for place in PLACES[endpoint]]
    for reader in dict.fromkeys(reader for _, readers in shown for reader in readers):
        yield reader, [path for path, readers in shown if reader in readers]


@pytest.fixture(scope="session")
def sessions(city: City, chromium: Any) -> Mapping[str, StorageState | None]:
    """The cookies of each kind of reader; None of a visitor."""
    opened = Visits(chromium)
    states: dict[str, StorageState | None] = {"visitor": None}
    for reader in SIGNED_IN:
        visit = opened.new(city.site).sign_in(email_of(reader))
        states[reader] = visit.page.context.storage_state()
    opened.close()
    return states
