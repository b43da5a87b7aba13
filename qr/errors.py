"""What this package refuses, each named for the fact."""

from collections.abc import Sequence


class QrError(Exception):
    """Base of every refusal of this package."""


class PayloadRefused(QrError):
    """A payload is not written: one field of the request breaks a rule."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class UnknownParticipant(QrError):
    """No participant, or more than one, answers to a name, code or BIN."""

    def __init__(self, text: str, *, candidates: Sequence[str] = (), is_ambiguous: bool) -> None:
        fact = "names more than one participant" if is_ambiguous else "is no listed participant"
        hint = f" ({'which' if is_ambiguous else 'near'}: {', '.join(candidates)})"
        super().__init__(f"bank {text!r} {fact}{hint if candidates else ''}")
        self.text = text
        self.candidates = tuple(candidates)


class ParticipantTableCorrupt(QrError):
    """The packaged table of participants is not the one that was checked: money would go astray."""

    def __init__(self, *, expected: str, found: str) -> None:
        super().__init__(f"participants.csv has SHA-256 {found}, expected {expected}")


class CodeNotImported(QrError):
    """A vendor's own QR code cannot be taken over: it has fatal errors."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__(f"code cannot be taken over: {'; '.join(findings)}")
        self.findings = tuple(findings)


class SerialRefused(QrError):
    """A poster serial or verification code cannot be made from these values."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


class SymbolTooLarge(QrError):
    """A payload needs a symbol too fine for an A5 poster."""

    def __init__(self, *, size_bytes: int, version_max: int, fits_bytes: int) -> None:
        super().__init__(
            f"payload holds {size_bytes} bytes, at most {fits_bytes} fit in a version {version_max} "
            "symbol at level M, the finest allowed on a poster"
        )


class PosterRefused(QrError):
    """A poster is not drawn: something to be printed on it cannot be printed truly."""

    def __init__(self, stall_code: str, field: str, reason: str) -> None:
        super().__init__(f"poster of stall {stall_code!r}: {field}: {reason}")
        self.stall_code = stall_code
        self.field = field
        self.reason = reason


class PosterUnreadable(QrError):
    """The finished poster does not decode to exactly the stall's payload; nothing is handed out."""

    def __init__(self, stall_code: str, *, expected: str, found: Sequence[str]) -> None:
        seen = " and ".join(repr(text) for text in found) if found else "no code at all"
        super().__init__(
            f"poster of stall {stall_code!r} reads as {seen} instead of {expected!r}; not handed out"
        )
        self.stall_code = stall_code
        self.expected = expected
        self.found = tuple(found)


class ImageRefused(QrError):
    """A file is no picture this program can read."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"picture not readable: {reason}")
