"""Atom feeds (RFC 4287) as XML. The library that writes feeds, feedgen, brings lxml and has rested since 2023."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as Xml

from app.core.clock import rfc3339
from moderation import clean_line

ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA_TYPE = "application/atom+xml"
Xml.register_namespace("", ATOM)


@dataclass(frozen=True)
class Entry:
    """Something that happened at `at`. `id` never changes; `lang` is that of the title."""

    id: str
    at: datetime
    title: str
    lang: str
    summary: str
    href: str


@dataclass(frozen=True)
class Feed:
    """A feed in one language. `since` dates a feed in which nothing has happened yet."""

    id: str
    title: str
    author: str
    lang: str
    href: str
    self_href: str
    since: datetime
    entries: Sequence[Entry]


def tag_uri(authority: str, day: str, name: str) -> str:
    """A name for ever (RFC 4151): whoever held `authority` on `day` gave it."""
    return f"tag:{authority},{day}:{name}"


def write_feed(feed: Feed) -> bytes:
    """The feed as a document. What people wrote is text in it, never markup."""
    root = Xml.Element(_tag("feed"), {LANG: feed.lang})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", rfc3339(max((entry.at for entry in feed.entries), default=feed.since)))
    _text(Xml.SubElement(root, _tag("author")), "name", feed.author)
    _link(root, "self", feed.self_href, MEDIA_TYPE)
    _link(root, "alternate", feed.href, "text/html")
    for entry in feed.entries:
        _entry(root, entry)
    Xml.indent(root)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: Xml.Element, entry: Entry) -> None:
    node = Xml.SubElement(root, _tag("entry"))
    _text(node, "id", entry.id)
    title = _text(node, "title", entry.title)
    title.set(LANG, entry.lang)
    _text(node, "updated", rfc3339(entry.at))
    _text(node, "published", rfc3339(entry.at))
    _text(node, "summary", entry.summary)
    _link(node, "alternate", entry.href, "text/html")


def _text(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    node = Xml.SubElement(parent, _tag(name))
    node.text = clean_line(text)
    return node


def _link(parent: Xml.Element, rel: str, href: str, media_type: str) -> None:
    Xml.SubElement(parent, _tag("link"), {"rel": rel, "href": href, "type": media_type})


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"
