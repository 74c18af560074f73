"""Security headers on every answer, and caching of pages that are the same for everybody."""

from __future__ import annotations

from flask import Flask, Response, request, session

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
PUBLIC_SECONDS = 15


def install(app: Flask, https: bool) -> None:
    """Add the headers to every answer; HSTS only where the site is served over https."""

    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CSP)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        if https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return _cache(response)

    app.after_request(add)


def _cache(response: Response) -> Response:
    """Pages of visitors without a session may be kept for a moment; everything else may not be kept at all."""
    if request.endpoint == "static" and "v" in request.args:
        # The address carries a fingerprint of the content: another content has another address.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
    if "Cache-Control" in response.headers:
        return response
    if request.method in {"GET", "HEAD"} and response.status_code == 200 and not session and not request.authorization:
        response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
        response.vary.add("Cookie")
        response.add_etag()
        return response.make_conditional(request)
    response.headers["Cache-Control"] = "no-store"
    return response
