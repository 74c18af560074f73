"""Markdown from people to markup that is safe inside any of our pages.

Two independent layers: markdown-it never passes HTML through, and bleach lets out only what is listed here.
After bleach every link is checked once more, because bleach keeps `//host` and `javascript:123`.
"""

import html
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import bleach  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from moderation.emphasis import chinese_emphasis
from moderation.scripts import misleads_as_host
from moderation.text import clean_text

TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong"}
    | {"table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ALIGNMENTS = frozenset({"align-center", "align-right"})
SCHEMES = frozenset({"http", "https", "mailto"})
EXTERNAL_REL = "nofollow ugc noopener"

MAX_HREF = 2_000
# A text of 50,000 characters written by hand stays well below this; a table of empty cells does not.
MAX_TOKENS = 40_000

_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
_ALIGN_CLASS = {"text-align:right": "align-right", "text-align:center": "align-center"}


def render(markdown: str) -> Markup:
    """Return `markdown` as safe markup, ready for a template.

    CommonMark with tables; a line break stays a line break, as people expect who never heard of Markdown.
    HTML is shown as text. Headings start at h3, an image becomes its description, links to elsewhere carry
    `EXTERNAL_REL`. A link whose address `is_safe_href` refuses is none: its text remains, or all of it as
    typed. Text with more than `MAX_TOKENS` pieces of markup is shown plain.
    """
    text = clean_text(markdown)
    parser = _parser()
    tokens = parser.parse(text)
    if sum(1 + len(token.children or ()) for token in tokens) > MAX_TOKENS:
        return Markup("<p>{}</p>").format(Markup("<br>\n").join(escape(line) for line in text.split("\n")))
    for token in tokens:
        _adapt(token)
    # Again: an entity such as `&#x202e;` has become a hidden character only now.
    drawn = clean_text(parser.renderer.render(tokens, parser.options, {}))
    # A new cleaner each time: bleach's is not safe to share between threads.
    cleaner = bleach.Cleaner(tags=TAGS, attributes=_is_allowed, protocols=SCHEMES, strip=True, filters=[_adjusted])
    return Markup(cleaner.clean(drawn))  # noqa: S704 (the one place where text from people becomes markup)


def is_safe_href(href: str) -> bool:
    """Say whether `href`, as a browser would read it, may stand in a link.

    Allowed: `http://host…`, `https://host…`, `mailto:…` and `/path` on this site. A name before the host
    (`https://city.gov@elsewhere`) is refused: it exists to mislead, as do letters that look like others (`ɡov.tw`).
    """
    # Browsers drop control characters and read a backslash as a slash (WHATWG URL, 4.4).
    if len(href) > MAX_HREF or "\\" in href or any(c.isspace() or ord(c) < 0x20 for c in href):
        return False
    if href.startswith("/"):
        return not href.startswith("//")
    try:
        parts = urlsplit(href)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return bool(parts.path)
    if not host or misleads_as_host(host):
        return False
    return parts.scheme in SCHEMES and "@" not in parts.netloc


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable("table")
    parser.inline.ruler.at("emphasis", chinese_emphasis)
    # A definition `[a]: long-address` used a thousand times turns 50 kB into many megabytes.
    return parser.disable("reference")


def _adapt(token: Token) -> None:
    """Bring one token in line with our pages: heading level, alignment by class, no images."""
    token.tag = _HEADINGS.get(token.tag, token.tag)
    style = token.attrs.pop("style", None)
    if style in _ALIGN_CLASS:
        token.attrs["class"] = _ALIGN_CLASS[str(style)]
    for child in token.children or ():
        if child.type == "image":
            child.type, child.tag, child.children = "text", "", None


def _is_allowed(tag: str, name: str, value: str) -> bool:
    match tag, name:
        case ("a", "href"):
            return True
        case ("ol", "start"):
            return value.isascii() and value.isdigit()
        case ("td" | "th", "class"):
            return value in ALIGNMENTS
    return False


def _adjusted(source: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Links checked, and tables made stops of the keyboard: a wide one scrolls inside itself (WCAG 2.1.1)."""
    for piece in _checked_links(source):
        if piece["type"] == "StartTag" and piece["name"] == "table":
            piece["data"][(None, "tabindex")] = "0"
        yield piece


def _checked_links(source: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Drop links with an address we do not allow, keep their text; mark the ones that lead elsewhere."""
    href_key = (None, "href")
    kept = False
    for piece in source:
        if piece.get("name") != "a":
            yield piece
        elif piece["type"] == "EndTag":
            if kept:
                yield piece
        else:
            href = html.unescape(piece["data"].get(href_key, ""))
            kept = is_safe_href(href)
            if not kept:
                continue
            if not href.startswith(("/", "mailto:")):
                piece["data"][(None, "rel")] = EXTERNAL_REL
            yield piece
