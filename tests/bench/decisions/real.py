"""Two studies on real text, their largest budgets predicted before they were run.

    python tests/bench/decisions/real.py            how right the sealed predictions were
    python tests/bench/decisions/real.py --seal     predict from the ladders alone

Each study has a folder in ``tests/data/decisions``: ``ladder.csv`` with the runs up to 262,144
trained tokens, ``prices.toml``, ``sealed.json`` with what was predicted from these of larger
anneals, and ``larger.csv`` with the anneals, which were run after ``sealed.json`` was committed.
The folder's README says where the text is from and how it was made.

Printed, for each study: the error of the sealed predictions, how many of their 95% intervals for
one run hold, how many pairs of sources they order rightly at equal trained tokens, and the regret
of buying what they rank first at one total cost, beside the ranking by one budget for the same
spend: one run of 524,288 tokens a source costs as much as its ladder.
"""

from __future__ import annotations

import csv
import json
import sys
from itertools import combinations
from pathlib import Path

import numpy as np

import assay

DATA = Path(__file__).parents[2] / "data" / "decisions"
STUDIES = ("mathematics", "medicine-biology")
LARGER = (524_288, 1_048_576)
CONTROL = "control"
COVERAGE = 0.9


def seal(folder: Path) -> None:
    """Predict the larger anneals from the ladder alone, once."""
    path = folder / "sealed.json"
    if path.exists():
        sys.exit(f"{path} exists: what is sealed is not predicted again")
    path.write_text(json.dumps(predictions(folder), indent=1) + "\n")


def predictions(folder: Path) -> dict[str, object]:
    """Return the loss and interval of each larger anneal, and the order at one total cost."""
    fits = fitted(folder)
    losses = {}
    for source, fit in fits.items():
        at = {"tokens": np.array(LARGER, float), "epochs": epochs(folder, source)}
        found = fit.predict(at, kind="run")
        losses[source] = {
            str(tokens): [float(found[name][i]) for name in ("mean", "lower", "upper")]
            for i, tokens in enumerate(LARGER)
        }
    prices = assay.read_prices(folder / "prices.toml")
    amount = float(prices[CONTROL].total_cost(np.array(float(LARGER[-1]))).usd)
    comparison = assay.compare(fits, at=f"{amount} USD", cost=prices)
    order = [s.source for s in comparison.deciding.standings if s.tokens is not None]
    kind = comparison.verdict.kind
    return {"losses": losses, "usd": amount, "order": order, "verdict": kind}


def fitted(folder: Path) -> assay.Fits:
    """Fit the ladder as a study does; the loss of the unannealed base is the anchor."""
    rows = read(folder / "ladder.csv")
    base = [float(row["loss"]) for row in rows if row["source"] == "base"]
    runs = [row for row in rows if row["source"] != "base"]
    columns = {name: [row[name] for row in runs] for name in ("source", "seed")}
    columns |= {name: [float(r[name]) for r in runs] for name in ("tokens", "epochs", "loss")}
    return assay.fit(columns, seed="seed", anchor=base[0])


def epochs(folder: Path, source: str) -> np.ndarray:
    """Return the epochs of each larger anneal, which follow from cap and share."""
    price = assay.read_prices(folder / "prices.toml")[source]
    return np.asarray(price.epochs(np.array(LARGER, float)))


def read(path: Path) -> list[dict[str, str]]:
    """Read a table of runs."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def measured(folder: Path) -> dict[str, dict[int, float]]:
    """Return the mean loss of every source at every budget, ladder and larger anneals."""
    losses: dict[str, dict[int, list[float]]] = {}
    for row in [*read(folder / "ladder.csv"), *read(folder / "larger.csv")]:
        if row["source"] != "base":
            by_tokens = losses.setdefault(row["source"], {})
            by_tokens.setdefault(int(row["tokens"]), []).append(float(row["loss"]))
    return {
        source: {tokens: float(np.mean(values)) for tokens, values in sorted(found.items())}
        for source, found in losses.items()
    }


def judge(folder: Path) -> dict[str, float]:
    """Compare what was sealed with what came out."""
    sealed, truth = json.loads((folder / "sealed.json").read_text()), measured(folder)
    errors, inside = [], []
    for row in read(folder / "larger.csv"):
        mean, lower, upper = sealed["losses"][row["source"]][row["tokens"]]
        loss = float(row["loss"])
        errors.append(abs(mean - loss) / loss)
        inside.append(lower <= loss <= upper)
    sources = [source for source in truth if source != CONTROL]
    last = LARGER[-1]
    pairs = list(combinations(sources, 2))
    predicted = {source: sealed["losses"][source][str(last)][0] for source in sources}
    single = {source: truth[source][LARGER[0]] for source in sources}
    final = {source: truth[source][last] for source in sources}
    bought = at_cost(folder, truth, sealed["usd"])
    by_law = next(source for source in sealed["order"] if source in bought)
    by_one = min(bought, key=lambda source: single_at_cost(folder, truth, source))
    return {
        "error": float(np.mean(errors)),
        "coverage": float(np.mean(inside)),
        "pairs": len(pairs),
        "right by law": sum(same(predicted, final, pair) for pair in pairs),
        "right by one budget": sum(same(single, final, pair) for pair in pairs),
        "regret by law": bought[by_law] - min(bought.values()),
        "regret by one budget": bought[by_one] - min(bought.values()),
    }


def same(one: dict[str, float], other: dict[str, float], pair: tuple[str, str]) -> bool:
    """Tell whether a pair stands in the same order in both."""
    a, b = pair
    return (one[a] < one[b]) == (other[a] < other[b])


def at_cost(folder: Path, truth: dict[str, dict[int, float]], usd: float) -> dict[str, float]:
    """Return the measured loss of each source at one total cost, as far as it can be bought."""
    prices, losses = assay.read_prices(folder / "prices.toml"), {}
    for source, found in truth.items():
        tokens = float(prices[source].tokens_at(np.array(usd), "usd"))
        if source != CONTROL and min(found) <= tokens:
            logs = np.log(list(found))
            losses[source] = float(np.interp(np.log(tokens), logs, list(found.values())))
    return losses


def single_at_cost(folder: Path, truth: dict[str, dict[int, float]], source: str) -> float:
    """Return the loss of a source at the total cost of one run of the cheapest, no law."""
    prices = assay.read_prices(folder / "prices.toml")
    usd = float(prices[CONTROL].total_cost(np.array(float(LARGER[0]))).usd)
    known = {tokens: loss for tokens, loss in truth[source].items() if tokens <= LARGER[0]}
    return at_cost(folder, {source: known}, usd).get(source, np.inf)


def main() -> None:
    """Seal, or print how right what was sealed was."""
    if "--seal" in sys.argv:
        for study in STUDIES:
            seal(DATA / study)
        return
    held, count = 0.0, 0
    for study in STUDIES:
        found = judge(DATA / study)
        print(study, *(f"  {name:<22} {value:.4g}" for name, value in found.items()), sep="\n")
        runs = len(read(DATA / study / "larger.csv"))
        held, count = held + runs * found["coverage"], count + runs
        if found["regret by law"] > found["regret by one budget"] + 1e-9:
            sys.exit(f"{study}: the laws' choice is worse than that of one budget")
    if held / count < COVERAGE:
        sys.exit(f"only {held / count:.0%} of the intervals hold")


if __name__ == "__main__":
    main()
