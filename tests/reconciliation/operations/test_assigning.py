"""Money that names nobody: listed with whose it might be, given by two people, never lost."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.errors import PaymentsNotSeen, SecondPersonNeeded, VendorNotFound
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.tables import Consent, Market, Vendor
from reconciliation.errors import AttributionRefused, PaymentNotFound
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.assigning import claim_money, decide_claim
from reconciliation.operations.candidates import Hint
from reconciliation.operations.retention import forget_transactions
from reconciliation.operations.unattributed import (
    NobodysFilter,
    NobodysPayment,
    claims_of,
    list_unattributed,
    unattributed_totals,
)
from reconciliation.operations.voiding import propose_void
from reconciliation.records import Book
from reconciliation.tables import Decision, DeliveryVoid, ProviderTransaction
from tests import factories
from tests.feed_samples import VCB_ACCOUNT
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import (
    NOW,
    SEALER,
    minutes_later,
    point,
    sepay,
    vcb,
    vendor_with,
)
from tests.reconciliation.taking import take

ONE, TWO = Actor(kind="staff", name="1"), Actor(kind="staff", name="2")
REASON = "Cô Hương đưa xem tin báo của ngân hàng"


def code_of(session: Session, vendor_id: int) -> str:
    return session.get_one(Vendor, vendor_id).code or ""


def queue(
    engine: sa.Engine, *, market_codes: set[str] | None = None, is_claimed: bool = False
) -> list[NobodysPayment]:
    with reading(engine) as session:
        found, _ = list_unattributed(
            session,
            NobodysFilter(is_claimed=is_claimed),
            sealer=SEALER,
            market_codes=market_codes,
        )
        return found


def two_holders(session: Session) -> list[int]:
    """Two vendors who both hold the account, so that it names neither."""
    holders = [vendor_with(session, SEALER, "bank_vcb", VCB_ACCOUNT) for _ in range(2)]
    session.flush()
    return holders


def test_an_ambiguous_account_names_its_holders_as_candidates(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        one, other = two_holders(session)
        codes = [code_of(session, one), code_of(session, other)]
        former = vendor_with(session, SEALER)
        session.add(
            point(
                former, SEALER, "bank_vcb", VCB_ACCOUNT,
                valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31),
            )
        )  # fmt: skip
    take(engine, store, vcb(("R1", 10_000, "tien rau 0912345678")))

    (payment,) = queue(engine)

    assert [(one.vendor_code, one.hints) for one in payment.candidates[:2]] == [
        (codes[0], (Hint.ACCOUNT,)), (codes[1], (Hint.ACCOUNT,)),
    ]  # fmt: skip
    assert payment.candidates[2].hints == (Hint.ACCOUNT_ELSEWHEN,)
    assert (payment.amount_vnd, payment.business_date) == (10_000, date(2026, 11, 20))
    assert "0912345678" not in payment.memo
    assert payment.account_tail == VCB_ACCOUNT[-4:]


def test_two_codes_in_one_remark_are_both_candidates_and_stay_readable(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        codes = [code_of(session, vendor_with(session, SEALER)) for _ in range(2)]
    take(engine, store, vcb(("R1", 10_000, f"{codes[0]} {codes[1]} ck 0123456789")))

    (payment,) = queue(engine)

    assert payment.memo.startswith(f"{codes[0]} {codes[1]} ck")
    assert "0123456789" not in payment.memo

    assert [(one.vendor_code, one.hints) for one in payment.candidates] == [
        (code, (Hint.CODE,)) for code in codes
    ]


def test_money_of_somebody_who_lets_nobody_see_it_is_not_in_the_queue(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        vendor_id = vendor_with(session, SEALER, "bank_vcb", VCB_ACCOUNT)
        session.get_one(Vendor, vendor_id).is_poster_only = True
    take(engine, store, vcb(("R1", 10_000, "tien rau")))

    assert queue(engine) == []
    with reading(engine) as session:
        (total,) = unattributed_totals(session)
    assert (total.book, total.rows, total.amount_vnd) == (Book.STATEMENT, 1, 10_000)


def test_who_sees_one_market_sees_what_may_be_of_its_vendors(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        one, other = two_holders(session)
        elsewhere = factories.market(id=2, code="LG")
        session.add(elsewhere)
        session.flush()
        session.get_one(Vendor, other).market_id = 2
        market = session.get_one(Market, 1).code
    take(engine, store, vcb(("R1", 10_000, "a")))
    take(engine, store, sepay(9, 7_000, accountNumber="555000111"))

    assert len(queue(engine)) == 2
    (seen,) = queue(engine, market_codes={market})
    assert [candidate.vendor_id for candidate in seen.candidates] == [one]
    assert queue(engine, market_codes={"XX"}) == []


def test_two_people_give_the_money_and_later_versions_keep_it(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        vendor_id = vendor_with(session, SEALER)
        code = code_of(session, vendor_id)
    take(engine, store, sepay(1, 20_000))
    (payment,) = queue(engine)

    with writing(engine) as session:
        claim_money(session, payment.id, code, reason=REASON, actor=ONE, now=NOW)
    (waiting,) = queue(engine, is_claimed=True)
    assert waiting.claim is not None
    assert (waiting.claim.vendor_id, waiting.claim.reason) == (vendor_id, REASON)
    with writing(engine) as session:
        decide_claim(session, payment.id, Decision.APPROVED, actor=TWO, now=NOW)
    take(engine, store, minutes_later(sepay(1, 20_000, description="khac"), 1))
    take(engine, store, minutes_later(sepay(1, 20_000, content="lan ba"), 2))

    assert queue(engine) == []
    with reading(engine) as session:
        (row,) = session.exec(
            select(ProviderTransaction).where(col(ProviderTransaction.is_current))
        ).all()
        assert (row.version > 1, row.vendor_id, row.attribution_rule) == (True, vendor_id, "hand")
        (claim,) = claims_of(session, payment.id)
    assert (claim.proposed_by, claim.decided_by, claim.decision) == (
        "staff:1", "staff:2", Decision.APPROVED,
    )  # fmt: skip


def test_a_row_that_changed_meanwhile_is_given_as_it_counts_now(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        vendor_id = vendor_with(session, SEALER)
        code = code_of(session, vendor_id)
    take(engine, store, sepay(1, 20_000))
    (payment,) = queue(engine)
    with writing(engine) as session:
        claim_money(session, payment.id, code, reason=REASON, actor=ONE, now=NOW)
    take(engine, store, minutes_later(sepay(1, 20_000, content="lan hai"), 1))

    with writing(engine) as session:
        decide_claim(session, payment.id, Decision.APPROVED, actor=TWO, now=NOW)

    with reading(engine) as session:
        rows = session.exec(select(ProviderTransaction)).all()
        assert {row.vendor_id for row in rows if row.is_current} == {vendor_id}


@pytest.mark.parametrize(
    ("decision", "actor"),
    [(Decision.APPROVED, ONE), (Decision.REFUSED, ONE), (Decision.WITHDRAWN, TWO)],
)
def test_who_claims_does_not_decide(
    engine: sa.Engine, store: RawStore, decision: Decision, actor: Actor
) -> None:
    with writing(engine) as session:
        code = code_of(session, vendor_with(session, SEALER))
    take(engine, store, sepay(1, 20_000))
    (payment,) = queue(engine)
    with writing(engine) as session:
        claim_money(session, payment.id, code, reason=REASON, actor=ONE, now=NOW)

    with pytest.raises(SecondPersonNeeded), writing(engine) as session:
        decide_claim(session, payment.id, decision, actor=actor, now=NOW)

    (still,) = queue(engine)
    assert still.claim is not None


def test_a_refused_claim_leaves_the_money_nobodys_and_may_be_made_anew(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        code = code_of(session, vendor_with(session, SEALER))
    take(engine, store, sepay(1, 20_000))
    (payment,) = queue(engine)
    with writing(engine) as session:
        claim_money(session, payment.id, code, reason=REASON, actor=ONE, now=NOW)
        decide_claim(session, payment.id, Decision.REFUSED, actor=TWO, now=NOW)
        claim_money(session, payment.id, code, reason=REASON, actor=TWO, now=NOW)

    (still,) = queue(engine)

    assert still.claim is not None
    with reading(engine) as session:
        assert [one.decision for one in claims_of(session, payment.id)] == [
            Decision.OPEN, Decision.REFUSED,
        ]  # fmt: skip


def test_what_cannot_be_given_says_why(engine: sa.Engine, store: RawStore) -> None:
    with writing(engine) as session:
        seen = code_of(session, vendor_with(session, SEALER))
        unseen_id = vendor_with(session, SEALER)
        session.get_one(Vendor, unseen_id).is_poster_only = True
        late_id = vendor_with(session, SEALER)
        session.add(
            Consent(
                vendor_id=late_id,
                purpose=ConsentPurpose.RECONCILIATION,
                notice_version="2026-11",
                language="vi",
                is_read_aloud=False,
                channel=ConsentChannel.SIGNATURE,
                given_at=NOW + timedelta(days=3),
                recorded_by="staff:1",
            )
        )
        unseen, late = code_of(session, unseen_id), code_of(session, late_id)
    take(engine, store, sepay(1, 20_000))
    (payment,) = queue(engine)

    with writing(engine) as session:
        for code in (unseen, late):
            with pytest.raises(PaymentsNotSeen):
                claim_money(session, payment.id, code, reason=REASON, actor=ONE, now=NOW)
        with pytest.raises(VendorNotFound):
            claim_money(session, payment.id, "CC000", reason=REASON, actor=ONE, now=NOW)
        with pytest.raises(PaymentNotFound):
            claim_money(session, 999, seen, reason=REASON, actor=ONE, now=NOW)
        with pytest.raises(AttributionRefused, match="nobody claimed"):
            decide_claim(session, payment.id, Decision.APPROVED, actor=TWO, now=NOW)
        claim_money(session, payment.id, seen, reason=REASON, actor=ONE, now=NOW)
        with pytest.raises(AttributionRefused, match="second person"):
            claim_money(session, payment.id, seen, reason=REASON, actor=TWO, now=NOW)


def test_consent_taken_back_meanwhile_stops_the_approval(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        vendor_id = vendor_with(session, SEALER)
        code = code_of(session, vendor_id)
    take(engine, store, sepay(1, 20_000))
    (payment,) = queue(engine)
    with writing(engine) as session:
        claim_money(session, payment.id, code, reason=REASON, actor=ONE, now=NOW)
        session.get_one(Vendor, vendor_id).is_poster_only = True

    with pytest.raises(PaymentsNotSeen), writing(engine) as session:
        decide_claim(session, payment.id, Decision.APPROVED, actor=TWO, now=NOW)


def test_the_queue_asks_as_often_for_many_rows_as_for_one(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        two_holders(session)
    take(engine, store, vcb(*((f"R{n}", 1_000 * n, "a") for n in range(1, 60))))

    with reading(engine) as session, counted(engine) as few:
        list_unattributed(session, NobodysFilter(limit=1), sealer=SEALER)
    with reading(engine) as session, counted(engine) as many:
        found, following = list_unattributed(session, NobodysFilter(limit=50), sealer=SEALER)
        rest, end = list_unattributed(
            session, NobodysFilter(limit=50, before=following), sealer=SEALER
        )

    assert len(many) == 2 * len(few)
    assert (len(found), len(rest), end) == (50, 9, None)
    assert len({one.id for one in [*found, *rest]}) == 59


def test_the_reason_is_forgotten_with_the_row_and_who_decided_stays(
    engine: sa.Engine, store: RawStore
) -> None:
    with writing(engine) as session:
        code = code_of(session, vendor_with(session, SEALER))
    take(engine, store, sepay(1, 20_000))
    (payment,) = queue(engine)
    with writing(engine) as session:
        claim_money(session, payment.id, code, reason=REASON, actor=ONE, now=NOW)
        decide_claim(session, payment.id, Decision.APPROVED, actor=TWO, now=NOW)
        propose_void(session, 1, reason=REASON, actor=ONE, now=NOW)

    with writing(engine) as session:
        forget_transactions(session, NOW + timedelta(days=800), now=NOW)

    with reading(engine) as session:
        (claim,) = claims_of(session, payment.id)
        (void,) = session.exec(select(DeliveryVoid)).all()
        assert (claim.reason, claim.decided_by, void.reason) == ("", "staff:2", "")
