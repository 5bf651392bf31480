"""Whether the runs that are suggested next predict a target better than others of the same cost.

    python tests/bench/next_run.py

buys runs from the pools of ScaleBench (arXiv 2604.22753), whose losses are seen only once bought,
and prints the R2 of the predicted target losses at three shares of the cost of the whole pool.
"Suggested" is :func:`assay.fitting.next_run.next_runs` with refits, "random" the mean over five
orders, "cheapest" the cheapest first. Costs, shares, targets and R2 (cut at -1, which also stands
for too few runs for any law; groups pooled) are those of the benchmark, and so are the published
numbers, means over its own families of laws. A method skips runs that its budget cannot pay.

A start is needed before a law can be fitted: six runs, and more until a law takes them, each the
cheapest of those that bring the most new values of the predictors. The task ``vocab`` is left out,
for its losses are negative, and ``lr&bsz``, for no law here has its predictors. It is checked that
the suggested runs beat the other two on the mean at the largest share.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from _sets import Table, read
from numpy.typing import NDArray

import assay
from assay.fitting.next_run import next_runs

Rows = NDArray[np.intp]
Array = NDArray[np.float64]

RESAMPLES = 100
START = 6
ORDERS = 5
PERCENT = (1, 5, 10)
LARGE_PERCENT = (20, 35, 50)
PUBLISHED = {
    "farseer": ((-0.77, 0.78, 0.79), (-0.89, 0.41, 0.68), (0.60, 0.88, 0.93), 0.91),
    "data_con": ((-0.74, -0.36, 0.12), (-0.58, -0.56, -0.40), (0.73, 0.85, 0.86), 0.79),
    "moe": ((-0.47, 0.01, 0.26), (0.30, 0.74, 0.81), (0.59, 0.65, 0.83), 0.81),
    "parallel": ((-1.0, 0.27, 0.19), (-1.0, 0.42, 0.42), (-1.0, 0.77, 0.99), 0.99),
    "sparsity": ((-0.25, 0.37, 0.38), (-0.95, 0.04, 0.32), (0.31, 0.44, 0.53), 0.37),
    "domain": ((-0.36, 0.41, 0.70), (-0.36, 0.41, 0.70), (0.64, 0.89, 0.95), 0.81),
}
"""Table 2 of the benchmark: random, cheapest and theirs by share, and all data."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool:
    """Runs of one group that can be bought, and the target; some tasks have several losses."""

    law: str
    x: Mapping[str, Array]
    losses: Sequence[Array]
    cost: Array
    percent: Sequence[int]
    target: Mapping[str, Array]
    target_losses: Sequence[Array]

    def fit(self, rows: Sequence[int], resamples: int) -> list[assay.FitResult]:
        """Fit each loss of the runs bought; none if they are too few."""
        if not rows:
            return []
        bought = {name: values[rows] for name, values in self.x.items()}
        try:
            return [
                assay.fit(
                    bought | {"loss": loss[rows]},
                    law=self.law,
                    x=tuple(self.x),
                    source=None,
                    resamples=resamples,
                )["all"]
                for loss in self.losses
            ]
        except assay.FitError:
            return []


def pools() -> Iterator[tuple[str, Pool]]:
    """Yield the pools with the names of their tasks."""
    t = read("scalebench/farseer.csv")
    x = {name: t[name] for name in ("params", "tokens")}
    yield from _pools("farseer", t, x, 6 * t["params"] * t["tokens"])
    t = read("scalebench/data_constrained.csv")
    x = {name: t[name] for name in ("params", "tokens")}
    x["epochs"] = np.maximum(t["tokens"] / t["unique_tokens"], 1.0)
    yield from _pools("data_con", t, x, 6 * t["params"] * t["tokens"])
    t = read("scalebench/moe.csv")
    x = {"params": t["dense_parameter_count"], "experts": t["num_experts"]}
    yield from _pools("moe", t, x, x["params"] * x["experts"], losses=["loss_validation"])
    t = read("scalebench/parallel.csv")
    x = {"params": t["num_params"], "streams": t["parallel_size"]}
    yield from _pools("parallel", t, x, x["params"])
    t = read("scalebench/sparsity.csv")
    x = {"params": t["P"], "active": t["N_active"]}
    cost = 6 * (t["N_dense"] * t["D1"] + t["N_active"] * t["D2"])
    yield from _pools("sparsity", t, x, cost, percent=LARGE_PERCENT)
    t = read("scalebench/domain_mixture.csv")
    x = {name: t[name] for name in t if name.startswith("proportion")}
    losses = [name for name in t if name.startswith("loss")]
    cost = np.ones(len(t["split"]))
    yield from _pools("domain", t, x, cost, "mixture", losses, LARGE_PERCENT)


