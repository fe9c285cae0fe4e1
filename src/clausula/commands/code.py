"""Code a text: register it, code it in a workbook or in the browser, resolve conflicts."""

from __future__ import annotations

from clausula.commands import (
    code_import,
    code_ingest,
    code_new,
    code_pack,
    code_pending,
    code_resolve,
    code_revise,
    code_submit,
    code_web,
    code_workbook,
)

SUBCOMMANDS = {
    "new": code_new,
    "workbook": code_workbook,
    "ingest": code_ingest,
    "web": code_web,
    "pack": code_pack,
    "submit": code_submit,
    "import": code_import,
    "resolve": code_resolve,
    "revise": code_revise,
    "pending": code_pending,
}
"""The subcommands, in the order in which a coder uses them."""

EXAMPLES = """\
  clausula code new texts/salt-road-accord-2033.txt               register a text
  clausula code workbook salt-road-accord-2033 --pass a           create the workbook of the first pass
  clausula code ingest salt-road-accord-2033.a.xlsx               check it and import it
  clausula code web salt-road-accord-2033 --pass b                code in the browser instead of a workbook
  clausula code pack salt-road-accord-2033 --pass c --texts texts    write a file for a person or a program
  clausula code submit answer.json --texts texts                  check its answer and import it
  clausula code import statements.csv salt-road-accord-2033 --format dna --pass a
  clausula code resolve salt-road-accord-2033                     resolve the conflicts between two passes
  clausula code revise --dry-run                                  list the values that no pass and no resolution states
  clausula code pending                                           list the topics that were added after the coding"""
