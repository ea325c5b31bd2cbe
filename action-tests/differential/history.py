"""Random histories, as one `git fast-import` stream."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

from words import message

GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada Example",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada Example",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}
BRANCHES = ["main", "main", "develop", "develop", "alpha", "release-1.0", "topic", "mainline", "feature/x"]
ZONES = ["+0000", "+0000", "+0200", "-0800", "+0545", "+1300", "-1100"]
FILES = ["src/one/a.py", "src/two/b.py", "docs/x.md", "one/deep/c.txt", "README.md", "a b.txt"]
ODD_VERSIONS = ["1", "1.2", "foo", "1.0.0-alpha", "1.0.0-rc1", "01.2.3", "1.2.03", "1.2.3.4", "1.0.0-rc.01", "1.0.0-.1", "", "1.0.0+",
                "1.0.0-rc.1.2", "1.0.0-rc.1a", "1.0.0-a-b.3", "1.0.0-rc.0", "1.0.0-0.3.7", "1.0.0-alpha.beta.1", "1.0.0-1", "0.0.0",
                "1.0.0+build.5", "1.1.0-dev.2+meta.01", "99999999999999999999.1.2", "1.0.18446744073709551616", "2.0.0-beta.99999999999999999999",
                "1.0.0-RC.1", "1.0.0-rc.1-x", "1.0.0--.1", "v1.0.0", "1.0.0 ", "1.0.0-dev.1.post2"]


def git(folder: Path, *arguments: str, data: bytes | None = None) -> bytes:
    """git without anybody's own settings."""
    import os

    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **GIT}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, input=data, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"git {' '.join(arguments)} in {folder}: {done.stderr.decode(errors='replace')}")
    return done.stdout


