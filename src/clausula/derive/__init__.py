"""Formats derived from the schemas, one small module for each target."""
