"""Files through the form: content and name must agree, and what comes back is a download and never a page."""

from __future__ import annotations

import io
import zipfile

import pytest
from apiflask import APIFlask

from app.core.permissions import Role
from tests.support.builders import Make
from tests.support.pages import Browser

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def bomb() -> bytes:
    """A letter of a few kilobytes that unpacks to fifty megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", b"\0" * 50_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plan.pdf", b"MZ\x90\0program"),
        ("plan.exe", PDF),
        ("plan.pdf.exe", PDF),
        ("plan.pdf", SVG),
        ("plan.svg", SVG),
        ("plan.html", b"<script>alert(1)</script>"),
        ("plan.pdf", b"<html>" + PDF),
        ("plan.html", PDF + b"<script>alert(1)</script>"),
        ("plan.png", b"GIF89a/*<script>alert(1)</script>*/"),
        ("plan.odt", bomb()),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(app: APIFlask, make: Make, name: str, data: bytes) -> None:
    issue = make.issue()
    browser = Browser(app).sign_in(make.officer(issue.agency_id, Role.APPROVER))
    browser.open(f"/en/desk/issues/{issue.slug}/files")
    browser.send("file", 422, file=(io.BytesIO(data), name))
    assert "/files/" not in browser.open(f"/en/issues/{issue.slug}")


@pytest.mark.parametrize(
    ("name", "data"),
    [("plan.pdf", PDF + b"<script>alert(1)</script>"), ("a';X-Evil=1;<b>.txt", SVG), ("計畫.csv", b"=1+1,2")],
)
def test_a_file_comes_back_as_a_download(app: APIFlask, make: Make, name: str, data: bytes) -> None:
    issue = make.issue()
    browser = Browser(app).sign_in(make.officer(issue.agency_id, Role.APPROVER))
    browser.open(f"/en/desk/issues/{issue.slug}/files")
    browser.send("file", file=(io.BytesIO(data), name))
    (file,) = browser.http.get(f"/api/v1/issues/{issue.slug}").get_json()["attachments"]
    answer = browser.http.get(file["href"], buffered=True)
    assert answer.data == data
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.mimetype not in {"text/html", "image/svg+xml"}
