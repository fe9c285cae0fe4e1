"""The static website of a package, which opens without a server."""

from clausula.site.run import BuiltSite, SiteOptions, site

__all__ = ["BuiltSite", "SiteOptions", "site"]
