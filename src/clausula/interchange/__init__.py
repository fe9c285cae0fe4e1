"""Import from and export to other programs: statements of Discourse Network Analyzer, and W3C Web Annotations.

`records` has the common form: a record with all rows that belong to it, in the text values of the tables.
`statements_write` and `annotations_write` write records, `statements_read` and `annotations_read` read them, and
`import_pass` imports them into a pass, with the same checks as for a workbook or the coding page.
"""
