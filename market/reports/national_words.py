"""The country's growth beside our own of the same period, in sentences; the page and the paper say the same.

The two are defined in different ways, and the sentences say so: SBV's "QR Code" and NAPAS's VietQR
transfers differ about ten-fold, and ours is neither. Source: domain.md 1, 11.1.
"""

from collections.abc import Sequence

from market.adoption.national import NationalGrowth, newest_before, same_period
from market.adoption.periods import Period
from market.i18n import Translator, day, pct
from market.reports.study_models import GrowthView
from market.reports.study_words import signed_pct


def national_words(
    period: Period,
    growths: Sequence[GrowthView],
    _: Translator,
    known: Sequence[NationalGrowth] | None = None,
) -> list[str]:
    """Return what the country's figure is, what ours is, and why the one is no measure of the other.

    Args:
        growths: our own, as far as they are told.
        known: the country's growths; ``None`` = all that the product knows.
    """
    found = same_period(period, known)
    if found is not None:
        return [_country(found, _), _own(growths, _), _apart(_)]
    newest = newest_before(period.window.last, known)
    if newest is None:
        return [_("Chưa có số tăng trưởng của cả nước cho kỳ này.")]
    return [
        _("Chưa có số tăng trưởng của cả nước cho kỳ này; dưới đây là số gần nhất."),
        _country(newest, _),
        _apart(_),
    ]


def _country(one: NationalGrowth, _: Translator) -> str:
    return _(
        "Cả nước, từ {first} đến {last} so với cùng kỳ năm trước: số giao dịch QR Code {count}, giá trị "
        "{value} (định nghĩa {definition}; {source}).",
        first=day(one.first),
        last=day(one.last),
        count=_moved(one.count),
        value=_moved(one.value),
        definition=one.definition,
        source=_(one.source),
    )


def _moved(share: float) -> str:
    """Return a growth with the two decimals it was published with."""
    return f"{'−' if share < 0 else '+'}{pct(abs(share), 2)}"


def _own(growths: Sequence[GrowthView], _: Translator) -> str:
    own = next((one for one in growths if one.against == "year_before"), None)
    if own is None or own.hidden or own.raw is None:
        return _(
            "Ở đây chưa so được với cùng kỳ năm trước: chưa có ngày chợ đã chốt của kỳ đó, hoặc số phải ẩn."
        )
    return _(
        "Ở đây, giá trị nhận qua QR so với cùng kỳ năm trước: {raw}; riêng các chợ có ở cả hai kỳ: "
        "{matched}.",
        raw=signed_pct(own.raw, _),
        matched=_("ẩn") if own.matched_hidden else signed_pct(own.matched, _),
    )


def _apart(_: Translator) -> str:
    return _(
        "Hai bên không cùng định nghĩa: số của Ngân hàng Nhà nước có vẻ chỉ gồm QR thanh toán, ít hơn "
        "khoảng mười lần số lệnh chuyển tiền VietQR mà NAPAS đếm; số ở đây là tiền vào tài khoản tiểu "
        "thương, phần lớn qua QR chuyển tiền. Đặt cạnh để biết chiều, không lấy hiệu."
    )
