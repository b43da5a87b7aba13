"""What the histories and logs say: every event in words of both languages, no word of the database."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

import market
import merchants
from market.database import reading, writing
from market.i18n import Lang, translator
from market.i18n.door_telling import RIGHTS, tell_door_note, tell_door_subject
from market.i18n.english import ENGLISH
from market.i18n.event_names import EVENT_NAMES
from market.i18n.event_telling import ToldEvent, tell_event
from market.i18n.event_words import (
    ACCOUNT_DECISIONS,
    ACCOUNT_FIELDS,
    CALENDAR_WORDS,
    LABELS,
    MARKET_FIELDS,
    OWN_ACTIONS,
    REASONS,
    REQUEST_KINDS,
    REQUEST_STATES,
    STALL_FIELDS,
    VALUES,
)
from market.roles import Role
from market.security.rights import Right
from merchants import kinds
from merchants.actors import COMMAND, Actor
from merchants.event_subjects import subject_names
from merchants.events import record_events
from merchants.imports.entry import LinkBy
from merchants.imports.planned_events import _POINT_COLUMNS, _STALL_COLUMNS
from merchants.kinds import EventAction
from merchants.markets.details import MarketFacts
from merchants.stalls.changes import StallDetails
from merchants.tables import AcceptancePoint, RegisterEvent, Vendor
from merchants.vendors.details import FIELDS
from merchants.vendors.history import vendor_history
from tests.market.conftest import NOW, Staff
from tests.market.reading_html import Page
from tests.market.refusals import VIETNAMESE
from tests.merchants.queries import counted

_VI, _EN = translator(Lang.VI), translator(Lang.EN)


@dataclass(frozen=True)
class Told:
    """An event as it is kept."""

    action: str
    subject: str = ""
    from_value: str = ""
    to_value: str = ""
    reason: str = ""
    note: str = ""


NAMES = {
    "account:7": "···4567",
    "account_change:3": "···4567",
    "zone:1": "Dãy A",
    "zone:2": "Dãy B",
    "cash_point:8": "Đại lý cô Sáu",
    "team:4": "Tổ 1",
    "team_member:5": "Vàng Thị Sua",
}
SAID: list[tuple[Told, str]] = [
    (Told("registered"), "Ghi vào danh sách"),
    (Told("registered", "stall", to_value="vacant"), "Ghi vào danh sách: trống"),
    (
        Told("changed", "full_name#3", "N. T. H.", "N. T. L."),
        "Sửa thông tin: Họ tên, từ N. T. H. thành N. T. L.",
    ),
    (
        Told("changed", "full_name#3", "N. T. H.", "N. T. H."),
        "Sửa thông tin: Họ tên, phần được hiện không đổi",
    ),
    (Told("changed", "phone#3", "", "···678"), "Sửa thông tin: Số điện thoại, ···678"),
    (Told("changed", "phone#3", "···678"), "Sửa thông tin: Số điện thoại, bỏ ···678"),
    (Told("changed", "phone#3"), "Sửa thông tin: Số điện thoại"),
    (
        Told("changed", "consented_on#3", "2026-11-01", "2026-11-02"),
        "Sửa thông tin: Ngày đồng ý, từ 01/11/2026 thành 02/11/2026",
    ),
    (
        Told("changed", "link_by", to_value="paper"),
        "Sửa thông tin: cách đưa đường dẫn, in ra giấy",
    ),
    (
        Told("changed", "account:7", "mismatch", "exact"),
        "Sửa thông tin: tài khoản ···4567, khớp tên, từ khác tên thành khớp từng chữ",
    ),
    (
        Told("changed", "account:7", to_value="exact", reason="account_change:3"),
        "Sửa thông tin: tài khoản ···4567, khớp tên, khớp từng chữ",
    ),
    (
        Told("changed", "account:7", reason="holder_name"),
        "Sửa thông tin: tài khoản ···4567, tên chủ tài khoản",
    ),
    (
        Told("changed", "account:7", "transfer_qr", "merchant_qr", "acceptance_type"),
        (
            "Sửa thông tin: tài khoản ···4567, cách nhận tiền, "
            "từ mã QR chuyển tiền thành mã QR thanh toán"
        ),
    ),
    (
        Told("changed", "account:7", "", "HD-12 01/11/2026–", "contract"),
        "Sửa thông tin: tài khoản ···4567, hợp đồng, HD-12 01/11/2026–",
    ),
    (
        Told("state_changed", "", "listed", "invited"),
        "Chuyển bước: từ có tên trong danh sách thành đã mời",
    ),
    (
        Told("state_changed", "state#4", "active", "suspended", "moved"),
        "Chuyển bước: từ đang nhận tiền thành tạm dừng, Chuyển đi nơi khác",
    ),
    (
        Told("state_changed", "account:7", "declared", "to_migrate"),
        "Chuyển bước: tài khoản ···4567, từ mới khai thành cần đổi sang tên hộ kinh doanh",
    ),
    (
        Told("state_changed", "stall", "vacant", "closed", note="mái dột"),
        "Chuyển bước: từ trống thành đóng / mái dột",
    ),
    (Told("stall_taken", to_value="2026-11-02"), "Nhận gian hàng: 02/11/2026"),
    (
        Told("stall_left", to_value="2026-11-02", reason="low_trade"),
        "Trả gian hàng: 02/11/2026, Bán ít, thấy không cần",
    ),
    (
        Told("stall_left", reason="consent_withdrawn"),
        "Trả gian hàng: người bán rút lại sự đồng ý",
    ),
    (
        Told("merged", "vendor:CC222224X", to_value="kept", note="cùng một người"),
        "Gộp hồ sơ trùng: CC222224X, hồ sơ này được giữ / cùng một người",
    ),
    (
        Told("merge_undone", "vendor:CC222224X", to_value="merged"),
        "Tách hồ sơ đã gộp: CC222224X, hồ sơ này được gộp vào hồ sơ kia",
    ),
    (Told("self_performed", to_value="pin"), "Người bán tự làm: tự đặt mã PIN"),
    (
        Told("test_payment_seen", to_value="2000", reason="helper"),
        "Thấy khoản chuyển thử: 2.000 đồng, người hỗ trợ thấy cùng",
    ),
    (Told("account_proposed", "account_change:3"), "Đề nghị đổi tài khoản: tài khoản ···4567"),
    (
        Told("account_confirmed", "account_change:3", to_value="pin"),
        "Người bán xác nhận tài khoản: tài khoản ···4567, bằng mã PIN của người bán",
    ),
    (
        Told("account_decided", "account_change:3", to_value="approved"),
        "Duyệt tài khoản: tài khoản ···4567",
    ),
    (
        Told("account_decided", "account_change:3", to_value="rejected"),
        "Không duyệt tài khoản: tài khoản ···4567",
    ),
    (
        Told("account_decided", "account_change:3", to_value="withdrawn"),
        "Rút lại đề nghị đổi tài khoản: tài khoản ···4567",
    ),
    (
        Told("account_added", "account:7", to_value="normalised", reason="account_change:3"),
        "Thêm tài khoản: tài khoản ···4567, khớp khi bỏ dấu",
    ),
    (Told("account_closed", "account:7"), "Đóng tài khoản: tài khoản ···4567"),
    (
        Told("code_seen", "displayed_code:2", to_value="momo"),
        "Thấy mã QR ở gian hàng: MoMo",
    ),
    (Told("code_gone", "code:2"), "Mã QR không còn treo"),
    (
        Told("consent_given", "notice:2026-11", to_value="contact poster"),
        "Đồng ý: bản thông báo 2026-11, Gọi điện, nhắn tin, Làm tấm mã QR",
    ),
    (
        Told("consent_given", "notice:paper", to_value="poster"),
        "Đồng ý: theo danh sách giấy, Làm tấm mã QR",
    ),
    (
        Told("consent_withdrawn", "purpose:contact"),
        "Rút lại đồng ý: Gọi điện, nhắn tin",
    ),
    *(
        (
            Told(f"privacy_{step}", "request:9", "deletion", state),
            f"{name}: số 9, xoá dữ liệu, {words}",
        )
        for step, name, state, words in (
            ("requested", "Nhận yêu cầu về dữ liệu", "received", "đã nhận, chờ trả lời"),
            ("answered", "Trả lời yêu cầu về dữ liệu", "answered", "đã trả lời, đang làm"),
            ("extended", "Gia hạn yêu cầu về dữ liệu", "answered", "đã trả lời, đang làm"),
            ("completed", "Làm xong yêu cầu về dữ liệu", "refused", "không làm"),
        )
    ),
    (Told("data_exported"), "Xuất dữ liệu: mọi dữ liệu giữ về người bán"),
    (
        Told("data_exported", "account_statement", to_value="xlsx"),
        "Xuất dữ liệu: bảng kê tài khoản, XLSX",
    ),
    (Told("data_exported", "incidents", to_value="2"), "Xuất dữ liệu: hồ sơ mã lạ, 2 sự cố"),
    (
        Told("data_exported", "incident:6", to_value="payload"),
        "Xuất dữ liệu: số 6, nội dung mã lạ",
    ),
    (Told("data_erased"), "Xoá dữ liệu"),
    (Told("imported", "import:8"), "Nhập danh sách: số 8"),
    (Told("import_undone", "import:8"), "Hoàn lại lần nhập: số 8"),
    (Told("pin_set"), "Đặt mã PIN"),
    (Told("pin_reset"), "Ban quản lý bỏ mã PIN cũ"),
    (Told("link_issued", to_value="2026-12-02"), "Cấp đường dẫn: dùng đến 02/12/2026"),
    (Told("link_revoked", from_value="2"), "Thu hồi đường dẫn: 2 đường dẫn"),
    (
        Told("poster_issued", "poster:MA-0012-K", to_value="generated"),
        "Cấp tấm mã: MA-0012-K, đã cấp, chưa treo",
    ),
    (
        Told("poster_installed", "poster:MA-0012-K", to_value="2026-11-02"),
        "Treo tấm mã: MA-0012-K, 02/11/2026",
    ),
    (
        Told("poster_ended", "poster:MA-0012-K", to_value="revoked", reason="name_changed"),
        "Thôi dùng tấm mã: MA-0012-K, đã thu hồi, tên trên tấm mã đổi",
    ),
    (
        Told("poster_ended", "poster:MA-0012-K", to_value="replaced", reason="damaged: mái dột"),
        "Thôi dùng tấm mã: MA-0012-K, đã thay, tấm mã hỏng / mái dột",
    ),
    (
        Told("poster_checked", "poster:MA-0012-K", to_value="worn", reason="scan"),
        "Xem tấm mã: MA-0012-K, đúng mã, đã mòn, quét bằng điện thoại",
    ),
    (
        Told("visited", "visit:4", to_value="refused", reason="tax_concern"),
        "Đến gian hàng: Từ chối, Lo về thuế",
    ),
    (
        Told("target_set", "target:2", "30000 percent", "35500 percent", note="KH 12"),
        "Đặt mục tiêu: số 2, từ 30% thành 35,50% / KH 12",
    ),
    (
        Told("target_withdrawn", "target:2", "2000000000 vnd"),
        "Rút mục tiêu: số 2, bỏ 2.000.000 ₫",
    ),
    (Told("programme_changed", "programme:CHO-40", to_value="Chợ 4.0"),
     "Sửa chương trình: CHO-40, Chợ 4.0"),
    (
        Told("programme_changed", "wave:CHO-40-1:to_on#2", "2026-11-01", "2026-12-01"),
        "Sửa chương trình: CHO-40-1, đến hết ngày, từ 01/11/2026 thành 01/12/2026",
    ),
    (
        Told("model_card_changed", "model_card:3", to_value="2 objectives, 0 tasks, 1 conditions"),
        "Sửa bảng 4-G: 2 mục đích, 1 điều kiện",
    ),
    (
        Told("objective_set", "model_card:3/1", to_value="A30|percent||35000|2026-12-31"),
        "Đặt mục đích trong bảng 4-G: A30: 35%, hạn 31/12/2026",
    ),
    (
        Told("team_zone_given", "team:4", to_value="Dãy A"),
        "Giao khu cho tổ hỗ trợ: Tổ 1, Dãy A",
    ),
    (
        Told("team_zone_taken", "team:4", to_value="Dãy A"),
        "Thôi giao khu cho tổ hỗ trợ: Tổ 1, Dãy A",
    ),
    (
        Told("complaint_raised", "complaint:6", to_value="paid_twice"),
        "Nhận phản ánh về tiền: số 6, khách trả hai lần",
    ),
    (
        Told("complaint_moved", "complaint:6", "open", "answered"),
        "Xử lý phản ánh về tiền: số 6, đã trả lời",
    ),
    (Told("team_changed", "team:4", to_value="added"), "Sửa tổ hỗ trợ: Tổ 1, thêm vào"),
    (
        Told("team_changed", "team:4", to_value="ended 2026-11-30"),
        "Sửa tổ hỗ trợ: Tổ 1, nghỉ từ sau 30/11/2026",
    ),
    (
        Told("team_changed", "team_member:5", "user:1", "user:2"),
        "Sửa tổ hỗ trợ: Vàng Thị Sua, gắn tài khoản đăng nhập",
    ),
    (
        Told("team_changed", "team_member:5", "user:1"),
        "Sửa tổ hỗ trợ: Vàng Thị Sua, bỏ tài khoản đăng nhập",
    ),
    (
        Told("audit_drawn", "audit:1", to_value="12", note="sha256-walk-1, 12 of 90"),
        "Bốc tấm mã để kiểm tra: số 1, 12 tấm mã",
    ),
    (
        Told("incident_opened", "incident:6", to_value="open"),
        "Thấy mã lạ ở gian hàng: số 6, chưa báo người bán",
    ),
    (
        Told("incident_told", "incident:6", to_value="told", reason="phone"),
        "Báo người bán về mã lạ: số 6, người bán đã biết, Gọi điện thoại",
    ),
    (
        Told("incident_closed", "incident:6", to_value="closed", reason="code_removed"),
        "Đóng sự cố mã lạ: số 6, đã đóng, Đã gỡ mã lạ, tấm mã của chợ còn tốt",
    ),
    (
        Told("calendar_corrected", "day:2026-11-20", "open", "closed"),
        "Sửa lịch chợ: 20/11/2026, từ họp chợ thành nghỉ",
    ),
    (
        Told("place_changed", "stall:zone_id", "1", "2"),
        "Sửa thông tin chợ: khu, từ Dãy A thành Dãy B",
    ),
    (
        Told("place_changed", "stall:is_fixed", "True", "False"),
        "Sửa thông tin chợ: chỗ cố định, từ có thành không",
    ),
    (
        Told("place_changed", "market:kind", "civic_market", "rural_market"),
        "Sửa thông tin chợ: loại chợ, từ chợ dân sinh thành chợ nông thôn",
    ),
    (
        Told("place_changed", "market", to_value="commune_code, name"),
        "Sửa thông tin chợ: mã xã, phường, tên chợ",
    ),
    (Told("place_changed", "zone:1", "", "Dãy A"), "Sửa thông tin chợ: Dãy A"),
    (
        Told("place_changed", "zone:1", "1,2 3x4", "2,2 3x4"),
        "Sửa thông tin chợ: Dãy A, đổi chỗ trên sơ đồ",
    ),
    (
        Told("place_changed", "operator", "Ban cũ", "Ban mới", note="from 2026-01-01"),
        "Sửa thông tin chợ: người điều hành, từ Ban cũ thành Ban mới / từ 01/01/2026",
    ),
    (
        Told("place_changed", "calendar", "daily ", "weekly days=1", note="from 2026-01-01"),
        "Sửa thông tin chợ: từ hằng ngày thành theo thứ trong tuần / từ 01/01/2026",
    ),
    (
        Told("place_changed", "opening", "2025-07-01", "2026-10-12"),
        "Sửa thông tin chợ: ngày mở chợ, từ 01/07/2025 thành 12/10/2026",
    ),
    (
        Told("place_changed", "closing", to_value="2026-10-20"),
        "Sửa thông tin chợ: phiên cuối, 20/10/2026",
    ),
    (
        Told("place_changed", "closing", "2026-10-20", "2026-10-27"),
        "Sửa thông tin chợ: phiên cuối, từ 20/10/2026 thành 27/10/2026",
    ),
    (
        Told("place_changed", "reopening", "2026-10-20", "2026-10-21"),
        "Sửa thông tin chợ: phiên cuối đã ghi là 20/10/2026, chợ họp lại từ 21/10/2026",
    ),
    (
        Told("place_changed", "commune", to_value="04375 2025-07-01..2026-01-01"),
        "Sửa thông tin chợ: xã, phường mã 04375, từ 01/07/2025 đến 01/01/2026",
    ),
    (
        Told("place_changed", "area:VAN-YEN-CU", to_value="from 2026-01-01"),
        "Sửa thông tin chợ: VAN-YEN-CU, chợ thuộc khu vực này từ 01/01/2026",
    ),
    (
        Told("place_changed", "area:VAN-YEN-CU", to_value="to 2026-01-01"),
        "Sửa thông tin chợ: VAN-YEN-CU, chợ thuộc khu vực này đến 01/01/2026",
    ),
    (
        Told("place_changed", "cash_point:8", to_value="open 2026-01-01"),
        "Sửa thông tin chợ: Đại lý cô Sáu, điểm nạp, rút phục vụ từ 01/01/2026",
    ),
    (
        Told("place_changed", "cash_point:8", to_value="closed 2026-11-20"),
        "Sửa thông tin chợ: Đại lý cô Sáu, điểm nạp, rút phục vụ đến hết 20/11/2026",
    ),
    (
        Told("place_changed", "cash_point:9", "ATM Agribank"),
        "Sửa thông tin chợ: bỏ điểm nạp, rút ghi nhầm: ATM Agribank",
    ),
    (
        Told("place_changed", "market:no_cash_points_on", to_value="2026-11-20"),
        "Sửa thông tin chợ: ngày xem thấy chợ chưa có điểm nạp, rút, 20/11/2026",
    ),
    (
        Told("place_changed", "floor_plan", to_value="zones=2; stalls=0", note="so-do.csv"),
        "Sửa thông tin chợ: sơ đồ, 2 khu",
    ),
    (
        Told("place_changed", "admin_units", to_value="added=3; changed=0; ended=1"),
        "Sửa thông tin chợ: thêm 3 đơn vị, hết hiệu lực 1 đơn vị",
    ),
]  # fmt: skip
OWN_WORDS = (
    "Ban cũ|Ban mới|Đại lý cô Sáu|đồng|Dãy|Tổ 1|Vàng Thị Sua|mái dột|cùng một người|Chợ 4.0|KH 12"
)
"""What people called things: it is the same in both languages."""


def said(told: ToldEvent) -> str:
    whole = f"{told.what}: {', '.join(told.details)}" if told.details else told.what
    return f"{whole} / {told.note}" if told.note else whole


@pytest.mark.parametrize(("event", "words"), SAID, ids=lambda one: getattr(one, "action", ""))
def test_an_event_is_told_in_words(event: Told, words: str) -> None:
    assert said(tell_event(event, NAMES, _VI)) == words


@pytest.mark.parametrize("event", [event for event, _ in SAID], ids=lambda one: one.action)
def test_no_word_of_the_database_is_shown_and_english_is_english(event: Told) -> None:
    vietnamese, english = (said(tell_event(event, NAMES, _)) for _ in (_VI, _EN))

    assert raw_words(vietnamese) == set()
    assert not re.search(r"[a-z]_[a-z]|\w=\w|#\d", english)
    assert not VIETNAMESE.search(re.sub(OWN_WORDS, "", english)), english


def raw_words(text: str) -> set[str]:
    """Words of the database that stand in a Vietnamese text."""
    stored = {
        member.value
        for enum in vars(kinds).values()
        if isinstance(enum, type) and issubclass(enum, StrEnum)
        for member in enum
    }
    words = stored | set(LABELS) | set(STALL_FIELDS) | set(MARKET_FIELDS) | {"None", "True"}
    words |= {"kept", "merged", "added", "from", "payload", "zones", "stalls"}
    return words & set(re.findall(r"[A-Za-z_0-9]+", text))


def test_every_kind_of_event_is_among_the_examples() -> None:
    assert {event.action for event, _ in SAID} == {action.value for action in EventAction}


def test_every_subject_the_code_records_is_among_the_examples() -> None:
    written = {kind for path in sources() for kind in subjects_of(path)}

    assert {"account_change", "poster", "stall", "operator", "request"} <= written
    assert written - {event.subject.partition(":")[0] for event, _ in SAID} == set()


def sources() -> Iterator[Path]:
    yield from Path(merchants.__file__).parent.rglob("*.py")
    yield from (Path(market.__file__).parent / "pages" / "own").rglob("*.py")
    yield from (Path(market.__file__).parent / "pages" / "accounts").rglob("*.py")
    yield Path(market.__file__).parent / "security" / "vendor_links.py"


def subjects_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        if isinstance(node, ast.Dict):
            pairs = list(zip(node.keys, node.values, strict=True))
        elif isinstance(node, ast.keyword):
            pairs = [(ast.Constant(node.arg), node.value)]
        for key, value in pairs:
            if not (isinstance(key, ast.Constant) and key.value == "subject"):
                continue
            begins = value.values[0] if isinstance(value, ast.JoinedStr) else value
            if isinstance(begins, ast.Constant) and begins.value:
                yield re.split("[:#]", str(begins.value))[0] if "#" not in begins.value else ""


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        (VALUES["vendor.state"], kinds.VendorState),
        (VALUES["account.state"], kinds.AcceptancePointState),
        (VALUES["account.name_match"], kinds.NameMatch),
        (VALUES["account.acceptance_type"], kinds.AcceptanceType),
        (VALUES["link_by"], LinkBy),
        (VALUES["stall.state"], kinds.StallState),
        (VALUES["stall.kind"], kinds.StallKind),
        (VALUES["market.kind"], kinds.MarketKind),
        (VALUES["poster.state"], kinds.PosterState),
        (VALUES["check.result"], kinds.CheckResult),
        (VALUES["incident.state"], kinds.IncidentState),
        (VALUES["complaint.kind"], kinds.ComplaintKind),
        (VALUES["complaint.state"], kinds.ComplaintState),
        (VALUES["visit.outcome"], kinds.VisitOutcome),
        (VALUES["code.scheme"], kinds.CodeScheme),
        (VALUES["consent.purpose"], kinds.ConsentPurpose),
        (VALUES["confirmed_how"], kinds.Confirmation),
        (REQUEST_KINDS, kinds.PrivacyRequestKind),
        (REQUEST_STATES, kinds.PrivacyRequestState),
        (CALENDAR_WORDS, kinds.CalendarRule),
        (RIGHTS, Right),
        (REASONS, kinds.ExitReason),
        (REASONS, kinds.TellingWay),
        (REASONS, kinds.IncidentOutcome),
        (REASONS, kinds.CheckSource),
        (REASONS, kinds.PosterEnd),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_every_value_has_its_words_in_both_languages(
    words: Mapping[str, str], stored: type[StrEnum]
) -> None:
    assert {member.value for member in stored} <= set(words)
    assert {text for text in words.values() if text not in ENGLISH} <= {
        "VietQR", "VNPAY", "MoMo", "ZaloPay",
    }  # fmt: skip


def test_every_field_that_changes_has_its_words() -> None:
    assert {*FIELDS, "consented_on", "state"} <= set(LABELS)
    assert {*_POINT_COLUMNS} <= set(ACCOUNT_FIELDS)
    assert {*_STALL_COLUMNS, *StallDetails.__dataclass_fields__} <= set(STALL_FIELDS)
    assert set(MarketFacts.__dataclass_fields__) <= set(MARKET_FIELDS)
    told = {
        *LABELS.values(),
        *OWN_ACTIONS.values(),
        *ACCOUNT_DECISIONS.values(),
        *EVENT_NAMES.values(),
    }
    assert sorted(told - ENGLISH.keys()) == []


def test_what_vendors_do_first_is_told() -> None:
    what = {
        argument.value
        for path in Path(market.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note_own"
        for argument in node.args[4:]
        if isinstance(argument, ast.Constant)
    }

    assert {"pin", "consent"} <= what
    assert what | {"account_confirmed", "poster_check"} <= set(OWN_ACTIONS)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("market_clerk MA,LG", "Nhân viên chợ: MA, LG"),
        ("admin *", "Quản trị: mọi chợ"),
        ("vendor:CC222223Z", "Người bán: CC222223Z"),
        ("market:MA login:3", "mã hỗ trợ số 3"),
        ("token:4", "mã API số 4"),
        ("vendor sheet xlsx, 12 stalls", "danh sách người bán, 12 gian"),
        ("vendor sheet, 12 stalls", "danh sách người bán, 12 gian"),
        ("team evidence xlsx 2026-10, 3 teams, 5 visits", "hồ sơ hỗ trợ của 3 tổ"),
        ("2 rows", "2 dòng"),
        ("decide, MA", "quyết định về tài khoản, tấm mã, MA"),
        ("", ""),
    ],
)
def test_the_log_of_the_doors_speaks_in_words(note: str, words: str) -> None:
    assert tell_door_note(note, _VI) == words
    assert not VIETNAMESE.search(tell_door_note(note, _EN))


def test_the_log_of_the_doors_names_its_subjects() -> None:
    assert [tell_door_subject(one, _EN) for one in ("market:MA", "link:3", "user:4", "")] == [
        "market MA", "link number 3", "user number 4", "",
    ]  # fmt: skip


def test_a_vendors_history_names_the_account_who_decided_and_nothing_raw(
    staff: Staff, october: sa.Engine
) -> None:
    client = staff(Role.MARKET_MANAGER, "MA", full_name="Đỗ Mai Hoa")
    with writing(october) as session:
        point = session.exec(select(AcceptancePoint).order_by(AcceptancePoint.id)).first()
        assert point is not None
        vendor = session.get_one(Vendor, point.vendor_id)
        code, tail = vendor.code, point.account_tail
        always = {"vendor_id": vendor.id, "market_id": vendor.market_id, "stall_id": None}
        record_events(
            session,
            [
                always | {"action": one.action, "subject": one.subject,
                          "from_value": one.from_value, "to_value": one.to_value,
                          "reason": one.reason, "note": one.note}
                for one, _ in SAID
            ] + [always | {"action": "account_closed", "subject": f"account:{point.id}"}],
            actor=Actor(kind="staff", name=str(client.user_id)),
            now=NOW,
        )  # fmt: skip
        session.flush()
        newest = session.exec(select(sa.func.max(RegisterEvent.id))).one()

    for lang in ("vi", "en"):
        told, before = "", newest + 1
        while before > newest - len(SAID) - 1:
            page = Page(client.get(f"/cho/MA/nguoi-ban/{code}?truoc={before}&lang={lang}").text)
            assert page.shortcomings() == []
            told += page.text
            before -= 10
        told += Page(client.get(f"/cho/MA/nhat-ky?lang={lang}").text).text
        assert f"···{tail}" in told
        assert "Đỗ Mai Hoa" in told
        assert not re.search(r"[a-z]_[a-z]|→", told)
        if lang == "vi":
            assert raw_words(told) <= {"from"}


def test_the_names_of_subjects_are_asked_for_in_a_fixed_number_of_statements(
    october: sa.Engine,
) -> None:
    with writing(october) as session:
        points = session.exec(select(AcceptancePoint).order_by(AcceptancePoint.id).limit(5)).all()
        events = [
            {
                "action": "account_closed",
                "vendor_id": points[0].vendor_id,
                "subject": f"account:{p.id}",
            }
            for p in points
        ]
        record_events(session, events, actor=COMMAND, now=NOW)
        vendor_id, tails = points[0].vendor_id, {p.account_tail for p in points}
    with reading(october) as session:
        page = vendor_history(session, vendor_id, limit=5)
        with counted(october) as statements:
            names = subject_names(session, page.entries)

    assert {name.removeprefix("···") for name in names.values()} == tails
    assert len(statements) == 1
