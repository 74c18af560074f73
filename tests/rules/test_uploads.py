"""A file is what its content is; name and content must agree."""

import hashlib
import io
import random
import struct
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.packages import MAX_RATIO
from app.core.uploads import MAX_BYTES, Kind, UploadRefused, recognise
from moderation import clean_line

ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
PDF_FILE = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG_FILE = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\1\0\0\0\1\10\2\0\0\0\x90wS\xde"
JPEG_FILE = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9"


def package(
    media_type: str = ODT,
    content: bytes = b"<office/>",
    method: int = zipfile.ZIP_DEFLATED,
    type_method: int = zipfile.ZIP_STORED,
    more: dict[str, bytes] | None = None,
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", media_type, type_method)
        archive.writestr("content.xml", content, method)
        for name, entry in (more or {}).items():
            archive.writestr(name, entry, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def refusal(data: bytes, filename: str) -> str:
    with pytest.raises(UploadRefused) as caught:
        recognise(data, filename)
    return caught.value.reason.value


@pytest.mark.parametrize(
    ("data", "filename", "kind", "media_type"),
    [
        (PDF_FILE, "計畫書.pdf", Kind.PDF, "application/pdf"),
        (PNG_FILE, "map.PNG", Kind.PNG, "image/png"),
        (JPEG_FILE, "photo.jpg", Kind.JPEG, "image/jpeg"),
        (JPEG_FILE, "photo.jpeg", Kind.JPEG, "image/jpeg"),
        (package(ODT), "letter.odt", Kind.ODT, ODT),
        (package(ODS), "budget.ods", Kind.ODS, ODS),
        ("\ufeff項目,經費\r\n鋪面,120\r\n".encode(), "budget.csv", Kind.CSV, "text/csv"),
        ("會議紀錄\n\f".encode(), "notes.txt", Kind.TXT, "text/plain"),
    ],
)
def test_every_allowed_kind_is_known_by_its_content(data: bytes, filename: str, kind: Kind, media_type: str) -> None:
    upload = recognise(data, filename)
    assert (upload.kind, upload.media_type, upload.size) == (kind, media_type, len(data))
    assert upload.sha256 == hashlib.sha256(data).hexdigest()


def test_ten_megabytes_are_taken_and_one_byte_more_is_not() -> None:
    assert recognise(b"a" * MAX_BYTES, "a.txt").size == 10 * 1024 * 1024
    assert refusal(b"a" * (MAX_BYTES + 1), "a.txt") == "too_big"


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"", "a.txt") == "empty"


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\0\3",
        b"\x7fELF\2\1\1\0",
        b"GIF89a\1\0\1\0\0\0\0;",
        b"text with a NUL \0",
        b"\x1b[31mred",
        "民議".encode("big5"),
        "民議".encode("utf-16"),
        b"\x89PNG\r\n\x1a\n\0\0\0\rJUNK",
        b"%PDX-1.7\0",
        zipfile.ZIP_STORED.to_bytes(4, "big"),
        package("application/epub+zip"),
        package("application/vnd.oasis.opendocument.text-template"),
        package(type_method=zipfile.ZIP_DEFLATED),
        package(method=zipfile.ZIP_LZMA),
        package()[:-30],
        package()[:60] + b"\0" + package()[61:],
        b"PK\3\4",
    ],
)
def test_what_is_not_on_the_list_or_damaged_is_unknown(data: bytes) -> None:
    assert refusal(data, "letter.odt") == "unknown_kind"


def test_an_ordinary_zip_and_a_package_without_content_are_unknown() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", ODT)
    assert refusal(file.getvalue(), "letter.odt") == "unknown_kind"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", "<office/>")
        archive.writestr("mimetype", ODT)
    assert refusal(file.getvalue(), "letter.odt") == "unknown_kind"


def test_a_name_used_twice_in_a_package_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = package(more={"content.xml": b"<other/>"})
    assert refusal(twice, "letter.odt") == "unknown_kind"


