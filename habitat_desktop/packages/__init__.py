"""Packages: records <-> one Excel workbook."""
