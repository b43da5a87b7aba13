"""The competitor: the task in idiomatic pandas, categoricals and merges, with the same outcomes."""

from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.engine_tail import WINDOW_US, Tail, decide_tail

Counts = dict[str, dict[str, int]]
_DATES = {"date_as_object": False}
_SAME = ["provider", "account", "direction"]
_COLUMNS = {
    "provider_transaction_id": "id",
    "amount_vnd": "amount",
    "transaction_type": "type",
    "occurred_at": "told_at",
    "business_date": "day",
    "fee_vnd": "fee",
}


def reconcile_in_pandas(folder: Path, out: Path, _: int) -> Counts:
    """Write outcomes of the task in ``folder``; return their counts by book and leg."""
    books = {name: _read(folder / f"{name}.parquet") for name in ("payments", "statement")}
    for column in ("account", "provider"):
        kinds = pd.api.types.union_categoricals(
            [book[column] for book in books.values()]
        ).categories
        for book in books.values():
            book[column] = book[column].cat.set_categories(kinds)
    for book in books.values():
        book["outcome"] = _repeats(book)
    claimed = _join(books, "id", taken=None)
    shared = set(books["payments"].loc[claimed["p"], "account"].unique())
    claimed = pd.concat([claimed, _join(books, "reference", taken=claimed)], ignore_index=True)
    tail = decide_tail(*_rest(books, claimed), shared, same_clocks(books, claimed))
    return write_outcomes(books, claimed, tail, folder, out)


def _read(path: Path) -> pd.DataFrame:
    book = pd.read_parquet(path, to_pandas_kwargs=_DATES).rename(columns=_COLUMNS)
    book = book[book["status"] == "succeeded"].reset_index(drop=True)
    kinds = dict.fromkeys(("provider", "account", "direction", "type"), "category")
    return book.astype(kinds).assign(t=book["told_at"].astype("int64"), row=np.arange(len(book)))


def _repeats(book: pd.DataFrame) -> pd.Series:
    key = ["provider", "account", "id", "type"]
    told = book[book["id"].notna()]
    again = told[told.duplicated(key, keep=False)].sort_values(["told_at", "record_id"])
    moneys = again.groupby(key, observed=True)["amount"].transform("nunique")
    outcome = pd.Series("open", index=book.index, dtype="object")
    outcome.loc[again.index[again.duplicated(key)]] = "duplicate"
    outcome.loc[again.index[moneys > 1]] = "conflict"
    return outcome


def _join(books: dict[str, pd.DataFrame], key: str, taken: pd.DataFrame | None) -> pd.DataFrame:
    """Return pairs of rows of which the key stands once in each book."""
    sides = []
    for name, place in (("payments", "p"), ("statement", "s")):
        book = books[name]
        book = book[(book["outcome"] == "open") & book[key].notna()]
        if taken is not None:
            book = book[~book["row"].isin(taken[place])]
        sides.append(
            book[[*_SAME, key, "row", "amount"]].drop_duplicates([*_SAME, key], keep=False)
        )
    pairs = sides[0].merge(sides[1], on=[*_SAME, key], suffixes=("_p", "_s"))
    return pd.DataFrame(
        {
            "p": pairs["row_p"],
            "s": pairs["row_s"],
            "difference": pairs["amount_s"] - pairs["amount_p"],
        }
    )


def same_clocks(books: dict[str, pd.DataFrame], claimed: pd.DataFrame) -> set[str]:
    """Return the accounts in which most claimed pairs lie within the window."""
    t_p = books["payments"]["t"].to_numpy()[claimed["p"]]
    t_s = books["statement"]["t"].to_numpy()[claimed["s"]]
    vote = pd.Series(np.where(np.abs(t_p - t_s) <= WINDOW_US, 1, -1))
    account = books["payments"]["account"].take(claimed["p"].to_numpy()).reset_index(drop=True)
    total = vote.groupby(account, observed=True).sum()
    return set(total.index[total > 0])


def _rest(books: dict[str, pd.DataFrame], claimed: pd.DataFrame) -> list[pd.DataFrame]:
    found = []
    for name, place in (("payments", "p"), ("statement", "s")):
        book = books[name]
        book = book[(book["outcome"] == "open") & ~book["row"].isin(claimed[place])]
        columns = book[["row", *_SAME, "amount", "t", "day"]]
        found.append(columns.assign(has_id=book["id"].notna()))
    return found


