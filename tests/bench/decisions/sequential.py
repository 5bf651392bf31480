"""Studies that choose their runs one after the other: how often do they buy what they should not?

    python tests/bench/decisions/sequential.py [studies] [processes] [uncounted]

simulates studies of three sources and a control with known power laws. Each starts with three
budgets of two seeds, and then makes the runs that the verdict names, as `assay run --pilot` does,
until the verdict stands, the purse (nine times the cost of the start) is spent, or nothing
affordable is worth running. All looks are counted. The deciding setting is 32 times the smallest
budget. Four kinds of truth, a quarter of the studies each:

* "apart": three sources drawn at random. A purchase is false if the source is not the best.
* "copies": two copies of the best source. Any purchase is false.
* "useless": two copies of the control and a worse source. Any purchase of a source is false.
* "ties": two copies and a worse source, with a least gain of 1% of the loss. They should be tied.

Checked, up to three standard errors: at most 5% false purchases in each kind, and at least 80% of
the ties are called. With a third argument, "uncounted", looks are not counted: nothing is checked.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import assay
from assay.comparison import Comparison
from assay.comparison.records import Suggestion

Array = NDArray[np.float64]
CENTER = 2.0**16
START = 2.0 ** np.arange(14, 17)
DECIDING = 2.0**19
SEEDS = 2
PURSE = 9.0
RESAMPLES = 1000
GROWTH = 0.25
"""As in ``assay.study.loop``: a step costs about this share of what was spent before."""
FALSE = 0.05
POWER = 0.8
SLACK = 3.0
KINDS = ("apart", "copies", "useless", "ties")


@dataclass(frozen=True)
class Outcome:
    """How one study ended."""

    kind: str
    verdict: str
    right: bool
    false: bool
    looks: int
    spent: float


def loss(law: Array, tokens: Array | float) -> Array:
    """Return ``E + A (tokens / 2^16)^-alpha``."""
    return np.asarray(law[0] + law[1] * (np.asarray(tokens) / CENTER) ** -law[2])


def draw_laws(kind: str, rng: np.random.Generator) -> dict[str, Array]:
    """Draw the control and three sources."""
    names = ("control", "a", "b", "c")
    floor, reach, slope = rng.uniform(1.2, 2.5), rng.uniform(0.5, 1.5), rng.uniform(0.15, 0.6)
    control = np.array([floor, reach, slope])
    gains = np.sort(rng.uniform(0.0, 0.15, 3))[::-1]
    slopes = rng.uniform(0.9, 1.1, 3)
    sources = [control * np.array([1.0 - g, 1.0, s]) for g, s in zip(gains, slopes, strict=True)]
    if kind in ("copies", "ties"):
        best = control * np.array([1.0 - rng.uniform(0.05, 0.15), 1.0, 1.0])
        sources = [best, best, best * np.array([1.03, 1.0, 1.0])]
    if kind == "useless":
        sources = [control, control, control * np.array([1.03, 1.0, 1.0])]
    return dict(zip(names, (control, *sources), strict=True))


@dataclass
class Bought:
    """Runs that were made, and what they cost."""

    laws: Mapping[str, Array]
    noise: float
    rng: np.random.Generator

    def __post_init__(self) -> None:
        """Start with nothing."""
        self.table: dict[str, list[object]] = defaultdict(list)
        self.spent = 0.0
        self.seeds: Counter[tuple[str, float]] = Counter()

    def run(self, source: str, tokens: float) -> None:
        """Make one run with a new seed."""
        seen = float(loss(self.laws[source], tokens)) * np.exp(self.noise * self.rng.normal())
        row = {"source": source, "tokens": tokens, "loss": seen}
        for name, value in {**row, "seed": self.seeds[source, tokens]}.items():
            self.table[name].append(value)
        self.seeds[source, tokens] += 1
        self.spent += tokens


def study(kind: str, seed: int, counted: bool) -> Outcome:
    """Run one study to its end."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    laws, noise = draw_laws(kind, rng), rng.uniform(0.001, 0.005)
    bought = Bought(laws, noise, rng)
    for name in laws:
        for tokens in START:
            for _ in range(SEEDS):
                bought.run(name, float(tokens))
    purse = (1.0 + PURSE) * bought.spent
    least = 0.01 * float(loss(laws["a"], DECIDING)) if kind == "ties" else 0.0
    for look in range(1, 1000):
        fits = assay.fit(bought.table, law="power", seed="seed", resamples=RESAMPLES)
        compared = assay.compare(
            fits,
            at=DECIDING,
            least_gain=least,
            purse=purse - bought.spent,
            looks=look if counted else 1,
        )
        step = next_step(compared.verdict.runs, bought.spent)
        if not step:
            return outcome(kind, compared, laws, look, bought.spent / purse)
        for run in step:
            for _ in range(run.repeats):
                bought.run(run.source, run.tokens)
    raise AssertionError("a study did not end")


