"""One law fitted to one source: a member of the combination that a fit is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from assay.errors import FitError
from assay.fitting.objective import Space
from assay.immutable import freeze
from assay.laws import Law, make
from assay.laws.law import Array

__all__ = ["Diagnostics", "Member", "Status"]

Status = Literal["ok", "bound", "failed"]


@dataclass(frozen=True, kw_only=True)
class Diagnostics:
    """How well the search and the runs pinned the parameters down."""

    agreement: float
    """Share of the starts that reached the optimum."""
    condition: float | None
    """Condition number of J'J, J being the slopes of the log loss by the centred log parameters;
    ``None`` where a direction is not determined at all."""
    ridge: Mapping[str, float]
    """The direction in log parameters, of length 1, that the runs determine least."""
    at_bound: tuple[str, ...]
    """Parameters on a bound, a vanishing ``E`` included."""

    def __post_init__(self) -> None:
        """Freeze the direction."""
        freeze(self, ridge=self.ridge)


@dataclass(frozen=True, kw_only=True, eq=False)
class Member:
    """A law with its parameters, and its weight in the combination."""

    law: str
    anchor: float | None
    """Loss at zero spend, for laws that use it."""
    x: tuple[str, ...]
    """Columns that the law's predictors are read from."""
    params: Mapping[str, float]
    objective: float
    """Sum of Huber's loss over the residuals."""
    delta: float
    """Huber's delta, in the units of the residuals."""
    space: Space
    """Whether residuals are of the log loss or of the loss."""
    status: Status
    """``ok``; ``bound``: a parameter is on its bound; ``failed``: no optimum was reached."""
    weight: float
    """Share in the combination; the weights of a fit sum to 1."""
    draws: Array
    """Parameters of each resample, ``(resamples, p)``."""
    diagnostics: Diagnostics

    def __post_init__(self) -> None:
        """Freeze the parameters and the draws."""
        freeze(self, params=self.params, draws=self.draws)

    @cached_property
    def form(self) -> Law:
        """The law as an object."""
        return make(self.law, anchor=self.anchor, columns=self.x)

    @property
    def vector(self) -> Array:
        """The parameters as an array, ``(p,)``."""
        return np.array(list(self.params.values()))

    def predictors(self, x: Mapping[str, ArrayLike]) -> Array:
        """Return the predictors of the law, ``(d, n)``, from columns by name.

        Raises
        ------
        FitError
            If a column is missing, lengths differ, or a value is not a positive finite number.
        """
        columns = [self._column(x, name) for name in self.x]
        for name, values, size in zip(self.x, columns, self.form.scaled, strict=True):
            if not np.all(np.isfinite(values)) or (size and not np.all(values > 0)):
                raise FitError(f"{name} holds a value that is not a positive finite number")
        try:
            return np.stack(np.broadcast_arrays(*columns))
        except ValueError:
            lengths = ", ".join(f"{n} {len(c)}" for n, c in zip(self.x, columns, strict=True))
            raise FitError(f"the columns differ in length: {lengths}") from None

    def _column(self, x: Mapping[str, ArrayLike], name: str) -> Array:
        try:
            found = x[name]
        except (KeyError, IndexError, TypeError):
            needs = ", ".join(self.x)
            raise FitError(f"the {self.law} law needs {needs}, found no {name}") from None
        try:
            values = np.atleast_1d(np.asarray(found, dtype=np.float64))
        except (TypeError, ValueError) as error:
            raise FitError(f"the column {name} to predict at is not of numbers: {error}") from None
        if values.ndim > 1:
            raise FitError(f"{name} has the shape {values.shape}, expected one dimension")
        return np.maximum(values, 1.0) if name == "epochs" else values

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return values | {
            "x": list(self.x),
            "params": dict(self.params),
            "draws": self.draws.tolist(),
            "diagnostics": asdict(self.diagnostics) | {"ridge": dict(self.diagnostics.ridge)},
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Member:
        """Rebuild what :meth:`to_dict` returned."""
        fields = dict(values)
        known = fields["diagnostics"]
        fields |= {
            "x": tuple(fields["x"]),
            "draws": np.array(fields["draws"], float).reshape(-1, len(fields["params"])),
            "diagnostics": Diagnostics(**known | {"at_bound": tuple(known["at_bound"])}),
        }
        return cls(**fields)
