"""Hostile words in every field of a proposal: on each of its pages nothing runs, no policy is broken."""

from __future__ import annotations

import pytest

from app.core.policy_parts import Deed
from app.endorsements.halting import halt
from app.proposals.merging import offer_merge
from app.proposals.queries import proposal_by_id
from app.proposals.reviewing import reject, take
from app.proposals.rules import Code, Rejection
from app.proposals.telling import write_as_author
from tests.browser.site import Site
from tests.browser.visits import Look, Visit, Visits
from tests.support.builders import MadePerson, Make
from tests.support.proposals import MadeProposal, collecting, drafted, endorsed, submitted

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[a](javascript:alert(1)) <svg/onload=alert(1)> <iframe srcdoc=1>",
    "\" onfocus=alert(1) autofocus x=\"' onmouseover='alert(1)",
    "{{7*7}}</title></textarea><script>alert(1)</script><!--",
)
WATCH = """window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
window.alert = window.confirm = window.prompt = () => window.broken.push("dialog");"""
"""Runs before anything of a page: what the page does that it may not."""


def hostile(text: str) -> dict[str, object]:
    """Every field of a proposal."""
    words = f"{text} q"
    fields = dict.fromkeys(("title", "reason", "benefit", "evidence", "area"), words)
    return fields | {"demands": (words, f"{words} too")}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_written_into_a_proposal_runs_on_any_of_its_pages(
    site: Site, visits: Visits, make: Make, text: str
) -> None:
    author, reviewer = make.person(text[:50]), make.person(text[:50], moderator=True)
    pages = _proposals(site, make, author, reviewer, text)
    watched = {author.email: author, reviewer.email: reviewer, "": None}
    for email in watched:
        visit = visits.new(site, Look())
        visit.page.add_init_script(WATCH)
        visit.page.on("dialog", lambda dialog: visits.faults.append(f"dialog: {dialog.message}"))
        if email:
            visit.sign_in(email)
        for path in pages["everybody"] + pages.get(email, []):
            _looks_harmless(visit, path)


def _looks_harmless(visit: Visit, path: str) -> None:
    visit.open(path)
    main = visit.page.locator("main")
    assert visit.page.evaluate("window.broken") == [], path
    assert main.locator("script, iframe, svg[onload], img[src=x], [onerror], [onfocus], [onmouseover]").count() == 0, (
        path
    )
    assert main.locator('a[href^="javascript"]').count() == 0, path


def _proposals(site: Site, make: Make, author: MadePerson, reviewer: MadePerson, text: str) -> dict[str, list[str]]:
    """A draft, one that waits, one turned down, one that gathers, one withdrawn; all in these words."""
    fields = hostile(text)
    own, waiting, refused = (make_it(site.work, make, author, **fields) for make_it in (drafted, submitted, submitted))
    open_, other = (collecting(site.work, make, 2, one, **fields) for one in (author, make.person(text[:50])))
    with site.work(reviewer.actor) as ctx:
        proposal = take(ctx, proposal_by_id(ctx, refused.id))
        reject(ctx, proposal, Rejection(Code.UNCLEAR, text, "en"))
        take(ctx, proposal_by_id(ctx, waiting.id))
    with site.work(other.author.actor) as ctx:
        offer_merge(ctx, proposal_by_id(ctx, other.id), open_.id, text)
    endorsed(site.work, open_, [make.person().actor], wants_news=True)
    with site.work(author.actor) as ctx:
        write_as_author(ctx, proposal_by_id(ctx, open_.id), text, "en")
    with site.work(make.person(administrator=True).actor) as ctx:
        halt(ctx, Deed.PROPOSE, {"en": text})
    return {
        "everybody": _public(open_, refused),
        author.email: _authors(own, waiting, open_, refused),
        reviewer.email: ["/review", *(f"/review/{one.slug}" for one in (waiting, open_, refused))],
    }


def _public(open_: MadeProposal, refused: MadeProposal) -> list[str]:
    here = f"/proposals/{open_.slug}"
    return [
        "/",
        "/proposals",
        here,
        f"{here}/versions",
        f"{here}/discussion",
        f"{here}/reply",
        f"/proposals/{refused.slug}",
    ]


def _authors(own: MadeProposal, waiting: MadeProposal, open_: MadeProposal, refused: MadeProposal) -> list[str]:
    steps = [f"/proposals/{own.slug}/write{step}" for step in ("", "/title", "/demands", "/why", "/more")]
    acts = [f"/proposals/{open_.slug}/{act}" for act in ("merge", "letter", "withdraw")]
    return ["/account/proposals", *steps, *acts, f"/proposals/{waiting.slug}", f"/proposals/{refused.slug}/appeal"]


def test_the_watch_would_notice(site: Site, visits: Visits) -> None:
    visit = visits.new(site)
    visit.page.add_init_script(WATCH)
    visit.open("/proposals")
    visit.page.evaluate("document.querySelector('main').innerHTML = '<img src=x onerror=alert(1)>'")
    visit.page.wait_for_function("window.broken.length > 0")
    visits.faults.clear()
