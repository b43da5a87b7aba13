"""The reports as tables for a terminal."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from market.i18n import clock, day, month, num, vnd, weekday
from market.reports.models import (
    AdoptionReport,
    AreaView,
    CampaignReport,
    CloseState,
    CloseView,
    DayAmounts,
    MarketDayReport,
    ReceiptState,
    VendorDayReport,
)
from market.reports.plans import attainment_text
from market.reports.wording import coverage_text, short_parts_text, value_text

STATES = {
    CloseState.OPEN: "chưa chốt",
    CloseState.PROVISIONAL: "đã chốt, sơ bộ",
    CloseState.FINAL: "đã chốt, chính thức",
}
RECEIPT_STATES = {
    ReceiptState.MATCHED: "đã khớp",
    ReceiptState.DIFFERS: "khớp, lệch tiền",
    ReceiptState.UNMATCHED: "chưa khớp",
    ReceiptState.REFUND: "hoàn lại",
    ReceiptState.PENDING: "đang chờ, chưa cộng",
    ReceiptState.NOT_ON_STATEMENT: "không có trong sao kê, chưa cộng",
    ReceiptState.ANNOUNCED: "mới báo, chưa cộng",
}
AMOUNTS = {
    "gross_vnd": "Nhận qua QR",
    "refunds_vnd": "Hoàn lại",
    "fees_vnd": "Phí",
    "tax_vnd": "Thuế",
    "net_vnd": "Thực nhận",
    "matched_vnd": "Trong đó đã khớp",
    "unexplained_vnd": "Chưa giải thích được",
    "pending_vnd": "Đang chờ, chưa cộng",
    "paid_out_vnd": "Đã về tài khoản",
}


PHASES = {"before": "Trước", "during": "Trong", "after": "Sau"}


def render(
    report: VendorDayReport | MarketDayReport | AdoptionReport | CampaignReport,
) -> RenderableType:
    """Return the report as something rich can print."""
    if isinstance(report, CampaignReport):
        return _campaign(report)
    if isinstance(report, AdoptionReport):
        return _adoption(report)
    if isinstance(report, MarketDayReport):
        return _market_day(report)
    return _vendor_day(report)


def _vendor_day(report: VendorDayReport) -> RenderableType:
    head = Text.assemble(
        (report.vendor_name, "bold"),
        f" · {report.vendor_code} · gian hàng {', '.join(report.stalls) or 'không có'}"
        f" · {report.market_name}\n",
        f"{weekday(report.on)}, {day(report.on)}: ",
        (_headline(report), "bold"),
    )
    receipts = _table(f"Khoản nhận ngày {day(report.on)}")
    receipts.add_column("Giờ")
    receipts.add_column("Số tiền", justify="right")
    receipts.add_column("Nguồn")
    receipts.add_column("Tình trạng")
    for receipt in report.receipts:
        receipts.add_row(
            clock(receipt.occurred_at) if receipt.occurred_at else "",
            vnd(receipt.amount_vnd),
            receipt.provider_name,
            RECEIPT_STATES[receipt.state],
        )
    week = _table("7 ngày qua")
    week.add_column("Ngày")
    week.add_column("Khoản", justify="right")
    week.add_column("Nhận qua QR", justify="right")
    for one in report.week:
        week.add_row(
            f"{day(one.on)} {weekday(one.on)}",
            num(one.payments) if one.payments is not None else "",
            vnd(one.gross_vnd) if one.gross_vnd is not None else "chưa chốt",
        )
    parts: list[RenderableType] = [head]
    if report.amounts:
        parts.append(_amounts(report.amounts))
    if report.receipts:
        parts.append(receipts)
    return Group(*parts, week, _rests_on(report.close), Text(report.note_vi, "dim"))


def _headline(report: VendorDayReport) -> str:
    if report.amounts is None:
        waiting = f"; {num(report.announced)} khoản mới báo, {vnd(report.announced_vnd)}, chưa cộng"
        return f"{STATES[report.state]}{waiting if report.announced else ''}"
    return (
        f"{vnd(report.amounts.gross_vnd)} từ {num(report.amounts.payments)} khoản"
        f" ({STATES[report.state]})"
    )


def _campaign(report: CampaignReport) -> RenderableType:
    wave = f", đợt {report.wave}" if report.wave is not None else ""
    until = day(report.window_last) if report.window_last else "chưa định"
    head = Text.assemble(
        (f"{report.programme_name}{wave}", "bold"),
        f" · {report.programme_code} · {day(report.window_first)} đến {until}\n",
        f"{num(len(report.inside_codes))} chợ trong đợt, "
        f"{num(len(report.outside_codes))} chợ không tham gia, {report.weeks} tuần trước và sau",
    )
    table = _table("Trước, trong và sau")
    table.add_column("Chỉ số")
    table.add_column("Bên")
    for phase in report.phases:
        label = f"{PHASES[phase.phase]}\n{phase.window_first:%d/%m}-{phase.window_last:%d/%m/%Y}"
        table.add_column(label, justify="right")
    for definition in report.definitions if report.phases else []:
        table.add_row(
            definition.name_vi,
            "trong đợt",
            *(value_text(phase.inside[definition.id]) for phase in report.phases),
        )
        if report.outside_codes:
            table.add_row(
                "",
                "không tham gia",
                *(
                    value_text(phase.outside[definition.id]) if phase.outside else ""
                    for phase in report.phases
                ),
            )
    notes = [f"{one.name_vi}: {one.formula_vi}." for one in report.definitions]
    notes += ["So sánh, chưa phải nguyên nhân: chợ vào đợt không do bốc thăm.", report.note_vi]
    return Group(head, table, Text("\n".join(notes), "dim"))


def _market_day(report: MarketDayReport) -> RenderableType:
    head = Text.assemble(
        (report.market_name, "bold"),
        f"\n{weekday(report.on)}, {day(report.on)}: ",
        (STATES[report.state], "bold"),
        "" if report.is_open is not False else " · không phải ngày chợ",
    )
    if report.amounts is None:
        return Group(head, Text(report.note_vi, "dim"))
    vendors = _table(f"{num(report.vendors_receiving or 0)} người bán nhận tiền qua QR")
    vendors.add_column("Gian hàng")
    vendors.add_column("Người bán")
    for name in ("Khoản", "Nhận qua QR", "Đang chờ", "Chưa giải thích"):
        vendors.add_column(name, justify="right")
    lines = [*report.vendors, *([report.untracked] if report.untracked else [])]
    for line in (line for line in lines if line.has_receipts):
        vendors.add_row(
            " ".join(line.stalls),
            line.vendor_name,
            num(line.payments),
            vnd(line.gross_vnd),
            vnd(line.pending_vnd),
            vnd(line.unexplained_vnd),
        )
    return Group(
        head,
        _amounts(report.amounts),
        vendors,
        _rests_on(report.close),
        Text(report.note_vi, "dim"),
    )


def _adoption(report: AdoptionReport) -> RenderableType:
    areas = [*report.markets, *([report.total] if report.total else [])]
    table = _table(
        f"Mức độ dùng thanh toán không tiền mặt, tháng {month(report.window_first)}"
        f" ({day(report.window_first)} đến {day(report.window_last)}"
        f"{', sơ bộ' if report.is_provisional else ''})"
    )
    table.add_column("Chỉ số", overflow="fold")
    for area in areas:
        # Coverage stands over every value, because every value rests on it.
        heading = f"{area.market_name}\n{coverage_text(area['S6'].coverage)}"
        table.add_column(heading, justify="right", overflow="fold")
    for definition in report.definitions:
        table.add_row(
            Text.assemble((f"{definition.id} ", "dim"), definition.name_vi),
            *(_cell(area, definition.id) for area in areas),
        )
    formulas = _table("Cách tính")
    formulas.add_column("Mã")
    formulas.add_column("Công thức", overflow="fold")
    formulas.add_column("Ghi chú", overflow="fold")
    for definition in report.definitions:
        formulas.add_row(definition.id, definition.formula_vi, definition.note_vi)
    return Group(table, formulas, _notes(report))


def _cell(area: AreaView, indicator_id: str) -> Text:
    one = area[indicator_id]
    mark = {"c": "¹", "s": "²"}.get(one.hidden, "")
    parts = short_parts_text(one)
    planned = ""
    if one.plan is not None and one.plan.attainment is not None:
        planned = f"\n{attainment_text(one.plan.attainment)} kế hoạch"
    return Text.assemble(
        (f"{value_text(one)}{mark}", "bold"), (f"\n{parts}" if parts else "", "dim"), planned
    )


def _notes(report: AdoptionReport) -> Text:
    lines = [report.note_vi]
    if report.area is not None and report.area.caveat:
        lines.insert(0, f"{report.area.name}: {report.area.caveat}")
    areas = [*report.markets, *([report.total] if report.total else [])]
    hidden = {one.hidden for area in areas for one in area.indicators}
    if "c" in hidden:
        lines.append("ẩn¹: dưới 5 tiểu thương, hoặc tỷ lệ trên dưới 20 tiểu thương; không công bố.")
    if "s" in hidden:
        lines.append("ẩn²: ẩn thêm để không suy ngược ra ô ẩn¹.")
    lines.extend(
        f"{area.market_name}: {num(len(area.days_not_closed))} ngày chợ chưa chốt, "
        "không tính vào số liệu."
        for area in report.markets
        if area.days_not_closed
    )
    lines.extend(
        f"{area.market_name}: {num(area.provisional_days)} ngày chợ còn sơ bộ, số có thể đổi."
        for area in report.markets
        if area.provisional_days
    )
    lines.append(
        f"Dựa trên {num(len(report.closes))} lần chốt ngày, mã băm {report.rests_on_sha256[:16]}."
    )
    return Text("\n".join(lines), "dim")


def _amounts(amounts: DayAmounts) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for name, label in AMOUNTS.items():
        table.add_row(label, vnd(getattr(amounts, name)))
    return table


def _rests_on(close: CloseView | None) -> Text:
    if close is None:
        return Text("Chưa chốt ngày này.", "dim")
    return Text(
        f"Dựa trên lần chốt số {close.version}, mã băm {close.root_sha256[:16]}."
        + (f" Còn thiếu: {close.incomplete}." if close.incomplete else ""),
        "dim",
    )


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
