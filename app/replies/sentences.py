"""What happens to replies, in words for everybody."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from app.web.sentences import Data, Sentence


def _published(data: Data, _today: date) -> str:
    return (
        gettext("The reply was published, after its due date.") if data["late"] else gettext("The reply was published.")
    )


TOLD = {
    "holding.published": Sentence(
        lambda _data, _today: gettext("A holding answer was published. The reply is still owed.")
    ),
    "reply.published": Sentence(_published, tone="done"),
    "reply.corrected": Sentence(
        lambda data, _: gettext("The reply was corrected (version %(number)s).", number=data["number"])
    ),
}
