"""An open-data export is read whole, or refused with the place of every fault."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.opinions.polis_export import BadExport, PolisExport, Problem, read_export

REAL = Path(__file__).parents[3] / "shared" / "data" / "polis"
# Participants and statements as the source's own table of conversations states them.
CONVERSATIONS = {
    "15-per-hour-seattle": (54, 339),
    "austria-climate.5twd2jsnkf.2022-08-08": (522, 1116),
    "brexit-consensus": (50, 204),
    "canadian-electoral-reform": (174, 448),
    "scoop-hivemind.affordable-housing": (165, 381),
    "scoop-hivemind.biodiversity": (316, 536),
    "scoop-hivemind.freshwater": (80, 117),
    "scoop-hivemind.taxes": (148, 334),
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01": (297, 404),
    "vtaiwan.uberx": (197, 1921),
}
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the open data is not at {REAL}")

COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1435654192077,Tue Jun 30,0,7,1,0,1,開放共乘
1435654192078,Tue Jun 30,1,8,0,1,-1,"第一行
第二行, ""引號""。"
1435654192079,Tue Jun 30,2,7,0,0,0,計程車也要公平
"""
VOTES = """timestamp,comment-id,voter-id,vote
1435654193000,0,5,1
1435654193001,1,5,-1
1435654193002,0,6,0
"""
MATRIX = """participant,group-id,n-votes,0,1,2
5,0,2,1,-1,
6,1,1,0,,
9,,0,,,
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an export; a file given as None is left out, bytes are written as they are."""

    def write_files(
        comments: str | bytes | None = COMMENTS,
        votes: str | bytes | None = VOTES,
        matrix: str | bytes | None = None,
        summary: str | bytes | None = None,
    ) -> Path:
        names = ("comments.csv", "votes.csv", "participants-votes.csv", "summary.csv")
        for name, content in zip(names, (comments, votes, matrix, summary), strict=True):
            if content is not None:
                (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write_files


def refusal(folder: Path) -> list[Problem]:
    with pytest.raises(BadExport) as caught:
        read_export(folder)
    return list(caught.value.problems)


def cast(export: PolisExport) -> dict[tuple[int, int], int]:
    return {(vote.voter, vote.statement): vote.value for vote in export.votes}


def test_statements_and_votes_come_out_as_they_were_written(write: Write) -> None:
    export = read_export(write())
    second = export.statements[1]
    assert (second.id, second.author, second.moderated) == (1, 8, -1)
    assert second.text == '第一行\n第二行, "引號"。'
    assert second.created_at == datetime(2015, 6, 30, 8, 49, 52, 78_000, UTC)
    assert cast(export) == {(5, 0): 1, (5, 1): -1, (6, 0): 0}
    assert export.votes[0].cast_at == datetime(2015, 6, 30, 8, 49, 53, tzinfo=UTC)
    assert (export.participants, export.skipped) == (2, {})
    assert (export.topic, export.url, export.description) == (None, None, None)


def test_the_order_of_columns_and_rows_more_columns_a_mark_and_line_ends_do_not_matter(write: Write) -> None:
    expected = read_export(write())
    rows = list(csv.reader(COMMENTS.splitlines(keepends=True)))
    turned = [",".join('"' + cell.replace('"', '""') + '"' for cell in reversed(row)) for row in rows]
    votes = [line + ",new" for line in VOTES.splitlines()]
    folder = write(
        "\ufeff" + "\r\n".join([turned[0], *reversed(turned[1:])]),
        "\ufeff" + "\r\n".join([votes[0], *reversed(votes[1:])]) + "\r\n\r\n",
    )
    assert read_export(folder) == expected


def test_of_several_votes_the_latest_counts_and_of_simultaneous_ones_the_last_row(write: Write) -> None:
    votes = VOTES + (
        "1435654193005,0,5,0\n"  # later
        "1435654193004,0,5,-1\n"  # written after, but cast before
        "1435654193002,0,6,1\n"  # at the same moment as the first
    )
    export = read_export(write(votes=votes))
    assert cast(export) == {(5, 0): 0, (5, 1): -1, (6, 0): 1}
    assert export.skipped == {"replaced_votes": 3}


def test_the_matrix_of_participants_is_read_where_there_are_no_votes_with_times(write: Write) -> None:
    export = read_export(write(votes=None, matrix=MATRIX))
    assert cast(export) == {(5, 0): 1, (5, 1): -1, (6, 0): 0}
    assert {vote.cast_at for vote in export.votes} == {None}
    assert (export.participants, export.skipped) == (2, {"participants_without_votes": 1})


def test_votes_with_times_are_preferred_to_the_matrix(write: Write) -> None:
    assert all(vote.cast_at for vote in read_export(write(matrix=MATRIX)).votes)


def test_the_summary_gives_topic_and_address_quoted_or_not(write: Write) -> None:
    summary = 'topic,共乘, 公平嗎？\r\nurl,https://pol.is/x\r\nviews,4\r\nconversation-description,"a\n\nb"\r\n'
    export = read_export(write(summary="\ufeff" + summary))
    assert (export.topic, export.url, export.description) == ("共乘, 公平嗎？", "https://pol.is/x", "a\n\nb")


def test_an_empty_entry_of_the_summary_is_no_entry(write: Write) -> None:
    assert read_export(write(summary="topic,\nurl\n")).topic is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1435654192080,x,1.5,7,0,0,1,text", "comment-id is not a whole number from 0 to 2147483647: '1.5'"),
        ("1435654192080,x,-3,7,0,0,1,text", "comment-id is not a whole number from 0 to 2147483647: '-3'"),
        ("1435654192080,x,３,7,0,0,1,text", "comment-id is not a whole number from 0 to 2147483647: '３'"),
        ("1435654192080,x,2147483648,7,0,0,1,t", "comment-id is not a whole number from 0 to 2147483647: '2147483648'"),
        ("1435654192080,x,3,,0,0,1,text", "author-id is not a whole number from 0 to 2147483647: ''"),
        ("1435654192080,x,3,7,0,0,2,text", "moderated is not -1, 0 or 1: '2'"),
        ("1435654192,x,3,7,0,0,1,text", "timestamp is not a time in milliseconds between 2000 and 2099: '1435654192'"),
        ("soon,x,3,7,0,0,1,text", "timestamp is not a time in milliseconds between 2000 and 2099: 'soon'"),
        ("1435654192080,x,3,7,0,0,1, \u3000", "comment-body is empty"),
        ("1435654192080,x,3,7,0,0,1," + "字" * 1_001, "comment-body is longer than 1000 characters"),
        ("1435654192080,x,3,7,0,0,1,a\0b", "comment-body has a control character"),
        ("1435654192080,x,2,7,0,0,1,text", "comment-id 2 appears twice"),
        ("1435654192080,x,3,7,0,0,1", "7 columns where the header has 8"),
        ("1435654192080,x,3,7,0,0,1,a,b", "9 columns where the header has 8"),
        ('1435654192080,x,3,7,0,0,1,"cut of', "not readable as CSV from here: unexpected end of data"),
        ('1435654192080,x,3,7,0,0,1,"a" b', "not readable as CSV from here: ',' expected after '\"'"),
        (
            "1435654192080,x,3,7,0,0,1," + "a" * 140_000,
            "not readable as CSV from here: field larger than field limit (131072)",
        ),
    ],
    ids=range(17),
)
def test_a_bad_statement_is_refused_with_the_line_it_starts_on(write: Write, row: str, reason: str) -> None:
    assert refusal(write(COMMENTS + row)) == [("comments.csv", 6, reason)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1435654193003,9,5,1", "vote on statement 9, which is not in comments.csv"),
        ("1435654193003,0,5,2", "vote is not -1, 0 or 1: '2'"),
        ("1435654193003,0,5,", "vote is not -1, 0 or 1: ''"),
        ("1435654193003,0,5,1.0", "vote is not -1, 0 or 1: '1.0'"),
        ("1435654193003,0,five,1", "voter-id is not a whole number from 0 to 2147483647: 'five'"),
        ("14356541930x3,0,5,1", "timestamp is not a time in milliseconds between 2000 and 2099: '14356541930x3'"),
        ("1435654193003,0,5", "3 columns where the header has 4"),
        ("14356", "1 columns where the header has 4"),
    ],
)
def test_a_bad_vote_is_refused_with_its_line(write: Write, row: str, reason: str) -> None:
    assert refusal(write(votes=VOTES + row)) == [("votes.csv", 5, reason)]


