"""The money reports as sheets: the words around figures that the reports hold, nothing computed anew."""

from collections.abc import Sequence
from datetime import date

from market.documents.money_sheet import MoneySheet, SheetSum, SheetTable
from market.i18n import Lang, Translator, clock_on, day, month, num, translator, vnd, weekday
from market.i18n.missing_words import missing_words
from market.reports.models import (
    CloseState,
    CloseView,
    DayAmounts,
    MarketDayReport,
    VendorDayReport,
)
from market.reports.money_models import MarketMonthReport, MonthDay, VendorMonthReport
from market.reports.money_parts import ExpectedView, IssueView, PayoutView, SourceAmounts
from market.reports.money_words import (
    MONTH_STATES,
    RECEIPT_WORDS,
    STATES,
    matched_words,
    net_words,
    run_words,
    where_it_is,
)

MoneyReport = VendorDayReport | VendorMonthReport | MarketDayReport | MarketMonthReport
ROOT_SHOWN = 16


def money_sheet(report: MoneyReport, lang: Lang = Lang.VI) -> MoneySheet:
    """Return the sheet of a report in a language."""
    _ = translator(lang)
    match report:
        case VendorDayReport():
            return _vendor_day(report, _, lang)
        case VendorMonthReport():
            return _vendor_month(report, _, lang)
        case MarketDayReport():
            return _market_day(report, _, lang)
    return _market_month(report, _, lang)


def _vendor_day(report: VendorDayReport, _: Translator, lang: Lang) -> MoneySheet:
    title = _("Tiền nhận qua QR ngày {on}", on=day(report.on))
    told = report.amounts
    tables = [
        *_source_tables(report.sources, _),
        *_expected_tables(report.expected, _),
        *_payout_tables(report.payouts, _),
        *_receipt_tables(report, _),
    ]
    status = [_(weekday(report.on)) + ". " + _(STATES[report.state])]
    if told is None:
        if report.announced:
            status.append(_announced(report.announced, report.announced_vnd, _))
    else:
        status += [_times(told.payments, _), matched_words(told, _)]
        if report.announced:
            status.append(_announced(report.announced, report.announced_vnd, _))
    return MoneySheet(
        title=title,
        who=_vendor_who(report, _),
        label=_("Khách trả") if told else _("Ngày này chưa có số liệu, chưa có không phải là 0 ₫."),
        figure=vnd(told.gross_vnd) if told else "",
        status=status,
        sums=_sums(told, report.sources, _),
        tables=tables,
        notes=[_(report.note_vi), *_rests_on_day(report.close, _)],
        footer=f"{report.vendor_name}, {report.vendor_code}, {day(report.on)}",
        page_words=_page_words(_),
        lang=lang.value,
    )


def _vendor_month(report: VendorMonthReport, _: Translator, lang: Lang) -> MoneySheet:
    told = report.amounts
    return MoneySheet(
        title=_("Tiền nhận qua QR tháng {month}", month=month(report.first)),
        who=_vendor_who(report, _),
        label=_("Khách trả")
        if told
        else _("Tháng này chưa có số liệu, chưa có không phải là 0 ₫."),
        figure=vnd(told.gross_vnd) if told else "",
        status=[
            *_month_status(report, _),
            *([_times(told.payments, _), matched_words(told, _)] if told else []),
        ],
        sums=_sums(told, report.sources, _),
        tables=[
            *_source_tables(report.sources, _),
            *_expected_tables(report.expected, _),
            *_payout_tables(report.payouts, _),
            _day_table(report, _),
        ],
        notes=[_(report.note_vi), *_rests_on_month(report, _)],
        footer=f"{report.vendor_name}, {report.vendor_code}, {month(report.first)}",
        page_words=_page_words(_),
        lang=lang.value,
    )


