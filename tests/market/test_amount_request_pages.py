"""The vendor's pages of exact amounts: ask, show, turn paid, list, cancel, and every mistake named."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from merchants.request_reference import read_request_reference
from merchants.tables import AcceptancePoint, Vendor
from qr.payload import read_payload
from qr.scan import decode_page
from reconciliation.shown_requests.making import OPEN_MAX
from reconciliation.tables import PaymentRequest
from tests.market.asking import ACCOUNT, Asker, hear, make_payable
from tests.market.conftest import Reader, SignedIn, Staff
from tests.market.reading_html import Page
from tests.merchants.queries import counted


@pytest.fixture
def asker(october: sa.Engine, codes: dict[str, list[str]], reader: Reader) -> Asker:
    """The first vendor of Mậu A, come by the personal link."""
    code = codes["MA"][0]
    make_payable(october, code)
    return Asker(reader(Role.VENDOR, code), code)


def reference_of(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def kept(engine: sa.Engine) -> list[PaymentRequest]:
    with reading(engine) as session:
        found = list(session.exec(select(PaymentRequest).order_by(PaymentRequest.id)))  # type: ignore[arg-type]
        session.expunge_all()
        return found


def payload_on(text: str) -> str:
    import typst

    drawing = re.search(r"<svg xmlns.*?</svg>", text, re.DOTALL)
    assert drawing is not None
    source = "#set page(width: 80mm, height: 80mm, margin: 4mm)\n#image(bytes(sys.inputs.svg), width: 100%)"
    picture = typst.compile(source.encode(), format="png", ppi=200, sys_inputs={"svg": drawing[0]})
    (payload,) = decode_page(bytes(picture))
    return payload


@pytest.mark.parametrize("typed", ["85", "85.000", "85000", "85k", "85000 đ"])
def test_an_amount_typed_becomes_a_dynamic_code_with_its_reference(
    asker: Asker, typed: str
) -> None:
    path = asker.ask(typed)

    answer = asker.client.get(path)
    found = read_payload(payload_on(answer.text), require_vietqr=True)
    assert (found.errors, found.deviations) == ((), ())
    assert (found.fields["01"], found.fields["54"]) == ("12", "85000")
    purpose = found.fields["62"]["08"]  # type: ignore[index]
    assert purpose == reference_of(path)
    assert read_request_reference(purpose) is not None
    assert len(purpose) <= 19
    assert found.beneficiary is not None
    assert found.beneficiary.account == ACCOUNT
    assert ACCOUNT not in answer.text


def test_the_page_waits_turns_paid_and_stops_asking(asker: Asker) -> None:
    path = asker.ask("85", ghi="hai bó rau")
    waiting = asker.client.get(path)
    assert "Đang chờ khách trả 85.000" in Page(waiting.text).text
    assert '<noscript><meta http-equiv="refresh"' in waiting.text

    hear(asker.client, reference_of(path))

    paid = asker.client.get(path)
    shown = Page(paid.text)
    assert "Đã nhận 85.000" in shown.text
    assert "Vietcombank báo tiền vào lúc 09:00" in shown.text
    assert "hai bó rau" in shown.text
    assert "NGUYEN" not in paid.text
    assert "http-equiv" not in paid.text
    assert "<svg xmlns" not in paid.text.split("lam-tiep")[0].split("ma-qr")[1]
    (status,) = [a for _, a in shown.elements if a.get("id") == "tinh-hinh"]
    assert status["role"] == "status"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([{"amount_vnd": 84_000}], "Khách trả 84.000 ₫, không phải 85.000 ₫ Thiếu 1.000 ₫."),
        ([{"amount_vnd": 850_000}], "Khách trả 850.000 ₫, không phải 85.000 ₫ Thừa 765.000 ₫."),
        ([{}, {"number": 2}], "Khách trả 2 lần, cộng 170.000 ₫; mã này cần 85.000 ₫"),
        ([{}, {"number": 2, "is_incoming": False}], "85.000 ₫ đã ra khỏi tài khoản"),
        ([{}, {}], "Đã nhận 85.000 ₫"),
    ],
)
def test_whatever_else_comes_is_said_and_not_called_paid(
    asker: Asker, told: list[dict[str, Any]], words: str
) -> None:
    path = asker.ask()

    for one in told:
        hear(asker.client, reference_of(path), **one)

    shown = asker.page(path).text.replace("\u00a0", " ")
    assert words in shown


def test_only_this_page_may_run_a_script_and_only_ours(asker: Asker) -> None:
    answer = asker.client.get(asker.ask())

    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    shown = Page(answer.text)
    (script,) = shown.of("script")
    assert script["src"].startswith("/static/standing.js?v=")
    assert script["type"] == "module"
    assert shown.shortcomings() == []
    assert asker.client.get(script["src"]).status_code == 200
    assert "script-src 'none'" in asker.client.get(asker.list).headers["content-security-policy"]


MISTAKES = {
    "": "Cô/bác gõ số nghìn đồng",
    "0": "Cô/bác gõ số nghìn đồng",
    "0 đ": "Cô/bác gõ số nghìn đồng",
    "-5": "Chỉ gõ chữ số",
    "8 5": "Chỉ gõ chữ số",
    "tám lăm": "Chỉ gõ chữ số",
    "８５": "Chỉ gõ chữ số",
    "٨٥": "Chỉ gõ chữ số",
    "85,5": "Chỉ gõ chữ số",
    "1e5": "Chỉ gõ chữ số",
    "500.000.000": "Một lần chuyển được tối đa 499.999.999",
    "9" * 30: "Một lần chuyển được tối đa 499.999.999",
    "9" * 5_000: "Chỉ gõ chữ số",
}


@pytest.mark.parametrize(("typed", "words"), MISTAKES.items())
def test_a_mistake_gives_the_form_again_with_the_fields_message(
    october: sa.Engine, asker: Asker, typed: str, words: str
) -> None:
    answer = asker.send(asker.list, so=typed, ghi="hai bó")

    assert answer.status_code == 422
    shown = Page(answer.text)
    assert shown.shortcomings() == []
    assert words in shown.text
    (field,) = [one for one in shown.of("input") if one.get("name") == "so"]
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "so-e")
    assert field["value"] == typed[:40]
    (note,) = [one for one in shown.of("input") if one.get("name") == "ghi"]
    assert note["value"] == "hai bó"
    assert kept(october) == []


def test_a_bad_note_is_named_beside_its_field(october: sa.Engine, asker: Asker) -> None:
    answer = asker.send(asker.list, so="85", ghi="x" * 41)

    assert answer.status_code == 422
    shown = Page(answer.text)
    (field,) = [one for one in shown.of("input") if one.get("name") == "ghi"]
    assert field["aria-describedby"] == "ghi-e"
    assert shown.shortcomings() == []
    assert kept(october) == []


def test_a_note_is_shown_as_it_was_typed_and_harms_nobody(asker: Asker) -> None:
    path = asker.ask("85", ghi="<b>hai & ba</b>")

    assert "&lt;b&gt;hai &amp; ba&lt;/b&gt;" in asker.client.get(path).text


def test_the_same_form_sent_twice_is_one_request(october: sa.Engine, asker: Asker) -> None:
    first = asker.ask("85", once="twice")

    assert asker.ask("85", once="twice") == first
    assert asker.ask("85", once="other") != first
    assert len(kept(october)) == 2


def test_the_open_limit_is_told_in_words(october: sa.Engine, asker: Asker) -> None:
    for _ in range(OPEN_MAX):
        asker.ask()

    answer = asker.send(asker.list, so="85")

    assert answer.status_code == 422
    assert f"Đang có {OPEN_MAX} mã chờ khách trả" in Page(answer.text).text
    assert len(kept(october)) == OPEN_MAX


def test_the_list_tells_each_and_can_be_filtered(asker: Asker) -> None:
    paid, open_ = asker.ask("85"), asker.ask("20", ghi="hành")
    hear(asker.client, reference_of(paid))

    shown = asker.page(asker.list)
    assert shown.shortcomings() == []
    text = shown.text.replace("\u00a0", " ")
    assert "Đã nhận 85.000 ₫" in text
    assert "Đang chờ khách trả 20.000 ₫ hành" in text
    only = asker.page(f"{asker.list}?tt=paid")
    links = [a["href"] for a in only.of("a")]
    assert paid in links
    assert open_ not in links


def test_an_open_code_is_cancelled_once_and_a_paid_one_stays_paid(asker: Asker) -> None:
    path = asker.ask()

    for _ in range(2):
        answer = asker.send(f"{path}/huy", once="cancel")
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "Mã đã huỷ lúc 09:00" in asker.page(path).text

    other = asker.ask()
    hear(asker.client, reference_of(other))
    assert asker.send(f"{other}/huy").headers["location"] == other
    assert "Đã nhận" in asker.page(other).text


def test_the_same_amount_again_is_one_tap(october: sa.Engine, asker: Asker) -> None:
    path = asker.ask("500 đ")
    shown = asker.page(path)
    fields = {
        one["name"]: one["value"] for one in shown.of("input") if one["name"] in {"so", "gian"}
    }

    asker.send(asker.list, **fields)

    assert [one.amount_vnd for one in kept(october)] == [500, 500]
    assert {one.stall_code for one in kept(october)} == {"A01"}


def test_a_code_whose_account_was_closed_is_not_shown(october: sa.Engine, asker: Asker) -> None:
    path = asker.ask()
    with writing(october) as session:
        session.execute(sa.update(AcceptancePoint).values(name_match="mismatch"))

    assert "Mã này không quét nữa" in asker.page(path).text


def test_a_vendor_who_lets_nobody_see_gets_a_code_and_nothing_is_kept(
    october: sa.Engine, asker: Asker
) -> None:
    with writing(october) as session:
        session.execute(sa.update(Vendor).values(is_poster_only=True))

    shown = asker.page(asker.list)
    assert "mã này không được ghi lại" in shown.text
    assert asker.list not in {form.get("action") for form in shown.of("form")}
    code = asker.client.get(f"/nguoi-ban/{asker.code}?so=85")
    assert read_payload(payload_on(code.text)).fields["54"] == "85000"
    answer = asker.send(asker.list, so="85")
    assert answer.status_code == 422
    assert "không được ghi lại" in Page(answer.text).text
    assert kept(october) == []


def test_an_account_without_a_feed_says_that_it_will_not_tell(
    october: sa.Engine, asker: Asker
) -> None:
    with writing(october) as session:
        session.execute(sa.update(AcceptancePoint).values(feed_provider=""))

    assert "Ngân hàng này chưa báo tiền vào" in asker.page(asker.list).text


def test_staff_read_what_may_be_seen_but_no_note_and_change_nothing(
    october: sa.Engine, asker: Asker, staff: Staff
) -> None:
    path = asker.ask("85", ghi="của riêng tôi")
    clerk: SignedIn = staff(Role.MARKET_CLERK, "MA")

    shown = clerk.get(path)
    assert shown.status_code == 200
    assert "của riêng tôi" not in shown.text
    assert "lam-tiep" not in shown.text
    assert reference_of(path) in clerk.get(asker.list).text
    assert clerk.send(asker.list, so="85").status_code == 403
    assert clerk.send(f"{path}/huy").status_code == 403

    with writing(october) as session:
        session.execute(sa.update(Vendor).values(is_poster_only=True))
    assert clerk.get(path).status_code == 404
    assert reference_of(path) not in clerk.get(asker.list).text
    assert asker.client.get(path).status_code == 200


def test_another_vendors_code_is_not_there(
    asker: Asker, codes: dict[str, list[str]], reader: Reader
) -> None:
    path = asker.ask()
    other = Asker(reader(Role.VENDOR, codes["MA"][1]), codes["MA"][1])

    assert other.client.get(path).status_code == 403
    assert other.client.get(f"{other.list}/{reference_of(path)}").status_code == 404
    assert other.client.get(f"{other.list}/CC1").status_code == 404


def test_the_pages_speak_english(asker: Asker) -> None:
    path = asker.ask("85", lang="en")
    assert path.endswith("?lang=en")
    hear(asker.client, reference_of(path.removesuffix("?lang=en")))

    assert "Received 85.000" in asker.page(path).text
    assert "Today's codes" in asker.page(f"{asker.list}?lang=en").text
    refused = asker.send(asker.list, so="600.000.000", lang="en")
    assert "499.999.999" in Page(refused.text).text
    assert "Một lần" not in Page(refused.text).text


@pytest.mark.parametrize("count", [1, 9])
def test_the_list_costs_the_same_statements_however_long(
    october: sa.Engine, asker: Asker, count: int
) -> None:
    for _ in range(count):
        asker.ask()
    engine = asker.client.app.state.engine  # type: ignore[attr-defined]

    with counted(engine) as sent:
        asker.page(asker.list)

    assert len(sent) == 8