def test_an_encrypted_package_is_refused() -> None:
    data = bytearray(package())
    entry = data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    data[entry + 8] |= 1
    assert refusal(bytes(data), "letter.odt") == "unknown_kind"


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (PDF_FILE, "a.txt"),
        (PDF_FILE, "a.exe"),
        (PDF_FILE, "pdf"),
        (PDF_FILE, ""),
        (PDF_FILE, "a.pdf.exe"),
        (PDF_FILE, "a.pdf/"),
        (PDF_FILE, "cod\u202efdp.exe"),
        (PNG_FILE, "a.jpg"),
        (package(ODT), "a.ods"),
        (package(ODT), "a.zip"),
        (b"a,b\n", "a.pdf"),
        (b"<script>alert(1)</script>", "a.html"),
        (b"<svg onload='alert(1)'/>", "a.svg"),
    ],
)
def test_an_extension_that_says_something_else_is_refused(data: bytes, filename: str) -> None:
    assert refusal(data, filename) == "extension_mismatch"


@pytest.mark.parametrize(
    ("filename", "safe"),
    [
        ("計畫書 第二版.TXT", "計畫書 第二版.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\fakepath\\a.txt", "a.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
        ('a"<b>|*?.txt', "a__b____.txt"),
        ("report\u202etxt.fdp\0.txt", "reporttxt.fdp.txt"),
        (".txt", "file.txt"),
        ("\u200b . .txt", "file.txt"),
        ("a.txt. ", "a.txt"),
        ("con.txt", "_con.txt"),
        ("NUL.tar.txt", "_NUL.tar.txt"),
        ("console.txt", "console.txt"),
        ("字" * 100 + ".txt", "字" * 50 + ".txt"),
        ("\ud800a.txt", "a.txt"),
    ],
)
def test_a_name_is_made_safe_for_headers_and_disks(filename: str, safe: str) -> None:
    assert recognise(b"a", filename).safe_name == safe


@given(st.text(st.characters() | st.sampled_from("/\\:. \0\u202e\"'")))
def test_no_name_leaves_the_folder_or_the_line(filename: str) -> None:
    safe = recognise(b"a", filename + ".txt").safe_name
    assert safe == clean_line(safe)
    assert not set(safe) & set('/\\:"<>|?*\r\n\0')
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 255


@pytest.mark.parametrize(
    "data",
    [
        package(content=b" " * 90_000_000),
        package(more={f"Pictures/{number}": b"" for number in range(2_001)}),
        package(more={"one": b" " * 60_000_000, "two": b" " * 60_000_000}),
    ],
    ids=["ratio", "entries", "sum"],
)
def test_a_package_that_would_burst_is_refused_without_unpacking_it(data: bytes) -> None:
    started = time.process_time()
    assert refusal(data, "letter.odt") == "bomb"
    assert time.process_time() - started < 5


def test_a_package_too_large_unpacked_is_refused_even_if_it_is_not_packed_strongly() -> None:
    noise = random.Random(1).randbytes(1_000_000)
    data = package(content=b" " * 105_000_000, more={"Pictures/noise": noise})
    assert len(data) * MAX_RATIO > 106_000_000
    assert refusal(data, "letter.odt") == "bomb"


def test_a_package_that_hides_its_true_size_is_refused() -> None:
    data = package(content=b" " * 900_000)
    declared = struct.pack("<I", 900_000)
    assert data.count(declared) == 2
    assert refusal(data.replace(declared, struct.pack("<I", 9)), "letter.odt") == "unknown_kind"


def test_a_well_packed_table_is_not_a_bomb() -> None:
    rows = b"".join(b"<row><cell>%d</cell></row>" % number for number in range(200_000))
    assert recognise(package(ODS, rows), "budget.ods").kind is Kind.ODS


def outcome(data: bytes, filename: str) -> str:
    try:
        return recognise(data, filename).kind.value
    except UploadRefused as refused:
        return refused.reason.value


@given(st.data())
def test_a_damaged_package_is_refused_or_taken_but_never_breaks_the_reader(data: st.DataObject) -> None:
    damaged = bytearray(package())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    assert outcome(cut, "letter.odt") in ("odt", "unknown_kind", "bomb", "extension_mismatch")


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_recognised_or_refused_with_a_reason(data: bytes) -> None:
    assert outcome(data, "a.txt") in ("txt", "unknown_kind", "extension_mismatch")
