"""A classifier that learns from the decisions of moderators here: how likely would they hide this? It never decides.

Character runs are hashed, a linear model learns each decision once (logistic regression by gradient steps). Every
text is guessed before it is learnt, so all figures are about decisions that came later than what was known
("prequential"; Dawid, 1984). From these guesses the chances are calibrated (Platt, 1999) and the point is chosen
from which a text is flagged; its precision is measured on the decisions after. Until there are enough decisions of
both kinds, and while the flags are not right often enough, it abstains.

What it learnt is kept as bytes (NumPy's npz and JSON, never pickle). The same decisions in the same order give the
same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.feature_extraction.text import HashingVectorizer

from moderation.folding import folded
from moderation.signals import Signal, SignalKind

VERSION = 1
FEATURES = 2**16
LONGEST = 5_000
"""Characters that are read."""
ENOUGH = 50
"""Decisions of each kind before it says anything."""
REMEMBERED = 2_000
"""Latest guesses that calibration and precision are worked out from."""
REFRESH = 25
"""Decisions after which the calibration is worked out anew."""
WANTED = 0.8
"""Precision that the flag is set for."""
TOLERATED = 0.6
"""Precision on later decisions below which it abstains again."""
FEWEST = 10
"""Flags below which a precision says nothing."""
RATE, RIDGE = 0.5, 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """How the flags did on decisions that came after them. Without flags nothing is known of their precision."""

    decisions: int
    hidden: int
    flagged: int
    right: int

    @property
    def precision(self) -> float | None:
        """Of the flagged texts, the share that was hidden."""
        return self.right / self.flagged if self.flagged else None

    @property
    def recall(self) -> float | None:
        """Of the hidden texts, the share that was flagged."""
        return self.right / self.hidden if self.hidden else None


class Learner:
    """Learns one decision at a time. After a reversed decision build a new one from the decisions that hold."""

    def __init__(self) -> None:
        self._weights: Floats = np.zeros(FEATURES)
        self._bias = 0.0
        self._seen = [0, 0]
        self._scores: list[float] = []
        self._hidden: list[int] = []
        self._flags: list[int] = []
        self._slope, self._shift, self._point = 1.0, 0.0, 1.1

    @classmethod
    def of(cls, decisions: Iterable[tuple[str, bool]]) -> Learner:
        """A learner that has seen these decisions in this order: (text, was it hidden)."""
        learner = cls()
        for text, hidden in decisions:
            learner.learn(text, hidden=hidden)
        return learner

    def learn(self, text: str, *, hidden: bool) -> None:
        """Guess, note how right that was, then learn."""
        columns, values = _features(text)
        score = self._score(columns, values)
        chance = self._chance(score)
        self._remember(score, hidden=hidden, flagged=chance is not None and chance >= self._point)
        # The rarer kind weighs more, so that a thousand kept texts do not teach to keep everything.
        weight = sum(self._seen) / (2 * self._seen[hidden])
        step = RATE * min(weight, 10.0) * (float(hidden) - expit(score))
        self._weights[columns] += step * values - RIDGE * self._weights[columns]
        self._bias += 0.1 * step
        if sum(self._seen) % REFRESH == 0:
            self._calibrate()

    def chance(self, text: str) -> float | None:
        """How likely moderators here would hide the text; None where too little is known."""
        return self._chance(self._score(*_features(text)))

    def signal(self, text: str) -> list[Signal]:
        """A signal if the chance reaches the chosen point and the flags have been right often enough."""
        chance, precision = self.chance(text), self.measured().precision
        if chance is None or chance < self._point or (precision is not None and precision < TOLERATED):
            return []
        figures = {"decisions": sum(self._seen)} | ({} if precision is None else {"precision": round(100 * precision)})
        return [Signal(SignalKind.LEARNT, round(100 * chance), chance * 0.5, (), figures)]

    def measured(self) -> Measured:
        """How the flags did on the latest decisions."""
        hidden, flags = np.array(self._hidden, dtype=int), np.array(self._flags, dtype=int)
        return Measured(len(hidden), int(hidden.sum()), int(flags.sum()), int((hidden & flags).sum()))

    @property
    def is_abstaining(self) -> bool:
        """Whether there are too few decisions of one kind."""
        return min(self._seen) < ENOUGH

    def to_bytes(self) -> bytes:
        """Everything that was learnt."""
        known = {
            "version": VERSION,
            "bias": self._bias,
            "seen": self._seen,
            "calibration": [self._slope, self._shift, self._point],
        }
        arrays: dict[str, Any] = {
            "known": np.frombuffer(json.dumps(known).encode(), dtype=np.uint8),
            "columns": (used := np.flatnonzero(self._weights)).astype(np.uint32),
            "weights": self._weights[used],
            "scores": np.array(self._scores, dtype=np.float64),
            "hidden": np.array(self._hidden, dtype=np.uint8),
            "flags": np.array(self._flags, dtype=np.uint8),
        }
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Learner:
        """What `to_bytes` gave. `ValueError` for anything else, another version included: then learn anew."""
        try:
            with np.load(io.BytesIO(kept), allow_pickle=False) as file:
                arrays = {name: file[name] for name in ("known", "columns", "weights", "scores", "hidden", "flags")}
            known = json.loads(arrays["known"].tobytes())
            if known["version"] != VERSION:
                raise ValueError(f"version {known['version']}")
            learner = cls()
            learner._bias, learner._seen = float(known["bias"]), [int(one) for one in known["seen"]]
            learner._slope, learner._shift, learner._point = map(float, known["calibration"])
            learner._weights[arrays["columns"]] = arrays["weights"]
        except (KeyError, IndexError, TypeError, ValueError, OSError, EOFError, BadZipFile) as error:
            raise ValueError("not what a learner kept") from error
        learner._scores = arrays["scores"].tolist()
        learner._hidden, learner._flags = arrays["hidden"].tolist(), arrays["flags"].tolist()
        return learner

    def _score(self, columns: NDArray[np.int32], values: Floats) -> float:
        return float(self._weights[columns] @ values) + self._bias

    def _chance(self, score: float) -> float | None:
        return None if self.is_abstaining else float(expit(self._slope * score + self._shift))

    def _remember(self, score: float, *, hidden: bool, flagged: bool) -> None:
        self._seen[hidden] += 1
        for kept, new in ((self._scores, score), (self._hidden, int(hidden)), (self._flags, int(flagged))):
            kept.append(new)  # type: ignore[arg-type]
            del kept[:-REMEMBERED]

    def _calibrate(self) -> None:
        if self.is_abstaining:
            return
        scores, hidden = np.array(self._scores), np.array(self._hidden)
        self._slope, self._shift = _platt(scores, hidden)
        self._point = _point(expit(self._slope * scores + self._shift), hidden)


def _features(text: str) -> tuple[NDArray[np.int32], Floats]:
    row = _HASHER.transform([folded(text[:LONGEST]).text])
    return row.indices, row.data


_HASHER = HashingVectorizer(analyzer="char_wb", ngram_range=(1, 4), n_features=FEATURES, alternate_sign=True)


def _platt(scores: Floats, hidden: NDArray[np.int64]) -> tuple[float, float]:
    """Slope and shift that turn scores into chances, with Platt's softened targets."""
    yes, no = hidden.sum(), len(hidden) - hidden.sum()
    targets = np.where(hidden == 1, (yes + 1) / (yes + 2), 1 / (no + 2))

    def loss(line: Floats) -> tuple[float, Floats]:
        logit = line[0] * scores + line[1]
        wrong = expit(logit) - targets
        cost = np.logaddexp(0, logit) - targets * logit
        return float(cost.mean()), np.array([(wrong * scores).mean(), wrong.mean()])

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return max(0.0, float(found[0])), float(found[1])


def _point(chances: Floats, hidden: NDArray[np.int64]) -> float:
    """The lowest chance from which enough flags would have been right as often as wanted; above 1 if there is none."""
    order = np.argsort(-chances, kind="stable")
    flagged = np.arange(1, len(order) + 1)
    right = np.cumsum(hidden[order]) / flagged
    # Texts with the same chance are flagged together.
    is_last = np.append(np.diff(chances[order]) != 0, True)
    good = np.flatnonzero((right >= WANTED) & (flagged >= FEWEST) & is_last)
    return float(chances[order[good[-1]]]) if len(good) else 1.1
