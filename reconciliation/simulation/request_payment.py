"""A customer who pays an asked amount, as SePay tells it: to try the whole way on one's own machine."""

import json
from datetime import datetime

from merchants.days import HO_CHI_MINH
from reconciliation.simulation.wire_sepay import signed_headers

PAYER = "9000006789 NGUYEN VAN A"


def request_payment(
    reference: str,
    amount_vnd: int,
    *,
    account: str,
    number: int,
    at: datetime,
    secret: str,
    is_incoming: bool = True,
) -> tuple[str, dict[str, str]]:
    """Return body and headers of SePay's notice of one payment.

    Args:
        account: the vendor's, which the money came into.
        number: SePay's own id of the notice; the same number again is the same payment.
        is_incoming: ``False`` = the money goes back.
    """
    body = json.dumps(
        {
            "id": number,
            "gateway": "Vietcombank",
            "transactionDate": f"{at.astimezone(HO_CHI_MINH):%Y-%m-%d %H:%M:%S}",
            "accountNumber": account,
            "code": None,
            "content": f"MBVCB.{number}.{reference}.CT tu {PAYER} toi {account}",
            "transferType": "in" if is_incoming else "out",
            "transferAmount": amount_vnd,
            "accumulated": 0,
            "subAccount": None,
            "referenceCode": f"MBVCB.{number}",
            "description": "",
        },
        separators=(",", ":"),
    )
    return body, signed_headers(body, at, secret)
