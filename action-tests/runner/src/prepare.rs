//! From a step to what is started: inputs, variables, arguments, file-command files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::Dialect;
use crate::act::shell;
use crate::environment::{Parts, Variables};
use crate::expression::{self, Contexts};
use crate::image::{joined_arguments, split_arguments};
use crate::inputs::{self, Merged};
use crate::job::Job;
use crate::layout::PathMap;
use crate::manifest::{self, Manifest};
use crate::runner::Switch;
use crate::step::{Stage, Step, What};

/// The files of one step on the host.
#[derive(Clone, Debug)]
pub struct Files {
    /// `GITHUB_OUTPUT`.
    pub output: PathBuf,
    /// `GITHUB_STATE`.
    pub state: PathBuf,
    /// `GITHUB_ENV`.
    pub env: PathBuf,
    /// `GITHUB_PATH`.
    pub path: PathBuf,
    /// `GITHUB_STEP_SUMMARY`.
    pub summary: PathBuf,
    /// `GITHUB_ARTIFACTS` and `GITHUB_ARTIFACTS_LIST`, on the runner.
    pub artifacts: Option<(PathBuf, PathBuf)>,
}

/// A step ready to be started.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The program as the manifest names it; none for the image's own.
    pub entrypoint: Option<String>,
    /// The arguments as the process gets them.
    pub arguments: Vec<String>,
    /// The arguments as the runner quotes them for the docker client.
    pub arguments_text: String,
    /// The environment of the process.
    pub variables: Variables,
    /// Its working directory, as it sees it.
    pub directory: PathBuf,
    /// Host and container paths.
    pub paths: PathMap,
    /// The files it writes, on the host.
    pub files: Files,
    /// Warnings of the runner about the inputs.
    pub warnings: Vec<String>,
    /// The `env` context.
    pub env: Variables,
    pub(crate) step: Step,
    pub(crate) key: String,
    pub(crate) has_post: bool,
}

impl Files {
    fn create(job: &Job) -> anyhow::Result<Self> {
        let layout = &job.layout;
        let files = match job.runner.dialect {
            Dialect::Runner => {
                let id = uuid()?;
                let file = |prefix: &str| layout.file_commands.join(format!("{prefix}{id}"));
                Self {
                    output: file("set_output_"),
                    state: file("save_state_"),
                    env: file("set_env_"),
                    path: file("add_path_"),
                    summary: file("step_summary_"),
                    artifacts: Some((file("artifacts_"), file("artifacts_list_"))),
                }
            }
            Dialect::Act => {
                let file = |name: &str| layout.act.join("workflow").join(name);
                Self {
                    output: file("outputcmd.txt"),
                    state: file("statecmd.txt"),
                    env: file("envs.txt"),
                    path: file("pathcmd.txt"),
                    summary: file("SUMMARY.md"),
                    artifacts: None,
                }
            }
        };
        for path in [&files.output, &files.state, &files.env, &files.path, &files.summary] {
            job.make_file(path, "")?;
        }
        if let Some((artifacts, list)) = &files.artifacts {
            job.make_file(artifacts, "")?;
            job.make_file(list, &job.subjects.list())?;
        }
        Ok(files)
    }
}

/// A fresh identifier from the kernel.
pub(crate) fn uuid() -> anyhow::Result<String> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/uuid").context("no uuid")?;
    Ok(text.trim().to_owned())
}

/// Prepares a step: its files are made, nothing is started.
pub(crate) fn prepare(job: &mut Job, step: &Step) -> anyhow::Result<Prepared> {
    let files = Files::create(job)?;
    match &step.what {
        What::Script(script) => prepare_script(job, step, script, files),
        What::Action(path) => {
            let manifest = manifest::load(path, job.runner.dialect)?;
            prepare_action(job, step, path, &manifest, files)
        }
    }
}

fn github(job: &Job, files: &Files, step: &Step, event: &Path) -> Variables {
    let mut github = job.runner.github.clone();
    let mut set = |key: &str, value: String| {
        github.insert(key.to_owned(), value);
    };
    let text = |path: &Path| path.to_string_lossy().into_owned();
    set("workspace", text(&job.layout.workspace));
    set("event_path", text(event));
    set("env", text(&files.env));
    set("output", text(&files.output));
    set("path", text(&files.path));
    set("state", text(&files.state));
    set("step_summary", text(&files.summary));
    if let Some((artifacts, list)) = &files.artifacts {
        set("artifacts", text(artifacts));
        set("artifacts_list", text(list));
    }
    set("action", step.id.clone().unwrap_or_else(|| "__self".to_owned()));
    let (repository, reference) = step.remote.clone().unwrap_or_default();
    set("action_repository", repository);
    set("action_ref", reference);
    github
}

