"""Bodies are bounded: a form to a megabyte, a sheet or a photo to ten."""

from collections.abc import Iterator

import pytest

from market.roles import Role
from market.security.bodies import BODY_BYTES_MAX, UPLOAD_BYTES_MAX
from tests.market.conftest import Staff

NAME = "/tai-khoan/ten"


def test_the_limits() -> None:
    assert (BODY_BYTES_MAX, UPLOAD_BYTES_MAX) == (1_048_576, 10_485_760)


def test_a_form_over_the_limit_is_a_page_that_says_so(staff: Staff) -> None:
    client = staff(Role.MARKET_CLERK, "MA")

    answer = client.send(NAME, ten="x" * BODY_BYTES_MAX)

    assert answer.status_code == 413
    assert "Nội dung gửi lên quá lớn" in answer.text
    assert "Chưa ghi gì" in answer.text


def test_a_long_form_of_no_told_length_is_refused_when_it_passes_the_limit(staff: Staff) -> None:
    client = staff(Role.MARKET_CLERK, "MA")

    def chunks() -> Iterator[bytes]:
        yield f"csrf={client.csrf}&ten=".encode()
        for _ in range(BODY_BYTES_MAX // 1000 + 1):
            yield b"x" * 1000

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(NAME, content=chunks(), headers=headers).status_code == 413


def test_a_json_body_over_the_limit_is_a_problem_document(staff: Staff) -> None:
    client = staff(Role.MARKET_CLERK, "MA")

    answer = client.post("/api/v1/tokens", json={"name": "x" * BODY_BYTES_MAX})

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:cho40:problem:body-too-large"


@pytest.mark.parametrize(("megabytes", "status"), [(9, 303), (11, 413)])
def test_an_upload_may_be_ten_times_as_large(staff: Staff, megabytes: int, status: int) -> None:
    client = staff(Role.MARKET_CLERK, "MA")
    file = ("anh.jpg", b"x" * (megabytes * 1024 * 1024), "image/jpeg")

    assert client.send(NAME, ten="Mai", anh=file).status_code == status


@pytest.mark.parametrize("length", ["x", "-1", "99999999999999999999", "", "１"])
def test_a_length_that_is_told_wrongly_harms_nobody(staff: Staff, length: str) -> None:
    client = staff(Role.MARKET_CLERK, "MA")

    answer = client.get("/tai-khoan", headers={"Content-Length": length.encode()})

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/cho/MA%00", "/cho/MA?ngay=%00", "/api/v1/users?search=%00"])
def test_the_letter_zero_is_told_as_unreadable(staff: Staff, path: str) -> None:
    assert staff(Role.ADMIN).get(path).status_code == 422


def test_a_form_that_is_no_form_is_refused(staff: Staff) -> None:
    client = staff(Role.MARKET_CLERK, "MA")
    headers = {"Content-Type": "multipart/form-data; boundary=x"}

    answer = client.post(NAME, content=b"--x\r\nrubbish", headers=headers)

    assert answer.status_code in {400, 403}
    assert "xin gửi lại" in answer.text
