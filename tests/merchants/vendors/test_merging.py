"""Doubles found, merged into one record, and taken apart again exactly."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, col, select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.columns import core_table
from merchants.errors import MergeChangedSince, MergeNotFound, MergeRefused, VendorNotFound
from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    ConsentChannel,
    ConsentPurpose,
    EventAction,
    NameMatch,
    PosterState,
    StallState,
    VendorState,
)
from merchants.sealing import Sealer
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Consent,
    Poster,
    RegisterEvent,
    Stall,
    StallHolding,
    Vendor,
    VendorMerge,
)
from merchants.vendor_code import write_vendor_code
from merchants.vendors.doubles import GROUP_MAX, Sign, possible_doubles
from merchants.vendors.merging import MOVED, find_kept_vendor, merge_vendors, merges_of, undo_merge
from tests import factories
from tests.conftest import NOW
from tests.merchants.chains import steps_in, steps_of
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.privacy.whole_vendor import add_whole_vendor
from tests.merchants.queries import counted
from tests.merchants.sheet_files import row

S = VendorState
MANAGER = Actor(kind="staff", name="3")
WHO: dict[str, Any] = {"actor": MANAGER, "now": NOW}
TOUCHED: tuple[type[SQLModel], ...] = (*MOVED, Vendor)


def rows_of(session: Session, *, without: tuple[str, ...] = ("version",)) -> dict[str, Any]:
    """Every row a merge may touch, column by column, but for the versions that only go up."""
    session.flush()
    session.expire_all()
    found = {}
    for table in TOUCHED:
        core = core_table(table)
        columns = [column for column in core.columns if column.name not in without]
        rows = session.connection().execute(sa.select(*columns).order_by(core.c.id))
        found[core.name] = [tuple(each) for each in rows]
    return found


def pair(session: Session) -> tuple[Vendor, Vendor]:
    """The first two vendors by id."""
    kept, merged = session.exec(select(Vendor).order_by(col(Vendor.id)).limit(2)).all()
    return kept, merged


def two(register: Register, **second: object) -> None:
    register.take(row(), row(stall="A002", **second))
    assert len(register.all(Vendor)) == 2


def merge(register: Register) -> int:
    with writing(register.engine) as session:
        record = merge_vendors(session, *pair(session), **WHO, reason="cùng số tài khoản")
        assert record.id is not None
        return record.id


def undo(register: Register, merge_id: int) -> None:
    with writing(register.engine) as session:
        undo_merge(session, "MA", merge_id, **WHO)


def test_the_kept_record_receives_everything_of_its_double(register: Register) -> None:
    two(register, name="Nguyễn Thị Hường", phone="0987000111", account="0123456789013",
        holder="NGUYEN THI HUONG")  # fmt: skip
    kept, merged = register.all(Vendor)

    merge(register)

    assert {holding.vendor_id for holding in register.all(StallHolding)} == {kept.id}
    assert {point.vendor_id for point in register.all(AcceptancePoint)} == {kept.id}
    kept, merged = register.all(Vendor)
    assert (merged.state, merged.merged_into_id) == (S.EXITED, kept.id)
    assert (kept.phone_tail, kept.state) == ("678", S.NAME_MATCHED)
    assert steps_of(register.engine, merged.id)[-1] is S.EXITED
    told = [
        (event.vendor_id, event.subject, event.to_value, event.note)
        for event in register.all(RegisterEvent)
        if event.action == EventAction.MERGED.value
    ]
    assert told == [
        (kept.id, f"vendor:{merged.code}", "kept", "cùng số tài khoản"),
        (merged.id, f"vendor:{kept.code}", "merged", "cùng số tài khoản"),
    ]


def test_one_account_of_both_stays_one_account(register: Register) -> None:
    two(register, name="Nguyễn Văn Hương", phone="0987000111", holder="NGUYEN THI HUONG")
    with writing(register.engine) as session:
        _, merged = pair(session)
        _add_poster(session, merged, register.sealer)

    merge(register)

    kept_point, doubled = register.all(AcceptancePoint)
    assert (doubled.state, doubled.valid_to) == (AcceptancePointState.CLOSED, date(2026, 11, 21))
    assert kept_point.valid_to is None
    assert register.one(Poster).acceptance_point_id == kept_point.id


def test_empty_details_are_filled_and_own_ones_stay(register: Register) -> None:
    register.take(
        row(phone="", business=""), other_row(1, business="Hàng khô Bình", phone="0987000111")
    )

    merge(register)

    kept, merged = register.all(Vendor)
    assert (kept.phone_tail, kept.business_name) == ("111", "Hàng khô Bình")
    assert kept.full_name == "Nguyễn Thị Hương"
    assert merged.full_name != kept.full_name
    assert register.one(VendorMerge).moved.count("Hàng khô") == 0


def test_undoing_a_merge_restores_every_row(register: Register) -> None:
    two(register, name="Nguyễn Văn Hương", phone="0987000111", holder="NGUYEN THI HUONG")
    with writing(register.engine) as session:
        _add_poster(session, pair(session)[1], register.sealer)
        before = rows_of(session)

    merge_id = merge(register)
    undo(register, merge_id)

    with reading(register.engine) as session:
        assert rows_of(session) == before
        kept, merged = pair(session)
        assert (kept.version, merged.version) == (3, 3)
        assert merges_of(session, kept.id or 0) == []
    for vendor in register.all(Vendor):
        steps_of(register.engine, vendor.id)
    with pytest.raises(MergeNotFound):
        undo(register, merge_id)


def test_a_record_with_rows_of_every_kind_is_merged_and_restored(register: Register) -> None:
    register.take(row())
    with writing(register.engine) as session:
        kept = session.exec(select(Vendor)).one()
        whole = add_whole_vendor(session, register.sealer, kept.market_id)
        before = rows_of(session)
        counts = {table: _owned(session, table, whole.vendor_id) for table in MOVED}
        assert all(counts.values())
        kept_purposes = _owned(session, Consent, kept.id)

        record = merge_vendors(session, kept, session.get_one(Vendor, whole.vendor_id), **WHO)

        # Of two consents to one purpose each stays with the record it was given for.
        left = {table: _owned(session, table, whole.vendor_id) for table in MOVED}
        assert left == dict.fromkeys(MOVED, 0) | {Consent: kept_purposes}
        assert all(_owned(session, table, kept.id) for table in MOVED)
        assert session.get_one(Vendor, whole.double_id).merged_into_id == kept.id
        undo_merge(session, "MA", record.id or 0, **WHO)
        assert rows_of(session) == before


def _owned(session: Session, table: type[SQLModel], vendor_id: int | None) -> int:
    vendor_column = core_table(table).c.vendor_id
    count = sa.select(sa.func.count()).select_from(core_table(table))
    return int(session.execute(count.where(vendor_column == vendor_id)).scalar_one())


def test_every_table_about_a_vendor_is_moved_or_kept_on_purpose() -> None:
    about = {
        table.name
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "vendor" and table.name != "vendor"
    }
    stays = {
        "register_event",  # what happened, happened to that record
        "vendor_merge",
        "vendor_pin",  # a PIN opens the record it was set for
        "provider_transaction", "vendor_day", "match_outcome",  # closed days are not rewritten
        "adoption_vendor_day", "adoption_break_day", "adoption_vendor_half",  # nor what they count
        "hand_attribution",  # two people decided it about that record
        "payment_request",  # was shown on the screen of that record, for minutes
    }  # fmt: skip

    assert about - {core_table(table).name for table in MOVED} <= stays


SIDES = st.fixed_dictionaries(
    {
        "accounts": st.lists(st.integers(0, 2), unique=True, max_size=3),
        "consents": st.lists(st.sampled_from(ConsentPurpose), unique=True, max_size=3),
        "stalls": st.integers(0, 2),
        "has_poster": st.booleans(),
        "phone": st.sampled_from([None, "p1", "p2"]),
        "business": st.sampled_from(["", "Hàng khô"]),
        "consented": st.sampled_from([None, date(2026, 8, 1), date(2026, 9, 1)]),
        "poster_only": st.booleans(),
        "state": st.sampled_from(VendorState),
    }
)


@settings(max_examples=60)
@given(first=SIDES, second=SIDES, swapped=st.booleans())
def test_undo_of_merge_is_no_change(
    sqlite_engine: sa.Engine, first: dict[str, Any], second: dict[str, Any], swapped: bool
) -> None:
    sealer = Sealer(secret_keys=("test-key",), hash_key="test-hash-key")
    with writing(sqlite_engine) as session:
        session.add(factories.market())
        session.flush()
        sides = [_side(session, sealer, n, told) for n, told in enumerate((first, second))]
        kept, merged = sides[::-1] if swapped else sides
        _settle(session)
        before = rows_of(session)

        record = merge_vendors(session, kept, merged, **WHO)
        assert merged.state is S.EXITED
        undo_merge(session, "MA", record.id or 0, **WHO)

        assert rows_of(session) == before
        session.rollback()


def _settle(session: Session) -> None:
    """Bring the drawn states in line with the drawn facts, as every writer leaves them."""
    from merchants.lifecycle.states import derive_vendor_states

    derive_vendor_states(session, [1], now=NOW)


def _side(session: Session, sealer: Sealer, number: int, told: dict[str, Any]) -> Vendor:
    vendor = factories.vendor(
        full_name=f"Lò Thị {'AB'[number]}",
        business_name=told["business"],
        phone_hash=told["phone"],
        consented_on=told["consented"],
        is_poster_only=told["poster_only"],
        state=told["state"],
    )
    session.add(vendor)
    session.flush()
    assert vendor.id is not None
    vendor.code = write_vendor_code(vendor.id)
    for account in told["accounts"]:
        session.add(_point(vendor.id, account, sealer))
    for purpose in told["consents"]:
        session.add(
            Consent(
                vendor_id=vendor.id,
                purpose=purpose,
                notice_version="1",
                channel=ConsentChannel.SIGNATURE,
                given_at=NOW,
                recorded_by="staff:1",
            )
        )
    for place in range(told["stalls"]):
        stall = Stall(market_id=1, code=f"S{number}{place}", state=StallState.OCCUPIED)
        session.add(stall)
        session.flush()
        assert stall.id is not None
        session.add(
            StallHolding(stall_id=stall.id, vendor_id=vendor.id, from_on=date(2026, 8, 1 + place))
        )
    session.flush()
    if told["has_poster"] and told["stalls"] and told["accounts"]:
        _add_poster(session, vendor, sealer)
    return vendor


def _point(vendor_id: int, account: int, sealer: Sealer) -> AcceptancePoint:
    return AcceptancePoint(
        vendor_id=vendor_id,
        kind=AccountKind.BANK_ACCOUNT,
        acceptance_type=AcceptanceType.TRANSFER_QR,
        bin="970436",
        feed_provider="bank_vcb",
        account_sealed=sealer.seal(str(account)),
        account_hash=f"hash-{account}",
        account_tail=f"000{account}",
        holder_name="LO THI A",
        name_match=NameMatch.NORMALISED,
        state=AcceptancePointState.VERIFIED,
        valid_from=date(2026, 8, 1),
    )


def _add_poster(session: Session, vendor: Vendor, sealer: Sealer) -> None:
    point = session.exec(
        select(AcceptancePoint).where(AcceptancePoint.vendor_id == vendor.id)
    ).first()
    holding = session.exec(select(StallHolding).where(StallHolding.vendor_id == vendor.id)).first()
    assert point is not None
    assert point.id is not None
    assert holding is not None
    session.add(
        Poster(
            serial=f"MA-{vendor.id}-P",
            stall_id=holding.stall_id,
            acceptance_point_id=point.id,
            vendor_id=vendor.id or 0,
            payload_sealed=sealer.seal("payload"),
            payload_hash="0" * 64,
            state=PosterState.GENERATED,
            issued_on=date(2026, 9, 1),
        )
    )
    session.flush()


def test_what_was_touched_since_is_named_and_nothing_is_put_back(register: Register) -> None:
    two(register, name="Nguyễn Thị Hường", phone="0987000111", account="0123456789013",
        holder="NGUYEN THI HUONG")  # fmt: skip
    merge_id = merge(register)
    with writing(register.engine) as session:
        point = session.exec(
            select(AcceptancePoint).order_by(col(AcceptancePoint.id).desc())
        ).first()
        assert point is not None
        point.vendor_id = (
            session.exec(select(Vendor.id).order_by(col(Vendor.id).desc())).first() or 0
        )
        session.add(point)
        point_id = point.id
        before = rows_of(session)

    with pytest.raises(MergeChangedSince) as refusal:
        undo(register, merge_id)

    assert refusal.value.changed == (f"acceptance_point {point_id}: vendor_id",)
    with reading(register.engine) as session:
        assert rows_of(session) == before


def test_a_state_that_moved_on_since_does_not_stand_in_the_way(register: Register) -> None:
    two(register, name="Nguyễn Thị Hường", phone="0987000111", account="0123456789013",
        holder="NGUYEN THI HUONG")  # fmt: skip
    merge_id = merge(register)
    with writing(register.engine) as session:
        kept, _ = pair(session)
        _add_poster(session, kept, register.sealer)
        _settle(session)
        assert kept.state is S.POSTER_ISSUED

    undo(register, merge_id)

    kept, merged = register.all(Vendor)
    assert (kept.state, merged.state) == (S.POSTER_ISSUED, S.NAME_MATCHED)
    with reading(register.engine) as session:
        steps_in(session, kept.id)


def test_what_was_erased_cannot_be_put_back(register: Register) -> None:
    two(register, name="Nguyễn Thị Hường", phone="0987000111", account="0123456789013",
        holder="NGUYEN THI HUONG")  # fmt: skip
    merge_id = merge(register)
    with writing(register.engine) as session:
        record = session.get_one(VendorMerge, merge_id)
        record.moved = ""
        session.add(record)

    with pytest.raises(MergeChangedSince):
        undo(register, merge_id)


def test_a_merge_of_another_market_is_not_found(register: Register) -> None:
    two(register, name="Nguyễn Thị Hường", phone="0987000111", account="0123456789013",
        holder="NGUYEN THI HUONG")  # fmt: skip
    merge_id = merge(register)

    with pytest.raises(MergeNotFound), writing(register.engine) as session:
        undo_merge(session, "LG", merge_id, **WHO)


def test_what_is_not_merged(register: Register) -> None:
    register.take(row(), other_row(1), other_row(2, market="LG"))
    by_market = select(Vendor).order_by(col(Vendor.market_id), col(Vendor.id))
    with writing(register.engine) as session:
        first, second, elsewhere = session.exec(by_market).all()
        with pytest.raises(MergeRefused, match="một hồ sơ"):
            merge_vendors(session, first, first, **WHO)
        with pytest.raises(MergeRefused, match="hai chợ"):
            merge_vendors(session, first, elsewhere, **WHO)
        for vendor in (first, second):
            session.add(_open_change(vendor.id or 0))
        with pytest.raises(MergeRefused, match="đề nghị đổi tài khoản"):
            merge_vendors(session, first, second, **WHO)
        for change in session.exec(select(AccountChange)):
            session.delete(change)
        merge_vendors(session, first, second, **WHO)
        with pytest.raises(MergeRefused, match="đã gộp"):
            merge_vendors(session, second, first, **WHO)


def _open_change(vendor_id: int) -> AccountChange:
    return AccountChange(
        vendor_id=vendor_id,
        kind=AccountKind.BANK_ACCOUNT,
        acceptance_type=AcceptanceType.TRANSFER_QR,
        feed_provider="",
        account_sealed="x",
        account_hash="h",
        account_tail="0000",
        holder_name="A",
        name_match=NameMatch.EXACT,
        state=AccountChangeState.PROPOSED,
        proposed_at=NOW,
        proposed_by="staff:1",
    )


def test_a_merged_code_leads_staff_to_the_kept_record(register: Register) -> None:
    two(register, name="Nguyễn Thị Hường", phone="0987000111", account="0123456789013",
        holder="NGUYEN THI HUONG")  # fmt: skip
    merge(register)
    kept, merged = register.all(Vendor)

    with reading(register.engine) as session:
        assert find_kept_vendor(session, merged.code).id == kept.id
        assert find_kept_vendor(session, kept.code).id == kept.id
        with pytest.raises(VendorNotFound):
            find_kept_vendor(session, "CC222222")
        ((_, other),) = merges_of(session, kept.id)
        assert other.code == merged.code


def signs(register: Register, *, of_vendor: int | None = None) -> list[tuple[set[int], set[Sign]]]:
    with reading(register.engine) as session:
        return [
            ({each.kept.id, each.other.id}, set(each.signs))
            for each in possible_doubles(session, "MA", of_vendor=of_vendor)
        ]


def test_doubles_are_ranked_by_what_speaks_for_them(register: Register) -> None:
    register.take(
        row(),
        row(stall="A002", name="Nguyễn Văn Nam", holder="NGUYEN VAN NAM", account="0123456789099"),
        row(stall="A003", phone="0987000111", account="0123456789098"),
        other_row(1),
    )
    one, same_phone, same_name, _ = [vendor.id for vendor in register.all(Vendor)]

    assert signs(register) == [
        ({one, same_phone}, {Sign.PHONE}),
        ({one, same_name}, {Sign.NAME_AND_ZONE}),
    ]
    assert signs(register, of_vendor=same_name) == [({one, same_name}, {Sign.NAME_AND_ZONE})]


def test_the_strongest_sign_is_the_citizen_id(register: Register) -> None:
    register.take(row(), other_row(1), other_row(2))
    with writing(register.engine) as session:
        first, second, third = session.exec(select(Vendor).order_by(col(Vendor.id))).all()
        first.id_number_hash = third.id_number_hash = "same"
        second.phone_hash = first.phone_hash
        session.add_all([first, second, third])
        ids = [first.id, second.id, third.id]

    assert signs(register) == [
        ({ids[0], ids[2]}, {Sign.ID_NUMBER}),
        ({ids[0], ids[1]}, {Sign.PHONE}),
    ]


def test_a_phone_of_many_is_nobodys_sign(register: Register) -> None:
    names = [f"Trần Văn {chr(ord('A') + n)}" for n in range(GROUP_MAX + 1)]
    register.take(*(other_row(n, name=name, phone="0912345678") for n, name in enumerate(names)))
    assert len(register.all(Vendor)) == GROUP_MAX + 1

    assert all(Sign.PHONE not in found for _, found in signs(register))


def test_who_was_taken_apart_is_not_proposed_again(register: Register) -> None:
    two(register, name="Nguyễn Văn Hương", holder="NGUYEN VAN HUONG", account="0123456789013")
    assert signs(register) != []
    merge_id = merge(register)
    assert signs(register) == []

    undo(register, merge_id)

    assert signs(register) == []


@pytest.mark.parametrize("vendors", [4, 40])
def test_doubles_cost_a_constant_number_of_statements(register: Register, vendors: int) -> None:
    register.take(*(other_row(number) for number in range(vendors)))

    with counted(register.engine) as sent, reading(register.engine) as session:
        possible_doubles(session, "MA")

    assert len([each for each in sent if each.startswith("SELECT")]) == 5


def test_the_days_of_merged_records_stay_theirs(register: Register) -> None:
    two(register, name="Nguyễn Thị Hường", phone="0987000111", account="0123456789013",
        holder="NGUYEN THI HUONG")  # fmt: skip
    with writing(register.engine) as session:
        _, merged = pair(session)
        first = min(
            holding.from_on
            for holding in session.exec(select(StallHolding))
            if holding.vendor_id == merged.id
        )
    merge(register)

    holding = next(each for each in register.all(StallHolding) if each.stall_id == 2)
    assert (holding.from_on, holding.to_on) == (first, None)
