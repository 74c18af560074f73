"""Clocks as open data: what was done to them, when they did not run, and whom they told."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.clocks.models import ClockAct, ClockPause, ClockRow, ClockStep
from app.clocks.rules import ActKind, Level, StepKind
from app.core.clock import rfc3339


class ActOut(BaseModel):
    """Something done to a clock: the date before and after, and the public reason. `agency`: slug of who acted."""

    kind: ActKind
    at: str
    agency: str | None
    reason: str
    lang: str
    old_due_on: str
    new_due_on: str


class PauseOut(BaseModel):
    """A span in which the clock did not run; none of the days from `from_on` to the day before `until_on` counts."""

    from_at: str
    from_on: str
    until_at: str | None
    until_on: str | None
    reason: str
    lang: str


class StepOut(BaseModel):
    """A reminder `days` before the due day, or an escalation `days` after it. `noted_at`: when the platform did it."""

    kind: StepKind
    days: int
    level: Level | None
    round: int
    was_due_at: str
    noted_at: str


def present_doings(clock: ClockRow) -> dict[str, Any]:
    """What happened to a clock, each list oldest first."""
    return {
        "acts": [present_act(act) for act in clock.acts],
        "pauses": [present_pause(pause) for pause in clock.pauses],
        "steps": [present_step(step) for step in clock.steps],
    }


def present_act(act: ClockAct) -> dict[str, Any]:
    """An act on a clock. Who acted is told as an agency, not as a person."""
    return {
        "kind": act.kind,
        "at": rfc3339(act.at),
        "agency": act.agency.slug if act.agency else None,
        "reason": act.reason,
        "lang": act.lang,
        "old_due_on": act.old_due_on.isoformat(),
        "new_due_on": act.new_due_on.isoformat(),
    }


def present_pause(pause: ClockPause) -> dict[str, Any]:
    """A pause, with the reason it was begun for."""
    return {
        "from_at": rfc3339(pause.from_at),
        "from_on": pause.from_on.isoformat(),
        "until_at": rfc3339(pause.until_at) if pause.until_at else None,
        "until_on": pause.until_on.isoformat() if pause.until_on else None,
        "reason": pause.act.reason,
        "lang": pause.act.lang,
    }


def present_step(step: ClockStep) -> dict[str, Any]:
    """A reminder or an escalation that was done."""
    return {
        "kind": step.kind,
        "days": step.step,
        "level": step.level,
        "round": step.round,
        "was_due_at": rfc3339(step.was_due_at),
        "noted_at": rfc3339(step.noted_at),
    }
