"""Rows of an account whose bank nobody knew move to the ledger of its bank, once it is learnt.

payOS names an account and no bank: until an acceptance point or a setting names it, the account is a
ledger of the announcer (``known_banks``). What was told stays as it was told; where its account lies is
ours to say, as whose money it is, so all versions of a row say it alike, and with them the totals and
deliveries that name the account. Days that were closed are noted and closed again.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.ledger.accounts import ANNOUNCERS
from reconciliation.ledger.aliases import Aliases, Place
from reconciliation.ledger.changed_days import note_days_of_rows
from reconciliation.ledger.known_banks import KnownBanks
from reconciliation.ledger.tellers import BY_HAND, Teller, standing_rows, weigh_told
from reconciliation.tables import (
    AccountTeller,
    Delivery,
    ProviderTransaction,
    SettlementStatement,
)

_ROW, _TELLER, _POINT = (
    table_of(model) for model in (ProviderTransaction, AccountTeller, AcceptancePoint)
)
_TAIL = 4


class _Homeless(NamedTuple):
    provider: str
    alias: str


def bring_home(session: Session, sealer: Sealer, rules: FeedRules = PLAIN_RULES) -> int:
    """Move rows whose account's bank is known by now to its ledger; return how many counted.

    Whose money they are is to be found anew afterwards (``attribution.reattribute``), but for what
    two people said. Repeating it changes nothing.
    """
    session.flush()
    homeless = _homeless(session)
    if not homeless:
        return 0
    aliases = Aliases(sealer, KnownBanks(session, sealer, rules))
    moved = 0
    for number in sorted({*_numbers(session, homeless, sealer), *rules.told_by}):
        for provider in sorted({one.provider for one in homeless}):
            old = _Homeless(provider, aliases.of(provider, number))
            place = aliases.place(provider, number, None)
            if old in homeless and place.alias != old.alias:
                moved += _move(session, old, place)
    session.expire_all()
    return moved


def _homeless(session: Session) -> set[_Homeless]:
    """Return the accounts in ledgers of announcers; among them are those at banks without statements."""
    wanted = sa.select(_TELLER.c.provider, _TELLER.c.account_alias).where(
        _TELLER.c.provider.in_(sorted(ANNOUNCERS)), _TELLER.c.ledger == _TELLER.c.provider
    )
    return {_Homeless(*row) for row in rows_of(session, wanted)}


def _numbers(session: Session, homeless: set[_Homeless], sealer: Sealer) -> Iterator[str]:
    """Yield the numbers of acceptance points that end like one of the accounts."""
    tails = {one.alias[-_TAIL:] for one in homeless}
    wanted = sa.select(_POINT.c.account_sealed).where(
        one_of(session, _POINT.c.account_tail, tails), _POINT.c.account_sealed != ""
    )
    for row in rows_of(session, wanted):
        yield sealer.open(row.account_sealed)


def _move(session: Session, old: _Homeless, place: Place) -> int:
    row = _ROW.c
    is_here = sa.and_(
        row.provider == old.provider, row.account_alias == old.alias, row.forgotten_at.is_(None)
    )
    wanted = sa.select(row.id, row.book, row.bank_reference, row.business_date)
    standing = rows_of(session, wanted.where(is_here, standing_rows()))
    execute = session.connection().execute
    execute(
        sa.update(_ROW)
        .where(is_here, standing_rows(), row.attribution_rule != BY_HAND)
        .values(vendor_id=None, attribution_rule="")
    )
    execute(sa.update(_ROW).where(is_here).values(ledger=place.ledger, account_alias=place.alias))
    for table, values in _beside(place).items():
        execute(
            sa.update(table)
            .where(table.c.provider == old.provider, table.c.account_alias == old.alias)
            .values(values)
        )
    execute(
        sa.delete(_TELLER).where(
            _TELLER.c.provider == old.provider, _TELLER.c.account_alias == old.alias
        )
    )
    weigh_told(session, ((_teller(one, old, place), one[2], one[3]) for one in standing))
    note_days_of_rows(session, [one.id for one in standing])
    return len(standing)


def _beside(place: Place) -> dict[sa.Table, dict[str, str]]:
    """Return what else names the account, and what it says of it now."""
    alias = {"account_alias": place.alias}
    return {
        table_of(Delivery): alias,
        table_of(SettlementStatement): alias | {"ledger": place.ledger},
    }


def _teller(row: Any, old: _Homeless, place: Place) -> Teller:
    return Teller(place.alias, row.book, old.provider, place.ledger)
