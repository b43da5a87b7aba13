"""Whether a proof that somebody holds in hand holds against the root that the market published.

It is the published program that checks (``verification/proof_check.py``); only where the root comes from
is different: whoever runs the program elsewhere reads it on the page, here it is looked up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.tables import Market
from reconciliation.bulk import rows_of, table_of
from reconciliation.tables import CloseState, DayClose
from reconciliation.verification.proof_check import Unreadable, check_proof, read_proof

PROOF_BYTES_MAX = 2 * 1024 * 1024
"""A proof of a whole day has about 1.5 kB a payment."""
_MARKET_CODE = re.compile(r"[A-Za-z0-9]{1,8}")
_PAYMENT = re.compile(r"payment ([0-9]+): ")


class Answer(StrEnum):
    """What is said of a proof."""

    HOLDS = "holds"
    CHANGED = "changed"
    """It names the published root and does not lead to it: somebody wrote in it."""
    OTHER_ROOT = "other_root"
    """The market published another root for what it claims to prove."""
    NOT_PUBLISHED = "not_published"
    """The market published no root for what it claims to prove."""
    NO_PROOF = "no_proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedDay:
    """What a proof tells, once it is known to lead to a published root."""

    market_name: str
    market_code: str
    on: date
    version: int
    newest_version: int
    state: CloseState
    root_sha256: str
    vendor_code: str
    amounts_vnd: Sequence[int]
    is_whole_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The answer; of what does not hold, as much as helps to find it."""

    answer: Answer
    day: ProvedDay | None = None
    wrong_payments: Sequence[int] = ()
    """By their place in the file, from 1 on; empty = the vendor's day itself does not fit."""
    root_in_file: str = ""
    root_published: str = ""


def check_against_published(session: Session, content: bytes) -> Checked:
    """Return whether a proof holds; nothing of it is kept, and nothing in it is taken on trust."""
    try:
        proof = read_proof(content)
        on = date.fromisoformat(proof["business_date"])
    except (Unreadable, ValueError):
        return Checked(answer=Answer.NO_PROOF)
    published = _published(session, proof["market"], on)
    sealed = next((one for one in published if one.version == proof["version"]), None)
    root = proof["root_sha256"]
    if sealed is None:
        return Checked(answer=Answer.NOT_PUBLISHED, root_in_file=root)
    if sealed.root_sha256 != root:
        return Checked(
            answer=Answer.OTHER_ROOT, root_in_file=root, root_published=sealed.root_sha256
        )
    if findings := check_proof(content, root=sealed.root_sha256):
        places = {int(found[1]) for one in findings if (found := _PAYMENT.match(one))}
        return Checked(answer=Answer.CHANGED, wrong_payments=sorted(places))
    return Checked(answer=Answer.HOLDS, day=_told(proof, sealed, published))


def _published(session: Session, market_code: str, on: date) -> Sequence[Any]:
    """Return the versions of a market's day with their roots."""
    if not _MARKET_CODE.fullmatch(market_code):
        return ()
    close, market = table_of(DayClose).c, table_of(Market).c
    wanted = sa.select(close.version, close.state, close.root_sha256, market.name).where(
        close.scope == market_code, close.business_date == on, market.code == close.scope
    )
    return rows_of(session, wanted)


def _told(proof: dict[str, Any], sealed: Any, published: Sequence[Any]) -> ProvedDay:
    payments = proof["payments"]
    return ProvedDay(
        market_name=sealed.name,
        market_code=proof["market"],
        on=date.fromisoformat(proof["business_date"]),
        version=sealed.version,
        newest_version=max(one.version for one in published),
        state=sealed.state,
        root_sha256=sealed.root_sha256,
        vendor_code=proof["vendor"]["code"],
        amounts_vnd=[one["amount_vnd"] for one in payments],
        is_whole_day=len(payments) == proof["vendor"]["lines"],
    )
