//! pixi for CUDA projects on machines without a GPU: the right pixi, the right override, and what
//! manifest, lock and Dockerfile really say about CUDA.

pub mod answer;
pub mod cache_key;
pub mod check;
pub mod definition;
pub mod diagnosis;
pub mod explain_log;
pub mod fix;
pub mod host;
pub mod install;
pub mod lint_docker;
pub mod neighbours;
pub mod plan;
pub mod report;
pub mod settings;
pub mod setup;
pub mod sizes;
pub mod subject;
pub mod variants;
mod watcher;
pub mod workflows;

use action_kit::{Context, Definition};
use diagnostics::{Diagnostic, Exit, Failure};

/// The action.
pub struct Action;

impl action_kit::Action for Action {
    fn definition() -> &'static Definition {
        &definition::DEFINITION
    }

    async fn run(context: &mut Context) -> Result<Exit, Failure> {
        match context.command() {
            definition::CHECK | definition::LINT_DOCKER => check::run(context),
            definition::EXPLAIN_LOG => explain_log::run(context),
            definition::SETUP => Box::pin(setup::run(context)).await,
            definition::PLAN => plan::run(context),
            definition::INSTALL => Box::pin(install::run(context)).await,
            definition::FIX => Box::pin(fix::run(context)).await,
            other => Err(Diagnostic::bug(format!("command `{other}` is not there yet")).into()),
        }
    }
}
