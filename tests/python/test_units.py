import numpy as np
import pytest

from assay.errors import StudyError
from assay.units import Cost, Quantity, format_amount, parse_nats, parse_tokens


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("40 USD", 40.0, "usd"),
        ("$", None, None),
        ("1e18 FLOPs", 1e18, "flops"),
        ("2.5 GPU-hours", 2.5, "gpu_hours"),
        ("1e9 tokens", 1e9, "tokens"),
        ("-3 USD", None, None),
        ("nan USD", None, None),
        ("1e999 USD", None, None),
        ("1.2.3 USD", None, None),
        ("40 EUR", None, None),
        ("40", None, None),
        ("12,500 USD", 12500.0, "usd"),
        ("1,250,000.5 USD", 1250000.5, "usd"),
        ("1,5 USD", None, None),
        ("1,50000 USD", None, None),
    ],
)
def test_amounts_are_read_or_refused(text, amount, currency):
    if amount is None:
        with pytest.raises(StudyError, match="cannot read the amount"):
            Quantity.parse(text)
    else:
        assert Quantity.parse(text) == Quantity(amount, currency)


def test_an_amount_is_of_a_currency():
    with pytest.raises(StudyError, match="the currency is 'eur', expected one of usd"):
        Quantity(40.0, "eur")


@pytest.mark.parametrize(
    "text", ["40 USD", "999 USD", "12,300 USD", "1.2e+12 FLOPs", "4,500,000 GPU-hours", "1e+12 USD"]
)
def test_an_amount_prints_as_it_is_read(text):
    assert str(Quantity.parse(text)) == text


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        (999.6, "usd", "1,000 USD"),
        (12345.6, "usd", "12,300 USD"),
        (0.1234, "gpu_hours", "0.123 GPU-hours"),
        (-2500.0, "usd", "-2,500 USD"),
        (12345.6, "flops", "1.23e+04 FLOPs"),
        (12345.6, "tokens", "1.23e+04 tokens"),
    ],
)
def test_money_and_time_are_written_out(amount, unit, said):
    assert format_amount(amount, unit) == said


def test_costs_add_and_scale_in_every_currency():
    total = Cost(flops=1.0, gpu_hours=2.0, usd=3.0) * np.array([1.0, 2.0]) + Cost(usd=1.0)
    np.testing.assert_array_equal(total.in_("flops"), [1.0, 2.0])
    np.testing.assert_array_equal(total.in_("gpu_hours"), [2.0, 4.0])
    np.testing.assert_array_equal(total.in_("usd"), [4.0, 7.0])


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("50B", 5e10), ("1.5M", 1.5e6), ("200k", 2e5), ("2 T", 2e12), ("20_000", 2e4), ("1e9", 1e9)],
)
def test_tokens_are_read_with_their_thousands(text, tokens):
    assert parse_tokens(text) == tokens


@pytest.mark.parametrize("text", ["", "B", "-5M", "0", "5 G", "1e999", "5MB", "nan"])
def test_what_is_no_number_of_tokens_is_refused(text):
    with pytest.raises(StudyError, match="as a number of tokens"):
        parse_tokens(text)


def test_a_difference_of_losses_has_its_unit():
    assert parse_nats("0.05 nats") == 0.05
    for text in ("0.05", "5 %", "-1 nats", "nats", "1e999 nats"):
        with pytest.raises(StudyError, match="as a difference of losses"):
            parse_nats(text)
