"""McLeish et al. 2025 (arXiv 2502.06857): three Chinchilla fits with Huber's delta of 1e-3."""

import numpy as np
import pytest

PUBLISHED = {  # logs of E, A and B; alpha, beta; objective
    "hot": (0.7622637, 5.36134, 15.41599, 0.2928687, 0.7128722, 0.0019816),
    "cool": (0.7297863, 5.41972, 12.51390, 0.3002729, 0.5802411, 0.0019641),
    "hot_100b": (0.6681625, 4.90084, 12.85097, 0.2591126, 0.5972679, 0.0065925),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_optimum_is_reached_and_never_above(name, published, fit_sizes, huber_at):
    table = published(f"gemstones/{name}.csv")
    *logs, alpha, beta, objective = PUBLISHED[name]
    params = [*np.exp(logs), alpha, beta]
    result = fit_sizes(table, delta=1e-3)
    assert result.objective <= huber_at(table, params)
    assert result.objective == pytest.approx(objective, rel=5e-5)
    np.testing.assert_allclose(
        [result.params["alpha"], result.params["beta"]], [alpha, beta], rtol=5e-4
    )
    np.testing.assert_allclose(result.params["E"], params[0], rtol=5e-4)
