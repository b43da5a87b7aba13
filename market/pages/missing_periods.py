"""The page that says why a period cannot be read, and the way to one that can.

The application shows it for whatever was asked of the period: a page, a chart's file, a workbook.
"""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from market.i18n import day, translator
from market.pages.adoption_periods import period_label
from market.pages.errors import Way, error_page
from market.pages.rendering import lang_of
from market.reports.errors import DayNotCome, NotMeasuredYet, NotPublishedBy, PeriodNotBegun
from market.reports.public_reading import PeriodNotPublished

MissingPeriod = PeriodNotBegun | DayNotCome | NotMeasuredYet | NotPublishedBy | PeriodNotPublished

_NIGHT_WILL = (
    "Kỳ cũ chưa công bố của nhiều chợ phải tính lâu; máy tính dần vài kỳ mỗi đêm, bắt đầu từ kỳ mới nhất. "
    "Mời xem lại ngày mai, hoặc chọn kỳ đã công bố."
)
_NOTHING_TO_TELL = "Chưa có ngày chợ nào, nên chưa có số liệu. Chọn kỳ đang chạy hoặc kỳ đã qua."
_EARLIER_IS_NOT_MEASURED = (
    "Chọn ngày muộn hơn, hoặc bỏ ngày để xem bản mới nhất. Số cũ không tính lại, vì tính lại sẽ để lộ "
    "phần chốt muộn."
)
_UNTIL_TODAY = "Chọn hôm nay hoặc một ngày đã qua, hoặc bỏ ngày để xem bản mới nhất."
_PUBLIC_WAITS = "Số liệu của một kỳ hiện ở đây sau khi kỳ đó được công bố."

FIGURES = "/muc-do-dung"
_KEPT = ("cho", "dia-ban", "chot")


def missing_period_page(request: Request, missing: MissingPeriod) -> HTMLResponse:
    """Return the page that says why: not begun, as of a day to come, not published, not measured."""
    _ = translator(lang_of(request))
    label = period_label(missing.period, _)
    status = HTTPStatus.NOT_FOUND
    if isinstance(missing, PeriodNotBegun):
        on = day(missing.period.window.first)
        told = _("{period} chưa bắt đầu: kỳ tính từ ngày {on}", period=label, on=on)
        then = _NOTHING_TO_TELL
    elif isinstance(missing, NotMeasuredYet):
        status = HTTPStatus.CONFLICT
        told, then = _("{period} chưa được tính sẵn", period=label), _NIGHT_WILL
    elif isinstance(missing, DayNotCome):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        told = _(
            "Ngày {on} chưa tới: hôm nay là {today}", on=day(missing.on), today=day(missing.today)
        )
        then = _UNTIL_TODAY
    elif isinstance(missing, NotPublishedBy):
        told = _("{period} chưa được công bố vào ngày {on}", period=label, on=day(missing.on))
        then = _EARLIER_IS_NOT_MEASURED
    else:
        told, then = _("{period} chưa được công bố", period=label), _PUBLIC_WAITS
    return error_page(request, status, (told, then), way=_to_the_newest(request))


def to_the_figures(request: Request) -> str:
    """Return the page that was asked for; of a file the page it is from."""
    path = request.url.path
    return FIGURES if path.startswith(f"{FIGURES}/") else path


def place_kept(request: Request) -> dict[str, str]:
    """Return what of the query says whose figures were asked for, and how periods are cut off."""
    return {name: request.query_params[name] for name in _KEPT if name in request.query_params}


def _to_the_newest(request: Request) -> Way:
    return Way(to_the_figures(request), "Xem kỳ mới nhất", place_kept(request))
