//! The check: what manifest, lock, Dockerfiles and workflows say, and what pixi does with them.

mod facts;
mod judge;
mod locked;
mod room;
mod surroundings;
mod tell;
mod wanted;

use action_kit::{Context, Origin};
use diagnostics::{Diagnostic, Exit, Failure};
use pixi_workspace::{Finding, Machine, Overrides, View, stale};

use crate::answer::Answer;
use crate::definition;
use crate::install::version::Choice;
use crate::settings::{self, Settings};
use crate::subject::{self, Files, Subject};

pub use judge::{exit, grouped, left};
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
    let exit = tell(context, &settings, &examined);
    // The process ends here: nobody needs a large lock taken apart text by text.
    std::mem::forget(examined);
    exit
}

/// Looks at everything, for `lint-docker` at Dockerfiles alone. Touches nothing, and needs no
/// network.
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
    let machine = Machine::without_gpu(&subject.subdir);
    let wanted = Wanted::of(context, settings, &subject, &views, &machine);
    let overrides = Overrides::read(subject.pixi.version, |name| variable(context, &wanted, name));
    let verdict =
        subject.lock().map(|lock| stale::judge(&subject.manifest, lock, subject.pixi.version));
    let answer = facts::answer(&facts::Given {
        subject: &subject,
        views: &views,
        machine: &machine,
        overrides: &overrides,
        wanted: &wanted,
        verdict: verdict.as_ref(),
        in_force: variable(context, &wanted, VARIABLE),
    });
    let around = surroundings::Surroundings::read(context, settings, &subject)?;
    let mut findings = around.dockerfiles();
    if context.command() == definition::LINT_DOCKER {
        if settings.dockerfiles.is_none() && !around.has_dockerfiles() {
            let message = "there is no Dockerfile to check";
            return Err(Diagnostic::bad_input("docker/not-found", message)
                .with_help("name it with `dockerfile`, or say `off`")
                .into());
        }
        return Ok(Examined { subject, answer, findings, exports: Vec::new() });
    }
    findings.extend(around.others());
    findings.extend(subject.findings.iter().cloned());
    findings.extend(subject.lock_findings(settings));
    findings.extend(verdict.iter().flat_map(|one| locked::stale(one, &subject, settings)));
    findings.extend(locked::unjudged(&subject, settings, &views));
    findings.extend(locked::variants(&subject, settings, &views));
    findings.extend(locked::diagnosis(context, &subject, settings, &views, &machine));
    findings.extend(room::findings(context, &subject, &views, &answer));
    Ok(Examined { subject, answer, findings, exports: wanted.exports() })
}

/// A variable as the commands of pixi see it that the answer is about: `override-cuda` instead of
/// the environment's, an empty one too; and what later steps get, where the run is about them.
fn variable(context: &Context, wanted: &Wanted, name: &str) -> Option<String> {
    let input = "override-cuda";
    let is_given = matches!(context.inputs.origin(input), Some(Origin::Flag(_) | Origin::Input(_)));
    if is_given && name == VARIABLE {
        return Some(context.inputs.text(input).unwrap_or_default().to_owned());
    }
    let is_about_later = context.command() != definition::CHECK;
    let later = || wanted.exports().into_iter().find(|(known, _)| is_about_later && known == name);
    context.variable(name).map(str::to_owned).or_else(|| later().map(|(_, value)| value))
}
