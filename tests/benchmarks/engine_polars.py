"""The competitor: the task in Polars, written by hand, with the same outcome rules."""

from pathlib import Path

import pandas as pd
import polars as pl

from tests.benchmarks.engine_tail import WINDOW_US, Tail, decide_tail

Counts = dict[str, dict[str, int]]
_SAME = ["provider", "account", "direction"]
_KEY = ["provider", "account", "id", "type"]
_REST = ["row", *_SAME, "amount", "t", "day"]


def reconcile_in_polars(folder: Path, out: Path, _: int) -> Counts:
    """Write outcomes of the task in ``folder``; return their counts by book and leg."""
    payments, statement = (
        _with_repeats(_read(folder / f"{name}.parquet")) for name in ("payments", "statement")
    )
    by_id = _join(payments, statement, "id")
    shared = set(payments["account"].gather(by_id["p"]).unique().to_list())
    left = payments.filter(~pl.col("row").is_in(by_id["p"].implode()))
    right = statement.filter(~pl.col("row").is_in(by_id["s"].implode()))
    by_reference = _join(left, right, "reference")
    claimed = pl.concat([by_id, by_reference])
    rest = [
        book.filter(
            (pl.col("outcome") == "open") & ~pl.col("row").is_in(by_reference[place].implode())
        )
        .select(*_REST, has_id=pl.col("id").is_not_null())
        .to_pandas()
        for book, place in ((left, "p"), (right, "s"))
    ]
    tail = decide_tail(rest[0], rest[1], shared, _same_clocks(payments, statement, claimed))
    return _write(payments, statement, claimed, tail, folder, out)


def _read(path: Path) -> pl.DataFrame:
    lazy = pl.scan_parquet(path).filter(pl.col("status") == "succeeded")
    fee = ["fee_vnd"] if "fee_vnd" in lazy.collect_schema().names() else []
    plain = ["record_id", *_SAME, "reference", *fee]
    return (
        lazy.select(
            plain,
            id="provider_transaction_id",
            amount="amount_vnd",
            type="transaction_type",
            t=pl.col("occurred_at").cast(pl.Int64),
            day="business_date",
        )
        .collect()
        .with_row_index("row")
        .cast({"row": pl.Int64})
    )


def _with_repeats(book: pl.DataFrame) -> pl.DataFrame:
    again = (
        book.select("row", "record_id", "t", "amount", *_KEY)
        .filter(pl.col("id").is_not_null())
        .filter(pl.struct(_KEY).is_duplicated())
        .sort("t", "record_id")
        .with_columns(
            torn=pl.col("amount").n_unique().over(_KEY) > 1,
            first=pl.int_range(pl.len()).over(_KEY) == 0,
        )
    )
    told = again.select(
        "row",
        outcome=pl.when("torn")
        .then(pl.lit("conflict"))
        .when(~pl.col("first"))
        .then(pl.lit("duplicate"))
        .otherwise(pl.lit("open")),
    )
    return book.join(told, on="row", how="left", maintain_order="left").with_columns(
        pl.col("outcome").fill_null("open")
    )


