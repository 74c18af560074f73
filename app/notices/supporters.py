"""Writing to supporters, some at a time."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from app.core.context import UnitOfWork
from app.core.language import said
from app.notices.addresses import addresses
from app.notices.queries import people_to_write_to
from app.notices.sending import send
from app.proposals.queries import proposal_of_topic
from app.proposals.telling import next_readers

AT_ONCE = 100
EVERY = timedelta(minutes=1)
"""So many letters leave in so much time: a letter that can wait does not hold up a link somebody waits for."""


def write_to_supporters(work: UnitOfWork) -> int:
    """Write every letter that waits to whoever wants it, each lot in a transaction of its own; returns how many."""
    written = 0
    for lot in count():
        with work() as ctx:
            found = next_readers(ctx, AT_ONCE)
            if found is None:
                return written
            letter, people = found
            proposal = proposal_of_topic(ctx, letter.topic_id)
            if proposal is None:
                continue
            number = proposal.merged_into_id or proposal.id
            for reader in people_to_write_to(ctx, people):
                title = said(proposal.topic.title, reader.lang).text
                page = addresses().proposal(number, reader.lang)
                values = {"kind": letter.kind.value, "text": letter.text, "title": title, "page": page}
                send(ctx, reader, "supporters", wait=lot * EVERY, **values)
                written += 1
    return written
