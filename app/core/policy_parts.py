"""Small pieces of a policy that its sections share."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

import holidays
from pydantic import Field, model_validator

from app.core.answers import AnswerPart, Outcome
from app.core.bounds import Bounds, Section, Span, refusal
from app.core.deadline import Unit
from app.core.language import N_

HOURS = (Unit.HOUR, Unit.DAY, Unit.WORKING_DAY)


class Deed(StrEnum):
    """What a pause stops. The clocks of replies run on."""

    PROPOSE = "propose"
    ENDORSE = "endorse"


class Duty(StrEnum):
    """What is owed besides the reply where support is very broad."""

    MEETING = "meeting"
    """A meeting with the proposer."""
    HEARING = "hearing"
    """A public hearing."""


ALWAYS_ANSWERED = {AnswerPart.STATUS, AnswerPart.REASON}
DECIDED = {Outcome.ADOPTED, Outcome.NOT_ADOPTED}
Text = Annotated[str, Field(min_length=1, max_length=60)]
Days = tuple[Annotated[int, Bounds(1, 180, N_("From 1 to 180 days."))], ...]


class Extending(Section):
    """How often, and by how much at most each time, a date may be put off before it has come."""

    times: Annotated[int, Bounds(0, 2, N_("A date is put off twice at most: a promise has to end."))] = 1
    most: Span


class Formula(Section):
    """A threshold by the number of residents: their share rounded up, and never below `low` or above `high`.

    The figures stand in the document with their date. Next year's residents change nothing until they are
    published.
    """

    share: Annotated[float, Bounds(0.00001, 0.1, N_("A share of residents lies between 0.00001 and 0.1."))]
    residents: Annotated[int, Bounds(1, 10**9, N_("Enter the number of residents."))]
    residents_on: date
    low: Annotated[int, Bounds(20, 20_000, N_("From 20 to 20,000 people."))]
    high: Annotated[int, Bounds(20, 20_000, N_("From 20 to 20,000 people."))]

    @property
    def outcome(self) -> int:
        """The threshold. Reckoned in decimals: in binary fractions 0.0005 of 600,000 people would be 301."""
        people = (Decimal(str(self.share)) * self.residents).to_integral_value(ROUND_CEILING)
        return min(max(int(people), self.low), self.high)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.low > self.high:
            raise refusal(N_("The upper limit is not below the lower one."), "high")
        return self


class Tier(Section):
    """A further duty, from so many endorsements on: a number, or so many times the threshold. The other one is 0."""

    duty: Duty
    at: Annotated[int, Bounds(0, 1_000_000, N_("Enter a number of people up to 1,000,000."))] = 0
    times: Annotated[float, Bounds(0, 100, N_("At most 100 times the threshold."))] = 0

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.at) == bool(self.times):
            raise refusal(N_("Say either at how many people, or at how many times the threshold."))
        return self

    def people(self, threshold: int) -> int:
        """From how many people on it is owed."""
        return self.at or int((Decimal(str(self.times)) * threshold).to_integral_value(ROUND_CEILING))


def check_extension(period: Span, extension: Extending, most_days: int | None = None) -> None:
    """Refuse an extension that is longer than what it extends, or that ends later than `most_days` allow."""
    if not extension.times:
        return
    if extension.most.days > period.days:
        raise refusal(N_("An extension lasts at most as long as the period it extends."), "extension.most")
    if most_days and period.days + extension.times * extension.most.days > most_days:
        raise refusal(N_("Together with its extension this ends after 180 days at the latest."), "extension.most")


def knows_place(country: str, subdivision: str) -> bool:
    """Whether the library of holidays has a calendar for this place; no place at all is one, too."""
    known = holidays.list_supported_countries()
    if country not in known:
        return not (country or subdivision)
    # Of a country without holidays of its parts (Taiwan) the library names no parts: any counts as the whole.
    return not known[country] or subdivision in ("", *known[country])


def different(values: tuple[Any, ...]) -> bool:
    """No value comes twice."""
    return len(set(values)) == len(values)


def rising(values: tuple[int, ...]) -> bool:
    """Each value is greater than the one before it."""
    return list(values) == sorted(set(values))


def falling(values: tuple[int, ...]) -> bool:
    """Each value is smaller than the one before it."""
    return rising(values[::-1])
