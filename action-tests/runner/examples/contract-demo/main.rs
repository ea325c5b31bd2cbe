//! An action on action-kit that does what the contract tests ask for: it installs a tool for later
//! steps, shows foreign text, keeps a secret, waits to be cancelled.

mod definition;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::ExitCode;

use action_kit::{Action, Context, Definition};
use diagnostics::{Diagnostic, Exit, Failure};

struct Demo;

impl Action for Demo {
    fn definition() -> &'static Definition {
        &definition::DEMO
    }

    async fn run(context: &mut Context) -> Result<Exit, Failure> {
        let text = context.inputs.text("text").unwrap_or_default().to_owned();
        context.outputs.set("phase", "begun")?;
        match context.inputs.text("play").unwrap_or_default() {
            "install" => install(context)?,
            "foreign" => {
                context.log.foreign(&text);
                context.log.info(&text);
                context.log.diagnostic(&Diagnostic::warning("demo/foreign", text.clone()));
                context.outputs.set("echo", text)?;
            }
            "secret" => {
                if let Some(token) = context.token() {
                    context.log.info(format!("the token is {}", token.expose()));
                    context.summary.add(format!("the token is {}", token.expose()));
                }
            }
            "summary" => context.summary.add(action_kit::escape_markdown(&text)),
            "wait" => {
                context.log.info("ready");
                context.cancel.cancelled().await;
                context.outputs.set("phase", "stopped")?;
            }
            // A step that does not listen: the run must end all the same.
            "ignore" => {
                context.log.info("ready");
                std::thread::sleep(std::time::Duration::from_mins(5));
            }
            _ => {}
        }
        Ok(Exit::Done)
    }
}

/// Puts a tool into the workspace and exports its folder to later steps.
fn install(context: &Context) -> Result<(), Diagnostic> {
    let folder = context.runner.workspace().join("tools");
    let tool = folder.join("demo-tool");
    let outside = |error: std::io::Error| {
        Diagnostic::outside("demo/install", format!("cannot install: {error}"))
    };
    std::fs::create_dir_all(&folder).map_err(outside)?;
    std::fs::write(&tool, "#!/bin/sh\necho tool runs\n").map_err(outside)?;
    std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).map_err(outside)?;
    context.outputs.add_path(&context.paths.host(&folder)?)?;
    let tool = context.paths.host(Path::new("tools/demo-tool"))?;
    context.outputs.export_env("DEMO_TOOL", &tool.to_string_lossy())?;
    context.outputs.set("tool", tool.to_string_lossy())
}

fn main() -> ExitCode {
    action_kit::run::<Demo>()
}
