"""The chain of day closes, read back and proved again without any of the code that made it.

``verify_chain`` shares no code with matching or with the facts: it reads what is stored, makes the
roots again and recounts each vendor's day from the outcomes in a plain loop.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.sealing import Sealer
from merchants.tables import Market, Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.locks.tables import HeldChange
from reconciliation.close.proofs.day_tree import (
    ADDED,
    DayTree,
    Line,
    VendorFigures,
    VendorLines,
    lines_seed,
)
from reconciliation.close.proofs.lines import added_by
from reconciliation.close.roots import (
    MARKET_DAY_FIELDS,
    NOBODY,
    VENDOR_DAY_FIELDS,
    Header,
    inputs_sha256,
    rest_of,
    root_over,
)
from reconciliation.close.stored_closes import (
    content_of,
    is_gone,
    key_of,
    root_lines,
    stored_days,
    stored_outcomes,
)
from reconciliation.tables import (
    DayClose,
    MarketDay,
    ProviderTransaction,
    VendorDay,
)


class Vendors(dict[int, tuple[str, str]]):
    """Vendor code and market code by vendor id; of one who was taken out of the register the id."""

    def __missing__(self, vendor_id: int) -> tuple[str, str]:
        return str(vendor_id), ""


SUMS = (
    "payments",
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "tax_vnd",
    "net_vnd",
    "matched_vnd",
    "pending_vnd",
    "unexplained_vnd",
    "paid_out_vnd",
)


def newest_closes(
    session: Session, first: date, last: date, *, as_of: datetime | None = None
) -> dict[tuple[str, date], DayClose]:
    """Return the newest version of each closed (scope, day) from ``first`` to ``last``.

    Args:
        as_of: the versions that were the newest ones at that instant; ``None`` = now.
    """
    query = (
        select(DayClose)
        .where(col(DayClose.business_date).between(first, last))
        .order_by(col(DayClose.version))
    )
    if as_of is not None:
        query = query.where(col(DayClose.closed_at) <= as_of)
    rows = session.exec(query)
    return {(row.scope, row.business_date): row for row in rows}


def count_closes(session: Session) -> tuple[int, int]:
    """Return how many days are closed, and in how many versions over all scopes."""
    close = table_of(DayClose).c
    columns: list[Any] = [sa.func.count(close.business_date.distinct()), sa.func.count(close.id)]
    told: Sequence[Any] = rows_of(session, sa.select(*columns))
    [(days, versions)] = told
    return days, versions


def verify_chain(
    session: Session,
    *,
    sealer: Sealer | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[str]:
    """Return what does not hold in the stored closes, one sentence each; empty = all proved.

    Proved for every version: versions count 1, 2, 3 … and each names the root before it; its own
    root and the hash of its inputs follow from the stored rows; net = gross - refunds - fees - tax;
    a market day is the sum of its vendor days; each vendor's figures that are sums over lines follow
    from the outcomes, and so do the trees from which vendors prove their payments. Proved for every
    day: no record stands in the newest versions of two scopes, and none that was there to be decided
    on was left out.

    Args:
        sealer: whose keys salted the leaves of the trees; ``None`` = trees are not made again.
    """
    vendor, market = table_of(Vendor), table_of(Market)
    told: Sequence[Any] = rows_of(
        session, sa.select(vendor.c.id, vendor.c.code, market.c.code).join_from(vendor, market)
    )
    vendors = Vendors(
        (vendor_id, (code or str(vendor_id), market_code)) for vendor_id, code, market_code in told
    )
    close = table_of(DayClose).c
    days: Sequence[Any] = rows_of(session, sa.select(close.business_date).distinct())
    findings: list[str] = []
    for done, (day,) in enumerate(sorted(days), start=1):
        findings.extend(_verify_day(session, day, vendors, sealer))
        if on_progress is not None:
            on_progress(done)
    return findings


def _verify_day(
    session: Session, day: date, vendors: Vendors, sealer: Sealer | None
) -> Iterator[str]:
    closes = session.exec(
        select(DayClose)
        .where(DayClose.business_date == day)
        .order_by(col(DayClose.scope), col(DayClose.version))
    ).all()
    ids = [close.id for close in closes]
    outcomes = stored_outcomes(session, ids)
    vendor_days = stored_days(session, VendorDay, ids)
    market_days = stored_days(session, MarketDay, ids)
    before: DayClose | None = None
    newest: dict[str, DayClose] = {}
    for close in closes:
        told = outcomes.get(close.id, [])
        sellers = vendor_days.get(close.id, [])
        totals = market_days.get(close.id, [])
        where = f"{close.scope} {day:%d/%m/%Y} phiên bản {close.version}"
        yield from _verify_link(
            where, before if before and before.scope == close.scope else None, close
        )
        yield from _verify_presence(where, told)
        yield from _verify_root(where, close, told, sellers, totals, vendors)
        yield from _verify_sums(where, close, sellers, totals)
        if close.scope != NOBODY:  # its records may have been given a vendor since
            lines = _lines_of_vendors(told)
            yield from _verify_vendors(where, close, lines, sellers, vendors)
            if sealer is not None:
                yield from _verify_trees(where, close, lines, sellers, totals, vendors, sealer)
        newest[close.scope] = before = close
    live = [row for close in newest.values() for row in outcomes.get(close.id, [])]
    ever = {(row["book"], row["record_id"]) for told in outcomes.values() for row in told}
    yield from _verify_completeness(session, day, newest, live, vendors, ever)


def _verify_link(where: str, before: DayClose | None, close: DayClose) -> Iterator[str]:
    expected = before.version + 1 if before else 1
    if close.version != expected:
        yield f"{where}: thiếu phiên bản {expected}"
    elif close.previous_root != (before.root_sha256 if before else ""):
        yield f"{where}: không nối tiếp mã băm của phiên bản trước"
    if before and close.closed_at < before.closed_at:
        yield f"{where}: được chốt trước phiên bản trước nó"


def _verify_presence(where: str, outcomes: Sequence[Any]) -> Iterator[str]:
    named = [(row["book"], row["record_id"], is_gone(row)) for row in outcomes]
    named += [
        (row["book"], row["counterpart_id"], is_gone(row, "other_"))
        for row in outcomes
        if row["counterpart_id"] is not None
    ]
    gone = sorted({(str(book), number) for book, number, is_lost in named if is_lost})
    for book, number in gone:
        yield f"{where}: khoản {number} mà bản chốt tính ({book}) không còn trong sổ"


def _verify_root(
    where: str,
    close: DayClose,
    outcomes: Sequence[Any],
    vendor_days: Sequence[Any],
    market_days: Sequence[Any],
    vendors: Vendors,
) -> Iterator[str]:
    codes = {row["vendor_id"]: vendors[row["vendor_id"]][0] for row in vendor_days}
    lines = root_lines(outcomes, vendor_days, market_days, codes)
    header = Header(**{name: getattr(close, name) for name in Header.__slots__})
    rest = rest_of(header, lines)
    if (rest, root_over(header, rest, close.tree_root)) != (close.rest_sha256, close.root_sha256):
        yield f"{where}: nội dung không còn đúng với mã băm {close.root_sha256[:12]}…"
    contents = [(key_of(row), content_of(row)) for row in outcomes]
    contents += [
        (key_of(row, "other_"), content_of(row, "other_"))
        for row in outcomes
        if row["counterpart_id"] is not None
    ]
    if inputs_sha256(contents) != close.inputs_sha256:
        yield f"{where}: các khoản đầu vào không còn như lúc chốt"


def _verify_sums(
    where: str, close: DayClose, vendor_days: Sequence[Any], market_days: Sequence[Any]
) -> Iterator[str]:
    for row in [*vendor_days, *market_days]:
        net = row["gross_vnd"] - row["refunds_vnd"] - row["fees_vnd"] - row["tax_vnd"]
        if row["net_vnd"] != net:
            yield f"{where}: thực nhận ghi {row['net_vnd']} ₫, tính lại được {net} ₫"
    if len(market_days) != (close.scope != NOBODY):
        yield f"{where}: có {len(market_days)} dòng ngày chợ"
        return
    for row in market_days:
        for name in SUMS:
            total = sum(vendor_day[name] for vendor_day in vendor_days)
            if row[name] != total:
                yield f"{where}: {name} của chợ là {row[name]}, cộng từng người bán là {total}"


def _lines_of_vendors(outcomes: Sequence[Any]) -> dict[int, list[Line]]:
    """Return by vendor what adds to her figures, from the outcomes alone."""
    lines: dict[int, list[Line]] = {}
    for row in outcomes:
        vendor_id = row["vendor_id"] or row["other_vendor_id"]
        if row["leg"] != "B" or vendor_id is None:
            continue
        added = added_by(row)
        if any(added):
            amount = row["amount"] if row["currency"] == "VND" else 0
            line = Line(key_of(row), row["book"], row["outcome"], amount, added)
            lines.setdefault(vendor_id, []).append(line)
    return lines


def _verify_vendors(
    where: str,
    close: DayClose,
    lines: Mapping[int, Sequence[Line]],
    vendor_days: Sequence[Any],
    vendors: Vendors,
) -> Iterator[str]:
    """Add up each vendor's figures from her lines."""
    counted: Counter[tuple[int, str]] = Counter()
    for vendor_id, own in lines.items():
        for line in own:
            for name, amount in zip(ADDED, line.added, strict=True):
                counted[vendor_id, name] += amount
    stored = Counter({(row["vendor_id"], name): row[name] for row in vendor_days for name in ADDED})
    for vendor_id, name in sorted(counted.keys() | stored.keys()):
        found, kept = counted[vendor_id, name], stored[vendor_id, name]
        if found != kept:
            code = vendors[vendor_id][0]
            yield f"{where}: {name} của {code} ghi {kept}, cộng từng khoản được {found}"
    for vendor_id in {row["vendor_id"] for row in vendor_days}:
        if vendors[vendor_id][1] != close.scope:
            yield f"{where}: {vendors[vendor_id][0]} là người bán của chợ khác"


