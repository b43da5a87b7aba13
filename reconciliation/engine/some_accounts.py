"""Some of all accounts decided anew, beside others whose decisions are kept.

What an account must know of all others is little: ``Across``, payout cycles, and which missing ids stand
under another account. What these accounts show of it is told by account (``Shown``), so that it can be
kept, laid beside what others showed before, and added up as if all had been decided together.
"""

from collections.abc import Set
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.engine.across import Across
from reconciliation.engine.books import BookName, Books
from reconciliation.engine.cascade import Matched
from reconciliation.engine.coded_books import CodedBooks, code_books
from reconciliation.engine.coded_text import Codes, hash_text
from reconciliation.engine.crew import Crew
from reconciliation.engine.matching import match_leg_b, run_over, settle_legs
from reconciliation.engine.passes.elsewhere import (
    WRONG_ACCOUNT,
    missing_table,
    name_other_currency,
    stand_elsewhere,
)
from reconciliation.engine.payout_cycles import HIT, CycleFacts, Cycles, learn_cycles
from reconciliation.engine.payouts import settle_listings
from reconciliation.engine.results import Reconciled, assemble
from reconciliation.profiles import Profiles

FACTS = {
    "provider": "str",
    "account": "str",
    "kind": "int64",
    "value": "int64",
}
MISSING = {
    "provider": "str",
    "account": "str",
    "record_id": "str",
    "is_line": "bool",
    "join": "str",
    "kind": "int64",
    "amount": "int64",
    "text": "str",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What leg B and the listings of accounts show: ``FACTS`` of payouts, ``MISSING`` records."""

    facts: pd.DataFrame
    missing: pd.DataFrame

    def beside(self, other: "Shown") -> "Shown":
        """Return this and what other accounts show."""
        return Shown(
            pd.concat([self.facts, other.facts], ignore_index=True),
            pd.concat([self.missing, other.missing], ignore_index=True),
        )

    def cycles(self) -> Cycles:
        """Return the payout cycles that all these accounts show together."""
        provider, names = pd.factorize(self.facts["provider"])
        facts = CycleFacts(
            kind=self.facts["kind"].to_numpy(np.int64),
            block=np.full(len(provider), -1, np.int64),
            provider=provider.astype(np.int64),
            value=self.facts["value"].to_numpy(np.int64),
        )
        return learn_cycles(facts, list(names))

    def elsewhere(self) -> pd.DataFrame:
        """Return the missing records that stand under another account."""
        return self.missing[stand_elsewhere(self.missing)]


@dataclass(slots=True)
class SomeAccounts:
    """Books of some accounts in which leg B is decided. ``shown`` tells what others must know."""

    coded: CodedBooks
    leg_b: Matched
    across: Across
    profiles: Profiles
    shown: Shown

    @classmethod
    def look(cls, books: Books, profiles: Profiles, across: Across, crew: Crew) -> Self:
        """Decide leg B of the accounts in the books; ``across`` tells of all accounts.

        Raises:
            EngineInputRefused: a book is not as the contract says.
            WorkersLost: the workers died again and again.
        """
        coded = code_books(books, hash_text)
        leg_b = match_leg_b(coded, across, profiles, crew=crew)
        run = run_over(coded, across, profiles, leg_b, hash_text)
        found = settle_listings(coded, leg_b.statement, across, profiles, hash_text)
        missing = missing_table(run, coded.providers).to_pandas()
        return cls(
            coded,
            leg_b,
            across,
            profiles,
            Shown(_facts(coded, found.facts), _missing(coded, missing)),
        )

    def decide(self, cycles: Cycles, elsewhere: Set[tuple[str, str]]) -> Reconciled:
        """Return what is decided of these accounts; afterwards nothing is left of the books.

        Args:
            cycles: what payouts of all accounts show.
            elsewhere: book and id of the missing records that stand under another account.

        Raises:
            BooksDoNotBalance: an invariant does not hold; nothing is returned.
        """
        run = run_over(self.coded, self.across, self.profiles, self.leg_b, hash_text)
        for name, side in zip((BookName.PAYMENTS, BookName.STATEMENT), run.sides, strict=True):
            wanted = pa.array([key for book, key in elsewhere if book == name], pa.large_string())
            ids = side.book.ids.text.to_arrow().cast(pa.large_string())
            named = pc.is_in(ids, wanted).to_numpy(zero_copy_only=False)
            side.decisions.reason[named] = WRONG_ACCOUNT
        name_other_currency(run)
        del run
        decided = settle_legs(self.coded, self.leg_b, self.across, self.profiles, cycles=cycles)
        return assemble(decided, self.profiles.rules_sha256)


def _facts(coded: CodedBooks, facts: CycleFacts) -> pd.DataFrame:
    """Return facts with providers and accounts by name, each once but for payouts to the đồng."""
    account_of = np.full(coded.blocks + 1, -1, np.int64)
    for book in (coded.statement, coded.payouts):
        account_of[book.block] = book.account
    account_of[-1] = -1
    told = pd.DataFrame(
        {
            "provider": np.array([*coded.providers, ""], object)[facts.provider],
            "account": _names(coded, account_of[facts.block]),
            "kind": facts.kind,
            "value": facts.value,
        }
    )
    told = told.astype(FACTS)
    return told[told["kind"].eq(HIT) | ~told.duplicated()].reset_index(drop=True)


def _missing(coded: CodedBooks, missing: pd.DataFrame) -> pd.DataFrame:
    """Return missing records with their account and id in place of the row."""
    told = []
    for is_line, book in enumerate((coded.payments, coded.statement)):
        own = missing[missing["is_line"].eq(bool(is_line))]
        rows = own["row"].to_numpy(np.int64)
        ids = book.ids.text.take(rows).to_arrow().to_pylist()
        told.append(own.assign(account=_names(coded, book.account[rows]), record_id=ids))
    return pd.concat(told, ignore_index=True)[list(MISSING)].astype(MISSING)


def _names(coded: CodedBooks, account: Codes) -> list[str]:
    """Return the texts of accounts by their codes, empty for none."""
    texts = np.array([*coded.accounts.to_pylist(), ""], object)
    names: list[str] = texts[account].tolist()
    return names
