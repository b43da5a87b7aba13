"""The study of a period as rows of the tidy table, under ids that begin as the catalogue names them."""

from collections.abc import Iterator
from typing import NamedTuple

from market.adoption.composite import RESTS_ON
from market.adoption.definitions import DICTIONARY
from market.exports import Value
from market.reports.models import AdoptionReport
from market.reports.study_models import FanView, GrowthView, StudyView


class StudyRow(NamedTuple):
    """One figure of the study in the columns that differ from those of an indicator."""

    indicator: str
    name: str
    value: float | int | None
    unit: str
    numerator: float | int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None
    hidden: str = ""

    @property
    def flag(self) -> str:
        """Return ``c``, ``s`` or ``u`` for hidden, ``n`` where there is nothing to tell."""
        return self.hidden or ("n" if self.value is None else "")


def study_rows(report: AdoptionReport) -> list[StudyRow]:
    """Return the rows of the area a report is about; none where the study was not asked for."""
    found = report.study
    if found is None:
        return []
    return [
        *_concentration(found),
        *_channels(found),
        *_breaks(found),
        *_activation(found),
        *(row for one in found.growths for row in _growth(one)),
        *_cohorts(report),
        *(row for one in found.fans for row in _fan(one)),
        *_reasons(found),
        *_index(report),
        *_seasons(report),
    ]


def study_values(report: AdoptionReport, row: StudyRow) -> list[Value]:
    """Return a row in the columns of the tidy table up to the flag."""
    main = report.main
    assert main is not None
    return [
        report.period,
        f"{report.window_first.isoformat()}/{report.window_last.isoformat()}",
        main.commune_code,
        main.commune_valid_from.isoformat() if main.commune_valid_from else "",
        main.market_code,
        row.indicator,
        row.name,
        row.value,
        row.unit,
        row.numerator,
        row.denominator,
        row.low,
        row.high,
        main["U8"].coverage,
        f"{row.flag}{'p' if report.is_provisional else ''}",
    ]


def _name(id_: str) -> str:
    return DICTIONARY[id_].name_vi


def _concentration(found: StudyView) -> Iterator[StudyRow]:
    one = found.concentration
    for id_, value in (("HHI", one.hhi), ("GINI", one.gini)):
        yield StudyRow(
            id_, _name(id_), value, "index", one.receiving, one.vendors, hidden=one.hidden
        )
    for part, share in one.lorenz:
        yield StudyRow(f"LORENZ/{part:.1f}", _name("LORENZ"), share, "ratio")


def _channels(found: StudyView) -> Iterator[StudyRow]:
    for one in found.channels:
        id_ = f"U11/{one.acceptance_type or 'unknown'}/{one.provider or 'unknown'}"
        yield StudyRow(
            id_,
            _name("U11"),
            one.value_share,
            "ratio",
            low=one.low,
            high=one.high,
            hidden=one.hidden,
        )
        yield StudyRow(
            f"{id_}/receipts",
            _name("U11"),
            one.receipts_share,
            "ratio",
            hidden=one.hidden,
        )


def _breaks(found: StudyView) -> Iterator[StudyRow]:
    for one in found.breaks:
        yield StudyRow(f"OPEN/{one.name}", _name("OPEN"), one.value_vnd, "vnd", hidden=one.hidden)


def _activation(found: StudyView) -> Iterator[StudyRow]:
    one = found.activation
    for wait in one.waits:
        yield StudyRow(
            f"S8/paid/{wait.day}",
            _name("S8"),
            wait.paid,
            "ratio",
            denominator=one.watched,
            low=wait.low,
            high=wait.high,
            hidden="c" if wait.paid is None else "",
        )


def _growth(one: GrowthView) -> Iterator[StudyRow]:
    for id_, value, hidden in (
        ("GROWTH", one.raw, one.hidden),
        ("GROWTH/per_market_day", one.per_market_day, one.hidden),
        ("GROWTH.matched", one.matched, one.matched_hidden),
        ("GROWTH.matched/same_openings", one.matched_days, one.matched_days_hidden),
    ):
        yield StudyRow(
            f"{id_}/{one.against}",
            _name(id_.partition("/")[0]),
            value,
            "ratio",
            hidden=hidden,
        )


def _cohorts(report: AdoptionReport) -> Iterator[StudyRow]:
    for one in report.cohorts:
        for at, (active, returned) in enumerate(zip(one.active, one.returned, strict=True)):
            for id_, count in (("RETENTION", active), ("RETURNED", returned)):
                yield StudyRow(
                    f"{id_}/{one.month}/{at}",
                    _name(id_),
                    count / one.size if count is not None and one.size else None,
                    "ratio",
                    count,
                    one.size,
                    hidden="c" if count is None else "",
                )


def _fan(one: FanView) -> Iterator[StudyRow]:
    if one.refused:
        yield StudyRow(f"{one.curve}/{one.refused}", _name(one.curve), None, "vendors")
        return
    for month, row in zip(one.months[len(one.observed) :], one.ahead, strict=True):
        low, *_inner, high = row
        yield StudyRow(
            f"{one.curve}/{month}",
            _name(one.curve),
            row[len(row) // 2],
            "vendors",
            denominator=one.market,
            low=low,
            high=high,
        )


def _reasons(found: StudyView) -> Iterator[StudyRow]:
    for one in found.reasons or []:
        sides = (
            ("refused", one.refused, one.refused_hidden),
            ("ended", one.ended, one.ended_hidden),
        )
        for side, count, hidden in sides:
            id_ = f"REASON/{one.reason}/{side}"
            yield StudyRow(id_, _name("REASON"), count, "vendors", hidden=hidden)


_TOLD_BY_THE_INDEX = ("U8.vendor", "MATCHED", "COMPLAINTS", "COUNTED")
"""Components that are no indicators, and stand in no other row."""


def _index(report: AdoptionReport) -> Iterator[StudyRow]:
    one = report.index
    if one is None:
        return
    base = f"/{one.base}" if one.base else ""
    yield StudyRow(f"INDEX{base}", _name("INDEX"), one.index, "index")
    yield StudyRow("INDEX/level", _name("INDEX"), one.level, "index")
    for group in one.weights:
        yield StudyRow(f"INDEX/{group}", _name("INDEX"), one.groups.get(group), "index")
    for each in one.components:
        yield StudyRow(f"INDEX/score/{each.id}", _name("INDEX"), each.score, "index")
    for each in one.components:
        if each.id in _TOLD_BY_THE_INDEX:
            unit = DICTIONARY[each.id].unit.value
            hidden = _mark_of(report, each.id) if each.value is None else ""
            yield StudyRow(each.id, _name(each.id), each.value, unit, hidden=hidden)


def _mark_of(report: AdoptionReport, component: str) -> str:
    """Return the mark of the indicator a component is made of; empty where it is made of none."""
    on = RESTS_ON.get(component)
    return report.main[on].hidden if report.main and on else ""


def _seasons(report: AdoptionReport) -> Iterator[StudyRow]:
    one = report.seasons
    if one is None:
        return
    if not one.factors:
        yield StudyRow("SEASON", _name("SEASON"), None, "index", denominator=one.months)
    for month, factor in enumerate(one.factors, start=1):
        yield StudyRow(
            f"SEASON/{month:02}", _name("SEASON"), factor, "index", denominator=one.months
        )
