"""The public's tables as an edition keeps them; reading them loads no pandas."""

import zlib
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from market.adoption.disclosure.products import TableProduct
from market.reports.public_models import PublicTables

PUBLIC = TableProduct.PUBLIC.value


class KeptPublic(BaseModel):
    """What is kept of the public's tables: what is told, and the cells that stay hidden."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    told: PublicTables
    hidden: list[list[str]]

    def without_when(self) -> "KeptPublic":
        """Return the same without its number and the day it was known on."""
        told = self.told.model_copy(update={"version": 0, "known_on": self.told.window_last})
        return self.model_copy(update={"told": told})


def written(kept: KeptPublic) -> bytes:
    """Return the public's tables as they are stored."""
    return zlib.compress(kept.model_dump_json().encode(), 6)


@lru_cache(maxsize=32)
def read_public(content: bytes) -> KeptPublic:
    """Return the public's tables of an edition; the same bytes are read once."""
    return KeptPublic.model_validate_json(zlib.decompress(content))
