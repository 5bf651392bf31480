"""The fit of one source: its laws with their draws, predictions, summary, JSON and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay import draw
from assay.errors import DataError, FitError
from assay.fitting.direction import error_name
from assay.fitting.intervals import quantiles
from assay.fitting.limits import SLACK, UNIFORM, ceiling, ends, harms, kept_gain
from assay.fitting.member import Diagnostics, Member, Status
from assay.fitting.points import Points, size_of
from assay.fitting.printed import Printed
from assay.fitting.profile_likelihood import Profile, profile
from assay.fitting.random_streams import noise_scales, stream
from assay.fitting.records import ErrorModel, Flag, Holdout, Request
from assay.fitting.withheld import missed
from assay.laws.law import Array, Law

if TYPE_CHECKING:
    from assay.draw import Axes

__all__ = ["FitResult", "Kind"]

Kind = Literal["mean", "run"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FitResult(Printed):
    """The laws fitted to one source, combined by how well they predicted withheld larger budgets.

    Predictions are those of the combination: the weighted mean of the members in log loss.
    Parameters, draws and diagnostics are those of the member with the largest weight.

    Of a score that rises, ``points``, members, errors and hold-outs are those of the error that
    the laws were fitted to, ``1 - y``; what is predicted, drawn and printed is the score.
    :attr:`falling` is the same fit as one of the error alone, which is what comparisons read.
    """

    source: str
    y: str
    members: tuple[Member, ...]
    """The laws, the largest weight first."""
    warnings: tuple[Flag, ...]
    errors: ErrorModel
    points: Points
    holdouts: tuple[Holdout, ...]
    """Withheld larger budgets; the last kept the most data."""
    evaluation_sha256: str | None
    """Digest of the evaluation windows, where known."""
    rises: bool = False
    """Whether ``y`` is a score of which more is better."""
    request: Request | None = None
    """What was asked for, where it is known."""

    @property
    def lead(self) -> Member:
        """The member with the largest weight."""
        return self.members[0]

    @property
    def law(self) -> str:
        """Name of the leading law."""
        return self.lead.law

    @property
    def form(self) -> Law:
        """The leading law as an object."""
        return self.lead.form

    @property
    def x(self) -> tuple[str, ...]:
        """Columns that a prediction needs: those of the member that reads the most."""
        return max((member.x for member in self.members), key=len)

    @property
    def params(self) -> Mapping[str, float]:
        """Parameters of the leading law."""
        return self.lead.params

    @property
    def draws(self) -> Array:
        """Parameters of the leading law in each resample, ``(resamples, p)``."""
        return self.lead.draws

    @property
    def objective(self) -> float:
        """Sum of Huber's loss over the residuals of the leading law."""
        return self.lead.objective

    @property
    def delta(self) -> float:
        """Huber's delta of the leading law."""
        return self.lead.delta

    @property
    def status(self) -> Status:
        """Status of the leading law."""
        return self.lead.status

    @property
    def diagnostics(self) -> Diagnostics:
        """Diagnostics of the leading law."""
        return self.lead.diagnostics

    @property
    def bse(self) -> dict[str, float]:
        """Standard error of each parameter, over the draws."""
        return dict(zip(self.params, self._drawn().std(axis=0, ddof=1).tolist(), strict=True))

    def conf_int(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Percentile interval of each parameter."""
        low, high = quantiles(self._drawn(), level)
        return {
            name: (float(a), float(b)) for name, a, b in zip(self.params, low, high, strict=True)
        }

    @property
    def withheld(self) -> Holdout | None:
        """The prediction of the largest budget from all others, where it could be made."""
        return self.holdouts[-1] if self.holdouts else None

    @property
    def is_error(self) -> bool:
        """Whether what is fitted is what a score misses to 1."""
        return self.rises or self.y.startswith("1 - ")

    @property
    def falling(self) -> FitResult:
        """The same as a fit of a loss: of a score that rises, that of ``1 - y``."""
        return replace(self, y=error_name(self.y), rises=False) if self.rises else self

    @property
    def measured(self) -> Array:
        """What was measured, ``(n,)``, in the terms of ``y``."""
        return 1.0 - self.points.y if self.rises else self.points.y

    @property
    def label(self) -> str:
        """Name of ``y`` with its unit."""
        return self.y if self.is_error else f"{self.y}, nats per token"

    def decades_outside(self, x: Mapping[str, ArrayLike]) -> Array:
        """How far each setting lies outside the measured sizes, in powers of ten; 0 inside."""
        measured = size_of(self.form, self.points.x(self.lead.x))
        size = np.log10(size_of(self.form, self.lead.predictors(x)))
        low, high = np.log10(measured.min()), np.log10(measured.max())
        return np.asarray(np.maximum(np.maximum(size - high, low - size), 0.0))

    def value(self, x: Mapping[str, ArrayLike]) -> Array:
        """Return the fitted mean of ``y`` at each setting, ``(n,)``.

        Beyond the runs it stays within what losses can be there.
        """
        losses, most = self._fitted(x)
        beyond = self.decades_outside(x) > 0.0
        return self._in_y(np.where(beyond, np.minimum(losses, most), losses))

    def _fitted(self, x: Mapping[str, ArrayLike]) -> tuple[Array, Array]:
        """Return the fitted mean loss at each setting, and the largest that there can be."""
        logs = [m.weight * np.log(m.form.value(m.predictors(x), m.vector)) for m in self.members]
        losses, lead, points = np.exp(np.sum(logs, axis=0)), self.lead, self.points
        measured = points.x(lead.x)
        harm = harms(points, size_of(lead.form, measured), self.errors.noise)
        start = 1.0 if self.is_error else UNIFORM
        if self.request is not None and self.request.anchor is not None:
            start = self.request.anchor
        at, fitted = lead.predictors(x), losses if harm else 0.0
        return losses, ceiling(lead.form, points, at, measured, fitted, start)

    def _in_y(self, losses: Array) -> Array:
        return np.asarray(1.0 - np.minimum(losses, 1.0) if self.rises else losses)

    def value_draws(self, x: Mapping[str, ArrayLike], kind: Kind = "mean") -> Array:
        """Return draws of ``y`` at each setting, ``(resamples, n)``.

        They spread with the resampled parameters, with the choice of the law (each draw follows
        one member, taken with its weight) and with the laws' own error beyond the data, within
        what losses can be there (see :mod:`assay.fitting.limits`); ``kind="run"`` adds the
        noise of one run. Draws of different sources with the same number
        are comparable: what sources share is the same number in all of them.
        """
        _check(kind)
        count, model = len(self._drawn()), self.errors
        common = stream(model.random_state, "misfit").standard_normal(count)
        own = stream(model.random_state, "misfit", self.source).standard_normal(count)
        shared = model.misfit_shared
        known = stream(model.random_state, "misfit-scale").standard_normal(count)
        scale = model.misfit * np.exp(model.misfit_spread * known)
        tilt = scale * (np.sqrt(shared) * common + np.sqrt(1.0 - shared) * own)
        outside = self.decades_outside(x)
        sigma = noise_scales(model.random_state, model.noise, model.noise_freedom, count)
        losses = self._member_draws(x) * np.exp(tilt[:, None] * outside)
        most = self._fitted(x)[1] * np.exp(SLACK * sigma)[:, None]
        losses = np.where(outside > 0.0, np.minimum(losses, most), losses)
        if kind == "run":
            rng = stream(model.random_state, "run", self.source)
            losses = losses * np.exp(sigma[:, None] * rng.standard_normal(losses.shape))
        return self._in_y(losses)

    def _member_draws(self, x: Mapping[str, ArrayLike]) -> Array:
        picks = stream(self.errors.random_state, "member").random(len(self.draws))
        edges = np.cumsum([member.weight for member in self.members])
        chosen = np.minimum(np.searchsorted(edges, picks, side="right"), len(edges) - 1)
        out = np.empty((len(picks), self.lead.predictors(x).shape[1]))
        for i, member in enumerate(self.members):
            rows = chosen == i
            out[rows] = self._of_member(member, x, rows)
        return out

    def _of_member(
        self, member: Member, x: Mapping[str, ArrayLike], rows: NDArray[np.bool_]
    ) -> Array:
        at, draws = member.predictors(x), member.draws[rows]
        losses = member.form.value(at, draws)
        if member.status != "bound":
            return losses
        last = ends(member.form, at, self.points.x(member.x))
        at_end = member.form.value(last, draws)
        share = kept_gain(self.errors.random_state, self.source, len(self.draws))[rows, None]
        return np.asarray(at_end * (losses / at_end) ** share)

    def predict(
        self, x: Mapping[str, ArrayLike], interval: float | None = 0.95, kind: Kind = "mean"
    ) -> dict[str, Array]:
        """Predict ``y`` at each setting.

        Parameters
        ----------
        x
            Values of the columns in ``self.x``, of one length: a mapping or a table.
        interval
            Level of the interval; ``None`` for the mean alone.
        kind
            ``mean`` for ``y`` averaged over runs, ``run`` for one future run.

        Returns
        -------
        Columns ``mean``, ``lower`` and ``upper``, in the units of ``y``.

        Raises
        ------
        FitError
            If a column is missing or holds what no run can have, the level or the kind is none, or
            an interval is asked of a fit without resamples.
        """
        _check(kind)
        columns = {"mean": self.value(x)}
        if interval is not None:
            columns["lower"], columns["upper"] = quantiles(self.value_draws(x, kind), interval)
        return columns

    def profile(self, name: str, level: float = 0.95) -> Profile:
        """Return the profile likelihood of a parameter of the leading law.

        Raises
        ------
        FitError
            If the law has no such parameter.
        """
        return profile(self.lead, self.points, name, level)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the runs, the fitted loss and its bands.

        Raises
        ------
        MissingExtra
            If matplotlib is not installed.
        """
        return draw.law(ax, self)

    def plot_residuals(self, ax: Axes | None = None) -> Axes:
        """Draw the residuals of the log loss; of a score that rises, of its error."""
        return draw.residuals(ax, self.falling)

    def summary(self) -> str:
        """Return a few lines of text for a person."""
        lines = [f"{self.source}: {_named(self.members)}, {len(self.points)} runs, {self.status}"]
        if self.rises:
            lines.append(f"  {self.y} rises: the law is of {error_name(self.y)}")
        intervals = self.conf_int() if len(self.draws) > 1 else {}
        for name, value in self.params.items():
            low, high = intervals.get(name, (None, None))
            tail = f"   95% [{low:.4g}, {high:.4g}]" if low is not None else ""
            lines.append(f"  {name:<6} {value:.5g}{tail}")
        if self.withheld is not None:
            lines.append(f"  withheld largest budget: {missed(self.withheld, self.rises)}")
        lines += [f"  warning {flag.code}: {flag.message}" for flag in self.warnings]
        return "\n".join(lines)

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def __eq__(self, other: object) -> bool:
        """Return whether ``other`` is a fit that says the same, to the last digit."""
        if not isinstance(other, FitResult):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        """Return the hash of what was fitted and how."""
        return hash((self.source, self.y, self.points.digest, self.errors))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return {
            "source": self.source,
            "y": self.y,
            "rises": self.rises,
            "members": [member.to_dict() for member in self.members],
            "warnings": [asdict(flag) for flag in self.warnings],
            "errors": asdict(self.errors),
            "points": self.points.to_dict(),
            "data_sha256": self.points.digest,
            "holdouts": [asdict(one) | {"x": dict(one.x)} for one in self.holdouts],
            "evaluation_sha256": self.evaluation_sha256,
            "request": None if self.request is None else asdict(self.request),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FitResult:
        """Rebuild what :meth:`to_dict` returned.

        Raises
        ------
        DataError
            If a field is missing or unknown, or the data are not those of the digest.
        """
        try:
            fields = dict(values)
            points = Points.from_dict(fields.pop("points"))
            kept = fields.pop("data_sha256")
            fields |= {
                "members": tuple(Member.from_dict(member) for member in fields["members"]),
                "warnings": tuple(Flag(**flag) for flag in fields["warnings"]),
                "errors": ErrorModel(**fields["errors"]),
                "holdouts": tuple(Holdout(**holdout) for holdout in fields["holdouts"]),
            }
            if (asked := fields.get("request")) is not None:
                fields["request"] = Request(**asked | {"laws": tuple(asked["laws"])})
            result = cls(points=points, **fields)
            for member in result.members:
                _ = member.form
        except (AttributeError, FitError, KeyError, TypeError, ValueError) as error:
            raise DataError(f"not a fit: {error}: fit again") from None
        if not result.members:
            raise DataError("not a fit: it has no law: fit again")
        if points.digest != kept:
            raise DataError(f'the fit of "{result.source}" has other data than its digest says')
        return result

    def _drawn(self) -> Array:
        if len(self.draws) < 2:
            raise FitError(
                f'the fit of "{self.source}" has {len(self.draws) or "no"} resamples, and an '
                "interval needs two or more: fit with more, or ask for interval=None"
            )
        return self.draws


def _check(kind: Kind) -> None:
    if kind not in get_args(Kind):
        raise FitError(f'there is no kind "{kind}" of prediction: use mean or run')


def _named(members: tuple[Member, ...]) -> str:
    if len(members) == 1:
        return f"{members[0].law} law"
    return " + ".join(f"{member.law} {member.weight:.0%}" for member in members)
