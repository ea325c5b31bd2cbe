//! `CONDA_OVERRIDE_CUDA` in a build, where no driver is.

use conda::Version;
use pixi_workspace::predict::{Outcome, Recommended, Situation, predict_all, recommended_override};
use pixi_workspace::{Era, Finding, Holds, Overrides, View};

use super::super::Lint;
use super::super::calls::{Setting, Target, Verb};
use super::super::stages::Run;

const VARIABLE: &str = "CONDA_OVERRIDE_CUDA";

fn touches(run: &Run) -> bool {
    let verb = &run.call.verb;
    run.is_ours && matches!(verb, Verb::Install | Verb::Run | Verb::ShellHook | Verb::Shell)
}

fn recommended(lint: &Lint<'_>, view: &View<'_>) -> Option<Recommended> {
    recommended_override(std::slice::from_ref(view), lint.facts.lock.ok(), &lint.machine)
}

/// A call that fails since there is no override, or since it is too low.
pub(super) fn unmet(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    if lint.facts.lock.is_err() {
        return;
    }
    let mut stages: Vec<Option<usize>> = Vec::new();
    for run in lint.model.runs.iter().filter(|run| touches(run)) {
        let stage = lint.build.file.stage_of(run.instruction).map(|stage| stage.index);
        // What fails first is what the build shows; the same line repairs the rest.
        if run.call.cuda == Setting::Unknown || stages.contains(&stage) {
            continue;
        }
        let is_all = run.call.target == Target::All && run.version.era() == Era::Rows;
        let names = if is_all { Vec::new() } else { lint.targets(&run.call) };
        for name in names {
            let Some(finding) = unmet_by(lint, run, name) else { continue };
            if finding.severity == diagnostics::Severity::Error {
                stages.push(stage);
            }
            findings.push(finding);
            break;
        }
    }
}

fn unmet_by(lint: &Lint<'_>, run: &Run, name: &str) -> Option<Finding> {
    let view = lint.view(name, run.version)?;
    let recommended = recommended(lint, &view)?;
    let prediction = lint.predicted(run, name, &run.overrides())?;
    let better = lint.predicted(run, name, &recommended.overrides())?;
    let given: Option<Version> = run.call.cuda.known().and_then(|value| value.parse().ok());
    let is_malformed =
        given.is_none() && run.call.cuda.known().is_some_and(|value| !value.is_empty());
    if prediction.outcome == Outcome::Error && better.outcome != Outcome::Error {
        if is_malformed || !Overrides::are_honoured(run.version) {
            return None;
        }
        let finding = match &run.call.cuda {
            Setting::Known { value, span, .. } if !value.is_empty() => Finding::error(
                "docker/override-too-low",
                format!("`{VARIABLE}={value}` is not what environment `{name}` needs"),
            )
            .at(lint.source(), span)
            .remedy(format!("write `{}`", recommended.settings())),
            Setting::Known { span, .. } => missing(name)
                .at(lint.source(), span)
                .note("an empty value takes CUDA away")
                .remedy(format!("write `{}`", recommended.settings())),
            _ => missing(name).at(lint.source(), &run.call.span).remedy(above(&recommended)),
        };
        let finding = recommended
            .reasons
            .iter()
            .fold(finding, |finding, reason| finding.note(reason.to_string()));
        let finding = match prediction.message {
            Some(words) => finding.prevents(words),
            None => finding,
        };
        return Some(finding.environment(name).holds(era(run)));
    }
    below(lint, run, &view, &given?, &recommended)
}

/// An override that passes, although it is lower than what is declared.
fn below(
    lint: &Lint<'_>,
    run: &Run,
    view: &View<'_>,
    given: &Version,
    recommended: &Recommended,
) -> Option<Finding> {
    let Setting::Known { value, span, .. } = &run.call.cuda else { return None };
    if pixi_workspace::Override::read(Some(value)).is_word() {
        return None;
    }
    let rows = view.rows().iter().filter(|row| row.subdir == lint.facts.subdir);
    let declared = rows.filter_map(|row| view.declared_cuda(row)).find(|declared| {
        declared.version.parse::<Version>().is_ok_and(|version| *given < version)
    })?;
    Some(
        Finding::warning(
            "docker/override-too-low",
            format!("`{VARIABLE}={value}` is below the declared `cuda = \"{}\"`", declared.version),
        )
        .at(lint.source(), span)
        .note(format!(
            "{}:{}",
            lint.manifest(),
            lint.facts.manifest.source.position(declared.span.start).line
        ))
        .environment(view.name())
        .holds(era(run))
        .remedy(format!("write `{}`", recommended.settings())),
    )
}

fn missing(name: &str) -> Finding {
    Finding::error(
        "docker/override-missing",
        format!(
            "environment `{name}` is locked with packages that need CUDA, and a build has no driver"
        ),
    )
}

fn above(recommended: &Recommended) -> String {
    let settings = recommended.settings().replace(" and ", " ");
    format!("write `ARG {settings}` above this line")
}

