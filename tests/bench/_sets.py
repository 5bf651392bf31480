"""Hold-out problems from published results: small runs to fit, larger ones to predict.

A problem is one evaluation set of one study. Rows that are not kept are held out: the larger models
(``gadre``, ``olmo``, ``mixing``), the larger budgets (``porian``, ``epoch``, ``gemstones``,
``misfitting``) or the authors' own test runs (``farseer``). Provenance is in each folder of
``tests/data``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import assay

Table = Mapping[str, NDArray[Any]]
Mask = NDArray[np.bool_]

DATA = Path(__file__).parents[1] / "data"
SIZES = ("params", "tokens")


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Runs of one or more sources on one evaluation set, some of them held out."""

    group: str
    name: str
    runs: Table
    """Columns ``source``, ``params``, ``tokens``, ``loss`` and, where rows share one, ``run``."""
    kept: Mask
    """Which rows may be fitted; the others are held out."""

    @property
    def run(self) -> str | None:
        """Column that names the run."""
        return "run" if "run" in self.runs else None

    def take(self, rows: Mask) -> Table:
        """Return some rows."""
        return {name: values[rows] for name, values in self.runs.items()}


def read(path: str) -> Table:
    """Return the columns of a table below ``tests/data``; whole numbers as floats."""
    columns = assay.read_runs(DATA / path).columns
    return {k: v.astype(float) if v.dtype.kind == "i" else v for k, v in columns.items()}


def level_problems() -> Iterator[Problem]:
    """Yield the problems whose losses are predicted: seven groups."""
    yield from gadre()
    yield from olmo()
    yield from farseer()
    yield from porian()
    yield from gemstones()
    yield from epoch()
    yield from misfitting()


def ranking_problems() -> Iterator[Problem]:
    """Yield the problems with several sources whose order is predicted.

    The last two have one or two smaller scales, too few for a law: persistence is all there is.
    """
    yield from gadre()
    yield from mixing()
    yield from dclm()
    yield from regmix()


def gadre() -> Iterator[Problem]:
    """Three sources on eight evaluation sets; 1.4B and 6.9B are held out."""
    table = read("gadre_overtraining/runs.csv")
    for name in (column for column in table if column.startswith("loss_")):
        yield _problem("gadre", name[5:], table, table["params"] < 1e9, loss=name)


def olmo() -> Iterator[Problem]:
    """One ladder on eleven evaluation sets; 3B, 7B and 13B are held out."""
    table = read("olmo_ladder/runs.csv")
    for name in (column for column in table if column.startswith("loss_")):
        yield _problem("olmo", name[5:], table, table["params"] < 3e9, loss=name)


def farseer() -> Iterator[Problem]:
    """404 small runs and the seven larger ones that the authors held out."""
    table = read("scalebench/farseer.csv")
    yield _problem("farseer", "farseer", table, table["split"] == "train")


def porian() -> Iterator[Problem]:
    """Two corpora, each on its own validation set; the two largest of twelve budgets are held out.

    Only the set-up with decayed runs: the losses of the others are read off runs before their end.
    """
    table = read("porian_isoflop/runs.csv")
    for source in ("RefinedWeb", "OpenWebText2"):
        rows = (table["decay"] == "chinchilla") & (table["source"] == source)
        part = {name: values[rows] for name, values in table.items()}
        kept = part["flops"] < np.unique(part["flops"])[-2]
        yield _problem("porian", source, part, kept)


def gemstones() -> Iterator[Problem]:
    """Three sets of checkpoints; the fifth with the most compute is held out."""
    for name in ("hot", "cool", "hot_100b"):
        table = read(f"gemstones/{name}.csv")
        yield _problem("gemstones", name, table, _but_largest_fifth(table))


def epoch() -> Iterator[Problem]:
    """The runs behind figure 4 of Hoffmann et al.; 1e21 FLOPs and more are held out."""
    table = read("epoch_chinchilla/runs.csv")
    rows = table["in_published_fit"] == 1
    part = {name: values[rows] for name, values in table.items()}
    yield _problem("epoch", "epoch", part, part["flops"] < 1e21)


def misfitting() -> Iterator[Problem]:
    """The best learning rate per model and tokens; the fifth with the most compute is held out."""
    table = read("misfitting/runs.csv")
    order = np.lexsort([table["loss"], table["tokens"], table["params"]])
    settings = np.stack([table["params"][order], table["tokens"][order]])
    _, first = np.unique(settings, axis=1, return_index=True)
    part = {name: values[order][first] for name, values in table.items()}
    yield _problem("misfitting", "misfitting", part, _but_largest_fifth(part))


def mixing() -> Iterator[Problem]:
    """Mixtures as sources, two families on four sets; the 410M models are held out."""
    for family in ("RedPajama", "5Mix"):
        table = dict(read(f"data_mixing_laws/{family}.csv"))
        table["params"] = np.array([float(size.rstrip("M")) * 1e6 for size in table["size"]])
        table["tokens"] = table["step"] * 1e6
        table["source"] = table["mixture"]
        for name in ("ArXiv", "Github", "Pile-CC", "Wikipedia_en"):
            yield _problem(f"mixing {family}", name, table, table["params"] < 4e8, loss=name)


def dclm() -> Iterator[Problem]:
    """Sources at 0.4B, 1.4B and 6.9B (held out); the loss is one minus the centred accuracy."""
    table = dict(read("dclm_core/runs.csv"))
    table["loss"] = 1.0 - table["core_centered_acc"]
    yield _problem("dclm", "core", table, table["params"] < 6e9)


def regmix() -> Iterator[Problem]:
    """256 mixtures of 17 domains at 1M and at 60M (held out), on five sets."""
    small, large = (read(f"regmix/{name}.csv") for name in ("1m_test", "60m"))
    table = {name: np.concatenate([small[name], large[name]]) for name in small}
    table["source"] = table["index"].astype(int).astype(str)
    table["params"] = np.repeat([1e6, 6e7], len(small["index"]))
    table["tokens"] = np.full(len(table["params"]), 1e9)
    for name in (column for column in table if column.startswith("loss_")):
        yield _problem("regmix", name[5:], table, table["params"] < 6e7, loss=name)


def _problem(group: str, name: str, table: Table, kept: Mask, loss: str = "loss") -> Problem:
    runs = {column: table[column] for column in ("source", *SIZES, "run") if column in table}
    runs = {"source": np.full(len(kept), name), **runs, "loss": table[loss]}
    return Problem(group=group, name=name, runs=runs, kept=kept)


def _but_largest_fifth(table: Table) -> Mask:
    compute = table["params"] * table["tokens"]
    return np.asarray(compute <= np.quantile(compute, 0.8))