def _market_day(report: MarketDayReport, _: Translator, lang: Lang) -> MoneySheet:
    told = report.amounts
    status = [_(weekday(report.on)) + ". " + _(STATES[report.state])]
    if report.is_open is False:
        status.append(_("Không phải ngày chợ."))
    status += _complete(report.close, _)
    if told is not None:
        status += [_receiving(report.vendors_receiving, _), matched_words(told, _)]
    return MoneySheet(
        title=_("{market}, ngày {on}", market=report.market_name, on=day(report.on)),
        who=[_("Mã chợ {code}", code=report.market_code)],
        label=_("Nhận qua QR")
        if told
        else _("Ngày này chưa có số liệu, chưa có không phải là 0 ₫."),
        figure=vnd(told.gross_vnd) if told else "",
        status=status,
        sums=_sums(told, report.sources, _),
        tables=[
            *_source_tables(report.sources, _),
            *([_issue_table(report.issues, _, lang)] if told else []),
            *([_vendor_table(report, told, _)] if told else []),
        ],
        notes=[_(report.note_vi), *_rests_on_day(report.close, _)],
        footer=f"{report.market_name}, {day(report.on)}",
        page_words=_page_words(_),
        lang=lang.value,
    )


def _market_month(report: MarketMonthReport, _: Translator, lang: Lang) -> MoneySheet:
    told = report.amounts
    return MoneySheet(
        title=_("{market}, tháng {month}", market=report.market_name, month=month(report.first)),
        who=[_("Mã chợ {code}", code=report.market_code)],
        label=_("Nhận qua QR")
        if told
        else _("Tháng này chưa có số liệu, chưa có không phải là 0 ₫."),
        figure=vnd(told.gross_vnd) if told else "",
        status=[
            *_month_status(report, _),
            *([_receiving(report.vendors_receiving, _), matched_words(told, _)] if told else []),
        ],
        sums=_sums(told, report.sources, _),
        tables=[
            *_source_tables(report.sources, _),
            *([_issue_table(report.issues, _, lang)] if told else []),
            _day_table(report, _),
            *([_vendor_table(report, told, _)] if told else []),
        ],
        notes=[_(report.note_vi), *_rests_on_month(report, _)],
        footer=f"{report.market_name}, {month(report.first)}",
        page_words=_page_words(_),
        lang=lang.value,
    )


def _vendor_who(report: VendorDayReport | VendorMonthReport, _: Translator) -> list[str]:
    stalls = ", ".join(report.stalls) or _("không có")
    return [
        report.vendor_name,
        _(
            "Mã {code}, gian hàng {stalls}, {market}",
            code=report.vendor_code,
            stalls=stalls,
            market=report.market_name,
        ),
    ]


def _times(payments: int, _: Translator) -> str:
    if not payments:
        return _("Không có khách trả qua QR.")
    return _("{n} lần khách trả.", n=num(payments))


def _announced(count: int, amount_vnd: int, _: Translator) -> str:
    return _(
        "{n} khoản, {amount}, chưa thấy trong sao kê nên chưa cộng.",
        n=num(count),
        amount=vnd(amount_vnd),
    )


def _receiving(vendors: int | None, _: Translator) -> str:
    return _("{n} người bán nhận tiền qua QR.", n=num(vendors or 0))


def _complete(close: CloseView | None, _: Translator) -> list[str]:
    if close is None:
        return []
    if close.incomplete:
        return [_("Số liệu chưa đủ: {why}.", why=missing_words(close.incomplete, _))]
    return [_("Đã nhận đủ sao kê của các nguồn.")]


def _month_status(report: VendorMonthReport | MarketMonthReport, _: Translator) -> list[str]:
    told = [_(MONTH_STATES[report.state])]
    if report.days_not_closed:
        told.append(_("Chưa có số liệu: {days}.", days=run_words(report.days_not_closed, _)))
    if report.days_provisional:
        told.append(
            _("Còn sơ bộ, số có thể đổi: {days}.", days=run_words(report.days_provisional, _))
        )
    return told


