"""The five steps as people count them."""

from datetime import UTC, datetime, timedelta

from merchants.kinds import VendorState
from merchants.lifecycle.step_line import step_line
from merchants.lifecycle.steps import VendorFacts

CAME = datetime(2026, 11, 1, 2, tzinfo=UTC)


def test_who_left_is_told_what_was_done_and_not_that_nothing_was() -> None:
    facts = VendorFacts(
        holds_a_stall=False, has_details=True, has_consented=True, has_account=True,
        has_matched_name=True,
    )  # fmt: skip
    reached = {VendorState.CONSENTED: CAME + timedelta(days=1)}

    line = step_line(facts, reached, registered_at=CAME, now=CAME + timedelta(days=9))

    assert [stage.is_done for stage in line.stages] == [True, True, True, False, False]
    assert line.stages[1].done_at == CAME + timedelta(days=1)


def test_invitation_and_test_payment_hold_nobody_up() -> None:
    facts = VendorFacts(
        has_details=True, has_consented=True, has_account=True, has_matched_name=True,
        has_poster=True,
    )  # fmt: skip
    reached = {VendorState.NAME_MATCHED: CAME}

    line = step_line(facts, reached, registered_at=CAME, now=CAME)

    assert line.number == 5
    assert [stage.key for stage in line.stages if stage.is_next] == ["hung"]
