"""Coding: from what a coder writes in a form to the tables, through one path whatever the form.

A workbook, the page in the browser and an import from elsewhere all make a `Submission` and hand it in:

    from clausula.coding.form import Form                    what a coder fills, from the schemas
    from clausula.coding.submission import Row, Submission   rows, each cell with its place in the form
    from clausula.coding.quotes import locate, places, nearest, paragraphs
    from clausula.coding.passes import Pass, shown_rows      what the package holds of a pass, as form rows
    from clausula.coding.table_store import read_tables
    from clausula.coding.candidate import candidate          submission and tables -> tables as they would be
    from clausula.coding.merge import merge                  three-way, by id; conflicts are findings
    from clausula.coding.trial import judge                  schemas and rules, findings at the form's cells
    from clausula.coding.submit import submit, take_over     all of it; published whole or not at all

`submit(root, submission, raw_text)` is all that most forms need. Rows name units by local names (`p001`, `r001`,
`v001`; anchors `e001`, disputes `d001`), other records by their ids, and give words (`quote`, and `occurrence` where
they stand more than once) instead of positions. A submission is everything that its pass says; `shown` is what its
form showed at first, so that what others changed meanwhile is neither lost nor overwritten; `said` is what reading
the form has found already. Every finding names its cell as the form named it (`Row.where`); one on a sentence without
a record or reason names the paragraph in the sheet `Text`, with start and end in its key.

A row may say itself where its words stand (`start`, `end` in code points) in the place of a quote, as the page and
imports do.

A workbook is `workbook.make_workbook` and `readbook.read_workbook`; a source is registered by `new.register`. The page
is `web` (the server), `desk` (what it gives and takes) and `page/` (its files).
"""
