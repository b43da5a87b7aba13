"""Limits and hostile containers: refused by name, before anything large is unpacked."""

import io
import zipfile

import pytest
import xlsxwriter

from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.reading.context import FILE_BYTES_MAX, ReadContext, read_within
from reconciliation.records import SourceChannel
from tests.feed_samples import read_vcb, sample, vcb_csv

FILE = SourceChannel.FILE
ROW = "20/11/2026,1,,5,{memo}"


def xlsx_with(name: str, content: bytes) -> bytes:
    """Return the sample workbook with one member replaced or added."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sample("bank/vcb_statement.xlsx"))) as before,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for info in before.infolist():
            if info.filename != name:
                after.writestr(info.filename, before.read(info))
        after.writestr(name, content)
    return changed.getvalue()


def sheet_xml() -> bytes:
    with zipfile.ZipFile(io.BytesIO(sample("bank/vcb_statement.xlsx"))) as book:
        return book.read("xl/worksheets/sheet1.xml")


def test_a_cell_of_32_kib_is_the_largest() -> None:
    legal, large = (vcb_csv(ROW.format(memo="x" * size), total="0,5,") for size in (32768, 32769))

    assert read_vcb(legal).reason is None
    assert read_vcb(large).reason == "too_large"


def test_a_cell_is_measured_in_bytes() -> None:
    content = vcb_csv(ROW.format(memo="ợ" * 11000), total="0,5,")

    assert read_vcb(content).reason == "too_large"


def test_a_line_over_1_mib_is_too_large() -> None:
    padded = ROW.format(memo=",".join(["x" * 32000] * 33))

    assert read_vcb(vcb_csv(padded, total="0,5,")).reason == "too_large"


def test_a_cell_beyond_the_csv_modules_own_limit_is_too_large() -> None:
    content = vcb_csv(ROW.format(memo='"' + "x\n" * 70_000 + '"'), total="0,5,")

    assert read_vcb(content).reason == "too_large"


@pytest.mark.parametrize("memo", ['"open', '"a" b'])
def test_a_quote_that_does_not_close_is_not_parseable(memo: str) -> None:
    assert read_vcb(vcb_csv(ROW.format(memo=memo), total="0,5,")).reason == "not_parseable"


def test_prose_without_a_delimiter_is_no_table() -> None:
    assert read_vcb("Xin chào\nđây không phải sao kê\n").reason == "unsupported_format"


def test_a_workbook_that_unpacks_to_more_than_100_mib_is_refused_unread() -> None:
    bomb = xlsx_with("xl/media/a.bin", b"\0" * (101 * 1024 * 1024))

    assert len(bomb) < 1024 * 1024
    assert read_vcb(bomb).reason == "too_large"


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    honest = xlsx_with("xl/media/a.bin", b"\0" * 100_000)
    at = honest.rindex(b"PK\x01\x02")
    lying = honest[: at + 24] + (5).to_bytes(4, "little") + honest[at + 28 :]

    assert read_vcb(lying).reason == "not_parseable"


@pytest.mark.parametrize(
    "reference",
    [
        b'r="XFD1048576"',
        b"r='XFD1048576'",
        b'r = "xfd1048576"',
        b'r="D499999999999"',
        b'r="ZZZZZZZZZZZZ1"',
    ],
)
def test_one_cell_far_out_is_refused_before_the_grid_is_made(reference: bytes) -> None:
    far = sheet_xml().replace(b'r="A1"', reference)

    assert read_vcb(xlsx_with("xl/worksheets/sheet1.xml", far)).reason == "too_large"


def test_a_workbook_that_announces_more_texts_than_it_has_bytes_is_refused() -> None:
    strings = b'<sst uniqueCount="99999999999"><si><t>x</t></si></sst>'

    assert read_vcb(xlsx_with("xl/sharedStrings.xml", strings)).reason == "not_parseable"


def test_a_document_type_in_a_workbook_is_refused() -> None:
    xml = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]>' + sheet_xml()

    assert read_vcb(xlsx_with("xl/worksheets/sheet1.xml", xml)).reason == "xml_dtd"


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 500])
def test_a_broken_zip_is_not_parseable(content: bytes) -> None:
    assert read_vcb(content).reason == "not_parseable"


def test_a_member_whose_packed_bytes_are_damaged_is_not_parseable() -> None:
    content = bytearray(sample("bank/vcb_statement.xlsx"))
    at = content.index(b"docProps/app.xml") + len(b"docProps/app.xml")
    content[at : at + 4] = b"\x00\x92\xc1J"

    assert read_vcb(bytes(content)).reason == "not_parseable"


def test_a_member_without_a_name_is_not_parseable() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("x", b"")
    nameless = content.getvalue().replace(b"\x01\0\0\0", b"\0\0\0\0").replace(b"x", b"")

    assert read_vcb(nameless).reason == "not_parseable"


def test_a_member_packed_in_a_rare_way_is_unsupported() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")

    assert read_vcb(content.getvalue()).reason == "unsupported_format"


def test_a_cut_workbook_is_not_parseable() -> None:
    assert read_vcb(sample("bank/vcb_statement.xlsx")[:-300]).reason == "not_parseable"


def test_broken_xml_in_a_workbook_is_not_parseable() -> None:
    cut = xlsx_with("xl/worksheets/sheet1.xml", sheet_xml()[:900])

    assert read_vcb(cut).reason in {"not_parseable", "schema", "partial"}


def test_a_zip_that_is_no_workbook_is_unsupported() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("statement.csv", vcb_csv(total="0,0,"))

    assert read_vcb(content.getvalue()).reason == "unsupported_format"


def test_an_encrypted_member_is_encrypted() -> None:
    plain = bytearray(xlsx_with("xl/media/a.bin", b"x"))
    plain[plain.rindex(b"PK\x01\x02") + 8] |= 1

    assert read_vcb(bytes(plain)).reason == "encrypted"


def test_a_control_character_in_a_workbook_cell_is_refused() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "a\x01b")

    assert read_vcb(content.getvalue()).reason == "control_character"


def test_a_large_cell_of_a_workbook_is_refused() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet().write_string(0, 0, "ợ" * 20_000)

    assert read_vcb(content.getvalue()).reason == "too_large"


def test_hostile_sheet_xml_is_scanned_in_linear_time() -> None:
    many_open_tags = b"<c " * 300_000 + b"<f" * 300_000

    assert read_vcb(xlsx_with("xl/worksheets/sheet1.xml", many_open_tags)).reason is not None


def test_a_door_that_says_nothing_else_takes_files_of_50_mib() -> None:
    large, context = b"a" * (FILE_BYTES_MAX + 1), ReadContext(account=None, channel=FILE)

    refused = read_within(READERS["bank_vcb"], large, context=context)

    assert (refused.reason, FILE_BYTES_MAX) == ("too_large", 50 << 20)
    assert refused.warnings == ("52428801 bytes, at most 52428800",)


@pytest.mark.parametrize(
    ("bytes_max", "reason"), [(100, "too_large"), (10_000, None), (None, None)]
)
def test_a_file_is_as_large_as_its_door_allows(bytes_max: int | None, reason: str | None) -> None:
    content = vcb_csv(ROW.format(memo="x"), total="0,5,").encode()
    context = ReadContext(account=None, channel=FILE, bytes_max=bytes_max)

    assert read_within(READERS["bank_vcb"], content, context=context).reason == reason
