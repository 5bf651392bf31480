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
from assay.evaluate.windows import Windows


@pytest.fixture
def llama(make_llama: Callable[..., PreTrainedModel]) -> PreTrainedModel:
    return make_llama()


def test_table_equals_the_losses_of_the_models_own_logits(
    llama: PreTrainedModel, store: Path
) -> None:
    windows = Windows.choose(store, length=16, count=9)
    table = evaluate(TokenLossModel(llama, windows.tokens(0)), windows)
    assert table.dtype == TABLE
    assert table["window"].tolist() == list(range(9))
    assert table["document"].tolist() == windows.document.tolist()
    for i, row in enumerate(table):
        ids = torch.from_numpy(windows.tokens(i))
        with torch.no_grad():
            logits = llama(ids[None]).logits[0, :-1].double()
        nll = torch.nn.functional.cross_entropy(logits, ids[1:], reduction="sum")
        assert row["nll"] == pytest.approx(nll.item(), rel=1e-6)
        assert row["top1"] == int((logits.argmax(1) == ids[1:]).sum())
        assert row["tokens"] == len(ids) - 1
        assert row["bytes"] == windows.text_bytes(i)


def test_a_window_has_the_same_bits_in_any_company(llama: PreTrainedModel, store: Path) -> None:
    every = Windows.choose(store, length=16, count=1000)
    few = Windows.choose(store, length=16, count=4)
    model = TokenLossModel(llama, every.tokens(0))
    table = evaluate(model, every)
    assert np.array_equal(evaluate(model, every), table)
    place = {start: i for i, start in enumerate(every.start.tolist())}
    for row, start in zip(evaluate(model, few), few.start.tolist(), strict=True):
        assert row["nll"] == table["nll"][place[start]]


@pytest.mark.parametrize("batch", [2, 3, 64])
def test_batches_differ_by_rounding_only(llama: PreTrainedModel, store: Path, batch: int) -> None:
    windows = Windows.choose(store, length=16, count=1000)
    model = TokenLossModel(llama, windows.tokens(0))
    single = evaluate(model, windows)
    together = evaluate(model, windows, batch_windows=batch)
    np.testing.assert_allclose(together["nll"], single["nll"], rtol=1e-6)
    for name in ("window", "document", "tokens", "bytes", "top1"):
        assert np.array_equal(together[name], single[name])


def _table(rows: list[tuple[int, float, int, int, int]]) -> np.ndarray:
    return np.array([(i, *row) for i, row in enumerate(rows)], dtype=TABLE)


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
