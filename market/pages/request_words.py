"""What became of an asked amount, in the words a vendor reads at a glance; never who paid."""

from dataclasses import dataclass

from market.i18n import Translator, clock, vnd
from market.reports.receipts import PROVIDER_NAMES
from reconciliation.shown_requests.reading import ShownRequest
from reconciliation.shown_requests.standing import RequestState


@dataclass(frozen=True, slots=True)
class RequestWords:
    """A line to read first and one that explains it; ``kind`` and ``picture`` are the page's own."""

    title: str
    detail: str
    kind: str
    picture: str


def words_of(request: ShownRequest, _: Translator) -> RequestWords:
    """Return what to say of a request."""
    match request.standing.state:
        case RequestState.OPEN:
            return RequestWords(
                _("Đang chờ khách trả {amount}", amount=vnd(request.amount_vnd)),
                _(
                    "Mã dùng đến {at}. Ngân hàng báo tiền vào thì trang này tự báo.",
                    at=_ends(request),
                ),
                "warn",
                "clock",
            )
        case RequestState.EXPIRED:
            return RequestWords(
                _("Mã hết giờ lúc {at}, chưa thấy khách trả", at=_ends(request)),
                _("Khách trả sau giờ này thì vẫn hiện ở đây, ghi là trả trễ."),
                "warn",
                "clock",
            )
        case RequestState.CANCELLED:
            return RequestWords(
                _("Mã đã huỷ lúc {at}", at=clock(request.cancelled_at or request.expires_at)),
                _("Khách đã lỡ quét mà trả thì vẫn hiện ở đây, ghi là trả trễ."),
                "warn",
                "close",
            )
        case _:
            return _received(request, _)


def _received(request: ShownRequest, _: Translator) -> RequestWords:
    found, asked = request.standing, vnd(request.amount_vnd)
    got = vnd(sum(found.received_vnd))
    when = _when(request, _)
    match found.state:
        case RequestState.PAID:
            return RequestWords(_("Đã nhận {amount}", amount=got), when, "ok", "check")
        case RequestState.PAID_DIFFERENTLY:
            difference = found.received_vnd[0] - request.amount_vnd
            said = (
                _("Thiếu {amount}.", amount=vnd(-difference))
                if difference < 0
                else _("Thừa {amount}.", amount=vnd(difference))
            )
            title = _("Khách trả {got}, không phải {asked}", got=got, asked=asked)
            return RequestWords(title, f"{said} {when}", "bad", "warn")
        case RequestState.PAID_SEVERAL:
            title = _(
                "Khách trả {n} lần, cộng {got}; mã này cần {asked}",
                n=len(found.received_vnd),
                got=got,
                asked=asked,
            )
            parts = " + ".join(vnd(amount) for amount in found.received_vnd)
            return RequestWords(title, f"{parts}. {when}", "bad", "warn")
        case _:
            title = _("{back} đã ra khỏi tài khoản", back=vnd(found.taken_back_vnd))
            said = _("Đã nhận {got} cho mã này, rồi tiền được trả lại.", got=got)
            return RequestWords(title, f"{said} {when}", "bad", "undo")


def _when(request: ShownRequest, _: Translator) -> str:
    found = request.standing
    assert found.paid_at is not None
    name = PROVIDER_NAMES.get(found.ledger, found.ledger)
    said = _("{provider} báo tiền vào lúc {at}.", provider=name, at=clock(found.paid_at))
    late = _("Trả trễ, sau khi mã đã hết giờ hoặc đã huỷ.")
    return f"{said} {late}" if found.is_late else said


def _ends(request: ShownRequest) -> str:
    return clock(request.expires_at)
