"""What is entered about an agency, and who acts there when somebody is away or has left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.core.addresses import is_address
from app.core.errors import Invalid
from app.core.language import LOCALES, N_

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_MAX = 60
NAME_MAX = 80


@dataclass(frozen=True)
class AgencyInput:
    """What an administrator enters. Texts by language."""

    slug: str
    name: dict[str, str]
    email: str
    phone: str = ""
    parent_slug: str = ""
    competences: dict[str, list[str]] = field(default_factory=dict)


def check_agency(entered: AgencyInput) -> None:
    """Raise `Invalid` with the fields that cannot be taken. Names are clean already."""
    wrong: dict[str, str] = {}
    if len(entered.slug) > SLUG_MAX or not SLUG.fullmatch(entered.slug):
        wrong["slug"] = N_("Use small letters, digits and single hyphens, for example transport.")
    if not all(entered.name.get(locale) for locale in LOCALES):
        wrong["name"] = N_("The name is needed in every language of the site.")
    elif any(len(name) > NAME_MAX for name in entered.name.values()):
        wrong["name"] = N_("The name may have at most 80 characters.")
    if not is_address(entered.email):
        wrong["email"] = N_("Enter an e-mail address, such as name@example.org.")
    if entered.parent_slug and entered.parent_slug == entered.slug:
        wrong["parent_slug"] = N_("An agency cannot be its own parent.")
    if wrong:
        raise Invalid(fields=wrong)


@dataclass(frozen=True)
class AbsenceInput:
    """Who is away and who acts meanwhile. `until_on` is the last day; None: until further notice."""

    person_id: int
    deputy_id: int
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Staff:
    """Who works for an agency today.

    `names` by person id; `contact` is its contact person, `away` who is absent, `stand_ins` who acts for them.
    """

    names: Mapping[int, str] = field(default_factory=dict)
    contact: int | None = None
    away: frozenset[int] = frozenset()
    stand_ins: Mapping[int, int] = field(default_factory=dict)

    def acting(self, handler: int | None, deputy: int | None) -> int | None:
        """Who acts: the handling officer; where that one has left or is away the deputy, then the contact person.

        Nobody only where nobody works for the agency.

        >>> staff = Staff({1: "Chen", 2: "Lin", 3: "Wu"}, contact=3, away=frozenset({1}))
        >>> staff.acting(1, 2), staff.acting(1, None), staff.acting(9, None)
        (2, 3, 3)
        """
        stand_in = self.stand_ins.get(handler) if handler is not None else None
        line = [one for one in (handler, deputy, stand_in, self.contact) if one in self.names]
        return next((one for one in line if one not in self.away), line[0] if line else None)


def check_absence(entered: AbsenceInput, staff: Staff) -> None:
    """Raise `Invalid` with the fields that cannot be taken."""
    wrong: dict[str, str] = {}
    if entered.person_id not in staff.names:
        wrong["person_id"] = N_("Please choose an officer from the list.")
    if entered.deputy_id not in staff.names:
        wrong["deputy_id"] = N_("Please choose an officer from the list.")
    elif entered.deputy_id == entered.person_id:
        wrong["deputy_id"] = N_("Somebody else has to act meanwhile.")
    if entered.until_on and entered.until_on < entered.from_on:
        wrong["until_on"] = N_("The last day cannot be before the first.")
    if wrong:
        raise Invalid(fields=wrong)
