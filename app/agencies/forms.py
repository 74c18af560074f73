"""Forms about agencies."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.agencies.models import Agency
from app.agencies.rules import AbsenceInput, AgencyInput
from app.core.permissions import Role


class AgencyForm(FlaskForm):
    """An agency as an administrator enters it. What makes no sense is told by the action, field by field."""

    slug = StringField(
        _l("Short name in addresses"),
        [InputRequired(_l("Enter a short name."))],
        description=_l("Small letters, digits and hyphens; it cannot be changed later."),
    )
    name_zh = StringField(_l("Name in Chinese"), [InputRequired(_l("Enter the name in Chinese."))])
    name_en = StringField(_l("Name in English"), [InputRequired(_l("Enter the name in English."))])
    parent_slug = SelectField(_l("Belongs to"), default="")
    email = EmailField(_l("E-mail address"), [InputRequired(_l("Enter an e-mail address, such as name@example.org."))])
    phone = StringField(_l("Telephone"), [Length(max=40)])
    competences_zh = TextAreaField(
        _l("Competences in Chinese"), [Length(max=1000)], description=_l("One a line, in words people use.")
    )
    competences_en = TextAreaField(_l("Competences in English"), [Length(max=1000)])

    def entered(self) -> AgencyInput:
        """What was entered, by language."""
        return AgencyInput(
            slug=self.slug.data or "",
            name={"zh-Hant-TW": self.name_zh.data or "", "en": self.name_en.data or ""},
            email=self.email.data or "",
            phone=self.phone.data or "",
            parent_slug=self.parent_slug.data or "",
            competences={
                "zh-Hant-TW": (self.competences_zh.data or "").splitlines(),
                "en": (self.competences_en.data or "").splitlines(),
            },
        )


class OfficerForm(FlaskForm):
    """Naming an officer."""

    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Enter an e-mail address, such as name@example.org."))],
        description=_l("The address of a confirmed account."),
    )
    role = RadioField(
        _l("Role"),
        choices=[
            SelectChoice(Role.AUTHOR.value, _l("writes")),
            SelectChoice(Role.APPROVER.value, _l("writes and approves")),
        ],
        default=Role.AUTHOR.value,
    )


class AbsenceForm(FlaskForm):
    """Who is away, and who acts meanwhile."""

    person_id = SelectField(_l("Who is away"), coerce=int)
    deputy_id = SelectField(_l("Who acts meanwhile"), coerce=int)
    from_on = DateField(_l("First day"), [InputRequired(_l("Enter a day."))])
    until_on = DateField(_l("Last day"), [Optional()], description=_l("Leave it empty if it is not known yet."))

    def entered(self) -> AbsenceInput:
        """What was entered."""
        return AbsenceInput(self.person_id.data, self.deputy_id.data, self.from_on.data, self.until_on.data)


def filled(agency: Agency) -> dict[str, object]:
    """An agency as the form shows it."""
    return {
        "slug": agency.slug,
        "name_zh": agency.name.get("zh-Hant-TW", ""),
        "name_en": agency.name.get("en", ""),
        "parent_slug": agency.parent.slug if agency.parent else "",
        "email": agency.email,
        "phone": agency.phone,
        "competences_zh": "\n".join(agency.competences.get("zh-Hant-TW", [])),
        "competences_en": "\n".join(agency.competences.get("en", [])),
    }
