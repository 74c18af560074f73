"""What happens after a reply, in words for everybody."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from app.core.answers import Outcome
from app.followups.rules import Stale
from app.policies.phrases import outcome_name
from app.web.filters import percent
from app.web.i18n import page_locale
from app.web.sentences import Data, Sentence, on


def _moved(data: Data, today: date) -> str:
    if data["due_on"] != data["due_before"]:
        new, old = on(data, "due_on", today), on(data, "due_before", today)
        return gettext("A milestone was moved: %(new)s instead of %(old)s.", new=new, old=old)
    return gettext("News of a milestone: %(share)s done.", share=percent(data["progress"] / 100, page_locale()))


def _stale(data: Data, _today: date) -> str:
    if data["why"] == Stale.LATE:
        return gettext("The day of a milestone passed, and it is not done.")
    return gettext("Nothing was heard of a milestone for a long time.")


TOLD = {
    "survey.asked": Sentence(
        lambda _data, _today: gettext("Everybody who took part was asked how satisfied they are.")
    ),
    "study.started": Sentence(
        lambda data, today: gettext("A demand is under study; news is due %(day)s.", day=on(data, "due_on", today))
    ),
    "study.reported": Sentence(
        lambda data, today: gettext("There is news of a study; the next is due %(day)s.", day=on(data, "due_on", today))
    ),
    "study.ended": Sentence(
        lambda data, _: gettext("A study ended: %(outcome)s.", outcome=outcome_name(Outcome(data["outcome"]))),
        tone="done",
    ),
    "milestone.added": Sentence(
        lambda data, today: gettext("A milestone was set for %(day)s.", day=on(data, "due_on", today))
    ),
    "milestone.moved": Sentence(_moved),
    "milestone.stale": Sentence(_stale, tone="late", dated="since"),
}
