"""Poster faces for tests: a good one, any part of it replaced."""

from datetime import date
from typing import Any

from qr.payload import TransferRequest, write_payload
from qr.poster import PosterFace


def face(account: str = "0000000004821", **changes: Any) -> PosterFace:
    """Return a face of stall A012 that pays the account, which nobody holds."""
    request = TransferRequest(
        bin="970405",
        account=account,
        merchant_name="RAU SACH CO HUONG",
        merchant_city="MAU A",
        purpose="CC4A7K29X",
        terminal_label="A012",
    )
    parts: dict[str, Any] = {
        "payload": write_payload(request),
        "display_name": "Rau sạch cô Hương",
        "holder_name": "Nguyễn Thị Hương",
        "bank_name": "Agribank",
        "account_tail": account[-4:],
        "stall_code": "A012",
        "market_name": "Chợ trung tâm Mậu A",
        "serial": "MA-00012-E",
        "issued_on": date(2026, 11, 21),
        "verification_code": "8K3M2Q7XA",
    }
    return PosterFace(**(parts | changes))
