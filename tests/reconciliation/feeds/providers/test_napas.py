"""NAPAS files: checksums, the year of a day without one, reversals, files that only annotate."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.providers.napas_checksum import checksum
from reconciliation.feeds.reading.dates import read_month_day
from reconciliation.records import FeedReading, FileAction, Status
from tests.feed_samples import read, refusal_of, sample

MEMBER = "970499"
TC = "112026_BNB_CHB_970499_1_TC_SWC.dat"
SAMPLE = sample(f"napas/{TC}").decode()


def signed(line: str, member: str = MEMBER) -> str:
    """Return a line with the checksum it must have now."""
    found = re.fullmatch(r"(.*\[CS[RF]\])[0-9a-f]{32}", line)
    assert found is not None
    return found[1] + checksum(found[1], member)


def detail(**fields: str) -> str:
    """Return the first DR line of the sample with other fields and the checksum for them."""
    line = SAMPLE.split("\n")[1]
    for name, value in fields.items():
        line = re.sub(rf"(\[{name}\])[^\[]*", rf"\g<1>{value}", line)
    return signed(line)


def file_of(*details: str, day: str = "20112026", count: int | None = None) -> str:
    header, *_, trailer, _end = SAMPLE.split("\n")
    declared = len(details) if count is None else count
    trailer = re.sub(r"\[NOT\][0-9]{9}", f"[NOT]{declared:09d}", trailer)
    lines = [header.replace("20112026", day), *details, signed(trailer)]
    return "\n".join(lines) + "\n"


def read_napas(content: str | bytes, name: str = TC, account: str | None = MEMBER) -> FeedReading:
    encoded = content if isinstance(content, bytes) else content.encode()
    return read("napas", encoded, account=account, name=name)


def test_line_ends_are_no_part_of_the_checksum() -> None:
    whole = read_napas(SAMPLE)

    assert read_napas(SAMPLE.replace("\n", "\r\n")) == whole
    assert read_napas(SAMPLE.replace("\n", "\n\n").rstrip()) == whole
    assert read_napas("\ufeff" + SAMPLE).transactions == whole.transactions


@pytest.mark.parametrize("place", range(1, 7))
@pytest.mark.parametrize("digit", [0, 1, 2, 3])
def test_any_changed_character_of_a_line_is_noticed(place: int, digit: int) -> None:
    lines = SAMPLE.split("\n")
    digits = [found.start() for found in re.finditer("[0-9]", lines[place])]
    at = digits[digit * (len(digits) - 1) // 3]
    lines[place] = lines[place][:at] + str(9 - int(lines[place][at])) + lines[place][at + 1 :]

    assert read_napas("\n".join(lines)).reason == "checksum"


@given(lost=st.integers(1, 5))
def test_a_lost_line_is_noticed_by_the_declared_count(lost: int) -> None:
    lines = SAMPLE.split("\n")
    del lines[lost]

    assert read_napas("\n".join(lines)).reason == "control_totals"


@given(end=st.integers(1, len(SAMPLE.rstrip()) - 1))
def test_every_cut_is_refused(end: int) -> None:
    assert read_napas(SAMPLE[:end]).action is FileAction.REJECT_FILE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        ("\u2003\u2003", "not_parseable"),
        ("HR[REV]  970499[DATE]20112026", "partial"),
        (SAMPLE.replace("HR[REV]", "HX[REV]"), "not_parseable"),
        (SAMPLE.replace("[DATE]20112026\nDR", "[DATE]31112026\nDR"), "not_parseable"),
        (SAMPLE.replace("TR[NOT]", "TX[NOT]"), "partial"),
        ("-----BEGIN PGP MESSAGE-----\n\nhQEMA", "encrypted"),
        (b"\x85\x01\x0c\x03" + b"\x9a" * 300, "encrypted"),
        (b"\xc1\xc0\x4c\x03" + b"\x9a" * 300, "encrypted"),
        (SAMPLE.replace("samplegen", "sample\x00en"), "control_character"),
        (SAMPLE + "more\n" + SAMPLE.split("\n")[-2] + "\n", "schema"),
        (SAMPLE.replace(SAMPLE.split("\n")[1], "note"), "checksum"),
    ],
)
def test_what_is_no_whole_file_is_refused_by_name(content: str | bytes, reason: str) -> None:
    assert read_napas(content).reason == reason


def test_a_line_with_its_checksum_but_another_layout_refuses_the_file() -> None:
    longer = signed(SAMPLE.split("\n")[1].replace("[MTI]0210", "[MTI]00210"))
    renamed = signed(SAMPLE.split("\n")[1].replace("[F41]", "[F42]"))
    trailer = signed(SAMPLE.split("\n")[-2].replace("[CRE]", "[CRX]"))

    assert read_napas(file_of(longer)).reason == "schema"
    assert read_napas(file_of(renamed)).reason == "schema"
    assert read_napas(SAMPLE.replace(SAMPLE.split("\n")[-2], trailer)).reason == "schema"


def test_a_damaged_file_is_refused_for_its_damage_whatever_its_name() -> None:
    assert read_napas(sample("faults/napas_line_checksum_bad.dat"), "x").reason == "checksum"


@pytest.mark.parametrize("name", ["x.dat", "", "112026_ACQ_CHB_970499_1_TC_SWC.dat"])
def test_a_name_that_tells_no_beneficiary_file_is_refused(name: str) -> None:
    assert read_napas(SAMPLE, name).reason == "schema"


def test_the_member_is_the_account() -> None:
    assert read_napas(SAMPLE, account="970400").reason == "wrong_account"
    assert read_napas(SAMPLE, account=None).statements[0].provider_account_id == MEMBER


@pytest.mark.parametrize("kind", ["SL", "XL"])
def test_files_of_differences_make_no_rows_but_are_told(kind: str) -> None:
    name = TC.replace("_TC_", f"_{kind}_")

    reading = read_napas(file_of(detail(RRC="0117")), name)

    assert (reading.action, reading.transactions) == (FileAction.ACCEPT, ())
    assert reading.warnings == (
        f"napas:970499:745811000001:300001:20261120140237:0210: {kind} says 0117",
    )
    [statement] = reading.statements
    assert (statement.declared_count, statement.transaction_count) == (1, 0)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"F4": "000006886650"}, "amount"),
        ({"F4": "00000688660x"}, "amount"),
        ({"F4": "            "}, "amount"),
        ({"F4": "０００００６８８６６００"}, "amount"),
        ({"F4": "000000000000"}, "amount_sides"),
        ({"F49": "840"}, "amount"),
        ({"F13": "1131"}, "date"),
        ({"F15": "ab01"}, "date"),
        ({"F12": "246060"}, "date"),
        ({"F12": "12  37"}, "date"),
        ({"MTI": "0220"}, "status"),
        ({"TRN": " " * 16}, "reference"),
        ({"F37": " " * 12}, "reference"),
        ({"F11": " " * 6}, "reference"),
    ],
)
def test_a_whole_line_that_says_the_impossible_waits(fields: dict[str, str], reason: str) -> None:
    good = detail(F37="000000000009")

    reading = read_napas(file_of(good, detail(**fields)))

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, reason)]
    assert reading.statements[0].completeness == "partial"
    assert len(reading.transactions) == 1


def test_the_same_line_twice_waits_at_the_second() -> None:
    reading = read_napas(file_of(detail(), detail()))

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, "reference")]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("0000", Status.SUCCEEDED),
        ("0115", Status.SUCCEEDED),
        ("0116", Status.UNKNOWN),
        ("0117", Status.UNKNOWN),
        ("9999", Status.UNKNOWN),
    ],
)
def test_only_what_napas_calls_successful_moved_money(code: str, status: Status) -> None:
    reading = read_napas(file_of(detail(RRC=code)))

    assert reading.transactions[0].status is status
    is_done = status is Status.SUCCEEDED
    assert reading.statements[0].gross_credit_amount == (68866 if is_done else 0)


def test_a_reversal_names_its_payment_wherever_that_stands() -> None:
    back = detail(MTI="0420", TRN="6324IBT1aQG00009", F12="150000")
    lone = detail(MTI="0420", F37="999999999999", TRN="6324IBT1aQG00008")

    first, payment, other = read_napas(file_of(back, detail(), lone)).transactions

    assert first.original_transaction_id == payment.provider_transaction_id
    assert (payment.original_transaction_id, other.original_transaction_id) == (None, None)


@pytest.mark.parametrize(
    ("day", "told", "settled", "expected"),
    [
        ("01012027", "1231", "0101", (date(2026, 12, 31), date(2027, 1, 1))),
        ("31122026", "1231", "0101", (date(2026, 12, 31), date(2027, 1, 1))),
        ("15062026", "0615", "0616", (date(2026, 6, 15), date(2026, 6, 16))),
        ("01032028", "0229", "0301", (date(2028, 2, 29), date(2028, 3, 1))),
    ],
)
def test_a_day_without_a_year_lies_nearest_to_the_file(
    day: str, told: str, settled: str, expected: tuple[date, date]
) -> None:
    [row] = read_napas(file_of(detail(F13=told, F15=settled), day=day)).transactions

    assert row.occurred_at is not None
    assert (row.occurred_at.date(), row.settlement_date) == expected
    assert row.business_date == expected[1]
    assert f"{expected[0]:%Y%m%d}140237" in row.dedupe_key


@given(near=st.dates(date(2000, 1, 1), date(2100, 1, 1)), offset=st.integers(-180, 180))
def test_every_day_within_half_a_year_gets_its_own_year(near: date, offset: int) -> None:
    day = date.fromordinal(near.toordinal() + offset)

    assert read_month_day(f"{day:%m%d}", near) == day


def test_a_leap_day_with_no_leap_year_near_is_no_day() -> None:
    assert refusal_of(read_month_day, "0229", date(2026, 3, 1)) == "date"
    # A leap day stands within the years beside, but not within half a year.
    assert refusal_of(read_month_day, "0229", date(2027, 3, 1)) == "date"
    assert refusal_of(read_month_day, "0229", date(2029, 3, 1)) == "date"
    assert read_month_day("0229", date(2027, 12, 31)) == date(2028, 2, 29)


def test_a_row_keeps_its_till_and_leaves_out_what_is_blank() -> None:
    [row] = read_napas(file_of(detail(MID="STALL-A12      ", F41="        "))).transactions

    assert (row.store_id, row.terminal_id) == ("STALL-A12", None)
    assert row.occurred_at == datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)
    assert row.payer == "9704990000000000"
