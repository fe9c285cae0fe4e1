"""The explorer: a static site of a package, which opens from a file."""

from clausula.site.run import Built, Told, site

__all__ = ["Built", "Told", "site"]
