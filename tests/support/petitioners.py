"""Invented endorsers: honest worlds that differ from seed to seed, for what looks for coordinated acts."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

import numpy as np

from moderation.coordination import Act
from moderation.coordination.acts import Floats

HOUR = 3_600.0
DAY = 24 * HOUR
BEGIN = 1_790_000_000 // 86_400 * DAY
GIVEN = ("mei", "jun", "anna", "wei", "yu", "chih", "hsin", "ting", "kevin", "amy", "jason", "li", "hao", "fang", "kai")
FAMILY = ("chen", "lin", "huang", "chang", "lee", "wang", "wu", "liu", "tsai", "yang", "hsu", "cheng", "hsieh", "kuo")
WORDS = ("cat", "sky", "happy", "tiger", "blue", "rain", "moon", "tea", "night", "river", "star", "bear", "sun", "fish")


@dataclass(frozen=True)
class World:
    """What differs between honest worlds; see `world` for the ranges. Where one `waits`, newcomers registered up to a
    day before they act, and not some minutes."""

    days: int
    newcomers: float
    everyone_old: bool
    waits: bool
    carriers: int
    homes: int
    gmail: float
    companies: int
    things: int
    camps: int
    busy: float
    numbered: float
    broadcast: int
    broadcast_new: float
    decay: bool
    chats: int


@dataclass
class Crowd:
    """Honest acts of a world, and which honest special group each person belongs to."""

    world: World
    rng: np.random.RandomState
    acts: list[Act] = field(default_factory=list)
    groups: dict[str, list[Hashable]] = field(default_factory=dict)
    popularity: Floats = field(default_factory=lambda: np.zeros(0))

    def add(self, group: str, act: Act) -> None:
        """One more person, of a special group or of none ("")."""
        person = f"h{len(self.acts)}"
        self.acts.append(replace(act, person=person))
        self.groups.setdefault(group, []).append(person)


def world(rng: np.random.RandomState) -> World:
    """A world drawn by lot."""
    return World(
        days=int(rng.randint(7, 61)),
        newcomers=float(rng.uniform(0.05, 0.8)),
        everyone_old=bool(rng.rand() < 0.2),
        waits=bool(rng.rand() < 0.2),
        carriers=int(rng.randint(1, 9)),
        homes=int(rng.randint(1_500, 9_000)),
        gmail=float(rng.uniform(0.45, 0.7)),
        companies=int(rng.randint(50, 600)),
        things=int(rng.randint(40, 300)),
        camps=int(rng.randint(1, 5)),
        busy=float(rng.uniform(1.0, 8.0)),
        numbered=float(rng.uniform(0.2, 1.0)),
        broadcast=int(rng.choice([0, 1_000, 3_000])),
        broadcast_new=float(rng.uniform(0.3, 1.0)),
        decay=bool(rng.rand() < 0.5),
        chats=int(rng.randint(0, 8)),
    )


def crowd(seed: int, people: int = 20_000) -> Crowd:
    """So many honest people: special groups first, and the rest one by one."""
    rng = np.random.RandomState(seed)
    made = Crowd(world(rng), rng)
    made.popularity = _popularity(made.world, rng)
    if people >= 4_000:
        _campus(made, 400)
        _broadcast(made, made.world.broadcast)
    for _ in range(rng.randint(1, 6)):
        _class(made, int(rng.randint(20, 36)))
    for _ in range(rng.randint(2, 8)):
        _office(made, int(rng.randint(8, 61)))
    for _ in range(made.world.chats):
        _chat(made, int(rng.randint(30, 151)))
    while len(made.acts) < people:
        made.add("", someone(made, ordinary_moment(made)))
    return made


def ordinary_moment(made: Crowd) -> float:
    """Some day, mostly by day."""
    day = made.rng.randint(made.world.days) if made.rng.rand() < 0.5 else int(made.world.days * made.rng.beta(1, 3))
    hour = made.rng.normal(20, 3) if made.rng.rand() < 0.6 else made.rng.normal(12, 3)
    return BEGIN + day * DAY + (hour % 24) * HOUR


def someone(made: Crowd, at: float, new: float | None = None) -> Act:
    """Somebody ordinary; `new` is the chance to have come for this."""
    rng, here = made.rng, made.world
    network, address = _place(made)
    share = here.newcomers if new is None else new
    fresh = rng.rand() < share and not here.everyone_old
    domain = _domain(made)
    wait = rng.uniform(0, DAY) if here.waits else rng.lognormal(np.log(600), 1.2)
    age = wait if fresh else rng.exponential(300 * DAY)
    few = 0.2 if fresh else 1.0
    return Act(None, at, network, address, domain, mailbox(made), _phone(rng), age, others(made, few))


def mailbox(made: Crowd) -> str:
    """A name as people choose them."""
    rng = made.rng
    style = rng.randint(4)
    stem = str(rng.choice(GIVEN)) + str(rng.choice(FAMILY)) if style else str(rng.choice(FAMILY))
    if style == 1:
        stem = str(rng.choice(WORDS)) + str(rng.choice(WORDS))
    if rng.rand() > made.world.numbered:
        return stem + "." + str(rng.choice(WORDS))
    return f"{stem}{rng.randint(10 ** rng.randint(1, 5))}"


def others(made: Crowd, eagerness: float, camp: int | None = None) -> frozenset[Hashable]:
    """What somebody did besides: more for some than for others, popular things more, those of one's camp more."""
    rng = made.rng
    count = min(int(rng.exponential(made.world.busy * eagerness)), made.world.things // 3)
    camp = rng.randint(made.world.camps) if camp is None else camp
    return frozenset(rng.choice(made.world.things, count, replace=False, p=made.popularity[camp]).tolist())


def _popularity(here: World, rng: np.random.RandomState) -> Floats:
    weights = (
        1 / np.arange(1, here.things + 1) ** rng.uniform(0.3, 1.0) * rng.lognormal(0, 1.2, (here.camps, here.things))
    )
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _place(made: Crowd) -> tuple[str, str]:
    rng = made.rng
    if rng.rand() < 0.2:
        network = f"carrier{rng.randint(made.world.carriers)}"
        return network, f"{network}.{rng.randint(64)}"
    network = f"home{int(made.world.homes * rng.beta(1, 2))}"
    return network, f"{network}.{rng.randint(256)}"


def _domain(made: Crowd) -> str:
    lot = made.rng.rand()
    if lot < made.world.gmail:
        return "gmail.com"
    if lot < made.world.gmail + 0.2:
        return str(made.rng.choice(["yahoo.com.tw", "hotmail.com", "icloud.com", "outlook.com"]))
    if lot > 0.985:
        return f"own{made.rng.randint(10_000)}.example"
    return f"company{int(made.world.companies * made.rng.beta(1, 3))}.example"


def _phone(rng: np.random.RandomState) -> str:
    return f"09{rng.randint(10_000):04}" if rng.rand() < 0.9 else f"0912{rng.randint(30):02}"


def _campus(made: Crowd, people: int) -> None:
    """A university behind one address; half of it with the university's mail and its numbers."""
    for _ in range(people):
        one = someone(made, ordinary_moment(made))
        if made.rng.rand() < 0.5:
            one = replace(one, domain="university.example", mailbox=f"b{made.rng.randint(10**8):08}")
        made.add("campus", replace(one, network="campus", address="campus.1"))


def _class(made: Crowd, people: int) -> None:
    """One lesson, one address; some classes register in it, some with the school's numbered mail."""
    rng, name = made.rng, f"school{made.rng.randint(10**6)}"
    start, school_mail, new = ordinary_moment(made), rng.rand() < 0.5, rng.rand() < 0.6
    for n in range(people):
        one = someone(made, start + rng.uniform(0, 2_700), float(new))
        if school_mail:
            one = replace(one, domain=f"{name}.example", mailbox=f"s{1130100 + n}")
        made.add("class", replace(one, network=name, address=f"{name}.1", others=others(made, 0.1)))


def _office(made: Crowd, people: int) -> None:
    """Colleagues at one address, over the whole time or after a letter to all within a day."""
    rng, name = made.rng, f"office{made.rng.randint(10**6)}"
    letter = ordinary_moment(made) if rng.rand() < 0.4 else None
    for _ in range(people):
        at = ordinary_moment(made) if letter is None else letter + rng.exponential(4 * HOUR)
        one = someone(made, at)
        own_mail = rng.rand() < 0.6
        made.add("office", replace(one, network=name, address=f"{name}.{rng.randint(2)}",
                                   domain=f"{name}.example" if own_mail else one.domain))  # fmt: skip


def _broadcast(made: Crowd, people: int) -> None:
    """A television mention: from everywhere, mostly within an hour."""
    start = BEGIN + made.rng.randint(1, made.world.days) * DAY + 20 * HOUR
    for _ in range(people):
        wait = made.rng.exponential(1_200) if made.world.decay else made.rng.uniform(0, HOUR)
        made.add("broadcast", someone(made, start + wait, made.world.broadcast_new))


def _chat(made: Crowd, people: int) -> None:
    """A link in a chat group: from everywhere, most within the hour, many newly registered."""
    start, pace = ordinary_moment(made), made.rng.uniform(400, 2_400)
    for _ in range(people):
        made.add("chat", someone(made, start + made.rng.lognormal(np.log(pace), 1.0), made.rng.uniform(0.3, 1.0)))
