"""Invented endorsers of another kind than tests.support.petitioners, for a second opinion on what looks for coordinated
acts: households, carriers, addresses and numbers as in Taiwan, days that follow the news, votes for and against."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np

from moderation.coordination import Act
from moderation.coordination.acts import Floats

HOUR, DAY = 3_600.0, 86_400.0
BEGIN = 1_788_000_000 // 86_400 * DAY
BY_HOUR = (2, 1, 0.6, 0.4, 0.4, 0.6, 1.5, 3, 5, 5.5, 5, 5, 7, 6, 5, 4.5, 4.5, 5, 6, 7, 8.5, 9, 7.5, 4.5)
RHYTHM = np.array(BY_HOUR) / sum(BY_HOUR)
DOMAINS = {
    "gmail.com": 0.58, "yahoo.com.tw": 0.13, "hotmail.com": 0.06, "outlook.com": 0.05, "icloud.com": 0.05,
    "hinet.net": 0.03, "msn.com": 0.01, "": 0.09,
}  # fmt: skip
FAMILIES = (
    "chen",
    "lin",
    "huang",
    "chang",
    "li",
    "wang",
    "wu",
    "liu",
    "tsai",
    "yang",
    "hsu",
    "cheng",
    "hsieh",
    "kuo",
    "hung",
    "chiu",
    "tseng",
    "liao",
    "lai",
    "chou",
)
GIVEN = (
    "yi",
    "ya",
    "jia",
    "zhi",
    "wei",
    "ting",
    "yu",
    "han",
    "xin",
    "hao",
    "jun",
    "ming",
    "hui",
    "ling",
    "fang",
    "shu",
    "mei",
    "kai",
    "cheng",
    "jie",
    "xuan",
    "ru",
    "pei",
    "chun",
)
WORDS = (
    "apple",
    "panda",
    "coffee",
    "taiwan",
    "love",
    "hello",
    "cute",
    "star",
    "dream",
    "king",
    "lucky",
    "bear",
    "rabbit",
    "ocean",
    "happy",
    "sunny",
)
PREFIXES = (10, 12, 19, 21, 28, 32, 33, 35, 37, 52, 55, 58, 63, 66, 70, 75, 78, 82, 86, 88)
Home = tuple[str, str]


class Town:
    """Honest acts, and which group each person belongs to ("" for none); everything is drawn by `rng`."""

    def __init__(self, seed: int, people: int = 20_000) -> None:
        self.rng = rng = np.random.RandomState(seed)
        self.acts: list[Act] = []
        self.groups: dict[str, list[Hashable]] = {}
        self.days = int(rng.randint(10, 60))
        self.daily = self._daily()
        self.returning = float(rng.uniform(0.3, 0.9))
        self.carriers = [f"101.{rng.randint(8, 16)}.{n}" for n in range(rng.randint(4, 40))]
        self.streets = [
            f"{rng.randint(36, 126)}.{rng.randint(256)}.{rng.randint(256)}" for _ in range(rng.randint(800, 6_000))
        ]
        sizes = rng.pareto(1.5, len(self.streets)) + 0.2
        self.sizes: Floats = sizes / sizes.sum()
        self.statements = int(rng.randint(25, 120))
        self.opinions: Floats = rng.beta(0.7, 0.7, (rng.randint(2, 5), self.statements))
        self.heard: Floats = rng.beta(1, 3, self.statements) + 0.02
        self.calls = [(self.moment(), rng.uniform(0.01, 0.08), rng.uniform(900, 9_000)) for _ in range(rng.poisson(3))]
        for special in (_university, _schools, _offices, _associations):
            special(self)
        while len(self.acts) < people:
            _household(self)

    def add(self, group: str, act: Act) -> None:
        """One more honest person."""
        person = f"h{len(self.acts)}"
        self.acts.append(replace(act, person=person))
        self.groups.setdefault(group, []).append(person)

    def _daily(self) -> Floats:
        """How much happens each day: the news raises it, and that fades; weekends differ."""
        rng, level = self.rng, np.ones(self.days)
        for _ in range(rng.poisson(2.5)):
            day = rng.randint(self.days)
            level[day:] += rng.uniform(2, 15) * 0.5 ** np.arange(self.days - day)
        level[rng.randint(7) :: 7] *= rng.uniform(0.6, 1.3)
        daily: Floats = level / level.sum()
        return daily

    def moment(self) -> float:
        """Some day, mostly by day."""
        hour = self.rng.choice(24, p=RHYTHM) + self.rng.rand()
        return float(BEGIN + self.rng.choice(self.days, p=self.daily) * DAY + hour * HOUR)

    def some_time(self) -> float:
        """The same, or after one of the calls that went out."""
        lot = self.rng.rand()
        for at, share, pace in self.calls:
            if lot < share:
                return at + float(self.rng.exponential(pace))
            lot -= share
        return self.moment()

    def home(self) -> Home:
        """A network and an address in it: a carrier's, or a street's."""
        if self.rng.rand() < 0.35:
            network = str(self.rng.choice(self.carriers))
            return network, f"{network}.{self.rng.randint(256)}"
        network = self.streets[int(self.rng.choice(len(self.streets), p=self.sizes))]
        return network, f"{network}.{self.rng.randint(1, 255)}"

    def phone(self) -> str:
        """A range of a thousand numbers."""
        return f"09{self.rng.choice(PREFIXES)}{self.rng.randint(1_000):03}"

    def age(self, returning: float | None = None) -> float:
        """Seconds since the account was made: old, or made for this, mostly within the hour."""
        old = self.rng.rand() < (self.returning if returning is None else returning)
        return float(self.rng.gamma(1.2, 250 * DAY) if old else self.rng.lognormal(np.log(900), 1.5))

    def ballot(self, keen: float = 1.0) -> frozenset[Hashable]:
        """Votes (statement, 1 or -1): what is heard of more often is voted on more often, and camps agree."""
        agreeing = self.opinions[self.rng.randint(len(self.opinions))]
        chance = np.minimum(self.heard * keen * self.rng.exponential(1.0), 0.97)
        voted = np.flatnonzero(self.rng.rand(self.statements) < chance)
        return frozenset((int(n), 1 if self.rng.rand() < agreeing[n] else -1) for n in voted)

    def person(self, at: float, home: Home | None = None, returning: float | None = None) -> Act:
        """Somebody ordinary."""
        network, address = home or self.home()
        domain = str(self.rng.choice(list(DOMAINS), p=list(DOMAINS.values())))
        domain = domain or f"company{int(self.rng.pareto(0.8) * 10)}.com.tw"
        return Act(
            None, at, network, address, domain, self._mailbox(), self.phone(), self.age(returning), self.ballot()
        )

    def _mailbox(self) -> str:
        rng = self.rng
        family, given, word = (str(rng.choice(names)) for names in (FAMILIES, GIVEN, WORDS))
        made = (
            family + given,
            f"{given}.{family}",
            f"{family}{given}{rng.randint(60, 110)}",
            f"{given}{rng.randint(1, 10_000)}",
            f"{word}{rng.randint(1, 1_000)}",
            f"{word}{given}{rng.randint(1950, 2012)}",
        )
        return made[rng.randint(len(made))]


def _household(town: Town) -> None:
    """One person, or a family behind one address."""
    if town.rng.rand() >= 0.12:
        return town.add("", town.person(town.some_time(), town.home()))
    home, first = town.home(), town.some_time()
    for _ in range(town.rng.randint(2, 6)):
        town.add("family", town.person(first + town.rng.exponential(2 * HOUR), home))
    return None


def _university(town: Town) -> None:
    """Public addresses in a few networks or one shared one, numbered mail; and a lecture hall."""
    rng = town.rng
    networks = [f"140.112.{n}" for n in range(rng.randint(1, 6))]
    for _ in range(rng.randint(150, 700)):
        network = str(rng.choice(networks))
        host = 1 if rng.rand() < 0.5 else rng.randint(2, 255)
        one = town.person(town.some_time(), (network, f"{network}.{host}"), 0.4)
        if rng.rand() < 0.4:
            number = f"{rng.choice(list('brdf'))}{rng.randint(9, 15):02}{rng.randint(10**6):06}"
            one = replace(one, domain="university.edu.tw", mailbox=number)
        town.add("campus", one)
    lecture, network = town.moment(), str(rng.choice(networks))
    for _ in range(rng.randint(40, 120)):
        host = rng.randint(2, 255)
        town.add("lecture", town.person(lecture + abs(rng.normal(0, 900)), (network, f"{network}.{host}"), 0.2))


def _schools(town: Town) -> None:
    """Classes within a lesson each, behind the school's address; on one day or on several, with its mail or not."""
    rng = town.rng
    for school in range(rng.randint(2, 8)):
        home, domain = (f"163.13.{school}", f"163.13.{school}.254"), f"school{school}.edu.tw"
        own_mail, new, one_day = rng.rand() < 0.5, rng.rand() < 0.7, rng.rand() < 0.5
        day = rng.randint(town.days)
        for lesson in range(rng.randint(1, 7)):
            start = BEGIN + (day if one_day else rng.randint(town.days)) * DAY + (9 + lesson) * HOUR
            for seat in range(1, rng.randint(18, 35)):
                one = town.person(start + rng.uniform(0, 3_000), home)
                one = replace(one, others=town.ballot(0.1), age=rng.uniform(60, 2_400) if new else one.age)
                if own_mail:
                    one = replace(one, domain=domain, mailbox=f"s11{lesson}{seat:03}")
                town.add("class", one)


def _offices(town: Town) -> None:
    """Colleagues behind few addresses, over the whole time or after a letter to all; some with company numbers."""
    rng = town.rng
    for office in range(rng.randint(3, 10)):
        network, letter = f"210.{office}.1", town.moment() if rng.rand() < 0.5 else None
        numbers = town.phone() if rng.rand() < 0.4 else None
        for _ in range(rng.randint(6, 80)):
            at = town.some_time() if letter is None else letter + rng.exponential(3 * HOUR)
            one = town.person(at, (network, f"{network}.{rng.randint(1, 5)}"), 0.5)
            if rng.rand() < 0.7:
                one = replace(
                    one, domain=f"office{office}.com.tw", mailbox=f"{rng.choice(GIVEN)}.{rng.choice(FAMILIES)}"
                )
            town.add("office", replace(one, phone=numbers if numbers and rng.rand() < 0.5 else one.phone))


def _associations(town: Town) -> None:
    """A letter to all members on one evening: from everywhere, most of them newcomers."""
    for _ in range(town.rng.randint(0, 4)):
        letter = town.moment()
        for _ in range(town.rng.randint(40, 400)):
            town.add("letter", town.person(letter + town.rng.weibull(0.7) * 2 * HOUR, returning=0.25))
