"""What happens to votes, in words for everybody."""

from __future__ import annotations

from flask_babel import gettext

from app.web.sentences import Sentence

TOLD = {"votes.imported": Sentence(lambda _data, _today: gettext("Votes from elsewhere were imported."))}