fn era(run: &Run) -> Holds {
    match run.version.era() {
        Era::Rows => Holds::since(71),
        Era::Packages => Holds::between(42, 71),
        Era::Overridable => Holds::between(29, 42),
        Era::Unaware => Holds::before(29),
    }
}

/// An override that is no version: every install fails.
pub(super) fn unreadable(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for run in lint.model.runs.iter().filter(|run| touches(run)) {
        let Setting::Known { value, span, .. } = &run.call.cuda else { continue };
        let overrides = Overrides::cuda(Some(value));
        let Some((_, sentence)) = overrides.malformed() else { continue };
        let names = lint.targets(&run.call);
        let view = names.first().and_then(|name| lint.view(name, run.version));
        let value_now = view.as_ref().and_then(|view| recommended(lint, view));
        let settings = value_now
            .map_or_else(|| format!("{VARIABLE}=12.0"), |recommended| recommended.settings());
        findings.push(
            Finding::error(
                "docker/override-malformed",
                format!("`{value}` is no version: every install fails, of CPU environments too"),
            )
            .at(lint.source(), span)
            .prevents(format!("Couldn't get the virtual packages from the system / {sentence}"))
            .holds(Holds::since(42))
            .remedy(format!("write `{settings}`")),
        );
    }
}

/// A word that pixi takes for a version.
pub(super) fn word(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for run in lint.model.runs.iter().filter(|run| touches(run)) {
        let Setting::Known { value, span, .. } = &run.call.cuda else { continue };
        if !pixi_workspace::Override::read(Some(value)).is_word() {
            continue;
        }
        findings.push(
            Finding::warning(
                "docker/override-word",
                format!("pixi takes `{value}` for a version of CUDA lower than 12.0"),
            )
            .at(lint.source(), span)
            .holds(Holds::since(29))
            .remedy(format!("write a version, or `{VARIABLE}=` for no CUDA")),
        );
    }
}

/// Another value than workflows set.
pub(super) fn differs(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for run in lint.model.runs.iter().filter(|run| touches(run)) {
        let Setting::Known { value, span, .. } = &run.call.cuda else { continue };
        let Ok(own) = value.parse::<Version>() else { continue };
        let others: Vec<_> = lint
            .facts
            .workflows
            .iter()
            .filter(|other| other.version().is_some_and(|version| version != own))
            .collect();
        let Some(first) = others.first() else { continue };
        let finding = Finding::warning(
            "docker/override-differs",
            format!("`{VARIABLE}` is {value} here and {} in a workflow", first.value),
        )
        .at(lint.source(), span)
        .remedy("write the same value in both");
        let finding = others.iter().take(5).fold(finding, |finding, other| {
            finding.note(format!("{} has {}", other.place(), other.value))
        });
        findings.push(if run.version.era() == Era::Rows {
            finding.note("the value picks the platform row that is installed")
        } else {
            finding
        });
    }
}

/// An override that stays in the image.
pub(super) fn in_image(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for leaf in &lint.model.leaves {
        let Some(variable) = leaf.variables.env(VARIABLE) else { continue };
        if super::super::stages::value(variable) == Some("") {
            continue;
        }
        let value = super::super::stages::value(variable).unwrap_or("12.0");
        findings.push(
            Finding::notice(
                "docker/override-in-image",
                format!("`{VARIABLE}` stays in the image and hides a missing driver at run time"),
            )
            .at(lint.source(), &variable.span)
            .remedy(format!("write `ARG {VARIABLE}={value}` instead of `ENV`")),
        );
    }
}

/// `install --all` without an override leaves environments out and passes.
pub(super) fn all_skips(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    let Ok(lock) = lint.facts.lock else { return };
    for run in lint.model.runs.iter().filter(|run| touches(run)) {
        let is_all = run.call.verb == Verb::Install && run.call.target == Target::All;
        if !is_all || run.version.era() != Era::Rows || run.call.cuda == Setting::Unknown {
            continue;
        }
        let views = View::all(lint.facts.manifest, run.version);
        let overrides = run.overrides();
        let all = |overrides: &Overrides| {
            let situation =
                Situation { lock: Some(lock), machine: &lint.machine, overrides, installed: None };
            predict_all(&views, &situation, run.call.usage)
        };
        let Some(recommended) = recommended_override(&views, Some(lock), &lint.machine) else {
            continue;
        };
        let better = all(&recommended.overrides());
        let skipped: Vec<String> = all(&overrides)
            .skipped
            .into_iter()
            .filter(|name| !better.skipped.contains(name))
            .collect();
        if skipped.is_empty() {
            continue;
        }
        let names = super::written::listed(skipped.iter().map(String::as_str));
        findings.push(
            Finding::warning(
                "docker/all-skips",
                format!("`--all` leaves out {names} without a driver, and passes"),
            )
            .at(lint.source(), &run.call.span)
            .prevents(format!(
                "Skipping environment(s) that do not support the current platform: {}",
                skipped.join(", ")
            ))
            .holds(Holds::since(71))
            .remedy(above(&recommended)),
        );
    }
}
