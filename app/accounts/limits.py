"""How often one may try, counted per address and per network.

The figures follow the limits Discourse ships (6 sign-ins a minute, 30 an hour); a network gets more of them, because a
school or an office shares one address on the internet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Response, request
from flask_login import current_user

from app.accounts.rules import mailbox_key
from app.extensions import limiter

View = Callable[..., Any]


def network() -> str:
    """The network a request comes from: an IPv4 address, or the /64 that one IPv6 customer has (RFC 6177)."""
    try:
        place = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(place if place.version == 4 else ip_network((place, 64), strict=False))


def address() -> str:
    """The mailbox of the address typed into the form, as a digest: limits keep no addresses."""
    return hashlib.sha256(mailbox_key(request.form.get("email", "")).encode()).hexdigest()


def sign_in_limits(view: View) -> View:
    """Only failures count. Per address also from all networks together, for guessing spread over many."""
    for figure, key in (
        ("6/minute;30/hour", lambda: f"{address()}@{network()}"),
        ("100/hour", address),
        ("30/minute;300/hour", network),
    ):
        view = limiter.limit(figure, key_func=key, deduct_when=_failed)(view)
    return view


def letter_limits(view: View) -> View:
    """For what sends a letter to an address somebody typed.

    UK Parliament petitions send one signer five letters at most; here it is five in an hour.
    """
    view = limiter.limit("5/hour", key_func=address, deduct_when=_accepted)(view)
    return limiter.limit("20/minute;100/hour", key_func=network)(view)


def own_limits(figure: str) -> Callable[[View], View]:
    """For what a signed-in person does to the account, counted per person."""
    return limiter.limit(figure, key_func=_person)


def _person() -> str:
    return str(current_user.person.id) if current_user.is_authenticated else network()


def _failed(response: Response) -> bool:
    return response.status_code == 422


def _accepted(response: Response) -> bool:
    return response.status_code < 400
