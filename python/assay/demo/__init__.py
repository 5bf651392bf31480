"""The built-in study: real text that every machine with ``assay[train]`` already has."""

from assay.demo.build import build_demo

__all__ = ["build_demo"]
