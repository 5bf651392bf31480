"""The fit stage: a scaling law for each source, fitted to what the runs of the study measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from assay.errors import DataError
from assay.fitting import Fits, fit
from assay.ingest import Runs
from assay.records import BASE, Measurement
from assay.study.file import Study
from assay.study.kept import kept_or_made, read_current
from assay.study.measurements import read_measured

__all__ = ["fit_measurements", "fit_study", "read_fits"]

_COLUMNS = ("source", "run", "tokens", "epochs", "steps", "seed", "loss", "evaluation_sha256")


def fit_study(study: Study) -> Fits:
    """Fit a law to each source's target loss and to the control's, unless they are kept.

    Raises
    ------
    DataError
        If nothing was measured.
    FitError
        If a source has too few budgets for a law.
    """
    table = study.file.fit

    def make() -> Fits:
        return fit_measurements(
            read_measured(study).rows,
            law=table.law,
            resamples=table.resamples,
            seed=study.file.study.seed,
        )

    return kept_or_made(study, study.output.fits, Fits, _made_from(study), make)


def read_fits(study: Study) -> Fits:
    """Read the fits of a study.

    Raises
    ------
    DataError
        If there are none, or the study or its measurements changed since.
    """
    return read_current(study, study.output.fits, Fits, _made_from, "assay fit")


def _made_from(study: Study) -> list[Any]:
    table = study.file.fit
    return [read_measured(study).sha256, table.law, table.resamples, study.file.study.seed]


def fit_measurements(
    measurements: Sequence[Measurement],
    evaluation: str | None = None,
    law: str | Sequence[str] = "auto",
    resamples: int = 1000,
    seed: int = 0,
) -> Fits:
    """Fit a law in trained tokens to each source of a study, and to the control.

    The loss of the unannealed base, where measured, is the anchor. The sampling error of the
    evaluation windows is left out: all runs are measured on the same frozen windows, so that it
    cancels in every comparison.

    Parameters
    ----------
    measurements
        The rows that ``assay evaluate`` wrote.
    evaluation
        Name of the evaluation set; by default the target, of which there must be one.

    Raises
    ------
    DataError
        If there is no such evaluation set, or several and none was named.
    FitError
        If a source has too few budgets for a law.
    """
    name = evaluation or _target(measurements)
    rows = [m for m in measurements if m.evaluation == name]
    if not rows:
        found = ", ".join(sorted({m.evaluation for m in measurements}))
        raise DataError(f'nothing was measured on "{name}", found {found or "no measurement"}')
    runs = [m for m in rows if m.source != BASE]
    base = [m.loss for m in rows if m.source == BASE]
    columns = {column: np.array([getattr(m, column) for m in runs]) for column in _COLUMNS}
    return fit(
        Runs(columns, f'the measurements on "{name}"'),
        law=law,
        run="run",
        seed="seed",
        resamples=resamples,
        random_state=seed,
        anchor=base[0] if base else None,
    )


def _target(measurements: Sequence[Measurement]) -> str:
    targets = sorted({m.evaluation for m in measurements if m.role == "target"})
    if len(targets) != 1:
        raise DataError(
            f"found {len(targets)} target sets ({', '.join(targets)}), expected one: "
            "name the evaluation to fit"
        )
    return targets[0]
