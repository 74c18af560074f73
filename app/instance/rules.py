"""Bounds of what an instance may choose."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from app.core.addresses import is_address
from app.core.areas import areas_of
from app.core.errors import Invalid
from app.core.language import LOCALES, N_

AMOUNTS = range(1, 1001)
"""Days, working days or months the public calculator counts."""
NAME_MAX = 60
MOTTO_MAX = 120
HEARTBEAT_SECONDS = 180
"""A worker not seen for so long is taken for dead."""


@dataclass(frozen=True)
class SettingsInput:
    """What an administrator enters. `name` and `motto` by language."""

    name: dict[str, str]
    motto: dict[str, str]
    contact_email: str
    timezone: str
    area: str | None = None


def check_settings(entered: SettingsInput) -> None:
    """Raise `Invalid` with the fields that are out of bounds. Texts are clean already."""
    wrong: dict[str, str] = {}
    if not all(entered.name.get(locale) for locale in LOCALES):
        wrong["name"] = N_("The name is needed in every language of the site.")
    elif any(len(name) > NAME_MAX for name in entered.name.values()):
        wrong["name"] = N_("The name may have at most 60 characters.")
    if any(len(motto) > MOTTO_MAX for motto in entered.motto.values()):
        wrong["motto"] = N_("The motto may have at most 120 characters.")
    if not is_address(entered.contact_email):
        wrong["contact_email"] = N_("Enter an e-mail address, such as name@example.org.")
    if entered.timezone not in available_timezones():
        wrong["timezone"] = N_("This is not the name of a time zone.")
    if wrong:
        raise Invalid(fields=wrong)


def check_area(area: str | None, country: str) -> None:
    """Raise `Invalid` unless this is an area of the country (ISO 3166-2), or None: all of it."""
    if area is not None and area not in areas_of(country):
        raise Invalid(fields={"area": N_("This is no area of the country.")})
