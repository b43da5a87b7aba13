"""What a look at a stall comes to: every code in the picture compared with the register."""

from datetime import UTC, datetime

import pytest
from PIL import Image
from sqlmodel import select

from market.database import reading, writing
from merchants.acceptance.displayed_codes import see_code
from merchants.acceptance.own_codes import take_own_code
from merchants.audits.check_lists import CheckFilter, all_checks, find_check, list_checks
from merchants.audits.photos import read_photo
from merchants.audits.seen_photos import PHOTO_BYTES_MAX
from merchants.audits.verdicts import CodeIs, JudgedCode, judge
from merchants.errors import CheckNotFound, CheckRefused, EntryRefused, StallNotFound
from merchants.kinds import CheckResult, CheckSource, EventAction, PosterState
from merchants.posters.issue import replace_poster, revoke_poster
from merchants.posters.payload import poster_payload
from merchants.tables import Incident, Poster, PosterCheck, RegisterEvent
from qr.seen import SeenSymbol
from tests.merchants.audits.audit_world import HELPER, KEY, Audits, false_code, picture
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, row
from tests.qr.test_scan import saved
from tests.qr.test_wrappers import VECTORS

BASE = "https://cho.example/p/"


# --- what all codes of one picture come to ---


def judged(*kinds: CodeIs, left: float | None = 1.0) -> list[JudgedCode]:
    return [JudgedCode(SeenSymbol(f"code {at}", left), what) for at, what in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "result"),
    [
        ([], CheckResult.MISSING),
        ([CodeIs.EXPECTED], CheckResult.OK),
        ([CodeIs.EXPECTED, CodeIs.CHECK_ADDRESS], CheckResult.OK),
        ([CodeIs.EXPECTED, CodeIs.OTHER], CheckResult.OK),
        ([CodeIs.EXPECTED, CodeIs.OWN], CheckResult.OK),
        ([CodeIs.EXPECTED, CodeIs.ENDED], CheckResult.REVOKED),
        ([CodeIs.EXPECTED, CodeIs.UNKNOWN_PAYMENT], CheckResult.MISMATCH),
        ([CodeIs.EXPECTED, CodeIs.ELSEWHERE], CheckResult.MISMATCH),
        ([CodeIs.OWN], CheckResult.MISSING),
        ([CodeIs.CHECK_ADDRESS], CheckResult.MISSING),
        ([CodeIs.ENDED], CheckResult.REVOKED),
        ([CodeIs.ENDED, CodeIs.UNKNOWN_PAYMENT], CheckResult.MISMATCH),
        ([CodeIs.UNKNOWN_PAYMENT], CheckResult.MISMATCH),
        ([CodeIs.ELSEWHERE], CheckResult.MISMATCH),
        ([CodeIs.OTHER], CheckResult.MISMATCH),
    ],
)
def test_results(kinds: list[CodeIs], result: CheckResult) -> None:
    assert judge(judged(*kinds)).result is result


@pytest.mark.parametrize(
    ("left", "result", "permille"),
    [
        (1.0, CheckResult.OK, 1000),
        (0.5, CheckResult.OK, 500),
        (0.499, CheckResult.WORN, 499),
        (0.0, CheckResult.WORN, 0),
        (None, CheckResult.OK, None),
    ],
)
def test_below_half_of_its_error_correction_a_code_is_worn(
    left: float | None, result: CheckResult, permille: int | None
) -> None:
    verdict = judge(judged(CodeIs.EXPECTED, left=left))

    assert (verdict.result, verdict.unused_correction_permille) == (result, permille)


# --- photos ---


def test_the_right_code_alone_is_right(audits: Audits) -> None:
    content = picture(audits.payload())

    found = audits.photo(content)

    assert (found.check.result, found.incidents) == (CheckResult.OK, ())
    assert found.check.source is CheckSource.PHOTO
    assert found.check.unused_correction_permille == 1000
    assert found.check.evidence_sha256 == read_photo(content).sha256
    assert audits.poster().state is PosterState.CHECKED


def test_a_stained_code_is_worn_and_still_good(audits: Audits) -> None:
    found = audits.photo(picture(audits.payload(), stained=238))

    assert found.check.result is CheckResult.WORN
    left = found.check.unused_correction_permille
    assert left is not None
    assert 0 <= left < 500


def test_a_sticker_beside_the_right_code_is_found(audits: Audits) -> None:
    found = audits.photo(picture(audits.payload(), false_code()))

    assert found.check.result is CheckResult.MISMATCH
    assert found.check.codes_seen == 2
    assert [one.code_label for one in found.incidents] == ["MBBank ···4567"]


def test_a_sticker_over_the_right_code_is_found(audits: Audits) -> None:
    assert audits.photo(picture(false_code())).check.result is CheckResult.MISMATCH


