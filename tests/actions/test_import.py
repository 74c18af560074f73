"""`flask import-polis`: a whole conversation or nothing, once, on either engine."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from click.testing import Result

from app.agencies.models import Agency
from app.core.errors import Forbidden
from app.issues.importing import import_conversation
from app.issues.models import Issue
from app.issues.rules import IssueState
from app.opinions.models import FormerVote, MapSnapshot, Participant, Statement, VoteRow
from app.opinions.polis_export import PolisExport
from app.opinions.queries import latest_map
from app.topics.models import Topic
from tests.support.builders import Make
from tests.support.opinions import Work, counted, every_row, recounted

VTAIWAN = Path(__file__).parents[3] / "shared" / "data" / "polis" / "vtaiwan.uberx"
COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1435654192077,Tue Jun 30,0,7,1,0,1,開放共乘
1435654192078,Tue Jun 30,1,8,0,1,-1,"Line one
line two, ""quoted""."
1435654192079,Tue Jun 30,2,7,0,0,0,Fair rules for taxis too
"""
VOTES = """timestamp,comment-id,voter-id,vote
1435654193000,0,5,1
1435654193001,1,5,-1
1435654193002,0,6,0
"""
VOTES_IN_ANOTHER_ORDER = """vote,voter-id,more,comment-id,timestamp
1,5,x,0,1435654193000
-1,5,,1,1435654193001
0,6,,0,1435654193002
"""
SUMMARY = 'topic,Rides\nurl,https://pol.is/abc\nconversation-description,"What about rides?"\n'
MATRIX = """participant,group-id,n-votes,0,1,2
5,0,2,1,-1,
6,1,1,0,,
9,,0,,,
"""
Write = Callable[..., Path]
Import = Callable[..., Result]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an export; what is given replaces the file of that name, None leaves it out."""

    def write_files(**given: str | bytes | None) -> Path:
        texts = {"comments": COMMENTS, "votes": VOTES, "summary": SUMMARY, "participants_votes": None} | given
        for name, text in texts.items():
            path = tmp_path / f"{name.replace('_', '-')}.csv"
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_bytes(text.encode() if isinstance(text, str) else text)
        return tmp_path

    return write_files


@pytest.fixture
def run(app: APIFlask, make: Make, work: Work) -> Import:
    """Run the command for an agency named "transport"; the exit status must be as expected."""
    agency_id = make.agency()
    with work() as ctx:
        ctx.get(Agency, agency_id).slug = "transport"

    def run_command(folder: Path, *, status: int = 0, agency: str = "transport", slug: str = "rides") -> Result:
        done = app.test_cli_runner().invoke(args=["import-polis", str(folder), "--agency", agency, "--slug", slug])
        assert done.exit_code == status, done.output
        return done

    return run_command


def _topic(work: Work, slug: str = "rides") -> Topic:
    with work() as ctx:
        return ctx.session.scalars(sa.select(Topic).where(Topic.slug == slug)).one()


def _votes(work: Work) -> dict[tuple[str, str], int]:
    """Who voted how on what, as the export names them."""
    query = (
        sa.select(Participant.imported_as, Statement.key, VoteRow.value)
        .join(Participant, Participant.id == VoteRow.participant_id)
        .join(Statement, Statement.id == VoteRow.statement_id)
    )
    with work() as ctx:
        return {(who, what): value for who, what, value in ctx.session.execute(query)}


def test_a_conversation_becomes_an_open_issue_of_the_agency(work: Work, write: Write, run: Import) -> None:
    run(write())
    with work() as ctx:
        issue = ctx.session.scalars(sa.select(Issue)).one()
        assert (issue.state, issue.topic.slug, issue.topic.title) == (IssueState.OPEN, "rides", {"en": "Rides"})
        assert issue.topic.imported_from == "https://pol.is/abc"
        assert issue.topic.opened_at == datetime(2015, 6, 30, 8, 49, 52, 77_000, UTC)
        assert [part.agency.slug for part in issue.topic.agencies] == ["transport"]
        said = ctx.session.scalars(sa.select(Statement).order_by(Statement.key)).all()
    assert [(one.text, one.lang, one.hidden_at is not None, one.author_id) for one in said] == [
        ("開放共乘", "zh-Hant-TW", False, None),
        ('Line one line two, "quoted".', "en", True, None),
        ("Fair rules for taxis too", "en", False, None),
    ]
    assert _votes(work) == {("polis:5", "polis:0"): 1, ("polis:5", "polis:1"): -1, ("polis:6", "polis:0"): 0}


@pytest.mark.parametrize(
    ("description", "summary", "background"),
    [
        ("What about rides?", "What about rides?", ""),
        ("What about\nrides?\n\n* [Papers](https://example.org)\n* Ask.", "What about rides?",
         "* [Papers](https://example.org)\n* Ask."),
        ("word " * 101 + "\n\nThe rest.", ("word " * 101)[:500], ("word " * 101).strip() + "\n\nThe rest."),
        ("", "Rides", ""),
    ],
    ids=["one paragraph", "Markdown after it", "too long a beginning", "none"],
)  # fmt: skip
def test_the_beginning_of_the_description_is_the_summary_and_the_rest_the_background(
    work: Work, write: Write, run: Import, description: str, summary: str, background: str
) -> None:
    run(write(summary=f'topic,Rides\nurl,https://pol.is/abc\nconversation-description,"{description}"\n'))
    with work() as ctx:
        issue = ctx.session.scalars(sa.select(Issue)).one()
        assert (issue.topic.summary["en"], issue.background["en"]) == (summary, background)


def test_the_last_line_is_one_json_object_and_the_counters_are_those_of_the_rows(
    work: Work, write: Write, run: Import
) -> None:
    last = run(write()).stdout.splitlines()[-1]
    assert json.loads(last) == {"statements": 3, "participants": 2, "votes": 3, "skipped": 0, "reasons": {}}
    topic = _topic(work)
    assert topic.statement_count == 2, "the moderators of the conversation took one out"
    with work() as ctx:
        assert counted(ctx, topic.id) == recounted(ctx, topic.id)


def test_a_second_run_changes_nothing_at_all(work: Work, write: Write, run: Import) -> None:
    run(write())
    with work() as ctx:
        before = every_row(ctx)
    assert "nothing new" in run(write()).stdout
    with work() as ctx:
        assert every_row(ctx) == before


def test_a_newer_export_adds_what_is_new_and_keeps_what_a_vote_was_before(
    work: Work, write: Write, run: Import
) -> None:
    run(write())
    newer = VOTES + "1435654194000,0,6,1\n1435654194001,2,7,-1\n"
    last = json.loads(run(write(votes=newer)).stdout.splitlines()[-1])
    assert (last["votes"], last["skipped"], last["reasons"]) == (4, 1, {"replaced_votes": 1})
    assert _votes(work)["polis:6", "polis:0"] == 1
    assert _votes(work)["polis:7", "polis:2"] == -1
    topic = _topic(work)
    with work() as ctx:
        assert [former.value for former in ctx.session.scalars(sa.select(FormerVote))] == [0]
        assert counted(ctx, topic.id) == recounted(ctx, topic.id)
        assert topic.participant_count == 3


def test_of_several_votes_the_last_counts(work: Work, write: Write, run: Import) -> None:
    votes = VOTES + "1435654199000,0,5,-1\n1435654198000,0,5,0\n"
    run(write(votes=votes))
    assert _votes(work)["polis:5", "polis:0"] == -1


@pytest.mark.parametrize(
    "files",
    [
        {"comments": "\ufeff" + COMMENTS, "votes": "\ufeff" + VOTES},
        {"votes": VOTES_IN_ANOTHER_ORDER},
        {"comments": COMMENTS.replace("\n", "\r\n"), "votes": VOTES.replace("\n", "\r\n")},
        {"votes": None, "participants_votes": MATRIX},
    ],
    ids=["byte-order mark", "other columns in another order", "line ends of Windows", "participants-votes.csv only"],
)
def test_the_same_conversation_in_another_form_is_the_same(
    work: Work, write: Write, run: Import, files: dict[str, str | None]
) -> None:
    run(write(**files))
    assert _votes(work) == {("polis:5", "polis:0"): 1, ("polis:5", "polis:1"): -1, ("polis:6", "polis:0"): 0}
    with work() as ctx:
        assert len(ctx.session.scalars(sa.select(Statement)).all()) == 3


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"votes": VOTES + "1435654193003,0,7,2\n"}, "votes.csv:5: vote is not -1, 0 or 1: '2'"),
        ({"votes": VOTES + "1435654193003,99,7,1\n"}, "votes.csv:5: vote on statement 99"),
        ({"comments": COMMENTS + "soon,,3,7,0,0,1,Late\n"}, "comments.csv:6: timestamp"),
        ({"comments": COMMENTS.encode() + b"1435654192080,,3,7,0,0,1,\xff\n"}, "comments.csv:6: not valid UTF-8"),
        ({"votes": None}, "votes.csv:0: file is missing"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place_and_changes_nothing(
    work: Work, write: Write, run: Import, files: dict[str, str | bytes | None], place: str
) -> None:
    run(write())
    with work() as ctx:
        before = every_row(ctx)
    assert place in run(write(**files), status=1).stderr
    run(write(**files), status=1, slug="elsewhere")
    with work() as ctx:
        assert every_row(ctx) == before


def test_nothing_is_left_of_an_import_that_breaks_off_in_the_middle(
    work: Work, write: Write, run: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    with work() as ctx:
        before = every_row(ctx)

    def break_off(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("app.opinions.importing._recount", break_off)
    run(write(), status=1)
    with work() as ctx:
        assert every_row(ctx) == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"agency": "nobody"}, "There is no agency with the short name nobody."),
        ({"slug": "Rides!"}, "small letters, digits and single hyphens"),
        ({"slug": "night-buses"}, "There is another issue at this address already."),
    ],
)
def test_an_import_that_would_land_in_the_wrong_place_is_refused(
    work: Work, make: Make, write: Write, run: Import, change: dict[str, str], reason: str
) -> None:
    native = make.issue()
    with work() as ctx:
        ctx.get(Topic, native.topic_id).slug = "night-buses"
    with work() as ctx:
        before = every_row(ctx)
    assert reason in run(write(), status=1, **change).stderr
    with work() as ctx:
        assert every_row(ctx) == before


@pytest.mark.parametrize(
    "other",
    [
        {"summary": SUMMARY.replace("abc", "xyz")},
        {"comments": COMMENTS.replace("開放共乘", "Something else")},
    ],
    ids=["from another address", "with other words"],
)
def test_another_conversation_does_not_flow_into_one_that_is_here(
    work: Work, write: Write, run: Import, other: dict[str, str]
) -> None:
    run(write())
    with work() as ctx:
        before = every_row(ctx)
    run(write(**other), status=1)
    with work() as ctx:
        assert every_row(ctx) == before


def test_nobody_but_an_administrator_imports(work: Work, make: Make) -> None:
    nothing = PolisExport(None, None, None, (), ())
    agency_id = make.agency()
    with work() as ctx:
        slug = ctx.get(Agency, agency_id).slug
    for person in (make.person(), make.officer(agency_id), make.person(moderator=True)):
        with pytest.raises(Forbidden), work(person.actor) as ctx:
            import_conversation(ctx, nothing, slug, "rides")
    with work(make.person(administrator=True).actor) as ctx:
        assert import_conversation(ctx, nothing, slug, "rides").issue.topic.title == {"en": "rides"}


@pytest.mark.skipif(not VTAIWAN.is_dir(), reason=f"the open data is not at {VTAIWAN}")
def test_vtaiwan_imports_whole_within_half_a_minute_and_a_second_run_changes_nothing(work: Work, run: Import) -> None:
    began = time.monotonic()
    last = json.loads(run(VTAIWAN, slug="uberx").stdout.splitlines()[-1])
    assert time.monotonic() - began < 30
    assert {"statements": 197, "participants": 1921, "votes": 49443}.items() <= last.items()
    topic = _topic(work, "uberx")
    assert (topic.participant_count, topic.vote_count) == (1921, 49443)
    assert topic.title == {"zh-Hant-TW": "UberX 自用車載客 — vTaiwan.tw"}
    with work() as ctx:
        assert counted(ctx, topic.id) == recounted(ctx, topic.id)
        assert len(ctx.session.scalars(sa.select(Statement.id)).all()) == 197
        drawn = latest_map(ctx, topic.id)
        assert drawn is not None
        assert drawn.content["enough"]
        before = every_row(ctx)
    run(VTAIWAN, slug="uberx")
    with work() as ctx:
        assert every_row(ctx) == before
        assert len(ctx.session.scalars(sa.select(MapSnapshot)).all()) == 1
