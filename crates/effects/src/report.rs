//! How carrying out a plan ended.

use std::collections::BTreeSet;

use diagnostics::{Diagnostic, Exit, Failure, visible_line};

use crate::{EffectsError, Outputs, Values};

/// How a step came to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By this run.
    Applied,
    /// It was done before.
    Found,
    /// By this run, though the answer was an error: looking again found it done.
    Recovered,
}

/// A step that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The step's id.
    pub id: String,
    /// What it did, for people.
    pub summary: String,
    /// What it left.
    pub outputs: Outputs,
    /// How it came to be done.
    pub how: How,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The steps of the last plan that are done, in order, and the steps of earlier plans that
    /// this run applied and the last plan does not have.
    pub finished: Vec<Finished>,
    /// What they left.
    pub values: Values,
    /// The ids of the current plan that are done.
    current: BTreeSet<String>,
}

impl Report {
    /// True when this run changed anything.
    pub fn changed(&self) -> bool {
        self.finished.iter().any(|step| step.how != How::Found)
    }

    /// A new plan begins: a step of the same name may be another one.
    pub(crate) fn begin(&mut self) {
        self.current.clear();
    }

    pub(crate) fn is_done(&self, id: &str) -> bool {
        self.current.contains(id)
    }

    pub(crate) fn add(&mut self, step: Finished) {
        self.current.insert(step.id.clone());
        self.values.insert(&step.id, step.outputs.clone());
        // Found again under a new plan: it stays this run's work.
        match self.finished.iter_mut().find(|known| known.id == step.id) {
            Some(known) if step.how == How::Found => *known = Finished { how: known.how, ..step },
            Some(known) => *known = step,
            None => self.finished.push(step),
        }
    }
}

/// Carrying out ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// What was done before.
    pub report: Report,
    /// The ids that were not done.
    pub remaining: Vec<String>,
    /// Why; says which steps are done and that a further run completes the rest.
    pub failure: Failure,
}

impl Stopped {
    /// True when the run was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.failure.exit() == Exit::Cancelled
    }

    pub(crate) fn new(report: Report, remaining: Vec<String>, failure: Failure) -> Self {
        let mut failure = failure;
        if let Some(last) = failure.diagnostics.last_mut() {
            let note = progress(&report, &remaining);
            *last = last.clone().with_note(note);
        }
        Self { report, remaining, failure }
    }

    pub(crate) fn because(report: Report, remaining: Vec<String>, error: EffectsError) -> Self {
        Self::new(report, remaining, Failure::from(Diagnostic::from(error)))
    }
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        stopped.failure
    }
}

fn progress(report: &Report, remaining: &[String]) -> String {
    let named = |ids: &mut dyn Iterator<Item = &String>| {
        let ids: Vec<String> = ids.map(|id| format!("`{}`", visible_line(id))).collect();
        ids.join(", ")
    };
    let done = named(&mut report.current.iter());
    let left = named(&mut remaining.iter());
    match (done.is_empty(), left.is_empty()) {
        (true, _) => "nothing was done".to_owned(),
        (false, true) => format!("done: {done}"),
        (false, false) => {
            format!("done: {done}; not done: {left}; a further run completes the rest")
        }
    }
}
