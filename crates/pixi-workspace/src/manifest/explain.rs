//! The long forms behind the codes of manifests.

use diagnostics::Explanation;

/// Every code that finding and reading a manifest can give.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "manifest/not-found",
        title: "there is no manifest of pixi",
        text: "pixi looks from the start directory upwards, in each directory for a pixi.toml, then a \
pyproject.toml with `tool.pixi`, then a mojoproject.toml. A manifest that describes a package alone belongs to a \
workspace further up. `manifest-path` names a file of one of these names, or a directory that has one.",
    },
    Explanation {
        code: "manifest/unreadable",
        title: "the manifest cannot be read",
        text: "The file is there, but the system refuses to read it, or it is no UTF-8 text, or larger than any \
manifest is.",
    },
    Explanation {
        code: "manifest/no-workspace",
        title: "the manifest has no `[workspace]`",
        text: "A pixi.toml counts wherever it stands, also beside a good pyproject.toml, and without `[workspace]`, \
`[project]` or `[package]` it is an error to pixi.",
    },
    Explanation {
        code: "manifest/no-channels",
        title: "the workspace names no channels",
        text: "`channels` is the one key that `[workspace]` must have.",
    },
    Explanation {
        code: "manifest/project-table",
        title: "`[project]` is called `[workspace]` now",
        text: "pixi renamed the table in 0.43 and warns of the old name since 0.57; both are read.",
    },
    Explanation {
        code: "manifest/deprecated-table",
        title: "host and build dependencies of a workspace",
        text: "In a workspace they are ordinary dependencies; pixi warns of them since 0.57. They have a meaning in \
`[package]` only.",
    },
    Explanation {
        code: "manifest/system-requirements",
        title: "`[system-requirements]` is the older way to declare CUDA",
        text: "Since pixi 0.71 virtual packages belong to the entries of `platforms`, and since 0.72 pixi warns of the \
older table. It still works: each environment whose features have it gets a platform with these virtual packages \
and loses the plain one.",
    },
    Explanation {
        code: "manifest/two-dialects",
        title: "CUDA is declared in two ways",
        text: "Once an entry of `platforms` has a name or virtual packages of its own, pixi refuses every \
`[system-requirements]` table that asks for something. Move what it says to the platforms.",
    },
    Explanation {
        code: "manifest/needs-newer-pixi",
        title: "the manifest is newer than the pixi in use",
        text: "pixi refuses keys and forms it does not know, so a manifest that uses a newer feature fails before the \
lock is read. The finding says which version brought it; `requires-pixi` in the manifest tells everybody.",
    },
    Explanation {
        code: "manifest/requires-pixi",
        title: "`requires-pixi` is not met",
        text: "pixi compares its own version with `requires-pixi` before it reads anything else (since 0.44). The \
value is a conda version spec with operators, such as `>=0.71,<0.80`.",
    },
    Explanation {
        code: "manifest/no-preview",
        title: "building from source is a preview of pixi",
        text: "`[package]` and conda dependencies with `path`, `git` or `url` are built by pixi, which takes \
`preview = [\"pixi-build\"]` in the workspace.",
    },
    Explanation {
        code: "manifest/unknown-key",
        title: "pixi does not know this key",
        text: "pixi refuses keys it does not know in nearly every table. It is a warning here, because a later pixi \
than this program knows of may have it; in `[system-requirements]` it is an error.",
    },
    Explanation {
        code: "manifest/wrong-type",
        title: "a value has the wrong type",
        text: "The usual case is a version without quotes: `cuda = 12.1` is a number, and `12.10` would be the same \
number. Versions are texts.",
    },
    Explanation {
        code: "manifest/wrong-value",
        title: "a value pixi does not take",
        text: "The value has the right type and is none of those that pixi knows, or is not a version where one is \
due.",
    },
    Explanation {
        code: "manifest/version-spec",
        title: "not a version spec",
        text: "A dependency's text is a version spec alone: `>=2.5,<3`, `2.5.*`, `*`. A build goes into a table, \
`{ version = \"2.5.*\", build = \"*cuda*\" }`. Python dependencies take PEP 440 specifiers, `==2.5.1`, or `*`.",
    },
    Explanation {
        code: "manifest/requirement",
        title: "not a requirement of a Python package",
        text: "The lists of `[project]` and `[dependency-groups]` hold PEP 508 requirements, such as \
`torch[opt]>=2.5; sys_platform == 'linux'`.",
    },
    Explanation {
        code: "manifest/dependency-group",
        title: "a group of requirements that cannot be put together",
        text: "A group or extra takes in another one that does not exist, or in the end itself.",
    },
    Explanation {
        code: "manifest/duplicate-dependency",
        title: "a dependency stands twice",
        text: "Names of conda packages are compared in lower case, so `PyTorch` and `pytorch` in one table collide.",
    },
    Explanation {
        code: "manifest/not-inherited",
        title: "nothing to inherit",
        text: "`{ workspace = true }` takes the spec from `[workspace.dependencies]`, where this package is missing.",
    },
    Explanation {
        code: "manifest/unknown-platform",
        title: "a platform that is not there",
        text: "Entries of `platforms` are conda subdirs, or tables with one. A feature names platforms of the \
workspace: by the subdir of a plain entry, by the name of a rich one, given or made by pixi \
(`linux-64-cuda-12-0`).",
    },
    Explanation {
        code: "manifest/duplicate-platform",
        title: "a platform stands twice",
        text: "Two entries of `platforms` have the same name, or one declares the same virtual package by two keys.",
    },
    Explanation {
        code: "manifest/platform-name",
        title: "a platform with virtual packages that is called like a subdir",
        text: "The name of a subdir stands for the plain platform, whose virtual packages are fixed. Leave `name` out, \
or give another one.",
    },
    Explanation {
        code: "manifest/unmatched-target",
        title: "a `target` table that no platform has",
        text: "The selector of the table is a family (`linux`, `unix`, `win`, `osx`), a subdir, or the name of a \
platform; it fits none of the workspace, so the table does nothing.",
    },
    Explanation {
        code: "manifest/undefined-feature",
        title: "an environment names a feature that is not there",
        text: "Every name in an environment's list must be a `[feature.<name>]`, or in a pyproject.toml an extra or \
dependency group.",
    },
    Explanation {
        code: "manifest/unused-feature",
        title: "a feature that no environment has",
        text: "It is never solved, locked or installed. pixi warns of it.",
    },
    Explanation {
        code: "manifest/duplicate-feature",
        title: "an environment has a feature twice",
        text: "The order of features matters to pixi, so a name may stand there once.",
    },
    Explanation {
        code: "manifest/default-feature",
        title: "`default` cannot be defined as a feature",
        text: "The feature of that name is what stands at the top of the manifest.",
    },
    Explanation {
        code: "manifest/environment-name",
        title: "a name that an environment cannot have",
        text: "Names of environments are made of lower-case letters, digits and dashes.",
    },
];