def next_step(runs: Sequence[Suggestion], spent: float) -> list[Suggestion]:
    """Return the runs before the next decision: the first, and more while the step is small."""
    taken: list[Suggestion] = []
    for run in runs:
        if taken and sum(one.cost for one in taken) + run.cost > GROWTH * spent:
            break
        taken.append(run)
    return taken


def outcome(
    kind: str, compared: Comparison, laws: Mapping[str, Array], look: int, spent: float
) -> Outcome:
    """Judge the last verdict by the truth."""
    verdict = compared.verdict
    at = {name: float(loss(law, DECIDING)) for name, law in laws.items()}
    best = min(at, key=lambda name: at[name])
    buys = verdict.kind == "buy" and verdict.source != "control"
    right = {
        "apart": verdict.kind == "buy" and verdict.source == best,
        "copies": verdict.kind != "buy",
        "useless": not buys,
        "ties": verdict.kind == "tied" and set(verdict.tied) <= {"a", "b"},
    }[kind]
    false = {
        "apart": verdict.kind == "buy" and verdict.source != best,
        "copies": verdict.kind == "buy",
        "useless": buys,
        "ties": verdict.source == "c" and verdict.kind in ("buy", "tied"),
    }[kind]
    return Outcome(kind, verdict.kind, right, false, look, spent)


def _one(job: tuple[str, int, bool]) -> Outcome:
    return study(*job)


def show(title: str, outcomes: list[Outcome]) -> None:
    """Print a line for each kind of truth."""
    print(f"\n{title}\n{'truth':<10}{'studies':>8}{'right':>8}{'false':>8}{'looks':>7}{'spent':>8}"
          f"  verdicts")  # fmt: skip
    for kind in KINDS:
        these = [one for one in outcomes if one.kind == kind]
        said = ", ".join(f"{k} {n}" for k, n in Counter(o.verdict for o in these).most_common())
        print(
            f"{kind:<10}{len(these):>8}{np.mean([o.right for o in these]):>8.1%}"
            f"{np.mean([o.false for o in these]):>8.1%}{np.mean([o.looks for o in these]):>7.1f}"
            f"{np.mean([o.spent for o in these]):>8.0%}  {said}"
        )


def promised(outcomes: list[Outcome]) -> None:
    """Check what is promised, up to chance."""
    for kind in KINDS:
        false = [one.false for one in outcomes if one.kind == kind]
        slack = SLACK * np.sqrt(FALSE * (1 - FALSE) / len(false))
        assert np.mean(false) <= FALSE + slack, f"{kind}: {np.mean(false):.1%} false purchases"
    called = [one.right for one in outcomes if one.kind == "ties"]
    slack = SLACK * np.sqrt(POWER * (1 - POWER) / len(called))
    assert np.mean(called) >= POWER - slack, f"{np.mean(called):.1%} of the ties are called"


def main(studies: int, processes: int, counted: bool) -> None:
    """Simulate, print and check."""
    jobs = [(KINDS[i % len(KINDS)], i, counted) for i in range(studies)]
    with ProcessPoolExecutor(processes) as pool:
        outcomes = list(pool.map(_one, jobs, chunksize=4))
    show("looks counted" if counted else "looks not counted", outcomes)
    if counted:
        promised(outcomes)


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:3]]
    main(*(numbers + [1000, 2][len(numbers) :]), counted="uncounted" not in sys.argv)
