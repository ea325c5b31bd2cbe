//! What a judgement is made of.

use std::ops::Range;

use diagnostics::{Explanation, Source};

use crate::{Finding, PixiVersion};

/// Whether a lock is up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is: `--locked` passes.
    UpToDate,
    /// It is not, and why: a line of pixi's log each.
    Stale(Vec<Reason>),
    /// Nothing speaks against it, but something cannot be seen from manifest and lock alone.
    Unknown(Vec<Doubt>),
}

/// Why a lock is stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The environment, or the solve-group.
    pub environment: String,
    /// The platform, by the name pixi uses; absent where it is about all of them.
    pub platform: Option<String>,
    /// What kind of reason it is.
    pub kind: Kind,
    /// What pixi logs with `-v`.
    pub logged: String,
    /// What is really the matter, where pixi's text leads astray.
    pub truth: Option<String>,
    /// Where it comes from: the manifest, or the lock for what the manifest no longer has.
    pub place: Option<(Source, Range<usize>)>,
    /// What to do.
    pub remedy: String,
}

/// Something that manifest and lock alone do not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The environment.
    pub environment: Option<String>,
    /// The platform.
    pub platform: Option<String>,
    /// What cannot be seen.
    pub why: String,
}

/// The kinds of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The environment is new.
    EnvironmentMissing,
    /// The environment is gone from the manifest.
    EnvironmentRemoved,
    /// Channels are others or in another order.
    Channels,
    /// Channels came behind the locked ones.
    ChannelsExtended,
    /// A platform is gone from the manifest.
    PlatformRemoved,
    /// A platform came to the manifest.
    PlatformAdded,
    /// The virtual packages of a platform changed.
    VirtualPackagesChanged,
    /// The virtual packages of a platform have the same values, spelled otherwise.
    VirtualPackagesRespelled,
    /// A platform of the same name is something else now.
    PlatformRedefined,
    /// A dependency that no locked package meets.
    Requirement,
    /// A locked package needs a virtual package that is not declared, or not at that version.
    VirtualPackage,
    /// `[constraints]` that a locked package does not meet.
    Constraint,
    /// Locked packages that nothing needs.
    Unused,
    /// A package that is there twice.
    Duplicate,
    /// Source packages that are locked as binaries, or the reverse.
    Source,
    /// Environments of a solve-group hold different packages.
    SolveGroup,
    /// `solve-strategy`.
    SolveStrategy,
    /// `channel-priority`.
    ChannelPriority,
    /// `prerelease-mode`.
    PrereleaseMode,
    /// `exclude-newer`.
    ExcludeNewer,
    /// Python packages came to a lock that does not say which conda packages stand for some.
    MissingPurls,
    /// `index-url`, `extra-index-urls` or `find-links`.
    Indexes,
    /// A wheel that the declared platform cannot take.
    WheelTags,
    /// A Python requirement that no locked package meets.
    PythonRequirement,
    /// Python packages that nothing needs.
    PythonUnused,
    /// A Python package that the locked python does not suit.
    PythonVersion,
    /// Python packages without a locked python.
    PythonMissing,
    /// A conda package that only Python packages ask for.
    CondaForPython,
}

impl Kind {
    /// Whether pixi throws the locked packages of the environment away and looks no further.
    pub(super) fn discards_packages(self) -> bool {
        matches!(
            self,
            Self::Channels
                | Self::ChannelPriority
                | Self::SolveStrategy
                | Self::ExcludeNewer
                | Self::VirtualPackagesRespelled
                | Self::PlatformRedefined
        )
    }

    /// Whether only the Python packages of a platform are out of date.
    pub(super) fn is_python(self) -> bool {
        matches!(
            self,
            Self::PythonRequirement
                | Self::PythonUnused
                | Self::PythonVersion
                | Self::PythonMissing
        )
    }
}

/// What brings a lock up to date.
pub(super) fn remedy(version: PixiVersion) -> String {
    let command = if version >= PixiVersion::new(0, 41, 0) { "pixi lock" } else { "pixi install" };
    format!("run `{command}` and commit pixi.lock")
}

/// What pixi says with `--locked`.
fn refusal(version: PixiVersion) -> &'static str {
    match version {
        version if version >= PixiVersion::new(0, 70, 0) => {
            "lock file not up-to-date with the workspace"
        }
        version if version >= PixiVersion::new(0, 43, 0) => {
            "lock-file not up-to-date with the workspace"
        }
        _ => "lock-file not up-to-date with the project",
    }
}

