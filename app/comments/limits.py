"""How often one person may speak and mark, pages and API together: at most a comment in two minutes over an hour."""

from __future__ import annotations

from app.accounts.limits import network
from app.extensions import limiter
from app.web.acting import ctx


def _author() -> str:
    return str(ctx().actor.person_id or network())


writing = limiter.shared_limit("5/minute;30/hour", scope="comments:write", key_func=_author)
changing = limiter.shared_limit("10/minute;60/hour", scope="comments:change", key_func=_author)
marking = limiter.shared_limit("60/minute;1000/day", scope="comments:mark", key_func=_author)
