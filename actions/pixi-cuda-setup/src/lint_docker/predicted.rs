//! What pixi does at a line of a Dockerfile.

use pixi_workspace::Overrides;
use pixi_workspace::predict::{Command, Prediction, Request, Situation, predict};

use super::Lint;
use super::calls::{Setting, Verb};
use super::stages::{Run, value};

impl Run {
    /// The overrides that the call sees.
    pub(super) fn overrides(&self) -> Overrides {
        Overrides::read(self.version, |name| {
            let own = match name {
                "CONDA_OVERRIDE_CUDA" => Some(&self.call.cuda),
                "CONDA_OVERRIDE_CUDA_ARCH" => Some(&self.call.cuda_arch),
                _ => None,
            };
            match own {
                Some(Setting::Known { value, .. }) => Some(value.clone()),
                Some(_) => None,
                None => value(self.variables.get(name)?).map(str::to_owned),
            }
        })
    }
}

impl Lint<'_> {
    /// What a call does with an environment under these overrides; none where there is no lock.
    pub(super) fn predicted(
        &self,
        run: &Run,
        environment: &str,
        overrides: &Overrides,
    ) -> Option<Prediction> {
        let lock = self.facts.lock.ok()?;
        let view = self.view(environment, run.version)?;
        let command = match run.call.verb {
            Verb::Install => Command::Install,
            Verb::Run | Verb::Shell if run.call.is_as_is => Command::RunAsIs,
            Verb::Run | Verb::Shell => Command::Run,
            Verb::ShellHook => Command::ShellHook,
            Verb::LockCheck | Verb::Lock | Verb::Other(_) => return None,
        };
        let installed = self.installed_row(run, environment);
        let machine = &self.machine;
        let installed = installed.as_deref();
        let situation = Situation { lock: Some(lock), machine, overrides, installed };
        let request =
            Request { command, platform: run.call.platform.as_deref(), usage: run.call.usage };
        Some(predict(&view, &situation, request))
    }

    /// The row that an earlier call installed.
    fn installed_row(&self, run: &Run, environment: &str) -> Option<String> {
        let earlier = run.installed.iter().find(|installed| {
            installed.environment.as_deref() == Some(environment) && installed.span != run.call.span
        })?;
        // Each step goes back to an earlier line, so this ends.
        let first = self.model.runs.iter().find(|one| {
            one.call.span == earlier.span && one.call.span.start < run.call.span.start
        })?;
        self.predicted(first, environment, &first.overrides())?.row
    }
}
