"""The fields of the answers: each demand of a case has fields of its own, and every gap is named beside its field."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from app.cases.models import Case, Demand
from app.cases.rules import Source
from app.core.answers import AnswerPart, Outcome
from app.core.policy_sections import Reply as ReplyRules
from app.policies.phrases import outcome_name
from app.replies.drafting import STEP_OR_NONE, cleaned
from app.replies.points import source_words
from app.replies.rules import ANSWER_MAX, BASIS_MAX, CONTACT_MAX, STEP_MAX, Answer, contradicts_itself, missing_parts

NAMES = ("outcome", "answer", "basis", "step", "step_on", "none", "contact")
"""The fields of an answer; `<name>_<id of its demand>` is the name in the form."""


@dataclass(frozen=True)
class PointFields:
    """The fields of one demand. `remove` is there only for demands that may be taken away."""

    number: int
    demand: Demand
    outcome: Field
    answer: Field
    basis: Field
    step: Field
    step_on: Field
    none: Field
    contact: Field
    seen: Field
    remove: Field | None

    @property
    def answer_now(self) -> Answer:
        """The answer as it stands in the form."""
        chosen = self.outcome.data
        return Answer(
            outcome=Outcome(chosen) if chosen in set(Outcome) else None,
            text=self.answer.data or "",
            basis=self.basis.data or "",
            next_step=self.step.data or "",
            next_step_on=self.step_on.data,
            no_next_step=bool(self.none.data),
            contact=self.contact.data or "",
        )

    @property
    def fields(self) -> list[Field]:
        return [getattr(self, name) for name in NAMES]

    @property
    def origin(self) -> str:
        """Where the demand comes from, in words."""
        return source_words(self.demand)

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self.fields)

    @property
    def is_removed(self) -> bool:
        return self.remove is not None and bool(self.remove.data)

    @property
    def is_written(self) -> bool:
        """Whether the officer changed this answer since the form was opened."""
        return self.answer_now != Answer() if not self.seen.data else digest(self.answer_now) != self.seen.data


class NeededToSubmit:
    """May be missing in a draft, not in what is submitted; `AnswersForm.validate` says so then."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """A draft is taken as it is."""


class AnswersForm(FlaskForm):
    """What a reply and its correction share. Subclasses have `summary` and `contact`, and the fields of the demands."""

    revision = IntegerField(widget=HiddenInput(), default=0)
    demands: tuple[Demand, ...] = ()
    required_parts: tuple[AnswerPart, ...] = ()
    is_final = False
    """Whether it is being submitted, so that nothing may be missing."""

    def points(self) -> Iterator[PointFields]:
        """The fields of each demand, in their order."""
        for number, demand in enumerate(self.demands, 1):
            own = {name: self[f"{name}_{demand.id}"] for name in (*NAMES, "seen")}
            yield PointFields(number, demand, **own, remove=self._fields.get(f"remove_{demand.id}"))

    def missing(self, point: PointFields) -> list[AnswerPart]:
        """The required parts this demand's answer lacks as the form stands."""
        return missing_parts(point.answer_now, self.required_parts, self.contact.data or "")

    @property
    def complete(self) -> int:
        """How many demands have everything."""
        return sum(not self.missing(point) for point in self.points())

    @property
    def unfolded(self) -> int | None:
        """The id of the demand to go on with: the first that lacks something."""
        return next((point.demand.id for point in self.points() if self.missing(point)), None)

    def written(self) -> dict[int, Answer]:
        """The answers that were changed in this form: what others wrote meanwhile beside them stays theirs."""
        return {point.demand.id: point.answer_now for point in self.points() if point.is_written}

    def removed(self) -> frozenset[int]:
        """Ids of the demands that were marked to be taken away."""
        return frozenset(point.demand.id for point in self.points() if point.is_removed)

    def take_newer(self, answers: Mapping[int, Answer]) -> None:
        """Put the newest answers where the officer has not written on them."""
        for point in self.points():
            if point.demand.id in answers and not point.is_written:
                for name, value in _filled(point.demand.id, answers[point.demand.id]).items():
                    self[name].process_data(value)
                    self[name].raw_data = None

    def validate(self, extra_validators: Any = None) -> bool:
        """As every form; and if it is to be submitted, every gap is named beside its field."""
        fine = super().validate(extra_validators)
        for point in self.points():
            if contradicts_itself(point.answer_now):
                point.none.errors = [gettext(STEP_OR_NONE)]
                fine = False
        return self._is_complete() and fine if self.is_final else fine

    def _is_complete(self) -> bool:
        if not (self.summary.data or "").strip():
            self.summary.errors = [gettext("Please write a summary.")]
        gaps = [(point, part) for point in self.points() if not point.is_removed for part in self.missing(point)]
        for point, part in gaps:
            self._name_gap(point, part)
        return not gaps and not self.summary.errors

    def _name_gap(self, point: PointFields, part: AnswerPart) -> None:
        number = point.number
        match part:
            case AnswerPart.STATUS:
                point.outcome.errors = [gettext("Demand %(number)s: please choose an outcome.", number=number)]
            case AnswerPart.REASON:
                point.answer.errors = [gettext("Demand %(number)s: please give the reason.", number=number)]
            case AnswerPart.BASIS:
                words = gettext("Demand %(number)s: please name the law or the data it rests on.", number=number)
                point.basis.errors = [words]
            case AnswerPart.NEXT_STEP if point.step.data and not point.step_on.errors:
                words = gettext("Demand %(number)s: please give the day of the next step.", number=number)
                point.step_on.errors = [words]
            case AnswerPart.NEXT_STEP:
                words = gettext(
                    "Demand %(number)s: please name the next step and its day, or say that there is none.",
                    number=number,
                )
                point.step.errors = [words]
            case AnswerPart.CONTACT:
                self.contact.errors = [gettext("Please say who answers questions, here or at every demand.")]


