"""What a source of text costs, by how it is acquired: supply curves in three currencies.

A source has a supply curve: what the first ``n`` unique tokens cost, as a fixed part plus a
marginal price in tiers, up to a cap. Training is added to it to give the total cost of an anneal.

Tokens are counted in two places. Text is bought (or written) before it is prepared, and kept after
it: filters, deduplication and decontamination drop the rest, which was paid for all the same. So
whatever the kind of cost, a kept token takes ``1 / kept`` prepared ones. ``cap`` and all that is
trained on count kept tokens; prices and their tiers count bought ones, as a contract does.
All FLOPs per token follow the usual accounting: ``2 N`` to read or write a token with a model of
``N`` parameters, ``6 N`` to train on it (Kaplan et al. 2020, arXiv 2001.08361, section 2.1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    PositiveFloat,
    PositiveInt,
    field_validator,
    model_validator,
)

from assay.errors import StudyError
from assay.units import FLOPS_PER_TOKEN, Cost, Unit

__all__ = [
    "Acquisition",
    "BlendedSupply",
    "Params",
    "Positive",
    "PricedSource",
    "Prices",
    "Supply",
    "SupplyCurve",
    "Tier",
    "blended",
    "supply_curve",
    "training_flops_per_token",
]

_TOKENS_LIMIT = 1e18
_SLOWEST, _FASTEST = 1e8, 1e18
"""FLOPs per second of any processor, from a small core to several wafers: beyond them the number
is in another unit (989 TFLOPs), or for another time (an hour)."""
_FEWEST_PARAMS = 1e3

_LARGEST, _SMALLEST = 1e30, 1e-12
"""Beyond these a product of prices and sizes would leave the range of floats."""


def _no_trace(value: float) -> float:
    if value < _SMALLEST:
        raise ValueError(f"found {value:g}, expected {_SMALLEST:g} or more")
    return value


NonNegative = Annotated[FiniteFloat, Field(ge=0, le=_LARGEST)]
Positive = Annotated[FiniteFloat, Field(gt=0, le=_LARGEST)]
Share = Annotated[float, Field(gt=0, le=1), AfterValidator(_no_trace)]


def _flops_per_second(value: float) -> float:
    if not _SLOWEST <= value <= _FASTEST:
        raise ValueError(
            f"found {value:g}, expected the FLOPs per second of one GPU, such as 9.9e14"
        )
    return value


def _one_by_one(value: float) -> float:
    if 0 < value < _FEWEST_PARAMS:
        raise ValueError(f"found {value:g}, expected parameters one by one: 7e9, not 7")
    return value


Params = Annotated[Positive, AfterValidator(_one_by_one)]
"""The parameters of a model."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Prices(_Strict):
    """What compute costs, and how much of its peak a job reaches."""

    gpu_hour: NonNegative
    """USD for one GPU-hour."""
    peak_flops: Annotated[float, AfterValidator(_flops_per_second)]
    """Peak FLOPs per second of one GPU."""
    utilisation_train: Share = 0.4
    """Share of the peak that training reaches."""
    utilisation_generate: Share = 0.15
    """Share of the peak that generating or scoring text reaches."""

    def training(self, flops: float) -> Cost:
        """Price training FLOPs in every currency."""
        return self._compute(flops, self.utilisation_train)

    def generating(self, flops: float) -> Cost:
        """Price inference FLOPs (filters, rephrasers) in every currency."""
        return self._compute(flops, self.utilisation_generate)

    def _compute(self, flops: float, utilisation: float) -> Cost:
        hours = flops / (self.peak_flops * utilisation * 3600.0)
        return Cost(flops=flops, gpu_hours=hours, usd=hours * self.gpu_hour)


class PriceTier(_Strict):
    """The price of text up to a number of bought tokens."""

    up_to: PositiveFloat
    """Bought tokens up to which the price holds."""
    usd_per_million_tokens: NonNegative
    """USD for a million tokens."""


