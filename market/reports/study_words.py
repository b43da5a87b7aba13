"""The study of a period in sentences; the page and the paper say the same."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from market.adoption.seasons import MONTHS_MIN
from market.i18n import Translator, num, pct, vnd
from market.i18n.break_words import OUTCOMES
from market.i18n.feed_words import PROVIDERS
from market.reports.study_models import (
    ActivationView,
    BreakView,
    ChannelView,
    ConcentrationView,
    FanView,
    GrowthView,
    IndexView,
    SeasonView,
)

CHANNEL_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "transfer_qr": "QR chuyển tiền",
        "merchant_qr": "QR thanh toán",
        "mobile_money_merchant": "tiền di động",
        "pos": "máy quẹt thẻ",
        "": "chưa rõ loại",
    }
)
AGAINST: Mapping[str, str] = MappingProxyType(
    {
        "previous": "Kỳ trước",
        "year_before": "Cùng kỳ năm trước",
        "tet": "Năm trước, cùng số tuần đến Tết",
    }
)
HIDDEN_BECAUSE: Mapping[str, str] = MappingProxyType(
    {
        "c": "có quá ít tiểu thương đứng sau con số, hoặc một người chiếm gần hết",
        "s": "sẽ suy ngược ra số phải ẩn",
        "u": "dữ liệu thấy được dưới một nửa số mã QR đang treo, hoặc chưa kiểm tra gian nào",
        "w": "kỳ này chưa công bố",
    }
)
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "no_market": "Chưa có tiểu thương nào trong khung.",
        "beyond_market": "Số người đã bắt đầu lớn hơn số tiểu thương trong khung, vì khung đã đổi.",
        "too_short": "Mới có {months} tháng trọn; cần ít nhất 8 tháng.",
        "too_few": "Quá ít người bắt đầu, hoặc họ bắt đầu trong chưa đến 3 tháng.",
        "before_inflection": "Số người mới mỗi tháng còn đang tăng: lúc này trần nào cũng khớp.",
        "no_spread": "Đường khớp nhất không đi lên: số liệu không theo luật này.",
        "unstable": "Lấy mẫu lại cho kết quả quá khác nhau: không đủ chắc.",
    }
)


GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "enablers": "Điều kiện",
        "demand": "Phía khách",
        "infrastructure": "Hạ tầng",
        "performance": "Kết quả",
        "protection": "Bảo vệ người dùng",
    }
)
SURVEYED = ("COUNTED", "CASHLESS")
"""Components that only a survey knows."""


def index_words(one: IndexView, _: Translator) -> str:
    """Return the composite index in one sentence, or why there is none."""
    if one.level is None:
        return _("Chưa tính được chỉ số chung: chưa công bố được con số nào về kết quả.")
    if one.index is None:
        why = (
            _("so với {base} thì chưa có gì chung để so", base=one.base)
            if one.base
            else _("chưa có mốc 100, vì chưa quý trọn nào được công bố")
        )
        return _("Mức {level} trên 100; {why}.", level=num(one.level, 1), why=why)
    return _(
        "Chỉ số chung {index}, lấy {base} là 100; mức {level} trên 100.",
        index=num(one.index, 1),
        base=one.base,
        level=num(one.level, 1),
    )


def missing_words(one: IndexView, name_of: Callable[[str], str], _: Translator) -> list[str]:
    """Return what the index does without, and what it therefore is not compared by."""
    missing = [each.id for each in one.components if each.score is None]
    told = []
    if all(id_ in missing for id_ in SURVEYED):
        told.append(
            _(
                "Chưa có kết quả khảo sát, nên chỉ số không gồm tỷ trọng không dùng tiền mặt và phía "
                "khách; trọng số của chúng chia cho các nhóm khác."
            )
        )
    others = [id_ for id_ in missing if len(told) == 0 or id_ not in SURVEYED]
    if others:
        told.append(
            _("Không gồm: {names}.", names="; ".join(_lower_first(name_of(id_)) for id_ in others))
        )
    if one.left_out:
        told.append(
            _(
                "Chỉ một trong hai kỳ có, nên không dùng để so với mốc: {names}.",
                names="; ".join(_lower_first(name_of(id_)) for id_ in one.left_out),
            )
        )
    return told


def season_words(one: SeasonView, _: Translator) -> str:
    """Return what the seasons are in one sentence, or how many months are still lacking."""
    if not one.factors:
        return _(
            "Chưa tính được mùa vụ: có {n} tháng đã công bố liền nhau, cần ít nhất {least}.",
            n=num(one.months),
            least=num(MONTHS_MIN),
        )
    high = max(range(12), key=lambda at: one.factors[at])
    low = min(range(12), key=lambda at: one.factors[at])
    return _(
        "Tháng {high} cao nhất, {over} so với xu hướng; tháng {low} thấp nhất, {under}.",
        high=high + 1,
        over=signed_pct(one.factors[high] - 1, _),
        low=low + 1,
        under=signed_pct(one.factors[low] - 1, _),
    )


def _lower_first(text: str) -> str:
    """Return a name inside a sentence; abbreviations stay as they are."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def channel_name(one: ChannelView, _: Translator) -> str:
    """Return a channel as it is called: ``Vietcombank, QR chuyển tiền``."""
    kind = _(CHANNEL_TYPES.get(one.acceptance_type, one.acceptance_type))
    provider = PROVIDERS.get(one.provider, one.provider)
    text = f"{provider}, {kind}" if provider else kind
    return f"{text[:1].upper()}{text[1:]}"


