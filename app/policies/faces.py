"""Versions of the rules as lists show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from app.core.clock import local_date
from app.core.context import Context
from app.core.language import Said, said
from app.policies.models import PolicyRow
from app.policies.queries import publications
from app.policies.rules import Dates, Standing, standings
from app.web.filters import reader_locale


@dataclass(frozen=True)
class VersionView:
    """A version in a list: its number, first day, office, reason, and how it stands today in words."""

    version: int
    first_day: date | None
    office: Said | None
    note: Said | None
    standing: Standing
    words: str
    kind: str

    @property
    def is_coming(self) -> bool:
        """Whether it will hold from a later day on."""
        return self.standing is Standing.COMING


KINDS = {Standing.IN_FORCE: "brand", Standing.COMING: "soon", Standing.PAST: "", Standing.NEVER: ""}


def versions(ctx: Context) -> list[VersionView]:
    """Every version, the newest first; last the platform's own rules, which hold until one is published."""
    rows = publications(ctx)
    dates = [Dates(local_date(row.published_at, ctx.settings.timezone), row.effective_from) for row in rows]
    found = [_view(row, standing) for row, standing in zip(rows, standings(dates, ctx.today), strict=True)]
    own = Standing.PAST if ctx.policy.version else Standing.IN_FORCE
    return [*reversed(found), VersionView(0, None, None, None, own, standing_words(own), KINDS[own])]


def preset_words(name: str) -> str:
    """For what kind of government a preset is."""
    return {
        "central": gettext("central government"),
        "special_municipality": gettext("special municipality"),
        "county": gettext("county or city"),
        "small_island": gettext("small county or islands"),
    }[name]


def standing_words(standing: Standing) -> str:
    """How a version stands."""
    return {
        Standing.COMING: gettext("Published, not yet in force"),
        Standing.IN_FORCE: gettext("In force"),
        Standing.PAST: gettext("No longer in force"),
        Standing.NEVER: gettext("Replaced before it was in force"),
    }[standing]


def _view(row: PolicyRow, standing: Standing) -> VersionView:
    here = reader_locale()
    office, note = said(row.published_by, here), said(row.note, here)
    return VersionView(
        row.version, row.effective_from, office, note, standing, standing_words(standing), KINDS[standing]
    )
