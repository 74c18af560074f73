"""How long triage takes: 10,000 posts in one go, and one post at a time beside 20,000 earlier texts.

    python -m bench.triage                  # --posts

Bars: 10,000 posts under 20 s, one post under 15 ms. The ratio is to one SHA-256 of 1 MiB, measured in the same
moment: read it where the machine is busy.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

from bench.look_alikes import indexed
from bench.texts import planted, statement
from moderation.learning import Learner
from moderation.lookalikes import LookAlikes
from moderation.seeing import all_signals
from moderation.triage import triage
from moderation.triage_rules import Author, default_rules

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SPICE = (
    "看 https://bit.ly/3abc https://a.example/1 https://b.example/2",
    "你這個白痴",
    "買買買買買買買買買買買",
    "WE DO NOT WANT THIS IN OUR STREET!!!",
    "國中妹妹加我的LINE，不要跟爸媽說",
    "kill yourself",
)


def posts(n: int, seed: int = 1) -> list[str]:
    """`n` posts of one to six statements, one in ten with something to see."""
    rng = Random(seed)
    made = []
    for number in range(n):
        parts = [statement(rng, english=number % 5 == 0) for _ in range(rng.randint(1, 6))]
        made.append("\n".join(parts) + (f"\n{rng.choice(SPICE)}" if number % 10 == 0 else ""))
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("bench.triage", None, __doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--posts", type=int, default=10_000, help="how many posts (%(default)s)")
    given = posts(parser.parse_args().posts)
    learner = Learner.of((text, number % 4 == 0) for number, text in enumerate(posts(400, seed=2)))
    earlier = indexed(planted(20_000, 1800, 1))
    began = time.perf_counter()
    outcomes = Counter(judged(text, learner, None) for text in given)
    print(f"{len(given)} posts in {time.perf_counter() - began:.1f} s: " + ", ".join(map(_counted, outcomes.items())))
    took, unit = [], []
    for text in given[:500]:
        began = time.perf_counter()
        judged(text, learner, earlier)
        took.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        sha256(bytes(2**20)).digest()
        unit.append((time.perf_counter() - began) * 1000)
    low, middle, high = min(took), statistics.median(took), max(took)
    print(f"one post beside {len(earlier)} texts: least {low:.1f}, median {middle:.1f}, most {high:.1f} ms")
    print(f"ratio of the median to one SHA-256 of 1 MiB: {middle / statistics.median(unit):.1f}")


def judged(text: str, learner: Learner, earlier: LookAlikes | None) -> str:
    """The outcome of a post by somebody who has posted before."""
    signals = all_signals(text, 0, NOW, [NOW - timedelta(hours=2)], earlier=earlier, learner=learner)
    return triage(signals, Author(kept=4, days=30), default_rules()).outcome.value


def _counted(one: tuple[str, int]) -> str:
    return f"{one[0]} {one[1]}"


if __name__ == "__main__":
    main()
