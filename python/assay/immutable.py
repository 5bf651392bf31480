"""Dictionaries and arrays that cannot be changed, for results that many may share."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Frozen", "freeze", "read_only"]

Value = TypeVar("Value")
Scalar = TypeVar("Scalar", bound=np.generic)


class Frozen(dict[str, Value]):
    """A dictionary that cannot be changed; it is copied, pickled and written as JSON like any."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("the values of a result cannot be changed: change a copy, dict(...)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from a plain dictionary, for ``copy`` and ``pickle``."""
        return type(self), (dict(self),)


def read_only(values: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return a view of ``values`` that cannot be written to."""
    view = values.view()
    view.flags.writeable = False
    return view


def freeze(record: Any, **fields: Any) -> None:
    """Set fields of a frozen dataclass while it is made, arrays and dictionaries frozen."""
    for name, value in fields.items():
        frozen = read_only(value) if isinstance(value, np.ndarray) else Frozen(value)
        object.__setattr__(record, name, frozen)
