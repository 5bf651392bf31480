"""Numbers in another unit moved every cost by powers of ten, in silence.

``peak_flops = 989`` for 989 TFLOPs was read as it stands, and so was ``params = 7`` for 7 billion
parameters.
"""

import pytest

import assay


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("params = 1e9", "params = 1", "params: found 1, expected parameters one by one"),
        ("1e15", "989", "[prices] peak_flops: found 989, expected the FLOPs per second"),
        ("1e15", "3.6e18", "[prices] peak_flops: found 3.6e+18, expected the FLOPs"),
    ],
    ids=["billions of parameters", "TFLOPs", "FLOPs of an hour"],
)
def test_a_number_that_no_model_or_card_has_is_refused(price_sheet, old, new, said):
    sheet = price_sheet("usd_per_million_tokens = 3.0")
    sheet.write_text(sheet.read_text().replace(old, new))
    with pytest.raises(assay.StudyError) as raised:
        assay.read_prices(sheet)
    assert said in str(raised.value)


def test_a_filter_of_200_parameters_is_refused(price_sheet):
    sheet = price_sheet("usd_per_million_tokens = 3.0")
    filtered = 'cost = { kind = "filtered", classifier_params = 200 }'
    sheet.write_text(sheet.read_text().replace('cost = { kind = "raw" }', filtered))
    with pytest.raises(assay.StudyError, match="found 200, expected parameters"):
        assay.read_prices(sheet)
