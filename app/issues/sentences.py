"""What happens to issues, in words for everybody."""

from __future__ import annotations

from flask_babel import gettext

from app.web.sentences import Sentence, on

TOLD = {
    "issue.opened": Sentence(lambda data, today: gettext("Opened until %(day)s.", day=on(data, "closes_on", today))),
    "issue.revised": Sentence(
        lambda data, _: gettext("The texts were changed (version %(number)s).", number=data["version"])
    ),
    "issue.closed": Sentence(lambda _data, _today: gettext("Closed; no more voices are taken."), dated="closed_on"),
    "issue.withdrawn": Sentence(lambda _data, _today: gettext("Withdrawn, with a reason.")),
}
