//! Steps of a job.

use std::ops::Range;

use config::Node;
use diagnostics::Source;
use dockerfile::Text;
use dockerfile::shell::{self, Command};
use dockerfile::variables::Variables;
use pixi_workspace::predict::Usage;
use pixi_workspace::{Finding, Holds};

use super::{Facts, OverrideValue, VARIABLE};
use crate::lint_docker::calls::{Call, Verb, call};

/// A step.
pub(super) struct Step {
    source: Source,
    /// `uses`.
    uses: Option<(String, Range<usize>)>,
    /// `with`: names and values.
    with: Vec<(String, String)>,
    /// The script, taken apart.
    commands: Vec<Command>,
    /// Where it stands.
    span: Range<usize>,
    /// What the script sets for later steps.
    exported: Vec<String>,
    /// Whether `PIXI_LOCKED` or `PIXI_FROZEN` is set around it.
    is_locked: bool,
}

/// Whether a script writes to the file that sets variables for later steps.
fn writes_variables(script: &str) -> bool {
    ["$GITHUB_ENV", "${GITHUB_ENV}", "$env:GITHUB_ENV"].iter().any(|name| script.contains(name))
}

/// Whether a step makes later calls of pixi locked.
pub(super) fn exports_locked(step: &Node) -> bool {
    let uses = step.get("uses").and_then(Node::as_str).unwrap_or_default();
    let script = step.get("run").and_then(Node::as_str).unwrap_or_default();
    uses.contains("pixi-cuda-setup")
        || (writes_variables(script)
            && (script.contains("PIXI_LOCKED") || script.contains("PIXI_FROZEN")))
}

impl Step {
    pub(super) fn read(
        source: &Source,
        node: &Node,
        scopes: &[Option<&Node>],
        exports_locked: bool,
    ) -> Self {
        let uses = node.get("uses");
        let uses = uses.and_then(|node| Some((node.as_str()?.to_owned(), node.place().clone())));
        let with = node.get("with").and_then(Node::entries).unwrap_or_default();
        let with = with
            .iter()
            .filter_map(|(key, node)| Some((key.text.clone(), node.scalar_text()?.to_owned())))
            .collect();
        let run = node.get("run");
        let script = run.and_then(Node::as_str).unwrap_or_default();
        let is_on = |name: &str| {
            let mut scopes = scopes.iter().flatten();
            scopes.any(|env| {
                let value = env.get(name).and_then(Node::scalar_text);
                value.is_some_and(|value| !matches!(value, "" | "false" | "0" | "no" | "off"))
            })
        };
        // Places within a block of YAML do not follow its text, so the whole script is the place.
        let commands = shell::commands(&Text::part(script, 0..script.len()));
        Self {
            source: source.clone(),
            uses,
            with,
            commands,
            span: run.map_or(0..0, |run| first_line(source, run.place())),
            exported: exported(script),
            is_locked: exports_locked || is_on("PIXI_LOCKED") || is_on("PIXI_FROZEN"),
        }
    }

    /// The overrides its script sets.
    pub(super) fn overrides(&self) -> Vec<OverrideValue> {
        let assigned = self.commands.iter().flat_map(|command| &command.environment);
        let assigned = assigned
            .filter(|set| set.name == *VARIABLE)
            .filter_map(|set| set.value.as_ref().filter(|value| !value.has_expansion))
            .map(|value| value.as_str().to_owned());
        let mut values: Vec<String> = Vec::new();
        for value in assigned.chain(self.exported.iter().cloned()) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let made = |value: String| OverrideValue {
            written: value.clone(),
            value,
            source: self.source.clone(),
            span: self.span.clone(),
        };
        values.into_iter().map(made).collect()
    }

    pub(super) fn lint(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        findings.extend(self.unpinned(facts));
        findings.extend(self.lock_check());
    }

    fn calls(&self) -> Vec<Call> {
        let variables = Variables::default();
        self.commands.iter().filter_map(|command| call(command, &variables)).collect()
    }

