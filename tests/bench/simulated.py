"""Do intervals, crossings and verdicts hold where the truth is known?

    python tests/bench/simulated.py [studies]

simulates studies of sources with known power laws: five budgets a factor of two apart, two seeds
each, run noise of 0.1% to 0.5% of the loss. It prints the coverage of 95% intervals at the budgets
and beyond them, where the truth is the law and where it is "bent": it leaves the law beyond the
data as published ladders do, by 2% of the loss per decade within a factor of two. It prints how
often two copies of one source are said to cross or one of them is bought, and how often planted
crossings are found, beside what the same runs allow an oracle that knows the law's form and the
noise. Of a new run the chance to fall into its interval is counted, not one run. What is promised,
such as 93 to 97% within the budgets, is checked up to three standard errors.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

import assay

Array = NDArray[np.float64]
BUDGETS = 2.0 ** np.arange(14, 19)
CENTER = 2.0**16
SEEDS = 2
RESAMPLES = 300
LEVEL = 0.95
COVERED = (0.93, 0.97)
SLACK = 3.0
"""Standard errors by which a simulated share may miss what is promised."""
PLACES = {"smallest budget": -2, "middle budget": 0, "largest budget": 2, "2x beyond": 3, "8x": 5}


def loss(law: Array, tokens: Array) -> Array:
    """Return ``E + A (tokens / 2^16)^-alpha``."""
    return np.asarray(law[0] + law[1] * (tokens / CENTER) ** -law[2])


def draw_law(rng: np.random.Generator) -> Array:
    """Draw floor, reducible loss and exponent as annealing ladders show them."""
    return np.array([rng.uniform(1.2, 2.5), rng.uniform(0.5, 1.5), rng.uniform(0.15, 0.6)])


def measure(laws: dict[str, Array], noise: float, rng: np.random.Generator) -> assay.Fits:
    """Run a study and fit it."""
    table = defaultdict(list)
    for name, law in laws.items():
        for seed in range(SEEDS):
            seen = loss(law, BUDGETS) * np.exp(noise * rng.standard_normal(len(BUDGETS)))
            table["source"] += [name] * len(BUDGETS)
            table["seed"] += [seed] * len(BUDGETS)
            table["tokens"] += BUDGETS.tolist()
            table["loss"] += seen.tolist()
    seed = int(rng.integers(2**31))
    return assay.fit(table, law="power", seed="seed", resamples=RESAMPLES, random_state=seed)


def coverage(studies: int, rng: np.random.Generator) -> None:
    """Print how often 95% intervals hold the true mean and a new run, and their widths."""
    kinds = ("mean", "run", "bent mean", "bent run")
    inside, widths = defaultdict(list), defaultdict(list)
    for _ in range(studies):
        law, noise = draw_law(rng), rng.uniform(0.001, 0.005)
        result = measure({"a": law, "b": draw_law(rng)}, noise, rng)["a"]
        bend = 0.02 * 2.0 ** rng.standard_normal() * rng.standard_normal()
        for place, steps in PLACES.items():
            at = np.array([CENTER * 2.0**steps])
            mean = float(loss(law, at)[0])
            bent = mean * np.exp(bend * max(steps - 2, 0) * np.log10(2.0))
            for kind, value in zip(kinds, (mean, mean, bent, bent), strict=True):
                which = kind.split()[-1]
                columns = result.predict({"tokens": at}, LEVEL, kind=which)
                lower, upper = columns["lower"][0], columns["upper"][0]
                scatter = noise if which == "run" else 1e-12
                ends = np.log(np.array([lower, upper]) / value) / scatter
                inside[place, kind].append(float(np.diff(ndtr(ends))[0]))
                widths[place, kind].append((upper - lower) / mean)
    print(f"Coverage of {LEVEL:.0%} intervals (median width), {studies} studies\n")
    print(f"{'at':<18}" + "".join(f"{kind:>18}" for kind in kinds))
    for place in PLACES:
        cells = [
            f"{np.mean(inside[place, kind]):.1%} ({np.median(widths[place, kind]):.2%})"
            for kind in kinds
        ]
        print(f"{place:<18}" + "".join(f"{cell:>18}" for cell in cells))
    for (place, kind), shares in inside.items():
        if "budget" in place:
            promised(f"coverage of a {kind} at the {place}", shares, *COVERED)


def promised(what: str, shares: ArrayLike, low: float, high: float) -> None:
    """Check that a share lies where it should, up to chance."""
    slack = SLACK * float(np.std(shares)) / np.sqrt(len(shares))
    found = float(np.mean(shares))
    assert low - slack <= found <= high + slack, f"{what}: {found:.1%}"


def twins(studies: int, rng: np.random.Generator) -> None:
    """Print how often two copies of one source are told apart."""
    crossed, bought, differ = [], [], []
    for _ in range(studies):
        law = draw_law(rng)
        fits = measure({"a": law, "b": law}, rng.uniform(0.001, 0.005), rng)
        compared = assay.compare(fits, confidence=LEVEL)
        difference = compared.difference("a", "b")
        crossed.append(bool(compared.crossings))
        bought.append(compared.verdict.kind == "buy")
        differ.append(not difference.lower <= 0.0 <= difference.upper)
    print(f"\nTwo copies of one source, {studies} studies")
    print(f"  said to cross                  {np.mean(crossed):>8.1%}")
    print(f"  one is bought                  {np.mean(bought):>8.1%}")
    print(f"  difference excludes zero       {np.mean(differ):>8.1%}")
    promised("copies that cross", crossed, 0.0, 0.05)
    promised("copies that are bought", bought, 0.0, 0.07)


def crossings(studies: int, rng: np.random.Generator) -> None:
    """Print how often a planted crossing in the middle of the ladder is found."""
    found, oracle, held = [], [], []
    for _ in range(studies):
        steep, noise = draw_law(rng), rng.uniform(0.001, 0.005)
        flat = steep * np.array([1.0, 1.0, rng.uniform(0.6, 1.0)])
        compared = assay.compare(measure({"a": steep, "b": flat}, noise, rng), confidence=LEVEL)
        [pair] = compared.deciding.pairs
        says = pair.crossing is not None and pair.crossing.found
        found.append(says)
        if says:
            cost = pair.crossing.cost
            held.append(cost.lower <= CENTER <= cost.upper)
        oracle.append(_oracle(steep, flat, noise))
    print(f"\nPlanted crossings, {studies} studies")
    print(f"  found                          {np.mean(found):>8.1%}")
    print(f"  an oracle would find           {np.mean(oracle):>8.1%}")
    print(f"  its interval holds the truth   {np.mean(held):>8.1%}")
    promised("crossings found less what an oracle finds", np.subtract(found, oracle), -0.05, 0.05)


def _oracle(steep: Array, flat: Array, noise: float) -> float:
    """Return the chance that a study shows the order at both ends, the noise being known.

    The difference of the two fitted laws at an end is Gaussian with the variance of least squares
    in the log loss. Both ends must show their order with probability ``LEVEL``.
    """
    ends = BUDGETS[[0, -1]]
    signal = np.abs(loss(steep, ends) - loss(flat, ends))
    error = np.sqrt(_variance(steep, ends, noise) + _variance(flat, ends, noise))
    normal = np.random.default_rng(0).standard_normal((4000, 2))
    return float(np.mean(np.all(signal / error + normal > 1.645, axis=1)))


def _variance(law: Array, at: Array, noise: float) -> Array:
    def slopes(tokens: Array) -> Array:
        decay = (tokens / CENTER) ** -law[2]
        return np.stack([np.ones_like(decay), decay, -law[1] * decay * np.log(tokens / CENTER)], 1)

    weighted = slopes(BUDGETS) / loss(law, BUDGETS)[:, None]
    covariance = np.linalg.inv(SEEDS * weighted.T @ weighted) * noise**2
    return np.einsum("np,pq,nq->n", slopes(at), covariance, slopes(at))


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for part in (coverage, twins, crossings):
        part(count, np.random.default_rng(1))