@pytest.mark.parametrize(
    ("matrix", "line", "reason"),
    [
        (MATRIX + "7,0,1,,,3\n", 5, "2 is not -1, 0 or 1: '3'"),
        (MATRIX + "5,0,1,,,1\n", 5, "participant 5 appears twice"),
        (MATRIX + "x,0,1,,,1\n", 5, "participant is not a whole number from 0 to 2147483647: 'x'"),
        (MATRIX.replace(",2\n", ",4\n") + "7,0,1,,,1\n", 5, "vote on statement 4, which is not in comments.csv"),
        (MATRIX.replace(",2\n", ",1\n"), 1, "column 1 appears twice"),
        (MATRIX.replace("participant", "person"), 1, "column participant is missing"),
    ],
)
def test_a_bad_matrix_is_refused_with_its_line(write: Write, matrix: str, line: int, reason: str) -> None:
    assert refusal(write(votes=None, matrix=matrix)) == [("participants-votes.csv", line, reason)]


def test_bytes_that_are_not_utf8_are_named_by_the_line_of_their_record(write: Write) -> None:
    big5 = b"1435654192080,x,3,7,0,0,1," + '"民\n議"\n'.encode("big5")
    assert refusal(write(COMMENTS.encode() + big5)) == [("comments.csv", 6, "not valid UTF-8")]
    assert refusal(write(COMMENTS.encode("utf-16"))) == [("comments.csv", 1, "not valid UTF-8")]


