//! The long forms of the codes.

use diagnostics::Explanation;

const fn explanation(code: &'static str, title: &'static str, text: &'static str) -> Explanation {
    Explanation { code, title, text }
}

/// The codes of the rules for workflows.
pub const EXPLANATIONS: &[Explanation] = &[
    explanation(
        "workflow/lock-check",
        "`pixi lock --check` writes",
        "It solves and rewrites the lock before it says that it was not up to date, and with pixi >= 0.68 it fails on every lock before format 7. `pixi install --locked` checks and leaves the lock alone.",
    ),
    explanation(
        "workflow/override-differs",
        "CONDA_OVERRIDE_CUDA differs between workflows",
        "From pixi 0.71 on the value picks the platform row that is installed, so jobs can test different packages. Values that environments declare, each its own, are no difference.",
    ),
    explanation(
        "workflow/override-malformed",
        "CONDA_OVERRIDE_CUDA is no version",
        "pixi warns that it ignores the value and then fails every install because of it, from 0.42 on.",
    ),
    explanation(
        "workflow/override-too-low",
        "CONDA_OVERRIDE_CUDA is lower than what is declared",
        "The install may pass, and the next solve may take packages that do not run with this value.",
    ),
    explanation(
        "workflow/override-word",
        "CONDA_OVERRIDE_CUDA is a word that passes for a version",
        "conda's versions may be words: `none`, `true` or `v12.9` are lower than 12.0. To switch CUDA off, leave the value empty.",
    ),
    explanation(
        "workflow/pixi-unpinned",
        "the newest pixi under `--locked`",
        "prefix-dev/setup-pixi takes the newest pixi unless `pixi-version` says otherwise, and installs `--locked` where there is a lock. When a release reads locks by other rules, every job fails.",
    ),
    explanation(
        "workflow/unlocked",
        "a job may run what nobody locked",
        "No step of the job holds the lock against the manifest: without `--locked` or PIXI_LOCKED, `pixi install` and `pixi run` bring a lock that does not fit up to date, and use that. After `pixi install --locked`, or prefix-dev/setup-pixi where there is a lock, it fits.",
    ),
    explanation(
        "workflow/unquoted-float",
        "an unquoted version in YAML is a number",
        "`12.10` without quotes is the number 12.1 and arrives as such.",
    ),
];
