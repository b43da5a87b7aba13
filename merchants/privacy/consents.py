"""The ledger of consents: recorded by purpose, withdrawn by purpose, never deleted.

``Vendor.consented_on`` and ``is_poster_only`` follow from it and are set nowhere else.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.columns import core_table
from merchants.days import HO_CHI_MINH, market_day
from merchants.errors import ConsentRefused
from merchants.events import record_events
from merchants.kinds import ConsentChannel, ConsentPurpose, EventAction
from merchants.lifecycle.states import derive_vendor_states
from merchants.privacy.consent_rules import (
    PURPOSES,
    RENEWED,
    SHEET_PURPOSES,
    ConsentFacts,
    LedgerEntry,
    consent_facts,
    lacking_proof,
    withdrawn_with,
)
from merchants.privacy.notices import LANGUAGES, published, version_on
from merchants.tables import Consent, Vendor

BEFORE_THE_FIRST = "paper"
"""Notice version of consents that were given before the first notice was published."""
WITNESS_MAX = 80
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NEEDED = {
    "is_read_aloud": "who agrees aloud has had the notice read aloud",
    "evidence_sha256": "the SHA-256 of the signed paper or the recording is missing",
    "witness": "the name of who was there is missing",
}
_BATCH = 10_000

Ledgers = Mapping[int, Sequence[Consent]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentProof:
    """What a consent rests on: the notice that was read and how the vendor said yes."""

    channel: ConsentChannel
    notice_version: str
    language: str = "vi"
    is_read_aloud: bool = False
    evidence_sha256: str | None = None
    """Of a scan or recording that is not kept: whoever holds the paper can prove it later."""
    witness: str = ""
    """Who was there when the vendor signed or said yes."""
    import_id: int | None = None


def record_consents(
    session: Session,
    given: Mapping[int, datetime],
    purposes: Collection[ConsentPurpose],
    *,
    proof: ConsentProof,
    actor: Actor,
    now: datetime,
) -> int:
    """Record that vendors agreed to purposes, each apart; return how many consents are new.

    A purpose that stands under the same notice or a newer one is left as it is; one that stands
    under an older notice is renewed. A handful of statements, however many vendors.

    Args:
        given: vendor id to the instant the vendor said yes.

    Raises:
        ConsentRefused: nothing was agreed to, the proof is not whole, or an instant is to come.
    """
    _require_proof(proof)
    if not purposes:
        raise ConsentRefused("purposes", "", "no purpose was ticked, and none goes by default")
    for at in given.values():
        if at > now:
            raise ConsentRefused("given_at", f"{at:%d/%m/%Y}", "is still to come")
    ledgers = _ledgers(session, given)
    wanted = {
        vendor_id: {
            purpose: at for purpose in purposes if _adds(ledgers[vendor_id], purpose, at, proof)
        }
        for vendor_id, at in given.items()
        if vendor_id in ledgers
    }
    return _add(session, ledgers, wanted, proof=proof, actor=actor, now=now)


def consents_from_sheet(
    session: Session,
    market_ids: Collection[int],
    *,
    actor: Actor,
    now: datetime,
    import_id: int | None = None,
    purposes: Collection[ConsentPurpose] = SHEET_PURPOSES,
) -> int:
    """Record the consents behind the days a sheet wrote into ``Vendor.consented_on``.

    What a vendor withdrew after the day on the list stays withdrawn, however often the list comes
    again; then ``consented_on`` is set back to what the ledger says. Returns how many are new.
    """
    session.flush()
    told = sa.select(col(Vendor.id), col(Vendor.consented_on)).where(
        col(Vendor.market_id).in_(list(market_ids)),
        col(Vendor.consented_on).is_not(None),
        col(Vendor.merged_into_id).is_(None),
    )
    days: dict[int, date] = {row[0]: row[1] for row in session.execute(told)}
    ledgers = _ledgers(session, days)
    added = 0
    by_version: dict[str, dict[int, dict[ConsentPurpose, datetime]]] = defaultdict(dict)
    for vendor_id, on in days.items():
        at = datetime.combine(on, time(), HO_CHI_MINH).astimezone(UTC)
        wanted = {
            purpose: at
            for purpose in purposes
            if _sheet_adds(ledgers.get(vendor_id, ()), purpose, at)
        }
        by_version[version_on(on) or BEFORE_THE_FIRST][vendor_id] = wanted
    for version, wanted_by_vendor in sorted(by_version.items()):
        proof = ConsentProof(
            channel=ConsentChannel.SHEET, notice_version=version, import_id=import_id
        )
        added += _add(session, ledgers, wanted_by_vendor, proof=proof, actor=actor, now=now)
    return added


def end_consents(
    session: Session,
    vendor: Vendor,
    purposes: Collection[ConsentPurpose],
    *,
    actor: Actor,
    now: datetime,
) -> frozenset[ConsentPurpose]:
    """Withdraw what stands of some purposes and return it; ``withdrawals.withdraw`` does the rest.

    Withdrawing from the list withdraws from everything, because everything rests on it.
    """
    assert vendor.id is not None
    wanted = withdrawn_with(purposes)
    ended = []
    for row in _ledgers(session, [vendor.id])[vendor.id]:
        if row.withdrawn_at is None and row.purpose in wanted:
            row.withdrawn_at, row.withdrawal_recorded_by = now, str(actor)
            session.add(row)
            ended.append(row.purpose)
    record_events(
        session,
        [
            {
                "action": EventAction.CONSENT_WITHDRAWN,
                "market_id": vendor.market_id,
                "vendor_id": vendor.id,
                "subject": f"purpose:{purpose.value}",
            }
            for purpose in PURPOSES
            if purpose in ended
        ],
        actor=actor,
        now=now,
    )
    derive_consent_facts(session, [vendor.id])
    return frozenset(ended)


def standing(session: Session, vendor_id: int) -> dict[ConsentPurpose, Consent]:
    """Return the consents of a vendor that stand, in the order of the purposes."""
    rows = session.exec(
        select(Consent).where(Consent.vendor_id == vendor_id, col(Consent.withdrawn_at).is_(None))
    )
    by_purpose = {row.purpose: row for row in rows}
    return {purpose: by_purpose[purpose] for purpose in PURPOSES if purpose in by_purpose}


def not_agreeing_to(
    session: Session, purpose: ConsentPurpose, *, at: datetime | None = None
) -> frozenset[int]:
    """Return the vendors who were asked for their consents and do not agree to a purpose now.

    An empty tick is no consent, and neither is one that was taken back. Who stands in no ledger was
    never asked and is not told. Of records that became one all are told.

    Args:
        at: as the ledger stood at an instant; ``None`` = now.
    """
    vendor = core_table(Vendor)
    asked, agreed = (core_table(Consent).alias(name) for name in ("asked", "agreed"))
    person = sa.func.coalesce(vendor.c.merged_into_id, vendor.c.id)
    query = sa.select(vendor.c.id).where(
        sa.exists().where(
            asked.c.vendor_id == person, *([] if at is None else [asked.c.given_at <= at])
        ),
        ~sa.exists().where(
            agreed.c.vendor_id == person,
            agreed.c.purpose == purpose,
            *(
                [agreed.c.withdrawn_at.is_(None)]
                if at is None
                else [
                    agreed.c.given_at <= at,
                    agreed.c.withdrawn_at.is_(None) | (agreed.c.withdrawn_at > at),
                ]
            ),
        ),
    )
    return frozenset(session.execute(query).scalars())


def ledger_of(session: Session, vendor_id: int) -> list[Consent]:
    """Return everything a vendor ever agreed to, oldest first."""
    query = select(Consent).where(Consent.vendor_id == vendor_id)
    return list(session.exec(query.order_by(col(Consent.given_at), col(Consent.id))))


def derive_consent_facts(session: Session, vendor_ids: Collection[int]) -> None:
    """Bring ``consented_on`` and ``is_poster_only`` of the vendors in line with their ledgers."""
    session.flush()
    ledgers = _ledgers(session, vendor_ids)
    changed = []
    for batch in _batches(vendor_ids):
        query = sa.select(
            col(Vendor.id), col(Vendor.consented_on), col(Vendor.is_poster_only)
        ).where(col(Vendor.id).in_(batch))
        for vendor_id, consented_on, is_poster_only in session.execute(query):
            facts = facts_of(ledgers[vendor_id])
            if (consented_on, is_poster_only) != (facts.consented_on, facts.is_poster_only):
                changed.append(
                    {"row_id": vendor_id, "on": facts.consented_on, "only": facts.is_poster_only}
                )
    if not changed:
        return
    table = core_table(Vendor)
    session.connection().execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("row_id"))
        .values(consented_on=sa.bindparam("on"), is_poster_only=sa.bindparam("only")),
        changed,
    )
    moved = {row["row_id"] for row in changed}
    for row in list(session.identity_map.values()):
        if isinstance(row, Vendor) and row.id in moved:
            session.refresh(row)


def facts_of(ledger: Sequence[Consent]) -> ConsentFacts:
    """Return what a vendor's rows of the ledger come to."""
    return consent_facts(
        [LedgerEntry(row.purpose, row.given_at, row.withdrawn_at) for row in ledger]
    )


