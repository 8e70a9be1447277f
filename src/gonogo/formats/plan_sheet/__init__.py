"""A launch's plan as one Markdown sheet: GitHub task lists, written by gonogo and read back to the letter."""

from gonogo.formats.plan_sheet.read import is_sheet, read_sheet
from gonogo.formats.plan_sheet.write import write_sheet

__all__ = ["is_sheet", "read_sheet", "write_sheet"]
