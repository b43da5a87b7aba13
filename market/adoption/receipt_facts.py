"""Receipts, one row each, as the facts measures are made of: vendors' days and tickets."""

import numpy as np
import pandas as pd

from market.adoption.definitions import TICKET_BAND_EDGES_VND
from market.adoption.exact_sums import exact_sum
from market.adoption.fact_columns import BAND_COLUMNS

_DAY_OF_VENDOR = ["vendor_id", "market_id", "day_on"]
_AMOUNT_OF_DAY = ["market_id", "day_on", "amount_vnd"]


def by_vendor_day(receipts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the receipts by vendor and day, and by market, day and amount.

    Columns are those of ``facts.VENDOR_DAY_COLUMNS`` and ``facts.TICKET_COLUMNS`` without the
    version of the close.

    Args:
        receipts: as ``frames.RECEIPT_COLUMNS``.

    Raises:
        OverflowError: a vendor's day holds more đồng than 64 bits.
    """
    told = receipts.rename(columns={"business_date": "day_on"})
    amounts = told["amount_vnd"].to_numpy("int64")
    bands = np.searchsorted(TICKET_BAND_EDGES_VND, amounts, side="left")
    told = told.assign(
        receipts=np.int64(1),
        **{name: (bands == number).astype("int64") for number, name in enumerate(BAND_COLUMNS)},
    )
    grouped = told.groupby(_DAY_OF_VENDOR)
    days = grouped[["receipts", *BAND_COLUMNS]].sum()
    days.insert(1, "value_vnd", grouped["amount_vnd"].sum())
    if exact_sum(days["value_vnd"]) != exact_sum(told["amount_vnd"]):
        raise OverflowError("a vendor's day holds more đồng than 64 bits")
    tickets = told.groupby(_AMOUNT_OF_DAY)["receipts"].sum()
    return days.reset_index(), tickets.reset_index()
