//! A step of a job.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cancel::Cancel;

/// Which of an action's three runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// `pre-entrypoint`.
    Pre,
    /// `entrypoint`.
    #[default]
    Main,
    /// `post-entrypoint`.
    Post,
}

/// What a step runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Action(PathBuf),
    Script(String),
}

/// A step: an action, or a script on the host.
#[derive(Clone, Debug)]
pub struct Step {
    pub(crate) what: What,
    pub(crate) id: Option<String>,
    pub(crate) stage: Stage,
    pub(crate) with: Vec<(String, String)>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) remote: Option<(String, String)>,
    pub(crate) cancel: Option<Cancel>,
    pub(crate) user: Option<(u32, u32)>,
}

impl Step {
    /// An action by its `action.yml`.
    pub fn action(manifest: impl AsRef<Path>) -> Self {
        Self::new(What::Action(manifest.as_ref().to_owned()))
    }

    /// `run:` with bash, on the host, in the workspace.
    pub fn run(script: impl Into<String>) -> Self {
        Self::new(What::Script(script.into()))
    }

    fn new(what: What) -> Self {
        Self {
            what,
            id: None,
            stage: Stage::Main,
            with: Vec::new(),
            env: Vec::new(),
            remote: None,
            cancel: None,
            user: None,
        }
    }

    /// `id:`; without one the outputs are not kept for later steps.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Runs the pre or post entry point instead.
    #[must_use]
    pub fn stage(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    /// An entry of `with:`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with.push((name.into(), value.into()));
        self
    }

    /// An entry of the step's `env:`.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// A remote action: `repository` is `owner/repo`, `reference` the part behind `@`.
    #[must_use]
    pub fn remote(mut self, repository: &str, reference: &str) -> Self {
        self.remote = Some((repository.to_owned(), reference.to_owned()));
        self
    }

    /// Cancels the job so long after the step's start.
    #[must_use]
    pub fn cancel_after(mut self, after: Duration) -> Self {
        self.cancel = Some(Cancel::After(after));
        self
    }

    /// Cancels the job when the output holds this text.
    #[must_use]
    pub fn cancel_on(mut self, text: impl Into<String>) -> Self {
        self.cancel = Some(Cancel::OnLine(text.into()));
        self
    }

    /// `timeout-minutes`, as a duration.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.cancel = Some(Cancel::Timeout(limit));
        self
    }

    /// Process mode: the user and group the action runs as, instead of root.
    #[must_use]
    pub fn user(mut self, user: u32, group: u32) -> Self {
        self.user = Some((user, group));
        self
    }
}
