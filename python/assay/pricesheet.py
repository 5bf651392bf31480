"""The price sheet: what the sources of a table of results cost, as TOML."""

from __future__ import annotations

import os
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat

from assay.errors import StudyError
from assay.sources import Acquisition, Params, PricedSource, Prices, supply_curve
from assay.tomlfile import path_of, read_toml
from assay.units import FLOPS_PER_TOKEN

__all__ = ["PriceSheet", "read_prices"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class _Source(_Table):
    """One source and how it is got."""

    name: str = Field(min_length=1)
    """The source as the table of results names it."""
    cap: PositiveFloat = float("inf")
    """Unique tokens that can be had, counted after preparation."""
    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Share of the source in what is trained on; the rest is already owned. 0 for a control."""
    epochs_max: PositiveFloat = 4.0
    """Most passes over the unique tokens."""
    kept: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of the text that its preparation keeps; the rest is paid for too."""
    cost: Acquisition
    """What its text costs."""


class PriceSheet(_Table):
    """What the sources of a table of results cost."""

    params: Params
    """Parameters of the model that is trained."""
    prices: Prices
    """What compute costs."""
    source: tuple[_Source, ...] = Field(min_length=1)
    """The sources."""


def read_prices(path: str | os.PathLike[str]) -> dict[str, PricedSource]:
    """Read a price sheet for :func:`assay.compare`.

    Parameters
    ----------
    path
        A TOML file with ``params``, the size of the model that is trained (training on a token
        takes ``6 params`` FLOPs); ``[prices]`` as in a study file; and for each source
        ``[[source]]`` with ``name``, optionally ``cap`` (unique tokens that can be had, counted
        after preparation; no limit by default), ``share`` of what is trained on (1),
        ``epochs_max`` (4) and ``kept``, the share of the text that preparation keeps (1), and
        ``[source.cost]`` as in a study file. Prices and their tiers count bought tokens, of which
        a kept one takes ``1 / kept``, whatever the kind of cost.

    Returns
    -------
    The price of each source by name, in USD, FLOPs and GPU-hours.

    Raises
    ------
    DataError
        If the file is missing or is not TOML.
    StudyError
        If a key is unknown, missing or has a value that cannot be; the message names it.

    Examples
    --------
    >>> import pathlib
    >>> import assay
    >>> _ = pathlib.Path("prices.toml").write_text('''
    ... params = 1e9
    ... prices = { gpu_hour = 2.0, peak_flops = 1e15, utilisation_train = 0.5 }
    ... [[source]]
    ... name = "books"
    ... cost = { kind = "licensed", usd_per_million_tokens = 3.0 }
    ... ''')
    >>> print(f"{assay.read_prices('prices.toml')['books'].total_cost(1e9).usd:.2f} USD")
    3006.67 USD
    """
    path = path_of(path, "the price sheet")
    sheet = read_toml(path, PriceSheet)
    names = [source.name for source in sheet.source]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError(f"{path}: {', '.join(twice)} priced twice: keep one [[source]] for each")
    return {source.name: _priced(source, sheet) for source in sheet.source}


def _priced(source: _Source, sheet: PriceSheet) -> PricedSource:
    return PricedSource(
        name=source.name,
        supply=supply_curve(source.cost, sheet.prices, kept=source.kept, cap=source.cap),
        training_per_token=sheet.prices.training(FLOPS_PER_TOKEN * sheet.params),
        candidate_share=source.share,
        epochs_max=source.epochs_max,
    )
