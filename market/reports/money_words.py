"""What the money reports say in words: states, where money is, whether it is matched."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from market.i18n import Translator, num, vnd
from market.reports.models import CloseState, DayAmounts, ReceiptState
from market.reports.money_parts import SourceAmounts
from market.reports.months import spans

STATES: Mapping[CloseState, str] = {
    CloseState.OPEN: "Chưa chốt sổ, còn kiểm tra lại.",
    CloseState.PROVISIONAL: "Đã chốt, số sơ bộ, còn kiểm tra lại.",
    CloseState.FINAL: "Đã chốt, số chính thức.",
}
MONTH_STATES: Mapping[CloseState, str] = {
    CloseState.OPEN: "Chưa chốt ngày nào.",
    CloseState.PROVISIONAL: "Số sơ bộ, còn có thể đổi.",
    CloseState.FINAL: "Cả tháng đã chốt, số chính thức.",
}
RECEIPT_WORDS: Mapping[ReceiptState, str] = {
    ReceiptState.MATCHED: "đã khớp",
    ReceiptState.DIFFERS: "khớp, lệch tiền",
    ReceiptState.FEE_DIFFERS: "khớp, lệch phí",
    ReceiptState.UNMATCHED: "chưa khớp",
    ReceiptState.REFUND: "hoàn lại",
    ReceiptState.PENDING: "đang chờ, chưa cộng",
    ReceiptState.NOT_ON_STATEMENT: "không có trong sao kê, chưa cộng",
    ReceiptState.ANNOUNCED: "mới báo, chưa cộng",
}
PLACES: Mapping[str, str] = {
    "in_bank_vnd": "Đã vào tài khoản",
    "shared_vnd": "Đã vào tài khoản dùng chung",
    "to_come_vnd": "Còn về, chưa có số liệu chi trả",
    "overdue_vnd": "Đến hạn mà chưa thấy về",
    "in_question_vnd": "Về không khớp, đang hỏi lại",
    "untold_vnd": "Chưa có nguồn nào báo đã về",
}


def where_it_is(sources: Iterable[SourceAmounts]) -> list[tuple[str, int]]:
    """Return where the net of a report is: what is in the account, then each other place with money."""
    told = list(sources)
    places = [(words, sum(getattr(one, name) for one in told)) for name, words in PLACES.items()]
    return [places[0], *(one for one in places[1:] if one[1])]


def net_words(sources: Iterable[SourceAmounts], _: Translator) -> str:
    """Return what the net of some sources is called: it says whose fee is not taken off yet.

    Who takes a fee from a payout as a whole tells none beside the receipts, and which receipt bears
    how much of it nobody says; so it is in no day's fees, and ``PayoutView.kept_vnd`` tells it.
    """
    return net_before_fees_of(
        (one.name for one in sources if one.takes_fee_from_payout and one.gross_vnd), _
    )


def net_before_fees_of(names: Iterable[str], _: Translator) -> str:
    """Return what a net is called off which the fees of the sources so named are still to come."""
    whose = ", ".join(sorted(names))
    return _("Thực nhận, chưa trừ phí {sources}", sources=whose) if whose else _("Thực nhận")


def matched_words(amounts: DayAmounts, _: Translator) -> str:
    """Return in one sentence whether the money of a report stands in both books."""
    left = amounts.gross_vnd - amounts.matched_vnd
    if not amounts.payments:
        return _("Không có khoản nào phải đối chiếu.")
    if not left and not amounts.unexplained_vnd:
        return _("Tất cả đã khớp với sao kê.")
    if not left:
        return _(
            "Tiền đã nhận đều khớp; {amount} được báo mà chưa rõ, đang kiểm tra lại.",
            amount=vnd(amounts.unexplained_vnd),
        )
    return _(
        "Đã khớp {matched} trên {gross}, còn {left} đang kiểm tra lại.",
        matched=vnd(amounts.matched_vnd),
        gross=vnd(amounts.gross_vnd),
        left=vnd(left),
    )


def run_words(days: Sequence[date], _: Translator) -> str:
    """Return days as people write them: ``03/10, 07/10 đến 12/10 (7 ngày)``."""
    runs = [
        f"{first:%d/%m}"
        if first == last
        else _("{first} đến {last}", first=f"{first:%d/%m}", last=f"{last:%d/%m}")
        for first, last in spans(days)
    ]
    return _("{days} ({n} ngày)", days=", ".join(runs), n=num(len(days)))
