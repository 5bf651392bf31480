"""The text that preparation drops was paid for under one kind of cost only.

The same pool, filter and price came to 9.91 USD as "licensed" and to 110 USD as "filtered", and
"rephrased" text cost the same with a filter that kept 15.5% of it as without one.
"""

import numpy as np
import pytest

import assay

SHEET = """
params = 1e9
prices = {{ gpu_hour = 2.0, peak_flops = 1e15 }}

[[source]]
name = "pool"
kept = {kept}
cost = {{ {cost} }}
"""


def text(tmp_path, cost, kept, unique):
    """Return the cost of ``unique`` kept tokens of the pool."""
    path = tmp_path / "prices.toml"
    path.write_text(SHEET.format(cost=cost, kept=kept))
    return assay.read_prices(path)["pool"].text_cost(np.array(unique))


def test_a_pool_costs_what_it_costs_by_any_name(tmp_path):
    price = "usd_per_million_tokens = 1.0"
    named = ['kind = "licensed"', 'kind = "raw"', 'kind = "filtered", classifier_params = 0']
    spent = [text(tmp_path, f"{kind}, {price}", 0.0901, 9.91e6).usd for kind in named]
    assert spent == pytest.approx([109.99, 109.99, 109.99], abs=0.01)


def test_a_filter_on_rephrased_text_is_paid_for(tmp_path):
    cost = 'kind = "rephrased", generator_params = 7e9, usd_per_million_tokens = 1.0'
    every, few = (text(tmp_path, cost, kept, 1e6) for kept in (1.0, 0.155))
    assert few.usd == pytest.approx(every.usd / 0.155)
    assert few.flops == pytest.approx(1e6 * 2 * 7e9 * 2 / 0.155)
