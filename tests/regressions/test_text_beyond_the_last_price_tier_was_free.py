"""Tokens beyond the last price tier cost nothing where ``usd_per_million_tokens`` was left out."""

import numpy as np
import pytest

import assay

TIERS = "tiers = [{ up_to = 1e6, usd_per_million_tokens = 9.0 }]"


def usd(price, tokens):
    return float(price.total_cost(np.array([tokens])).in_("usd")[0])


def test_a_last_tier_with_an_end_needs_a_price_beyond_it(price_sheet):
    with pytest.raises(assay.StudyError, match=r"tiers end at 1e\+06 tokens .* is missing: add it"):
        assay.read_prices(price_sheet(TIERS))


def test_a_last_tier_without_an_end_prices_all_text(price_sheet):
    sheet = price_sheet("fixed_usd = 100.0, " + TIERS.replace("up_to = 1e6", "up_to = inf"))
    prices = assay.read_prices(sheet)
    assert usd(prices["books"], 2e6) - usd(prices["control"], 2e6) == pytest.approx(100.0 + 2 * 9.0)
