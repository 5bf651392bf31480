import numpy as np
import pytest

from assay.comparison.offers import Offer
from assay.fitting.fits import Fits
from assay.fitting.member import Diagnostics, Member
from assay.fitting.points import Points
from assay.fitting.records import ErrorModel
from assay.fitting.result import FitResult
from assay.sources import PricedSource, SupplyCurve, Tier
from assay.units import Cost

BUDGETS = 2.0 ** np.arange(14, 19)
CENTER = 2.0**16
TRAINING = Cost(flops=1e7, gpu_hours=1e-9, usd=1e-6)


@pytest.fixture(scope="session")
def price():
    """Build a price: training, and a multiple of it for each candidate token."""

    def build(name, data=0.0, fixed=0.0, cap=float("inf"), share=0.5):
        supply = SupplyCurve(TRAINING * fixed, (Tier(float("inf"), TRAINING * data),), cap)
        return PricedSource(
            name=name,
            supply=supply,
            training_per_token=TRAINING,
            candidate_share=share,
            epochs_max=8.0,
        )

    return build


@pytest.fixture(scope="session")
def fitted():
    """Build the fit of a known power law ``E + A (x / 2^16)^-alpha`` with chosen uncertainty.

    The draws move all losses of a source up or down together by ``spread``, in log loss.
    """

    def build(source, law, spread=0.002, resamples=400, noise=0.004, misfit=0.0, seed=0, **changes):
        floor, reducible, exponent = law
        params = np.array([floor, reducible * CENTER**exponent, exponent])
        rng = np.random.default_rng([seed, *source.encode()])
        shift = np.exp(spread * rng.standard_normal((resamples, 1)))
        lead = {
            "law": "power",
            "anchor": None,
            "x": ("tokens",),
            "params": dict(zip(("E", "A", "alpha"), params.tolist(), strict=True)),
            "objective": 0.0,
            "delta": 1e-3,
            "space": "log",
            "status": "ok",
            "weight": 1.0,
            "draws": params * np.concatenate([shift, shift, np.ones_like(shift)], axis=1),
            "diagnostics": Diagnostics(agreement=1.0, condition=1.0, ridge={}, at_bound=()),
        }
        lead |= {name: changes.pop(name) for name in list(changes) if name in lead}
        fields = {
            "source": source,
            "y": "loss",
            "members": (Member(**lead),),
            "warnings": (),
            "errors": ErrorModel(
                noise=noise,
                noise_freedom=10,
                misfit=misfit,
                misfit_spread=0.0,
                misfit_shared=0.0,
                resampling="noise",
                random_state=seed,
            ),
            "points": Points(
                source,
                {lead["x"][0]: BUDGETS},
                floor + reducible * (BUDGETS / CENTER) ** -exponent,
                np.arange(5).astype(str),
            ),
            "holdouts": (),
            "evaluation_sha256": None,
        }
        return FitResult(**(fields | changes))

    return build


@pytest.fixture(scope="session")
def offers(fitted, price):
    """Build offers, fits and prices from laws by source; ``data`` are prices of candidates."""

    def build(laws, data=None, **options):
        data = data or {}
        fits = Fits({name: fitted(name, law, **options) for name, law in laws.items()})
        prices = {
            name: price(name, data.get(name, 0.0), share=0.0 if name == "control" else 0.5)
            for name in laws
        }
        return {name: Offer(fits[name], prices[name]) for name in laws}, fits, prices

    return build
