//! Corrections in merged pull requests: a block `BEGIN_COMMIT_OVERRIDE … END_COMMIT_OVERRIDE` in
//! the text of a pull request takes the place of its commit's message, as release-please has it.

use std::collections::BTreeMap;

use action_kit::Context;
use diagnostics::{Diagnostic, Failure, visible};
use github::{Error, PullRequest, Repository as Server};
use history::{Commit, Oid, Repository};

use crate::conventional::header::split_pull_request;
use crate::next::{self, Rules};
use crate::reading::overrides::Override;
use crate::remote;
use crate::session::Session;
use crate::survey::{self, Lineage, Position, Tagged};
use crate::version::Version;

const BEGIN: &str = "BEGIN_COMMIT_OVERRIDE";
const END: &str = "END_COMMIT_OVERRIDE";

/// The most pull requests one run asks for: half of what a job's token may ask in an hour.
const MOST: usize = 500;

/// The longest correction in bytes: GitHub's longest text in ASCII.
const LONGEST: usize = 65_536;

/// What helps when GitHub does not tell.
const REMEDY: &str = "give the job `permissions: pull-requests: read` and the token to this step, or correct messages with `overrides_file` and set `pr_overrides` to false";

/// The pull requests a run has asked for; `None` where there is none of that number.
pub type Asked = BTreeMap<u64, Option<PullRequest>>;

impl Session {
    /// Reads the corrections that merged pull requests have for the commits since the base. Without
    /// them the answer could be wrong, so not being told is an error, in a dry run too.
    ///
    /// # Errors
    /// GitHub cannot be asked; too many pull requests; a correction that is too long.
    pub async fn correct(
        &mut self,
        context: &Context,
        position: &Position,
        rules: &Rules,
        asked: &mut Asked,
    ) -> Result<(), Failure> {
        if !self.settings.reading.pr_overrides {
            return Ok(());
        }
        let merged = named(&commits(self, position, rules)?);
        let mut numbers: Vec<u64> = merged.iter().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|number| !asked.contains_key(number));
        if !numbers.is_empty() {
            self.ask(context, &numbers, asked).await?;
        }
        for found in corrections(&self.repository, &merged, asked)? {
            self.settings.reading.overrides.add(found);
        }
        Ok(())
    }

    async fn ask(
        &self,
        context: &Context,
        numbers: &[u64],
        asked: &mut Asked,
    ) -> Result<(), Failure> {
        if numbers.len() > MOST {
            let message = format!("{} pull requests would be asked for corrections", numbers.len());
            return Err(Diagnostic::bad_input("release/pr-overrides", message)
                .with_help(format!("at most {MOST} are: make this release without `pr_overrides`, with corrections in `overrides_file`"))
                .into());
        }
        let slug = self.slug.clone().ok_or_else(remote::no_remote)?;
        let token = self.token(context).ok_or_else(|| {
            let message = "`pr_overrides` reads pull requests, and there is no token for that";
            Diagnostic::bad_input("release/no-token", message).with_help(REMEDY)
        })?;
        let server = remote::github(context, self, &slug, Some(token));
        let pulls = context.cancel.unless(ask(&server, numbers)).await?;
        context.log.debug(format!("{} pull requests asked for corrections", numbers.len()));
        asked.extend(numbers.iter().map(|number| (*number, None)));
        asked.extend(pulls.into_iter().map(|pull| (pull.number, Some(pull))));
        Ok(())
    }
}

/// The commits since the base, the range of the notes included. A tag on the commit itself may be
/// this release's own, which an earlier run did not finish.
fn commits(
    session: &Session,
    position: &Position,
    rules: &Rules,
) -> Result<Vec<Commit>, Diagnostic> {
    let repository = &session.repository;
    let (all, _) = survey::version_tags(repository, &session.settings.tag_format, &rules.token)?;
    let mut lineage = Lineage::new(repository, position.head);
    let base = next::base(
        &all,
        |tag: &Tagged| &tag.version,
        rules,
        |tag| {
            Ok::<_, Diagnostic>(
                lineage.commit(tag)? != Some(position.head) && lineage.contains(tag)?,
            )
        },
    )?;
    let start = if session.settings.node.is_some() { base.full } else { base.latest };
    // A tag for 0.0.0 stands for no release at all.
    let start = start.filter(|tag| !tag.version.is_same(&Version::initial(&rules.token)));
    let hide: Option<Oid> = match &start {
        Some(tag) => lineage.commit(tag)?,
        None => None,
    };
    let ids = repository.range(&[position.head], &Vec::from_iter(hide))?;
    ids.into_iter().map(|id| Ok(repository.commit(id)?)).collect()
}

