"""The index on both engines: what FTS5 and `tsvector` are told, and what they answer. Nobody else knows them.

Words come in cut: neither engine parses a text or a question. What people type never becomes syntax.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.search.models import TABLE
from app.search.rules import Term

TITLE, BODY = 40.0, 1.0
"""How much a word in a title weighs beside one in the text: a long text titled so comes before a short remark."""
HEAD = Term("_")
"""Under the entries that stand for a topic as a whole. Nobody can ask for it: no text is cut into it."""
POSITIONS_MAX = 16000
"""A `tsvector` counts no further."""


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def write(session: Session, entry_id: int, title: Sequence[str], body: Sequence[str], *, is_head: bool) -> None:
    """Keep these words under an entry, and no others."""
    body = [*body, HEAD.word] if is_head else body
    if is_sqlite(session):
        session.execute(sa.text(f"DELETE FROM {TABLE} WHERE rowid = :id"), {"id": entry_id})  # noqa: S608 - a constant
        into = f"INSERT INTO {TABLE} (rowid, title, body) VALUES (:id, :title, :body)"  # noqa: S608 - a constant
        session.execute(sa.text(into), {"id": entry_id, "title": " ".join(title), "body": " ".join(body)})
        return
    into = (
        f"INSERT INTO {TABLE} (entry_id, words) VALUES (:id, CAST(:words AS tsvector)) "  # noqa: S608 - a constant
        "ON CONFLICT (entry_id) DO UPDATE SET words = EXCLUDED.words"
    )
    session.execute(sa.text(into), {"id": entry_id, "words": _vector(title, body)})


def matching(session: Session, terms: Sequence[Term], most: int | None) -> sa.Select[tuple[int, float]]:
    """Ids of the entries that hold every term, as `entry_id`, with a `rank` of which less is better.

    With `most` only so many, those that came last: ranking costs more than finding.
    """
    if is_sqlite(session):
        query = sa.text(
            f"SELECT rowid AS entry_id, bm25({TABLE}, {TITLE}, {BODY}) AS rank FROM {TABLE} "  # noqa: S608 - constants
            f"WHERE {TABLE} MATCH :terms ORDER BY rowid DESC LIMIT {-1 if most is None else most:d}"
        ).bindparams(_asked("terms", map(_fts5, terms), " AND "))
    else:
        # The question is read once, not with every row; and OFFSET 0 keeps the order out of the search itself.
        asked = "(SELECT CAST(:terms AS tsquery))"
        held = f"SELECT entry_id, words FROM {TABLE} WHERE words @@ {asked} OFFSET 0"  # noqa: S608 - constants
        last = f"SELECT * FROM ({held}) AS held ORDER BY entry_id DESC LIMIT {'ALL' if most is None else int(most)}"  # noqa: S608
        rank = f"-ts_rank('{{0, 0, {BODY / TITLE}, 1}}', words, (SELECT CAST(:ranked AS tsquery)))"
        # Of words that must all be there the distance counts as well: a mark at the end is not one of them.
        ranked = [term for term in terms if term != HEAD]
        query = sa.text(f"SELECT entry_id, {rank} AS rank FROM ({last}) AS last").bindparams(  # noqa: S608 - constants
            _asked("terms", map(_tsquery, terms), " & "), _asked("ranked", map(_tsquery, ranked), " & ")
        )
    return query.columns(sa.column("entry_id", sa.Integer), sa.column("rank", sa.Float))  # type: ignore[return-value]


def holders(session: Session, terms: Sequence[Term], most: int) -> list[tuple[int, int]]:
    """For each term by its number at most so many entries that hold it: (number, entry id), in one statement."""
    if not terms:
        return []
    if is_sqlite(session):
        one, cut = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :t{{n}} LIMIT :most", _fts5  # noqa: S608
    else:
        # OFFSET 0 keeps the limit out of the search itself, which would else read the table until it has so many.
        found = f"SELECT entry_id FROM {TABLE} WHERE words @@ (SELECT CAST(:t{{n}} AS tsquery)) OFFSET 0"  # noqa: S608
        one, cut = f"SELECT entry_id FROM ({found}) AS some_of LIMIT :most", _tsquery  # noqa: S608
    every = " UNION ALL ".join(f"SELECT {n}, found.* FROM ({one.format(n=n)}) AS found" for n in range(len(terms)))  # noqa: S608
    values = {f"t{n}": cut(term) for n, term in enumerate(terms)} | {"most": most}
    return [(n, entry_id) for n, entry_id in session.execute(sa.text(every), values)]


def contents(session: Session) -> dict[int, tuple[str, ...]]:
    """Everything the index holds, by entry: to compare it with what it should hold."""
    if is_sqlite(session):
        rows = session.execute(sa.text(f"SELECT rowid, title, body FROM {TABLE}"))  # noqa: S608 - a constant
        return {row[0]: (row[1], row[2]) for row in rows}
    rows = session.execute(sa.text(f"SELECT entry_id, CAST(words AS text) FROM {TABLE}"))  # noqa: S608 - a constant
    return {row[0]: (row[1],) for row in rows}


def _asked(name: str, terms: Iterable[str], every: str) -> sa.BindParameter[str]:
    """All these terms; another value in each part of a statement."""
    return sa.bindparam(name, every.join(terms), unique=True)


def _fts5(term: Term) -> str:
    return f'"{term.word}"{" *" if term.prefix else ""}'


def _tsquery(term: Term) -> str:
    return f"'{term.word}'{':*' if term.prefix else ''}"


def _vector(title: Sequence[str], body: Sequence[str]) -> str:
    """Each word with the places where it stands: A in the title, B in the text."""
    places: dict[str, list[str]] = {}
    for n, word in enumerate((*title, *body)[:POSITIONS_MAX], start=1):
        at = places.setdefault(word, [])
        if len(at) < 200:
            at.append(f"{n}{'A' if n <= len(title) else 'B'}")
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())