class Stream:
    """A history being written."""

    def __init__(self, random: Random, style: str, files: dict[str, bytes], tag_format: str, tokens: list[str]):
        self.random, self.style, self.files = random, style, files
        self.tag_format, self.tokens = tag_format, tokens
        self.parts: list[bytes] = []
        self.mark = 0
        self.time = 1_600_000_000 + random.randint(0, 10_000_000)
        self.heads: dict[str, int] = {}
        self.tags: set[str] = set()
        self.version = [0, 0, 0]

    def data(self, text: bytes) -> bytes:
        return b"data %d\n" % len(text) + text + b"\n"

    def tick(self) -> None:
        self.time += self.random.choice([0, 1, 1, 60, 3600, 86400])
        if self.random.random() < 0.03:
            self.time -= 100_000

    def commit(self, branch: str, parents: list[int], text: str, files: dict[str, bytes]) -> None:
        self.tick()
        self.mark += 1
        who, zone = b"Ada Example <ada@example.org>", self.random.choice(ZONES).encode()
        late = self.random.choice([0, 0, 5, 40_000])
        part = [b"commit refs/heads/%s\nmark :%d\n" % (branch.encode(), self.mark),
                b"author %s %d %s\n" % (who, self.time - late, zone),
                b"committer %s %d %s\n" % (who, self.time, self.random.choice(ZONES).encode()),
                self.data(text.encode())]
        for index, parent in enumerate(parents):
            part.append((b"from :%d\n" if index == 0 else b"merge :%d\n") % parent)
        for path, contents in files.items():
            part.append(b'M 100644 inline "%s"\n' % path.encode() + self.data(contents))
        self.parts.append(b"".join(part))
        self.heads[branch] = self.mark

    def change(self) -> dict[str, bytes]:
        """What a commit changes: often nothing, fast-import allows it."""
        picked = [path for path in FILES if self.random.random() < 0.25]
        return {path: b"%d\n" % self.mark for path in picked}

    def work(self, branch: str) -> None:
        self.commit(branch, [self.heads[branch]], message(self.random, self.style), self.change())

    def merge(self, branch: str) -> None:
        others = [name for name in self.heads if self.heads[name] != self.heads[branch]]
        if not others:
            return self.work(branch)
        count = self.random.choice([1] * 8 + [2, 3])
        picked = self.random.sample(others, min(count, len(others)))
        marks = list(dict.fromkeys([self.heads[branch], *(self.heads[name] for name in picked)]))
        text = self.random.choice([f"Merge branch '{picked[0]}' into {branch}\n", message(self.random, self.style),
                                   f"Merge pull request #{self.mark} from org/{picked[0]}\n\nfeat: merged work here\n"])
        self.commit(branch, marks, text, {})

    def next_version(self) -> str:
        """A version that follows the last one, mostly, so that histories look like real ones."""
        pick = self.random.random()
        if pick < 0.16:
            return self.random.choice(ODD_VERSIONS)
        part = self.random.choice([0, 1, 1, 1, 2, 2, 2])
        version = [number + 1 if index == part else (0 if index > part else number) for index, number in enumerate(self.version)]
        text = ".".join(str(number) for number in version)
        if pick < 0.5:
            text += f"-{self.random.choice(self.tokens)}.{self.random.choice([1, 1, 1, 2, 3, 10])}"
        else:
            self.version = version
        return text + (self.random.choice(["+b.1", "+7"]) if self.random.random() < 0.04 else "")

    def tag(self, branch: str, on: int | None = None) -> None:
        version = self.next_version()
        pick = self.random.random()
        tag_format = self.tag_format if pick < 0.9 else self.random.choice(["v{version}", "{version}", "x-v{version}", self.tag_format + "x"])
        name = tag_format.replace("{version}", version)
        if name in self.tags or not usable(name) or any(name.startswith(tag + "/") or tag.startswith(name + "/") for tag in self.tags):
            return
        self.tags.add(name)
        mark = on or self.heads[branch]
        if self.random.random() < 0.6:
            tagger = b"tagger Bo <bo@example.org> %d %s\n" % (self.time + 5, self.random.choice(ZONES).encode())
            self.parts.append(b"tag %s\nfrom :%d\n%s" % (name.encode(), mark, tagger) + self.data(name.encode()))
        else:
            self.parts.append(b"reset refs/tags/%s\nfrom :%d\n\n" % (name.encode(), mark))

    def write(self, commits: int) -> None:
        random = self.random
        first = random.choice(["chore: initial commit\n", "feat: first thing here\n", "init", message(random, self.style)])
        start = random.choice(["main"] * 8 + ["master", "develop"])
        self.commit(start, [], first, self.files)
        for _ in range(commits):
            branch = random.choice(list(self.heads))
            pick = random.random()
            if pick < 0.58:
                self.work(branch)
            elif pick < 0.74:
                self.tag(branch, random.randint(1, self.mark) if random.random() < 0.15 else None)
            elif pick < 0.86:
                name = random.choice(BRANCHES)
                self.heads.setdefault(name, self.heads[branch])
                self.parts.append(b"reset refs/heads/%s\nfrom :%d\n\n" % (name.encode(), self.heads[name]))
                self.work(name)
            else:
                self.merge(branch)
            if random.random() < 0.03:
                # What a release run of the peer leaves.
                version = self.next_version()
                self.commit(branch, [self.heads[branch]], f"{version}\n\nAutomatically generated by python-semantic-release\n", {})


def usable(name: str) -> bool:
    """What git takes as the name of a tag."""
    bad = any(part.startswith(".") or part.endswith(".lock") or not part for part in name.split("/"))
    return not (bad or ".." in name or name.endswith(".") or name.startswith("-") or any(c in name for c in " ~^:?*[\\"))


def make(folder: Path, stream: Stream, random: Random) -> None:
    """Writes the repository."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", random.choice(["https://github.com/org/repo.git", "git@github.com:org/repo.git", "https://github.com/org/repo"]))
    git(folder, "fast-import", "--quiet", data=b"".join(stream.parts))
    if random.random() < 0.06:
        odd_objects(folder, stream, random)
    if random.random() < 0.3:
        git(folder, "pack-refs", "--all")
    if random.random() < 0.1:
        git(folder, "commit-graph", "write", "--reachable")


def odd_objects(folder: Path, stream: Stream, random: Random) -> None:
    """A tag of a tag, and tags on what is no commit."""
    head = next(iter(stream.heads))
    target = random.choice([head, f"{head}^{{tree}}", f"{head}:README.md" if "README.md" in stream.files else f"{head}^{{tree}}"])
    name = stream.tag_format.replace("{version}", random.choice(["0.9.9", "4.5.6", "1.0.0"]))
    if name in stream.tags or not usable(name):
        return
    if random.random() < 0.5:
        git(folder, "tag", "-a", "-m", "inner", "inner", target)
        git(folder, "tag", "-a", "-m", name, name, "inner")
    else:
        git(folder, "tag", name, target)
