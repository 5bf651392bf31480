"""The integration anneal: the chosen blend is tried at pilot size before its text is paid for.

Gains of sources do not add, so what is predicted for a blend is a guess until one is run. The blend
is annealed at the largest budget of the plan that its members can fill and the purse can pay, with
as many seeds as the control has there. Its runs are measured like all others but stay out of the
fits: they test what is predicted from the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from assay.errors import AssayError, MissingExtra, StudyError
from assay.evaluate.runs import measure_folders
from assay.fitting import Fits
from assay.fitting.intervals import quantiles
from assay.fitting.random_streams import noise_scales, stream
from assay.fitting.records import ErrorModel
from assay.immutable import freeze
from assay.laws.law import Array
from assay.records import CONTROL, INTEGRATION, RunSpec, rebuilt
from assay.study.file import BlendTable, Study
from assay.study.fit import read_fits
from assay.study.kept import kept_or_made, read_kept
from assay.study.layout import blend_runs
from assay.study.measure import chosen_windows
from assay.study.measurements import read_measured
from assay.study.plan import Plan, read_plan
from assay.study.prices import price_sources
from assay.study.purse import Costly, made_runs, spent
from assay.study.train import anneal_runs
from assay.units import format_amount

__all__ = ["Integration", "Predict", "averaged", "integrate_study", "read_integration"]

Predict = Callable[[float, float], Array]
"""Draws of a blend's mean loss, ``(resamples,)``, for trained tokens and epochs."""


