//! The manifest, and the version of pixi it is for.

use pixi_workspace::{Finding, Holds};

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        pattern: "unknown environment '{}'",
        finding: |found, _| {
            let name = found.word(0);
            Some(
                Finding::error("log/environment", format!("the manifest has no environment `{name}`"))
                    .remedy(format!("add `{name} = []` to `[environments]` for the default feature alone, run `pixi lock`, and commit both")),
            )
        },
    },
    Rule {
        pattern: "The feature '{}' is not defined in the manifest",
        finding: |found, _| {
            Some(
                Finding::error(
                    "log/feature",
                    format!(
                        "an environment names feature `{}`, which the manifest does not have",
                        found.word(0)
                    ),
                )
                .remedy("correct the name in `[environments]`, or add the feature"),
            )
        },
    },
    Rule {
        pattern: "could not find pixi.toml or pyproject.toml with tool.pixi at directory {}",
        finding: |_, _| {
            Some(no_manifest("there is no manifest in the working directory or above it"))
        },
    },
    Rule {
        pattern: "could not find pixi.toml or pyproject.toml",
        finding: |_, log| {
            // The longer text says the same.
            (!log.has("pyproject.toml with tool.pixi at directory"))
                .then(|| no_manifest("there is no manifest in the working directory or above it"))
        },
    },
    Rule {
        pattern: "found pyproject.toml without tool.pixi section at directory",
        finding: |_, _| Some(no_manifest("pyproject.toml has no table `[tool.pixi]`")),
    },
    Rule {
        pattern: "Missing table in manifest {}: Any of the following sections is required",
        finding: |found, _| {
            Some(
                Finding::error(
                    "log/manifest",
                    format!("`{}` has no table `[workspace]`", found.word(0)),
                )
                .note("it counts before a pyproject.toml beside it")
                .remedy("add `[workspace]` (`[project]` before pixi 0.43), or remove the file"),
            )
        },
    },
    Rule {
        pattern: "this project requires pixi '{}', but you have pixi {}",
        finding: |found, _| Some(requires(&found.word(0))),
    },
    Rule {
        pattern: "workspace requires pixi '{}', but I am",
        finding: |found, _| Some(requires(&found.word(0))),
    },
    Rule {
        pattern: "uses `[system-requirements]` but the workspace declares per-platform virtual packages",
        finding: |_, _| {
            Some(
                Finding::error("log/dialects", "the manifest declares virtual packages in both ways, and pixi takes one")
                    .holds(Holds::since(71))
                    .remedy("remove `[system-requirements]`, and declare its versions on the entries of `platforms`"),
            )
        },
    },
    Rule {
        pattern: "expected a string, found table",
        finding: |_, _| {
            Some(
                Finding::error("log/manifest-newer", "the manifest has a table where this pixi takes a text: rich `platforms` are newer than this pixi")
                    .holds(Holds::before(71))
                    .remedy("install pixi 0.71 or newer, and say `requires-pixi = \">=0.71\"` in the manifest"),
            )
        },
    },
    Rule {
        pattern: "would require __cuda {}, for which no candidates were found",
        finding: |_, _| {
            Some(
                Finding::error("log/cuda-undeclared", "a CUDA build is asked for, and the manifest does not declare CUDA: a solve looks at what is declared, never at the machine or an override")
                    .remedy("declare it: `cuda = \"12.0\"` on the entry of `platforms` (pixi >= 0.71), or under `[system-requirements]`"),
            )
        },
    },
    Rule {
        pattern: "could not find a package named '{}'",
        finding: |found, _| {
            Some(
                Finding::error("log/update", format!("`pixi update {0}`: the lock has no package `{0}`", found.word(0)))
                    .remedy("name a package that is locked; for CUDA builds the top one, such as `pixi update pytorch`"),
            )
        },
    },
];

fn no_manifest(message: &str) -> Finding {
    Finding::error("log/no-manifest", message).remedy(
        "set `working-directory` or `manifest-path`; the checkout must come before this step",
    )
}

fn requires(spec: &str) -> Finding {
    Finding::error("log/requires-pixi", format!("the manifest's `requires-pixi` asks for pixi {spec}"))
        .remedy("leave `pixi-version` at `auto`, which follows `requires-pixi`, or name a version in that range")
}
