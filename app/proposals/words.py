"""Proposals in words: phases, codes, what a decision means."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from app.proposals.passages import SuggestionState
from app.proposals.rules import GROUNDS, BackerRole, Code, Phase, Urgency


def phase_words(phase: Phase) -> tuple[str, str]:
    """Where a proposal is, in a word or two, and the kind of its tag."""
    return {
        Phase.DRAFT: (gettext("Draft"), ""),
        Phase.REVIEW: (gettext("Under review"), "brand"),
        Phase.COLLECTING: (gettext("Gathering endorsements"), "brand"),
        Phase.ESTABLISHED: (gettext("Established"), "done"),
        Phase.ANSWERED: (gettext("Answered"), "done"),
        Phase.LAPSED: (gettext("Not enough endorsements"), ""),
        Phase.REJECTED: (gettext("Not admitted"), ""),
        Phase.WITHDRAWN: (gettext("Withdrawn"), ""),
        Phase.MERGED: (gettext("Merged"), ""),
    }[phase]


def code_words(code: Code) -> str:
    """Why a proposal is not admitted, as a sentence to everybody."""
    return {
        Code.NOT_OURS: gettext("It is for another government to decide."),
        Code.NATIONAL: gettext("It is about the nation's defence, foreign or cross-strait affairs."),
        Code.UNCLEAR: gettext("It is not clear what is asked of whom."),
        Code.SAME_MATTER: gettext("The same matter was answered a short while ago."),
        Code.DUPLICATE: gettext("The same is proposed already; endorse that one."),
        Code.PRIVATE: gettext("It is a private matter of a person or a business."),
        Code.IN_COURT: gettext("A court or another procedure decides about it at present."),
        Code.INVENTED: gettext("It is about persons or things that do not exist."),
        Code.COMMERCIAL: gettext("It advertises something."),
        Code.INSULTING: gettext("It insults, threatens or despises people."),
        Code.ILLEGAL: gettext("It breaks the law."),
        Code.PERSONAL_DATA: gettext("It tells personal data of somebody."),
    }[code]


def code_choices(codes: Iterable[Code]) -> list[tuple[str, str]]:
    """Codes for a form: each says what becomes of the text."""
    hidden = gettext("the text is hidden")
    return [
        (code.value, code_words(code) if GROUNDS[code].keeps_text else f"{code_words(code)} ({hidden})")
        for code in codes
    ]


def urgency_words(urgency: Urgency) -> tuple[str, str]:
    """How long a proposal has waited, and the kind of its tag."""
    return {
        Urgency.LATE: (gettext("Late"), "late"),
        Urgency.NEARLY_LATE: (gettext("Due today"), "soon"),
        Urgency.RECENT: (gettext("In time"), ""),
    }[urgency]


def suggestion_words(state: SuggestionState) -> tuple[str, str]:
    """What became of a suggestion, and the kind of its tag."""
    return {
        SuggestionState.OPEN: (gettext("Waits for the author"), "brand"),
        SuggestionState.ACCEPTED: (gettext("Taken"), "done"),
        SuggestionState.DECLINED: (gettext("Not taken"), ""),
        SuggestionState.UNDECIDED: (gettext("Not decided"), ""),
    }[state]


def backer_words(role: BackerRole) -> str:
    """What an organisation does for a campaign."""
    return {
        BackerRole.ORGANISES: gettext("organises the campaign"),
        BackerRole.PAYS: gettext("pays for the campaign"),
        BackerRole.BOTH: gettext("organises the campaign and pays for it"),
    }[role]
