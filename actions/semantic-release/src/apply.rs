//! Looking at the world, and changing it.

pub(crate) mod assets;
mod draft;
pub(crate) mod partial_tag;
pub(crate) mod pull_request;

use std::path::PathBuf;

use diagnostics::{Diagnostic, Failure};
use effects::{Applied, Outputs, Probe, Values};
use github::{Kind, NewRelease, Oid, ReleaseUpdate};
use publish::{CommitRequest, FileChange, Identity, Publisher as _, TagRequest, Writer};

use crate::build::Builder;
use crate::files;
use crate::plan::{Commit, DRAFT, Effect, Release, TAG, Tag, WriteFile};
use crate::settings::Author;

/// Output of the tag step: the tag was there already.
const FOUND: &str = "found";

/// Output of the draft's step: this run made it.
const OWN: &str = "own";

/// What the steps look at and change.
pub struct World {
    /// Commits and tags; `None` when none are made.
    pub writer: Option<Writer>,
    /// Releases; `None` when none are made.
    pub github: Option<github::Repository>,
    /// What runs the build; `None` when nothing is built.
    pub builder: Option<Builder>,
    /// The top of the working tree.
    pub root: PathBuf,
    /// What files were before this run wrote them; `None` for files that were not there.
    pub before: Vec<(PathBuf, Option<Vec<u8>>)>,
    /// What users should know about what was done.
    pub notices: Vec<Diagnostic>,
}

impl World {
    /// Nothing was done yet.
    pub fn new(writer: Option<Writer>, github: Option<github::Repository>, root: PathBuf) -> Self {
        let (before, notices) = (Vec::new(), Vec::new());
        Self { writer, github, builder: None, root, before, notices }
    }

    fn writer(&self) -> Result<&Writer, Failure> {
        self.writer
            .as_ref()
            .ok_or_else(|| Diagnostic::bug("no way to write commits was set up").into())
    }

    pub(crate) fn github(&self) -> Result<&github::Repository, Failure> {
        self.github.as_ref().ok_or_else(|| Diagnostic::bug("no GitHub was set up").into())
    }

    /// Puts files back as they were before this run.
    pub fn restore(&mut self) {
        for (path, contents) in self.before.drain(..).rev() {
            let restored = match contents {
                Some(contents) => files::write(&path, &contents),
                None => std::fs::remove_file(&path),
            };
            if let Err(error) = restored {
                let path = path.display();
                self.notices.push(Diagnostic::warning(
                    "release/file",
                    format!("`{path}` could not be put back as it was: {error}"),
                ));
            }
        }
    }
}

impl effects::Effect for Effect {
    type World = World;

    async fn probe(&self, world: &mut World, values: &Values) -> Result<Probe, Failure> {
        match self {
            Self::WriteFile(file) => file.probe(world),
            // Only its own run tells that a build is done; a second one makes the same again.
            Self::Build(_) => Ok(Probe::NotDone),
            Self::Commit(commit) => commit.probe(world).await,
            Self::Tag(tag) => tag.probe(world, values).await,
            Self::PartialTag(tag) => tag.probe(world, values).await,
            Self::Assets(upload) => upload.probe(world, values).await,
            Self::PublishDraft(draft) => draft.probe(world, values).await,
            Self::Announce(announcement) => announcement.probe(world).await,
            Self::PostNotes(notes) => notes.probe(world).await,
            Self::ReleaseBranch(branch) => branch.probe(world).await,
            Self::PullRequest(pull) => pull.probe(world).await,
            Self::ClosePullRequest(pull) => pull.probe(world).await,
            Self::DraftRelease(release) => {
                let github = world.github()?;
                // Whoever made the tag may just have made the release too.
                let found = if values.get(&format!("{}{TAG}", release.prefix), FOUND).is_some() {
                    github.find_recent_release(&release.tag).await
                } else {
                    github.find_release(&release.tag).await
                };
                let found = found.map_err(failure)?;
                Ok(found.map_or(Probe::NotDone, |found| Probe::Done(outputs(&found))))
            }
            Self::PublishRelease(release) => {
                let found = world.github()?.find_release(&release.tag).await.map_err(failure)?;
                let published = found.filter(|found| !found.draft);
                Ok(published.map_or(Probe::NotDone, |found| Probe::Done(outputs(&found))))
            }
        }
    }

