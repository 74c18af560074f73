"""A real OpenID provider on a port of its own: code flow with PKCE, RS256, discovery. It says yes to everybody.

What it shows is set from outside: `subject`, `claims`, and `forge`, which makes its answers wrong in one way.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

CLIENT, SECRET = "minyi", "not a secret"


@dataclass
class IdentityProvider:
    """The provider's mind: who is signed in there, and which codes it gave out."""

    issuer: str = ""
    subject: str = "A123456789"
    claims: dict[str, Any] = field(default_factory=dict)
    forge: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def id_token(self, nonce: str) -> str:
        """What is said of the person, signed; wrong where it is to be forged."""
        now = int(time.time())
        claims: dict[str, Any] = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "nonce": nonce}
        claims |= {"iat": now, "exp": now + 300, **self.claims}
        wrong: dict[str, dict[str, Any]] = {
            "issuer": {"iss": "https://evil.example"},
            "audience": {"aud": "another client"},
            "nonce": {"nonce": "of another browser"},
            "age": {"iat": now - 7200, "exp": now - 3600},
            "subject": {"sub": ""},
        }
        claims |= wrong.get(self.forge, {})
        key = RSAKey.generate_key(2048, {"kid": "one"}) if self.forge == "signature" else self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


def provider_app(mind: IdentityProvider) -> Flask:
    """The provider's pages."""
    app = Flask("identity-provider")

    @app.get("/.well-known/openid-configuration")
    def discovery() -> ResponseReturnValue:
        return jsonify(
            issuer=mind.issuer,
            authorization_endpoint=f"{mind.issuer}/authorize",
            token_endpoint=f"{mind.issuer}/token",
            jwks_uri=f"{mind.issuer}/keys",
            response_types_supported=["code"],
            subject_types_supported=["pairwise"],
            id_token_signing_alg_values_supported=["RS256"],
            code_challenge_methods_supported=["S256"],
        )

    @app.get("/keys")
    def keys() -> ResponseReturnValue:
        return jsonify(keys=[mind.key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> ResponseReturnValue:
        asked = request.args.to_dict()
        mind.asked.append(asked)
        if asked.get("code_challenge_method") != "S256" or asked.get("client_id") != CLIENT:
            return "not like this", 400
        code = secrets.token_urlsafe(16)
        mind.codes[code] = asked
        answer = {"code": code, "state": asked["state"]}
        if mind.forge == "refusal":
            answer = {"error": "access_denied", "state": asked["state"]}
        return redirect(f"{asked['redirect_uri']}?{urlencode(answer)}")

    @app.post("/token")
    def token() -> ResponseReturnValue:
        asked = mind.codes.pop(request.form.get("code", ""), None)
        verifier = request.form.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).decode().rstrip("=")
        signed_in = request.authorization and request.authorization.password == SECRET
        if asked is None or challenge != asked["code_challenge"] or not signed_in:
            return jsonify(error="invalid_grant"), 400
        id_token = mind.id_token(asked.get("nonce", ""))
        return jsonify(access_token=secrets.token_urlsafe(16), token_type="Bearer", expires_in=300, id_token=id_token)

    return app


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running_provider() -> Iterator[IdentityProvider]:
    """The provider on a free port until the block ends."""
    mind = IdentityProvider()
    server = make_server("127.0.0.1", 0, provider_app(mind), threaded=True, request_handler=_Quiet)
    mind.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield mind
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
