"""The text that orders stall codes: the same order as one walks, in every kind of database."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from merchants.code_order import code_order
from merchants.stalls.floor import floor_order

CODES = ["A2", "A10", "A009", "A9", "A0", "A00", "A", "A1-B", "A1", "1", "01", "10", "2-9", "2-10",
         "B.1", "B/1", "B-1", "AA1", "A1A", "A01B2", "A1B3", "0"]  # fmt: skip

codes = st.text(st.sampled_from("AaBZ0129./-Đđß"), max_size=12) | st.text(max_size=12)


def walked(code: str) -> tuple[object, ...]:
    return floor_order("", code)


@given(codes, codes)
def test_two_codes_come_as_one_walks(first: str, second: str) -> None:
    assert (code_order(first) < code_order(second)) == (walked(first) < walked(second))
    assert (code_order(first) == code_order(second)) == (walked(first) == walked(second))


@given(codes)
def test_the_order_is_made_of_digits_and_fits_its_column(code: str) -> None:
    assert set(code_order(code)) <= set("0123456789")
    assert len(code_order(code)) <= 400


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_ordered_by_its_letters_then_its_numbers(code: str) -> None:
    behind = [other for other in CODES if walked(other) > walked(code)]

    assert all(code_order(other) > code_order(code) for other in behind)


def test_the_database_compares_alike(engine: sa.Engine) -> None:
    """Whatever the collation: by the stored text the database sorts as Python does."""
    table = sa.union_all(
        *(
            sa.select(sa.literal(at).label("at"), sa.literal(code_order(code)).label("text"))
            for at, code in enumerate(CODES)
        )
    ).subquery()
    with engine.connect() as connection:
        sorted_at = connection.execute(sa.select(table.c.at).order_by(table.c.text)).scalars().all()

    assert [CODES[at] for at in sorted_at] == sorted(CODES, key=walked)
