//! What the user asks for, from flags and inputs.

mod reading;

use action_kit::Context;
use config::Spanned;
use diagnostics::{Diagnostic, Failure, Severity};
use publish::Verified;

use crate::build::BuildWishes;
use crate::locks::LockFiles;
use crate::settings::{Author, Compat, Latest};
use crate::version::{Level, Version, is_build};
use crate::writing::WritingWishes;

pub use reading::ReadingWishes;

/// Only print, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Print {
    /// The next version.
    Version,
    /// Its tag.
    Tag,
    /// The highest version there is a tag for.
    LastReleased,
    /// That tag.
    LastReleasedTag,
}

/// How commits and tags are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishMode {
    /// GitHub's API.
    Api,
    /// The `git` on PATH.
    Git,
}

/// What starts a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A pushed version tag is released as it is; a branch otherwise.
    Auto,
    /// The branch, always.
    Branch,
    /// A pushed tag, always.
    Tag,
}

/// What happens when the branch has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnMoved {
    /// Start anew from where it is.
    Retry,
    /// Fail.
    Fail,
    /// Release nothing.
    Skip,
}

/// What the user asks for.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an input of its own")]
pub struct Wishes {
    /// Only print.
    pub print: Option<Print>,
    /// Plan only.
    pub dry_run: bool,
    /// Nothing to release is exit code 2.
    pub strict: bool,
    /// The branch that is released, where it is not the one that is checked out.
    pub branch: Option<String>,
    /// A prerelease, whatever the branch.
    pub prerelease: bool,
    /// The token of prereleases.
    pub prerelease_token: Option<String>,
    /// The level, whatever the commits.
    pub force: Option<Level>,
    /// The version, whatever the commits.
    pub force_version: Option<Version>,
    /// How commits are read.
    pub reading: ReadingWishes,
    /// How the release is written.
    pub writing: WritingWishes,
    /// Make the commit.
    pub commit: bool,
    /// Make the tag.
    pub tag: bool,
    /// Write the changelog.
    pub changelog: bool,
    /// Push commit and tag; if not, they stay here.
    pub push: bool,
    /// Make the GitHub release.
    pub release: bool,
    /// Run the build command.
    pub build: bool,
    /// How, and which part of the release this run is.
    pub building: BuildWishes,
    /// What follows `+`; empty for nothing.
    pub build_metadata: String,
    /// Who commits.
    pub author: Option<Author>,
    /// What starts a release.
    pub trigger: Trigger,
    /// Unknown keys are errors.
    pub strict_config: Option<bool>,
    /// Whose answers are given.
    pub compat: Option<Compat>,
    /// The lock files to keep in step.
    pub lock_files: Option<LockFiles>,
    /// Whether commits must be signed by GitHub.
    pub verified: Verified,
    /// How commits and tags are written.
    pub publish_mode: PublishMode,
    /// What happens when the branch has moved.
    pub on_moved: OnMoved,
    /// The notes of a full release start at the last full release.
    pub notes_since_full: bool,
    /// The notes end with who wrote the commits; the configuration says so where nobody asks.
    pub contributors: Option<bool>,
    /// The release stays a draft; the configuration says otherwise where nobody asks.
    pub draft: Option<bool>,
    /// Which release is the latest; the configuration says where nobody asks.
    pub latest: Option<Latest>,
    /// Pull requests and issues of the release are told.
    pub comment_released: Option<bool>,
    /// The label they get.
    pub released_label: Option<String>,
    /// The least severe finding that fails the run.
    pub fail_on: Option<Severity>,
}

/// Reads the wishes, with the warnings they give rise to.
///
/// # Errors
/// Every value that does not make sense.
pub fn read(context: &Context) -> Result<(Wishes, Vec<Diagnostic>), Failure> {
    let inputs = &context.inputs;
    let on = |name: &str| inputs.flag(name).unwrap_or(true);
    let off = |name: &str| inputs.flag(name).unwrap_or(false);
    let problems = problems(context);
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let (author, warning) = author(context);
    let wishes = Wishes {
        print: inputs.text("print").and_then(print),
        dry_run: off("no_operation_mode") || context.act_forces_dry_run(),
        strict: off("strict"),
        branch: inputs.text("branch").map(str::to_owned),
        prerelease: off("prerelease"),
        prerelease_token: inputs.text("prerelease_token").map(str::to_owned),
        force: inputs.text("force").and_then(level),
        force_version: reading::force_version(context).and_then(Result::ok),
        reading: ReadingWishes::read(context),
        writing: WritingWishes::read(context),
        commit: on("commit"),
        tag: on("tag"),
        changelog: on("changelog"),
        push: on("push"),
        // Python-semantic-release's rule: no push, no release.
        release: on("vcs_release") && on("tag") && on("push"),
        build: on("build"),
        building: BuildWishes::read(context),
        build_metadata: build_metadata(context).unwrap_or_default().to_owned(),
        author,
        trigger: match inputs.text("trigger") {
            Some("branch") => Trigger::Branch,
            Some("tag") => Trigger::Tag,
            _ => Trigger::Auto,
        },
        strict_config: inputs.flag("strict_config"),
        lock_files: lock_files(context),
        compat: inputs.text("compat").map(|compat| match compat {
            "psr-10.7" => Compat::Psr107,
            _ => Compat::Psr105,
        }),
        verified: match inputs.text("verified") {
            Some("require") => Verified::Require,
            Some("off") => Verified::Off,
            _ => Verified::Prefer,
        },
        publish_mode: publish_mode(context),
        on_moved: match inputs.text("on_moved") {
            Some("retry") => OnMoved::Retry,
            Some("skip") => OnMoved::Skip,
            _ => OnMoved::Fail,
        },
        notes_since_full: inputs.text("notes_since") != Some("last-release"),
        contributors: inputs.flag("contributors"),
        draft: inputs.flag("draft"),
        latest: inputs.text("make_latest").and_then(Latest::named),
        comment_released: inputs.flag("comment_released"),
        released_label: inputs.text("released_label").map(str::to_owned),
        fail_on: match inputs.text("fail-on") {
            Some("warning") => Some(Severity::Warning),
            Some("notice") => Some(Severity::Notice),
            _ => None,
        },
    };
    Ok((wishes, warning.into_iter().collect()))
}

