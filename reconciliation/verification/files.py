"""The tables of a run proved from the files alone: what was given, and what was said of it.

Shares no code with the engine. Each law is checked in the plainest way there is, on whole columns; a
finding is a sentence that names book and record. Source: reconciliation.md sections 5 and 6.
"""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from reconciliation.verification.payouts import Contracts, prove_payouts

LEGS = {
    "payments": ("A", "B"),
    "statement": ("B", "C"),
    "payouts": ("C",),
    "requests": ("A",),
}
_PAIRED = ("matched", "matched_with_difference")
_OTHER = {"payments": "statement", "statement": "payments"}
_ROLL = {
    "opening_vnd": 1,
    "gross_vnd": 1,
    "refunds_vnd": -1,
    "chargebacks_vnd": -1,
    "fees_vnd": -1,
    "tax_vnd": -1,
    "adjustments_vnd": 1,
    "payouts_vnd": -1,
}
_PLACE = ["provider", "account"]
_MOVED_OTHERWISE = ("status", "reversed")
"""Reasons of pairs of which one side moved no money: there is no difference of amounts to tell."""


def prove_files(
    books: Mapping[str, pd.DataFrame],
    outcomes: pd.DataFrame,
    vendor_day: pd.DataFrame,
    payouts: pd.DataFrame,
    roll_forward: pd.DataFrame,
    contracts: Contracts | None = None,
) -> list[str]:
    """Return what does not hold, one sentence each; empty = all proved.

    Proved: every record has one outcome on each of its legs, and none is of a record nobody gave;
    pairs name each other, are of one provider, account and direction, and differ as they say; sets hold
    as many payments as lines, all of one amount; no line pays two payouts, and a payout pays its own
    account and comes to its lines less the fees of the contract; net = gross - refunds - fees; what is
    owed at the end of a day is what was owed before and what moved, and the next day begins with it.

    Args:
        books: ``payments``, ``statement`` and, if they were given, ``payouts`` and ``requests``.
        contracts: by which fees payouts were made; ``None`` = what lines come to is not proved.
    """
    named = {
        name: book.assign(record_id=book["record_id"].astype("str")) for name, book in books.items()
    }
    told = outcomes.assign(
        record_id=outcomes["record_id"].astype("str"),
        counterpart_id=outcomes["counterpart_id"]
        .astype("str")
        .where(outcomes["counterpart_id"].notna()),
    )
    findings = list(_conservation(named, told))
    if findings:
        # What follows joins outcomes to records: with some missing it would only say so again.
        return findings
    on_leg_b, on_leg_c = (told[told["leg"].eq(leg)] for leg in ("B", "C"))
    sums: Iterable[str] = ()
    if contracts is not None and "payouts" in named:
        sums = prove_payouts(named["statement"], on_leg_c, payouts, contracts)
    return [
        *_pairs(named, on_leg_b),
        *_sets(named, on_leg_b),
        *_payouts(named, on_leg_c, payouts),
        *sums,
        *_nets(vendor_day),
        *_rolls(roll_forward),
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
    columns = ["provider", "account", "direction", "amount_vnd", "business_date"]
    return books[name].set_index("record_id")[columns]


def _pairs(books: Mapping[str, pd.DataFrame], on_leg: pd.DataFrame) -> Iterator[str]:
    paired = on_leg[on_leg["outcome"].isin(_PAIRED)]
    for name, other in _OTHER.items():
        own = paired[paired["book"].eq(name)].set_index("record_id")["counterpart_id"]
        back = paired[paired["book"].eq(other)].set_index("record_id")["counterpart_id"]
        for record in own[own.map(back).ne(own.index.to_series())].index:
            yield f"{name} {record}: its counterpart does not name it"
    mine = paired[paired["book"].eq("payments") & paired["counterpart_id"].notna()]
    mine = mine[mine["counterpart_id"].isin(books["statement"]["record_id"])]
    here = _facts(books, "payments").loc[mine["record_id"]].reset_index()
    there = _facts(books, "statement").loc[mine["counterpart_id"]].reset_index()
    mine = mine.reset_index(drop=True)
    for fact in ("provider", "account", "direction"):
        both = here[fact].notna() & there[fact].notna()
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
    alike = [*_PLACE, "direction", "amount_vnd", "business_date"]
    several = members.groupby("class_id")[alike].nunique().gt(1).any(axis=1)
    for name in several.index[several]:
        yield f"set {name}: its members are not interchangeable"


def _payouts(
    books: Mapping[str, pd.DataFrame], on_leg: pd.DataFrame, payouts: pd.DataFrame
) -> Iterator[str]:
    if "payouts" not in books:
        return
    # A repeat names the line it repeats; only what is matched names a payout.
    lines = on_leg[on_leg["book"].eq("statement") & on_leg["outcome"].isin(_PAIRED)]
    lines = lines[lines["counterpart_id"].notna()]
    paid = books["payouts"].set_index("record_id")[_PLACE]
    for record in lines.loc[~lines["counterpart_id"].isin(paid.index), "record_id"]:
        yield f"statement {record}: paid by a payout nobody gave"
    lines = lines[lines["counterpart_id"].isin(paid.index)]
    own = books["statement"].set_index("record_id")[_PLACE].loc[lines["record_id"]]
    by = paid.loc[lines["counterpart_id"]]
    astray = (own.to_numpy() != by.to_numpy()).any(axis=1)
    for record in lines["record_id"].to_numpy()[astray]:
        yield f"statement {record}: paid into another account"
    listed = payouts[payouts["record_id"].notna()]
    amounts = books["payouts"].set_index("record_id")["amount_vnd"]
    for row in listed.itertuples(index=False):
        name = str(row.record_id)
        if name not in amounts.index or amounts[name] != row.amount_vnd:
            yield f"payouts {name}: not the amount that was given"
        elif row.outcome == "paid" and row.difference_vnd:
            yield f"payouts {name}: paid, and a difference told"


def _nets(vendor_day: pd.DataFrame) -> Iterator[str]:
    net = vendor_day["gross_vnd"] - vendor_day["refunds_vnd"] - vendor_day["fees_vnd"]
    yield from _told(
        vendor_day, net.ne(vendor_day["net_vnd"]), "net is not gross less refunds and fees"
    )


def _rolls(rolled: pd.DataFrame) -> Iterator[str]:
    if rolled.empty:
        return
    rolled = rolled.sort_values([*_PLACE, "business_date"]).reset_index(drop=True)
    closing = rolled[list(_ROLL)].mul(pd.Series(_ROLL)).sum(axis=1)
    before = rolled.groupby(_PLACE, dropna=False)["closing_vnd"].shift(fill_value=0)
    yield from _told(
        rolled, closing.ne(rolled["closing_vnd"]), "closing is not opening and what moved"
    )
    yield from _told(
        rolled, before.ne(rolled["opening_vnd"]), "opening is not the closing before it"
    )


def _told(table: pd.DataFrame, wrong: "pd.Series[bool]", what: str) -> Iterator[str]:
    """Yield what is wrong of which account-days."""
    days = table.loc[wrong, [*_PLACE, "business_date"]]
    for name in days.itertuples(index=False, name=None):
        yield f"{' '.join(map(str, name))}: {what}"
