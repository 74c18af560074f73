"""Agencies and their tree."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Membership
from app.core.base import Base


class Agency(Base):
    """A body that posts issues and owes replies."""

    __tablename__ = "agencies"
    __api__ = "agencies"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, str]]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agencies.id"), index=True)
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    competences: Mapped[dict[str, list[str]]]

    parent: Mapped[Agency | None] = relationship(remote_side=[id], back_populates="children")
    children: Mapped[list[Agency]] = relationship(back_populates="parent", order_by="Agency.id")
    members: Mapped[list[Membership]] = relationship(order_by=Membership.id)
