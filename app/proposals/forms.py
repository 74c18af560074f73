"""Forms about proposals. One step asks for one thing; what is entered is judged by the action, on the cleaned text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.agencies.models import Agency
from app.core.areas import TAIWAN
from app.core.language import LANGUAGES
from app.proposals.rules import DEMAND_MAX, LETTER_MAX, PLAN_MAX, REASON_MAX, TITLE_MAX, Code, ProposalInput, Rejection
from app.proposals.words import code_choices
from app.web.pages import said_here

SAY_WHY = _l("Please say why. Everybody can read it.")


def language_choices() -> list[SelectChoice]:
    """Every language a text can be in."""
    return [SelectChoice(tag, name) for tag, name in LANGUAGES.items()]


class StepForm(FlaskForm):
    """A step of writing a proposal."""

    revision = IntegerField(widget=HiddenInput(), default=0)

    def entered(self, before: ProposalInput) -> ProposalInput:
        """The proposal as it was, with what this step asks for."""
        raise NotImplementedError


class TitleForm(StepForm):
    """What it is about."""

    title = StringField(
        _l("Title"),
        [DataRequired(_l("Please say in a few words what it is about."))],
        description=_l("A few words, as to a neighbour; at most %(most)s characters.", most=TITLE_MAX),
        render_kw={"maxlength": TITLE_MAX},
    )
    lang = SelectField(_l("Language you write in"))

    def entered(self, before: ProposalInput) -> ProposalInput:
        """With title and language."""
        return replace(before, title=self.title.data or "", lang=self.lang.data or before.lang)


class DemandsForm(StepForm):
    """What is asked for, point by point."""

    demands = FieldList(StringField(_l("Demand"), render_kw={"maxlength": DEMAND_MAX}))

    def entered(self, before: ProposalInput) -> ProposalInput:
        """With the demands that are not empty."""
        return replace(before, demands=tuple(one.data or "" for one in self.demands))


class WhyForm(StepForm):
    """Why, and what it brings."""

    reason = TextAreaField(
        _l("Why is this needed?"),
        [DataRequired(_l("Please say why this is needed."))],
        description=_l("What do you see every day? Whom does it touch?"),
        render_kw={"rows": 7},
    )
    benefit = TextAreaField(
        _l("What would get better, and what else would change?"),
        [DataRequired(_l("Please say who gains by it, and what else would change."))],
        description=_l("Who gains by it? What does it cost, and whom?"),
        render_kw={"rows": 5},
    )

    def entered(self, before: ProposalInput) -> ProposalInput:
        """With reason and benefit."""
        return replace(before, reason=self.reason.data or "", benefit=self.benefit.data or "")


class MoreForm(StepForm):
    """What helps, if there is any of it."""

    evidence = TextAreaField(
        _l("Figures, reports, pictures elsewhere"),
        description=_l("Links are welcome. Please no names or numbers of other people."),
        render_kw={"rows": 4},
    )
    area = StringField(_l("Where?"), description=_l("A district or a street; empty for the whole city."))
    agencies = SelectMultipleField(
        _l("Who should answer?"),
        description=_l("As far as you know. The review finds the right ones anyway."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    backed = RadioField(
        _l("Does an organisation stand behind this proposal?"),
        description=_l("One that organises or pays for a campaign for it. Everybody reads the answer."),
        choices=[SelectChoice("no", _l("No")), SelectChoice("yes", _l("Yes; I name it on the next page"))],
        validate_choice=False,
    )

    def entered(self, before: ProposalInput) -> ProposalInput:
        """With evidence, area, agencies, and whether an organisation stands behind it."""
        chosen, backed = tuple(self.agencies.data or ()), {"no": False, "yes": True}.get(self.backed.data)
        texts = {"evidence": self.evidence.data or "", "area": self.area.data or ""}
        return replace(before, agencies=chosen, backed=before.backed if backed is None else backed, **texts)


class SendForm(FlaskForm):
    """Handing it in as it was read."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class WordsForm(FlaskForm):
    """Words that say why."""

    reason = TextAreaField(_l("Why?"), [DataRequired(SAY_WHY)], render_kw={"maxlength": REASON_MAX, "rows": 5})