    async fn apply(&self, world: &mut World, values: &Values) -> Result<Applied, Failure> {
        match self {
            Self::WriteFile(file) => file.apply(world),
            Self::Announce(announcement) => announcement.apply(world).await,
            Self::Build(build) => {
                let missing = || Diagnostic::bug("nothing that builds was set up");
                world.builder.as_ref().ok_or_else(missing)?.run(build).await?;
                Ok(Applied::nothing())
            }
            Self::Commit(commit) => commit.apply(world).await,
            Self::Tag(tag) => tag.apply(world, values).await,
            Self::PartialTag(tag) => tag.apply(world, values).await,
            Self::DraftRelease(release) => release.draft(world).await,
            Self::Assets(upload) => upload.apply(world, values).await,
            Self::PublishDraft(draft) => draft.apply(world, values).await,
            Self::PostNotes(notes) => notes.apply(world).await,
            Self::ReleaseBranch(branch) => branch.apply(world).await,
            Self::PullRequest(pull) => pull.apply(world).await,
            Self::ClosePullRequest(pull) => pull.apply(world).await,
            Self::PublishRelease(release) => release.publish(world, values).await,
        }
    }

    fn uses(&self) -> Vec<&effects::Deferred> {
        match self {
            Self::Tag(tag) => vec![&tag.target],
            Self::PartialTag(moved) => vec![&moved.tag.target],
            Self::Assets(upload) => vec![&upload.release],
            Self::PublishDraft(draft) => vec![&draft.release],
            _ => Vec::new(),
        }
    }
}

fn failure(error: impl Into<Diagnostic>) -> Failure {
    error.into().into()
}

fn identity(author: Option<&Author>) -> Option<Identity> {
    author.map(|author| Identity {
        name: author.name.clone(),
        email: author.email.clone(),
        date: None,
    })
}

impl WriteFile {
    fn failed(&self, error: &std::io::Error) -> Failure {
        Diagnostic::outside("release/file", format!("`{}` cannot be written: {error}", self.path))
            .with_help("check the permissions of the workspace and the space on its disk")
            .into()
    }

    fn probe(&self, world: &World) -> Result<Probe, Failure> {
        match std::fs::read(world.root.join(&self.path)) {
            Ok(contents) if contents == self.contents => Ok(Probe::Done(Outputs::new())),
            Ok(_) => Ok(Probe::NotDone),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Probe::NotDone),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn apply(&self, world: &mut World) -> Result<Applied, Failure> {
        let path = world.root.join(&self.path);
        let before = std::fs::read(&path).ok();
        files::write(&path, &self.contents).map_err(|error| self.failed(&error))?;
        world.before.push((path, before));
        Ok(Applied::nothing())
    }
}

impl Commit {
    /// What is asked of the publisher.
    ///
    /// # Errors
    /// A name of a commit that is none: a defect.
    pub(super) fn request(&self) -> Result<CommitRequest, Failure> {
        let changes = self.contents.iter().map(|file| FileChange {
            path: file.path.clone(),
            contents: file.contents.clone(),
            executable: file.executable,
        });
        Ok(CommitRequest {
            branch: self.branch.clone(),
            expected_head: oid(&self.parent)?,
            message: self.message.clone(),
            author: identity(self.identity.as_ref()),
            changes: changes.collect(),
        })
    }

    async fn probe(&self, world: &World) -> Result<Probe, Failure> {
        let request = self.request()?;
        let head = world.writer()?.branch_head(&self.branch).await.map_err(failure)?;
        if head.as_ref() == Some(&request.expected_head) {
            return Ok(Probe::NotDone);
        }
        if let Some(id) = world.writer()?.find_commit(&request).await.map_err(failure)? {
            return Ok(Probe::Done(Outputs::from([("sha".to_owned(), id.to_string())])));
        }
        let found = head.map_or_else(|| "gone".to_owned(), |head| format!("at {head}"));
        Ok(Probe::Conflict(format!("branch {} is {found}, not at {}", self.branch, self.parent)))
    }

