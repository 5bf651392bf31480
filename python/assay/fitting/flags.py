"""The warnings of a fit: what a reader must know before believing it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assay.fitting.point.solution import Solution
from assay.fitting.points import Points, cells
from assay.fitting.records import Flag, Holdout
from assay.laws.law import Array

__all__ = ["data_flags", "fit_flags"]

FEW_STEPS = 64
MANY_EPOCHS = 4.0
_UNIFORM = 12.5
"""Log of 268,000, a vocabulary as large as any: no model in use does worse than a uniform guess."""
_FEWEST_TOKENS = 1e5
_FEWEST_PARAMS = 1e4
_FEWEST_TOKENS_PER_PARAMETER = 1e-4
"""Such a run is less than one batch for a model of any size. A run of the usual 20 tokens per
parameter falls below it, by a factor of five, if its tokens are given in millions."""
_LEAST_SCATTER = 0.1
"""Scatter of log tokens about a line in log parameters. Rounding to whole steps alone gives a
tenth."""
_SURPRISE = 2.0
_IDENTIFIED_RATIO = 10.0
_TAIL = 0.025


def data_flags(points: Points, names: Sequence[str], y: str, sigma: float) -> list[Flag]:
    """Warn of what the runs themselves show, before any law; ``sigma`` is the run noise."""
    columns, flags = points.columns, []
    if "steps" in columns and columns["steps"].min() < FEW_STEPS:
        count = int(np.sum(columns["steps"] < FEW_STEPS))
        flags.append(
            Flag(
                "few-steps",
                f"{count} runs have fewer than {FEW_STEPS} steps (least "
                f"{columns['steps'].min():.0f}): such runs are still adapting, not yet on a law",
            )
        )
    if "epochs" in columns and columns["epochs"].max() > MANY_EPOCHS:
        flags.append(
            Flag(
                "many-epochs",
                f"the source is repeated up to {columns['epochs'].max():.1f} times: beyond "
                f"{MANY_EPOCHS:.0f} epochs repeated tokens are worth little and can harm",
            )
        )
    if len(names) == 1 or names[1] == "epochs":
        flags += _rising(points, names[0], sigma)
    return flags + _unit_flags(points, names, y) + _line_flags(points, names)


def _unit_flags(points: Points, names: Sequence[str], y: str) -> list[Flag]:
    """Warn of sizes and losses that hint at another unit."""
    columns, flags = {name: points.columns[name] for name in names}, []
    if points.y.max() > _UNIFORM:
        text = (
            f"the loss {y} reaches {points.y.max():.4g} nats per token, and a uniform guess among "
            f"{np.exp(_UNIFORM):,.0f} tokens has {_UNIFORM}: is it a perplexity? give its logarithm"
        )
        flags.append(Flag("implausible-loss", text))
    if "params" in columns and (most := columns["params"].max()) < _FEWEST_PARAMS:
        text = f"no model has more than {most:.4g} parameters: are they in millions?"
        flags.append(Flag("implausible-params", text))
    if "tokens" not in columns:
        return flags
    most = columns["tokens"].max()
    ratio = np.max(columns["tokens"] / columns["params"]) if "params" in columns else np.inf
    if most < _FEWEST_TOKENS:
        text = f"no run has more than {most:.4g} tokens: are they in millions or billions?"
        flags.append(Flag("implausible-tokens", text))
    elif ratio < _FEWEST_TOKENS_PER_PARAMETER:
        text = (
            f"no run has more than {ratio:.2g} tokens per parameter: are they in millions or "
            "billions?"
        )
        flags.append(Flag("implausible-tokens", text))
    return flags


def _line_flags(points: Points, names: Sequence[str]) -> list[Flag]:
    """Warn of parameters and tokens that rise together, as at 20 tokens per parameter."""
    if not {"params", "tokens"} <= set(names):
        return []
    params, tokens = (np.log(points.columns[name]) for name in ("params", "tokens"))
    about = params - params.mean()
    slope = float(about @ tokens / (about @ about))
    if np.std(tokens - slope * about) > _LEAST_SCATTER:
        return []
    text = (
        "params and tokens rise together in all runs: what each is worth is not identified, and "
        f"predictions hold only near {np.exp(np.mean(tokens - params)):.3g} tokens per parameter"
    )
    return [Flag("one-line", text)]


def _rising(points: Points, name: str, sigma: float) -> list[Flag]:
    groups = cells(points, [name])
    means = [np.mean(np.log(points.y[cell.rows])) for cell in groups]
    for i in range(1, len(groups)):
        counts = len(groups[i - 1].rows), len(groups[i].rows)
        noise = sigma * float(np.sqrt(sum(1.0 / count for count in counts)))
        if means[i] - means[i - 1] > _SURPRISE * noise + 1e-9:
            text = (
                f"the loss rises from {np.exp(means[i - 1]):.4g} at {name} = "
                f"{groups[i - 1].x[0]:.4g} to {np.exp(means[i]):.4g} at {groups[i].x[0]:.4g}: "
                "no law here can follow it"
            )
            return [Flag("non-monotone", text)]
    return []


def fit_flags(
    solution: Solution, draws: Array, holdouts: Sequence[Holdout] | None, lack_of_fit: bool
) -> list[Flag]:
    """Warn of what the fit shows."""
    flags = [_bound_flag(solution, name) for name in solution.diagnostics.at_bound]
    if not solution.converged:
        flags.append(Flag("not-converged", "the search ended before it reached an optimum"))
    if lack_of_fit:
        text = "the residuals are larger than the run noise: the law misses a bend"
        flags.append(Flag("lack-of-fit", text))
    flags += _ridge_flags(solution, draws)
    if holdouts is None:
        return flags
    if not holdouts:
        flags.append(Flag("no-back-test", "too few budgets to withhold the largest one"))
    elif abs(holdouts[-1].error) > _SURPRISE * holdouts[-1].noise + 1e-9:
        last = holdouts[-1]
        flags.append(
            Flag(
                "withheld-error",
                f"withheld, the largest budget is predicted {last.relative:+.2%} off "
                f"(noise explains {_SURPRISE * last.noise:.2%})",
            )
        )
    return flags


def _bound_flag(solution: Solution, name: str) -> Flag:
    value = solution.params[solution.law.parameters.index(name)]
    if name in ("alpha", "beta"):
        text = f"exponent {name} is at its bound {value:.3g}: the runs do not show a bend"
        return Flag("exponent-at-bound", text)
    if name == "E":
        return Flag("floor-at-bound", f"the floor E is {value:.3g}: the runs do not identify it")
    return Flag("parameter-at-bound", f"{name} is at its bound {value:.3g}")


def _ridge_flags(solution: Solution, draws: Array) -> list[Flag]:
    flags = []
    for name in solution.law.ridges if len(draws) else ():
        column = draws[:, solution.law.parameters.index(name)]
        low, high = np.quantile(column, [_TAIL, 1.0 - _TAIL])
        ends = np.isclose(column, column.min()), np.isclose(column, column.max())
        piled = any(np.mean(end) > _TAIL for end in ends) and high > low
        if piled or high > _IDENTIFIED_RATIO * low:
            text = (
                f"{name} is not identified: its 95% interval runs from {low:.3g} to {high:.3g}, "
                "so its value means nothing by itself"
            )
            flags.append(Flag("not-identified", text))
    return flags
