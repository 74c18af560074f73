"""What people think, in several kinds that no one model explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from deliberation.simulate.planted import Codes
from deliberation.votes import Floats


@dataclass(frozen=True, eq=False)
class Rates:
    """Everybody in a group agrees at the group's own rate: `groups` (n_people,), `rates` (n_groups, n_statements).

    `hesitations` (n_statements,): how many times as often as usual people pass on each statement.
    """

    groups: Codes
    rates: Floats
    hesitations: Floats | float = 1.0

    def chances(self, people: Codes, statements: Codes) -> Floats:
        """P(agree | agree or disagree), shape (n_pairs,)."""
        found: Floats = self.rates[self.groups[people], statements]
        return found

    def hesitation(self, people: Codes, statements: Codes) -> Floats:
        """Everybody passes as often on a statement as the others."""
        found: Floats = np.broadcast_to(self.hesitations, self.rates.shape[1])[statements]
        return found


@dataclass(frozen=True, eq=False)
class Leanings:
    """Logistic in people's `places` (n_people, d): log-odds intercept + place . loading.

    `loadings` (n_statements, d), `intercepts` (n_statements,). The kind of model the map itself fits.
    """

    places: Floats
    loadings: Floats
    intercepts: Floats

    def chances(self, people: Codes, statements: Codes) -> Floats:
        """P(agree | agree or disagree), shape (n_pairs,)."""
        shared = np.einsum("nd,nd->n", self.places[people], self.loadings[statements])
        chances: Floats = expit(self.intercepts[statements] + shared)
        return chances

    def hesitation(self, people: Codes, statements: Codes) -> float:
        """Everybody passes as often as usual."""
        return 1.0


@dataclass(frozen=True, eq=False)
class Nearness:
    """People agree with what is near them (Coombs 1964, A Theory of Data: unfolding).

    Log-odds `steepness` * (reach - distance) between `places` (n_people, d) and `targets` (n_statements, d);
    `reaches` (n_statements,).
    """

    places: Floats
    targets: Floats
    reaches: Floats
    steepness: float

    def chances(self, people: Codes, statements: Codes) -> Floats:
        """P(agree | agree or disagree), shape (n_pairs,)."""
        distances = np.sqrt(((self.places[people] - self.targets[statements]) ** 2).sum(axis=1))
        chances: Floats = expit(self.steepness * (self.reaches[statements] - distances))
        return chances

    def hesitation(self, people: Codes, statements: Codes) -> float:
        """Everybody passes as often as usual."""
        return 1.0


@dataclass(frozen=True, eq=False)
class Topics:
    """Groups care about some topics, and answer as it comes, or pass, where they do not care.

    Attributes
    ----------
    stances : (n_people, n_topics)
        For or against what a topic is about.
    caring : bool array (n_people, n_topics)
    topics : int array (n_statements,)
    directions : (n_statements,)
        +1 speaks for its topic, -1 against it; smaller ones speak less plainly.
    moods : (n_statements,)
        How well a statement sounds to those it does not concern.
    slips : float
        Chance of an answer that has nothing to do with the view.
    """

    stances: Floats
    caring: NDArray[np.bool_]
    topics: Codes
    directions: Floats
    moods: Floats
    slips: float

    def chances(self, people: Codes, statements: Codes) -> Floats:
        """P(agree | agree or disagree), shape (n_pairs,)."""
        topics = self.topics[statements]
        pull = self.moods[statements] + self.directions[statements] * self.stances[people, topics]
        chances: Floats = self.slips / 2 + (1 - self.slips) * ndtr(pull)
        return chances

    def hesitation(self, people: Codes, statements: Codes) -> Floats:
        """People pass four times as often on what they do not care about."""
        return np.where(self.caring[people, self.topics[statements]], 0.5, 2.0)
