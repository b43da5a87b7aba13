"""What the register refuses, each named for the fact."""


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
