"""What this package refuses, each named for the fact."""

from collections.abc import Sequence


class QrError(Exception):
    """Base of every refusal of this package; ``message_vi`` says the same in Vietnamese."""

    def __init__(self, message: str, *, message_vi: str = "") -> None:
        super().__init__(message)
        self.message_vi = message_vi or message


class PayloadRefused(QrError):
    """A payload is not written: one field of the request breaks a rule, which ``fact`` names."""

    def __init__(self, field: str, reason: str, *, fact: str, message_vi: str) -> None:
        super().__init__(f"{field}: {reason}", message_vi=message_vi)
        self.field = field
        self.reason = reason
        self.fact = fact


class UnknownParticipant(QrError):
    """No participant, or more than one, answers to a name, code or BIN."""

    def __init__(self, text: str, *, candidates: Sequence[str] = (), is_ambiguous: bool) -> None:
        fact = "names more than one participant" if is_ambiguous else "is no listed participant"
        hint = f" ({'which' if is_ambiguous else 'near'}: {', '.join(candidates)})"
        fact_vi = "là tên của nhiều nơi" if is_ambiguous else "không có trong danh sách"
        hint_vi = f" ({'là nơi nào' if is_ambiguous else 'gần giống'}: {', '.join(candidates)})"
        super().__init__(
            f"bank {text!r} {fact}{hint if candidates else ''}",
            message_vi=f"ngân hàng {text!r} {fact_vi}{hint_vi if candidates else ''}",
        )
        self.text = text
        self.candidates = tuple(candidates)
        self.is_ambiguous = is_ambiguous


class ParticipantTableCorrupt(QrError):
    """The packaged table of participants is not the one that was checked: money would go astray."""

    def __init__(self, *, expected: str, found: str) -> None:
        super().__init__(f"participants.csv has SHA-256 {found}, expected {expected}")


class CodeNotImported(QrError):
    """A vendor's own QR code cannot be taken over: it has fatal errors."""

    def __init__(self, findings: Sequence[str], findings_vi: Sequence[str]) -> None:
        super().__init__(
            f"code cannot be taken over: {'; '.join(findings)}",
            message_vi=f"không dùng lại được mã này: {'; '.join(findings_vi)}",
        )
        self.findings = tuple(findings)


class SerialRefused(QrError):
    """A poster serial or verification code cannot be made from these values."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


class SymbolTooLarge(QrError):
    """A payload needs a symbol too fine for the paper."""

    def __init__(
        self,
        *,
        size_bytes: int,
        version_max: int,
        fits_bytes: int,
        paper: str = "a poster",
        paper_vi: str = "tấm mã",
    ) -> None:
        super().__init__(
            f"payload holds {size_bytes} bytes, at most {fits_bytes} fit in a version {version_max} "
            f"symbol at level M, the finest allowed on {paper}",
            message_vi=f"nội dung mã dài {size_bytes} byte, {paper_vi} nhận nhiều nhất {fits_bytes} "
            f"byte (phiên bản {version_max}, mức M); mịn hơn thì khó quét",
        )


class PosterRefused(QrError):
    """A poster is not drawn: something to be printed on it cannot be printed truly."""

    def __init__(self, stall_code: str, field: str, reason: str, reason_vi: str = "") -> None:
        super().__init__(
            f"poster of stall {stall_code!r}: {field}: {reason}",
            message_vi=f"tấm mã gian {stall_code}: {reason_vi or reason}",
        )
        self.stall_code = stall_code
        self.field = field
        self.reason = reason


class PosterUnreadable(QrError):
    """The finished poster does not decode to exactly the stall's payload; nothing is handed out."""

    def __init__(self, stall_code: str, *, expected: str, found: Sequence[str]) -> None:
        seen = " and ".join(repr(text) for text in found) if found else "no code at all"
        super().__init__(
            f"poster of stall {stall_code!r} reads as {seen} instead of {expected!r}; not handed out",
            message_vi=f"tấm mã gian {stall_code} vẽ xong quét thử không ra đúng mã, nên không xuất ra",
        )
        self.stall_code = stall_code
        self.expected = expected
        self.found = tuple(found)


class ImageRefused(QrError):
    """A picture is not read: it is none, too large, broken, or shows no code or too many."""

    def __init__(self, reason: str, reason_vi: str) -> None:
        super().__init__(
            f"picture not readable: {reason}", message_vi=f"không đọc được ảnh: {reason_vi}"
        )
        self.reason = reason
        self.reason_vi = reason_vi


class NoCodeInPicture(ImageRefused):
    """A picture shows no QR code that can be read."""

    def __init__(self) -> None:
        super().__init__(
            "it shows no QR code",
            "không thấy mã QR nào; chụp lại đủ sáng, thẳng, mã chiếm nửa ảnh",
        )


class TooManyCodes(ImageRefused):
    """A picture shows more QR codes than anybody can have meant."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"it shows more than {limit} QR codes",
            f"ảnh có hơn {limit} mã QR; chụp gần lại, mỗi lần một tấm",
        )
