"""What an answer to a demand is made of: the words that policies, tables and the API share."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a demand."""

    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly_adopted"
    UNDER_STUDY = "under_study"
    ALREADY_DONE = "already_done"
    NOT_ADOPTED = "not_adopted"
    NOT_COMPETENT = "not_competent"


class AnswerPart(StrEnum):
    """What the answer to a demand says."""

    STATUS = "status_per_demand"
    REASON = "reason"
    BASIS = "law_or_data_reference"
    NEXT_STEP = "next_step_with_date_or_none"
    CONTACT = "contact_unit"
