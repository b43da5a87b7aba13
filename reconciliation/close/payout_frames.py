"""Payouts as the engine takes them: what providers say they paid, and wallets' money at the bank."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import market_day
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.close.roots import payout_content, payout_key
from reconciliation.close.stores import settling_account, told_store
from reconciliation.engine.outcomes import Leg, Outcome, Reason, Rule
from reconciliation.ledger.forgotten_names import forgotten_name
from reconciliation.references import payout_origin
from reconciliation.tables import (
    Delivery,
    DeliveryState,
    ProviderTransaction,
    SettlementStatement,
)

CURRENCY = "VND"
PAYING_LEDGERS = ("momo", "stripe")
"""Ledgers that hold a vendor's money and pay it out to a bank account."""
ACCOUNT_LOOK_BACK = timedelta(days=60)
"""How far back sales are read to learn whose account a payout belongs to."""
NOT_ARRIVED = ("pending", "in_transit")
PAYOUT_COLUMNS = {
    "record_id": "int64",
    "key": "str",
    "content_sha256": "str",
    "ledger": "str",
    "account": "str",
    "payout_reference": "str",
    "status": "str",
    "amount_vnd": "int64",
    "currency": "str",
    "business_date": "datetime64[s]",
    "vendor_id": "Int64",
}


def read_payouts(
    session: Session,
    statement: pd.DataFrame,
    first: date,
    last: date,
    *,
    frozen: Collection[tuple[str, int]] = (),
) -> pd.DataFrame:
    """Return the payouts that arrive from ``first`` to ``last``: ``PAYOUT_COLUMNS``.

    ``statement`` holds the lines of those days as ``frames`` reads them; among them are the bank
    credits by which wallets pay out. A forgotten payout is read only when it is one of the
    ``frozen`` (book, record id): its memo, or its account, says nothing any more.
    """
    accounts = _paying_accounts(session, first - ACCOUNT_LOOK_BACK, last)
    kept = {record_id for book, record_id in frozen if book == "payouts"}
    told = [
        _payout_objects(session, accounts, first, last, kept={-each for each in kept if each < 0}),
        _wallet_payouts(statement, accounts, kept=kept),
    ]
    return pd.concat(told, ignore_index=True)


