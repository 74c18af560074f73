"""How well a cut of people into groups explains what they answered, whichever model drew it.

If every group had a rate of its own of agreeing with each statement, and within groups people answered by that rate
alone, then how likely would the votes be? The rates are not fitted but averaged over all that are possible, so more
groups do not explain more by themselves: exact integrated likelihood of a latent class model (Biernacki, Celeux and
Govaert 2010, "Exact and Monte Carlo calculations of integrated likelihoods for the latent class model").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.special import betaln, gammaln

from deliberation.votes import Floats, Ints, Votes

# What is expected of a group before anybody has answered: what everybody says, with the weight of so many answers.
EXPECTED = 1.0
# And that people fall to groups by any shares (Jeffreys' prior).
SHARES = 0.5


@dataclass(frozen=True, eq=False)
class Answers:
    """Who agreed and who disagreed: sparse (n, n_statements) each; the share of agreement, never 0 or 1."""

    agreed: csr_array
    disagreed: csr_array
    rates: Floats

    @classmethod
    def of(cls, votes: Votes) -> Answers:
        """Passes are no answers."""
        agreed, disagreed = ((votes.values == side).astype(np.float64) for side in (1, -1))
        ayes, noes = (np.bincount(votes.columns, said, votes.n_statements) + 1 for said in (agreed, disagreed))
        return cls(votes.matrix(agreed), votes.matrix(disagreed), ayes / (ayes + noes))

    def explained(self, labels: Ints) -> float:
        """The log-likelihood of all answers and of who is in which group, for the group of each person (n,)."""
        sizes = np.bincount(labels)
        belongs = csr_array((np.ones(len(labels)), (labels, np.arange(len(labels)))))
        ayes, noes = ((belongs @ said).toarray() for said in (self.agreed, self.disagreed))
        before = EXPECTED * self.rates, EXPECTED * (1 - self.rates)
        answers = betaln(ayes + before[0], noes + before[1]) - betaln(*before)
        people = gammaln(sizes + SHARES).sum() - gammaln(len(labels) + SHARES * len(sizes))
        return float(answers.sum() + people + gammaln(SHARES * len(sizes)) - len(sizes) * gammaln(SHARES))
