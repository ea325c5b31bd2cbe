//! The range of versions a branch may release.

use diagnostics::{Diagnostic, visible_line};

use super::Decision;
use crate::node::Range;
use crate::version::Level;

/// Commits named in the message.
const NAMED: usize = 10;

/// Checks that the version is in the range of the branch.
///
/// # Errors
/// It is not; the commits that ask for it are named.
pub fn check(range: &Range, branch: &str, decision: &Decision) -> Result<(), Diagnostic> {
    let version = &decision.version;
    let is_new = decision.base.latest.as_ref().is_none_or(|tag| !tag.version.is_same(version));
    if !is_new || range.contains(&version.to_full()) {
        return Ok(());
    }
    let message = format!("{version} is out of the range of branch `{branch}`, {range}");
    let mut problem = Diagnostic::bad_input("release/range", message).with_help(
        "take these commits to a branch that may release them, or widen the branch's range",
    );
    let asking: Vec<_> =
        decision.commits.iter().filter(|read| read.level() > Level::None).collect();
    for read in asking.iter().take(NAMED) {
        let subject = visible_line(read.commit.subject());
        problem = problem.with_note(format!(
            "{} asks for {}: {subject}",
            read.commit.id.short(),
            read.level().word()
        ));
    }
    if asking.len() > NAMED {
        problem = problem.with_note(format!("and {} more commits", asking.len() - NAMED));
    }
    Err(problem)
}
