"""Keeping the index as the rows are. Called by reactions, inside the transaction of the act that changed a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.core.context import Context
from app.core.permissions import Permission
from app.search import engine
from app.search.kinds import KINDS, Document, Kind
from app.search.models import SearchEntry, SearchIndex
from app.search.rules import TOKENS_VERSION, words

TEXT_MAX = 40_000
"""Characters of a text that are indexed: more than any field of the platform takes."""


def index(ctx: Context, kind: str, things: Mapping[int, int]) -> None:
    """Write these things (number -> id of the topic) into the index as they are; what nobody may read leaves it.

    An entry is locked before its row is read. So of two who change the same at the same time the second one writes
    what both have done.
    """
    ctx.require(Permission.RUN)
    ctx.session.flush()
    entries = {number: _lock(ctx, kind, number, things[number]) for number in sorted(things)}
    found = {document.thing_id: document for document in KINDS[kind].read(ctx, things.keys())}
    for number, document in found.items():
        _write(ctx, entries[number], document, is_head=KINDS[kind].is_titled)
    gone = [entry_id for number, entry_id in entries.items() if number not in found]
    ctx.session.execute(sa.delete(SearchEntry).where(SearchEntry.id.in_(gone)))


def index_topic(ctx: Context, topic_id: int) -> None:
    """Write everything of a topic into the index: it was published, or came in as a whole."""
    ctx.require(Permission.RUN)
    for kind in KINDS.values():
        numbers = ctx.session.scalars(sa.select(kind.number).where(kind.topic == topic_id))
        index(ctx, kind.name, dict.fromkeys(numbers, topic_id))


def index_titled(ctx: Context, topic_id: int) -> None:
    """Write what stands under the title of a topic: what was asked, and what was answered."""
    ctx.require(Permission.RUN)
    for kind in KINDS.values():
        if kind.is_titled:
            index(ctx, kind.name, {topic_id: topic_id})


def index_lot(ctx: Context, kind: Kind, after: int, size: int) -> int | None:
    """Write the next things of a kind, by number, and forget those that are no more; the last number, or None."""
    ctx.require(Permission.RUN)
    query = sa.select(kind.number, kind.topic).where(kind.number > after).order_by(kind.number).limit(size)
    things: dict[int, int] = dict(ctx.session.execute(query).all())
    last = max(things) if len(things) == size else None
    lost = sa.select(SearchEntry.thing_id, SearchEntry.topic_id).where(SearchEntry.kind == kind.name)
    lost = lost.where(SearchEntry.thing_id > after, SearchEntry.thing_id.not_in(things))
    if last is not None:
        lost = lost.where(SearchEntry.thing_id < last)
    # Not deleted at once: one of them may have been written since the rows were read.
    index(ctx, kind.name, things | dict(ctx.session.execute(lost).all()))
    return last


def note_built(ctx: Context) -> None:
    """Say that the whole index is cut as this version of the program cuts words."""
    ctx.require(Permission.RUN)
    ctx.session.execute(sa.delete(SearchEntry).where(SearchEntry.kind.not_in(KINDS)))
    ctx.session.merge(SearchIndex(id=1, version=TOKENS_VERSION, built_at=ctx.now))


def _lock(ctx: Context, kind: str, number: int, topic_id: int) -> int:
    """The entry of a thing, ours until the commit; a new one where there is none."""
    insert = sqlite.insert if engine.is_sqlite(ctx.session) else postgresql.insert
    entry = insert(SearchEntry).values(kind=kind, thing_id=number, topic_id=topic_id, at=ctx.now)
    taken = entry.on_conflict_do_update(index_elements=["kind", "thing_id"], set_={"topic_id": topic_id})
    entry_id: int = ctx.session.execute(taken.returning(SearchEntry.id)).scalar_one()
    return entry_id


def _write(ctx: Context, entry_id: int, document: Document, *, is_head: bool) -> None:
    ctx.session.execute(sa.update(SearchEntry).where(SearchEntry.id == entry_id).values(at=document.at))
    title, body = _words(document.title.values()), _words(text for _, text in document.body)
    if not is_head:
        # What one person wrote is all it has: it weighs as a text, below what the topic is called.
        title, body = [], [*title, *body]
    engine.write(ctx.session, entry_id, title, body, is_head=is_head)


def _words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in words(text[:TEXT_MAX])]
