"""Letters about the safety of an account: whoever gets one without having done anything knows what to do."""

from __future__ import annotations

from app.access.facts import FactorAdded, FactorProved, FactorRemoved, RecoveryCodesMade, SecondFactorReset, SignInBegan
from app.access.models import SignIn
from app.access.queries import codes_left
from app.accounts.models import Person
from app.core.context import Context
from app.core.language import N_
from app.identities.facts import IdentityLinked, IdentityUnlinked, PhoneRemoved, PhoneVerified
from app.notices.addresses import addresses
from app.notices.queries import Reader
from app.notices.sending import send
from app.notices.texts import sentence

WHAT: dict[tuple[type, str], str] = {
    (IdentityLinked, ""): N_(
        "An identity of another site was linked with your account. It opens the account from now on."
    ),
    (IdentityUnlinked, ""): N_("An identity of another site is no longer linked with your account."),
    (PhoneVerified, ""): N_("A mobile number was confirmed for your account."),
    (PhoneRemoved, ""): N_("The mobile number was removed from your account."),
    (FactorAdded, "app"): N_("An authenticator app was set up for your account."),
    (FactorAdded, "passkey"): N_("A passkey was set up for your account."),
    (FactorRemoved, "app"): N_("The authenticator app was removed from your account."),
    (FactorRemoved, "passkey"): N_("A passkey was removed from your account."),
    (RecoveryCodesMade, ""): N_("New recovery codes were made for your account. The earlier ones are void."),
    (SecondFactorReset, ""): N_("Those who run this site removed your second factor, because it was said to be lost."),
}


def tell_of_new_device(ctx: Context, fact: SignInBegan) -> None:
    """Somebody came in on a device this person had not used before."""
    if not fact.new_device:
        return
    person, row = ctx.get(Person, fact.person_id), ctx.get(SignIn, fact.sign_in_id)
    page = addresses().page("/account/sign-ins", person.lang)
    device = row.device or sentence(N_("an unknown device"), person.lang)
    send(ctx, Reader(person.email, person.lang), "new_device", device=device, network=row.network, page=page)


def tell_of_change(ctx: Context, fact: FactorAdded | FactorRemoved | RecoveryCodesMade | SecondFactorReset) -> None:
    """What lets somebody in, or what is known of them, came or went."""
    _tell(ctx, fact.person_id, WHAT[type(fact), getattr(fact, "by", "")])


def tell_of_used_code(ctx: Context, fact: FactorProved) -> None:
    """A recovery code was used; how many are left."""
    if fact.by == "code":
        left = codes_left(ctx, fact.person_id)
        _tell(ctx, fact.person_id, N_("A recovery code was used to come in. You have %(num)s left."), num=left)


def _tell(ctx: Context, person_id: int, what: str, **values: object) -> None:
    person = ctx.get(Person, person_id)
    words = sentence(what, person.lang) % values if values else sentence(what, person.lang)
    page = addresses().page("/account", person.lang)
    forgot = addresses().page("/forgot", person.lang)
    send(ctx, Reader(person.email, person.lang), "account_changed", what=words, page=page, forgot=forgot)
