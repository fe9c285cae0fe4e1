"""Versions of a package: build, migrate, fetch, compare, release, deposit."""