class _Acquisition(_Strict):
    fixed_usd: NonNegative = 0.0
    """Paid once, whatever the number of tokens: a contract, labels for a classifier."""
    usd_per_million_tokens: NonNegative = 0.0
    """Price of a million bought tokens: of the text that is licensed, filtered or rephrased."""
    tiers: tuple[PriceTier, ...] = ()
    """Prices by bought tokens, rising; beyond the last ``usd_per_million_tokens`` holds."""

    @field_validator("tiers")
    @classmethod
    def _each_above_the_one_before(cls, tiers: tuple[PriceTier, ...]) -> tuple[PriceTier, ...]:
        ends = [0.0, *(tier.up_to for tier in tiers)]
        for before, end in pairwise(ends):
            if end <= before:
                raise ValueError(
                    f"a tier up to {end:g} tokens follows one up to {before:g}: "
                    "list them by up_to, each above the one before"
                )
        return tiers

    @model_validator(mode="after")
    def _price_beyond_the_tiers(self) -> _Acquisition:
        endless = not self.tiers or self.tiers[-1].up_to == float("inf")
        if not endless and "usd_per_million_tokens" not in self.model_fields_set:
            raise ValueError(
                f"tiers end at {self.tiers[-1].up_to:g} tokens and usd_per_million_tokens, the "
                "price beyond them, is missing: add it (0 if it is free)"
            )
        return self

    @property
    def flops_per_token(self) -> float:
        """FLOPs per token that preparation reads."""
        return 0.0

    @property
    def text_per_token(self) -> float:
        """Tokens of bought text per token that preparation reads."""
        return 1.0


class Bought(_Acquisition):
    """Text taken as it is: raw, or under a licence. It costs money and no FLOPs.

    What preparation drops of it was bought: a kept token takes ``1 / y`` bought ones, with ``y``
    the kept share.
    """

    kind: Literal["raw", "licensed"]
    """How the text is got."""


class Filtered(_Acquisition):
    """Text kept by a model: the whole pool is bought and scored, not the kept part.

    Preparation reads the pool, so a kept token takes ``1 / y`` tokens of text and ``2 N / y``
    FLOPs, with ``y`` the kept share.
    """

    kind: Literal["filtered"]
    """How the text is got."""
    classifier_params: Annotated[NonNegative, AfterValidator(_one_by_one)]
    """Parameters of the classifier; 0 for rules."""

    @property
    def flops_per_token(self) -> float:
        """``2 N``: the classifier reads every token of the pool."""
        return 2.0 * self.classifier_params


class Rephrased(_Acquisition):
    """Text written anew by a language model from bought text.

    Preparation reads what was written and accepted; what it drops was written for nothing.
    """

    kind: Literal["rephrased"]
    """How the text is got."""
    generator_params: Params
    """Parameters of the model that writes."""
    tokens_in_per_out: Positive = 1.0
    """Tokens of prompt and source text per token written."""
    accepted_share: Share = 1.0
    """Share of the written text that was accepted before it was prepared."""

    @property
    def flops_per_token(self) -> float:
        """``2 N (t_in + t_out) / (a t_out)``."""
        return 2.0 * self.generator_params * (self.tokens_in_per_out + 1.0) / self.accepted_share

    @property
    def text_per_token(self) -> float:
        """``t_in / (a t_out)``."""
        return self.tokens_in_per_out / self.accepted_share


