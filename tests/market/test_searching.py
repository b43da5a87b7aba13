"""What is typed to search for: empty, too long, and what machines are told."""

import pytest

from market.roles import Role
from tests.market.conftest import Staff
from tests.market.reading_html import Page

LONG = "x" * 501
PLACES = ["/cho/MA/gian-hang", "/cho/MA/nguoi-ban", "/dia-ban"]


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_search_that_is_too_long_is_told_on_its_page(staff: Staff, path: str, lang: str) -> None:
    client = staff(Role.ADMIN, "MA")

    answer = client.get(path, params={"q": LONG, "lang": lang})
    page = Page(answer.text)

    assert answer.status_code == 422
    assert page.shortcomings() == []
    told = {"vi": "dài 501 ký tự, tìm được tối đa 80: ghi ngắn lại", "en": "has 501 characters"}
    assert told[lang] in page.text
    (box,) = [field for field in page.of("input") if field.get("name") == "q"]
    assert (box["value"], box["aria-invalid"]) == (LONG, "true")
    assert client.get(path, params={"q": "x" * 80}).status_code == 200


def test_an_empty_search_of_stalls_lists_them_all(staff: Staff) -> None:
    client = staff(Role.MARKET_CLERK, "MA")

    every = client.get("/api/v1/markets/MA/stalls").json()
    empty = client.get("/api/v1/markets/MA/stalls?q=")

    assert empty.status_code == 200
    assert empty.json() == every
    assert every["total"] == len(every["items"]) > 0
    assert client.get("/api/v1/markets/MA/vendors?q=").status_code == 200


@pytest.mark.parametrize(
    ("language", "of_body", "of_address"),
    [
        ("vi", "Thông tin gửi lên có chỗ chưa đọc được", "Địa chỉ có chỗ chưa đọc được"),
        ("en", "Part of what was sent cannot be read", "Part of the address cannot be read"),
    ],
)
def test_a_body_and_an_address_that_cannot_be_read_are_told_apart(
    staff: Staff, language: str, of_body: str, of_address: str
) -> None:
    client = staff(Role.MARKET_MANAGER, "MA")
    asked = {"headers": {"Accept-Language": language}}

    body = client.post("/api/v1/markets/MA/stalls", json={"stall_code": 5}, **asked)
    address = client.get("/api/v1/markets/MA/stalls?limit=x", **asked)

    assert (body.status_code, address.status_code) == (422, 422)
    assert (body.json()["title"], address.json()["title"]) == (of_body, of_address)
    assert body.json()["type"] == "urn:cho40:problem:body-malformed"
    assert address.json()["type"] == "urn:cho40:problem:malformed"
    assert body.json()["errors"][0]["loc"][0] == "body"
