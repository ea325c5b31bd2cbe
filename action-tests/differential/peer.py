"""python-semantic-release in this process: imported once, forked for each command.

Starting it costs almost a second of CPU; a fork costs some milliseconds, and leaves no state behind.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime as real_datetime
from pathlib import Path

VERSION = "10.5.3"


@dataclass
class Ended:
    """What a command left behind, besides files."""

    code: int
    stdout: bytes
    stderr: bytes
    outputs: bytes | None = None
    extra: dict = field(default_factory=dict)


def load() -> None:
    """Imports everything once, so that every fork has it."""
    import importlib.metadata

    found = importlib.metadata.version("python-semantic-release")
    if found != VERSION:
        raise SystemExit(f"python-semantic-release {VERSION} is wanted, {found} is installed")
    import semantic_release.__main__  # noqa: F401
    import semantic_release.cli.commands.changelog  # noqa: F401
    import semantic_release.cli.commands.generate_config  # noqa: F401
    import semantic_release.cli.commands.publish  # noqa: F401
    import semantic_release.cli.commands.version  # noqa: F401


def run(arguments: list[str], folder: Path, environment: dict[str, str], clock: int) -> Ended:
    """Runs `semantic-release ARGUMENTS` in `folder`; `clock` is what it takes for now."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            _child(arguments, folder, environment, clock, out.fileno(), err.fileno())
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return Ended(os.waitstatus_to_exitcode(status), out.read(), err.read())


def _child(arguments, folder, environment, clock, out, err) -> None:
    code = 70
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        _stop_the_clock(clock)
        sys.argv = ["semantic-release", *arguments]
        import semantic_release.__main__ as entry

        entry.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else (0 if end.code is None else 1)
    except BaseException as error:  # noqa: BLE001 the parent has to hear of everything
        os.write(2, repr(error).encode())
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _stop_the_clock(clock: int) -> None:
    """The changelog's date is today: both sides are told which day that is."""
    import semantic_release.cli.commands.version as module

    class Stopped(real_datetime):
        @classmethod
        def now(cls, tz=None):
            return real_datetime.fromtimestamp(clock, tz)

    module.datetime = Stopped
