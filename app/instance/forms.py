"""Forms of the administrator."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core.settings import Settings
from app.instance.rules import SettingsInput


class SettingsForm(FlaskForm):
    """Name, time zone. What is out of bounds is told by the action, field by field."""

    name_zh = StringField(_l("Name of the site, in Chinese"), [InputRequired(_l("Enter the name in Chinese."))])
    name_en = StringField(_l("Name of the site, in English"), [InputRequired(_l("Enter the name in English."))])
    motto_zh = StringField(_l("Motto on the home page, in Chinese"))
    motto_en = StringField(_l("Motto on the home page, in English"))
    contact_email = EmailField(
        _l("E-mail address for questions"),
        [InputRequired(_l("Enter an e-mail address, such as name@example.org."))],
    )
    timezone = StringField(
        _l("Time zone"),
        [InputRequired(_l("Enter a time zone."))],
        description=_l("As in the IANA database, for example Asia/Taipei."),
    )

    def entered(self) -> SettingsInput:
        """What was entered, by language."""
        return SettingsInput(
            name={"zh-Hant-TW": self.name_zh.data or "", "en": self.name_en.data or ""},
            motto={"zh-Hant-TW": self.motto_zh.data or "", "en": self.motto_en.data or ""},
            contact_email=self.contact_email.data or "",
            timezone=self.timezone.data or "",
        )


class CalendarForm(FlaskForm):
    """One day on which offices work or rest otherwise than the country's calendar says."""

    day = DateField(_l("Day"), [InputRequired(_l("Enter a day."))])
    name_zh = StringField(_l("What kind of day, in Chinese"), [Length(max=60)])
    name_en = StringField(_l("What kind of day, in English"), [Length(max=60)])
    works = RadioField(
        _l("On this day offices are"),
        choices=[SelectChoice("rest", _l("closed")), SelectChoice("work", _l("open"))],
        default="rest",
    )

    def names(self) -> dict[str, str]:
        """The name by language."""
        return {"zh-Hant-TW": self.name_zh.data or "", "en": self.name_en.data or ""}


def filled(settings: Settings) -> dict[str, object]:
    """The present settings as the form shows them."""
    return {
        "name_zh": settings.name.get("zh-Hant-TW", ""),
        "name_en": settings.name.get("en", ""),
        "motto_zh": settings.motto.get("zh-Hant-TW", ""),
        "motto_en": settings.motto.get("en", ""),
        "contact_email": settings.contact_email,
        "timezone": settings.timezone,
    }
