//! Which override an environment needs on a machine without a driver, and which value.

use std::fmt;

use conda::{Version, VersionSpec};

use super::specs::{Spec, cuda_constrains, cuda_depends};
use super::{Command, Outcome, Prediction, Situation, predict};
use crate::lock::Lock;
use crate::machine::Override;
use crate::{DeclaredRow, Machine, Overrides, View};

/// Whether an environment needs `CONDA_OVERRIDE_CUDA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// It installs and runs without.
    No,
    /// It does not install, or not run, without.
    Yes(Recommended),
    /// It installs either way, and the override makes it another row.
    Switches {
        /// The row without.
        without: String,
        /// The row with it.
        with: String,
        /// The override.
        recommended: Recommended,
    },
    /// It would, but this pixi is older than 0.29 and looks at no override.
    NotHonoured,
}

/// An override, and why this value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recommended {
    /// The value of `CONDA_OVERRIDE_CUDA`.
    pub cuda: String,
    /// The value of `CONDA_OVERRIDE_CUDA_ARCH`, where an architecture is declared.
    pub arch: Option<String>,
    /// What speaks for it, what is declared first.
    pub reasons: Vec<Reason>,
}

/// One fact about the driver that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The manifest declares it.
    Declared {
        /// The environment.
        environment: String,
        /// As written.
        version: String,
    },
    /// Before 0.71 its solve-group lends it to an environment.
    Lent {
        /// The environment.
        environment: String,
        /// As written.
        version: String,
    },
    /// A locked package depends on it.
    Depends {
        /// The package.
        package: String,
        /// `__cuda >=12`.
        spec: String,
    },
    /// A locked package allows no other.
    Constrains {
        /// The package.
        package: String,
        /// `__cuda >=12`.
        spec: String,
    },
    /// The lock holds `cuda-version`.
    CudaVersion(String),
}

impl Recommended {
    /// `CONDA_OVERRIDE_CUDA=12.9`, and what belongs to it.
    pub fn settings(&self) -> String {
        match &self.arch {
            Some(arch) => {
                format!("CONDA_OVERRIDE_CUDA={} and CONDA_OVERRIDE_CUDA_ARCH={arch}", self.cuda)
            }
            None => format!("CONDA_OVERRIDE_CUDA={}", self.cuda),
        }
    }

    /// As overrides in force.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            cuda_arch: Override::read(self.arch.as_deref()),
            ..Overrides::cuda(Some(&self.cuda))
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared { environment, version } => {
                write!(f, "environment '{environment}' declares cuda {version}")
            }
            Self::Lent { environment, version } => {
                write!(f, "environment '{environment}' is solved with cuda {version} of its group")
            }
            Self::Depends { package, spec } => write!(f, "{package} depends on {spec}"),
            Self::Constrains { package, spec } => write!(f, "{package} allows {spec} only"),
            Self::CudaVersion(version) => write!(f, "cuda-version {version} is locked"),
        }
    }
}

/// Whether an environment needs the override on a machine; with a driver it needs none.
pub fn override_needed(view: &View<'_>, lock: Option<&Lock>, machine: &Machine) -> Need {
    if machine.cuda.is_some() {
        return Need::No;
    }
    let views = std::slice::from_ref(view);
    let Some(recommended) = recommended_override(views, lock, machine) else { return Need::No };
    let outcome = |overrides: &Overrides| -> (Outcome, Prediction) {
        let at = Situation { lock, machine, overrides, installed: None };
        let install = predict(view, &at, Command::Install);
        let run = predict(view, &at, Command::Run);
        (install.outcome.max(run.outcome), install)
    };
    let (without, plain) = outcome(&Overrides::default());
    if without == Outcome::Error && !Overrides::are_honoured(view.version()) {
        return Need::NotHonoured;
    }
    let (with, other) = outcome(&recommended.overrides());
    match (plain.row, other.row) {
        _ if without == Outcome::Error && with != Outcome::Error => Need::Yes(recommended),
        (Some(plain), Some(other)) if plain != other => {
            Need::Switches { without: plain, with: other, recommended }
        }
        _ => Need::No,
    }
}

