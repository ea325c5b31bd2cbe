//! Check, install and plan in one run.

use action_kit::Context;
use diagnostics::{Diagnostic, Exit, Failure};

use crate::check;
use crate::fix;
use crate::install::exports::{Exports, Lock};
use crate::install::prepare;
use crate::install::version::Choice;
use crate::plan::Later;
use crate::settings;
use crate::subject::{Files, NEWEST_KNOWN};

/// The command. Nothing is installed where the check finds what `fail-on` says.
///
/// # Errors
/// Settings, a manifest that cannot be read, or a pixi that is not to be had.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    let settings = settings::read(context)?;
    let files = Files::read(context, &settings)?;
    let prepared = context.cancel.unless(prepare(context, &settings, &files.facts())).await?;
    let version = prepared.version.unwrap_or(NEWEST_KNOWN);
    let fixed = Box::pin(fix::apply(context, &settings, &files, version)).await?;
    // Everything that follows is about the manifest as it is now.
    let files = if fixed.is_written { Files::read(context, &settings)? } else { files };
    let pixi = Choice { version, why: prepared.why.clone(), is_makeshift: false };
    let examined = check::examine(context, &settings, files, pixi)?;
    let exit = check::tell(context, &settings, &examined)?;
    let later = Later::of(context, &settings, &examined);
    later.tell(context)?;
    if let Some(stays) = fixed.lock_stays().filter(|_| examined.subject.is_locked(&settings)) {
        return Err(stays.into());
    }
    if exit != Exit::Done {
        return Ok(exit);
    }
    let exports = Exports {
        overrides: examined.exports.clone(),
        lock: if settings.frozen {
            Lock::Frozen
        } else if examined.subject.is_locked(&settings) {
            Lock::Locked
        } else {
            Lock::Free
        },
        cache: prepared.cache(context),
    };
    let plan = prepared.plan(context, &exports)?;
    let dry_run = context.inputs.flag("dry-run") == Some(true);
    let mode = if dry_run { "dry-run" } else { "apply" };
    let json = plan.to_json("pixi-cuda-setup", env!("CARGO_PKG_VERSION"), mode);
    context.plan(&json.map_err(Diagnostic::from)?, &plan.to_string())?;
    if dry_run {
        prepared.tell_plan(context)?;
        return Ok(Exit::Done);
    }
    Box::pin(prepared.apply(context, plan)).await?;
    Ok(Exit::Done)
}
