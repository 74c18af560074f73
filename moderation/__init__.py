"""Text from people, made safe to show and fair to compare.

Knows no web framework and no database: strings in, strings or markup out.
"""

from moderation.personal import mask, personal_data, unmask
from moderation.render import is_safe_href, render
from moderation.resemblance import resemblance
from moderation.scripts import mixes_scripts
from moderation.text import clean_line, clean_text, identity_key

__all__ = [
    "clean_line",
    "clean_text",
    "identity_key",
    "is_safe_href",
    "mask",
    "mixes_scripts",
    "personal_data",
    "render",
    "resemblance",
    "unmask",
]
