"""Versions of a package: build, migrate, download, compare, release and deposit them."""
