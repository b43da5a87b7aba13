"""Pass 3: codes of which a bank changed one character, and what that must never cost."""

import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from merchants.request_reference import write_request_reference
from merchants.vendor_code import ALPHABET, write_vendor_code
from reconciliation.engine import near_codes
from reconciliation.engine.coded_text import CodedText, code_text
from reconciliation.engine.near_codes import find_near_codes
from tests.reconciliation.engine.naive import changes
from tests.reconciliation.engine.world import at, decided, outcomes, record, run

VENDOR = write_vendor_code(41)
CODE, NEXT = (write_request_reference(VENDOR, number) for number in (8, 9))
FAR = {"occurred_at": at(60 * 9)}
letters = st.text("2345ABCDS5O0", max_size=14)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(letters, st.integers(0, 1)), max_size=4),
    st.lists(st.tuples(letters, st.integers(0, 1)), max_size=4),
)
@example([("AB23", 0)], [("A223", 0)])  # the last character of all that is read counts too
def test_near_codes_are_those_a_table_of_changes_finds(
    codes: list[tuple[str, int]], remarks: list[tuple[str, int]]
) -> None:
    found = find_near_codes(*_columns(codes), *_columns(remarks))

    assert set(zip(found.code.tolist(), found.remark.tolist(), strict=True)) == {
        (i, j)
        for i, (code, group) in enumerate(codes)
        for j, (remark, other) in enumerate(remarks)
        if group == other and len(code) > 1 and changes(code, remark) <= 1
    }


def test_a_code_too_long_for_a_word_is_left_alone() -> None:
    long = "A2" * 40

    assert not len(find_near_codes(*_columns([(long, 0)]), *_columns([(long, 0)])).code)


def test_a_group_with_too_many_pairs_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_codes, "PAIRS_MAX", 3)
    codes, remarks = (
        [("AB23", 0), ("AB23", 0), ("AB23", 1)],
        [("AB23", 0), ("AB23", 0), ("AB23", 1)],
    )

    found = find_near_codes(*_columns(codes), *_columns(remarks))

    assert (found.code.tolist(), found.remark.tolist()) == ([2], [2])


def _columns(rows: list[tuple[str, int]]) -> tuple[CodedText, NDArray[np.int64]]:
    texts = pa.array([text for text, _ in rows], pa.string())
    return code_text(texts), np.array([group for _, group in rows], np.int64)


@pytest.mark.parametrize("at_character", [10, 13, 16])
def test_a_changed_character_is_put_right_where_the_amount_agrees(at_character: int) -> None:
    wrong = "W" if CODE[at_character] != "W" else "X"
    mangled = f"MBVCB.41 {CODE[:at_character]}{wrong}{CODE[at_character + 1 :]} CT TU 9000006789"

    result = run([record("p", reference=CODE)], [record("s", reference=mangled, **FAR)])
    other = run([record("p", reference=CODE)], [record("s", reference=mangled, amount_vnd=1)])

    assert decided(result, "p").rule == "code_repair@1"
    assert decided(other, "p").outcome == "missing_in_statement"


def test_a_remark_near_two_open_codes_is_repaired_into_neither() -> None:
    both = [record("p1", reference=CODE, **FAR), record("p2", reference=CODE, **FAR)]

    result = run(both, [record("s", reference=f"x{CODE[:-1]}")])

    assert decided(result, "s").rule != "code_repair@1"


def test_a_valid_code_is_never_repaired_into_another() -> None:
    result = run([record("p", reference=CODE)], [record("s", reference=NEXT, **FAR)])

    assert outcomes(result) == {"p": "missing_in_statement", "s": "missing_in_payments"}


def test_an_order_number_is_never_repaired() -> None:
    result = run([record("p", reference="DH0001")], [record("s", reference="DH0002", **FAR)])

    assert decided(result, "p").rule == "class@1"


def test_a_repaired_vendor_code_tells_ties_apart() -> None:
    other = write_vendor_code(97_531)
    mangled = f"{VENDOR[:5]}{'W' if VENDOR[5] != 'W' else 'X'}{VENDOR[6:]}"

    result = run(
        [record("p1", reference=VENDOR), record("p2", reference=other)],
        [record("s1", reference=f"ck {mangled}"), record("s2", reference="tien hang")],
    )

    assert decided(result, "p1").counterpart_id == "s1"
    assert decided(result, "p1").rule == "remark@1"


def test_most_mangled_remarks_are_read_again_and_none_wrongly() -> None:
    """The mangling of section 0 of the specification: prefixes, blanks, capitals, one bad character."""
    draw = random.Random(20_261_122)
    asked = [write_request_reference(write_vendor_code(1 + n % 40), 1 + n) for n in range(4_000)]
    amounts = [draw.choice([10_000, 20_000, 25_000, 30_000, 50_000]) for _ in asked]
    payments, lines = [], []
    for number, (code, amount) in enumerate(zip(asked, amounts, strict=True)):
        told = {"account": f"A{number % 40}", "amount_vnd": amount}
        payments.append(record(f"p{number}", reference=code, **told, **FAR))
        lines.append(
            record(
                f"s{number}", reference=_mangle(draw, code), **told, occurred_at=at(9 * 60 + 700)
            )
        )

    result = run(payments, lines)

    rows = result.outcomes
    rows = rows[rows["book"].eq("payments") & rows["counterpart_id"].notna()]
    wrong = rows["record_id"].str[1:] != rows["counterpart_id"].str[1:]
    assert wrong.sum() == 0
    assert len(rows) / len(asked) >= 0.89


def _mangle(draw: random.Random, code: str) -> str:
    """What banks make of a code: one in fourteen is lost or has two bad characters."""
    way = draw.randrange(14)
    text = list(code)
    if way == 0:
        return "chuyen tien"
    if way <= 3:
        text[draw.randrange(len(text))] = draw.choice(ALPHABET)
    elif way == 4:
        del text[draw.randrange(len(text))]
    elif way == 5:
        text.insert(draw.randrange(len(text)), draw.choice(ALPHABET))
    elif way == 6:
        alike = {"5": "S", "8": "B", "2": "Z", "U": "V"}
        text = [alike.get(character, character) for character in text]
    elif way <= 8:
        text.insert(draw.randrange(len(text)), " ")
    body = "".join(text)
    return draw.choice(
        [
            f"MBVCB.{draw.randrange(10**9)}.{body}.CT tu 9000006789 toi 1123355589",
            f"IBFT {body.lower()} {draw.randrange(10**6)}",
            body,
        ]
    )


@pytest.mark.parametrize("mangled_book", ["payments", "statement"])
def test_a_vendor_code_is_repaired_in_whichever_book_holds_it_mangled(mangled_book: str) -> None:
    mangled = f"{VENDOR[:5]}{'W' if VENDOR[5] != 'W' else 'X'}{VENDOR[6:]}"
    clear = [record("c1", reference=VENDOR), record("c2", reference=write_vendor_code(97_531))]
    torn = [record("t1", reference=f"ck {mangled}"), record("t2", reference="tien hang")]

    result = run(*((torn, clear) if mangled_book == "payments" else (clear, torn)))

    assert (decided(result, "c1").counterpart_id, decided(result, "c1").rule) == ("t1", "remark@1")
