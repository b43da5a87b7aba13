"""The letter and the workbook that a vendor takes to a provider about fees of a month or several."""

import io
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, select

from market.documents.claim_letter import ClaimLetter
from market.i18n import Lang, day, instant, month, num, translator, vnd
from market.reports.fee_models import FeeAuditReport, FeeDayView, FeeLineView, FeeSourceView
from market.reports.money_words import run_words
from market.reports.sources import source_name
from merchants.markets.communes import commune_of
from merchants.tables import Market
from reconciliation.errors import NoFeeCompared, NothingToClaim

ROOT_SHOWN = 16
SHEET_HEADER = (
    "Ngày ghi sổ", "Khách trả lúc", "Mã giao dịch", "Số tiền", "Phí đã thu", "Phí theo hợp đồng", "Chênh lệch",
    "Lần chốt", "Mã lần chốt",
)  # fmt: skip


def claim_letter(report: FeeAuditReport, ledger: str, *, place: str, on: date) -> ClaimLetter:
    """Return the letter to one provider about the lines that it charged more for.

    Args:
        place: where it is written, ``Mậu A``; empty = left to be written by hand.
        on: the day it is written.

    Raises:
        NoFeeCompared: this provider told no fee of a line that a contract could be held against.
        NothingToClaim: no line of this provider was charged beyond the contract.
    """
    source = _source(report, ledger)
    if source is None or not source.lines:
        raise NoFeeCompared(report.vendor_code, ledger, report.month)
    if not source.over_vnd:
        raise NothingToClaim(report.vendor_code, ledger, report.month)
    lines = [one for one in report.lines if one.ledger == ledger]
    days = [one for one in report.days if one.ledger == ledger]
    return ClaimLetter(
        title="Đơn đề nghị",
        subject=f"Về việc rà soát phí chấp nhận thanh toán {months_told(report)}",
        place_and_date=f"{place or '…………'}, ngày {on.day:02} tháng {_month_number(on)} năm {on.year}",
        to=source.name,
        sender=[
            ("Người đề nghị", report.vendor_name),
            ("Nơi bán hàng", report.market_name),
            ("Mã trong sổ chợ", report.vendor_code),
        ],
        paragraphs=_paragraphs(report, source),
        day_header=["Ngày ghi sổ", "Số khoản", "Phí đã thu", "Phí theo hợp đồng", "Thu cao hơn", "Thu thấp hơn"],
        days=[_day_row(one) for one in days],
        day_total=[
            "Cộng",
            num(sum(one.lines for one in days)),
            vnd(sum(one.charged_vnd for one in days)),
            vnd(sum(one.contract_vnd for one in days)),
            vnd(source.over_vnd),
            vnd(source.under_vnd),
        ],
        requests=[
            (f"Đề nghị {source.name} kiểm tra các khoản trong phụ lục và cho biết căn cứ tính phí của "
            "từng khoản. Nếu phí đã thu cao hơn phí theo hợp đồng, đề nghị hoàn lại phần chênh lệch "
            "vào tài khoản nhận thanh toán; nếu hợp đồng đã thay đổi, đề nghị gửi bản có hiệu lực."),
            f"Gửi kèm: phụ lục {num(len(lines))} khoản.",
        ],
        signer="Người đề nghị",
        annex_title=f"PHỤ LỤC: CÁC KHOẢN CÓ PHÍ KHÁC HỢP ĐỒNG, {months_told(report).upper()}",
        annex_header=["STT", "Khoản", "Số tiền", "Phí đã thu", "Phí theo hợp đồng", "Chênh lệch"],
        annex=[_line_row(number, one) for number, one in enumerate(lines, start=1)],
        annex_total=[
            "",
            "Cộng",
            vnd(sum(one.amount_vnd for one in lines)),
            vnd(sum(one.charged_vnd for one in lines)),
            vnd(sum(one.contract_vnd for one in lines)),
            vnd(sum(one.difference_vnd for one in lines)),
        ],
        notes=_notes(report),
    )  # fmt: skip


