"""How well fits predict larger runs that they did not see, on published results.

    python tests/bench/heldout.py

prints, for each group of problems, the mean absolute relative error of each law, the coverage and
median width of the 95% intervals of ``auto``, and how many pairs of sources ``auto`` and
persistence (the order at the largest budget that all sources kept) put in the right order, beside
the one of the two that the back-test of the kept runs chooses. What is promised is checked: the
error and the coverage of ``auto`` over all groups, and that the chosen order is nowhere worse than
persistence by more than twice the standard error.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from _sets import SIZES, Problem, Table, level_problems, ranking_problems
from numpy.typing import NDArray

import assay

LAWS = ("chinchilla", "kaplan", "coupled", "auto")
RESAMPLES = 200
ERROR, COVERAGE = 1.5, 90.0
"""Most and least, in percent, over all groups."""


@dataclass(frozen=True)
class Ranking:
    """Pairs of one problem, and the shares of them that were put in the right order."""

    pairs: int
    by_law: float
    """``nan`` where the sources were run at too few scales for a law."""
    by_persistence: float
    chosen: float
    """By whichever of the two was right more often when the largest kept budgets were withheld."""


def fit(problem: Problem, law: str, resamples: int) -> assay.Fits:
    """Fit the kept runs."""
    kept = problem.take(problem.kept)
    return assay.fit(kept, law=law, x=SIZES, run=problem.run, resamples=resamples)


def predict(problem: Problem, fits: assay.Fits, interval: float | None) -> Table:
    """Predict the held-out runs, source by source; columns as ``FitResult.predict``'s."""
    held = problem.take(~problem.kept)
    out = {name: np.empty(len(held["loss"])) for name in ("mean", "lower", "upper")}
    for source in np.unique(held["source"]):
        rows = held["source"] == source
        at = {name: held[name][rows] for name in SIZES}
        for name, values in fits[source].predict(at, interval, kind="run").items():
            out[name][rows] = values
    return out


def rank(problem: Problem) -> Ranking:
    """Judge the order of the sources at the largest held-out setting that all share."""
    kept, held = (problem.take(rows) for rows in (problem.kept, ~problem.kept))
    before, after = _largest_shared(kept), _largest_shared(held)
    sources = sorted(set(before) & set(after))
    first, second = np.triu_indices(len(sources), 1)

    def signs(losses: Mapping[str, float]) -> NDArray[np.float64]:
        values = np.array([losses[source] for source in sources])
        return np.sign(values[first] - values[second])

    truth = signs(after)
    clear = truth != 0
    by_persistence = float(np.mean((signs(before) == truth)[clear]))
    try:
        fits = fit(problem, "auto", 0)
    except assay.FitError:
        return Ranking(int(clear.sum()), float("nan"), by_persistence, by_persistence)
    at = _setting(held)
    predicted = {source: float(fits[source].value(at)[0]) for source in sources}
    by_law = float(np.mean((signs(predicted) == truth)[clear]))
    tested = assay.backtest(kept, "auto", SIZES, run=problem.run, resamples=RESAMPLES)
    law = tested.law_right >= tested.persistence_right
    return Ranking(int(clear.sum()), by_law, by_persistence, by_law if law else by_persistence)


def _setting(table: Table) -> dict[str, float]:
    """Return the setting with the most compute among those that the most sources share."""
    sizes = np.stack([table[name] for name in SIZES])
    settings, count = np.unique(sizes, axis=1, return_counts=True)
    shared = settings[:, count == count.max()]
    best = shared[:, np.argmax(np.prod(shared, axis=0))]
    return dict(zip(SIZES, best.tolist(), strict=True))


def _largest_shared(table: Table) -> dict[str, float]:
    """Return the loss of each source there."""
    at = _setting(table)
    rows = np.all([table[name] == value for name, value in at.items()], axis=0)
    return dict(zip(table["source"][rows].tolist(), table["loss"][rows].tolist(), strict=True))


def print_levels(problems: Iterable[Problem]) -> None:
    """Print errors and coverage by group, and their means over the groups."""
    errors = defaultdict(lambda: defaultdict(list))
    inside, widths, seconds = defaultdict(list), defaultdict(list), defaultdict(float)
    for problem in problems:
        loss = problem.runs["loss"][~problem.kept]
        for law in LAWS:
            start, bands = time.perf_counter(), law == "auto"
            fits = fit(problem, law, RESAMPLES if bands else 0)
            columns = predict(problem, fits, 0.95 if bands else None)
            seconds[law] += time.perf_counter() - start
            errors[problem.group][law].extend(np.abs(columns["mean"] / loss - 1.0))
        inside[problem.group].extend((columns["lower"] <= loss) & (loss <= columns["upper"]))
        widths[problem.group].extend((columns["upper"] - columns["lower"]) / columns["mean"])
    print("Mean absolute relative error (%); coverage and median width of 95% intervals (%)\n")
    heads = [*LAWS, "coverage", "width"]
    print(f"{'group':<12}{'runs':>6}" + "".join(f"{head:>12}" for head in heads))
    rows = []
    for group, by_law in errors.items():
        row = [np.mean(by_law[law]) for law in LAWS]
        rows.append(100.0 * np.array([*row, np.mean(inside[group]), np.median(widths[group])]))
        print(f"{group:<12}{len(inside[group]):>6}" + _numbers(rows[-1]))
    print(f"{'macro mean':<18}" + _numbers(np.mean(rows, axis=0)))
    print(f"{'seconds':<18}" + _numbers([seconds[law] for law in LAWS]))
    *_, error, coverage, _ = np.mean(rows, axis=0)
    assert error <= ERROR, f"error {error:.2f} %, promised {ERROR}"
    assert coverage >= COVERAGE, f"coverage {coverage:.1f} %, promised {COVERAGE}"


def print_rankings(problems: Iterable[Problem]) -> None:
    """Print how many pairs are put in the right order, by group."""
    groups = defaultdict(list)
    for problem in problems:
        groups[problem.group].append(rank(problem))
    print("\nPairs of sources in the right order (%); the standard error is over evaluation sets\n")
    heads = ("sets", "pairs", "law", "persistence", "chosen", "minus pers.", "s.e.")
    print(f"{'group':<18}" + "".join(f"{head:>12}" for head in heads))
    for group, ranks in groups.items():
        law, persistence, chosen = (
            100.0 * np.array([getattr(r, name) for r in ranks])
            for name in ("by_law", "by_persistence", "chosen")
        )
        gain = chosen - persistence
        error = np.std(gain, ddof=1) / np.sqrt(len(ranks)) if len(ranks) > 1 else np.nan
        pairs = sum(r.pairs for r in ranks)
        numbers = [np.mean(law), np.mean(persistence), np.mean(chosen), np.mean(gain), error]
        print(f"{group:<18}{len(ranks):>12}{pairs:>12}" + _numbers(numbers))
        lost = -np.mean(gain)
        assert not lost > 2 * error, f"{group}: {lost:.1f} points worse than persistence"


def _numbers(values: Iterable[float]) -> str:
    return "".join(f"{'-' if np.isnan(value) else format(value, '.2f'):>12}" for value in values)


if __name__ == "__main__":
    if "--rankings" not in sys.argv:
        print_levels(level_problems())
    print_rankings(ranking_problems())
