"""Forms of replies: the reply, its correction, holding answers, and reasons for sending back."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from app.cases.models import Case
from app.core.language import LANGUAGES, said
from app.core.policy_sections import Reply as ReplyRules
from app.replies.answer_fields import AnswersForm, NeededToSubmit, answer_fields, filled_answers
from app.replies.models import HoldingAnswer, Reply
from app.replies.rules import CONTACT_MAX, DEMAND_MAX, HOLDING_MAX, REASON_MAX, SUMMARY_MAX, DraftInput
from app.replies.versions import Content, answer_to, content_of
from app.web.i18n import page_locale

SAY_WHY = _l("Please say what was wrong and why it changes: everybody reads it.")
LANGUAGE_CHOICES = [SelectChoice(*pair) for pair in LANGUAGES.items()]


class DraftForm(AnswersForm):
    """A reply, without the fields of its demands; see `draft_form`."""

    summary = TextAreaField(
        _l("Summary"),
        [NeededToSubmit(), Length(max=SUMMARY_MAX)],
        description=_l("What is decided, in a few sentences everybody understands. Markdown can be used."),
        render_kw={"rows": 6},
    )
    contact = StringField(
        _l("Who answers questions"),
        [NeededToSubmit(), Length(max=CONTACT_MAX)],
        description=_l("A unit, a telephone number, an address: it is published with the reply."),
    )
    lang = SelectField(_l("Language of the reply"), [InputRequired()], choices=LANGUAGE_CHOICES)
    new_demand = StringField(
        _l("Another demand to answer"),
        [Length(max=DEMAND_MAX)],
        description=_l("In one sentence, as people put it. It is added to the list above."),
    )

    def entered(self) -> DraftInput:
        """What was entered; of the answers only those that were written on."""
        return DraftInput(
            summary=self.summary.data or "",
            lang=self.lang.data,
            contact=self.contact.data or "",
            answers=self.written(),
            new_demand=self.new_demand.data or "",
            removed=self.removed(),
            revision=self.revision.data or 0,
        )


class CorrectionForm(AnswersForm):
    """The published reply as it should read, and why; see `correction_form`."""

    reason = TextAreaField(
        _l("What was wrong, and why it changes"),
        [InputRequired(SAY_WHY), Length(max=REASON_MAX)],
        description=_l("Everybody reads this beside the corrected reply."),
        render_kw={"rows": 3},
    )
    summary = TextAreaField(_l("Summary"), [NeededToSubmit(), Length(max=SUMMARY_MAX)], render_kw={"rows": 6})
    contact = StringField(_l("Who answers questions"), [NeededToSubmit(), Length(max=CONTACT_MAX)])

    def entered(self, lang: str) -> DraftInput:
        """What was entered, in the language of the published reply."""
        return DraftInput(
            summary=self.summary.data or "",
            lang=lang,
            contact=self.contact.data or "",
            answers={point.demand.id: point.answer_now for point in self.points()},
            revision=self.revision.data or 0,
        )


class SendBackForm(FlaskForm):
    """Why something submitted has to be changed."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    reason = TextAreaField(
        _l("What has to change"),
        [InputRequired(_l("Please say what has to change.")), Length(max=REASON_MAX)],
        description=_l("Only the officers of the case read this."),
        render_kw={"rows": 3},
    )


class HoldingForm(FlaskForm):
    """An interim answer."""

    revision = IntegerField(widget=HiddenInput(), default=0)
    text = TextAreaField(
        _l("What is being done until the reply comes"),
        [InputRequired(_l("Please write what is being done until the reply comes.")), Length(max=HOLDING_MAX)],
        description=_l("What is being looked into, by whom, and what is still missing. Markdown can be used."),
        render_kw={"rows": 6},
    )
    lang = SelectField(_l("Language"), [InputRequired()], choices=LANGUAGE_CHOICES)


def draft_form(case: Case, reply: Reply | None, asked: ReplyRules, is_final: bool = False) -> DraftForm:
    """The form for the reply of this case, filled with what is saved; `asked`: the rules of the case."""
    agency = case.lead.agency
    name = said(agency.name, page_locale()).text
    values: dict[str, Any] = {
        "lang": page_locale(),
        "contact": ", ".join(word for word in (name, agency.phone, agency.email) if word),
    }
    if reply:
        values |= {name: getattr(reply, name) for name in ("revision", "summary", "lang", "contact")}
    answers = {demand.id: answer_to(demand) for demand in case.demands}
    fields = answer_fields(case, asked, is_final=is_final, may_remove=True)
    form: DraftForm = type("CaseForm", (DraftForm,), fields)(data=values | filled_answers(answers))
    return form


def correction_form(case: Case, reply: Reply, asked: ReplyRules, is_final: bool = False) -> CorrectionForm:
    """The form for correcting the published reply, filled with the correction under way or with what is published."""
    version = reply.correction
    content = Content.from_json(version.content) if version else content_of(case, reply)
    values: dict[str, Any] = {"summary": content.summary, "contact": content.contact}
    if version:
        values |= {"revision": version.revision, "reason": version.reason}
    fields = answer_fields(case, asked, is_final=is_final, may_remove=False)
    filled = values | filled_answers(content.answers)
    form: CorrectionForm = type("CaseCorrectionForm", (CorrectionForm,), fields)(data=filled)
    return form


def holding_form(holding: HoldingAnswer | None, **options: Any) -> HoldingForm:
    """The form for a new holding answer, or for the one that is not published yet."""
    values: dict[str, Any] = {"lang": page_locale()}
    if holding:
        values = {"revision": holding.revision, "text": holding.text, "lang": holding.lang}
    form: HoldingForm = HoldingForm(data=values, **options)
    return form