/// Finding codes of this module.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "lock/stale",
        title: "the lock does not follow from the manifest",
        text: "With `--locked` pixi refuses such a lock, whatever environment is asked for, and says \
               why only with `-v`. Without `--locked` it solves anew, so that what is installed is \
               not what was committed. Run `pixi lock` and commit the lock.",
    },
    Explanation {
        code: "lock/staleness-unknown",
        title: "whether the lock is up to date cannot be seen",
        text: "Packages built from source, projects in folders and git repositories have metadata \
               that pixi reads or builds when it judges a lock. Nothing else speaks against the \
               lock. `pixi install --locked -v` tells.",
    },
];

impl Verdict {
    /// The reasons; none unless it is stale.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Stale(reasons) => reasons,
            Self::UpToDate | Self::Unknown(_) => &[],
        }
    }

    /// What is to be said about it: an error for each reason, one notice for all doubts. A reason
    /// that holds for several environments or platforms is said once.
    pub fn findings(&self, version: PixiVersion) -> Vec<Finding> {
        match self {
            Self::UpToDate => Vec::new(),
            Self::Stale(reasons) => once(
                reasons,
                |one, other| {
                    one.kind == other.kind
                        && one.place == other.place
                        && (one.logged == other.logged || one.truth.is_some())
                        && one.truth == other.truth
                },
                |reason| reason.finding(version),
                |reason| (Some(&reason.environment), reason.platform.as_ref()),
            ),
            Self::Unknown(doubts) => together(once(
                doubts,
                |one, other| one.why == other.why,
                Doubt::finding,
                |doubt| (doubt.environment.as_ref(), doubt.platform.as_ref()),
            )),
        }
    }
}

/// Doubts as one: what can be done about them is the same.
fn together(findings: Vec<Finding>) -> Vec<Finding> {
    /// As many as one reads.
    const SHOWN: usize = 3;
    let mut findings = findings.into_iter();
    let Some(mut first) = findings.next() else { return Vec::new() };
    let others: Vec<String> = findings.map(|other| other.message).collect();
    for other in others.iter().take(SHOWN) {
        let why = other.split_once(": ").map_or(other.as_str(), |(_, why)| why);
        first = first.note(format!("also: {why}"));
    }
    if others.len() > SHOWN {
        first = first.note(format!("and {} more like these", others.len() - SHOWN));
    }
    vec![first]
}

/// Findings of which each says where else it holds.
fn once<T>(
    all: &[T],
    is_same: impl Fn(&T, &T) -> bool,
    finding: impl Fn(&T) -> Finding,
    about: impl Fn(&T) -> (Option<&String>, Option<&String>),
) -> Vec<Finding> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for one in all {
        let known = groups.iter_mut().find(|group| group.iter().any(|first| is_same(first, one)));
        match known {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
        .iter()
        .filter_map(|group| {
            let (first, others) = group.split_first()?;
            let finding = finding(first);
            let places: Vec<String> = others
                .iter()
                .filter_map(|other| match about(other) {
                    (Some(environment), Some(platform)) => {
                        Some(format!("{environment} ({platform})"))
                    }
                    (Some(environment), None) => Some(environment.clone()),
                    (None, _) => None,
                })
                .collect();
            if places.is_empty() {
                return Some(finding);
            }
            Some(finding.note(format!("the same holds for {}", places.join(", "))))
        })
        .collect()
}

impl Reason {
    /// The same as a finding.
    pub fn finding(&self, version: PixiVersion) -> Finding {
        let why = self.truth.as_ref().unwrap_or(&self.logged).trim_end_matches('.');
        let mut finding = Finding::error("lock/stale", format!("the lock is stale: {why}"))
            .environment(self.environment.clone())
            .prevents(refusal(version))
            .remedy(self.remedy.clone());
        if let Some((source, span)) = &self.place {
            finding = finding.at(source, span);
        }
        if let Some(platform) = &self.platform {
            finding = finding.platform(platform.clone());
        }
        if self.truth.is_some() {
            finding = finding.note(format!("pixi logs: {}", self.logged));
        }
        finding
    }
}

impl Doubt {
    /// The same as a finding.
    pub fn finding(&self) -> Finding {
        let mut finding = Finding::notice(
            "lock/staleness-unknown",
            format!("whether the lock is up to date cannot be seen: {}", self.why),
        )
        .remedy("run `pixi install --locked -v` to see what pixi says");
        if let Some(environment) = &self.environment {
            finding = finding.environment(environment.clone());
        }
        if let Some(platform) = &self.platform {
            finding = finding.platform(platform.clone());
        }
        finding
    }
}
