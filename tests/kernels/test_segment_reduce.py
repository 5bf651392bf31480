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
    paired_difference,
    segment_reduce,
    statistics,
)
from assay.kernels.segment_reduce import BINS
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


def test_sums_equal_those_of_one_token_after_the_other() -> None:
    loss = _loss()
    found = _sums(loss)
    for i, expected in enumerate(document_sums(loss, ENDS.tolist(), BYTES.tolist(), BINS)):
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
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    moved = DocumentSums.join([parts[i] for i in order])
    for domain in (None, 0, 1):
        assert statistics(moved, domain) == statistics(whole, domain)


def test_statistics_of_a_domain() -> None:
    loss = _loss()
    found = statistics(_sums(loss), domain=1)
    rows = torch.tensor([7, *range(8, 40), 57, 58, 59])
    rows = rows[loss.target_logit[rows] > -torch.inf]
    nll = loss.nll[rows].double()
    assert (found.documents, found.tokens, found.bytes) == (
        len({int((row >= ENDS).sum()) for row in rows}),
        len(rows),
        int(BYTES[rows].sum()),
    )
    assert found.loss.value == pytest.approx(float(nll.mean()), rel=1e-14)
    assert found.bits_per_byte.value == pytest.approx(
        float(nll.sum()) / math.log(2) / found.bytes, rel=1e-14
    )
    right = loss.target_logit[rows] >= loss.max_logit[rows]
    assert found.top1.value == float(right.double().mean())


def test_perfectly_calibrated_predictions_have_no_error() -> None:
    # 4000 draws from the predictions themselves; a bin's share right has a standard error of
    # at most 0.5 / sqrt(tokens in it), and their weighted mean is about 0.4 sqrt(BINS / 4000).
    case = Case(name="", tokens=4000, vocab=30, depth=8)
    hidden, weight, _, _, _ = case.build()
    source = torch.Generator().manual_seed(3)
    targets = torch.multinomial((hidden @ weight.T).softmax(1), 1, generator=source)[:, 0]
    loss = linear_token_loss(hidden, weight, targets, return_stats=True)
    found = statistics(segment_reduce(loss, torch.arange(20, 4001, 20)))
    assert found.calibration_error < 2 * 0.4 * math.sqrt(BINS / 4000)
    assert abs(found.brier.value - float((1 - loss.sum_p2).mean())) < 4 * found.brier.se
    sharp = linear_token_loss(3 * hidden, weight, targets, return_stats=True)
    wrong = statistics(segment_reduce(sharp, torch.arange(20, 4001, 20)))
    assert wrong.calibration_error > 3 * found.calibration_error
    assert math.isnan(found.bits_per_byte.value)


def test_standard_error_is_the_spread_over_draws_and_pairs_are_sharper() -> None:
    source = torch.Generator().manual_seed(0)
    base = _sums()

    def draw() -> tuple[DocumentSums, DocumentSums]:
        tokens = torch.randint(5, 30, (50,), generator=source)
        level = 3 + 0.5 * torch.randn(50, generator=source, dtype=torch.float64)
        zeros = torch.zeros(50, dtype=torch.int64)
        bins = {n: getattr(base, n)[:1].expand(50, -1) for n in vars(base) if n.startswith("bin")}
        columns = {"domain": zeros, "tokens": tokens, "bytes": 4 * tokens, "right": zeros}
        one = DocumentSums(**columns, **bins, brier=level, nats=level * tokens)
        noise = 0.02 * torch.randn(50, generator=source, dtype=torch.float64) - 0.03
        return one, replace(one, nats=(level + noise) * tokens)

    pairs = [draw() for _ in range(400)]
    for estimates in (
        [statistics(one).loss for one, _ in pairs],
        [paired_difference(one, other).loss for one, other in pairs],
    ):
        values = torch.tensor([estimate.value for estimate in estimates])
        errors = torch.tensor([estimate.se for estimate in estimates])
        # 400 draws give the spread to 1 / sqrt(800) = 3.5 %; the estimator is a little low.
        assert float(errors.mean()) == pytest.approx(float(values.std()), rel=0.12)
    difference = paired_difference(*pairs[0])
    assert difference.loss.se < statistics(pairs[0][0]).loss.se / 10
    assert abs(difference.loss.value - 0.03) < 4 * difference.loss.se
    assert difference.bits_per_byte.value == pytest.approx(
        difference.loss.value / 4 / math.log(2), rel=1e-12
    )


def test_one_document_has_no_standard_error() -> None:
    loss = _loss(ignored=0.0)
    found = statistics(segment_reduce(loss, torch.tensor([60])))
    assert found.loss.value == pytest.approx(float(loss.nll.double().mean()), rel=1e-14)
    assert math.isnan(found.loss.se)


def test_no_tokens() -> None:
    none = linear_token_loss(
        torch.empty(0, 4), torch.ones(5, 4), torch.empty(0).long(), return_stats=True
    )
    sums = segment_reduce(none, torch.tensor([0, 0]))
    assert sums.tokens.tolist() == [0, 0]
    assert sums.bin_tokens.shape == (2, BINS)
    with pytest.raises(ArgumentError, match=r"sums \[2\] has no predicted token"):
        statistics(sums)


@pytest.mark.parametrize(
    ("message", "changes"),
    [
        (r"document_ends \[6\] is torch.float32", {"document_ends": ENDS.float()}),
        (r"document_ends \[1\] ends at 59: .*60 tokens", {"document_ends": torch.tensor([59])}),
        (r"document_ends \[3\] ends at 60", {"document_ends": torch.tensor([9, 8, 60])}),
        (r"domain \[5\] is torch.int64: .*\[6\]", {"domain": DOMAIN[:5]}),
        (r"token_bytes \[60\] is torch.float32", {"token_bytes": BYTES.float()}),
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


def test_differences_are_between_the_same_documents() -> None:
    one = _sums()
    with pytest.raises(ArgumentError, match=r"one and other differ in tokens, \[6\] and \[6\]"):
        paired_difference(one, replace(one, tokens=one.tokens + 1))
