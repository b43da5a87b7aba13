"""A file is recognised by its bytes alone, and by exactly one reader."""

import io
import zipfile
from typing import Any

import pytest

from reconciliation.feeds.catalogue import READERS, identify
from reconciliation.feeds.providers.generic import LANGUAGES, template
from reconciliation.feeds.reading.sniffing import text_head
from tests.feed_samples import sample, sample_lines

FILES = [entry for entry in sample_lines("MANIFEST.jsonl") if entry["kind"] == "file"]
READABLE_FAULTS = [
    fault for fault in sample_lines("faults/FAULTS.jsonl") if fault["reason"] != "schema"
]


def known_to(content: bytes) -> list[str]:
    return [name for name, reader in READERS.items() if reader.identify(content, "upload.bin")]


@pytest.mark.parametrize("entry", [*FILES, *READABLE_FAULTS], ids=lambda entry: entry["file"])
def test_every_sample_is_known_to_its_own_reader_only(entry: dict[str, Any]) -> None:
    assert known_to(sample(entry["file"])) == [entry["provider"]]


@pytest.mark.parametrize("name", ["faults/vcb_statement_schema_drift.csv"])
def test_a_drifted_header_is_nobodys(name: str) -> None:
    assert identify(sample(name), name) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_is_known_to_the_reader_for_everyone_else(language: str) -> None:
    assert known_to(template(language).encode()) == ["generic"]


def test_the_name_of_a_file_says_nothing() -> None:
    content = sample("bank/mb_statement.xlsx")

    assert all(
        getattr(identify(content, name), "provider", None) == "bank_mb"
        for name in (
            "sao_ke.xlsx",
            "Transaction_report_1.csv",
            "112026_BNB_CHB_970499_1_TC_SWC.dat",
        )
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"PK\x03\x04",
        b"<html><body>BkToCstmrStmt</body></html>",
        b":20:x\nnothing else",
        b"a,b,c\n1,2,3\n",
        "Ngày giao dịch,Số bút toán,Nợ,Có\n".encode(),
        "Ngày giao dịch,Số bút toán,A,A,Nợ,Có\n".encode(),
        "Ngày giao dịch,Số bút toán,Nội dung,Mô tả,Nợ,Có\n".encode(),
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_feed_is_nobodys(content: bytes) -> None:
    assert known_to(content) == []


def test_a_zip_of_statements_is_known_only_to_a_provider_that_delivers_zips() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", sample("bank/mb_statement.csv"))
        archive.writestr("b.csv", sample("momo/transaction_report.csv"))

    assert known_to(packed.getvalue()) == ["momo"]


def test_a_zip_inside_a_zip_inside_a_zip_is_nobodys() -> None:
    content = sample("momo/transaction_report.csv")
    for _ in range(3):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("inner.zip", content)
        content = packed.getvalue()

    assert known_to(content) == []


def test_a_long_file_is_known_by_its_first_rows() -> None:
    late = b"x,y\n" * 100 + sample("bank/mb_statement.csv")

    assert known_to(sample("bank/tcb_statement.csv") + b"\n" * 10_000_000) == ["bank_tcb"]
    assert known_to(late) == []


def test_the_beginning_of_a_text_may_be_cut_inside_a_letter() -> None:
    assert text_head("ố".encode() * 200_000).startswith("ố" * 87_000)
    assert text_head("ố".encode("utf-16") * 10).startswith("ố")
    assert text_head(b"\xff\xfe\x00\xd8\x41\x00") == ""
