"""What reconciliation refuses, each named for the fact."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from merchants.sentences import Sentence


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


class RulesDamaged(ReconciliationError):
    """The kept text of some rules no longer has the hash that closes name it by."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the rules kept as {sha256} are damaged; restore them from a backup")
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

    def __reduce__(self) -> tuple[object, ...]:
        """Return what makes it again in another process: a worker refuses, the run tells it."""
        told: dict[str, Any] = {
            "file": self.file,
            "column": self.column,
            "row": self.row,
            "problem": self.problem,
        }
        return partial(type(self), **told), ()


class ProfilesRefused(ReconciliationError):
    """The provider profiles cannot be used: a field is unknown, wrong, or dated twice.

    ``row``: which [[profile]] of the file, from 1; 0 = it is about the whole file.
    """

    def __init__(
        self, *, file: str, problem: Sentence, row: int = 0, provider: str = "", field: str = ""
    ) -> None:
        named = f" “{provider}”" if provider else ""
        at = f"[[profile]] {row}{named}, {field}: " if row else f"{field}: " if field else ""
        self.told = Sentence.in_both(f"{at}{problem}", f"{at}{problem.english}")
        super().__init__(f"{file}: {self.told} / {problem.english}")
        self.file = file
        self.row = row
        self.provider = provider
        self.field = field
        self.problem = problem


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


class SpanTooLong(ReconciliationError):
    """A span of days is longer than what is told at once."""

    def __init__(self, first: date, last: date, *, days_max: int) -> None:
        days = (last - first).days + 1
        super().__init__(
            f"{first:%d/%m/%Y} to {last:%d/%m/%Y} are {days} days, at most {days_max} are told at once"
        )
        self.first = first
        self.last = last
        self.days_max = days_max


class MonthNotBegun(ReconciliationError):
    """Of a month to come there is nothing to tell."""

    def __init__(self, month: date, today: date) -> None:
        super().__init__(f"{month:%m/%Y} has not begun, today is {today:%d/%m/%Y}")
        self.month = month
        self.today = today


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


class RunRefused(ReconciliationError):
    """What stands beside a run's tables does not say what a run says of itself."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"run.json: {problem}")
        self.problem = problem


class RunFilesRefused(ReconciliationError):
    """A table of a run, or a book beside it, is not of that run, so nothing of it is told."""

    def __init__(self, table: str, problem: str) -> None:
        super().__init__(f"{table}: {problem}")
        self.table = table
        self.problem = problem


class RecordNotFound(ReconciliationError):
    """A run tells no such record of a book, or not on that leg."""

    def __init__(self, book: str, record_id: str, leg: str = "") -> None:
        on_leg = f" on leg {leg}" if leg else ""
        super().__init__(f"{book} tells no record {record_id!a}{on_leg}")
        self.book = book
        self.record_id = record_id
        self.leg = leg


class ProofNotFound(ReconciliationError):
    """A version of a day holds no such payment of a vendor, so there is nothing to prove."""

    def __init__(self, vendor_code: str, day: date) -> None:
        super().__init__(f"vendor {vendor_code} has nothing to prove on {day:%d/%m/%Y}")
        self.vendor_code = vendor_code
        self.day = day


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


class DeliveryNotFound(ReconciliationError):
    """Nothing of this number came through a door."""

    def __init__(self, delivery_id: int) -> None:
        super().__init__(f"there is no delivery {delivery_id}")
        self.delivery_id = delivery_id


class RejectNotFound(ReconciliationError):
    """A delivery has no rejected row of this number."""

    def __init__(self, delivery_id: int, reject_id: int) -> None:
        super().__init__(f"delivery {delivery_id} has no rejected row {reject_id}")
        self.reject_id = reject_id


class DeliveryForgotten(ReconciliationError):
    """The bytes and the words of a delivery were forgotten: nothing can be read again."""

    def __init__(self, delivery_id: int) -> None:
        super().__init__(
            f"delivery {delivery_id} was forgotten, its raw bytes are not kept any more"
        )
        self.delivery_id = delivery_id


class RawLost(ReconciliationError):
    """The bytes of a delivery should be kept and are not there, or are damaged."""

    def __init__(self, delivery_id: int) -> None:
        super().__init__(f"the raw bytes of delivery {delivery_id} are lost; restore a backup")
        self.delivery_id = delivery_id


class DeliveryVoided(ReconciliationError):
    """A delivery that was taken back is not read again; the file may be sent anew."""

    def __init__(self, delivery_id: int) -> None:
        super().__init__(f"delivery {delivery_id} was taken back; send the file again instead")
        self.delivery_id = delivery_id


class VoidRefused(ReconciliationError):
    """A delivery cannot be taken back, or not by this person."""

    def __init__(self, delivery_id: int, reason: str) -> None:
        super().__init__(f"delivery {delivery_id}: {reason}")
        self.delivery_id = delivery_id
        self.reason = reason


class PaymentNotFound(ReconciliationError):
    """No row of the ledger that is nobody's money has this number."""

    def __init__(self, transaction_id: int) -> None:
        super().__init__(f"there is no unattributed row {transaction_id}")
        self.transaction_id = transaction_id


