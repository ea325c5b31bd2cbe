"""The intended differences from python-semantic-release, and how each is recognised.

`differences.toml` says what they are; the README's table holds the same rows, a test compares them.
A difference with a switch is not recognised here but switched off in `compare.ours`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

TABLE = {entry["id"]: entry for entry in tomllib.loads(Path(__file__).with_name("differences.toml").read_text())["difference"]}
RULES = []
# These are switched off, taken into account where values are compared (`compare.py`), or not generated.
ELSEWHERE = {"notes-since", "no-outputs", "exit-codes", "quoted-paths"}


def difference(name: str):
    """Registers a rule: it takes a comparison and what is still different, and returns what it explains."""
    if name not in TABLE:
        raise SystemExit(f"differences.toml has no difference `{name}`")

    def register(rule):
        RULES.append((name, rule))
        return rule

    return register


def explain(comparison) -> tuple[list[str], dict[str, tuple]]:
    """The names of the differences that were met, and what they do not explain."""
    rest = dict(comparison.different)
    met = []
    for name, rule in RULES:
        if not rest:
            break
        explained = rule(comparison, rest)
        if explained:
            met.append(name)
            rest = {what: values for what, values in rest.items() if what not in explained}
    return met, rest


def crashed(comparison, pattern: str) -> bool:
    """The peer ended with an error of this kind, and this program did not."""
    return comparison.peer.code == 1 and comparison.ours.code == 0 and re.search(pattern, " ".join(comparison.peer.stderr.decode(errors="replace").split())) is not None


def refused(comparison, code: str) -> bool:
    """This program ended before anything was touched, and says why."""
    return comparison.ours.code == 2 and f"[{code}]".encode() in comparison.ours.stderr + comparison.ours.stdout


@difference("tag-on-file")
def tag_on_file(comparison, rest):
    if refused(comparison, "release/tag-taken"):
        return set(rest)
    return set(rest) if crashed(comparison, r"as tag \S+ points to a (blob|tree) object") else None


@difference("tag-rewritten")
def tag_rewritten(comparison, rest):
    return set(rest) if crashed(comparison, r"git rev-list \S+ --.* bad revision") else None


@difference("tag-rewritten")
def link_to_tag(comparison, rest):
    """The link of the notes leads from a tag that is there; the peer's from one that is not."""
    if "output release_notes" not in rest:
        return None
    its, mine = (value.splitlines() for value in rest["output release_notes"])
    lines = [pair for pair in zip(its, mine) if pair[0] != pair[1]]
    if len(its) != len(mine) or len(lines) != 1 or not lines[0][1].startswith("**Detailed Changes**"):
        return None
    its, mine = (line.partition("[")[2].partition("...")[0].encode() for line in lines[0])
    tags = [line.split()[0].removeprefix(b"refs/tags/") for line in comparison.our_state["refs"].splitlines()]
    return {"output release_notes"} if mine in tags and its not in tags else None


@difference("line-ends")
def flag_with_line_ends(comparison, rest):
    """The peer does not find a flag of two lines in a file with CRLF."""
    file = comparison.case.changelog
    before = comparison.case.configuration.files.get(file, b"")
    name = f"file {file}"
    found = name in rest and b"\r\n" in before and rest[name][0] is not None and unix(rest[name][0]).strip() == unix(before).strip()
    return {name, "index"} & set(rest) if found else None


@difference("empty-subject")
def empty_subject(comparison, rest):
    return set(rest) if crashed(comparison, "list object has no element 0") else None


@difference("line-ends")
def line_ends(comparison, rest):
    def bare(value):
        return unix(value) if value is not None else None

    return files({what: values for what, values in rest.items() if not what.endswith(".toml")}, bare)


@difference("quotes")
def quotes(comparison, rest):
    def bare(value):
        return unix(value).replace(b"'", b'"') if value is not None else None

    return files({what: values for what, values in rest.items() if what.endswith(".toml")}, bare)


def unix(value: bytes) -> bytes:
    return value.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def files(rest, bare):
    """Files that are equal once `bare` has taken the difference out of both."""
    return {what for what, (its, mine) in rest.items() if what.startswith("file ") and bare(its) == bare(mine)}


@difference("not-staged")
def not_staged(comparison, rest):
    if "--no-commit" not in comparison.command.arguments or "index" not in rest:
        return None
    its, mine = ({line[3:].decode() for line in value.splitlines()} for value in rest["index"])
    # A file may be written by one side only when nothing but quotes or line ends differ.
    alike = {what.removeprefix("file ") for what in comparison.different}
    return {"index"} if (its ^ mine) <= alike else None


@difference("version-twice")
def version_twice(comparison, rest):
    return set(rest) if crashed(comparison, "redefinition of group name 'version'") else None


@difference("not-stamped")
def not_stamped(comparison, rest):
    return set(rest) if refused(comparison, "release/not-stamped") else None


@difference("message-placeholder")
def message_placeholder(comparison, rest):
    return set(rest) if refused(comparison, "release/commit-message") else None


if missing := TABLE.keys() - {name for name, _ in RULES} - ELSEWHERE:
    raise SystemExit(f"no rule recognises {', '.join(sorted(missing))}")
