"""The reports as tables for a terminal."""

from textwrap import wrap

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from market.adoption.periods import Length, Period, Scheme
from market.documents.money_sheet import MoneySheet
from market.i18n import day, month, num, pct
from market.reports.models import AdoptionReport, AreaView, CampaignReport
from market.reports.money_sheets import MoneyReport, money_sheet
from market.reports.paper_cells import period_words
from market.reports.wording import coverage_text, short_parts_text, value_text

PHASES = {"before": "Trước", "during": "Trong", "after": "Sau"}
NAME_WIDTH_MIN = 14


def render(
    report: MoneyReport | AdoptionReport | CampaignReport,
) -> RenderableType:
    """Return the report as something rich can print."""
    if isinstance(report, CampaignReport):
        return _campaign(report)
    if isinstance(report, AdoptionReport):
        return _adoption(report)
    return _money(money_sheet(report))


def _campaign(report: CampaignReport) -> RenderableType:
    wave = f", đợt {report.wave}" if report.wave is not None else ""
    until = day(report.window_last) if report.window_last else "chưa định"
    head = Text.assemble(
        (f"{report.programme_name}{wave}", "bold"),
        f" · {report.programme_code} · {day(report.window_first)} đến {until}\n",
        f"{num(len(report.inside_codes))} chợ trong đợt, "
        f"{num(len(report.outside_codes))} chợ không tham gia, {report.weeks} tuần trước và sau",
        f", số đến hết {day(report.told_until)}"
        if report.told_until
        else ", chưa công bố tháng nào",
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


def _money(sheet: MoneySheet) -> RenderableType:
    head = Text.assemble((sheet.title, "bold"), *(f"\n{line}" for line in sheet.who))
    figure = Text.assemble(f"{sheet.label} ", (sheet.figure, "bold"))
    parts: list[RenderableType] = [head, figure, Text("\n".join(sheet.status), "dim")]
    for one in sheet.sums:
        table = _table(one.title)
        table.show_header = False
        table.add_column()
        table.add_column(justify="right")
        for part in one.parts:
            table.add_row(*part)
        table.add_section()
        table.add_row(*one.total)
        parts += [table, *([Text(one.remark, "dim")] if one.remark else [])]
    for told in sheet.tables:
        if not told.rows:
            parts += [Text(f"{told.title}: {told.nothing}")]
            continue
        table = _table(told.title)
        for at, name in enumerate(told.columns):
            if at not in told.numbers:
                table.add_column(name)
                continue
            # A name wider than its numbers goes over lines: a column it pushed out would be lost.
            widest = max(len(row[at]) for row in (*told.rows, told.total) if row)
            lines = wrap(name, max(widest, NAME_WIDTH_MIN))
            table.add_column("\n".join(lines), justify="right", no_wrap=True)
        for row in told.rows:
            table.add_row(*row)
        if told.total:
            table.add_section()
            table.add_row(*told.total)
        parts += [table, *([Text(told.remark, "dim")] if told.remark else [])]
    return Group(*parts, Text("\n".join(sheet.notes), "dim"))


def _adoption(report: AdoptionReport) -> RenderableType:
    areas = [*report.markets, *([report.total] if report.total else [])]
    period = Period.read(report.period, Scheme(report.scheme))
    is_month = period.length is Length.MONTH
    told = [
        "Mức độ dùng thanh toán không tiền mặt",
        f"tháng {month(period.window.last)}" if is_month else period_words(period),
        *(["chốt ngày 14"] if period.scheme is Scheme.ADMIN_15_14 else []),
    ]
    state = [
        f"{day(report.window_first)} đến {day(report.window_last)}",
        *(["sơ bộ"] if report.is_provisional else []),
        *([] if report.is_published else ["chưa công bố"]),
    ]
    table = _table(f"{', '.join(told)} ({', '.join(state)})")
    table.add_column("Chỉ số", overflow="fold")
    for area in areas:
        # Coverage stands over every value, because every value rests on it.
        coverage = coverage_text(area["S6"].coverage, is_rounded=report.is_rounded)
        heading = f"{area.market_name}\n{coverage}"
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
        planned = f"\n{pct(one.plan.attainment)} kế hoạch"
    return Text.assemble(
        (f"{value_text(one)}{mark}", "bold"), (f"\n{parts}" if parts else "", "dim"), planned
    )


def _notes(report: AdoptionReport) -> Text:
    lines = [report.note_vi]
    if report.is_rounded:
        lines.insert(
            0,
            f"Chưa công bố: số người làm tròn đến bội của {report.counts_rounded_to}, tỷ lệ tính từ số ấy; "
            "số tiền có khi công bố.",
        )
    if report.area is not None and report.area.caveat:
        lines.insert(0, f"{report.area.name}: {report.area.caveat}")
    areas = [*report.markets, *([report.total] if report.total else [])]
    hidden = {one.hidden for area in areas for one in area.indicators}
    if "c" in hidden:
        lines.append(
            "ẩn¹: dưới 5 tiểu thương, một người chiếm phần quá lớn của số tiền, hoặc tỷ lệ trên dưới 20 tiểu "
            "thương; không công bố."
        )
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


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
