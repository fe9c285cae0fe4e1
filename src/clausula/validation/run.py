"""Validation: run the layers one after the other and collect their findings in one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clausula.core.acceptances import apply_acceptances
from clausula.core.findings import SHOWN, CouldNotRun, Report, finding
from clausula.core.input import open_input
from clausula.core.memory import rare_collection
from clausula.core.package import DESCRIPTOR, Package
from clausula.core.paths import first_unsafe
from clausula.core.progress import Progress, quiet
from clausula.core.requirements import needs
from clausula.validation import earlier_verdicts, rules_layer, schema_layer, second_process
from clausula.validation.completeness import descriptor_state, resource_states
from clausula.validation.duckdb_engine import MEMORY, UNQUERIED, open_engine
from clausula.validation.engine import Engine
from clausula.validation.layers import FAST, LAYERS, ON_REQUEST, SCHEMA_LAYERS, run_layer
from clausula.validation.result import CheckedTable, ValidationReport

ALL = 1_000_000
"""How many findings of one code, table and field are kept if nothing else is asked for."""


@needs("clausula.validate()", "validate")
@rare_collection()
def validate(  # noqa: PLR0913, PLR0917 - the options of the command
    path: str | Path,
    layers: Sequence[str] = LAYERS,
    shown: int = ALL,
    progress: Progress = quiet,
    texts: str | Path | None = None,
    schema: str | Path | None = None,
    schemas: str | Path | None = None,
    fresh: bool = True,
) -> ValidationReport:
    r"""Validate a package with the given layers.

    The package can be any Data Package. Nothing in it is changed, and nothing is downloaded.

    Parameters
    ----------
    path : str or Path
        Folder of a package, its descriptor, or a zip with both; or a single CSV or Parquet file.
    layers : sequence of str
        A selection of LAYERS and ON_REQUEST; ("duckdb", "rules") needs only DuckDB. By default LAYERS.
    shown : int
        Number of findings kept per code, table and field. Counts are always complete.
    texts : str or Path, optional
        Folder with the texts of sources, only for packages with the evidence tables of Clausula. If given, the
        anchors in them are verified; the report is not `complete` if
        the text of a source with anchors is missing.
    schema : str or Path, optional
        Table Schema of a single file.
    schemas : str or Path, optional
        Folder with copies of the remote schemas and profiles that the descriptor names.
    fresh : bool
        Whether all layers run. Otherwise agreement, frictionless, pandera and expectations do not run if they found
        nothing in an earlier run with the same hashes; `checked["earlier"]` lists them.

    Returns
    -------
    ValidationReport
        The findings of all layers: `frame()` returns them as a table. `accepted` has the warnings that were accepted
        for a release. `tables` has the tables, each with its rows without errors (`good`) and its rows with errors
        (`failures`). `checked` has the layers that ran, the tables with the numbers of their rows, columns and
        findings, the numbers of anchors, and for each resource what was judged; `complete` is true if everything was.

    Raises
    ------
    CouldNotRun
        If there is no package, a layer is unknown, the library of a layer is not installed, or texts are given for a
        package without anchors.

    Examples
    --------
    >>> import json
    >>> from pathlib import Path
    >>> fields = [{"name": "id", "type": "integer"}, {"name": "signed", "type": "date"}]
    >>> resource = {"name": "treaties", "path": "treaties.csv", "schema": {"fields": fields, "primaryKey": "id"}}
    >>> descriptor = json.dumps({"name": "example", "resources": [resource]})
    >>> _ = Path("datapackage.json").write_text(descriptor)
    >>> _ = Path("treaties.csv").write_text("id,signed\n1,2031-05-02\n2,last May\n2,2032-01-31\n")
    >>> import clausula
    >>> report = clausula.validate(".", layers=["duckdb"])
    >>> report.total()
    2
    >>> report.frame()[["code", "row", "field", "value"]]
              code  row   field     value
    0         type    2  signed  last May
    1  primary-key    3      id         2
    >>> report.tables["treaties"].good
         id     signed
    row
    1     1 2031-05-02
    >>> report.tables["treaties"].failures
                           id      signed
    row code        field
    2   type        signed  2    last May
    3   primary-key id      2  2032-01-31
    """
    if unknown := [layer for layer in layers if layer not in (*LAYERS, *ON_REQUEST)]:
        raise CouldNotRun.of("unknown-layer", layer=unknown[0], layers=", ".join(LAYERS))
    package = open_input(Path(path), _path(schema), _path(schemas))
    if texts is not None:
        from clausula.validation.evidence_layer import REQUIRED_TABLES, has_evidence

        if not has_evidence(package):
            raise CouldNotRun.of("missing-evidence:validate", root=package.root, tables=", ".join(REQUIRED_TABLES))
    report = ValidationReport(shown)
    ran = [layer for layer in (*LAYERS, *ON_REQUEST) if layer in layers and (package.own or layer not in SCHEMA_LAYERS)]
    if not ran:
        raise CouldNotRun.of("unknown-layer:foreign", layer=layers[0] if layers else "")
    needs_safe_paths = package.own and not set(ran) <= set(FAST)
    stray = first_unsafe(package.root, "data") or first_unsafe(package.root, DESCRIPTOR) if needs_safe_paths else None
    if stray is not None:
        unsafe = [layer for layer in ran if layer not in FAST]
        report.extend(finding("unsafe-path:layer", file=stray, layer=layer, layers=(layer,)) for layer in unsafe)
    safe = [layer for layer in ran if stray is None or layer in FAST]
    earlier = None if fresh else earlier_verdicts.find(package, safe)
    safe = [layer for layer in safe if earlier is None or layer not in earlier.layers]
    with second_process.started(package.root, safe, shown) as second:
        progress("reading the tables")
        memory = MEMORY if texts is not None or set(ran) & set(FAST) else UNQUERIED
        engine = open_engine(package, keep=not set(ran) <= set(FAST), copy="rules" in ran, memory=memory)
        for layer in (layer for layer in safe if layer not in second.layers):
            progress(f"layer {layer}")
            run_layer(layer, engine, report)
        if second.layers:
            progress(f"layers {' and '.join(second.layers)}, in a second process")
            second.add_to(engine, report)
    if earlier is not None:
        earlier.add_to(report, engine.store.digests)
        earlier.keep(report, safe)
    verified: dict[str, int] = {}
    if package.own and texts is not None:
        from clausula.validation.absence_words import named_absences
        from clausula.validation.evidence_layer import verify_store

        outcomes = verify_store(engine, report, Path(texts), progress=progress).values()
        report.extend(named_absences(engine, Path(texts)))
        states = ("verified", "moved", "broken", "unchecked")
        verified = {state: sum(entry.get(state, 0) for entry in outcomes) for state in states}
    if package.own:
        apply_acceptances(report, package.root, complete_layers(ran, report, texts is not None))
    report.checked = {**_checked(package, ran, engine, report), **report.checked}
    _describe(report, package)
    report.tables = {name: CheckedTable(engine, report, name) for name in engine.tables}
    if package.own:
        report.checked["anchors"] = {"all": engine.tables["evidence"].rows if "evidence" in engine.tables else 0}
        report.checked["anchors"] |= verified
    return report


def complete_layers(ran: Sequence[str], report: Report, verified: bool = False) -> set[str]:
    """Return the layers that ran completely, so that a warning of theirs that is not in the report is gone.

    Parameters
    ----------
    ran : sequence of str
        The layers that were asked for. One that was skipped, because a library is missing, says so in the report.
    verified : bool
        Whether the anchors were verified.
    """
    skipped = {layer for one in report.findings if one.code == "skipped-layer" for layer in one.layers}
    return {*ran, *(("evidence",) if verified else ())} - skipped


def validate_on_spark(  # noqa: PLR0913, PLR0917 - the options of `validate`
    root: Path,
    master: str,
    shown: int = SHOWN,
    progress: Progress = quiet,
    schema: Path | None = None,
    schemas: Path | None = None,
) -> Report:
    """Check schemas and rules on Spark; the findings are the same as those of the layers `duckdb` and `rules`.

    Parameters
    ----------
    root : Path
        Folder of a package, or its datapackage.json.
    master : str
        URL of the cluster, such as "local[2]" or "spark://host:7077".
    shown : int
        Number of findings kept per code, table and field. Counts are always complete.
    schema, schemas : Path, optional
        See `validate`.

    Returns
    -------
    Report
        The findings. `checked` has the layers that ran and the tables.

    Raises
    ------
    CouldNotRun
        If there is no package, pyspark or Java is not installed, or the master cannot be reached.
    """
    from clausula.validation.spark_engine import open_spark

    package = open_input(root, _path(schema), _path(schemas))
    report = Report(shown)
    progress(f"loading the tables on {master}")
    with open_spark(package, master) as engine:
        progress("checking the schemas on Spark")
        schema_layer.check(engine, report)
        if package.own:
            progress("checking the rules on Spark")
            rules_layer.check(engine, report)
        ran = ["spark", "rules"] if package.own else ["spark"]
        if package.own:
            apply_acceptances(report, package.root, ran)
        report.checked = _checked(package, ran, engine, report)
        _describe(report, package)
    return report


def _path(given: str | Path | None) -> Path | None:
    return None if given is None else Path(given)


def _describe(report: Report, package: Package) -> None:
    metadata = package.model.metadata
    report.title = str(metadata.get("title") or metadata.get("name") or "a package")
    report.foreign = not package.own
    report.version = str(metadata.get("version") or "")


def _checked(package: Package, ran: list[str], engine: Engine, report: Report) -> dict[str, Any]:
    where = package.root if package.descriptor == DESCRIPTOR else package.root / package.descriptor
    tables, resources = _tables(engine, report), resource_states(engine)
    found = {"package": str(where), "layers": ran, "tables": tables, "resources": resources}
    return found if package.own else {**found, "descriptor": descriptor_state(package)}


def _tables(engine: Engine, report: Report) -> dict[str, dict[str, int]]:
    found: Counter[str] = Counter()
    for (_, table, _), count in report.counts.items():
        found[table] += count
    return {
        name: {"rows": t.rows, "columns": len(t.resource.table.fields), "findings": found[name]}
        for name, t in engine.tables.items()
    }
