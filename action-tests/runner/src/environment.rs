//! The variables a step gets: the runner's order of precedence and act's list.

use std::collections::BTreeMap;

use crate::Dialect;
use crate::layout::PathMap;

/// Variables by name.
pub type Variables = BTreeMap<String, String>;

/// Keys of the `github` context that the runner exports as `GITHUB_*`.
const EXPORTED: &[&str] = &[
    "action",
    "action_path",
    "action_ref",
    "action_repository",
    "actor",
    "actor_id",
    "api_url",
    "artifacts",
    "artifacts_list",
    "base_ref",
    "env",
    "event_name",
    "event_path",
    "graphql_url",
    "head_ref",
    "job",
    "output",
    "path",
    "ref",
    "ref_name",
    "ref_protected",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "retention_days",
    "run_attempt",
    "run_id",
    "run_number",
    "server_url",
    "sha",
    "state",
    "step_summary",
    "triggering_actor",
    "workflow",
    "workflow_ref",
    "workflow_sha",
    "workspace",
];

/// Keys act does not set.
const MISSING_UNDER_ACT: &[&str] = &[
    "actor_id",
    "artifacts",
    "artifacts_list",
    "ref_protected",
    "repository_id",
    "repository_owner_id",
    "triggering_actor",
    "workflow_ref",
    "workflow_sha",
];

/// What the variables of a step are made of, each group with the runner's names of things.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Proxy variables of the runner itself.
    pub proxy: Variables,
    /// The `env` context: workflow, job, earlier steps' `GITHUB_ENV`, step.
    pub env: Variables,
    /// `STATE_*` of the step.
    pub state: Variables,
    /// `INPUT_*` (and under act the bare names).
    pub inputs: Variables,
    /// `runs.env`, evaluated.
    pub runs_env: Variables,
    /// HOME on the host; none under act.
    pub home: Option<String>,
    /// The `github` context, `token` included, which is not exported.
    pub github: Variables,
    /// `RUNNER_*` by full name.
    pub runner: Variables,
    /// `ACTIONS_*` by full name.
    pub actions: Variables,
}

/// `GITHUB_*` of a `github` context.
pub fn github_variables(github: &Variables, dialect: Dialect) -> Variables {
    let exported = EXPORTED
        .iter()
        .filter(|key| dialect == Dialect::Runner || !MISSING_UNDER_ACT.contains(key));
    exported
        .filter_map(|key| {
            Some((format!("GITHUB_{}", key.to_uppercase()), github.get(*key)?.clone()))
        })
        .collect()
}

impl Parts {
    /// The variables of a Docker action on the runner, translated to container paths.
    pub fn for_runner(&self, paths: &PathMap) -> Variables {
        let mut all = self.proxy.clone();
        all.extend(self.env.clone());
        all.extend(self.state.clone());
        all.extend(self.inputs.clone());
        for (name, value) in &self.runs_env {
            all.entry(name.clone()).or_insert_with(|| value.clone());
        }
        all.extend(self.home.iter().map(|home| ("HOME".to_owned(), home.clone())));
        all.extend(github_variables(&self.github, Dialect::Runner));
        all.extend(self.runner.clone());
        all.extend(self.actions.clone());
        for value in all.values_mut() {
            *value = paths.to_container(value);
        }
        all.insert("GITHUB_ACTIONS".into(), "true".into());
        all.entry("CI".into()).or_insert_with(|| "true".into());
        all
    }

    /// The variables of a Docker action under act; `runs.env` overrides, contexts come first.
    pub fn for_act(&self) -> Variables {
        let mut all = self.env.clone();
        all.extend(github_variables(&self.github, Dialect::Act));
        all.extend([("CI", "true"), ("ACT", "true"), ("GITHUB_ACTIONS", "true")].map(owned));
        all.extend(self.actions.clone());
        all.extend(self.state.clone());
        all.extend(self.inputs.clone());
        all.extend(self.runs_env.clone());
        all.extend(self.runner.clone());
        all
    }

    /// The variables of a `run:` step on the host; values are not translated.
    pub fn for_host(&self, dialect: Dialect) -> Variables {
        let mut all = self.env.clone();
        all.extend(self.home.iter().map(|home| ("HOME".to_owned(), home.clone())));
        all.extend(github_variables(&self.github, dialect));
        all.extend(self.runner.clone());
        if dialect == Dialect::Act {
            all.insert("ACT".into(), "true".into());
        }
        all.insert("GITHUB_ACTIONS".into(), "true".into());
        all.entry("CI".into()).or_insert_with(|| "true".into());
        all
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
