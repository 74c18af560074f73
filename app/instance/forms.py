"""Forms of the administrator."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, EmailField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from app.core.areas import areas_of
from app.core.calendar import Half
from app.core.deadline import Unit
from app.core.settings import Settings
from app.instance.rules import AMOUNTS, SettingsInput
from app.web.pages import said_here

EVERYWHERE = ""


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
    area = SelectField(
        _l("Area"),
        default=EVERYWHERE,
        description=_l("Days entered for this area hold here. A national government chooses the whole country."),
    )

    def entered(self) -> SettingsInput:
        """What was entered, by language."""
        return SettingsInput(
            name={"zh-Hant-TW": self.name_zh.data or "", "en": self.name_en.data or ""},
            motto={"zh-Hant-TW": self.motto_zh.data or "", "en": self.motto_en.data or ""},
            contact_email=self.contact_email.data or "",
            timezone=self.timezone.data or "",
            area=self.area.data or None,
        )


class CalendarForm(FlaskForm):
    """One day on which offices work or rest otherwise than the country's calendar says."""

    day = DateField(_l("Day"), [InputRequired(_l("Enter a day."))])
    name_zh = StringField(_l("What kind of day, in Chinese"), [Length(max=60)])
    name_en = StringField(_l("What kind of day, in English"), [Length(max=60)])
    works = RadioField(
        _l("On this day offices are"),
        choices=[
            SelectChoice("rest", _l("closed")),
            SelectChoice(Half.MORNING.value, _l("closed until noon")),
            SelectChoice(Half.AFTERNOON.value, _l("closed from noon on")),
            SelectChoice("work", _l("open")),
        ],
        default="rest",
    )
    area = SelectField(_l("Where"), default=EVERYWHERE)

    @property
    def half(self) -> Half | None:
        """The half that was chosen, if one was."""
        return Half(self.works.data) if self.works.data in set(Half) else None

    def names(self) -> dict[str, str]:
        """The name by language."""
        return {"zh-Hant-TW": self.name_zh.data or "", "en": self.name_en.data or ""}


class ImportForm(FlaskForm):
    """A file of days."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])
    area = SelectField(
        _l("Where"), default=EVERYWHERE, description=_l("For the days of which the file itself names no area.")
    )


class ReckonForm(FlaskForm):
    """What the public calculator is asked. It is sent by GET and changes nothing: it needs no token."""

    class Meta:
        csrf = False

    start = DateField(_l("Day of the event"), [InputRequired(_l("Enter a day."))], name="from")
    amount = IntegerField(
        _l("How many"),
        [InputRequired(_l("Enter a number.")), NumberRange(AMOUNTS.start, AMOUNTS.stop - 1,
                                                           _l("Enter a whole number from 1 to 1,000."))],
    )  # fmt: skip
    unit = RadioField(
        _l("Of what"),
        choices=[
            SelectChoice(Unit.DAY.value, _l("days")),
            SelectChoice(Unit.WORKING_DAY.value, _l("working days")),
            SelectChoice(Unit.MONTH.value, _l("months")),
        ],
        default=Unit.DAY.value,
    )
    area = SelectField(_l("Where"), default=EVERYWHERE)


def area_choices(country: str, nowhere: str) -> list[SelectChoice]:
    """The areas of a country, after what an empty choice means."""
    areas = [SelectChoice(code, said_here(dict(name)).text) for code, name in areas_of(country).items()]
    return [SelectChoice(EVERYWHERE, nowhere), *areas]


def filled(settings: Settings) -> dict[str, object]:
    """The present settings as the form shows them."""
    return {
        "name_zh": settings.name.get("zh-Hant-TW", ""),
        "name_en": settings.name.get("en", ""),
        "motto_zh": settings.motto.get("zh-Hant-TW", ""),
        "motto_en": settings.motto.get("en", ""),
        "contact_email": settings.contact_email,
        "timezone": settings.timezone,
        "area": settings.area or EVERYWHERE,
    }
