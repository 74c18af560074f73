"""Voting: one statement at a time, one's own answers, new statements; and the map."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.errors import Invalid, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.extensions import limiter
from app.opinions import actions
from app.opinions.asking import next_statement
from app.opinions.forms import StatementForm
from app.opinions.history import history
from app.opinions.map_tables import group_table, statement_table
from app.opinions.mapping import MapView
from app.opinions.models import MapSnapshot
from app.opinions.queries import (
    all_statements,
    ballot,
    latest_map,
    map_of,
    my_votes,
    newest_check,
    votes_are_published,
)
from app.opinions.rules import GROUP_MIN, Vote
from app.opinions.standing import standing, standing_on
from app.topics.models import Topic
from app.topics.pages import topic_tabs
from app.topics.queries import is_open, require_open, topic_by_slug
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale
from deliberation import ENGINE

bp = Blueprint("opinions", __name__)
OPINION = "/<any(issues):kind>/<slug>/opinion"
LONGEST_NUMBER = 20
ANSWERS = {str(int(vote)): vote for vote in Vote}


@bp.get(OPINION)
@guard(Permission.READ)
def vote(kind: str, slug: str) -> ResponseReturnValue:
    """The next statement the reader has not answered, and where the reader stands."""
    topic = topic_by_slug(ctx(), kind, slug)
    own = ballot(ctx(), topic.id) if ctx().actor.person_id is not None else None
    answered = own.votes if own else {}
    takes_votes = is_open(ctx(), topic)
    asked = next_statement(ctx(), topic.id, answered) if takes_votes else None
    return render_template(
        "opinions/vote.html",
        topic=topic,
        tabs=topic_tabs(topic, "opinion"),
        takes_votes=takes_votes,
        statement=asked.statement if asked else None,
        answered=len(answered),
        stand=standing(ctx(), topic, own) if own and answered else None,
    )


@bp.post(OPINION)
@limiter.limit("120/minute;2000/day")
@guard(Permission.VOTE)
def cast(kind: str, slug: str) -> ResponseReturnValue:
    """Take a vote and show the next statement, or the answers again if it was changed there."""
    topic = topic_by_slug(ctx(), kind, slug)
    answer = ANSWERS.get(request.form.get("value", ""))
    statement_id = request.form.get("statement", type=int)
    if answer is None or statement_id is None:
        raise Invalid(N_("Please choose agree, pass or disagree."))
    actions.cast(ctx(), topic, statement_id, answer)
    if request.form.get("back") == "mine":
        return redirect(url_for(".mine", kind=kind, slug=slug, _anchor=f"statement-{statement_id}"), 303)
    return redirect(url_for(".vote", kind=kind, slug=slug), 303)


@bp.get(f"{OPINION}/mine")
@guard(Permission.ACCOUNT)
def mine(kind: str, slug: str) -> ResponseReturnValue:
    """Every answer this person gave here, each to be changed at any time while the topic is open."""
    topic = topic_by_slug(ctx(), kind, slug)
    votes = my_votes(ctx(), topic.id)
    return render_template(
        "opinions/mine.html",
        topic=topic,
        tabs=topic_tabs(topic, "opinion"),
        takes_votes=is_open(ctx(), topic),
        statements=[one for one in all_statements(ctx(), topic.id) if one.id in votes],
        votes=votes,
    )


@bp.route(f"{OPINION}/new", methods=["GET", "POST"])
@limiter.limit("6/minute;60/day", methods=["POST"])
@guard(Permission.STATE)
def add(kind: str, slug: str) -> ResponseReturnValue:
    """Say it in one's own words. Officers of the topic's agencies seed; everybody else speaks for themselves."""
    topic = topic_by_slug(ctx(), kind, slug)
    if topic.opened_at is not None:
        require_open(ctx(), topic)
    seeding = ctx().actor.may(Permission.ISSUE_WRITE, topic.agency_ids)
    write = actions.seed_statement if seeding else actions.add_statement
    form = StatementForm(lang=page_locale())
    looking = request.form.get("press") == "similar"
    if not looking and accepted(form, lambda: write(ctx(), topic, form.text.data or "", form.lang.data)):
        flash(gettext("Your statement is now among those others vote on."), "success")
        return redirect(url_for(".add" if seeding else ".vote", kind=kind, slug=slug), 303)
    so_far = all_statements(ctx(), topic.id) if seeding else []
    page = render_template(
        "opinions/add.html", topic=topic, tabs=topic_tabs(topic, "opinion"), form=form, seeding=seeding, so_far=so_far
    )
    return page, 200 if looking else answer_status(form)


@bp.post(f"{OPINION}/<int:statement_id>/hide")
@guard(Permission.MODERATE)
def hide(kind: str, slug: str, statement_id: int) -> ResponseReturnValue:
    """Take a statement out of the voting."""
    topic = topic_by_slug(ctx(), kind, slug)
    actions.hide_statement(ctx(), topic, statement_id)
    flash(gettext("The statement is hidden. Its votes no longer count on the map."), "success")
    return redirect(url_for(".vote", kind=kind, slug=slug), 303)


@bp.get("/<any(issues):kind>/<slug>/map")
@guard(Permission.READ)
def show_map(kind: str, slug: str) -> ResponseReturnValue:
    """The consensus map: picture, groups, shared and dividing statements, and the same as tables.

    `?at=` is the number of an earlier map that is still kept.
    """
    topic = topic_by_slug(ctx(), kind, slug)
    snapshot = _map_asked_for(topic, request.args.get("at", ""))
    own = ballot(ctx(), topic.id)
    check = None if request.args.get("at") else newest_check(ctx(), topic.id)
    drawn = MapView(snapshot, own.texts, check) if snapshot else None
    placed = bool(drawn and drawn.is_enough and own.votes)
    return render_template(
        "opinions/map.html",
        topic=topic,
        tabs=topic_tabs(topic, "map"),
        takes_votes=is_open(ctx(), topic),
        has_ended=votes_are_published(ctx(), topic),
        drawn=drawn,
        past=history(ctx(), snapshot) if snapshot else None,
        stand=standing_on(ctx(), drawn, own.votes) if drawn and placed else None,
        group_table=group_table,
        statement_table=statement_table,
    )


def _map_asked_for(topic: Topic, number: str) -> MapSnapshot | None:
    if not number:
        return latest_map(ctx(), topic.id)
    if not number.isascii() or not number.isdigit() or len(number) > LONGEST_NUMBER:
        raise NotFound()
    return map_of(ctx(), topic.id, int(number))


@bp.get("/how-the-map-is-made")
@guard(Permission.READ)
def method() -> ResponseReturnValue:
    """How the map is made, in words."""
    return render_template("opinions/method.html", engine=ENGINE, group_min=GROUP_MIN)
