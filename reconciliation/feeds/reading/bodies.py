"""Bodies of webhooks and answers of APIs: objects and forms in, a reading out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from reconciliation.feeds.reading.json_body import optional_text, raw_json, read_json
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.text import refuse_control_characters, refuse_empty
from reconciliation.records import FeedReading, FileAction, Reject, Statement, Transaction

TEST_PING = "test_ping"
"""The warning on the reading of a test delivery, which makes no row."""

Body = Mapping[str, Any]

_FIELDS_MAX = 100


def read_object(content: bytes) -> dict[str, Any]:
    """Return the one JSON object that the content is.

    Raises:
        FileRefused: it is no JSON, or something else than an object.
    """
    body = read_json(content)
    if not isinstance(body, dict):
        raise FileRefused("schema", "the body is no JSON object")
    return body


def read_form(content: bytes) -> dict[str, str]:
    """Return the fields of a form or of a query string, each told once.

    A field that stands there twice is refused: one of the two need not be signed.

    Raises:
        FileRefused: empty, encoding, not_parseable, control_character, schema.
    """
    refuse_empty(content)
    try:
        pairs = parse_qsl(
            content.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except UnicodeDecodeError as failure:
        raise FileRefused("encoding", f"a form field is not UTF-8: {failure.reason}") from failure
    except ValueError as failure:
        raise FileRefused("not_parseable", f"no form: {failure}") from failure
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise FileRefused("schema", "a field stands in the form twice")
    for name, value in pairs:
        refuse_control_characters(name + value)
    return fields


def require(body: Body, names: Iterable[str]) -> None:
    """Refuse a body that lacks one of the fields by which it is known.

    Raises:
        FileRefused: ``schema``, naming what is missing.
    """
    missing = sorted(set(names) - body.keys())
    if missing:
        raise FileRefused("schema", f"missing fields: {', '.join(missing)}")


def account_of(body: Body, name: str, expected: str | None) -> str:
    """Return the provider account a body is about.

    Raises:
        FileRefused: it names none, or another than the channel is for.
    """
    account = optional_text(body.get(name))
    if account is None:
        raise FileRefused("schema", f"{name} is {body.get(name)!r}, no account")
    if expected and account != expected:
        raise FileRefused("wrong_account", f"the body is of {account}, not of {expected}")
    return account


def unknown_fields(body: Body, known: Iterable[str]) -> list[str]:
    """Return a warning for each field nobody told us of; the raw bytes keep it."""
    return [f"unknown field {name}" for name in sorted(set(body) - set(known))]


@dataclass(slots=True)
class Rows:
    """What the rows of one body add up to, in their order.

    ``personal`` are the fields that say who paid: a row that waits for a person shows them to nobody.
    """

    personal: frozenset[str] = frozenset()
    transactions: list[Transaction] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def take(
        self,
        read: Callable[[], Transaction],
        body: object,
        *,
        row: int = 1,
        case: str | None = None,
    ) -> None:
        """Read one row, or keep what it said with the reason why nobody can read it."""
        try:
            self.transactions.append(read())
        except RowRefused as refusal:
            shown = raw_json(_without(body, self.personal))
            self.rejects.append(Reject(row, refusal.reason, shown, case))
            self.warnings.append(f"row {row}: {refusal.detail}" if row > 1 else refusal.detail)

    def reading(self) -> FeedReading:
        """Return the reading of the whole body."""
        return FeedReading(
            FileAction.QUARANTINE_ROWS if self.rejects else FileAction.ACCEPT,
            transactions=tuple(self.transactions),
            statements=tuple(self.statements),
            rejects=tuple(self.rejects),
            reason=",".join(dict.fromkeys(reject.reason for reject in self.rejects)) or None,
            warnings=tuple(self.warnings),
            notices=tuple(self.notices),
        )


def _without(body: object, personal: frozenset[str]) -> object:
    if not isinstance(body, Mapping) or not personal:
        return body
    return {name: "…" if name in personal else value for name, value in body.items()}