def answer_fields(case: Case, asked: ReplyRules, *, is_final: bool, may_remove: bool) -> dict[str, Any]:
    """The attributes a subclass of `AnswersForm` needs for the demands of this case; `asked`: the rules of the case."""
    fields: dict[str, Any] = {
        "demands": tuple(case.demands),
        "required_parts": asked.required,
        "is_final": is_final,
    }
    for demand in case.demands:
        fields |= {
            f"{name}_{demand.id}": field for name, field in _fields_of_one(asked.required, asked.statuses).items()
        }
        if may_remove and demand.source is Source.OFFICER:
            fields[f"remove_{demand.id}"] = BooleanField(_l("Remove this demand when saving"))
    return fields


def filled_answers(answers: Mapping[int, Answer]) -> dict[str, Any]:
    """What the fields of the answers hold at first."""
    filled: dict[str, Any] = {}
    for demand_id, answer in answers.items():
        filled |= _filled(demand_id, answer)
    return filled


def digest(answer: Answer) -> str:
    """What tells one answer from another, short enough to go with the form."""
    kept = json.dumps(cleaned(answer).to_json(), sort_keys=True)
    return sha256(kept.encode()).hexdigest()[:16]


def _filled(demand_id: int, answer: Answer) -> dict[str, Any]:
    values = (
        answer.outcome.value if answer.outcome else None,
        answer.text,
        answer.basis,
        answer.next_step,
        answer.next_step_on,
        answer.no_next_step,
        answer.contact,
    )
    named = dict(zip(NAMES, values, strict=True)) | {"seen": digest(answer)}
    return {f"{name}_{demand_id}": value for name, value in named.items()}


def _fields_of_one(required: Collection[AnswerPart], outcomes: Collection[Outcome]) -> dict[str, Any]:
    choices = [SelectChoice(outcome.value, outcome_name(outcome)) for outcome in Outcome if outcome in outcomes]
    step = _needed(AnswerPart.NEXT_STEP, required)
    return {
        "outcome": RadioField(_l("Outcome"), [Optional()], choices=choices),
        "answer": TextAreaField(
            _l("Reason"),
            [*_needed(AnswerPart.REASON, required), Length(max=ANSWER_MAX)],
            description=_l("Why, in plain words. Markdown can be used."),
            render_kw={"rows": 4},
        ),
        "basis": TextAreaField(
            _l("The law or the data it rests on"),
            [*_needed(AnswerPart.BASIS, required), Length(max=BASIS_MAX)],
            description=_l("Name the article or the figures, and link to them where you can."),
            render_kw={"rows": 2},
        ),
        "step": StringField(_l("Next step"), [*step, Length(max=STEP_MAX)]),
        "step_on": DateField(_l("Day of the next step"), [*step, Optional()]),
        "none": BooleanField(_l("There is no next step")),
        "contact": StringField(
            _l("Who answers questions about this demand"),
            [Length(max=CONTACT_MAX)],
            description=_l("Only if it is another unit than for the whole reply."),
        ),
        "seen": HiddenField(),
    }


def _needed(part: AnswerPart, required: Collection[AnswerPart]) -> list[NeededToSubmit]:
    return [NeededToSubmit()] if part in required else []
