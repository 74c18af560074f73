"""What happens in public is told: every public fact has a sentence, and every sentence a public fact."""

from __future__ import annotations

from apiflask import APIFlask

from app.core.facts import KINDS

SAID_OTHERWISE = {
    "clock.started",
    "clock.stopped",
    "gathering.halted",
    "gathering.halt-lifted",
    "policies.published",
}
"""The opening and the reply say so of their clock; versions of the rules and what is stopped belong to no topic."""


def test_every_public_fact_has_its_sentence(app: APIFlask) -> None:
    public = {kind for kind, fact in KINDS.items() if fact.public}
    assert set(app.extensions["sentences"]) == public - SAID_OTHERWISE
    assert public > SAID_OTHERWISE
