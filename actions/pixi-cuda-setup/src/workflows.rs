//! What workflows say about pixi: overrides, versions, locked or not.

mod explain;
mod steps;

use std::ops::Range;

use conda::Version;
use config::{Node, Value, parse_yaml};
use diagnostics::Source;
use pixi_workspace::manifest::Manifest;
use pixi_workspace::{Era, Finding, Holds, Override, PixiVersion, View};

pub use explain::EXPLANATIONS;
use steps::Step;

const VARIABLE: &str = "CONDA_OVERRIDE_CUDA";

/// A value that a workflow gives `CONDA_OVERRIDE_CUDA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideValue {
    /// The value as it arrives: the number `12.10` arrives as `12.1`.
    pub value: String,
    /// The value as written.
    pub written: String,
    /// The workflow.
    pub source: Source,
    /// The bytes of the value.
    pub span: Range<usize>,
}

impl OverrideValue {
    /// The version it is; none for expressions, the empty value and what is no version.
    pub fn version(&self) -> Option<Version> {
        if self.value.is_empty() || self.value.contains("${{") {
            return None;
        }
        self.value.parse().ok()
    }

    /// File and line.
    pub fn place(&self) -> String {
        format!("{}:{}", self.source.name(), self.source.position(self.span.start).line)
    }
}

/// What is known beside the workflows.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    /// The manifest.
    pub manifest: &'f Manifest,
    /// The pixi in use.
    pub version: PixiVersion,
    /// The conda subdir.
    pub subdir: &'f str,
    /// Whether there is a lock that can be read.
    pub has_lock: bool,
}

/// The values of `CONDA_OVERRIDE_CUDA` in workflows: in `env` of workflow, job, container and
/// step, and in the scripts of steps. Files that are no YAML have none.
pub fn overrides(workflows: &[Source]) -> Vec<OverrideValue> {
    workflows.iter().flat_map(|source| Workflow::read(source).overrides).collect()
}

/// Everything there is to say about workflows.
pub fn lint(facts: &Facts<'_>, workflows: &[Source]) -> Vec<Finding> {
    let all: Vec<Workflow> = workflows.iter().map(Workflow::read).collect();
    let values: Vec<&OverrideValue> = all.iter().flat_map(|one| &one.overrides).collect();
    let mut findings = Vec::new();
    for value in &values {
        findings.extend(judge(facts, value));
    }
    findings.extend(differing(facts, &values));
    for workflow in &all {
        let mut told: Vec<usize> = Vec::new();
        for (job, step) in &workflow.steps {
            step.lint(facts, &mut findings);
            if step.installs_locked(facts) && !told.contains(job) {
                // What passed `--locked` is up to date for the steps after it too.
                told.push(*job);
            }
            // One line repairs the job, so it is said once.
            if !told.contains(job)
                && let Some(finding) = step.unlocked(facts)
            {
                told.push(*job);
                findings.push(finding);
            }
        }
    }
    let mut once: Vec<Finding> = Vec::new();
    for finding in findings {
        if !once.contains(&finding) {
            once.push(finding);
        }
    }
    once
}

/// A workflow taken apart.
struct Workflow {
    overrides: Vec<OverrideValue>,
    /// The steps, each with the number of its job.
    steps: Vec<(usize, Step)>,
}

impl Workflow {
    fn read(source: &Source) -> Self {
        let mut workflow = Self { overrides: Vec::new(), steps: Vec::new() };
        let Ok(tree) = parse_yaml(source) else { return workflow };
        let root = tree.root();
        workflow.env(source, root.get("env"));
        let jobs = root.get("jobs").and_then(Node::entries).unwrap_or_default();
        for (number, (_, job)) in jobs.iter().enumerate() {
            workflow.env(source, job.get("env"));
            workflow.env(source, job.get("container").and_then(|container| container.get("env")));
            let steps = job.get("steps").and_then(Node::items).unwrap_or_default();
            let exports_locked = steps.iter().any(steps::exports_locked);
            for node in steps {
                workflow.env(source, node.get("env"));
                let scopes = [root.get("env"), job.get("env"), node.get("env")];
                let step = Step::read(source, node, &scopes, exports_locked);
                workflow.overrides.extend(step.overrides());
                workflow.steps.push((number, step));
            }
        }
        workflow
    }

