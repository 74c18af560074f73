"""What happens to cases and between their agencies, in words for everybody."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from app.topics.rules import Part
from app.web.sentences import Data, Sentence, on


def _added(data: Data, _today: date) -> str:
    if data["part"] == Part.LEAD:
        return gettext("%(agency)s was added as a joint lead.", agency=data["agency"])
    return gettext("%(agency)s was added.", agency=data["agency"])


TOLD = {
    "case.opened": Sentence(
        lambda data, today: gettext("A case was opened; the reply is due %(day)s.", day=on(data, "due_on", today))
    ),
    "case.agency-added": Sentence(_added),
    "case.agency-released": Sentence(
        lambda data, _: gettext("%(agency)s was released from its part.", agency=data["agency"])
    ),
    "case.part-contributed": Sentence(lambda data, _: gettext("The part of %(agency)s is in.", agency=data["agency"])),
    "case.transfer-offered": Sentence(
        lambda data, _: gettext(
            "%(agency)s offered the case to %(to_agency)s.", agency=data["agency"], to_agency=data["to_agency"]
        )
    ),
    "case.transfer-accepted": Sentence(
        lambda data, _: gettext(
            "%(to_agency)s took the case over from %(agency)s; the clock goes on.",
            agency=data["agency"],
            to_agency=data["to_agency"],
        )
    ),
    "case.transfer-declined": Sentence(
        lambda data, _: gettext(
            "%(to_agency)s declined to take the case; %(agency)s still answers.",
            agency=data["agency"],
            to_agency=data["to_agency"],
        )
    ),
    "case.transfer-withdrawn": Sentence(
        lambda data, _: gettext(
            "%(agency)s took back its offer to %(to_agency)s.", agency=data["agency"], to_agency=data["to_agency"]
        )
    ),
}
