"""Write the rule `unknown-registry-code` and the table of the codes of states, both from the library countrycode.

`--check` compares the committed files with the library and changes nothing.
"""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import version
from pathlib import Path

from clausula.core.csvio import write_rows

ROOT = Path(__file__).resolve().parent.parent
RULE = ROOT / "validation" / "rules" / "unknown-registry-code.sql"
TABLE = ROOT / "src" / "clausula" / "coding" / "state_codes.csv"
NAMES = ("country.name.en", "iso.name.en", "cow.name", "cldr.short.en", "un.name.en")
"""The columns with names of states, by which a form finds the codes."""

TEXT = """\
-- severity: error
-- says: A code of a state is not the one in the registry: ISO 3166, Correlates of War, or Gleditsch and Ward.
-- do: Take the codes from the registry; a state that ISO does not list has a code from XAA to XZZ.
-- The table is from countrycode {version}: scripts/registry_codes.py writes this file.
with registry(iso2, iso3, cow, gw) as (values
{rows}
), listed as (
  select a._row, a.iso2, a.iso3, a.cow_code, a.gw_code, r.iso3 as known, r.iso2 as right_iso2, r.cow, r.gw
  from actors a left join registry r on r.iso3 = a.iso3 where a.iso3 is not null
)
select 'actors' as tbl, _row, 'iso3' as field from listed
where known is null and not (iso3 between 'XAA' and 'XZZ')
union all
select 'actors', _row, 'iso2' from listed where iso2 <> right_iso2
union all
select 'actors', _row, 'cow_code' from listed l where cow_code <> cow or (cow is null and cow_code is not null
  and (not exists (select 1 from registry r where r.cow = l.cow_code)
    or exists (select 1 from registry r where r.cow = l.cow_code and r.iso3 is not null)))
union all
select 'actors', _row, 'gw_code' from listed l where gw_code <> gw or (gw is null and gw_code is not null
  and (not exists (select 1 from registry r where r.gw = l.gw_code)
    or exists (select 1 from registry r where r.gw = l.gw_code and r.iso3 is not null)))
"""


def literal(value: object) -> str:
    """Return a value as an SQL literal."""
    if value is None:
        return "null"
    return f"'{value}'" if isinstance(value, str) else str(int(str(value)))


def rule() -> str:
    """Return the text of the rule."""
    codes = importlib.import_module("countrycode.countrycode").codelist
    columns = zip(codes["iso2c"], codes["iso3c"], codes["cown"], codes["gwn"], strict=True)
    rows = [row for row in columns if row[1] or row[2] or row[3]]
    known = sorted(rows, key=lambda row: (row[1] or "~", row[2] or 0, row[3] or 0))
    lines = [f"  ({', '.join(map(literal, (row[0] if row[1] else None, *row[1:])))})" for row in known]
    return TEXT.format(version=version("countrycode"), rows=",\n".join(lines))


def table() -> str:
    """Return the table of the codes of states, with the names that lead to them."""
    codes = importlib.import_module("countrycode.countrycode").codelist
    columns = [codes[name] for name in ("iso3c", "iso2c", "cown", "gwn")]
    rows = []
    for number, known in enumerate(zip(*columns, strict=True)):
        names = dict.fromkeys(filter(None, (codes[name][number] for name in NAMES)))
        if known[0]:
            rows.append([*("" if code is None else str(code).removesuffix(".0") for code in known), ";".join(names)])
    return write_rows(["iso3", "iso2", "cow_code", "gw_code", "names"], sorted(rows)).decode()


def main(check: bool) -> int:
    """Write the files, or check that they are up to date."""
    status = 0
    for path, text in ((RULE, rule()), (TABLE, table())):
        if not check:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            print(f"{path.name} is not what the library gives; run scripts/registry_codes.py")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