def write_outcomes(
    books: dict[str, pd.DataFrame], claimed: pd.DataFrame, tail: Tail, folder: Path, out: Path
) -> Counts:
    """Write the outcomes of all legs; return their counts."""
    tables = []
    pairs = pd.concat([claimed, tail.pairs.assign(difference=0)], ignore_index=True)
    for name, place, other, missing in (
        ("payments", "p", "s", "missing_in_statement"),
        ("statement", "s", "p", "missing_in_payments"),
    ):
        book = books[name]
        there = books["statement" if name == "payments" else "payments"]
        outcome = book["outcome"].to_numpy().copy()
        still = outcome == "open"
        outcome[still] = missing
        outcome[tail.tied[place]] = "ambiguous"
        outcome[tail.in_set[place]] = "matched_in_class"
        rows = pairs[place].to_numpy()
        differs = pairs["difference"].to_numpy() != 0
        outcome[rows] = np.where(differs, "matched_with_difference", "matched")
        counterpart = pd.Series(pd.NA, index=book.index, dtype="str")
        counterpart.iloc[rows] = there["record_id"].take(pairs[other].to_numpy()).to_numpy()
        difference = np.zeros(len(book), np.int64)
        difference[rows] = pairs["difference"]
        tables.append(
            pd.DataFrame(
                {
                    "book": name,
                    "record_id": book["record_id"],
                    "leg": "B",
                    "outcome": outcome,
                    "counterpart_id": counterpart,
                    "difference_vnd": difference,
                }
            )
        )
    tables += _payouts(books["statement"], folder)
    whole = pd.concat(tables, ignore_index=True).astype({"book": "category", "leg": "category"})
    out.mkdir(parents=True, exist_ok=True)
    whole.to_parquet(out / "outcomes.parquet")
    counts: Counts = {}
    for (book, leg, outcome), count in (
        whole.groupby(["book", "leg", "outcome"], observed=True).size().items()
    ):
        counts.setdefault(f"{book}.{leg}", {})[outcome] = int(count)
    return counts


def _payouts(statement: pd.DataFrame, folder: Path) -> list[pd.DataFrame]:
    key = ["provider", "account", "day"]
    lines = statement[[*key, "record_id", "outcome"]]
    signed = np.where(statement["direction"] == "debit", -1, 1) * statement["amount"]
    net = signed - statement["fee"].fillna(0).astype("int64")
    is_open = statement["outcome"] == "open"
    due = (
        statement.loc[is_open, key]
        .assign(net=net[is_open])
        .groupby(key, observed=True)["net"]
        .sum()
        .reset_index()
    )
    due = due[due["net"] != 0]
    payouts = pd.read_parquet(folder / "payouts.parquet", to_pandas_kwargs=_DATES)
    payouts = payouts.assign(day=payouts["arrived_on"] - pd.Timedelta(days=1)).astype(
        {
            "provider": due["provider"].dtype,
            "account": due["account"].dtype,
            "day": due["day"].dtype,
        }
    )
    paid = payouts.merge(due, on=key)
    off = paid["amount_vnd"].astype("int64") - paid["net"]
    paid["made"] = np.select([off == 0, off < 0], ["paid", "short"], "over")
    told = lines.merge(due, on=key, how="left").merge(
        paid[[*key, "made", "record_id"]].rename(columns={"record_id": "payout"}),
        on=key,
        how="left",
    )
    outcome = np.select(
        [
            told["outcome"] != "open",
            told["made"] == "paid",
            told["made"].notna(),
            told["net"].isna(),
        ],
        [told["outcome"], "matched", "matched_with_difference", "matched"],
        "missing",
    )
    columns = {"counterpart_id": told["payout"], "difference_vnd": 0}
    return [
        pd.DataFrame(
            {
                "book": "payouts",
                "record_id": paid["record_id"],
                "leg": "C",
                "outcome": paid["made"],
                "counterpart_id": pd.NA,
                "difference_vnd": off,
            }
        ),
        pd.DataFrame(
            {
                "book": "statement",
                "record_id": told["record_id"],
                "leg": "C",
                "outcome": outcome,
                **columns,
            }
        ),
    ]
