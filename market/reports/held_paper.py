"""Everything held on one vendor, laid out as a paper to read: Vietnamese, days as people write them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from market.documents.record import Record, RecordSection
from market.i18n import Lang, clock_on, day, instant, translator, vnd
from market.i18n.account_words import CHANGE_STATES
from market.i18n.complaint_words import KINDS as COMPLAINT_KINDS
from market.i18n.complaint_words import STATES as COMPLAINT_STATES
from market.i18n.event_telling import tell_event
from market.i18n.poster_words import END_WORDS
from market.i18n.vendor_words import POINT_STATES, POSTER_STATES, VENDOR_STATES
from market.reports.held_models import HeldClaim, HeldData, HeldPayment, HeldRequest
from market.reports.held_words import (
    CHANNELS_VI,
    PURPOSES_VI,
    REQUEST_KINDS_VI,
    REQUEST_STATES_VI,
    actor_vi,
)
from merchants.kinds import (
    AcceptancePointState,
    AccountChangeState,
    ComplaintKind,
    ComplaintState,
    PosterState,
    VendorState,
)
from merchants.privacy.held_data import HeldPerson

PAYMENTS_PRINTED = 500
"""The newest single payments on the paper; the JSON file has every one, months are summed in full."""
EVENTS_PRINTED = 500
_DECISIONS = {
    "open": "chưa quyết",
    "approved": "đồng ý",
    "refused": "không đồng ý",
    "withdrawn": "đã rút",
}
_VI = translator(Lang.VI)


def held_record(held: HeldData) -> Record:
    """Return the paper."""
    person = held.register_data.person
    made = instant(held.made_at)
    return Record(
        title="Những gì chợ giữ về cô/bác",
        subtitle=f"{person.full_name}, mã {person.vendor_code}, {person.market_name}",
        lede=(
            f"Bản này lập lúc {made} theo quyền xem thông tin của chủ thể dữ liệu (Luật 91/2025/QH15, "
            "Nghị định 356/2025/NĐ-CP). Chỗ nào sai, cô/bác yêu cầu sửa ở trang “Của tôi” hoặc gặp ban "
            "quản lý chợ."
        ),
        footer=f"{person.vendor_code}, lập {made}",
        sections=[
            _person(person),
            _stalls(held),
            _accounts(held),
            _changes(held),
            _posters(held),
            _codes(held),
            _consents(held),
            _requests(held),
            _months(held),
            _payments(held.payments),
            _claims(held.claims),
            _asked_amounts(held.asked_amounts[-PAYMENTS_PRINTED:], len(held.asked_amounts)),
            _visits(held),
            _complaints(held),
            _doors(held),
            _merges(held),
            _sheets(held),
            _events(held),
        ],
    )


def _person(person: HeldPerson) -> RecordSection:
    since = f" từ {instant(person.state_since)}" if person.state_since else ""
    facts = [
        ("Họ tên", person.full_name),
        ("Tên hộ kinh doanh", person.business_name or "chưa đăng ký"),
        ("Tên trên tấm mã", person.display_name or "như họ tên"),
        ("Điện thoại", person.phone or "không có"),
        (
            "Số căn cước",
            f"chỉ giữ dấu so sánh và ba số cuối {person.id_number}"
            if person.id_number
            else "không giữ",
        ),
        ("Tình trạng", VENDOR_STATES[VendorState(person.state)] + since),
        ("Vào danh sách", instant(person.registered_at)),
        ("Đồng ý tham gia từ", _day(person.consented_on) or "chưa đồng ý"),
        ("Cho chợ xem tiền vào", "không, chỉ dùng tấm mã" if person.is_poster_only else "có"),
        (
            "Tự làm lần đầu",
            instant(person.first_self_action_at) if person.first_self_action_at else "chưa",
        ),
        ("Bản ghi trùng đã gộp", ", ".join(person.other_records) or "không có"),
        ("Đơn vị giữ thông tin", person.kept_by or f"ban quản lý {person.market_name}"),
    ]
    return RecordSection(
        title="Cô/bác là ai trong sổ chợ",
        facts=facts,
        remark="Chợ không giữ ảnh căn cước, ảnh mặt, dân tộc, tôn giáo.",
    )


def _stalls(held: HeldData) -> RecordSection:
    return RecordSection(
        title="Gian hàng",
        columns=("Gian", "Khu", "Ngành hàng", "Từ", "Đến", "Hợp đồng"),
        rows=[
            (
                each.stall_code,
                each.zone,
                each.goods_group,
                day(each.from_on),
                _day(each.to_on),
                _until(each.contract_no, each.contract_to),
            )
            for each in held.register_data.stalls
        ],
    )


def _accounts(held: HeldData) -> RecordSection:
    return RecordSection(
        title="Tài khoản nhận tiền",
        lede="Số tài khoản được khoá khi cất. Chỉ bản này, dành cho chính cô/bác, ghi đủ số.",
        columns=("Nơi mở", "Số tài khoản", "Chủ tài khoản", "Tình trạng", "Dùng từ", "Hợp đồng"),
        rows=[
            (
                each.institution,
                each.account,
                each.holder_name,
                POINT_STATES[AcceptancePointState(each.state)],
                _span(each.valid_from, each.valid_to),
                _until(each.contract_no, each.contract_to),
            )
            for each in held.register_data.accounts
        ],
        widths=(3, 4, 4, 3, 4, 3),
    )


def _changes(held: HeldData) -> RecordSection:
    code = held.register_data.person.vendor_code
    return RecordSection(
        title="Đề nghị đổi tài khoản",
        columns=("Lúc", "Người đề nghị", "Nơi mở", "Số tài khoản", "Kết quả", "Ghi chú"),
        rows=[
            (
                instant(each.proposed_at),
                actor_vi(each.proposed_by, code),
                each.institution,
                f"{each.account} {each.holder_name}",
                CHANGE_STATES[AccountChangeState(each.state)],
                _joined(each.reason, each.witness, each.decision_note),
            )
            for each in held.register_data.account_changes
        ],
        widths=(3, 3, 3, 4, 3, 4),
    )


def _posters(held: HeldData) -> RecordSection:
    return RecordSection(
        title="Tấm mã QR",
        columns=("Số", "Gian", "Tình trạng", "Cấp", "Treo", "Hết", "Vì sao hết", "Nội dung mã"),
        rows=[
            (
                each.serial,
                each.stall_code,
                POSTER_STATES[PosterState(each.state)],
                day(each.issued_on),
                _day(each.installed_on),
                _day(each.ended_on),
                END_WORDS[each.end_reason],
                each.payload,
            )
            for each in held.register_data.posters
        ],
        widths=(3, 2, 3, 3, 3, 3, 4, 6),
    )


def _codes(held: HeldData) -> RecordSection:
    return RecordSection(
        title="Mã QR thấy treo ở gian hàng",
        columns=("Gian", "Mã của", "Thấy từ", "Thấy lần cuối", "Nội dung mã"),
        rows=[
            (
                each.stall_code,
                each.label or each.scheme,
                day(each.first_seen_on),
                day(each.last_seen_on),
                each.payload,
            )
            for each in held.register_data.codes
        ],
        widths=(2, 3, 3, 3, 6),
    )


def _consents(held: HeldData) -> RecordSection:
    code = held.register_data.person.vendor_code
    return RecordSection(
        title="Sự đồng ý",
        columns=("Việc", "Đồng ý lúc", "Bằng cách", "Bản thông báo", "Người ghi", "Rút lại"),
        rows=[
            (
                PURPOSES_VI.get(each.purpose, each.purpose),
                instant(each.given_at),
                CHANNELS_VI.get(each.channel, each.channel)
                + (", đã đọc to" if each.is_read_aloud else ""),
                f"{each.notice_version} ({each.language})",
                _joined(
                    actor_vi(each.recorded_by, code),
                    f"chứng kiến: {each.witness}" if each.witness else "",
                ),
                _joined(
                    instant(each.withdrawn_at) if each.withdrawn_at else "",
                    actor_vi(each.withdrawal_recorded_by, code) if each.withdrawn_at else "",
                ),
            )
            for each in held.register_data.consents
        ],
        widths=(4, 3, 3, 3, 3, 3),
    )


def _requests(held: HeldData) -> RecordSection:
    return RecordSection(
        title="Yêu cầu về thông tin",
        columns=("Số", "Yêu cầu", "Nhận lúc", "Hạn xong", "Tình trạng", "Nội dung, kết quả"),
        rows=[
            (
                str(each.number),
                REQUEST_KINDS_VI.get(each.kind, each.kind),
                instant(each.received_at),
                day(each.due_on) + (" (đã gia hạn)" if each.is_extended else ""),
                REQUEST_STATES_VI.get(each.state, each.state),
                _joined(each.wish, each.extension_reason, each.outcome),
            )
            for each in held.register_data.requests
        ],
        widths=(1, 3, 3, 3, 3, 5),
    )


def _months(held: HeldData) -> RecordSection:
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for each in held.days:
        month = sums[f"{each.business_date:%m/%Y}"]
        for place, value in enumerate(
            (each.payments, each.gross_vnd, each.refunds_vnd, each.fees_vnd)
        ):
            month[place] += value
    return RecordSection(
        title="Tiền vào theo tháng, sổ đã chốt",
        columns=("Tháng", "Số khoản", "Khách trả", "Trả lại khách", "Phí"),
        rows=[(month, str(n), *map(vnd, amounts)) for month, (n, *amounts) in sums.items()],
        remark=f"Cộng từ {len(held.days)} ngày đã chốt. Chưa gồm tiền mặt.",
    )


def _payments(payments: Sequence[HeldPayment]) -> RecordSection:
    shown = payments[-PAYMENTS_PRINTED:]
    left_out = len(payments) - len(shown)
    return RecordSection(
        title="Từng khoản tiền chợ được báo",
        lede=f"Tất cả {len(payments)} dòng."
        + (
            f" In {len(shown)} dòng mới nhất; tệp JSON của bản này có đủ cả {left_out} dòng cũ hơn."
            if left_out
            else ""
        ),
        columns=("Ngày", "Giờ", "Nơi báo", "Loại", "Số tiền", "Mã", "Nội dung"),
        rows=[
            (
                day(each.business_date),
                clock_on(each.occurred_at, each.business_date) if each.occurred_at else "",
                f"{each.provider} {each.book}{' (đối chiếu)' if each.is_check else ''}",
                f"{each.kind} {each.direction} {each.status}",
                vnd(each.amount) if each.currency == "VND" else f"{each.amount} {each.currency}",
                each.provider_transaction_id,
                each.description or "",
            )
            for each in shown
        ],
        widths=(3, 2, 3, 3, 3, 4, 5),
    )


def _claims(claims: Sequence[HeldClaim]) -> RecordSection:
    return RecordSection(
        title="Tiền chưa rõ của ai, có người nói là của cô/bác",
        columns=("Lúc", "Vì sao", "Người nói", "Người thứ hai quyết", "Lúc quyết"),
        rows=[
            (
                instant(each.proposed_at),
                each.reason,
                each.proposed_by,
                _joined(_DECISIONS[each.decision], each.decided_by),
                instant(each.decided_at) if each.decided_at else "",
            )
            for each in claims
        ],
    )


def _asked_amounts(shown: Sequence[HeldRequest], count: int) -> RecordSection:
    return RecordSection(
        title="Các mã đúng số tiền đã làm",
        lede=f"Tất cả {count} mã, in {len(shown)} mã mới nhất.",
        columns=("Lúc", "Gian", "Số tiền", "Nội dung chuyển khoản", "Ghi chú", "Huỷ lúc"),
        rows=[
            (
                instant(each.created_at),
                each.stall_code,
                vnd(each.amount_vnd),
                each.reference,
                each.note,
                instant(each.cancelled_at) if each.cancelled_at else "",
            )
            for each in shown
        ],
        widths=(3, 2, 3, 4, 4, 3),
    )


def _visits(held: HeldData) -> RecordSection:
    return RecordSection(
        title="Lượt người hỗ trợ tới gian hàng",
        columns=("Ngày", "Gian", "Phút", "Kết quả", "Ghi chú"),
        rows=[
            (
                day(each.visited_on),
                each.stall_code,
                str(each.minutes),
                _joined(each.outcome, each.reason),
                each.note,
            )
            for each in held.register_data.visits
        ],
    )


def _complaints(held: HeldData) -> RecordSection:
    return RecordSection(
        title="Phản ánh về tiền",
        columns=("Nhận lúc", "Việc", "Ngày, số tiền", "Lời kể", "Trả lời, kết quả"),
        rows=[
            (
                instant(each.raised_at),
                COMPLAINT_KINDS[ComplaintKind(each.kind)],
                _joined(
                    day(each.happened_on), "" if each.amount_vnd is None else vnd(each.amount_vnd)
                ),
                each.said,
                _joined(COMPLAINT_STATES[ComplaintState(each.state)], each.answer, each.outcome),
            )
            for each in held.register_data.complaints
        ],
    )


def _doors(held: HeldData) -> RecordSection:
    pin = held.access.pin
    return RecordSection(
        title="Đường dẫn riêng và mã PIN",
        facts=[
            (
                "Mã PIN",
                f"đặt lúc {instant(pin.set_at)}, chỉ giữ dấu so sánh, gõ sai {pin.failures} lần"
                if pin
                else "chưa đặt",
            ),
            ("Số lần mở trang", f"{len(held.access.sessions)} trình duyệt đã vào"),
        ],
        columns=("Đường dẫn lập lúc", "Hết hạn", "Thu hồi", "Dùng lần cuối"),
        rows=[
            (
                instant(each.created_at),
                instant(each.expires_at),
                instant(each.revoked_at) if each.revoked_at else "",
                instant(each.last_used_at) if each.last_used_at else "",
            )
            for each in held.access.links
        ],
    )


def _merges(held: HeldData) -> RecordSection:
    return RecordSection(
        title="Bản ghi trùng đã gộp",
        columns=("Lúc", "Giữ lại", "Gộp vào", "Lý do", "Tách lại"),
        rows=[
            (
                instant(each.merged_at),
                each.kept,
                each.merged,
                each.reason,
                instant(each.undone_at) if each.undone_at else "",
            )
            for each in held.register_data.merges
        ],
    )


def _sheets(held: HeldData) -> RecordSection:
    return RecordSection(
        title="Danh sách đã nhập có tên cô/bác",
        columns=("Tệp", "Nhập lúc", "Tệp gốc"),
        rows=[
            (each.file_name, instant(each.imported_at), "còn giữ" if each.is_file_kept else "đã bỏ")
            for each in held.register_data.sheets
        ],
    )


def _events(held: HeldData) -> RecordSection:
    code = held.register_data.person.vendor_code
    events = held.register_data.events
    shown = events[-EVENTS_PRINTED:]
    return RecordSection(
        title="Nhật ký: ai đã làm gì",
        lede=f"Tất cả {len(events)} việc"
        + (
            f", in {len(shown)} việc mới nhất; tệp JSON có đủ." if len(shown) < len(events) else "."
        ),
        columns=("Lúc", "Ai", "Việc", "Gian", "Chi tiết"),
        rows=[
            (
                instant(each.at),
                actor_vi(each.actor, code) + (", có người giúp" if each.was_assisted else ""),
                told.what,
                each.stall_code,
                _joined(*told.details, told.note),
            )
            for each in shown
            for told in (tell_event(each, {}, _VI),)
        ],
        widths=(3, 3, 3, 1.5, 6),
    )


def _day(on: date | None) -> str:
    return day(on) if on is not None else ""


def _span(first: date, last: date | None) -> str:
    return f"{day(first)} đến {day(last)}" if last else f"{day(first)}"


def _until(number: str, last: date | datetime | None) -> str:
    return f"{number}, đến {day(last)}" if number and last else number


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
