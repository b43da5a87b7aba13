"""The vendor's PIN: given before anything of theirs changes, because links get passed on."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from market.security.errors import PinLocked, PinNeeded, PinRefused, PinWrong
from market.security.hashing import hash_secret, verify_secret
from market.security.principal import Principal
from market.tables import UserSession, VendorPin
from merchants.sentences import Sentence

TRIES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(days=1)
REMEMBERED = timedelta(minutes=10)
"""How long after a right PIN the same session is not asked again."""
_RUNS = "01234567890 09876543210"
_KEYPAD = frozenset({"2580", "0852", "1470", "1590", "3570", "147258", "147369", "258369"})


def set_pin(session: Session, vendor_id: int, pin: str, *, now: datetime) -> None:
    """Set a vendor's PIN and forget earlier failures.

    Raises:
        PinRefused: it is not 4 to 6 digits, or among the first that anybody would try.
    """
    reason = why_not(pin)
    if reason:
        raise PinRefused(reason)
    row = _row(session, vendor_id)
    if row is None:
        session.add(VendorPin(vendor_id=vendor_id, pin_hash=hash_secret(pin), set_at=now))
    else:
        row.pin_hash, row.set_at = hash_secret(pin), now
        row.failures, row.locked_until = 0, None
    session.flush()


def forget_pin(session: Session, vendor_id: int) -> bool:
    """Forget a vendor's PIN with its failures; return whether there was one."""
    row = _row(session, vendor_id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def has_pin(session: Session, vendor_id: int) -> bool:
    """Return whether a vendor has set a PIN."""
    return session.get(VendorPin, vendor_id) is not None


@dataclass(frozen=True, slots=True)
class PinStanding:
    """Whether a vendor has set a PIN, and until when it is locked; ``None`` = it is not."""

    is_set: bool
    locked_until: datetime | None


def pin_standing(session: Session, vendor_id: int, *, now: datetime) -> PinStanding:
    """Return how a vendor's PIN stands, for whoever is asked to help with it."""
    row = session.get(VendorPin, vendor_id)
    locked_until = row.locked_until if row else None
    is_locked = locked_until is not None and locked_until > now
    return PinStanding(row is not None, locked_until if is_locked else None)


def check_pin(session: Session, vendor_id: int, pin: str, *, now: datetime) -> None:
    """Pass when the PIN is the vendor's; failures are counted in this transaction.

    A refusal that leaves the request undone is counted too: ``Writing`` sees to that.

    Raises:
        PinNeeded: none was given, or none is set.
        PinLocked: there were too many wrong ones; the right one does not open before the time.
        PinWrong: with the number of tries that are left.
    """
    row = _row(session, vendor_id)
    if row is None or not pin:
        raise PinNeeded
    if row.locked_until is not None and row.locked_until > now:
        raise PinLocked(row.locked_until)
    is_right, newer = verify_secret(pin, row.pin_hash)
    if not is_right:
        count_wrong_pin(session, vendor_id, now=now)
        session.flush()
        if row.locked_until is not None and row.locked_until > now:
            raise PinLocked(row.locked_until, vendor_id)
        raise PinWrong(vendor_id, TRIES - row.failures)
    row.failures, row.locked_until = 0, None
    row.pin_hash = newer or row.pin_hash
    session.flush()


def count_wrong_pin(session: Session, vendor_id: int, *, now: datetime) -> None:
    """Count a failure; from the fifth on each locks twice as long as the one before."""
    row = _row(session, vendor_id)
    if row is None:
        return
    row.failures += 1
    if row.failures >= TRIES:
        doubled = min(row.failures - TRIES, 10)
        row.locked_until = now + min(FIRST_LOCK * 2**doubled, LONGEST_LOCK)


def remember_pin(session: Session, caller: Principal, *, now: datetime) -> None:
    """Let the session of a vendor who has just given the PIN pass without it for a while."""
    row = session.get(UserSession, caller.session_id) if caller.session_id else None
    if row is not None:
        row.pin_until_at = now + REMEMBERED


def why_not(pin: str) -> str:
    """Return in Vietnamese why a PIN cannot be taken; empty = it can."""
    if not re.fullmatch(r"[0-9]{4,6}", pin):
        return Sentence("Mã PIN cần 4 đến 6 chữ số, đang có {n} ký tự.", n=len(pin))
    if _is_obvious(pin):
        return "Mã PIN này dễ đoán quá. Cô/bác chọn số khác, đừng dùng 1234, 0000 hay năm sinh."
    return ""


def _is_obvious(pin: str) -> bool:
    half = len(pin) // 2
    is_year = len(pin) == 4 and 1930 <= int(pin) <= 2030
    is_repeated = len(pin) % 2 == 0 and pin[:half] == pin[half:]
    return (
        len(set(pin)) <= 2
        or pin in _RUNS
        or is_repeated
        or is_year
        or pin in _KEYPAD
        or pin == "".join(digit * 2 for digit in pin[::2])
    )


def _row(session: Session, vendor_id: int) -> VendorPin | None:
    # Two guesses at once must not both be the first: the second waits for the first's count.
    return session.exec(
        select(VendorPin).where(VendorPin.vendor_id == vendor_id).with_for_update()
    ).one_or_none()
