"""Which sequences a mixture draws: epochs, nesting, shares and resuming are exact."""

import itertools
import pickle
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.corpus import Concatenated, Mixture, MixtureSource, TokenArray, slow
from assay.errors import RecipeError

SEEDS = st.integers(0, 2**64 - 1)
SHARES = st.integers(1, 4)
_WEIGHT = (0, 1, 2, 3, 0.1, 1e-9, 7.25)
WEIGHTS = {n: [w for w in itertools.product(_WEIGHT, repeat=n) if any(w)] for n in (1, 2, 3)}
EXACT = settings(max_examples=10_000, deadline=None)


def source(name, available, unique):
    """A source whose sequences are one token each, which is the sequence's number."""
    store = TokenArray(np.arange(available + 1), np.array([available + 1]))
    return MixtureSource(name=name, packing=Concatenated(store, 1), unique=unique)


@st.composite
def mixtures(draw):
    """Arguments of a mixture of one to three sources in one to three short phases."""
    sizes = draw(st.lists(st.tuples(st.integers(1, 7), SHARES), min_size=1, max_size=3))
    sources = [
        source(f"s{k}", size, -(-size * share // 4)) for k, (size, share) in enumerate(sizes)
    ]
    phase = st.tuples(st.integers(0, 9), st.sampled_from(WEIGHTS[len(sources)]))
    phases = draw(st.lists(phase, min_size=1, max_size=3))
    return {"sources": sources, "seed": draw(SEEDS), "phases": phases}


def drawn(mixture, first=0):
    return [(s.source, s.number, s.epoch) for s in mixture.read(first, len(mixture) - first)]


@settings(max_examples=1_000, deadline=None)
@given(mixtures())
def test_draws_are_those_of_the_slow_twin(arguments):
    mixture = Mixture(**arguments)
    sources = mixture.sources
    expected = slow.draws(
        mixture.seed,
        [s.name for s in sources],
        [len(s.packing) for s in sources],
        [s.unique for s in sources],
        mixture.phases,
    )
    assert drawn(mixture) == [(f"s{k}", number, epoch) for k, number, epoch in expected]


@EXACT
@given(mixtures(), st.integers(0, 27))
def test_passes_shares_and_resuming_are_exact(arguments, index):
    mixture = Mixture(**arguments)
    straight = drawn(mixture)
    check_passes(mixture, straight)
    check_shares(mixture, straight)
    assert drawn(Mixture(**arguments), min(index, len(mixture))) == straight[index:]


def check_passes(mixture, draws):
    """Every pass over a source has each of its unique sequences once."""
    rows = {s.name: [] for s in mixture.sources}
    for name, number, epoch in draws:
        rows[name].append((epoch, number))
    for s in mixture.sources:
        row = rows[s.name]
        assert [epoch for epoch, _ in row] == [k // s.unique for k in range(len(row))]
        assert len(set(row)) == len(row)
        passes = [{n for _, n in row[k : k + s.unique]} for k in range(0, len(row), s.unique)]
        assert all(len(numbers) == s.unique for numbers in passes[:-1])
        assert all(numbers <= passes[0] for numbers in passes)


def check_shares(mixture, draws):
    """At every prefix every source is within one sequence of the sum of its weights so far."""
    plan = [Fraction(0)] * len(mixture.sources)
    taken = Counter()
    names = iter(draws)
    for count, weights in mixture.phases:
        total = sum(map(Fraction, weights))
        shares = [Fraction(weight) / total for weight in weights]
        for _ in range(count):
            plan = [p + share for p, share in zip(plan, shares, strict=True)]
            taken[next(names)[0]] += 1
            assert all(abs(taken[f"s{k}"] - p) < 1 for k, p in enumerate(plan))


@EXACT
@given(SEEDS, st.lists(st.integers(1, 12), min_size=3, max_size=3))
def test_a_smaller_budget_has_a_subset_of_a_larger_ones(seed, sizes):
    small, large, available = sorted(sizes)

    def subset(unique):
        phases = [(unique, [1])]
        return drawn(Mixture([source("a", available, unique)], seed=seed, phases=phases))

    assert subset(small) == subset(large)[:small]


@settings(max_examples=200)
@given(mixtures())
def test_the_order_of_reading_does_not_matter(arguments):
    mixture = Mixture(**arguments)
    straight = drawn(mixture)
    backwards = [mixture[i] for i in reversed(range(len(mixture)))]
    assert [(s.source, s.number, s.epoch) for s in reversed(backwards)] == straight
    strided = [s.index for s in mixture.read(1, len(mixture) // 3, step=3)]
    assert strided == list(range(1, len(mixture), 3))[: len(mixture) // 3]


def test_long_mixtures_are_read_in_blocks_without_a_seam():
    arguments = {"seed": 5, "phases": [(2000, [2, 1]), (1000, [1, 2])]}
    sources = [source("a", 700, 600), source("b", 40, 40)]
    mixture = Mixture(sources, **arguments)
    straight = drawn(mixture)
    copy = pickle.loads(pickle.dumps(mixture))
    for index in (0, 1023, 1024, 2047, 2048, 2999):
        one = copy[index]
        assert (one.index, one.source, one.number, one.epoch) == (index, *straight[index])
        assert one.tokens.tolist() == [one.number]


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_that_is_not_there_is_an_error(index):
    mixture = Mixture([source("a", 4, 4)], seed=0, phases=[(3, [1])])
    assert len(list(mixture)) == 3
    with pytest.raises(IndexError, match=f"has 3 sequences, {index} is asked for"):
        mixture[index]


@pytest.mark.parametrize(
    ("sources", "weights", "problem"),
    [
        ([source("a", 4, 4)], [-1], "weight 0 is -1"),
        ([source("a", 4, 4)], [float("nan")], "weight 0 is NaN"),
        ([source("a", 4, 4)], [0], "no weight is positive"),
        ([source("a", 4, 4)], [1, 1], "weights"),
        ([source("a", 4, 0)], [1], "a: 0 unique sequences of 4"),
        ([source("a", 4, 5)], [1], "a: 5 unique sequences of 4"),
        ([source("a", 4, 4), source("a", 4, 4)], [1, 1], 'two sources are called "a"'),
        ([], [], "no source"),
    ],
)
def test_what_cannot_be_mixed_is_named(sources, weights, problem):
    with pytest.raises(RecipeError, match=problem):
        Mixture(sources, seed=0, phases=[(3, weights)])


def test_sequences_of_two_lengths_are_an_error():
    store = TokenArray(np.arange(9), np.array([9]))
    other = MixtureSource(name="b", packing=Concatenated(store, 2), unique=1)
    with pytest.raises(RecipeError, match=r"sequences of \[1, 2\] tokens"):
        Mixture([source("a", 4, 4), other], seed=0, phases=[(3, [1, 1])])


def test_a_phase_of_no_length_is_no_mixture_of_other_lengths():
    with pytest.raises(IndexError, match="has 0 sequences"):
        Mixture([source("a", 4, 4)], seed=0, phases=[(0, [1])])[0]