def test_another_stalls_poster_is_a_mismatch(audits: Audits) -> None:
    found = audits.photo(picture(audits.payload("B001")))

    assert found.check.result is CheckResult.MISMATCH
    assert len(found.incidents) == 1


def test_a_photo_without_a_code_misses_the_poster(audits: Audits) -> None:
    found = audits.photo(picture())

    assert (found.check.result, found.check.codes_seen) == (CheckResult.MISSING, 0)
    assert found.incidents == ()


def test_a_revoked_poster_that_still_hangs_is_told_apart(audits: Audits) -> None:
    payload, poster = audits.payload(), audits.poster()
    with writing(audits.engine) as session:
        revoke_poster(session, poster.serial or "", now=audits.now)

    found = audits.photo(picture(payload))

    assert (found.check.result, found.check.poster_id) == (CheckResult.REVOKED, poster.id)
    assert found.incidents == ()


def test_a_new_poster_with_the_same_payload_is_right(audits: Audits) -> None:
    with writing(audits.engine) as session:
        replace_poster(
            session, audits.poster().serial or "", sealer=audits.sealer, now=audits.now,
            verification_key=KEY,
        )  # fmt: skip

    found = audits.photo(picture(audits.payload()))

    assert found.check.result is CheckResult.OK
    assert found.check.poster_id == audits.poster().id


def test_the_vendors_own_other_code_is_no_mismatch_and_no_substitute(audits: Audits) -> None:
    own = poster_payload(
        bin="970436", account="0123456789012", holder_name="NGUYEN THI HUONG",
        commune_name="Xã Mậu A", goods_group="Rau", vendor_code="V", stall_code="A001",
    )  # fmt: skip
    assert own != audits.payload()

    assert audits.photo(picture(audits.payload(), own)).check.result is CheckResult.OK
    assert audits.photo(picture(own)).check.result is CheckResult.MISSING


def test_a_wallet_code_that_was_taken_over_belongs_there(audits: Audits) -> None:
    wallet = VECTORS["V079"]
    assert audits.photo(picture(audits.payload(), wallet)).check.result is CheckResult.MISMATCH
    with writing(audits.engine) as session:
        take_own_code(
            session, "MA", "A001", wallet, sealer=audits.sealer, actor=HELPER, now=audits.now
        )

    assert audits.photo(picture(audits.payload(), wallet)).check.result is CheckResult.OK


def test_a_code_only_seen_there_before_is_still_nobodys(audits: Audits) -> None:
    with writing(audits.engine) as session:
        see_code(
            session, "MA", "A001", false_code(), sealer=audits.sealer, actor=HELPER,
            now=audits.now,
        )  # fmt: skip

    assert audits.photo(picture(false_code())).check.result is CheckResult.MISMATCH


def test_the_check_address_of_this_poster_belongs_to_it_and_no_others_does(
    audits: Audits,
) -> None:
    own = f"{BASE}{audits.poster().serial}"
    forged = own.replace("cho.example", "cho-example.vn")

    assert audits.scan([audits.payload(), own], check_base=BASE).check.result is CheckResult.OK
    assert audits.scan([own], check_base=BASE).check.result is CheckResult.MISSING
    assert audits.scan([forged], check_base=BASE).check.result is CheckResult.MISMATCH


def test_any_changed_character_is_another_code(audits: Audits) -> None:
    right = audits.payload()

    assert audits.scan([right[:-1] + "0"]).check.result is CheckResult.MISMATCH
    assert audits.scan([f"{right} "]).check.result is CheckResult.MISMATCH


# --- what is refused ---


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (bytes(50 * 2**20), "Ảnh nặng 50.0 MB, nhận tối đa 8 MB"),
        (bytes(PHOTO_BYTES_MAX + 1), "nhận tối đa 8 MB"),
        (b"no picture", "Không mở được ảnh này: tệp này không phải ảnh JPEG, PNG hay WebP"),
        (b"", "tệp này không phải ảnh"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "Ảnh dạng HEIC của iPhone chưa mở được"),
        (picture("MA")[:-300], "Không mở được ảnh này"),
        (saved(Image.new("1", (15_000, 15_000))), "triệu điểm ảnh"),
        (picture(*(f"code {n}" for n in range(10))), "ảnh có hơn 9 mã QR"),
    ],
)
def test_what_is_no_photo_of_a_stall_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(CheckRefused, match=message):
        read_photo(content)


@pytest.mark.parametrize(
    ("payloads", "message"),
    [
        ([], "Chưa có mã nào được quét"),
        ([" "], "Chưa có nội dung mã QR"),
        (["x" * 2954], "một mã QR chứa tối đa 2953"),
        ([str(n) for n in range(10)], "quét từng tấm một"),
    ],
)
def test_what_no_camera_reads_is_refused(
    sqlite_audits: Audits, payloads: list[str], message: str
) -> None:
    with pytest.raises(CheckRefused, match=message):
        sqlite_audits.scan(payloads)
    assert sqlite_audits.register.all(PosterCheck) == []


