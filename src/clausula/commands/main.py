"""The command `clausula`: finds the verb and runs it; whatever goes wrong ends in a finding and an exit status."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from clausula.commands.output import say_finding
from clausula.core.findings import COULD_NOT_RUN, CouldNotRun, Finding
from clausula.core.scratch import interrupt

VERBS = (
    "build",
    "validate",
    "verify",
    "code",
    "agreement",
    "diff",
    "release",
    "deposit",
    "export",
    "import",
    "site",
    "show",
    "cite",
)
"""In the order of the help."""

MODULES = {"import": "importing"}
"""Where a verb's module has another name than the verb."""

ABOUT = """\
Provisions of peace plans and treaties: build, check and look up the data.

exit status: 0 clean, 1 findings, 2 could not run; warnings count with --strict only"""


def parser(verb: str | None = None) -> argparse.ArgumentParser:
    """The parser of the whole command line, or of one verb alone, whose module is then the only one imported."""
    top = argparse.ArgumentParser(
        prog="clausula", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="store_true", help="print the version of the data and end")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for name in VERBS if verb is None else (verb,):
        import_module(f"clausula.commands.{MODULES.get(name, name)}").register(verbs)
    return top


def run(argv: Sequence[str] | None = None) -> int:
    """Run a command line; the exit status."""
    words = sys.argv[1:] if argv is None else argv
    top = parser(words[0] if words and words[0] in VERBS else None)
    args = top.parse_args(argv)
    if args.version:
        from clausula.analysis.dataset import shipped

        print(f"clausula {shipped().version}")
        return 0
    if args.verb is None:
        top.print_help()
        return COULD_NOT_RUN
    return int(args.run(args))


@contextmanager
def _ending(sent: list[signal.Signals]) -> Iterator[None]:
    """Let SIGTERM unwind as SIGINT does, so that what was begun is cleared away, and note which it was.

    It cannot be told by the exception: DuckDB answers whatever a handler raises during a query with one of its own.
    """

    def end(signum: int, frame: object) -> None:
        del frame
        sent.append(signal.Signals(signum))
        interrupt()
        raise KeyboardInterrupt

    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        before[signal.SIGTERM] = signal.signal(signal.SIGTERM, end)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            before[signal.SIGINT] = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line without ever ending in a traceback."""
    sent = [signal.SIGINT]
    try:
        with _ending(sent):
            return run(argv)
    except CouldNotRun as error:
        say_finding(error.finding)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print(
            "\r\x1b[2K" * sys.stderr.isatty() + "clausula: interrupted; nothing was changed by halves", file=sys.stderr
        )
        return 128 + sent[-1]
    except OSError as error:
        say_finding(
            Finding(
                "system-error",
                f"{error.filename or ''}: {error.strerror or error}",
                "Check the place, its space and its permissions.",
            )
        )
    return COULD_NOT_RUN
