"""Print a script with which your shell completes commands, options and file names."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausula.commands.arguments import Options, option
from clausula.commands.output import print_result

EXAMPLES = """\
  clausula completion bash > ~/.local/share/bash-completion/completions/clausula
  clausula completion zsh > ~/.zfunc/_clausula     the folder must be in fpath, before compinit
  clausula completion fish > ~/.config/fish/completions/clausula.fish
Write the file again after an update of clausula."""

SHELLS = ("bash", "zsh", "fish")


def options() -> Options:
    yield option("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


def run(args: argparse.Namespace) -> int:
    import shtab

    from clausula.commands.main import parser

    top = parser()
    _complete_paths(top)
    script = shtab.complete(top, args.shell)
    print_result(args, {"shell": args.shell, "script": script}, script)
    return 0


def _complete_paths(parser: argparse.ArgumentParser) -> None:
    """Let the arguments of a parser and its commands that are paths be completed with files or folders."""
    import shtab

    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_paths(command)
        elif action.type is Path:
            folder = action.metavar == "DIR"
            action.complete = shtab.DIRECTORY if folder else shtab.FILE  # type: ignore[attr-defined]
