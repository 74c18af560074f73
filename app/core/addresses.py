"""E-mail addresses."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


def is_address(text: str) -> bool:
    """Whether a letter could be sent to this address. Asks no other machine; `.test` passes (RFC 2606)."""
    try:
        validate_email(text, allow_smtputf8=False, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True
