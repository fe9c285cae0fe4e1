"""Interchange with other programs, both ways: statements of Discourse Network Analyzer, and W3C Web Annotations.

`records` is the middle: a record with all that belongs to it, in the texts of the tables. `statements` and
`annotations` write it, `listed` and `annotated` read it; `taking` brings what was read into a pass, through the same
checks as a workbook or the page.
"""
