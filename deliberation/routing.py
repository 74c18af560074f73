"""What to ask a person next: the statement whose answer is worth most, to their place on the map and to the map.

An answer tells something about the *person*: how much less unsure the map is then of what they think of all the
statements (van der Linden 1999, "Multidimensional adaptive testing with a minimum error-variance criterion", after
Segall 1996, "Multidimensional adaptive testing"). It also tells something about the *statement*: much while few have
answered it, less and less later, so that new statements get their share. Both are in bits, and are added up.

Agreeing and disagreeing count alike: a statement is not shown less because people reject it. The statement is drawn
by lot, with better odds the more it is worth, so that nothing is left unasked for good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from deliberation.placing import inverses
from deliberation.space import Space
from deliberation.votes import Floats, Ints

# Chosen on planted conversations of every family, others than `bench/routing.py` measures.
# Odds of being asked grow with this power of a statement's worth.
SHARPNESS = 3.0
# Answers that the model's prior about a statement is worth.
PRIOR_ANSWERS = 30.0


@dataclass(frozen=True, eq=False)
class Worth:
    """What an answer to each statement would tell, and how likely each is asked next; (n_statements,) each.

    Attributes
    ----------
    about_person, about_statement : bits
        0 about the person where there is no model, and 0 for a statement already answered.
    chances : sum to 1
        All 0 if every statement has been answered.
    """

    about_person: Floats
    about_statement: Floats
    chances: Floats

    @property
    def worth(self) -> Floats:
        """What the odds of being asked grow with."""
        return self.about_person + self.about_statement

    def draw(self, random_state: int) -> int | None:
        """The index of the statement to ask; None if there is none left."""
        if not self.chances.any():
            return None
        return int(np.random.default_rng(random_state).choice(len(self.chances), p=self.chances))


@dataclass(frozen=True, eq=False)
class Asked:
    """A person as far as they are known: coordinates `mean` (n_axes,) and their `covariance` (n_axes, n_axes)."""

    mean: Floats
    covariance: Floats

    @classmethod
    def newcomer(cls, model: Space) -> Asked:
        """Somebody of whom nothing is known."""
        return cls(np.zeros(model.n_axes), inverses(model.precision))


def worth_asking(
    counts: Ints,
    answered: NDArray[np.bool_],
    model: Space | None = None,
    person: Asked | None = None,
    rows: Ints | None = None,
) -> Worth:
    """What an answer to each statement would tell.

    Parameters
    ----------
    counts : (n_statements, 3)
        How many agreed, disagreed and passed so far.
    answered : bool (n_statements,)
        What this person has been asked already.
    model : Space, optional
        Without one, or with one without axes, the statements with the fewest answers come first.
    person : Asked, optional
        A newcomer if absent.
    rows : int (n_statements,), optional
        The model's index of each statement, -1 for one it has not seen; by default they are the model's, in order.

    Raises
    ------
    ValueError
        If the shapes do not fit each other.
    """
    known = _checked(counts, answered, model, person, rows)
    open_ = ~answered
    nothing = np.zeros(len(counts))
    if not open_.any():
        return Worth(nothing, nothing, nothing)
    if model is None or not model.n_axes:
        answers = counts.sum(axis=1)
        fewest = open_ & (answers == answers[open_].min())
        return Worth(nothing, _about_statements(counts, 1) * open_, fewest / fewest.sum())
    told = _about_person(counts, model, person or Asked.newcomer(model), known) * open_
    about = _about_statements(counts, model.n_axes) * open_
    odds = Worth(told, about, nothing).worth ** SHARPNESS
    return Worth(told, about, odds / odds.sum())


def ask_next(
    counts: Ints,
    answered: NDArray[np.bool_],
    model: Space | None = None,
    person: Asked | None = None,
    rows: Ints | None = None,
    *,
    random_state: int,
) -> int | None:
    """The index of the statement to ask this person next, None if all are answered; see `worth_asking`.

    The same arguments give the same statement.

    >>> counts = np.array([[9, 9, 2], [0, 1, 0], [3, 0, 0]])
    >>> ask_next(counts, np.array([False, False, False]), random_state=0)
    1
    >>> ask_next(counts, np.array([True, True, True]), random_state=0) is None
    True
    """
    return worth_asking(counts, answered, model, person, rows).draw(random_state)


def _about_person(counts: Ints, model: Space, person: Asked, rows: Ints) -> Floats:
    """By how much an answer to each statement is expected to shrink the doubt about the person, in bits.

    The doubt is the variance of the person's log-odds, averaged over the model's statements; 1 bit halves its root.
    Passing tells nothing. A statement the model has not seen counts as an average one.
    """
    asks = model.axes.T
    shared = asks @ person.covariance
    doubts = (shared * asks).sum(axis=1)
    # The expected chance under the doubt: MacKay (1992), "The evidence framework applied to classification networks".
    chance = expit((model.intercepts + asks @ person.mean) / np.sqrt(1 + np.pi / 8 * doubts))
    weight = chance * (1 - chance)
    moments = model.axes @ asks
    # One answer takes weight * C x x'C / (1 + weight * x'C x) from the covariance C: Sherman and Morrison (1950).
    taken = weight * (shared @ moments * shared).sum(axis=1) / (1 + weight * doubts)
    gained = -np.log2(1 - taken / doubts.sum()) / 2
    opinions = (counts[:, 0] + counts[:, 1] + 1) / (counts.sum(axis=1) + 1)
    told: Floats = opinions * np.where(rows >= 0, gained[rows], gained.mean())
    return told


def _about_statements(counts: Ints, size: int) -> Floats:
    """What the next answer tells about a statement's `size` parameters, in bits, after as many answers as it has."""
    told: Floats = size / 2 * np.log2(1 + 1 / (counts.sum(axis=1) + PRIOR_ANSWERS))
    return told


def _checked(
    counts: Ints, answered: NDArray[np.bool_], model: Space | None, person: Asked | None, rows: Ints | None
) -> Ints:
    """The model's index of each statement, everything fitting."""
    n = len(counts)
    if counts.shape != (n, 3) or answered.shape != (n,):
        raise ValueError(f"counts {counts.shape} and answered {answered.shape} are not (n, 3) and (n,)")
    if rows is not None and rows.shape != (n,):
        raise ValueError(f"rows {rows.shape} are not one for each of {n} statements")
    known = np.arange(n) if rows is None else rows
    if model is None:
        return known
    size, axes = len(model.intercepts), model.n_axes
    if rows is None and size != n:
        raise ValueError(f"the model has {size} statements, not {n}: say which in `rows`")
    if known.max(initial=-1) >= size:
        raise ValueError(f"the model has {size} statements, none at {known.max()}")
    if person is not None and len(person.mean) != axes:
        raise ValueError(f"a person known on {len(person.mean)} axes, the model has {axes}")
    return known