def _verify_trees(
    where: str,
    close: DayClose,
    lines: Mapping[int, Sequence[Line]],
    vendor_days: Sequence[Any],
    market_days: Sequence[Any],
    vendors: Vendors,
    sealer: Sealer,
) -> Iterator[str]:
    """Make the trees again from which vendors prove their payments."""
    leaves = []
    for row in vendor_days:
        code, own = vendors[row["vendor_id"]][0], lines.get(row["vendor_id"], [])
        seed = lines_seed(sealer, close.scope, close.business_date, code)
        if (row["lines"], row["lines_root"]) != (len(own), VendorLines(seed, own).root):
            yield f"{where}: cây các khoản của {code} không còn như lúc chốt"
        figures = {name: row[name] for name in VENDOR_DAY_FIELDS}
        leaves.append(VendorFigures(code, figures, row["lines"], row["lines_root"]))
    for row in market_days:
        figures = {name: row[name] for name in MARKET_DAY_FIELDS}
        tree = DayTree(sealer, close.scope, close.business_date, leaves, figures)
        if tree.root != close.tree_root:
            yield f"{where}: cây của ngày không còn như lúc chốt"


def _verify_completeness(
    session: Session,
    day: date,
    newest: dict[str, DayClose],
    live: Sequence[Any],
    vendors: Vendors,
    ever: Set[tuple[str, int]],
) -> Iterator[str]:
    """Say what is counted twice, or was there and is counted nowhere.

    Args:
        ever: book and id of every record that some version of the day decided on.
    """
    seen = Counter((row["book"], row["record_id"], row["leg"]) for row in live)
    for (book, record_id, leg), times in sorted(seen.items()):
        if times > 1:
            yield f"{day:%d/%m/%Y}: {book} {record_id} bên {leg} được tính {times} lần"
    # Rows are only ever added and ids count up, so a row that is older than one of those decided
    # on was there to be decided on too.
    scope_of = {close.id: close.scope for close in newest.values()}
    latest: dict[str, int] = {}
    for row in live:
        scope = scope_of[row["close_id"]]
        latest[scope] = max(latest.get(scope, 0), row["record_id"])
    record = table_of(ProviderTransaction).c
    records: Sequence[Any] = rows_of(
        session,
        sa.select(record.id, record.book, record.vendor_id).where(
            record.business_date == day, record.is_current
        ),
    )
    decided = {(book, record_id) for book, record_id, _ in seen}
    # What moved to a locked day left the scope that had decided on it, and waits outside.
    held = set(session.exec(select(HeldChange.scope).where(HeldChange.business_date == day)))
    for record_id, book, vendor_id in records:
        scope = vendors[vendor_id][1] if vendor_id is not None else NOBODY
        waits_outside = scope in held and (str(book), record_id) in ever
        is_due = record_id < latest.get(scope, 0) and not waits_outside
        if is_due and (str(book), record_id) not in decided:
            yield f"{day:%d/%m/%Y}: {book} {record_id} không có kết luận nào"
