"""Tables by window and their summary."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import PreTrainedModel

from assay.errors import DataError
from assay.evaluate.evaluate import TABLE, evaluate, summarise
from assay.evaluate.model import TokenLossModel
from assay.evaluate.pairs import document_sums
from assay.evaluate.windows import Windows
from assay.kernels import statistics
from assay.kernels.segment_reduce import BINS


@pytest.fixture
def llama(make_llama: Callable[..., PreTrainedModel]) -> PreTrainedModel:
    return make_llama()


def test_table_equals_the_losses_of_the_models_own_logits(
    llama: PreTrainedModel, store: Path
) -> None:
    windows = Windows.choose(store, length=16, count=9)
    table = evaluate(TokenLossModel(llama, windows.longest().tokens), windows)
    assert table.dtype == TABLE
    assert table["window"].tolist() == list(range(9))
    assert table["document"].tolist() == windows.document.tolist()
    for i, row in enumerate(table):
        window = windows.window(i)
        ids = torch.from_numpy(window.tokens)
        with torch.no_grad():
            logits = llama(ids[None]).logits[0, :-1].double()
        nll = torch.nn.functional.cross_entropy(logits, ids[1:], reduction="sum")
        assert row["nll"] == pytest.approx(nll.item(), rel=1e-6)
        assert row["top1"] == int((logits.argmax(1) == ids[1:]).sum())
        assert row["tokens"] == len(ids) - 1
        assert row["bytes"] == window.token_bytes[1:].sum()
        p = logits.softmax(1)
        brier = (p - torch.nn.functional.one_hot(ids[1:], p.shape[1])).square().sum()
        assert row["brier"] == pytest.approx(brier.item(), rel=1e-5)
        assert row["bin_tokens"].sum() == row["tokens"]
        assert row["bin_confidence"].sum() == pytest.approx(p.amax(1).sum().item(), rel=1e-5)
        assert row["bin_right"].sum() == row["top1"]


def test_a_window_has_the_same_bits_in_any_company(llama: PreTrainedModel, store: Path) -> None:
    every = Windows.choose(store, length=16, count=1000)
    few = Windows.choose(store, length=16, count=4)
    model = TokenLossModel(llama, every.longest().tokens)
    table = evaluate(model, every)
    assert np.array_equal(evaluate(model, every), table)
    place = {start: i for i, start in enumerate(every.start.tolist())}
    for row, start in zip(evaluate(model, few), few.start.tolist(), strict=True):
        assert row["nll"] == table["nll"][place[start]]


@pytest.mark.parametrize("stride", [None, 5])
def test_batches_change_no_bit(llama: PreTrainedModel, store: Path, stride: int | None) -> None:
    windows = Windows.choose(store, length=16, count=1000, stride=stride)
    model = TokenLossModel(llama, windows.longest().tokens)
    single = evaluate(model, windows, batch_windows=1)
    assert len({len(windows.window(i).tokens) for i in range(len(windows))}) > 3
    for batch in (2, 3, 8, 1000):
        assert np.array_equal(evaluate(model, windows, batch_windows=batch), single)


def test_windows_that_slide_give_every_token_more_context(
    llama: PreTrainedModel, store: Path
) -> None:
    windows = Windows.choose(store, length=16, count=1000, stride=3)
    table = evaluate(TokenLossModel(llama, windows.longest().tokens), windows)
    plain = Windows.choose(store, length=16, count=1000)
    assert table["tokens"].sum() == (plain.stop - plain.first).sum()
    for i in np.flatnonzero(windows.first > windows.start + 1)[:3]:
        ids = torch.from_numpy(windows.window(i).tokens)
        new = windows.first[i] - windows.start[i]
        with torch.no_grad():
            logits = llama(ids[None]).logits[0, new - 1 : -1].double()
        nll = torch.nn.functional.cross_entropy(logits, ids[new:], reduction="sum")
        assert table["nll"][i] == pytest.approx(nll.item(), rel=1e-6)
        assert table["bytes"][i] == windows.window(i).token_bytes[new:].sum()


def test_summary_equals_the_statistics_of_the_kernels(llama: PreTrainedModel, store: Path) -> None:
    assert TABLE["bin_tokens"].shape == (BINS,)
    windows = Windows.choose(store, length=16, count=1000)
    table = evaluate(TokenLossModel(llama, windows.longest().tokens), windows)
    for rows in (table, table[table["document"] == 5]):
        summary, found = summarise(rows), statistics(document_sums(rows))
        assert summary.loss == pytest.approx(found.loss.value, rel=1e-13)
        assert summary.loss_se == pytest.approx(found.loss.se, rel=1e-12)
        assert summary.bits_per_byte == pytest.approx(found.bits_per_byte.value, rel=1e-13)
        assert summary.top1 == found.top1.value
        assert summary.brier == pytest.approx(found.brier.value, rel=1e-13)
        assert summary.calibration_error == pytest.approx(found.calibration_error, rel=1e-13)
        assert (summary.tokens, summary.bytes) == (found.tokens, found.bytes)


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
