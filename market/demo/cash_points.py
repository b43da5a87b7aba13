"""Made-up places for cash at the demonstration's markets: some have several, one has none."""

from collections.abc import Sequence
from datetime import datetime
from itertools import cycle

import sqlalchemy as sa

from market.database import writing
from market.demo.watch import Watch
from merchants.actors import COMMAND
from merchants.days import market_day
from merchants.kinds import CashPointKind, CashService
from merchants.markets.cash_points import NewCashPoint, add_cash_point, say_no_cash_points

_MOBILE_MONEY = (
    *(CashPointKind.MOBILE_MONEY, CashService.BOTH, "Viettel Money"),
    *("Cửa hàng viễn thông (mô phỏng)", "Đối diện cổng chính", "6:00 đến 19:00"),
)
_AGENT = (
    *(CashPointKind.BANK_AGENT, CashService.BOTH, "Agribank"),
    *("Tạp hoá đại lý thanh toán (mô phỏng)", "Cuối dãy hàng khô", "5:00 đến 17:00"),
)
_ATM = (
    *(CashPointKind.ATM, CashService.OUT, "Agribank"),
    *("Cây ATM (mô phỏng)", "Cách cổng phía đông 200 m", "cả ngày"),
)
_OF_A_MARKET = ((_MOBILE_MONEY, _AGENT, _ATM), (_MOBILE_MONEY,), (), (_AGENT, _ATM))


def write_cash_points_down(
    engine: sa.Engine, market_codes: Sequence[str], *, now: datetime, watch: Watch
) -> None:
    """Fill every market's directory as of the day the story begins."""
    on, count = market_day(now), 0
    with writing(engine) as session:
        for code, told in zip(market_codes, cycle(_OF_A_MARKET), strict=False):
            if not told:
                say_no_cash_points(session, code, on, actor=COMMAND, now=now)
            for kind, service, provider, name, place, hours in told:
                new = NewCashPoint(
                    kind=kind,
                    service=service,
                    provider=provider,
                    name=name,
                    place=place,
                    hours=hours,
                    from_on=on,
                )
                add_cash_point(session, code, new, actor=COMMAND, now=now)
                count += 1
    watch.say(f"{count} nơi nạp, rút tiền mô phỏng / made-up cash points")
