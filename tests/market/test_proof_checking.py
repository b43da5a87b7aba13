"""Anybody has a proof checked on a page: the answer in Vietnamese, nothing kept, nothing taken on trust."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from market.app import PUBLIC_AT_ONCE
from market.database import reading
from market.pages.proof_checking import CHECK_PATH, FILE, TEXT, TEXT_CHARS_MAX
from market.reports.proof_checking import PROOF_BYTES_MAX
from market.roles import Role
from tests.market import broken_books
from tests.market.broken_books import ON
from tests.market.conftest import Reader
from tests.market.reading_html import Page
from tests.market.test_payment_proofs import broken, hers, published_root

__all__ = ["broken", "hers"]

DAY = ON.isoformat()
Told = tuple[int, str]


@pytest.fixture
def proof(reader: Reader, hers: str) -> bytes:
    """The proof of one payment, as she downloads it."""
    return _downloaded(reader, hers, "?payment=1")


@pytest.fixture
def stranger(reader: Reader) -> TestClient:
    """Somebody who is not signed in."""
    return reader()


def _downloaded(reader: Reader, hers: str, which: str) -> bytes:
    return reader(Role.VENDOR, hers).get(f"/api/v1/vendors/{hers}/days/{DAY}/proof{which}").content


def sent(client: TestClient, *, file: bytes | None = None, lang: str = "", **fields: str) -> Told:
    (csrf,) = {
        one["value"]
        for one in Page(client.get(CHECK_PATH).text).of("input")
        if one.get("name") == "csrf"
    }
    files = {FILE: ("proof.json", file if file is not None else b"", "application/json")}
    data = {"csrf": csrf, **fields, **({"lang": lang} if lang else {})}
    answer = client.post(CHECK_PATH, data=data, files=files)
    page = Page(answer.text)
    assert page.shortcomings() == []
    return answer.status_code, page.text


def test_a_file_that_holds_is_told_with_what_it_proves(
    stranger: TestClient, proof: bytes, october: sa.Engine, hers: str
) -> None:
    root = published_root(october)

    status, text = sent(stranger, file=proof)
    english = sent(stranger, file=proof, lang="en")[1]

    assert status == 200
    assert "Đúng: 1 khoản nằm trong số của" in text
    assert "ngày 02/11/2026" in text
    assert f"Mã kiểm {root[:4]} {root[4:8]} {root[8:12]} giống mã chợ đã công bố." in text
    assert hers in text
    assert "người bán còn khoản khác trong ngày" in text
    assert "It holds: 1 payments" in english


def test_pasted_it_is_told_alike(stranger: TestClient, proof: bytes) -> None:
    assert "Đúng: 1 khoản" in sent(stranger, **{TEXT: f"\ufeff{proof.decode()}\r\n"})[1]


def test_a_whole_day_says_that_nothing_is_missing(
    stranger: TestClient, reader: Reader, hers: str
) -> None:
    text = sent(stranger, file=_downloaded(reader, hers, ""))[1]

    assert "Tệp có đủ mọi khoản của người bán trong ngày" in text


def test_a_proof_of_an_older_close_holds_and_says_so(
    stranger: TestClient, proof: bytes, october: sa.Engine
) -> None:
    broken_books.book_late(october)
    broken_books.close_again(october)

    text = sent(stranger, file=proof)[1]

    assert "Đúng: 1 khoản" in text
    assert "nay là lần thứ 2. Bằng chứng vẫn đúng với lần thứ 1" in text


def _with(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        told = json.loads(content)
        change(told)
        return json.dumps(told).encode()

    return changed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            _with(lambda p: p["payments"][0].update(amount_vnd=9)),
            "Khoản thứ 1 trong tệp không khớp",
        ),
        (_with(lambda p: p["vendor"]["figures"].update(gross_vnd=9)), "Số của ngày trong tệp"),
        (_with(lambda p: p.update(root_sha256="0" * 64)), "Trong tệp là mã 0000 0000 0000, chợ"),
        (_with(lambda p: p.update(version=10**30)), "chợ chưa công bố mã nào như vậy"),
        (_with(lambda p: p.update(market="A\0'")), "chợ chưa công bố mã nào như vậy"),
        (_with(lambda p: p.update(business_date="2026-11-04")), "chợ chưa công bố mã nào như vậy"),
    ],
)
def test_what_was_changed_does_not_hold(
    stranger: TestClient, proof: bytes, change: Callable[[bytes], bytes], said: str
) -> None:
    status, text = sent(stranger, file=change(proof))

    assert status == 200
    assert said in text
    assert "Đúng:" not in text


@pytest.mark.parametrize(
    "content",
    [
        b"{}", b"[" * 100_000, b"\xff\xfe\x00", b"%PDF-1.7", b'{"what": ' + b"9" * 5_000 + b"}",
        b"<script>alert(1)</script>", b'"\\ud800"',
    ],
)  # fmt: skip
def test_what_is_no_proof_is_told_so(stranger: TestClient, content: bytes) -> None:
    status, text = sent(stranger, file=content)

    assert status == 422
    assert "Đây không phải tệp bằng chứng" in text
    assert "đuôi .json, tải từ trang Bằng chứng" in text


def test_a_day_that_is_none_is_no_proof(stranger: TestClient, proof: bytes) -> None:
    assert sent(stranger, file=proof.replace(DAY.encode(), b"2026-13-99"))[0] == 422


def test_nothing_and_too_much_are_refused(stranger: TestClient) -> None:
    assert "Chưa chọn tệp, cũng chưa dán nội dung" in sent(stranger)[1]
    status, text = sent(stranger, file=b" " * (PROOF_BYTES_MAX + 1))
    assert status == 422
    assert "Tệp nặng hơn 2 MB, trang này không nhận" in text


def test_a_field_that_is_too_long_is_refused_in_words(stranger: TestClient) -> None:
    (csrf,) = {
        one["value"]
        for one in Page(stranger.get(CHECK_PATH).text).of("input")
        if one.get("name") == "csrf"
    }
    files = {FILE: ("", b"", "application/json")}

    answer = stranger.post(
        CHECK_PATH, data={"csrf": csrf, TEXT: "9" * (TEXT_CHARS_MAX + 10_000)}, files=files
    )

    assert answer.status_code in {400, 413, 422}
    assert "exceeded" not in answer.text


def test_a_form_from_elsewhere_counts_for_nothing(stranger: TestClient, proof: bytes) -> None:
    files = {FILE: ("proof.json", proof, "application/json")}

    without = stranger.post(CHECK_PATH, data={"csrf": "x"}, files=files)
    foreign = stranger.post(CHECK_PATH, files=files, headers={"origin": "https://evil.example"})

    assert (without.status_code, foreign.status_code) == (403, 403)
    assert "Đúng:" not in without.text + foreign.text


def test_it_may_be_asked_only_so_often(stranger: TestClient) -> None:
    answers = [stranger.get(CHECK_PATH).status_code for _ in range(PUBLIC_AT_ONCE + 1)]

    assert answers[0] == 200
    assert answers[-1] == 429
    assert stranger.post(CHECK_PATH, data={"csrf": "x"}).status_code in {403, 429}


def test_nothing_of_it_is_kept(stranger: TestClient, proof: bytes, october: sa.Engine) -> None:
    def rows() -> dict[str, int]:
        with reading(october) as session:
            names = sa.inspect(october).get_table_names()
            return {
                name: session.connection()
                .execute(sa.text(f'SELECT count(*) FROM "{name}"'))
                .scalar_one()
                for name in names
            }

    before = rows()
    sent(stranger, file=proof)

    assert rows() == before


def test_the_page_of_roots_and_her_own_page_lead_to_it(
    stranger: TestClient, reader: Reader, hers: str
) -> None:
    roots = stranger.get("/ma-kiem?cho=MA&thang=2026-11").text
    own = reader(Role.VENDOR, hers).get(f"/nguoi-ban/{hers}/bang-chung?ngay={DAY}").text

    assert f'href="{CHECK_PATH}"' in roots
    assert f'href="{CHECK_PATH}"' in own