def _sums(
    told: DayAmounts | None, sources: Sequence[SourceAmounts], _: Translator
) -> list[SheetSum]:
    if told is None:
        return []
    parts = [
        (_("Khách trả"), vnd(told.gross_vnd)),
        (_("Trả lại khách"), vnd(-told.refunds_vnd)),
        (_("Phí"), vnd(-told.fees_vnd)),
        (_("Thuế"), vnd(-told.tax_vnd)),
    ]
    places = [(_(words), vnd(amount)) for words, amount in where_it_is(sources)]
    net = net_words(sources, _)
    return [
        SheetSum(
            title=_("Từ khách trả đến thực nhận"),
            parts=parts,
            total=(net, vnd(told.net_vnd)),
        ),
        SheetSum(
            title=_("Tiền đang ở đâu"),
            parts=places,
            total=(net, vnd(told.net_vnd)),
            remark=" ".join(
                _(
                    "{source} trừ phí chung khi chuyển tiền về, phí đó chưa nằm trong các số này.",
                    source=one.name,
                )
                for one in sources
                if one.takes_fee_from_payout and one.gross_vnd
            ),
        ),
    ]


def _source_tables(sources: Sequence[SourceAmounts], _: Translator) -> list[SheetTable]:
    if not sources:
        return []
    return [
        SheetTable(
            title=_("Theo nguồn"),
            columns=[
                _("Nguồn"), _("Khoản"), _("Khách trả"), _("Trả lại"), _("Phí, thuế"),
                _("Thực nhận"), _("Đã khớp"),
            ],
            numbers=[1, 2, 3, 4, 5, 6],
            rows=[
                [
                    one.name,
                    num(one.payments),
                    vnd(one.gross_vnd),
                    vnd(one.refunds_vnd),
                    _fees_cell(one, _),
                    vnd(one.net_vnd),
                    vnd(one.matched_vnd),
                ]
                for one in sources
            ],
        )
    ]  # fmt: skip


def _fees_cell(one: SourceAmounts, _: Translator) -> str:
    """Return the fees and tax that stand beside receipts; no 0 where the payout bears the fee."""
    told = one.fees_vnd + one.tax_vnd
    if one.takes_fee_from_payout and not told:
        return _("trừ khi tiền về")
    return vnd(told)


def _expected_tables(expected: Sequence[ExpectedView], _: Translator) -> list[SheetTable]:
    if not expected:
        return []
    return [
        SheetTable(
            title=_("Còn về tài khoản"),
            columns=[_("Đến hạn ngày"), _("Nguồn"), _("Số tiền")],
            numbers=[2],
            rows=[
                [day(one.on) if one.on else _("chưa rõ ngày"), one.name, vnd(one.amount_vnd)]
                for one in expected
            ],
        )
    ]


def _payout_tables(payouts: Sequence[PayoutView], _: Translator) -> list[SheetTable]:
    if not payouts:
        return []
    return [
        SheetTable(
            title=_("Ví và cổng đã chuyển về tài khoản"),
            columns=[_("Ngày về"), _("Nguồn"), _("Cho ngày bán"), _("Tiền bán"), _("Giữ lại"), _("Về tài khoản")],
            numbers=[3, 4, 5],
            rows=[
                [
                    day(one.on),
                    one.name or _("chưa rõ"),
                    _span(one.sales_from, one.sales_to),
                    "" if one.paid_for_vnd is None else vnd(one.paid_for_vnd),
                    "" if one.kept_vnd is None else vnd(one.kept_vnd),
                    vnd(one.amount_vnd),
                ]
                for one in payouts
            ],
            total=[_("Cộng"), "", "", "", "", vnd(sum(one.amount_vnd for one in payouts))],
            remark=_("Giữ lại: phí mà ví hoặc cổng trừ chung cho cả đợt chuyển tiền."),
        )
    ]  # fmt: skip