/// The commits that name the pull request they came with, newest first.
fn named(commits: &[Commit]) -> Vec<(u64, Commit)> {
    let of = |commit: &Commit| Some((number(commit.subject())?, commit.clone()));
    commits.iter().filter_map(of).collect()
}

/// The pull request of `text (#12)`, or of GitHub's `Merge pull request #12 from …`.
fn number(subject: &str) -> Option<u64> {
    let merge = subject.strip_prefix("Merge pull request #");
    let number = match merge.and_then(|rest| rest.split(' ').next()) {
        Some(number) => number.to_owned(),
        None => split_pull_request(subject)?.1.strip_prefix('#')?.to_owned(),
    };
    number.parse().ok().filter(|number| *number > 0)
}

async fn ask(server: &Server, numbers: &[u64]) -> Result<Vec<PullRequest>, Failure> {
    let problem = |error: Error| -> Failure {
        let problem = Diagnostic::from(error);
        problem.with_note("`pr_overrides` reads the pull requests of the release's commits, and without them the version could be a wrong one").with_help(REMEDY).into()
    };
    let pulls = server.pulls(numbers).await.map_err(problem)?;
    if pulls.len() < numbers.len() {
        // A number may be an issue's, or another repository's. But to a token that may not see
        // the repository, nothing is there.
        server.details().await.map_err(problem)?;
    }
    Ok(pulls)
}

/// What the pull requests say, each about the commit it was merged as and no other. The block of
/// a merge stands for all that was merged.
fn corrections(
    repository: &Repository,
    merged: &[(u64, Commit)],
    pulls: &Asked,
) -> Result<Vec<Override>, Diagnostic> {
    let (mut found, mut brought) = (Vec::new(), Vec::new());
    for (number, commit) in merged {
        let name = commit.id.to_string();
        let is_its =
            |pull: &&PullRequest| pull.merged_as().is_some_and(|id| id.to_string() == name);
        let pull = pulls.get(number).and_then(Option::as_ref);
        let Some(pull) = pull.filter(is_its) else { continue };
        let Some(text) = pull.body.as_deref().and_then(block) else { continue };
        let place = format!("pull request #{number}");
        if text.len() > LONGEST {
            let message = format!("the correction in {place} is longer than {LONGEST} bytes");
            return Err(Diagnostic::bad_input("release/pr-overrides", message)
                .with_help("shorten what stands between the two marks"));
        }
        if commit.is_merge() {
            let hide: Vec<Oid> = commit.parents.first().copied().into_iter().collect();
            let ids = repository.range(&[commit.id], &hide)?;
            brought.extend(ids.into_iter().filter(|id| *id != commit.id).map(|id| Override {
                commit: id.to_string(),
                message: None,
                place: place.clone(),
            }));
        }
        let text = visible(&text);
        found.push(Override { commit: name, message: (text != "ignore").then_some(text), place });
    }
    found.extend(brought);
    Ok(found)
}

/// The text of the first block; one that does not end goes on to the end, as in release-please.
fn block(body: &str) -> Option<String> {
    let (_, rest) = body.split_once(BEGIN)?;
    let text = rest.split_once(END).map_or(rest, |(text, _)| text);
    let text = text.trim().replace("\r\n", "\n");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_where_github_writes_it() {
        for (subject, expected) in [
            ("feat: an idea (#12)", Some(12)),
            ("feat: an idea (#7) (#12)", Some(12)),
            ("Merge pull request #9 from org/topic", Some(9)),
            ("Merge pull request #x from org/topic", None),
            ("feat: like #12", None),
            ("feat: an idea (#12) again", None),
            ("feat: an idea (!12)", None),
            ("feat: an idea (#0)", None),
            ("feat: an idea (#99999999999999999999999)", None),
        ] {
            assert_eq!(number(subject), expected, "{subject}");
        }
    }

    #[test]
    fn the_block_is_release_please_s() {
        for (body, expected) in [
            (
                "words\r\nBEGIN_COMMIT_OVERRIDE\r\nfix: a\r\n\r\nfeat: b\r\nEND_COMMIT_OVERRIDE\r\nmore",
                Some("fix: a\n\nfeat: b"),
            ),
            ("<!-- BEGIN_COMMIT_OVERRIDE fix: a END_COMMIT_OVERRIDE -->", Some("fix: a")),
            ("BEGIN_COMMIT_OVERRIDE\nfix: a", Some("fix: a")),
            ("BEGIN_COMMIT_OVERRIDE\n \nEND_COMMIT_OVERRIDE", None),
            ("END_COMMIT_OVERRIDE", None),
            ("", None),
        ] {
            assert_eq!(block(body).as_deref(), expected, "{body}");
        }
    }
}
