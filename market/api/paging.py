"""Lists for machines: a page of items and the cursor of the next one."""

from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from market.security.row_ids import ROW_ID_MAX

LIMIT, LIMIT_MAX = 50, 200
Item = TypeVar("Item", bound=BaseModel)

AfterId = Annotated[
    int | None,
    Query(alias="after", ge=1, le=ROW_ID_MAX, description="`next` of the page before."),
]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]


class View(BaseModel):
    """What goes out; every field is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """What comes in; a field nobody knows is an error, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4_000)


class Page(BaseModel, Generic[Item]):
    """A page of a list; ``next`` is passed as ``after``, ``null`` = the last page."""

    items: list[Item]
    next: str | None
