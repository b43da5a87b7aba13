"""What the doors refuse before anything is read."""


class SecurityError(Exception):
    """Base of every refusal of this package."""


class LinkUnreadable(SecurityError):
    """A link or cookie was not signed by this service, or was cut short on its way."""

    def __init__(self) -> None:
        super().__init__("the link is not one of ours, or part of it is missing")


class LinkExpired(SecurityError):
    """A link or cookie was good once."""

    def __init__(self) -> None:
        super().__init__("the link has expired")


class LinkNeeded(SecurityError):
    """The page belongs to somebody, and nobody came."""

    def __init__(self) -> None:
        super().__init__("this page opens with a link from the market's management")


class ScopeRefused(SecurityError):
    """The link is good, but not for this page."""

    def __init__(self) -> None:
        super().__init__("the link does not open this page")


class BodyTooLarge(SecurityError):
    """A request carries more than its door takes."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__(f"the body is larger than {bytes_max} bytes")
        self.bytes_max = bytes_max
