"""A fit that is a formula: what the pictures read of a fit, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure


@dataclass
class Formula:
    """Stands for a fit; the interval of the mean is 1%, that of one run 2% of the loss."""

    columns: Mapping[str, Any]
    value: Callable[..., Any]
    scaled: tuple[bool, ...]
    loss: Any = None
    draws: Any = field(default_factory=lambda: np.ones((10, 3)))
    asked: list[Any] = field(default_factory=list)
    """The settings of every prediction."""
    source = "web"
    law = "power"
    members = ("power",)
    y = "loss"
    label = "loss, nats per token"
    errors = SimpleNamespace(noise=0.003)

    @property
    def x(self) -> tuple[str, ...]:
        return tuple(self.columns)

    @property
    def form(self) -> Any:
        return SimpleNamespace(scaled=self.scaled)

    @property
    def points(self) -> Any:
        columns = {name: np.asarray(values, float) for name, values in self.columns.items()}
        measured = self.value(**columns) if self.loss is None else self.loss
        return SimpleNamespace(columns=columns, y=np.asarray(measured, float))

    @property
    def measured(self) -> Any:
        return self.points.y

    def predict(self, x: Mapping[str, Any], interval: float | None, kind: str) -> dict[str, Any]:
        self.asked.append(x)
        mean = np.asarray(self.value(**x))
        if interval is None:
            return {"mean": mean}
        share = {"mean": 0.01, "run": 0.02}[kind]
        return {"mean": mean, "lower": mean * (1 - share), "upper": mean * (1 + share)}


@pytest.fixture
def formula() -> type[Formula]:
    """A maker of fits."""
    return Formula


@pytest.fixture
def ladder() -> Formula:
    """One source on a ladder of budgets."""
    tokens = 1e6 * 2.0 ** np.arange(7)
    return Formula({"tokens": tokens}, lambda tokens: 2.0 + 30.0 * tokens**-0.3, (True,))


@pytest.fixture
def ax() -> Any:
    """Axes that pyplot knows nothing of."""
    return Figure().subplots()
