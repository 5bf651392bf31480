"""The kernels for sm_90 in the interpreter: against float64, and what must not change a bit."""

from functools import partial

import pytest
import torch
from torch import Tensor

from assay.kernels import linear_token_loss
from assay.kernels.linear_token_loss import backward_waves, hopper
from assay.kernels.linear_token_loss.tiles import CONFIGS, DEFAULTS, default_config
from check.cases import CASES, Case, worst_error

# The device loads rows of whole 16 bytes; the long vocabulary takes the interpreter 10 s.
FIT = [case for case in CASES if case.depth % 8 == 0 and case.vocab < 50000]


@pytest.mark.parametrize("case", FIT, ids=lambda case: case.name)
def test_close_to_float64(case: Case) -> None:
    assert worst_error(hopper.forward, case) <= 1.0


@pytest.mark.parametrize("name", CONFIGS)
def test_every_configuration_is_right(name: str) -> None:
    case = Case(name="", tokens=70, vocab=515, depth=136, dtype=torch.bfloat16)
    assert worst_error(partial(hopper.forward, config=CONFIGS[name]), case) <= 1.0


def test_row_does_not_depend_on_the_others() -> None:
    # Exact products, as in the tests of the other kernel.
    problem = Case(name="", tokens=200, vocab=140, depth=40, spread=20.0).build()
    hidden, weight = ((8 * tensor).round() / 8 for tensor in problem[:2])
    problem = problem._replace(hidden=hidden, weight=weight)
    together = hopper.forward(problem)
    for rows in ([0], [199], [5, 6], list(range(60, 190))):
        part = hopper.forward(problem.rows(torch.tensor(rows)))
        for one, other in zip(part, together, strict=True):
            assert torch.equal(one, other[rows])


def test_choice_of_tiles_does_not_see_the_batch() -> None:
    assert len(CONFIGS) <= 8
    assert set(DEFAULTS.values()) <= set(CONFIGS)
    for depth in (1, 576, 1024, 1025, 4096, 16384):
        assert default_config(depth, narrow=False) in CONFIGS.values()
        assert default_config(depth, narrow=True).vocab == 128


def test_gradients_by_tensor_memory_equal_those_by_pointers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gradients() -> list[Tensor]:
        case = Case(name="", tokens=70, vocab=150, depth=16, bias=(-1.0, 1.0), padding=3)
        hidden, weight, targets, bias, _ = case.build()
        leaves = [leaf.requires_grad_() for leaf in (hidden, weight, bias)]
        loss = linear_token_loss(
            hidden,
            weight,
            targets,
            bias=bias,
            softcap=4.0,
            valid_vocab=150,
            return_entropy=True,
            backend="triton",
        )
        return list(torch.autograd.grad((loss.nll + 0.1 * loss.entropy).sum(), leaves))

    plain = gradients()
    monkeypatch.setattr(backward_waves, "WAVE", 48)
    monkeypatch.setattr(hopper, "fits", lambda hidden, weight: True)
    for found, expected in zip(gradients(), plain, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


def test_tensors_elsewhere_do_not_fit() -> None:
    assert not hopper.fits(torch.ones(3, 8).bfloat16(), torch.ones(5, 8).bfloat16())
