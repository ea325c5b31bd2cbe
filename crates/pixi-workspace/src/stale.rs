//! Whether a lock is up to date, as a version of pixi judges it with `--locked`.
//!
//! pixi looks at every environment and every platform, and says why in its log only (`-v`). The
//! order of the checks is pixi's, and so are the texts: of each environment the first thing that is
//! wrong with it as a whole, then of each platform the first. What takes building or reading other
//! projects (source packages, the metadata of projects in folders, git) is not decided here.

mod channels;
mod conda_walk;
mod groups;
mod options;
mod platforms;
mod python;
mod python_walk;
mod reason;
mod records;
mod row;
mod time;
mod wheels;

use std::collections::HashSet;

pub use reason::{Doubt, EXPLANATIONS, Kind, Reason, Verdict};

use crate::lock::{Lock, LockedEnvironment, Package};
use crate::manifest::Manifest;
use crate::{Era, PixiVersion, View};

use records::Records;
use row::Verified;

/// Judges a lock as a version of pixi does.
pub fn judge(manifest: &Manifest, lock: &Lock, version: PixiVersion) -> Verdict {
    if lock.version > version.lock_format() {
        return Verdict::Unknown(vec![Doubt {
            environment: None,
            platform: None,
            why: format!("pixi {version} cannot read a lock of format {}", lock.version),
        }]);
    }
    let views = View::all(manifest, version);
    let records = Records::new(lock);
    let mut judge = Judge {
        manifest,
        lock,
        version,
        records: &records,
        reasons: Vec::new(),
        doubts: Vec::new(),
        outdated: HashSet::new(),
    };
    let mut verified = Vec::new();
    for (position, view) in views.iter().enumerate() {
        let Some(locked) = view.locked_in(lock) else {
            judge.missing(view);
            judge.outdated.extend(view.rows().iter().map(|row| (position, row.name.clone())));
            continue;
        };
        judge.environment(position, view, locked, &mut verified);
    }
    judge.groups(&views, &verified);
    judge.unjudged();
    judge.removed(&views);
    let Judge { reasons, doubts, .. } = judge;
    match (reasons.is_empty(), doubts.is_empty()) {
        (false, _) => Verdict::Stale(reasons),
        (true, false) => Verdict::Unknown(doubts),
        (true, true) => Verdict::UpToDate,
    }
}

/// What is known while a lock is judged.
struct Judge<'a> {
    manifest: &'a Manifest,
    lock: &'a Lock,
    version: PixiVersion,
    records: &'a Records<'a>,
    reasons: Vec<Reason>,
    doubts: Vec<Doubt>,
    /// Positions of environments, and their platforms, that are out of date already.
    outdated: HashSet<(usize, String)>,
}

impl<'a> Judge<'a> {
    /// Whether the pixi in use is at least 0.`minor`.
    fn since(&self, minor: u64) -> bool {
        self.version >= PixiVersion::new(0, minor, 0)
    }

    /// Whether platforms are rows with virtual packages.
    fn has_rows(&self) -> bool {
        self.version.era() == Era::Rows
    }

    /// How this pixi spells the lock file in its messages.
    fn lock_file(&self) -> &'static str {
        if self.since(70) { "lock file" } else { "lock-file" }
    }

    fn doubt(&mut self, view: &View<'_>, platform: Option<&str>, why: impl Into<String>) {
        let doubt = Doubt {
            environment: Some(view.name().to_owned()),
            platform: platform.map(str::to_owned),
            why: why.into(),
        };
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
    }

    /// A reason about an environment, placed where the environment is written.
    fn reason(&self, view: &View<'_>, kind: Kind, logged: impl Into<String>) -> Reason {
        let environment = view.environment();
        let span = if environment.is_declared {
            environment.name.span.clone()
        } else {
            self.manifest.workspace.header.clone()
        };
        Reason {
            environment: view.name().to_owned(),
            platform: None,
            kind,
            logged: logged.into(),
            truth: None,
            place: Some((self.manifest.source.clone(), span)),
            remedy: reason::remedy(self.version),
        }
    }

    /// An environment that the lock does not have.
    fn missing(&mut self, view: &View<'_>) {
        let file = self.lock_file();
        let logged = format!(
            "environment '{}' is out of date because it does not exist in the {file}.",
            view.name()
        );
        let reason = self.reason(view, Kind::EnvironmentMissing, logged);
        self.reasons.push(reason);
    }

    /// The environment as a whole, then each of its platforms.
    fn environment(
        &mut self,
        position: usize,
        view: &View<'a>,
        locked: &'a LockedEnvironment,
        verified: &mut Vec<Verified<'a>>,
    ) {
        if let Some(reason) = self.whole(view, locked) {
            self.outdated.extend(view.rows().iter().map(|row| (position, row.name.clone())));
            let is_discarded = reason.kind.discards_packages();
            self.reasons.push(reason);
            // pixi no longer looks at packages that it will not keep.
            if is_discarded {
                return;
            }
        }
        for row in view.rows() {
            match self.row(position, view, row) {
                Ok(one) => verified.push(one),
                Err(reason) => {
                    if !reason.kind.is_python() {
                        self.outdated.insert((position, row.name.clone()));
                    }
                    self.reasons.push(*reason);
                }
            }
        }
    }

    /// What can be wrong with an environment whatever the platform, in pixi's order.
    fn whole(&mut self, view: &View<'a>, locked: &'a LockedEnvironment) -> Option<Reason> {
        self.channels(view, locked)
            .or_else(|| self.additional_platforms(view, locked))
            .or_else(|| self.respelled_platforms(view, locked))
            .or_else(|| self.indexes(view, locked))
            .or_else(|| self.wheels(view))
            .or_else(|| self.options(view, locked))
    }

    /// Keys of the manifest that bear on the lock, but are not looked at here.
    fn unjudged(&mut self) {
        for key in &self.manifest.unjudged {
            let is_sdist = |package: &&Package| {
                package.pypi().is_some_and(|pypi| !pypi.is_editable)
                    && !package.location.split('#').next().unwrap_or_default().ends_with("whl")
            };
            if key.value == "no-build" && !self.lock.packages.iter().any(|one| is_sdist(&one)) {
                continue;
            }
            let why = format!("`{}` is not compared with the lock", key.value);
            self.doubts.push(Doubt { environment: None, platform: None, why });
        }
    }

    /// Whether a key is in the manifest that is not looked at here.
    fn has_unjudged(&self, name: &str) -> bool {
        self.manifest.unjudged.iter().any(|key| key.value == name)
    }

    /// Environments of the lock that the manifest no longer has; seen since 0.71.
    fn removed(&mut self, views: &[View<'_>]) {
        if !self.has_rows() {
            return;
        }
        for locked in &self.lock.environments {
            if views.iter().any(|view| view.name() == locked.name) {
                continue;
            }
            self.reasons.push(Reason {
                environment: locked.name.clone(),
                platform: None,
                kind: Kind::EnvironmentRemoved,
                logged: format!(
                    "environment '{}' is out of date because it no longer exists in the manifest but \
                     is still present in the lock-file.",
                    locked.name
                ),
                truth: None,
                place: Some((self.lock.source.clone(), locked.span.clone())),
                remedy: reason::remedy(self.version),
            });
        }
    }
}

#[cfg(test)]
mod tests;
