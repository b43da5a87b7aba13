"""How every measure is made: the catalogue itself as a page, and as the data dictionary."""

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from market.adoption.definitions import DICTIONARY, WITH_WILSON, Span, Unit
from market.adoption.dictionary import dictionary_rows
from market.adoption.disclosure.products import rule_file_sha256
from market.exports import csv_bytes
from market.pages.rendering import page
from market.reports.flags import FLAGS
from market.security.scope import Caller

router = APIRouter()

UNITS: Mapping[Unit, str] = MappingProxyType(
    {
        Unit.RATIO: "tỷ lệ",
        Unit.VND: "đồng",
        Unit.VND_PER_MARKET_DAY: "đồng mỗi ngày chợ",
        Unit.RECEIPTS_PER_VENDOR_DAY: "khoản mỗi ngày chợ của một tiểu thương",
        Unit.DAYS: "ngày",
        Unit.PER_100_VENDORS: "trên 100 tiểu thương",
        Unit.VENDORS: "tiểu thương",
        Unit.PAYERS: "người trả",
        Unit.INDEX: "số không đơn vị",
    }
)
SPANS: Mapping[Span, str] = MappingProxyType(
    {
        Span.REFERENCE_DAY: "ngày chợ cuối của kỳ",
        Span.PERIOD: "cả kỳ",
        Span.DAYS_30: "30 ngày đến hết kỳ",
        Span.DAYS_90: "90 ngày đến hết kỳ",
        Span.EVER: "từ đầu đến hết kỳ",
        Span.SURVEY: "các ngày khảo sát",
    }
)


@router.get("/muc-do-dung/cach-tinh", response_class=HTMLResponse)
def methods(request: Request, caller: Caller) -> HTMLResponse:
    """Show the definition of every measure, and what is hidden by which rule."""
    return page(
        request,
        "adoption_methods",
        caller=caller,
        definitions=list(DICTIONARY.values()),
        rules_sha256=rule_file_sha256(),
        flags=FLAGS,
        with_wilson=", ".join(WITH_WILSON),
        units=UNITS,
        spans=SPANS,
    )


@router.get("/muc-do-dung/tu-dien.csv", response_class=Response)
def dictionary_csv() -> Response:
    """Return the data dictionary as CSV."""
    rows = dictionary_rows()
    header = list(rows[0])
    return Response(
        csv_bytes(header, [[row[name] for name in header] for row in rows]),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="tu-dien-du-lieu.csv"'},
    )
