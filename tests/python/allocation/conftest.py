"""Sources with exact laws, prices and caps, for allocations that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from assay.fitting.fits import Fits
from assay.fitting.member import Diagnostics, Member
from assay.fitting.points import Points
from assay.fitting.records import ErrorModel
from assay.fitting.result import FitResult
from assay.sources import PricedSource, SupplyCurve, Tier
from assay.units import Cost

BUDGETS = 2.0 ** np.arange(14, 19)
CENTER = 2.0**16
EXPONENT = 0.25
TRAINING = 1e-6
"""USD for training on a token."""


def exact(source, floor, spread=0.0, resamples=50):
    """Return the fit of ``floor + (x / 2^16)^-0.25``; draws move with ``spread``, in log loss."""
    params = np.array([floor, CENTER**EXPONENT, EXPONENT])
    rng = np.random.default_rng([*source.encode()])
    shift = np.exp(spread * rng.standard_normal((resamples, 1)))
    lead = Member(
        law="power",
        anchor=None,
        x=("tokens",),
        params=dict(zip(("E", "A", "alpha"), params.tolist(), strict=True)),
        objective=0.0,
        delta=1e-3,
        space="log",
        status="ok",
        weight=1.0,
        draws=params * np.concatenate([shift, shift, np.ones_like(shift)], axis=1),
        diagnostics=Diagnostics(agreement=1.0, condition=1.0, ridge={}, at_bound=()),
    )
    errors = ErrorModel(
        noise=0.004,
        noise_freedom=10,
        misfit=0.0,
        misfit_spread=0.0,
        misfit_shared=0.0,
        resampling="noise",
        random_state=0,
    )
    losses = floor + (BUDGETS / CENTER) ** -EXPONENT
    points = Points(source, {"tokens": BUDGETS}, losses, np.arange(5).astype(str))
    return FitResult(
        source=source,
        y="loss",
        members=(lead,),
        warnings=(),
        errors=errors,
        points=points,
        holdouts=(),
        evaluation_sha256=None,
    )


def repeating(source, floor, returns):
    """Return a fit that reads epochs, from runs of up to eight."""
    fit = exact(source, floor)
    params = {**fit.lead.params, "R": returns}
    member = replace(
        fit.lead,
        law="repetition",
        x=("tokens", "epochs"),
        params=params,
        draws=np.tile(list(params.values()), (len(fit.draws), 1)),
    )
    columns = {"tokens": BUDGETS, "epochs": np.array([1.0, 2.0, 4.0, 8.0, 8.0])}
    points = Points(source, columns, fit.points.y, fit.points.run)
    return replace(fit, members=(member,), points=points)


def priced(name, each=0.0, fee=0.0, cap=np.inf, share=0.5, tiers=None, epochs_max=8.0):
    """Return a price: ``each`` and ``fee`` in USD, ``each`` for a unique token."""
    tiers = tiers or [(cap, each)]
    supply = SupplyCurve(Cost(usd=fee), tuple(Tier(to, Cost(usd=p)) for to, p in tiers), cap)
    return PricedSource(
        name=name,
        supply=supply,
        training_per_token=Cost(usd=TRAINING, flops=1.0, gpu_hours=1e-9),
        candidate_share=0.0 if name == "control" else share,
        epochs_max=epochs_max,
    )


@pytest.fixture
def market():
    """Build fits and prices from floors and prices by source; the control has a floor of 3."""

    def build(floors, prices=None, spread=0.0, control=3.0):
        everything = {**floors} if control is None else {**floors, "control": control}
        fits = {
            name: one if isinstance(one, FitResult) else exact(name, one, spread)
            for name, one in everything.items()
        }
        given = prices or {}
        return Fits(fits), {name: given.get(name) or priced(name) for name in fits}

    return build
