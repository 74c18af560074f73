"""How long triage takes: 10,000 posts in one go, and one post at a time beside 20,000 earlier texts.

    python -m bench.triage                  # --posts

Bars: 10,000 posts under 20 s, one post under 15 ms. Where others use the machine read the work, not the time elapsed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
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
    began, worked = time.perf_counter(), time.process_time()
    outcomes = Counter(judged(text, learner, None) for text in given)
    wall, work = time.perf_counter() - began, time.process_time() - worked
    print(f"{len(given)} posts in {wall:.1f} s, {work:.1f} s of work: " + ", ".join(map(_counted, outcomes.items())))
    took = [_took(partial(judged, text, learner, earlier)) for text in given[:500]]
    unit = [_took(partial(sha256, bytes(2**20))) for _ in range(100)]
    print(f"one post beside {len(earlier)} texts:")
    for name, column in (("elapsed", 0), ("work", 1)):
        times = [one[column] for one in took]
        ratio = statistics.median(times) / statistics.median(one[column] for one in unit)
        print(
            f"  {name}: least {min(times):.1f}, median {statistics.median(times):.1f}, most {max(times):.1f} ms; "
            f"{ratio:.1f} times a SHA-256 of 1 MiB"
        )


def _took(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock on the wall, and of this process's own work."""
    began, worked = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def judged(text: str, learner: Learner, earlier: LookAlikes | None) -> str:
    """The outcome of a post by somebody who has posted before."""
    signals = all_signals(text, 0, NOW, [NOW - timedelta(hours=2)], earlier=earlier, learner=learner)
    return triage(signals, Author(kept=4, days=30), default_rules()).outcome.value


def _counted(one: tuple[str, int]) -> str:
    return f"{one[0]} {one[1]}"


if __name__ == "__main__":
    main()
