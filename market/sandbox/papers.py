"""Settlement files at a download address: with their digest, whole or from a byte on."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from market.sandbox.shelves import Json

_RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")


def repr_digest(content: bytes) -> str:
    """Return the value of ``Repr-Digest`` (RFC 9530) for the whole file."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def papers_router(papers: Mapping[str, bytes]) -> APIRouter:
    """Return the list of the files at ``/files`` and each file below it."""
    router = APIRouter(prefix="/files")

    @router.get("")
    def listing() -> list[dict[str, str | int]]:
        return [
            {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in papers.items()
        ]

    @router.api_route("/{name}", methods=["GET", "HEAD"])
    def download(request: Request, name: str) -> Response:
        content = papers.get(name)
        if content is None:
            return JSONResponse({"error": {"message": "no such file"}}, status_code=404)
        headers = {
            "Accept-Ranges": "bytes",
            "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
            "Repr-Digest": repr_digest(content),
        }
        part = _asked_part(request.headers, headers["ETag"], len(content))
        kind = "application/octet-stream"
        if part is None:
            return Response(content, headers=headers, media_type=kind)
        if part.start >= part.stop:
            headers["Content-Range"] = f"bytes */{len(content)}"
            return Response(status_code=416, headers=headers)
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
        return Response(
            content[part.start : part.stop], status_code=206, headers=headers, media_type=kind
        )

    return router


def _asked_part(headers: Mapping[str, str], etag: str, size: int) -> range | None:
    """Return the bytes that are asked for, ``None`` for all; a range without a byte is refused.

    A range of a file that has changed since (``If-Range``) is answered with the whole one.
    """
    found = _RANGE.fullmatch(headers.get("Range", ""))
    if found is None or found[0] == "bytes=-" or headers.get("If-Range", etag) != etag:
        return None
    first, last = found[1], found[2]
    if not first:
        return range(max(0, size - int(last)), size)
    return range(int(first), min(size, int(last) + 1) if last else size)


def sample_papers(charges: Sequence[Json]) -> dict[str, bytes]:
    """Return the same day of sales as the statement of a bank account, closed by its totals."""
    lines = ["Số tài khoản,0071000000001", ""]
    lines.append("Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả")
    lines += [
        f'18/11/2026,5243.{index:05d},,"{charge["amount"]:,}","{charge["description"]}"'
        for index, charge in enumerate(charges, start=1)
    ]
    total = sum(charge["amount"] for charge in charges)
    lines.append(f'Tổng,,0,"{total:,}",')
    return {"vcb-2026-11-18.csv": ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")}
