"""How the API describes the answers of adoption: a worked example in each form, and what 304 says.

The example is a report of one market, or of one area, with a share of people and the money of a day.
"""

from datetime import date
from typing import Any

from market.adoption.definitions import DICTIONARY
from market.adoption.intervals import wilson
from market.reports import AdoptionReport, Product, to_csv
from market.reports.models import (
    NOT_CASH_EN,
    NOT_CASH_VI,
    AreaGroupView,
    AreaView,
    DefinitionView,
    IndicatorView,
)
from market.reports.tidy import tidy_records

_FIRST, _LAST = date(2026, 10, 1), date(2026, 10, 31)
_ACTIVE, _MONEY = DICTIONARY["U1"], DICTIONARY["U8"]
_AREA = AreaGroupView(
    code="VAN-YEN-CU",
    name="địa bàn huyện Văn Yên (cũ)",
    caveat="Ranh giới từ 01/07/2025 không trùng huyện cũ.",
    legal_basis="",
    market_codes=["MA"],
)
_PART, _WHOLE = 281, 619
_VND, _DAYS = 1_553_100_000, 31
_INTERVAL = wilson(_PART, _WHOLE)
assert _INTERVAL is not None
_FIGURES = [
    IndicatorView(
        id=_ACTIVE.id,
        name_vi=_ACTIVE.name_vi,
        name_en=_ACTIVE.name_en,
        value=_PART / _WHOLE,
        unit=_ACTIVE.unit.value,
        numerator=_PART,
        numerator_below=None,
        denominator=_WHOLE,
        window_first=date(2026, 10, 2),
        window_last=_LAST,
        coverage=0.87,
        is_provisional=False,
        hidden="",
        plan=None,
        low=_INTERVAL.low,
        high=_INTERVAL.high,
        credible=None,
        is_rounded=False,
    ),
    IndicatorView(
        id=_MONEY.id,
        name_vi=_MONEY.name_vi,
        name_en=_MONEY.name_en,
        value=_VND / _DAYS,
        unit=_MONEY.unit.value,
        numerator=_VND,
        numerator_below=None,
        denominator=_DAYS,
        window_first=_FIRST,
        window_last=_LAST,
        coverage=0.87,
        is_provisional=False,
        hidden="",
        plan=None,
        low=None,
        high=None,
        credible=51_300_000,
        is_rounded=False,
    ),
]


def _report(area: AreaGroupView | None) -> AdoptionReport:
    code = area.code if area else "MA"
    figures = AreaView(
        market_code=code,
        market_name=area.name if area else "Chợ trung tâm Mậu A",
        commune_code="" if area else "13609",
        commune_valid_from=None if area else date(2025, 7, 1),
        reference_on=_LAST,
        opened_on=None,
        closed_on=None,
        borders=[],
        market_days=31,
        closed_days=31,
        provisional_days=0,
        days_not_closed=[],
        vendors_in_frame=_WHOLE,
        frame_hidden="",
        indicators=_FIGURES,
        goods=[],
        closes=31,
        rests_on_sha256="0" * 64,
    )
    return AdoptionReport(
        period="2026-10",
        scheme="calendar",
        version=1,
        is_published=True,
        counts_rounded_to=None,
        known_at=None,
        rules_sha256="0" * 64,
        window_first=_FIRST,
        window_last=_LAST,
        market_code=None if area else code,
        area=area,
        product=Product.ECONOMIST,
        is_provisional=False,
        total=figures if area else None,
        markets=[] if area else [figures],
        cohorts=[],
        trend=[],
        study=None,
        cards=[],
        cashless=None,
        peers=None,
        index=None,
        seasons=None,
        definitions=[
            DefinitionView.model_validate(
                {name: getattr(one, name) for name in DefinitionView.model_fields}
            )
            for one in (_ACTIVE, _MONEY)
        ],
        closes=[],
        rests_on_sha256="0" * 64,
        note_vi=NOT_CASH_VI,
        note_en=NOT_CASH_EN,
    )


Responses = dict[int | str, dict[str, Any]]

KNOWN: Responses = {304: {"description": "What `If-None-Match` names is still what there is."}}
CSV_TEXT: Responses = KNOWN | {
    200: {
        "description": "A tidy table: UTF-8 with BOM, ISO dates, dot decimals.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


# An OpenAPI document holds no nulls; answers do.
_WITHOUT = "less what is null"


def _as_json(report: AdoptionReport) -> Responses:
    examples = {
        "report": {"summary": f"The report, {_WITHOUT}", "value": report.model_dump(mode="json")},
        "tidy": {"summary": f"?shape=tidy, {_WITHOUT}", "value": tidy_records(report)},
    }
    return KNOWN | {200: {"content": {"application/json": {"examples": examples}}}}


def _as_csv(report: AdoptionReport) -> Responses:
    told = {"schema": {"type": "string"}, "example": to_csv(report).decode("utf-8-sig")}
    return KNOWN | {200: CSV_TEXT[200] | {"content": {"text/csv": told}}}


AS_JSON, AREA_AS_JSON = _as_json(_report(None)), _as_json(_report(_AREA))
AS_CSV, AREA_AS_CSV = _as_csv(_report(None)), _as_csv(_report(_AREA))
