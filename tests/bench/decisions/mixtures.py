"""How far published blends lie from the mean of their parts, in units of the spread of the parts.

Each run of a set is written, where it can be, as a weighted mean of the *proportions* of two or
more other runs of the same size and length. Those runs are the parts, and the run is their blend.
Under the quadratic mixture model of ``assay.allocation.interactions`` the mean of the losses of the
parts minus the loss of the blend is ``sum 4 b_ij w_i w_j``; printed is the mean ``b`` as a share of
the spread of the parts' losses, over all runs, ways to write them, and validation domains.

python tests/bench/decisions/mixtures.py
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

DATA = Path(__file__).parents[2] / "data"
WAYS = 4
LEAST_PRODUCT = 0.3
"""Blends that are nearly one part say nothing."""
LEAST_SPREAD = 0.02
"""Parts that differ by less, in nats, say nothing either: noise is as large."""


def sets():
    """Yield a name, proportions and losses for each set of runs of one size and length."""
    rows = list(csv.DictReader((DATA / "data_mixing_laws" / "5Mix.csv").open()))
    losses = [c for c in rows[0] if c not in {"size", "mixture", "step"}]
    for size in ("70M", "160M", "305M", "410M"):
        some = {r["mixture"]: r for r in rows if r["size"] == size and r["step"] == "30000"}
        shares = np.array([[float(s) for s in w.split("-")] for w in some])
        yield f"5Mix {size}", shares, _numbers(list(some.values()), losses)


def _numbers(rows, columns):
    found = np.array([[float(r[c] or "nan") for c in columns] for r in rows])
    return found[:, np.isfinite(found).all(axis=0)]


def written_as_means(shares, rng):
    """Yield a run and its weights over all runs, several ways for each run."""
    for run in rng.permutation(len(shares))[:120]:
        others = np.delete(np.arange(len(shares)), run)
        distance = np.abs(shares[others] - shares[run]).sum(axis=1)
        for _ in range(WAYS):
            found = linprog(
                rng.random(len(others)) - 0.3 * distance,
                A_eq=np.vstack([shares[others].T, np.ones(len(others))]),
                b_eq=np.append(shares[run], 1.0),
            )
            if found.status == 0:
                weights = np.zeros(len(shares))
                weights[others] = found.x
                yield run, weights


def effects(shares, losses, rng):
    """Return the mean ``b`` over the spread of the parts, for all blends and domains."""
    found = []
    for run, weights in written_as_means(shares, rng):
        product = 2.0 * (1.0 - float((weights**2).sum()))
        parts = losses[weights > 1e-6]
        spread = np.ptp(parts, axis=0)
        told = spread > LEAST_SPREAD
        if product >= LEAST_PRODUCT and told.any():
            found.append(((weights @ losses - losses[run]) / product / spread)[told])
    return np.concatenate(found)


def main():
    """Print a table."""
    rng = np.random.default_rng(0)
    print(f"{'set':<16} {'blends':>7} {'b > 0':>6} {'10%':>7} {'median':>7} {'90%':>7} {'rms':>6}")
    for name, shares, losses in sets():
        found = effects(shares / shares.sum(axis=1, keepdims=True), losses, rng)
        low, middle, high = np.quantile(found, [0.1, 0.5, 0.9])
        size = float(np.sqrt(np.mean(np.clip(found, -1.0, 1.0) ** 2)))
        print(
            f"{name:<16} {len(found):>7} {np.mean(found > 0):>6.2f} {low:>+7.2f} {middle:>+7.2f} "
            f"{high:>+7.2f} {size:>6.2f}"
        )


if __name__ == "__main__":
    main()