fn runner_variables(job: &Job) -> Variables {
    let arch = if cfg!(target_arch = "aarch64") { "ARM64" } else { "X64" };
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let mut variables = BTreeMap::from([
        ("RUNNER_OS".to_owned(), "Linux".to_owned()),
        ("RUNNER_ARCH".to_owned(), arch.to_owned()),
    ]);
    match job.runner.dialect {
        Dialect::Act => {
            variables.insert("RUNNER_TEMP".into(), "/tmp".into());
            variables.insert("RUNNER_TOOL_CACHE".into(), "/opt/hostedtoolcache".into());
            variables.insert("RUNNER_PERFLOG".into(), "/dev/null".into());
            variables.insert("RUNNER_TRACKING_ID".into(), String::new());
        }
        Dialect::Runner => {
            let workspace = job.layout.workspace.parent().unwrap_or(&job.layout.work);
            variables.insert("RUNNER_NAME".into(), "stand-in".into());
            variables.insert("RUNNER_ENVIRONMENT".into(), "self-hosted".into());
            variables.insert("RUNNER_TEMP".into(), text(&job.layout.temp));
            variables.insert("RUNNER_TOOL_CACHE".into(), text(&job.layout.tool_cache));
            variables.insert("RUNNER_WORKSPACE".into(), text(workspace));
            if job.runner.is_on(Switch::Debug) {
                variables.insert("RUNNER_DEBUG".into(), "1".into());
            }
        }
    }
    variables
}

fn contexts(job: &Job, github: &Variables, env: &Variables, runner: &Variables) -> Contexts {
    let object = |variables: &Variables| json!(variables);
    let mut github_context = object(github);
    github_context["event"] = job.runner.event.clone();
    let runner: Variables = runner
        .iter()
        .map(|(name, value)| (name.trim_start_matches("RUNNER_").to_lowercase(), value.clone()))
        .collect();
    let has_container =
        job.runner.is_on(Switch::JobContainer) && job.runner.dialect == Dialect::Runner;
    let container = if has_container {
        json!({"id": "4f1d2ab0c9e8", "network": "github_network"})
    } else {
        json!({})
    };
    let steps: serde_json::Map<String, Value> = job
        .step_outputs
        .iter()
        .map(|(id, outputs)| (id.clone(), json!({ "outputs": outputs })))
        .collect();
    let all = json!({
        "github": github_context,
        "env": env,
        "runner": runner,
        "job": {"status": "success", "container": container, "services": {}},
        "steps": steps,
        "secrets": job.runner.secrets,
        "strategy": {},
        "matrix": {},
        "inputs": {},
        "vars": {},
        "needs": {},
    });
    all.as_object().cloned().unwrap_or_default()
}

/// The `env` context: workflow and job, then `GITHUB_ENV` of earlier steps, then the step.
fn env_context(job: &Job, step: &Step, contexts: &Contexts) -> anyhow::Result<Variables> {
    let mut env = job.runner.env.clone();
    env.extend(job.env.clone());
    for (name, value) in &step.env {
        env.insert(name.clone(), expression::interpolate(value, contexts)?);
    }
    Ok(env)
}

fn event_path(job: &Job) -> PathBuf {
    match job.runner.dialect {
        Dialect::Runner => job.layout.workflow.join("event.json"),
        Dialect::Act => job.layout.act.join("workflow/event.json"),
    }
}

