"""Whoever reads English is told in English why something was refused, on pages and by the API."""

import pickle
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.i18n import Lang, translator
from market.i18n.english import ENGLISH
from market.roles import Role
from merchants.files.cells import CellRefused, read_phone
from merchants.sentences import Sentence
from tests.market.conftest import Staff
from tests.market.reading_html import Page
from tests.market.refusals import VIETNAMESE, told_by_refusals


def test_every_refusal_has_its_english() -> None:
    told = told_by_refusals()

    assert len(told) > 200
    assert [(one.where, one.text) for one in told if not one.is_looked_up] == []
    assert sorted({one.text for one in told} - ENGLISH.keys()) == []


def test_a_sentence_is_its_vietnamese_text_and_knows_its_english() -> None:
    told = Sentence("Dài {n} chữ, ghi tối đa {most} chữ", n=130, most=120)

    assert told == "Dài 130 chữ, ghi tối đa 120 chữ"
    assert translator(Lang.VI)(told) == told
    assert translator(Lang.EN)(told) == "130 letters long, at most 120 are kept"


def test_a_sentence_in_a_sentence_is_told_in_english_too() -> None:
    with pytest.raises(CellRefused) as refusal:
        read_phone("091234567")
    told = Sentence("Số điện thoại {refusal}", refusal=refusal.value.told)

    assert told.startswith("Số điện thoại có 9 chữ số, số di động cần 10: ")
    assert not VIETNAMESE.search(translator(Lang.EN)(told))


def test_lists_of_sentences_are_told_one_by_one() -> None:
    parts = tuple(Sentence("{code} ở đợt {number}", code=code, number=1) for code in ("MA", "DC"))
    told = Sentence("Mỗi chợ chỉ ở một đợt của chương trình: {markets}", markets=parts)

    assert told.endswith("MA ở đợt 1, DC ở đợt 1")
    assert translator(Lang.EN)(told).endswith("MA is in wave 1, DC is in wave 1")


@given(st.text(), st.dates())
def test_what_somebody_typed_is_never_taken_for_a_template(typed: str, on: date) -> None:
    told = Sentence("“{text}” chưa phải ngày, cần dạng 21/11/2026", text=typed)

    assert told == f"“{typed}” chưa phải ngày, cần dạng 21/11/2026"
    assert typed in translator(Lang.EN)(told)
    assert Sentence.of(typed) == typed
    assert translator(Lang.VI)(Sentence("Ngày {on:%d/%m/%Y} chưa đến", on=on)).startswith("Ngày ")


def test_a_sentence_survives_the_way_to_another_process() -> None:
    told = Sentence("Đợt {number} đã có", number=3)

    again = pickle.loads(pickle.dumps(told))

    assert (again, again.template, again.values) == (told, told.template, {"number": 3})


ERR = re.compile(
    r'<(?:span|p) class="err[^>]*>(.*?)</(?:span></span|p)>|<li><a href="#\w+">(.*?)</a></li>',
    re.DOTALL,
)
# Who sends a form, and what in it breaks rules.
FORMS: list[tuple[Role, str, str, dict[str, Any]]] = [
    (Role.ADMIN, "", "/ke-hoach/chuong-trinh", {"ma": "chợ", "ten": "", "tu": "x"}),
    (Role.ECONOMIST, "", "/ke-hoach/muc-tieu", {"gia_tri": "abc", "tu": "32/1", "den": ""}),
    (Role.MARKET_MANAGER, "MA", "/cho/MA/to-ho-tro/to/moi", {"cap": "", "ten": "", "tu": ""}),
    (Role.MARKET_MANAGER, "MA", "/cho/MA/to-ho-tro/ghe", {"nguoi": "", "gian": "", "phut": "x"}),
    (Role.MARKET_MANAGER, "MA", "/cho/MA/cai-dat", {"ten": "", "hang": "9", "so_gian": "abc"}),
    (Role.MARKET_MANAGER, "MA", "/cho/MA/cai-dat/lich/ngay", {"ngay": "hôm qua", "la": ""}),
    (Role.MARKET_MANAGER, "MA", "/cho/MA/cai-dat/mat-bang/khu", {"ten": "", "x": "1"}),
    (Role.MARKET_MANAGER, "MA", "/cho/MA/gian-hang/moi", {"so_gian": "", "ho_ten": "Lò 7"}),
    (Role.MARKET_MANAGER, "MA", "/cho/MA/nguoi-ho-tro", {"nguoi": "", "gio": "900"}),
    (Role.ADMIN, "", "/nguoi-dung/moi", {"ten": "", "dang_nhap": "12", "vai": ""}),
    (Role.ADMIN, "", "/tai-khoan/ten", {"ten": ""}),
    (Role.ADMIN, "", "/tai-khoan/mat-khau", {"cu": "x", "moi": "ngắn", "lai": "khác"}),
    (Role.ADMIN, "", "/dia-ban", {"ma": "ă", "ten": ""}),
]


@pytest.mark.parametrize(("role", "market", "path", "sent"), FORMS, ids=[row[2] for row in FORMS])
def test_the_fields_of_a_form_are_refused_in_english(
    staff: Staff, role: Role, market: str, path: str, sent: dict[str, Any]
) -> None:
    answer = staff(role, *([market] if market else [])).send(f"{path}?lang=en", **sent)

    assert answer.status_code == 422
    told = [Page("".join(shown)).text for shown in ERR.findall(answer.text)]
    assert told
    typed = set(sent.values())
    for sentence in told:
        for value in typed:
            sentence = sentence.replace(str(value), "") if value else sentence  # noqa: PLW2901
        assert not VIETNAMESE.search(sentence), sentence


@pytest.mark.parametrize(
    ("header", "is_english"),
    [
        ("en", True),
        ("en-GB,en;q=0.9,vi;q=0.8", True),
        ("vi,en;q=0.9", False),
        ("en;q=0", False),
        ("en;q=abc", False),
        ("fr", False),
        ("", False),
    ],
)
def test_a_machine_is_refused_in_the_language_it_reads(
    staff: Staff, header: str, is_english: bool
) -> None:
    body = {"code": "CHO40", "name": "x", "legal_basis": "x", "from_on": "2026-09-01"}
    admin = staff(Role.ADMIN)
    admin.post("/api/v1/programmes", json=body)

    answer = admin.post("/api/v1/programmes", json=body, headers={"Accept-Language": header})
    missing = admin.get("/api/v1/programmes/KHAC", headers={"Accept-Language": header})

    assert (answer.status_code, missing.status_code) == (422, 404)
    if is_english:
        assert answer.json()["title"] == "What was filled in breaks rules"
        assert answer.json()["errors"] == {"code": "The code CHO40 is taken, choose another"}
        assert missing.json()["title"] == "No such programme or wave"
    else:
        assert answer.json()["errors"] == {"code": "Mã CHO40 đã có, chọn mã khác"}
        assert missing.json()["title"] == "Không có chương trình này"


def test_the_language_of_the_address_goes_before_that_of_the_header(staff: Staff) -> None:
    answer = staff(Role.ADMIN).get(
        "/api/v1/programmes/KHAC?lang=vi", headers={"Accept-Language": "en"}
    )

    assert answer.json()["title"] == "Không có chương trình này"
