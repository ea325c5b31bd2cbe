"""Compares semantic-release with python-semantic-release 10.5.3 on generated repositories.

    python compare.py --ours BINARY [--seconds 60] [--seeds 0:300] [--jobs 2]

Ends with 1 when there is a difference that `differences.py` does not explain.
"""

from __future__ import annotations

import argparse
import collections
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import case as cases
import differences
import peer
from case import Command
from peer import Ended

# The names that the peer's action promises, in its order.
OUTPUTS = ["released", "version", "tag", "is_prerelease", "link", "previous_version", "commit_sha", "release_notes"]


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "GH_TOKEN": "x",
        "GITHUB_REPOSITORY": "org/repo",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def outputs(text: bytes | None) -> list[tuple[str, str]]:
    """Reads an outputs file as the runner does; the peer ends its notes with `EOF` on the last line."""
    found = []
    lines = (text or b"").decode(errors="surrogateescape").split("\n")
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        equals, heredoc = line.find("="), line.find("<<")
        if heredoc >= 0 and (equals < 0 or heredoc < equals):
            name, delimiter, value = line[:heredoc], line[heredoc + 2 :], []
            while index < len(lines) and lines[index] != delimiter:
                value.append(lines[index])
                index += 1
            index += 1
            found.append((name, "\n".join(value)))
        elif line:
            found.append((line[:equals], line[equals + 1 :]))
    return [(name, value) for name, value in found if name in OUTPUTS]


def ours(binary: Path, command: Command, folder: Path, home: Path, clock: int) -> Ended:
    arguments = list(command.arguments)
    settings = {**environment(home), **command.environment, "SOURCE_DATE_EPOCH": str(clock)}
    file = home / "ours.outputs"
    if command.writes:
        # The switches that bring back the peer's answers.
        if "version" in arguments:
            arguments += ["--notes-since", "last-release", "--publish-mode", "git"]
        file.write_bytes(b"")
        settings |= {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(file), "GITHUB_WORKSPACE": str(folder), "RUNNER_TEMP": str(home)}
    done = subprocess.run([binary, *arguments], cwd=folder, env=settings, stdin=subprocess.DEVNULL, capture_output=True)
    ended = Ended(done.returncode, done.stdout, done.stderr)
    if command.writes:
        ended.outputs = file.read_bytes()
    return ended


def theirs(command: Command, folder: Path, home: Path, clock: int) -> Ended:
    file = home / "peer.outputs"
    file.unlink(missing_ok=True)
    settings = {**environment(home), **command.environment, "GITHUB_OUTPUT": str(file)}
    ended = peer.run(command.arguments, folder, settings, clock)
    if file.exists():
        ended.outputs = file.read_bytes()
    return ended


class Comparison:
    """What two runs of one command left behind."""

    def __init__(self, case, command: Command, peer_end: Ended, our_end: Ended, peer_state: dict, our_state: dict):
        self.case, self.command = case, command
        self.peer, self.ours = peer_end, our_end
        self.peer_state, self.our_state = peer_state, our_state
        self.different: dict[str, tuple] = {}
        self.compare()

    def note(self, what: str, peer_value, our_value) -> None:
        if peer_value != our_value:
            self.different[what] = (peer_value, our_value)

    def compare(self) -> None:
        # Exit 1 of the peer is 2 or 3 here; 2 under `--strict` is 2.
        self.note("exit", min(self.peer.code, 1), min(self.ours.code, 1))
        if not self.command.writes:
            self.note("stdout", self.peer.stdout, self.ours.stdout)
            return
        if self.peer.code == 0 or self.peer.outputs:
            mine, its = dict(outputs(self.ours.outputs)), dict(outputs(self.peer.outputs))
            if its:
                self.note("order of outputs", [name for name, _ in outputs(self.peer.outputs)], [name for name, _ in outputs(self.ours.outputs)])
            made = "commit_sha" in its and its["commit_sha"]
            for name in OUTPUTS:
                value, expected = mine.get(name, ""), its.get(name, "")
                if name == "released":
                    expected = expected or "false"
                if name == "commit_sha" and made:
                    # Its committer's date is that of the run.
                    value, expected = bool(value), bool(expected)
                if name == "release_notes":
                    value, expected = value.removesuffix("\n"), expected.removesuffix("\n")
                self.note(f"output {name}", expected, value)
        for name in sorted(self.peer_state.keys() | self.our_state.keys()):
            self.note(name, self.peer_state.get(name), self.our_state.get(name))


