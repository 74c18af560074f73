"""The learner: it abstains, is measured on what comes later, and is kept without pickle."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest

from bench.texts import statement
from moderation.learning import ENOUGH, Learner
from moderation.signals import SignalKind


def decisions(n: int, seed: int, *, noise: bool = False) -> list[tuple[str, bool]]:
    """Moderators who hide advertisements, one post in five; with `noise` they hide by lot."""
    rng = random.Random(seed)
    made = []
    for number in range(n):
        advert = number % 5 == 0
        text = statement(rng, english=number % 3 == 0)
        made.append((f"{text} 加入會員享優惠 免費試玩 {number}" if advert and not noise else text, advert))
    return made


@pytest.fixture(scope="module")
def learner() -> Learner:
    return Learner.of(decisions(600, seed=1))


def test_it_says_nothing_before_it_has_seen_enough_of_both_kinds() -> None:
    learner = Learner.of(decisions(200, seed=2))
    assert learner.is_abstaining
    assert learner.chance("加入會員享優惠 免費試玩") is None
    assert learner.signal("加入會員享優惠 免費試玩") == []
    assert Learner.of((text, False) for text, _ in decisions(ENOUGH * 4, seed=2)).is_abstaining


def test_it_learns_what_moderators_here_hide(learner: Learner) -> None:
    (signal,) = learner.signal("夜市周邊 加入會員享優惠 免費試玩")
    assert signal.kind is SignalKind.LEARNT
    assert signal.amount > 50
    assert learner.signal("火車站前應該增設遮陽棚，夏天曬到快中暑") == []


def test_its_precision_is_that_of_flags_set_before_the_decision(learner: Learner) -> None:
    measured = learner.measured()
    assert (measured.decisions, measured.hidden) == (600, 120)
    assert measured.flagged
    assert measured.precision is not None
    assert measured.precision >= 0.9
    assert measured.recall is not None
    # Half of what was hidden came before it had seen enough: it cannot have been flagged.
    assert measured.recall < 0.7


def test_where_moderators_decide_by_lot_it_flags_next_to_nothing() -> None:
    measured = Learner.of(decisions(800, seed=3, noise=True)).measured()
    assert measured.flagged <= 8


def test_its_chances_are_about_right(learner: Learner) -> None:
    later = decisions(200, seed=4)
    chances = [learner.chance(text) or 0.0 for text, _ in later]
    assert abs(sum(chances) - sum(hidden for _, hidden in later)) < 15


def test_what_it_learnt_is_kept_as_the_same_bytes_without_pickle(learner: Learner) -> None:
    kept = learner.to_bytes()
    again = Learner.from_bytes(kept)
    text = "夜市周邊 加入會員享優惠"
    assert again.chance(text) == learner.chance(text)
    assert again.measured() == learner.measured()
    assert again.to_bytes() == kept == Learner.of(decisions(600, seed=1)).to_bytes()
    with np.load(io.BytesIO(kept), allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)


@pytest.mark.parametrize("kept", [b"", b"not a zip", b"PK\x03\x04"])
def test_bytes_it_never_kept_are_refused(kept: bytes) -> None:
    with pytest.raises(ValueError, match="learner"):
        Learner.from_bytes(kept)
