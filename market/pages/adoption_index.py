"""The components of the composite index as the page of studies shows them: a value, or why there is none."""

from dataclasses import dataclass

from market.adoption.composite import RESTS_ON
from market.i18n import Lang, Translator, num
from market.reports.index_words import component_name, component_text, goalpost_text
from market.reports.models import AdoptionReport


@dataclass(frozen=True)
class Component:
    """A component of the index as the page shows it."""

    id: str
    group: str
    name: str
    value: str
    goals: str
    score: str


def shown_components(report: AdoptionReport, lang: Lang, _: Translator) -> list[Component]:
    """Return the components in their order; none where there is no index."""
    found = report.index.components if report.index else []
    hidden = {one.id for one in report.main.indicators if one.hidden} if report.main else set()

    def not_told(id_: str) -> str:
        return _("ẩn") if RESTS_ON.get(id_, id_) in hidden else _("chưa có")

    return [
        Component(
            id=one.id,
            group=one.group,
            name=component_name(one.id, lang),
            value=not_told(one.id) if one.value is None else component_text(one.id, one.value),
            goals=_(
                "{worst} đến {best}",
                worst=goalpost_text(one.id, one.worst),
                best=goalpost_text(one.id, one.best),
            ),
            score=_("bỏ qua") if one.score is None else num(100 * one.score),
        )
        for one in found
    ]
