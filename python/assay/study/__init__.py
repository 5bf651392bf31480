"""A study: its file, the folder of what it made, and its stages from text to a decision.

``file`` is what a person writes. ``stages`` runs everything in order; each stage has a module of
its own that hands the study to the part that does the work: ``prepare``, ``plan``, ``train``,
``measure``, ``fit``, ``compare``, ``report``.
"""

from assay.study.file import Study, StudyFile, load_study

__all__ = ["Study", "StudyFile", "load_study"]
