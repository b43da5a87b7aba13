"""The facts of a day out of records and what was decided about them: vendor days, market days.

**The book that counts.** Of a ledger with a statement the statement rows count; of a ledger that
tells its money only once (outcome ``not_applicable``) the rows of that one book count, but for
entries that only undo a payment whose line says it was taken back (reason ``reversed``). The other
book is a check and adds to nothing but ``pending`` and ``unexplained``.

A row counts when its status is ``succeeded`` and its outcome on leg B is none of ``duplicate``,
``conflict``, ``rejected``, ``ignored``. All sums are whole đồng over rows of the vendor and day:

========================  =========================================================================
``payments, gross_vnd``   counting credit rows of type ``payment``
``refunds_vnd``           counting rows that give money back (refund, reversal, chargeback; debit
                          adds, credit and their own reversals subtract); ``refunds`` counts debits
``fees_vnd, tax_vnd``     fee and tax told beside counting rows of any type, and counting rows that
                          are themselves a fee or a tax (debit adds, credit subtracts); what no
                          provider told is not guessed
``net_vnd``               gross - refunds - fees - tax
``matched, matched_vnd``  the part of gross that both books tell, or that only one book can tell:
                          outcomes ``matched``, ``matched_in_class``, ``not_applicable`` in full;
                          of ``matched_with_difference`` what both sides agree on (the smaller;
                          nothing where the other book says that no money moved)
``pending, pending_vnd``  credit payments announced by the other book, outcome ``pending_cut_off``:
                          in no statement yet and added to nothing
``unexplained(_vnd)``     credit payments nobody can explain yet, each đồng once: the difference of
                          ``matched_with_difference``, also where the book that counts says that
                          no money moved; rows ``missing_in_payments``,
                          ``missing_in_statement``; ``ambiguous`` and ``conflict`` rows of the book
                          that counts, and of the other book only what exceeds them (per outcome,
                          ledger, vendor and day), because both tell of the same money
``paid_out_vnd``          payouts that arrived on the day
========================  =========================================================================

Every run proves, for each day: vendors + unattributed = all rows, measure by measure; and
gross = matched + what is unexplained or pending on the book that counts.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reconciliation.close.day_figures import MARKET_DAY_AMOUNTS, MEASURES, NOT_COUNTED
from reconciliation.errors import BooksDoNotBalance

VENDOR_DAY_COLUMNS = ("business_date", "vendor_id", *MEASURES, "net_vnd")
MATCHED = frozenset({"matched", "matched_in_class", "matched_with_difference", "not_applicable"})
GIVEN_BACK = frozenset(
    {"refund", "refund_reversal", "reversal", "chargeback", "chargeback_reversal"}
)
# Alternatives for the same money: counted on one side only, and what one side has beyond the other.
UNDECIDED = frozenset({"ambiguous", "conflict"})
MISSING = frozenset({"missing_in_statement", "missing_in_payments"})


@dataclass(frozen=True, slots=True)
class DailyFacts:
    """``vendor_day``: ``VENDOR_DAY_COLUMNS``, one row per day and vendor with anything but zeros.

    ``unattributed``: the same measures per day for rows that name no vendor. ``of_lines``: what each
    line adds to each measure, under the line's own index.
    """

    vendor_day: pd.DataFrame
    unattributed: pd.DataFrame
    of_lines: pd.DataFrame


def count_day(lines: pd.DataFrame, payouts: pd.DataFrame) -> DailyFacts:
    """Return what each vendor's day comes to.

    Args:
        lines: one row per payment or statement record: ``record_id`` (int64), ``book``,
            ``ledger``, ``vendor_id`` (Int64, missing = unattributed), ``business_date``
            (datetime64), ``transaction_type``, ``direction``, ``status``, ``amount_vnd``
            (int64), ``fee_vnd``, ``tax_vnd`` (Int64), ``outcome``, ``reason`` and
            ``difference_vnd`` (int64: statement less payment) of leg B.
        payouts: ``vendor_id`` (Int64), ``business_date``, ``amount_vnd`` of money that arrived.

    Raises:
        BooksDoNotBalance: a measure of the vendors and of nobody does not add up to the rows.
    """
    of_lines = measure_lines(lines)
    measured = pd.concat([of_lines, _measure_payouts(payouts)], ignore_index=True)
    named = measured[measured["vendor_id"].notna()]
    vendor_day = (
        named.astype({"vendor_id": "int64"})
        .groupby(["business_date", "vendor_id"], as_index=False, sort=True)[list(MEASURES)]
        .sum()
    )
    unattributed = (
        measured[measured["vendor_id"].isna()]
        .groupby("business_date", as_index=False, sort=True)[list(MEASURES)]
        .sum()
    )
    _prove_conservation(measured, vendor_day, unattributed)
    vendor_day = vendor_day[vendor_day[list(MEASURES)].ne(0).any(axis=1)]
    return DailyFacts(_with_net(vendor_day), _with_net(unattributed), of_lines)


def sum_markets(
    vendor_day: pd.DataFrame, vendors: pd.DataFrame, market_days: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per row of ``market_days``: the sums of the market's vendors' days.

    Args:
        vendor_day: as ``count_day`` returns it.
        vendors: ``vendor_id`` (unique), ``market_id``.
        market_days: ``market_id``, ``business_date``, ``is_open``: the days asked for.

    Raises:
        BooksDoNotBalance: a vendor's day falls outside every market day asked for.
    """
    placed = vendor_day.merge(vendors, on="vendor_id", how="left", validate="many_to_one")
    placed = placed.assign(vendors_receiving=placed["payments"].gt(0).astype("int64"))
    sums = ["vendors_receiving", "payments", *MARKET_DAY_AMOUNTS]
    summed = placed.groupby(["market_id", "business_date"], as_index=False)[sums].sum()
    # Int64 before the left join: a float column would bend amounts above 2**53.
    market_day = market_days.merge(
        summed.astype(dict.fromkeys(sums, "Int64")),
        on=["market_id", "business_date"],
        how="left",
        validate="one_to_one",
    )
    market_day[sums] = market_day[sums].fillna(0).astype("int64")
    for column in sums:
        if int(market_day[column].sum()) != int(placed[column].sum()):
            raise BooksDoNotBalance(
                f"{column}: vendors' days hold {int(placed[column].sum())}, "
                f"market days {int(market_day[column].sum())}"
            )
    return market_day.sort_values(["business_date", "market_id"], ignore_index=True)


