"""How each feed stands: what came today, what waits of any day, and what never came."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.days import market_day
from reconciliation.errors import DeliveryForgotten, DeliveryNotFound, RawLost, RejectNotFound
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.listing import (
    DeliveryFilter,
    delivery_file,
    find_delivery,
    list_deliveries,
    list_rejects,
)
from reconciliation.operations.raw_looks import raw_bytes, raw_line
from reconciliation.operations.standing import FeedStanding, feeds_today
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import Delivery, DeliveryState
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import NOW, SEALER, incoming, momo, sepay, vcb
from tests.reconciliation.operations.test_replaying import BROKEN_DAY
from tests.reconciliation.taking import take

TODAY = market_day(NOW)
YESTERDAY = NOW - timedelta(days=1)


def standing(
    engine: sa.Engine, today: date = TODAY, **configured: SourceChannel
) -> dict[str, FeedStanding]:
    with reading(engine) as session:
        found = feeds_today(session, today=today, configured=set(configured.items()))
    return {one.provider: one for one in found}


def test_a_configured_feed_that_never_told_anything_is_there(engine: sa.Engine) -> None:
    feeds = standing(engine, momo=SourceChannel.WEBHOOK)

    assert list(feeds) == ["momo"]
    assert (feeds["momo"].last_at, feeds["momo"].came_today, feeds["momo"].is_configured) == (
        None, 0, True,
    )  # fmt: skip


def test_today_is_told_apart_from_what_waits_of_any_day(engine: sa.Engine, store: RawStore) -> None:
    take(engine, store, replace(incoming("bank_vcb", "rubbish"), received_at=YESTERDAY))
    take(engine, store, replace(incoming("bank_vcb", BROKEN_DAY), received_at=YESTERDAY))
    take(engine, store, vcb(("R8", 10_000, "a"), ("R9", 10_000, "a")))
    forged = replace(sepay(), signature_status=SignatureStatus.INVALID, reject_reason="signature")
    take(engine, store, forged)

    feeds = standing(engine)

    bank = feeds["bank_vcb"]
    assert bank.by_state == {DeliveryState.PROCESSED: 1}
    assert (bank.rows_new, bank.rows_waiting, bank.waiting) == (2, 1, 1)
    assert (bank.last_at, bank.waiting_since) == (NOW, YESTERDAY)
    assert feeds["sepay"].bad_signatures == 1
    assert feeds["sepay"].count(DeliveryState.QUARANTINED) == 1


def test_a_day_begins_at_midnight_in_ho_chi_minh_city(engine: sa.Engine, store: RawStore) -> None:
    midnight = NOW.replace(hour=17) - timedelta(days=1)
    take(engine, store, replace(sepay(1), received_at=midnight - timedelta(seconds=1)))
    take(engine, store, replace(sepay(2), received_at=midnight))

    assert standing(engine)["sepay"].came_today == 1
    assert standing(engine, TODAY - timedelta(days=1))["sepay"].came_today == 1


def test_however_much_came_four_questions_are_asked(engine: sa.Engine, store: RawStore) -> None:
    for number in range(1, 8):
        take(engine, store, sepay(number))
        take(engine, store, momo((str(number), 1_000 * number, "Thành công")))

    with reading(engine) as session, counted(engine) as sent:
        feeds_today(session, today=TODAY)

    assert len(sent) == 4


def test_a_list_is_paged_without_losing_or_doubling_any(engine: sa.Engine, store: RawStore) -> None:
    numbers = [take(engine, store, sepay(n)).delivery_id for n in range(1, 8)]
    seen: list[int] = []
    before: int | None = None

    with reading(engine) as session:
        while True:
            found, before = list_deliveries(session, DeliveryFilter(before=before, limit=3))
            seen += [one.id for one in found]
            if before is None:
                break

    assert seen == numbers[::-1]


def test_one_delivery_is_told_whole(engine: sa.Engine, store: RawStore) -> None:
    number = take(engine, store, incoming("bank_vcb", BROKEN_DAY)).delivery_id

    with reading(engine) as session:
        file = delivery_file(session, number)
        rejects, following = list_rejects(session, number)
        text = raw_line(session, number, rejects[0].id, sealer=SEALER)
        _, content = raw_bytes(session, store, number)

    assert (file.rows_counting, file.rejects, file.rejects_open) == (1, 1, 1)
    assert [(one.row, one.reason) for one in rejects] == [(2, "date")]
    assert following is None
    assert "31/11/2026,R2" in text
    assert content == BROKEN_DAY.encode()


def test_what_is_forgotten_or_not_there_is_said_so(engine: sa.Engine, store: RawStore) -> None:
    number = take(engine, store, incoming("bank_vcb", BROKEN_DAY)).delivery_id
    with writing(engine) as session:
        row = session.get_one(Delivery, number)
        row.forgotten_at = NOW
        session.add(row)

    with reading(engine) as session:
        reject = list_rejects(session, number)[0][0].id
        assert find_delivery(session, number).account_tail == ""
        with pytest.raises(DeliveryForgotten):
            raw_bytes(session, store, number)
        with pytest.raises(DeliveryForgotten):
            raw_line(session, number, reject, sealer=SEALER)
        with pytest.raises(RejectNotFound):
            raw_line(session, number, reject + 1, sealer=SEALER)
        with pytest.raises(DeliveryNotFound):
            find_delivery(session, number + 1)


def test_lost_bytes_are_said_so(engine: sa.Engine, store: RawStore) -> None:
    number = take(engine, store, incoming("bank_vcb", BROKEN_DAY)).delivery_id
    with reading(engine) as session:
        store.remove([find_delivery(session, number).raw_sha256])

        with pytest.raises(RawLost, match=f"delivery {number}"):
            raw_bytes(session, store, number)
