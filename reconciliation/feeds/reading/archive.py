"""A ZIP of reports to its members: sizes are read before anything is unpacked. Source: feeds.md 11.1."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.workbook import UNPACKED_BYTES_MAX, is_zip

MEMBER_COUNT_MAX = 100
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
# What zipfile and zlib raise for broken archives.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    ValueError,
)


def is_archive(content: bytes) -> bool:
    """Tell whether bytes are a ZIP whose first member is no part of an office document."""
    try:
        return is_zip(content) and not any(
            info.filename in {"[Content_Types].xml", "mimetype"} for info in _files(content)
        )
    except _BROKEN:
        return False


def members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of the files in a ZIP, in its own order.

    The limit of what may be unpacked holds for everything inside, workbooks in the ZIP included.

    Raises:
        FileRefused: too_large, encrypted, unsupported_format, not_parseable.
    """
    try:
        files = _files(content)
        _refuse(files)
        unpacked = sum(info.file_size for info in files)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in files:
                member = archive.read(info)
                if is_zip(member):
                    unpacked += sum(inner.file_size for inner in _files(member))
                    _refuse_size(unpacked)
                yield info.filename, member
    except _BROKEN as failure:
        raise FileRefused("not_parseable", f"broken ZIP: {failure}") from failure


def _files(content: bytes) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [info for info in archive.infolist() if not info.is_dir()]


def _refuse(files: list[zipfile.ZipInfo]) -> None:
    if not 1 <= len(files) <= MEMBER_COUNT_MAX:
        raise FileRefused("unsupported_format", f"a ZIP of {len(files)} files")
    _refuse_size(sum(info.file_size for info in files))
    for info in files:
        if info.flag_bits & _ENCRYPTED:
            raise FileRefused("encrypted", f"{info.filename!r} is encrypted")
        if info.compress_type not in _METHODS:
            raise FileRefused("unsupported_format", f"{info.filename!r} is packed in a rare way")


def _refuse_size(unpacked: int) -> None:
    if unpacked > UNPACKED_BYTES_MAX:
        raise FileRefused("too_large", f"unpacks to {unpacked} bytes, at most {UNPACKED_BYTES_MAX}")
