"""Plain text from people: without hidden characters, in one spelling, comparable.

Categories and property names are those of the Unicode Standard, chapter 4 and UAX #44; the two normal
forms are UAX #15.
"""

import re
import unicodedata

# Letters and marks that draw nothing but are not in category Cf: combining grapheme joiner, Hangul fillers,
# Khmer inherent vowels, blank Braille pattern. A name made of them looks empty and passes "is not empty".
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Signs of category Cf that are drawn: Arabic, Syriac and Kaithi number and verse marks.
_DRAWN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_LINE_END = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# A closing mark after a statement does not make it another statement. The percent sign is not here: "5%"
# and "5" are two statements.
_TRAILING = ".,;:!?~-'\"|。、，；：！？…～‧·—–’”」』》〉】）)]"


def clean_line(text: str) -> str:
    """Return one line of `text` for a name, a title or a file name; empty if nothing visible is left.

    NFC; no control, bidirectional control or zero-width character; every run of white space is one space.
    Joiners go too, so an emoji family comes apart into its members. Letters of private use stay: names of
    people in Taiwan are written with them.
    """
    return " ".join(unicodedata.normalize("NFC", _visible(" ".join(text.split()))).split())


def clean_text(text: str) -> str:
    """Return `text` of several lines cleaned as `clean_line` does, with its line breaks and indents.

    Every kind of line end becomes a line feed; spaces before it and empty lines around the text go. Tabs
    and the ideographic spaces that open a Chinese paragraph stay.
    """
    lines = _LINE_END.sub("\n", text).split("\n")
    cleaned = (unicodedata.normalize("NFC", _visible(line)).rstrip() for line in lines)
    return "\n".join(cleaned).strip("\n")


def identity_key(text: str) -> str:
    """Return the key under which two statements count as the same one.

    NFKC and case folding; white space, hidden characters and closing punctuation are ignored. Text of
    nothing but punctuation keeps it. Up to 18 times as long as `text` (UAX #15): store a digest of it.
    """
    # Folding can undo the normal form (Unicode 3.13, D146) and the form can bring in spaces: "´" is one.
    folded = unicodedata.normalize("NFKC", _visible("".join(text.split()))).casefold()
    solid = unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", folded).split()))
    return solid.rstrip(_TRAILING) or solid


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(character for character in text if character == "\t" or not _is_hidden(character))


def _is_hidden(character: str) -> bool:
    if character in _BLANK:
        return True
    category = unicodedata.category(character)
    if category == "Cf":
        return character not in _DRAWN_FORMATS
    return category in ("Cc", "Cs") or _is_noncharacter(ord(character))


def _is_noncharacter(code: int) -> bool:
    # The 66 code points that never name a character (Unicode 23.7).
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
