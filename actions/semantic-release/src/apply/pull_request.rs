//! The release branch and its pull request.

use diagnostics::{Diagnostic, Failure};
use effects::{Applied, Outputs, Probe};
use github::{Kind, NewPull, PullRequest, Repository};
use publish::{CommitRequest, Oid, Publisher as _};

use super::{World, conflict_or, failure};
use crate::plan::pull_request::{ClosedPull, ReleaseBranch, ReleasePull};
use crate::pull_request::text::{CLOSED, same};

fn reference(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

/// What GitHub refuses to whoever may not open pull requests.
pub(crate) fn refused(error: github::Error) -> Failure {
    if *error.kind() != Kind::Forbidden {
        return failure(error);
    }
    Diagnostic::outside("release/pull-request-forbidden", error.to_string())
        .with_help("give the job `permissions: pull-requests: write` beside `contents: write`, and let workflows open pull requests: in the settings of the repository (or its organisation), Actions, General, \"Allow GitHub Actions to create and approve pull requests\"; or pass the token of a GitHub App as `github_token`")
        .into()
}

impl ReleaseBranch {
    fn on(&self, branch: &str) -> Result<CommitRequest, Failure> {
        Ok(CommitRequest { branch: branch.to_owned(), ..self.commit.request()? })
    }

    /// The commit, where the release branch is at it.
    async fn made(&self, world: &World) -> Result<Option<Oid>, Failure> {
        let writer = world.writer()?;
        let head = writer.branch_head(&self.commit.branch).await.map_err(failure)?;
        if head.is_none() {
            return Ok(None);
        }
        let found = writer.find_commit(&self.on(&self.commit.branch)?).await.map_err(failure)?;
        Ok(found.filter(|found| head.as_ref() == Some(found)))
    }

    pub(super) async fn probe(&self, world: &World) -> Result<Probe, Failure> {
        let Some(made) = self.made(world).await? else { return Ok(Probe::NotDone) };
        let staging = world.writer()?.branch_head(&self.staging).await.map_err(failure)?;
        Ok(match staging {
            None => Probe::Done(Outputs::from([("sha".to_owned(), made.to_string())])),
            Some(_) => Probe::NotDone,
        })
    }

    pub(super) async fn apply(&self, world: &mut World) -> Result<Applied, Failure> {
        let made = match self.made(world).await? {
            Some(made) => made,
            None => match self.stage(world).await? {
                Ok(staged) => match self.go_to(world, &staged).await? {
                    Applied::Conflict(reason) => return Ok(Applied::Conflict(reason)),
                    Applied::Done(_) => staged,
                },
                Err(conflict) => return Ok(conflict),
            },
        };
        world.github()?.delete_ref(&reference(&self.staging)).await.map_err(failure)?;
        Ok(Applied::one("sha", made.to_string()))
    }

    /// Makes the commit on the branch beside it; what an earlier run left there is used or
    /// replaced.
    async fn stage(&self, world: &mut World) -> Result<Result<Oid, Applied>, Failure> {
        let request = self.on(&self.staging)?;
        let base = &request.expected_head;
        let (github, name) = (world.github()?, reference(&self.staging));
        match github.branch_head(&self.staging).await.map_err(failure)? {
            None => {
                github.create_ref(&name, base).await.map_err(failure)?;
            }
            Some(head) if head == *base => {}
            Some(head) => {
                let found = world.writer()?.find_commit(&request).await.map_err(failure)?;
                if found.as_ref() != Some(&head) {
                    github.force_ref(&name, base).await.map_err(failure)?;
                }
            }
        }
        match world.writer()?.commit(&request).await {
            Ok(committed) => {
                world.notices.extend(committed.notices);
                Ok(Ok(committed.id))
            }
            Err(error) => conflict_or(error).map(Err),
        }
    }

    /// Moves the release branch, unless somebody else has moved it meanwhile.
    async fn go_to(&self, world: &World, staged: &Oid) -> Result<Applied, Failure> {
        let (github, name) = (world.github()?, reference(&self.commit.branch));
        let head = github.branch_head(&self.commit.branch).await.map_err(failure)?;
        if head.as_ref().map(Oid::as_str) != self.replaces.as_deref() {
            let branch = &self.commit.branch;
            return Ok(Applied::Conflict(format!("branch {branch} was moved by somebody else")));
        }
        let moved = match head {
            None => github.create_ref(&name, staged).await,
            Some(_) => github.force_ref(&name, staged).await,
        };
        moved.map(|_| Applied::nothing()).map_err(failure)
    }
}

fn outputs(pull: &PullRequest) -> Outputs {
    Outputs::from([
        ("number".to_owned(), pull.number.to_string()),
        ("url".to_owned(), pull.html_url.clone()),
    ])
}

impl ReleasePull {
    async fn find(&self, github: &Repository) -> Result<Option<PullRequest>, Failure> {
        github.open_pull(&self.head, &self.base).await.map_err(refused)
    }

    fn is_said_by(&self, pull: &PullRequest) -> bool {
        let body = pull.body.as_deref().unwrap_or_default();
        pull.title.trim() == self.title.trim() && same(body, &self.body)
    }

    pub(super) async fn probe(&self, world: &World) -> Result<Probe, Failure> {
        let found = self.find(world.github()?).await?;
        let found = found.filter(|found| self.is_said_by(found));
        Ok(found.map_or(Probe::NotDone, |found| Probe::Done(outputs(&found))))
    }

    pub(super) async fn apply(&self, world: &World) -> Result<Applied, Failure> {
        let github = world.github()?;
        let found = if let Some(found) = self.find(github).await? {
            found
        } else {
            let new = NewPull {
                head: self.head.clone(),
                base: self.base.clone(),
                title: self.title.clone(),
                body: self.body.clone(),
            };
            github.create_pull(&new).await.map_err(refused)?
        };
        let pull = if self.is_said_by(&found) {
            found
        } else {
            let updated = github.update_pull(found.number, &self.title, &self.body).await;
            updated.map_err(refused)?
        };
        Ok(Applied::Done(outputs(&pull)))
    }
}

impl ClosedPull {
    pub(super) async fn probe(&self, world: &World) -> Result<Probe, Failure> {
        let github = world.github()?;
        let pull = github.open_pull(&self.head, &self.base).await.map_err(refused)?;
        let branch = github.branch_head(&self.head).await.map_err(failure)?;
        let is_gone = pull.is_none() && branch.is_none();
        Ok(if is_gone { Probe::Done(Outputs::new()) } else { Probe::NotDone })
    }

    /// The branch goes last: while it is there, a rerun knows that there is something to do.
    pub(super) async fn apply(&self, world: &World) -> Result<Applied, Failure> {
        let github = world.github()?;
        if let Some(pull) = github.open_pull(&self.head, &self.base).await.map_err(refused)? {
            let comment = format!("{}\n{CLOSED}", self.comment);
            github.keep_comment(pull.number, CLOSED, &comment).await.map_err(refused)?;
            github.close_pull(pull.number).await.map_err(refused)?;
        }
        github.delete_ref(&reference(&self.head)).await.map_err(failure)?;
        Ok(Applied::nothing())
    }
}
