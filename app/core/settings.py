"""What this government chose for its instance, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.calendar import DayException


@dataclass(frozen=True)
class Settings:
    """The instance's own settings. `version` grows with every change and is kept beside every promise made under it."""

    version: int = 0
    name: dict[str, str] = field(default_factory=lambda: {"zh-Hant-TW": "民議", "en": "Minyi"})
    motto: dict[str, str] = field(default_factory=dict)
    contact_email: str = ""
    timezone: str = "Asia/Taipei"
    country: str = "TW"
    area: str | None = None
    """The instance's own area (ISO 3166-2), such as TW-TPE; None for a whole country."""
    exceptions: tuple[DayException, ...] = ()
    """Days the country's calendar does not know."""
