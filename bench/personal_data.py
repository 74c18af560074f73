"""Personal data in invented texts: how much is found, and how much of what is found is some.

    python -m bench personal_data           # or: python -m bench.personal_data --texts 20000 --misses 10

Half of the texts hold personal data, Chinese and English, in the ways people write it; the other half holds what only
looks so: case numbers, prices, dates, laws, business numbers, hotlines, how agencies are reached. A label counts as
found if one span of its kind covers half of it, a span as right if it covers half of a label of its kind.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from bench.private_texts import KINDS, Labelled, labelled
from moderation import personal_data

NUMBERED = ("national_id", "residence_permit", "phone", "card", "bank_account", "plate")
Found = tuple[str, int, int]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        "bench.personal_data", None, __doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", type=int, default=0, help="show so many of what was missed or wrongly found")
    given = parser.parse_args()
    texts = labelled(given.texts, given.seed)
    started = time.perf_counter()
    found = [[(one.kind.value, one.start, one.end) for one in personal_data(text.text)] for text in texts]
    spent = time.perf_counter() - started
    empty = sum(not text.spans for text in texts)
    print(f"{len(texts)} texts, {empty} of them without personal data; {spent / len(texts) * 1000:.2f} ms each")
    report(texts, found)
    show(texts, found, given.misses)


def scores(texts: list[Labelled], found: list[list[Found]], kinds: tuple[str, ...]) -> tuple[int, float, float]:
    """How many labels there are of these kinds, recall and precision."""
    count: Counter[str] = Counter()
    for text, spans in zip(texts, found, strict=True):
        wanted = [one for one in text.spans if one[0] in kinds]
        got = [one for one in spans if one[0] in kinds]
        count["wanted"] += len(wanted)
        count["got"] += len(got)
        count["hit"] += sum(_covered(one, got) for one in wanted)
        count["right"] += sum(any(_covered(label, [one]) for label in wanted) for one in got)
    return count["wanted"], count["hit"] / max(1, count["wanted"]), count["right"] / max(1, count["got"])


def report(texts: list[Labelled], found: list[list[Found]]) -> None:
    """One line for each kind, and the numbered ones together."""
    print(f"\n{'':32} {'labels':>7} {'recall':>7} {'precision':>10}")
    for name, kinds in [(kind, (kind,)) for kind in KINDS] + [("numbered identifiers", NUMBERED)]:
        print("{:32} {:7} {:7.4f} {:10.4f}".format(name, *scores(texts, found, kinds)))
    for lang in ("zh", "en"):
        of = [n for n, text in enumerate(texts) if text.lang == lang]
        scored = scores([texts[n] for n in of], [found[n] for n in of], NUMBERED)
        print("{:32} {:7} {:7.4f} {:10.4f}".format(f"numbered identifiers, {lang}", *scored))


def show(texts: list[Labelled], found: list[list[Found]], most: int) -> None:
    """Examples of what was missed, and of what was wrongly found."""
    shown = 0
    for text, spans in zip(texts, found, strict=True):
        wrong = [f"missed {k} {text.text[a:b]!r}" for k, a, b in text.spans if not _covered((k, a, b), spans)]
        wrong += [
            f"wrong {k} {text.text[a:b]!r}"
            for k, a, b in spans
            if not any(_covered(w, [(k, a, b)]) for w in text.spans)
        ]
        if wrong and shown < most:
            shown += 1
            print(f"{'; '.join(wrong)} | {text.text!r}")


def _covered(label: Found, spans: list[Found]) -> bool:
    kind, start, end = label
    return any(k == kind and 2 * (min(b, end) - max(a, start)) >= end - start for k, a, b in spans)


if __name__ == "__main__":
    main()