def compare_case(binary: Path, seed: int, base: Path) -> tuple[cases.Case, list[Comparison]]:
    folder = base / str(seed)
    shutil.rmtree(folder, ignore_errors=True)
    made = cases.make(seed, folder / "theirs")
    shutil.copytree(folder / "theirs", folder / "ours", symlinks=True)
    for name in ("home-theirs", "home-ours"):
        (folder / name).mkdir()
    done = []
    branch = None
    for command in made.commands:
        if command.branch != branch:
            for side in ("theirs", "ours"):
                cases.check_out(folder / side, command.branch)
            branch = command.branch
        its = theirs(command, folder / "theirs", folder / "home-theirs", made.clock)
        mine = ours(binary, command, folder / "ours", folder / "home-ours", made.clock)
        states = [cases.state(folder / side) if command.writes else {} for side in ("theirs", "ours")]
        done.append(Comparison(made, command, its, mine, *states))
    return made, done


def shown(value) -> str:
    if isinstance(value, bytes):
        value = value.decode(errors="backslashreplace")
    return repr(value)[:3000]


def beside(its, mine) -> list[str]:
    """Both values, or what differs between two longer texts."""
    texts = [value.decode(errors="backslashreplace") if isinstance(value, bytes) else value for value in (its, mine)]
    if all(isinstance(text, str) and text.count("\n") > 3 for text in texts):
        lines = [text.splitlines(keepends=True) for text in texts]
        changed = difflib.unified_diff(*lines, "python-semantic-release", "here", n=1)
        return [f"    {line!r}" if "\r" in line else f"    {line.rstrip(chr(10))}" for line in list(changed)[:40]]
    return [f"    python-semantic-release: {shown(its)}", f"    here:                    {shown(mine)}"]


def describe(comparison: Comparison, different: dict[str, tuple]) -> str:
    lines = [f"seed {comparison.case.seed}, branch {comparison.command.branch}: semantic-release {' '.join(comparison.command.arguments)}"]
    for what, (its, mine) in different.items():
        lines += [f"  {what}", *beside(its, mine)]
    if "exit" in different:
        lines += [f"  its end:  {shown(comparison.peer.stderr[-700:])}", f"  our end:  {shown(comparison.ours.stderr[-700:] + comparison.ours.stdout[-700:])}"]
    return "\n".join(lines)


def work(options, seeds, base: Path, write) -> None:
    """Compares until the seeds or the time are used up."""
    end = time.monotonic() + options.seconds if options.seconds else None
    for seed in seeds:
        if end and time.monotonic() > end:
            return
        found = {"seed": seed, "comparisons": 0, "explained": [], "unexplained": []}
        try:
            _, comparisons = compare_case(options.ours, seed, base)
            for comparison in comparisons:
                found["comparisons"] += 1
                explained, rest = differences.explain(comparison)
                found["explained"] += explained
                if rest:
                    found["unexplained"].append(describe(comparison, rest))
        except Exception as error:  # noqa: BLE001 a broken case is a failure of its own
            import traceback

            found["unexplained"].append(f"seed {seed}: {error!r}\n{traceback.format_exc()}")
        if not (options.keep and found["unexplained"]):
            shutil.rmtree(base / str(seed), ignore_errors=True)
        write(json.dumps(found).encode() + b"\n")


def run(options, base: Path) -> list[dict]:
    """Shares the seeds among processes that fork from this one."""
    first, _, last = options.seeds.partition(":")
    seeds = range(int(first), int(last))
    readers = []
    for job in range(options.jobs):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            try:
                work(options, seeds[job :: options.jobs], base, lambda line: os.write(write, line) if len(line) < 4000 else _write_all(write, line))
            finally:
                os._exit(0)
        os.close(write)
        readers.append((child, os.fdopen(read, "rb")))
    import threading

    results: list[dict] = []

    def collect(reader) -> None:
        for line in reader:
            found = json.loads(line)
            results.append(found)
            for text in found["unexplained"]:
                print(text, flush=True)

    threads = [threading.Thread(target=collect, args=(reader,)) for _, reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for child, _ in readers:
        os.waitpid(child, 0)
    return results


def _write_all(file: int, line: bytes) -> None:
    while line:
        line = line[os.write(file, line) :]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", type=Path, required=True)
    parser.add_argument("--seeds", default="0:1000000")
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--jobs", type=int, default=max(1, len(os.sched_getaffinity(0))))
    parser.add_argument("--keep", type=Path, help="leave the repositories of differences here")
    options = parser.parse_args()
    options.ours = options.ours.resolve()
    peer.load()
    base = Path(options.keep or tempfile.mkdtemp(prefix="differential-")).resolve()
    base.mkdir(exist_ok=True, parents=True)
    try:
        results = run(options, base)
    finally:
        if not options.keep:
            shutil.rmtree(base, ignore_errors=True)
    explained = collections.Counter(name for found in results for name in found["explained"])
    unexplained = sum(len(found["unexplained"]) for found in results)
    comparisons = sum(found["comparisons"] for found in results)
    for name, count in sorted(explained.items()):
        print(f"  intended: {name} ({count})")
    print(f"{len(results)} repositories, {comparisons} comparisons, {sum(explained.values())} intended differences, {unexplained} unexplained")
    return 1 if unexplained or not comparisons else 0


if __name__ == "__main__":
    sys.exit(main())
