"""What is left of the task once ids and references are joined, in idiomatic pandas.

About two records in a hundred: account, amount and time mutually unique, then interchangeable sets.
The pandas, Polars and row-by-row competitors share it, so that they differ in the part that costs.
"""

from dataclasses import dataclass

import pandas as pd

WINDOW_US = 600_000_000
_BLOCK = ["provider", "account", "direction", "amount"]
_CELL = [*_BLOCK, "day"]


@dataclass(frozen=True, slots=True)
class Tail:
    """Pairs (``p``, ``s``) by window, rows of sets, and rows that fit something and stay open."""

    pairs: pd.DataFrame
    in_set: dict[str, pd.Index]
    tied: dict[str, pd.Index]


def decide_tail(
    payments: pd.DataFrame, statement: pd.DataFrame, shared: set[str], clocks: set[str]
) -> Tail:
    """Return what becomes of open records.

    Args:
        payments: ``row, provider, account, direction, amount, t, day, has_id``.
        statement: likewise.
        shared: accounts in which the two books share ids.
        clocks: accounts in which the two books keep the same time.
    """
    fits = payments.merge(statement, on=_BLOCK, suffixes=("_p", "_s"))
    fits = fits.assign(near=(fits["t_p"] - fits["t_s"]).abs() <= WINDOW_US)
    told = fits["has_id_p"] & fits["has_id_s"] & fits["account"].isin(shared)
    same_day = (fits["day_p"] == fits["day_s"]) & ~fits["account"].isin(clocks)
    fits = fits[~told & (fits["near"] | same_day)]
    near = fits[fits["near"]]
    single = ~near["row_p"].duplicated(keep=False) & ~near["row_s"].duplicated(keep=False)
    pairs = near.loc[single, ["row_p", "row_s"]].rename(columns={"row_p": "p", "row_s": "s"})
    rest = fits[~fits["row_p"].isin(pairs["p"]) & ~fits["row_s"].isin(pairs["s"])]
    tied = {"p": pd.Index(rest["row_p"].unique()), "s": pd.Index(rest["row_s"].unique())}
    members = pd.concat(
        [
            payments[payments["row"].isin(tied["p"])].assign(side="p"),
            statement[statement["row"].isin(tied["s"])].assign(side="s"),
        ]
    )
    members["clock"] = members["account"].isin(clocks)
    chosen = _sets(members)
    in_set = {side: pd.Index(chosen.loc[chosen["side"] == side, "row"]) for side in "ps"}
    return Tail(pairs, in_set, tied)


def _sets(members: pd.DataFrame) -> pd.DataFrame:
    """Return the members of stretches that hold as many payments as lines, in step."""
    members = members.sort_values([*_CELL, "t", "side", "row"], ignore_index=True)
    cell = members.groupby(_CELL, observed=True, sort=False).ngroup()
    split = members["clock"].copy()
    for one, other in ("ps", "sp"):
        before = members["t"].where(members["side"] == one).groupby(cell).ffill()
        after = members["t"].where(members["side"] == other).groupby(cell).bfill()
        split &= ~(after - before.groupby(cell).shift() <= WINDOW_US)
    members["stretch"] = split.astype("int64").groupby(cell).cumsum()
    key = [cell, members["stretch"]]
    members["place"] = members.groupby([*key, members["side"]]).cumcount()
    members["stretch"] = members.groupby(key).ngroup()
    count = members.groupby(["stretch", "side"]).size().unstack(fill_value=0)
    count = count.reindex(columns=["p", "s"], fill_value=0)
    whole = count.index[count["p"] == count["s"]]
    side = {name: members[members["side"] == name] for name in "ps"}
    steps = side["p"].merge(side["s"], on=["stretch", "place"], suffixes=("_p", "_s"))
    apart = (steps["t_p"] - steps["t_s"]).abs() > WINDOW_US
    broken = steps.loc[steps["clock_p"] & apart, "stretch"]
    return members[members["stretch"].isin(whole) & ~members["stretch"].isin(broken)]
