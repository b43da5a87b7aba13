"""Adoption indicators: frames in, figures out, each with its definition, window and coverage.

Source of every definition: domain.md sections 11 (metrics) and 12 (disclosure control).
"""

from collections.abc import Collection
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from market.adoption.facts import Facts


def load(
    period: str,
    *,
    scheme: str = "calendar",
    market_codes: Collection[str] | None = None,
    known_at: datetime | None = None,
    database_url: str | None = None,
) -> "Facts":
    """Return the facts of a period as pandas frames, for a notebook of somebody who may see them.

    Nothing is hidden in them: what leaves the house goes through ``market.adoption.disclosure``.

    Args:
        period: ``2026-10``, ``2026-Q4`` or ``2026``.
        scheme: ``calendar``, or ``admin_15_14`` for periods cut off on the 14th.
        market_codes: only these markets; ``None`` = all.
        known_at: closes made later are left out; payments that were reversed since are out too, and
            consents and the register are those of now. ``None`` = now.
        database_url: ``None`` = the database of the settings.
    """
    # Measures know no database. Who asks for facts by this name names the layer above at run time.
    facts: Facts = import_module("market.reports.notebook").load(
        period,
        scheme=import_module("market.adoption.periods").Scheme(scheme),
        market_codes=market_codes,
        known_at=known_at,
        database_url=database_url,
    )
    return facts
