//! The packages of a run, each with its settings and what its own commits lead to.

use action_kit::Context;
use diagnostics::{Diagnostic, Failure};
use history::Oid;

use super::graph::Package;
use super::manifest;
use super::members;
use super::select::Standing;
use crate::next::Rules;
use crate::pattern::Pattern;
use crate::session::Session;
use crate::survey::{self, Decision, Lineage, Position, Tagged};
use crate::version::Version;

/// Of the newest tags, how many may be an interrupted run's.
const MAYBE_OWN: usize = 20;

/// One package of the run.
pub struct One {
    /// Its directory, below the working directory.
    pub path: String,
    /// Name and needs.
    pub package: Package,
    /// Its settings.
    pub session: Session,
}

/// What a package's own commits lead to.
pub struct Own {
    /// What is wanted on this branch.
    pub rules: Rules,
    /// The tags that count.
    pub tags: Vec<Tagged>,
    /// Tags on a commit on top of this one, or on this one when it is a release of several
    /// packages: an interrupted run's.
    pub later: Vec<(Tagged, Oid)>,
    /// The version.
    pub decision: Decision,
    /// The version is not released yet.
    pub is_new: bool,
}

/// Opens every package that `packages` names.
///
/// # Errors
/// Every problem of every package's settings; packages that cannot be told apart.
pub fn open(context: &Context, root: &Session) -> Result<Vec<One>, Failure> {
    let mut packages = Vec::new();
    let mut problems = Vec::new();
    for member in members::find(&root.directory, &root.settings.packages.directories)? {
        let directory = root.directory.join(&member.path);
        match Session::open_in(context, &directory, root.wishes.clone(), Vec::new()) {
            Ok(mut session) if session.is_configured => {
                session.settings.changelog.exclude.push(joint_pattern(root)?);
                let read = |file: &str| std::fs::read_to_string(directory.join(file)).ok();
                let found = manifest::read(&member.path, read)?;
                let last = member.path.rsplit('/').next().unwrap_or_default();
                let name = found.name.unwrap_or_else(|| last.to_owned());
                let package = Package { name, needs: found.needs };
                packages.push(One { path: member.path, package, session });
            }
            Ok(_) if member.is_named => problems.push(
                Diagnostic::bad_input(
                    "release/packages",
                    format!("package `{}` has no semantic release settings", member.path),
                )
                .with_help("add `[tool.semantic_release]` with a `tag_format` of its own"),
            ),
            Ok(_) => {
                context.log.debug(format!("`{}` is no package: it has no settings", member.path));
            }
            Err(failure) => problems.extend(failure.diagnostics),
        }
    }
    problems.extend(indistinct(&packages));
    if packages.is_empty() && problems.is_empty() {
        problems.push(
            Diagnostic::bad_input("release/packages", "no directory of `packages` has settings")
                .with_help("add `[tool.semantic_release]` with a `tag_format` of its own to each"),
        );
    }
    if problems.is_empty() { Ok(packages) } else { Err(problems.into()) }
}

/// Packages of one name, or whose tags cannot be told apart.
fn indistinct(packages: &[One]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (index, one) in packages.iter().enumerate() {
        for other in packages.iter().take(index) {
            let what =
                if manifest::normal(&one.package.name) == manifest::normal(&other.package.name) {
                    "name"
                } else if one.session.settings.tag_format == other.session.settings.tag_format {
                    "tag_format"
                } else {
                    continue;
                };
            let message = format!("`{}` and `{}` have the same {what}", other.path, one.path);
            problems.push(Diagnostic::bad_input("release/packages", message).with_help(
                "give each package a name and a `tag_format` of its own, such as `core-v{version}`",
            ));
        }
    }
    problems
}

/// Recognises the commit of several packages, so that it stays out of every changelog.
pub(super) fn joint_pattern(root: &Session) -> Result<Pattern, Diagnostic> {
    let message = &root.settings.commit_message;
    message.pattern_of(r"\S+ \d+\.\d+\.\d+.*").map_err(|error| Diagnostic::bug(error.to_string()))
}

impl One {
    /// What its own commits lead to; `None` where its settings release nothing on this branch.
    /// With `at_head` tags on this very commit are an interrupted run's too.
    ///
    /// # Errors
    /// History that cannot be read.
    pub fn own(&self, position: &Position, at_head: bool) -> Result<Option<Own>, Failure> {
        let Session { settings, wishes, repository, .. } = &self.session;
        let Some((_, rules)) = survey::rules(settings, wishes, &position.branch)? else {
            return Ok(None);
        };
        let (all, _) = survey::version_tags(repository, &settings.tag_format, &rules.token)?;
        let lineage = Lineage::new(repository, position.head);
        let (mut tags, mut later) = (Vec::with_capacity(all.len()), Vec::new());
        for (index, tag) in all.into_iter().enumerate() {
            let commit = if index < MAYBE_OWN { lineage.commit(&tag)? } else { None };
            let is_later = match commit {
                Some(commit) if commit == position.head => at_head,
                Some(commit) if !repository.has(commit) => false,
                Some(commit) => {
                    let commit = repository.commit(commit).map_err(Diagnostic::from)?;
                    commit.parents == [position.head]
                }
                None => false,
            };
            match commit.filter(|_| is_later) {
                Some(commit) => later.push((tag, commit)),
                None => tags.push(tag),
            }
        }
        let decision = survey::decide(repository, position.head, &tags, &rules, settings, wishes)?;
        let is_new = !tags.iter().any(|tag| tag.version == decision.version);
        Ok(Some(Own { rules, tags, later, decision, is_new }))
    }
}

impl Own {
    /// The same for the choice between packages.
    pub fn standing(&self) -> Standing {
        let current = self.decision.base.latest.as_ref().map(|tag| tag.version.clone());
        Standing {
            current: current.unwrap_or_else(|| Version::initial(&self.rules.token)),
            next: self.is_new.then(|| self.decision.version.clone()),
            level: self.decision.level,
            prerelease: self.rules.prerelease.then(|| self.rules.token.clone()),
        }
    }
}