    fn env(&mut self, source: &Source, env: Option<&Node>) {
        let Some(node) = env.and_then(|env| env.get(VARIABLE)) else { return };
        let Some(written) = node.scalar_text() else { return };
        let value = match node.value {
            Value::Number(_) => as_number(written),
            _ => written.to_owned(),
        };
        self.overrides.push(OverrideValue {
            value,
            written: written.to_owned(),
            source: source.clone(),
            span: node.place().clone(),
        });
    }
}

/// A number as it arrives: zeros at the end of the fraction are lost.
fn as_number(written: &str) -> String {
    match written.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
            let fraction = fraction.trim_end_matches('0');
            if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
        }
        _ => written.to_owned(),
    }
}

/// What is wrong with one value.
fn judge(facts: &Facts<'_>, value: &OverrideValue) -> Option<Finding> {
    let at = |finding: Finding| finding.at(&value.source, &value.span);
    if value.value.is_empty() || value.value.contains("${{") {
        return None;
    }
    let read = Override::read(Some(&value.value));
    if let Override::Malformed(sentence) = &read {
        return Some(
            at(Finding::error(
                "workflow/override-malformed",
                format!(
                    "`{}` is no version: every install fails, of CPU environments too",
                    value.value
                ),
            ))
            .prevents(format!("Couldn't get the virtual packages from the system / {sentence}"))
            .holds(Holds::since(42))
            .remedy(format!("write `{VARIABLE}: \"12.0\"`, or the version that is declared")),
        );
    }
    if read.is_word() {
        return Some(
            at(Finding::warning(
                "workflow/override-word",
                format!("pixi takes `{}` for a version of CUDA lower than 12.0", value.value),
            ))
            .holds(Holds::since(29))
            .remedy(format!("write a version, or `{VARIABLE}: \"\"` for no CUDA")),
        );
    }
    let written: Option<Version> = value.written.parse().ok();
    if written.is_some() && written != value.version() {
        return Some(
            at(Finding::warning(
                "workflow/unquoted-float",
                format!(
                    "`{}` without quotes is a number and arrives as {}",
                    value.written, value.value
                ),
            ))
            .remedy(format!("write `{VARIABLE}: \"{}\"`", value.written)),
        );
    }
    let given = value.version()?;
    let lowest = declared(facts).into_iter().min_by(|one, other| one.0.cmp(&other.0))?;
    (given < lowest.0).then(|| {
        at(Finding::warning(
            "workflow/override-too-low",
            format!(
                "`{VARIABLE}: {}` is below the declared `cuda = \"{}\"`",
                value.value, lowest.1
            ),
        ))
        .remedy(format!("write `{VARIABLE}: \"{}\"`", lowest.1))
    })
}

/// The versions of CUDA that environments declare on the subdir, each once.
fn declared(facts: &Facts<'_>) -> Vec<(Version, String)> {
    let mut all: Vec<(Version, String)> = Vec::new();
    for view in View::all(facts.manifest, facts.version) {
        for row in view.rows().iter().filter(|row| row.subdir == facts.subdir) {
            let Some(declared) = view.declared_cuda(row) else { continue };
            let Ok(version) = declared.version.parse::<Version>() else { continue };
            if !all.iter().any(|(known, _)| *known == version) {
                all.push((version, declared.version));
            }
        }
    }
    all
}

/// Values that differ, unless environments declare each of them.
fn differing(facts: &Facts<'_>, values: &[&OverrideValue]) -> Vec<Finding> {
    let declared = declared(facts);
    let several = declared.len() > 1;
    let open = values.iter().filter_map(|value| {
        let version = value.version()?;
        let is_declared = several && declared.iter().any(|(known, _)| *known == version);
        (!is_declared).then_some((*value, version))
    });
    let mut open = open.collect::<Vec<_>>().into_iter();
    let Some((first, version)) = open.next() else { return Vec::new() };
    let others = open.filter(|(_, other)| *other != version);
    others
        .map(|(other, _)| {
            let finding = Finding::warning(
                "workflow/override-differs",
                format!(
                    "`{VARIABLE}` is {} here and {} in {}",
                    other.value,
                    first.value,
                    first.place()
                ),
            )
            .at(&other.source, &other.span)
            .remedy("write the same value in both");
            match facts.version.era() {
                Era::Rows => finding.note("the value picks the platform row that is installed"),
                _ => finding,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
