"""The board as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from app.board.faces import count_of, page_of
from app.cases.faces import agencies_words, clock_view
from app.cases.models import Case
from app.core.context import Context
from app.core.csvcells import MARK, harmless
from app.core.language import said
from app.web.i18n import page_locale

MEDIA_TYPE = "text/csv"
ROWS = 5_000
"""Rows of one table; where there are more, the header `Link` leads on."""
HEAD = (
    "kind",
    "case",
    "title",
    "agencies",
    "started_on",
    "due_on",
    "answered_on",
    "status",
    "status_words",
    "days_late",
    "page",
    "how_the_date_was_counted",
)


def write_table(ctx: Context, cases: Sequence[Case]) -> str:
    """The cases as CSV (RFC 4180), every cell in quotes."""
    out = io.StringIO()
    rows = csv.writer(out, quoting=csv.QUOTE_ALL)
    rows.writerow(HEAD)
    for case in cases:
        rows.writerow([harmless(cell) for cell in _cells(ctx, case)])
    return MARK + out.getvalue()


def _cells(ctx: Context, case: Case) -> list[str]:
    clock, view = case.clock, clock_view(ctx, case)
    return [
        case.topic.kind.value,
        case.topic.slug,
        said(case.topic.title, page_locale()).text,
        agencies_words(case.agencies),
        clock.started_on.isoformat(),
        clock.due_on.isoformat(),
        clock.stopped_on.isoformat() if clock.stopped_on else "",
        view.face.status.value,
        view.status,
        str(view.face.days_late),
        page_of(case, external=True),
        count_of(case, external=True),
    ]