fn lock_files(context: &Context) -> Option<LockFiles> {
    let listed = context.inputs.list("lock_files").unwrap_or_default();
    let source = context.inputs.source("lock_files");
    let item = |value: &str| {
        let start = source.contents().find(value).unwrap_or_default();
        let span = start..start + value.len();
        Spanned { value: value.to_owned(), span, source: source.clone() }
    };
    match listed {
        [] => None,
        [word] if word == "off" => Some(LockFiles::Off),
        [word] if word == "auto" => Some(LockFiles::Auto),
        paths => Some(LockFiles::List(paths.iter().map(|path| item(path)).collect())),
    }
}

fn publish_mode(context: &Context) -> PublishMode {
    match context.inputs.text("publish_mode") {
        Some("git") => PublishMode::Git,
        Some("api") => PublishMode::Api,
        _ if context.runner.in_actions() => PublishMode::Api,
        _ => PublishMode::Git,
    }
}

fn build_metadata(context: &Context) -> Option<&str> {
    context.inputs.text("build_metadata").or_else(|| context.env("PSR_BUILD_METADATA"))
}

/// What is wrong with values that have the right type.
fn problems(context: &Context) -> Vec<Diagnostic> {
    let inputs = &context.inputs;
    let mut problems = Vec::new();
    let mut report = |name: &str, code: &'static str, message: String, help: &str| {
        let source = inputs.source(name);
        let span = 0..source.contents().len();
        let problem = Diagnostic::bad_input(code, message).with_label(&source, span, "");
        problems.push(problem.with_help(help));
    };
    if let Some(token) = inputs.text("prerelease_token")
        && !crate::settings::is_token(token)
    {
        let message = format!("`{token}` is not a prerelease token");
        let help = "use letters, digits and hyphens: `rc`, `dev`, `beta`";
        report("prerelease_token", "release/prerelease-token", message, help);
    }
    if let Some(metadata) = build_metadata(context)
        && !is_build(metadata)
    {
        let message = format!("`{metadata}` is not build metadata");
        let help = "use letters, digits, hyphens and dots";
        report("build_metadata", "release/build-metadata", message, help);
    }
    if let Some(Err(message)) = reading::force_version(context) {
        let help =
            "give a complete version such as `1.2.3` or `1.2.3-rc.1`, and no `force` beside it";
        report("force_version", "release/force-version", message, help);
    }
    let writes = inputs.flag("commit") != Some(false) || inputs.flag("tag") != Some(false);
    if inputs.flag("push") == Some(false) && writes && publish_mode(context) == PublishMode::Api {
        let message =
            "GitHub's API makes commits and tags on the server only: `push: false` needs a git";
        let help = "set `publish_mode: git` where there is a git on PATH (the action's image has none), or `commit: false` and `tag: false` to write the files and nothing else";
        report("push", "release/push", message.to_owned(), help);
    }
    problems.extend(config_file(context));
    problems
}

/// A configuration file that must not be opened.
fn config_file(context: &Context) -> Option<Diagnostic> {
    let named = context.inputs.path("config_file");
    // A directory that is wrong is reported where it is used.
    let directory = context.working_directory().ok()?;
    let why = crate::settings::refuse(&directory, named.as_deref())?;
    let shown = named.as_deref().unwrap_or_else(|| "pyproject.toml".as_ref()).display();
    let message = format!("configuration file `{shown}` {why}");
    let mut problem = Diagnostic::bad_input("release/config-file", message);
    if named.is_some() {
        let source = context.inputs.source("config_file");
        problem = problem.with_label(&source, 0..source.contents().len(), "");
    }
    Some(
        problem.with_help(
            "name an ordinary file of the repository, relative to the working directory",
        ),
    )
}

fn inputs_have_key(context: &Context) -> bool {
    let keys = ["ssh_private_signing_key", "gpg_private_key"];
    keys.into_iter().any(|key| context.inputs.secret(key).is_some())
}

fn author(context: &Context) -> (Option<Author>, Option<Diagnostic>) {
    let text = |name: &str| context.inputs.text(name).map(str::to_owned);
    match (text("git_committer_name"), text("git_committer_email")) {
        (Some(name), Some(email)) => (Some(Author { name, email }), None),
        (None, None) => (None, None),
        // Whose signature it is, the address alone says.
        (None, Some(_)) if inputs_have_key(context) => (None, None),
        _ => {
            let message = "`git_committer_name` and `git_committer_email` count only together";
            let warning = Diagnostic::warning("release/committer", message);
            (None, Some(warning.with_help("give both or none")))
        }
    }
}

fn print(word: &str) -> Option<Print> {
    match word {
        "print" => Some(Print::Version),
        "print-tag" => Some(Print::Tag),
        "print-last-released" => Some(Print::LastReleased),
        "print-last-released-tag" => Some(Print::LastReleasedTag),
        _ => None,
    }
}

fn level(word: &str) -> Option<Level> {
    match word {
        "prerelease" => Some(Level::Prerelease),
        "patch" => Some(Level::Patch),
        "minor" => Some(Level::Minor),
        "major" => Some(Level::Major),
        _ => None,
    }
}
