"""What happened between the agencies of a case, in words. Names and reasons come from their rows, not the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from app.agencies.queries import agency_names
from app.audit.models import FactRow
from app.cases.models import Case
from app.core.context import Context
from app.core.language import said
from app.topics.rules import Part
from app.web.i18n import page_locale

Told = Callable[[dict[str, Any], date], str]
AGENCIES = ("agency_id", "to_agency_id")


def _added(data: dict[str, Any], _today: date) -> str:
    if data["part"] == Part.LEAD:
        return gettext("%(agency)s was added as a joint lead.", agency=data["agency"])
    return gettext("%(agency)s was added.", agency=data["agency"])


PARTS_TOLD: dict[str, Told] = {
    "case.agency-added": _added,
    "case.agency-released": lambda data, _: gettext("%(agency)s was released from its part.", agency=data["agency"]),
    "case.part-contributed": lambda data, _: gettext("The part of %(agency)s is in.", agency=data["agency"]),
    "case.transfer-offered": lambda data, _: gettext(
        "%(agency)s offered the case to %(to_agency)s.", agency=data["agency"], to_agency=data["to_agency"]
    ),
    "case.transfer-accepted": lambda data, _: gettext(
        "%(to_agency)s took the case over from %(agency)s; the clock goes on.",
        agency=data["agency"],
        to_agency=data["to_agency"],
    ),
    "case.transfer-declined": lambda data, _: gettext(
        "%(to_agency)s declined to take the case; %(agency)s still answers.",
        agency=data["agency"],
        to_agency=data["to_agency"],
    ),
    "case.transfer-withdrawn": lambda data, _: gettext(
        "%(agency)s took back its offer to %(to_agency)s.", agency=data["agency"], to_agency=data["to_agency"]
    ),
}


def named(ctx: Context, rows: Sequence[FactRow]) -> list[dict[str, Any]]:
    """The data of facts, with the names of their agencies in the reader's language."""
    ids = {row.data[key] for row in rows if row.kind in PARTS_TOLD for key in AGENCIES if key in row.data}
    names = {key: said(name, page_locale()).text for key, name in agency_names(ctx, ids).items()} if ids else {}
    return [_named(row.data, names) if row.kind in PARTS_TOLD else row.data for row in rows]


def reason_of(case: Case, row: FactRow) -> str:
    """The public reason of a fact, from the row it is about."""
    offer = next((one for one in case.transfers if one.id == row.data.get("transfer_id")), None)
    part = next((one for one in case.parts if one.id == row.data.get("part_id")), None)
    if offer is not None:
        return {"case.transfer-offered": offer.reason, "case.transfer-declined": offer.answer}.get(row.kind, "")
    if part is not None:
        reasons = {"case.agency-added": part.added_because, "case.agency-released": part.released_because}
        return reasons.get(row.kind, "")
    return ""


def _named(data: dict[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    return data | {key.removesuffix("_id"): names[data[key]] for key in AGENCIES if key in data}
