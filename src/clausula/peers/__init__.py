"""Importers: files of other schemes that a researcher holds, as frames with our codes. Nothing of theirs is shipped."""