    async fn apply(&self, world: &mut World) -> Result<Applied, Failure> {
        let request = self.request()?;
        let made = match &self.with_tag {
            None => world.writer()?.commit(&request).await,
            Some(name) => {
                let tag = |target: &Oid| TagRequest {
                    name: name.clone(),
                    target: target.clone(),
                    message: name.clone(),
                    tagger: request.author.clone(),
                };
                world.writer()?.commit_and_tag(&request, &tag).await
            }
        };
        match made {
            Ok(committed) => {
                world.notices.extend(committed.notices);
                Ok(Applied::one("sha", committed.id.to_string()))
            }
            Err(error) => conflict_or(error),
        }
    }
}

fn conflict_or(error: publish::Error) -> Result<Applied, Failure> {
    match error.conflict() {
        Some(reason) => Ok(Applied::Conflict(reason)),
        None => Err(failure(error)),
    }
}

fn oid(text: &str) -> Result<Oid, Failure> {
    text.parse().map_err(|_| Diagnostic::bug(format!("`{text}` is no commit")).into())
}

impl Tag {
    fn target(&self, values: &Values) -> Result<Oid, Failure> {
        oid(&values.resolve(&self.target).map_err(failure)?)
    }

    async fn probe(&self, world: &World, values: &Values) -> Result<Probe, Failure> {
        let target = self.target(values)?;
        match world.writer()?.tag_target(&self.name).await.map_err(failure)? {
            None => Ok(Probe::NotDone),
            Some(found) if found == target => {
                Ok(Probe::Done(Outputs::from([(FOUND.to_owned(), "true".to_owned())])))
            }
            Some(found) => {
                Ok(Probe::Conflict(format!("tag {} is at {found}, not at {target}", self.name)))
            }
        }
    }

    async fn apply(&self, world: &mut World, values: &Values) -> Result<Applied, Failure> {
        let request = TagRequest {
            name: self.name.clone(),
            target: self.target(values)?,
            message: self.message.clone(),
            tagger: identity(self.identity.as_ref()),
        };
        match world.writer()?.tag(&request).await {
            Ok(()) => Ok(Applied::nothing()),
            Err(error) => conflict_or(error),
        }
    }
}

pub(crate) fn outputs(release: &github::Release) -> Outputs {
    Outputs::from([
        ("id".to_owned(), release.id.to_string()),
        ("url".to_owned(), release.html_url.clone()),
        ("upload_url".to_owned(), release.upload_url.clone()),
    ])
}

impl Release {
    async fn draft(&self, world: &World) -> Result<Applied, Failure> {
        let new = NewRelease {
            tag_name: self.tag.clone(),
            target_commitish: None,
            name: self.tag.clone(),
            body: self.notes.clone(),
            draft: true,
            prerelease: self.prerelease,
            make_latest: None,
        };
        let github = world.github()?;
        let made = github.create_release(&new).await.map_err(failure)?;
        if let Some(other) = self.rival(github, &made).await {
            github.delete_draft(made.id).await.map_err(failure)?;
            return Ok(Applied::Done(outputs(&other)));
        }
        let mut outputs = outputs(&made);
        outputs.insert(OWN.to_owned(), "true".to_owned());
        Ok(Applied::Done(outputs))
    }

    /// The release that another run at the same time made for this tag, where this run's has to
    /// give way: a published one, else the oldest draft. All runs see the same order, so one stays.
    async fn rival(
        &self,
        github: &github::Repository,
        made: &github::Release,
    ) -> Option<github::Release> {
        // A list that cannot be had leaves a draft too many, at worst.
        let all = github.newest_releases().await.unwrap_or_default();
        let others = all.into_iter().filter(|other| other.tag_name == self.tag);
        let first = others
            .filter(|other| other.id != made.id && (!other.draft || other.id < made.id))
            .min_by_key(|other| (other.draft, other.id));
        first.filter(|_| made.draft)
    }

    /// Publishes the draft, with this run's notes: the draft may be another run's.
    async fn publish(&self, world: &World, values: &Values) -> Result<Applied, Failure> {
        let draft = format!("{}{DRAFT}", self.prefix);
        let id = values.get(&draft, "id").and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| Diagnostic::bug("the draft has no number"))?;
        let update = ReleaseUpdate {
            tag_name: Some(self.tag.clone()),
            name: Some(self.tag.clone()),
            body: Some(self.notes.clone()),
            draft: Some(false),
            prerelease: Some(self.prerelease),
            make_latest: Some(self.latest),
            ..ReleaseUpdate::default()
        };
        let github = world.github()?;
        let made = github.update_release(id, &update).await;
        if made.as_ref().is_err_and(|error| *error.kind() == Kind::AlreadyExists)
            && values.get(&draft, OWN).is_some()
        {
            // Another run was faster; its release is found when the step is looked at again.
            github.delete_draft(id).await.map_err(failure)?;
        }
        Ok(Applied::Done(outputs(&made.map_err(failure)?)))
    }
}
