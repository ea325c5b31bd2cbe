//! What the action takes.

use action_kit::standard;
use action_kit::{Default, Flag, Input, Kind};

use super::publish_action;

const VERSION: &[&str] = &["version"];

const fn switch(name: &'static str, long: &'static str, help: &'static str) -> Input {
    Input::new(name, help)
        .kind(Kind::Bool)
        .default(Default::Builtin("true"))
        .commands(VERSION)
        .flag(Flag::Pair { long })
}

const fn choice(
    name: &'static str,
    choices: &'static [&'static str],
    default: &'static str,
    long: &'static str,
    help: &'static str,
) -> Input {
    Input::new(name, help)
        .kind(Kind::Choice(choices))
        .default(Default::Builtin(default))
        .commands(VERSION)
        .flag(Flag::Value { long, short: None })
}

const CHECK_PR: &[&str] = &[crate::check_pr::COMMAND];

/// How severe it is when a check of pull requests fails.
const fn check(
    name: &'static str,
    default: &'static str,
    long: &'static str,
    help: &'static str,
) -> Input {
    choice(name, &["off", "notice", "warning", "error"], default, long, help).commands(CHECK_PR)
}

/// All inputs, in the order they are shown.
pub(super) const INPUTS: &[Input] = &[
    standard::CONFIG
        .named("config_file", &["config"])
        .help("The configuration file, TOML or JSON; `pyproject.toml` when it is not given."),
    standard::WORKING_DIRECTORY.named("directory", &["working-directory"]),
    standard::TOKEN.named("github_token", &["token"]),
    Input::new("git_committer_name", "Name of the commit's and tag's author; give both or none."),
    Input::new(
        "git_committer_email",
        "Address of the commit's and tag's author; give both or none. With a signing key the address alone will do.",
    ),
    Input::new(
        "ssh_private_signing_key",
        "An SSH private key in OpenSSH's format that signs commit and tag.",
    )
    .secret(),
    Input::new("ssh_public_signing_key", "Its public key: only compared, may be left out."),
    Input::new("ssh_key_passphrase", "What opens the SSH private key.").secret(),
    Input::new(
        "gpg_private_key",
        "An OpenPGP private key, armored or its Base64 form, that signs commit and tag.",
    )
    .secret(),
    Input::new("gpg_passphrase", "What opens the OpenPGP private key.").secret(),
    Input::new(
        "signoff_commit",
        "End the commit's message with `Signed-off-by`. Key `signoff_commit` too.",
    )
    .kind(Kind::Bool)
    .default(Default::Builtin("false"))
    .commands(VERSION)
    .flag(Flag::Pair { long: "signoff-commit" }),
    standard::DRY_RUN
        .named("no_operation_mode", &["dry-run"])
        .flag(Flag::Switch { long: "noop", short: None }),
    Input::new("strict", "End with exit code 2 when there is nothing to release.")
        .kind(Kind::Bool)
        .default(Default::Builtin("false"))
        .flag(Flag::Switch { long: "strict", short: None }),
    Input::new(
        "verbosity",
        "How much the log says: 0 warnings, 1 the ordinary log, 2 and more details.",
    )
    .kind(Kind::Integer { min: 0, max: 9 })
    .default(Default::Builtin("1"))
    .flag(Flag::Count { short: 'v', long: "verbose" }),
    Input::new("prerelease", "Make the next release a prerelease, whatever the branch.")
        .kind(Kind::Bool)
        .default(Default::Builtin("false"))
        .commands(VERSION)
        .flag(Flag::Switch { long: "as-prerelease", short: None }),
    Input::new("prerelease_token", "The token of the prerelease, instead of the branch group's.")
        .commands(VERSION)
        .flag(Flag::Value { long: "prerelease-token", short: None }),
    Input::new("force", "Release at this level whatever the commits say.")
        .kind(Kind::Choice(&["prerelease", "patch", "minor", "major"]))
        .commands(VERSION)
        .flag(Flag::OneOf),
    Input::new(
        "force_version",
        "Release exactly this version. It must come after the last release of the branch, and have no tag.",
    )
    .commands(VERSION)
    .flag(Flag::Value { long: "force-version", short: None }),
    Input::new(
        "parser",
        "The commit parser, with its default options, instead of key `commit_parser`.",
    )
    .kind(Kind::Choice(&[
        "conventional",
        "conventional-monorepo",
        "conventional-strict",
        "emoji",
        "scipy",
        "node",
        "angular",
        "tag",
    ]))
    .commands(VERSION)
    .flag(Flag::Value { long: "parser", short: None }),
    choice(
        "squash",
        &["split", "title-only", "split-capped"],
        "split",
        "squash",
        "What the bullets of a squash merge count for: each like a commit, nothing, or at most as much as the title. Key `squash` too.",
    ),
    choice(
        "revert",
        &["keep", "cancel"],
        "keep",
        "revert",
        "`cancel`: a commit that is reverted before it is released counts for nothing, and a revert of something released is a patch. Key `revert` too.",
    ),
    choice(
        "release_as",
        &["off", "on"],
        "off",
        "release-as",
        "`on`: a footer `Release-As: 1.2.3` asks for that version. Key `release_as` too.",
    ),
    Input::new(
        "pr_overrides",
        "A block `BEGIN_COMMIT_OVERRIDE` to `END_COMMIT_OVERRIDE` in a merged pull request takes the place of its commit's message. Key `pr_overrides` too.",
    )
    .kind(Kind::Bool)
    .default(Default::Builtin("false"))
    .commands(VERSION)
    .flag(Flag::Pair { long: "pr-overrides" }),
    choice(
        "report_unparsed",
        &["off", "notice", "warning"],
        "off",
        "report-unparsed",
        "How loudly commits that do not parse are reported, as annotations; `fail-on` counts them. Key `report_unparsed` too.",
    ),
    Input::new(
        "branch",
        "The branch to release, where HEAD is detached or on a branch of another name. In Actions a detached HEAD at the workflow's own commit needs none.",
    )
    .commands(VERSION)
    .flag(Flag::Value { long: "branch", short: None }),
    switch("commit", "commit", "Commit the files that changed."),
    switch("tag", "tag", "Tag the release. Without a tag there is no GitHub release either."),
    switch(
        "push",
        "push",
        "Push commit and tag. `false` leaves them in this clone, which needs `publish_mode: git`; there is no GitHub release then.",
    ),
    switch("changelog", "changelog", "Write the changelog."),
    switch("vcs_release", "vcs-release", "Make the GitHub release."),
    Input::new("build", "Run `build_command`, between the stamped files and the commit.")
        .kind(Kind::Bool)
        .default(Default::Builtin("true"))
        .commands(VERSION)
        .flag(Flag::Off { long: "skip-build" }),
    Input::new(
        "build_image",
        "The image of the container `build_command` runs in, best by digest. Key `build_image` too. In the action, which has no tools of its own, an image of Python's; on the command line none, the shell runs it.",
    )
    .commands(VERSION)
    .flag(Flag::Value { long: "build-image", short: None }),
    choice(
        "phase",
        &["all", "prepare", "publish"],
        "all",
        "phase",
        "Which part of the release to do: `prepare` stamps the files, writes the changelog, sets the outputs and stops, so that the job can build; `publish` does the rest.",
    ),
    Input::new(
        "build_metadata",
        "Build metadata to append to the version. Variable `PSR_BUILD_METADATA` too.",
    )
    .commands(VERSION)
    .flag(Flag::Value { long: "build-metadata", short: None }),
    Input::new("print", "Only print: the next version or its tag, or the last released ones.")
        .kind(Kind::Choice(&[
            "print",
            "print-tag",
            "print-last-released",
            "print-last-released-tag",
        ]))
        .commands(VERSION)
        .flag(Flag::OneOf),
    Input::new(
        "strict_config",
        "Unknown keys of the configuration are errors, not warnings. Key `strict_config` too.",
    )
    .kind(Kind::Bool)
    .default(Default::Builtin("false"))
    .flag(Flag::Pair { long: "strict-config" }),
    Input::new(
        "lock_files",
        "The lock files in which the project's own version is kept in step: `off`, `auto` for those beside or above stamped manifests, or paths, one a line. Key `lock_files` too.",
    )
    .kind(Kind::List)
    .default(Default::Builtin("off"))
    .commands(VERSION)
    .flag(Flag::Value { long: "lock-file", short: None }),
    choice(
        "compat",
        &["psr-10.5", "psr-10.7"],
        "psr-10.5",
        "compat",
        "Whose answers are given where versions of python-semantic-release differ: `psr-10.7` finds variables with a type, `__version__: str = …`, and understands two more emojis. Key `compat` too.",
    ),
    choice(
        "verified",
        &["prefer", "require", "off"],
        "prefer",
        "verified",
        "Whether the commit must be signed: by a key given here, or by GitHub, which signs only for the token's own account.",
    ),
    choice(
        "publish_mode",
        &["auto", "api", "git"],
        "auto",
        "publish-mode",
        "Write through GitHub's API or with `git`; `auto` is the API in Actions and `git` elsewhere.",
    ),
    choice(
        "trigger",
        &["auto", "branch", "tag"],
        "auto",
        "trigger",
        "What starts a release: with `auto` the push of a version tag releases that tag without computing anything, after checking that every stamped place and the changelog say the same, and everything else (a push to a branch, a schedule, a run by hand) releases the branch; `branch` or `tag` insist.",
    ),
    choice(
        "release_mode",
        &["commit", "tag-only", "pull-request"],
        "commit",
        "release-mode",
        "What is written: a commit with its tag; a tag on the commit there is, for branches that take no commits; or a pull request with the commit, and the tag once it is merged. Key `release_mode` too.",
    ),
    Input::new("release_branch", "The branch of the pull request of `release_mode: pull-request`, `{branch}` for the branch that is released. Key `release_branch` too.")
        .default(Default::Builtin("semantic-release/{branch}"))
        .commands(VERSION)
        .flag(Flag::Value { long: "release-branch", short: None }),
    choice(
        "on_moved",
        &["fail", "skip", "retry"],
        "fail",
        "on-moved",
        "When the branch on the server has commits that this checkout lacks: `fail` ends with an error, `skip` releases nothing, `retry` releases from the newer commit, at most three times, where nothing is built or attached here. This release's own commit, made by an earlier run, is always recognised and completed.",
    ),
    Input::new(
        "comment_released",
        "Tell every pull request and issue of the release that it is out, by one comment. Key `comment_released` too.",
    )
    .kind(Kind::Bool)
    .default(Default::Builtin("false"))
    .commands(VERSION)
    .flag(Flag::Pair { long: "comment-released" }),
    Input::new(
        "released_label",
        "The label that `comment_released` gives them besides. Key `released_label` too.",
    )
    .commands(VERSION)
    .flag(Flag::Value { long: "released-label", short: None }),
    choice(
        "notes_since",
        &["last-full", "last-release"],
        "last-full",
        "notes-since",
        "Where the notes of a full release start: at the last full release, or at the last release of any kind.",
    )
    .commands(&["version", crate::changelog_command::COMMAND]),
    Input::new(
        "post_to_release_tag",
        "The tag whose release on GitHub gets its notes anew; without it only the changelog is written.",
    )
    .commands(&[crate::changelog_command::COMMAND])
    .flag(Flag::Value { long: "post-to-release-tag", short: None }),
    Input::new("draft", "Leave the release a draft, for a later step to publish. Key `draft` too.")
        .kind(Kind::Bool)
        .default(Default::Builtin("false"))
        .commands(VERSION)
        .flag(Flag::Pair { long: "draft" }),
    choice(
        "make_latest",
        &["auto", "true", "false"],
        "auto",
        "make-latest",
        "Whether GitHub shows the release as the latest; `auto` says no for prereleases and for releases below the highest one. Key `make_latest` too.",
    ),
    Input::new(
        "contributors",
        "The notes of the GitHub release end with the authors of its commits, without bots. Key `contributors` too.",
    )
    .kind(Kind::Bool)
    .default(Default::Builtin("false"))
    .commands(VERSION)
    .flag(Flag::Pair { long: "contributors" }),
    Input::new(
        "notes_append",
        "Files of Markdown that follow the notes, such as a report of an earlier step. Key `notes_append` too.",
    )
    .kind(Kind::List)
    .commands(VERSION)
    .flag(Flag::Value { long: "notes-append", short: None }),
    Input::new(
        "images",
        "JSON, a list of `{name, digest, tag}`: images that the notes say how to pull by digest; `tag` may be missing.",
    )
    .commands(VERSION)
    .flag(Flag::Value { long: "images", short: None }),
    publish_action::PUBLISH_TAG,
    publish_action::PUBLISH_DRAFT,
    publish_action::REPLACE_ASSETS,
    Input::new(
        "pull_request",
        "The number of the pull request; on `pull_request` and `pull_request_target` it is the event's.",
    )
    .kind(Kind::Integer { min: 1, max: 4_294_967_295 })
    .commands(CHECK_PR)
    .flag(Flag::Value { long: "pull-request", short: None }),
    Input::new("title", "Check this title and nothing else, without asking a server.")
        .commands(CHECK_PR)
        .flag(Flag::Value { long: "title", short: None }),
    check(
        "check_title",
        "error",
        "check-title",
        "The title must say something to the commit parser; how severe it is when it does not.",
    ),
    check(
        "check_commits",
        "warning",
        "check-commits",
        "Each commit must; merges are left out.",
    ),
    check("check_description", "warning", "check-description", "There must be a description."),
    Input::new("min_description", "How many characters the description must have.")
        .kind(Kind::Integer { min: 1, max: 65_536 })
        .default(Default::Builtin("1"))
        .commands(CHECK_PR)
        .flag(Flag::Value { long: "min-description", short: None }),
    check(
        "check_issue",
        "off",
        "check-issue",
        "An issue must be closed by it, by its text or linked by hand.",
    ),
    check("check_mergeable", "error", "check-mergeable", "There must be no conflicts."),
    Input::new(
        "mergeable_wait",
        "How many seconds GitHub may take to find out whether there are conflicts.",
    )
    .kind(Kind::Integer { min: 0, max: 600 })
    .default(Default::Builtin("60"))
    .commands(CHECK_PR)
    .flag(Flag::Value { long: "mergeable-wait", short: None }),
    Input::new(
        "branch_pattern",
        "A regular expression that the branch's name must match from its start; release branches need not.",
    )
    .commands(CHECK_PR)
    .flag(Flag::Value { long: "branch-pattern", short: None }),
    check(
        "check_branch",
        "error",
        "check-branch",
        "How severe it is when the name does not match `branch_pattern`.",
    ),
    choice(
        "merge_style",
        &["squash", "squash-title", "squash-description", "merge"],
        "squash",
        "merge-style",
        "How the preview takes it to be merged: squashed with the list of commits (GitHub's default), with the title alone, with title and description, or with every commit kept (merge, rebase).",
    )
    .commands(CHECK_PR),
    Input::new("comment", "Keep one comment on the pull request up to date.")
        .kind(Kind::Bool)
        .default(Default::Builtin("true"))
        .commands(CHECK_PR)
        .flag(Flag::Pair { long: "comment" }),
    Input::new(
        "format",
        "The format of the configuration that `generate-config` prints; on the command line only.",
    )
    .kind(Kind::Choice(&["toml", "json"]))
    .default(Default::Builtin("toml"))
    .commands(&[crate::generate_config::COMMAND])
    .flag(Flag::Value { long: "format", short: Some('f') }),
    Input::new(
        "pyproject",
        "Print TOML below `tool.semantic_release`, for `pyproject.toml`; on the command line only.",
    )
    .kind(Kind::Bool)
    .default(Default::Builtin("false"))
    .commands(&[crate::generate_config::COMMAND])
    .flag(Flag::Switch { long: "pyproject", short: None }),
    standard::APPLY_UNDER_ACT,
    Input::new("insecure-hosts", "Hosts that may be spoken to in plain http, one a line.")
        .kind(Kind::List)
        .flag(Flag::Value { long: "insecure-host", short: None }),
    Input::new("ca-file", "A PEM file with further certificate authorities.")
        .kind(Kind::Path)
        .flag(Flag::Value { long: "ca-file", short: None }),
    standard::FAIL_ON,
    standard::MODE,
    standard::LOG_LEVEL,
];
