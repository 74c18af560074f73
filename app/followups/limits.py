"""How often one person may judge and report, pages and API together."""

from __future__ import annotations

from app.accounts.limits import network
from app.extensions import limiter
from app.web.acting import ctx


def _person() -> str:
    return str(ctx().actor.person_id or network())


WRITES = ["POST", "PUT", "DELETE"]
judging = limiter.shared_limit("10/minute;60/hour", scope="followups:judge", key_func=_person, methods=WRITES)
reporting = limiter.shared_limit("30/minute;600/day", scope="followups:report", key_func=_person, methods=WRITES)