def claim_workbook(report: FeeAuditReport, *, made_at: datetime) -> bytes:
    """Return the rows that differ as XLSX; texts are texts whatever they begin with."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(content, options) as book:
        book.set_properties(
            {
                "title": f"Phí {months_told(report)}, {report.vendor_code}",
                "created": made_at.replace(tzinfo=None),
            }
        )
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
        about = book.add_worksheet("Đọc trước")
        about.set_column(0, 0, 28)
        about.set_column(1, 1, 90)
        for number, (name, told) in enumerate(_about(report)):
            about.write_string(number, 0, name, bold)
            about.write_string(number, 1, told)
        sheet = book.add_worksheet("Các khoản")
        for column, name in enumerate(("Nguồn", *SHEET_HEADER)):
            sheet.set_column(column, column, 18)
            sheet.write_string(0, column, name, bold)
        sheet.freeze_panes(1, 0)
        for number, one in enumerate(report.lines, start=1):
            texts = (
                source_name(one.ledger),
                one.on.isoformat(),
                _paid_at(one.occurred_at),
                one.reference,
            )
            amounts = (one.amount_vnd, one.charged_vnd, one.contract_vnd, one.difference_vnd)
            for column, text in enumerate(texts):
                sheet.write_string(number, column, text)
            for column, amount in enumerate((*amounts, one.close_version), start=len(texts)):
                sheet.write_number(number, column, amount, money)
            sheet.write_string(number, len(texts) + len(amounts) + 1, one.close_root)
    return content.getvalue()


def place_of(session: Session, market_code: str, on: date) -> str:
    """Return the commune a market stands in on a day, ``Mậu A``; empty = it is not known."""
    market = session.exec(select(Market).where(Market.code == market_code)).one()
    commune = commune_of(session, market, on)
    return commune.name.removeprefix("Xã ").removeprefix("Phường ") if commune else ""


def months_told(report: FeeAuditReport) -> str:
    """Return the months of an audit in words, ``tháng 10/2026``."""
    if report.months == 1:
        return f"tháng {month(report.last)}"
    return f"từ tháng {month(report.first)} đến tháng {month(report.last)}"


def _source(report: FeeAuditReport, ledger: str) -> FeeSourceView | None:
    return next((one for one in report.sources if one.ledger == ledger), None)


def _paragraphs(report: FeeAuditReport, source: FeeSourceView) -> list[str]:
    under = f"; {num(source.under_lines)} khoản thu thấp hơn, cộng {vnd(source.under_vnd)}"
    under = under if source.under_lines else ""
    told = [
        (
            f"Trong các ngày từ {day(report.first)} đến {day(report.last)}, {source.name} đã thu "
            f"{vnd(source.charged_vnd)} phí trên {num(source.lines)} khoản khách trả, cộng "
            f"{vnd(source.amount_vnd)}, theo số liệu do {source.name} cung cấp."
        ),
        (
            f"Theo biểu phí của hợp đồng ghi trong sổ đối soát của chợ ({source.contract}), phí của các "
            f"khoản này là {vnd(source.contract_vnd)}. So từng khoản: {num(source.over_lines)} khoản thu "
            f"cao hơn, cộng {vnd(source.over_vnd)}{under}."
        ),
    ]
    told.append("Các ngày có khoản thu khác hợp đồng:")
    if report.days_not_closed:
        told.insert(
            -1,
            f"Số liệu chưa gồm {num(len(report.days_not_closed))} ngày chưa chốt sổ: "
            f"{run_words(report.days_not_closed, translator(Lang.VI))}.",
        )
    return told


def _day_row(one: FeeDayView) -> list[str]:
    return [
        day(one.on),
        num(one.lines),
        vnd(one.charged_vnd),
        vnd(one.contract_vnd),
        vnd(one.over_vnd),
        vnd(one.under_vnd),
    ]


def _line_row(number: int, one: FeeLineView) -> list[str]:
    return [
        str(number),
        _line_told(one),
        vnd(one.amount_vnd),
        vnd(one.charged_vnd),
        vnd(one.contract_vnd),
        vnd(one.difference_vnd, signed=True),
    ]


def _line_told(one: FeeLineView) -> str:
    """Name a payment by its id and, each on a line of its own, by when it was paid and booked."""
    paid = f"khách trả {instant(one.occurred_at)}\n" if one.occurred_at else ""
    return f"{one.reference or 'mã đã xoá theo thời hạn lưu giữ'}\n{paid}ghi sổ {day(one.on)}"


def _notes(report: FeeAuditReport) -> list[str]:
    return [
        "Phí đã thu gồm phí và thuế trên phí như nhà cung cấp ghi trên từng khoản.",
        (
            f"Số liệu theo {num(len(report.closes))} lần chốt ngày của sổ chợ, mã "
            f"{report.rests_on_sha256[:ROOT_SHOWN]}."
        ),
    ]


def _about(report: FeeAuditReport) -> Sequence[tuple[str, str]]:
    return [
        ("Người bán", f"{report.vendor_name}, {report.vendor_code}"),
        ("Chợ", report.market_name),
        ("Kỳ", f"{day(report.first)} đến {day(report.last)}"),
        ("Thu cao hơn hợp đồng", vnd(report.over_vnd)),
        ("Thu thấp hơn hợp đồng", vnd(report.under_vnd)),
        ("Theo", _notes(report)[1]),
        *(
            (f"Hợp đồng {one.name}", one.contract or "chưa có trong sổ, không so được")
            for one in report.sources
        ),
        *(
            (f"Chưa so, {one.name}", f"{num(one.untold)} khoản không kèm phí của từng khoản")
            for one in report.sources
            if one.untold
        ),
    ]


def _month_number(on: date) -> str:
    # Decree 30/2020: a zero stands before days below 10 and before January and February.
    return f"{on.month:02}" if on.month in {1, 2} else str(on.month)


def _paid_at(at: datetime | None) -> str:
    return instant(at) if at else ""
