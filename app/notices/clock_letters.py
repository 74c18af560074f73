"""Letters about a promise: it falls due, it is broken, its date has changed, its clock stands."""

from __future__ import annotations

from app.cases.models import Case
from app.clocks.facts import ClockEscalated, ClockExtended, ClockMoved, ClockPaused, ClockReminded, ClockResumed
from app.clocks.models import ClockRow
from app.clocks.queries import last_of_pause
from app.clocks.rules import Level, may_extend
from app.clocks.words import PROMISE_NAMES
from app.core.calendar import ONE_DAY
from app.core.context import Context
from app.core.language import said
from app.core.permissions import AGENCY_ROLES, Role
from app.core.terms import Promise
from app.notices.addresses import Addresses, addresses
from app.notices.queries import (
    administrators_to_write_to,
    case_with_clock,
    officers_of_clock,
    officers_to_write_to,
)
from app.notices.sending import send
from app.notices.texts import sentence


def remind(ctx: Context, fact: ClockReminded) -> None:
    """A promise falls due soon: the officers are told. One letter is enough where several reminders came at once."""
    if not fact.overtaken:
        _of_clock(ctx, fact.clock_id, "clock_reminder", AGENCY_ROLES, due_on=fact.due_on)


def tell_of_lateness(ctx: Context, fact: ClockEscalated) -> None:
    """A promise is broken, and everybody sees it: the officers are told, then their head, then the supervisor."""
    about = {"due_on": fact.due_on, "days": fact.days}
    match fact.level:
        case Level.OFFICERS:
            _of_clock(ctx, fact.clock_id, "clock_late", AGENCY_ROLES, **about)
        case Level.HEAD:
            _of_clock(ctx, fact.clock_id, "clock_late_head", {Role.APPROVER}, **about)
        case _:
            _of_clock(ctx, fact.clock_id, "clock_late_supervisor", {Role.ADMINISTRATOR}, **about)


def tell_of_new_date(ctx: Context, fact: ClockExtended | ClockMoved | ClockResumed) -> None:
    """A date has changed: whoever answers learns of it, whichever agency changed it.

    A clock that somebody let run again, they see; what is told is that it did so by itself.
    """
    if not isinstance(fact, ClockResumed) or fact.by_itself:
        _of_case(ctx, fact.clock_id, "clock_moved", old=fact.old_due_on, due_on=fact.new_due_on)


def tell_of_pause(ctx: Context, fact: ClockPaused) -> None:
    """A clock stands: nothing is counted until it runs again."""
    last = last_of_pause(ctx.get(ClockRow, fact.clock_id))
    _of_case(ctx, fact.clock_id, "clock_paused", again_on=last + ONE_DAY if last else None)


def _of_case(ctx: Context, clock_id: int, name: str, **values: object) -> None:
    """A letter to those who answer for the case a promise is about; where it is about none, nobody needs it."""
    clock = ctx.get(ClockRow, clock_id)
    case = case_with_clock(ctx, clock)
    for reader in officers_to_write_to(ctx, case, AGENCY_ROLES) if case else ():
        send(ctx, reader, name, **values, **_clock_words(clock, case, reader.lang))


def _of_clock(ctx: Context, clock_id: int, name: str, roles: set[Role] | frozenset[Role], **values: object) -> None:
    """A letter about a promise: to those who answer for its case, else for the agency that keeps it."""
    clock = ctx.get(ClockRow, clock_id)
    case = case_with_clock(ctx, clock)
    if Role.ADMINISTRATOR in roles:
        readers = administrators_to_write_to(ctx)
    elif case is not None:
        readers = officers_to_write_to(ctx, case, roles)
    else:
        readers = officers_of_clock(ctx, clock, roles)
    for reader in readers:
        send(ctx, reader, name, **values, **_clock_words(clock, case, reader.lang))


def _clock_words(clock: ClockRow, case: Case | None, lang: str) -> dict[str, object]:
    """What a letter says of a promise, and where to go."""
    here = addresses()
    promised = sentence(PROMISE_NAMES[clock.promise], lang)
    return {
        "promised": promised,
        "may_extend": may_extend(clock.promised.extension, clock.extended),
        "title": said(case.topic.title, lang).text if case else promised,
        "page": here.reply(case.topic.kind, case.topic.slug, lang) if case else here.page("/board", lang),
        "desk": _desk(here, clock, case, lang),
    }


def _desk(here: Addresses, clock: ClockRow, case: Case | None, lang: str) -> str:
    """Where the promise is kept: what is under study after the reply has a page of its own."""
    if case is None:
        return here.page("/desk", lang)
    return here.desk_after(case.id, lang) if clock.promise is Promise.FOLLOW_UP else here.desk_case(case.id, lang)
