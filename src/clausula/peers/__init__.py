"""Importers: your own copy of another dataset as data frames, with our topics and actors. None of its data ships."""