fn prepare_script(job: &Job, step: &Step, script: &str, files: Files) -> anyhow::Result<Prepared> {
    let github = github(job, &files, step, &event_path(job));
    let runner = runner_variables(job);
    let contexts = contexts(job, &github, &job.env, &runner);
    let env = env_context(job, step, &contexts)?;
    let contexts = self::contexts(job, &github, &env, &runner);
    let folder = match job.runner.dialect {
        Dialect::Runner => job.layout.temp.clone(),
        Dialect::Act => job.layout.act.join("workflow"),
    };
    let file = folder.join(format!("{}.sh", uuid()?));
    job.make_file(&file, &expression::interpolate(script, &contexts)?)?;
    let paths = job.script_paths();
    let home = Some(job.layout.home.to_string_lossy().into_owned());
    let parts = Parts { env: env.clone(), home, github, runner, ..Parts::default() };
    let mut variables = parts.for_host(job.runner.dialect);
    let path = std::env::var("PATH").unwrap_or_default();
    let path = variables.get("PATH").cloned().unwrap_or(path);
    for value in variables.values_mut() {
        *value = paths.to_container(value);
    }
    // Additions are taken as they were written: a container path stays a dead path.
    variables.insert("PATH".into(), crate::file_commands::path_value(&job.path, &path));
    let arguments = vec!["-e".to_owned(), paths.to_container(&file.to_string_lossy())];
    Ok(Prepared {
        entrypoint: Some("bash".to_owned()),
        arguments_text: joined_arguments(&arguments),
        arguments,
        variables,
        directory: paths.to_container(&job.layout.workspace.to_string_lossy()).into(),
        paths,
        files,
        warnings: Vec::new(),
        env,
        step: step.clone(),
        key: step.id.clone().unwrap_or_default(),
        has_post: false,
    })
}

fn prepare_action(
    job: &mut Job,
    step: &Step,
    path: &Path,
    manifest: &Manifest,
    files: Files,
) -> anyhow::Result<Prepared> {
    let dialect = job.runner.dialect;
    let github = github(job, &files, step, &event_path(job));
    let runner = runner_variables(job);
    let first = contexts(job, &github, &job.env, &runner);
    let env = env_context(job, step, &first)?;
    let mut all = contexts(job, &github, &env, &runner);
    let with = step
        .with
        .iter()
        .map(|(name, value)| Ok((name.clone(), expression::interpolate(value, &all)?)));
    let with = with.collect::<anyhow::Result<Vec<_>>>()?;
    let merged = inputs::merge(manifest, &with, &all)?;
    let paths = job.step_paths();
    let key = step.id.clone().unwrap_or_else(|| path.to_string_lossy().into_owned());

    all.insert("inputs".to_owned(), inputs_context(&merged, dialect));
    let launch = match dialect {
        Dialect::Runner => runner_launch(manifest, step.stage, &merged, &all)?,
        Dialect::Act => act_launch(manifest, step.stage, &with, &all)?,
    };
    let launch =
        if job.runner.is_on(Switch::Kubernetes) { launch.on_kubernetes(manifest)? } else { launch };

    let state = job.state.get(&key).into_iter().flatten();
    let parts = Parts {
        proxy: job.runner.proxy.clone(),
        env: env.clone(),
        state: state.map(|(name, value)| (format!("STATE_{name}"), value.clone())).collect(),
        inputs: input_variables(&merged, &with, step.stage, dialect, launch.given_arguments),
        runs_env: launch.env.clone(),
        home: Some(job.layout.home.to_string_lossy().into_owned()),
        github,
        runner,
        actions: job.runner.actions.clone(),
    };
    let variables = match dialect {
        Dialect::Runner => parts.for_runner(&paths),
        Dialect::Act => {
            let mut variables = parts.for_act();
            for value in variables.values_mut() {
                *value = paths.to_container(&evaluate_again(value, &all));
            }
            variables
        }
    };
    let warnings = if dialect == Dialect::Runner { merged.warnings } else { Vec::new() };
    Ok(Prepared {
        entrypoint: launch.entrypoint,
        arguments: launch.arguments,
        arguments_text: launch.arguments_text,
        variables,
        directory: paths.to_container(&job.layout.workspace.to_string_lossy()).into(),
        paths,
        files,
        warnings,
        env,
        step: step.clone(),
        key,
        has_post: manifest.runs.post_entrypoint.is_some(),
    })
}

/// act builds the context from the variables, so names are mangled in it.
fn inputs_context(merged: &Merged, dialect: Dialect) -> Value {
    let entries = merged.values.iter().map(|(name, value)| {
        let name = match dialect {
            Dialect::Runner => name.clone(),
            Dialect::Act => inputs::variable(name, dialect)["INPUT_".len()..].to_lowercase(),
        };
        (name, Value::String(value.clone()))
    });
    Value::Object(entries.collect())
}

