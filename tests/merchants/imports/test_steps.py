"""An import by steps: received, checked, written, begun again, forgotten; on both databases."""

from datetime import timedelta

import pytest

from market.database import reading, writing
from merchants.errors import ImportFileForgotten, ImportStepRefused, MarketNotFound, SheetRefused
from merchants.imports.steps import (
    MOVED,
    begin_again,
    begin_writing,
    find_import,
    forget_files,
    is_stalled,
    note_beat,
    note_check,
    note_refusal,
    open_sheet,
    plan_file,
    write_file,
)
from merchants.kept_sentences import read_sentences
from merchants.kinds import ImportState
from merchants.tables import SheetImportRow, Stall
from tests.merchants.conftest import Register
from tests.merchants.imports.import_world import (
    CLERK,
    check,
    receive,
    receive_bytes,
    record_of,
    take_in,
    write,
)
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import row


def test_a_received_file_lies_sealed_and_opens_again(register: Register) -> None:
    import_id = receive(register, row())

    with reading(register.engine) as session:
        record = find_import(session, "MA", import_id)
        assert record.state is ImportState.CHECKING
        assert b"xl/workbook.xml" not in (record.file_sealed or b"")
        assert len(open_sheet(record, sealer=register.sealer).rows) == 1


def test_a_file_for_no_market_is_refused(register: Register) -> None:
    with pytest.raises(MarketNotFound):
        receive(register, row(), market="XX")


def test_a_check_notes_every_row_and_writes_nothing(register: Register) -> None:
    import_id = receive(register, row(), other_row(1, bank="Không Có"), row(stall="A9", phone=""))

    result = check(register, import_id)

    record = record_of(register, import_id)
    assert (record.state, record.rows_done, record.rows_total) == (ImportState.CHECKED, 3, 3)
    assert (record.rows_created, record.rows_rejected, record.rows_warned) == (2, 1, 1)
    with reading(register.engine) as session:
        noted = {
            each: session.get_one(SheetImportRow, (import_id, each)).outcome for each in (2, 3, 4)
        }
    assert noted == {each.row: each.outcome for each in result.rows}
    assert register.all(Stall) == []


def test_what_was_checked_is_what_is_written(register: Register) -> None:
    import_id = receive(register, row(), other_row(1, bank="Không Có"))
    checked = check(register, import_id)

    written = write(register, import_id)

    assert written.is_written
    assert written.result.rows == checked.rows
    assert record_of(register, import_id).state is ImportState.WRITTEN


def test_the_file_stays_only_while_rows_are_to_be_corrected(register: Register) -> None:
    clean = take_in(register, row())
    faulty = take_in(register, row(), other_row(1, bank="Không Có"))

    assert record_of(register, clean).file_sealed is None
    assert record_of(register, faulty).file_sealed is not None


def test_a_register_that_moved_is_looked_at_again(register: Register) -> None:
    import_id = receive(register, row(), other_row(1))
    check(register, import_id)
    register.take(row(), market_code="MA")

    first = write(register, import_id)
    second = write(register, import_id)

    assert not first.is_written
    assert first.result.remarks[0] == MOVED
    assert [each.change for each in first.result.rows] == ["same", "created"]
    assert second.is_written
    assert len(register.all(Stall)) == 2


def test_writing_begins_once_and_only_after_a_check(register: Register) -> None:
    import_id = receive(register, row())
    with writing(register.engine) as session:
        record = find_import(session, "MA", import_id, for_update=True)
        with pytest.raises(ImportStepRefused, match="is checking: it cannot be written"):
            begin_writing(session, record, now=register.now)
    check(register, import_id)

    with writing(register.engine) as session:
        record = find_import(session, "MA", import_id, for_update=True)
        begun = [begin_writing(session, record, now=register.now) for _ in range(2)]

    assert begun == [True, False]


def test_what_is_not_being_written_is_not_written(register: Register) -> None:
    import_id = take_in(register, row())

    with writing(register.engine) as session, pytest.raises(ImportStepRefused):
        write_file(
            session,
            find_import(session, "MA", import_id),
            market_code="MA",
            sealer=register.sealer,
            actor=CLERK,
            now=register.now,
        )


def test_a_worker_without_a_sign_of_life_is_taken_for_dead(register: Register) -> None:
    import_id = receive(register, row())
    with writing(register.engine) as session:
        note_beat(session, import_id, rows_done=1, rows_total=9, now=register.now)
    record = record_of(register, import_id)
    later = register.now + timedelta(seconds=61)

    with writing(register.engine) as session:
        found = find_import(session, "MA", import_id, for_update=True)
        begun = [begin_again(session, found, now=each) for each in (register.now, later, later)]

    assert (record.rows_done, record.rows_total) == (1, 9)
    assert (is_stalled(record, register.now), is_stalled(record, later)) == (False, True)
    assert begun == [False, True, False]


def test_a_sign_of_life_that_comes_too_late_changes_nothing(register: Register) -> None:
    import_id = take_in(register, row())

    with writing(register.engine) as session:
        note_beat(session, import_id, rows_done=0, rows_total=99, now=register.now)

    assert record_of(register, import_id).rows_total == 1


def test_a_file_that_cannot_be_read_is_noted_and_forgotten(register: Register) -> None:
    import_id = receive_bytes(register, b"%PDF-1.7", name="a.pdf")

    with writing(register.engine) as session:
        record = find_import(session, "MA", import_id)
        with pytest.raises(SheetRefused) as refusal:
            open_sheet(record, sealer=register.sealer)
        note_refusal(session, record, refusal.value)

    record = record_of(register, import_id)
    assert (record.state, record.file_sealed) == (ImportState.FAILED, None)
    assert read_sentences(record.refusal) == [
        "đây là tệp PDF. Cần tệp Excel đuôi .xlsx hoặc tệp .csv."
    ]


def test_a_second_check_finds_nothing_to_do(register: Register) -> None:
    import_id = take_in(register, row())
    other = check(register, receive(register, other_row(1)))

    with writing(register.engine) as session:
        record = find_import(session, "MA", import_id)
        with pytest.raises(ImportFileForgotten):
            plan_file(session, record, market_code="MA", sealer=register.sealer, now=register.now)
        note_check(session, record, other, now=register.now)

    assert record_of(register, import_id).state is ImportState.WRITTEN


def test_files_are_forgotten_after_their_time_but_not_under_way(register: Register) -> None:
    checked, waiting = receive(register, row()), receive(register, other_row(1))
    check(register, checked)
    later = register.now + timedelta(days=31)
    with writing(register.engine) as session:
        note_beat(session, waiting, rows_done=0, rows_total=1, now=later)

    with writing(register.engine) as session:
        forgotten = forget_files(session, register.now + timedelta(days=30))

    assert forgotten == 1
    assert record_of(register, checked).file_sealed is None
    assert record_of(register, waiting).file_sealed is not None
    assert record_of(register, checked).rows_created == 1
