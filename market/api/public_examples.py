"""How the API describes what is open to everybody: a worked example in each form, and what 304 says."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel

from market.adoption.definitions import DICTIONARY
from market.api.adoption_examples import CSV_TEXT, KNOWN, Responses
from market.reports.models import CloseState
from market.reports.payment_proofs import SealedDay
from market.reports.public_models import (
    PublicArea,
    PublicEdition,
    PublicFigure,
    PublicGoods,
    PublicSurvey,
    PublicTables,
)
from market.reports.public_reading import public_csv


def _figure(id_: str, value: float, parts: tuple[int, int] | None = None) -> PublicFigure:
    one = DICTIONARY[id_]
    return PublicFigure(
        id=id_,
        name_vi=one.name_vi,
        name_en=one.name_en,
        unit=one.unit.value,
        value=value,
        numerator=parts[0] if parts else None,
        denominator=parts[1] if parts else None,
        hidden="",
    )


_EDITION = PublicEdition(
    period="2026-10",
    scheme="calendar",
    version=1,
    is_provisional=False,
    known_on=date(2026, 11, 5),
)
_TABLES = PublicTables(
    **_EDITION.model_dump(),
    window_first=date(2026, 10, 1),
    window_last=date(2026, 10, 31),
    count_base=5,
    value_base_vnd=1_000_000,
    areas=[
        PublicArea(
            code="MA",
            name="Chợ trung tâm Mậu A",
            kind="market",
            caveat="",
            market_days=31,
            vendors=620,
            figures=[_figure("U1", 0.45, (280, 620)), _figure("U8", 50_000_000)],
            goods=[
                PublicGoods(goods_group="Rau củ", share=0.62, hidden=""),
                PublicGoods(goods_group="khác", share=None, hidden="c"),
            ],
        )
    ],
    survey=PublicSurvey(
        name="Khảo sát quý III/2026",
        first_on=date(2026, 9, 7),
        last_on=date(2026, 9, 20),
        market_codes=["MA"],
        share=0.31,
        low=0.26,
        high=0.36,
        answers=120,
        response_rate=0.8,
        untold="",
    ),
)
_DAY = SealedDay(
    market_code="MA",
    business_date=date(2026, 10, 31),
    version=1,
    state=CloseState.FINAL,
    closed_at=datetime(2026, 11, 1, 23, 30, tzinfo=UTC),
    root_sha256="0" * 64,
    is_newest=True,
)


def _as_json(told: BaseModel | Sequence[BaseModel]) -> Responses:
    value: Any = (
        told.model_dump(mode="json")
        if isinstance(told, BaseModel)
        else [one.model_dump(mode="json") for one in told]
    )
    return KNOWN | {200: {"content": {"application/json": {"example": value}}}}


EDITIONS_AS_JSON, TABLES_AS_JSON, ROOTS_AS_JSON = (
    _as_json([_EDITION]),
    _as_json(_TABLES),
    _as_json([_DAY]),
)
TABLES_AS_CSV: Responses = KNOWN | {
    200: CSV_TEXT[200]
    | {
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": public_csv(_TABLES).decode("utf-8-sig"),
            }
        }
    }
}
