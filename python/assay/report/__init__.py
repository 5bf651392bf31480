"""The report of a study: views of numbers, plots of views, one self-contained HTML page."""

from __future__ import annotations

from pathlib import Path

from assay.errors import MissingExtra
from assay.files import write_atomic
from assay.report.html import render
from assay.report.views import Report

__all__ = ["write_page"]


def write_page(report: Report, path: Path) -> None:
    """Write a report as one HTML file, whole or not at all.

    Raises
    ------
    MissingExtra
        If matplotlib or jinja2 is not installed.
    """
    try:
        page = render(report)
    except ModuleNotFoundError as error:
        if error.name not in {"jinja2", "markupsafe", "matplotlib"}:
            raise
        raise MissingExtra.named("report", "the report") from None
    write_atomic(path, page.encode())
