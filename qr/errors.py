"""What this package refuses, each named for the fact."""


class QrError(Exception):
    """Base of every refusal of this package."""
