"""The report of a study: views of numbers, plots of views, one self-contained HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assay.errors import MissingExtra
from assay.records import write_atomic

if TYPE_CHECKING:
    from assay.study import Study

__all__ = ["write_report"]


def write_report(study: Study) -> Path:
    """Write ``report.html`` into the output folder of ``study`` and return its path.

    Raises
    ------
    MissingExtra
        If matplotlib or jinja2 is not installed.
    DataError
        If a stage before has not run; the message names its command.
    """
    from assay.report.collect import collect
    from assay.report.html import render

    report = collect(study)
    try:
        page = render(report)
    except ModuleNotFoundError as error:
        if error.name not in {"jinja2", "markupsafe", "matplotlib"}:
            raise
        raise MissingExtra.named("report", "the report") from None
    path = study.out / "report.html"
    write_atomic(path, page.encode())
    return path
