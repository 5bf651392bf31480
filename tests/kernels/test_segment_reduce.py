"""Sums by document against their slow twin, and what must not change a bit."""

import math
from dataclasses import fields, replace

import pytest
import torch

from assay.kernels import (
    ArgumentError,
    DocumentSums,
    TokenLoss,
    linear_token_loss,
    segment_reduce,
)
from assay.kernels.segment_reduce.reference import document_sums
from check.cases import Case

ENDS = torch.tensor([7, 7, 8, 40, 57, 60])
DOMAIN = torch.tensor([0, 0, 1, 1, 0, 1])
BYTES = torch.arange(60) % 9


def _loss(**changes: object) -> TokenLoss:
    case = Case(**{"name": "", "tokens": 60, "vocab": 30, "depth": 8, **changes})
    hidden, weight, targets, _, _ = case.build()
    return linear_token_loss(hidden, weight, targets, return_stats=True)


def _sums(loss: TokenLoss | None = None) -> DocumentSums:
    return segment_reduce(loss or _loss(), ENDS, domain=DOMAIN, token_bytes=BYTES)


def _rows(loss: TokenLoss, rows: object) -> TokenLoss:
    return TokenLoss(**{k: v if v is None else v[rows] for k, v in vars(loss).items()})


@pytest.mark.parametrize("bins", [1, 15])
def test_sums_equal_those_of_one_token_after_the_other(bins: int) -> None:
    loss = _loss()
    found = segment_reduce(loss, ENDS, domain=DOMAIN, token_bytes=BYTES, bins=bins)
    assert found.domain.tolist() == DOMAIN.tolist()
    for i, expected in enumerate(document_sums(loss, ENDS.tolist(), BYTES.tolist(), bins)):
        for name, value in expected.items():
            column = getattr(found, name)[i].tolist()
            # exp of numpy's and of the C library differ in their last bit.
            assert column == pytest.approx(value, rel=1e-14, abs=1e-14), name
            if name not in ("brier", "bin_confidence"):
                assert column == value, name
    assert (found.bin_tokens.sum(1) == found.tokens).all()
    assert found.tokens[1] == 0
    assert (found.tokens < ENDS.diff(prepend=torch.tensor([0]))).any(), "some were ignored"


def test_documents_stand_alone_to_the_last_bit() -> None:
    loss = _loss()
    whole = _sums(loss)
    starts = [0, *ENDS[:-1].tolist()]
    parts = [
        segment_reduce(
            _rows(loss, slice(a, b)),
            torch.tensor([b - a]),
            domain=DOMAIN[i : i + 1],
            token_bytes=BYTES[a:b],
        )
        for i, (a, b) in enumerate(zip(starts, ENDS.tolist(), strict=True))
    ]
    joined = DocumentSums.join(parts)
    for field in fields(DocumentSums):
        assert torch.equal(getattr(joined, field.name), getattr(whole, field.name)), field.name


def test_no_tokens() -> None:
    none = linear_token_loss(
        torch.empty(0, 4), torch.ones(5, 4), torch.empty(0).long(), return_stats=True
    )
    sums = segment_reduce(none, torch.tensor([0, 0]))
    assert sums.tokens.tolist() == [0, 0]
    assert sums.bin_tokens.shape == (2, 15)


@pytest.mark.parametrize(
    ("message", "changes"),
    [
        (r"document_ends \[6\] is torch.float32", {"document_ends": ENDS.float()}),
        (r"document_ends \[1\] ends at 59: .*60 tokens", {"document_ends": torch.tensor([59])}),
        (r"document_ends \[3\] ends at 60", {"document_ends": torch.tensor([9, 8, 60])}),
        (r"domain \[5\] is torch.int64: .*\[6\]", {"domain": DOMAIN[:5]}),
        (r"token_bytes \[60\] is torch.float32", {"token_bytes": BYTES.float()}),
        (r"bins is 0: expected at least 1", {"bins": 0}),
        (r"loss has no sum_p2", {"loss": replace(_loss(), sum_p2=None)}),
        (r"loss.nll\[3\] of loss \[60\] is nan", {"loss": "broken"}),
    ],
)
def test_bad_argument_is_named(message: str, changes: dict[str, object]) -> None:
    if changes.get("loss") == "broken":
        loss = _loss()
        changes["loss"] = replace(loss, nll=loss.nll.index_fill(0, torch.tensor([3]), math.nan))
    arguments = {"loss": _loss(), "document_ends": ENDS, **changes}
    with pytest.raises(ArgumentError, match=message):
        segment_reduce(**arguments)
