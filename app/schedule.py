"""Every recurring job, in one table: name -> what it does. All are safe to run twice, at once, or a day late."""

from __future__ import annotations

from collections.abc import Callable

from app.access.jobs import forget
from app.board.jobs import count_days
from app.clocks.jobs import sweep_clocks
from app.core.context import UnitOfWork
from app.endorsements.jobs import count_support, look_after_gatherings
from app.followups.jobs import follow_up
from app.identities.jobs import send_texts
from app.instance.jobs import beat
from app.issues.jobs import close_due, forget_files, open_due
from app.notices.asking import ask_satisfaction
from app.notices.jobs import send_letters
from app.notices.supporters import write_to_supporters
from app.opinions.bridging import rank_comments
from app.opinions.jobs import draw_maps
from app.opinions.looking import look_for_coordination
from app.proposals.jobs import forget_endorsers_when_due
from app.search.jobs import build_index

JOBS: dict[str, Callable[[UnitOfWork], object]] = {
    "heartbeat": beat,
    "open-issues": open_due,
    "close-issues": close_due,
    "forget-files": forget_files,
    "look-after-gatherings": look_after_gatherings,
    "count-support": count_support,
    "forget-endorsers": forget_endorsers_when_due,
    "draw-maps": draw_maps,
    "rank-comments": rank_comments,
    "look-for-coordination": look_for_coordination,
    "send-letters": send_letters,
    "send-texts": send_texts,
    "forget-sign-ins": forget,
    "write-to-supporters": write_to_supporters,
    "sweep-clocks": sweep_clocks,
    "follow-up": follow_up,
    "ask-satisfaction": ask_satisfaction,
    "count-replies": count_days,
    "build-index": build_index,
}
