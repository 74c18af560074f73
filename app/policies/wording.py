"""The rules in words, for citizens: a sentence for each rule, in groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.core.policy import Policy
from app.policies.phrases import (
    extension_words,
    lasts,
    listed,
    outcome_name,
    part_words,
    share_words,
    who_words,
)
from app.policies.wording_proposals import Rules, about_endorsement, about_pauses, about_proposals
from app.web.filters import number, reader_locale


@dataclass(frozen=True)
class Rule:
    """A rule in words; `place` is where it stands in the document."""

    place: str
    text: str


@dataclass(frozen=True)
class Group:
    """Rules about one subject."""

    title: str
    rules: tuple[Rule, ...]


def rules_in_words(policy: Policy) -> list[Group]:
    """Every rule of a policy, in the language of the page."""
    return [Group(title(), tuple(Rule(place, text) for place, text in rules(policy))) for title, rules in _groups()]


def _groups() -> tuple[tuple[Callable[[], str], Callable[[Policy], Rules]], ...]:
    return (
        (lambda: gettext("Replies to established proposals"), _reply),
        (lambda: gettext("Consultations and issues"), _consultation),
        (lambda: gettext("Proposals"), about_proposals),
        (lambda: gettext("Endorsement"), about_endorsement),
        (lambda: gettext("Pauses"), about_pauses),
        (lambda: gettext("Reminders and lateness"), _clocks),
        (lambda: gettext("The consensus map"), _deliberation),
        (lambda: gettext("Meetings, data and safety"), _others),
        (lambda: gettext("How days are counted"), _calendar),
    )


def _reply(policy: Policy) -> Rules:
    reply = policy.reply
    yield "reply.due", gettext("An agency replies within %(period)s.", period=lasts(policy, reply.due))
    yield "reply.extension", extension_words(policy, reply.extension)
    yield (
        "reply.plan_notice",
        gettext("It publishes how it handles the case within %(period)s.", period=lasts(policy, reply.plan_notice)),
    )
    yield (
        "reply.contact_proposer",
        gettext("It talks with the proposer within %(period)s.", period=lasts(policy, reply.contact_proposer)),
    )
    parts = listed(part_words(one) for one in reply.required)
    yield "reply.required", gettext("A reply contains: %(parts)s.", parts=parts)
    statuses = listed(outcome_name(one) for one in reply.statuses)
    yield "reply.statuses", gettext("What can become of a demand: %(statuses)s.", statuses=statuses)
    yield (
        "reply.feedback",
        gettext("After a reply, people can comment on it for %(period)s.", period=lasts(policy, reply.feedback)),
    )
    yield (
        "reply.survey_after",
        gettext(
            "%(period)s after a reply, proposer and supporters are asked whether it satisfies them.",
            period=lasts(policy, reply.survey_after),
        ),
    )
    yield (
        "reply.follow_up",
        gettext(
            "As long as something is under study, the agency reports every %(period)s.",
            period=lasts(policy, reply.follow_up),
        ),
    )


def _consultation(policy: Policy) -> Rules:
    rules = policy.consultation
    yield (
        "consultation.draft_law_min",
        gettext("Drafts of laws are open for at least %(period)s.", period=lasts(policy, rules.draft_law_min)),
    )
    yield (
        "consultation.policy_min",
        gettext("Other questions are open for at least %(period)s.", period=lasts(policy, rules.policy_min)),
    )
    yield (
        "consultation.summary_due",
        gettext("The agency replies within %(period)s after closing.", period=lasts(policy, rules.summary_due)),
    )
    yield "consultation.extension", extension_words(policy, rules.extension)
    yield "eligibility.vote", gettext("Who may vote: %(who)s.", who=who_words(policy.eligibility.vote))
    yield "eligibility.comment", gettext("Who may comment: %(who)s.", who=who_words(policy.eligibility.comment))


def _clocks(policy: Policy) -> Rules:
    rules = policy.clocks
    yield (
        "clocks.reminders_before_due",
        gettext(
            "Officers are reminded %(days)s days before the due day.", days=listed(map(str, rules.reminders_before_due))
        )
        if rules.reminders_before_due
        else gettext("Nobody is reminded before the due day."),
    )
    told = (
        gettext("%(days)s after the due day the officers are told that it has passed"),
        gettext("after %(days)s the head of their agency"),
        gettext("after %(days)s the supervising office, and the public list says so"),
    )
    steps = zip(told, rules.escalate_after_due, strict=False)
    text = gettext("; ").join(words % {"days": ngettext("%(num)s day", "%(num)s days", days)} for words, days in steps)
    yield "clocks.escalate_after_due", gettext("%(steps)s.", steps=text)
    yield (
        "clocks.longest_pause",
        ngettext(
            "A clock that was paused runs again by itself after %(num)s day.",
            "A clock that was paused runs again by itself after %(num)s days.",
            rules.longest_pause,
        ),
    )


def _deliberation(policy: Policy) -> Rules:
    rules, here = policy.deliberation, reader_locale()
    yield (
        "deliberation.min_people_for_map",
        gettext("A map appears once %(people)s people have voted.", people=number(rules.min_people_for_map, here)),
    )
    yield (
        "deliberation.consensus_bar",
        gettext(
            "What certainly more than %(share)s of every group agree on, or reject, has to be answered.",
            share=share_words(rules.consensus_bar),
        ),
    )


def _others(policy: Policy) -> Rules:
    data, here = policy.data, reader_locale()
    transcript = lasts(policy, policy.meeting.transcript_edit)
    yield (
        "meeting.transcript_edit",
        gettext("Speakers can correct their words in a transcript for %(period)s.", period=transcript),
    )
    yield (
        "data.request_due",
        gettext("Who asks for data hears from the agency within %(period)s.", period=lasts(policy, data.request_due)),
    )
    yield "data.extension", extension_words(policy, data.extension)
    yield (
        "data.k_anonymity",
        gettext("Open data never show groups of fewer than %(people)s people.", people=number(data.k_anonymity, here)),
    )
    yield (
        "data.endorsers_kept",
        gettext(
            "Who endorsed is forgotten %(period)s after the reply; only numbers stay.",
            period=lasts(policy, data.endorsers_kept),
        ),
    )
    first = lasts(policy, policy.safety.report_first_action)
    yield (
        "safety.report_first_action",
        gettext("A report of unsafe content is acted on within %(period)s.", period=first),
    )
    minors = lasts(policy, policy.safety.minors_report)
    yield "safety.minors_report", gettext("Where children are concerned, within %(period)s.", period=minors)


def _calendar(policy: Policy) -> Rules:
    rules = policy.calendar
    place = rules.area or rules.country
    yield (
        "calendar.country",
        gettext("The office calendar is that of %(place)s.", place=place)
        if place
        else gettext("The office calendar of this site says on which days offices work."),
    )
    yield (
        "calendar.roll",
        gettext("A period that would end on a rest day ends on the next working day.")
        if rules.roll
        else gettext("A period ends on its last day, also where that is a rest day."),
    )
    yield (
        "calendar.office_hours",
        gettext(
            "Office hours are from %(opens)s to %(closes)s on working days.",
            opens=rules.office_opens.strftime("%H:%M"),
            closes=rules.office_closes.strftime("%H:%M"),
        ),
    )