class MergeForm(FlaskForm):
    """Which other proposal, and why."""

    into = IntegerField(
        _l("Number of the other proposal"), [InputRequired(_l("Please enter the number of the other proposal."))]
    )
    reason = TextAreaField(_l("A word to the other author"), render_kw={"maxlength": REASON_MAX, "rows": 3})


class LetterForm(FlaskForm):
    """A letter to supporters."""

    text = TextAreaField(
        _l("What has happened?"),
        [DataRequired(_l("Please write something."))],
        render_kw={"maxlength": LETTER_MAX, "rows": 7},
    )
    lang = SelectField(_l("Language of the text"))


class EndorseForm(FlaskForm):
    """Endorsing, with what may be said besides."""

    wants_news = BooleanField(_l("Write to me when something happens"))
    area = SelectField(_l("Where do you live?"), validate_choice=False)

    @classmethod
    def empty(cls) -> EndorseForm:
        """The form with its list of areas."""
        form = cls()
        form.area.choices = [SelectChoice("", _l("I do not say")), *_areas()]
        return form


class AdmitForm(FlaskForm):
    """Who would have to answer."""

    lead = SelectField(_l("Who leads the reply"), [InputRequired()])
    co = SelectMultipleField(_l("Who takes part"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())

    @property
    def agencies(self) -> tuple[str, ...]:
        """Slugs, the lead first."""
        return (self.lead.data, *(slug for slug in self.co.data or () if slug != self.lead.data))


class RejectForm(FlaskForm):
    """Why it is turned down: a code, and words."""

    code = SelectField(_l("Reason"), [InputRequired()])
    reason = TextAreaField(
        _l("In your own words"),
        [DataRequired(SAY_WHY)],
        description=_l("What exactly, and what the proposer can do now. Everybody can read it."),
        render_kw={"maxlength": REASON_MAX, "rows": 4},
    )
    same_as = IntegerField(
        _l("Number of the other proposal"),
        [Optional()],
        description=_l("Only if the same was answered already, or is proposed already."),
    )

    def why(self, lang: str) -> Rejection:
        """What was entered."""
        return Rejection(Code(self.code.data), self.reason.data or "", lang, self.same_as.data)

    @classmethod
    def filled(cls, codes: Iterable[Code]) -> RejectForm:
        """The form with these codes."""
        form = cls(prefix="reject")
        form.code.choices = [SelectChoice(value, words) for value, words in code_choices(codes)]
        return form


class AskForm(FlaskForm):
    """What the author has to change."""

    words = TextAreaField(
        _l("What has to be changed?"),
        [DataRequired(_l("Please say what has to change."))],
        render_kw={"maxlength": REASON_MAX, "rows": 3},
    )


class PlanForm(FlaskForm):
    """How the agencies go about a case."""

    text = TextAreaField(
        _l("How do you go about it?"),
        [DataRequired(_l("Please say how you go about it."))],
        description=_l("Who works on it, whom you ask, what happens when. Everybody can read it."),
        render_kw={"maxlength": PLAN_MAX, "rows": 6},
    )
    lang = SelectField(_l("Language of the text"))


class ContactForm(FlaskForm):
    """When the proposer was spoken to."""

    day = DateField(_l("Day of the first talk with the proposer"), [InputRequired(_l("Please choose a day."))])


class HaltForm(FlaskForm):
    """Why something is stopped everywhere."""

    reason = TextAreaField(
        _l("Why is it stopped?"),
        [DataRequired(SAY_WHY)],
        description=_l("It stands at the top of every page about proposals."),
        render_kw={"maxlength": REASON_MAX, "rows": 3},
    )
    lang = SelectField(_l("Language of the text"))


def agency_choices(agencies: list[Agency]) -> list[SelectChoice]:
    """Agencies by name."""
    return [SelectChoice(one.slug, said_here(one.name).text) for one in agencies]


def _areas() -> list[SelectChoice]:
    return [SelectChoice(code, said_here(dict(names)).text) for code, names in TAIWAN.items()]
