"""Comments as the pages show them: what is said, by whom, and what the reader may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from app.accounts.names import name_words
from app.comments.models import Comment, CommentVersion
from app.comments.queries import my_marks
from app.comments.rules import KNOWN_VIEW, Order, Stance, State, is_across_views, usual_order
from app.core.changes import Change, changes
from app.core.context import Context
from app.core.permissions import Permission
from app.topics.models import Topic
from app.topics.queries import is_open
from app.web.pages import said_here


@dataclass(frozen=True)
class Entry:
    """A comment for the component `comment`; the addresses are empty where the reader may not go."""

    id: int
    author: str
    badge: str
    body: Markup
    lang: str
    stance: str
    posted_at: datetime
    edited_at: datetime | None
    state: State
    replies: list[Entry]
    permalink: str
    reply_href: str
    edit_href: str
    delete_href: str
    versions_href: str
    convincing: int
    marked: int
    across_href: str
    """Where it says what "convincing across views" means; empty if the comment is not called so."""
    mark_href: str
    mark: int | None
    """The reader's own mark."""


@dataclass(frozen=True)
class Choice:
    """One way to read the list."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True)
class Step:
    """One change of a comment: when it was made, and what it changed. `before`: the stance given up, if it was."""

    at: datetime
    lang: str
    parts: list[Change]
    before: Stance | None
    after: Stance | None


@dataclass(frozen=True)
class Reading:
    """Who reads this discussion, and what they may do in it."""

    known_view: ClassVar[int] = KNOWN_VIEW

    kind: str
    slug: str
    person_id: int | None
    may_write: bool
    may_mark: bool
    is_open: bool
    usual: Order
    """In which order the list stands when nothing is chosen."""
    marks: Mapping[int, int] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Whether this reader may write here now."""
        return self.may_write and self.is_open

    @classmethod
    def of(cls, ctx: Context, topic: Topic, comments: Sequence[Comment] = ()) -> Reading:
        """The reader of this request, and what they think of `comments`."""
        return cls(
            kind=topic.kind.value,
            slug=topic.slug,
            person_id=ctx.actor.person_id,
            may_write=ctx.actor.may(Permission.COMMENT),
            may_mark=ctx.actor.may(Permission.MARK),
            is_open=is_open(ctx, topic),
            usual=usual_order(topic.ranked_count),
            marks=my_marks(ctx, comments),
        )

    def entry(self, comment: Comment) -> Entry:
        """A comment with its replies, which must be loaded."""
        return self._entry(comment, [self._entry(reply, []) for reply in comment.replies])

    def _entry(self, comment: Comment, replies: list[Entry]) -> Entry:
        shown, top = comment.state is State.SHOWN, comment.parent_id is None
        own = comment.author_id == self.person_id
        mine = shown and self.may_write and own
        marking = shown and self.may_mark and self.is_open and not own
        return Entry(
            id=comment.id,
            author=name_words(comment.author),
            badge=said_here(comment.agency.name).text if comment.agency else "",
            body=Markup(comment.html),  # noqa: S704 (made by moderation.render when it was written)
            lang=comment.lang,
            stance=comment.stance.value if top or comment.stance is not Stance.NEUTRAL else "",
            posted_at=comment.written_at,
            edited_at=comment.edited_at,
            state=comment.state,
            replies=replies,
            permalink=self._to("show", comment.parent_id or comment.id) + f"#comment-{comment.id}",
            reply_href=self._to("show", comment.id) + "#reply" if shown and top and self.is_open else "",
            edit_href=self._to("edit", comment.id) if mine and self.is_open else "",
            delete_href=self._to("delete", comment.id) if mine else "",
            versions_href=self._to("versions", comment.id) if shown and comment.edited_at else "",
            convincing=comment.convincing,
            marked=comment.convincing + comment.unconvincing,
            across_href="#across-views" if shown and is_across_views(comment.bridging) else "",
            mark_href=self._to("mark", comment.id) if marking else "",
            mark=self.marks.get(comment.id),
        )

    def _to(self, page: str, comment_id: int) -> str:
        return url_for(f"comments.{page}", kind=self.kind, slug=self.slug, comment_id=comment_id)

    def list_address(self, page: int | None = None, stance: Stance | None = None, order: Order | None = None) -> str:
        """The address of a page of the list; what is usual is left out of it."""
        return url_for(
            "comments.index",
            kind=self.kind,
            slug=self.slug,
            page=page if page and page > 1 else None,
            stance=stance.value if stance else None,
            order=order.value if order and order is not self.usual else None,
        )

    def stances(self, now: Stance | None, order: Order) -> list[Choice]:
        """Everything, or one side only."""
        words = {
            None: gettext("All"),
            Stance.FOR: gettext("For"),
            Stance.AGAINST: gettext("Against"),
            Stance.NEUTRAL: gettext("Neutral"),
        }
        return [Choice(text, self.list_address(None, one, order), one is now) for one, text in words.items()]

    def orders(self, now: Order, stance: Stance | None) -> list[Choice]:
        """By rank, newest or oldest first."""
        words = {
            Order.BRIDGING: gettext("Convincing across views"),
            Order.NEWEST: gettext("Newest first"),
            Order.OLDEST: gettext("Oldest first"),
        }
        return [Choice(text, self.list_address(None, stance, one), one is now) for one, text in words.items()]


def steps(comment: Comment, versions: Sequence[CommentVersion]) -> list[Step]:
    """Every change of a comment, the newest first."""
    texts = [*versions, comment]
    return [
        Step(
            at=old.replaced_at,
            lang=new.lang,
            parts=changes(old.text, new.text),
            before=old.stance if old.stance is not new.stance else None,
            after=new.stance if old.stance is not new.stance else None,
        )
        for old, new in zip(versions, texts[1:], strict=True)
    ][::-1]
