"""A vendor about whom something stands in every table that can tell of one."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlmodel import Session

from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    CodeScheme,
    ComplaintKind,
    ComplaintState,
    ConsentChannel,
    ConsentPurpose,
    EventAction,
    ImportState,
    NameMatch,
    PosterState,
    PrivacyRequestKind,
    PrivacyRequestState,
    StallState,
    TeamKind,
    VendorState,
    VisitOutcome,
)
from merchants.sealing import Sealer
from merchants.sort_names import search_text, sort_key
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Complaint,
    Consent,
    DisplayedCode,
    Poster,
    PrivacyRequest,
    RegisterEvent,
    SheetImport,
    SheetImportChange,
    SheetImportRow,
    Stall,
    StallHolding,
    Team,
    TeamMember,
    Vendor,
    VendorMerge,
    Visit,
)
from merchants.vendor_code import write_vendor_code

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
NAME, BUSINESS, DISPLAY = "Lò Thị Ngân", "Hộ kinh doanh Lò Thị Ngân", "Thổ cẩm cô Ngân"
DOUBLE = "Lò Thị Ngẫn"
PHONE, ACCOUNT, NEW_ACCOUNT = "+84987654321", "1903777666555", "0451000998877"
PAYLOAD, WALLET_PAYLOAD = "00020101021138-payload-1903777666555", "https://wallet.test/ngan-9876"
CONTRACT, STALL_CONTRACT = "HD-NGAN-77", "DKD-NGAN-12"

PERSONAL = (
    NAME, BUSINESS, DISPLAY, DOUBLE, "LO THI NGAN", "lo thi ngan", search_text(DISPLAY),
    sort_key(NAME), PHONE, "321", "id-hash-of-ngan", "345", ACCOUNT, NEW_ACCOUNT, "6555", "8877",
    PAYLOAD, WALLET_PAYLOAD, CONTRACT, STALL_CONTRACT, "Cháu của cô Ngân", "gặp cô Ngân",
    "cô Ngân nhờ sửa", "đã hẹn cô Ngân", "Ngân đổi số", "account-hash-ngan", "payload-hash-ngan",
    "new-hash-ngan", "code-hash-ngan", "phone-hash-ngan", "người làm chứng Ngân", "tệp của Ngân",
)  # fmt: skip
"""What must stand nowhere after erasure. Tails of three or four digits are looked for in their
columns only: they would be found in any number."""


@dataclass(frozen=True)
class Whole:
    """The ids of what was added."""

    vendor_id: int
    double_id: int
    stall_id: int
    import_id: int


def add_whole_vendor(session: Session, sealer: Sealer, market_id: int) -> Whole:
    """Add the vendor with a row of every kind."""
    stall = Stall(market_id=market_id, code="Z01", state=StallState.OCCUPIED)
    session.add(stall)
    vendor = Vendor(
        market_id=market_id,
        full_name=NAME,
        sort_name=sort_key(NAME),
        business_name=BUSINESS,
        display_name=DISPLAY,
        search_text=search_text(NAME, BUSINESS, DISPLAY),
        phone_sealed=sealer.seal(PHONE),
        phone_hash="phone-hash-ngan",
        phone_tail=PHONE[-3:],
        id_number_hash="id-hash-of-ngan",
        id_number_tail="345",
        state=VendorState.POSTER_INSTALLED,
        consented_on=date(2026, 11, 2),
        registered_at=AT,
        first_self_action_at=AT,
    )
    session.add(vendor)
    session.flush()
    assert vendor.id is not None
    vendor.code = write_vendor_code(vendor.id)
    double = Vendor(
        market_id=market_id,
        full_name=DOUBLE,
        sort_name=sort_key(DOUBLE),
        search_text=search_text(DOUBLE),
        state=VendorState.EXITED,
        registered_at=AT,
        merged_into_id=vendor.id,
    )
    session.add(double)
    team = Team(market_id=market_id, kind=TeamKind.HAMLET, name="Tổ 1", from_on=AT.date())
    session.add(team)
    session.flush()
    assert double.id is not None
    assert stall.id is not None
    assert team.id is not None
    double.code = write_vendor_code(double.id)
    member = TeamMember(team_id=team.id, full_name="Triệu Văn Sơn", from_on=AT.date())
    point = AcceptancePoint(
        vendor_id=vendor.id,
        kind=AccountKind.BANK_ACCOUNT,
        acceptance_type=AcceptanceType.TRANSFER_QR,
        bin="970436",
        feed_provider="bank_vcb",
        account_sealed=sealer.seal(ACCOUNT),
        account_hash="account-hash-ngan",
        account_tail=ACCOUNT[-4:],
        holder_name="LO THI NGAN",
        name_match=NameMatch.NORMALISED,
        provider_contract_no=CONTRACT,
        contract_from=date(2026, 9, 1),
        state=AcceptancePointState.LIVE,
        valid_from=date(2026, 9, 1),
    )
    session.add_all([member, point])
    session.flush()
    assert member.id is not None
    assert point.id is not None
    imported = SheetImport(
        market_id=market_id,
        file_name="dot-1.xlsx",
        file_sha256="1" * 64,
        file_sealed=sealer.seal("tệp của Ngân").encode(),
        state=ImportState.WRITTEN,
        actor="staff:1",
        imported_at=AT,
    )
    session.add(imported)
    session.flush()
    assert imported.id is not None
    session.add_all(
        [
            StallHolding(
                stall_id=stall.id,
                vendor_id=vendor.id,
                from_on=date(2026, 9, 1),
                contract_no=STALL_CONTRACT,
                contract_to=date(2027, 9, 1),
            ),
            AccountChange(
                vendor_id=vendor.id,
                kind=AccountKind.BANK_ACCOUNT,
                acceptance_type=AcceptanceType.TRANSFER_QR,
                bin="970415",
                feed_provider="",
                account_sealed=sealer.seal(NEW_ACCOUNT),
                account_hash="new-hash-ngan",
                account_tail=NEW_ACCOUNT[-4:],
                holder_name="LO THI NGAN",
                name_match=NameMatch.NORMALISED,
                state=AccountChangeState.PROPOSED,
                reason="Ngân đổi số",
                witness="người làm chứng Ngân",
                proposed_at=AT,
                proposed_by="staff:1",
            ),
            DisplayedCode(
                stall_id=stall.id,
                vendor_id=vendor.id,
                scheme=CodeScheme.MOMO,
                label="MoMo 6555",
                payload_sealed=sealer.seal(WALLET_PAYLOAD),
                payload_hash="code-hash-ngan",
                first_seen_on=date(2026, 9, 1),
                last_seen_on=date(2026, 10, 1),
            ),
            Poster(
                serial="MA-0099-Z",
                stall_id=stall.id,
                acceptance_point_id=point.id,
                vendor_id=vendor.id,
                payload_sealed=sealer.seal(PAYLOAD),
                payload_hash="payload-hash-ngan",
                state=PosterState.INSTALLED,
                issued_on=date(2026, 9, 2),
                installed_on=date(2026, 9, 5),
            ),
            *(
                Consent(
                    vendor_id=vendor.id,
                    purpose=purpose,
                    notice_version="2026-11",
                    channel=ConsentChannel.SIGNATURE,
                    given_at=AT,
                    recorded_by="staff:1",
                    witness="em cô Ngân",
                    evidence_sha256="2" * 64,
                )
                for purpose in ConsentPurpose
            ),
            PrivacyRequest(
                vendor_id=vendor.id,
                kind=PrivacyRequestKind.CORRECTION,
                state=PrivacyRequestState.COMPLETED,
                wish="cô Ngân nhờ sửa",
                received_at=AT,
                received_by="staff:1",
                answer_due_on=date(2026, 11, 4),
                due_on=date(2026, 11, 12),
                completed_at=AT,
                completed_by="staff:1",
                outcome="đã hẹn cô Ngân",
            ),
            Visit(
                market_id=market_id,
                stall_id=stall.id,
                vendor_id=vendor.id,
                team_member_id=member.id,
                visited_on=date(2026, 10, 1),
                minutes=20,
                outcome=VisitOutcome.HELPED,
                note="gặp cô Ngân",
                recorded_at=AT,
                recorded_by="staff:1",
            ),
            Complaint(
                market_id=market_id,
                vendor_id=vendor.id,
                stall_id=stall.id,
                kind=ComplaintKind.REFUND_ASKED,
                amount_vnd=85_000,
                happened_on=date(2026, 10, 1),
                said="khách của cô Ngân xin lại tiền",
                state=ComplaintState.ANSWERED,
                raised_at=AT,
                raised_by="staff:1",
                due_on=date(2026, 10, 8),
                answer="đã gọi cô Ngân",
                answered_at=AT,
                answered_by="staff:1",
            ),
            RegisterEvent(
                at=AT,
                market_id=market_id,
                vendor_id=vendor.id,
                action=EventAction.CHANGED,
                from_value=NAME,
                to_value=DISPLAY,
                note="Cháu của cô Ngân",
                actor="staff:1",
            ),
            VendorMerge(
                kept_vendor_id=vendor.id,
                merged_vendor_id=double.id,
                moved=json.dumps({"kept": {"full_name": DOUBLE}}, ensure_ascii=False),
                reason="Cháu của cô Ngân",
                actor="staff:1",
                merged_at=AT,
            ),
            SheetImportRow(
                import_id=imported.id,
                row=4,
                outcome="warned",
                change="created",
                stall_code="Z01",
                messages=json.dumps([f"{NAME} đã có."], ensure_ascii=False),
            ),
            SheetImportChange(
                import_id=imported.id,
                table_name="vendor",
                row_id=vendor.id,
                before=json.dumps({"full_name": DOUBLE}, ensure_ascii=False),
                after=json.dumps({"full_name": NAME}, ensure_ascii=False),
            ),
        ]
    )
    session.flush()
    return Whole(vendor.id, double.id, stall.id, imported.id)
