"""What the pages of one topic share: the tabs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.topics.models import Topic
from app.topics.rules import TopicKind


@dataclass(frozen=True)
class Tab:
    """A page of a topic as the tabs show it."""

    text: str
    href: str
    current: bool
    count: int | None = None


def topic_tabs(topic: Topic, current: str) -> list[Tab]:
    """The pages of a topic; `current` is overview, opinion, map, discussion or reply."""
    here = {"kind": topic.kind.value, "slug": topic.slug}
    voting = (
        ("opinion", gettext("Your opinion"), url_for("opinions.vote", **here), None),
        ("map", gettext("Consensus map"), url_for("opinions.show_map", **here), None),
    ) if topic.kind is TopicKind.ISSUE else ()  # fmt: skip
    pages = (
        ("overview", gettext("Overview"), url_for(f"{topic.kind.value}.show", slug=topic.slug), None),
        *voting,
        ("discussion", gettext("Discussion"), url_for("comments.index", **here), topic.comment_count or None),
        ("reply", gettext("Reply"), url_for("replies.show", **here), None),
    )
    return [Tab(text, href, name == current, count) for name, text, href, count in pages]
