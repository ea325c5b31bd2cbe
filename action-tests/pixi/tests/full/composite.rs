//! Plays the steps of a composite action.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use runner_stand_in::expression::{Contexts, evaluate, interpolate, to_text};
use runner_stand_in::yaml::{self, Node};
use runner_stand_in::{Dialect, Job, Step, StepReport};
use serde_json::{Map, Value, json};

use crate::cache::Cache;
use crate::house::Place;

fn actions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../actions/pixi-cuda-setup")
}

fn manifest() -> Node {
    let text = std::fs::read_to_string(actions().join("full/action.yml")).unwrap();
    yaml::parse(&text, Dialect::Runner).unwrap()
}

/// What became of the whole action.
pub(crate) struct Played {
    /// Whether every step succeeded.
    pub(crate) succeeded: bool,
    /// The reports of the steps that ran, by name; none for those the test plays itself.
    pub(crate) steps: Vec<(String, Option<StepReport>)>,
    /// The action's outputs.
    pub(crate) outputs: BTreeMap<String, String>,
}

impl Played {
    /// Everything that was said.
    pub(crate) fn log(&self) -> String {
        let texts = self.steps.iter().map(|(name, report)| {
            let text = report.as_ref().map(StepReport::text).unwrap_or_default();
            format!("## {name}\n{text}\n")
        });
        texts.collect()
    }

    /// Whether a step ran.
    pub(crate) fn ran(&self, step: &str) -> bool {
        self.steps.iter().any(|(name, _)| name == step)
    }

    /// The report of a step that ran.
    pub(crate) fn step(&self, step: &str) -> &StepReport {
        let found = self.steps.iter().find(|(name, _)| name == step);
        found.and_then(|(_, report)| report.as_ref()).unwrap_or_else(|| panic!("{}", self.log()))
    }
}

/// Plays the action in a job.
pub(crate) fn play(place: &mut Place, cache: &mut Cache, with: &[(&str, &str)]) -> Played {
    let manifest = manifest();
    let mut contexts = contexts(place, &manifest, with);
    let job = &mut place.job;
    let mut played = Played { succeeded: true, steps: Vec::new(), outputs: BTreeMap::new() };
    for step in manifest.get("runs").unwrap().get("steps").unwrap().items().unwrap() {
        let text = |key: &str| step.get(key).and_then(Node::text).unwrap_or_default();
        let mut variables = Map::new();
        for (name, value) in job.exported() {
            variables.insert(name.clone(), value.clone().into());
        }
        for (name, value) in &place.env {
            variables.entry(name.clone()).or_insert_with(|| value.clone().into());
        }
        contexts.insert("env".into(), Value::Object(variables));
        if !runs(text("if"), played.succeeded, &contexts) {
            continue;
        }
        let name = text("name").to_owned();
        let (report, outputs) = play_step(job, cache, step, &contexts);
        let is_good = report.as_ref().is_none_or(StepReport::succeeded);
        played.succeeded &= is_good;
        let outcome = if is_good { "success" } else { "failure" };
        let outputs: Map<String, Value> =
            outputs.into_iter().map(|(name, value)| (name, value.into())).collect();
        let entry = json!({"outputs": outputs, "outcome": outcome, "conclusion": outcome});
        if let Some(Value::Object(steps)) = contexts.get_mut("steps") {
            steps.insert(text("id").to_owned(), entry);
        }
        played.steps.push((name, report));
    }
    for (name, output) in manifest.get("outputs").unwrap().entries().unwrap() {
        let value = output.get("value").and_then(Node::text).unwrap();
        played.outputs.insert(name.clone(), interpolate(value, &contexts).unwrap());
    }
    played
}

/// A script of the action alone, with the variables a test gives it.
pub(crate) fn script(name: &str) -> String {
    let manifest = manifest();
    let steps = manifest.get("runs").unwrap().get("steps").unwrap().items().unwrap().to_vec();
    let step = steps.iter().find(|step| step.get("name").and_then(Node::text) == Some(name));
    step.unwrap().get("run").and_then(Node::text).unwrap().to_owned()
}

fn contexts(place: &Place, manifest: &Node, with: &[(&str, &str)]) -> Contexts {
    let job = &place.job;
    let mut contexts = Contexts::new();
    contexts.insert("github".into(), json!({"workspace": job.workspace(), "token": "ghs_0123"}));
    contexts.insert("runner".into(), json!({"os": "Linux", "temp": job.layout().temp}));
    let container = if place.in_container { "0123456789ab" } else { "" };
    contexts.insert("job".into(), json!({"container": {"id": container}}));
    contexts.insert("steps".into(), json!({}));
    let mut inputs = Map::new();
    for (name, input) in manifest.get("inputs").unwrap().entries().unwrap() {
        let default = input.get("default").and_then(Node::text).unwrap_or_default();
        inputs.insert(name.clone(), interpolate(default, &contexts).unwrap().into());
    }
    for (name, value) in with {
        assert!(inputs.contains_key(*name), "`{name}` is no input");
        inputs.insert((*name).to_owned(), (*value).into());
    }
    contexts.insert("inputs".into(), Value::Object(inputs));
    contexts
}

/// `if:`; without a status function only after success.
fn runs(condition: &str, succeeded: bool, contexts: &Contexts) -> bool {
    if !succeeded && !condition.contains("always()") {
        return false;
    }
    condition.is_empty() || {
        let value = evaluate(condition, contexts).unwrap();
        !["", "false", "0"].contains(&to_text(&value).as_str())
    }
}

fn play_step(
    job: &mut Job,
    cache: &mut Cache,
    step: &Node,
    contexts: &Contexts,
) -> (Option<StepReport>, BTreeMap<String, String>) {
    let text = |key: &str| step.get(key).and_then(Node::text).unwrap_or_default();
    let pairs = |key: &str| -> BTreeMap<String, String> {
        let entries = step.get(key).and_then(Node::entries).unwrap_or_default();
        let value = |node: &Node| interpolate(node.text().unwrap_or_default(), contexts).unwrap();
        entries.iter().map(|(name, node)| (name.clone(), value(node))).collect()
    };
    let workspace = job.workspace().to_owned();
    match text("uses") {
        "" => {
            let env = pairs("env");
            let mut played = Step::run(text("run")).id(text("id"));
            for (name, value) in env {
                played = played.env(name, value);
            }
            let report = job.step(played).unwrap();
            let outputs = report.outputs.clone();
            (Some(report), outputs)
        }
        "./actions/pixi-cuda-setup" => {
            let mut played = Step::action(actions().join("action.yml")).id(text("id"));
            for (name, value) in pairs("with") {
                played = played.with(name, value);
            }
            let report = job.step(played).unwrap();
            let outputs = report.outputs.clone();
            (Some(report), outputs)
        }
        uses if uses.starts_with("actions/cache/restore@") => {
            (None, cache.restore(&pairs("with"), &workspace))
        }
        uses if uses.starts_with("actions/cache/save@") => {
            cache.save(&pairs("with"), &workspace);
            (None, BTreeMap::new())
        }
        other => panic!("{other} is not played"),
    }
}
