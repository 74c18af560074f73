"""The application: features from low to high, put together in `create_app`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

import structlog
from apiflask import APIFlask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import jobs, reactions
from app.cli import register_commands
from app.config import ROOT, Config, read_config
from app.core.clock import Clock
from app.core.database import engine_options, prepare
from app.extensions import csrf, db, limiter, login_manager
from app.instance.queries import load_settings
from app.policies.queries import find_policy
from app.web import acting, addresses, errors, filters, headers, i18n, openapi, pages, sentences

FEATURES = (
    "instance",
    "audit",
    "access",
    "accounts",
    "identities",
    "agencies",
    "policies",
    "clocks",
    "topics",
    "endorsements",
    "comments",
    "opinions",
    "cases",
    "replies",
    "followups",
    "issues",
    "proposals",
    "desk",
    "board",
    "notices",
    "home",
)
"""Low to high: the order in which they are registered, and the only direction in which they may import."""


def load_models() -> None:
    """Import every table, so that `Base.metadata` is complete."""
    for feature in FEATURES:
        if find_spec(f"app.{feature}.models"):
            import_module(f"app.{feature}.models")


def create_app(env: Mapping[str, str] | None = None, clock: Clock | None = None) -> APIFlask:
    """Build the application from the environment. Raises `BadConfig` for a setting that cannot be used."""
    config = read_config(os.environ if env is None else env)
    config.data.mkdir(parents=True, exist_ok=True)
    app = APIFlask(
        __name__,
        title="Minyi 民議",
        version="1.0",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        static_folder=str(ROOT / "app" / "static"),
    )
    addresses.install(app)
    _configure(app, config)
    _install(app, config, clock)
    for feature in FEATURES:
        _register(app, feature)
    acting.check_guards(app)
    return app


def _configure(app: APIFlask, config: Config) -> None:
    app.config.update(
        CONFIG=config,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        SESSION_COOKIE_NAME="minyi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https"),
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        RATELIMIT_STORAGE_URI=config.redis_url or "memory://",
        RATELIMIT_ENABLED=config.limits,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(config.redis_url),
        BABEL_DEFAULT_LOCALE="zh_Hant_TW",
        WTF_CSRF_TIME_LIMIT=None,
        TEMPLATES_AUTO_RELOAD=not config.is_production,
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(20))


def _install(app: APIFlask, config: Config, clock: Clock | None) -> None:
    load_models()
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    login_manager.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    app.extensions["queue"] = jobs.create_queue(app, config)
    work = acting.Acting(load_settings, find_policy, reactions.react, lambda name: jobs.wake(app, name), clock)
    acting.install(app, work)
    errors.install(app)
    headers.install(app, https=config.base_url.startswith("https"))
    i18n.install(app)
    filters.register(app)
    pages.install(app)
    openapi.install(app)
    register_commands(app)


def _register(app: APIFlask, feature: str) -> None:
    """Register what a feature has of these: sessions, sentences, pages (`views.bp`), operations (`api.api`)."""
    if find_spec(f"app.{feature}.sessions"):
        import_module(f"app.{feature}.sessions")
    if find_spec(f"app.{feature}.sentences"):
        sentences.register(app, import_module(f"app.{feature}.sentences").TOLD)
    if find_spec(f"app.{feature}.views"):
        blueprint = import_module(f"app.{feature}.views").bp
        # APIFlask looks at the hooks of every blueprint; pages are no operations of the API.
        blueprint.enable_openapi = False
        app.register_blueprint(blueprint)
    if find_spec(f"app.{feature}.api"):
        blueprint = import_module(f"app.{feature}.api").api
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
