//! What an action gets.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use diagnostics::{Diagnostic, Secret};
use serde_json::Value;

use crate::cancel::Cancel;
use crate::clock::{Clock, Random};
use crate::definition::Definition;
use crate::error::Error;
use crate::inputs::{Inputs, Origin};
use crate::log::Log;
use crate::outputs::Outputs;
use crate::paths::Paths;
use crate::runner::Runner;
use crate::summary::Summary;

/// Plans of this size and above go to the file only: outputs of a job hold 1 MB together, and one
/// that is fed into an environment must stay below the kernel's limit.
const LARGEST_PLAN_OUTPUT: usize = 256 * 1024;

/// Everything an action may use of its surroundings. The parts are cheap to clone.
#[derive(Debug)]
pub struct Context {
    pub(crate) definition: &'static Definition,
    pub(crate) command: String,
    /// Flags and inputs.
    pub inputs: Inputs,
    /// The surroundings.
    pub runner: Runner,
    /// The log.
    pub log: Log,
    /// What later steps get.
    pub outputs: Outputs,
    /// The step summary.
    pub summary: Summary,
    /// Paths of later steps.
    pub paths: Paths,
    /// Whether to stop.
    pub cancel: Cancel,
    /// The time.
    pub clock: Clock,
    /// Random numbers.
    pub random: Random,
    pub(crate) current_dir: PathBuf,
}

impl Context {
    /// The sub-command or mode; empty where the definition has none.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// The action's definition.
    pub fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// A variable that is not the runner's, `PSR_BUILD_METADATA` say; empty counts as absent.
    pub fn env(&self, name: &str) -> Option<&str> {
        self.runner.environment().get(name)
    }

    /// The token: input `token`, else `GH_TOKEN`, else `GITHUB_TOKEN`. It is masked.
    pub fn token(&self) -> Option<Secret> {
        let token = self.inputs.secret("token").or_else(|| self.runner.token());
        token.inspect(|token| self.log.mask(token))
    }

    /// Whether a run that changes things outside must only plan, because act plays the runner, the
    /// API is a real one and `apply-under-act` is not set: act hands out the developer's own
    /// token, and guesses the repository (runner contract, 0.10).
    pub fn act_forces_dry_run(&self) -> bool {
        self.runner.under_act()
            && !self.runner.api_is_loopback()
            && self.inputs.flag("apply-under-act") != Some(true)
    }

    /// Where relative paths given on a command line or in `with:` start: the workspace in Actions,
    /// else the current directory.
    pub fn base_dir(&self) -> &Path {
        if self.runner.in_actions() { self.runner.workspace() } else { &self.current_dir }
    }

    /// The directory input `working-directory` names, absolute and real.
    ///
    /// # Errors
    /// One that does not exist, is no directory, or in Actions lies outside the workspace.
    pub fn working_directory(&self) -> Result<PathBuf, Diagnostic> {
        let given = self.inputs.path("working-directory").unwrap_or_else(|| PathBuf::from("."));
        let wrong = |reason: &str| {
            let path = given.display().to_string();
            let mut diagnostic =
                Diagnostic::from(Error::WorkingDirectory { path, reason: reason.to_owned() });
            if self.inputs.origin("working-directory") != Some(&Origin::Default) {
                let source = self.inputs.source("working-directory");
                let end = source.contents().len();
                diagnostic = diagnostic.with_label(&source, 0..end, "");
            }
            diagnostic
        };
        let real = |path: &Path| path.canonicalize();
        let path = real(&self.base_dir().join(&given)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => wrong("does not exist"),
            _ => wrong(&format!("cannot be read: {error}")),
        })?;
        if !path.is_dir() {
            return Err(wrong("is not a directory"));
        }
        let workspace = real(self.runner.workspace()).unwrap_or_default();
        if self.runner.in_actions() && !path.starts_with(workspace) {
            return Err(wrong("is outside the workspace"));
        }
        Ok(path)
    }

    /// A command with an almost empty environment, see [`crate::child::command`].
    pub fn child(&self, program: &str, allow: &[&str]) -> Command {
        crate::child::command(program, |name| self.env(name).map(str::to_owned), allow)
    }

    /// Shows a plan, writes it to a file and sets outputs `plan` and `plan-file`. `human` is the
    /// form for people. Outside Actions there is no file.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn plan(&self, plan: &Value, human: &str) -> Result<(), Diagnostic> {
        {
            let _group = self.log.group("Plan");
            self.log.info(human);
        }
        if !self.runner.in_actions() {
            return Ok(());
        }
        let text = self.log.scrub(&plan.to_string());
        if text.len() < LARGEST_PLAN_OUTPUT {
            self.outputs.set("plan", text.as_str())?;
        }
        let path = self
            .leave("plan", "json", &text)
            .map_err(|(path, error)| Error::PlanFile { path, error })?;
        let told = self.paths.host(&path).unwrap_or(path);
        self.outputs.set("plan-file", told.to_string_lossy())?;
        Ok(())
    }

    /// Adds a report, Markdown, to the step summary, writes it to a file beside the plan's and sets
    /// output `report`. A file that cannot be written is a warning: what is reported is done.
    /// Outside Actions there is no file.
    ///
    /// # Errors
    /// A defect: the action does not declare the output.
    pub fn report(&self, markdown: &str) -> Result<(), Diagnostic> {
        self.summary.add(markdown);
        if !self.runner.in_actions() {
            return Ok(());
        }
        let path = match self.leave("report", "md", &self.log.scrub(markdown)) {
            Ok(path) => path,
            Err((path, error)) => {
                self.log.diagnostic(&Error::ReportFile { path, error }.into());
                return Ok(());
            }
        };
        let told = self.paths.host(&path).unwrap_or(path);
        self.outputs.set("report", told.to_string_lossy())
    }

    /// Leaves a file for later steps: in the runner's temporary directory, with a name of its own
    /// for each step; under act, whose temporary directory later steps do not see, in a folder of
    /// the workspace that ignores itself, so that `git status` stays clean.
    fn leave(
        &self,
        what: &str,
        extension: &str,
        text: &str,
    ) -> Result<PathBuf, (PathBuf, io::Error)> {
        let name = self.definition.name;
        let in_workspace = self.runner.under_act() || self.paths.host(self.runner.temp()).is_err();
        let path = if in_workspace {
            self.runner.workspace().join(format!(".{name}")).join(format!("{what}.{extension}"))
        } else {
            let number = self.random.next() >> 32;
            self.runner.temp().join(format!("{name}-{what}-{number:08x}.{extension}"))
        };
        let folder = path.parent().unwrap_or(Path::new("."));
        let ready = if in_workspace { ignored_folder(folder) } else { Ok(()) };
        match ready.and_then(|()| write_whole(&path, text.as_bytes())) {
            Ok(()) => Ok(path),
            Err(error) => Err((path, error)),
        }
    }
}

/// Makes a folder that git ignores. A link in its place is refused: a repository could point it
/// anywhere.
pub(crate) fn ignored_folder(folder: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(io::Error::new(io::ErrorKind::NotADirectory, "its folder is no directory")),
        Err(_) => {
            std::fs::create_dir(folder)?;
            std::fs::write(folder.join(".gitignore"), "*\n")
        }
    }
}

/// Writes a file so that nobody sees half of it.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;
    let parent = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .permissions(std::fs::Permissions::from_mode(0o644))
        .tempfile_in(parent)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}
