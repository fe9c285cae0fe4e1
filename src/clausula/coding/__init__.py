"""Coding: one path from what a coder enters in a form to the tables, whatever the form is.

A workbook, the coding page in the browser and an import from another program all create a `Submission` and submit it:

    from clausula.coding.form import Form                    the columns that a coder fills, from the schemas
    from clausula.coding.submission import FormRow, Submission
    from clausula.coding.quotes import locate, places, nearest, paragraphs
    from clausula.coding.passes import Pass, shown_rows      what the package contains of a pass, as form rows
    from clausula.core.tables import read_tables
    from clausula.coding.candidate import build_candidate    submission and tables -> the tables after the import
    from clausula.coding.merge import merge                  three-way merge by ID; conflicts are findings
    from clausula.coding.checks import check_candidate       schemas and rules, with findings at the form's cells
    from clausula.coding.submit import submit                all of it; written completely or not at all

Most forms need only `submit(root, submission, raw_text)`. Rows refer to units by local names (`p001`, `r001`, `v001`;
anchors `e001`, disputes `d001`) and to other records by their IDs. They contain a `quote` instead of offsets, and an
`occurrence` if the quote matches several spans; the page and imports give offsets (`start`, `end` in code points)
instead of a quote. A submission contains all rows of its pass. `shown` contains the rows that the form showed at
first, so that changes by others are neither lost nor overwritten. `reading_findings` are those from reading the form.
Every finding names its cell as the form does (`FormRow.where`). A finding on a sentence without a record or reason
names the paragraph in the sheet `Text`, with start and end in its key.

`workbook_write.make_workbook` creates a workbook and `workbook_read.read_workbook` reads it. `register.register`
registers a source. The coding page consists of `web` (the server), `page_api` (its requests and responses) and `page/`
(its files).
"""