class AttributionRefused(ReconciliationError):
    """A row cannot be said to be this vendor's, or not by this person."""

    def __init__(self, transaction_id: int, reason: str) -> None:
        super().__init__(f"row {transaction_id}: {reason}")
        self.transaction_id = transaction_id
        self.reason = reason


class BreakNotFound(ReconciliationError):
    """A market has no break with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no break {number}")
        self.number = number


class BreakStepRefused(ReconciliationError):
    """A break stands where this step cannot be taken, or somebody was faster."""

    def __init__(self, number: int, state: str, reason: str) -> None:
        super().__init__(f"break {number} is {state}: {reason}")
        self.number = number
        self.state = state
        self.reason = reason


class SecondPairNeeded(ReconciliationError):
    """Whoever proposed how a break is resolved does not decide on it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"break {number}: whoever proposed it may not decide on it")
        self.number = number


class NamedPersonNeeded(ReconciliationError):
    """A step of a break needs a user behind it: a link, a job or a bare terminal is nobody."""

    def __init__(self) -> None:
        super().__init__("a break is moved by a user with a name")


class ExpectedFilesRefused(ReconciliationError):
    """The rules of when files are due cannot be used: a field is unknown, wrong, or dated twice."""

    def __init__(self, file: str, field: str, problem: str) -> None:
        super().__init__(f"{file}: {field}: {problem}" if field else f"{file}: {problem}")
        self.file = file
        self.field = field


class WorkersLost(ReconciliationError):
    """The workers of a run died again and again, before any of the parts left was done."""

    def __init__(self, parts: int) -> None:
        super().__init__(
            f"the workers died again and again with {parts} parts left; "
            "look at their memory, or give each part fewer rows"
        )
        self.parts = parts


class ClusterUnreachable(ReconciliationError):
    """No cluster answers at the address, or what it takes to speak to one is not installed."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"cluster {address}: {problem}")
        self.address = address
        self.problem = problem


class LakeRefused(ReconciliationError):
    """A folder is no lake, or a file of it is missing or damaged; nothing was read from it."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


class LakeFolderTaken(LakeRefused):
    """The folder holds a lake or results already, and neither is written over."""


class LakeDisagrees(LakeRefused):
    """The lake is whole, but names or tells what this database has not, or has otherwise."""


class NoClosedDays(ReconciliationError):
    """Rules are tried on closed days, and none of these is."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"no day from {first} to {last} is closed")
        self.first = first
        self.last = last


class RuleChangeNotFound(ReconciliationError):
    """There is no change of the rules with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no change of the rules {number}")
        self.number = number


class RuleChangeRefused(ReconciliationError):
    """The rules cannot be changed so, or not by this person, or not now."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RuleSetNotFound(ReconciliationError):
    """No close went by rules with this hash."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"no rules with the hash {sha256} are kept")
        self.sha256 = sha256


class NothingToClaim(ReconciliationError):
    """No fee of this provider and month is above the contract, so there is nothing to write."""

    def __init__(self, vendor_code: str, ledger: str, month: str) -> None:
        super().__init__(f"{ledger} charged vendor {vendor_code} no fee above contract in {month}")
        self.vendor_code = vendor_code
        self.ledger = ledger
        self.month = month


class NoFeeCompared(ReconciliationError):
    """No fee of this provider and month was compared, so whether it is the contract's is not known."""

    def __init__(self, vendor_code: str, ledger: str, month: str) -> None:
        super().__init__(
            f"of no payment of vendor {vendor_code} in {month} a fee of {ledger} could be compared: "
            "it tells none by payment, or there is no contract on file"
        )
        self.vendor_code = vendor_code
        self.ledger = ledger
        self.month = month


class BookLockRefused(ReconciliationError):
    """These days cannot be locked or opened again, or not by this person, or not now."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BookLockNotFound(ReconciliationError):
    """Nobody proposed to lock or open books under this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"no lock of the books has the number {number}")
        self.number = number
