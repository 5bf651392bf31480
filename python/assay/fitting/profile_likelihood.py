"""The profile likelihood of one parameter: how much worse the fit gets when it is held elsewhere.

It needs no resamples, and it follows a ridge to its end. That makes it the check on parameters
that the runs may leave open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assay import draw
from assay.checks import share
from assay.errors import DataError, FitError
from assay.fitting.member import Member
from assay.fitting.objective import influence
from assay.fitting.point.solution import center, prior_of, residuals_of
from assay.fitting.point.solver import minimise
from assay.fitting.points import Points
from assay.fitting.printed import Printed
from assay.immutable import freeze
from assay.laws.law import Array

if TYPE_CHECKING:
    from assay.draw import Axes

__all__ = ["Profile", "profile"]

_SIDE = 40
_SPAN = np.log(1e3)
_BEND = 8.0
_ANY = 1e30


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Profile(Printed):
    """The likelihood of one parameter, the others at their best for each of its values."""

    name: str
    values: Array
    """Values at which the parameter was held, rising, ``(n,)``."""
    deviance: Array
    """Twice the drop of the log likelihood from its maximum, ``(n,)``: Huber's, scaled so that it
    is chi-squared with one degree of freedom for the true value."""
    level: float
    lower: float | None
    """End of the interval; ``None`` where the runs set no end within a factor of 1000."""
    upper: float | None

    def __post_init__(self) -> None:
        """Freeze the arrays."""
        freeze(self, values=self.values, deviance=self.deviance)

    def __str__(self) -> str:
        """Return one line."""
        ends = ["open" if end is None else f"{end:.4g}" for end in (self.lower, self.upper)]
        return f"{self.name}: {self.level:.0%} by profile likelihood [{ends[0]}, {ends[1]}]"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return values | {"values": self.values.tolist(), "deviance": self.deviance.tolist()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Profile:
        """Rebuild what :meth:`to_dict` returned.

        Raises
        ------
        DataError
            If the values are not those of a profile.
        """
        try:
            lines = {name: np.array(values[name], float) for name in ("values", "deviance")}
            return cls(**dict(values) | lines)
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"not a profile: {error}: make it again") from None

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the deviance over the values."""
        return draw.profile(
            ax,
            self.values,
            self.deviance,
            (self.lower, self.upper),
            name=self.name,
            level=self.level,
        )


def profile(member: Member, points: Points, name: str, level: float = 0.95) -> Profile:
    """Return the profile likelihood of the parameter ``name``.

    The interval holds the values whose deviance is below the chi-squared quantile of ``level``
    (Venzon and Moolgavkar 1988, Applied Statistics 37:87). The deviance of Huber's objective is
    scaled by ``mean psi' / var psi`` over the residuals (Schrader and Hettmansperger 1980,
    Biometrika 67:93).

    Raises
    ------
    FitError
        If the law has no such parameter, or the level is not between 0 and 1.
    """
    from scipy.special import chdtri

    law = member.form
    if name not in member.params:
        raise FitError(
            f"the {law.name} law has no parameter {name}, found {', '.join(member.params)}"
        )
    level = share(level, "the level of an interval")
    x, y = points.x(member.x), points.y
    scale = _scale_that_keeps(member, name, center(law, x))
    best = law.rescale(member.vector, 1.0 / scale)
    column = law.parameters.index(name)
    floor, ceiling = law.bounds(y)
    if np.all(scale == 1.0):
        floor[: law.linear] /= _ANY
        ceiling[: law.linear] *= _ANY
    values = best[column] * np.exp(_steps())
    within = (values >= floor[column]) & (values <= ceiling[column])
    middle = int(np.sum(within[: len(values) // 2]))
    values = values[within | (values == best[column])]
    starts = np.tile(best, (len(values), 1))
    starts[:, column] = values
    natural = law.rescale(starts, scale)[:, column]
    low, high = (np.tile(bound, (len(values), 1)) for bound in (floor, ceiling))
    low[:, column] = high[:, column] = values
    objective = np.full(len(values), np.inf)
    centred, prior = x / scale[:, None], prior_of(law, law.log_prior, member.delta)
    for _ in range(2):
        solved = minimise(
            law, centred, y, member.delta, starts, (low, high), prior=prior, space=member.space
        )
        objective = np.minimum(objective, solved.objective)
        starts = _from_neighbours(solved.params, middle)
        starts[:, column] = values
    residuals = residuals_of(law, x, y, member.vector, member.space)
    pull = influence(residuals, member.delta)
    inside = np.mean(np.abs(residuals) <= member.delta)
    freedom = max(len(y) - len(best), 1)
    deviance = 2.0 * (objective - objective.min()) * inside * freedom / np.sum(pull**2)
    limit = float(chdtri(1, 1.0 - level))
    return Profile(
        name=name,
        values=natural,
        deviance=deviance,
        level=level,
        lower=_end(natural[middle::-1], deviance[middle::-1], limit),
        upper=_end(natural[middle:], deviance[middle:], limit),
    )


def _steps() -> Array:
    """Return steps in the log of a parameter: fine near zero, out to a factor of 1000."""
    side = _SPAN * np.expm1(_BEND * np.arange(1, _SIDE + 1) / _SIDE) / np.expm1(_BEND)
    return np.concatenate([-side[::-1], [0.0], side])


def _scale_that_keeps(member: Member, name: str, scale: Array) -> Array:
    """Return the centring, or none where it would mix ``name`` with other parameters."""
    law, other = member.form, member.vector * 1.3
    column = law.parameters.index(name)
    other[column] = member.params[name]
    moved = law.rescale(np.stack([member.vector, other]), 1.0 / scale)[:, column]
    return scale if np.isclose(*moved) else np.ones_like(scale)


def _from_neighbours(params: Array, middle: int) -> Array:
    """Return for each value the parameters found at its neighbour towards the middle."""
    rows = np.arange(len(params))
    return np.array(params[rows + np.sign(middle - rows)])


def _end(values: Array, deviance: Array, limit: float) -> float | None:
    """Return where the deviance first passes ``limit``, walking outwards."""
    beyond = np.flatnonzero(deviance > limit)
    if len(beyond) == 0:
        return None
    i = int(beyond[0])
    part = (limit - deviance[i - 1]) / (deviance[i] - deviance[i - 1])
    return float(values[i - 1] * (values[i] / values[i - 1]) ** part)
