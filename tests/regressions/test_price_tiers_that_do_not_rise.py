"""A price tier that ended below the one before it was charged a negative number of tokens.

The source looked cheaper than it is, and could win a comparison by that.
"""

import pytest

import assay


@pytest.mark.parametrize(
    ("first", "second"), [(3e6, 1e6), (1e6, 1e6)], ids=["falling", "of equal ends"]
)
def test_tiers_that_do_not_rise_are_refused(price_sheet, first, second):
    tiers = ", ".join(
        f"{{ up_to = {end}, usd_per_million_tokens = 1.0 }}" for end in (first, second)
    )
    with pytest.raises(assay.StudyError) as raised:
        assay.read_prices(price_sheet(f"usd_per_million_tokens = 3.0, tiers = [{tiers}]"))
    assert f"up to {second:g} tokens follows one up to {first:g}" in str(raised.value)
    assert '[[source]] "books" cost.tiers' in str(raised.value)
