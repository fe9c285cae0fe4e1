"""An engine on the small package that stays open: a case changes some tables, and only these are loaded again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from clausula.core.findings import Report
from clausula.core.model import Model
from clausula.core.package import csv_path, open_package
from clausula.core.rules import RULES, Rule, read_rules
from clausula.core.store import Store, locate
from clausula.derive.dialect import DUCKDB
from clausula.validation import duckdb_loading, rules_layer, schema_layer
from clausula.validation.duckdb_engine import open_engine
from clausula.validation.engine import Loaded
from tests.poisoned.layers import subpackage
from tests.poisoned.tables import Tables


def referring(model: Model, names: Iterable[str]) -> set[str]:
    """Return tables and those that refer to them."""
    chosen = set(names)
    return chosen | {t.name for t in model for key in t.foreign_keys if key.resource in chosen}


def reads(rule: Rule, names: set[str]) -> bool:
    """Whether the query of a rule names one of some tables."""
    return bool(set(re.findall(r"\w+", rule.sql)) & names)


class ReloadingEngine:
    """The engine of a package; `changed` changes some tables, and undoes the change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.package = open_package(root)
        self.engine = open_engine(self.package)
        self.rules = read_rules(root / RULES)

    def load(self, names: Iterable[str]) -> None:
        """Load tables again from their files."""
        for name in names:
            for schema in ("raw", "main"):
                self.engine.con.execute(f"DROP TABLE {schema}.{DUCKDB.name(name)}")
        self.engine.findings.clear()
        self.engine.store = Store(self.package)
        for name in names:
            resource = self.package.resources[name]
            loaded = self.engine.tables[name] = Loaded(resource, *reversed(locate(self.package, resource)))
            duckdb_loading.load_file(self.engine.con, loaded, self.engine.store[name])
            query = f"SELECT _row, {self.engine.typed_columns(resource.table)} FROM raw.{DUCKDB.name(name)}"
            self.engine.con.execute(f"CREATE TABLE main.{DUCKDB.name(name)} AS {query}")
            self.engine.add_faults(loaded)

    @contextmanager
    def changed(self, change: Callable[[Tables], Iterable[str]]) -> Iterator[set[str]]:
        """Change tables in the files and in the engine, yield their names, and undo the change.

        Parameters
        ----------
        change : function
            Changes and writes tables, and returns their names.
        """
        clean = {name: (self.root / csv_path(name)).read_bytes() for name in self.package.resources}
        names: set[str] = set()
        try:
            names = set(change(Tables(self.root)))
            self.load(sorted(names))
            yield names
        finally:
            for name in names:
                (self.root / csv_path(name)).write_bytes(clean[name])
            self.load(sorted(names))

    def check(self, changes: list[dict[str, Any]]) -> Report:
        """Change some tables, and run the layers `duckdb` and `rules` on what the change can affect."""
        report = Report()

        def change(tables: Tables) -> set[str]:
            tables.apply(changes)
            return {change["table"] for change in changes}

        with self.changed(change) as names:
            affected = subpackage(self.package.model, self.root, *referring(self.package.model, names))
            loaded = {name: self.engine.tables[name] for name in affected.resources}
            schema_layer.check(replace(self.engine, store=Store(affected), tables=loaded), report)
            rules_layer.check(self.engine, report, [rule for rule in self.rules if reads(rule, names)])
        return report
