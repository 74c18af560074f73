"""Refusals and faults become pages, or problem+json (RFC 9457) under /api. The only place that does so."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import structlog
from apiflask import APIFlask
from flask import Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.core.context import Context
from app.core.errors import Invalid, Refusal, SecondFactorNeeded, SignInNeeded, TooMany
from app.core.language import N_
from app.extensions import db
from app.web.acting import API_PREFIX, acting

log = structlog.get_logger()

MESSAGES = {
    400: N_("The request could not be understood."),
    401: N_("Please sign in first."),
    403: N_("You do not have permission to do this."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not take that kind of request."),
    406: N_("This is not available in the form that was asked for."),
    413: N_("That is too large."),
    415: N_("This kind of content is not taken here."),
    422: N_("Please check what you entered."),
    429: N_("That was too often. Please wait a little and try again."),
    500: N_("Something went wrong on our side. Nothing was changed."),
    503: N_("The service is very busy. Nothing was changed; please try again in a moment."),
}


def install(app: APIFlask) -> None:
    """Register the handlers."""
    # First, because APIFlask makes its answer that of every HTTP error, also outside the API.
    app.error_processor(_api_error)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(RateLimitExceeded, lambda _: _refused(TooMany()))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def problem(status: int, code: str, title: str, detail: str = "", **more: Any) -> Response:
    """An answer of type application/problem+json."""
    body = {"type": f"/errors/{code}", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    response = jsonify(body | more)
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _wants_json() -> bool:
    return request.path.startswith(API_PREFIX)


def _answer(status: int, code: str, words: str, **more: Any) -> ResponseReturnValue:
    db.session.rollback()
    if _wants_json():
        return problem(status, code, words, **more)
    return render_template("error.html", status=status, words=words, fields=more.get("fields", {})), status


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, SignInNeeded) and not _wants_json():
        return redirect(url_for("accounts.sign_in", next=_this_page()), 303)
    if isinstance(refusal, SecondFactorNeeded) and not _wants_json():
        # 307: a form that was sent is sent on whole, so that nothing typed is lost by the question in between.
        here = request.script_root + request.full_path.rstrip("?")
        return redirect(url_for("access.prove", next=here), 307)
    fields = {name: gettext(words) for name, words in getattr(refusal, "fields", {}).items()}
    more: dict[str, Any] = {"fields": fields} if fields else {}
    return _answer(refusal.status, refusal.code, gettext(refusal.reason, **refusal.values), **more)


def _this_page() -> str:
    """The page to come back to after signing in: this one, or the one whose form was sent; "" if that is not ours."""
    if request.method == "GET":
        return request.script_root + request.full_path.rstrip("?")
    try:
        page = urlsplit(request.referrer or "")
    except ValueError:  # `//[` begins an IPv6 address that never ends
        return ""
    return page._replace(scheme="", netloc="", fragment="").geturl() if page.netloc == request.host else ""


def _forged(_error: CSRFError) -> ResponseReturnValue:
    return _answer(
        400, "form-expired", gettext("This form has expired. Please go back, reload the page and try again.")
    )


def _busy(error: OperationalError) -> ResponseReturnValue:
    log.warning("database busy", error=str(error.orig))
    if "ctx" not in g:
        # Not even the settings could be read: the page that says so is drawn without them.
        g.ctx = Context(db.session(), clock=acting().clock)
    answer = _answer(503, "busy", gettext(MESSAGES[503]))
    response = answer if isinstance(answer, Response) else Response(answer[0], 503)  # type: ignore[index,arg-type]
    response.headers["Retry-After"] = "5"
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    answer = _answer(status, f"http-{status}", gettext(MESSAGES.get(status, MESSAGES[400])))
    if status == 405 and "Allow" in error.get_response().headers:
        response = answer if isinstance(answer, Response) else Response(answer[0], status)  # type: ignore[index,arg-type]
        response.headers["Allow"] = error.get_response().headers["Allow"]
        return response
    return answer


def _fault(error: Exception) -> ResponseReturnValue:
    log.error("fault", exc_info=error, path=request.path, method=request.method)
    return _answer(500, "fault", gettext(MESSAGES[500]))


def _api_error(error: Any) -> Any:
    """APIFlask's own errors (validation of queries and bodies)."""
    words = gettext(MESSAGES.get(error.status_code, MESSAGES[400]))
    more = {"errors": error.detail} if error.detail else {}
    code = Invalid.code if error.status_code == Invalid.status else f"http-{error.status_code}"
    return problem(error.status_code, code, words, **more)
