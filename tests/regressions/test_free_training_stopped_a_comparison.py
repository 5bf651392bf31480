"""With gpu_hour = 0 runs on free text cost nothing, and no grid of costs could be made."""

import assay
from assay.sources import PricedSource, SupplyCurve, Tier
from assay.units import Cost


def test_it_is_compared():
    tokens = [2.0**k * 1e6 for k in range(6)]
    losses = [floor + 40.0 * t**-0.3 for floor in (2.0, 2.4) for t in tokens]
    runs = {"source": ["books"] * 6 + ["web"] * 6, "tokens": tokens * 2, "loss": losses}
    prices = {
        name: PricedSource(
            name=name,
            supply=SupplyCurve(Cost(), (Tier(float("inf"), Cost(usd=text)),), 1e9),
            training_per_token=Cost(flops=6e6),
            candidate_share=1.0,
            epochs_max=4.0,
        )
        for name, text in (("books", 1e-6), ("web", 0.0))
    }
    found = assay.compare(assay.fit(runs, resamples=50), at="20 USD", cost=prices)
    assert found.deciding.at == 20.0
    assert all(cost > 0 for cost in found.deciding.cost)
