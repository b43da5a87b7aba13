"""What a row that is told again does to the ledger."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.ledger import Effect, effect_of
from reconciliation.records import SourceChannel, Status
from tests.feed_samples import read_vcb, sample

ROW = read_vcb(sample("bank/vcb_statement_utf8bom.csv")).transactions[0]


def test_a_new_key_is_inserted() -> None:
    assert effect_of(ROW, None) is Effect.INSERT


def test_the_same_content_through_another_door_changes_nothing() -> None:
    again = replace(ROW, row=7, case="x", source_channel=SourceChannel.WEBHOOK)

    assert effect_of(again, ROW) is Effect.NONE


def test_other_content_is_a_new_version() -> None:
    assert effect_of(replace(ROW, amount=1), ROW) is Effect.UPDATE


@pytest.mark.parametrize(
    ("before", "now", "effect"),
    [
        (Status.AUTHORISED, Status.SUCCEEDED, Effect.UPDATE),
        (Status.SUCCEEDED, Status.AUTHORISED, Effect.KEPT),
        (Status.SUCCEEDED, Status.PENDING, Effect.KEPT),
        (Status.SUCCEEDED, Status.FAILED, Effect.UPDATE),
        (Status.SUCCEEDED, Status.REVERSED, Effect.UPDATE),
        (Status.REVERSED, Status.SUCCEEDED, Effect.KEPT),
    ],
)
def test_a_late_lower_status_never_downgrades(before: Status, now: Status, effect: Effect) -> None:
    assert effect_of(replace(ROW, status=now), replace(ROW, status=before)) is effect


@given(st.permutations([Status.PENDING, Status.AUTHORISED, Status.SUCCEEDED, Status.REVERSED]))
def test_any_order_of_arrival_ends_in_the_same_status(order: list[Status]) -> None:
    known = None
    for status in order:
        told = replace(ROW, status=status)
        if effect_of(told, known) in {Effect.INSERT, Effect.UPDATE}:
            known = told

    assert known is not None
    assert known.status is Status.REVERSED
