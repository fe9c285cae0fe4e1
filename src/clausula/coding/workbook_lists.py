"""The drop-downs of a workbook: the hidden sheet with their lists, which the new rows of other sheets join at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clausula.coding.workbook_format import LISTS, labelled

JOINING = ("actors", "places", "propositions", "processes", "instruments")
"""Sheets whose new rows join the drop-downs of the other sheets at once."""

JOINED_ROWS = 200
"""How many new rows of such a sheet the lists have room for."""


def lock(sheet: Any) -> None:
    """Protect a sheet against accidental changes, without a password."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.autoFilter = False


def letter_of(number: int) -> str:
    """Return the letters of a column."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


@dataclass(frozen=True)
class Joining:
    """The rows of a sheet that a coder may fill in with something new, such as an actor.

    Attributes
    ----------
    first, count : int
        Line of the first of these rows, and how many there are.
    id, label : str
        Letters of the columns with the ID and the name; the second is empty if there are no names.
    """

    sheet: str
    first: int
    count: int
    id: str
    label: str

    def formula(self, number: int) -> str:
        """Return the formula that shows one of the rows as a drop-down does, whatever rows are inserted or sorted."""
        line = self.first + number
        value, label = (f"INDEX({self.sheet}!${c}:${c},{line})" if c else "" for c in (self.id, self.label))
        shown = f'{value}&IF({label}="",""," ("&{label}&")")' if label else value
        return f'=IF({value}="","",{shown})'


class Lists:
    """The hidden sheet with the lists behind drop-downs."""

    def __init__(self, cell_writer: Any) -> None:
        self.cell_writer = cell_writer
        self.sheet = cell_writer.book.create_sheet(LISTS)
        self.known: dict[tuple[Any, ...], str] = {}
        self.sheet.sheet_state = "hidden"
        lock(self.sheet)

    def range_of(self, name: str, listed: Sequence[tuple[str, str]], joining: Joining | None = None) -> str:
        """Return the cell range of a list, as a formula.

        Parameters
        ----------
        joining : Joining, optional
            The rows of a sheet that join the list as soon as the coder enters them.
        """
        key = (*listed, joining)
        if key not in self.known:
            number = len(self.known) + 1
            self.cell_writer.write(self.sheet.cell(1, number), name)
            for row, (value, label) in enumerate(listed, 2):
                self.cell_writer.write(self.sheet.cell(row, number), labelled(value, label))
            letter, last = self.sheet.cell(1, number).column_letter, len(listed) + 1
            self.known[key] = f"{LISTS}!${letter}$2:${letter}${last}"
            if joining is not None:
                for row in range(joining.count):
                    self.sheet.cell(last + 1 + row, number).value = joining.formula(row)
                new = f"{LISTS}!${letter}${last + 1}:${letter}${last + joining.count}"
                length = f'{last - 1}+SUMPRODUCT(MAX(({new}<>"")*(ROW({new})-{last})))'
                self.known[key] = f"OFFSET({LISTS}!${letter}$2,0,0,MAX(1,{length}),1)"
        return self.known[key]


def drop_down(formula: str, strict: bool) -> Any:
    """Return the rule of a drop-down; a strict one refuses any other text."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=strict, showDropDown=False)
    rule.errorTitle = "Not in the list"
    rule.error = "Choose a value from the list. The note on the header explains each value."
    return rule
