"""Forms of the discussion. Lengths are judged by the action, on the cleaned text."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired

from app.comments.models import Comment
from app.comments.rules import MAX_LENGTH, CommentInput, Stance
from app.core.language import LANGUAGES

WRITTEN_IN = [SelectChoice(tag, name) for tag, name in LANGUAGES.items()]


class ReplyForm(FlaskForm):
    """A reply: it answers a comment, so it is not asked where it stands."""

    text = TextAreaField(
        _l("Your reply"),
        [DataRequired(_l("Please write your comment."))],
        description=_l("At most 3,000 characters. Markdown works: **bold**, lists, links."),
        render_kw={"maxlength": MAX_LENGTH, "rows": 4},
    )
    lang = SelectField(_l("Language of the text"), [InputRequired()], choices=WRITTEN_IN)

    def entered(self, parent_id: int | None = None, stance: Stance = Stance.NEUTRAL) -> CommentInput:
        """What was written. `stance` is the one it already has."""
        return CommentInput(self.text.data or "", self.lang.data, stance, parent_id)


class CommentForm(ReplyForm):
    """A comment: what somebody thinks, and why. Nobody is put on a side by default."""

    stance = RadioField(
        _l("Where do you stand?"),
        [AnyOf([stance.value for stance in Stance], _l("Please choose where you stand."))],
        choices=[
            SelectChoice(Stance.FOR.value, _l("For")),
            SelectChoice(Stance.AGAINST.value, _l("Against")),
            SelectChoice(Stance.NEUTRAL.value, _l("Neutral")),
        ],
        validate_choice=False,
    )
    text = TextAreaField(
        _l("Your comment"),
        [DataRequired(_l("Please write your comment."))],
        description=_l("At most 3,000 characters. Markdown works: **bold**, lists, links."),
        render_kw={"maxlength": MAX_LENGTH, "rows": 5},
    )

    def entered(self, parent_id: int | None = None, stance: Stance = Stance.NEUTRAL) -> CommentInput:
        """What was written; the stance is the one chosen."""
        return super().entered(parent_id, Stance(self.stance.data))


def filled(comment: Comment) -> ReplyForm:
    """The form for changing a comment or a reply, as it reads now."""
    form = CommentForm if comment.parent_id is None else ReplyForm
    return form(data={"text": comment.text, "lang": comment.lang, "stance": comment.stance.value})
