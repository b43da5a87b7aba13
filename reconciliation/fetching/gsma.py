"""Pull an account's transactions out of a GSMA Mobile Money API, whole days at a time.

Offsets shift when rows arrive while pages are turned: each window has an upper bound, pages overlap,
and what came is counted against ``X-Records-Available-Count``. Source: feeds.md 2.1, 10.1-6.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone
from urllib.parse import quote

import httpx

from reconciliation.errors import FeedRefused
from reconciliation.fetching.pages import OVERLAP, FetchedPage
from reconciliation.fetching.retrying import Patience, PatientClient, Query

LIMIT = 50
OVERLAP_ROWS = 5
"""Asked for again at the head of the next page, so that a shift of a few rows hides none."""
READS_MAX = 3
"""How often a window is read while its count and its rows disagree."""
COUNT = "X-Records-Available-Count"
_DAY_ZONE = timezone(timedelta(hours=7))
_ANSWERED = frozenset({200, 404})


@dataclass(frozen=True, slots=True, kw_only=True)
class GsmaAccess:
    """How to reach the API, and the account that is read: ``/accounts/{type}/{account}``."""

    base_url: str
    api_key: str = field(repr=False)
    account: str
    identifier_type: str = "accountid"


@dataclass(frozen=True, slots=True)
class _Window:
    """A market day or the begun part of one; ``is_over`` when nothing more can happen in it."""

    start: datetime | None
    end: datetime
    is_over: bool

    @property
    def params(self) -> Query:
        bounds: Query = [("toDateTime", _instant(self.end))]
        return [("fromDateTime", _instant(self.start)), *bounds] if self.start else bounds


def fetch_gsma(
    client: httpx.Client,
    *,
    until: datetime,
    since: datetime | None,
    settings: GsmaAccess,
    patience: Patience | None = None,
) -> Iterator[FetchedPage]:
    """Yield the transactions created before ``until``, one document for each market day.

    A day that is over says how many rows it has, so that it can be checked; today is a bare list.
    The same rows make the same bytes, so that a second poll is known for one.

    Args:
        since: the last poll; days from 48 hours before it are read again. ``None`` = everything.

    Raises:
        FeedRefused: the provider refuses the key or the request, or answers no list.
        FeedUnreachable: no usable answer within ``patience``.
    """
    poll = _Poll(PatientClient(client, patience or Patience()), settings, until)
    for window in _windows(until, since):
        yield poll.window(window)


def fetch_gsma_notices(
    client: httpx.Client,
    notices: Sequence[str],
    *,
    settings: GsmaAccess,
    at: datetime,
    patience: Patience | None = None,
) -> Iterator[FetchedPage]:
    """Yield what callbacks named: ``transactions/{reference}`` or ``requeststates/{id}``.

    The state of a request is followed to the transaction it names; one that names none yet, and a
    reference that nobody knows, is handed on as it came.
    """
    poll = _Poll(PatientClient(client, patience or Patience()), settings, at)
    for notice in notices:
        content = poll.named(notice)
        if notice.startswith("requeststates/") and (reference := _object_reference(content)):
            content = poll.named(f"transactions/{reference}")
        yield FetchedPage(notice, content, None, "notice")


@dataclass(frozen=True, slots=True)
class _Poll:
    patient: PatientClient
    settings: GsmaAccess
    at: datetime

    def window(self, window: _Window) -> FetchedPage:
        """Return one document of all rows of a window, each in the provider's own bytes."""
        rows: dict[str, str] = {}
        declared: int | None = None
        for _ in range(READS_MAX):
            declared = self._read(window, rows)
            if declared is None or declared == len(rows):
                break
        body = f"[{','.join(rows.values())}]"
        name = f"transactions {window.start:%Y-%m-%d}" if window.start else "transactions"
        if declared is None or not window.is_over:
            return FetchedPage(name, body.encode(), None, "transactions")
        request = f"GET {self._path(lambda part: part)}?{httpx.QueryParams(window.params)}"
        headers = {COUNT: str(declared), "X-Records-Returned-Count": str(len(rows))}
        head = json.dumps({"request": request, "response_headers": headers}, ensure_ascii=False)
        return FetchedPage(name, f'{head[:-1]},"body":{body}}}'.encode(), None, "transactions")

    def named(self, path: str) -> bytes:
        """Return one object, or the error of a reference that nobody knows."""
        kind, _, reference = path.partition("/")
        url = f"{self._base()}/{kind}/{quote(reference, safe='')}"
        return self.patient.send("GET", url, headers=self._headers(), good=_ANSWERED).content

    def _read(self, window: _Window, rows: dict[str, str]) -> int | None:
        """Add the rows of a window, page by page; return how many the provider says there are."""
        url = f"{self._base()}{self._path(lambda part: quote(part, safe=''))}"
        offset = 0
        while True:
            query = [("limit", str(LIMIT)), ("offset", str(offset)), *window.params]
            answer = self.patient.send("GET", url, params=query, headers=self._headers())
            items = _items(answer.content, f"GET {url}")
            rows.update(items)
            declared = _count(answer)
            end = offset + len(items)
            is_last = end >= declared if declared is not None else len(items) < LIMIT
            # No page, however often it is asked for again, may keep the poll from ending.
            if is_last or len(items) <= OVERLAP_ROWS:
                return declared
            offset = end - OVERLAP_ROWS

    def _base(self) -> str:
        return self.settings.base_url.rstrip("/")

    def _path(self, quoted: Callable[[str], str]) -> str:
        kind, account = self.settings.identifier_type, self.settings.account
        return f"/accounts/{quoted(kind)}/{quoted(account)}/transactions"

    def _headers(self) -> dict[str, str]:
        return {
            "X-API-Key": self.settings.api_key,
            "X-Date": _instant(self.at),
            "X-CorrelationID": str(uuid.uuid4()),
        }