def _require_proof(proof: ConsentProof) -> None:
    known = {row.version for row in published()} | {BEFORE_THE_FIRST}
    if proof.notice_version not in known:
        raise ConsentRefused("notice_version", proof.notice_version, "was never published")
    if proof.language not in LANGUAGES:
        raise ConsentRefused("language", proof.language, f"expected one of {', '.join(LANGUAGES)}")
    if proof.evidence_sha256 is not None and not _SHA256.fullmatch(proof.evidence_sha256):
        raise ConsentRefused("evidence_sha256", proof.evidence_sha256, "expected 64 hex digits")
    if len(proof.witness) > WITNESS_MAX:
        raise ConsentRefused("witness", proof.witness[:20], f"longer than {WITNESS_MAX} letters")
    lacking = lacking_proof(
        proof.channel,
        is_read_aloud=proof.is_read_aloud,
        has_evidence=proof.evidence_sha256 is not None,
        has_witness=bool(proof.witness),
    )
    for field in lacking:
        raise ConsentRefused(field, "", _NEEDED[field])


def _adds(
    ledger: Sequence[Consent], purpose: ConsentPurpose, at: datetime, proof: ConsentProof
) -> bool:
    row = _standing_row(ledger, purpose)
    if row is None:
        return not any(
            each.purpose is purpose and each.withdrawn_at and each.withdrawn_at > at
            for each in ledger
        )
    return _age_of(row.notice_version) < _age_of(proof.notice_version) and row.given_at <= at


