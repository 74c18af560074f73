"""What belongs to publishing a version of the rules, and which version holds when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.core.errors import Invalid
from app.core.language import N_
from app.core.policy import Policy

OFFICE_MAX = 80
NOTE_MAX = 500
FURTHEST = timedelta(days=731)


class Standing(StrEnum):
    """How a version stands on a day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    PAST = "past"
    NEVER = "never"
    """A newer version holds already on its first day."""


@dataclass(frozen=True)
class PublicationInput:
    """A version to publish: the rules, from when, in the name of which office, and why. Texts by language."""

    policy: Policy
    effective_from: date
    office: dict[str, str]
    note: dict[str, str]


def check_publication(entered: PublicationInput, today: date) -> None:
    """Raise `Invalid` with the fields that are wrong. Texts are clean already."""
    wrong: dict[str, str] = {}
    if not entered.office:
        wrong["office"] = N_("Please name the office that publishes the rules.")
    elif any(len(name) > OFFICE_MAX for name in entered.office.values()):
        wrong["office"] = N_("The name may have at most 80 characters.")
    if not entered.note:
        wrong["note"] = N_("Please say why the rules change.")
    elif any(len(note) > NOTE_MAX for note in entered.note.values()):
        wrong["note"] = N_("The reason may have at most 500 characters.")
    if entered.effective_from < today:
        wrong["effective_from"] = N_("Rules hold from today or from a later day: nobody can have known them before.")
    elif entered.effective_from > today + FURTHEST:
        wrong["effective_from"] = N_("Choose a day within the next two years.")
    if wrong:
        raise Invalid(fields=wrong)


@dataclass(frozen=True)
class Dates:
    """The local day on which a version was published, and its first day."""

    published_on: date
    first_day: date


def standings(versions: Sequence[Dates], today: date) -> list[Standing]:
    """How each version stands today, in the order of `versions`, the oldest first.

    The newest version whose first day has come is in force.
    """
    in_force = max((n for n, one in enumerate(versions) if one.first_day <= today), default=-1)
    return [
        Standing.IN_FORCE if n == in_force else _standing(one, versions[n + 1 :], today)
        for n, one in enumerate(versions)
    ]


def _standing(one: Dates, newer: Sequence[Dates], today: date) -> Standing:
    first = one.first_day
    if any(other.first_day <= first and other.published_on < first for other in newer):
        return Standing.NEVER
    return Standing.PAST if first <= today else Standing.COMING
