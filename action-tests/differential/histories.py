"""Compares the next version with the peer at release points of public histories.

    python histories.py --ours BINARY --histories FOLDER [--points 25]

FOLDER holds bare repositories, each at `NAME` or `NAME/repo`. At each point the branch ends at the commit before
a released tag, and only the tags of that history are there, so both programs see what a release saw.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import compare
import peer
from case import Command
from history import git

# Where the configuration of the history itself cannot be read by the peer of today.
CONFIGURATION = """[semantic_release]
tag_format = "{format}"
allow_zero_version = true
[semantic_release.branches.main]
match = "main"
[semantic_release.branches.beta]
match = "beta"
prerelease = true
prerelease_token = "{token}"
"""


def repositories(folder: Path) -> list[Path]:
    found = [entry / "repo" if (entry / "repo" / "HEAD").exists() else entry for entry in sorted(folder.iterdir())]
    return [path for path in found if (path / "HEAD").exists()]


def release_tags(repository: Path) -> list[str]:
    """Tags that name versions, oldest first."""
    names = git(repository, "tag", "--sort=creatordate").decode().split("\n")
    return [name for name in names if re.fullmatch(r"v?\d+\.\d+\.\d+(-[a-z]+\.\d+)?", name)]


def spread(items: list, count: int) -> list:
    if len(items) <= count:
        return items
    step = len(items) / count
    return [items[int(index * step)] for index in range(count)]


def point(source: Path, tag: str, folder: Path) -> str | None:
    """A clone whose branch ends before `tag`; the token of the prereleases there."""
    commit = git(source, "rev-parse", f"{tag}^{{commit}}").decode().strip()
    parents = git(source, "log", "-1", "--format=%P", commit).decode().split()
    start = parents[0] if parents else commit
    git(folder, "read-tree", "--empty")
    for name in git(folder, "tag").decode().split():
        git(folder, "tag", "-d", name)
    git(folder, "update-ref", "refs/heads/main", start)
    git(folder, "update-ref", "refs/heads/beta", start)
    lines = git(source, "tag", "--merged", start, "--format=%(refname) %(objectname)").decode().splitlines()
    git(folder, "update-ref", "--stdin", data="".join(f"create {line}\n" for line in lines).encode())
    prerelease = re.search(r"-([a-z]+)\.\d+$", tag)
    return prerelease.group(1) if prerelease else None


def compare_history(options, source: Path, base: Path) -> tuple[int, list[str]]:
    folder, home = base / "clone", base / "home"
    for path in (folder, home):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / ".git/objects/info/alternates").write_text(f"{source}/objects\n")
    git(folder, "remote", "add", "origin", "https://github.com/org/repo.git")
    count, different = 0, []
    tags = release_tags(source)
    format_ = "v{version}" if tags and tags[-1].startswith("v") else "{version}"
    for tag in spread(tags, options.points):
        token = point(source, tag, folder)
        file = home / "release.toml"
        file.write_text(CONFIGURATION.replace("{format}", format_).replace("{token}", token or "rc"))
        for branch, flags in [("main", []), ("beta", [])] if token else [("main", []), ("main", ["--as-prerelease"])]:
            git(folder, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
            command = Command(branch, ["-c", str(file), "--noop", "version", "--print-tag", *flags])
            its = compare.theirs(command, folder, home, 1_700_000_000)
            mine = compare.ours(options.ours, command, folder, home, 1_700_000_000)
            count += 1
            if (min(its.code, 1), its.stdout) != (min(mine.code, 1), mine.stdout):
                error = f"{its.stderr[-300:]!r} {mine.stderr[-300:]!r}" if its.code or mine.code else ""
                different.append(f"{source}: before {tag}, branch {branch} {flags}: {its.stdout!r}, here {mine.stdout!r} {error}")
    return count, different


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", type=Path, required=True)
    parser.add_argument("--histories", type=Path, required=True)
    parser.add_argument("--points", type=int, default=25)
    options = parser.parse_args()
    options.ours = options.ours.resolve()
    os.environ.setdefault("GIT_OPTIONAL_LOCKS", "0")
    peer.load()
    found = repositories(options.histories.resolve())
    total, wrong = 0, 0
    with tempfile.TemporaryDirectory(prefix="histories-") as base:
        for source in found:
            count, different = compare_history(options, source, Path(base))
            total, wrong = total + count, wrong + len(different)
            print(f"  {source}: {count} comparisons, {len(different)} differences", flush=True)
            for line in different:
                print(f"    {line}", flush=True)
    print(f"{len(found)} public histories, {total} comparisons, {wrong} unexplained")
    return 1 if wrong or not total else 0


if __name__ == "__main__":
    sys.exit(main())
