import numpy as np
import pytest

import assay
from assay.sources import Bought, Prices, supply_curve

SHEET = """
params = 1e9

[prices]
gpu_hour = 2.0
peak_flops = 1e15
utilisation_train = 0.5

[[source]]
name = "books"
cap = 2e9
share = 0.5

[source.cost]
kind = "licensed"
fixed_usd = 100.0
usd_per_million_tokens = 3.0

[[source]]
name = "web"
kept = 0.05
epochs_max = 2

[source.cost]
kind = "filtered"
classifier_params = 2e8

[[source]]
name = "control"
share = 0
cost = { kind = "raw" }
"""


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "prices.toml"
    path.write_text(SHEET)
    return path


def usd(price, tokens):
    return float(price.total_cost(np.array([tokens])).in_("usd")[0])


def flops(price, tokens):
    return float(price.total_cost(np.array([tokens])).in_("flops")[0])


def test_training_takes_six_flops_per_parameter_and_token(sheet):
    control = assay.read_prices(sheet)["control"]
    assert flops(control, 1e9) == pytest.approx(6e18)
    assert usd(control, 1e9) == pytest.approx(2.0 * 6e18 / (0.5e15 * 3600))
    assert control.tokens_max >= 1e18


def test_a_licence_is_paid_once_and_by_unique_tokens(sheet):
    prices = assay.read_prices(str(sheet))
    books, control = prices["books"], prices["control"]
    assert usd(books, 2e9) - usd(control, 2e9) == pytest.approx(100.0 + 3.0 * 1000.0)
    assert usd(books, 16e9) - usd(control, 16e9) == pytest.approx(100.0 + 3.0 * 2000.0)
    assert books.tokens_max == pytest.approx(2e9 * 4 / 0.5)
    method = Bought(kind="licensed", fixed_usd=100.0, usd_per_million_tokens=3.0)
    rate = Prices(gpu_hour=2.0, peak_flops=1e15)
    assert books.supply == supply_curve(method, rate, kept=1.0, cap=2e9)


def test_a_filter_reads_all_that_it_does_not_keep(sheet):
    prices = assay.read_prices(sheet)
    data = flops(prices["web"], 1e9) - flops(prices["control"], 1e9)
    assert data == pytest.approx(1e9 * 2 * 2e8 / 0.05)
    assert prices["web"].epochs_max == 2


def test_a_missing_sheet_and_one_that_is_not_toml_are_bad_data(tmp_path):
    path = tmp_path / "prices.toml"
    with pytest.raises(assay.DataError, match=r"prices\.toml: there is no such file"):
        assay.read_prices(path)
    path.write_text("params =")
    with pytest.raises(assay.DataError, match=r"prices\.toml is not TOML"):
        assay.read_prices(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("params = 1e9", "", "params is missing: add it"),
        ("params = 1e9", "parms = 1e9", 'parms is an unknown key (did you mean "params"?)'),
        ("params = 1e9", "params = -1", "params: it should be greater than 0, found -1"),
        ("kept = 0.05", "yield = 0.05", '[[source]] "web" yield is an unknown key'),
        ("fixed_usd", "fixed_eur", '[[source]] "books" cost.fixed_eur is an unknown key'),
        ('"licensed"', '"stolen"', '[[source]] "books" cost.kind'),
        ("share = 0.5", "share = 1.5", '[[source]] "books" share'),
        ("gpu_hour = 2.0", "", "[prices] gpu_hour is missing"),
        ("gpu_hour = 2.0", "gpu_hour = inf", "[prices] gpu_hour"),
        ('name = "web"', 'name = "books"', "books priced twice"),
    ],
)
def test_what_cannot_be_is_named_with_the_file(sheet, old, new, said):
    sheet.write_text(SHEET.replace(old, new))
    with pytest.raises(assay.StudyError) as raised:
        assay.read_prices(sheet)
    assert str(sheet) in str(raised.value)
    assert said in str(raised.value)


def test_rules_have_no_parameters_and_a_small_core_is_a_processor(sheet):
    rules = SHEET.replace("classifier_params = 2e8", "classifier_params = 0")
    sheet.write_text(rules.replace("1e15", "1e9"))
    prices = assay.read_prices(sheet)
    assert flops(prices["web"], 1e9) == flops(prices["control"], 1e9)
