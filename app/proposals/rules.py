"""What people may propose, how a proposal lives, and for which reasons it is turned down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.core.language import LANGUAGES, N_
from app.core.lifecycle import Lifecycle

TITLE_MAX = 80
DEMAND_MAX = 280
TEXT_MAX = 5_000
REASON_MAX = 1_000
NOTE_MAX = 200
SUMMARY_MAX = 200
PLAN_MAX = 2_000
APPEAL_DAYS = 14
LETTER_MAX = 2_000
LETTER_EVERY_DAYS = 3
SIMILAR_SHOWN = 5
ORGANISATION_MAX = 120
BACKERS_MOST = 10

LONGEST = {"title": TITLE_MAX, "reason": TEXT_MAX, "benefit": TEXT_MAX, "evidence": TEXT_MAX}
"""The texts of a proposal besides its demands, in the order they are read."""


class ProposalState(StrEnum):
    """What its author and its reviewers did with a proposal. What became of it is derived: see `Phase`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    ADMITTED = "admitted"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


PROPOSAL_LIFECYCLE = Lifecycle(
    {
        ProposalState.DRAFT: frozenset({ProposalState.SUBMITTED, ProposalState.WITHDRAWN}),
        ProposalState.SUBMITTED: frozenset(
            {ProposalState.DRAFT, ProposalState.ADMITTED, ProposalState.REJECTED, ProposalState.WITHDRAWN}
        ),
        ProposalState.REJECTED: frozenset({ProposalState.SUBMITTED}),
        ProposalState.ADMITTED: frozenset({ProposalState.REJECTED, ProposalState.WITHDRAWN, ProposalState.MERGED}),
    }
)


class Phase(StrEnum):
    """Where a proposal is, for everybody."""

    DRAFT = "draft"
    REVIEW = "review"
    COLLECTING = "collecting"
    ESTABLISHED = "established"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


LISTED = (
    Phase.COLLECTING,
    Phase.ESTABLISHED,
    Phase.ANSWERED,
    Phase.LAPSED,
    Phase.REJECTED,
    Phase.WITHDRAWN,
    Phase.MERGED,
)
"""The phases in which everybody finds a proposal."""

BY_STATE = {
    ProposalState.DRAFT: Phase.DRAFT,
    ProposalState.SUBMITTED: Phase.REVIEW,
    ProposalState.REJECTED: Phase.REJECTED,
    ProposalState.WITHDRAWN: Phase.WITHDRAWN,
    ProposalState.MERGED: Phase.MERGED,
}


def phase_of(state: ProposalState, *, is_established: bool, has_ended: bool, is_answered: bool) -> Phase:
    """Where a proposal is: its state, and of an admitted one what became of the gathering and of the case."""
    if state is not ProposalState.ADMITTED:
        return BY_STATE[state]
    if is_answered:
        return Phase.ANSWERED
    if is_established:
        return Phase.ESTABLISHED
    return Phase.LAPSED if has_ended else Phase.COLLECTING


class Code(StrEnum):
    """Why a proposal is not admitted."""

    NOT_OURS = "not-ours"
    NATIONAL = "national"
    UNCLEAR = "unclear"
    SAME_MATTER = "same-matter"
    DUPLICATE = "duplicate"
    PRIVATE = "private"
    IN_COURT = "in-court"
    INVENTED = "invented"
    COMMERCIAL = "commercial"
    INSULTING = "insulting"
    ILLEGAL = "illegal"
    PERSONAL_DATA = "personal-data"


@dataclass(frozen=True)
class Ground:
    """What a code means: whether the text stays readable, and whether it is about who is competent."""

    keeps_text: bool = True
    is_competence: bool = False
    names_another: bool = False
    """It points to the other proposal that was answered or is open."""


GROUNDS: Mapping[Code, Ground] = {
    Code.NOT_OURS: Ground(is_competence=True),
    Code.NATIONAL: Ground(is_competence=True),
    Code.UNCLEAR: Ground(),
    Code.SAME_MATTER: Ground(names_another=True),
    Code.DUPLICATE: Ground(names_another=True),
    Code.PRIVATE: Ground(),
    Code.IN_COURT: Ground(),
    Code.INVENTED: Ground(),
    Code.COMMERCIAL: Ground(keeps_text=False),
    Code.INSULTING: Ground(keeps_text=False),
    Code.ILLEGAL: Ground(keeps_text=False),
    Code.PERSONAL_DATA: Ground(keeps_text=False),
}


