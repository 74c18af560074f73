"""What happens while endorsements are gathered, in words for everybody."""

from __future__ import annotations

from flask_babel import gettext

from app.core.policy_parts import Duty
from app.policies.phrases import tier_words
from app.web.filters import number, percent
from app.web.i18n import page_locale
from app.web.sentences import Sentence, on

TOLD = {
    "gathering.opened": Sentence(
        lambda data, today: gettext(
            "%(people)s endorsements are needed by %(day)s.",
            people=number(data["threshold"], page_locale()),
            day=on(data, "closes_on", today),
        )
    ),
    "gathering.moved": Sentence(
        lambda data, today: gettext(
            "The last day to endorse is %(new)s instead of %(old)s: days of a pause do not count.",
            new=on(data, "new_closes_on", today),
            old=on(data, "old_closes_on", today),
        )
    ),
    "gathering.progress": Sentence(
        lambda data, _: gettext(
            "%(percent)s of the endorsements needed were reached.",
            percent=percent(data["percent"] / 100, page_locale()),
        )
    ),
    "gathering.tier-reached": Sentence(
        lambda data, _: tier_words(data["at"], Duty(data["duty"]), reached=True), tone="done"
    ),
    "proposal.established": Sentence(
        lambda data, _: gettext(
            "Established with %(people)s endorsements.", people=number(data["endorsed"], page_locale())
        ),
        tone="done",
    ),
    "proposal.lapsed": Sentence(
        lambda data, _: gettext(
            "The time ended with %(people)s endorsements; %(needed)s were needed.",
            people=number(data["endorsed"], page_locale()),
            needed=number(data["threshold"], page_locale()),
        )
    ),
    "gathering.endorsers-forgotten": Sentence(
        lambda _data, _today: gettext("It was deleted who endorsed. How many did stays.")
    ),
}
