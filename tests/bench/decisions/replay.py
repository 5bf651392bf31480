"""The loop replayed on published runs: what does it spend for the decision of the full grid?

    python tests/bench/decisions/replay.py

Three corpora at four model sizes on eight evaluation sets (Gadre et al. 2024, `tests/data`): 32
studies with eight budgets of one run each, in trained tokens, which are the cost too. The question
is which corpus has the lowest loss at the largest budget, which all have. The loop sees the four
smallest budgets of each, then buys the run of the grid next to what the verdict names, until the
verdict names none. One budget alone is the largest that the money of the loop pays for all corpora.

Printed, by model size: the share of the grid's cost that the loop spent; how often the loop's
leader, that of the fits to the full grid and that of one budget are the best; and the mean regret
of each, in nats per token. Runs have no repeats here, so that a budget cannot be bought twice.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import assay
from assay.comparison import Comparison

sys.path.insert(0, str(Path(__file__).parents[1]))
from _sets import gadre

Array = NDArray[np.float64]
START = 4
THIRD = 1.0 / 3.0


def studies() -> Iterator[tuple[float, Mapping[str, Array], Mapping[str, Array]]]:
    """Yield the model size, and tokens and losses by source, in rising order."""
    for problem in gadre():
        runs = problem.runs
        for size in np.unique(runs["params"]):
            tokens, losses = dict[str, Array](), dict[str, Array]()
            for source in np.unique(runs["source"]):
                rows = (runs["params"] == size) & (runs["source"] == source)
                order = np.argsort(runs["tokens"][rows])
                tokens[str(source)] = runs["tokens"][rows][order]
                losses[str(source)] = runs["loss"][rows][order]
            if min(map(len, tokens.values())) > START:
                yield float(size), tokens, losses


def decided(
    tokens: Mapping[str, Array], losses: Mapping[str, Array], bought: Mapping[str, set[int]],
    at: float, purse: float, looks: int,
) -> Comparison:  # fmt: skip
    """Fit what was bought and decide at the largest budget that all have."""
    rows = [(s, tokens[s][i], losses[s][i]) for s in bought for i in sorted(bought[s])]
    table = {name: [row[k] for row in rows] for k, name in enumerate(("source", "tokens", "loss"))}
    fits = assay.fit(table, law="power", resamples=500)
    return assay.compare(fits, at=at, purse=purse, looks=looks)


def leader(compared: Comparison) -> str:
    """Return the source with the highest probability of being the best."""
    return max(compared.deciding.standings, key=lambda s: s.best).source


def loop(
    tokens: Mapping[str, Array], losses: Mapping[str, Array], at: float
) -> tuple[str, str, float]:
    """Return the leader and the verdict of the loop, and what it spent."""
    bought = {source: set(range(START)) for source in tokens}
    whole = sum(float(each.sum()) for each in tokens.values())
    for look in range(1, 100):
        spent = sum(float(tokens[s][sorted(bought[s])].sum()) for s in bought)
        compared = decided(tokens, losses, bought, at, whole - spent, look)
        for run in compared.verdict.runs:
            open_ = [i for i in range(len(tokens[run.source])) if i not in bought[run.source]]
            if open_:
                apart = np.abs(np.log(tokens[run.source][open_] / run.tokens))
                bought[run.source].add(open_[int(np.argmin(apart))])
                break
        else:
            return leader(compared), compared.verdict.kind, spent
    raise AssertionError("the loop did not end")


def one_budget(tokens: Mapping[str, Array], losses: Mapping[str, Array], spent: float) -> str:
    """Return the best at the largest budget that ``spent`` pays for all sources."""
    shared = min(len(each) for each in tokens.values())
    costs = [sum(float(each[i]) for each in tokens.values()) for i in range(shared)]
    i = max((k for k in range(shared) if costs[k] <= spent), default=0)
    return min(losses, key=lambda source: float(losses[source][i]))


def main() -> None:
    """Replay all studies and print."""
    found: dict[float, list[tuple[float, ...]]] = defaultdict(list)
    verdicts: dict[float, list[str]] = defaultdict(list)
    for size, tokens, losses in studies():
        at = min(float(each[-1]) for each in tokens.values())
        truth = {s: float(np.interp(np.log(at), np.log(tokens[s]), losses[s])) for s in tokens}
        whole = sum(float(each.sum()) for each in tokens.values())
        chosen, verdict, spent = loop(tokens, losses, at)
        every = {source: set(range(len(each))) for source, each in tokens.items()}
        grid = leader(decided(tokens, losses, every, at, 0.0, 1))
        single = one_budget(tokens, losses, spent)
        regret = [truth[name] - min(truth.values()) for name in (chosen, grid, single)]
        found[size].append((spent / whole, *(float(r == 0.0) for r in regret), *regret))
        verdicts[size].append(verdict)
    print(f"{'model':>8}{'studies':>9}{'spent':>7}   right: loop grid one   regret: loop grid one")
    for size, rows in found.items():
        means = np.mean(rows, axis=0)
        right = " ".join(f"{value:.2f}" for value in means[1:4])
        regret = " ".join(f"{value:.4f}" for value in means[4:])
        said = {kind: verdicts[size].count(kind) for kind in sorted(set(verdicts[size]))}
        print(f"{size / 1e6:>7.0f}M{len(rows):>9}{means[0]:>7.0%}   {right}   {regret}   {said}")
    means = np.mean([row for rows in found.values() for row in rows], axis=0)
    held = "holds" if means[0] <= THIRD and means[1] >= means[2] else "does not hold"
    print(
        f"all: {means[0]:.0%} spent, right {means[1]:.2f} {means[2]:.2f} {means[3]:.2f}, regret "
        f"{means[4]:.4f} {means[5]:.4f} {means[6]:.4f}"
    )
    print(f"a third of the grid's cost at as many right decisions: {held}")


if __name__ == "__main__":
    main()