def may_take_down(code: Code, *, in_time: bool) -> bool:
    """Whether an admitted proposal can be taken down for this: for what it says, and `in_time` for competence.

    >>> may_take_down(Code.NOT_OURS, in_time=False), may_take_down(Code.INSULTING, in_time=False)
    (False, True)
    """
    ground = GROUNDS[code]
    return in_time if ground.is_competence else not ground.keeps_text


"""The table of codes, in the order reviewers read it."""


class Verdict(StrEnum):
    """What a reviewer decided."""

    ADMITTED = "admitted"
    REJECTED = "rejected"
    ASKED = "asked"
    """The author has to change something first; the clock of the review stands meanwhile."""


class NewsKind(StrEnum):
    """Why supporters are written to."""

    AUTHOR = "author"
    AGENCY = "agency"
    ESTABLISHED = "established"
    ANSWERED = "answered"
    MERGED = "merged"


class BackerRole(StrEnum):
    """What an organisation does for the campaign of a proposal."""

    ORGANISES = "organises"
    PAYS = "pays"
    BOTH = "both"


class Urgency(StrEnum):
    """How long a proposal has waited for its review."""

    LATE = "late"
    NEARLY_LATE = "nearly-late"
    RECENT = "recent"


def urgency_of(due_on: date, today: date, *, is_paused: bool = False) -> Urgency:
    """How near the end of a review is: its last day is nearly late."""
    if is_paused or today < due_on:
        return Urgency.RECENT
    return Urgency.NEARLY_LATE if today == due_on else Urgency.LATE


@dataclass(frozen=True)
class ProposalInput:
    """What an author entered. `agencies`: slugs; `demands` in their order."""

    lang: str
    title: str = ""
    demands: tuple[str, ...] = ()
    reason: str = ""
    benefit: str = ""
    evidence: str = ""
    area: str = ""
    agencies: tuple[str, ...] = ()
    backed: bool | None = None
    """Whether an organisation stands behind it; None: not answered."""


@dataclass(frozen=True)
class Rejection:
    """Why a proposal is turned down, in a code and in words; `same_as`: the number of the proposal it repeats."""

    code: Code
    reason: str
    lang: str
    same_as: int | None = None


@dataclass(frozen=True)
class Limits:
    """What the rules in force allow."""

    demands: int = 5
    agencies: int = 3


@dataclass(frozen=True)
class Similar:
    """Another proposal that speaks of much the same: its number, how alike, and until when its reply bars it."""

    proposal_id: int
    share: float
    barred_until: date | None = field(default=None)


def problems(entered: ProposalInput, limits: Limits) -> dict[str, str]:
    """Field -> message id for what cannot be saved. A draft may leave open everything but its title."""
    wrong = {
        name: N_("This text is too long.") for name, longest in LONGEST.items() if len(getattr(entered, name)) > longest
    }
    if entered.lang not in LANGUAGES:
        wrong["lang"] = N_("Please choose a language from the list.")
    if not entered.title:
        wrong["title"] = N_("Please say in a few words what it is about.")
    if any(len(demand) > DEMAND_MAX for demand in entered.demands):
        wrong["demands"] = N_("This text is too long.")
    if len(entered.demands) > limits.demands:
        wrong["demands"] = N_("These are more demands than the rules allow.")
    if len(entered.agencies) > limits.agencies:
        wrong["agencies"] = N_("These are more agencies than the rules allow.")
    return wrong


def unready(title: str, demands: Sequence[str], reason: str, benefit: str) -> dict[str, str]:
    """Field -> message id for what a draft lacks before it can be reviewed.

    >>> unready("Night buses", ["Run until two."], "People walk home.", "")
    {'benefit': 'Please say who gains by it, and what else would change.'}
    """
    wrong = {}
    if not title:
        wrong["title"] = N_("Please say in a few words what it is about.")
    if not demands:
        wrong["demands"] = N_("Please write at least one demand: each is answered by itself.")
    if not reason:
        wrong["reason"] = N_("Please say why this is needed.")
    if not benefit:
        wrong["benefit"] = N_("Please say who gains by it, and what else would change.")
    return wrong


def excerpt(text: str, longest: int = SUMMARY_MAX) -> str:
    """The beginning of a text as one line, cut where there is room.

    >>> excerpt("One  line\\nand another.", 12)
    'One line an…'
    """
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
