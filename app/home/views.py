"""The home page, and the pages about the place itself."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.cases.faces import case_view
from app.cases.queries import answered_cases, owed_cases
from app.core.permissions import Permission
from app.home.queries import open_issues
from app.home.styleguide import examples
from app.issues.faces import issue_cards
from app.web.acting import ctx, guard
from app.web.i18n import page_locale

bp = Blueprint("home", __name__)


@bp.get("/")
@guard(Permission.READ)
def index() -> ResponseReturnValue:
    """What is open now, what the government owes, what it answered."""
    return render_template(
        "home/index.html",
        issues=issue_cards(ctx(), open_issues(ctx()), {}),
        owed=[case_view(ctx(), case) for case in owed_cases(ctx())],
        answered=[case_view(ctx(), case) for case in answered_cases(ctx())],
    )


@bp.get("/rules")
@guard(Permission.READ)
def rules() -> ResponseReturnValue:
    """The rules of the house."""
    return render_template("home/rules.html")


@bp.get("/accessibility")
@guard(Permission.READ)
def accessibility() -> ResponseReturnValue:
    """What is accessible, and whom to tell what is not."""
    return render_template("home/accessibility.html")


@bp.get("/open-data")
@guard(Permission.READ)
def open_data() -> ResponseReturnValue:
    """Open data and the API."""
    return render_template("home/open_data.html")


@bp.get("/styleguide")
@guard(Permission.READ)
def styleguide() -> ResponseReturnValue:
    """Every component in every state."""
    return render_template("home/styleguide.html", **examples(page_locale()))


@bp.get("/admin")
@guard(Permission.ADMINISTER)
def admin() -> ResponseReturnValue:
    """The administrators' entrance."""
    return render_template("home/admin.html")
