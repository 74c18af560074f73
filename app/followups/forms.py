"""Forms of what follows a reply. Lengths are judged by the actions, on the cleaned text."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired

from app.core.answers import Outcome
from app.core.language import LANGUAGES
from app.followups.faces import satisfaction_words, verdict_words
from app.followups.models import Feedback, Milestone
from app.followups.rules import (
    FEEDBACK_MAX,
    FINAL,
    NEWS_MAX,
    NOTE_MAX,
    REASON_MAX,
    SENTENCE_MAX,
    TITLE_MAX,
    FeedbackInput,
    MilestoneInput,
    NewsInput,
    ProgressInput,
    Satisfaction,
    Verdict,
)
from app.policies.phrases import outcome_name
from app.web.i18n import page_locale

WRITTEN_IN = [SelectChoice(tag, name) for tag, name in LANGUAGES.items()]
GOES_ON = "goes-on"


class FeedbackForm(FlaskForm):
    """Whether the reply answers what was asked."""

    verdict = RadioField(
        _l("Does the reply answer what was asked?"),
        [AnyOf([one.value for one in Verdict], _l("Please choose an answer."))],
        validate_choice=False,
    )
    text = TextAreaField(
        _l("What is missing, or what is good?"),
        description=_l("At most 500 characters, published with your name once the time for feedback is over."),
        render_kw={"maxlength": FEEDBACK_MAX, "rows": 4},
    )
    lang = SelectField(_l("Language of the text"), [InputRequired()], choices=WRITTEN_IN)

    def entered(self) -> FeedbackInput:
        """What was said."""
        return FeedbackInput(Verdict(self.verdict.data), self.text.data or "", self.lang.data)


class SurveyForm(FlaskForm):
    """How satisfied somebody is who took part."""

    satisfaction = RadioField(
        _l("Are you satisfied with what became of it?"),
        [AnyOf([one.value for one in Satisfaction], _l("Please choose an answer."))],
        validate_choice=False,
    )
    sentence = StringField(
        _l("Why?"),
        description=_l("One sentence, for the officers of the case only. Please name nobody."),
        render_kw={"maxlength": SENTENCE_MAX},
    )


class NewsForm(FlaskForm):
    """News of a study: it goes on, or it ends."""

    outcome = RadioField(
        _l("How does it stand?"),
        [AnyOf([GOES_ON, *(one.value for one in FINAL)], _l("Please choose an outcome."))],
        default=GOES_ON,
        validate_choice=False,
        description=_l("That it goes on is public at once. A final outcome is approved by somebody else first."),
    )
    text = TextAreaField(
        _l("What has been found out so far"),
        [DataRequired(_l("Please say what has been found out so far."))],
        description=_l("Everybody reads it. With a final outcome it is the reason. Markdown can be used."),
        render_kw={"maxlength": NEWS_MAX, "rows": 6},
    )
    lang = SelectField(_l("Language of the text"), [InputRequired()], choices=WRITTEN_IN)

    def entered(self) -> NewsInput:
        """What was reported."""
        chosen = self.outcome.data
        return NewsInput(self.text.data or "", self.lang.data, None if chosen == GOES_ON else Outcome(chosen))


class RefuseForm(FlaskForm):
    """Why a study does not end like this."""

    reason = TextAreaField(
        _l("What has to change"),
        [InputRequired(_l("Please say what has to change."))],
        description=_l("Only the officers of the case read this."),
        render_kw={"maxlength": REASON_MAX, "rows": 3},
    )


class MilestoneForm(FlaskForm):
    """A step with its date. One language is enough."""

    title_zh = StringField(_l("What will be done, in Chinese"), render_kw={"maxlength": TITLE_MAX})
    title_en = StringField(_l("What will be done, in English"), render_kw={"maxlength": TITLE_MAX})
    due_on = DateField(
        _l("By when"),
        [InputRequired(_l("Please choose a day that is still to come."))],
        description=_l("A public promise."),
    )

    def entered(self) -> MilestoneInput:
        """What was promised."""
        return MilestoneInput(
            {"zh-Hant-TW": self.title_zh.data or "", "en": self.title_en.data or ""}, self.due_on.data
        )


class ProgressForm(FlaskForm):
    """How far a step is."""

    progress = IntegerField(
        _l("How much is done, in percent"),
        [InputRequired(_l("Please enter a number from 0 to 100."))],
        description=_l("100 means done."),
        render_kw={"inputmode": "numeric", "min": 0, "max": 100},
    )
    due_on = DateField(
        _l("By when"),
        [InputRequired(_l("Please choose a day that is still to come."))],
        description=_l("If the day changes, say why. Both days stay public."),
    )
    note = TextAreaField(
        _l("What has happened"), description=_l("Everybody reads it."), render_kw={"maxlength": NOTE_MAX, "rows": 4}
    )
    lang = SelectField(_l("Language of the text"), [InputRequired()], choices=WRITTEN_IN)

    def entered(self) -> ProgressInput:
        """What was reported."""
        return ProgressInput(self.progress.data, self.due_on.data, self.note.data or "", self.lang.data)


def feedback_form(own: Feedback | None) -> FeedbackForm:
    """The form, with what was said before."""
    said = {"verdict": own.verdict.value, "text": own.text, "lang": own.lang} if own else {"lang": page_locale()}
    form = FeedbackForm(data=said)
    form.verdict.choices = [SelectChoice(one.value, verdict_words(one)) for one in Verdict]
    return form


def survey_form() -> SurveyForm:
    """The form of the survey. No answer is chosen by default."""
    form = SurveyForm()
    form.satisfaction.choices = [SelectChoice(one.value, satisfaction_words(one)) for one in Satisfaction]
    return form


def news_form() -> NewsForm:
    """The form for news of a study."""
    form = NewsForm(data={"lang": page_locale()})
    ends = [SelectChoice(one.value, outcome_name(one)) for one in Outcome if one in FINAL]
    form.outcome.choices = [SelectChoice(GOES_ON, gettext("Still under study")), *ends]
    return form


def progress_form(milestone: Milestone) -> ProgressForm:
    """The form, with how far it is."""
    return ProgressForm(data={"progress": milestone.progress, "due_on": milestone.due_on, "lang": page_locale()})
