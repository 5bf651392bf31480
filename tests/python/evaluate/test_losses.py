"""Tables by window: against the model's own logits, and what must not change a bit."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import PreTrainedModel

from assay.evaluate.losses import TABLE, evaluate, table_of
from assay.evaluate.model import TokenLossModel
from assay.evaluate.windows import Windows
from assay.kernels import linear_token_loss, segment_reduce


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


def test_sums_of_the_kernels_are_a_table() -> None:
    source = torch.Generator().manual_seed(0)
    hidden = torch.randn(9, 4, generator=source)
    weight = torch.randn(7, 4, generator=source)
    targets = torch.randint(0, 7, (9,), generator=source)
    loss = linear_token_loss(hidden, weight, targets, return_stats=True)
    sums = segment_reduce(loss, torch.tensor([5, 9]), token_bytes=torch.arange(9))
    table = table_of(sums)
    assert table.dtype == TABLE
    assert table["document"].tolist() == table["window"].tolist() == [0, 1]
    assert table["nll"].tolist() == sums.nats.tolist()
    assert table["tokens"].tolist() == [5, 4]
    assert table["bytes"].tolist() == [10, 26]
    assert table["top1"].tolist() == sums.right.tolist()
    assert table["bin_confidence"].tolist() == sums.bin_confidence.tolist()
