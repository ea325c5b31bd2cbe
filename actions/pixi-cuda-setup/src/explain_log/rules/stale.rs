//! A lock that does not fit the manifest: the reason stands in lines that only `-v` shows.

use pixi_workspace::{Finding, Holds};

use super::super::text::{Found, Text};
use super::add;

/// What pixi ends with, by version.
const STALE: [&str; 4] = [
    "lock file not up-to-date with the workspace",
    "lock-file not up-to-date with the workspace",
    "lock file not up-to-date with the project",
    "lock-file not up-to-date with the project",
];

/// What helps against most reasons.
const LOCK: &str = "run `pixi lock`, and commit pixi.lock";

/// A reason as pixi logs it, and the truth of it: message, facts, remedy.
struct Reason {
    pattern: &'static str,
    truth: fn(&Found, &Text) -> Truth,
}

struct Truth {
    message: String,
    note: Option<&'static str>,
    holds: Holds,
    remedy: String,
}

fn truth(message: impl Into<String>) -> Truth {
    Truth { message: message.into(), note: None, holds: Holds::ALL, remedy: LOCK.to_owned() }
}

impl Truth {
    fn note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }

    fn holds(mut self, holds: Holds) -> Self {
        self.holds = holds;
        self
    }

    fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
}

pub(super) fn apply(log: &Text, findings: &mut Vec<Finding>) {
    let Some(said) = STALE.into_iter().find(|text| log.has(text)) else { return };
    let before = findings.len();
    for reason in REASONS {
        for found in log.find(reason.pattern) {
            let truth = (reason.truth)(&found, log);
            let mut finding = Finding::error("log/stale", truth.message)
                .prevents(format!("{said}: {}", found.whole))
                .holds(truth.holds)
                .remedy(truth.remedy);
            if let Some(note) = truth.note {
                finding = finding.note(note);
            }
            add(finding, findings);
        }
    }
    if findings.len() > before {
        return;
    }
    let finding = Finding::error("log/stale", "the lock does not fit the manifest, or there is none")
        .note("why stands in lines of `pixi_core::lock_file::outdated`, which only `pixi install -v` prints")
        .note("every environment and platform counts, not only the ones that are installed")
        .prevents(said)
        .remedy(LOCK);
    add(finding, findings);
}

