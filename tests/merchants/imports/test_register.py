"""A vendor sheet taken into the register, row by row, on both databases."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.accounts import account_fingerprint
from merchants.actors import COMMAND, Actor
from merchants.errors import MarketNotFound, SheetRefused
from merchants.imports.register import import_sheet
from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    EventAction,
    NameMatch,
    StallState,
    VendorState,
)
from merchants.privacy.consent_rules import PURPOSES
from merchants.privacy.consents import end_consents
from merchants.sheets.reading import read_sheet
from merchants.sort_names import sort_key
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    RegisterEvent,
    SheetImport,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)
from merchants.vendor_code import read_vendor_code
from tests.merchants.conftest import Register
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, csv_bytes, lines, row, sheet_of


def other_row(number: int, **changes: object) -> dict[str, object]:
    """A complete row of another vendor at another stall."""
    own = {
        "stall": f"B{number:03d}",
        "name": f"Trần Văn {['Anh', 'Bình', 'Chi', 'Dũng', 'Em'][number % 5]}",
        "phone": f"09{number:08d}",
        "account": f"{number:013d}",
        "holder": f"TRAN VAN {['ANH', 'BINH', 'CHI', 'DUNG', 'EM'][number % 5]}",
    }
    return row(**own | changes)


def test_a_row_registers_stall_vendor_holding_and_account(register: Register) -> None:
    result = register.take_one(row())

    assert (result.outcome, result.change, result.messages) == ("accepted", "created", [])
    stall, vendor = register.one(Stall), register.one(Vendor)
    assert (stall.code, stall.goods_group, stall.state) == ("A001", "Rau củ", StallState.OCCUPIED)
    assert register.one(Zone).id == stall.zone_id
    assert vendor.full_name == "Nguyễn Thị Hương"
    assert read_vendor_code(vendor.code) == vendor.id
    assert vendor.phone_tail == "678"
    assert register.sealer.open(vendor.phone_sealed) == "+84912345678"
    assert vendor.consented_on == date(2026, 8, 1)
    holding = register.one(StallHolding)
    assert (holding.stall_id, holding.vendor_id, holding.to_on) == (stall.id, vendor.id, None)
    assert holding.from_on == date(2026, 8, 1)


def test_the_account_is_sealed_and_found_by_its_fingerprint(register: Register) -> None:
    register.take(row())

    point = register.one(AcceptancePoint)
    assert (point.kind, point.acceptance_type) == (
        AccountKind.BANK_ACCOUNT,
        AcceptanceType.TRANSFER_QR,
    )
    assert (point.bin, point.feed_provider, point.account_tail) == ("970436", "bank_vcb", "9012")
    assert register.sealer.open(point.account_sealed) == "0123456789012"
    assert point.account_hash == account_fingerprint(register.sealer, "bank_vcb", "0123456789012")
    assert (point.name_match, point.state) == (NameMatch.NORMALISED, AcceptancePointState.VERIFIED)
    assert point.valid_from == date(2026, 8, 1)


def test_the_state_goes_as_far_as_the_facts(register: Register) -> None:
    register.take(
        row(),
        other_row(1, consented=""),
        other_row(2, bank="", account="", holder=""),
        other_row(3, holder="LE VAN KHAC"),
        other_row(4, bank="", account="", holder="", consented="", phone=""),
    )

    states = {vendor.full_name: vendor.state for vendor in register.all(Vendor)}
    assert states == {
        "Nguyễn Thị Hương": VendorState.NAME_MATCHED,
        "Trần Văn Bình": VendorState.DATA_CAPTURED,
        "Trần Văn Chi": VendorState.CONSENTED,
        "Trần Văn Dũng": VendorState.ACCOUNT_LINKED,
        "Trần Văn Em": VendorState.LISTED,
    }


def test_a_dry_run_tells_the_same_and_writes_nothing(register: Register) -> None:
    rows = [row(), other_row(1), other_row(2, bank="Không Có")]

    with counted(register.engine) as sent:
        tried = register.take(*rows, dry_run=True)

    assert not [each for each in sent if not each.upper().startswith("SELECT")]
    assert register.all(Stall) == []
    assert register.all(SheetImport) == []
    assert tried.is_dry_run
    assert register.take(*rows).rows == tried.rows


def test_a_dry_run_over_what_is_registered_writes_nothing(register: Register) -> None:
    register.take(row(), other_row(1))
    before = register.dump()

    result = register.take(row(goods="Thịt"), row(**VACANT | {"stall": "B001"}), dry_run=True)

    assert [each.change for each in result.rows] == ["changed", "changed"]
    assert register.dump() == before


def test_the_same_sheet_again_changes_nothing(register: Register) -> None:
    rows = [row(), other_row(1, wallet="MoMo", wallet_point="S1"), row(**VACANT | {"stall": "C1"})]
    register.take(*rows)
    before = register.dump()

    again = register.take(*rows)

    assert [each.change for each in again.rows] == ["same", "same", "same"]
    assert register.dump() == before


def test_each_import_is_noted(register: Register) -> None:
    register.take(row(), other_row(1, bank="Không Có"))
    register.take(row(goods="Thịt"))

    noted = [
        (each.rows_created, each.rows_changed, each.rows_same, each.rows_rejected)
        for each in register.all(SheetImport)
    ]
    assert noted == [(1, 0, 0, 1), (0, 1, 0, 0)]


def test_a_rejected_row_keeps_no_other_out(register: Register) -> None:
    result = register.take(row(), other_row(1, bank="Vietcombannk"), other_row(2))

    assert [each.outcome for each in result.rows] == ["accepted", "rejected", "accepted"]
    assert [each.row for each in result.rows] == [2, 3, 4]
    assert "gần nhất là Vietcombank" in result.rows[1].messages[0]
    assert [stall.code for stall in register.all(Stall)] == ["A001", "B002"]


def test_what_the_caller_rolls_back_is_gone(register: Register) -> None:
    with pytest.raises(RuntimeError), writing(register.engine) as session:
        import_sheet(session, sheet_of(row()), sealer=register.sealer, now=register.now)
        raise RuntimeError

    assert register.all(Vendor) == []


def test_changes_are_merged_and_empty_cells_erase_nothing(register: Register) -> None:
    register.take(row(business="HKD Hương"))

    result = register.take_one(row(goods="Thịt cá", phone="", business="", zone="Khu B"))

    assert (result.outcome, result.change) == ("warned", "changed")
    vendor, stall = register.one(Vendor), register.one(Stall)
    assert (vendor.business_name, vendor.phone_tail) == ("HKD Hương", "678")
    assert stall.goods_group == "Thịt cá"
    assert {zone.id: zone.name for zone in register.all(Zone)}[stall.zone_id] == "Khu B"


def test_a_spelling_is_corrected_without_a_new_vendor(register: Register) -> None:
    register.take(row(name="Nguyễn Thị Huong"))

    result = register.take_one(row(name="Nguyễn Thị Hường"))

    assert result.change == "changed"
    assert register.one(Vendor).full_name == "Nguyễn Thị Hường"


def test_another_name_with_the_same_phone_is_a_correction(register: Register) -> None:
    register.take(row())

    result = register.take_one(row(name="Nguyễn Thị Hường Lan", holder="NGUYEN THI HUONG LAN"))

    assert result.change == "changed"
    assert register.one(Vendor).full_name == "Nguyễn Thị Hường Lan"


def test_a_stall_somebody_else_holds_is_not_taken_over(register: Register) -> None:
    register.take(row())

    result = register.take_one(other_row(1, stall="A001"))

    assert result.outcome == "rejected"
    assert "Gian hàng A001 đang do Nguyễn Thị Hương giữ." in result.messages[0]


def test_a_vacated_stall_can_be_held_by_another(register: Register) -> None:
    register.take(row())

    vacated = register.take_one(row(**VACANT))
    taken = register.take_one(other_row(1, stall="A001"))

    assert vacated.messages == ["Nguyễn Thị Hương giữ gian hàng đến hết ngày 20/11/2026."]
    assert (vacated.outcome, taken.outcome, taken.change) == ("warned", "accepted", "taken")
    assert [vendor.state for vendor in register.all(Vendor)] == [
        VendorState.EXITED,
        VendorState.NAME_MATCHED,
    ]
    first, second = register.all(StallHolding)
    assert (first.to_on, second.from_on, second.to_on) == (
        date(2026, 11, 20),
        date(2026, 11, 21),
        None,
    )
    assert register.one(Stall).state == StallState.OCCUPIED


def test_one_vendor_may_hold_several_stalls(register: Register) -> None:
    register.take(
        row(),
        row(stall="A002"),
        row(stall="A003", phone=""),
        row(stall="A004", phone="", bank="", account="", holder=""),
    )

    # The last row shares neither phone nor account with the others: a namesake for all we know.
    assert [vendor.full_name for vendor in register.all(Vendor)] == ["Nguyễn Thị Hương"] * 2
    held = [holding.vendor_id for holding in register.all(StallHolding)]
    assert held[0] == held[1] == held[2] != held[3]
    assert len(register.all(AcceptancePoint)) == 1


def test_one_phone_of_two_names_is_two_vendors(register: Register) -> None:
    register.take(row(), other_row(1, phone="0912345678"))

    assert len(register.all(Vendor)) == 2


def test_rows_that_disagree_about_one_vendor_keep_the_first_stalls_word(register: Register) -> None:
    rows = [row(stall="A002", business="HKD Hai"), row(stall="A001", business="HKD Một")]

    result = register.take(*rows)

    assert register.one(Vendor).business_name == "HKD Một"
    assert result.rows[0].messages == [
        "Tên hộ kinh doanh khác dòng 3 của cùng người bán. Giữ như dòng 3."
    ]
    assert [each.change for each in register.take(*rows).rows] == ["same", "same"]


def test_a_mismatched_holder_is_registered_and_warned(register: Register) -> None:
    result = register.take_one(row(holder="TRAN VAN KHAC"))

    assert result.outcome == "warned"
    (message,) = result.messages
    assert message == (
        "Tên chủ tài khoản TRAN VAN KHAC khác Nguyễn Thị Hương. "
        "Chưa cấp tấm mã, xem lại tên trên ứng dụng ngân hàng."
    )
    point = register.one(AcceptancePoint)
    assert (point.name_match, point.state) == (NameMatch.MISMATCH, AcceptancePointState.DECLARED)


def test_an_account_in_the_businesss_name_matches(register: Register) -> None:
    result = register.take_one(row(business="Hộ kinh doanh Hương Rau", holder="HKD HUONG RAU"))

    assert result.outcome == "accepted"
    assert register.one(AcceptancePoint).name_match == NameMatch.NORMALISED


def test_a_corrected_holder_name_verifies_the_account(register: Register) -> None:
    register.take(row(holder="NGUYEN THI HUNG"))

    result = register.take_one(row())

    assert result.change == "changed"
    assert register.one(AcceptancePoint).state == AcceptancePointState.VERIFIED
    assert register.one(Vendor).state == VendorState.NAME_MATCHED


def test_a_changed_account_number_waits_for_the_vendor_and_a_second_person(
    register: Register,
) -> None:
    register.take(row())
    before = register.dump()["AcceptancePoint"]

    result = register.take_one(row(account="0123456788834", goods="Thịt"))

    assert (result.outcome, result.change) == ("warned", "changed")
    assert result.messages == [
        (
            "Gian hàng đã có, tài khoản khác: ···9012 thành ···8834. "
            "Chờ người bán xác nhận và người thứ hai duyệt."
        )
    ]
    assert result.proposes_account
    assert register.dump()["AcceptancePoint"] == before
    assert register.one(Stall).goods_group == "Thịt"
    proposal = register.one(AccountChange)
    assert (proposal.state, proposal.account_tail) == (AccountChangeState.PROPOSED, "8834")
    assert register.sealer.open(proposal.account_sealed) == "0123456788834"
    assert proposal.replaces_id == before[0]["id"]
    assert (proposal.holder_name, proposal.name_match) == (
        "NGUYEN THI HUONG",
        NameMatch.NORMALISED,
    )
    assert (proposal.proposed_at, proposal.proposed_by) == (register.now, "command")


def test_an_account_nobody_could_pay_yet_is_only_proposed_too(register: Register) -> None:
    register.take(row(holder="TRAN VAN KHAC"))

    result = register.take_one(row(account="0123456788834"))

    assert result.change == "changed"
    assert register.one(AcceptancePoint).account_tail == "9012"
    assert register.one(AccountChange).account_tail == "8834"


def test_a_vendor_has_one_open_proposal_at_most(register: Register) -> None:
    register.take(row())
    register.take(row(account="0123456788834"))

    again = register.take_one(row(account="0123456788834"))
    other = register.take_one(row(account="0123456777777"))

    assert (again.outcome, again.change) == ("warned", "same")
    assert (other.outcome, other.change) == ("warned", "same")
    assert other.messages == [
        (
            "Số tài khoản ···7777 chưa ghi, đang có đề nghị đổi sang ···8834 chờ duyệt. "
            "Duyệt hoặc bỏ đề nghị đó trước."
        )
    ]
    assert register.one(AccountChange).account_tail == "8834"


def test_one_proposal_stands_for_all_stalls_of_a_vendor(register: Register) -> None:
    register.take(row(), row(stall="A002"))

    result = register.take(row(account="0123456788834"), row(stall="A002", account="0123456788834"))

    assert [each.change for each in result.rows] == ["changed", "same"]
    assert len(register.all(AccountChange)) == 1


def test_a_proposed_account_in_a_strangers_name_is_told(register: Register) -> None:
    register.take(row())

    result = register.take_one(row(account="0123456788834", holder="LE THI KHAC"))

    assert result.messages[1].startswith("Tên chủ tài khoản LE THI KHAC khác Nguyễn Thị Hương")
    assert register.one(AccountChange).name_match is NameMatch.MISMATCH
    assert register.one(AcceptancePoint).holder_name == "NGUYEN THI HUONG"


def test_the_actor_and_the_import_stand_beside_what_was_done(register: Register) -> None:
    result = register.take(row(), actor=Actor(kind="staff", name="7"))

    events = [event for event in register.all(RegisterEvent) if event.import_id is not None]
    assert {event.import_id for event in events} == {result.import_id}
    assert {event.actor for event in events} == {"staff:7"}
    assert {event.action for event in events} == {
        EventAction.REGISTERED,
        EventAction.PLACE_CHANGED,
        EventAction.STALL_TAKEN,
        EventAction.ACCOUNT_ADDED,
        EventAction.CONSENT_GIVEN,
        EventAction.STATE_CHANGED,
        EventAction.IMPORTED,
    }


def test_changes_are_remembered_by_column_without_names_or_numbers(register: Register) -> None:
    register.take(row())

    result = register.take(row(phone="0987654321", goods="Thịt", business="Hương Rau"))

    events = [event for event in register.all(RegisterEvent) if event.import_id == result.import_id]
    assert {(event.subject, event.from_value, event.to_value) for event in events} >= {
        ("phone#2", "···678", "···321"),
        ("business_name#2", "", "H. R."),
        ("stall:goods_group", "Rau củ", "Thịt"),
    }


def test_names_sort_and_are_found_as_people_expect(register: Register) -> None:
    register.take(row(business="Hộ kinh doanh Đào"))

    vendor = register.one(Vendor)
    assert vendor.sort_name == sort_key("Nguyễn Thị Hương")
    assert vendor.search_text == "nguyen thi huong ho kinh doanh dao"


def test_a_consent_in_the_ledger_is_not_moved_by_a_sheet(register: Register) -> None:
    register.take(row())

    result = register.take_one(row(consented="05/08/2026"))

    assert (result.outcome, result.change) == ("warned", "same")
    assert result.messages == [
        "Ngày đồng ý đã ghi là 01/08/2026, tệp ghi 05/08/2026. Giữ ngày đã ghi."
    ]
    assert register.one(Vendor).consented_on == date(2026, 8, 1)


def test_a_withdrawn_consent_does_not_come_back_with_an_old_list(register: Register) -> None:
    register.take(row())
    with writing(register.engine) as session:
        vendor = session.exec(select(Vendor)).one()
        end_consents(session, vendor, PURPOSES, actor=COMMAND, now=register.now)

    result = register.take_one(row())

    assert (result.outcome, result.change) == ("warned", "same")
    assert "đã rút lại sự đồng ý ngày 21/11/2026" in result.messages[0]
    assert register.one(Vendor).consented_on is None


def test_two_accounts_for_one_vendor_in_one_sheet_are_told(register: Register) -> None:
    result = register.take(row(), row(stall="A002", account="0123456788834"))

    assert [each.outcome for each in result.rows] == ["accepted", "rejected"]
    assert "hai số tài khoản: ···9012 ở dòng 2 và ···8834 ở đây" in result.rows[1].messages[0]


def test_an_account_may_come_later(register: Register) -> None:
    register.take(row(bank="", account="", holder="", consented=""))

    result = register.take_one(row())

    assert result.change == "changed"
    assert register.one(Vendor).state == VendorState.NAME_MATCHED


def test_an_account_shared_by_two_vendors_is_told_to_both(register: Register) -> None:
    rows = [row(), other_row(1, account="0123456789012", holder="TRAN VAN BINH")]

    for result in (register.take(*rows), register.take(*rows)):
        assert [each.outcome for each in result.rows] == ["warned", "warned"]
        assert "···9012 ghi cho 2 người bán" in result.rows[0].messages[0]


def test_an_account_known_in_another_market_is_told(register: Register) -> None:
    register.take(row())

    result = register.take_one(other_row(1, market="DC", account="0123456789012"))

    assert "···9012 ghi cho 2 người bán" in result.messages[0]


def test_a_stripe_account_may_be_the_whole_markets(register: Register) -> None:
    wallet = {"wallet": "Stripe", "wallet_point": "acct_1A2b"}

    result = register.take(row(**wallet), other_row(1, **wallet))

    assert [each.outcome for each in result.rows] == ["accepted", "accepted"]


@pytest.mark.parametrize(("wallet", "code"), [("MoMo", "STORE01"), ("Stripe", "acct_1A2b")])
def test_a_wallet_point_carries_its_contract(register: Register, wallet: str, code: str) -> None:
    register.take(
        row(wallet=wallet, wallet_point=code, contract="HD-7", contract_from="05/08/2026")
    )

    bank, point = register.all(AcceptancePoint)
    assert bank.provider_contract_no == ""
    assert (point.provider_contract_no, point.contract_from) == ("HD-7", date(2026, 8, 5))
    assert (point.kind, point.acceptance_type) == (
        AccountKind.E_WALLET,
        AcceptanceType.MERCHANT_QR,
    )
    assert (point.bin, point.feed_provider) == (None, wallet.lower())
    assert point.account_hash == account_fingerprint(register.sealer, wallet.lower(), code)


def test_mobile_money_with_a_contract_is_a_merchant(register: Register) -> None:
    register.take(row(bank="ViettelMoney", account="0912345678", contract="VT-1"))

    point = register.one(AcceptancePoint)
    assert (point.kind, point.acceptance_type) == (
        AccountKind.MOBILE_MONEY,
        AcceptanceType.MOBILE_MONEY_MERCHANT,
    )


def test_a_stall_twice_with_other_content_is_refused_on_both_rows(register: Register) -> None:
    result = register.take(row(), row(goods="Thịt"), other_row(1))

    assert [each.outcome for each in result.rows] == ["rejected", "rejected", "accepted"]
    assert result.rows[0].messages == [
        "Trùng dòng 3: cùng mã gian hàng A001, nhưng khác nội dung. Giữ một dòng, xoá dòng kia."
    ]
    assert result.rows[1].messages[0].startswith("Trùng dòng 2: cùng mã gian hàng A001")


def test_the_same_row_twice_is_taken_once(register: Register) -> None:
    result = register.take(row(), row())

    assert [each.outcome for each in result.rows] == ["accepted", "rejected"]
    assert "giống hệt" in result.rows[1].messages[0]


def test_one_stall_code_in_two_markets_is_two_stalls(register: Register) -> None:
    result = register.take(row(), other_row(1, stall="A001", market="DC"))

    assert [each.outcome for each in result.rows] == ["accepted", "accepted"]
    assert len(register.all(Stall)) == 2


def test_an_unknown_market_is_refused_with_the_known_ones(register: Register) -> None:
    result = register.take_one(row(market="XX"))

    assert result.outcome == "rejected"
    assert "Mã chợ ghi XX, sổ chợ không có (đang có: CQ, DC, LG, MA)" in result.messages[0]


def test_a_sheet_for_one_market(register: Register) -> None:
    header = [title for title in row() if title != "Mã chợ"]
    sheet = read_sheet(csv_bytes(lines([row()], header)), "a.csv")

    with writing(register.engine) as session:
        result = import_sheet(
            session, sheet, sealer=register.sealer, now=register.now, market_code="LG"
        )

    assert result.rows[0].outcome == "accepted"
    with reading(register.engine) as session:
        assert session.exec(select(Stall.code)).all() == ["A001"]


def test_without_a_market_the_sheet_is_refused(register: Register) -> None:
    header = [title for title in row() if title != "Mã chợ"]
    sheet = read_sheet(csv_bytes(lines([row()], header)), "a.csv")

    with pytest.raises(SheetRefused, match="thiếu cột “Mã chợ”"), writing(register.engine) as s:
        import_sheet(s, sheet, sealer=register.sealer, now=register.now)
    with pytest.raises(MarketNotFound, match="'XX'"):
        register.take(row(), market_code="XX")


def test_the_day_of_the_list_counts_where_the_row_tells_no_earlier(register: Register) -> None:
    bare = {"consented": "", "bank": "", "account": "", "holder": ""}
    register.take(row(**bare), other_row(1), listed_on=date(2026, 9, 1))

    assert [each.from_on for each in register.all(StallHolding)] == [
        date(2026, 9, 1),
        date(2026, 8, 1),
    ]


def test_today_is_the_markets_day_not_that_of_greenwich(register: Register) -> None:
    # 17:30 UTC on 31 July is half past midnight on 1 August at the market.
    register.now = datetime(2026, 7, 31, 17, 30, tzinfo=UTC)

    assert register.take_one(row(consented="01/08/2026")).outcome == "accepted"
    assert register.take_one(other_row(1, consented="02/08/2026")).outcome == "rejected"


def test_an_older_audit_does_not_replace_a_newer(register: Register) -> None:
    register.take(row(codes="2", audited="10/10/2026"))

    result = register.take_one(row(codes="5", audited="01/09/2026"))

    assert result.change == "same"
    stall = register.one(Stall)
    assert (stall.displayed_codes, stall.audited_on) == (2, date(2026, 10, 10))


def test_rows_the_session_has_loaded_show_the_import(register: Register) -> None:
    register.take(row())
    with writing(register.engine) as session:
        stall = session.exec(select(Stall)).one()
        import_sheet(session, sheet_of(row(goods="Thịt")), sealer=register.sealer, now=register.now)

        assert stall.goods_group == "Thịt"


def test_the_number_of_statements_does_not_grow_with_the_rows(register: Register) -> None:
    register.take(other_row(0))
    counts = []
    for first, last in ((1, 3), (10, 90)):
        rows = [other_row(n, wallet="MoMo", wallet_point=f"S{n}") for n in range(first, last)]
        with counted(register.engine) as sent:
            register.take(*rows)
        counts.append(len(sent))

    assert counts[0] == counts[1]
    assert counts[0] <= 60
