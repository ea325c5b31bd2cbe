//! The true cause in words, what pixi says about it, and the way out.

use std::ops::Range;

use diagnostics::Source;

use super::{Kind, Trouble};
use crate::{Finding, Holds, PixiVersion};

/// How pixi is asked to install.
#[derive(Clone, Copy, Debug)]
pub(in crate::lock) struct Asked {
    pub(in crate::lock) version: PixiVersion,
    pub(in crate::lock) locked: bool,
    pub(in crate::lock) frozen: bool,
}

impl Asked {
    /// Whether the lock is needed as it is.
    fn as_it_is(self) -> bool {
        self.locked || self.frozen
    }

    fn is_before(self, minor: u64) -> bool {
        self.version < PixiVersion::new(0, minor, 0)
    }

    /// What pixi says to a lock that is stale or missing.
    fn stale(self) -> String {
        if self.frozen {
            let lock = if self.is_before(70) { "lockfile" } else { "lock file" };
            return format!("the {lock} is not up-to-date with requested environment: 'default'");
        }
        let lock = if self.is_before(70) { "lock-file" } else { "lock file" };
        let subject = if self.is_before(43) { "project" } else { "workspace" };
        format!("{lock} not up-to-date with the {subject}")
    }
}

pub(super) fn finding(trouble: &Trouble, asked: Asked) -> Finding {
    let Trouble { kind, source, span } = trouble;
    let name = source.name();
    let unreadable = |code, message: String, sentence: &str| {
        Finding::error(code, message).at(source, span).prevents(unloadable(name, sentence))
    };
    let no_version = "missing `version` field in lock file";
    match kind {
        Kind::Missing => missing(name, asked),
        Kind::Empty => unreadable("lock/empty", format!("`{name}` is empty"), no_version)
            .remedy(format!("remove `{name}`, run `pixi lock`, and commit the new one")),
        Kind::LfsPointer => unreadable(
            "lock/lfs-pointer",
            format!("`{name}` is a Git LFS pointer, not the lock itself"),
            no_version,
        )
        .remedy("set `lfs: true` at `actions/checkout`, or run `git lfs pull`"),
        Kind::Conflict(count) => conflict(trouble, *count),
        Kind::ByteOrderMark => unreadable(
            "lock/unreadable",
            format!("`{name}` begins with a byte order mark"),
            "deserializing from YAML containing more than one document is not supported",
        )
        .remedy(format!("save `{name}` as UTF-8 without a byte order mark")),
        Kind::Newer(format) => newer(source, span, *format, asked),
        Kind::Older(format) => older(trouble, *format, asked),
        Kind::VersionNotInteger(shown) => unreadable(
            "lock/unreadable",
            format!("`version` of the lock is {shown}, not a whole number"),
            "`version` field in lock file is not an integer",
        )
        .remedy("write the version as a plain number, such as `version: 6`"),
        Kind::NoVersion => {
            unreadable("lock/unreadable", format!("`{name}` has no `version`"), no_version)
                .remedy(renew(name))
        }
        Kind::NoPlatforms => unreadable(
            "lock/unreadable",
            format!("`{name}` has format 7 but no `platforms`"),
            "missing field `platforms`",
        )
        .remedy(renew(name)),
        Kind::Truncated(how) => {
            let sentence =
                if asked.is_before(68) { "failed to parse digest" } else { "missing field" };
            unreadable("lock/truncated", format!("the end of `{name}` is missing"), sentence)
                .note(how.clone())
                .remedy(renew(name))
        }
        Kind::NotYaml(words) => {
            let message = format!("`{name}` cannot be read: {words}");
            unreadable("lock/unreadable", message, words).remedy(renew(name))
        }
        Kind::Inconsistent(what) => {
            unreadable("lock/unreadable", what.clone(), "").remedy(renew(name))
        }
        Kind::TooLarge => Finding::error(
            "lock/unreadable",
            format!("`{name}` is larger than {} MiB", crate::lock::MAX_BYTES / 1024 / 1024),
        )
        .remedy("lock fewer environments or platforms in one workspace"),
    }
}

/// What pixi says to any lock it cannot read.
fn unloadable(name: &str, sentence: &str) -> String {
    let end = if sentence.is_empty() { String::new() } else { format!(": {sentence}") };
    format!("Failed to load lock file from `{name}`{end}")
}

/// Taking the committed file back is safest: a new lock has new versions.
fn renew(name: &str) -> String {
    format!("run `git checkout HEAD -- {name}`, or remove the file and run `pixi lock`")
}

fn missing(name: &str, asked: Asked) -> Finding {
    let remedy = format!("run `pixi lock` and commit `{name}`");
    if asked.as_it_is() {
        return Finding::error("lock/missing", format!("there is no `{name}`"))
            .prevents(asked.stale())
            .remedy(remedy);
    }
    Finding::warning("lock/missing", format!("there is no `{name}`: every run resolves anew"))
        .note("what is installed changes with the channels, without a commit")
        .remedy(remedy)
}

fn conflict(trouble: &Trouble, count: usize) -> Finding {
    let Trouble { source, span, .. } = trouble;
    let name = source.name();
    let many = if count == 1 { "a conflict".to_owned() } else { format!("{count} conflicts") };
    let message = format!("git left {many} in `{name}`");
    Finding::error("lock/conflict", message)
        .at(source, span)
        .prevents(unloadable(name, "could not find expected ':'"))
        .note("a lock cannot be merged by hand; take one side, and let pixi add what is missing")
        .remedy(format!(
            "take one side whole (`git checkout --ours -- {name}` while merging, `git checkout HEAD~1 -- {name}` where it is committed), then run `pixi lock`"
        ))
}

fn older(trouble: &Trouble, format: u64, asked: Asked) -> Finding {
    let Trouble { source, span, .. } = trouble;
    let message = format!("the lock has format {format}, which pixi reads as out of date");
    let finding = if asked.locked {
        Finding::error("lock/older-format", message).prevents(asked.stale())
    } else {
        Finding::warning("lock/older-format", message)
    };
    finding.at(source, span).remedy("run `pixi lock` and commit the result")
}

/// A lock in a format that this version of pixi does not read.
pub(in crate::lock) fn newer(
    source: &Source,
    span: &Range<usize>,
    format: u64,
    asked: Asked,
) -> Finding {
    let Asked { version, .. } = asked;
    let supported = version.lock_format();
    let message =
        format!("the lock has format {format}, and pixi {version} reads up to {supported}");
    let remedy = if format == 7 {
        "set `pixi-version: \">=0.68\"`, or update pixi".to_owned()
    } else {
        format!("update pixi to a version that reads lock format {format}")
    };
    let code = "lock/newer-format";
    let finding = if asked.is_before(60) {
        Finding::error(code, message).prevents(format!(
            "The lock file version is {format}, but only up to including version {supported} is supported by the current version."
        ))
    } else {
        let title = format!("Lock-file version {format} is newer than supported");
        if asked.as_it_is() {
            Finding::error(code, message).prevents(format!(
                "{title}. Cannot continue with --locked or --frozen mode as the lock file cannot be read."
            ))
        } else {
            Finding::warning(code, message)
                .prevents(format!(
                    "{title}. The lock file will be treated as missing and regenerated."
                ))
                .note(format!("a plain `pixi install` overwrites the lock with format {supported}"))
        }
    };
    let holds = if format == 7 { Holds::before(68) } else { Holds::ALL };
    finding.at(source, span).holds(holds).remedy(remedy)
}
