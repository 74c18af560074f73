"""What the government owes, what it answered and how long that takes; the same as table, calendar and feeds."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.agencies.models import Agency
from app.agencies.queries import agency_by_slug, all_agencies
from app.board import atom, ical, tables
from app.board.faces import agency_rows, figures_view, kind_words, row, too_few_words
from app.board.feeds import agency_feed, answered_feed, overdue_feed, proposals_feed, topic_feed
from app.board.forms import read_query, wanted
from app.board.queries import calendar, front, listed, newest_figures
from app.core.language import said
from app.core.permissions import Permission
from app.topics.queries import topic_by_slug
from app.topics.rules import ADDRESS, TopicKind
from app.web.acting import ctx, guard
from app.web.i18n import page_locale

bp = Blueprint("board", __name__)


@bp.get("/board")
@guard(Permission.READ)
def index() -> ResponseReturnValue:
    """The board: its front, or one list where somebody asks for one."""
    query = read_query(request.args)
    chosen, agency = wanted(ctx(), query)
    page = {"query": query, "agency": agency, "agencies": all_agencies(ctx()), "kinds": _kinds()}
    if not query.is_front:
        found = listed(ctx(), chosen, query.page)
        return render_template("board/list.html", **page, page=found, rows=[row(ctx(), case) for case in found.items])
    found = front(ctx(), chosen)
    names = ("late_this_week", "late_longer", "due", "answered")
    sections = {name: [row(ctx(), case) for case in getattr(found, name)] for name in names}
    return render_template("board/index.html", **page, sections=sections, more=found.more, **_figures(agency, page))


@bp.get("/board.csv")
@guard(Permission.READ)
def table() -> ResponseReturnValue:
    """The board as CSV, with the filters of the page."""
    query = read_query(request.args)
    chosen, _ = wanted(ctx(), query)
    page = listed(ctx(), chosen, query.page, tables.ROWS)
    answer = Response(tables.write_table(ctx(), page.items), mimetype=tables.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="board.csv"'
    if page.next:
        following = url_for("board.table", **query.chosen, page=page.next, _external=True)
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


@bp.get("/board.ics")
@guard(Permission.READ)
def dates() -> ResponseReturnValue:
    """Due dates as iCalendar, with the filters of the page."""
    chosen, agency = wanted(ctx(), read_query(request.args))
    instance = said((agency.name if agency else ctx().settings.name), page_locale()).text
    name = gettext("Replies due · %(name)s", name=instance)
    return Response(ical.write_calendar(calendar(ctx(), chosen), name), mimetype=ical.MEDIA_TYPE)


@bp.get("/feeds")
@guard(Permission.READ)
def feeds() -> ResponseReturnValue:
    """How to follow the replies."""
    return render_template("board/feeds.html", agencies=all_agencies(ctx()))


@bp.get("/feeds/overdue.atom", endpoint="overdue")
@guard(Permission.READ)
def overdue_page() -> ResponseReturnValue:
    """Replies that became late."""
    return _atom(overdue_feed(ctx()))


@bp.get("/feeds/answered.atom", endpoint="answered")
@guard(Permission.READ)
def answered_page() -> ResponseReturnValue:
    """Replies that were published."""
    return _atom(answered_feed(ctx()))


@bp.get("/feeds/proposals.atom")
@guard(Permission.READ)
def proposals() -> ResponseReturnValue:
    """Proposals that can be endorsed, and those that were established."""
    return _atom(proposals_feed(ctx()))


@bp.get("/feeds/agencies/<slug>.atom")
@guard(Permission.READ)
def of_agency(slug: str) -> ResponseReturnValue:
    """What an agency owes and answered."""
    return _atom(agency_feed(ctx(), agency_by_slug(ctx(), slug)))


@bp.get(f"/feeds{ADDRESS}.atom")
@guard(Permission.READ)
def of_topic(kind: str, slug: str) -> ResponseReturnValue:
    """What happens to a topic."""
    return _atom(topic_feed(ctx(), topic_by_slug(ctx(), kind, slug)))


def _atom(feed: atom.Feed) -> Response:
    return Response(atom.write_feed(feed), mimetype=atom.MEDIA_TYPE)


def _figures(agency: Agency | None, page: dict[str, object]) -> dict[str, object]:
    stored = newest_figures(ctx())
    return {
        "figures": figures_view(stored, agency),
        "by_agency": [] if agency else agency_rows(stored, page["agencies"]),
        "too_few": too_few_words(),
    }


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, kind_words(kind)) for kind in TopicKind]
