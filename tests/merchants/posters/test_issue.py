"""Posters of a market: who may have one, what is on it, how it ends."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.errors import (
    MarketNotFound,
    PayloadAltered,
    PosterNotFound,
    PosterStepRefused,
    StallNotFound,
)
from merchants.kinds import AcceptancePointState, PosterEnd, PosterState, VendorState
from merchants.posters.issue import (
    issue_posters,
    poster_blocks,
    poster_faces,
    record_installations,
    replace_poster,
    revoke_poster,
)
from merchants.tables import AcceptancePoint, Poster, Vendor
from qr.errors import SerialRefused
from qr.payload import read_payload
from qr.poster import PosterFace
from qr.serial import verification_code
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, row

KEY = "verification-key"
URL = "https://cho.example"


def issue(register: Register, market: str = "MA") -> list[Poster]:
    with writing(register.engine) as session:
        return issue_posters(
            session, market, sealer=register.sealer, now=register.now, verification_key=KEY
        )


def faces(register: Register, stalls: list[str] | None = None) -> list[PosterFace]:
    with reading(register.engine) as session:
        return poster_faces(
            session,
            "MA",
            sealer=register.sealer,
            verification_key=KEY,
            base_url=f"{URL}/",
            stall_codes=stalls,
        )


def hang(register: Register, on: date, stall: str = "A001") -> None:
    with writing(register.engine) as session:
        record_installations(session, "MA", {stall: on}, now=register.now)


def test_a_poster_is_issued_sealed_and_with_its_hash(register: Register) -> None:
    register.take(row())

    (poster,) = issue(register)

    assert poster.serial is not None
    assert poster.serial.startswith("MA-00001-")
    assert (poster.state, poster.issued_on) == (PosterState.GENERATED, date(2026, 11, 21))
    payload = register.sealer.open(poster.payload_sealed)
    assert "0123456789012" in payload
    assert "0123456789012" not in poster.payload_sealed
    assert read_payload(payload, require_vietqr=True).is_valid
    assert register.one(Vendor).state == VendorState.POSTER_ISSUED


def test_what_is_on_a_poster(register: Register) -> None:
    register.take(row(business="Rau sạch cô Hương"))
    (poster,) = issue(register)

    (face,) = faces(register)

    assert face == PosterFace(
        payload=register.sealer.open(poster.payload_sealed),
        display_name="Rau sạch cô Hương",
        holder_name="NGUYEN THI HUONG",
        bank_name="Vietcombank",
        account_tail="9012",
        stall_code="A001",
        market_name="Chợ trung tâm Mậu A",
        serial=poster.serial or "",
        issued_on=date(2026, 11, 21),
        verification_code=verification_code(
            KEY, market="MA", stall="A001", serial=poster.serial or "", payload=face.payload
        ),
        verify_url=f"{URL}/p/{poster.serial}",
    )


def test_issuing_again_issues_only_what_is_missing(register: Register) -> None:
    register.take(row())
    issue(register)
    register.take(other_row(1))

    assert len(issue(register)) == 1
    assert issue(register) == []
    assert len(register.all(Poster)) == 2


def test_drawing_again_is_no_reissue(register: Register) -> None:
    register.take(row(), other_row(1))
    issue(register)

    assert faces(register) == faces(register)
    assert len(register.all(Poster)) == 2


def test_who_may_not_have_a_poster_is_told_why(register: Register) -> None:
    register.take(
        other_row(1, consented=""),
        other_row(2, holder="TRAN VAN KHAC"),
        other_row(3, bank="", account="", wallet="MoMo", wallet_point="S3"),
        other_row(4, bank="ViettelMoney", account="0912345678"),
        other_row(5, name="Trần Văn " + "Y" * 20, holder="TRAN VAN " + "Y" * 20),
        other_row(6, state="Tạm nghỉ"),
        row(**VACANT | {"stall": "C001"}),
        row(),
    )

    assert len(issue(register)) == 1
    with reading(register.engine) as session:
        blocks = poster_blocks(session, "MA", sealer=register.sealer)
    assert [(block.stall_code, block.reason.split(" (")[0]) for block in blocks] == [
        ("B001", "chưa có ngày đồng ý của người bán"),
        ("B002", "tên chủ tài khoản “TRAN VAN KHAC” chưa khớp “Trần Văn Chi”"),
        ("B003", "chưa có tài khoản ngân hàng; ví điện tử dùng mã do ví cấp"),
        ("B004", "chưa có tài khoản ngân hàng; ví điện tử dùng mã do ví cấp"),
        ("B005", "không in được tấm mã"),
    ]


def test_two_stalls_of_one_vendor_have_two_posters(register: Register) -> None:
    register.take(row(), row(stall="A002"))

    assert len(issue(register)) == 2
    assert len({face.payload for face in faces(register)}) == 2


def test_the_book_follows_the_floor(register: Register) -> None:
    places = [("Khu B", "B1"), ("Khu A", "A10"), ("Khu A", "A2"), ("Khu B", "B01"), ("", "Z9")]
    register.take(*(other_row(n, zone=z, stall=s) for n, (z, s) in enumerate(places)))
    issue(register)

    assert [face.stall_code for face in faces(register)] == ["Z9", "A2", "A10", "B01", "B1"]


def test_faces_of_some_stalls(register: Register) -> None:
    register.take(row(), other_row(1), other_row(2, consented=""))
    issue(register)

    assert [face.stall_code for face in faces(register, ["B001"])] == ["B001"]
    assert faces(register, []) == []
    with pytest.raises(StallNotFound, match="'Z1'"):
        faces(register, ["B001", "Z1"])
    with pytest.raises(PosterNotFound, match="stall B002"):
        faces(register, ["B001", "B002"])


def test_an_altered_payload_never_leaves(register: Register) -> None:
    register.take(row())
    issue(register)
    with writing(register.engine) as session:
        poster = session.exec(select(Poster)).one()
        poster.payload_sealed = register.sealer.seal("another payload")

    with pytest.raises(PayloadAltered, match="MA-00001"):
        faces(register)


def test_an_empty_key_issues_nothing(register: Register) -> None:
    register.take(row())

    with pytest.raises(SerialRefused, match="key"), writing(register.engine) as session:
        issue_posters(session, "MA", sealer=register.sealer, now=register.now, verification_key="")
    with pytest.raises(MarketNotFound):
        issue(register, "XX")


def test_installation_is_noted(register: Register, today: date) -> None:
    register.take(row())
    issue(register)

    hang(register, today)

    poster = register.one(Poster)
    assert (poster.state, poster.installed_on) == (PosterState.INSTALLED, today)
    assert register.one(Vendor).state == VendorState.POSTER_INSTALLED
    assert register.one(AcceptancePoint).state == AcceptancePointState.LIVE


def test_installations_are_noted_all_or_none(register: Register, today: date) -> None:
    register.take(row(), other_row(1), other_row(2, consented=""))
    issue(register)

    with pytest.raises(PosterNotFound, match="stall B002"), writing(register.engine) as session:
        record_installations(session, "MA", {"A001": today, "B002": today}, now=register.now)
    with pytest.raises(PosterStepRefused, match="before it was issued on 21/11/2026"):
        hang(register, today - timedelta(days=1))
    with pytest.raises(StallNotFound):
        hang(register, today, "Z1")

    assert {poster.installed_on for poster in register.all(Poster)} == {None}


def test_the_sheet_tells_when_a_poster_was_hung_up(register: Register) -> None:
    sheet_row = row(installed="21/11/2026")
    register.take(sheet_row)
    issue(register)

    result = register.take_one(sheet_row)

    assert (result.outcome, result.change) == ("accepted", "changed")
    assert register.one(Poster).installed_on == date(2026, 11, 21)
    assert register.one(Vendor).state == VendorState.POSTER_INSTALLED
    assert register.take_one(sheet_row).change == "same"


@pytest.mark.parametrize(
    ("day", "remark"),
    [
        ("20/11/2026", "trước ngày cấp tấm mã 21/11/2026 nên chưa ghi"),
        ("22/11/2026", "chưa tới. Ghi sau khi đã treo"),
    ],
)
def test_a_hanging_day_that_cannot_be_is_told(register: Register, day: str, remark: str) -> None:
    register.take(row())
    issue(register)

    result = register.take_one(row(installed=day))

    assert remark in result.messages[0]
    assert register.one(Poster).installed_on is None


def test_a_live_account_is_not_changed_by_a_sheet(register: Register, today: date) -> None:
    register.take(row())
    issue(register)
    hang(register, today)
    before = register.dump()

    changes = [
        row(account="0123456788834"),
        row(holder="NGUYEN THI HUE"),
        row(name="Nguyễn Thị Huệ", holder="NGUYEN THI HUE"),
    ]

    outcomes = [register.take_one(change).outcome for change in changes]

    # Another number is a proposal that two people must agree to; another holder is refused.
    assert outcomes == ["warned", "rejected", "rejected"]
    assert register.dump() == before


def test_a_vacated_stalls_poster_is_revoked(register: Register, today: date) -> None:
    register.take(row())
    (poster,) = issue(register)

    result = register.take_one(row(**VACANT))

    assert result.messages[1] == f"Thu hồi tấm mã {poster.serial}. Gỡ khỏi gian hàng."
    ended = register.one(Poster)
    assert (ended.state, ended.ended_on) == (PosterState.REVOKED, today)
    assert ended.end_reason == PosterEnd.LEFT
    assert faces(register) == []


def test_a_revoked_poster_is_gone_and_the_vendor_a_step_back(register: Register) -> None:
    register.take(row())
    (poster,) = issue(register)

    with writing(register.engine) as session:
        revoke_poster(session, poster.serial or "", now=register.now)

    assert faces(register) == []
    assert register.one(Vendor).state == VendorState.NAME_MATCHED
    with pytest.raises(PosterNotFound), writing(register.engine) as session:
        revoke_poster(session, poster.serial or "", now=register.now)


def test_a_replaced_poster_has_a_new_serial_and_the_same_payload(register: Register) -> None:
    register.take(row())
    (old,) = issue(register)

    with writing(register.engine) as session:
        new = replace_poster(
            session,
            old.serial or "",
            sealer=register.sealer,
            now=register.now,
            verification_key=KEY,
        )

    assert new.serial != old.serial
    assert new.payload_hash == old.payload_hash
    assert [poster.state for poster in register.all(Poster)] == [
        PosterState.REPLACED,
        PosterState.GENERATED,
    ]
    assert [face.serial for face in faces(register)] == [new.serial]


def test_a_closed_stall_gets_no_replacement(register: Register) -> None:
    register.take(row())
    (poster,) = issue(register)
    register.take(row(state="Tạm nghỉ"))

    with pytest.raises(PosterStepRefused), writing(register.engine) as session:
        replace_poster(
            session,
            poster.serial or "",
            sealer=register.sealer,
            now=register.now,
            verification_key=KEY,
        )

    assert register.one(Poster).state == PosterState.GENERATED


def test_the_number_of_statements_does_not_grow_with_the_posters(register: Register) -> None:
    counts = []
    for first, last in ((0, 2), (2, 40)):
        register.take(*(other_row(n) for n in range(first, last)))
        with counted(register.engine) as issued:
            issue(register)
        with counted(register.engine) as drawn:
            faces(register)
        with counted(register.engine) as some:
            faces(register, ["B000", "B001"])
        counts.append((len(issued), len(drawn), len(some)))

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12
    assert counts[0][1] == 2
