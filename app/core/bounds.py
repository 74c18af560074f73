"""What a document of rules is made of: sections that know their keys, and bounds that say why they are there.

A value out of bounds is refused with its place in the document and the reason, a message id of the catalogue. What is
no whole number, date or choice at all is refused in the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.core.deadline import DAY_UNITS, Unit
from app.core.language import N_

REFUSED = "refused"
"""The type of our own errors among those of the library."""

WORDS = {
    "extra_forbidden": N_("This key is not known."),
    "missing": N_("This is missing."),
    "int_type": N_("This must be a whole number."),
    "float_type": N_("This must be a number."),
    "finite_number": N_("This must be a number."),
    "bool_type": N_("This must be true or false."),
    "string_type": N_("This must be a text."),
    "string_pattern_mismatch": N_("This text has not the form that is needed here."),
    "string_too_long": N_("This text is too long."),
    "string_too_short": N_("This text must not be empty."),
    "enum": N_("Choose one of: %(expected)s."),
    "literal_error": N_("Choose one of: %(expected)s."),
    "tuple_type": N_("This must be a list."),
    "too_long": N_("This list is too long."),
    "too_short": N_("This list is too short."),
    "date_from_datetime_parsing": N_("This must be a day, such as 2027-01-01."),
    "date_parsing": N_("This must be a day, such as 2027-01-01."),
    "date_type": N_("This must be a day, such as 2027-01-01."),
    "time_parsing": N_("This must be a time of day, such as 08:30:00."),
    "time_type": N_("This must be a time of day, such as 08:30:00."),
    "model_type": N_("This must be a section with keys of its own."),
}
UNUSABLE = N_("This value cannot be used here.")


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of a document, such as `reply.due.amount`. `reason` is a message id."""

    place: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        words = self.reason % self.values if self.values else self.reason
        return f"{self.place}: {words}" if self.place else words


class BadDocument(ValueError):
    """A document of rules that cannot be taken, with everything that is wrong in it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))


class Section(BaseModel):
    """A part of a document: it does not change, and knows no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class _Check:
    """A check that comes after the library's own."""

    def check(self, value: Any) -> Any:
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))


@dataclass(frozen=True)
class Bounds(_Check):
    """A number from `low` to `high`, and why no other."""

    low: float
    high: float
    reason: str

    def check(self, value: float) -> float:
        if not self.low <= value <= self.high:
            raise refusal(self.reason)
        return value

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"minimum": self.low, "maximum": self.high}


class Span(Section):
    """A period as a document states it. Without `roll` it ends as the section `calendar` says."""

    amount: Annotated[int, Bounds(1, 1000, N_("A period has at least one and at most 1,000 units."))]
    unit: Unit
    roll: bool | None = None

    @property
    def days(self) -> Fraction:
        """How long it lasts, roughly: what bounds compare. A week has five working days of eight hours."""
        return self.amount * IN_DAYS[self.unit]


IN_DAYS = {
    Unit.DAY: Fraction(1),
    Unit.WORKING_DAY: Fraction(7, 5),
    Unit.MONTH: Fraction(30),
    Unit.HOUR: Fraction(7, 40),
}


@dataclass(frozen=True)
class Lasting(_Check):
    """A period that lasts from `low` to `high` days, is counted in one of `units`, and why no other."""

    low: int
    high: int
    reason: str
    units: tuple[Unit, ...] = DAY_UNITS

    def check(self, value: Span) -> Span:
        if value.unit not in self.units:
            raise refusal(N_("Choose one of: %(expected)s."), "unit", expected=", ".join(self.units))
        if not self.low <= value.days <= self.high:
            raise refusal(self.reason, "amount")
        return value


@dataclass(frozen=True)
class Each(_Check):
    """A list that fulfils a condition, such as being in order; and what to say where it does not."""

    condition: Callable[[tuple[Any, ...]], bool]
    reason: str

    def check(self, value: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self.condition(value):
            raise refusal(self.reason)
        return value


def refusal(reason: str, place: str = "", **values: Any) -> PydanticCustomError:
    """The error to raise in a validator; `place` is counted from the section whose validator it is."""
    return PydanticCustomError(REFUSED, "{reason}", {"reason": reason, "place": place, "values": values})


def faults_of(error: ValidationError) -> tuple[Fault, ...]:
    """Every fault with its place, in the order of the document."""
    return tuple(_fault(one) for one in error.errors(include_url=False))


def _fault(error: Any) -> Fault:
    place = _place(error["loc"])
    known: Mapping[str, Any] = error.get("ctx", {})
    if error["type"] == REFUSED:
        return Fault(".".join(part for part in (place, known["place"]) if part), known["reason"], known["values"])
    values = {"expected": _listed(known["expected"])} if "expected" in known else {}
    return Fault(place, WORDS.get(error["type"], UNUSABLE), values)


def _listed(expected: str) -> str:
    """`'a', 'b' or 'c'` as the library says it, without its English."""
    return expected.replace(" or ", ", ").replace("'", "")


def _place(location: tuple[int | str, ...]) -> str:
    """`("pauses", 1, "name")` as `pauses[2].name`; entries of lists are counted from one."""
    words = ""
    for part in location:
        words += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if words else part
    return words
