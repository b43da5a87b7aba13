"""A market's cash points on a sheet that hangs beside the posters of its stalls."""

import json
from collections.abc import Sequence
from datetime import date

from market.documents.typesetting import typeset_pdf
from market.i18n import day
from market.i18n.place_words import CASH_SERVICES
from merchants.markets.cash_points import CashPointEntry

_WARNING = (
    "Không đưa mật khẩu, mã OTP hay điện thoại của mình cho ai. "
    "Đếm tiền và chờ tin nhắn báo trước khi rời quầy."
)


def cash_points_pdf(
    market_name: str, points: Sequence[CashPointEntry], *, on: date, is_synthetic: bool
) -> bytes:
    """Return the sheet of the points that serve on a day; large type, more pages where there are many."""
    made_up = "Dữ liệu mô phỏng, không phải chợ thật. " if is_synthetic else ""
    sheet = {
        "title": "Nơi nạp, rút tiền",
        "market": market_name,
        "points": [
            {
                "name": one.name,
                "what": f"{one.provider}: {CASH_SERVICES[one.service]}",
                "lines": [line for line in (one.place, _hours(one)) if line],
            }
            for one in points
        ],
        "warning": _WARNING,
        "footer": f"{made_up}Ban quản lý chợ ghi đến ngày {day(on)}",
    }
    return typeset_pdf("cash_points", {"sheet": json.dumps(sheet)}, standard="ua-1")


def _hours(point: CashPointEntry) -> str:
    return f"Giờ: {point.hours}" if point.hours else ""