def _span(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    return day(first) if first == last else f"{first:%d/%m}–{day(last)}"


def _receipt_tables(report: VendorDayReport, _: Translator) -> list[SheetTable]:
    if not report.receipts:
        return []
    return [
        SheetTable(
            title=_("Từng khoản"),
            columns=[_("Giờ"), _("Số tiền"), _("Nguồn"), _("Tình trạng")],
            numbers=[1],
            rows=[
                [
                    clock_on(one.occurred_at, report.on) if one.occurred_at else "",
                    vnd(one.amount_vnd),
                    one.provider_name,
                    _(RECEIPT_WORDS[one.state]),
                ]
                for one in report.receipts
            ],
        )
    ]


def _day_table(report: VendorMonthReport | MarketMonthReport, _: Translator) -> SheetTable:
    told = report.amounts
    return SheetTable(
        title=_("Từng ngày"),
        columns=[
            _("Ngày"), _("Khoản"), _("Khách trả"), _("Trả lại"), _("Phí, thuế"),
            net_words(report.sources, _), _("Về tài khoản"), _("Tình trạng"),
        ],
        numbers=[1, 2, 3, 4, 5, 6],
        rows=[_day_row(one, _) for one in report.days],
        total=[_("Cộng"), *_cells(told), ""] if told else (),
        remark=_("Về tài khoản: tiền ví và cổng chuyển đến trong ngày, của những ngày bán trước đó."),
    )  # fmt: skip


def _day_row(one: MonthDay, _: Translator) -> list[str]:
    if one.amounts is None:
        return [f"{one.on:%d/%m}", "", "", "", "", "", "", _("chưa có số liệu")]
    state = _("chính thức") if one.state is CloseState.FINAL else _("sơ bộ")
    if one.is_open is False:
        state = _("{state}, không phải ngày chợ", state=state)
    return [f"{one.on:%d/%m}", *_cells(one.amounts), state]


def _cells(told: DayAmounts) -> list[str]:
    return [
        num(told.payments),
        vnd(told.gross_vnd),
        vnd(told.refunds_vnd),
        vnd(told.fees_vnd + told.tax_vnd),
        vnd(told.net_vnd),
        vnd(told.paid_out_vnd),
    ]


def _issue_table(issues: Sequence[IssueView], _: Translator, lang: Lang) -> SheetTable:
    return SheetTable(
        title=_("Việc còn phải xem"),
        columns=[_("Việc"), _("Khoản"), _("Số tiền")],
        numbers=[1, 2],
        rows=[
            [
                one.sentence_vi if lang is Lang.VI else one.sentence_en,
                num(one.records),
                vnd(one.amount_vnd),
            ]
            for one in issues
        ],
        nothing=_("Không còn việc nào."),
    )


def _vendor_table(
    report: MarketDayReport | MarketMonthReport, told: DayAmounts, _: Translator
) -> SheetTable:
    untracked = report.untracked
    lines = [*report.vendors, *([untracked] if untracked else [])]
    return SheetTable(
        title=_("Từng người bán"),
        columns=[
            _("Gian hàng"), _("Người bán"), _("Khoản"), _("Nhận qua QR"), _("Trả lại"),
            _("Phí, thuế"), net_words(report.sources, _),
        ],
        numbers=[2, 3, 4, 5, 6],
        rows=[
            [
                " ".join(line.stalls),
                _(line.vendor_name) if line is untracked else line.vendor_name,
                num(line.payments),
                vnd(line.gross_vnd),
                vnd(line.refunds_vnd),
                vnd(line.fees_vnd + line.tax_vnd),
                vnd(line.net_vnd),
            ]
            for line in lines
            if line.has_receipts or line.net_vnd
        ],
        total=[_("Cả chợ"), "", *_cells(told)[:-1]],
        nothing=_("Không ai có khoản nào."),
    )  # fmt: skip


def _rests_on_day(close: CloseView | None, _: Translator) -> list[str]:
    if close is None:
        return [_("Chưa chốt ngày này.")]
    told = _(
        "Theo lần chốt thứ {version}, mã {root}.",
        version=close.version,
        root=close.root_sha256[:ROOT_SHOWN],
    )
    if close.incomplete:
        return [told, _("Chưa chính thức vì: {why}.", why=missing_words(close.incomplete, _))]
    return [told]


def _rests_on_month(report: VendorMonthReport | MarketMonthReport, _: Translator) -> list[str]:
    return [
        _(
            "Theo {n} lần chốt ngày, mã {root}.",
            n=num(len(report.closes)),
            root=report.rests_on_sha256[:ROOT_SHOWN],
        )
    ]


def _page_words(_: Translator) -> tuple[str, str, str]:
    before, _page, rest = _("Trang {page}/{pages}").partition("{page}")
    between, _pages, behind = rest.partition("{pages}")
    return before, between, behind
