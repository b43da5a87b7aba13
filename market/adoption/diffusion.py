"""Diffusion: how adoption spreads among a known number of vendors, as a fan and never as one line.

Two curves, both with the market's size m known. Bass (Management Science 15 (1969), 215–227), discrete:

    n(t) = (p + q·N(t−1)/m)·(m − N(t−1))

with n new adopters of period t and N adopters up to it. With m known this is linear in p and q, so
least squares have a closed form. Logistic (Griliches, Econometrica 25 (1957), 501–522):

    ln(N/(m − N)) = a + b·t

fitted by least squares over periods with 0 < N < m. The fan resamples the vendors (each began in one
period or not yet), fits again, and lets each path run on with binomial chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from market.adoption.errors import AdoptionError

PERIODS_MIN = 8
FAN_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
PATHS = 500
_FITTED_MIN = 0.8
"""At least so many of the resampled histories must let themselves be fitted."""


class Curve(StrEnum):
    """Which law of spreading is fitted."""

    BASS = "bass"
    LOGISTIC = "logistic"


class Unfit(StrEnum):
    """Why the data do not allow a curve."""

    NO_MARKET = "no_market"
    """There is no vendor in the frame."""
    BEYOND_MARKET = "beyond_market"
    """More vendors began than are in the frame: the frame has changed on the way."""
    TOO_SHORT = "too_short"
    """Fewer than eight periods."""
    TOO_FEW = "too_few"
    """Fewer than five vendors began, or they did in fewer than three periods."""
    BEFORE_INFLECTION = "before_inflection"
    """Growth is still speeding up: any ceiling would fit."""
    NO_SPREAD = "no_spread"
    """The fitted curve does not rise: p, or q, or both together are not positive."""
    UNSTABLE = "unstable"
    """Histories like this one give no such curve too often to draw a fan from them."""


class CurveRefused(AdoptionError):
    """The data do not allow a diffusion curve."""

    def __init__(self, curve: Curve, reason: Unfit, *, periods: int, adopters: int) -> None:
        super().__init__(
            f"{curve} curve refused: {reason} ({periods} periods, {adopters} adopters)"
        )
        self.curve, self.reason = curve, reason
        self.periods, self.adopters = periods, adopters


class BassFit(NamedTuple):
    """Innovation p and imitation q, per period."""

    p: float
    q: float

    @property
    def share_at_inflection(self) -> float:
        """Return the share of the market at which growth is fastest: (1 − p/q)/2, at least 0."""
        return max(0.0, (1 - self.p / self.q) / 2) if self.q > 0 else 0.0


class LogisticFit(NamedTuple):
    """Where the curve stands in period 0, as log odds, and by how much they grow per period."""

    a: float
    b: float

    @property
    def share_at_inflection(self) -> float:
        """Return the share of the market at which growth is fastest."""
        return 0.5


Fit = BassFit | LogisticFit


@dataclass(frozen=True, slots=True)
class Fan:
    """Quantiles of the paths adoption may take after the last observed period."""

    curve: Curve
    fit: Fit
    market: int
    observed: tuple[int, ...]
    """Adopters at the end of each period."""
    levels: tuple[float, ...]
    ahead: tuple[tuple[float, ...], ...]
    """For each period to come, the adopters at each level; never fewer than observed."""
    parameters: tuple[tuple[float, float], ...]
    """For each parameter of the fit, the 2.5 % and 97.5 % quantile over the resampled histories."""
    seed: int


def diffusion_fan(
    new_adopters: Sequence[int],
    market: int,
    *,
    curve: Curve,
    ahead: int,
    seed: int,
    paths: int = PATHS,
) -> Fan:
    """Return the fan of a curve for the periods to come.

    Args:
        new_adopters: vendors whose first receipt fell into each period, from the first period on.
        market: vendors in the frame, m.
        ahead: how many periods to come.
        seed: of the resampling; the same seed gives the same fan.

    Raises:
        CurveRefused: with fewer than eight periods, before the inflection, and for other reasons in
            ``Unfit``.
    """
    counts = np.asarray(new_adopters, dtype="int64")
    adopters = int(counts.sum())

    def refusal(reason: Unfit) -> CurveRefused:
        return CurveRefused(curve, reason, periods=len(counts), adopters=adopters)

    if reason := _unusable(counts, market):
        raise refusal(reason)
    fit = _fitted(curve, counts, market)
    if fit is None:
        raise refusal(Unfit.NO_SPREAD)
    if adopters / market < fit.share_at_inflection:
        raise refusal(Unfit.BEFORE_INFLECTION)
    random = np.random.default_rng(seed)
    chances = np.append(counts, market - adopters) / market
    histories = random.multinomial(market, chances, size=paths)[:, :-1]
    refits = _REFITTED[curve](histories.astype("float64"), market)
    if len(refits) < _FITTED_MIN * paths:
        raise refusal(Unfit.UNSTABLE)
    runs = _runs(curve, refits, adopters, market, ahead, random)
    quantiles = np.quantile(runs, FAN_LEVELS, axis=0).T
    spread = np.quantile(refits, (0.025, 0.975), axis=0).T
    return Fan(
        curve=curve,
        fit=fit,
        market=market,
        observed=tuple(np.cumsum(counts).tolist()),
        levels=FAN_LEVELS,
        ahead=tuple(tuple(row) for row in quantiles.tolist()),
        parameters=tuple((low, high) for low, high in spread.tolist()),
        seed=seed,
    )


def fit_bass(new_adopters: Sequence[int], market: int) -> BassFit | None:
    """Return p and q by least squares; ``None`` where the curve would not rise."""
    counts = np.asarray(new_adopters, dtype="float64")
    before = np.cumsum(counts) - counts
    left = market - before
    design = np.column_stack([left, before / market * left])
    (p, q), _, rank, _ = np.linalg.lstsq(design, counts, rcond=None)
    # Without p nobody would ever begin; with q below 0 adopters would put others off.
    return BassFit(float(p), float(q)) if rank == 2 and p > 0 and q >= 0 else None


def fit_logistic(new_adopters: Sequence[int], market: int) -> LogisticFit | None:
    """Return a and b by least squares of the log odds; ``None`` where the curve would not rise."""
    adopters = np.cumsum(np.asarray(new_adopters, dtype="float64"))
    periods = np.arange(len(adopters), dtype="float64")
    inside = (adopters > 0) & (adopters < market)
    if inside.sum() < 3:
        return None
    odds = np.log(adopters[inside] / (market - adopters[inside]))
    design = np.column_stack([np.ones(inside.sum()), periods[inside]])
    (a, b), *_ = np.linalg.lstsq(design, odds, rcond=None)
    return LogisticFit(float(a), float(b)) if b > 0 else None


def _unusable(counts: np.ndarray, market: int) -> Unfit | None:
    if (counts < 0).any():
        raise ValueError(f"{counts.min()} new adopters in a period, at least 0 are possible")
    if market <= 0:
        return Unfit.NO_MARKET
    if counts.sum() > market:
        return Unfit.BEYOND_MARKET
    if len(counts) < PERIODS_MIN:
        return Unfit.TOO_SHORT
    if counts.sum() < 5 or (counts > 0).sum() < 3:
        return Unfit.TOO_FEW
    return None


def _fitted(curve: Curve, counts: np.ndarray, market: int) -> Fit | None:
    fit = {Curve.BASS: fit_bass, Curve.LOGISTIC: fit_logistic}[curve]
    return fit(counts.tolist(), market)


def refit_bass(histories: np.ndarray, market: int) -> np.ndarray:
    """Return p and q of every history that has them, as ``fit_bass`` does one by one."""
    before = np.cumsum(histories, axis=1) - histories
    left = market - before
    imitated = before / market * left
    fits, is_one = _two_unknowns(left, imitated, histories, np.ones_like(histories))
    found: np.ndarray = fits[is_one & (fits[:, 0] > 0) & (fits[:, 1] >= 0)]
    return found


def refit_logistic(histories: np.ndarray, market: int) -> np.ndarray:
    """Return a and b of every history that has them, as ``fit_logistic`` does one by one."""
    adopters = np.cumsum(histories, axis=1)
    inside = (adopters > 0) & (adopters < market)
    safe = np.where(inside, adopters, market / 2)
    odds = np.log(safe / (market - safe))
    periods = np.broadcast_to(np.arange(histories.shape[1], dtype="float64"), histories.shape)
    fits, is_one = _two_unknowns(np.ones_like(odds), periods, odds, inside.astype("float64"))
    found: np.ndarray = fits[is_one & (inside.sum(axis=1) >= 3) & (fits[:, 1] > 0)]
    return found


_REFITTED = {Curve.BASS: refit_bass, Curve.LOGISTIC: refit_logistic}


def _two_unknowns(
    first: np.ndarray, second: np.ndarray, told: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return least squares of ``told`` on two columns, a row a history, and where they are unique."""
    aa, bb, ab = (
        (weights * x * y).sum(axis=1)
        for x, y in ((first, first), (second, second), (first, second))
    )
    at, bt = ((weights * x * told).sum(axis=1) for x in (first, second))
    determinant = aa * bb - ab * ab
    is_one = determinant > 1e-12 * np.maximum(aa * bb, 1e-300)
    safe = np.where(is_one, determinant, 1.0)
    return np.column_stack([(bb * at - ab * bt) / safe, (aa * bt - ab * at) / safe]), is_one


def _runs(
    curve: Curve,
    fits: np.ndarray,
    adopters: int,
    market: int,
    ahead: int,
    random: np.random.Generator,
) -> np.ndarray:
    """Return a path for each fit: those who have begun after each period to come."""
    state = np.full(len(fits), adopters)
    paths = np.empty((len(fits), ahead), dtype="int64")
    for period in range(ahead):
        state = state + random.binomial(market - state, _hazards(curve, fits, state / market))
        paths[:, period] = state
    return paths


def _hazards(curve: Curve, fits: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the chance to begin in a period, of who has not, where a share of the market has.

    Logistic: the odds of having begun grow by e^b a period, from wherever the path stands.
    """
    if curve is Curve.BASS:
        innovating: np.ndarray = np.clip(fits[:, 0] + fits[:, 1] * share, 0.0, 1.0)
        return innovating
    left = np.where(share < 1, 1 - share, 1.0)
    odds = share / left * np.exp(fits[:, 1])
    return np.where(share < 1, np.clip((odds / (1 + odds) - share) / left, 0.0, 1.0), 1.0)
