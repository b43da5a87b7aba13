"""Ids are given once, also when rows are gone: they are printed on posters."""

from sqlmodel import select

from market.database import writing
from merchants.reserved_ids import reserve_ids
from merchants.tables import Stall, Vendor
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import row


def test_ids_count_on_from_what_is_there(register: Register) -> None:
    register.take(row(), other_row(1))

    with writing(register.engine) as session:
        assert reserve_ids(session, Stall, 3) == [3, 4, 5]
        assert reserve_ids(session, Stall, 0) == []


def test_a_vendors_id_is_never_given_again(register: Register) -> None:
    register.take(row(bank="", account="", holder=""))
    with writing(register.engine) as session:
        vendor = session.exec(select(Vendor)).one()
        for table in ("register_event", "consent", "stall_holding", "vendor"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")

    register.take(other_row(1))

    assert register.one(Vendor).id > (vendor.id or 0)


def test_rows_added_one_by_one_follow_the_reserved_ones(register: Register) -> None:
    register.take(row(), other_row(1))

    with writing(register.engine) as session:
        vendor = Vendor(**register.all(Vendor)[0].model_dump(exclude={"id", "code"}))
        session.add(vendor)

    assert vendor.id == 3
