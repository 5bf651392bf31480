"""The three currencies of cost, and amounts written by people ("40 USD", "1e18 FLOPs")."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from assay.errors import StudyError

__all__ = [
    "CURRENCIES",
    "FLOPS_PER_TOKEN",
    "NAMES",
    "Cost",
    "Currency",
    "Quantity",
    "Unit",
    "digits",
    "format_amount",
    "parse_nats",
    "parse_tokens",
]

Currency = Literal["usd", "flops", "gpu_hours"]
CURRENCIES: tuple[Currency, ...] = get_args(Currency)
Unit = Literal["usd", "flops", "gpu_hours", "tokens", "cost"]
"""What sources are compared at equal amounts of: a currency, trained tokens where nothing has a
price, or a cost in the units of a table's column ``cost``."""

FLOPS_PER_TOKEN = 6.0
"""Training FLOPs per parameter and token (Kaplan et al. 2020, arXiv 2001.08361, section 2.1)."""

_SPELLINGS: dict[str, Unit] = {
    "usd": "usd",
    "$": "usd",
    "flops": "flops",
    "flop": "flops",
    "gpu-hours": "gpu_hours",
    "gpu_hours": "gpu_hours",
    "gpuh": "gpu_hours",
    "tokens": "tokens",
}
_THOUSANDS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
NAMES: dict[Unit, str] = {
    "usd": "USD",
    "flops": "FLOPs",
    "gpu_hours": "GPU-hours",
    "tokens": "tokens",
    "cost": "units of cost",
}
"""What each unit is called behind a number."""


_COUNT = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"
"""A number with its thousands set apart."""
_COUNTED = 1e12
"""Amounts of money and time from here on are written with an exponent."""


@dataclass(frozen=True)
class Cost:
    """A cost in every currency; fields are floats or arrays of one shape."""

    flops: float | NDArray[np.float64] = 0.0
    gpu_hours: float | NDArray[np.float64] = 0.0
    usd: float | NDArray[np.float64] = 0.0

    def __add__(self, other: Cost) -> Cost:
        """Add currency by currency."""
        return Cost(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def __mul__(self, factor: float | NDArray[np.float64]) -> Cost:
        """Scale every currency by ``factor``."""
        return Cost(*(getattr(self, f.name) * factor for f in fields(self)))

    def in_(self, currency: Unit) -> NDArray[np.float64]:
        """Return the amount in one ``currency`` as an array."""
        return np.asarray(getattr(self, currency), dtype=np.float64)


@dataclass(frozen=True)
class Quantity:
    """An amount of one currency."""

    amount: float
    currency: Unit

    def __post_init__(self) -> None:
        """Check that there is such a currency."""
        if self.currency not in NAMES:
            known = ", ".join(NAMES)
            raise StudyError(f"the currency is {self.currency!r}, expected one of {known}")

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read ``"40 USD"``, ``"12,500 USD"``, ``"1e18 FLOPs"`` or ``"2.5 GPU-hours"``.

        Raises
        ------
        StudyError
            If the text is not a positive number followed by a known currency.
        """
        match = re.fullmatch(rf"\s*({_COUNT}|[0-9.eE+-]+)\s*([A-Za-z_$-]+)\s*", text)
        currency = _SPELLINGS.get(match[2].lower()) if match else None
        try:
            amount = float(match[1].replace(",", "")) if match else float("nan")
        except ValueError:
            amount = float("nan")
        if currency is None or not 0 < amount < float("inf"):
            raise StudyError(
                f'cannot read the amount "{text}": write a positive number and one of '
                "USD, FLOPs, GPU-hours, tokens, for example 40 USD"
            )
        return cls(amount, currency)

    def __str__(self) -> str:
        """Print as ``40 USD``."""
        return format_amount(self.amount, self.currency)


def format_amount(amount: float, currency: Unit) -> str:
    """Format an amount for people: ``8 USD``, ``12,300 USD``, ``1.2e+12 FLOPs``."""
    return f"{digits(amount, currency)} {NAMES[currency]}"


def digits(amount: float, currency: Unit) -> str:
    """Format an amount, to three significant digits, without its unit: ``8``, ``12,300``."""
    rounded = float(f"{amount:.3g}")
    if currency in ("usd", "gpu_hours") and 1e3 <= abs(rounded) < _COUNTED:
        return f"{rounded:,.0f}"
    return f"{amount:.3g}"


def parse_tokens(text: str) -> float:
    """Read a number of tokens: ``"50B"``, ``"1.5M"``, ``"200k"``, ``"2T"``, ``"20_000"``.

    Raises
    ------
    StudyError
        If the text is not a positive number, alone or followed by k, M, B or T.
    """
    match = re.fullmatch(r"([0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?) ?([kKmMbBtT]?)", text)
    tokens = float(match[1]) * _THOUSANDS[match[2].lower()] if match else 0.0
    if not 0 < tokens < float("inf"):
        raise StudyError(
            f'cannot read "{text}" as a number of tokens: write a number, or one with k, M, B or '
            "T, for example 50B"
        )
    return tokens


def parse_nats(text: str) -> float:
    """Read a difference of losses: ``"0.05 nats"``.

    Raises
    ------
    StudyError
        If the text is not a positive number of nats.
    """
    match = re.fullmatch(r"\s*([0-9.eE+-]+)\s*nats?\s*", text)
    try:
        nats = float(match[1]) if match else float("nan")
    except ValueError:
        nats = float("nan")
    if not 0 < nats < float("inf"):
        raise StudyError(
            f'cannot read "{text}" as a difference of losses: write a positive number of nats per '
            "token, for example 0.05 nats"
        )
    return nats
