"""One plain sentence per decision, Vietnamese first; nothing else explains an outcome to people."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from reconciliation.engine.outcomes import Outcome, Reason, Rule

Decision = Mapping[str, Any]
"""A row of outcomes: the columns of reconciliation.md section 7."""

_VI = {
    Outcome.MATCHED: "Khớp: hai bên cùng ghi một khoản{rule}.",
    Outcome.MATCHED_WITH_DIFFERENCE: "Khớp nhưng lệch {difference}: {reason}.",
    Outcome.MATCHED_IN_CLASS: (
        "Khớp theo nhóm: các khoản giống hệt nhau trong ngày, hai bên có số lượng bằng nhau."
    ),
    Outcome.DUPLICATE: "Báo lặp: khoản này đã được báo trước đó, chỉ tính một lần.",
    Outcome.CONFLICT: "Mâu thuẫn: cùng một mã nhưng hai số tiền khác nhau, chờ người kiểm tra.",
    Outcome.MISSING_IN_STATEMENT: "Chưa thấy trong sao kê: {reason}.",
    Outcome.MISSING_IN_PAYMENTS: "Có trong sao kê nhưng chưa có thông báo: {reason}.",
    Outcome.PENDING_CUT_OFF: "Chờ kỳ sao kê hoặc kỳ chi trả sau.",
    Outcome.AMBIGUOUS: "Chưa xác định: có {alternatives} khoản khác cùng phù hợp ({reason}).",
    Outcome.UNATTRIBUTED: "Không rõ tài khoản nhận, chưa thể đối soát.",
    Outcome.IGNORED: "Bỏ qua theo quyết định của người phụ trách.",
    Outcome.NOT_APPLICABLE: "Không thuộc phạm vi đối soát này: {reason}.",
    Outcome.REJECTED: "Không xử lý: {reason}.",
    Outcome.PAID: "Đã chi trả đủ{rule}.",
    Outcome.SHORT: "Chi trả thiếu {difference}.",
    Outcome.OVER: "Chi trả thừa {difference}.",
    Outcome.LATE: "Chi trả đủ nhưng chậm hạn.",
    Outcome.RETURNED: "Khoản chi trả đã bị trả lại.",
    Outcome.MISSING: "Đã đến hạn nhưng chưa thấy khoản chi trả: {reason}.",
    Outcome.AMBIGUOUS_PAYOUT: "Chưa xác định: có {alternatives} cách giải thích khoản chi trả này.",
}
_EN = {
    Outcome.MATCHED: "Matched: both books tell one movement{rule}.",
    Outcome.MATCHED_WITH_DIFFERENCE: "Matched, but {difference} apart: {reason}.",
    Outcome.MATCHED_IN_CLASS: (
        "Matched as a set: records of one day that cannot be told apart, as many in each book."
    ),
    Outcome.DUPLICATE: "Told again: it was told before and counts once.",
    Outcome.CONFLICT: "Conflict: one id with two amounts; somebody has to decide.",
    Outcome.MISSING_IN_STATEMENT: "Not in the statement: {reason}.",
    Outcome.MISSING_IN_PAYMENTS: "In the statement, but never announced: {reason}.",
    Outcome.PENDING_CUT_OFF: "Waits for the next statement or payout.",
    Outcome.AMBIGUOUS: "Undecided: {alternatives} other records fit as well ({reason}).",
    Outcome.UNATTRIBUTED: "It names no account and cannot be reconciled.",
    Outcome.IGNORED: "Left out by decision of the person in charge.",
    Outcome.NOT_APPLICABLE: "Not part of this comparison: {reason}.",
    Outcome.REJECTED: "Not processed: {reason}.",
    Outcome.PAID: "Paid in full{rule}.",
    Outcome.SHORT: "Paid {difference} too little.",
    Outcome.OVER: "Paid {difference} too much.",
    Outcome.LATE: "Paid in full, but later than due.",
    Outcome.RETURNED: "The payout was returned.",
    Outcome.MISSING: "Due, but no payout has come: {reason}.",
    Outcome.AMBIGUOUS_PAYOUT: "Undecided: {alternatives} explanations of this payout.",
}
_REASON_VI = {
    Reason.NONE: "không nêu lý do",
    Reason.AMOUNT: "hai bên ghi số tiền khác nhau",
    Reason.FEE: "phí thu khác biểu phí",
    Reason.TAX: "thuế trên phí khác quy định",
    Reason.ROUNDING: "làm tròn số tiền",
    Reason.CURRENCY: "không phải tiền Việt Nam",
    Reason.STATUS: "một bên ghi giao dịch không thành công",
    Reason.LATE: "báo muộn",
    Reason.FEED_GAP: "ngày này chưa có dữ liệu của bên kia",
    Reason.CUT_OFF: "sau giờ chốt",
    Reason.WRONG_ACCOUNT: "ghi ở tài khoản khác",
    Reason.REVERSED: "giao dịch đã bị hoàn",
    Reason.REFUND_ORPHAN: "không thấy khoản gốc đã được hoàn",
    Reason.OVER_REFUNDED: "tổng tiền hoàn nhiều hơn khoản gốc",
    Reason.DISPUTE_OPEN: "khách đang khiếu nại, chưa có kết quả",
    Reason.STALE_REQUEST: "yêu cầu thanh toán đã quá hạn",
    Reason.REPEATED: "đã báo trước đó",
    Reason.OTHER_MONEY: "một mã có hai số tiền",
    Reason.ID_NOT_UNIQUE: "mã giao dịch bị dùng cho nhiều khoản",
    Reason.SEVERAL_CODES: "nội dung chuyển khoản có nhiều mã",
    Reason.TIE: "trùng số tiền và thời gian",
    Reason.REMARK_LOST: "trùng số tiền và thời gian, nội dung chuyển khoản bị mất mã",
    Reason.SPLIT_INCOMPLETE: "trả làm nhiều lần, cộng lại chưa bằng số tiền yêu cầu",
    Reason.NOT_TOLD: "dữ liệu ngày này đã về nhưng không có khoản này",
    Reason.NO_ACCOUNT: "không ghi tài khoản",
    Reason.ONE_BOOK: "nhà cung cấp chỉ có một nguồn dữ liệu",
    Reason.NOT_A_PAYMENT: "là phí, chi trả hoặc bút toán riêng của nhà cung cấp",
    Reason.NOT_REQUESTED: "không gắn với yêu cầu thanh toán nào",
    Reason.HELD_BACK: "được chi trả cùng kỳ sau",
    Reason.PAYOUT_DIFFERS: "cả kỳ chi trả bị lệch",
}
_REASON_EN = {
    Reason.NONE: "no reason given",
    Reason.AMOUNT: "the two books tell different amounts",
    Reason.FEE: "the fee is not that of the schedule",
    Reason.TAX: "the tax on the fee is not that of the schedule",
    Reason.ROUNDING: "it was rounded",
    Reason.CURRENCY: "it is not in đồng",
    Reason.STATUS: "one side says that no money moved",
    Reason.LATE: "it came late",
    Reason.FEED_GAP: "the other book tells nothing of that day",
    Reason.CUT_OFF: "it lies behind the cut-off",
    Reason.WRONG_ACCOUNT: "it stands under another account",
    Reason.REVERSED: "it was reversed",
    Reason.REFUND_ORPHAN: "the payment it gives back is in neither book",
    Reason.OVER_REFUNDED: "more was given back than was paid",
    Reason.DISPUTE_OPEN: "the customer disputes it and nothing is decided",
    Reason.STALE_REQUEST: "the request had expired",
    Reason.REPEATED: "it was told before",
    Reason.OTHER_MONEY: "one id is told with two amounts",
    Reason.ID_NOT_UNIQUE: "an id names several records",
    Reason.SEVERAL_CODES: "the remark holds several codes",
    Reason.TIE: "equal in amount and time",
    Reason.REMARK_LOST: "equal in amount and time, and the remark lost its code",
    Reason.SPLIT_INCOMPLETE: "it was paid in parts that do not come to what was asked",
    Reason.NOT_TOLD: "the other book covers the day and does not tell it",
    Reason.NO_ACCOUNT: "it names no account",
    Reason.ONE_BOOK: "the provider delivers only one book",
    Reason.NOT_A_PAYMENT: "it is a fee, a payout or another entry of the provider",
    Reason.NOT_REQUESTED: "no request asked for it",
    Reason.HELD_BACK: "it was paid with a later payout",
    Reason.PAYOUT_DIFFERS: "the payout as a whole differs",
}
_RULE_VI = {
    "no_account_id": ", cùng mã giao dịch",
    "provider_id": ", cùng mã giao dịch",
    "reference": ", cùng mã tham chiếu",
    "reference_amount": ", cùng mã tham chiếu và số tiền",
    "code_repair": ", cùng mã tham chiếu sau khi sửa một ký tự và cùng số tiền",
    "original": ", cùng hoàn một khoản gốc",
    "request_repair": ", cùng mã yêu cầu sau khi sửa một ký tự và cùng số tiền",
    "payout_subset": ", chỉ một nhóm khoản cộng lại đúng số tiền",
    "remark": ", cùng nội dung, số tiền và thời gian",
    "bank_reference": ", cùng mã tham chiếu ngân hàng",
    "amount_window": ", cùng tài khoản, số tiền và thời gian",
    "request_reference": ", cùng mã yêu cầu",
    "payout_listing": ", theo bảng kê của nhà cung cấp",
    "cut_off_run": ", theo kỳ chốt",
    "held_back": ", có khoản giữ lại trả kỳ sau",
}
_RULE_EN = {
    "no_account_id": ", by its id",
    "provider_id": ", by its id",
    "reference": ", by its code",
    "reference_amount": ", by its code and amount",
    "code_repair": ", by its code, one character put right, and its amount",
    "original": ", giving back the same payment",
    "request_repair": ", by the code of the request, one character put right, and its amount",
    "payout_subset": ", by the only lines that come to it",
    "remark": ", by remark, amount and time",
    "bank_reference": ", by the bank's reference",
    "amount_window": ", by account, amount and time",
    "request_reference": ", by the code of the request",
    "payout_listing": ", by the provider's listing",
    "cut_off_run": ", by the cut-off run",
    "held_back": ", with lines held back and paid later",
}


_SET_VI = {
    Rule.REQUEST_SPLIT: "Khớp theo nhóm: các lần trả cộng lại bằng đúng số tiền yêu cầu.",
}
_SET_EN = {
    Rule.REQUEST_SPLIT: "Matched as a set: the parts that were paid come to what was asked.",
}
_CHECK_VI = "Khớp số tiền, nhưng cần kiểm tra: {reason}."
_CHECK_EN = "The amounts agree, but it needs a look: {reason}."
_WAIT_VI = "Còn chờ: {reason}."
_WAIT_EN = "It waits: {reason}."


def sentence_vi(decision: Decision) -> str:
    """Return one Vietnamese sentence on why a record has its outcome."""
    return _sentence(decision, _Words(_VI, _REASON_VI, _RULE_VI, _SET_VI, _CHECK_VI, _WAIT_VI))


def sentence_en(decision: Decision) -> str:
    """Return one English sentence on why a record has its outcome."""
    return _sentence(decision, _Words(_EN, _REASON_EN, _RULE_EN, _SET_EN, _CHECK_EN, _WAIT_EN))


class _Words(NamedTuple):
    outcomes: Mapping[Outcome, str]
    reasons: Mapping[Reason, str]
    rules: Mapping[str, str]
    sets: Mapping[Rule, str]
    check: str
    wait: str


def _sentence(decision: Decision, words: _Words) -> str:
    fee, difference = decision["fee_difference_vnd"], int(decision["difference_vnd"])
    reason, outcome = Reason(decision["reason"]), Outcome(decision["outcome"])
    sentence = words.outcomes[outcome]
    if outcome is Outcome.MATCHED_IN_CLASS:
        sentence = words.sets.get(decision["rule"], sentence)
    if reason in {Reason.FEE, Reason.TAX} and not difference:
        difference = int(fee)
    if outcome is Outcome.MATCHED_WITH_DIFFERENCE and not difference:
        sentence = words.check
    if outcome is Outcome.PENDING_CUT_OFF and reason not in {Reason.NONE, Reason.CUT_OFF}:
        sentence = words.wait
    return sentence.format(
        difference=_dong(difference),
        reason=words.reasons[reason],
        alternatives=int(decision["alternatives"]),
        rule=words.rules.get(str(decision["rule"]).partition("@")[0], ""),
    )


def _dong(amount: int) -> str:
    return f"{abs(amount):,} ₫".replace(",", ".")
