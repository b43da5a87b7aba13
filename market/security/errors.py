"""What the doors refuse before anything is read."""

from datetime import datetime


class SecurityError(Exception):
    """Base of every refusal of this package."""


class AddressUnreadable(SecurityError):
    """An address or a body holds the letter zero, which no name and no number has."""

    def __init__(self) -> None:
        super().__init__("the request holds a zero character")


class LinkUnreadable(SecurityError):
    """A link was not signed by this service, or was cut short on its way."""

    def __init__(self) -> None:
        super().__init__("the link is not one of ours, or part of it is missing")


class LinkExpired(SecurityError):
    """A link, or the session it opened, was good once."""

    def __init__(self) -> None:
        super().__init__("the link has expired or was revoked")


class SignInNeeded(SecurityError):
    """The route belongs to somebody, and nobody came."""

    def __init__(self) -> None:
        super().__init__("this needs a sign-in, a personal link or an API token")


class LinkNeeded(SignInNeeded):
    """A vendor's page, and nobody came: vendors have a link, not a password."""


class TokenRefused(SignInNeeded):
    """The API token is unknown, expired or revoked, or its user may not come in any more."""


class PasswordMustChange(SecurityError):
    """Somebody signed in with a one-time password and has not chosen their own yet."""

    def __init__(self) -> None:
        super().__init__("the one-time password has to be changed first")


class ScopeRefused(SecurityError):
    """Whoever came may not open this route, or not for this market or vendor."""

    def __init__(self) -> None:
        super().__init__("this is outside of what the role and its scope open")


class MarketNotNamed(SecurityError):
    """A page of one market was asked for without saying of which.

    Whoever came may read it of their own markets; which these are stands in ``market_codes``,
    ``None`` = all of them.
    """

    def __init__(self, market_codes: frozenset[str] | None) -> None:
        super().__init__("the address has to name a market")
        self.market_codes = market_codes


class BodyTooLarge(SecurityError):
    """A request carries more than its door takes."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__(f"the body is larger than {bytes_max} bytes")
        self.bytes_max = bytes_max


class CsrfRefused(SecurityError):
    """A form was not sent from a page that this service gave to the same browser."""

    def __init__(self) -> None:
        super().__init__(
            "the form was not sent from a page of this service, or stood open too long"
        )


class SubmissionDiffers(SecurityError):
    """A form or key that was carried out already comes again with other content."""

    def __init__(self) -> None:
        super().__init__("this was carried out already, with other content")


class PinRefused(SecurityError):
    """A PIN cannot be set: it is not 4 to 6 digits, or everybody would guess it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PinNeeded(SecurityError):
    """The vendor has no PIN yet, or gave none."""

    def __init__(self) -> None:
        super().__init__("the vendor's PIN is needed")


class PinWrong(SecurityError):
    """The PIN is not the vendor's; ``vendor_id`` = whose failure is to be counted."""

    def __init__(self, vendor_id: int, tries_left: int) -> None:
        super().__init__(f"the PIN is wrong; {tries_left} tries left")
        self.vendor_id = vendor_id
        self.tries_left = tries_left


class PinLocked(SecurityError):
    """Too many wrong PINs: nobody may try until a moment.

    ``vendor_id`` is set by the failure that locks, which is to be counted; ``None`` = locked before.
    """

    def __init__(self, until_at: datetime, vendor_id: int | None = None) -> None:
        super().__init__(f"too many wrong PINs; locked until {until_at:%Y-%m-%d %H:%M} UTC")
        self.until_at = until_at
        self.vendor_id = vendor_id


class PasswordRefused(SecurityError):
    """A password cannot be taken: too short, too long, or one that everybody guesses."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UserNotFound(SecurityError):
    """No user whom the asker may see has this number or sign-in name."""

    def __init__(self, named: str) -> None:
        super().__init__(f"no user {named}")


class UserRefused(SecurityError):
    """A user cannot be made or changed like this; ``field`` says where."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class AccessNotFound(SecurityError):
    """No session, link, token or helper login of this number is the asker's to end."""

    def __init__(self, named: str) -> None:
        super().__init__(f"no {named}")


class AskedTooOften(SecurityError):
    """An address asks for what is open to everybody more often than others could beside it."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many questions from this address, ask again in {wait_s} s")
        self.wait_s = wait_s


class TooManyStreams(SecurityError):
    """As many pages wait for news as may wait at once; the page asks again by itself."""

    def __init__(self, streams_max: int) -> None:
        super().__init__(f"{streams_max} streams are open, at most so many at once")
        self.streams_max = streams_max


class HooksBusy(SecurityError):
    """So much waits to be stored that a delivery cannot be taken now; its provider sends it again."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} deliveries wait to be stored")
        self.waiting = waiting
