"""Whatever carries an account number, a QR payload or a phone is sealed, by whatever door it came."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from market.database import METADATA, writing
from merchants.acceptance.changes import withdraw_account
from merchants.acceptance.displayed_codes import see_code
from merchants.acceptance.own_codes import take_own_code
from merchants.campaigns.teams import NewMember, NewTeam, add_member, add_team
from merchants.kinds import TeamKind
from merchants.posters.issue import issue_posters
from merchants.posters.payload import poster_payload
from merchants.sealed_columns import JSON_COLUMNS, NOT_RECOMPUTABLE, SEALED_COLUMNS
from merchants.tables import AcceptancePoint, AccountChange, DisplayedCode, Poster, Vendor
from merchants.vendors.details import VendorChanges
from merchants.vendors.edit import change_vendor
from tests.merchants.acceptance.accounts_world import CLERK, HELPER, PRINT_KEY, Accounts
from tests.merchants.conftest import Register
from tests.merchants.sheet_files import row

BANK, PROPOSED, SEEN = "7770001112223", "7771112223334", "7772223334445"
PHONE, OTHER_PHONE, HELPERS_PHONE = "0987000111", "0987000222", "0987000333"
SECRETS = (BANK, PROPOSED, SEEN, PHONE[1:], OTHER_PHONE[1:], HELPERS_PHONE[1:])


def sealed_columns_of_the_metadata() -> Iterator[tuple[str, str]]:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_sealed"):
                yield table.name, column.name


def test_every_sealed_column_is_in_the_list() -> None:
    listed = {(each.table, each.column) for each in SEALED_COLUMNS}

    assert set(sealed_columns_of_the_metadata()) == listed


def test_the_list_names_columns_that_exist() -> None:
    for column in SEALED_COLUMNS:
        table = METADATA.tables[column.table]
        names = {column.column, column.hash_column or "id", *column.needs, "id"}
        assert names <= set(table.columns.keys())
        assert isinstance(table.c[column.column].type, sa.LargeBinary) is column.is_bytes
        assert bool(column.hash_column) is (column.hash_of is not None)
    for table_name, column_name in (*JSON_COLUMNS, *NOT_RECOMPUTABLE):
        assert column_name in METADATA.tables[table_name].columns


def test_every_fingerprint_beside_a_sealed_value_is_in_the_list() -> None:
    listed = {(each.table, each.hash_column) for each in SEALED_COLUMNS if each.hash_column}
    found = {
        (table.name, column.name.replace("_sealed", "_hash"))
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed")
        and column.name.replace("_sealed", "_hash") in table.columns
    }

    assert found == listed


def vietqr(number: str) -> str:
    return poster_payload(
        bin="970436", account=number, holder_name="NGUYEN THI HUONG", commune_name="Xã Mậu A",
        goods_group="Rau", vendor_code="V", stall_code="A001",
    )  # fmt: skip


def through_every_door(register: Register) -> None:
    """Write accounts, phones and payloads by each way the register has."""
    sealer, now, accounts = register.sealer, register.now, Accounts(register)
    register.take(row(account=BANK, phone=PHONE))
    code, owner = accounts.code, accounts.owner
    with writing(register.engine) as session:
        issue_posters(session, "MA", sealer=sealer, now=now, verification_key=PRINT_KEY)
    # A sheet's own proposal, and rows that are not taken: what they said is remembered as well.
    register.take(
        row(account=PROPOSED, phone=OTHER_PHONE),
        row(stall="A002", name="Trần Văn Bình", account=f"{SEEN}-", phone=OTHER_PHONE),
        row(stall="A003", name="Lý A Páo", account=SEEN, phone=f"{HELPERS_PHONE}9"),
        row(stall="A004", name="Vàng A Súa", account=SEEN, phone=f"{HELPERS_PHONE}x"),
    )
    for waiting in register.all(AccountChange):
        with writing(register.engine) as session:
            withdraw_account(session, code, waiting.id, reason="Ghi lại", actor=owner, now=now)
    point = register.all(AcceptancePoint)[0]
    change = accounts.propose(number=PROPOSED, bank="Vietcombank", replaces_id=point.id).change
    accounts.confirm(change.id or 0)
    accounts.decide(change.id or 0)
    with writing(register.engine) as session:
        version = session.get_one(Vendor, accounts.vendor().id).version
        phone = VendorChanges(phone=OTHER_PHONE)
        change_vendor(session, code, phone, version=version, sealer=sealer, actor=CLERK, now=now)
        see_code(session, "MA", "A001", vietqr(SEEN), sealer=sealer, actor=HELPER, now=now)
        take_own_code(session, "MA", "A001", vietqr(BANK), sealer=sealer, actor=HELPER, now=now)
        new_team = NewTeam(kind=TeamKind.COMMUNE, name="Tổ 1", from_on=date(2026, 1, 1))
        team = add_team(session, "MA", new_team, actor=CLERK, now=now)
        member = NewMember(full_name="Lò Thị Mai", phone=HELPERS_PHONE, from_on=date(2026, 1, 1))
        add_member(session, "MA", team.id or 0, member, sealer=sealer, actor=CLERK, now=now)


def test_no_door_leaves_a_number_in_the_sqlite_file(sqlite_register: Register) -> None:
    through_every_door(sqlite_register)
    path = Path(sqlite_register.engine.url.database or "")
    sqlite_register.engine.dispose()

    content = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))

    assert len(content) > 100_000
    assert b"Nguy" in content  # names stand there: the file was really read
    assert [secret for secret in SECRETS if secret.encode() in content] == []


def test_no_door_leaves_a_number_in_a_dump_of_either_database(register: Register) -> None:
    through_every_door(register)

    with register.engine.connect() as connection:
        dump = {
            table.name: "\n".join(map(repr, connection.execute(sa.select(table))))
            for table in METADATA.sorted_tables
        }

    assert "Nguyễn Thị Hương" in dump["vendor"]
    leaks = [(name, secret) for name, text in dump.items() for secret in SECRETS if secret in text]
    assert leaks == []


def test_a_payloads_fingerprint_cannot_be_searched_without_the_key(
    sqlite_register: Register,
) -> None:
    through_every_door(sqlite_register)
    payloads = [sqlite_register.sealer.open(each.payload_sealed)
                for each in (*sqlite_register.all(DisplayedCode), *sqlite_register.all(Poster))]  # fmt: skip
    bare = [hashlib.sha256(payload.encode()).hexdigest() for payload in payloads]

    with sqlite_register.engine.connect() as connection:
        dump = "".join(
            repr(each) for table in METADATA.sorted_tables
            for each in connection.execute(sa.select(table))
        )  # fmt: skip

    assert len(bare) == 4
    assert [digest for digest in bare if digest in dump] == []
