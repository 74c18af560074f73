"""What happens to clocks, in words for everybody. Lateness is not among it: that is a question to the calendar."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from app.clocks.rules import Level
from app.web.sentences import Data, Sentence, on


def _dates(data: Data, today: date) -> str:
    new, old = on(data, "new_due_on", today), on(data, "old_due_on", today)
    return gettext("due %(new)s instead of %(old)s", new=new, old=old)


def _resumed(data: Data, today: date) -> str:
    if data.get("by_itself"):
        return gettext("The longest pause is over, and the clock runs again; %(dates)s.", dates=_dates(data, today))
    return gettext("The clock runs again; %(dates)s.", dates=_dates(data, today))


def _escalated(data: Data, _today: date) -> str:
    if data["level"] == Level.HEAD:
        return gettext("Still no reply: the head of the agency was told.")
    return gettext("Still no reply: the supervisor was told.")


TOLD = {
    "clock.paused": Sentence(lambda data, _: gettext("%(agency)s paused the clock.", agency=data["agency"])),
    "clock.resumed": Sentence(_resumed),
    "clock.extended": Sentence(
        lambda data, today: gettext(
            "%(agency)s put the date off; %(dates)s.", agency=data["agency"], dates=_dates(data, today)
        ),
        tone="soon",
    ),
    "clock.moved": Sentence(
        lambda data, today: gettext("The date follows the calendar; %(dates)s.", dates=_dates(data, today))
    ),
    "clock.restarted": Sentence(
        lambda data, today: gettext("The clock began anew; %(dates)s.", dates=_dates(data, today))
    ),
    "clock.escalated": Sentence(_escalated, tone="late", dated="was_due_at"),
}
