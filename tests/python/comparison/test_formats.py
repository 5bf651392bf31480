import pytest

from assay.comparison import Interval
from assay.comparison.formats import probability, short, within


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (16384, "16.4k"),
        (1048576, "1.05M"),
        (2.1e12, "2.1T"),
        (2.1e18, "2.1e+18"),
        (0.5, "0.5"),
        (None, "n/a"),
    ],
)
def test_short_numbers(value: float | None, text: str) -> None:
    assert short(value) == text


def test_probabilities_and_intervals_in_words() -> None:
    assert [probability(p) for p in (0.999, 0.93, 0.001)] == [">0.99", "0.93", "<0.01"]
    assert within(Interval(1.0, 0.5, None), ".1f") == "0.5 to beyond"
    assert within(Interval(None, None, None)) == "n/a"
