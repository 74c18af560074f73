"""What is entered about an agency."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
