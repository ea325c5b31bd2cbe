//! Which environments are installed, and which are run.

use config::nearest;
use pixi_workspace::manifest::{DEFAULT, Kind};
use pixi_workspace::predict::{Outcome, Usage};
use pixi_workspace::{Finding, PixiVersion};

use super::super::Lint;
use super::super::calls::{Call, Target, Verb};
use super::super::stages::{Entry, Installed};
use super::written::{exec_with, line_with, listed};

/// An environment that the manifest does not have.
pub(super) fn unknown(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    let runs = lint.model.runs.iter().filter(|run| run.is_ours).map(|run| &run.call);
    let entries = lint.model.entries.iter().flat_map(|entry| &entry.calls);
    for call in runs.chain(entries) {
        let Target::Named(names) = &call.target else { continue };
        for name in names {
            if lint.facts.manifest.environment(&name.value).is_some() {
                continue;
            }
            let all = &lint.facts.manifest.environments;
            let known: Vec<&str> = all.iter().map(|one| one.name.value.as_str()).collect();
            let table = match lint.facts.manifest.kind {
                Kind::Pyproject => "[tool.pixi.environments]",
                Kind::Pixi | Kind::Mojoproject => "[environments]",
            };
            let remedy = match nearest(&name.value, known.iter().copied()) {
                Some(near) => format!("write `-e {near}`"),
                None => format!(
                    "add `{} = []` to `{table}` in {}, run `pixi lock` and commit both",
                    name.value,
                    lint.manifest(),
                ),
            };
            findings.push(
                Finding::error(
                    "docker/unknown-environment",
                    format!("the manifest has no environment `{}`", name.value),
                )
                .at(lint.source(), &name.span)
                .note(format!("it has {}", listed(known)))
                .prevents(format!("unknown environment '{}'", name.value))
                .environment(&name.value)
                .remedy(remedy),
            );
        }
    }
}

/// An environment that the manifest has and the lock has not.
pub(super) fn not_locked(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    let Ok(lock) = lint.facts.lock else { return };
    let mut seen: Vec<&str> = Vec::new();
    for run in lint.model.runs.iter().filter(|run| run.is_ours) {
        if !matches!(run.call.verb, Verb::Install | Verb::Run | Verb::ShellHook | Verb::Shell) {
            continue;
        }
        for name in lint.targets(&run.call) {
            let Some(view) = lint.view(name, run.version) else { continue };
            if seen.contains(&name) || view.locked_in(lock).is_some() || !view.has_dependencies() {
                continue;
            }
            seen.push(name);
            let words = lint.predicted(run, name, &run.overrides());
            let words = words.filter(|words| words.outcome == Outcome::Error);
            let finding = Finding::error(
                "docker/environment-not-locked",
                format!("{} has no environment `{name}`", lock.source.name()),
            )
            .at(lint.source(), &run.call.span)
            .environment(name)
            .remedy("run `pixi lock` and commit pixi.lock");
            findings.push(match (run.call.usage, words.and_then(|words| words.message)) {
                (Usage::Update, _) => finding.note("this build solves it, differently every time"),
                (_, Some(words)) => finding.prevents(words),
                (_, None) => finding,
            });
        }
    }
}

/// An environment that is run although another one is installed.
pub(super) fn other(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for run in lint.model.runs.iter().filter(|run| run.is_ours) {
        let Target::Task(name) = &run.call.target else { continue };
        if is_of_task(&run.call) {
            // A build step with an environment of its own, which pixi installs for it.
            continue;
        }
        let runs = matches!(run.call.verb, Verb::Run | Verb::ShellHook | Verb::Shell);
        let Some(installed) = missing(&run.installed, name).filter(|_| runs) else { continue };
        let written = line_with(&run.call, &["-e", installed]);
        findings.push(
            finding(lint, &run.call, name, installed, run.version)
                .remedy(format!("write `{written}`")),
        );
    }
    for entry in &lint.model.entries {
        for call in &entry.calls {
            let runs = matches!(call.verb, Verb::Run | Verb::ShellHook | Verb::Shell);
            for name in lint.targets(call) {
                let Some(installed) = missing(&entry.installed, name).filter(|_| runs) else {
                    continue;
                };
                let remedy = entry_remedy(entry, call, installed);
                let found = finding(lint, call, name, installed, lint.facts.version);
                findings.push(found.remedy(remedy));
            }
        }
    }
}

/// What is installed, if something is and it is not this.
fn missing<'i>(installed: &'i [Installed], name: &str) -> Option<&'i str> {
    let is_known = installed.iter().all(|one| one.environment.is_some());
    let mut names = installed.iter().filter_map(|one| one.environment.as_deref());
    let is_there = names.clone().any(|one| one == name);
    (is_known && !is_there).then(|| names.next_back()).flatten()
}

fn finding(
    lint: &Lint<'_>,
    call: &Call,
    name: &str,
    installed: &str,
    version: PixiVersion,
) -> Finding {
    let is_known = lint.facts.manifest.environment(name).is_some();
    let verb = call.words.get(call.verb_at).map_or("run", |word| word.as_str());
    let finding = Finding::error(
        "docker/other-environment",
        format!("`pixi {verb}` takes the environment `{name}`, and `{installed}` is installed"),
    )
    .at(lint.source(), &call.span)
    .environment(name);
    if is_known {
        finding.note(format!(
            "pixi {version} says nothing: it downloads and installs `{name}` when this is run"
        ))
    } else {
        finding
    }
}

/// Whether the environment is taken because it alone has the task.
fn is_of_task(call: &Call) -> bool {
    matches!(&call.target, Target::Task(name) if name != DEFAULT)
}

fn entry_remedy(entry: &Entry, call: &Call, installed: &str) -> String {
    if let Target::Task(name) = &call.target
        && is_of_task(call)
    {
        return format!(
            "add `RUN pixi install --locked -e {name}`: no other environment has the task"
        );
    }
    let keyword = &entry.keyword;
    let inserted = ["-e", installed];
    let is_named = matches!(call.target, Target::Named(_));
    if is_named {
        return format!("write `-e {installed}`");
    }
    match entry.exec.as_deref().and_then(|exec| exec_with(exec, call, &inserted)) {
        Some(words) => format!("write `{keyword} {words}`"),
        None => format!("write `{}`", line_with(call, &inserted)),
    }
}
