//! Which findings count.

use std::collections::BTreeSet;
use std::ops::Range;

use action_kit::Definition;
use config::nearest;
use diagnostics::{Diagnostic, Exit, Failure, Severity, Source};
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

/// The findings for people: what is the same at one place for several environments or rows, or on
/// several lines of a workflow, is told once, with the others in a note.
pub fn grouped(findings: &[Finding]) -> Vec<Finding> {
    let mut groups: Vec<(Finding, Vec<String>)> = Vec::new();
    for finding in findings {
        let is_workflow = finding.code.starts_with("workflow/");
        let is_same = |known: &Finding| {
            let is_alike = known.code == finding.code
                && known.severity == finding.severity
                && known.remedy == finding.remedy;
            let is_here = known.place == finding.place
                && (known.place.is_some() || known.message == finding.message);
            is_alike && (is_here || is_workflow && known.message == finding.message)
        };
        match groups.iter_mut().find(|(known, _)| is_same(known)) {
            Some((_, others)) if is_workflow => others.extend(finding.place.as_ref().map(shown)),
            Some((_, others)) => others.extend(about(finding)),
            None => groups.push((finding.clone(), Vec::new())),
        }
    }
    let told = |(finding, mut others): (Finding, Vec<String>)| {
        let own = about(&finding);
        others.retain(|other| Some(other) != own.as_ref());
        others.dedup();
        if others.is_empty() {
            finding
        } else {
            finding.note(format!("the same for {}", others.join(", ")))
        }
    };
    groups.into_iter().map(told).collect()
}

/// File and line.
fn shown((source, span): &(Source, Range<usize>)) -> String {
    format!("{}:{}", source.name(), source.position(span.start).line)
}

/// What a finding is about: `` `prod` on linux-64 ``.
fn about(finding: &Finding) -> Option<String> {
    let name = format!("`{}`", finding.environment.as_ref()?);
    Some(match &finding.platform {
        Some(platform) => format!("{name} on {platform}"),
        None => name,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_is_told_once() {
        let lock = Source::file("pixi.lock", "version: 6\n");
        let of = |name: &str, code| {
            Finding::warning(code, format!("`{name}` is CPU")).at(&lock, &(0..7)).environment(name)
        };
        let findings = [
            of("a", "cuda/mixed"),
            of("b", "cuda/mixed"),
            of("a", "cuda/mixed"),
            of("a", "cuda/x"),
        ];
        let told = grouped(&findings);
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].notes, ["the same for `b`"]);
        assert_eq!(told[1].notes, Vec::<String>::new());
    }

    #[test]
    fn lines_of_workflows_are_told_together() {
        let workflow = Source::file("ci.yml", "a\nb\nc\n");
        let at =
            |start| Finding::warning("workflow/x", "unpinned").at(&workflow, &(start..start + 1));
        let told = grouped(&[at(0), at(2), at(4)]);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].notes, ["the same for ci.yml:2, ci.yml:3"]);
    }

    #[test]
    fn what_fails_is_what_was_asked_for() {
        let warning = [Finding::warning("a/b", "x")];
        assert_eq!(exit(&warning, Some(Severity::Error)), Exit::Done);
        assert_eq!(exit(&warning, Some(Severity::Warning)), Exit::CheckFailed);
        assert_eq!(exit(&warning, Some(Severity::Notice)), Exit::CheckFailed);
        assert_eq!(exit(&warning, None), Exit::Done);
    }
}
