"""DDI Codebook 2.5 (DDI Alliance): study, files and variables with their categories, for data archives."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from clausula.core.model import Descriptor, Field, Model, Table
from clausula.derive import citation
from clausula.derive.citation import licence
from clausula.derive.metadata.facts import day, people

NAMESPACE = "ddi:codebook:2_5"
INTERVAL = {"ratio": "contin", "interval": "contin"}


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _study(root: ET.Element, model: Model) -> None:
    metadata = model.metadata
    study = _add(root, "stdyDscr")
    cited = _add(study, "citation")
    titles = _add(cited, "titlStmt")
    _add(titles, "titl", metadata["title"])
    if metadata.get("doi"):
        _add(titles, "IDNo", metadata["doi"], agency="DOI")
    makers = _add(cited, "rspStmt")
    for person in people(metadata):
        _add(makers, "AuthEnty", person["title"])
    produced = _add(cited, "prodStmt")
    _add(produced, "prodDate", day(metadata), date=day(metadata))
    _add(produced, "copyright", licence(metadata)["title"])
    version = _add(cited, "verStmt")
    _add(version, "version", metadata["version"], date=day(metadata))
    _add(cited, "biblCit", citation.sentence(metadata))
    info = _add(study, "stdyInfo")
    subject = _add(info, "subject")
    for word in metadata["keywords"]:
        _add(subject, "keyword", word)
    _add(info, "abstract", metadata["description"])
    _method(study, metadata)
    access = _add(_add(study, "dataAccs"), "useStmt")
    _add(access, "conditions", f"{licence(metadata)['name']}: {licence(metadata)['path']}")


def _method(study: ET.Element, metadata: Descriptor) -> None:
    """Add data collection and appraisal: who coded, with what instrument, and what the agreement figures are."""
    made = metadata.get("provenance")
    if not made:
        return
    method = _add(study, "method")
    collection = _add(method, "dataColl")
    for coder in made["coders"]:
        _add(collection, "dataCollector", f"{coder['coder_id']} ({coder['kind']}): {coder['description']}")
    _add(collection, "collMode", made["statement"])
    _add(collection, "resInstru", "Codebook, in docs/codebook")
    _add(_add(method, "anlyInfo"), "dataAppr", made["details"])


def _file(root: ET.Element, table: Table, facts: dict[str, Any]) -> None:
    described = _add(root, "fileDscr", ID=f"file-{table.name}", URI=facts["csv"]["path"])
    text = _add(described, "fileTxt")
    _add(text, "fileName", facts["csv"]["path"])
    _add(text, "fileCont", f"{table.grain} {table.description}")
    size = _add(text, "dimensns")
    _add(size, "caseQnty", str(facts["rows"]))
    _add(size, "varQnty", str(facts["columns"]))
    _add(text, "fileType", "text/csv", charset="UTF-8")


def _variable(parent: ET.Element, table: Table, field: Field) -> None:
    variable = _add(
        parent,
        "var",
        ID=f"var-{table.name}-{field.name}",
        name=field.name,
        files=f"file-{table.name}",
        intrvl=INTERVAL.get(field.level, "discrete"),
    )
    _add(variable, "labl", field.title)
    _add(variable, "txt", field.description)
    for category in field.categories or field.scale:
        listed = _add(variable, "catgry")
        _add(listed, "catValu", str(category.value))
        _add(listed, "labl", category.label)
        if category.description:
            _add(listed, "txt", category.description)
    kind = "numeric" if field.type in ("integer", "number") else "character"
    _add(variable, "varFormat", type=kind, schema="other", **({"category": "date"} if field.type == "date" else {}))


def ddi(model: Model, manifest: dict[str, Any]) -> bytes:
    """Return the codebook as XML in UTF-8."""
    root = ET.Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", "xml:lang": "en"})
    _study(root, model)
    for table in model:
        _file(root, table, manifest["tables"][table.name])
    data = _add(root, "dataDscr")
    for table in model:
        for field in table.fields:
            _variable(data, table, field)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
