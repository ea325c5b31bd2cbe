//! The demo action: what it does follows from input `scenario`.

use std::path::Path;

use action_kit::{Action, Context, Definition};
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
            let error = context.outputs.export_env("X", &"x".repeat(131_070)).unwrap_err();
            assert_eq!(error.code, "runner/variable-too-long");
            context.outputs.export_env("X", &"x".repeat(131_069))?;
            assert_eq!(context.outputs.set("nope", "x").unwrap_err().exit, Exit::Bug);
        }
        "huge" => context.summary.add("a line of text\n".repeat(80_000)),
        "many" => {
            for number in 0..12 {
                context.log.diagnostic(&Diagnostic::warning("demo/odd", format!("w{number}")));
            }
        }
        "where" => context.log.result(context.working_directory()?.to_string_lossy()),
        "debug-form" => context.log.result(format!("{context:?}")),
        "large-plan" => context.plan(&serde_json::json!("x".repeat(262_142)), "one step")?,
        "plan" => context.plan(&serde_json::json!({"schema": 1}), "one step")?,
        "report" => {
            let text = format!("### Done\n\nwith {}", context.token().unwrap().expose());
            context.report(&text)?;
        }
        "wait" => {
            context.cancel.cancelled().await;
            context.outputs.set("changed", "true")?;
        }
        "file" => {
            std::fs::write(context.runner.workspace().join("made"), "x").unwrap();
            context.outputs.set("report", context.env("HOME").unwrap_or_default())?;
        }
        "busy" => std::thread::sleep(std::time::Duration::from_secs(30)),
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