/// The value that passes without error and warning for all the environments: the highest that is
/// declared or that a locked package asks for, kept below what packages exclude; where nothing
/// names one, the locked `cuda-version`. `None` where nothing is about CUDA.
pub fn recommended_override(
    views: &[View<'_>],
    lock: Option<&Lock>,
    machine: &Machine,
) -> Option<Recommended> {
    let subdirs = machine.subdirs(&Overrides::default());
    let rows: Vec<(&View<'_>, &DeclaredRow)> = views
        .iter()
        .flat_map(|view| view.rows().iter().map(move |row| (view, row)))
        .filter(|(_, row)| subdirs.contains(&row.subdir))
        .collect();
    recommended_for(&rows, lock)
}

/// [`recommended_override`] for these rows alone.
pub fn recommended_for(
    rows: &[(&View<'_>, &DeclaredRow)],
    lock: Option<&Lock>,
) -> Option<Recommended> {
    let mut reasons = Vec::new();
    let mut candidates: Vec<Version> = Vec::new();
    let mut arch: Option<Version> = None;
    for (view, row) in rows {
        if let Some(text) = row.virtual_package("__cuda") {
            let (environment, version) = (view.name().to_owned(), text.to_owned());
            let reason = if view.declared_cuda(row).is_some() {
                Reason::Declared { environment, version }
            } else {
                Reason::Lent { environment, version }
            };
            push(&mut reasons, reason);
            candidates.extend(text.parse::<Version>());
        }
        let declared = row.virtual_package("__cuda_arch").and_then(|text| text.parse().ok());
        arch = arch.max(declared);
    }
    let mut locked: Option<Version> = None;
    let (mut depends, mut constrains) = (Vec::new(), Vec::new());
    for (view, row) in rows {
        let Some(lock) = lock else { break };
        depends.extend(cuda_depends(view, lock, row));
        constrains.extend(cuda_constrains(view, lock, row));
        let version = view
            .locked_packages(lock, row)
            .into_iter()
            .find(|package| package.name == "cuda-version")
            .and_then(|package| package.version.parse().ok());
        locked = locked.max(version);
    }
    for Spec { package, spec } in &depends {
        push(&mut reasons, Reason::Depends { package: package.clone(), spec: spec.to_string() });
    }
    for Spec { package, spec } in &constrains {
        push(&mut reasons, Reason::Constrains { package: package.clone(), spec: spec.to_string() });
    }
    reasons.extend(locked.as_ref().map(|version| Reason::CudaVersion(version.to_string())));
    if reasons.is_empty() {
        return None;
    }
    let needs: Vec<&VersionSpec> =
        depends.iter().filter_map(|one| one.spec.version.as_ref()).collect();
    let limits: Vec<&VersionSpec> =
        constrains.iter().filter_map(|one| one.spec.version.as_ref()).collect();
    let cuda = choose(candidates, &needs, &limits, locked.as_ref());
    Some(Recommended { cuda, arch: arch.map(|version| version.to_string()), reasons })
}

fn push(reasons: &mut Vec<Reason>, reason: Reason) {
    if !reasons.contains(&reason) {
        reasons.push(reason);
    }
}

/// The highest candidate that everything allows; else that `depends` allow, for these alone are
/// compared at install.
fn choose(
    declared: Vec<Version>,
    needs: &[&VersionSpec],
    limits: &[&VersionSpec],
    locked: Option<&Version>,
) -> String {
    let lower = needs.iter().chain(limits).filter_map(|spec| spec.lower_bound());
    let mut candidates = declared;
    candidates.extend(lower.filter_map(|bound| {
        if bound.is_inclusive {
            Some(bound.version)
        } else {
            // The next that is higher, `12.0.1` for `>12.0`.
            format!("{}.1", bound.version).parse().ok()
        }
    }));
    if candidates.is_empty() {
        candidates.extend(locked.cloned());
    }
    candidates.sort();
    candidates.reverse();
    // Where only upper bounds are known, something below them.
    let mut spare: Vec<Version> = "12.0".parse().into_iter().collect();
    for bound in needs.iter().chain(limits).filter_map(|spec| spec.upper_bound()) {
        let below =
            bound.version.major().into_iter().flat_map(|major| {
                [major, major.saturating_sub(1)].map(|major| format!("{major}.0"))
            });
        spare.extend(below.filter_map(|text| text.parse().ok()));
    }
    let fits =
        |specs: &[&VersionSpec], version: &Version| specs.iter().all(|spec| spec.matches(version));
    let all = candidates.iter().chain(&spare);
    all.clone()
        .find(|version| fits(needs, version) && fits(limits, version))
        .or_else(|| all.clone().find(|version| fits(needs, version)))
        .or_else(|| all.clone().next())
        .map_or_else(|| "12.0".to_owned(), ToString::to_string)
}
