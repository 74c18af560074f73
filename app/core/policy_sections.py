"""The sections of a policy, each with its bounds. The defaults are what holds where nothing was published."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.core.answers import AnswerPart, Outcome
from app.core.bounds import Bounds, Each, Lasting, Section, Span, refusal
from app.core.deadline import Unit
from app.core.language import N_
from app.core.persons import Act, Level
from app.core.policy_parts import (
    ALWAYS_ANSWERED,
    DECIDED,
    HOURS,
    Days,
    Deed,
    Extending,
    Formula,
    Text,
    Tier,
    check_extension,
    different,
    falling,
    knows_place,
    rising,
)
from app.core.terms import LEAST_PAUSE, LONGEST_PAUSE

NOON = time(12)


class Calendar(Section):
    """Which holidays count, and when offices are open. Without a country: those of the instance's own place."""

    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    subdivision: Annotated[str, Field(pattern=r"^[A-Z0-9]{0,4}$")] = ""
    roll: bool = True
    office_opens: time = time(8, 30)
    office_closes: time = time(17, 30)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not knows_place(self.country, self.subdivision):
            raise refusal(N_("No holidays are known for this place."), "subdivision" if self.subdivision else "country")
        if not self.office_opens < NOON < self.office_closes:
            raise refusal(N_("Offices open before noon and close after it."), "office_opens")
        return self

    @property
    def area(self) -> str | None:
        """The part of the country whose calendar counts (ISO 3166-2), such as TW-TPE; None: no part of it."""
        return f"{self.country}-{self.subdivision}" if self.subdivision else None


