"""Why: inspectors ask for Annex A, eleven lists of children in one workbook, and whatever an authority holds can make it."""

from casetally.reports.annex_a.export import AnnexA, export_annex_a

__all__ = ["AnnexA", "export_annex_a"]
