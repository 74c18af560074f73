"""Refusals: why something was not done, in words a person can act on.

`reason` is a message id of the catalogue, `values` fill its placeholders; whoever shows it translates it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from app.core.language import N_


class Refusal(Exception):
    """The platform will not do this. Never a fault of the program."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    default: ClassVar[str] = N_("This cannot be done.")

    def __init__(self, reason: str | None = None, **values: Any) -> None:
        self.reason = reason or self.default
        self.values = values
        super().__init__(self.reason % values if values else self.reason)


class NotFound(Refusal):
    """Nothing is here that this person may see."""

    status = 404
    code = "not-found"
    default = N_("There is nothing at this address.")


class Gone(NotFound):
    """What was here was taken away, and everybody may know that."""

    status = 410
    code = "gone"
    default = N_("What was here was removed.")


class Forbidden(Refusal):
    """This person may not do this."""

    status = 403
    code = "forbidden"
    default = N_("You do not have permission to do this.")


class SignInNeeded(Forbidden):
    """A signed-in person may do this; nobody is signed in."""

    status = 401
    code = "sign-in-needed"
    default = N_("Please sign in first.")


class SecondFactorNeeded(Forbidden):
    """This person may do this once the second factor was shown (again)."""

    code = "second-factor-needed"
    default = N_("Please show first that it is you: with your second factor, on the pages of this site.")


class Invalid(Refusal):
    """What was sent cannot be taken as it is. `fields` maps field names to message ids."""

    status = 422
    code = "invalid"
    default = N_("Please check what you entered.")

    def __init__(self, reason: str | None = None, fields: dict[str, str] | None = None, **values: Any) -> None:
        super().__init__(reason, **values)
        self.fields = fields or {}


class Conflict(Refusal):
    """The thing is no longer in a state in which this is possible."""

    status = 409
    code = "conflict"
    default = N_("This is not possible in the present state.")


class TooMany(Refusal):
    """Too often in too short a time."""

    status = 429
    code = "too-many"
    default = N_("That was too often. Please wait a little and try again.")
