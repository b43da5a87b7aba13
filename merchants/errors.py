"""What the register refuses, each named for the fact."""

from datetime import date


class MerchantsError(Exception):
    """Base of every refusal of this package."""


class MarketNotFound(MerchantsError):
    """No market has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no market has the code {code!r}")
        self.code = code


class VendorNotFound(MerchantsError):
    """No vendor has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no vendor has the code {code!r}")
        self.code = code


class StallNotFound(MerchantsError):
    """No stall of this market has this code."""

    def __init__(self, market_code: str, stall_code: str) -> None:
        super().__init__(f"market {market_code!r} has no stall {stall_code!r}")
        self.market_code = market_code
        self.stall_code = stall_code


class PosterNotFound(MerchantsError):
    """No poster was issued under this serial, or none hangs at this stall."""

    def __init__(self, named: str) -> None:
        super().__init__(f"no live poster for {named}")
        self.named = named


class PosterStepRefused(MerchantsError):
    """A poster may not be issued, installed or ended as asked."""

    def __init__(self, named: str, reason: str) -> None:
        super().__init__(f"poster of {named}: {reason}")
        self.named = named
        self.reason = reason


class MarketRefused(MerchantsError):
    """A market cannot be registered: one of its details breaks a rule."""

    def __init__(self, code: str, field: str, reason: str) -> None:
        super().__init__(f"market {code!r}, {field}: {reason}")
        self.code = code
        self.field = field


class CalendarRuleRefused(MerchantsError):
    """The parameters of a market calendar rule cannot be read."""

    def __init__(self, rule_type: str, params: str, reason: str) -> None:
        super().__init__(f"calendar rule {rule_type} with params {params!r}: {reason}")
        self.rule_type = rule_type
        self.params = params
        self.reason = reason


class LunarDateOutOfRange(MerchantsError):
    """A day is outside the years for which the lunar calendar is reckoned."""

    def __init__(self, day: date, year_min: int, year_max: int) -> None:
        super().__init__(f"no lunar date for {day:%d/%m/%Y}: years {year_min} to {year_max} only")
        self.day = day


class MarketListRefused(MerchantsError):
    """A list of markets is not read: one line of it is wrong."""

    def __init__(self, line: int, column: str, value: str, reason: str) -> None:
        super().__init__(f"market list, line {line}, column {column}, value {value!r}: {reason}")
        self.line = line
        self.column = column
        self.value = value
        self.reason = reason


class SheetRefused(MerchantsError):
    """A vendor sheet is not read at all; the reason is Vietnamese, for whoever sent the file."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Không đọc được tệp {name}: {reason}")
        self.name = name
        self.reason = reason


class BankNotRecognised(MerchantsError):
    """A hand-written bank name means no participant, or more than one."""

    def __init__(self, text: str, nearest: tuple[str, ...]) -> None:
        super().__init__(f"bank {text!r} is not recognised; nearest: {', '.join(nearest)}")
        self.text = text
        self.nearest = nearest


class PayloadAltered(MerchantsError):
    """A poster's stored payload does not have the SHA-256 recorded when it was issued."""

    def __init__(self, serial: str) -> None:
        super().__init__(f"the stored payload of poster {serial} is not the one that was issued")
        self.serial = serial