@dataclass(frozen=True, kw_only=True)
class Integration:
    """A blend annealed at pilot size: what was predicted beside what was measured."""

    shares: Mapping[str, float]
    """Share of each member in the candidate part."""
    tokens: int
    """Trained tokens of each run."""
    epochs: float
    """Passes over the members' text."""
    runs: tuple[str, ...]
    """Keys of the runs, one a seed."""
    confidence: float
    """Level of the interval."""
    predicted: float
    """Mean target loss of that many runs, in nats per token, without their own results."""
    lower: float
    upper: float
    measured: float
    """Mean target loss of the runs, in nats per token."""
    measured_se: float
    """Its standard error, by the run noise of the fits."""
    fits_sha256: str
    """Digest of the fits that it was predicted from."""

    def __post_init__(self) -> None:
        """Freeze the shares."""
        freeze(self, shares=self.shares)

    @property
    def as_predicted(self) -> bool:
        """Whether the measured loss is in the interval."""
        return self.lower <= self.measured <= self.upper

    def __str__(self) -> str:
        """Return two lines for a terminal."""
        said = "as predicted"
        if not self.as_predicted:
            side = "better" if self.measured < self.lower else "worse"
            said = f"{side} than predicted: give the study this [[blend]], and decide again"
        blend = ", ".join(f"{share:.0%} {name}" for name, share in self.shares.items())
        return (
            f"{blend}: {len(self.runs)} runs of {self.tokens:,} trained tokens\n"
            f"loss predicted {self.predicted:.4f} [{self.lower:.4f}, {self.upper:.4f}], "
            f"measured {self.measured:.4f} ± {self.measured_se:.4f}: {said}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Integration:
        """Rebuild what :meth:`to_dict` returned, also after a trip through JSON.

        Raises
        ------
        DataError
            If the values are not those of an integration anneal.
        """
        return rebuilt(cls, values, "an integration anneal", "run `assay integrate` again")


def averaged(fits: Fits, shares: Mapping[str, float]) -> Predict:
    """Predict a blend as the mean of its members by share: blending itself changes nothing."""

    def predict(tokens: float, epochs: float) -> Array:
        place = {"tokens": np.array([tokens]), "epochs": np.array([epochs])}
        parts = [share * fits[name].value_draws(place)[:, 0] for name, share in shares.items()]
        return np.asarray(np.sum(parts, axis=0))

    return predict


def integrate_study(
    study: Study,
    shares: Mapping[str, float],
    predict: Predict | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> Integration:
    """Anneal a blend at pilot size and put what was predicted beside what was measured.

    The result is kept in ``integration.json``. Runs that are finished are not repeated: a blend of
    the study with the same shares has them already.

    Parameters
    ----------
    study
        A study with its fits.
    shares
        Share of each source in the candidate part; they sum to 1.
    predict
        What is expected of the blend; by default the mean of its members (:func:`averaged`).
    workers, progress
        As for :func:`assay.study.train.anneal_study`.

    Raises
    ------
    MissingExtra
        If torch or its companions are not installed.
    StudyError
        If the shares are those of no blend of the study's sources, its members cannot fill the
        smallest budget of the plan, or the purse does not pay for the runs.
    DataError
        If a stage before has not run.
    AssayError
        If a run failed or diverged.
    """
    shares = {name: share for name, share in shares.items() if share != 0.0}
    _check(study, shares)
    MissingExtra.check("train", "assay integrate")
    fits, runs = read_fits(study), _runs(study, shares)
    source = _fits_sha256(study)
    expected = (predict or averaged(fits, shares))(float(runs[0].tokens), runs[0].epochs)
    level = study.file.fit.confidence

    def make() -> Integration:
        anneal_runs(study, runs, workers, progress)
        measured = float(np.mean(_losses(study, runs, workers, progress)))
        errors = max((fits[name].errors for name in shares), key=lambda each: each.noise)
        lower, upper = quantiles(_with_noise(expected, errors, len(runs)), level)
        return Integration(
            shares=shares,
            tokens=runs[0].tokens,
            epochs=runs[0].epochs,
            runs=tuple(run.key for run in runs),
            confidence=level,
            predicted=float(expected.mean()),
            lower=float(lower),
            upper=float(upper),
            measured=measured,
            measured_se=measured * errors.noise / math.sqrt(len(runs)),
            fits_sha256=source,
        )

    keys, windows = [run.key for run in runs], chosen_windows(study).sha256
    made_from = [source, keys, windows, level, expected.tolist()]
    return kept_or_made(study, study.output.integration, Integration, made_from, make)


def read_integration(study: Study) -> Integration | None:
    """Read the integration anneal of a study; None if there is none for its fits as they are.

    Raises
    ------
    DataError
        If the study has no fits, or the file holds something else.
    """
    path = study.output.integration
    if not path.exists():
        return None
    found = read_kept(study, path, Integration, "assay integrate").result
    return found if found.fits_sha256 == _fits_sha256(study) else None


def _fits_sha256(study: Study) -> str:
    return read_kept(study, study.output.fits, Fits, "assay fit").sha256


def _check(study: Study, shares: Mapping[str, float]) -> None:
    """Check that shares are those of a blend of the study's sources."""
    for name, share in shares.items():
        if name not in study.source_names:
            raise StudyError(
                f'the blend has a share of "{name}", and the sources are '
                f"{', '.join(study.source_names)}: correct the name"
            )
        if not 0.0 < share <= 1.0:
            raise StudyError(f'the share of "{name}" is {share:g}: give a part of 1')
    total = sum(shares.values())
    if not math.isclose(total, 1.0, rel_tol=0.0, abs_tol=1e-6):
        raise StudyError(f"the shares of the blend sum to {total:g}: make them sum to 1")
    if len(shares) < 2:
        raise StudyError(
            f'all of the blend is "{next(iter(shares))}", whose own runs show what it does: give '
            "two sources or more"
        )


def _runs(study: Study, shares: Mapping[str, float]) -> list[RunSpec]:
    """Return the runs of a blend at the largest budget that its members fill and the purse pays."""
    plan, blend = read_plan(study), _table(study, shares)
    seeds: dict[int, list[int]] = {}
    for spec in plan.specs:
        if spec.source == CONTROL:
            seeds.setdefault(spec.tokens, []).append(spec.seed)
    found = blend_runs(study, blend, sorted(seeds, reverse=True))
    if not found:
        raise StudyError(
            f"the smallest budget of the plan, {min(seeds):,} trained tokens, is more than the "
            "members of the blend fill within [ladder] epochs_max: give them more text"
        )
    groups = [[replace(run, seed=seed) for seed in seeds[tokens]] for tokens, run in found.items()]
    return _affordable(study, blend, plan, groups)


def _table(study: Study, shares: Mapping[str, float]) -> BlendTable:
    """Return the study's own blend of these shares, whose runs are these, or a new one."""
    for blend in study.file.blend:
        if blend.shares.keys() == shares.keys() and all(
            math.isclose(blend.shares[name], share, abs_tol=1e-9) for name, share in shares.items()
        ):
            return blend
    return BlendTable(name=INTEGRATION, shares=dict(shares))


def _affordable(
    study: Study, blend: BlendTable, plan: Plan, groups: Sequence[list[RunSpec]]
) -> list[RunSpec]:
    """Return the first of ``groups`` that the purse pays for beside what was measured."""
    purse = study.file.study.purse
    if purse is None:
        return groups[0]
    others = [each for each in study.file.blend if each.name != blend.name]
    wider = replace(study, file=study.file.model_copy(update={"blend": (*others, blend)}))
    priced = price_sources(wider, Plan(plan.base, (*plan.specs, *groups[0])))
    measured: list[Costly] = [*read_measured(study).rows, *made_runs(study)]
    costs = [spent([*measured, *group], priced, purse.currency) for group in groups]
    for group, cost in zip(groups, costs, strict=True):
        if cost <= purse.amount:
            return group
    before = spent(measured, priced, purse.currency)
    raise StudyError(
        f'[study] pilot "{study.file.study.pilot}" has '
        f"{format_amount(max(purse.amount - before, 0.0), purse.currency)} left, and the smallest "
        f"integration anneal costs {format_amount(min(costs) - before, purse.currency)}: raise "
        "`pilot`"
    )


def _losses(
    study: Study, runs: Sequence[RunSpec], workers: int | None, progress: bool
) -> list[float]:
    """Return the target loss of each run."""
    folders = [study.output.run(run.key) for run in runs]
    rows = measure_folders(folders, chosen_windows(study), workers=workers, progress=progress)
    losses = [row.loss for row in rows if row.role == "target"]
    if len(losses) < len(runs):
        raise AssayError(
            f"{len(runs) - len(losses)} of the {len(runs)} runs of the integration anneal diverged "
            "and have no loss: lower [anneal] learning_rate"
        )
    return losses


def _with_noise(draws: Array, errors: ErrorModel, runs: int) -> Array:
    """Add the noise of the mean of ``runs`` runs to draws of a mean loss."""
    count = len(draws)
    sigma = noise_scales(errors.random_state, errors.noise, errors.noise_freedom, count)
    drawn = stream(errors.random_state, "run", INTEGRATION).standard_normal(count)
    return np.asarray(draws * np.exp(sigma * drawn / math.sqrt(runs)))
