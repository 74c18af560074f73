"""What people do with their accounts.

Whether an address has an account is told to nobody but its owner: sign-up and the request for a reset say the same and
take as long either way, and the difference arrives by mail.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from unicodedata import normalize

from email_validator import EmailNotValidError, validate_email

from app.access.actions import end_sign_ins
from app.accounts import facts
from app.accounts.links import Claim, Purpose
from app.accounts.models import ApiToken, Person
from app.accounts.passwords import hash_password, password_matches
from app.accounts.queries import claimant, live_tokens, myself, person_by_email, token_digest
from app.accounts.rules import TOKEN_PREFIX, TOKENS_MAX, email_key, mailbox_key, name_problem, password_problem
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import LOCALES, N_
from app.core.permissions import Permission
from moderation import clean_line


@dataclass(frozen=True)
class Joining:
    """What somebody gives to open an account."""

    name: str
    email: str
    lang: str
    password: str


@dataclass(frozen=True)
class NewToken:
    """A token just made. `secret` is shown to its owner once and kept nowhere."""

    row: ApiToken
    secret: str


def sign_up(ctx: Context, joining: Joining) -> None:
    """Open an account, or tell the owner of a known address by mail. Raises `Invalid` with the fields at fault."""
    ctx.require(Permission.SIGN_IN)
    name, email = clean_line(joining.name), _checked_address(joining.email)
    _refuse(
        name=name_problem(name),
        email=None if email else N_("Enter an e-mail address, such as name@example.org."),
        lang=_lang_problem(joining.lang),
        password=password_problem(joining.password, name=name, email=email),
    )
    joined = insert_once(
        ctx.session,
        Person,
        email=email,
        email_key=email_key(email),
        mailbox=mailbox_key(email),
        name=name,
        lang=joining.lang,
        password_hash=hash_password(joining.password),
        joined_at=ctx.now,
    )
    owner = person_by_email(ctx.session, email)
    if owner is not None:
        ctx.record(facts.PersonJoined(owner.id) if joined else facts.KnownAddressJoined(owner.id))


def confirm(ctx: Context, claim: Claim) -> Person:
    """Confirm an address by its mailed link; doing it again changes nothing. Raises `LinkEnded`."""
    ctx.require(Permission.SIGN_IN)
    person = claimant(ctx, claim, Purpose.CONFIRM)
    _confirm(ctx, person)
    return person


def send_confirmation_again(ctx: Context) -> None:
    """Send the confirmation link once more to the signed-in person. Raises `Conflict` for a confirmed one."""
    ctx.require(Permission.ACCOUNT)
    person = myself(ctx)
    if person.confirmed_at is not None:
        raise Conflict(N_("Your address is confirmed already."))
    ctx.record(facts.ConfirmationAsked(person.id))


def ask_reset(ctx: Context, address: str) -> None:
    """Send a link to set a new password to the owner of an address, if it has one."""
    ctx.require(Permission.SIGN_IN)
    person = person_by_email(ctx.session, address)
    ctx.record(facts.ResetAsked(person.id if person else None))


def reset_password(ctx: Context, claim: Claim, password: str) -> Person:
    """Set a new password by a mailed link; raises `LinkEnded`, `Invalid`.

    It ends the link, every session and every API token, and confirms the address, because the link was read there.
    """
    ctx.require(Permission.SIGN_IN)
    person = claimant(ctx, claim, Purpose.RESET)
    _refuse(password=password_problem(password, name=person.name, email=person.email))
    _set_password(ctx, person, password)
    for token in live_tokens(ctx, person.id):
        _revoke(ctx, token)
    _confirm(ctx, person)
    return person


def sign_in(ctx: Context, address: str, password: str) -> Person:
    """The person with this address and password. Raises `Invalid`, as late and in the same words whatever is wrong."""
    ctx.require(Permission.SIGN_IN)
    person = person_by_email(ctx.session, address)
    right = password_matches(person.password_hash if person else None, password)
    if person is None or not right:
        raise Invalid(N_("The e-mail address or the password is not right."))
    return person


def change_profile(ctx: Context, name: str, lang: str) -> Person:
    """Change the name shown and the language of letters. Raises `Invalid`."""
    ctx.require(Permission.ACCOUNT)
    name = clean_line(name)
    _refuse(name=name_problem(name), lang=_lang_problem(lang))
    person = myself(ctx)
    person.name, person.lang = name, lang
    ctx.record(facts.ProfileChanged(person.id))
    return person


def change_password(ctx: Context, current: str, password: str) -> Person:
    """Set a new password, knowing the present one; every session ends. Raises `Invalid`."""
    ctx.require(Permission.ACCOUNT)
    person = myself(ctx)
    if not password_matches(person.password_hash, current):
        raise Invalid(fields={"current": N_("This is not your present password.")})
    _refuse(password=password_problem(password, name=person.name, email=person.email))
    _set_password(ctx, person, password)
    return person


def sign_out_everywhere(ctx: Context) -> None:
    """End every session of the signed-in person, and every link that was mailed."""
    ctx.require(Permission.ACCOUNT)
    person = myself(ctx)
    person.epoch += 1
    end_sign_ins(ctx, person.id)
    ctx.record(facts.SignedOutEverywhere(person.id))


def create_token(ctx: Context, name: str) -> NewToken:
    """Make a token for the API. Raises `Invalid` for a bad name, `Conflict` for too many tokens."""
    ctx.require(Permission.SECURE)
    name, person = clean_line(name), myself(ctx)
    _refuse(name=name_problem(name))
    if len(live_tokens(ctx, person.id)) >= TOKENS_MAX:
        raise Conflict(N_("You have many tokens already. Revoke one that is not needed."))
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    proved = ctx.actor.fresh_until is not None
    row = ApiToken(person_id=person.id, name=name, digest=token_digest(secret), created_at=ctx.now, proved=proved)
    ctx.session.add(row)
    ctx.session.flush()
    ctx.record(facts.TokenCreated(person.id, row.id))
    return NewToken(row, secret)


def revoke_token(ctx: Context, token_id: int) -> None:
    """End one of one's own tokens; raises `NotFound` for any other."""
    ctx.require(Permission.ACCOUNT)
    token = ctx.get(ApiToken, token_id)
    if token.person_id != ctx.actor.person_id:
        raise NotFound()
    if token.revoked_at is None:
        _revoke(ctx, token)


def _checked_address(address: str) -> str:
    """The address as it will be used, or "" for one that is none. Asks no other machine; `.test` passes (RFC 2606).

    Full-width letters, as some keyboards write them, become plain ones: nobody could write to them.
    """
    try:
        return validate_email(
            normalize("NFKC", address.strip()), allow_smtputf8=False, test_environment=True
        ).normalized
    except EmailNotValidError:
        return ""


def _lang_problem(lang: str) -> str | None:
    return None if lang in LOCALES else N_("Choose one of the languages.")


def _refuse(**problems: str | None) -> None:
    fields = {field: problem for field, problem in problems.items() if problem}
    if fields:
        raise Invalid(fields=fields)


def _confirm(ctx: Context, person: Person) -> None:
    if person.confirmed_at is None:
        person.confirmed_at = ctx.now
        ctx.record(facts.PersonConfirmed(person.id))


def _set_password(ctx: Context, person: Person, password: str) -> None:
    person.password_hash = hash_password(password)
    person.epoch += 1
    end_sign_ins(ctx, person.id)
    ctx.record(facts.PasswordChanged(person.id))


def _revoke(ctx: Context, token: ApiToken) -> None:
    token.revoked_at = ctx.now
    ctx.record(facts.TokenRevoked(token.person_id, token.id))
