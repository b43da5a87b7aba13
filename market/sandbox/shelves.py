"""The objects a sandbox account holds, newest first, and the pages of them a query asks for."""

import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
PAGE_DEFAULT = 10
PAGE_MAX = 100


class StripeRefusal(Exception):
    """A request Stripe refuses; ``error`` is its error object."""

    def __init__(self, status: int, message: str, **error: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": "invalid_request_error", "message": message, **error}


class Shelf:
    """One kind of object, ordered as Stripe lists it: by time, newest first, then by id."""

    def __init__(self, objects: Iterable[Json] = ()) -> None:
        self._objects = sorted(objects, key=_place)
        self._by_id = {item["id"]: item for item in self._objects}

    def __iter__(self) -> Iterator[Json]:
        """Iterate over the objects, newest first."""
        return iter(self._objects)

    def add(self, item: Json) -> None:
        """Put one object in its place; the same id again replaces what was there."""
        if before := self._by_id.get(item["id"]):
            self._objects.remove(before)
        bisect.insort(self._objects, item, key=_place)
        self._by_id[item["id"]] = item

    def get(self, identifier: str) -> Json | None:
        """Return one object, ``None`` when there is none of that id."""
        return self._by_id.get(identifier)

    def page(
        self, *, keep: Callable[[Json], bool], limit: int, after: str | None, before: str | None
    ) -> tuple[list[Json], bool]:
        """Return up to ``limit`` kept objects below ``after`` or above ``before``, and whether
        more follow in that direction."""
        if before is not None:
            above = [item for item in self._objects[: self._index(before)] if keep(item)]
            return above[-limit:], len(above) > limit
        start = 0 if after is None else self._index(after) + 1
        found: list[Json] = []
        for item in self._objects[start:]:
            if keep(item):
                found.append(item)
            if len(found) > limit:
                break
        return found[:limit], len(found) > limit

    def _index(self, identifier: str) -> int:
        item = self._by_id.get(identifier)
        if item is None:
            message = f"No such object: '{identifier}'"
            raise StripeRefusal(400, message, code="resource_missing", param="starting_after")
        return bisect.bisect_left(self._objects, _place(item), key=_place)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """A checked list request: which objects, how many, from where."""

    limit: int
    after: str | None
    before: str | None
    expand: frozenset[str]
    bounds: tuple[tuple[str, int], ...]
    equals: Mapping[str, str]

    def keeps(self, item: Json) -> bool:
        """Tell whether an object is inside the bounds and equal where it must be."""
        created = item["created"]
        return all(_COMPARE[how](created, value) for how, value in self.bounds) and all(
            str(item.get(field)) == value for field, value in self.equals.items()
        )


_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "gt": lambda created, value: created > value,
    "gte": lambda created, value: created >= value,
    "lt": lambda created, value: created < value,
    "lte": lambda created, value: created <= value,
    "": lambda created, value: created == value,
}


def read_query(
    params: Sequence[tuple[str, str]], *, equal_fields: frozenset[str], expandable: frozenset[str]
) -> ListQuery:
    """Return the checked query of a list request; a key Stripe does not know is refused.

    Raises:
        StripeRefusal: 400 in Stripe's words.
    """
    single: dict[str, str] = {}
    bounds: list[tuple[str, int]] = []
    expand: set[str] = set()
    for key, value in params:
        how = key.removeprefix("created").strip("[]")
        if key == "created" or (key == f"created[{how}]" and how in _COMPARE):
            bounds.append((how, _whole_number(key, value)))
        elif key.startswith("expand[") and key.endswith("]"):
            expand.add(_expansion(value, expandable))
        elif key in {"limit", "starting_after", "ending_before"} | equal_fields:
            single[key] = value
        else:
            message = f"Received unknown parameter: {key}"
            raise StripeRefusal(400, message, code="parameter_unknown", param=key)
    if "starting_after" in single and "ending_before" in single:
        raise StripeRefusal(
            400, "You may only specify one of these: starting_after, ending_before."
        )
    return ListQuery(
        limit=_limit(single.get("limit", str(PAGE_DEFAULT))),
        after=single.get("starting_after"),
        before=single.get("ending_before"),
        expand=frozenset(expand),
        bounds=tuple(bounds),
        equals={field: single[field] for field in equal_fields if field in single},
    )


def _place(item: Json) -> tuple[int, list[int]]:
    # Both parts descend: the id as negated code points, since text has no minus sign.
    return -item["created"], [-ord(character) for character in item["id"]]


def _limit(text: str) -> int:
    limit = _whole_number("limit", text)
    if not 1 <= limit <= PAGE_MAX:
        message = f"This value must be between 1 and {PAGE_MAX}."
        raise StripeRefusal(400, message, code="parameter_invalid_integer", param="limit")
    return limit


def _whole_number(param: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        message = f"Invalid integer: {text[:40]}"
        raise StripeRefusal(400, message, code="parameter_invalid_integer", param=param)
    return int(text)


def _expansion(value: str, expandable: frozenset[str]) -> str:
    if value not in expandable:
        raise StripeRefusal(
            400, f"This property cannot be expanded ({value[:60]}).", param="expand"
        )
    return value
