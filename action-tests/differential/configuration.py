"""Random configurations, with the files they speak of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random

VERSION = "0.0.1"


@dataclass
class Configuration:
    """What is configured, and what history and commands have to know of it."""

    style: str
    tag_format: str
    tokens: list[str]
    # Files of the first commit.
    files: dict[str, bytes]
    # Arguments before the sub-command.
    arguments: list[str]
    settings: dict = field(default_factory=dict)


def configure(random: Random) -> Configuration:
    style, parser = random.choice([("conventional", None)] * 9 + [("conventional", "conventional")] * 2 + [("monorepo", "conventional-monorepo")] * 4
                                  + [("emoji", "emoji")] * 4 + [("scipy", "scipy")] * 3 + [("conventional", "angular"), ("emoji", "tag"), ("conventional", "tag")])
    tag_format = random.choice(["v{version}"] * 10 + ["{version}", "{version}", "one-v{version}", "pkg/{version}", "v{version}-x", "rel_{version}_end", "x.{version}"])
    settings: dict = {}
    if parser:
        settings["commit_parser"] = parser
    if tag_format != "v{version}" or random.random() < 0.2:
        settings["tag_format"] = tag_format
    if random.random() < 0.45:
        settings["allow_zero_version"] = random.random() < 0.85
    if random.random() < 0.35:
        settings["major_on_zero"] = random.random() < 0.25
    if random.random() < 0.15:
        settings["commit_message"] = random.choice(["chore(release): {version}", "chore: release {version} [skip ci]\n\nAutomatic.\n", "{version}", "  {version}  ", "release",
                                                    "build: {version}\n\n\nbody {version}\n\n# not a comment", "{version} ü {{x}}", "feat: release {version}", "{version:>9}"])
    if random.random() < 0.1:
        settings["commit_author"] = random.choice(["Bot <bot@example.org>", "Ünï Bot <u@x>", "a b c <a+b@example.org>"])
    branches, tokens = branch_groups(random)
    if branches is not None:
        settings["branches"] = branches
    options = parser_options(random, parser or "conventional")
    if options:
        settings["commit_parser_options"] = options
    files: dict[str, bytes] = {"README.md": b"# x\n", "docs/x.md": b"x\n"}
    stamp(random, settings, files, tag_format)
    changelog(random, settings, files)
    arguments = write(random, settings, files)
    return Configuration(style, tag_format, tokens, files, arguments, settings)


def branch_groups(random: Random) -> tuple[dict | None, list[str]]:
    tokens = ["rc", "dev", "beta", "alpha"]
    if random.random() < 0.3:
        return None, tokens
    groups = [
        ("main", {"match": random.choice(["main", "(main|master)", "main$", "^main$", "ma.*", "(?!develop).*"])}),
        ("develop", {"match": random.choice(["develop", "dev.*", "(develop|dev)$"]), "prerelease": True, "prerelease_token": random.choice(["dev", "rc", "beta", "a-b"])}),
        ("alpha", {"match": "alpha", "prerelease": True, "prerelease_token": "alpha"}),
        ("release", {"match": random.choice(["release-.*", "release-\\d+", "rel(?=ease)"]), "prerelease": random.random() < 0.5}),
        ("feature", {"match": random.choice(["feature/.*", "(?i)FEATURE", "feature/(?P<name>.+)\\Z"]), "prerelease": True, "prerelease_token": "feat"}),
        ("any", {"match": random.choice(["*", ".*", "topic"]), "prerelease": random.random() < 0.6, "prerelease_token": random.choice(["dev", "x"])}),
    ]
    picked = groups[:2] if random.random() < 0.5 else [group for group in groups if random.random() < 0.6]
    if random.random() < 0.3:
        random.shuffle(picked)
    return dict(picked) or None, tokens


def parser_options(random: Random, parser: str) -> dict:
    options: dict = {}

    def maybe(key: str, value, chance: float = 0.12) -> None:
        if random.random() < chance:
            options[key] = value

    if parser == "tag":
        maybe("major_tag", random.choice([":boom:", ":nuclear:"]))
        maybe("minor_tag", random.choice([":sparkles:", "feat"]))
        maybe("patch_tag", random.choice([":bug:", "fix:"]))
        return options
    if parser == "scipy":
        maybe("allowed_tags", ["API", "ENH", "BUG", "DOC", "MAINT"])
        maybe("major_tags", ["API", "ENH"])
        maybe("minor_tags", ["ENH", "DOC"])
        maybe("patch_tags", ["BUG", "STY"])
        maybe("ignore_scopes", ["core"], 0.05)
    elif parser == "emoji":
        maybe("major_tags", [":boom:", ":egg:"])
        maybe("minor_tags", [":sparkles:", ":bug:"])
        maybe("patch_tags", [":memo:", "🐛", ":bug:"])
        maybe("other_allowed_tags", [":art:", ":memo:"])
        maybe("allowed_tags", [":art:", ":bug:", ":sparkles:"])
        maybe("parse_linked_issues", True, 0.4)
    else:
        maybe("minor_tags", random.choice([["feat", "docs"], ["feature", "feat"], []]))
        maybe("patch_tags", random.choice([["fix", "perf", "chore"], ["fix"], ["deps", "fix", "feat"]]))
        maybe("allowed_tags", random.choice([["feat", "fix", "docs", "chore", "feature", "deps"], ["feat"], ["feat", "fix", "perf", "wip", "release"]]))
        maybe("other_allowed_tags", ["chore", "docs", "wip", "revert"])
    if parser == "conventional-monorepo":
        maybe("path_filters", random.choice([["src/one"], ["src/one/", "!src/one/a.py"], ["src/*"], ["."], ["docs", "src/two/*.py"], ["../one"], ["one/**"], ["*.txt"]]), 0.6)
        maybe("scope_prefix", random.choice(["pkg-", "one", "pkg[_-]", "(one|two)/?", "a-"]), 0.5)
    key = "default_level_bump" if parser == "scipy" else "default_bump_level"
    maybe(key, random.choice([0, 1, 2, 3, 4]), 0.1)
    maybe("parse_squash_commits", random.random() < 0.3, 0.2)
    maybe("ignore_merge_commits", random.random() < 0.3, 0.2)
    return options


def stamp(random: Random, settings: dict, files: dict[str, bytes], tag_format: str) -> None:
    """Files to stamp, of the shapes that projects have."""
    tag = tag_format.replace("{version}", VERSION)
    shapes: list[tuple[str, str, str, str]] = [
        # file, contents, key, which list
        ("src/one/version.py", f'__version__ = "{VERSION}"\n', "__version__", "version_variables"),
        ("src/one/__init__.py", f"# c\n__version__='{VERSION}'  # keep\nother_version = '9.9.9'\n__version__ = \"{VERSION}\"\n", "__version__", "version_variables"),
        ("src/two/v.py", f'version: str = "{VERSION}"\nversion := {VERSION}\nversion == {VERSION}\nversion@{VERSION}\n', "version", "version_variables"),
        ("package.json", f'{{\n  "name": "x",\n  "version": "{VERSION}",\n  "nested": {{"version": "9.9.9"}}\n}}\n', "version", "version_variables"),
        ("chart.yaml", f"version: {VERSION}\nappVersion: '{VERSION}'\nx-version: 1.0.0\n", "version", "version_variables"),
        ("conf.py", f"release = u'{VERSION}'\nrelease = '{VERSION}'\r\nversion = '{VERSION}'\r\n", "release", "version_variables"),
        ("h.h", f"#define VERSION {VERSION}\n#define VERSION \"{VERSION}-rc.1+b\"\n", "VERSION", "version_variables"),
        ("tag.txt", f"tag: {tag}\nimage: org/x:{tag}\nplain {VERSION}\ntag={tag}\n", "tag", "version_variables:tf"),
        ("image.yml", f"uses: org/actions@{tag}\n", "org/actions", "version_variables:tf"),
        ("Cargo.toml", f"[package]\nname = 'x'\nversion = '{VERSION}' # c\n\n[dependencies]\nx = {{ version = \"1.0.0\" }}\n", "package.version", "version_toml"),
        ("odd.toml", f"a.b.version = \"{VERSION}\"\n[t]\nx = {{ v = '{VERSION}', w = 1 }}\n[t.\"q.r\"]\nv = '1'\n", random.choice(["a.b.version", "t.x.v"]), "version_toml"),
        ("tag.toml", f'[x]\nimage = "{tag}"\n', "x.image", "version_toml:tf"),
        ("multi.toml", f'[[package]]\nname = "a"\nversion = "{VERSION}"\n\n[[package]]\nname = "b"\nversion = "2.0.0"\n', "package.0.version", "version_toml"),
    ]
    chosen = [shape for shape in shapes if random.random() < 0.16]
    for file, contents, key, kind in chosen:
        name, _, suffix = kind.partition(":")
        suffix = suffix or random.choice(["", "", "nf"])
        settings.setdefault(name, []).append(f"{file}:{key}" + (f":{suffix}" if suffix else ""))
        text = contents.replace(VERSION, random.choice([VERSION] * 4 + ["1.2.3-rc.4", "10.20.30"])) if suffix != "tf" else contents
        if random.random() < 0.08:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        if random.random() < 0.08:
            text = text.rstrip("\r\n")
        files[file] = text.encode()
    if random.random() < 0.03:
        settings.setdefault("version_variables", []).append("README.md:nothing_here")


def changelog(random: Random, settings: dict, files: dict[str, bytes]) -> None:
    options: dict = {}
    templates: dict = {}
    name, rst = "CHANGELOG.md", False
    if random.random() < 0.25:
        name = random.choice(["CHANGELOG.rst", "docs/changes.md", "HISTORY", "docs/log.rst", "CHANGES.txt"])
        rst = name.endswith(".rst")
        templates["changelog_file"] = name
    if random.random() < 0.1:
        rst = random.random() < 0.5
        templates["output_format"] = "rst" if rst else "md"
    if random.random() < 0.3:
        templates["mask_initial_release"] = random.random() < 0.3
    if random.random() < 0.4:
        options["mode"] = random.choice(["init", "init", "update"])
    flag = "..\n    version list" if rst else "<!-- version list -->"
    if random.random() < 0.12:
        flag = random.choice(["<!-- HERE -->", "## Releases", ".. here", "|", "x"])
        options["insertion_flag"] = flag
    if random.random() < 0.35:
        options["exclude_commit_patterns"] = random.sample(["chore.*", "(?!feat)docs", "^ci", "Merge.*", r"build\(deps\)", r"(?i)WIP", r".*\(#12\)", "fix", r"chore(?:\([^)]*?\))?: .+",
                                                            r"[Ii]nitial [Cc]ommit.*", r"\A(test|style)", "", r"refactor(?:\([^)]*?\))?: .+\Z", "(?s).*NOTICE", "(?m)^Closes"], random.randint(1, 3))
    if templates:
        options["default_templates"] = templates
    if options:
        settings["changelog"] = options
    pick = random.random()
    title = "CHANGELOG\n=========\n" if rst else "# CHANGELOG\n"
    old = "\nv0.0.1 (2020-01-01)\n===================\n\n* Initial Release\n" if rst else "\n## v0.0.1 (2020-01-01)\n\n- Initial Release\n"
    text = None
    if pick < 0.4:
        text = f"{title}\n{flag}\n{old}"
    elif pick < 0.48:
        text = f"{title}\n\n{flag}{old}\n\n{flag}\n tail  \n\n"
    elif pick < 0.54:
        text = f"{title}\nno flag\n{old}"
    elif pick < 0.58:
        text = flag
    elif pick < 0.62:
        text = random.choice(["", "\n", f"{flag}\n{flag}\n", f"  {flag}  \nx"])
    if text is not None:
        if random.random() < 0.15:
            text = text.replace("\n", "\r\n")
        files[name] = text.encode()


def write(random: Random, settings: dict, files: dict[str, bytes]) -> list[str]:
    """The configuration file, and the arguments that name it."""
    license_line = random.choice(['license = "MIT"\n', 'license = {text = "Apache-2.0"}\n', 'license-expression = "BSD-3-Clause"\nlicense = "MIT"\n', "", "", "", 'license = {file = "LICENSE"}\n'])
    project = f'[project]\nname = "x"\nversion = "{VERSION}"  # stamped\n{license_line}\n'
    if random.random() < 0.5:
        settings.setdefault("version_toml", []).append("pyproject.toml:project.version")
    pick = random.random()
    if pick < 0.8:
        files["pyproject.toml"] = (project + toml(("tool", "semantic_release"), settings)).encode()
        return []
    if random.random() < 0.7:
        files["pyproject.toml"] = project.encode()
    elif "pyproject.toml:project.version" in settings.get("version_toml", []):
        files["pyproject.toml"] = project.encode()
    if pick < 0.9:
        files["releaserc.toml"] = toml(("semantic_release",), settings).encode()
        return ["-c", "releaserc.toml"]
    files["releaserc.json"] = (json.dumps({"semantic_release": settings}, indent=2, ensure_ascii=random.random() < 0.5) + "\n").encode()
    return ["-c", "releaserc.json"]


def toml(path: tuple[str, ...], table: dict) -> str:
    """`table` as TOML; the order of tables is kept, it matters for branches."""
    lines = [f"[{'.'.join(path)}]"]
    tables = []
    for key, value in table.items():
        if isinstance(value, dict):
            tables.append(toml((*path, key), value))
        else:
            lines.append(f"{key} = {literal(value)}")
    return "\n".join(lines) + "\n\n" + "".join(tables)


def literal(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
