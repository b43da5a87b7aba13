"""What ``cho40 qr`` tells of a payload, to people and to machines."""

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from qr.errors import QrError
    from qr.findings import Finding
    from qr.payload import PayloadReading


class Language(StrEnum):
    """Language of the findings' sentences; their codes are the same in both."""

    VI = "vi"
    EN = "en"


def sentence(finding: "Finding", language: Language) -> str:
    """Return code, place and message of a finding."""
    return finding.sentence_vi if language is Language.VI else str(finding)


def refusal_in(refusal: "QrError", language: Language) -> str:
    """Return a refusal's sentence."""
    return refusal.message_vi if language is Language.VI else str(refusal)


def judged(reading: "PayloadReading", language: Language) -> dict[str, Any]:
    """Return the verdict on a payload as JSON tells it."""
    return {
        "valid": reading.is_valid,
        "errors": [sentence(each, language) for each in reading.errors],
        "deviations": [sentence(each, language) for each in reading.deviations],
        "fields": reading.fields,
    }


def described(reading: "PayloadReading", language: Language) -> dict[str, Any]:
    """Return the verdict with what the payload says: whose network, who is paid, how much."""
    from qr.participants import participants
    from qr.wrappers import networks

    payee = None
    if reading.beneficiary is not None:
        participant = participants().get(reading.beneficiary.bin)
        payee = {
            "bin": reading.beneficiary.bin,
            "bank": participant.short_name if participant else None,
            "account": reading.beneficiary.account,
            "service": reading.beneficiary.service,
        }
    return {
        **judged(reading, language),
        "networks": sorted(networks(reading)),
        "beneficiary": payee,
        "amount_vnd": reading.amount_vnd,
    }


def tell(told: dict[str, Any]) -> None:
    """Print a described verdict for people."""
    typer.echo("Đọc được. / Valid." if told["valid"] else "Bị từ chối. / Rejected.")
    for each in (*told["errors"], *told["deviations"]):
        typer.echo(f"  {each}")
    if told["beneficiary"] is not None:
        payee = told["beneficiary"]
        bank = payee["bank"] or "không có trong bảng ngân hàng"
        typer.echo(f"  {bank} ({payee['bin']}), {payee['account']}, {payee['service']}")
    if told["networks"]:
        typer.echo(f"  {', '.join(told['networks'])}")
    if told["amount_vnd"] is not None:
        typer.echo(f"  {told['amount_vnd']:,} ₫".replace(",", "."))


def print_json(value: dict[str, Any]) -> None:
    """Print one line in UTF-8; half a surrogate pair, which UTF-8 cannot carry, as a JSON escape."""
    line = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
    typer.echo(line)
