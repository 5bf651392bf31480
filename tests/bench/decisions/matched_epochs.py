"""Which runs of a source that will repeat should repeat, on simulated ladders.

The truth is the law of repetition with E = 2 and A = 1 at a million tokens, alpha = .35, and noise
of .004 nats. The deciding point is four times the largest run and repeats the source e times. Each
design is fitted with ``law="auto"``; the table has the root mean square error, in nats, of the
prediction there at e epochs, and at 2 e, which is what buying half as much would be.

    python tests/bench/decisions/matched_epochs.py [STUDIES]
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assay.fitting import fit
from assay.ingest import Runs

Array = NDArray[np.float64]
NOISE = 0.004

DESIGNS: dict[str, Callable[[Array, Array], Array]] = {
    # Whether a run is fresh, by its rung (0 is the lowest) and seed.
    "none repeats": lambda rung, seed: rung >= 0,
    "all repeat": lambda rung, seed: rung < 0,
    "lowest rung fresh": lambda rung, seed: rung == 0,
    "two rungs fresh": lambda rung, seed: rung <= 1,
    "side by side on one": lambda rung, seed: (rung == 0) & (seed == 1),
    "side by side on two": lambda rung, seed: (rung <= 1) & (seed == 1),
}


def loss(tokens: Array, epochs: Array | float, returns: float) -> Array:
    """Muennighoff et al. 2023 (arXiv 2305.16264), equation 5, in nats."""
    effective = tokens / epochs * (1 + returns * -np.expm1(-(epochs - 1) / returns))
    return np.asarray(2.0 + (effective / 1e6) ** -0.35)


def errors(design: str, seeds: list[int], epochs: float, returns: float, study: int) -> list[float]:
    """Fit one simulated study and return its errors at the deciding point, at e and at 2 e."""
    rung = np.repeat(np.arange(len(seeds)), seeds)
    seed = np.concatenate([np.arange(count) for count in seeds])
    tokens = 1e6 * 2.0**rung
    passes = np.where(DESIGNS[design](rung, seed), 1.0, epochs)
    noise = np.random.default_rng(study).normal(0.0, NOISE, len(rung))
    columns = {
        "source": np.full(len(rung), "s"),
        "run": np.arange(len(rung)).astype(str),
        "tokens": tokens,
        "epochs": passes,
        "seed": seed,
        "loss": loss(tokens, passes, returns) + noise,
    }
    fitted = fit(Runs(columns, "simulated"), run="run", seed="seed", resamples=50)["s"]
    there = np.array([4.0 * tokens.max()])
    said = []
    for e in (epochs, 2.0 * epochs):
        at = {name: {"tokens": there, "epochs": np.array([e])}[name] for name in fitted.x}
        said.append(float(fitted.value(at)[0] - loss(there, e, returns)[0]))
    return said


def main(studies: int) -> None:
    """Print a table for each ladder, with a column for each truth."""
    truths = [(2.0, 5.0), (4.0, 15.0), (4.0, 2.0), (4.0, 0.5)]
    for seeds in ([2, 2, 2], [2, 2, 2, 2], [2, 2, 1, 1, 1], [2, 2, 1, 1, 1, 1]):
        print(f"\nseeds {seeds}: error at e, at 2 e")
        print(f"{'':20}" + "".join(f"{f'e = {e:g}, R = {r:g}':>16}" for e, r in truths))
        for design in DESIGNS:
            cells = []
            for epochs, returns in truths:
                found = [errors(design, seeds, epochs, returns, i) for i in range(studies)]
                cells.append(np.sqrt(np.mean(np.square(found), axis=0)))
            print(f"{design:20}" + "".join(f"{a:>9.4f} {b:.4f}" for a, b in cells))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
