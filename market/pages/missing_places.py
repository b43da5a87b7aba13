"""The page that says why figures of a market or an area cannot be read: no such code, or none of it yet."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from market.adoption.periods import Length, Period
from market.i18n import translator
from market.pages.adoption_periods import months_closed, period_inside
from market.pages.days import today_of
from market.pages.errors import Way, error_page
from market.pages.missing_periods import FIGURES, place_kept, to_the_figures
from market.pages.rendering import lang_of
from market.reports.errors import PlaceNotInPeriod
from merchants.errors import AreaNotFound, MarketNotFound
from merchants.sentences import Sentence, first_upper

UnknownPlace = MarketNotFound | AreaNotFound

_LOOK_AGAIN = "Xem lại mã trong địa chỉ, hoặc chọn trong danh sách."
_KEPT_BY_THE_NIGHT = "Máy tính lại kỳ chưa công bố mỗi đêm. Mời xem lại ngày mai."


def unknown_place_page(request: Request, unknown: UnknownPlace) -> HTMLResponse:
    """Return the page that says which code names nothing."""
    told = (
        Sentence("Không có chợ nào mang mã {code}", code=unknown.code)
        if isinstance(unknown, MarketNotFound)
        else Sentence("Không có địa bàn nào mang mã {code}", code=unknown.code)
    )
    is_figures = request.url.path == FIGURES or request.url.path.startswith(f"{FIGURES}/")
    way = Way(FIGURES, "Xem mức độ dùng") if is_figures else None
    return error_page(request, HTTPStatus.NOT_FOUND, (told, _LOOK_AGAIN), way=way)


def missing_place_page(request: Request, missing: PlaceNotInPeriod) -> HTMLResponse:
    """Return the page that says since when a place is told, with the way to a period that tells it."""
    from market.reports.places_told import period_that_tells

    _ = translator(lang_of(request))
    label = period_inside(missing.period, _)
    if missing.version is None:
        title = (
            _("Chợ này chưa có trong số liệu tính sẵn của {period}", period=label)
            if missing.is_market
            else _("Địa bàn này chưa có trong số liệu tính sẵn của {period}", period=label)
        )
        then = _KEPT_BY_THE_NIGHT
    elif missing.is_market:
        title = _("Chợ này chưa có trong số liệu đã công bố của {period}", period=label)
        then = _(
            "{name} được đăng ký sau bản công bố số {n}. Số đã công bố giữ nguyên, không tính lại.",
            name=missing.name,
            n=missing.version,
        )
    else:
        title = _("Địa bàn này chưa có trong số liệu đã công bố của {period}", period=label)
        then = _(
            "{name}: các chợ được xếp vào sau bản công bố số {n}. Số đã công bố giữ nguyên, không "
            "tính lại.",
            name=first_upper(_(missing.name)),
            n=missing.version,
        )
    with request.app.state.reading() as session:
        today, scheme = today_of(request), missing.period.scheme
        running = Period.holding(today, Length.MONTH, scheme)
        months = months_closed(session, today, scheme)
        # Of the period itself there may be a newer edition than the one asked for.
        other = period_that_tells(session, missing, [missing.period, running, *months])
    way = None
    if other is not None:
        way = Way(
            to_the_figures(request),
            Sentence("Xem {period}", period=period_inside(other, _)),
            {**place_kept(request), "ky": other.label},
        )
    return error_page(request, HTTPStatus.NOT_FOUND, (title, then), way=way)
