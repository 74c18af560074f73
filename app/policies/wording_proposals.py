"""The rules about proposals and their endorsement in words."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from app.core.policy import Policy
from app.policies.phrases import (
    formula_words,
    intake_words,
    lasts,
    listed,
    pause_words,
    share_words,
    tier_words,
    who_words,
)
from app.web.filters import number, percent, reader_locale

Rules = Iterator[tuple[str, str]]
"""Places in the document with what they say."""


def about_proposals(policy: Policy) -> Rules:
    """From filing to the decision whether people may endorse."""
    rules, who = policy.proposal, policy.eligibility
    yield "eligibility.propose", gettext("Who may propose: %(who)s.", who=who_words(who.propose))
    yield (
        "proposal.max_demands",
        ngettext(
            "A proposal has at most %(num)s demand.", "A proposal has at most %(num)s demands.", rules.max_demands
        ),
    )
    yield (
        "proposal.max_agencies",
        ngettext(
            "It names at most %(num)s agency.", "It names at most %(num)s agencies.", rules.max_agencies
        ),
    )  # fmt: skip
    yield (
        "proposal.review",
        gettext("Within %(period)s it is decided whether people may endorse it.", period=lasts(policy, rules.review)),
    )
    yield (
        "proposal.competence_lock",
        gettext(
            "Later than %(period)s after that, nobody can say any more that the agency is not competent.",
            period=lasts(policy, rules.competence_lock),
        ),
    )
    yield (
        "proposal.repeat_bar",
        gettext("What was answered can be proposed again after %(period)s.", period=lasts(policy, rules.repeat_bar)),
    )
    yield "proposal.intake_cap", intake_words(rules.intake_cap)
    yield (
        "eligibility.hide_names_of_minors",
        gettext("The names of minors are never shown."),
    )


def about_endorsement(policy: Policy) -> Rules:
    """How much support obliges an agency."""
    rules, who, here = policy.endorsement, policy.eligibility, reader_locale()
    yield "eligibility.endorse", gettext("Who may endorse: %(who)s.", who=who_words(who.endorse))
    yield (
        "endorsement.threshold",
        gettext("A proposal is established with %(people)s endorsements.", people=number(rules.threshold, here)),
    )
    if rules.formula:
        yield "endorsement.formula", formula_words(rules.formula)
    yield from _gathering(policy)
    yield (
        "endorsement.near_miss_share",
        gettext(
            "A proposal that missed the number but reached %(share)s of it is looked at all the same.",
            share=share_words(rules.near_miss_share),
        ),
    )
    yield (
        "eligibility.accounts_per_phone",
        ngettext(
            "At most %(num)s account may share a telephone number.",
            "At most %(num)s accounts may share a telephone number.",
            who.accounts_per_phone,
        ),
    )


def _gathering(policy: Policy) -> Rules:
    rules, here = policy.endorsement, reader_locale()
    yield (
        "endorsement.window",
        gettext("Endorsements are gathered for %(period)s.", period=lasts(policy, rules.window)),
    )
    yield (
        "endorsement.withdraw",
        gettext("An endorsement can be withdrawn until then.")
        if rules.withdraw
        else gettext("An endorsement cannot be withdrawn."),
    )
    yield (
        "endorsement.notices_percent",
        gettext(
            "Proposer and followers hear of it when %(shares)s are reached.",
            shares=listed(percent(one / 100, here) for one in rules.notices_percent),
        )
        if rules.notices_percent
        else gettext("Nobody is told how many endorsements there are so far."),
    )
    for tier in sorted(rules.tiers, key=lambda one: one.people(rules.threshold)):
        yield f"endorsement.tiers.{tier.duty.value}", tier_words(tier.people(rules.threshold), tier.duty)


def about_pauses(policy: Policy) -> Rules:
    """When nothing is proposed or endorsed."""
    if not policy.pauses:
        yield "pauses", gettext("No pauses are planned.")
    for pause in policy.pauses:
        yield f"pauses.{pause.first_day.isoformat()}", pause_words(pause)
