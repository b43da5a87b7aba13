"""Each record with what was decided about it, whose it is, and which market's day it belongs to."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconciliation.close.roots import NOBODY
from reconciliation.errors import BooksDoNotBalance

OTHER_BOOK = {
    ("payments", "B"): "statement",
    ("statement", "B"): "payments",
    ("statement", "C"): "payouts",
    ("payouts", "C"): "statement",
}
"""Where the counterpart of an outcome is looked for first; a repeat names one of its own book."""

_SEPARATOR = "\x1f"
_ACROSS = {_SEPARATOR.join(place): other for place, other in OTHER_BOOK.items()}


def join_outcomes(
    records: pd.DataFrame, outcomes: pd.DataFrame, vendors: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per outcome: its columns, its record's, its counterpart's, and its scope.

    ``vendor_id`` is the record's own, else that of the record it stands against on leg B; ``scope``
    the market code of that vendor, ``*`` without one. ``counterpart_id`` and ``counterpart_vnd``
    are the counterpart's row id and amount, ``other_key`` and ``other_content`` what it is called
    and holds.

    Args:
        records: as ``frames.Window.records``.
        outcomes: as the engine returns them, ``record_id`` and ``counterpart_id`` being keys.
        vendors: ``vendor_id`` (unique), ``market_code``.

    Raises:
        BooksDoNotBalance: a record has no outcome, an outcome no record, a counterpart neither.
    """
    index = _names(records["book"], records["key"])
    if not index.is_unique:
        raise BooksDoNotBalance(f"record {index[index.duplicated()][0]!r} stands twice in its book")
    own = index.get_indexer(_names(outcomes["book"], outcomes["record_id"]))
    _prove_all_decided(index, own)
    other = _counterparts(index, outcomes)
    vendor_id = _vendor_of_each(records["vendor_id"], outcomes["leg"].eq("B"), own, other)
    market_of = vendors.set_index("vendor_id")["market_code"]
    beside = records.iloc[own].reset_index(drop=True)
    against = records.iloc[np.maximum(other, 0)].reset_index(drop=True)
    has_other = pd.Series(other >= 0)
    scope = vendor_id.map(market_of).astype("str")
    if (scope.isna() & vendor_id.notna()).any():
        raise BooksDoNotBalance("a record's vendor is in no market")
    return outcomes.reset_index(drop=True).assign(
        key=beside["key"],
        record_id=beside["record_id"],
        content_sha256=beside["content_sha256"],
        ledger=beside["ledger"],
        account=beside["account"],
        business_date=beside["business_date"],
        transaction_type=beside["transaction_type"],
        direction=beside["direction"],
        status=beside["status"],
        amount_vnd=beside["amount_vnd"],
        fee_vnd=beside["fee_vnd"],
        tax_vnd=beside["tax_vnd"],
        vendor_id=vendor_id,
        scope=scope.fillna(NOBODY),
        other_key=against["key"].where(has_other),
        other_content=against["content_sha256"].where(has_other),
        counterpart_id=against["record_id"].astype("Int64").where(has_other),
        counterpart_vnd=against["amount_vnd"].astype("Int64").where(has_other),
    )


def _counterparts(index: pd.Index, outcomes: pd.DataFrame) -> NDArray[np.intp]:
    """Return the place of each outcome's counterpart among the records, -1 for none."""
    named = outcomes["counterpart_id"].notna()
    across = (outcomes["book"] + _SEPARATOR + outcomes["leg"]).map(_ACROSS).astype("str")
    key = outcomes["counterpart_id"].where(named, "").astype("str")
    found = index.get_indexer(_names(across, key))
    same_book = index.get_indexer(_names(outcomes["book"], key))
    other = np.where(named, np.where(found >= 0, found, same_book), -1)
    lost = named.to_numpy() & (other < 0)
    if lost.any():
        raise BooksDoNotBalance(
            f"counterpart {outcomes['counterpart_id'][lost].iloc[0]!r} is in no book"
        )
    return other


def _names(book: pd.Series, key: pd.Series) -> pd.Index:
    return pd.Index(book + _SEPARATOR + key)


def _prove_all_decided(index: pd.Index, own: NDArray[np.intp]) -> None:
    if (own < 0).any():
        raise BooksDoNotBalance("an outcome names a record that is in no book")
    decided = np.zeros(len(index), bool)
    decided[own] = True
    if not decided.all():
        name = index[~decided][0].replace(_SEPARATOR, " ")
        raise BooksDoNotBalance(f"{name}: nothing was decided about this record")


def _vendor_of_each(
    told: pd.Series, on_leg_b: pd.Series, own: NDArray[np.intp], other: NDArray[np.intp]
) -> pd.Series:
    """Return each outcome's vendor; both legs of a record have the same."""
    vendor = told.reset_index(drop=True)
    takes = on_leg_b.to_numpy() & (other >= 0)
    lent = pd.Series(vendor.iloc[other[takes]].array, index=own[takes])
    lent = lent[~lent.index.duplicated()]
    return vendor.fillna(lent.reindex(vendor.index)).iloc[own].reset_index(drop=True)
