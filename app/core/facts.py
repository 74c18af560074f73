"""Facts: what happened, once, in the past tense: the audit entry, the timeline and the cause of what follows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, ClassVar

KINDS: dict[str, type[Fact]] = {}


@dataclass(frozen=True)
class Fact:
    """Something that happened. Subclasses name it (`kind`) and hold ids and plain values, never text from people."""

    kind: ClassVar[str] = ""
    public: ClassVar[bool] = False
    """May appear on a public timeline."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.kind or cls.kind in KINDS:
            raise TypeError(f"{cls.__name__} needs a kind of its own")
        KINDS[cls.kind] = cls

    def data(self) -> dict[str, Any]:
        """The fields as JSON values; dates and moments in ISO 8601."""
        return {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in asdict(self).items()}
