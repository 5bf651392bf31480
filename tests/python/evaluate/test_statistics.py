"""Statistics of tables of windows: known numbers, slow twins, and errors that are what they say."""

import math
from typing import Any

import numpy as np
import pytest

from assay.errors import DataError
from assay.evaluate.losses import BINS, TABLE
from assay.evaluate.statistics import Estimate, paired_difference, summarise


def _table(rows: list[tuple[int, float, int, int, int]]) -> np.ndarray:
    none = (0.0, [0] * BINS, [0.0] * BINS, [0] * BINS)
    return np.array([(i, *row, *none) for i, row in enumerate(rows)], dtype=TABLE)


def test_summary_of_known_numbers() -> None:
    table = _table([(0, 10.0, 4, 20, 1), (0, 14.0, 6, 25, 2), (3, 21.0, 5, 15, 2)])
    summary = summarise(table)
    assert summary.loss == pytest.approx(45 / 15)
    assert summary.bits_per_byte == pytest.approx(45 / math.log(2) / 60)
    assert summary.top1 == pytest.approx(5 / 15)
    assert (summary.windows, summary.tokens, summary.bytes) == (3, 15, 60)
    # Documents: 24 - 3 * 10 = -6 and 21 - 3 * 5 = 6.
    assert summary.loss_se == pytest.approx(math.sqrt(2 / 1 * (36 + 36)) / 15)


def test_standard_error_is_the_spread_over_draws_of_documents() -> None:
    random = np.random.default_rng(0)

    def draw() -> np.ndarray:
        rows = []
        for document in range(40):
            level = random.normal(3.0, 0.5)
            for _ in range(random.integers(1, 5)):
                tokens = int(random.integers(5, 30))
                rows.append((document, tokens * random.normal(level, 0.1), tokens, 9, 0))
        return _table(rows)

    summaries = [summarise(draw()) for _ in range(400)]
    spread = np.std([summary.loss for summary in summaries])
    # 400 draws give the spread to 1 / sqrt(800) = 3.5 %; the estimator itself is a little low.
    assert np.mean([summary.loss_se for summary in summaries]) == pytest.approx(spread, rel=0.12)


def test_windows_stand_in_for_a_single_document() -> None:
    one = summarise(_table([(0, 10.0, 4, 9, 0), (0, 14.0, 4, 9, 0)]))
    assert one.loss_se == pytest.approx(math.sqrt(2 * (4 + 4)) / 8)


def test_summary_refuses_what_has_no_error_or_no_text() -> None:
    with pytest.raises(DataError, match="1 windows measured"):
        summarise(_table([(0, 1.0, 1, 1, 1)]))
    with pytest.raises(DataError, match="0 bytes of text"):
        summarise(_table([(0, 1.0, 1, 0, 1), (1, 1.0, 1, 0, 1)]))


def _random_table(documents: int, seed: int = 0) -> np.ndarray:
    """Return documents of one to four windows with every column filled."""
    random = np.random.default_rng(seed)
    rows = []
    for document in range(documents):
        for _ in range(random.integers(1, 5)):
            bins = random.multinomial(random.integers(5, 30), np.full(BINS, 1 / BINS))
            right = random.binomial(bins, 0.5)
            confidence = bins * random.uniform(0.3, 0.7)
            nll, brier = random.uniform(10, 90), random.uniform(1, 20)
            counts = (bins.sum(), random.integers(20, 90), right.sum())
            rows.append((len(rows), document, nll, *counts, brier, bins, confidence, right))
    return np.array(rows, dtype=TABLE)


def _slow_ratio(table: np.ndarray, above: str, below: str) -> tuple[float, float]:
    """Return a ratio and its standard error, one document after the other."""
    value = sum(table[above].tolist()) / sum(table[below].tolist())
    squares, documents = 0.0, sorted(set(table["document"].tolist()))
    for document in documents:
        of_document = [row for row in table if row["document"] == document]
        squares += sum(float(row[above]) - value * float(row[below]) for row in of_document) ** 2
    factor = len(documents) / (len(documents) - 1)
    return value, math.sqrt(factor * squares) / sum(table[below].tolist())


def test_summary_equals_its_slow_twin() -> None:
    table = _random_table(7)
    summary = summarise(table)
    for name, above, below, unit in (
        ("loss", "nll", "tokens", 1.0),
        ("bits_per_byte", "nll", "bytes", math.log(2)),
        ("top1", "top1", "tokens", 1.0),
        ("brier", "brier", "tokens", 1.0),
    ):
        value, se = _slow_ratio(table, above, below)
        assert getattr(summary, name) == pytest.approx(value / unit, rel=1e-13)
        assert getattr(summary, f"{name}_se") == pytest.approx(se / unit, rel=1e-12)
    gaps = abs((table["bin_right"] - table["bin_confidence"]).sum(0))
    assert summary.calibration_error == pytest.approx(gaps.sum() / table["tokens"].sum())