def test_missing_files_and_columns_are_all_named_at_once(write: Write) -> None:
    folder = write("timestamp,comment-id,author-id,comment-body\n", None)
    assert refusal(folder) == [
        ("comments.csv", 1, "column moderated is missing"),
        ("votes.csv", 0, "file is missing"),
    ]


def test_an_empty_file_a_missing_folder_and_a_folder_in_place_of_a_file_are_refused(
    write: Write, tmp_path: Path
) -> None:
    assert refusal(write(votes="\n")) == [("votes.csv", 0, "file is empty")]
    assert refusal(tmp_path / "nowhere")[0] == ("comments.csv", 0, "file is missing")
    (tmp_path / "summary.csv").mkdir()
    assert ("summary.csv", 0, "file cannot be read: Is a directory") in refusal(tmp_path)


def test_one_bad_statement_does_not_make_its_votes_bad(write: Write) -> None:
    comments = COMMENTS.replace("0,7,1,0,1,開放共乘", "0,7,1,0,1,")
    assert refusal(write(comments)) == [("comments.csv", 2, "comment-body is empty")]


def test_at_most_twenty_problems_are_listed_in_the_order_of_the_file(write: Write) -> None:
    listed = refusal(write(votes=VOTES + "1435654193003,0,5,7\n" * 30))
    assert [line for _, line, _ in listed] == list(range(5, 25))


def test_the_refusal_reads_like_a_compilers_message(write: Write) -> None:
    with pytest.raises(BadExport, match=r"^votes\.csv:5: vote is not -1, 0 or 1: '7'$"):
        read_export(write(votes=VOTES + "1435654193003,0,5,7\n"))


@needs_real
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_every_real_conversation_is_read_and_agrees_with_its_own_matrix(name: str, tmp_path: Path) -> None:
    export = read_export(REAL / name)
    assert (len(export.statements), export.participants) == CONVERSATIONS[name]
    for file in ("comments.csv", "participants-votes.csv"):
        (tmp_path / file).write_bytes((REAL / name / file).read_bytes())
    assert cast(read_export(tmp_path)) == cast(export)


@needs_real
def test_the_vtaiwan_conversation_is_read_whole() -> None:
    export = read_export(REAL / "vtaiwan.uberx")
    assert (len(export.statements), export.participants, len(export.votes)) == (197, 1921, 49_443)
    assert export.skipped == {"replaced_votes": 554}
    assert (export.topic, export.url) == ("UberX 自用車載客 — vTaiwan.tw", "https://pol.is/3phdex2kjf")
