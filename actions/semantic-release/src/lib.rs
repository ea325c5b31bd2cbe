//! Conventional commits to next version, stamped files, changelog, tag and GitHub release.
//!
//! [`definition`] says what the action takes and gives; [`settings`] reads
//! `[tool.semantic_release]`; [`survey`] reads history. What follows from them is pure:
//! [`parser`], [`conventional`], [`version`], [`next`], [`tags`], [`changelog`], [`stamp`], [`plan`].
//! [`apply`] looks at the world and changes it, [`release`] leads through one run.

pub mod announce;
pub mod apply;
pub mod attachments;
pub mod beyond;
pub mod branch;
pub mod build;
mod carrying;
pub mod changelog;
pub mod changelog_command;
pub mod check_pr;
pub mod contributors;
pub mod conventional;
pub mod definition;
pub mod files;
pub mod generate_config;
pub mod glob;
pub mod hosts;
pub mod inputs;
pub mod locks;
pub mod moved;
pub mod next;
pub mod node;
pub mod notes;
pub mod number;
mod own;
pub mod packages;
pub mod parser;
pub mod partial;
pub mod paths;
pub mod pattern;
pub mod pep440;
pub mod plan;
pub mod publication;
pub mod publish_command;
mod pull_request;
pub mod pushed_tag;
pub mod pytext;
pub mod reading;
pub mod release;
pub mod remote;
pub mod report;
pub mod rules;
pub mod session;
pub mod settings;
pub mod signatures;
pub mod stamp;
mod stamped;
pub mod survey;
pub mod tags;
pub mod template;
pub mod version;
pub mod writing;

use action_kit::{Context, Definition};
use diagnostics::{Exit, Failure};

/// The action.
pub struct Action;

impl action_kit::Action for Action {
    fn definition() -> &'static Definition {
        &definition::DEFINITION
    }

    fn definition_for(arguments: &[String]) -> &'static Definition {
        if arguments.first().is_some_and(|first| first == definition::PUBLISH_COMMAND) {
            return &definition::PUBLISH_DEFINITION;
        }
        Self::definition()
    }

    async fn run(context: &mut Context) -> Result<Exit, Failure> {
        if context.command() == generate_config::COMMAND {
            return generate_config::run(context);
        }
        if context.command() == changelog_command::COMMAND {
            return Box::pin(changelog_command::run(context)).await;
        }
        if context.command() == check_pr::COMMAND {
            return Box::pin(check_pr::run(context)).await;
        }
        if context.command() == definition::PUBLISH_COMMAND {
            return publish_command::run(context).await;
        }
        Box::pin(release::run(context)).await
    }
}
