"""Emphasis in Chinese: CommonMark's rule, written for languages with spaces, leaves `**重要：**請` as it is.

The rule (CommonMark 0.31, 6.2, flanking delimiter runs) wants a space between a mark that follows
punctuation and the next letter. Chinese has none, so beside a wide character only white space decides.
"""

from __future__ import annotations

import unicodedata

from markdown_it.rules_inline.emphasis import tokenize
from markdown_it.rules_inline.state_inline import StateInline


def chinese_emphasis(state: StateInline, silent: bool) -> bool:
    """Inline rule in the place of markdown-it's `emphasis`: the same, and asterisks beside wide characters."""
    start, known = state.pos, len(state.delimiters)
    if not tokenize(state, silent):
        return False
    before = state.src[start - 1 : start] or " "
    after = state.src[state.pos : state.pos + 1] or " "
    if state.src[start] == "*" and (_is_wide(before) or _is_wide(after)):
        for mark in state.delimiters[known:]:
            mark.open = mark.open or not after.isspace()
            mark.close = mark.close or not before.isspace()
    return True


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
