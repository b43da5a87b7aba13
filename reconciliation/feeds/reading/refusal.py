"""Why a file or a row cannot be read; readers turn both into values before they return."""


class FileRefused(Exception):
    """The whole file is refused; ``reason`` is a code of feeds.md 11.1, ``detail`` is for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class RowRefused(Exception):
    """One row waits for a person; ``reason`` is a code of feeds.md 11.2, ``detail`` is for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