class Who(Section):
    """Who may do something, beyond having confirmed an e-mail address. `min_age` 0: whatever the age.

    With neither `nationals` nor `residents` nobody is asked where they belong.
    """

    nationals: bool = True
    residents: bool = True
    """Holders of a residence permit."""
    min_age: Annotated[int, Bounds(0, 20, N_("No age above 20 can be asked for: who may vote may propose."))] = 0
    level: Level = Level.EMAIL
    """How well a person must be known."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.level is Level.NONE:
            raise refusal(N_("Choose one of: %(expected)s."), "level", expected="email, phone, high")
        return self


class Eligibility(Section):
    """Who may propose, endorse, vote and comment."""

    propose: Who = Who()
    endorse: Who = Who()
    vote: Who = Who(nationals=False, residents=False)
    comment: Who = Who(nationals=False, residents=False)
    accounts_per_phone: Annotated[
        int, Bounds(1, 6, N_("From 1 to 6: families share a telephone, but nobody has seven voices."))
    ] = 3
    hide_names_of_minors: bool = True

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.hide_names_of_minors:
            raise refusal(N_("The names of minors are never shown: no rule can change that."), "hide_names_of_minors")
        return self

    def who(self, act: Act) -> Who:
        """Who may do this."""
        found: Who = getattr(self, act.value)
        return found


class Proposal(Section):
    """From filing to the decision whether people may endorse. `intake_cap` 0: no limit."""

    max_demands: Annotated[int, Bounds(1, 20, N_("From 1 to 20 demands: each needs an answer of its own."))] = 5
    max_agencies: Annotated[int, Bounds(1, 10, N_("From 1 to 10 agencies."))] = 3
    review: Annotated[Span, Lasting(1, 30, N_("A review takes from 1 to 30 days."))] = Span(
        amount=3, unit=Unit.WORKING_DAY
    )
    competence_lock: Annotated[
        Span, Lasting(1, 30, N_("Competence is settled within 1 to 30 days, so that support is not lost later."))
    ] = Span(amount=7, unit=Unit.DAY)
    repeat_bar: Annotated[
        Span, Lasting(1, 731, N_("What was answered can be asked again after two years at the latest."))
    ] = Span(amount=6, unit=Unit.MONTH)
    intake_cap: Annotated[int, Bounds(0, 10_000, N_("From 0 (no limit) to 10,000 proposals."))] = 0


class Endorsement(Section):
    """How much support obliges an agency. With a `formula`, `threshold` is what came out of it."""

    threshold: Annotated[
        int,
        Bounds(
            20, 20_000, N_("From 20 to 20,000 people: fewer could be one family, more has hardly ever been reached.")
        ),
    ] = 5000
    formula: Formula | None = None
    window: Annotated[
        Span,
        Lasting(14, 365, N_("From 14 to 365 days: people need time to hear of it, and an end to look forward to.")),
    ] = Span(amount=60, unit=Unit.DAY)
    withdraw: bool = True
    notices_percent: Annotated[
        tuple[Annotated[int, Bounds(1, 100, N_("From 1 to 100 percent."))], ...],
        Field(max_length=10),
        Each(rising, N_("Each percentage once, the smallest first.")),
    ] = (33, 66, 100)
    near_miss_share: Annotated[float, Bounds(0, 1, N_("A share lies between 0 and 1."))] = 0.1
    tiers: Annotated[
        tuple[Tier, ...],
        Each(lambda tiers: different(tuple(one.duty for one in tiers)), N_("Name each thing once.")),
    ] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.formula and self.formula.outcome != self.threshold:
            raise refusal(
                N_("By the formula this is %(outcome)s. Enter that number, or change the formula."),
                "threshold",
                outcome=self.formula.outcome,
            )
        if any(one.people(self.threshold) < self.threshold for one in self.tiers):
            raise refusal(N_("A further duty begins at the threshold or above it."), "tiers")
        return self


class Pause(Section):
    """Days on which nothing is proposed or endorsed, such as before an election."""

    name: Annotated[dict[str, Text], Field(min_length=1, max_length=20)]
    first_day: date
    last_day: date
    stops: Annotated[
        tuple[Deed, ...], Field(min_length=1), Each(different, N_("Name each thing once."))
    ] = (Deed.PROPOSE, Deed.ENDORSE)  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.first_day <= self.last_day:
            raise refusal(N_("The last day comes after the first."), "last_day")
        if (self.last_day - self.first_day).days > 180:
            raise refusal(N_("A pause lasts at most half a year: a longer one would be an end."), "last_day")
        return self


class Clocks(Section):
    """When people are told about a promise, in days before and after its due day; and how long it may be paused."""

    reminders_before_due: Annotated[
        Days, Field(max_length=10), Each(falling, N_("Each number once, the greatest first."))
    ] = (30, 14, 7, 3, 1)
    escalate_after_due: Annotated[
        Days, Field(min_length=1, max_length=3), Each(rising, N_("Each number once, the smallest first."))
    ] = (1, 7, 14)
    longest_pause: Annotated[
        int, Bounds(LEAST_PAUSE, 90, N_("From 7 to 90 days: people need time to answer, and no promise sleeps."))
    ] = LONGEST_PAUSE


class Reply(Section):
    """What an agency owes once a proposal has found its support."""

    due: Annotated[Span, Lasting(14, 180, N_("From 14 to 180 days, together with its extension."))] = Span(
        amount=60, unit=Unit.DAY
    )
    extension: Extending = Extending(most=Span(amount=60, unit=Unit.DAY))
    plan_notice: Annotated[Span, Lasting(1, 30, N_("From 1 to 30 days: a plan comes early, or it is none."))] = Span(
        amount=7, unit=Unit.DAY
    )
    contact_proposer: Annotated[Span, Lasting(1, 60, N_("From 1 to 60 days: the talk comes before the reply."))] = Span(
        amount=14, unit=Unit.DAY
    )
    required: Annotated[
        tuple[AnswerPart, ...],
        Each(different, N_("Name each thing once.")),
        Each(
            lambda parts: set(parts) >= ALWAYS_ANSWERED,
            N_("A reply always says what becomes of each demand, and why: status_per_demand, reason."),
        ),
    ] = tuple(AnswerPart)
    statuses: Annotated[
        tuple[Outcome, ...],
        Each(different, N_("Name each thing once.")),
        Each(
            lambda statuses: set(statuses) >= DECIDED,
            N_("An agency can always say yes or no: adopted, not_adopted."),
        ),
    ] = tuple(Outcome)
    feedback: Annotated[Span, Lasting(1, 60, N_("From 1 to 60 days."))] = Span(amount=7, unit=Unit.DAY)
    survey_after: Annotated[Span, Lasting(1, 365, N_("From 1 to 365 days."))] = Span(amount=30, unit=Unit.DAY)
    follow_up: Annotated[
        Span, Lasting(14, 365, N_("From 14 to 365 days: nothing stays under study for ever unheard of."))
    ] = Span(amount=6, unit=Unit.MONTH)

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_extension(self.due, self.extension, most_days=180)
        return self


class Consultation(Section):
    """How long people can say what they think of a draft or a question, and when they hear what became of it."""

    draft_law_min: Annotated[Span, Lasting(7, 365, N_("From 7 to 365 days."))] = Span(amount=60, unit=Unit.DAY)
    policy_min: Annotated[Span, Lasting(7, 365, N_("From 7 to 365 days."))] = Span(amount=30, unit=Unit.DAY)
    summary_due: Annotated[
        Span, Lasting(1, 260, N_("At most half a year of working days: an answer after more than that is none."))
    ] = Span(amount=14, unit=Unit.WORKING_DAY)
    extension: Extending = Extending(most=Span(amount=14, unit=Unit.WORKING_DAY))

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_extension(self.summary_due, self.extension)
        return self


class Deliberation(Section):
    """What the consensus map needs, and when what it shows has to be answered."""

    min_people_for_map: Annotated[
        int, Bounds(5, 1000, N_("From 5 to 1,000 people: a map of fewer would show persons, not opinions."))
    ] = 30
    consensus_bar: Annotated[
        float, Bounds(0.5, 0.95, N_("From 0.5 to 0.95: less is no majority, more is never certain."))
    ] = 0.5
    """Lowest share, over all groups, of which one can be certain."""


class Meeting(Section):
    """What holds for meetings."""

    transcript_edit: Annotated[Span, Lasting(1, 60, N_("From 1 to 60 days."))] = Span(amount=10, unit=Unit.WORKING_DAY)


class Data(Section):
    """Open data: what protects people in it, and when somebody who asks for some hears of it."""

    k_anonymity: Annotated[
        int, Bounds(3, 100, N_("From 3 to 100 people: in a group of two, each knows the other."))
    ] = 5
    endorsers_kept: Annotated[
        Span, Lasting(1, 365, N_("From 1 to 365 days: who endorsed is not kept for longer than it is needed."))
    ] = Span(amount=28, unit=Unit.DAY)
    request_due: Annotated[Span, Lasting(1, 90, N_("From 1 to 90 days."))] = Span(amount=15, unit=Unit.DAY)
    extension: Extending = Extending(most=Span(amount=15, unit=Unit.DAY))

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_extension(self.request_due, self.extension)
        return self


class Safety(Section):
    """How soon somebody acts on a report of unsafe content."""

    report_first_action: Annotated[Span, Lasting(0, 7, N_("Within a week at the latest."), HOURS)] = Span(
        amount=4, unit=Unit.HOUR
    )
    minors_report: Annotated[
        Span, Lasting(0, 1, N_("Within a day at the latest: children are protected first."), HOURS)
    ] = Span(amount=1, unit=Unit.HOUR)
