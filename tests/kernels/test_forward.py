"""Both fast paths against the definition in float64, and what must not change a bit."""

from collections.abc import Callable

import pytest
import torch

from assay.kernels import TokenLoss, linear_token_loss
from assay.kernels.linear_token_loss import shared, torch_blocks, triton_impl
from assay.kernels.linear_token_loss.arguments import Outputs, Problem
from assay.kernels.linear_token_loss.reference import logits
from check.cases import CASES, Case, worst_error

Forward = Callable[..., Outputs]
FORWARD: dict[str, Forward] = {"blocks": torch_blocks.forward, "triton": triton_impl.forward}
backends = pytest.mark.parametrize("backend", ["blocks", "triton"])


def _case(**fields: object) -> Case:
    return Case(**{"name": "", "tokens": 9, "vocab": 300, "depth": 40, **fields})


def _equal(one: Outputs, other: Outputs) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def _rows(outputs: Outputs, rows: torch.Tensor) -> Outputs:
    return Outputs(*(column[rows] for column in outputs))


@backends
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_close_to_float64(backend: str, case: Case) -> None:
    assert worst_error(FORWARD[backend], case) <= 1.0


def _assert_rows_stand_alone(run: Forward, problem: Problem) -> None:
    together = run(problem)
    assert _equal(together, run(problem))
    order = torch.randperm(300, generator=torch.Generator().manual_seed(1))
    assert _equal(run(problem.rows(order)), _rows(together, order))
    for chosen in ([0], [299], [5, 6], list(range(60, 290))):
        rows = torch.tensor(chosen)
        assert _equal(run(problem.rows(rows)), _rows(together, rows))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_row_does_not_depend_on_the_others_in_blocks(dtype: torch.dtype) -> None:
    _assert_rows_stand_alone(
        torch_blocks.forward, _case(tokens=300, vocab=140, dtype=dtype).build()
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_row_does_not_depend_on_the_others_in_triton(dtype: torch.dtype) -> None:
    # The interpreter multiplies with numpy, whose last bits depend on a row's place; inputs in
    # eighths have exact products, so that only what the kernel itself does can differ.
    problem = _case(tokens=300, vocab=140, spread=20.0, dtype=dtype).build()
    hidden, weight = ((8 * tensor).round() / 8 for tensor in problem[:2])
    _assert_rows_stand_alone(triton_impl.forward, problem._replace(hidden=hidden, weight=weight))


@backends
def test_order_of_vocabulary_changes_rounding_only(backend: str) -> None:
    problem = _case(ignored=0.0).build()
    order = torch.randperm(300, generator=torch.Generator().manual_seed(1))
    weight, targets = problem.weight[order], order.argsort()[problem.targets]
    plain = FORWARD[backend](problem)
    moved = FORWARD[backend](problem._replace(weight=weight, targets=targets))
    for a, b in zip(plain, moved, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-6)


@backends
def test_rows_need_not_be_contiguous(backend: str) -> None:
    problem = _case().build()
    hidden, weight = problem[:2]
    wide = torch.stack([hidden, hidden + 1], 2)[:, :, 0]
    tall = torch.stack([weight, weight + 1], 2)[:, :, 0]
    assert not wide.is_contiguous()
    found = FORWARD[backend](problem._replace(hidden=wide, weight=tall))
    assert _equal(found, FORWARD[backend](problem))


@backends
def test_no_tokens(backend: str) -> None:
    loss = linear_token_loss(
        torch.empty(0, 4), torch.ones(5, 4), torch.empty(0, dtype=torch.long), backend=backend
    )
    assert loss.nll.shape == loss.lse.shape == loss.max_logit.shape == (0,)


@backends
def test_public_function_passes_every_option_on(backend: str) -> None:
    case = _case(vocab=200, padding=30, bias=(-2.0, 2.0), softcap=4.0, logit_scale=0.5)
    problem = case.build()
    hidden, weight, targets, bias, _ = problem
    targets = targets.masked_fill(targets == -100, -7)
    loss = linear_token_loss(
        hidden,
        weight,
        targets,
        bias=bias,
        ignore_index=-7,
        softcap=4.0,
        logit_scale=0.5,
        valid_vocab=200,
        return_entropy=True,
        return_stats=True,
        backend=backend,
    )
    z = logits(problem)
    p = z.softmax(1)
    nll = torch.nn.functional.cross_entropy(z, targets, ignore_index=-7, reduction="none")
    expected = TokenLoss(
        nll,
        z.logsumexp(1),
        z.gather(1, targets.clamp_min(0)[:, None])[:, 0].masked_fill(targets == -7, -torch.inf),
        z.amax(1),
        torch.distributions.Categorical(probs=p).entropy(),
        p.square().sum(1),
    )
    for name, column in vars(expected).items():
        torch.testing.assert_close(getattr(loss, name), column.float(), rtol=1e-5, atol=1e-5)


def test_statistics_are_absent_unless_asked_for() -> None:
    loss = linear_token_loss(torch.ones(2, 3), torch.ones(4, 3), torch.tensor([0, 1]))
    assert loss.entropy is None
    assert loss.sum_p2 is None


@backends
def test_autocast_does_not_lower_the_precision(backend: str) -> None:
    hidden, weight, targets, _, _ = _case().build()
    plain = linear_token_loss(hidden, weight, targets, backend=backend)
    with torch.autocast("cpu", torch.bfloat16):
        inside = linear_token_loss(hidden, weight, targets, backend=backend)
    assert torch.equal(plain.nll, inside.nll)


def test_ranges_cover_the_vocabulary_and_none_is_empty() -> None:
    for config in (shared.HALF, shared.FLOAT32):
        for vocab in [*range(1, 4000, 7), 50257, 128256, 262144]:
            ranges, each = triton_impl.splits(vocab, config)
            tiles = -(-vocab // config.vocab)
            assert (ranges - 1) * each < tiles <= ranges * each
            assert ranges <= 12


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_fast_mode_is_off_by_its_rounding_and_no_more(dtype: torch.dtype) -> None:
    problem = _case(tokens=270, vocab=1100, dtype=dtype, bias=(-1.0, 1.0)).build()
    hidden, weight, targets, bias, _ = problem
    exact = logits(problem)
    # Each operand and each product is rounded to 8 bits: 2^-8 of sum |x w| for either operand (none
    # if they are bfloat16 already) and 2^-8 |z| for the product; a loss moves by two logits.
    parts = (hidden.abs().double() @ weight[:1100].abs().double().T).amax(1)
    rounded = 2**-8 * (exact.abs().amax(1) + 1.0)
    if dtype == torch.float32:
        rounded += 2 * 2**-8 * parts
    loss = linear_token_loss(hidden, weight, targets, bias=bias, backend="fast")
    exact_loss = linear_token_loss(hidden, weight, targets, bias=bias)
    assert not torch.equal(loss.nll, exact_loss.nll)
    assert ((loss.nll - exact_loss.nll).abs() <= 2.1 * rounded).all()
    assert ((loss.max_logit - exact.amax(1)).abs() <= 1.1 * rounded).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_row_does_not_depend_on_the_others_in_fast_mode(dtype: torch.dtype) -> None:
    def run(problem: Problem) -> Outputs:
        return torch_blocks.forward(problem, fast=True)

    _assert_rows_stand_alone(run, _case(tokens=300, vocab=140, dtype=dtype).build())


def test_row_does_not_depend_on_the_others_at_the_size_of_a_model() -> None:
    # The products of a real head are cut otherwise than small ones by the library below.
    _assert_rows_stand_alone(torch_blocks.forward, _case(tokens=300, vocab=5000, depth=576).build())


def test_ranges_are_merged_from_first_to_last() -> None:
    # Equal maxima, and sums 1, 2^-24, 2^-24: only the order of the sum decides its rounding.
    partials = torch.zeros(4, 3, 1)
    partials[1, :, 0] = torch.tensor([1.0, 2**-24, 2**-24])
    out = [torch.zeros(1) for _ in range(7)]
    flags = {"ENTROPY": True, "STATS": True, "ROWS": 128}
    triton_impl._merge[(1,)](partials, torch.zeros(1).long(), *out, 1, 7, 3, -100, **flags)
    assert float(out[1]) == 0.0
    flipped = partials.flip(1)
    triton_impl._merge[(1,)](flipped, torch.zeros(1).long(), *out, 1, 7, 3, -100, **flags)
    assert float(out[1]) > 0.0
