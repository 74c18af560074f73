"""Voting: one statement at a time, one's own answers, new statements; and the map."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.errors import Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.extensions import limiter
from app.opinions.actions import add_statement, cast, seed_statement
from app.opinions.forms import StatementForm
from app.opinions.mapping import map_view, standing, your_place
from app.opinions.models import Statement
from app.opinions.queries import all_statements, my_placement, my_votes, next_statement, statement_of
from app.opinions.rules import GROUP_MIN, Vote
from app.topics.models import Topic
from app.topics.pages import topic_tabs
from app.topics.queries import is_open, topic_by_slug
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale
from deliberation import ENGINE

bp = Blueprint("opinions", __name__)
TOPIC = "/<any(issues):kind>/<slug>"
ANSWERS = {str(int(vote)): vote for vote in Vote}


@bp.get(f"{TOPIC}/opinion")
@guard(Permission.READ)
def vote(kind: str, slug: str) -> ResponseReturnValue:
    """The next statement, or the one asked for; goes on where the person left off."""
    topic = topic_by_slug(ctx(), kind, slug)
    mine = my_votes(ctx(), topic.id)
    asked = request.args.get("statement", type=int)
    statement = statement_of(ctx(), topic.id, asked) if asked else next_statement(ctx(), topic.id, mine)
    return render_template(
        "opinions/vote.html",
        topic=topic,
        tabs=topic_tabs(topic, "opinion"),
        statement=statement,
        answered=len(mine),
        current=mine.get(statement.id) if statement else None,
        open=is_open(ctx(), topic),
        stand=standing(ctx(), topic),
    )


@bp.post(f"{TOPIC}/opinion")
@limiter.limit("120/minute;2000/day")
@guard(Permission.VOTE)
def cast_vote(kind: str, slug: str) -> ResponseReturnValue:
    """Take a vote and show the next statement."""
    topic = topic_by_slug(ctx(), kind, slug)
    answer = ANSWERS.get(request.form.get("value", ""))
    statement_id = request.form.get("statement", type=int)
    if answer is None or statement_id is None:
        raise Invalid(N_("Please choose agree, pass or disagree."))
    cast(ctx(), topic, statement_id, answer)
    back = "opinions.mine" if request.form.get("back") == "mine" else "opinions.vote"
    return redirect(url_for(back, kind=kind, slug=slug), 303)


@bp.get(f"{TOPIC}/opinion/mine")
@guard(Permission.ACCOUNT)
def mine(kind: str, slug: str) -> ResponseReturnValue:
    """Every answer this person gave here, each to be changed at any time while the topic is open."""
    topic = topic_by_slug(ctx(), kind, slug)
    votes = my_votes(ctx(), topic.id)
    answered = [statement for statement in all_statements(ctx(), topic.id) if statement.id in votes]
    return render_template(
        "opinions/mine.html",
        topic=topic,
        tabs=topic_tabs(topic, "opinion"),
        statements=answered,
        votes=votes,
        open=is_open(ctx(), topic),
    )


@bp.route(f"{TOPIC}/opinion/new", methods=["GET", "POST"])
@limiter.limit("6/minute;60/day", methods=["POST"])
@guard(Permission.STATE)
def add(kind: str, slug: str) -> ResponseReturnValue:
    """Say it in one's own words. Officers of the topic's agencies seed; everybody else speaks for themselves."""
    topic = topic_by_slug(ctx(), kind, slug)
    form = StatementForm(lang=page_locale())
    seeding = ctx().actor.may(Permission.ISSUE_WRITE, topic.agency_ids)
    if accepted(form, lambda: _add(topic, form, seeding)):
        flash(gettext("Your statement is now among those others vote on."), "success")
        return redirect(url_for("opinions.vote", kind=kind, slug=slug), 303)
    page = render_template(
        "opinions/add.html", topic=topic, tabs=topic_tabs(topic, "opinion"), form=form, seeding=seeding
    )
    return page, answer_status(form)


@bp.get(f"{TOPIC}/map")
@guard(Permission.READ)
def show_map(kind: str, slug: str) -> ResponseReturnValue:
    """The consensus map: picture, groups, shared and dividing statements, and the same as tables."""
    topic = topic_by_slug(ctx(), kind, slug)
    drawn = map_view(ctx(), topic)
    you = your_place(my_placement(ctx(), drawn.snapshot)) if drawn else None
    return render_template(
        "opinions/map.html",
        topic=topic,
        tabs=topic_tabs(topic, "map"),
        drawn=drawn,
        you=you,
        open=is_open(ctx(), topic),
    )


@bp.get("/how-the-map-is-made")
@guard(Permission.READ)
def method() -> ResponseReturnValue:
    """How the map is made, in words."""
    return render_template("opinions/method.html", engine=ENGINE, group_min=GROUP_MIN)


def _add(topic: Topic, form: StatementForm, seeding: bool) -> Statement:
    write = seed_statement if seeding else add_statement
    return write(ctx(), topic, form.text.data or "", form.lang.data)
