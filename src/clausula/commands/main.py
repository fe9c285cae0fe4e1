"""The program `clausula`: run one of its commands and report any failure as a finding and an exit status."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn

from clausula.commands.arguments import add_command
from clausula.commands.output import end_progress, failure, print_failure, print_json
from clausula.core.findings import COULD_NOT_RUN, CouldNotRun, finding, internal_error
from clausula.core.memory import rare_collection
from clausula.core.package import open_package, own_package
from clausula.core.requirements import needs
from clausula.core.scratch import interrupt

COMMANDS = {
    "init": "validate",
    "build": "validate",
    "validate": "validate",
    "verify": "validate",
    "code": "coding",
    "agreement": "coding",
    "diff": "validate",
    "merge": "coding",
    "format": "validate",
    "release": "validate",
    "deposit": "fetch",
    "export": "export",
    "import": "export",
    "site": "site",
    "show": "validate",
    "compare": "validate",
    "align": "coding",
    "validity": "export",
    "cite": "validate",
    "completion": "completion",
}
"""All commands, in the order of the help text, and the optional dependencies that each needs."""

MODULES = {"import": "importing"}
"""Modules whose name differs from that of their command."""

ABOUT = """\
Build, check, explore and release coded provisions of peace plans and treaties.

exit status: 0 if there are no findings, 1 if there are, 2 if the command could not run,
3 if nothing was found but not everything could be checked. Warnings only count with --strict."""


class _Parser(argparse.ArgumentParser):
    """A parser that with `--json` also reports an error in the arguments as JSON."""

    as_json = False

    def error(self, message: str) -> NoReturn:
        if self.as_json:
            print_json(failure(finding("usage:arguments", message=message)))
        super().error(message)


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands, or of one command; then only its module is imported."""
    as_written = argparse.RawDescriptionHelpFormatter
    top = _Parser(prog="clausula", description=ABOUT, formatter_class=as_written)
    top.add_argument("--version", action="store_true", help="print the version of the data and exit")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name in COMMANDS if command is None else (command,):
        add_command(commands, name, import_module(f"clausula.commands.{MODULES.get(name, name)}"))
    return top


def run(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments and arguments[0] == "--version":
        print(f"clausula {open_package(own_package()).model.metadata['version']}")
        return 0
    top = parser(arguments[0] if arguments and arguments[0] in COMMANDS else None)
    args = top.parse_args(argv)
    if args.command is None:
        top.print_help()
        return COULD_NOT_RUN
    with needs(f"clausula {args.command}", COMMANDS[args.command]):
        return int(args.run(args))


@contextmanager
def _interruptible(received: list[signal.Signals]) -> Iterator[None]:
    """Unwind on SIGTERM as on SIGINT, so that temporary files are removed, and append the signal to `received`.

    The exception does not show which signal it was: DuckDB replaces exceptions raised by a handler during a query.
    """

    def stop(signum: int, frame: object) -> None:
        del frame
        received.append(signal.Signals(signum))
        interrupt()
        raise KeyboardInterrupt

    previous: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        previous[signal.SIGTERM] = signal.signal(signal.SIGTERM, stop)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            previous[signal.SIGINT] = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status; failures are printed as findings, never as tracebacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # characters that the encoding of a pipe does not have
    received = [signal.SIGINT]
    as_json = _Parser.as_json = "--json" in (sys.argv[1:] if argv is None else argv)
    try:
        with _interruptible(received):
            try:
                with rare_collection():
                    return run(argv)
            finally:
                print(end="", flush=True)  # a closed pipe is noticed here, not when the interpreter exits
    except CouldNotRun as error:
        print_failure(error.finding, as_json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        end_progress()
        print("clausula: interrupted; no file was left half-written", file=sys.stderr)
        return 128 + received[-1]
    except OSError as error:
        print_failure(finding("system-error", path=error.filename or "", error=error.strerror or error), as_json)
    except Exception as error:
        if os.environ.get("CLAUSULA_TRACEBACK"):
            raise
        print_failure(internal_error(error), as_json)
    return COULD_NOT_RUN
