"""The QR codes hanging at a stall: seen, linked to accounts, counted, gone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.database import reading, writing
from merchants.acceptance.code_lists import CodeLink, list_codes
from merchants.acceptance.code_reading import PAYLOAD_BYTES_MAX, read_seen_code
from merchants.acceptance.displayed_codes import (
    CODES_OF_STALL_MAX,
    CodeResult,
    end_code,
    see_code,
    see_codes,
)
from merchants.actors import Actor
from merchants.errors import CodeNotRecorded, DisplayedCodeNotFound, StallNotFound
from merchants.frames import coverage_frame
from merchants.kinds import CodeScheme
from merchants.posters.payload import poster_payload
from merchants.tables import AcceptancePoint, DisplayedCode, Stall
from tests.merchants.acceptance.accounts_world import Accounts
from tests.merchants.conftest import Register
from tests.merchants.queries import counted
from tests.merchants.sheet_files import row
from tests.qr.payloads import payload
from tests.qr.test_wrappers import VECTORS

HELPER = Actor(kind="staff", name="3")


def vietqr(number: str = "0123456789012", bank: str = "970436") -> str:
    """A code paying this account."""
    return poster_payload(
        bin=bank, account=number, holder_name="NGUYEN THI HUONG", commune_name="Xã Mậu A",
        goods_group="Rau", vendor_code="V", stall_code="A001",
    )  # fmt: skip


def see(register: Register, text: str, stall: str = "A001") -> CodeResult:
    with writing(register.engine) as session:
        return see_code(
            session, "MA", stall, text, sealer=register.sealer, actor=HELPER, now=register.now
        )


def gone(register: Register, code_id: int | None, stall: str = "A001") -> DisplayedCode:
    with writing(register.engine) as session:
        return end_code(session, "MA", stall, code_id or 0, actor=HELPER, now=register.now)


@pytest.fixture
def stall(register: Register) -> Register:
    """A vendor at stall A001 with a Vietcombank account."""
    register.take(row())
    return register


# --- what a code is ---


@pytest.mark.parametrize(
    ("text", "scheme", "label"),
    [
        (vietqr(), CodeScheme.VIETQR, "Vietcombank ···9012"),
        (VECTORS["V079"], CodeScheme.MOMO, "MoMo, VietCapitalBank ···5080"),
        (VECTORS["V091"], CodeScheme.VNPAY, "VNPAY"),
        (VECTORS["V175"], CodeScheme.ZALOPAY, "ZaloPay, VietCapitalBank ···8217"),
        (VECTORS["V273"], CodeScheme.VNPAY, "VNPAY, Vietcombank ···5678"),
        (VECTORS["V204"], CodeScheme.OTHER, "Mã khác"),
        ("https://zalo.me/0912345678", CodeScheme.OTHER, "Mã khác"),
        (vietqr()[:-1] + "0", CodeScheme.OTHER, "Mã khác"),
    ],
)
def test_what_a_code_is(text: str, scheme: CodeScheme, label: str) -> None:
    seen = read_seen_code(text)

    assert (seen.scheme, seen.label) == (scheme, label)
    assert seen.payload == text


@pytest.mark.parametrize("text", ["", "  \n", "x" * (PAYLOAD_BYTES_MAX + 1), "ề" * 1000])
def test_what_no_code_can_hold_is_refused(text: str) -> None:
    with pytest.raises(CodeNotRecorded):
        read_seen_code(text)


@given(st.text(min_size=1, max_size=300))
def test_any_text_is_some_code_or_refused(text: str) -> None:
    try:
        seen = read_seen_code(text)
    except CodeNotRecorded:
        return
    assert seen.label
    assert seen.is_whole or seen.payload == text


# --- seen and gone ---


def test_a_code_of_the_vendors_account_is_linked_and_sealed(stall: Register) -> None:
    result = see(stall, vietqr())

    code = stall.one(DisplayedCode)
    assert result.is_new
    assert code.acceptance_point_id == stall.one(AcceptancePoint).id
    assert stall.sealer.open(code.payload_sealed) == vietqr()
    assert (code.first_seen_on, code.ended_on) == (date(2026, 11, 21), None)
    assert Accounts(stall).events(f"displayed_code:{code.id}") == [("code_seen", "staff:3")]


def test_a_code_of_an_unknown_account_stays_unlinked_until_it_is_known(stall: Register) -> None:
    see(stall, vietqr("9704229876543", "970422"))
    assert stall.one(DisplayedCode).acceptance_point_id is None
    accounts = Accounts(stall)
    change = accounts.propose().change
    accounts.confirm(change.id or 0)

    approval = accounts.decide(change.id or 0)

    assert approval.point is not None
    assert stall.one(DisplayedCode).acceptance_point_id == approval.point.id


def test_a_code_seen_again_is_the_same_row(stall: Register) -> None:
    first = see(stall, vietqr())
    stall.now += timedelta(days=3)

    again = see(stall, vietqr())

    code = stall.one(DisplayedCode)
    assert not again.is_new
    assert first.code is not None
    assert code.id == first.code.id
    assert (code.first_seen_on, code.last_seen_on) == (date(2026, 11, 21), date(2026, 11, 24))


def test_the_stalls_count_follows(stall: Register) -> None:
    assert stall.one(Stall).displayed_codes is None

    first, second = see(stall, vietqr()), see(stall, VECTORS["V079"])
    assert (stall.one(Stall).displayed_codes, stall.one(Stall).audited_on) == (
        2,
        date(2026, 11, 21),
    )
    assert first.code is not None
    assert second.code is not None
    gone(stall, first.code.id)

    assert stall.one(Stall).displayed_codes == 1
    gone(stall, second.code.id)
    assert stall.one(Stall).displayed_codes == 0


def test_recording_counted_codes_one_by_one_does_not_lower_the_count(register: Register) -> None:
    register.take(row(codes=3, audited=date(2026, 11, 1)))

    code = see(register, vietqr()).code
    assert register.one(Stall).displayed_codes == 3

    gone(register, code.id if code else None)
    assert register.one(Stall).displayed_codes == 2


def test_coverage_counts_the_recorded_codes(stall: Register) -> None:
    see(stall, vietqr())
    see(stall, VECTORS["V079"])

    with reading(stall.engine) as session:
        frame = coverage_frame(session, date(2026, 11, 21))

    of_market = frame[frame["displayed_codes"] > 0]
    assert of_market["displayed_codes"].tolist() == [2]
    assert of_market["feeding_points"].tolist() == [1]


def test_a_code_that_is_gone_may_hang_again(stall: Register) -> None:
    first = see(stall, vietqr()).code
    gone(stall, first.id if first else None)

    again = see(stall, vietqr())

    assert again.is_new
    assert [code.ended_on for code in stall.all(DisplayedCode)] == [date(2026, 11, 21), None]
    with pytest.raises(DisplayedCodeNotFound):
        gone(stall, first.id if first else None)


def test_a_code_of_another_stall_is_not_ended_here(stall: Register) -> None:
    stall.take(row(stall="A002", name="", phone="", consented="", bank="", account="", holder="",
                   state="Trống"))  # fmt: skip
    code = see(stall, vietqr()).code

    with pytest.raises(DisplayedCodeNotFound):
        gone(stall, code.id if code else None, "A002")
    with pytest.raises(StallNotFound):
        gone(stall, 1, "Z999")
    with pytest.raises(StallNotFound):
        see(stall, vietqr(), "Z999")


def test_a_stall_shows_a_bounded_number_of_codes(sqlite_register: Register) -> None:
    sqlite_register.take(row())
    many = [("A001", f"mã số {n}") for n in range(CODES_OF_STALL_MAX + 1)]

    with writing(sqlite_register.engine) as session:
        results = see_codes(
            session, "MA", many, sealer=sqlite_register.sealer, actor=HELPER,
            now=sqlite_register.now,
        )  # fmt: skip

    assert [bool(each.fault) for each in results] == [False] * CODES_OF_STALL_MAX + [True]


# --- many at once ---


def test_rows_stand_alone_and_cost_the_same_for_any_number(stall: Register) -> None:
    few = [("A001", vietqr())]
    many = [
        ("A001", vietqr()),
        ("Z999", vietqr()),
        ("A001", ""),
        ("A001", vietqr()),
        *[("A001", payload({"59": f"NGUOI BAN {n}"})) for n in range(20)],
    ]

    def take(rows: list[tuple[str, str]]) -> tuple[list[CodeResult], int]:
        with writing(stall.engine) as session, counted(stall.engine) as sent:
            results = see_codes(
                session, "MA", rows, sealer=stall.sealer, actor=HELPER, now=stall.now
            )
        return results, len(sent)

    _, of_few = take(few)
    results, of_many = take(many)

    assert of_many <= of_few + 1
    assert [each.fault for each in results[:4]] == [
        "", "Chợ không có gian hàng này", "Chưa có nội dung mã QR", "",
    ]  # fmt: skip
    assert [each.is_new for each in results[:4]] == [False, False, False, False]
    assert stall.one(Stall).displayed_codes == 21


# --- the list ---


def test_the_list_tells_whose_account_each_code_pays(stall: Register) -> None:
    stall.take(
        row(stall="A002", name="Trần Văn Bình", phone="0987654321", account="1012345678",
            holder="TRAN VAN BINH")
    )  # fmt: skip
    see(stall, vietqr())
    see(stall, vietqr("1012345678"))  # a neighbour's account at this stall
    see(stall, VECTORS["V079"])

    with reading(stall.engine) as session, counted(stall.engine) as sent:
        page = list_codes(session, "MA")
    with reading(stall.engine) as session:
        others = list_codes(session, "MA", link=CodeLink.OTHER)
        first = list_codes(session, "MA", limit=1)
        rest = list_codes(session, "MA", after=first.next_id)
        none = list_codes(session, "MA", stall_code="A002")

    assert [entry.link for entry in page.entries] == [
        CodeLink.OWN, CodeLink.OTHER, CodeLink.UNKNOWN,
    ]  # fmt: skip
    assert [entry.is_fed for entry in page.entries] == [True, False, False]
    assert others.entries == page.entries[1:2]
    assert others.entries[0].linked_vendor_code == Accounts(stall).vendor("Trần Văn Bình").code
    assert (first.entries + rest.entries, none.entries) == (page.entries, ())
    assert len(sent) == 2
    assert "0123456789012" not in repr(page)


def test_a_code_of_an_ended_account_is_told(stall: Register) -> None:
    see(stall, vietqr())
    accounts = Accounts(stall)
    change = accounts.propose(replaces_id=stall.one(AcceptancePoint).id).change
    accounts.confirm(change.id or 0)
    accounts.decide(change.id or 0)

    with reading(stall.engine) as session:
        (entry,) = list_codes(session, "MA").entries

    assert entry.link is CodeLink.ENDED
