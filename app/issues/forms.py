"""Forms about issues. One language at a time: what is the same in every language is asked with the first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.agencies.models import Agency
from app.agencies.queries import all_agencies
from app.core.context import Context
from app.core.language import LANGUAGES
from app.core.permissions import Permission
from app.issues.faces import promise_name, promise_words
from app.issues.models import Issue
from app.issues.rules import AREA_MAX, LONGEST, NOTE_MAX, REASON_MAX, IssueState, IssueTerms, IssueTexts, PromiseLevel
from app.topics.rules import Part
from app.web.pages import said_here

ON_TOPIC = {"title", "summary"}
PROSE_ROWS = 6


class NeededToPublish:
    """Marks a field that may wait while the issue is a draft: without the word "optional"."""

    field_flags = {"required": True}  # noqa: RUF012 (the protocol of WTForms)

    def __call__(self, form: FlaskForm, field: object) -> None:
        """Nothing is wrong with an empty one yet."""


class TextsForm(FlaskForm):
    """The texts of an issue in one language. Lengths are judged by the action, on the cleaned text."""

    title = StringField(
        _l("Title"), [NeededToPublish()], description=_l("A question or a few words, as people would say it.")
    )
    summary = TextAreaField(
        _l("Summary"),
        [NeededToPublish()],
        description=_l("Two or three sentences in plain words: what is it about, and whom does it touch?"),
        render_kw={"rows": 3},
    )
    area = StringField(
        _l("Area"),
        description=_l("A district or a street; empty for the whole city."),
        render_kw={"maxlength": AREA_MAX},
    )
    still_open = TextAreaField(
        _l("What is still open"),
        [NeededToPublish()],
        description=_l("What can people still change? Markdown works: **bold**, lists, links."),
        render_kw={"rows": PROSE_ROWS},
    )
    decided = TextAreaField(
        _l("What is already decided"),
        description=_l("Say it now, so that nobody is disappointed later."),
        render_kw={"rows": PROSE_ROWS},
    )
    background = TextAreaField(
        _l("Background"),
        description=_l("Figures, choices, what each would cost. Headings, lists and tables in Markdown."),
        render_kw={"rows": 12},
    )
    note = StringField(
        _l("What you changed, for the readers"),
        description=_l("One line beside the new version, which everybody can compare with the former."),
        render_kw={"maxlength": NOTE_MAX},
    )
    revision = IntegerField(widget=HiddenInput(), default=0)

    def texts(self, lang: str) -> IssueTexts:
        """What was entered, as texts in `lang`."""
        return IssueTexts(lang, **{name: self[name].data or "" for name in LONGEST})

    def terms(self, issue: Issue | None) -> IssueTerms | None:
        """The terms that were entered; None: this form does not ask for them."""
        return None

    def changes(self, issue: Issue, lang: str) -> dict[str, Any]:
        """What the action `revise` needs to know."""
        return {
            "texts": self.texts(lang),
            "terms": self.terms(issue),
            "revision": self.revision.data or 0,
            "note": self.note.data or "",
        }


class OpenForm(TextsForm):
    """The first language of a published issue that still runs: its closing day can be moved."""

    closes_on = DateField(
        _l("Last day to take part"),
        [NeededToPublish(), Optional()],
        description=_l("It was published, and can only move later."),
    )

    def terms(self, issue: Issue | None) -> IssueTerms | None:
        """The terms as they are, with the closing day that was entered."""
        return replace(terms_of(issue), closes_on=self.closes_on.data) if issue else None


class DraftForm(TextsForm):
    """The first language of a draft: everything is asked."""

    title = StringField(
        _l("Title"),
        [DataRequired(_l("Please give the issue a title."))],
        description=_l("A question or a few words, as people would say it."),
    )
    promise = RadioField(
        _l("What do you promise?"),
        [AnyOf([level.value for level in PromiseLevel], _l("Please choose what you promise."))],
        description=_l("It is shown at the top and binds the agency. Choose what you can keep."),
        validate_choice=False,
    )
    opens_on = DateField(
        _l("First day to take part"),
        [Optional()],
        description=_l("Leave it empty to open as soon as an approver publishes it."),
    )
    closes_on = DateField(
        _l("Last day to take part"),
        [NeededToPublish(), Optional()],
        description=_l("Until the end of this day. From the next day on, the time to reply is counted."),
    )
    lead = SelectField(_l("Who asks"), [InputRequired()], description=_l("This agency leads, and owes the reply."))
    co = SelectMultipleField(
        _l("Agencies that take part"),
        description=_l("They can write here too, and are named with the reply."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def terms(self, issue: Issue | None) -> IssueTerms | None:
        """The terms as entered."""
        others = tuple(slug for slug in self.co.data or () if slug != self.lead.data)
        return IssueTerms(
            PromiseLevel(self.promise.data), self.closes_on.data, self.lead.data, others, self.opens_on.data
        )


class StepForm(FlaskForm):
    """A step taken on an issue as the officer read it."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class WithdrawForm(FlaskForm):
    """Why an issue is taken back."""

    reason = TextAreaField(
        _l("Why is it withdrawn?"),
        [DataRequired(_l("Please say why. Everybody can read it."))],
        description=_l("It stands at the top of the page, for everybody."),
        render_kw={"maxlength": REASON_MAX, "rows": 5},
    )
    lang = SelectField(_l("Language of the text"), choices=[SelectChoice(tag, name) for tag, name in LANGUAGES.items()])


