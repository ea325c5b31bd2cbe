//! What a command of pixi does on a machine: whether it passes, which platform row it takes, and
//! what it says.
//!
//! The lock is taken to be up to date; whether it is, [`crate::stale`] tells. The rules of 0.48.2
//! and 0.77.0 were taken from runs of these versions, the others from their sources.

mod needs;
mod older;
mod overrides;
mod rows;
mod specs;
mod texts;
mod wheels;

pub use overrides::{
    Need, Reason, Recommended, override_needed, recommended_for, recommended_override,
};
pub use specs::{Spec, cuda_constrains, cuda_depends};

use crate::lock::Lock;
use crate::{DeclaredRow, Era, Machine, Overrides, View};

/// What a command finds.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The lock; `None` where there is none.
    pub lock: Option<&'a Lock>,
    /// The machine.
    pub machine: &'a Machine,
    /// The overrides in force.
    pub overrides: &'a Overrides,
    /// The row whose packages `.pixi` holds, up to date with the lock: what `conda-meta/pixi`
    /// records. `None` where nothing is installed.
    pub installed: Option<&'a str>,
}

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `pixi install -e ENVIRONMENT`.
    Install,
    /// `pixi run -e ENVIRONMENT`, `pixi shell`.
    Run,
    /// `pixi run --as-is`, `pixi run --no-install`.
    RunAsIs,
    /// `pixi shell-hook`.
    ShellHook,
    /// `pixi list`.
    List,
    /// `pixi tree`.
    Tree,
}

/// What a command does with the lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Usage {
    /// Brings it up to date.
    #[default]
    Update,
    /// `--locked`: a lock that is not up to date is an error.
    Locked,
    /// `--frozen`: takes it as it is.
    Frozen,
}

/// A command with its options.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Which.
    pub command: Command,
    /// `--platform`.
    pub platform: Option<&'a str>,
    /// `--locked`, `--frozen`.
    pub usage: Usage,
}

impl From<Command> for Request<'_> {
    fn from(command: Command) -> Self {
        Self { command, platform: None, usage: Usage::Update }
    }
}

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Exit 0 without a word.
    Ok,
    /// Exit 0 with a warning.
    Warning,
    /// Exit 1.
    Error,
}

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// How it ends.
    pub outcome: Outcome,
    /// The platform row it takes.
    pub row: Option<String>,
    /// What pixi says, its lines separated by line feeds.
    pub message: Option<String>,
    /// pixi's help text, which can name a value that does not do.
    pub help: Option<String>,
    /// What really helps.
    pub remedy: Option<String>,
    /// Whether it ends well and the environment is empty.
    pub installs_nothing: bool,
}

/// What a command over several environments does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several {
    /// How it ends.
    pub outcome: Outcome,
    /// What pixi says.
    pub message: Option<String>,
    /// Each environment that is tried, in order; after the first error none is, before 0.71.
    pub each: Vec<(String, Prediction)>,
    /// The environments `--all` leaves out.
    pub skipped: Vec<String>,
}

impl Prediction {
    fn ok(row: Option<&DeclaredRow>) -> Self {
        Self {
            outcome: Outcome::Ok,
            row: row.map(|row| row.name.clone()),
            message: None,
            help: None,
            remedy: None,
            installs_nothing: false,
        }
    }

    fn error(message: impl Into<String>) -> Self {
        Self { outcome: Outcome::Error, message: Some(message.into()), ..Self::ok(None) }
    }

    fn warned(mut self, message: impl Into<String>) -> Self {
        self.outcome = self.outcome.max(Outcome::Warning);
        self.message.get_or_insert(message.into());
        self
    }

    fn help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    fn remedy(mut self, remedy: Option<String>) -> Self {
        self.remedy = remedy;
        self
    }

    fn nothing(mut self, installs_nothing: bool) -> Self {
        self.installs_nothing = installs_nothing;
        self
    }
}

/// What a command does with one environment.
pub fn predict<'a>(
    view: &View<'_>,
    situation: &Situation<'_>,
    request: impl Into<Request<'a>>,
) -> Prediction {
    let request = request.into();
    if let Some(refused) = refused(view, situation, &request) {
        return refused;
    }
    match view.version().era() {
        Era::Rows => rows::predict(view, situation, &request),
        Era::Packages => older::packages(view, situation, &request),
        Era::Overridable => older::declared(view, situation, &request),
        Era::Unaware => {
            let overrides = Overrides::default();
            let situation = Situation { overrides: &overrides, ..*situation };
            older::declared(view, &situation, &request)
        }
    }
}

/// What `pixi install -e one -e other` does.
pub fn predict_several(views: &[View<'_>], situation: &Situation<'_>, usage: Usage) -> Several {
    let request = Request { command: Command::Install, platform: None, usage };
    let mut several =
        Several { outcome: Outcome::Ok, message: None, each: Vec::new(), skipped: Vec::new() };
    for view in views {
        let prediction = predict(view, situation, request);
        let failed = prediction.outcome == Outcome::Error;
        if prediction.outcome > several.outcome {
            several.outcome = prediction.outcome;
            several.message.clone_from(&prediction.message);
        }
        several.each.push((view.name().to_owned(), prediction));
        if failed {
            break;
        }
    }
    several
}

/// What `pixi install --all` does.
pub fn predict_all(views: &[View<'_>], situation: &Situation<'_>, usage: Usage) -> Several {
    let (tried, skipped): (Vec<&View<'_>>, Vec<&View<'_>>) =
        views.iter().partition(|view| match view.version() {
            version if version.era() == Era::Rows => rows::best(view, situation).is_some(),
            version if version >= crate::era::LOCK_7 => older::row(view, situation).is_some(),
            _ => true,
        });
    let tried: Vec<View<'_>> = tried.into_iter().cloned().collect();
    let skipped: Vec<String> = skipped.into_iter().map(|view| view.name().to_owned()).collect();
    let mut several = if tried.is_empty() {
        Several {
            outcome: Outcome::Error,
            message: Some("No environments provided to install.".to_owned()),
            each: Vec::new(),
            skipped: Vec::new(),
        }
    } else {
        predict_several(&tried, situation, usage)
    };
    if !skipped.is_empty() {
        several.outcome = several.outcome.max(Outcome::Warning);
        several.message.get_or_insert_with(|| texts::skipping(&skipped));
    }
    several.skipped = skipped;
    several
}

/// What is refused whatever the machine: an environment that a frozen lock does not have.
fn refused(
    view: &View<'_>,
    situation: &Situation<'_>,
    request: &Request<'_>,
) -> Option<Prediction> {
    let is_there = situation.lock.is_some_and(|lock| view.locked_in(lock).is_some());
    if is_there {
        return None;
    }
    match request.usage {
        Usage::Update => None,
        Usage::Locked => Some(
            Prediction::error(texts::not_up_to_date(view.version()))
                .remedy(Some("run `pixi lock` and commit pixi.lock".to_owned())),
        ),
        Usage::Frozen => Some(
            Prediction::error(texts::not_in_the_lock(view.version(), view.name()))
                .remedy(Some("run `pixi lock` and commit pixi.lock".to_owned())),
        ),
    }
}

/// Whether the packages of a row are missing in the lock although there should be some: with
/// `--frozen` the environment is empty then.
fn lacks_packages(view: &View<'_>, situation: &Situation<'_>, row: &DeclaredRow) -> bool {
    view.has_dependencies()
        && situation.lock.is_none_or(|lock| view.locked_row(lock, row).is_none())
}

#[cfg(test)]
mod tests;