def test_perfectly_calibrated_predictions_have_no_error() -> None:
    # 4000 draws from the predictions themselves; a bin's share right has a standard error of
    # at most 0.5 / sqrt(tokens in it), and their weighted mean is about 0.4 sqrt(BINS / 4000).
    random = np.random.default_rng(0)

    def table(sharpness: float) -> np.ndarray:
        rows = np.zeros(200, dtype=TABLE)
        rows["document"], rows["tokens"], rows["bytes"] = np.arange(200), 20, 80
        for row, p in zip(rows, true.reshape(200, 20), strict=True):
            right = random.random(20) < p
            said = p**sharpness / (p**sharpness + (1 - p) ** sharpness)
            place = np.ceil(said * BINS).astype(int) - 1
            np.add.at(row["bin_tokens"], place, 1)
            np.add.at(row["bin_confidence"], place, said)
            np.add.at(row["bin_right"], place, right)
            row["top1"] = right.sum()
        return rows

    true = random.uniform(0.5, 1.0, 4000)
    calibrated = summarise(table(1.0)).calibration_error
    assert calibrated < 2 * 0.4 * math.sqrt(BINS / 4000)
    assert summarise(table(3.0)).calibration_error > 3 * calibrated


def test_difference_is_sharper_than_either_loss_and_its_error_is_its_spread() -> None:
    random = np.random.default_rng(0)

    def draw() -> tuple[np.ndarray, np.ndarray]:
        one = _table([(i, 0.0, random.integers(5, 30), 0, 0) for i in range(50)])
        one["bytes"] = 4 * one["tokens"]
        other, level = one.copy(), random.normal(3.0, 0.5, 50)
        one["nll"] = level * one["tokens"]
        other["nll"] = (level + random.normal(-0.03, 0.02, 50)) * one["tokens"]
        return one, other

    pairs = [draw() for _ in range(400)]
    differences = [paired_difference(one, other).loss for one, other in pairs]
    spread = np.std([difference.value for difference in differences])
    # 400 draws give the spread to 1 / sqrt(800) = 3.5 %; the estimator itself is a little low.
    assert np.mean([difference.se for difference in differences]) == pytest.approx(spread, rel=0.12)
    difference = paired_difference(*pairs[0])
    assert (difference.documents, difference.tokens) == (50, pairs[0][0]["tokens"].sum())
    assert difference.loss.se < summarise(pairs[0][0]).loss_se / 10
    assert abs(difference.loss.value - 0.03) < 4 * difference.loss.se
    per_byte = difference.loss.value / 4 / math.log(2)
    assert difference.bits_per_byte.value == pytest.approx(per_byte, rel=1e-12)


def test_difference_of_a_table_to_nothing_is_its_loss() -> None:
    table = _random_table(5)
    nothing = table.copy()
    nothing["nll"] = 0.0
    summary, difference = summarise(table), paired_difference(table, nothing)
    assert difference.loss == Estimate(summary.loss, summary.loss_se)
    assert difference.bits_per_byte == Estimate(summary.bits_per_byte, summary.bits_per_byte_se)


@pytest.mark.parametrize("changes", [{"tokens": 99}, {"bytes": 99}, {"document": 99}])
def test_differences_are_between_the_same_windows(changes: dict[str, Any]) -> None:
    one = _random_table(3)
    other = one.copy()
    for name, value in changes.items():
        other[name][0] = value
    (name,) = changes
    with pytest.raises(DataError, match=f"one and other differ in {name}, with .* windows"):
        paired_difference(one, other)


def test_differences_need_windows() -> None:
    one = _random_table(3)
    with pytest.raises(DataError, match=f"differ in document, with {len(one)} and 2 windows"):
        paired_difference(one, one[:2])
    with pytest.raises(DataError, match="have 0 windows"):
        paired_difference(one[:0], one[:0])


def test_one_window_has_no_standard_error() -> None:
    one = _table([(0, 10.0, 4, 0, 0)])
    other = _table([(0, 14.0, 4, 0, 0)])
    difference = paired_difference(one, other)
    assert difference.loss.value == -1.0
    assert math.isnan(difference.loss.se)
    assert math.isnan(difference.bits_per_byte.value)
