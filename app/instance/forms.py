"""Forms of the administrator."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, IntegerField, RadioField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from app.core.settings import Settings
from app.instance.rules import SettingsInput


class SettingsForm(FlaskForm):
    """Name, time zone, promises."""

    name_zh = StringField(_l("Name of the site, in Chinese"), [DataRequired(), Length(max=60)])
    name_en = StringField(_l("Name of the site, in English"), [DataRequired(), Length(max=60)])
    motto_zh = StringField(_l("Motto on the home page, in Chinese"), [Length(max=120)])
    motto_en = StringField(_l("Motto on the home page, in English"), [Length(max=120)])
    contact_email = EmailField(_l("E-mail address for questions"), [DataRequired(), Email()])
    timezone = StringField(
        _l("Time zone"), [DataRequired()], description=_l("As in the IANA database, for example Asia/Taipei.")
    )
    reply_working_days = IntegerField(
        _l("Working days for a reply"),
        [InputRequired()],
        description=_l("Counted from the day after an issue closes. Cases that are open keep their date."),
    )
    min_people_for_map = IntegerField(
        _l("People needed for a map"),
        [InputRequired()],
        description=_l("Below this number the map page says that there are not enough votes yet."),
    )

    def entered(self) -> SettingsInput:
        """What was entered, by language."""
        return SettingsInput(
            name={"zh-Hant-TW": self.name_zh.data or "", "en": self.name_en.data or ""},
            motto={"zh-Hant-TW": self.motto_zh.data or "", "en": self.motto_en.data or ""},
            contact_email=self.contact_email.data or "",
            timezone=self.timezone.data or "",
            reply_working_days=self.reply_working_days.data or 0,
            min_people_for_map=self.min_people_for_map.data or 0,
        )


class CalendarForm(FlaskForm):
    """One day on which offices work or rest otherwise than the country's calendar says."""

    day = DateField(_l("Day"), [InputRequired()])
    name_zh = StringField(_l("What kind of day, in Chinese"), [Length(max=60)])
    name_en = StringField(_l("What kind of day, in English"), [Length(max=60)])
    works = RadioField(
        _l("On this day offices are"), choices=[("rest", _l("closed")), ("work", _l("open"))], default="rest"
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
        "reply_working_days": settings.reply_working_days,
        "min_people_for_map": settings.min_people_for_map,
    }
