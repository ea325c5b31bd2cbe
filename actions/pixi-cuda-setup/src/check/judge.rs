//! Which findings count.

use std::collections::BTreeSet;

use action_kit::Definition;
use config::nearest;
use diagnostics::{Diagnostic, Exit, Failure, Severity};
use pixi_workspace::Finding;

use crate::settings::{Ignore, Settings};

/// The findings that are left, the most severe first, each once, then by place.
///
/// # Errors
/// `ignore` names a code that no finding has.
pub fn left(
    mut findings: Vec<Finding>,
    settings: &Settings,
    definition: &Definition,
) -> Result<Vec<Finding>, Failure> {
    let known: BTreeSet<&str> =
        definition.explanations.iter().copied().flatten().map(|known| known.code).collect();
    let unknown = settings.ignore.iter().filter(|one| !known.contains(one.code.value.as_str()));
    let problems: Vec<Diagnostic> = unknown.map(|one| no_such_code(one, &known)).collect();
    if !problems.is_empty() {
        return Err(problems.into());
    }
    findings.retain(|finding| !settings.ignore.iter().any(|one| ignores(one, finding)));
    let place = |finding: &Finding| {
        finding.place.as_ref().map(|(source, span)| (source.name().to_owned(), span.start))
    };
    findings.sort_by_cached_key(|finding| (std::cmp::Reverse(finding.severity), place(finding)));
    findings.dedup();
    Ok(findings)
}

fn ignores(one: &Ignore, finding: &Finding) -> bool {
    one.code.value == finding.code
        && one.environment.as_ref().is_none_or(|name| finding.environment.as_ref() == Some(name))
}

fn no_such_code(one: &Ignore, known: &BTreeSet<&str>) -> Diagnostic {
    let code = &one.code.value;
    let message = format!("`ignore` names `{code}`, which no finding is called");
    let help = match nearest(code, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "take the code from a finding, such as `cuda/cpu-locked`".to_owned(),
    };
    one.code.error("settings/unknown-code", message).with_help(help)
}

/// How a run ends that found this.
pub fn exit(findings: &[Finding], fail_on: Option<Severity>) -> Exit {
    let fails = |finding: &Finding| fail_on.is_some_and(|least| finding.severity >= least);
    if findings.iter().any(fails) { Exit::CheckFailed } else { Exit::Done }
}
