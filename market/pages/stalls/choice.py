"""What the list of stalls was asked for, as its address says it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from merchants.files.csv_text import clean_text
from merchants.stalls.progress import Need, Progress
from merchants.stalls.search import StallQuery, StallSort

PAGE_STALLS = 50
PAGE_MAX = 10_000
SORTS = {
    "ma": StallSort.FLOOR,
    "ten": StallSort.NAME,
    "viec": StallSort.NEED,
    "tien": StallSort.WEEK,
    "lan-cuoi": StallSort.LAST,
}
BY_MONEY = frozenset({StallSort.LAST, StallSort.WEEK})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChoice:
    """The filters of the list; a value nobody knows counts as none."""

    q: str = ""
    khu: str = ""
    nganh: str = ""
    tt: str = ""
    viec: str = ""
    xep: str = "ma"
    trang: int = 1

    def query(self, *, sees_money: bool) -> StallQuery:
        """Return what to look for; orders by money are for those who see it."""
        sort = SORTS.get(self.xep, StallSort.FLOOR)
        return StallQuery(
            text=self.q,
            zone=self.khu,
            goods_group=self.nganh,
            progress=Progress(self.tt) if self.tt in set(Progress) else None,
            need=Need(self.viec) if self.viec in set(Need) else None,
            sort=StallSort.FLOOR if sort in BY_MONEY and not sees_money else sort,
            skip=(self.trang - 1) * PAGE_STALLS,
            limit=PAGE_STALLS,
        )

    def params(self, **changes: object) -> dict[str, object]:
        """Return the parts of an address that ask for this with some changes; the page begins anew."""
        kept = {"q": self.q, "khu": self.khu, "nganh": self.nganh, "tt": self.tt}
        kept |= {"viec": self.viec, "xep": "" if self.xep == "ma" else self.xep}
        return {name: value for name, value in (kept | changes).items() if value}

    @property
    def is_filtered(self) -> bool:
        """Return whether anything is left out."""
        return bool(self.q or self.khu or self.nganh or self.tt or self.viec)


def _choice(
    q: str = "",
    khu: Annotated[str, Query(max_length=80)] = "",
    nganh: Annotated[str, Query(max_length=60)] = "",
    tt: Annotated[str, Query(max_length=20)] = "",
    viec: Annotated[str, Query(max_length=20)] = "",
    xep: Annotated[str, Query(max_length=20)] = "ma",
    trang: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 1,
) -> ListChoice:
    return ListChoice(
        q=clean_text(q),
        khu=clean_text(khu),
        nganh=clean_text(nganh),
        tt=tt,
        viec=viec,
        xep=xep if xep in SORTS else "ma",
        trang=trang,
    )


Choice = Annotated[ListChoice, Depends(_choice)]


def pages_shown(page: int, pages: int) -> list[int | None]:
    """Return the page numbers a pager offers; ``None`` stands for those left out."""
    near = {1, pages, *range(page - 1, page + 2)} & set(range(1, pages + 1))
    shown: list[int | None] = []
    for number in sorted(near):
        if shown and shown[-1] is not None and number - shown[-1] > 1:
            shown.append(None)
        shown.append(number)
    return shown
