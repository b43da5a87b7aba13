"""What is studied of a period, as far as a product may tell it: see ``study_models``."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from sqlmodel import Session

from market.adoption.diffusion import Curve, CurveRefused, diffusion_fan
from market.adoption.disclosure.areas import is_few
from market.adoption.disclosure.figures import Told
from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import ProductRule, rules_or_strictest
from market.adoption.disclosure.tables import ALL
from market.adoption.measures import reference_days_of, register_frames
from market.adoption.periods import Length, Period, month_numbers
from market.adoption.reach import last_days
from market.adoption.study import AreaStudy, Study, Waited, study
from market.adoption.study_disclosure import StudyTold, tell_study
from market.reports.complaints import complaints_by_market
from market.reports.earlier import Earlier, received_then
from market.reports.growth import Compared, hidden_in, windows_compared
from market.reports.models import Product
from market.reports.neighbours import parts_told_apart
from market.reports.period_tables import PRODUCTS, Measured
from market.reports.received import Received, received_in
from market.reports.study_models import (
    ActivationView,
    BreakView,
    CardView,
    ChannelView,
    ConcentrationView,
    FanView,
    GrowthView,
    ObjectiveView,
    PeriodStudies,
    ReasonView,
    StudyView,
    WaitView,
)
from market.reports.vintage import KnownAt, known
from merchants.campaigns.card_status import CardStatus, card_statuses
from merchants.campaigns.reasons import Given, reasons_by_market
from merchants.kinds import ExitReason

PART_MIN = 5
"""Vendors that each step of the Lorenz curve holds at least."""
MONTHS_AHEAD = 12
SEED = 2026


@dataclass(frozen=True)
class Studied:
    """A period as it was studied, before anything is hidden."""

    period: Period
    made: Measured
    found: Study
    received: Received
    """In the window itself."""
    earlier: Sequence[Earlier]
    """In those it is compared with."""
    cards: Sequence[CardStatus]
    firsts: pd.DataFrame
    complaints: Sequence[Mapping[str, int]]
    """By market code, about the days told, and about the parts of them that are told apart."""
    reasons: Sequence[Mapping[str, Mapping[ExitReason, Given]]]
    """Why vendors refused or left, by market code, in the same."""

    @classmethod
    def of(cls, session: Session, period: Period, made: Measured, known_at: KnownAt) -> "Studied":
        """Study a period that has been measured with the same ``known_at``."""
        window, facts = made.window, made.facts
        lasts = last_days(made.days, window, facts.closures)
        reference_days = reference_days_of(facts, made.days, window, lasts)
        frames = register_frames(facts, made.days, reference_days)
        parts = [window, *parts_told_apart(session, period, known(known_at).at)]
        return cls(
            period=period,
            made=made,
            found=study(
                facts,
                frames.vendors[frames.vendors["in_frame"]],
                window,
                made.area_ids,
                part_min=PART_MIN,
            ),
            received=received_in(session, window, known_at),
            earlier=[
                received_then(session, period, name, one, known_at)
                for name, one in windows_compared(period, window)
            ],
            cards=card_statuses(session, window.last),
            firsts=made.halves(session)[1],
            complaints=complaints_by_market(session, parts),
            reasons=[reasons_by_market(session, first=one.first, last=one.last) for one in parts],
        )

    def told(
        self,
        product: Product,
        p_percent: int | None,
        hidden_before: Collection[Sequence[str]],
        hidden_then: Mapping[str, Mapping[str, str]],
    ) -> PeriodStudies:
        """Return what a product may tell of it.

        Args:
            hidden_before: cells the product hid in other periods of the year.
            hidden_then: the mark of areas whose money was hidden when the earlier window was published,
                by the name of the comparison.
        """
        before = frozenset(tuple(key) for key in hidden_before)
        rule = rules_or_strictest(p_percent)[PRODUCTS[product]]
        told = self.made.told(product, p_percent, hidden_before)
        secret = tell_study(
            self.found, told, self._members, self._codes, self._holdings, rule, before
        )
        growths = self._growths(told, rule, hidden_then)
        return PeriodStudies(
            areas={
                code: StudyView(
                    area_code=code,
                    concentration=_concentration(one, secret.concentration.get(code), rule),
                    channels=_channels(code, one, secret),
                    breaks=self._breaks(code, secret),
                    activation=_activation(one, told, code, rule),
                    growths=growths[code],
                    fans=self._fans(code, rule),
                    reasons=self._reasons(code, rule),
                    complaints=self._complaints(code, rule),
                )
                for code, one in self.found.areas.items()
            },
            cards=[_card(one) for one in self.cards],
            hidden=sorted(list(key) for key in secret.hidden),
        )

    @cached_property
    def _codes(self) -> dict[int, str]:
        return {one.id: code for code, one in self.made.markets.items() if one.id is not None}

    @cached_property
    def _members(self) -> dict[str, Collection[str]]:
        return {code: group.market_codes for code, group in self.made.groups.items()}

    @cached_property
    def _holdings(self) -> dict[int, str]:
        groups = self.made.facts.groups
        return dict(zip(groups["vendor_id"].tolist(), groups["holding"].tolist(), strict=True))

    def _growths(
        self, told: Told, rule: ProductRule, hidden_then: Mapping[str, Mapping[str, str]]
    ) -> dict[str, list[GrowthView]]:
        names = {one.id: one.name for one in self.made.markets.values() if one.id is not None}
        found: dict[str, list[GrowthView]] = {code: [] for code in self.found.areas}
        for one in self.earlier:
            hidden = hidden_in(one.received, self._members, self._codes, self._holdings, rule)
            marks = dict.fromkeys(hidden, "s") | dict(hidden_then.get(one.against, {}))
            # Nothing waits for publication where nothing was closed.
            has_any = len(one.received.days) or one.received.vendors
            if has_any and not one.is_published and not rule.shows_all:
                marks = dict.fromkeys(found, Hidden.WAITING.value)
            views = Compared.of(one.against, self.received, one.received).views(
                self.made.area_ids, names, told, marks, rule, self._holdings
            )
            for code, view in views.items():
                found[code].append(view)
        return found

    def _breaks(self, code: str, secret: StudyTold) -> list[BreakView]:
        ids = set(self.made.area_ids[code])
        sums: dict[str, int] = {}
        for one in self.found.breaks:
            if one.market_id in ids:
                sums[one.category] = sums.get(one.category, 0) + one.value_vnd
        everything = sum(sums.values()) + self.found.areas[code].concentration.value_vnd
        whole = secret.breaks.get((code, ALL), Hidden.NO)
        rows = []
        for name, value in sums.items():
            # A single kind is the whole width, which is told or hidden by itself.
            of_kind = secret.breaks.get((code, name), Hidden.NO) if len(sums) > 1 else Hidden.NO
            why = whole or of_kind
            rows.append(
                BreakView(
                    name=name,
                    value_vnd=None if why else value,
                    share=None if why else value / everything,
                    hidden=why.value,
                )
            )
        return sorted(rows, key=lambda row: (bool(row.hidden), -(row.value_vnd or 0), row.name))

    def _complaints(self, code: str, rule: ProductRule) -> int | None:
        """Return how many there were; to others than a market's management of all markets alone.

        Told of areas as well, their differences would count the few of one market.
        """
        own = [[counts.get(one, 0) for one in self._markets_in(code)] for counts in self.complaints]
        is_told = code == ALL and not any(is_few(count) for counts in own for count in counts)
        return sum(own[0]) if is_told or rule.shows_all else None

    def _reasons(self, code: str, rule: ProductRule) -> list[ReasonView] | None:
        """Return how often each reason was given; told of areas as well, differences would count few."""
        if code != ALL and not rule.shows_all:
            return None
        sums = [self._given(one, code) for one in self.reasons]

        def why(whole: int, *parts: int) -> Hidden:
            if rule.shows_all:
                return Hidden.NO
            if is_few(whole):
                return Hidden.PRIMARY
            return Hidden.SECONDARY if any(map(is_few, parts)) else Hidden.NO

        views = []
        for reason, given in sums[0].items():
            refused = why(*(one[reason].refused for one in sums))
            ended = why(*(one[reason].ended for one in sums))
            views.append(
                ReasonView(
                    reason=reason.value,
                    refused=None if refused else given.refused,
                    refused_hidden=refused.value,
                    ended=None if ended else given.ended,
                    ended_hidden=ended.value,
                )
            )
        # By what is told: an order of hidden counts would tell which is larger.
        order = {reason.value: place for place, reason in enumerate(ExitReason)}
        return sorted(
            views, key=lambda one: (-(one.refused or 0) - (one.ended or 0), order[one.reason])
        )

    def _given(
        self, reasons: Mapping[str, Mapping[ExitReason, Given]], code: str
    ) -> dict[ExitReason, Given]:
        """Return how often each reason was given in an area."""
        sums: dict[ExitReason, Given] = defaultdict(Given)
        for market in self._markets_in(code):
            for reason, given in reasons.get(market, {}).items():
                own = sums[reason]
                sums[reason] = Given(own.refused + given.refused, own.ended + given.ended)
        return sums

    def _markets_in(self, code: str) -> Collection[str]:
        return self.made.markets if code == ALL else self._members.get(code, [code])

    def _fans(self, code: str, rule: ProductRule) -> list[FanView]:
        """Return both curves; of one market or area only for its management: too few begin there."""
        if code != ALL and not rule.shows_all:
            return []
        scheme = self.period.scheme
        through = Period.holding(self.made.window.last, Length.MONTH, scheme)
        last = through.first_month - (self.made.window.last < through.window.last)
        own = self.firsts[self.firsts["market_id"].isin(list(self.made.area_ids[code]))]
        months = pd.Series(month_numbers(own["first_on"], scheme))
        months = months[months <= last]
        begun = months.value_counts()
        span = range(int(months.min()), last + 1) if len(months) else range(0)
        counts = [int(begun.get(month, 0)) for month in span]
        market = next(one for one in self.made.figures if one.market_code == code)["S2"].denominator
        ahead = range(last + 1, last + 1 + MONTHS_AHEAD)
        labels = [Period(month, Length.MONTH, scheme).label for month in (*span, *ahead)]
        return [_fan(curve, counts, market, labels, shows_all=rule.shows_all) for curve in Curve]


def _concentration(one: AreaStudy, why: Hidden | None, rule: ProductRule) -> ConcentrationView:
    found = one.concentration
    is_thin = not rule.shows_all and found.receiving < rule.rate_base_min
    hidden = why or (Hidden.PRIMARY if is_thin and found.receiving else Hidden.NO)
    return ConcentrationView(
        vendors=None if hidden else found.vendors,
        receiving=None if hidden else found.receiving,
        hhi=None if hidden else _rounded(found.hhi, 4),
        equivalent_vendors=None if hidden else _rounded(found.equivalent_vendors, 1),
        gini=None if hidden else _rounded(found.gini, 3),
        lorenz=[] if hidden else [(part, round(share, 3)) for part, share in one.lorenz],
        hidden=hidden.value,
    )


def _channels(code: str, one: AreaStudy, secret: StudyTold) -> list[ChannelView]:
    rows = []
    for each in one.channels:
        why = secret.channels.get(
            (code, f"{each.acceptance_type}/{each.provider}"), Hidden.NO
        ) or secret.channels.get((code, ALL), Hidden.NO)
        bounds = each.of_value
        # The ends of the bounds are made of the breaks, and may be told only with these.
        is_open = not secret.breaks.get((code, ALL))
        rows.append(
            ChannelView(
                acceptance_type=each.acceptance_type,
                provider=each.provider,
                value_share=None if why or bounds is None else float(bounds.confirmed),
                low=float(bounds.low) if bounds and not why and is_open else None,
                high=float(bounds.high) if bounds and not why and is_open else None,
                receipts_share=None if why else each.of_receipts,
                hidden=why.value,
            )
        )
    return sorted(
        rows,
        key=lambda row: (
            bool(row.hidden),
            -(row.value_share or 0),
            row.acceptance_type,
            row.provider,
        ),
    )


def _activation(one: AreaStudy, told: Told, code: str, rule: ProductRule) -> ActivationView:
    cell = next(area for area in told.areas if area.market_code == code)["S8"]
    curve, hidden = one.activation, cell.hidden
    is_thin = not rule.shows_all and 0 < curve.watched < rule.rate_base_min
    hidden = hidden or (Hidden.PRIMARY if is_thin else Hidden.NO)

    def wait(one: Waited) -> WaitView:
        counts = (round(curve.watched * one.waiting), round(curve.watched * (1 - one.waiting)))
        if not rule.shows_all and any(is_few(count) for count in counts):
            return WaitView(day=one.day, paid=None, low=None, high=None)
        return WaitView(
            day=one.day,
            paid=round(1 - one.waiting, 2),
            low=round(1 - one.high, 2),
            high=round(1 - one.low, 2),
        )

    return ActivationView(
        watched=None if hidden else curve.watched,
        activated=None if hidden else curve.activated,
        median_days=None if hidden else curve.median_days,
        median_low=None if hidden else curve.median_low,
        median_high=None if hidden else curve.median_high,
        waits=[] if hidden else [wait(each) for each in one.waiting],
        hidden=hidden.value,
    )


def _fan(
    curve: Curve, counts: Sequence[int], market: int, labels: Sequence[str], *, shows_all: bool
) -> FanView:
    observed: list[int | None] = []
    sum_, told = 0, 0
    for count in counts:
        sum_ += count
        if shows_all or not is_few(sum_ - told):
            told = sum_
            observed.append(sum_)
        else:
            observed.append(None)
    view = FanView(
        curve=curve.name,
        refused="",
        market=market,
        months=list(labels[: len(counts)]),
        observed=observed,
        levels=[],
        ahead=[],
        parameters=[],
        seed=SEED,
    )
    try:
        fan = diffusion_fan(counts, market, curve=curve, ahead=MONTHS_AHEAD, seed=SEED)
    except CurveRefused as refusal:
        return view.model_copy(update={"refused": refusal.reason.value})
    return view.model_copy(
        update={
            "months": list(labels),
            "levels": list(fan.levels),
            "ahead": [list(row) for row in fan.ahead],
            "parameters": [
                [round(value, 4), round(low, 4), round(high, 4)]
                for value, (low, high) in zip(fan.fit, fan.parameters, strict=True)
            ],
        }
    )


def _card(one: CardStatus) -> CardView:
    return CardView(
        market_code=one.market_code,
        market_name=one.market_name,
        programme_code=one.programme_code,
        programme_name=one.programme_name,
        objectives=[
            ObjectiveView(
                indicator=goal.indicator,
                unit=goal.unit.value,
                baseline_milli=goal.baseline_milli,
                target_milli=goal.target_milli,
                due_on=goal.due_on,
            )
            for goal in one.objectives
        ],
        tasks=one.tasks,
        done=one.done,
        late=[
            (task.task, task.accountable or task.responsible, task.due_on)
            for task in one.late
            if task.due_on is not None
        ],
        unmet=one.unmet,
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