def _pools(
    task: str,
    table: Table,
    x: Table,
    cost: Array,
    law: str = "auto",
    losses: Sequence[str] = ("loss",),
    percent: Sequence[int] = PERCENT,
) -> Iterator[tuple[str, Pool]]:
    groups = table.get("group", np.full(len(cost), "all"))
    for group in np.unique(groups):
        train, test = ((groups == group) & (table["split"] == s) for s in ("train", "test"))
        yield (
            task,
            Pool(
                law=law,
                x={name: values[train] for name, values in x.items()},
                losses=[table[name][train] for name in losses],
                cost=cost[train],
                percent=percent,
                target={name: values[test] for name, values in x.items()},
                target_losses=[table[name][test] for name in losses],
            ),
        )


Method = Callable[[Pool, list[int], Rows], list[int]]
"""Which runs to buy next, the first first, given those bought and those that can be paid."""


def suggested(pool: Pool, bought: list[int], payable: Rows) -> list[int]:
    """Return the best runs, an eighth as many as were bought; at the start, one."""
    results = pool.fit(bought, RESAMPLES) if len(bought) >= START else []
    if not results:
        return [_start(pool, bought, payable)]
    x = {name: values[payable] for name, values in pool.x.items()}
    count = max(1, len(bought) // 8)
    found = [next_runs(r, x, pool.cost[payable], pool.target, count) for r in results]
    return payable[[run.row for runs in found for run in runs]].tolist()


def _start(pool: Pool, bought: list[int], payable: Rows) -> int:
    new = np.sum([~np.isin(v[payable], v[bought]) for v in pool.x.values()], axis=0)
    return int(payable[np.lexsort([pool.cost[payable], -new])[0]])


def cheapest(pool: Pool, bought: list[int], payable: Rows) -> list[int]:
    """Return the cheapest run."""
    return [int(payable[np.argmin(pool.cost[payable])])]


def random(seed: int) -> Method:
    """Return a method that draws runs."""
    rng = np.random.default_rng(seed)
    return lambda pool, bought, payable: [int(rng.choice(payable))]


def buy(pool: Pool, method: Method) -> list[list[int]]:
    """Return the runs that each share of the total cost bought."""
    bought: list[int] = []
    out = []
    for percent in pool.percent:
        budget = percent / 100 * pool.cost.sum() * (1 + 1e-12)
        while len(payable := _payable(pool, bought, budget)):
            for row in method(pool, bought, payable):
                if row in _payable(pool, bought, budget):
                    bought.append(row)
        out.append(list(bought))
    return out


def _payable(pool: Pool, bought: list[int], budget: float) -> Rows:
    left = budget - pool.cost[bought].sum()
    return np.setdiff1d(np.flatnonzero(pool.cost <= left), bought)


def r2(group: Sequence[Pool], rows: Sequence[list[int]]) -> float:
    """Return the R2 of the target losses over the pools of a task that a law could be fitted to."""
    loss, predicted = [], []
    for pool, bought in zip(group, rows, strict=True):
        for result, truth in zip(pool.fit(bought, 0), pool.target_losses, strict=False):
            loss.append(truth)
            predicted.append(result.value(pool.target))
    if not loss:
        return -1.0
    y, p = np.concatenate(loss), np.concatenate(predicted)
    return max(-1.0, float(1.0 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2)))


def by_share(group: Sequence[Pool], method: Method) -> Array:
    """Return the R2 at each share."""
    plans = [buy(pool, method) for pool in group]
    return np.array([r2(group, rows) for rows in zip(*plans, strict=True)])


def main() -> None:
    """Print the table, and its means over the tasks."""
    tasks: dict[str, list[Pool]] = {}
    for task, pool in pools():
        tasks.setdefault(task, []).append(pool)
    heads = ("random", "cheapest", "suggested")
    print("R2 on the target at 1, 5, 10 % (sparsity, domain: 20, 35, 50 %) of the cost of the pool")
    print("\n" + f"{'':<10}" + "".join(f"{h:>20}" for h in heads) + f"{'all':>7}{'seconds':>9}")
    found = []
    for task, group in tasks.items():
        begun = time.perf_counter()
        orders = np.mean([by_share(group, random(seed)) for seed in range(ORDERS)], axis=0)
        columns = [orders, by_share(group, cheapest), by_share(group, suggested)]
        every = r2(group, [list(range(len(pool.cost))) for pool in group])
        found.append([*np.concatenate(columns), every])
        print(_line(task, found[-1]) + f"{time.perf_counter() - begun:>9.0f}", flush=True)
        *theirs, theirs_all = PUBLISHED[task]
        print(_line("  published", [*np.concatenate(theirs), theirs_all]))
    means = np.mean(found, axis=0)
    print(_line("mean", means))
    by_random, by_price, by_suggestion = means[[2, 5, 8]]
    assert by_suggestion > max(by_random, by_price), "suggested runs are not the best"


def _line(name: str, numbers: Sequence[float]) -> str:
    parts = [numbers[i : i + 3] for i in (0, 3, 6)]
    cells = ["".join(f"{v:>6.2f}" for v in part) for part in parts]
    return f"{name:<12}" + "  ".join(f"{cell:>18}" for cell in cells) + f"{numbers[9]:>7.2f}"


if __name__ == "__main__":
    main()
