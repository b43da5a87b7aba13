"""What reconciliation refuses, each named for the fact."""

from datetime import date, timedelta


class ReconciliationError(Exception):
    """Base of every refusal of this package."""


class BooksDoNotBalance(ReconciliationError):
    """An invariant of a run does not hold; nothing of the run is kept."""


class RawMissing(ReconciliationError):
    """The raw store never kept anything with this digest."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the raw store holds nothing named {sha256}")
        self.sha256 = sha256


class RawDamaged(ReconciliationError):
    """A raw file no longer holds the bytes it is named for."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the raw store's file {sha256} is damaged; restore it from a backup")
        self.sha256 = sha256


class UnknownProvider(ReconciliationError):
    """No reader takes this provider's feeds."""

    def __init__(self, provider: str, known: list[str]) -> None:
        super().__init__(f"no reader for provider {provider!r}; known: {', '.join(known)}")
        self.provider = provider


class ChannelRefused(ReconciliationError):
    """A provider's channel is not configured so that its door could be opened."""

    def __init__(self, provider: str, problem: str) -> None:
        super().__init__(f"channel {provider!r}: {problem}")
        self.provider = provider
        self.problem = problem


class FaultSpecRefused(ReconciliationError):
    """A fault specification names an unknown kind or a rate that is no share."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"fault specification {part!r}: {why}")
        self.part = part


class EngineInputRefused(ReconciliationError):
    """A book given to the engine cannot be read as the contract says; nothing was decided."""

    def __init__(self, *, file: str, column: str, problem: str, row: int | None = None) -> None:
        place = f"row {row}, {column}" if row is not None else column
        super().__init__(f"{file}: {place}: {problem}")
        self.file = file
        self.column = column
        self.row = row
        self.problem = problem


class ProfilesRefused(ReconciliationError):
    """The provider profiles cannot be used: a field is unknown, wrong, or dated twice."""

    def __init__(self, *, file: str, provider: str, field: str, problem: str) -> None:
        super().__init__(f"{file}: profile {provider!r}, {field}: {problem}")
        self.file = file
        self.provider = provider
        self.field = field


class FeedRefused(ReconciliationError):
    """A provider answered and will answer the same again: wrong key, unknown object, bad request."""

    def __init__(self, *, request: str, status: int, message: str) -> None:
        super().__init__(f"{request}: the provider answers {status}: {message}")
        self.request = request
        self.status = status


class FeedUnreachable(ReconciliationError):
    """A provider gave no usable answer within the tries or the waiting time allowed."""

    def __init__(self, *, request: str, tries: int, why: str) -> None:
        super().__init__(f"{request}: no answer after {tries} tries: {why}")
        self.request = request
        self.tries = tries


class PollsRefused(ReconciliationError):
    """Some of the providers that were asked refused or gave no answer; the others were taken in."""

    def __init__(self, told: list[str]) -> None:
        super().__init__("; ".join(told))
        self.told = told


class DaysRefused(ReconciliationError):
    """A span of days ends before it begins."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"the last day {last:%d/%m/%Y} lies before the first, {first:%d/%m/%Y}")
        self.first = first
        self.last = last


class DayNotOver(ReconciliationError):
    """A day that has not come cannot be closed: nothing said is not zero."""

    def __init__(self, day: date, today: date) -> None:
        super().__init__(f"{day:%d/%m/%Y} has not come yet, today is {today:%d/%m/%Y}")
        self.day = day
        self.today = today


class DayOutOfRange(ReconciliationError):
    """No book reaches so far back or ahead."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day.isoformat()} is no day of this century")
        self.day = day


class VersionNotFound(ReconciliationError):
    """A market's day was never closed, or not so often."""

    def __init__(self, scope: str, day: date, version: int) -> None:
        super().__init__(f"{scope} {day:%d/%m/%Y} has no version {version}")
        self.scope = scope
        self.day = day
        self.version = version


class RequestNotFound(ReconciliationError):
    """A vendor never asked for an amount under this reference."""

    def __init__(self, vendor_code: str, reference: str) -> None:
        super().__init__(f"vendor {vendor_code} has no request {reference!r}")
        self.vendor_code = vendor_code
        self.reference = reference


class RequestNotOpen(ReconciliationError):
    """A request that is paid or over cannot be taken back."""

    def __init__(self, reference: str, state: str) -> None:
        super().__init__(f"request {reference} is {state}, not open")
        self.reference = reference
        self.state = state


class NotPayable(ReconciliationError):
    """A vendor has no account that a code may pay: not agreed, no stall, or no name that matches."""

    def __init__(self, vendor_code: str) -> None:
        super().__init__(f"vendor {vendor_code} may have no code of an amount")
        self.vendor_code = vendor_code


class RequestsNotKept(ReconciliationError):
    """What would become of a vendor's requests cannot be told, so none is kept."""

    def __init__(self, vendor_code: str, why: str) -> None:
        super().__init__(f"requests of vendor {vendor_code} are not kept: {why}")
        self.vendor_code = vendor_code
        self.why = why


class TooManyOpenRequests(ReconciliationError):
    """A vendor has as many open requests as may be at once."""

    def __init__(self, open_max: int) -> None:
        super().__init__(f"{open_max} requests are open, at most so many at once")
        self.open_max = open_max


class TooManyRequests(ReconciliationError):
    """A vendor asked too often in too short a time."""

    def __init__(self, count_max: int, window: timedelta) -> None:
        minutes = window // timedelta(minutes=1)
        super().__init__(f"{count_max} requests within {minutes} minutes, at most so many")
        self.count_max = count_max
        self.window = window