class AttachForm(FlaskForm):
    """A file to put beside an issue."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Please choose a file."))],
        description=_l("PDF, PNG, JPEG, ODT, ODS, CSV or text, at most 10 MB."),
    )


def issue_form(ctx: Context, issue: Issue | None, lang: str) -> TextsForm:
    """The form for an issue in a language, filled with what is saved; for a new issue None."""
    if issue is None:
        return _with_choices(ctx, DraftForm(data={"closes_on": None}))
    data = _filled(issue, lang)
    if lang != first_language(issue):
        return TextsForm(data=data)
    if issue.state is IssueState.DRAFT:
        return _with_choices(ctx, DraftForm(data=data), issue)
    return OpenForm(data=data) if issue.state is IssueState.OPEN else TextsForm(data=data)


def first_language(issue: Issue) -> str:
    """The language an issue was first written in."""
    return next(iter(issue.topic.title))


def terms_of(issue: Issue) -> IssueTerms:
    """The terms of an issue as they are saved."""
    co = tuple(part.agency.slug for part in issue.topic.agencies if part.part is Part.CO)
    return IssueTerms(issue.promise, issue.topic.closes_on, issue.lead.agency.slug, co, issue.opens_on)


def _filled(issue: Issue, lang: str) -> dict[str, Any]:
    rows = {name: issue.topic if name in ON_TOPIC else issue for name in LONGEST}
    texts = {name: getattr(row, name).get(lang, "") for name, row in rows.items()}
    terms = terms_of(issue)
    return texts | {
        "promise": terms.promise.value,
        "closes_on": terms.closes_on,
        "opens_on": terms.opens_on,
        "lead": terms.lead,
        "co": list(terms.co),
        "revision": issue.revision,
    }


def _with_choices(ctx: Context, form: DraftForm, issue: Issue | None = None) -> DraftForm:
    """The form with its lists: the officer's own agencies ask, any other may take part."""
    agencies = all_agencies(ctx)
    mine = [one for one in agencies if ctx.actor.may(Permission.ISSUE_WRITE, [one.id])]
    if issue is not None and issue.lead.agency not in mine:
        mine = [issue.lead.agency]
    form.lead.choices = [_choice(one) for one in mine]
    form.lead.data = form.lead.data or mine[0].slug
    form.co.choices = [_choice(one) for one in agencies if len(mine) > 1 or one not in mine]
    form.promise.choices = [SelectChoice(level.value, _promise(level)) for level in PromiseLevel]
    return form


def _promise(level: PromiseLevel) -> str:
    return gettext("%(level)s: %(promise)s", level=promise_name(level), promise=promise_words(level))


def _choice(agency: Agency) -> SelectChoice:
    return SelectChoice(agency.slug, said_here(agency.name).text)
