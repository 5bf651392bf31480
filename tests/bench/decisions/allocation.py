"""Allocations on simulated truths, beside the best that could have been bought.

Each truth draws laws of three to six sources with repetition, prices with fixed fees and prices by
volume, caps, what blending every pair does beyond the mean, and a question: one total cost, or an
anneal of one length with a limit for text. Ladders of runs with noise go through ``assay.fit`` and
``assay.allocate``; the blend that it proposes is run, and it allocates again. The oracle knows the
truth and searches it by brute force.

python tests/bench/decisions/allocation.py [truths]
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import numpy as np

import assay
from assay.allocation import proposed_blend
from assay.comparison.fixed_anneal import AnnealSetting
from assay.comparison.offers import Offer
from assay.sources import PricedSource, SupplyCurve, Tier
from assay.units import Cost, Quantity

BUDGETS = 1e6 * 2.0 ** np.arange(5)
CENTER = 4e6
SEEDS = 2
NOISE = 0.003
"""Standard deviation of one run, in log loss."""
TRAINING = 1e-6
"""USD for training on a token."""
SHARE = 0.5
EPOCHS_MAX = 4.0
ROUNDS = 2
PROCESSES = 2
RESAMPLES = 60
BAR = 0.03


@dataclass(frozen=True)
class TrueLaw:
    """The true loss of anneals on one source; it stands in for a fit."""

    floor: float
    reducible: float
    exponent: float
    returns: float

    def value(self, x):
        """Return the loss at columns ``tokens`` and ``epochs``."""
        epochs = np.maximum(x["epochs"], 1.0)
        again = 1.0 + self.returns * -np.expm1(-(epochs - 1.0) / self.returns)
        tokens = x["tokens"] / epochs * again
        return self.floor + self.reducible * (tokens / CENTER) ** -self.exponent


@dataclass(frozen=True)
class Truth:
    """Sources as they are, and what is asked."""

    laws: dict[str, TrueLaw]
    prices: dict[str, PricedSource]
    effects: np.ndarray
    """``(sources, sources)``, symmetrical: nats that half of each gains over their mean."""
    total: float | None
    length: float | None
    text_limit: float | None

    @property
    def sources(self):
        """The sources, without the control."""
        return [name for name in self.laws if name != "control"]

    def losses(self, tokens, shares, epochs):
        """Return true losses of mixes: ``(n,)`` lengths, ``(n, sources + 1)`` shares and epochs."""
        alone = np.stack(
            [
                law.value({"tokens": tokens, "epochs": epochs[:, i]})
                for i, law in enumerate(self.laws.values())
            ],
            axis=1,
        )
        parts = shares[:, :-1]
        blending = 2.0 * np.einsum("ni,ij,nj->n", parts, self.effects, parts)
        return (shares * alone).sum(axis=1) - blending

    def text(self, unique):
        """Return what unique tokens ``(n, sources)`` cost."""
        priced = [self.prices[name].supply for name in self.sources]
        return sum(np.asarray(one.cost(unique[:, i]).usd) for i, one in enumerate(priced))

    def handicap(self, text):
        """Return the loss that the best other use of the money takes away."""
        if self.length is None:
            return np.zeros_like(text)
        offers = {n: Offer(law, self.prices[n]) for n, law in self.laws.items()}
        known = {n: _Axis(o) for n, o in offers.items()}
        return AnnealSetting(known, self.length, "usd").other_use(text)


@dataclass(frozen=True)
class _Axis:
    """An offer whose law is the truth."""

    offer: Offer

    @property
    def fit(self):
        return self.offer.fit

    @property
    def price(self):
        return self.offer.price

    def predictors(self, tokens):
        return {"tokens": tokens, "epochs": self.price.epochs(tokens)}


def draw_truth(rng):
    """Draw a truth."""
    count = int(rng.integers(3, 7))
    names = [f"s{i}" for i in range(count)]
    gains = rng.uniform(0.02, 0.35, count)
    laws = {n: _law(rng, 3.0 - g, 0.1, 0.3) for n, g in zip(names, gains, strict=True)}
    laws["control"] = _law(rng, 3.0, 0.05, 0.15)
    effects = np.zeros((count, count))
    for i, j in combinations(range(count), 2):
        effects[i, j] = effects[j, i] = rng.normal(0.1, 0.2) * max(gains[i], gains[j])
    fixed = bool(rng.random() < 0.5)
    total, length = (None, 3.2e7) if fixed else (float(rng.uniform(20.0, 80.0)), None)
    scale = SHARE * (length or total / TRAINING)
    prices = {n: _price(rng, n, scale) for n in names}
    prices["control"] = _priced("control", SupplyCurve(Cost(), (), np.inf), 0.0, 1.0)
    limit = float(rng.uniform(4.0, 30.0)) if fixed else None
    return Truth(laws, prices, effects, total, length, limit)


def _law(rng, loss, low, high):
    reducible = rng.uniform(0.6, 1.0)
    return TrueLaw(loss - reducible, reducible, rng.uniform(low, high), rng.uniform(3.0, 20.0))


def _price(rng, name, scale):
    cap = scale * float(np.exp(rng.uniform(np.log(0.1), np.log(3.0))))
    each = TRAINING * float(np.exp(rng.uniform(np.log(0.1), np.log(5.0))))
    fee = float(rng.uniform(0.5, 5.0)) if rng.random() < 0.5 else 0.0
    tiers = [Tier(cap, Cost(usd=each))]
    if rng.random() < 0.4:
        tiers = [Tier(cap / 3, Cost(usd=each)), Tier(cap, Cost(usd=each * rng.uniform(0.5, 1.5)))]
    return _priced(name, SupplyCurve(Cost(usd=fee), tuple(tiers), cap), SHARE, EPOCHS_MAX)


def _priced(name, supply, share, epochs_max):
    return PricedSource(
        name=name,
        supply=supply,
        training_per_token=Cost(usd=TRAINING),
        candidate_share=share,
        epochs_max=epochs_max,
    )


def observe(truth, mixes, rng):
    """Fit ladders of runs of mixes by name; the larger budgets are repeated four times as well."""
    rows = []
    for name, shares in mixes.items():
        for tokens, epochs in [(b, 1.0) for b in BUDGETS] + [(b, 4.0) for b in BUDGETS[-3:]]:
            if epochs > 1.0 and name == "control":
                continue
            loss = truth.losses(np.array([tokens]), shares[None], np.full((1, len(shares)), epochs))
            for seed in range(SEEDS):
                noisy = float(loss[0]) * np.exp(NOISE * rng.standard_normal())
                rows.append((name, tokens, epochs, seed, noisy))
    columns = ("source", "tokens", "epochs", "seed", "loss")
    table = dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
    return assay.fit(table, seed="seed", resamples=RESAMPLES)


def allocate(truth, rng):
    """Allocate, run the proposed blend, and allocate again; return the last allocation."""
    names = list(truth.laws)
    fits = dict(observe(truth, {n: np.eye(len(names))[i] for i, n in enumerate(names)}, rng))
    blends = {}
    for left in reversed(range(ROUNDS)):
        found = assay.allocate(
            fits,
            truth.prices,
            at=None if truth.total is None else Quantity(truth.total, "usd"),
            anneal_tokens=truth.length,
            text_limit=truth.text_limit,
            blends=blends,
        )
        proposed = proposed_blend(found)
        if not left or not proposed or any(_near(proposed, known) for known in blends.values()):
            return found
        name = f"blend{len(blends)}"
        shares = np.array([proposed.get(n, 0.0) for n in names])
        fits |= observe(truth, {name: shares}, rng)
        blends[name] = dict(proposed)
    return found


def _near(one, other):
    return sum(abs(one.get(n, 0.0) - other.get(n, 0.0)) for n in {*one, *other}) < 0.1


@dataclass(frozen=True)
class Scored:
    """Mixes with their true scores; ``inf`` where a limit is broken."""

    tokens: np.ndarray
    shares: np.ndarray
    epochs: np.ndarray
    scores: np.ndarray


def score(truth, tokens, shares, epochs):
    """Score mixes by the truth; epochs rise where the cap asks for it."""
    drawn = SHARE * tokens[:, None] * shares[:, :-1]
    caps = np.array([truth.prices[n].supply.cap for n in truth.sources])
    epochs = np.maximum(epochs, 1.0)
    epochs[:, :-1] = np.maximum(epochs[:, :-1], drawn / caps)
    epochs[:, -1] = 1.0
    unique = drawn / epochs[:, :-1]
    text = truth.text(unique)
    good = (epochs[:, :-1] <= EPOCHS_MAX).all(axis=1)
    if truth.total is not None:
        good &= text + TRAINING * tokens <= truth.total
    else:
        good &= text <= truth.text_limit
    scores = truth.losses(tokens, shares, epochs) + truth.handicap(text)
    return Scored(tokens, shares, epochs, np.where(good, scores, np.inf))


def oracle(truth, start, rng):
    """Return the best true score: 200,000 mixes at random, then 40 rounds of smaller steps."""
    count = len(truth.laws)
    shares = rng.dirichlet(np.full(count, 0.35), 200_000)
    shares = np.where(shares < 0.02, 0.0, shares)
    shares /= shares.sum(axis=1, keepdims=True)
    most = truth.length if truth.total is None else truth.total / TRAINING
    low = most if truth.total is None else 5e5
    tokens = np.exp(rng.uniform(np.log(low), np.log(most), len(shares)))
    epochs = np.exp(rng.uniform(0.0, np.log(EPOCHS_MAX), shares.shape))
    epochs[::2] = 1.0
    found = score(truth, tokens, shares, epochs)
    best = np.argsort(found.scores)[:8]
    centres = [(found.tokens[k], found.shares[k], found.epochs[k], found.scores[k]) for k in best]
    centres.append(start)
    return min(_climbed(truth, centre, most, rng) for centre in centres)


def _climbed(truth, centre, most, rng, steps=400, rounds=40):
    tokens, shares, epochs, best = centre
    for step in np.geomspace(0.3, 1e-3, rounds):
        near = tokens * np.exp(step * rng.standard_normal(steps))
        near = np.full(steps, tokens) if truth.total is None else np.minimum(near, most)
        moved = shares * np.exp(step * rng.standard_normal((steps, len(shares))))
        moved[: steps // 4] += 0.2 * step * rng.random((steps // 4, len(shares)))
        moved /= moved.sum(axis=1, keepdims=True)
        passes = epochs * np.exp(step * rng.standard_normal((steps, len(shares))))
        found = score(truth, near, moved, passes)
        k = int(np.argmin(found.scores))
        if found.scores[k] < best:
            tokens, shares, epochs, best = (
                found.tokens[k],
                found.shares[k],
                found.epochs[k],
                found.scores[k],
            )
    return float(best)


def as_mix(truth, found):
    """Return an allocation as length, shares and epochs."""
    portions = {one.source: one for one in found.portions}
    shares = np.array([portions[n].share if n in portions else 0.0 for n in truth.laws])
    epochs = np.array([portions[n].epochs if n in portions else 1.0 for n in truth.laws])
    return found.tokens, shares, epochs


def broken(truth, found):
    """Return how many limits an allocation breaks."""
    bad = sum(one.unique > truth.prices[one.source].supply.cap for one in found.bought)
    bad += sum(one.epochs > EPOCHS_MAX for one in found.bought)
    if truth.total is not None:
        return bad + (found.total > truth.total)
    return bad + (found.text["usd"] > truth.text_limit) + (found.tokens != truth.length)


def judged(seed):
    """Return regret as a share of the oracle's gain, broken limits, and seconds to allocate."""
    rng = np.random.default_rng(seed)
    truth = draw_truth(rng)
    started = time.perf_counter()
    found = allocate(truth, rng)
    seconds = time.perf_counter() - started
    tokens, shares, epochs = as_mix(truth, found)
    unlimited = Scored(*(np.array([part]) for part in (tokens, shares, epochs)), np.zeros(1))
    text = np.array([found.text["usd"]])
    mine = truth.losses(unlimited.tokens, unlimited.shares, unlimited.epochs) + truth.handicap(text)
    mine = float(mine[0])
    best = min(oracle(truth, (tokens, shares, epochs, mine), rng), mine)
    idle = truth.length or truth.total / TRAINING
    control = float(truth.laws["control"].value({"tokens": idle, "epochs": 1.0}))
    gain = control - best
    regret = (mine - best) / gain if gain > 1e-4 else 0.0
    return regret, broken(truth, found), seconds, len(found.bought), truth.total is None


def main():
    """Print the distribution of regret; fail if a bar is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with ProcessPoolExecutor(PROCESSES) as pool:
        rows = []
        for row in pool.map(judged, range(count)):
            rows.append(row)
            print(f"{len(rows)} of {count}: regret {row[0]:.2%}", file=sys.stderr, flush=True)
    regret, bad, seconds, bought, anneal = map(np.array, zip(*rows, strict=True))
    for name, some in (("all", regret > -1), ("one length", anneal), ("one total", ~anneal)):
        middle, high = np.quantile(regret[some], [0.5, 0.9])
        print(
            f"{name:<11} {some.sum():>4} truths: regret {middle:.2%} of the oracle's gain in the "
            f"median, {high:.2%} at 90%"
        )
    print(
        f"broken limits: {bad.sum()}; sources bought: {bought.mean():.1f} on average; "
        f"{np.median(seconds):.1f} s with fits"
    )
    if bad.sum() or np.median(regret) > BAR:
        raise SystemExit(f"a bar is missed: {bad.sum()} broken limits, {np.median(regret):.2%}")


if __name__ == "__main__":
    main()