def _sheet_adds(ledger: Sequence[Consent], purpose: ConsentPurpose, at: datetime) -> bool:
    """Return whether a list says something new: a first consent, or another day for the same list."""
    row = _standing_row(ledger, purpose)
    if row is not None:
        is_list = row.channel is ConsentChannel.SHEET
        return is_list and market_day(row.given_at) != market_day(at)
    return not any(
        each.purpose is purpose
        and each.withdrawn_at
        and market_day(each.withdrawn_at) >= market_day(at)
        for each in ledger
    )


def _add(
    session: Session,
    ledgers: Ledgers,
    wanted: Mapping[int, Mapping[ConsentPurpose, datetime]],
    *,
    proof: ConsentProof,
    actor: Actor,
    now: datetime,
) -> int:
    """Insert the wanted consents; what they renew ends in the same moment."""
    renewed = [
        row.id
        for vendor_id, purposes in wanted.items()
        for row in ledgers.get(vendor_id, ())
        if row.withdrawn_at is None and row.purpose in purposes
    ]
    for batch in _batches([each for each in renewed if each is not None]):
        session.connection().execute(
            sa.update(core_table(Consent))
            .where(core_table(Consent).c.id.in_(batch))
            .values(withdrawn_at=now, withdrawal_recorded_by=RENEWED)
        )
    proved_by = asdict(proof)
    rows: list[dict[str, Any]] = [
        {
            "vendor_id": vendor_id,
            "purpose": purpose,
            "given_at": purposes[purpose],
            "recorded_by": str(actor),
            "assisted_by_id": actor.assisted_by_id,
            "withdrawn_at": None,
            "withdrawal_recorded_by": "",
        }
        | proved_by
        for vendor_id, purposes in sorted(wanted.items())
        for purpose in PURPOSES
        if purpose in purposes
    ]
    touched = list(wanted)
    if rows:
        session.flush()
        session.connection().execute(sa.insert(core_table(Consent)), rows)
        _forget_loaded(session, touched)
    markets = _markets_of(session, touched)
    record_events(
        session,
        [
            {
                "action": EventAction.CONSENT_GIVEN,
                "market_id": markets[vendor_id],
                "vendor_id": vendor_id,
                "subject": f"notice:{proof.notice_version}",
                "to_value": " ".join(sorted(purposes)),
                "evidence_sha256": proof.evidence_sha256,
                "import_id": proof.import_id,
            }
            for vendor_id, purposes in sorted(wanted.items())
            if purposes
        ],
        actor=actor,
        now=now,
    )
    derive_consent_facts(session, touched)
    told = {"import_id": proof.import_id} if proof.import_id is not None else None
    derive_vendor_states(
        session, set(markets.values()), actor=actor, now=now, vendor_ids=touched, told=told
    )
    return len(rows)


