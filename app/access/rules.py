"""Rules of coming in: codes of a second factor, how often one may be wrong, what a device is called."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

import pyotp

SIGN_IN_LASTS = timedelta(days=30)
"""OWASP ASVS 5.0, 7.3.2: a session ends at some time, however much it is used."""
SIGN_INS_KEPT = timedelta(days=365)
"""How long a device is known again; then it is forgotten that somebody came in with it."""
ENROL_WITHIN = timedelta(minutes=30)
"""How long a secret that was shown may be taken into use."""
CHALLENGE_LASTS = timedelta(minutes=5)
RECOVERY_CODES = 10
PASSKEYS_MAX = 10
LABEL_MAX = 60
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not taken for one another: no i, l, o, 0, 1."""
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
"""What a browser says -> what we call it. The first that fits counts: most name their forebears as well."""


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step of which this is the code (RFC 6238): the present one, or the one before or after; else None."""
    typed = "".join(code.split()).encode("utf-8", "replace")
    totp = pyotp.TOTP(secret)
    here = totp.timecode(now)
    # All three are compared, so that the time an answer takes does not tell which one it was.
    found = [
        step for step in (here - 1, here, here + 1) if hmac.compare_digest(totp.generate_otp(step).encode(), typed)
    ]
    return found[0] if found else None


def authenticator_uri(secret: str, name: str, issuer: str) -> str:
    """What an authenticator app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=name.replace(":", " "), issuer_name=issuer.replace(":", " "))


def new_secret() -> str:
    """A secret of 160 bits, as RFC 4226 recommends."""
    return pyotp.random_base32()


def new_recovery_code() -> str:
    """A code of 10 signs, near 50 bits, such as `k7mfp-x2qrt`."""
    signs = "".join(secrets.choice(LEGIBLE) for _ in range(10))
    return f"{signs[:5]}-{signs[5:]}"


def recovery_code(typed: str) -> str:
    """A recovery code in the one form that is compared, however it was typed; "" for what cannot be one.

    >>> recovery_code(" K7MFP X2QRT ")
    'k7mfp-x2qrt'
    """
    signs = re.sub(r"[^a-z0-9]", "", typed.casefold())
    return f"{signs[:5]}-{signs[5:]}" if len(signs) == 10 else ""


def pause_after(failures: int) -> timedelta:
    """How long nobody is asked again after so many wrong codes in a row: every fifth doubles it, up to a day.

    At most some forty guesses a day are left of the million a code of six digits has.
    """
    if failures == 0 or failures % 5:
        return timedelta(0)
    return min(timedelta(minutes=5 * 2 ** min(failures // 5, 10)), timedelta(days=1))


def device_words(agent: str) -> str:
    """What a browser says of itself, in two words; "" where it says nothing that is known.

    >>> device_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox · Linux'
    """
    browser = next((name for sign, name in _BROWSERS.items() if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in agent), "")
    return " · ".join(word for word in (browser, system) if word)


def network_of(address: str) -> str:
    """Roughly where: the network of an address (a /24, or a /48 of IPv6), never the address itself.

    >>> network_of("203.0.113.77")
    '203.0.113.0/24'
    """
    try:
        place = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((place, 24 if place.version == 4 else 48), strict=False))
