//! The demo action and a place to run it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use action_kit::{Action, Context, Definition, Process};
use diagnostics::{Diagnostic, Exit, Failure, Secret, Source};

use crate::demo::DEMO;

/// The demo: input `scenario` says what it does.
pub(crate) struct Demo;

impl Action for Demo {
    fn definition() -> &'static Definition {
        &DEMO
    }

    async fn run(context: &mut Context) -> Result<Exit, Failure> {
        let scenario = context.inputs.text("scenario").unwrap_or("greet").to_owned();
        play(context, &scenario).await
    }
}

async fn play(context: &mut Context, scenario: &str) -> Result<Exit, Failure> {
    let said = format!("{} in {}", scenario, context.command());
    context.outputs.set("greeting", said)?;
    match scenario {
        "greet" => context.log.result("hello"),
        "inputs" => report_inputs(context),
        "foreign" => {
            context.log.info("::set-env name=PATH::x\n  ::error::y\nz ##[set-env name=a;]b");
            let foreign = context.log.foreign_lines();
            foreign.write("::stop-commands::x\n##[error]boo\rlast");
            context.log.mask(&Secret::new("seen-while-stopped"));
            foreign.write("seen-while-stopped");
        }
        "groups" => {
            let _outer = context.log.group("outer\n::error::x");
            let _inner = context.log.group("inner");
            context.log.info("inside");
        }
        "debug" => context.log.debug("why\nbecause"),
        "secret" => {
            let token = context.token().unwrap();
            context.log.info(format!("the token is {}", token.expose()));
            context.outputs.set("report", format!("at {}", token.expose()))?;
            context.summary.add(format!("token {}", token.expose()));
            context.plan(&serde_json::json!({"schema": 1, "t": token.expose()}), "one step")?;
        }
        "fail" => return Err(failure()),
        "check" => return Ok(Exit::CheckFailed),
        "panic" => panic!("lost my {}", context.token().unwrap().expose()),
        "exports" => {
            context.outputs.export_env("TOOL_HOME", "${{ secrets.X }}\nb")?;
            context.outputs.add_path(&context.paths.host(Path::new("bin"))?)?;
            context.outputs.save_state("step", "1")?;
            for wrong in ["node_options", "A=B", ""] {
                assert!(context.outputs.export_env(wrong, "x").is_err(), "{wrong}");
            }
            let long = "x".repeat(131_070);
            let error = context.outputs.export_env("X", &long).unwrap_err();
            assert_eq!(error.code, "runner/variable-too-long");
            context.outputs.export_env("X", &long[1..])?;
            assert_eq!(context.outputs.set("nope", "x").unwrap_err().exit, Exit::Bug);
        }
        "huge" => context.summary.add("a line of text\n".repeat(80_000)),
        "many" => {
            for number in 0..12 {
                context.log.diagnostic(&Diagnostic::warning("demo/odd", format!("w{number}")));
            }
        }
        "plan" => context.plan(&serde_json::json!({"schema": 1}), "one step")?,
        "wait" => {
            context.cancel.cancelled().await;
            context.outputs.set("changed", "true")?;
        }
        "hang" => {
            context.outputs.set("changed", "true")?;
            std::future::pending::<()>().await;
        }
        other => panic!("no scenario {other}"),
    }
    Ok(Exit::Done)
}

fn report_inputs(context: &Context) {
    let inputs = &context.inputs;
    let mut lines = vec![format!("command={}", context.command())];
    for name in ["config", "force", "files", "retries", "build", "as_prerelease", "dry-run"] {
        let value = inputs
            .text(name)
            .map(str::to_owned)
            .or_else(|| inputs.flag(name).map(|flag| flag.to_string()))
            .or_else(|| inputs.integer(name).map(|number| number.to_string()))
            .or_else(|| inputs.list(name).map(|items| items.join("+")));
        if let Some(value) = value {
            lines.push(format!("{name}={value} from {:?}", inputs.origin(name).unwrap()));
        }
    }
    context.log.result(lines.join("\n"));
}

/// A failure with a place, a secret in foreign text, and a warning.
fn failure() -> Failure {
    let source = Source::file("demo.toml", "a = 1\nb = ::error::x\n");
    Failure::from(vec![
        Diagnostic::bad_input("demo/odd", "the `b` of token-of-the-run is odd")
            .with_label(&source, 10..20, "here")
            .with_help("remove <it>"),
        Diagnostic::warning("demo/odd", "and this"),
    ])
}

/// A step: its files, its environment, its arguments.
pub(crate) struct Step {
    dir: tempfile::TempDir,
    environment: BTreeMap<String, String>,
    arguments: Vec<String>,
}

/// What a step left.
pub(crate) struct Left {
    pub(crate) exit: Exit,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) outputs: String,
    pub(crate) summary: String,
    dir: tempfile::TempDir,
}

impl Step {
    /// A plain command outside Actions.
    pub(crate) fn command(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&text| text.to_owned()).collect();
        Self { dir: tempfile::tempdir().unwrap(), environment: BTreeMap::new(), arguments }
    }

    /// A step of a workflow.
    pub(crate) fn in_actions(scenario: &str) -> Self {
        let mut step = Self::command(&[]);
        for file in
            ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"]
        {
            let path = step.path(file);
            std::fs::write(&path, "").unwrap();
            step = step.with(file, path.to_str().unwrap());
        }
        let temp = step.path("temp");
        std::fs::create_dir(&temp).unwrap();
        let workspace = step.dir.path().to_str().unwrap().to_owned();
        step.with("GITHUB_ACTIONS", "true")
            .with("GITHUB_WORKSPACE", &workspace)
            .with("RUNNER_TEMP", temp.to_str().unwrap())
            .with("INPUT_TOKEN", "token-of-the-run")
            .with("INPUT_SCENARIO", scenario)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn run(self) -> Left {
        self.run_in(|_| {})
    }

    /// Runs it after `prepare` saw the process.
    pub(crate) fn run_in(self, prepare: impl FnOnce(&mut Process)) -> Left {
        let (mut process, streams) =
            Process::in_memory(self.environment, self.arguments, self.dir.path());
        prepare(&mut process);
        let exit = action_kit::run_with::<Demo>(process);
        let read = |name| std::fs::read_to_string(self.dir.path().join(name)).unwrap_or_default();
        Left {
            exit,
            stdout: streams.stdout(),
            stderr: streams.stderr(),
            outputs: read("GITHUB_OUTPUT"),
            summary: read("GITHUB_STEP_SUMMARY"),
            dir: self.dir,
        }
    }
}

impl Left {
    /// A file of the step.
    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(name)).unwrap()
    }

    /// The heredoc entries of a file, in order.
    pub(crate) fn entries(text: &str) -> Vec<(String, String)> {
        let mut entries = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let (name, delimiter) = line.split_once("<<").unwrap();
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            entries.push((name.to_owned(), value.join("\n")));
        }
        entries
    }

    /// An output.
    pub(crate) fn output(&self, name: &str) -> String {
        let entries = Self::entries(&self.outputs);
        entries.into_iter().find(|(known, _)| known == name).unwrap().1
    }
}