def _windows(until: datetime, since: datetime | None) -> Iterator[_Window]:
    """Yield market days up to ``until``; without ``since`` the first is all that came before today."""
    today = _midnight(until)
    start = _midnight(since - OVERLAP) if since is not None else None
    if start is None:
        yield _Window(None, today, is_over=True)
        start = today
    while start < today:
        yield _Window(start, start + timedelta(days=1), is_over=True)
        start += timedelta(days=1)
    if today < until:
        yield _Window(today, until, is_over=False)


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(_DAY_ZONE).date(), time(), _DAY_ZONE)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _count(answer: httpx.Response) -> int | None:
    told = str(answer.headers.get(COUNT, "")).strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 9 else None


def _items(content: bytes, request: str) -> dict[str, str]:
    """Return the objects of a page by their reference, each as it was written."""
    try:
        text = content.decode()
        is_list = isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        is_list, text = False, ""
    if not is_list:
        raise FeedRefused(request=request, status=200, message="no list of objects")
    found: dict[str, str] = {}
    for written, item in _elements(text):
        reference = item.get("transactionReference") if isinstance(item, dict) else None
        found[f"reference {reference}" if reference else written] = written
    return found


def _elements(text: str) -> Iterator[tuple[str, object]]:
    """Yield each element of a JSON list with its own text: numbers stay as they were written."""
    decoder = json.JSONDecoder()
    place = text.index("[") + 1
    while text[place := _after(text, place)] != "]":
        item, end = decoder.raw_decode(text, place)
        yield text[place:end], item
        place = end


def _after(text: str, place: int) -> int:
    """Return where the next element begins, or the list ends."""
    while text[place] in " \t\r\n,":
        place += 1
    return place


def _object_reference(content: bytes) -> str:
    try:
        body = json.loads(content)
    except ValueError:
        return ""
    told = body.get("objectReference") if isinstance(body, dict) else None
    return told if isinstance(told, str) else ""
