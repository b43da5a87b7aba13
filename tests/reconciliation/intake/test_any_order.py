"""Any order, any repetition, any split of a feed into files and groups gives the same store.

A split keeps rows together that nothing tells apart: of two equal rows without a reference the second
is known by being the second of its file. Source: feeds.md section 9, h-form.
"""

import json
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.intake.ingest import Incoming, ingest_many
from reconciliation.intake.raw_store import RawStore
from tests.reconciliation.arrivals import NOW, ledger, minutes_later, momo, sepay, vcb

MEMOS = ("tien rau", "tien ca")
Row = tuple[str, int, str]

some_rows = st.lists(
    st.tuples(
        st.integers(1, 30).map(lambda n: f"5243.{n}") | st.just(""),
        st.sampled_from([5000, 7000, -5000]),
        st.sampled_from(MEMOS),
    ),
    min_size=1,
    max_size=12,
    # Either a reference of its own, or content of its own.
    unique_by=(lambda row: row[0] or row, lambda row: row),
)


@st.composite
def _told_somehow(draw: st.DrawFn, rows: Sequence[Row]) -> list[Incoming]:
    """The rows in files that overlap as they like, each sent once or twice, in any order."""
    covered: set[int] = set()
    files: list[list[Row]] = []
    while len(covered) < len(rows):
        first = draw(st.sampled_from(sorted(set(range(len(rows))) - covered)))
        others = draw(st.sets(st.integers(0, len(rows) - 1), max_size=len(rows)))
        chosen = sorted({first, *others})
        covered.update(chosen)
        files.append([rows[place] for place in draw(st.permutations(chosen))])
    sent = [vcb(*file) for file in files for _ in range(draw(st.integers(1, 2)))]
    return draw(st.permutations(sent))


def store_of(
    engine: sa.Engine, folder: Path, sealer: Sealer, groups: Sequence[Sequence[Incoming]]
) -> list[dict[str, Any]]:
    """What counts after these groups on an empty database, which is left empty.

    Where a row stood and when it came to be known is told by its delivery, not by the feed.
    """
    with Session(engine) as session:  # rolled back
        for group in groups:
            ingest_many(session, RawStore(folder), sealer=sealer, incoming=group, now=NOW)
        rows = ledger(session)
    return [
        {name: row[name] for name in row if name not in ("line_no", "known_at", "version")}
        for row in rows
    ]


@settings(max_examples=60)
@given(rows=some_rows, data=st.data())
def test_a_statement_is_the_same_however_it_is_cut_repeated_and_ordered(
    rows: list[Row],
    data: st.DataObject,
    sqlite_engine: sa.Engine,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    sent = data.draw(_told_somehow(rows))
    cut = data.draw(st.integers(0, len(sent)))

    whole = store_of(sqlite_engine, tmp_path, sealer, [[vcb(*rows)]])

    assert len(whole) == len(rows)
    assert store_of(sqlite_engine, tmp_path, sealer, [sent[:cut], sent[cut:]]) == whole


@settings(max_examples=40)
@given(
    sent=st.lists(st.integers(1, 8), min_size=1, max_size=20),
    cuts=st.lists(st.integers(0, 20), max_size=3),
    data=st.data(),
)
def test_webhooks_are_the_same_however_they_are_grouped_repeated_and_ordered(
    sent: list[int],
    cuts: list[int],
    data: st.DataObject,
    sqlite_engine: sa.Engine,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    order = data.draw(st.permutations(sent))
    edges = [0, *sorted(cuts), len(order)]
    groups = [[sepay(n) for n in order[a:b]] for a, b in pairwise(edges)]

    once = store_of(sqlite_engine, tmp_path, sealer, [[sepay(n) for n in sorted(set(sent))]])

    assert store_of(sqlite_engine, tmp_path, sealer, [g for g in groups if g]) == once


@settings(max_examples=40)
@given(
    states=st.permutations(["Đang xử lý", "Đang xử lý", "Thành công", "Thành công"]),
)
def test_how_far_a_payment_has_come_does_not_depend_on_what_arrives_last(
    states: list[str], sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    # A word that is not final waits for a person; the final one alone makes the row.
    sent = [minutes_later(momo(("1", 5000, state)), at) for at, state in enumerate(states)]

    found = store_of(sqlite_engine, tmp_path, sealer, [[one] for one in sent])

    assert [(row["status"], row["amount"]) for row in found] == [("succeeded", 5000)]


def test_both_databases_come_to_the_same_store(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    draw = random.Random(20261122)
    rows = [(f"5243.{n}" if n % 3 else "", 1000 * n, MEMOS[n % 2]) for n in range(1, 60)]
    files = [vcb(*draw.sample(rows, 20)) for _ in range(12)] + [vcb(*rows[:30]), vcb(*rows[30:])]
    hooks = [sepay(draw.randint(1, 40)) for _ in range(120)]
    sent = [replaced for one in (*files, *hooks) for replaced in [one] * draw.randint(1, 2)]
    draw.shuffle(sent)
    plain = [vcb(*rows), *(sepay(n) for n in sorted({_number(one) for one in hooks}))]

    found = store_of(engine, tmp_path, sealer, [sent[:50], sent[50:51], sent[51:]])

    assert found == store_of(engine, tmp_path, sealer, [plain])


def _number(one: Incoming) -> int:
    return int(json.loads(one.content)["id"])
