"""An allocation took a score that rises for a loss, and bought nothing."""

import assay
from assay.sources import PricedSource, SupplyCurve
from assay.units import Cost


def test_the_higher_score_is_bought():
    tokens = [2.0**k * 1e6 for k in range(6)]
    scores = [top - 0.2 * (t / 1e6) ** -0.4 for top in (0.7, 0.5) for t in tokens]
    runs = {"source": ["web"] * 6 + ["control"] * 6, "tokens": tokens * 2, "accuracy": scores}
    fits = assay.fit(runs, y="accuracy", higher_is_better=True, resamples=50)
    prices = {
        name: PricedSource(
            name=name,
            supply=SupplyCurve(Cost(), (), cap),
            training_per_token=Cost(usd=1e-6),
            candidate_share=share,
            epochs_max=1.0,
        )
        for name, cap, share in (("web", 1e9, 0.5), ("control", 0.0, 0.0))
    }
    found = assay.allocate(fits, prices, anneal_tokens=3.2e7)
    assert [portion.source for portion in found.bought] == ["web"]
