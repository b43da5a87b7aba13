"""Of a provider that owes one book no movement is told apart twice: each đồng counts once.

What such a provider's books tell alone counts in either of them, so two records under one id would
count the same money twice. Shares no code with the engine.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from reconciliation.verification.contracts import Contracts
from reconciliation.verification.given import PLACE, text_of

_SIDES = {"payments": 0, "statement": 1}
_OWN = ("fee", "tax", "payout", "payout_reversal", "reserve", "adjustment")
"""Types under which a provider books something of its own beside a payment of the same id."""
_KEY = [*PLACE, "direction", "own", "id"]


def prove_told_once(
    books: Mapping[str, pd.DataFrame],
    given: Mapping[str, pd.DataFrame],
    on_leg_b: pd.DataFrame,
    contracts: Contracts,
) -> Iterator[str]:
    """Say which payment and line are told apart though they have one id.

    Args:
        books: as they were given, with the fields that hold ids.
        given: the same as ``read_given`` returns them.
    """
    alone = on_leg_b[on_leg_b["outcome"].eq("not_applicable") & on_leg_b["reason"].eq("one_book")]
    told = [_told_apart(books[name], given[name], alone, name, contracts) for name in _SIDES]
    both = told[0].merge(told[1], on=_KEY, suffixes=("", "_line"))
    for payment, line in zip(both["record_id"], both["record_id_line"], strict=True):
        yield f"payments {payment}: counted beside statement {line}, which has the same id"


def _told_apart(
    book: pd.DataFrame,
    given: pd.DataFrame,
    alone: pd.DataFrame,
    name: str,
    contracts: Contracts,
) -> pd.DataFrame:
    """Return the records of a book that count alone, with what would make two of them one."""
    ids = alone.loc[alone["book"].eq(name), "record_id"]
    rows = given[given["record_id"].isin(ids)]
    days = rows[["provider", "business_date"]]
    place, told = pd.factorize(pd.MultiIndex.from_frame(days))
    fields = [contracts.id_fields(provider, on)[_SIDES[name]] for provider, on in told]
    field = pd.Series([fields[at] for at in place], rows.index, dtype="str")
    found = pd.Series("", rows.index, dtype="str")
    for each in set(fields) & set(book.columns):
        own = field.index[field.eq(each)]
        found.loc[own] = text_of(book.loc[own, each])
    kind = rows["transaction_type"]
    rows = rows.assign(own=kind.where(kind.isin(_OWN), ""), id=found)
    return rows.loc[rows["id"].ne("") & rows["account"].ne(""), ["record_id", *_KEY]]
