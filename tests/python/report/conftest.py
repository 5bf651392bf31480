"""Synthetic studies: exact laws plus seed noise, fitted and compared for real."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from assay.comparison import Comparison
from assay.comparison.question import FixedSpend
from assay.corpus import Prepared
from assay.fitting import Fits
from assay.records import BASE, CONTROL, Measurement
from assay.report.assemble import assemble
from assay.report.views import Report
from assay.sources import Bought, PricedSource, Prices, SupplyCurve, supply_curve
from assay.study.compare import compare_measurements
from assay.study.fit import fit_measurements
from assay.units import Cost, Quantity

PRICES = Prices(gpu_hour=200.0, peak_flops=1e11)
TRAINING = PRICES.training(6e6)
BASE_LOSS = 5.6
Laws = Mapping[str, tuple[float, float, float]]
LAWS: Laws = {"near & dear": (3.2, 2.1, 0.30), "far": (4.4, 0.8, 0.15), CONTROL: (5.0, 0.5, 0.05)}
"""Source: ``E``, and ``A``, ``alpha`` of the loss in units of 16,384 tokens."""
MANY: Laws = {
    **{f"a-longer-name-{i}": (3.2 + 0.15 * i, 2.1 - 0.1 * i, 0.3) for i in range(9)},
    "far": LAWS["far"],
    CONTROL: LAWS[CONTROL],
}
BUDGETS = [16384 * 2**i for i in range(5)]
SUPPLIES = {
    "near & dear": supply_curve(
        Bought(kind="licensed", fixed_usd=1.0, usd_per_million_tokens=20.0),
        PRICES,
        kept=1.0,
        cap=1e6,
    ),
    "far": supply_curve(Bought(kind="raw", usd_per_million_tokens=1.0), PRICES, kept=1.0, cap=1e7),
    CONTROL: SupplyCurve(Cost(), (), float("inf")),
}
"""``near & dear`` has a fixed part, ``far`` is cheap, the control costs training alone."""


def measured(laws: Laws, measurement: Callable[..., Measurement]) -> list[Measurement]:
    """Two seeds on every budget, with a seed noise of 0.004 nats."""
    rng = np.random.default_rng(7)
    rows = [measurement(BASE, 0, BASE_LOSS), measurement(BASE, 0, 5.0, role="guard")]
    for source, (floor, scale, exponent) in laws.items():
        for tokens in BUDGETS:
            for seed in range(2):
                loss = floor + scale * (tokens / BUDGETS[0]) ** -exponent
                for mean, role in ((loss, "target"), (5.1, "guard")):
                    found = mean + rng.normal(0, 4e-3)
                    rows.append(measurement(source, tokens, found, seed=seed, role=role))
    return rows


def priced(laws: Laws) -> dict[str, PricedSource]:
    """The prices of the sources; those without one of their own cost what the dear one does."""
    return {
        name: PricedSource(
            name=name,
            supply=SUPPLIES.get(name, SUPPLIES["near & dear"]),
            training_per_token=TRAINING,
            candidate_share=0.0 if name == CONTROL else 0.7,
            epochs_max=4.0,
        )
        for name in laws
    }


def prepared() -> Prepared:
    """The part of a manifest that the report shows."""
    stage = {
        "stage": "filter:gopher-quality",
        "documents_in": 100,
        "documents_out": 60,
        "bytes_in": 1000,
        "bytes_out": 700,
        "dropped": {"few-words": 30, "stop-words": 10},
    }
    source = {"name": "far", "stages": [stage], "store": {"tokens": 250}}
    manifest = {"sources": [source], "evals": [{**source, "name": "target", "stages": []}]}
    return Prepared(manifest)  # type: ignore[arg-type]


def gathered(laws: Laws, rows: list[Measurement], fits: Fits, comparison: Comparison) -> Report:
    """Gather a report, whose names and provenance are what nobody should write."""
    return assemble(
        study="a study of <script>alert(1)</script>",
        question="Which one?",
        commands=("assay next study.toml", "assay run study.toml"),
        spent="Runs so far cost 6.5 USD, of a purse of 30 USD.",
        fits=fits,
        priced=priced(laws),
        comparison=comparison,
        measurements=rows,
        prepared=prepared(),
        provenance={"assay": "0.1.0", "input": "<img src=x onerror=alert(1)>"},
    )


@pytest.fixture(scope="session")
def measurements(measurement: Callable[..., Measurement]) -> list[Measurement]:
    """Measure the synthetic study."""
    return measured(LAWS, measurement)


@pytest.fixture(scope="session")
def fits(measurements: list[Measurement]) -> Fits:
    """Fit the synthetic study."""
    return fit_measurements(measurements, resamples=100)


@pytest.fixture(scope="session")
def comparison(fits: Fits, measurements: list[Measurement]) -> Comparison:
    """Compare the synthetic study at 4 USD."""
    return compare_measurements(
        fits, priced(LAWS), measurements=measurements, question=FixedSpend(Quantity(4.0, "usd"))
    )


@pytest.fixture(scope="session")
def report(fits: Fits, comparison: Comparison, measurements: list[Measurement]) -> Report:
    """Gather the report of the synthetic study."""
    return gathered(LAWS, measurements, fits, comparison)


@pytest.fixture(scope="session")
def large(measurement: Callable[..., Measurement]) -> Report:
    """Gather the report of a study of ten sources."""
    rows = measured(MANY, measurement)
    fits = fit_measurements(rows, resamples=100)
    comparison = compare_measurements(
        fits, priced(MANY), measurements=rows, question=FixedSpend(Quantity(4.0, "usd"))
    )
    return gathered(MANY, rows, fits, comparison)