def counts_for_its_ledger(lines: pd.DataFrame) -> pd.Series:
    """Return which rows belong to the book that counts: statements, and books without a second."""
    alone = lines["outcome"].eq("not_applicable") & lines["reason"].ne("reversed")
    return lines["book"].eq("statement") | alone


def measure_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Return ``business_date``, ``vendor_id`` and what each line adds to each measure.

    Raises:
        BooksDoNotBalance: gross differs from matched, unexplained and pending of its own rows.
    """
    outcome, amount = lines["outcome"], lines["amount_vnd"]
    authority = counts_for_its_ledger(lines)
    moved = lines["status"].eq("succeeded")
    credit = lines["direction"].eq("credit")
    counting = moved & authority & ~outcome.isin(NOT_COUNTED)
    sale = moved & lines["transaction_type"].eq("payment") & credit
    receipt = counting & sale
    differs = outcome.eq("matched_with_difference")
    agreed = amount - lines["difference_vnd"].where(differs, 0).clip(lower=0)
    both_tell = receipt & outcome.isin(MATCHED)
    # Of a pair of which the other side says that nothing moved, no đồng is told by both.
    matched = both_tell & (agreed.gt(0) | ~differs)
    back = counting & lines["transaction_type"].isin(GIVEN_BACK)
    pending = sale & outcome.eq("pending_cut_off")
    measured = pd.DataFrame(
        {
            "business_date": lines["business_date"],
            "vendor_id": lines["vendor_id"],
            "payments": receipt,
            "gross_vnd": amount.where(receipt, 0),
            "refunds": back & ~credit & ~lines["transaction_type"].str.endswith("_reversal"),
            "refunds_vnd": (-_signed(amount, credit)).where(back, 0),
            "fees_vnd": _cost(lines, "fee", counting, credit),
            "tax_vnd": _cost(lines, "tax", counting, credit),
            "matched": matched,
            "matched_vnd": agreed.where(matched, 0),
            "pending": pending & ~authority,
            "pending_vnd": amount.where(pending & ~authority, 0),
            "unexplained_vnd": _unexplained(lines, sale=sale, authority=authority),
            "paid_out_vnd": 0,
        }
    )
    measured["unexplained"] = measured["unexplained_vnd"].ne(0)
    explained = measured["matched_vnd"] + (amount - agreed).where(both_tell, 0)
    waiting = amount.where(receipt & outcome.isin(MISSING | UNDECIDED | {"pending_cut_off"}), 0)
    off = measured["gross_vnd"] - explained - waiting
    if off.ne(0).any():
        worst = lines.loc[off.ne(0)].iloc[0]
        raise BooksDoNotBalance(
            f"{worst['book']} record {worst['record_id']}: outcome {worst['outcome']!r} leaves "
            f"{int(off[off.ne(0)].iloc[0])} đồng of gross neither matched nor open"
        )
    return measured.astype(dict.fromkeys(MEASURES, "int64"))


def _unexplained(lines: pd.DataFrame, *, sale: pd.Series, authority: pd.Series) -> pd.Series:
    """Return the đồng of each line that nobody can explain, each đồng on one line only."""
    amount, outcome = lines["amount_vnd"], lines["outcome"]
    # Its own status aside: a line that failed may be the other side of a payment that succeeded.
    is_sale = lines["transaction_type"].eq("payment") & lines["direction"].eq("credit")
    differs = is_sale & authority & outcome.eq("matched_with_difference")
    missing = sale & outcome.isin(MISSING)
    undecided = sale & outcome.isin(UNDECIDED)
    unexplained = lines["difference_vnd"].abs().where(differs, 0) + amount.where(missing, 0)
    unexplained += amount.where(undecided & authority, 0)
    unexplained.loc[undecided & ~authority] = _surplus(lines[undecided], authority[undecided])
    return unexplained


def _surplus(undecided: pd.DataFrame, authority: pd.Series) -> pd.Series:
    """Return what undecided rows of the other book hold beyond those of the book that counts."""
    keys = ["ledger", "vendor_id", "business_date", "outcome"]
    counted = undecided.assign(counted=undecided["amount_vnd"].where(authority, 0))
    counted["counted"] = counted.groupby(keys, dropna=False)["counted"].transform("sum")
    told = counted[~authority].sort_values(["amount_vnd", "record_id"])
    running = told.groupby(keys, dropna=False)["amount_vnd"].cumsum()
    beyond = (running - told["counted"]).clip(lower=0)
    return beyond.where(beyond <= told["amount_vnd"], told["amount_vnd"])


def _signed(amount: pd.Series, credit: pd.Series) -> pd.Series:
    return amount.where(credit, -amount)


def _cost(lines: pd.DataFrame, kind: str, counting: pd.Series, credit: pd.Series) -> pd.Series:
    """Return a cost told beside counting rows, plus counting rows that are such a cost."""
    beside = lines[f"{kind}_vnd"].fillna(0).astype("int64").where(counting, 0)
    itself = counting & lines["transaction_type"].eq(kind)
    return beside - _signed(lines["amount_vnd"], credit).where(itself, 0)


def _measure_payouts(payouts: pd.DataFrame) -> pd.DataFrame:
    measured = payouts[["business_date", "vendor_id"]].copy()
    for measure in MEASURES:
        measured[measure] = payouts["amount_vnd"] if measure == "paid_out_vnd" else 0
    return measured.astype(dict.fromkeys(MEASURES, "int64"))


def _with_net(days: pd.DataFrame) -> pd.DataFrame:
    net = days["gross_vnd"] - days["refunds_vnd"] - days["fees_vnd"] - days["tax_vnd"]
    return days.assign(net_vnd=net.astype("int64")).reset_index(drop=True)


def _prove_conservation(
    measured: pd.DataFrame, vendor_day: pd.DataFrame, unattributed: pd.DataFrame
) -> None:
    """Raise unless, for each day and measure, vendors and nobody together hold all rows."""
    rows = measured.groupby("business_date")[list(MEASURES)].sum()
    parts = pd.concat([vendor_day, unattributed]).groupby("business_date")[list(MEASURES)].sum()
    off = rows.sub(parts, fill_value=0).ne(0)
    if len(rows) != len(parts) or off.to_numpy().any():
        place: Any = off.stack().idxmax()
        day, measure = place
        raise BooksDoNotBalance(
            f"{day:%d/%m/%Y} {measure}: rows hold {rows.loc[day, measure]}, "
            f"vendors and unattributed {parts[measure].get(day, 0)}"
        )
