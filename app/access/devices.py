"""The device of this request: remembered by a cookie that says nothing but "seen before"."""

from __future__ import annotations

import hashlib
import secrets

from flask import Response, after_this_request, current_app, request

from app.access.actions import Device
from app.access.rules import device_words, network_of

COOKIE = "minyi_device"
YEAR = 365 * 24 * 60 * 60


def this_device() -> Device:
    """Where somebody comes in. The device keeps the cookie for a year; we keep its digest."""
    known = request.cookies.get(COOKIE, "")
    mark = known if 20 <= len(known) <= 64 else secrets.token_urlsafe(24)

    @after_this_request
    def remember(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(COOKIE, mark, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
        return response

    digest = hashlib.sha256(mark.encode("utf-8", "replace")).hexdigest()
    return Device(device_words(request.user_agent.string), digest, network_of(request.remote_addr or ""))