class Instructed(_Acquisition):
    """Bought text with questions and answers added by a language model.

    Preparation reads the augmented and accepted documents; what it drops was written for nothing.
    """

    kind: Literal["instructed"]
    """How the text is got."""
    generator_params: Params
    """Parameters of the model that writes."""
    tokens_in: Positive
    """Tokens read for one document: prompt and text."""
    tokens_out: Positive
    """Tokens written for one document."""
    tokens_kept: Annotated[Positive, AfterValidator(_no_trace)]
    """Tokens of one augmented document, as preparation reads it."""
    accepted_share: Share = 1.0
    """Share of the augmented documents that was accepted before they were prepared."""
    rounds: Annotated[PositiveInt, Field(le=10**6)] = 1
    """Times that the model reads and writes."""

    @property
    def flops_per_token(self) -> float:
        """``2 N (t_in + t_out) / (a t_kept)`` for each round."""
        read_and_written = self.rounds * (self.tokens_in + self.tokens_out)
        return 2.0 * self.generator_params * read_and_written / self._kept_per_document

    @property
    def text_per_token(self) -> float:
        """``t_in / (a t_kept)``."""
        return self.tokens_in / self._kept_per_document

    @property
    def _kept_per_document(self) -> float:
        return self.accepted_share * self.tokens_kept


Acquisition = Annotated[Bought | Filtered | Rephrased | Instructed, Field(discriminator="kind")]


class Supply(Protocol):
    """What the unique tokens of a source cost, and how many there are."""

    @property
    def cap(self) -> float:
        """Unique tokens that can be had at all."""
        ...

    @property
    def ends(self) -> tuple[float, ...]:
        """Unique tokens at which the price of the next one changes; between them it is one."""
        ...

    def cost(self, unique: NDArray[np.float64]) -> Cost:
        """Return the cost of the first ``unique`` tokens (array); nothing is paid for none."""
        ...


@dataclass(frozen=True)
class Tier:
    """A marginal cost that holds up to ``up_to`` unique tokens."""

    up_to: float
    per_token: Cost


@dataclass(frozen=True)
class SupplyCurve:
    """What the first ``n`` unique tokens of a source cost: fixed part, tiers, cap."""

    fixed: Cost
    tiers: tuple[Tier, ...]
    cap: float

    @property
    def ends(self) -> tuple[float, ...]:
        """Unique tokens at which the price of the next one changes; between them it is one."""
        return tuple(tier.up_to for tier in self.tiers)

    def cost(self, unique: NDArray[np.float64]) -> Cost:
        """Cost of the first ``unique`` tokens (array); nothing is paid for zero tokens."""
        total = self.fixed * (unique > 0).astype(np.float64)
        start = 0.0
        for tier in self.tiers:
            total = total + tier.per_token * np.clip(unique - start, 0.0, tier.up_to - start)
            start = tier.up_to
        return total


@dataclass(frozen=True)
class BlendedSupply:
    """What the unique tokens of a blend cost: of each member its share of them."""

    names: tuple[str, ...]
    """Names of the members."""
    members: tuple[SupplyCurve, ...]
    shares: tuple[float, ...]
    """Share of each member in the unique tokens, above 0; they sum to 1."""

    @property
    def cap(self) -> float:
        """Unique tokens of the blend: the member that runs out first ends it."""
        return min(
            member.cap / share for member, share in zip(self.members, self.shares, strict=True)
        )

    @property
    def ends(self) -> tuple[float, ...]:
        """Unique tokens at which the price of the next one changes; between them it is one."""
        pairs = zip(self.members, self.shares, strict=True)
        return tuple(end / share for member, share in pairs for end in member.ends)

    def cost(self, unique: NDArray[np.float64]) -> Cost:
        """Cost of the first ``unique`` tokens (array), with the fixed part of every member."""
        return sum(
            (
                member.cost(share * unique)
                for member, share in zip(self.members, self.shares, strict=True)
            ),
            Cost(),
        )


