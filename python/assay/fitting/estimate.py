"""``fit``, the function that people call: a law for each source, with its uncertainty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assay.checks import flag
from assay.fitting.fits import Fits
from assay.fitting.flags import data_flags, fit_flags
from assay.fitting.holdout import with_noise
from assay.fitting.law_choice import Choice, WeightedLaw, candidates, choose
from assay.fitting.member import Member, Status
from assay.fitting.objective import HUBER_EFFICIENT
from assay.fitting.point.solution import DELTA_FLOOR
from assay.fitting.points import Points
from assay.fitting.records import ErrorModel, Flag, Request
from assay.fitting.result import FitResult
from assay.fitting.settings import FitSettings, Objective
from assay.fitting.source_points import SourcePoints, read_source_points
from assay.fitting.spread.bootstrap import bootstrap, resampling
from assay.fitting.spread.extrapolation_error import misfit, shared_part
from assay.fitting.spread.noise import (
    ASSUMED,
    Noise,
    lacks_fit,
    own_residuals,
    replicates,
    residuals,
)
from assay.fitting.spread.shrunk_exponents import FEWEST, shrunk

__all__ = ["fit", "fit_points"]

_ASSUMED_TEXT = (
    f"no run was repeated and every law passes through all its runs: the noise of a run is "
    f"assumed to be {ASSUMED.sigma:.0%} of the loss; repeat some runs with other seeds"
)


def fit(
    runs: Any,
    law: str | Sequence[str] = "auto",
    x: str | Sequence[str] = ("tokens",),
    y: str = "loss",
    source: str | None = "source",
    run: str | None = None,
    seed: str | None = None,
    objective: Objective = "huber",
    delta: float | None = None,
    resamples: int = 1000,
    random_state: int = 0,
    anchor: float | None = None,
    higher_is_better: bool | None = None,
    joint: bool = False,
) -> Fits:
    """Fit a law to the runs of each source.

    Parameters
    ----------
    runs
        Anything that :func:`assay.ingest.read_runs` reads; one row per measured run.
    law
        A registered law; a list of them, combined by how well each predicts withheld larger
        budgets; or ``auto``: every law that the columns allow, combined.
    x
        One column (``tokens``, ``cost``) or two (``params``, ``tokens``). Repetition laws also
        read ``epochs``.
    y
        Column of the loss, in nats per token, or of a score (see ``higher_is_better``).
    source
        Column that names the source; ``None`` if there is one source only.
    run
        Column that names the run: rows of one run are resampled together. ``None``: a row each.
    seed
        Column of the seed: rows of one source with equal predictors and seed are one run listed
        twice. ``None``: rows equal in every column are.
    objective
        ``huber``: the sum of Huber's loss over residuals of the log loss. ``huber-loss``: of the
        loss itself, as some published fits have it.
    delta
        Huber's delta, in log loss (in nats for ``huber-loss``); by default 1.345 robust standard
        deviations of the residuals, and at least as many of the run noise.
    resamples
        Refits for the intervals; 0 for a point fit, which tests no single law on hold-outs.
    random_state
        Every random number follows from it.
    anchor
        ``y`` of the unannealed base, for the anchored law.
    higher_is_better
        Whether ``y`` is a score between 0 and 1 that rises, such as an accuracy. The laws are then
        fitted to ``1 - y``; predictions and pictures are of ``y``. Nothing said: ``y`` is a loss,
        and a column whose name says that it rises is refused.
    joint
        Whether exponents are shrunk towards their mean over the sources, as far as the sources
        agree. It takes three sources of one base and one evaluation set.

    Returns
    -------
    Fits
        The fits by source. Doubts are warnings on each.

    Raises
    ------
    DataError
        If a column is missing, a value is not a positive number, or evaluation sets are mixed.
    FitError
        If there is no such law, a source has too few scales for it or mixes models of several
        sizes under ``x="tokens"``, or an argument cannot be.

    Examples
    --------
    >>> import assay
    >>> tokens = [1e6, 2e6, 4e6, 8e6, 16e6]
    >>> loss = [2.0 + 40.0 * t**-0.3 for t in tokens]
    >>> fits = assay.fit({"source": ["web"] * 5, "tokens": tokens, "loss": loss}, resamples=0)
    >>> {name: round(value, 2) for name, value in fits["web"].params.items()}
    {'E': 2.0, 'A': 40.0, 'alpha': 0.3}
    """
    settings = FitSettings.of(
        objective=objective,
        delta=delta,
        resamples=resamples,
        fewest=0,
        random_state=random_state,
        anchor=anchor,
        y=y,
        higher_is_better=higher_is_better,
    )
    joint = flag(joint, "joint")
    table = read_source_points(
        runs,
        law=law,
        x=x,
        y=y,
        source=source,
        run=run,
        seed=seed,
        rising=settings.rises,
    )
    fits = fit_points(
        table.sources,
        laws=dict.fromkeys(table.sources, law),
        x=table.x,
        y=y,
        settings=settings,
        joint=joint,
        evaluation_sha256=table.evaluation_sha256,
    )
    if joint and len(table.sources) < FEWEST:
        text = f"a joint fit takes {FEWEST} sources, found {len(table.sources)}: each stands alone"
        fits = _flagged(fits, Flag("not-joint", text))
    if table.model_sizes is not None:
        fits = _flagged(fits, Flag("mixed-model-sizes", table.model_sizes))
    return _flagged(fits, _repeated(table)) if table.repeats else fits


def _repeated(table: SourcePoints) -> Flag:
    text = f"{table.repeats} rows of the table repeat others and are left out"
    if not table.conflicts:
        return Flag("duplicate-runs", text)
    text += f", {table.conflicts} of them with another loss than the first, which was kept"
    return Flag("conflicting-runs", text)


def fit_points(
    sources: Mapping[str, Points],
    *,
    laws: Mapping[str, str | Sequence[str]],
    x: Sequence[str],
    y: str,
    settings: FitSettings,
    joint: bool = False,
    evaluation_sha256: str | None = None,
    repeats: Iterable[Points] | None = None,
) -> Fits:
    """Fit checked points; the arguments are those of :func:`fit`, with the laws by source.

    The noise of a run is taken from ``repeats``, by default the points themselves.
    """
    pure = replicates(sources.values() if repeats is None else repeats)
    tried = {
        name: candidates(laws[name], x, points, settings.anchor) for name, points in sources.items()
    }
    floor = max(DELTA_FLOOR, HUBER_EFFICIENT * pure.sigma) if pure else DELTA_FLOOR
    chosen = [
        choose(
            points,
            tried[name],
            delta=settings.delta,
            floor=floor,
            space=settings.space,
            test=settings.resamples > 0,
        )
        for name, points in sources.items()
    ]
    noise = pure or residuals(one.lead.solution for one in chosen)
    if joint:
        chosen = shrunk(chosen, (noise or ASSUMED).sigma)
    names = {name: tuple(law.name for law, _ in laws) for name, laws in tried.items()}
    fits = _results(chosen, names, noise or ASSUMED, y, settings, evaluation_sha256)
    return fits if noise else _flagged(fits, Flag("assumed-noise", _ASSUMED_TEXT))


def _flagged(fits: Fits, flag: Flag) -> Fits:
    return Fits({name: replace(r, warnings=(flag, *r.warnings)) for name, r in fits.items()})


def _results(
    chosen: Sequence[Choice],
    tried: Mapping[str, tuple[str, ...]],
    noise: Noise,
    y: str,
    settings: FitSettings,
    evaluation: str | None,
) -> Fits:
    holdouts = {
        one.points.source: tuple(with_noise(trial, noise.sigma) for trial in one.trials)
        for one in chosen
    }
    errors, shared = misfit(holdouts), shared_part(holdouts)
    results = {}
    for one in chosen:
        name, lead = one.points.source, one.lead
        bent = lacks_fit(lead.solution, noise)
        own = own_residuals(lead.solution) if bent else noise
        members = tuple(_member(each, one.points, own, settings) for each in one.fitted)
        results[name] = FitResult(
            source=name,
            y=y,
            rises=settings.rises,
            members=members,
            warnings=(
                *data_flags(one.points, lead.names, y, noise.sigma),
                *fit_flags(
                    lead.solution,
                    members[0].draws,
                    holdouts[name] if settings.resamples else None,
                    bent,
                ),
            ),
            errors=ErrorModel(
                noise=own.sigma,
                noise_freedom=own.freedom,
                misfit=errors[name].scale,
                misfit_spread=errors[name].spread,
                misfit_shared=shared,
                resampling=resampling(one.points) if settings.resamples else "none",
                random_state=settings.random_state,
            ),
            points=one.points,
            holdouts=holdouts[name],
            evaluation_sha256=evaluation,
            request=Request(laws=tried[name], delta=settings.delta, anchor=settings.anchor),
        )
    return Fits(results)


def _member(fitted: WeightedLaw, points: Points, noise: Noise, settings: FitSettings) -> Member:
    solution = fitted.solution
    status: Status = "bound" if solution.diagnostics.at_bound else "ok"
    return Member(
        law=solution.law.name,
        anchor=getattr(solution.law, "anchor", None),
        x=fitted.names,
        params=dict(zip(solution.law.parameters, solution.params.tolist(), strict=True)),
        objective=solution.objective,
        delta=solution.delta,
        space=solution.space,
        status=status if solution.converged else "failed",
        weight=fitted.weight,
        draws=bootstrap(
            solution, points, fitted.names, noise, settings.resamples, settings.random_state
        ),
        diagnostics=solution.diagnostics,
    )
