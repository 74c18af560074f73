"""When a letter is tried again, and when it is given up and forgotten."""

from __future__ import annotations

from datetime import timedelta

ATTEMPTS_MAX = 15
"""As UK Parliament petitions do: with the delays below the last attempt falls a day and a half after the first."""

LEASE = timedelta(minutes=10)
"""How long a worker may keep a letter: longer than a dialogue with a slow server takes. Then a dead worker's letter is
free again."""

DELAY_MAX = timedelta(hours=4)
FORGET_AFTER = timedelta(days=30)
"""Letters are personal data: once sent or given up they are kept only as long as somebody may still ask for them."""


def delay_after(attempts: int) -> timedelta:
    """How long to wait after that many failed attempts: a minute, doubled each time, four hours at most.

    >>> [delay_after(n).seconds // 60 for n in (1, 2, 3, 9)]
    [1, 2, 4, 240]
    """
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), DELAY_MAX)
