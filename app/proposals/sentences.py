"""What happens to proposals, in words for everybody."""

from __future__ import annotations

from flask_babel import gettext

from app.web.sentences import Sentence, on

TOLD = {
    "proposal.admitted": Sentence(lambda _data, _today: gettext("Admitted: people can endorse it.")),
    "proposal.backer-named": Sentence(
        lambda _data, _today: gettext("It was said which organisation stands behind it.")
    ),
    "proposal.backer-ended": Sentence(
        lambda _data, _today: gettext("It was said that an organisation does not stand behind it any more.")
    ),
    "proposal.rejected": Sentence(lambda _data, _today: gettext("Not admitted, with a reason.")),
    "proposal.taken-down": Sentence(lambda _data, _today: gettext("Taken down, with a reason.")),
    "proposal.withdrawn": Sentence(lambda _data, _today: gettext("Withdrawn by the proposer, with a reason.")),
    "proposal.merged": Sentence(lambda _data, _today: gettext("United with another proposal, as both authors wished.")),
    "proposal.near-miss-taken": Sentence(
        lambda _data, _today: gettext("It came near the threshold, and the agency took it up.")
    ),
    "proposal.near-miss-left": Sentence(
        lambda _data, _today: gettext("It came near the threshold; the agency left it, with a reason.")
    ),
    "proposal.supporters-written": Sentence(
        lambda _data, _today: gettext("Supporters who want to hear of it were written to.")
    ),
    "proposal.plan-published": Sentence(lambda _data, _today: gettext("The agencies published how they go about it.")),
    "proposal.proposer-contacted": Sentence(
        lambda data, today: gettext("The agencies spoke with the proposer on %(day)s.", day=on(data, "on", today))
    ),
}
