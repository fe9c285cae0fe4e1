"""Run the command line: `python -m clausula`."""

from clausula.commands.main import main

raise SystemExit(main())
