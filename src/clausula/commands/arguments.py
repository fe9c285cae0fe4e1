"""The grammar of the command line: `clausula VERB [SUBJECT...] [options]`, and the options that commands share."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from clausula.core.findings import SHOWN as SHOWN_BY_DEFAULT
from clausula.core.findings import CouldNotRun
from clausula.core.model import Field
from clausula.core.package import DESCRIPTOR, enclosing_package, own_package
from clausula.core.paths import require_writable

if TYPE_CHECKING:
    from clausula.analysis.dataset import Dataset


@dataclass(frozen=True)
class Option:
    """An option or a subject of a command, as `argparse` takes it."""

    names: tuple[str, ...]
    settings: dict[str, Any]


Options = Iterable[Option | list[Option]]
"""What a command takes, in the order of its help text; of the options in a list, at most one can be given."""


def option(*names: str, **settings: Any) -> Option:
    """Return an option, or a subject if the name has no dashes."""
    return Option(names, settings)


def switch(name: str, text: str, **settings: Any) -> Option:
    """Return an option without a value."""
    return option(name, help=text, **{"action": "store_true", **settings})


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _letter(text: str) -> str:
    if len(text) == 1 and "a" <= text <= "z":
        return text
    raise argparse.ArgumentTypeError("must be one letter from a to z")


PACKAGE = option(
    "--package",
    type=Path,
    metavar="DIR",
    help="folder of the package, or its datapackage.json (default: the package that contains the current folder, else "
    "the shipped release, which is read-only)",
)
PACKAGE_AS_SUBJECT = option("folder", nargs="?", type=Path, metavar="PACKAGE", help=argparse.SUPPRESS)
"""The package without `--package`, as in `clausula validate my/folder`; not listed in the help text."""

JSON = switch("--json", "print the result as JSON")
STRICT = switch("--strict", "exit with status 1 on warnings too")
FORCE = switch("--force", "replace what is already at the output path")
DRY_RUN = switch("--dry-run", "only check, change nothing")
PARTIAL = switch("--partial", "import what has no errors, leave out the rest")
SOURCE = option("source", metavar="SOURCE", help="ID of the source")
CODER = option("--coder", default="", metavar="ID", help="ID of the coder (default: the form asks)")
PASS = option(
    "--pass",
    dest="letter",
    type=_letter,
    required=True,
    metavar="LETTER",
    help="letter of the pass: a is the leading pass, others are blind",
)


def field_option(field: Field, default: str = "") -> Option:
    """Return the option of a field of a table; its help text is the first sentence of the description in the schema."""
    about = field.description.partition(". ")[0].removesuffix(".").partition(";")[0]
    about = about[0].lower() + about[1:]
    if field.allowed:
        about += f": {', '.join(str(value) for value in field.allowed)}"
    name, help_text = f"--{field.name.replace('_', '-')}", f"{about}{default}".replace("%", "%%")
    return option(name, dest=f"field_{field.name}", metavar=field.name.upper(), help=help_text)


def out(default: str) -> Option:
    """Return the option for the path of the main output."""
    return option("--out", type=Path, metavar="PATH", help=f"where to write the output (default: {default})")


def report(form: str, name: str = "--report") -> Option:
    """Return the option for a file with a report, written next to what is printed."""
    return option(name, type=Path, metavar="FILE", help=f"also write the report to a file, as {form}")


def shown(items: str = "findings per code, table and field") -> Option:
    """Return the option that limits how much is listed."""
    about = f"list at most N {items}; counts are always complete (default: {SHOWN_BY_DEFAULT})"
    return option("--shown", type=_at_least_one, default=SHOWN_BY_DEFAULT, metavar="N", help=about)


def texts(purpose: str, **settings: Any) -> Option:
    """Return the option for a folder with the texts of many sources."""
    about = f"folder with the texts of the sources, each as SOURCE.txt; needed to {purpose}"
    return option("--texts", type=Path, metavar="DIR", help=about, **settings)


def source_text(
    folder: str = "the current folder, or in texts/ there", purpose: str = "find the text elsewhere"
) -> list[Option]:
    """Return the options for the text of one source: its file, or a folder with the texts of many sources."""
    about = f"the text of the source (default: SOURCE.txt in {folder})"
    return [option("--text", type=Path, metavar="FILE", help=about), texts(f"{purpose}, if there is no --text")]


def find_source_text(args: argparse.Namespace, source: str, *folders: Path) -> str:
    """Return the text of a source: from `--text`, from `--texts`, or else from the folders or the current one.

    Raises
    ------
    CouldNotRun
        If the text was not found or cannot be read.
    """
    from clausula.coding.ingest import find_text

    return find_text(source, args.text, [args.texts] if args.texts else [*folders, Path.cwd()])


def given_text(args: argparse.Namespace) -> str:
    """Return the options by which the text of a source was given, as they follow a command."""
    return f" --text {args.text}" if args.text else f" --texts {args.texts}" if args.texts else ""


def add_command(commands: Any, name: str, module: ModuleType) -> None:
    """Add a command from its module: the docstring is its description, `EXAMPLES` and `options()` follow it."""
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=module.__doc__,
        description=module.__doc__,
        epilog=f"examples:\n{module.EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if subcommands := getattr(module, "SUBCOMMANDS", None):
        parts = command.add_subparsers(dest="subcommand", metavar="SUBCOMMAND", title="subcommands", required=True)
        for part, submodule in subcommands.items():
            add_command(parts, part, submodule)
        return
    for item in [*module.options(), JSON]:
        group = command.add_mutually_exclusive_group() if isinstance(item, list) else command
        for one in item if isinstance(item, list) else [item]:
            group.add_argument(*one.names, **one.settings)
    command.set_defaults(run=module.run)


def package_path(args: argparse.Namespace, edits: bool = False) -> Path:
    """Return the folder of the package that a command works on.

    Parameters
    ----------
    edits : bool, default False
        Whether the command changes the package. The shipped release is never changed.

    Raises
    ------
    CouldNotRun
        If two different packages are given, or if a command would change the shipped release.
    """
    given: list[Path] = [path for path in (args.package, getattr(args, "folder", None)) if path is not None]
    if len({path.resolve() for path in given}) > 1:
        raise CouldNotRun.of("usage", package=given[0], other=given[1])
    found = given[0] if given else enclosing_package()
    if edits and found is None:
        raise CouldNotRun.of("package-not-found:working-folder", folder=Path.cwd())
    root = found or own_package()
    if edits:
        require_writable(root)
    return root.parent if root.name == DESCRIPTOR else root


def package_to_read(args: argparse.Namespace) -> Path:
    """Return the folder of the package that a command only reads; the one in a release folder or zip is unpacked."""
    from clausula.versions.fetch import unpacked
    from clausula.versions.open import archive_of

    path = package_path(args)
    archive = archive_of(path)
    return path if archive is None else unpacked(archive)


def dataset_to_read(args: argparse.Namespace) -> Dataset:
    """Return the dataset that a command only reads: of a package, a release folder or the zip file of a release."""
    from clausula.versions.open import open as open_dataset

    return open_dataset(package_path(args))
