//! A stateful stand-in for GitHub, backed by a real bare git repository.
//!
//! It answers the REST and GraphQL requests a release makes, and what is near them, the way
//! GitHub does: permissions of tokens, drafts, immutable releases, protected branches, rulesets,
//! rate limits, lag. Objects and references go into a real bare repository, so that the real
//! `git` can judge them; with a `git` on PATH it serves fetch and push too. Faults are injected
//! before or after a request is carried out. `BEHAVIOUR.md` lists what it does beyond GitHub's
//! own description of the API; with the cargo feature `descriptions` every request and answer is
//! held to that description.
//!
//! ```no_run
//! use github_stand_in::{Fault, GitHub, Permissions};
//!
//! # fn main() -> anyhow::Result<()> {
//! let server = GitHub::builder()
//!     .repository("octo", "demo", "/tmp/demo.git")
//!     .token("ghs_0123456789abcdef", Permissions::release())
//!     .start()?;
//! server.inject(Fault::on("POST", "/repos/*/*/releases").before().status(502));
//! println!("{}", server.api_url());
//! # Ok(())
//! # }
//! ```

#![expect(
    clippy::indexing_slicing,
    reason = "only JSON values are indexed; a missing member is null, and members are set in \
              objects built in place"
)]
#![expect(clippy::unnecessary_wraps, reason = "the table of endpoints gives them all one type")]

mod access;
mod answer;
mod api;
mod call;
mod clock;
#[cfg(feature = "descriptions")]
mod descriptions;
mod dispatch;
mod fault;
mod gate;
mod git;
mod graphql;
mod inspect;
mod log;
mod routes;
mod server;
mod settings;
mod smart_http;
mod world;

pub use access::{Level, Permissions, Token};
pub use clock::Clock;
pub use fault::{Fault, Kind, Matcher, When};
pub use git::seed;
pub use inspect::{Asset, Comment, Mergeable, PullRequest, Release};
pub use log::Request;
pub use server::{Builder, GitHub, Server};
pub use settings::{Protection, Rule, Ruleset, Settings, Target};
