"""Adjudication: a decision on a conflict between two passes, from the prompt or workbook to the tables.

A decision edits the records of the source as rows of a pass (`records`), which take the same path as a submission:
IDs, three-way merge, checks. The decision, the records and the conflicts are written together or not at all
(`resolve`).
"""
