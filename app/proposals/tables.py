"""Proposals as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from flask import url_for

from app.cases.faces import agencies_words
from app.core.clock import rfc3339
from app.core.context import Context
from app.core.csvcells import MARK, harmless
from app.core.language import said
from app.proposals.models import Proposal
from app.proposals.queries import phase
from app.web.i18n import page_locale

MEDIA_TYPE = "text/csv"
ROWS = 100
"""Rows of one table; where there are more, the header `Link` leads on."""
HEAD = (
    "number",
    "phase",
    "title",
    "agencies",
    "endorsed",
    "opposed",
    "threshold",
    "opened_on",
    "closes_on",
    "established_at",
    "backers",
    "page",
)


def write_table(_ctx: Context, proposals: Sequence[Proposal]) -> str:
    """The proposals as CSV (RFC 4180), every cell in quotes."""
    out = io.StringIO()
    rows = csv.writer(out, quoting=csv.QUOTE_ALL)
    rows.writerow(HEAD)
    for proposal in proposals:
        rows.writerow([harmless(cell) for cell in _cells(proposal)])
    return MARK + out.getvalue()


def _cells(proposal: Proposal) -> list[str]:
    found, topic = proposal.gathering, proposal.topic
    counted = ["", "", "", "", "", ""]
    if found is not None:
        established = rfc3339(found.established_at) if found.established_at else ""
        days = found.opened_on.isoformat(), found.closes_on.isoformat()
        counted = [str(found.endorsed), str(found.opposed), str(found.threshold), *days, established]
    return [
        str(proposal.id),
        phase(proposal).value,
        said(topic.title, page_locale()).text,
        agencies_words(topic.agencies),
        *counted,
        "; ".join(one.organisation for one in proposal.backers if one.ended_at is None),
        url_for("proposals.show", slug=topic.slug, _external=True),
    ]
