//! Carrying commands out as act does (`pkg/runner/command.go`).

use super::command;
use crate::file_commands::prepend_path;
use crate::issue::{Annotation, Severity};
use crate::step_state::StepState;

/// The command interpreter of one step; its state ends with the step.
#[derive(Debug, Default)]
pub struct Commands {
    stopped: Option<String>,
}

impl Commands {
    /// Takes one line with its line break.
    pub fn line(&mut self, line: &str, state: &mut StepState) {
        let shown = line.trim_end_matches(['\r', '\n']);
        let Some(command) = command::parse(line) else { return state.output(shown) };
        let name = command.name.as_str();
        if let Some(token) = &self.stopped {
            if name == token {
                self.stopped = None;
            }
            return state.output(shown);
        }
        let property = |key: &str| command.properties.get(key).unwrap_or_default().to_owned();
        let unsecure = state.env.get("ACTIONS_ALLOW_UNSECURE_COMMANDS").map(String::as_str);
        match name {
            "set-env" | "add-path" if unsecure != Some("true") => {
                // An error in the log; the step goes on as if nothing had happened.
                state.output(&format!("The `{name}` command is disabled."));
                return;
            }
            "set-env" => {
                state.exported_env.insert(property("name"), command.data.clone());
            }
            "add-path" => prepend_path(&mut state.path, &command.data),
            "set-output" => state.set_output(&property("name"), &command.data),
            "save-state" => {
                state.state.insert(property("name"), command.data.clone());
            }
            "add-mask" => {
                state.masker.add_command(&command.data);
                state.output("***");
                state.commands.push(command);
                return;
            }
            "stop-commands" => self.stopped = Some(command.data.clone()),
            "debug" if !state.debug => {
                state.commands.push(command);
                return;
            }
            // Shown raw, not un-escaped; no limits.
            "error" | "warning" => {
                let severity = Severity::of(name).unwrap_or(Severity::Error);
                let properties = command.properties.clone();
                let annotation = Annotation { properties, ..Annotation::plain(severity, shown) };
                state.issues.add_unlimited(annotation);
            }
            _ => {}
        }
        state.output(shown);
        state.commands.push(command);
    }
}