def told_columns(rows: Sequence[Any], names: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Return the rows of a SELECT as columns by name."""
    return dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))


def _paying_accounts(session: Session, first: date, last: date) -> pd.DataFrame:
    """Return ``ledger, account, name, vendor_id`` of accounts that ledgers pay out.

    ``account`` is as rows name it, missing in forgotten ones; ``name`` is the same in both.
    """
    row = table_of(ProviderTransaction)
    table = row.c
    wanted = (
        sa.select(
            table.provider,
            table.account_alias,
            told_store(row),
            table.vendor_id,
            table.forgotten_at.is_not(None),
        )
        .where(
            table.provider.in_(PAYING_LEDGERS),
            table.vendor_id.is_not(None),
            table.business_date.between(first, last),
        )
        .distinct()
    )
    rows: Sequence[Any] = rows_of(session, wanted)
    found = sorted(
        (
            provider,
            "" if is_forgotten else settling_account(provider, account, store),
            forgotten_name(account),
            vendor_id,
        )
        for provider, account, store, vendor_id, is_forgotten in rows
    )
    return pd.DataFrame(found, columns=["ledger", "account", "name", "vendor_id"]).astype(
        {"ledger": "str", "account": "str", "name": "str", "vendor_id": "Int64"}
    )


def _payout_objects(
    session: Session, accounts: pd.DataFrame, first: date, last: date, *, kept: set[int]
) -> pd.DataFrame:
    """Return what providers say of their payouts, the newest word on each, by day of arrival."""
    statement, delivery = table_of(SettlementStatement).c, table_of(Delivery).c
    voided = sa.select(delivery.id).where(delivery.state == DeliveryState.VOIDED)
    newest = (
        sa.select(sa.func.max(statement.id))
        .where(
            statement.statement_kind == "payout",
            statement.payout_status.is_not(None),
            statement.delivery_id.not_in(voided),
        )
        .group_by(statement.provider, statement.account_alias, statement.settlement_id)
    )
    names = ("id", "provider", "account", "settlement_id", "amount_vnd", "currency", "status")
    rows = rows_of(
        session,
        sa.select(
            statement.id,
            statement.provider,
            statement.account_alias,
            statement.settlement_id,
            statement.net_amount,
            statement.currency,
            statement.payout_status,
            statement.expected_arrival_on,
            delivery.received_at,
        )
        .join_from(table_of(SettlementStatement), table_of(Delivery))
        .where(
            statement.id.in_(newest),
            statement.net_amount.is_not(None),
            sa.or_(delivery.forgotten_at.is_(None), one_of(session, statement.id, kept)),
        ),
    )
    told = told_columns(rows, (*names, "expected_arrival_on", "received_at"))
    arrival = told["expected_arrival_on"]
    payouts = pd.DataFrame(
        {
            "record_id": [-row_id for row_id in told["id"]],
            "key": map(payout_key, told["provider"], told["account"], told["settlement_id"]),
            "content_sha256": map(
                payout_content, told["currency"], told["amount_vnd"], told["status"], arrival
            ),
            "ledger": told["provider"],
            "account": told["account"],
            "payout_reference": told["settlement_id"],
            "status": told["status"],
            "amount_vnd": told["amount_vnd"],
            "currency": told["currency"],
            "business_date": [
                day or market_day(received_at)
                for day, received_at in zip(arrival, told["received_at"], strict=True)
            ],
            "vendor_id": None,
        }
    ).astype(PAYOUT_COLUMNS)
    payouts = payouts[payouts["business_date"].between(pd.Timestamp(first), pd.Timestamp(last))]
    by_name = ["ledger", "name"]
    told_owners = accounts[[*by_name, "vendor_id"]].drop_duplicates()
    owners = told_owners.drop_duplicates(by_name, keep=False)
    return (
        payouts.drop(columns="vendor_id")
        .assign(name=payouts["account"].map(forgotten_name).astype("str"))
        .merge(owners, on=by_name, how="left", validate="many_to_one")[list(PAYOUT_COLUMNS)]
    )


def _wallet_payouts(
    statement: pd.DataFrame, accounts: pd.DataFrame, *, kept: set[int]
) -> pd.DataFrame:
    """Return bank credits whose memo names a wallet, as payouts of the vendor's wallet account.

    A vendor with several stores at the wallet gets the payout under no account: the memo does not
    say which, and the bank credit alone is no reason to pick one.
    """
    landed = statement[
        statement["transaction_type"].eq("payout")
        & statement["direction"].eq("credit")
        & statement["status"].eq("succeeded")
    ]
    memos = landed["description"].where(landed["description"].notna(), None)
    origins = [payout_origin(memo) or "" for memo in memos]
    landed = landed.assign(ledger=pd.Series(origins, index=landed.index, dtype="str"))
    landed = landed[landed["ledger"].ne("") | landed["record_id"].isin(kept)]
    told = accounts.loc[accounts["account"].ne(""), ["ledger", "account", "vendor_id"]]
    only = told.drop_duplicates().drop_duplicates(["ledger", "vendor_id"], keep=False)
    named = landed.drop(columns="account").merge(
        only, on=["ledger", "vendor_id"], how="left", validate="many_to_one"
    )
    return named.assign(payout_reference=None, status="paid").astype({"payout_reference": "str"})[
        list(PAYOUT_COLUMNS)
    ]


def decide_payouts(payouts: pd.DataFrame) -> pd.DataFrame:
    """Return outcomes of payouts that moved nothing into a vendor's bank account.

    On its way: ``pending_cut_off``. Negative (the provider took money back from the bank):
    ``not_applicable``, because no statement line waits for it.
    """
    waits = payouts["status"].isin(NOT_ARRIVED) & payouts["currency"].eq(CURRENCY)
    decided = payouts.loc[waits | payouts["amount_vnd"].lt(0), ["key"]].assign(
        book="payouts",
        leg=Leg.C.value,
        outcome=Outcome.NOT_APPLICABLE.value,
        rule=Rule.STATUS.value,
        reason=Reason.NOT_A_PAYMENT.value,
        difference_vnd=0,
        alternatives=0,
    )
    on_its_way = [Outcome.PENDING_CUT_OFF.value, Reason.STATUS.value]
    decided.loc[waits, ["outcome", "reason"]] = on_its_way
    return decided.rename(columns={"key": "record_id"})
