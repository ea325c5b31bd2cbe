//! What the action gives.

use action_kit::{Output, standard};

/// All outputs, python-semantic-release's first and in its order.
pub(super) const OUTPUTS: &[Output] = &[
    Output::new(
        "released",
        "Whether a release was made; in a dry run and with `phase: prepare`, whether one is due.",
    )
    .default("false"),
    Output::new("version", "The next version, or the current one when nothing is released."),
    Output::new("tag", "The tag of `version`."),
    Output::new("is_prerelease", "Whether `version` is a prerelease."),
    Output::new("link", "The page of the release of `tag`."),
    Output::new(
        "previous_version",
        "The highest version of all tags before; `version` when nothing is released.",
    ),
    Output::new("commit_sha", "The commit that is tagged."),
    Output::new("release_notes", "The text of the GitHub release."),
    Output::new("previous_tag", "The tag this release is counted from."),
    Output::new("bump", "How far the version moves: major, minor, patch, prerelease or none."),
    Output::new(
        "channel",
        "The channel of the branch, where one is configured; empty for the default one.",
    ),
    Output::new("reason", "Why, as JSON: a list of `{commit, level, text}`."),
    Output::new(
        "packages",
        "With `packages`: JSON, for each package by name `directory`, `released`, `version`, `tag` and the like.",
    ),
    Output::new(
        "released_packages",
        "With `packages`: JSON, a list of `{package, directory, version, tag}` of what is released, in the order of their needs, for a matrix of jobs.",
    ),
    Output::new(
        "changelog_path",
        "The changelog, from the top of the repository; empty when none is written.",
    ),
    Output::new("major", "The first number of `version`."),
    Output::new("minor", "The second number of `version`."),
    Output::new("patch", "The third number of `version`."),
    Output::new(
        "pep440_version",
        "`version` as Python's packages write it, `1.3.0.dev1`; empty where they have no form for it.",
    ),
    Output::new("release_id", "The number of the GitHub release."),
    Output::new("upload_url", "Where GitHub takes further files of the release."),
    Output::new(
        "assets",
        "The files of the release as JSON: a list of `{name, size, digest, url}`.",
    ),
    Output::new(
        "pull_request",
        "With `release_mode: pull-request`: the number of the pull request that releases `version` once it is merged.",
    ),
    Output::new("pull_request_url", "Its page."),
    Output::new("title_ok", "`check-pr`: whether the title says something to the commit parser."),
    Output::new("next_version", "`check-pr`: what merging would release; empty for nothing."),
    Output::new("comment_url", "`check-pr`: the comment on the pull request."),
    Output::new("findings", "`check-pr`: a JSON list of `{code, severity, message, help}`."),
    standard::CHANGED,
    standard::DRY_RUN_OUTPUT,
    Output::new("dry_run", "The same as `dry-run`.").default("false"),
    standard::PLAN,
    standard::PLAN_FILE,
    standard::REPORT,
];