def supply_curve(method: Acquisition, prices: Prices, *, kept: float, cap: float) -> SupplyCurve:
    """Build the supply curve of an acquisition method.

    Parameters
    ----------
    method
        How the tokens are got, with its numbers.
    prices
        What compute costs.
    kept
        Measured share of the text that preparation kept, in (0, 1]: ``y`` above. What filters,
        deduplication and decontamination dropped was bought and made like the rest.
    cap
        Unique kept tokens that can be had at all.

    Returns
    -------
    The cost of unique kept tokens. A tier of ``up_to`` bought tokens ends at
    ``up_to * kept / text_per_token`` of them.
    """
    compute = prices.generating(method.flops_per_token / kept)
    text = method.text_per_token / kept
    ends = [(t.up_to / text, t.usd_per_million_tokens) for t in method.tiers]
    ends = [tier for tier in ends if tier[0] < cap] + [
        next((tier for tier in ends if tier[0] >= cap), (cap, method.usd_per_million_tokens))
    ]
    tiers = tuple(
        Tier(min(up_to, cap), compute + Cost(usd=price * text / 1e6)) for up_to, price in ends
    )
    return SupplyCurve(Cost(usd=method.fixed_usd), tiers, cap)


def training_flops_per_token(params: int, layers: int, hidden: int, sequence: int) -> float:
    """FLOPs to train on one token: ``6 N + 12 L d s``, forward and backward.

    Parameters
    ----------
    params
        Parameters that take part in a matrix product (a tied head counts once), ``N``.
    layers, hidden, sequence
        Layers ``L``, width ``d`` and sequence length ``s`` of the attention term
        (Chowdhery et al. 2022, arXiv 2204.02311, appendix B).
    """
    return FLOPS_PER_TOKEN * params + 12.0 * layers * hidden * sequence


