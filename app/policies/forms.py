"""The administrator's form: the rules as text or as the few numbers most places change, and how they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app.core.bounds import BadDocument, Fault, Span
from app.core.policy import Policy
from app.policies.rules import PublicationInput
from app.web.filters import unit_words

NUMBERS = {
    "threshold": "endorsement.threshold",
    "window": "endorsement.window.amount",
    "review": "proposal.review.amount",
    "reply_due": "reply.due.amount",
    "reply_extension": "reply.extension.most.amount",
    "policy_min": "consultation.policy_min.amount",
    "summary_due": "consultation.summary_due.amount",
    "summary_extension": "consultation.extension.most.amount",
    "min_people": "deliberation.min_people_for_map",
    "k_anonymity": "data.k_anonymity",
}
"""Field -> place in the document."""


class PolicyForm(FlaskForm):
    """A version of the rules. Where numbers are sent, they replace those of the text."""

    text = TextAreaField(_l("All rules as text (TOML)"))
    threshold = IntegerField(_l("Endorsements that establish a proposal"))
    window = IntegerField(_l("Time to gather endorsements"))
    review = IntegerField(_l("Time for the review of a proposal"))
    reply_due = IntegerField(_l("Time for the reply to an established proposal"))
    reply_extension = IntegerField(_l("Longest extension of the reply to a proposal"))
    policy_min = IntegerField(_l("How long a question is open at least"))
    summary_due = IntegerField(_l("Time for the reply after an issue has closed"))
    summary_extension = IntegerField(_l("Longest extension of the reply to an issue"))
    min_people = IntegerField(_l("People needed for a map"))
    k_anonymity = IntegerField(_l("Smallest group shown in open data"))
    effective_from = DateField(_l("In force from"), [InputRequired(_l("Enter a day."))])
    office_zh = StringField(_l("Office that publishes the rules, in Chinese"))
    office_en = StringField(_l("Office that publishes the rules, in English"))
    note_zh = TextAreaField(_l("Why the rules change, in Chinese"))
    note_en = TextAreaField(_l("Why the rules change, in English"))

    def read(self, numbers: bool) -> Policy | None:
        """The rules that were sent; None, with the errors at their fields, where they cannot be taken."""
        try:
            policy = Policy.from_toml(self.text.data or "")
            return policy if not numbers else self._with_numbers(policy)
        except BadDocument as bad:
            for fault in bad.faults:
                self._tell(fault, numbers)
            return None

    def entered(self, policy: Policy) -> PublicationInput:
        """What the action takes."""
        return PublicationInput(
            policy=policy,
            effective_from=self.effective_from.data,
            office={"zh-Hant-TW": self.office_zh.data or "", "en": self.office_en.data or ""},
            note={"zh-Hant-TW": self.note_zh.data or "", "en": self.note_en.data or ""},
        )

    def fill_numbers(self, policy: Policy) -> None:
        """Show the numbers of these rules."""
        for name, place in NUMBERS.items():
            self[name].data = _at(policy, place)

    def name_units(self, policy: Policy) -> None:
        """Say below each number what it counts."""
        for name, place in NUMBERS.items():
            self[name].flags.required = True
            span = _at(policy, place.removesuffix(".amount"))
            self[name].description = unit_words(span.unit) if isinstance(span, Span) else ""

    def _with_numbers(self, policy: Policy) -> Policy:
        document = policy.to_json()
        for name, place in NUMBERS.items():
            *way, last = place.split(".")
            section: Any = document
            for key in way:
                section = section[key]
            section[last] = self[name].data
        return Policy.from_json(document)

    def _tell(self, fault: Fault, numbers: bool) -> None:
        words = gettext(fault.reason, **fault.values) if fault.values else gettext(fault.reason)
        for name, place in NUMBERS.items() if numbers else ():
            if place == fault.place or place.startswith(f"{fault.place}."):
                self[name].errors = [*self[name].errors, words]
                return
        self.text.errors = [*self.text.errors, f"{fault.place}: {words}" if fault.place else words]


def texts(kind: str, said: Mapping[str, str]) -> dict[str, str]:
    """A text by language as the form shows it."""
    return {f"{kind}_zh": said.get("zh-Hant-TW", ""), f"{kind}_en": said.get("en", "")}


def _at(policy: Policy, place: str) -> Any:
    found: Any = policy
    for key in place.split("."):
        found = getattr(found, key)
    return found
