//! The user's build, between the stamped files and the release commit.
//!
//! Where a shell is, as on a developer's machine, the command runs in it. An action's image has no
//! tools: there it runs in a container beside the action's own, see [`engine`].

mod container;
pub mod environment;
mod local;

use std::collections::VecDeque;

use action_kit::{Cancel, Context, Log};
use config::Spanned;
use diagnostics::{Diagnostic, Failure};
use effects::Plan;
use serde::Serialize;

use crate::plan::Effect;
use crate::session::Session;
use container::Container;
use local::Shell;

/// The image builds run in where nothing else is configured: Python's own, version 3.13 on Debian,
/// for all platforms it is made for (amd64 and arm64 among them). Index and platforms as the
/// official images' own record has them: github.com/docker-library/repo-info,
/// `repos/python/remote/3.13-slim.md`, commit 2986dca (August 2026, Python 3.13.14).
pub const DEFAULT_IMAGE: &str = "docker.io/library/python:3.13-slim@sha256:9662417aace5ae7b8e2609cce472b72a8958e134ba372808abe9cc1a0c0125e6";

/// The variable by which a runner without a way to the official images names another one, for
/// actions whose configuration names none.
const DEFAULT_IMAGE_VARIABLE: &str = "SEMREL_BUILD_IMAGE";

/// Lines of output that an error quotes.
const QUOTED: usize = 20;

/// What helps where an action has no engine.
const WAYS_OUT: &str = "build in a step of the job: `phase: prepare` here, your build, then this action again with `phase: publish` (or build before and set `build: false`); or run where the engine's socket is mounted, and `build_image` names the image";

/// Which part of a release this run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// All of it, the build included.
    #[default]
    All,
    /// Only the files; the job builds then.
    Prepare,
    /// What comes after the build.
    Publish,
}

/// What the user asks for concerning the build.
#[derive(Clone, Debug, Default)]
pub struct BuildWishes {
    /// Which part of a release this run is.
    pub phase: Phase,
    /// The image to build in.
    pub image: Option<Spanned<String>>,
    /// The image of this runner, for builds that name none.
    pub everywhere: Option<Spanned<String>>,
    /// The run is a step with inputs, so in an image that holds nothing to build with.
    pub as_action: bool,
}

impl BuildWishes {
    /// Reads the wishes.
    pub fn read(context: &Context) -> Self {
        let inputs = &context.inputs;
        let phase = match inputs.text("phase") {
            Some("prepare") => Phase::Prepare,
            Some("publish") => Phase::Publish,
            _ => Phase::All,
        };
        let image = inputs.text("build_image").map(|image| {
            let source = inputs.source("build_image");
            Spanned { value: image.to_owned(), span: 0..source.contents().len(), source }
        });
        let everywhere = context.env(DEFAULT_IMAGE_VARIABLE).map(|image| {
            let source = diagnostics::Source::text(DEFAULT_IMAGE_VARIABLE, image);
            Spanned { value: image.to_owned(), span: 0..image.len(), source }
        });
        Self { phase, image, everywhere, as_action: context.runner.is_action() }
    }
}

/// The settings of the build beside `build_command`.
#[derive(Clone, Debug, Default)]
pub struct BuildSettings {
    /// `NAME` or `NAME=value`, as written.
    pub env: Vec<Spanned<String>>,
    /// The image to build in.
    pub image: Option<Spanned<String>>,
    /// The project's name.
    pub package: Option<String>,
}

/// A build to run.
#[derive(Clone, Debug, Serialize)]
pub struct Build {
    /// The command, for a shell.
    pub command: String,
    /// The image of its container; absent where it runs in the shell here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// `NEW_VERSION`.
    pub version: String,
    /// `PACKAGE_NAME`.
    pub package: String,
}

impl Session {
    /// Whether files are still to be built when the release is planned.
    pub fn builds(&self) -> bool {
        match self.wishes.building.phase {
            Phase::All => self.wishes.build && self.settings.build_command.is_some(),
            Phase::Prepare => true,
            Phase::Publish => false,
        }
    }

    /// The build of this run, where there is one.
    pub fn build(&self, version: &str) -> Option<Build> {
        if self.wishes.building.phase != Phase::All || !self.wishes.build {
            return None;
        }
        let command = self.settings.build_command.as_ref()?;
        Some(Build {
            command: command.value.clone(),
            image: self.build_image().map(|image| image.value),
            version: version.to_owned(),
            package: self.settings.build.package.clone().unwrap_or_default(),
        })
    }

    fn build_image(&self) -> Option<Spanned<String>> {
        let wishes = &self.wishes.building;
        let named = wishes.image.clone().or_else(|| self.settings.build.image.clone());
        named.or_else(|| {
            let source = diagnostics::Source::text("default", DEFAULT_IMAGE);
            let default = Spanned { value: DEFAULT_IMAGE.to_owned(), span: 0..0, source };
            let default = wishes.everywhere.clone().unwrap_or(default);
            wishes.as_action.then_some(default)
        })
    }
}