def test_half_a_character_from_json_is_read_as_a_wrong_code(audits: Audits) -> None:
    assert audits.scan(["00020101\ud800"]).check.result is CheckResult.MISMATCH


def test_a_stall_without_any_poster_has_nothing_to_compare(audits: Audits) -> None:
    audits.register.take(row(stall="A009", **VACANT))

    with pytest.raises(CheckRefused, match="chưa có tấm mã nào để so"):
        audits.scan([false_code()], "A009")
    with pytest.raises(StallNotFound):
        audits.scan([false_code()], "Z999")


def test_a_vendor_looks_only_at_the_own_poster(audits: Audits) -> None:
    with pytest.raises(CheckRefused):
        audits.scan([false_code()], "B001", vendor_id=audits.poster("A001").vendor_id)
    assert audits.register.all(Incident) == []


def test_a_note_that_is_too_long_is_refused(sqlite_audits: Audits) -> None:
    with pytest.raises(EntryRefused, match="ghi tối đa 200 chữ"):
        sqlite_audits.see(CheckResult.OK, note="x" * 201)


# --- what is remembered ---


def test_a_look_is_remembered_with_both_clocks_and_no_photo(audits: Audits) -> None:
    told_at = datetime(2031, 1, 1, tzinfo=UTC)

    found = audits.photo(picture(audits.payload()), device_at=told_at, note=" mã  hơi mờ ")

    assert (found.check.checked_at, found.check.device_at) == (audits.now, told_at)
    assert (found.check.recorded_by, found.check.note) == ("staff:3", "mã hơi mờ")
    with reading(audits.engine) as session:
        event = session.exec(
            select(RegisterEvent).where(RegisterEvent.action == EventAction.POSTER_CHECKED.value)
        ).one()
        assert event.subject == f"poster:{audits.poster().serial}"
        assert (event.to_value, event.reason) == ("ok", "photo")
        assert event.evidence_sha256 == found.check.evidence_sha256
        assert event.vendor_id == audits.poster().vendor_id


def test_a_poster_not_noted_as_hung_is_not_hung_by_a_look(audits: Audits) -> None:
    with writing(audits.engine) as session:
        found = session.get(Poster, audits.poster().id)
        assert found is not None
        found.state = PosterState.PRINTED
        session.add(found)

    audits.see(CheckResult.OK)

    assert audits.poster().state is PosterState.PRINTED


def test_looks_are_listed_newest_first_filtered_and_paged(audits: Audits) -> None:
    audits.see(CheckResult.OK)
    audits.see(CheckResult.MISSING, "B001")
    audits.see(CheckResult.WORN, vendor_id=audits.poster().vendor_id)

    def listed(**asked: object) -> list[str]:
        with reading(audits.engine) as session:
            found, _ = list_checks(session, "MA", CheckFilter(**asked))  # type: ignore[arg-type]
        return [one.result.value for one in found]

    assert listed() == ["worn", "missing", "ok"]
    assert listed(result=CheckResult.MISSING) == ["missing"]
    assert listed(stall_code="A001") == ["worn", "ok"]
    assert listed(is_self_check=False) == ["missing", "ok"]
    assert listed(vendor_id=audits.poster("B001").vendor_id) == ["missing"]
    assert listed(first=audits.now.date(), last=audits.now.date()) == ["worn", "missing", "ok"]
    assert listed(first=datetime(2026, 11, 22, tzinfo=UTC).date()) == []
    assert listed(last=datetime(2026, 11, 20, tzinfo=UTC).date()) == []
    with reading(audits.engine) as session:
        page, after = list_checks(session, "MA", CheckFilter(limit=2))
        rest, end = list_checks(session, "MA", CheckFilter(limit=2, after=after))
        assert [one.id for one in (*page, *rest)] == [3, 2, 1]
        assert end is None
        assert len(all_checks(session, "MA", CheckFilter())) == 3


def test_one_look_is_found_in_its_market_and_by_its_vendor_only(audits: Audits) -> None:
    look = audits.see(CheckResult.OK).check

    with reading(audits.engine) as session:
        vendor = audits.poster().vendor_id
        assert find_check(session, "MA", look.id or 0, vendor_id=vendor).serial
        for market, vendor_id in (("LG", None), ("MA", vendor + 1)):
            with pytest.raises(CheckNotFound):
                find_check(session, market, look.id or 0, vendor_id=vendor_id)


def test_a_look_takes_the_same_statements_for_any_number_of_codes(sqlite_audits: Audits) -> None:
    right = sqlite_audits.payload()
    sqlite_audits.scan([right])  # the first good look also says that the poster was looked at
    with counted(sqlite_audits.engine) as one:
        sqlite_audits.scan([right])
    with counted(sqlite_audits.engine) as many:
        sqlite_audits.scan([right, *(f"https://zalo.me/{n}" for n in range(8))])

    assert len(many) == len(one)
