"""Rolling hold-outs: refit on the smaller budgets only, and predict each larger one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assay.errors import FitError
from assay.fitting.objective import Space
from assay.fitting.point.solution import DELTA_FLOOR, Solution, center, log_slopes, solve
from assay.fitting.points import Points, cells, require, size_of
from assay.fitting.records import Holdout
from assay.laws.law import Array, Law

__all__ = ["Trial", "geometric_mean", "hold_out", "with_noise"]

_FEW_SIZES = 10
_QUANTILES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_LARGEST_LEVERAGE = 1e4


@dataclass(frozen=True)
class Trial:
    """A withheld setting before the noise of the study is known."""

    kept_size: float
    kept_loss: float
    x: dict[str, float]
    size: float
    decades: float
    observed: float
    predicted: float
    runs: int
    """Runs measured at the setting."""
    leverage: float
    """Variance of the log prediction, per unit of run variance."""

    @property
    def error(self) -> float:
        """Log of predicted over observed."""
        return float(np.log(self.predicted / self.observed))

    @property
    def key(self) -> tuple[float, ...]:
        """Equal for two laws exactly if they predict the same setting from the same kept sizes."""
        return (self.kept_size, *self.x.values())


def with_noise(trial: Trial, sigma: float) -> Holdout:
    """Attach the standard deviation that run noise ``sigma`` gives the error of ``trial``."""
    return Holdout(
        kept_size=trial.kept_size,
        kept_loss=trial.kept_loss,
        x=trial.x,
        decades=trial.decades,
        observed=trial.observed,
        observed_noise=sigma / float(np.sqrt(trial.runs)),
        predicted=trial.predicted,
        noise=sigma * float(np.sqrt(1.0 / trial.runs + trial.leverage)),
    )


def hold_out(
    law: Law,
    points: Points,
    names: Sequence[str],
    *,
    settings: Sequence[str] | None = None,
    delta: float | None = None,
    floor: float = DELTA_FLOOR,
    space: Space = "log",
    top: float = np.inf,
    solved: dict[float, Solution] | None = None,
) -> list[Trial]:
    """Predict withheld larger sizes from the smaller ones.

    A cut keeps all runs up to one size. With ten sizes or fewer there is a cut at each size but
    the largest, and the settings of the *next* larger size are predicted. With more sizes there
    are cuts at the 40th to the 90th percentile and below the largest size, and the settings of all
    larger sizes are predicted. Cuts that leave too little for ``law`` are skipped, so the list may
    be empty. The last cut keeps the most.

    Parameters
    ----------
    settings
        The columns that tell settings apart, by default those that the law reads.
    top
        The largest size there is: runs beyond it are not looked at.
    solved
        The fits that were made, by cut; those that are made now are added.
    """
    sizes = size_of(law, points.x(names))
    distinct = np.unique(sizes[sizes <= top])
    few, solved = len(distinct) <= _FEW_SIZES, {} if solved is None else solved
    trials: list[Trial] = []
    for cut in distinct[:-1] if few else _many_cuts(distinct):
        kept = points.take(sizes <= cut)
        try:
            require(law, kept, names)
        except FitError:
            continue
        largest = distinct[distinct > cut].min() if few else top
        target = points.take((sizes > cut) & (sizes <= largest))
        if cut not in solved:
            solved[cut] = solve(law, kept.x(names), kept.y, delta=delta, floor=floor, space=space)
        trials += _predict(solved[cut], kept, target, names, settings or names)
    return trials


def _many_cuts(distinct: Array) -> Array:
    return np.unique([*np.quantile(distinct, _QUANTILES, method="lower"), distinct[-2]])


def _predict(
    solution: Solution,
    kept: Points,
    target: Points,
    names: Sequence[str],
    settings: Sequence[str],
) -> list[Trial]:
    law, x = solution.law, kept.x(names)
    sizes = size_of(law, x)
    kept_size = float(sizes.max())
    kept_loss = geometric_mean(kept.y[sizes == kept_size])
    groups = cells(target, settings)
    columns = np.stack([group.x for group in groups], axis=1)
    at = columns[[list(settings).index(name) for name in names]]
    new_sizes = size_of(law, at)
    predicted = law.value(at, solution.params)
    leverage = _leverage(law, x, at, solution.params)
    return [
        Trial(
            kept_size=kept_size,
            kept_loss=kept_loss,
            x=dict(zip(settings, group.x.tolist(), strict=True)),
            size=float(new_sizes[i]),
            decades=float(np.log10(new_sizes[i] / kept_size)),
            observed=geometric_mean(target.y[group.rows]),
            predicted=float(predicted[i]),
            runs=len(group.rows),
            leverage=float(leverage[i]),
        )
        for i, group in enumerate(groups)
    ]


def geometric_mean(y: Array) -> float:
    """Return the geometric mean, which is the mean in log loss."""
    return float(np.exp(np.mean(np.log(y))))


def _leverage(law: Law, x: Array, at: Array, params: Array) -> Array:
    """Return ``j' (J'J)^-1 j`` for the slopes of the log loss by the log parameters, ``(m,)``."""
    scale = center(law, x)[:, None]
    centred = law.rescale(params, 1.0 / scale[:, 0])
    kept, new = (log_slopes(law, z / scale, centred) for z in (x, at))
    weights = np.linalg.pinv(kept.T, rcond=1e-9) @ new.T
    return np.asarray(np.minimum(np.sum(weights**2, axis=0), _LARGEST_LEVERAGE))
