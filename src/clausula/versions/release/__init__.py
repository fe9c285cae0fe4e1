"""Release a package: check it completely, then write the release folder atomically."""
