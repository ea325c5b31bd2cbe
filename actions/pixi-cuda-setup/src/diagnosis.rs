//! What follows from manifest and lock for CUDA: rows that are never taken or not locked,
//! requirements that leak or nobody needs, overrides that do not do.

mod declared;
mod explain;
mod overrides;
mod rows;

use std::ops::Range;

use diagnostics::Source;
use pixi_workspace::lock::Lock;
use pixi_workspace::predict::Usage;
use pixi_workspace::{Finding, Machine, Override, View};

pub use explain::EXPLANATIONS;
pub use rows::skipped_by_all;

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Every environment, as the pixi in use sees it.
    pub views: &'a [View<'a>],
    /// The names of those that are installed.
    pub requested: &'a [String],
    /// The lock, where it can be read.
    pub lock: Option<&'a Lock>,
    /// The machine that installs.
    pub machine: &'a Machine,
    /// `--locked`, `--frozen`.
    pub usage: Usage,
}

/// A value of `CONDA_OVERRIDE_CUDA`, and where it stands.
#[derive(Clone, Debug)]
pub struct Given {
    /// The value.
    pub value: Override,
    /// As written.
    pub text: String,
    /// The bytes of it in a Dockerfile, workflow or manifest; absent for the environment of the run.
    pub place: Option<(Source, Range<usize>)>,
}

impl Given {
    /// A value as written.
    pub fn new(text: &str, place: Option<(Source, Range<usize>)>) -> Self {
        Self { value: Override::read(Some(text)), text: text.to_owned(), place }
    }
}

/// All that follows from manifest and lock.
pub fn findings(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = rows::unreachable(case);
    findings.extend(rows::missing(case));
    findings.extend(declared::leaks(case));
    findings.extend(declared::excluded(case));
    findings.extend(declared::everywhere(case));
    findings.extend(declared::unneeded(case));
    findings
}

/// What is wrong with an override for the environments that are installed with it.
pub fn of_override(case: &Case<'_>, given: &Given) -> Vec<Finding> {
    overrides::findings(case, given)
}

impl<'a> Case<'a> {
    /// The environments that are installed, as asked for.
    fn asked(&self) -> impl Iterator<Item = &'a View<'a>> {
        let (views, requested) = (self.views, self.requested);
        requested.iter().filter_map(move |name| views.iter().find(|view| view.name() == name))
    }

    /// Whether an environment is installed.
    fn is_asked(&self, view: &View<'_>) -> bool {
        self.requested.iter().any(|name| name == view.name())
    }
}

#[cfg(test)]
mod tests;
