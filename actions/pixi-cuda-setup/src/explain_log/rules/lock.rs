//! A lock that pixi cannot read, or not yet.

use pixi_workspace::{Finding, Holds};

use super::super::text::Text;
use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        pattern: "Failed to load lock file from `{}`",
        finding: |found, log| {
            // Other rules say more of this.
            let newer = log.has("but only up to including version");
            (!newer).then(|| unreadable(&found.word(0), log))
        },
    },
    Rule {
        pattern: "The lock file version is {}, but only up to including version {} is supported",
        finding: |found, _| {
            let (format, known) = (found.word(0), found.word(1));
            Some(
                Finding::error(
                    "log/lock-newer",
                    format!("pixi.lock has format {format}, this pixi reads up to format {known}"),
                )
                .holds(Holds::before(60))
                .remedy(newer_pixi(&format)),
            )
        },
    },
    Rule {
        pattern: "Lock-file version {} is newer than supported",
        finding: |found, log| {
            let format = found.word(0);
            let message = format!("pixi.lock has format {format}, which this pixi is too old for");
            let finding = if log.has("treated as missing and regenerated") {
                Finding::warning("log/lock-newer", message)
                    .note("without `--locked` and `--frozen` pixi solves anew and writes the lock in its own, older format")
            } else {
                Finding::error("log/lock-newer", message)
            };
            Some(finding.holds(Holds::since(60)).remedy(newer_pixi(&format)))
        },
    },
    Rule {
        pattern: "the lock file is up-to-date but uses an older format (v{})",
        finding: |found, _| {
            Some(
                Finding::notice(
                    "log/lock-older",
                    format!("pixi.lock has format {}, which records no virtual packages: a CPU lock fits a manifest that declares CUDA", found.word(0)),
                )
                .holds(Holds::since(71))
                .remedy("run `pixi lock` and look what it locked: it keeps CPU builds, which `pixi update pytorch` switches"),
            )
        },
    },
    Rule {
        pattern: "lock file is not up-to-date with requested environment: '{}'",
        finding: |found, _| Some(environment(&found.word(0))),
    },
    Rule {
        pattern: "lockfile is not up-to-date with requested environment: '{}'",
        finding: |found, _| Some(environment(&found.word(0))),
    },
];

fn environment(name: &str) -> Finding {
    Finding::error(
        "log/lock-environment",
        format!("pixi.lock does not have environment `{name}`, or there is no lock"),
    )
    .note("`--frozen` takes the lock as it is")
    .remedy("run `pixi lock`, and commit pixi.lock")
}

fn newer_pixi(format: &str) -> String {
    match format {
        "7" => "install pixi 0.68 or newer".to_owned(),
        "6" => "install pixi 0.40 or newer".to_owned(),
        _ => "install the version of pixi that wrote the lock, or a newer one".to_owned(),
    }
}

/// What pixi's parser says, and what it comes from.
fn unreadable(path: &str, log: &Text) -> Finding {
    let lock = if path.is_empty() { "pixi.lock" } else { path };
    let error = |what: &str| Finding::error("log/lock-unreadable", format!("`{lock}` {what}"));
    if log.has("missing `version` field") {
        return error("has no format version: it is a pointer of Git LFS, or empty")
            .remedy("check out with `lfs: true`; or run `git checkout origin/main -- pixi.lock`, or delete it and run `pixi lock`");
    }
    if log.has("could not find expected ':'") || log.has("<<<<<<<") {
        return error("has conflict markers of a merge")
            .remedy("run `git checkout --ours pixi.lock`, then `pixi lock`, and commit it");
    }
    if log.has("missing field") || log.has("failed to parse digest") {
        return error("is cut off").remedy("restore it from git, or delete it and run `pixi lock`");
    }
    if log.has("more than one document") {
        return error("begins with a byte order mark, which this pixi does not take")
            .remedy("save it without a byte order mark, or delete it and run `pixi lock`");
    }
    if log.has("is not a known platform") {
        return error("names a platform this pixi does not know: a newer pixi wrote it")
            .remedy("install pixi 0.71 or newer");
    }
    error("is no lock of pixi").remedy("restore it from git, or delete it and run `pixi lock`")
}