fn input_variables(
    merged: &Merged,
    with: &[(String, String)],
    stage: Stage,
    dialect: Dialect,
    given_arguments: bool,
) -> Variables {
    if dialect == Dialect::Runner {
        return inputs::variables(merged, dialect);
    }
    // In post act leaves the defaults out; they are there under the bare name only.
    let given = Merged { values: with.to_vec(), warnings: Vec::new() };
    let named = if stage == Stage::Post { &given } else { merged };
    let mut variables = inputs::variables(named, dialect);
    if !given_arguments {
        variables.extend(merged.values.iter().cloned());
    }
    variables
}

/// act evaluates every value once more; an expression it cannot read becomes empty.
fn evaluate_again(value: &str, contexts: &Contexts) -> String {
    if !value.contains("${{") || !value.contains("}}") {
        return value.to_owned();
    }
    expression::interpolate(value, contexts).unwrap_or_default()
}

struct Launch {
    entrypoint: Option<String>,
    arguments: Vec<String>,
    arguments_text: String,
    env: Variables,
    /// Whether `with.args` was used (act).
    given_arguments: bool,
}

impl Launch {
    fn on_kubernetes(self, manifest: &Manifest) -> anyhow::Result<Self> {
        if crate::image::is_dockerfile(&manifest.runs.image) {
            bail!("building container actions is not currently supported");
        }
        if self.entrypoint.is_none() {
            bail!("entryPoint is required");
        }
        let words = self.arguments_text.split(' ').filter(|word| !word.is_empty());
        let arguments = words.map(|word| word.trim_matches('"').to_owned()).collect();
        Ok(Self { arguments, ..self })
    }
}

fn evaluated_env(manifest: &Manifest, contexts: &Contexts) -> anyhow::Result<Variables> {
    let env = manifest.runs.env.iter().flatten();
    env.map(|(name, value)| Ok((name.clone(), expression::interpolate(value, contexts)?))).collect()
}

fn runner_launch(
    manifest: &Manifest,
    stage: Stage,
    merged: &Merged,
    contexts: &Contexts,
) -> anyhow::Result<Launch> {
    let runs = &manifest.runs;
    let from_input = || merged.get("entryPoint").filter(|e| !e.is_empty()).map(str::to_owned);
    let entrypoint = match stage {
        Stage::Pre => runs.pre_entrypoint.clone(),
        Stage::Main => runs.entrypoint.clone().or_else(from_input),
        Stage::Post => runs.post_entrypoint.clone(),
    };
    let arguments_text = match &runs.args {
        Some(args) => {
            let args = args.iter().map(|arg| expression::interpolate(arg, contexts));
            joined_arguments(&args.collect::<anyhow::Result<Vec<_>>>()?)
        }
        None => merged.get("args").unwrap_or_default().to_owned(),
    };
    Ok(Launch {
        entrypoint,
        arguments: split_arguments(&arguments_text),
        arguments_text,
        env: evaluated_env(manifest, contexts)?,
        given_arguments: false,
    })
}

fn act_launch(
    manifest: &Manifest,
    stage: Stage,
    with: &[(String, String)],
    contexts: &Contexts,
) -> anyhow::Result<Launch> {
    let runs = &manifest.runs;
    let given = |name: &str| {
        let found = with.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.clone())
    };
    let (input, declared) = match stage {
        Stage::Pre => ("pre-entrypoint", &runs.pre_entrypoint),
        Stage::Main => ("entrypoint", &runs.entrypoint),
        Stage::Post => ("post-entrypoint", &runs.post_entrypoint),
    };
    let words = match (given(input), declared) {
        (Some(text), _) => text.split_whitespace().map(str::to_owned).collect(),
        (None, Some(text)) => shell::split(text)?,
        (None, None) => Vec::new(),
    };
    let given_arguments = given("args");
    let mut arguments: Vec<String> = words.iter().skip(1).cloned().collect();
    let mut env = Variables::new();
    if let Some(text) = &given_arguments {
        arguments.extend(shell::split(text)?);
    } else {
        if let Err(error) = manifest::check_contexts(runs) {
            bail!("Unknown Variable Access: {error}");
        }
        for argument in runs.args.iter().flatten() {
            arguments.push(expression::interpolate(argument, contexts)?);
        }
        env = evaluated_env(manifest, contexts)?;
    }
    Ok(Launch {
        entrypoint: words.into_iter().next(),
        arguments_text: joined_arguments(&arguments),
        arguments,
        env,
        given_arguments: given_arguments.is_some(),
    })
}
