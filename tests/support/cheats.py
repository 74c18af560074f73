"""Invented attacks on a crowd of honest endorsers, in five styles, plain or careful."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from moderation.coordination import Act
from tests.support.petitioners import BEGIN, DAY, HOUR, WORDS, Crowd, mailbox, others, someone


def attack(made: Crowd, style: str, people: int, careful: bool = False) -> dict[Hashable, Act]:
    """So many false acts in one style, by person; drawn by lot like the crowd, whose rng is used."""
    acts = STYLES[style](made, people, careful)
    return {f"{style}{n}": replace(act, person=f"{style}{n}") for n, act in enumerate(acts)}


def _disguised(made: Crowd, at: float, careful: bool) -> Act:
    """A false account: like anybody's, but made for this; a careful one was made up to two months before."""
    age = made.rng.uniform(0, 60 * DAY) if careful else made.rng.choice([600.0, 6 * HOUR, 2 * DAY]) * made.rng.rand()
    done = others(made, 0.5) if careful else frozenset[Hashable]()
    return replace(someone(made, at), age=age, others=done, mailbox=mailbox(made))


def _moment(made: Crowd, start: float, span: float) -> float:
    return float(start + made.rng.uniform(0, span))


def _start(made: Crowd, span: float) -> float:
    return float(BEGIN + made.rng.uniform(0, max(made.world.days * DAY - span, DAY)))


def _block(made: Crowd, people: int, careful: bool) -> list[Act]:
    """Addresses of one to three rented networks."""
    span = made.rng.uniform(5, 15) * DAY if careful else made.rng.uniform(1, 72) * HOUR
    start, nets = _start(made, span), made.rng.randint(1, 4)
    acts = []
    for _ in range(people):
        network = f"rented{made.rng.randint(nets)}"
        one = _disguised(made, _moment(made, start, span), careful)
        acts.append(replace(one, network=network, address=f"{network}.{made.rng.randint(256)}"))
    return acts


def _disposable(made: Crowd, people: int, careful: bool) -> list[Act]:
    """Throw-away mail domains, each used many times (plain) or a few times (careful)."""
    each = 5 if careful else made.rng.randint(15, 60)
    domains, span = max(people // each, 1), made.rng.uniform(1, 10) * DAY
    start = _start(made, span)
    made_for = [_disguised(made, _moment(made, start, span), careful) for _ in range(people)]
    return [replace(one, domain=f"throwaway{made.rng.randint(domains)}.example") for one in made_for]


def _alias(made: Crowd, people: int, careful: bool) -> list[Act]:
    """One to four names with running numbers (plain), or a name for every five (careful), in one popular domain."""
    names = people // 5 if careful else made.rng.randint(1, 5)
    span = made.rng.uniform(1, 10) * DAY
    start, in_order = _start(made, span), made.rng.rand() < 0.5
    stems = ["".join(made.rng.choice(WORDS, 2)) + str(made.rng.choice(list("bcdfgxz"))) for _ in range(names)]
    moments = [_moment(made, start, span) for _ in range(people)]
    if in_order:
        moments.sort()
    return [
        replace(_disguised(made, at, careful), domain="gmail.com", mailbox=f"{stems[n % names]}{n // names + 100}")
        for n, at in enumerate(moments)
    ]


def _burst(made: Crowd, people: int, careful: bool) -> list[Act]:
    """From everywhere within minutes (plain) or within hours (careful)."""
    span = made.rng.uniform(1, 6) * HOUR if careful else made.rng.uniform(2, 30) * 60
    start = _start(made, span)
    return [_disguised(made, _moment(made, start, span), careful) for _ in range(people)]


def _copied(made: Crowd, people: int, careful: bool) -> list[Act]:
    """Old accounts that did the same 8 to 20 things before, with a few slips."""
    count = min(int(made.rng.randint(8, 21)), made.world.things // 3)
    source = set(made.rng.choice(made.world.things, count, replace=False).tolist())
    slips, span = (0.25 if careful else made.rng.uniform(0, 0.1)), made.world.days * DAY
    acts = []
    for _ in range(people):
        kept: set[Hashable] = {item for item in source if made.rng.rand() >= slips}
        kept |= set(made.rng.randint(0, made.world.things, made.rng.binomial(count, slips)).tolist())
        one = someone(made, _moment(made, BEGIN, span))
        acts.append(replace(one, age=made.rng.exponential(200 * DAY), others=frozenset(kept)))
    return acts


STYLES: dict[str, Callable[[Crowd, int, bool], list[Act]]] = {
    "block": _block,
    "disposable": _disposable,
    "alias": _alias,
    "burst": _burst,
    "copied": _copied,
}
