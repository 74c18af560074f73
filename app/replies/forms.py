"""Forms of the officers' desk. The form of a reply has fields of its own for every demand of its case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.core.language import LANGUAGES, said
from app.replies.models import Case, Demand
from app.replies.points import outcome_name
from app.replies.rules import (
    ANSWER_MAX,
    CONTACT_MAX,
    DEMAND_MAX,
    REASON_MAX,
    SUMMARY_MAX,
    Answer,
    DraftInput,
    Outcome,
    Source,
    unanswered,
)
from app.web.i18n import page_locale


@dataclass(frozen=True)
class PointFields:
    """The fields of one demand. `remove` is there only for demands that officers added."""

    number: int
    demand: Demand
    outcome: Field
    answer: Field
    remove: Field | None


class NeededToSubmit:
    """May be missing in a draft, not in what is submitted; `DraftForm.validate` says so then."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """A draft is taken as it is."""


class DraftForm(FlaskForm):
    """A reply, without the fields of its demands; see `draft_form`."""

    revision = IntegerField(widget=HiddenInput(), default=0)
    summary = TextAreaField(
        _l("Summary"),
        [NeededToSubmit(), Length(max=SUMMARY_MAX)],
        description=_l("What is decided, in a few sentences everybody understands. Markdown can be used."),
        render_kw={"rows": 6},
    )
    lang = SelectField(
        _l("Language of the reply"), [InputRequired()], choices=[SelectChoice(*pair) for pair in LANGUAGES.items()]
    )
    contact = StringField(
        _l("Who answers questions"),
        [Length(max=CONTACT_MAX)],
        description=_l("A unit, a telephone number, an address: it is published with the reply."),
    )
    new_demand = StringField(
        _l("Another demand to answer"),
        [Length(max=DEMAND_MAX)],
        description=_l("In one sentence, as people put it. It is added to the list above."),
    )
    demands: tuple[Demand, ...] = ()
    is_final = False
    """Whether it is being submitted, so that nothing may be missing."""

    def points(self) -> Iterator[PointFields]:
        """The fields of each demand, in their order."""
        for number, demand in enumerate(self.demands, 1):
            remove = self[f"remove_{demand.id}"] if demand.source is Source.OFFICER else None
            yield PointFields(number, demand, self[f"outcome_{demand.id}"], self[f"answer_{demand.id}"], remove)

    def entered(self) -> DraftInput:
        """What was entered."""
        return DraftInput(
            summary=self.summary.data or "",
            lang=self.lang.data,
            contact=self.contact.data or "",
            answers={point.demand.id: _answer(point) for point in self.points()},
            new_demand=self.new_demand.data or "",
            removed=frozenset(point.demand.id for point in self.points() if point.remove and point.remove.data),
            revision=self.revision.data or 0,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """As every form; and if it is to be submitted, every gap is named beside its field."""
        fine = super().validate(extra_validators)
        return self._is_complete() and fine if self.is_final else fine

    def _is_complete(self) -> bool:
        kept = [point for point in self.points() if not (point.remove and point.remove.data)]
        missing = unanswered([_answer(point) for point in kept])
        if not (self.summary.data or "").strip():
            self.summary.errors = [gettext("Please write a summary.")]
        for point in (kept[number - 1] for number in missing):
            if not point.outcome.data:
                point.outcome.errors = [gettext("Demand %(number)s: please choose an outcome.", number=point.number)]
            if not (point.answer.data or "").strip():
                point.answer.errors = [gettext("Demand %(number)s: please give the reason.", number=point.number)]
        return not missing and not self.summary.errors


class SendBackForm(FlaskForm):
    """Why a submitted reply has to be changed."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    reason = TextAreaField(
        _l("What has to change"),
        [InputRequired(_l("Please say what has to change.")), Length(max=REASON_MAX)],
        description=_l("Only the officers of the case read this."),
        render_kw={"rows": 3},
    )


def draft_form(case: Case, is_final: bool = False) -> DraftForm:
    """The form for the reply of this case, filled with what is saved."""
    fields: dict[str, Any] = {"demands": tuple(case.demands), "is_final": is_final}
    for demand in case.demands:
        fields[f"outcome_{demand.id}"] = RadioField(
            _l("Outcome"),
            [Optional()],
            choices=[SelectChoice(outcome.value, outcome_name(outcome)) for outcome in Outcome],
        )
        fields[f"answer_{demand.id}"] = TextAreaField(
            _l("Reason"), [NeededToSubmit(), Length(max=ANSWER_MAX)], render_kw={"rows": 4}
        )
        if demand.source is Source.OFFICER:
            fields[f"remove_{demand.id}"] = BooleanField(_l("Remove this demand when saving"))
    form: DraftForm = type("CaseForm", (DraftForm,), fields)(data=_filled(case))
    return form


def _filled(case: Case) -> dict[str, Any]:
    agency = case.lead.agency
    name = said(agency.name, page_locale()).text
    values: dict[str, Any] = {
        "lang": page_locale(),
        "contact": ", ".join(word for word in (name, agency.phone, agency.email) if word),
    }
    if case.reply:
        reply = case.reply
        values |= {name: getattr(reply, name) for name in ("revision", "summary", "lang", "contact")}
    for demand in case.demands:
        values[f"outcome_{demand.id}"] = demand.outcome.value if demand.outcome else None
        values[f"answer_{demand.id}"] = demand.answer
    return values


def _answer(point: PointFields) -> Answer:
    chosen = point.outcome.data
    return Answer(Outcome(chosen) if chosen else None, point.answer.data or "")