def _join(payments: pl.DataFrame, statement: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return pairs of rows of which the key stands once in each book."""
    sides = [
        book.lazy()
        .filter((pl.col("outcome") == "open") & pl.col(key).is_not_null())
        .select(*_SAME, key, "row", "amount")
        .unique([*_SAME, key], keep="none")
        for book in (payments, statement)
    ]
    return (
        sides[0]
        .join(sides[1], on=[*_SAME, key], suffix="_s")
        .select(p="row", s="row_s", difference=pl.col("amount_s") - pl.col("amount"))
        .collect()
    )


def _same_clocks(
    payments: pl.DataFrame, statement: pl.DataFrame, claimed: pl.DataFrame
) -> set[str]:
    votes = pl.DataFrame(
        {
            "account": payments["account"].gather(claimed["p"]),
            "apart": payments["t"].gather(claimed["p"]) - statement["t"].gather(claimed["s"]),
        }
    )
    near = pl.col("apart").abs() <= WINDOW_US
    total = votes.group_by("account").agg(pl.when(near).then(1).otherwise(-1).sum().alias("vote"))
    return set(total.filter(pl.col("vote") > 0)["account"].to_list())


def _write(
    payments: pl.DataFrame,
    statement: pl.DataFrame,
    claimed: pl.DataFrame,
    tail: Tail,
    folder: Path,
    out: Path,
) -> Counts:
    pairs = pl.concat(
        [claimed, pl.from_pandas(tail.pairs.assign(difference=0)).select("p", "s", "difference")]
    )
    tables = []
    for name, book, there, place, other, missing in (
        ("payments", payments, statement, "p", "s", "missing_in_statement"),
        ("statement", statement, payments, "s", "p", "missing_in_payments"),
    ):
        told = pairs.select(
            row=place,
            difference="difference",
            counterpart_id=there["record_id"].gather(pairs[other]),
        )
        tied, in_set = (_rows(index) for index in (tail.tied[place], tail.in_set[place]))
        tables.append(
            book.lazy()
            .join(told.lazy(), on="row", how="left")
            .select(
                book=pl.lit(name),
                record_id="record_id",
                leg=pl.lit("B"),
                outcome=pl.when(pl.col("outcome") != "open")
                .then("outcome")
                .when(pl.col("difference") == 0)
                .then(pl.lit("matched"))
                .when(pl.col("difference").is_not_null())
                .then(pl.lit("matched_with_difference"))
                .when(pl.col("row").is_in(in_set))
                .then(pl.lit("matched_in_class"))
                .when(pl.col("row").is_in(tied))
                .then(pl.lit("ambiguous"))
                .otherwise(pl.lit(missing)),
                counterpart_id="counterpart_id",
                difference_vnd=pl.col("difference").fill_null(0),
            )
            .collect()
        )
    tables += _payouts(statement, folder)
    whole = pl.concat(tables)
    out.mkdir(parents=True, exist_ok=True)
    whole.write_parquet(out / "outcomes.parquet")
    counts: Counts = {}
    for book_name, leg, outcome, count in (
        whole.group_by("book", "leg", "outcome").len().iter_rows()
    ):
        counts.setdefault(f"{book_name}.{leg}", {})[outcome] = count
    return counts


def _rows(index: pd.Index) -> list[int]:
    return [int(row) for row in index]


def _payouts(statement: pl.DataFrame, folder: Path) -> list[pl.DataFrame]:
    key = ["provider", "account", "day"]
    sign = pl.when(pl.col("direction") == "debit").then(-1).otherwise(1)
    due = (
        statement.lazy()
        .filter(pl.col("outcome") == "open")
        .group_by(key)
        .agg(net=(sign * pl.col("amount") - pl.col("fee_vnd").fill_null(0)).sum())
        .filter(pl.col("net") != 0)
    )
    off = pl.col("amount_vnd") - pl.col("net")
    paid = (
        pl.scan_parquet(folder / "payouts.parquet")
        .with_columns(day=pl.col("arrived_on") - pl.duration(days=1))
        .join(due, on=key)
        .select(
            *key,
            payout="record_id",
            off=off,
            made=pl.when(off == 0)
            .then(pl.lit("paid"))
            .when(off < 0)
            .then(pl.lit("short"))
            .otherwise(pl.lit("over")),
        )
    )
    lines = (
        statement.lazy()
        .join(due, on=key, how="left")
        .join(paid, on=key, how="left")
        .select(
            book=pl.lit("statement"),
            record_id="record_id",
            leg=pl.lit("C"),
            outcome=pl.when(pl.col("outcome") != "open")
            .then("outcome")
            .when(pl.col("made") == "paid")
            .then(pl.lit("matched"))
            .when(pl.col("made").is_not_null())
            .then(pl.lit("matched_with_difference"))
            .when(pl.col("net").is_null())
            .then(pl.lit("matched"))
            .otherwise(pl.lit("missing")),
            counterpart_id="payout",
            difference_vnd=pl.lit(0, pl.Int64),
        )
    )
    made = paid.select(
        book=pl.lit("payouts"),
        record_id="payout",
        leg=pl.lit("C"),
        outcome="made",
        counterpart_id=pl.lit(None, pl.String),
        difference_vnd="off",
    )
    return pl.collect_all([made, lines])
