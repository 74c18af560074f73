"""What honest people may do: figures a person can read, question and change."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.coordination.acts import DAY, HOUR


@dataclass(frozen=True)
class Bounds:
    """Bounds of honest behaviour.

    Attributes
    ----------
    level : share of findings that may be honest
    fewest : people a group must have to be looked at
    gathering : people one honest occasion brings together beyond what is expected, by width of the window in seconds
    block : the same, from different addresses of one network: people in one room mostly share their address
    alike : correlation between members of an honest group
    house : the same where they share few addresses: a school or company that one person may have called upon
    called : the same between those who follow one call
    clumped : the same for the time at which they act: they hear of things together
    quick : largest share of those who follow an honest call that comes within so many seconds
    named : fewest people of a burst
    common : share of everybody beyond which a network or domain ties nobody
    event : share of everybody beyond which a burst is a public event
    """

    level: float = 0.01
    fewest: int = 5
    gathering: tuple[tuple[float, int], ...] = ((HOUR / 6, 40), (HOUR, 45), (6 * HOUR, 60), (DAY, 80), (3 * DAY, 120))
    block: tuple[tuple[float, int], ...] = ((HOUR / 6, 25), (HOUR, 30), (6 * HOUR, 35), (DAY, 40), (3 * DAY, 50))
    alike: float = 0.03
    house: float = 0.3
    called: float = 0.2
    clumped: float = 0.1
    quick: tuple[tuple[float, float], ...] = ((300.0, 0.6), (600.0, 0.75), (900.0, 0.82), (1_200.0, 0.87))
    named: int = 30
    common: float = 0.3
    event: float = 0.05
