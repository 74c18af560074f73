"""Who comes in: one mailbox is one account; sign-ins by device; second factors

Revision: 0012
Revises: 0011
"""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ONE_PROVIDER = {
    "googlemail.com": "gmail.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "ya.ru": "yandex.ru",
    "yandex.com": "yandex.ru",
}
IGNORED = {"gmail.com": ".", "proton.me": ".-_"}


def mailbox_of(key: str) -> str:
    """The mailbox an address leads to, as it was told on the day of this migration."""
    local, _, domain = unicodedata.normalize("NFKC", key).casefold().rpartition("@")
    domain = ONE_PROVIDER.get(domain.rstrip("."), domain.rstrip("."))
    name = "".join(sign for sign in local.partition("+")[0] if sign not in IGNORED.get(domain, ""))
    return f"{name or local}@{domain}"


def give_mailboxes() -> None:
    """Of several accounts with one mailbox the one confirmed first keeps it, else the oldest. The others get none: they
    stay as they are, and their owners come in with the address as they typed it.
    """
    people = sa.table(
        "people", sa.column("id"), sa.column("email_key"), sa.column("mailbox"), sa.column("confirmed_at")
    )
    order = sa.select(people.c.id, people.c.email_key).order_by(
        sa.case((people.c.confirmed_at.is_(None), 1), else_=0), people.c.confirmed_at, people.c.id
    )
    connection = op.get_bind()
    taken: set[str] = set()
    for person_id, key in connection.execute(order).all():
        mailbox = mailbox_of(key)
        if mailbox not in taken:
            taken.add(mailbox)
            connection.execute(people.update().where(people.c.id == person_id).values(mailbox=mailbox))


def upgrade() -> None:
    op.add_column("people", sa.Column("mailbox", sa.String(), nullable=True))
    give_mailboxes()
    op.create_index("uq_people_mailbox", "people", ["mailbox"], unique=True)
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("device_key", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("key", name=op.f("uq_sign_ins_key")),
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"])
    op.create_table(
        "second_factors",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passkeys_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkeys_credential")),
    )
    op.create_index(op.f("ix_passkeys_person_id"), "passkeys", ["person_id"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("person_id", "digest", name=op.f("uq_recovery_codes_person_id_digest")),
    )
    op.add_column("api_tokens", sa.Column("proved", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("api_tokens", "proved")
    for table in ("recovery_codes", "passkeys", "second_factors", "sign_ins"):
        op.drop_table(table)
    op.drop_index("uq_people_mailbox", "people")
    op.drop_column("people", "mailbox")
