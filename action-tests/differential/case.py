"""One case: a repository, a configuration, and the commands to run in it, all from one seed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import history
from configuration import Configuration, configure
from history import git


@dataclass
class Command:
    """One run of both programs."""

    branch: str
    arguments: list[str]
    # Whether it changes the repository: the last one of a case.
    writes: bool = False
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Case:
    seed: int
    folder: Path
    configuration: Configuration
    commands: list[Command]
    clock: int

    @property
    def changelog(self) -> str:
        """The path of the changelog."""
        options = self.configuration.settings.get("changelog", {})
        return options.get("default_templates", {}).get("changelog_file", "CHANGELOG.md")


def make(seed: int, folder: Path) -> Case:
    """Writes the repository of `seed` to `folder`."""
    random = Random(seed)
    configuration = configure(random)
    stream = history.Stream(random, configuration.style, configuration.files, configuration.tag_format, configuration.tokens)
    stream.write(random.choice([0, 1, 2, 3, 5, 8, 8, 12, 12, 18, 18, 25, 40]))
    history.make(folder, stream, random)
    branches = sorted(stream.heads)
    return Case(seed, folder, configuration, commands(random, configuration, branches), stream.time + random.randint(1, 90_000))


def commands(random: Random, configuration: Configuration, branches: list[str]) -> list[Command]:
    start = configuration.arguments
    picked = []
    likely = [name for name in branches if name != "topic"] or branches
    for branch in random.sample(likely, min(2, len(likely))):
        shown = random.choice(["--print", "--print", "--print", "--print-tag"])
        picked.append(Command(branch, [*start, *strict(random), "--noop", "version", shown, *levels(random)]))
    if random.random() < 0.35:
        shown = random.choice(["--print-last-released", "--print-last-released-tag"])
        picked.append(Command(random.choice(branches), [*start, "version", shown]))
    branch = random.choice(likely)
    pick = random.random()
    if pick < 0.12:
        picked.append(Command(branch, [*start, "changelog"], writes=True))
        return picked
    steps = ["--no-push", "--no-vcs-release", "--skip-build"]
    if pick < 0.45:
        steps = ["--no-commit", "--no-tag", *steps]
    elif pick < 0.5:
        steps = ["--no-commit", *steps]
    if random.random() < 0.08:
        steps.append("--no-changelog")
    before = strict(random) + (["--noop"] if random.random() < 0.05 else [])
    picked.append(Command(branch, [*start, *before, "version", *steps, *levels(random)], writes=True))
    return picked


def strict(random: Random) -> list[str]:
    return ["--strict"] if random.random() < 0.08 else []


def levels(random: Random) -> list[str]:
    arguments = []
    if random.random() < 0.16:
        arguments.append("--" + random.choice(["major", "minor", "patch", "prerelease"]))
    if random.random() < 0.15:
        arguments.append("--as-prerelease")
    if random.random() < 0.12:
        arguments += ["--prerelease-token", random.choice(["beta", "rc", "dev", "alpha", "a-b"])]
    if random.random() < 0.12:
        arguments += ["--build-metadata", random.choice(["b.1", "7", "abc.DEF-1", "0001"])]
    return arguments


def check_out(folder: Path, branch: str) -> None:
    git(folder, "checkout", "--quiet", "--force", branch)
    git(folder, "clean", "-fdxq")


def state(folder: Path) -> dict[str, bytes]:
    """Everything of a repository that a release may change."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if relative.parts[0] != ".git" and path.is_file():
            found[f"file {relative}"] = path.read_bytes()
    refs = git(folder, "for-each-ref", "--format=%(refname) %(objecttype)%00%(*objecttype)")
    found["refs"] = refs
    found["head commit"] = git(folder, "log", "-1", "--format=%B%x00%an <%ae>%x00%cn <%ce>%x00%P")
    head = git(folder, "rev-parse", "HEAD").strip().decode()
    tags = git(folder, "for-each-ref", f"--points-at={head}", "refs/tags", "--format=%(refname)%00%(objecttype)%00%(contents)%00%(taggername) %(taggeremail)")
    found["tags on head"] = tags
    found["index"] = git(folder, "status", "--porcelain")
    return found


def show(case: Case) -> str:
    return json.dumps({"seed": case.seed, "commands": [[c.branch, *c.arguments] for c in case.commands]})