/// What runs a build: found, and proved to be usable, before anything is changed.
pub struct Builder {
    log: Log,
    cancel: Cancel,
    place: Place,
    directory: std::path::PathBuf,
    env: Vec<(String, String)>,
    /// Where the command is configured.
    configured: Option<Spanned<String>>,
}

enum Place {
    Here(Shell),
    Beside(Box<Container>),
}

impl Builder {
    /// Gets ready for the build of a plan, where it has one: looks for the shell, or for the engine, its view of this workspace,
    /// and the image, which is pulled if need be. Nothing of the workspace is changed.
    ///
    /// # Errors
    /// Without an engine where one is needed: both ways out.
    pub async fn of_plan(
        context: &Context,
        session: &Session,
        plan: &Plan<Effect>,
    ) -> Result<Option<Self>, Failure> {
        let build = plan.steps().iter().find_map(|step| match &step.effect {
            Effect::Build(build) => Some(build),
            _ => None,
        });
        let Some(build) = build else { return Ok(None) };
        let place = match (session.build_image(), &build.image) {
            (Some(image), Some(_)) => {
                let container = Box::pin(Container::prepare(context, session, &image)).await;
                Place::Beside(Box::new(container.map_err(|error| impossible(error, &image))?))
            }
            _ => Place::Here(Shell::find(context)),
        };
        let here = matches!(place, Place::Here(_));
        let (env, warnings) = environment::of(context, session, here);
        for warning in &warnings {
            context.log.diagnostic(warning);
        }
        Ok(Some(Self {
            log: context.log.clone(),
            cancel: context.cancel.clone(),
            place,
            directory: session.directory.clone(),
            env,
            configured: session.settings.build_command.clone(),
        }))
    }

    /// Runs the build and shows what it says. When the run is cancelled, so is the build, with
    /// every process it started.
    ///
    /// # Errors
    /// The command's exit code is not zero; with the last lines of what it said.
    pub async fn run(&self, build: &Build) -> Result<(), Failure> {
        let mut env = self.env.clone();
        env.push(("NEW_VERSION".to_owned(), build.version.clone()));
        env.push(("PACKAGE_NAME".to_owned(), build.package.clone()));
        let _group = self.log.group(format!("Build in {}", self.shown()));
        let foreign = self.log.foreign_lines();
        let mut last = VecDeque::new();
        let mut lines = |line: &str| {
            foreign.write(line);
            last.push_back(line.to_owned());
            if last.len() > QUOTED {
                last.pop_front();
            }
        };
        let command = &build.command;
        let ended = async {
            match &self.place {
                Place::Here(shell) => {
                    Box::pin(shell.run(command, &self.directory, &env, &mut lines)).await
                }
                Place::Beside(place) => {
                    Box::pin(place.run(command, &self.directory, env, &mut lines)).await
                }
            }
        };
        // Dropping the build ends it.
        match self.cancel.unless(ended).await? {
            0 => Ok(()),
            code => Err(self.failed(code, last).into()),
        }
    }

    fn failed(&self, code: i64, last: VecDeque<String>) -> Diagnostic {
        let message = match code {
            126 => "`build_command` ended with exit code 126: a program in it cannot be run".into(),
            127 => "`build_command` ended with exit code 127: a program in it was not found".into(),
            129..=192 => format!("`build_command` was ended by signal {}", code - 128),
            _ => format!("`build_command` ended with exit code {code}"),
        };
        let mut diagnostic = Diagnostic::outside("release/build", message);
        if let Some(item) = &self.configured {
            diagnostic = diagnostic.with_label(&item.source, item.span.clone(), "");
        }
        for line in last {
            diagnostic = diagnostic.with_note(line);
        }
        let place = self.shown();
        diagnostic.with_help(format!("it ran in {place}; nothing was committed, and the release's files are as they were before"))
    }

    fn shown(&self) -> String {
        match &self.place {
            Place::Here(shell) => format!("`{}`", shell.path().display()),
            Place::Beside(place) => format!("a container of `{}`", place.image()),
        }
    }
}

/// A build that cannot be run here, with what the engine had to say.
fn impossible(mut problem: Diagnostic, image: &Spanned<String>) -> Failure {
    if problem.code == "engine/reference" {
        let (source, span) = (&image.source, image.span.clone());
        return problem.with_label(source, span, "").into();
    }
    problem.notes.extend(problem.help.take());
    problem.message = format!("`build_command` cannot be run: {}", problem.message);
    problem.with_help(WAYS_OUT).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_image_is_pinned_and_told() {
        let image = engine::Reference::parse(DEFAULT_IMAGE).unwrap();
        assert!(image.is_pinned());
        assert!(include_str!("../README.md").contains(DEFAULT_IMAGE));
    }
}
