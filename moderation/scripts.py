"""Letters of several scripts in one word: a Cyrillic "а" in "Tаipei" looks like the Latin one and is another name.

What may stand together is what the Unicode Standard calls highly restrictive (UTS #39, 5.2): Latin beside Chinese,
Japanese or Korean writing, and otherwise one script alone.
"""

from __future__ import annotations

import re
import unicodedata

_EAST_ASIAN = frozenset({"CJK", "KANGXI", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"})
_WITH_LATIN = _EAST_ASIAN | {"LATIN"}


def mixes_scripts(text: str) -> bool:
    """Whether letters that only look as if they belonged together stand in one word of `text`.

    >>> mixes_scripts("Taipei 臺北"), mixes_scripts("T\N{CYRILLIC SMALL LETTER A}ipei")
    (False, True)
    """
    return any(_is_mixed(scripts_of(word)) for word in re.split(r"[\W\d_]+", text))


def misleads_as_host(host: str) -> bool:
    """Whether a host name is made of look-alikes, written out or in its ASCII form (RFC 3492).

    A label in a script of its own is right only under a top-level domain in that script: "пример.рф", not "аррӏе.com".
    """
    labels = [_written_out(label) for label in host.split(".") if label]
    endings = scripts_of(labels[-1]) if labels else frozenset()
    return any(_is_mixed(scripts) or scripts - _WITH_LATIN - endings for scripts in map(scripts_of, labels))


def scripts_of(word: str) -> frozenset[str]:
    """The scripts of a word's letters, by the first word of their names; styled letters count as plain ones."""
    plain = unicodedata.normalize("NFKC", word)
    letters = (character for character in plain if unicodedata.category(character) in ("Ll", "Lu", "Lt", "Lo"))
    return frozenset(unicodedata.name(letter, "UNKNOWN").split(maxsplit=1)[0] for letter in letters)


def _is_mixed(scripts: frozenset[str]) -> bool:
    others = scripts - _WITH_LATIN
    return len(others) > 1 or (bool(others) and others != scripts)


def _written_out(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode().decode("punycode")
    except UnicodeError:
        return label