const REASONS: &[Reason] = &[
    Reason {
        pattern: "the requirement '{}' could not be satisfied",
        truth: |found, log| {
            let by = log.find(&format!("{} (required by '{{}}')", found.whole));
            requirement(found.part(0), &by.first().map(|by| by.word(0)).unwrap_or_default())
        },
    },
    Reason {
        pattern: "there are more conda packages in the lock file than are used by the environment",
        truth: |_, _| {
            truth("a dependency was removed from the manifest, its packages are still locked")
        },
    },
    Reason {
        pattern: "there are more pypi packages in the lock file than are used by the environment",
        truth: |_, _| {
            truth("a PyPI dependency was removed from the manifest, its packages are still locked")
        },
    },
    Reason {
        pattern: "the locked package '{}' with version '{}' does not satisfy the constraint '{}'",
        truth: |found, _| {
            let (name, version) = (found.word(0), found.word(1));
            truth(format!(
                "`{name} {version}` is locked, and `[constraints]` asks for `{}`",
                found.part(2)
            ))
        },
    },
    Reason {
        pattern: "channels were extended with additional lower-priority channels",
        truth: |_, _| truth("a channel was appended to `channels`").holds(Holds::since(64)),
    },
    Reason {
        pattern: "the channels in the lock file do not match the environments channels",
        truth: |_, _| truth("`channels` changed"),
    },
    Reason {
        pattern: "the channels in the lock-file do not match the environments channels",
        truth: |_, _| truth("`channels` changed; before pixi 0.64 an appended one counts too"),
    },
    Reason {
        pattern: "platform(s) {} present in the lock file but not in the environment",
        truth: |found, _| {
            truth(format!(
                "platform {} was removed from the manifest, and is still locked",
                found.word(0).replace('\'', "`")
            ))
        },
    },
    Reason {
        pattern: "the workspace platform '{}' declares virtual packages [{}] but the lock-file was solved with [{}]",
        truth: |found, _| {
            truth(format!(
                "platform `{}` declares `{}`, the lock was solved with `{}`: pixi compares the texts",
                found.word(0),
                found.part(1),
                found.part(2)
            ))
            .note("the same version written otherwise, `12` for `12.0`, is a change to pixi")
            .holds(Holds::since(71))
            .remedy("write the version as before, or run `pixi lock` and commit pixi.lock")
        },
    },
    Reason {
        pattern: "environment '{}' is out of date because it does not exist in the lock file",
        truth: |found, _| {
            truth(format!("environment `{}` was added to the manifest, or renamed", found.word(0)))
        },
    },
    Reason {
        pattern: "environment '{}' is out of date because it no longer exists in the manifest",
        truth: |found, _| {
            truth(format!(
                "environment `{}` was removed from the manifest, or renamed",
                found.word(0)
            ))
            .holds(Holds::since(71))
        },
    },
    Reason {
        pattern: "different channel priority ({}) than the one selected ({})",
        truth: |found, _| {
            truth(format!(
                "`channel-priority` is `{}`, the lock was solved with `{}`",
                found.word(1),
                found.word(0)
            ))
        },
    },
    Reason {
        pattern: "different strategy ({}) than the one selected ({})",
        truth: |found, _| {
            truth(format!(
                "`solve-strategy` is `{}`, the lock was solved with `{}`",
                found.word(1),
                found.word(0)
            ))
        },
    },
    Reason {
        pattern: "the locked package '{}' has timestamp",
        truth: |found, _| {
            truth(format!("`{}` is locked, and newer than `exclude-newer`", found.word(0)))
        },
    },
    Reason {
        pattern: "the lock-file was solved without exclude-newer",
        truth: |_, _| {
            truth("`exclude-newer` was added to the manifest").holds(Holds::between(47, 67))
        },
    },
    Reason {
        pattern: "the lock-file was solved with exclude-newer set to {}, but",
        truth: |found, _| {
            truth(format!(
                "`exclude-newer` was changed or removed; the lock was solved with {}",
                found.part(0)
            ))
            .holds(Holds::between(47, 67))
        },
    },
    Reason {
        pattern: "missing purls",
        truth: |_, _| {
            truth(
                "the first PyPI dependency was added, and the lock does not tell which conda packages are Python's",
            )
        },
    },
    Reason {
        pattern: "'{}' with specifiers '{}' does not match the locked version '{}'",
        truth: |found, _| {
            let (name, specifiers) = (found.word(0), found.word(1));
            truth(format!(
                "the manifest asks for `{name}{specifiers}`, locked is {}",
                found.word(2)
            ))
        },
    },
    Reason {
        pattern: "the indexes used to previously solve to lock file do not match the environments indexes",
        truth: |_, _| truth("the indexes in `pypi-options` changed"),
    },
    Reason {
        pattern: "a different PyPI prerelease mode",
        truth: |_, _| truth("`prerelease-mode` in `pypi-options` changed"),
    },
    Reason {
        pattern: "the locked conda packages in solve group {} are not consistent for all environments for platform",
        truth: |found, _| {
            truth(format!("an environment joined solve group `{}`, or left it", found.word(0)))
                .note("before pixi 0.71 a solve group takes on the CUDA declaration of any of its environments")
                .holds(Holds::before(71))
        },
    },
];

fn requirement(spec: &str, by: &str) -> Truth {
    if spec.starts_with("__") {
        let package = by.split('-').next().unwrap_or(by);
        return truth(format!("`{package}` is locked as a build that needs `{spec}`, and the manifest does not declare that any more"))
            .note("a CUDA declaration was removed, lowered, or moved away from this environment")
            .remedy("declare CUDA again; or run `pixi update` for the framework (`pixi update pytorch`), and commit pixi.lock");
    }
    truth(format!("the lock has nothing for `{spec}`"))
        .note("pixi >= 0.71 names the first dependency, too, when the lock has no row for a platform: then cuda, glibc or `platforms` changed, and this dependency did not")
}
