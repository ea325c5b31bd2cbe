//! The check: what manifest, lock, Dockerfiles and workflows say, and what pixi does with them.

mod facts;
mod judge;
mod locked;
mod tell;
mod wanted;

use action_kit::{Context, Origin};
use diagnostics::{Exit, Failure};
use pixi_workspace::{Finding, Machine, Overrides, PixiVersion, View};

use crate::answer::Answer;
use crate::install::version::Choice;
use crate::settings::{self, Settings};
use crate::subject::{self, Files, Subject};

pub use judge::{exit, left};
pub use tell::{outputs, tell};
pub use wanted::{VARIABLE, Wanted};

/// What a check found out.
#[derive(Clone, Debug)]
pub struct Examined {
    /// What it was about.
    pub subject: Subject,
    /// The answer as data.
    pub answer: Answer,
    /// What is wrong, or worth knowing; nothing is left out yet.
    pub findings: Vec<Finding>,
    /// The overrides later steps get.
    pub exports: Vec<(String, String)>,
}

/// The command.
///
/// # Errors
/// Settings, or a manifest that cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let settings = settings::read(context)?;
    let files = Files::read(context, &settings)?;
    let pixi = subject::assumed(&settings, &files)?;
    let examined = examine(context, &settings, files, pixi)?;
    tell(context, &settings, &examined)
}

/// Looks at everything. Touches nothing, and needs no network.
///
/// # Errors
/// A Dockerfile that was named is not there.
pub fn examine(
    context: &Context,
    settings: &Settings,
    files: Files,
    pixi: Choice,
) -> Result<Examined, Failure> {
    let subject = Subject::new(files, settings, pixi, subject::machine_subdir());
    let views = View::all(&subject.manifest, subject.pixi.version);
    let mut findings = subject.findings.clone();
    findings.extend(subject.lock_findings(settings));
    let overrides = overrides(context, subject.pixi.version);
    let machine = Machine::without_gpu(&subject.subdir);
    let wanted = Wanted::of(context, settings, &subject, &views, &machine);
    let answer = facts::answer(&facts::Given {
        subject: &subject,
        views: &views,
        machine: &machine,
        overrides: &overrides,
        wanted: &wanted,
    });
    findings.extend(locked::findings(&subject, settings, &views));
    Ok(Examined { subject, answer, findings, exports: wanted.exports() })
}

/// The overrides that are in force: `override-cuda` instead of the environment's, an empty one too.
fn overrides(context: &Context, version: PixiVersion) -> Overrides {
    let name = "override-cuda";
    let is_given = matches!(context.inputs.origin(name), Some(Origin::Flag(_) | Origin::Input(_)));
    let asked = is_given.then(|| context.inputs.text(name).unwrap_or_default());
    Overrides::read(version, |variable| match (variable, asked) {
        (VARIABLE, Some(value)) => Some(value.to_owned()),
        _ => context.variable(variable).map(str::to_owned),
    })
}
