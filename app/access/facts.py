"""What happens to sign-ins and second factors."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.facts import Fact


@dataclass(frozen=True)
class SignInBegan(Fact):
    """Somebody came in. `way`: by what; `new_device`: on a device that this person had not come in with before."""

    kind = "sign-in.began"
    person_id: int
    sign_in_id: int
    way: str
    new_device: bool


@dataclass(frozen=True)
class SignInEnded(Fact):
    """A person ended a sign-in, on this device or on another."""

    kind = "sign-in.ended"
    person_id: int
    sign_in_id: int


@dataclass(frozen=True)
class FactorProved(Fact):
    """A second factor was shown. `by`: app, passkey or recovery code."""

    kind = "second-factor.proved"
    person_id: int
    by: str


@dataclass(frozen=True)
class ProofFailed(Fact):
    """A wrong second factor was shown, the so-manieth in a row."""

    kind = "second-factor.failed"
    person_id: int
    failures: int


@dataclass(frozen=True)
class FactorAdded(Fact):
    """A person set up an authenticator app or a passkey."""

    kind = "second-factor.added"
    person_id: int
    by: str


@dataclass(frozen=True)
class FactorRemoved(Fact):
    """A person took an authenticator app or a passkey away."""

    kind = "second-factor.removed"
    person_id: int
    by: str


@dataclass(frozen=True)
class RecoveryCodesMade(Fact):
    """A person got new recovery codes; the earlier ones are void."""

    kind = "second-factor.codes-made"
    person_id: int


@dataclass(frozen=True)
class SecondFactorReset(Fact):
    """Those who run the host took away all factors of somebody who had lost them."""

    kind = "second-factor.reset"
    person_id: int
