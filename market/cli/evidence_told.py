"""The evidence of decisions as ``cho40 engine explain`` tells it: to people, and as JSON."""

import json
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from reconciliation.engine.evidence import Compared, Evidence

FIELDS = {
    "provider_transaction_id": "mã giao dịch / transaction id",
    "bank_reference": "mã ngân hàng / bank reference",
    "original_transaction_id": "mã khoản gốc / original id",
    "reference": "nội dung / remark",
    "account": "tài khoản / account",
    "amount_vnd": "số tiền / amount",
    "direction": "chiều / direction",
    "transaction_type": "loại / type",
    "status": "trạng thái / status",
    "currency": "tiền tệ / currency",
    "occurred_at": "lúc / at",
    "business_date": "ngày / day",
}
"""What the compared fields are called."""
SHOWN_MAX = 20
"""So many of a long list are printed; JSON has them all."""
_TAIL = 4


def evidence_json(shown: "Sequence[Evidence]", root_hash: str) -> str:
    """Return one document: the root of the run, and each evidence with its fields."""
    told = [
        asdict(one)
        | {
            "compared": [
                {
                    "field": each.field,
                    "own": _value(each.own),
                    "other": _value(each.other),
                    "agrees": each.agrees,
                }
                for each in one.compared
            ]
        }
        for one in shown
    ]
    document = {"root_hash": root_hash, "evidence": told}
    return json.dumps(document, ensure_ascii=False)


def print_evidence(shown: "Sequence[Evidence]") -> None:
    """Print why, Vietnamese first, and under it what was compared and who else it might be."""
    for at, one in enumerate(shown):
        if at:
            typer.echo()
        _print_one(one)


def _print_one(one: "Evidence") -> None:
    from market.i18n import vnd

    typer.echo(f"{one.book} {_plain(one.record_id)}, chặng / leg {one.leg}")
    typer.echo(one.sentence_vi)
    typer.echo(one.sentence_en)
    typer.echo(f"Kết quả / outcome: {one.outcome}")
    typer.echo(f"Quy tắc / rule: {one.rule}")
    if one.reason:
        typer.echo(f"Lý do / reason: {one.reason}")
    if one.compared:
        _print_compared(one)
    elif one.others:
        typer.echo(f"Cùng nhóm / in one set with: {_listed(one.others)}")
    typer.echo(f"Cách giải thích khác / other explanations: {one.explanations}")
    for at, reading in enumerate(one.readings, 1):
        typer.echo(
            f"Cách hiểu {at} / reading {at}: {vnd(reading.comes_to_vnd)}, "
            f"{len(reading.lines)} dòng / lines: {_listed(reading.lines)}"
        )
    if one.alternatives:
        typer.echo(
            f"Không phân định được giữa / nothing decides between: {_listed(one.alternatives)}"
        )


def _print_compared(one: "Evidence") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    # Ids and remarks are whatever a file tells: no markup, nothing that steers the terminal.
    console = Console(markup=False, emoji=False, highlight=False)
    table = Table("", _plain(one.record_id), "", _plain(one.others[0]), box=box.SIMPLE_HEAD)
    for column in table.columns:
        column.overflow = "fold"
    for each in one.compared:
        table.add_row(FIELDS[each.field], *_told(each))
    console.print(table)
    typer.echo(
        "= giống nhau / the same, ≠ khác nhau / different, – một bên không ghi / told by one"
    )
    if one.leg == "C" and one.outcome != "duplicate":  # a repeat stands beside its first telling
        typer.echo(
            "Số tiền bên phải là của cả đợt tiền về. / The amount on the right is the whole payout's."
        )


def _told(each: "Compared") -> tuple[str, str, str]:
    """Return both values with the mark between them; what differs never looks the same."""
    own, other = (_read(each.field, value) for value in (each.own, each.other))
    if None in {_value(each.own), _value(each.other)}:
        return own, "–", other
    if not each.agrees and own == other and each.field != "account":
        own, other = (_plain(str(_value(value))) for value in (each.own, each.other))
    return own, "=" if each.agrees else "≠", other


def _read(field: str, value: Any) -> str:
    """Return a value as people read it; of an account the tail."""
    from market.clock import HO_CHI_MINH
    from market.i18n import day, vnd

    value = _value(value, as_text=False)
    if value is None:
        return ""
    if field == "amount_vnd" and isinstance(value, int):
        return vnd(value)
    if isinstance(value, datetime):
        at = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return f"{at.astimezone(HO_CHI_MINH):%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return day(value)
    text = _plain(str(value))
    return f"···{text[-_TAIL:]}" if field == "account" else text


def _value(value: Any, *, as_text: bool = True) -> Any:
    """Return a value as JSON tells it: instants and days as text, whole numbers as such.

    Parquet writers make floats of a column of whole numbers with gaps; none of the fields is one.
    """
    if isinstance(value, float):
        return None if math.isnan(value) else int(value)
    return value.isoformat() if as_text and isinstance(value, date) else value


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - SHOWN_MAX
    told = ", ".join(map(_plain, names[:SHOWN_MAX]))
    return f"{told} … (+{more}, --json)" if more > 0 else told


def _plain(text: str) -> str:
    """Return a text without the characters that steer a terminal or turn what is written around."""
    return "".join("\ufffd" if unicodedata.category(each)[0] == "C" else each for each in text)