def _ledgers(session: Session, vendor_ids: Collection[int]) -> dict[int, list[Consent]]:
    """Return the rows of each vendor, who waits for this transaction while they are read."""
    session.flush()
    ledgers: dict[int, list[Consent]] = {}
    for batch in _batches(vendor_ids):
        locked = select(Vendor.id).where(
            col(Vendor.id).in_(batch), col(Vendor.merged_into_id).is_(None)
        )
        for vendor_id in session.exec(locked.order_by(col(Vendor.id)).with_for_update()):
            assert vendor_id is not None
            ledgers[vendor_id] = []
        rows = session.exec(
            select(Consent).where(col(Consent.vendor_id).in_(batch)).order_by(col(Consent.id))
        )
        for row in rows:
            ledgers.setdefault(row.vendor_id, []).append(row)
    return ledgers


def _markets_of(session: Session, vendor_ids: Collection[int]) -> dict[int, int]:
    markets: dict[int, int] = {}
    for batch in _batches(vendor_ids):
        query = sa.select(col(Vendor.id), col(Vendor.market_id)).where(col(Vendor.id).in_(batch))
        markets |= {row[0]: row[1] for row in session.execute(query)}
    return markets


def _forget_loaded(session: Session, vendor_ids: Collection[int]) -> None:
    """Let go of loaded rows of the ledger: they were changed past the session."""
    known = set(vendor_ids)
    for row in list(session.identity_map.values()):
        if isinstance(row, Consent) and row.vendor_id in known:
            session.expire(row)


def _standing_row(ledger: Sequence[Consent], purpose: ConsentPurpose) -> Consent | None:
    rows = (row for row in ledger if row.purpose is purpose and row.withdrawn_at is None)
    return next(rows, None)


def _age_of(version: str) -> int:
    """Return where a version stands among the published ones; -1 before the first."""
    return next((n for n, row in enumerate(published()) if row.version == version), -1)


def _batches(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for first in range(0, len(ordered), _BATCH):
        yield ordered[first : first + _BATCH]
