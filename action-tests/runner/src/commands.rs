//! Carrying commands out as the runner does (`src/Runner.Worker/ActionCommandManager.cs` and
//! `src/Runner.Worker/Handlers/OutputManager.cs`).

use crate::command::{self, Command};
use crate::file_commands::{is_blocked, prepend_path};
use crate::issue::{self, Severity};
use crate::matcher;
use crate::step_state::StepState;

const STOP: &str = "stop-commands";
const KNOWN: &[&str] = &[
    STOP,
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "warning",
];
/// Commands that are never echoed.
const QUIET: &[&str] = &["add-mask", "debug", "error", "notice", "warning"];

/// The command interpreter of one step; its state ends with the step.
#[derive(Debug, Default)]
pub struct Commands {
    /// The token that resumes, while commands are stopped.
    stopped: Option<String>,
    /// Set when a bad stop token ended the step: nothing after it is interpreted.
    died: bool,
}

impl Commands {
    /// Takes one line of output.
    pub fn line(&mut self, line: &str, state: &mut StepState) {
        if self.died {
            return state.output(line);
        }
        if self.try_command(line, state) {
            return;
        }
        let line = line
            .replace("##[start-action", "##[\\start-action")
            .replace("##[end-action", "##[\\end-action");
        let plain = matcher::without_colour(&line);
        let (paths, workspace) = (state.paths.clone(), state.workspace.clone());
        for index in 0..state.matchers.len() {
            if let Some(annotation) = state.matchers[index].feed(&plain, &paths, &workspace) {
                for (other, matcher) in state.matchers.iter_mut().enumerate() {
                    if other != index {
                        matcher.reset();
                    }
                }
                state.output(&format!("##[{}]{plain}", annotation.severity.name()));
                state.issues.add(annotation);
                return;
            }
        }
        state.output(&line);
    }

    /// Whether commands are stopped.
    pub fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    fn try_command(&mut self, line: &str, state: &mut StepState) -> bool {
        let token = self.stopped.clone();
        let known = |name: &str| {
            KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
                || token.as_ref().is_some_and(|token| token.eq_ignore_ascii_case(name))
        };
        let Some(command) = command::parse(line, known) else { return false };
        if let Some(token) = token {
            if !command.name.eq_ignore_ascii_case(&token) {
                return false;
            }
            state.output(line);
            self.stopped = None;
            return true;
        }
        if command.name.eq_ignore_ascii_case(STOP) {
            self.stop(&command, line, state);
            return true;
        }
        let name = command.name.to_ascii_lowercase();
        if state.echo && !QUIET.contains(&name.as_str()) {
            state.output(line);
        }
        if let Err(error) = carry_out(&name, &command, state) {
            let shown = if QUIET.contains(&name.as_str()) { &name } else { line };
            state.error(&format!("Unable to process command '{shown}' successfully."));
            state.error(&error);
            state.failed = true;
        }
        state.commands.push(command);
        true
    }

    fn stop(&mut self, command: &Command, line: &str, state: &mut StepState) {
        let token = &command.data;
        let invalid = token.is_empty()
            || token.eq_ignore_ascii_case("pause-logging")
            || KNOWN.iter().any(|known| known.eq_ignore_ascii_case(token));
        let allowed = state.env.get("ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS");
        let allowed = allowed.is_some_and(|value| {
            ["1", "true", "$true"].iter().any(|yes| yes.eq_ignore_ascii_case(value))
        });
        if invalid && !allowed {
            state.error(
                "The `stop-commands` command needs a token that is not empty and not the name of \
                 a command.",
            );
            state.failed = true;
            self.died = true;
            return;
        }
        if token.chars().count() > 6 {
            state.masker.add(token);
        }
        state.output(line);
        state.commands.push(command.clone());
        self.stopped = Some(token.clone());
    }
}

fn carry_out(name: &str, command: &Command, state: &mut StepState) -> Result<(), String> {
    let named = || {
        let given = command.properties.get("name").filter(|given| !given.is_empty());
        given.ok_or_else(|| format!("Required field 'name' is missing in ##[{name}] command."))
    };
    match name {
        "error" | "warning" | "notice" => {
            let severity = Severity::of(name).unwrap_or(Severity::Notice);
            let workspace = state.workspace.clone();
            let found = issue::from_command(severity, command, &state.paths, &workspace);
            state.annotate(found);
        }
        "debug" => state.debug(&command.data),
        "group" => state.output(&format!("##[group]{}", command.data)),
        "endgroup" => state.output("##[endgroup]"),
        "add-mask" => add_mask(command, state),
        "echo" => match command.data.trim().to_ascii_lowercase().as_str() {
            "on" => state.echo = true,
            "off" => state.echo = false,
            _ => return Err(format!("Invalid echo command value: '{}'.", command.data)),
        },
        "set-output" => {
            state.telemetry.insert("DeprecatedCommand: set-output".to_owned());
            state.set_output(named()?, &command.data);
        }
        "save-state" => {
            state.telemetry.insert("DeprecatedCommand: save-state".to_owned());
            state.state.insert(named()?.to_owned(), command.data.clone());
        }
        "set-env" => {
            allow_unsecure(name, state)?;
            let variable = named()?;
            if is_blocked(variable) {
                state.error("Can't update NODE_OPTIONS environment variable using ::set-env::.");
            } else {
                state.exported_env.insert(variable.to_owned(), command.data.clone());
            }
        }
        "add-path" => {
            allow_unsecure(name, state)?;
            if command.data.is_empty() {
                return Err("path must not be empty".to_owned());
            }
            prepend_path(&mut state.path, &command.data);
        }
        "add-matcher" => {
            if command.data.is_empty() {
                state.warning("File path must be specified.");
                return Ok(());
            }
            let file = matcher::locate(&command.data, &state.paths, &state.workspace);
            for matcher in matcher::load(&file).map_err(|error| format!("{error:#}"))? {
                state.matchers.retain(|known| !known.owner().eq_ignore_ascii_case(matcher.owner()));
                state.matchers.insert(0, matcher);
            }
        }
        "remove-matcher" => remove_matcher(command, state)?,
        _ => {}
    }
    Ok(())
}

fn add_mask(command: &Command, state: &mut StepState) {
    if state.masker.add_command(&command.data) {
        if state.echo {
            state.output("::add-mask::***");
        }
    } else {
        state.warning("Can't add secret mask for empty string in ##[add-mask] command.");
    }
}

fn remove_matcher(command: &Command, state: &mut StepState) -> Result<(), String> {
    let owner = command.properties.get("owner").unwrap_or_default();
    let owners = match (owner.is_empty(), command.data.is_empty()) {
        (false, true) => vec![owner.to_owned()],
        (true, false) => {
            let file = matcher::locate(&command.data, &state.paths, &state.workspace);
            let matchers = matcher::load(&file).map_err(|error| format!("{error:#}"))?;
            matchers.iter().map(|matcher| matcher.owner().to_owned()).collect()
        }
        _ => {
            state.warning("Either an owner name or a file path must be specified.");
            return Ok(());
        }
    };
    state.matchers.retain(|known| !owners.iter().any(|o| o.eq_ignore_ascii_case(known.owner())));
    Ok(())
}

fn allow_unsecure(name: &str, state: &StepState) -> Result<(), String> {
    let allowed = state.env.get("ACTIONS_ALLOW_UNSECURE_COMMANDS");
    if allowed.is_some_and(|value| value.trim().eq_ignore_ascii_case("true")) {
        return Ok(());
    }
    Err(format!("The `{name}` command is disabled."))
}
