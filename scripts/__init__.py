"""Entry points for maintainers."""
