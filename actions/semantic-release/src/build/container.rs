//! A build in a container beside the action's own.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use action_kit::Context;
use config::Spanned;
use diagnostics::{Diagnostic, Failure};
use engine::{Checked, Engine, Job, Reference, Traces};

use crate::session::Session;

/// An engine and an image, proved to see this workspace.
pub(super) struct Container {
    engine: Engine,
    image: Reference,
    checked: Checked,
    user: (u32, u32),
}

impl Container {
    /// Finds the engine, how it knows this workspace, and the image.
    pub(super) async fn prepare(
        context: &Context,
        session: &Session,
        image: &Spanned<String>,
    ) -> Result<Self, Diagnostic> {
        let image = Reference::parse(&image.value)?;
        let socket = engine::find_socket(context.env("DOCKER_HOST"))?;
        let engine = Engine::connect(&socket).await?;
        let place = engine.neighbourhood(&Traces::of_process(), &session.root).await?;
        engine.ensure_image(&image, &mut |text| context.log.info(text)).await?;
        let checked = engine.check(&image, place, &session.root).await?;
        context.log.debug(format!("the build's shell is {}", checked.shell()));
        // Whoever owns the workspace owns what is built in it.
        let owner = std::fs::metadata(&session.root);
        let user = owner.map(|owner| (owner.uid(), owner.gid())).unwrap_or_default();
        Ok(Self { engine, image, checked, user })
    }

    pub(super) fn image(&self) -> &str {
        self.image.as_str()
    }

    pub(super) async fn run(
        &self,
        command: &str,
        directory: &Path,
        env: Vec<(String, String)>,
        lines: &mut impl FnMut(&str),
    ) -> Result<i64, Failure> {
        let job = Job { command, directory, user: self.user, env };
        let code = self.engine.run(&self.checked, &job, lines).await;
        code.map_err(|error| Diagnostic::from(error).into())
    }
}