def break_name(one: BreakView, _: Translator) -> str:
    """Return a kind of break as pages call it."""
    return _(OUTCOMES.get(one.name, one.name))


def why_hidden(mark: str, _: Translator) -> str:
    """Return why something is not told, as a sentence."""
    return _("Không công bố: {why}.", why=_(HIDDEN_BECAUSE[mark]))


def concentration_words(one: ConcentrationView, _: Translator) -> str:
    """Return in one sentence how unequally the money is spread."""
    if one.hidden:
        return why_hidden(one.hidden, _)
    if one.hhi is None:
        return _("Chưa có khoản nhận nào trong kỳ, nên chưa có gì để chia.")
    tops = [(1 - part, 1 - share) for part, share in one.lorenz if 0 < part < 1]
    if not tops:
        return _(
            "{n} tiểu thương nhận tiền; mức tập trung như {equal} người nhận bằng nhau.",
            n=num(one.receiving or 0),
            equal=num(one.equivalent_vendors or 0),
        )
    part, share = min(tops)
    return _(
        "{part} tiểu thương nhận nhiều nhất có {share} số tiền.",
        part=pct(part, 0),
        share=pct(share, 0),
    )


def activation_words(one: ActivationView, _: Translator) -> str:
    """Return in one sentence how soon vendors are paid."""
    if one.hidden:
        return why_hidden(one.hidden, _)
    if not one.watched:
        return _("Chưa có tiểu thương nào đồng ý tham gia trước cuối kỳ.")
    if one.median_days is None:
        return _(
            "Chưa đến một nửa trong {n} người đã đồng ý có khoản nhận đầu tiên.", n=num(one.watched)
        )
    return _(
        "Một nửa có khoản nhận đầu tiên trong {days} ngày sau khi đồng ý.",
        days=num(one.median_days),
    )


def refusal_words(one: FanView, _: Translator) -> str:
    """Return why a curve is not drawn."""
    return _(REFUSALS[one.refused], months=num(len(one.months)))


def fan_words(one: FanView, _: Translator) -> str:
    """Return in one sentence where a fan ends."""
    low, *_between, high = one.ahead[-1]
    return _(
        "Sau {n} tháng nữa: từ {low} đến {high} trong {market} tiểu thương đã từng nhận tiền "
        "(9 trên 10 đường).",
        n=num(len(one.ahead)),
        low=num(round(low)),
        high=num(round(high)),
        market=num(one.market),
    )


def signed_pct(value: float | None, _: Translator) -> str:
    """Return a growth: ``+12,4%``, ``−3,0%``; words where there is none."""
    if value is None:
        return _("chưa có")
    text = pct(abs(value))
    sign = "" if text == pct(0.0) else "+" if value > 0 else "−"
    return f"{sign}{text}"


def unmatched_words(one: GrowthView, _: Translator) -> list[str]:
    """Return which markets are in one of the two windows alone; nothing where one has none at all."""
    told: list[str] = []
    if not one.matched_markets:
        return told
    if one.opened:
        told.append(_("Mới có số liệu kỳ này: {markets}.", markets=_listed(one.opened, _)))
    if one.closed:
        told.append(_("Chỉ có số liệu kỳ trước đó: {markets}.", markets=_listed(one.closed, _)))
    return told


def width_words(confirmed: float | None, credible: float | None, _: Translator) -> str:
    """Return from what to what the value received by market day may reach."""
    if confirmed is None:
        return ""
    if credible is None or credible <= confirmed:
        return _("Không có khoản nào đang chờ: số đã xác nhận cũng là số cao nhất.")
    return _(
        "Từ {low} (đã xác nhận) đến {high} (nếu mọi khoản đang chờ đều đúng) mỗi ngày chợ.",
        low=vnd(round(confirmed)),
        high=vnd(round(credible)),
    )


def _listed(names: list[str], _: Translator) -> str:
    shown = ", ".join(names[:5])
    rest = len(names) - 5
    return _("{names} và {n} chợ nữa", names=shown, n=num(rest)) if rest > 0 else shown
