"""What a lake looks like on a disk, and its manifest: every file with its rows and its hash.

``<book>/day=2026-11-20/bucket=07/<number>.parquet``: the day is the business date of a record
(of a payout the day it arrived, of a request none), the bucket that of its account (``leaves``), and
records that name no account stand under ``bucket=none``. A manifest that names a file with other
bytes, or no file, is refused: a run over half a lake would be a wrong run.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from reconciliation.engine.books import BookName
from reconciliation.engine.leaves import BUCKETS, LEAVES, bucket_of
from reconciliation.errors import LakeRefused

FORMAT = 1
MANIFEST = "manifest.json"
NO_BUCKET = "none"
NO_DATE = "none"
DATE_OF = {
    BookName.PAYMENTS: "business_date",
    BookName.STATEMENT: "business_date",
    BookName.PAYOUTS: "arrived_on",
    BookName.REQUESTS: None,
}
"""The column by which each book is dealt out to days."""


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One file; ``path`` is relative to the lake, ``business_date`` ISO or ``none``."""

    path: str
    book: str
    business_date: str
    bucket: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Lake:
    """A folder and what its manifest says is in it; ``books``: those that were given, be they empty."""

    folder: Path
    books: tuple[str, ...]
    files: tuple[LakeFile, ...]

    @property
    def sha256(self) -> str:
        """What names all of the lake: the hash over the paths and hashes of its files."""
        told = "".join(f"{file.sha256}  {file.path}\n" for file in sorted(self.files, key=_path))
        return hashlib.sha256(told.encode()).hexdigest()

    def between(self, first: str | None, last: str | None) -> "Lake":
        """Return the same lake with the files of some days (ISO, both included) and of no day."""
        kept = tuple(
            file
            for file in self.files
            if file.business_date == NO_DATE
            or ((first or "") <= file.business_date and (not last or file.business_date <= last))
        )
        return Lake(self.folder, self.books, kept)

    def files_of(self, book: str, buckets: Iterable[str]) -> list[LakeFile]:
        """Return the files of a book in some buckets, in the order of their paths."""
        wanted = set(buckets)
        return sorted(
            (file for file in self.files if file.book == book and file.bucket in wanted),
            key=_path,
        )

    def content(self, file: LakeFile) -> bytes:
        """Return the bytes of a file, checked against the manifest.

        Raises:
            LakeRefused: the file is not there, or holds other bytes.
        """
        try:
            held = (self.folder / file.path).read_bytes()
        except FileNotFoundError as error:
            raise LakeRefused(file.path, "the manifest names it, but it is not there") from error
        if hashlib.sha256(held).hexdigest() != file.sha256:
            raise LakeRefused(file.path, "its bytes are not those the manifest names")
        return held


def _path(file: LakeFile) -> str:
    return file.path


def bucket_name(leaf: int) -> str:
    """Return the name of the bucket that holds a leaf."""
    return NO_BUCKET if leaf == LEAVES else f"{bucket_of(leaf):02d}"


BUCKET_NAMES = tuple(bucket_name(bucket) for bucket in range(BUCKETS))


def open_lake(folder: Path) -> Lake:
    """Return the lake of a folder.

    Raises:
        LakeRefused: there is no manifest, or it is none that this release writes.
    """
    path = folder / MANIFEST
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["format"] != FORMAT:
            raise LakeRefused(path.name, f"format {told['format']}, this release reads {FORMAT}")
        files = tuple(LakeFile(**file) for file in told["files"])
        return Lake(folder, tuple(told["books"]), files)
    except FileNotFoundError as error:
        raise LakeRefused(str(folder), f"holds no {MANIFEST}, so it is no lake") from error
    except (ValueError, KeyError, TypeError) as error:
        raise LakeRefused(path.name, f"is no manifest of a lake ({error})") from error


def write_manifest(lake: Lake) -> None:
    """Write the manifest of a lake, whole or not at all."""
    files = sorted((asdict(file) for file in lake.files), key=lambda file: file["path"])
    told = {"format": FORMAT, "books": list(lake.books), "files": files}
    half = lake.folder / f"{MANIFEST}.half"
    half.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    half.replace(lake.folder / MANIFEST)
