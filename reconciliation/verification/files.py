"""The tables of a run proved from the files alone: what was given, and what was said of it.

Shares no code with the engine. Each law is checked in the plainest way there is, on whole columns; a
finding is a sentence that names book and record. Source: reconciliation.md sections 5 and 6.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from reconciliation.verification.account_days import work_out_account_days
from reconciliation.verification.contracts import Contracts, add_worth
from reconciliation.verification.given import DAY, PLACE, read_given, text_of
from reconciliation.verification.one_book import prove_told_once
from reconciliation.verification.payout_readings import prove_readings
from reconciliation.verification.payouts import (
    COLUMNS,
    PAYS,
    prove_settled,
    work_out_missing,
    work_out_payouts,
)
from reconciliation.verification.returned import prove_returns
from reconciliation.verification.roll_forward import work_out_roll_forward
from reconciliation.verification.tables import compare_tables, lacking_columns
from reconciliation.verification.untold_days import prove_untold

LEGS = {
    "payments": ("A", "B"),
    "statement": ("B", "C"),
    "payouts": ("C",),
    "requests": ("A",),
}
_OTHER = {"payments": "statement", "statement": "payments"}
_OUTCOMES = (
    "book",
    "record_id",
    "leg",
    "outcome",
    "rule",
    "counterpart_id",
    "class_id",
    "difference_vnd",
    "reason",
    "alternatives",
)
_MOVED_OTHERWISE = ("status", "reversed")
"""Reasons of pairs of which one side moved no money: there is no difference of amounts to tell."""


def prove_files(
    books: Mapping[str, pd.DataFrame],
    outcomes: pd.DataFrame,
    vendor_day: pd.DataFrame,
    payouts: pd.DataFrame,
    roll_forward: pd.DataFrame,
    contracts: Contracts,
) -> list[str]:
    """Return what does not hold, one sentence each; empty = all proved.

    Proved: every record has one outcome on each of its legs, and none is of a record nobody gave;
    pairs name each other, are of one provider, account and direction, and differ as they say; sets hold
    as many payments as lines, all of one amount; nothing counts in both books; no line pays two payouts, and a payout pays its own
    account and comes to its lines less the fees of the contract. The other three tables are worked
    out from books and outcomes, and each row and value of them is the one that was told.

    Args:
        books: ``payments``, ``statement`` and, if they were given, ``payouts`` and ``requests``.
        contracts: by which fees payouts were made.
    """
    if lacking := list(lacking_columns("outcomes", outcomes, _OUTCOMES)):
        return lacking
    given = read_given(books)
    told = outcomes.assign(
        **{name: text_of(outcomes[name]) for name in ("record_id", "counterpart_id", "class_id")},
        **{name: outcomes[name].astype("str") for name in ("book", "leg", "outcome", "rule")},
    )
    findings = list(_conservation(given, told))
    if findings:
        # What follows joins outcomes to records: with some missing it would only say so again.
        return findings
    on_leg_b, on_leg_c = (told[told["leg"].eq(leg)] for leg in ("B", "C"))
    days = work_out_account_days(given, on_leg_b)
    return [
        *_pairs(given, on_leg_b),
        *_sets(given, on_leg_b),
        *prove_told_once(books, given, on_leg_b, contracts),
        *_payouts(given, on_leg_c),
        *compare_tables("vendor_day", vendor_day, days, DAY),
        *_what_is_paid(given, on_leg_c, payouts, roll_forward, contracts),
    ]


def _conservation(books: Mapping[str, pd.DataFrame], told: pd.DataFrame) -> Iterator[str]:
    for name, book in books.items():
        own = told[told["book"].eq(name)]
        for leg in LEGS[name]:
            on_leg = own.loc[own["leg"].eq(leg), "record_id"]
            if on_leg.empty and leg == "A" and "requests" not in books:
                continue
            for record in on_leg[on_leg.duplicated()].unique():
                yield f"{name} {record}: several outcomes on leg {leg}"
            for record in sorted(set(book["record_id"]) - set(on_leg)):
                yield f"{name} {record}: no outcome on leg {leg}"
            for record in sorted(set(on_leg) - set(book["record_id"])):
                yield f"{name} {record}: an outcome on leg {leg} of a record nobody gave"
    for name in sorted(set(told["book"]) - books.keys()):
        yield f"{name}: outcomes of a book nobody gave"


def _facts(books: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    columns = [*PLACE, "direction", "amount_vnd", "business_date"]
    return books[name].set_index("record_id")[columns]


def _pairs(books: Mapping[str, pd.DataFrame], on_leg: pd.DataFrame) -> Iterator[str]:
    paired = on_leg[on_leg["outcome"].isin(PAYS)]
    for name, other in _OTHER.items():
        own = paired[paired["book"].eq(name)].set_index("record_id")["counterpart_id"]
        back = paired[paired["book"].eq(other)].set_index("record_id")["counterpart_id"]
        for record in own[own.map(back).ne(own.index.to_series())].index:
            yield f"{name} {record}: its counterpart does not name it"
    mine = paired[paired["book"].eq("payments")]
    mine = mine[mine["counterpart_id"].isin(books["statement"]["record_id"])]
    here = _facts(books, "payments").loc[mine["record_id"]].reset_index()
    there = _facts(books, "statement").loc[mine["counterpart_id"]].reset_index()
    mine = mine.reset_index(drop=True)
    for fact in ("provider", "account", "direction"):
        both = here[fact].ne("") & there[fact].ne("")
        for record in mine.loc[both & here[fact].ne(there[fact]), "record_id"]:
            yield f"payments {record}: paired across another {fact}"
    differs = there["amount_vnd"] - here["amount_vnd"] != mine["difference_vnd"]
    differs &= ~mine["reason"].isin(_MOVED_OTHERWISE)
    for record in mine.loc[differs, "record_id"]:
        yield f"payments {record}: the difference told is not line minus payment"
    plain = mine["outcome"].eq("matched") & mine["difference_vnd"].ne(0)
    for record in mine.loc[plain, "record_id"]:
        yield f"payments {record}: matched, and a difference told"


def _sets(books: Mapping[str, pd.DataFrame], on_leg: pd.DataFrame) -> Iterator[str]:
    held = on_leg[on_leg["outcome"].eq("matched_in_class")]
    if held.empty:
        return
    facts = pd.concat([_facts(books, name).assign(book=name) for name in _OTHER]).reset_index()
    members = held[["book", "record_id", "class_id"]].merge(facts, on=["book", "record_id"])
    counts = members.groupby(["class_id", "book"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(_OTHER), fill_value=0)
    for name in counts.index[counts["payments"].ne(counts["statement"])]:
        yield f"set {name}: not as many payments as lines"
    alike = [*PLACE, "direction", "amount_vnd", "business_date"]
    several = members.groupby("class_id")[alike].nunique().gt(1).any(axis=1)
    for name in several.index[several]:
        yield f"set {name}: its members are not interchangeable"


def _payouts(books: Mapping[str, pd.DataFrame], on_leg: pd.DataFrame) -> Iterator[str]:
    if "payouts" not in books:
        return
    # A repeat names the line it repeats; only what is matched names a payout.
    lines = on_leg[on_leg["book"].eq("statement") & on_leg["outcome"].isin(PAYS)]
    lines = lines[lines["counterpart_id"].ne("")]
    paid = books["payouts"].set_index("record_id")[PLACE]
    for record in lines.loc[~lines["counterpart_id"].isin(paid.index), "record_id"]:
        yield f"statement {record}: paid by a payout nobody gave"
    lines = lines[lines["counterpart_id"].isin(paid.index)]
    own = books["statement"].set_index("record_id")[PLACE].loc[lines["record_id"]]
    by = paid.loc[lines["counterpart_id"]]
    astray = (own.to_numpy() != by.to_numpy()).any(axis=1)
    for record in lines["record_id"].to_numpy()[astray]:
        yield f"statement {record}: paid into another account"


def _what_is_paid(
    books: Mapping[str, pd.DataFrame],
    on_leg: pd.DataFrame,
    payouts: pd.DataFrame,
    roll_forward: pd.DataFrame,
    contracts: Contracts,
) -> Iterator[str]:
    """Say where payouts, and what is owed before and after them, are not what the lines come to."""
    if lacking := list(lacking_columns("payouts", payouts, ["record_id", "readings"])):
        yield from lacking
        return
    names_payout = text_of(payouts["record_id"]).ne("")
    if "payouts" not in books:
        for name, table in (("payouts", payouts), ("roll_forward", roll_forward)):
            if len(table):
                yield f"{name}: holds {len(table)} rows, and no payouts were given"
        return
    decided = on_leg[on_leg["book"].eq("statement")].set_index("record_id")
    decided = decided[["outcome", "reason", "counterpart_id"]].loc[books["statement"]["record_id"]]
    lines = add_worth(books["statement"], contracts)
    lines = pd.concat([lines, decided.set_axis(lines.index)], axis=1)
    found = work_out_payouts(books["payouts"], lines, on_leg, contracts)
    yield from prove_settled(found)
    yield from prove_returns(lines, found)
    yield from prove_untold(lines, found, contracts)
    yield from compare_tables("payouts", payouts[names_payout], found[COLUMNS], ["record_id"])
    yield from prove_readings(payouts, found, lines, contracts)
    yield from compare_tables(
        "payouts missing",
        payouts[~names_payout],
        work_out_missing(lines, contracts),
        [*PLACE, "first_on"],
    )
    rolled = work_out_roll_forward(lines, found)
    yield from compare_tables("roll_forward", roll_forward, rolled, DAY)