@dataclass(frozen=True, kw_only=True)
class PricedSource:
    """A source with its prices: the total cost of an anneal on it, and the inverse."""

    name: str
    supply: Supply
    training_per_token: Cost
    candidate_share: float
    """Share of the candidate in the mixture; the rest is replay, which is already owned."""
    epochs_max: float
    """Most passes over the unique candidate tokens that an anneal may make."""

    def unique(self, tokens: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the unique candidate tokens that an anneal of ``tokens`` trained tokens needs."""
        return np.minimum(self.candidate_share * np.asarray(tokens, np.float64), self.supply.cap)

    def epochs(self, tokens: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the passes over the unique candidate tokens at each budget."""
        drawn = self.candidate_share * np.asarray(tokens, np.float64)
        return np.maximum(drawn / np.maximum(self.unique(tokens), 1.0), 1.0)

    def text_cost(self, unique: NDArray[np.float64]) -> Cost:
        """Return what the first ``unique`` tokens cost."""
        return self.supply.cost(np.asarray(unique, dtype=np.float64))

    def training_cost(self, tokens: NDArray[np.float64]) -> Cost:
        """Return what training on ``tokens`` costs."""
        return self.training_per_token * np.asarray(tokens, dtype=np.float64)

    def total_cost(self, tokens: NDArray[np.float64]) -> Cost:
        """Acquisition of the unique tokens plus training on all ``tokens``."""
        return self.text_cost(self.unique(tokens)) + self.training_cost(tokens)

    @property
    def tokens_max(self) -> float:
        """Largest anneal that the cap and the epoch limit allow, in trained tokens."""
        if self.candidate_share == 0.0:
            return _TOKENS_LIMIT
        return min(_TOKENS_LIMIT, self.supply.cap * self.epochs_max / self.candidate_share)

    def tokens_at(self, cost: NDArray[np.float64], currency: Unit) -> NDArray[np.float64]:
        """Trained tokens that a total ``cost`` buys: 0 below the fixed part, capped above.

        From one token to the next end of a tier, or of the text, the cost rises evenly.
        """
        cost = np.asarray(cost, dtype=np.float64)
        tokens = self._bends
        paid = self.total_cost(tokens).in_(currency)
        after = np.searchsorted(paid, cost, side="right")
        low, high = np.maximum(after - 1, 0), np.minimum(after, len(tokens) - 1)
        rise = np.where(high > low, paid[high] - paid[low], 1.0)
        part = np.where(high > low, (cost - paid[low]) / np.where(rise > 0, rise, 1.0), 0.0)
        return np.where(after > 0, tokens[low] + part * (tokens[high] - tokens[low]), 0.0)

    @property
    def _bends(self) -> NDArray[np.float64]:
        """Trained tokens at which the price of the next one changes, from 1 to the most."""
        most = self.tokens_max
        ends = [] if self.candidate_share == 0.0 else [*self.supply.ends, self.supply.cap]
        inner = [end / self.candidate_share for end in ends if end < np.inf]
        return np.array(sorted({min(1.0, most), most, *(end for end in inner if 1.0 < end < most)}))


def blended(
    members: Mapping[str, PricedSource], shares: Mapping[str, float], *, name: str = "blend"
) -> PricedSource:
    """Price a mixture of several sources in fixed shares, which are annealed on together.

    Unique tokens are split like trained ones, so that all members repeat equally often: the
    member with the smallest ``cap / share`` says when repeating begins, and the one with the
    lowest ``epochs_max`` when it ends. Every member's fixed part is paid.

    Parameters
    ----------
    members
        Prices by name; those without a share are left out.
    shares
        Share of each member in the candidate part, from 0; they sum to 1.
    name
        Name of the blend.

    Raises
    ------
    StudyError
        If the shares do not sum to 1 or one is below 0, a member has no price, a member is a
        blend itself, or training on a token does not cost the same for all.

    Examples
    --------
    >>> from assay.sources import PricedSource, SupplyCurve, Tier, blended
    >>> from assay.units import Cost
    >>> def licensed(name, fixed, per_million, cap):
    ...     supply = SupplyCurve(Cost(usd=fixed), (Tier(cap, Cost(usd=per_million / 1e6)),), cap)
    ...     return PricedSource(name=name, supply=supply, training_per_token=Cost(usd=1e-7),
    ...                         candidate_share=0.5, epochs_max=4.0)
    >>> books, web = licensed("books", 5.0, 2.0, 3e6), licensed("web", 0.0, 0.5, 1e9)
    >>> both = blended({"books": books, "web": web}, {"books": 0.25, "web": 0.75})
    >>> print(both.supply.cap, both.text_cost(4e6).usd)  # 5 + 1e6 at 2.0 and 3e6 at 0.5
    12000000.0 8.5
    """
    shares = {member: share for member, share in shares.items() if share != 0.0}
    _check_shares(name, members, shares)
    priced = [members[member] for member in shares]
    curves = []
    for member in priced:
        if not isinstance(member.supply, SupplyCurve):
            raise StudyError(
                f'"{name}" has the blend "{member.name}" as a member: name its sources'
            )
        curves.append(member.supply)
    training = priced[0].training_per_token
    if any(member.training_per_token != training for member in priced):
        raise StudyError(
            f'"{name}" blends sources whose training costs differ: price them for one model'
        )
    weights = tuple(shares.values())
    return PricedSource(
        name=name,
        supply=BlendedSupply(tuple(shares), tuple(curves), weights),
        training_per_token=training,
        candidate_share=sum(
            weight * member.candidate_share for weight, member in zip(weights, priced, strict=True)
        ),
        epochs_max=min(member.epochs_max for member in priced),
    )


def _check_shares(
    name: str, members: Mapping[str, PricedSource], shares: Mapping[str, float]
) -> None:
    for member, share in shares.items():
        if member not in members:
            raise StudyError(
                f'"{name}" has a share of "{member}", which has no price: the prices are of '
                f"{', '.join(sorted(members))}"
            )
        if not share > 0.0:
            raise StudyError(f'"{name}" has a share of {share:g} of "{member}": give 0 or more')
    total = sum(shares.values())
    if not math.isclose(total, 1.0, rel_tol=0.0, abs_tol=1e-6):
        raise StudyError(f'the shares of "{name}" sum to {total:g}: make them sum to 1')
