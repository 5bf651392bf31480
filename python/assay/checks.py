"""Checks the arguments of public functions; an error names the argument that is wrong.

Numbers of NumPy and pandas are as good as Python's own; True and False are no numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from assay.errors import FitError, StudyError

__all__ = ["flag", "name", "not_negative", "positive", "share", "whole", "window_stride"]


def positive(value: Any, what: str) -> float:
    """Return a positive finite number.

    Raises
    ------
    FitError
        If ``value`` is not one; the message begins with ``what``, as in all functions here.
    """
    if not _is_number(value) or not 0.0 < value < np.inf:
        raise FitError(f"{what} is {value!r}, expected a positive number")
    return float(value)


def not_negative(value: Any, what: str) -> float:
    """Return a finite number that is zero or more."""
    if not _is_number(value) or not 0.0 <= value < np.inf:
        raise FitError(f"{what} is {value!r}, expected zero or a positive number")
    return float(value)


def share(value: Any, what: str) -> float:
    """Return a number between 0 and 1."""
    if not _is_number(value) or not 0.0 < value < 1.0:
        raise FitError(f"{what} is {value!r}, expected a number between 0 and 1")
    return float(value)


def whole(value: Any, what: str, least: int | None = None) -> int:
    """Return a whole number, at ``least`` so large."""
    right = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not right or (least is not None and value < least):
        limit = "" if least is None else f", {least} or more"
        raise FitError(f"{what} is {value!r}, expected a whole number{limit}")
    return int(value)


def flag(value: Any, what: str) -> bool:
    """Return a truth value; text such as ``"no"`` would count as true."""
    if not isinstance(value, bool | np.bool_):
        raise FitError(f"{what} is {value!r}, expected True or False")
    return bool(value)


def name(value: Any, what: str) -> str:
    """Return a name."""
    if not isinstance(value, str):
        raise FitError(f"{what} is {value!r}, expected a name")
    return value


def window_stride(window_tokens: int, stride_tokens: int | None) -> int:
    """Return the tokens from one window of a document to the next.

    By default all but one: the last token of a window is the first of the next, as context.

    Raises
    ------
    StudyError
        If windows would leave out tokens, or stand still.
    """
    longest = window_tokens - 1
    stride = longest if stride_tokens is None else stride_tokens
    if not 1 <= stride <= longest:
        raise StudyError(
            f"stride_tokens is {stride} with windows of {window_tokens} tokens: "
            f"expected 1 to {longest}"
        )
    return stride


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