    fn input(&self, name: &str) -> Option<&str> {
        self.with.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the lock is held against the manifest here, and the step fails if it does not fit.
    pub(super) fn installs_locked(&self, facts: &Facts<'_>) -> bool {
        let checks = |call: &Call| call.verb == Verb::Install && call.usage == Usage::Locked;
        self.sets_up_locked(facts) || self.calls().iter().any(checks)
    }

    /// `prefix-dev/setup-pixi` that installs with `--locked`.
    fn sets_up_locked(&self, facts: &Facts<'_>) -> bool {
        let is_setup =
            self.uses.as_ref().is_some_and(|(uses, _)| uses.starts_with("prefix-dev/setup-pixi@"));
        let is_locked = match self.input("locked") {
            Some(given) => given == "true",
            None => facts.has_lock && self.input("frozen") != Some("true"),
        };
        is_setup && is_locked && self.input("run-install") != Some("false")
    }

    /// `prefix-dev/setup-pixi` with the newest pixi and the lock as it is.
    fn unpinned(&self, facts: &Facts<'_>) -> Option<Finding> {
        let (_, span) = self.uses.as_ref()?;
        let is_floating = matches!(self.input("pixi-version"), None | Some("latest" | ""));
        let is_given = self.input("pixi-url").is_some() || self.input("pixi-bin-path").is_some();
        (is_floating && !is_given && self.sets_up_locked(facts)).then(|| {
            Finding::warning(
                "workflow/pixi-unpinned",
                "the newest pixi installs `--locked`: jobs fail on the day it reads locks otherwise",
            )
            .at(&self.source, span)
            .prevents("lock file not up-to-date with the workspace")
            .remedy(format!("write `pixi-version: v{}`", facts.version))
        })
    }

    /// Calls of pixi that may change the lock.
    pub(super) fn unlocked(&self, facts: &Facts<'_>) -> Option<Finding> {
        if self.is_locked || !facts.has_lock {
            return None;
        }
        let touches = |call: &&Call| {
            call.usage == Usage::Update
                && !call.is_as_is
                && matches!(call.verb, Verb::Install | Verb::Run | Verb::Shell | Verb::ShellHook)
        };
        let calls = self.calls();
        let found = calls.iter().find(touches)?;
        let verb = found.words.get(found.verb_at).map_or("run", |word| word.as_str());
        let finding = if found.verb == Verb::Install { Finding::warning } else { Finding::notice };
        Some(
            finding(
                "workflow/unlocked",
                format!("`pixi {verb}` solves anew when the lock does not fit the manifest"),
            )
            .at(&self.source, &self.span)
            .remedy("write `PIXI_LOCKED: \"true\"` in `env` of the job"),
        )
    }

    /// `pixi lock --check` writes.
    fn lock_check(&self) -> Option<Finding> {
        self.calls().iter().find(|call| call.verb == Verb::LockCheck)?;
        Some(
            Finding::notice("workflow/lock-check", "`pixi lock --check` also writes the lock")
                .at(&self.source, &self.span)
                .note("it fails on every lock before format 7 with pixi >= 0.68, where `install --locked` passes")
                .holds(Holds::since(47))
                .remedy("write `pixi install --locked`"),
        )
    }
}

/// The values in `echo CONDA_OVERRIDE_CUDA=… >> $GITHUB_ENV`.
fn exported(script: &str) -> Vec<String> {
    let lines = script.lines().filter(|line| writes_variables(line));
    let value = |line: &str| {
        let (_, rest) = line.split_once("CONDA_OVERRIDE_CUDA=")?;
        let end = rest.find(['"', '\'', ' ', '>', ';']).unwrap_or(rest.len());
        let value = rest.get(..end)?;
        (!value.contains(['$', '`'])).then(|| value.to_owned())
    };
    lines.filter_map(value).collect()
}

/// The first line of a script that has something in it.
fn first_line(source: &Source, span: &Range<usize>) -> Range<usize> {
    let text = source.contents().get(span.clone()).unwrap_or_default();
    let mut start = span.start;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if !bare.is_empty() && !matches!(bare, "|" | "|-" | "|+" | ">" | ">-" | ">+") {
            let indent = line.len() - line.trim_start().len();
            return start + indent..start + line.trim_end().len();
        }
        start += line.len();
    }
    span.clone()
}
