"""Forms of accounts: labels, hints, and what the actions take. The rules themselves stand with the actions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.accounts.actions import Joining
from app.core.language import LANGUAGES, LOCALES

LETTER_LANGUAGES = [SelectChoice(tag, LANGUAGES[tag]) for tag in LOCALES]


def _needed(words: str) -> list[InputRequired]:
    return [InputRequired(message=words)]


class SignInForm(FlaskForm):
    """Who comes in."""

    email = EmailField(_l("E-mail address"), validators=_needed(_l("Enter your e-mail address.")))
    password = PasswordField(_l("Password"), validators=_needed(_l("Enter your password.")))


class SignUpForm(FlaskForm):
    """Who joins."""

    name = StringField(
        _l("Name"),
        description=_l("Everybody sees it beside what you write. A pen name is welcome."),
        validators=_needed(_l("Enter a name.")),
    )
    email = EmailField(
        _l("E-mail address"),
        description=_l("We send a link there to confirm it. Nobody else sees the address."),
        validators=_needed(_l("Enter an e-mail address, such as name@example.org.")),
    )
    lang = SelectField(
        _l("Language of our letters"), choices=LETTER_LANGUAGES, validators=_needed(_l("Choose one of the languages."))
    )
    password = PasswordField(
        _l("Password"),
        description=_l("At least 10 characters. A short sentence is easy to remember and hard to guess."),
        validators=_needed(_l("Enter a password.")),
    )

    def to_joining(self) -> Joining:
        """What the action takes."""
        return Joining(self.name.data, self.email.data, self.lang.data, self.password.data)


class ForgotForm(FlaskForm):
    """Whose password is lost."""

    email = EmailField(_l("E-mail address"), validators=_needed(_l("Enter your e-mail address.")))


class ResetForm(FlaskForm):
    """The new password."""

    password = PasswordField(
        _l("New password"),
        description=_l("At least 10 characters. A short sentence is easy to remember and hard to guess."),
        validators=_needed(_l("Enter a password.")),
    )


class PasswordForm(ResetForm):
    """The present password and the new one."""

    current = PasswordField(_l("Present password"), validators=_needed(_l("Enter your present password.")))


class ProfileForm(FlaskForm):
    """Name and language."""

    name = StringField(
        _l("Name"),
        description=_l("Everybody sees it beside what you write. A pen name is welcome."),
        validators=_needed(_l("Enter a name.")),
    )
    lang = SelectField(
        _l("Language of our letters"), choices=LETTER_LANGUAGES, validators=_needed(_l("Choose one of the languages."))
    )


class TokenForm(FlaskForm):
    """What a token is for."""

    name = StringField(
        _l("What is it for?"),
        description=_l("A name for yourself, such as the program that will use it."),
        validators=_needed(_l("Enter a name.")),
    )
