"""Are edited copies found among 20,000 short texts, and is what is found a copy?

    python -m bench.look_alikes             # --texts, --seeds

Each text is added to the index and then asked for; a pair counts as found if either names the other. Recall is
printed for each kind of edit. No two honest texts share three of place, thing, wish and reason; what happens to
texts that differ in one of them alone is printed apart, for there likeness is a matter of taste.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections import Counter
from dataclasses import replace
from random import Random

from bench.texts import EDITS, EN_PLACES, PLACES, Planted, originals, planted
from moderation.lookalikes import ALIKE, LookAlikes, resemblance

COPIES = 0.09


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("bench.look_alikes", None, __doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--texts", type=int, default=20_000, help="how many texts (%(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="how many corpora (%(default)s)")
    given = parser.parse_args()
    for seed in range(given.seeds):
        _one(planted(given.texts, int(given.texts * COPIES), seed + 1))
    _memory(planted(given.texts, 9, 1))
    _one_part_changed()


def _one(corpus: Planted) -> None:
    began = time.perf_counter()
    index = indexed(corpus)
    indexing = time.perf_counter() - began
    took: list[float] = []
    found: set[tuple[int, int]] = set()
    for number, text in enumerate(corpus.texts):
        began = time.perf_counter()
        alike = index.like(text)
        took.append((time.perf_counter() - began) * 1000)
        found |= {(min(number, one.key), max(number, one.key)) for one in alike if one.key != number}
    right = found & corpus.pairs.keys()
    print(f"{len(corpus.texts)} texts, {len(corpus.pairs)} planted copies, alike from {ALIKE}")
    print(f"  recall {len(right) / len(corpus.pairs):.3f}   precision {len(right) / max(1, len(found)):.3f}")
    took.sort()
    print(
        f"  indexing {indexing:.2f} s   a query: median {statistics.median(took):.1f}, "
        f"99 % {took[int(len(took) * 0.99)]:.1f}, longest {took[-1]:.1f} ms"
    )
    every, hit = Counter(corpus.pairs.values()), Counter(corpus.pairs[one] for one in right)
    print("  recall by edit: " + ", ".join(f"{e.__name__} {hit[e.__name__] / every[e.__name__]:.2f}" for e in EDITS))


def indexed(corpus: Planted) -> LookAlikes:
    """The corpus, every text under its number."""
    index = LookAlikes()
    for number, text in enumerate(corpus.texts):
        index.add(number, text)
    return index


def _memory(corpus: Planted) -> None:
    tracemalloc.start()
    index = indexed(corpus)
    print(f"memory of {len(index)} texts: {tracemalloc.get_traced_memory()[0] / 2**20:.0f} MiB")
    tracemalloc.stop()


def _one_part_changed() -> None:
    rng = Random(3)
    pairs = []
    for one in originals(rng, 2000):
        places = EN_PLACES if one.place in EN_PLACES else PLACES
        pairs.append((str(one), str(replace(one, place=rng.choice([p for p in places if p != one.place])))))
    alike = sum(resemblance(*pair) >= ALIKE for pair in pairs)
    print(f"of {len(pairs)} texts that differ from another in the place alone, {alike / len(pairs):.0%} look like it")


if __name__ == "__main__":
    main()
