//! The steps of a release, as data.

pub mod pull_request;

use diagnostics::{Diagnostic, Failure};
use effects::{Deferred, Plan, Step};
use serde::Serialize;

use github::MakeLatest;

use crate::announce::Announcement;
use crate::attachments::Attachment;
use crate::build::{Build, Phase};
use crate::changelog_command::PostedNotes;
use crate::files::Planned;
use crate::partial::PartialTag;
use crate::publication::Publication;
use crate::settings::Author;
use crate::tags::TagFormat;
use crate::version::Version;

/// One thing a release does.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Effect {
    /// Write a file of the working tree.
    WriteFile(WriteFile),
    /// Run the user's build; what follows is planned again.
    Build(Build),
    /// Commit on top of a branch, on the server or, without a push, here.
    Commit(Commit),
    /// Make a tag, on the server or, without a push, here.
    Tag(Tag),
    /// Move a short tag to the release.
    PartialTag(Box<MovedTag>),
    /// Make a release that only maintainers see.
    DraftRelease(Release),
    /// Attach files to a release.
    Assets(Upload),
    /// Show the release to everybody.
    PublishRelease(Release),
    /// Tell its pull requests and issues.
    Announce(Announcement),
    /// Give a release its notes anew.
    PostNotes(PostedNotes),
    /// Show a draft to everybody as it is.
    PublishDraft(PublishDraft),
    /// Put a release branch on one commit on top of another branch.
    ReleaseBranch(Box<pull_request::ReleaseBranch>),
    /// Open or change the pull request of that branch.
    PullRequest(pull_request::ReleasePull),
    /// Close it.
    ClosePullRequest(pull_request::ClosedPull),
}

/// A file to write.
#[derive(Clone, Debug, Serialize)]
pub struct WriteFile {
    /// Relative to the root of the repository.
    pub path: String,
    /// Size of the new contents.
    pub bytes: usize,
    /// The new contents.
    #[serde(skip)]
    pub contents: Vec<u8>,
}

/// A commit to make.
#[derive(Clone, Debug, Serialize)]
pub struct Commit {
    /// The branch.
    pub branch: String,
    /// The commit it goes on top of.
    pub parent: String,
    /// The whole message.
    pub message: String,
    /// `name <email>`; absent for the token's own account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The paths it changes.
    pub files: Vec<String>,
    /// What is sent.
    #[serde(skip)]
    pub contents: Vec<Planned>,
    /// Who is sent.
    #[serde(skip)]
    pub identity: Option<Author>,
    /// The tag that is pushed with it, in one atomic push; only git can do that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_tag: Option<String>,
}

/// A tag to make.
#[derive(Clone, Debug, Serialize)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// The commit.
    pub target: Deferred,
    /// Its message.
    pub message: String,
    /// Who is sent.
    #[serde(skip)]
    pub identity: Option<Author>,
}

/// A short tag to move.
#[derive(Clone, Debug, Serialize)]
pub struct MovedTag {
    /// The tag, with the commit it moves to.
    #[serde(flatten)]
    pub tag: Tag,
    /// What the names of the releases it may stand for start with.
    pub line: String,
    /// The same, as it was planned.
    #[serde(skip)]
    pub partial: PartialTag,
    /// How releases are named.
    #[serde(skip)]
    pub format: TagFormat,
    /// The release.
    #[serde(skip)]
    pub version: Version,
}

/// Files to attach to a release.
#[derive(Clone, Debug, Serialize)]
pub struct Upload {
    /// The release's number.
    pub release: Deferred,
    /// Its tag.
    pub tag: String,
    /// A file of the same name with other bytes gives way; in a draft it always does.
    pub replace: bool,
    /// The files.
    pub files: Vec<Attachment>,
}

/// A draft to publish.
#[derive(Clone, Debug, Serialize)]
pub struct PublishDraft {
    /// The release's number.
    pub release: Deferred,
    /// Its tag.
    pub tag: String,
    /// Whether GitHub shows it as the latest.
    pub latest: MakeLatest,
}

/// A GitHub release to make.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// What the ids of the release's steps start with.
    #[serde(skip)]
    pub prefix: String,
    /// Its tag, which is its title too.
    pub tag: String,
    /// The notes.
    pub notes: String,
    /// It is a prerelease.
    pub prerelease: bool,
    /// Whether GitHub shows it as the latest.
    pub latest: MakeLatest,
}

/// What a release is made of.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each switches a step of its own")]
pub struct Ingredients {
    /// The files.
    pub files: Vec<Planned>,
    /// The build between the files and the commit.
    pub build: Option<Build>,
    /// The release starts from a commit that is not checked out: files are committed only.
    pub elsewhere: bool,
    /// The branch.
    pub branch: String,
    /// The commit the release starts from.
    pub tip: String,
    /// The release commit, where it is known already.
    pub commit: Option<String>,
    /// The message of the release commit.
    pub message: String,
    /// Who commits and tags.
    pub author: Option<Author>,
    /// The tag.
    pub tag: String,
    /// The notes.
    pub notes: String,
    /// It is a prerelease.
    pub prerelease: bool,
    /// Commit and tag are pushed together.
    pub atomic: bool,
    /// Make the commit.
    pub make_commit: bool,
    /// Make the tag.
    pub make_tag: bool,
    /// Make the GitHub release.
    pub make_release: bool,
    /// Assets, short tags, how the release is shown.
    pub publication: Publication,
}

impl Ingredients {
    /// The files that the release commit changes.
    pub fn changed(&self) -> Vec<Planned> {
        let assets = self.publication.assets.committed.iter();
        self.files.iter().chain(assets).filter(|file| file.in_commit).cloned().collect()
    }

    /// What the steps of a part of the release are made of.
    #[must_use]
    pub fn of_phase(&self, phase: Phase) -> Self {
        let mut part = self.clone();
        if phase == Phase::Prepare {
            (part.make_commit, part.make_tag, part.make_release) = (false, false, false);
        }
        part
    }
}

/// The id of the build's step.
pub const BUILD: &str = "build";
/// The id of the commit step.
pub const COMMIT: &str = "commit";
/// The id of the tag step.
pub const TAG: &str = "tag";
/// The id of the step that makes the draft.
pub const DRAFT: &str = "draft-release";
/// The id of the step that attaches files.
pub const ASSETS: &str = "assets";
/// The id of the step that publishes.
pub const PUBLISH: &str = "publish-release";
/// The id of the step that tells pull requests and issues.
pub const ANNOUNCE: &str = "announce";

/// One of the releases that are made together.
#[derive(Clone, Debug)]
pub struct Part {
    /// What the ids of its own steps start with.
    pub prefix: String,
    /// What it is made of.
    pub ingredients: Ingredients,
}

/// Puts the steps together: files, build, commit, tag, short tags, draft, assets, published
/// release.
///
/// # Errors
/// A plan that contradicts itself: a defect.
pub fn plan(from: Ingredients) -> Result<Plan<Effect>, Failure> {
    together(vec![Part { prefix: String::new(), ingredients: from }])
}

/// The steps of several releases: the files of all, one commit, and then each release's own. The
/// first says what the commit is like; a file of several parts is what the last of them has.
///
/// # Errors
/// A plan that contradicts itself: a defect.
pub fn together(parts: Vec<Part>) -> Result<Plan<Effect>, Failure> {
    let mut steps = Steps::default();
    let elsewhere = parts.iter().any(|part| part.ingredients.elsewhere);
    let files = last_of_each(parts.iter().flat_map(|part| part.ingredients.files.clone()));
    for (index, file) in files.into_iter().enumerate().filter(|_| !elsewhere) {
        let summary = format!("write {}", file.path);
        let effect =
            WriteFile { path: file.path, bytes: file.contents.len(), contents: file.contents };
        steps.add(format!("file-{}", index + 1), summary, Effect::WriteFile(effect));
    }
    for part in &parts {
        if let Some(build) = part.ingredients.build.clone() {
            steps.build(build);
        }
    }
    let changed = last_of_each(parts.iter().flat_map(|part| part.ingredients.changed()));
    let mut target = None;
    if let Some(Part { ingredients: first, .. }) = parts.first()
        && first.make_commit
        && first.commit.is_none()
        && !changed.is_empty()
    {
        let subject = first.message.lines().next().unwrap_or_default().to_owned();
        let author = first.author.as_ref();
        let commit = Commit {
            branch: first.branch.clone(),
            parent: first.tip.clone(),
            message: first.message.clone(),
            author: author.map(|author| format!("{} <{}>", author.name, author.email)),
            files: changed.iter().map(|file| file.path.clone()).collect(),
            contents: changed,
            identity: first.author.clone(),
            with_tag: (parts.len() == 1 && first.atomic && first.make_tag)
                .then(|| first.tag.clone()),
        };
        let together = commit.with_tag.as_ref().map_or("", |_| ", with the tag in one push");
        let summary = format!("commit \"{subject}\" on {}{together}", first.branch);
        steps.add(COMMIT, summary, Effect::Commit(commit));
        target = Some(Deferred::output(COMMIT, "sha"));
    }
    for Part { prefix, ingredients } in parts {
        let known = || ingredients.commit.clone().unwrap_or_else(|| ingredients.tip.clone());
        let target = target.clone().unwrap_or_else(|| Deferred::from(known()));
        steps.prefix = prefix;
        steps.tags(&ingredients, &target);
        steps.release(ingredients);
    }
    Plan::new(steps.steps).map_err(|error| Diagnostic::from(error).into())
}

/// Of files with one path the last, where the first was.
fn last_of_each(files: impl Iterator<Item = Planned>) -> Vec<Planned> {
    let mut kept: Vec<Planned> = Vec::new();
    for file in files {
        match kept.iter_mut().find(|kept| kept.path == file.path) {
            Some(kept) => *kept = file,
            None => kept.push(file),
        }
    }
    kept
}

/// Steps, each of which needs the one before.
#[derive(Default)]
struct Steps {
    steps: Vec<Step<Effect>>,
    /// What ids start with.
    prefix: String,
}

impl Steps {
    fn add(&mut self, id: impl Into<String>, summary: String, effect: Effect) {
        let step = Step::new(format!("{}{}", self.prefix, id.into()), summary, effect);
        let step = match self.steps.last() {
            Some(previous) => step.needs(previous.id.clone()),
            None => step,
        };
        self.steps.push(step);
    }

    /// The user's build: what follows depends on what it makes.
    fn build(&mut self, build: Build) {
        let place = build.image.as_ref().map(|image| format!(" in {image}"));
        let command = build.command.lines().next().unwrap_or_default();
        let more = if build.command.lines().nth(1).is_some() { " …" } else { "" };
        let summary = format!("build{}: {command}{more}", place.unwrap_or_default());
        self.add(BUILD, summary, Effect::Build(build));
        if let Some(step) = self.steps.pop() {
            self.steps.push(step.barrier());
        }
    }

    /// The tag, and the short ones that move with it.
    fn tags(&mut self, from: &Ingredients, target: &Deferred) {
        if !from.make_tag {
            return;
        }
        let publication = &from.publication;
        let tag = |name: String, message: String| Tag {
            name,
            target: target.clone(),
            message,
            identity: from.author.clone(),
        };
        let own = Effect::Tag(tag(from.tag.clone(), from.tag.clone()));
        self.add(TAG, format!("tag {}", from.tag), own);
        for partial in &publication.partial_tags {
            let message = format!("{} => {}", partial.name, from.tag);
            let moved = MovedTag {
                tag: tag(partial.name.clone(), message),
                line: partial.line.clone(),
                partial: partial.clone(),
                format: publication.format.clone(),
                version: publication.version.clone(),
            };
            let summary = format!("move tag {} to {}", partial.name, from.tag);
            let id = format!("partial-tag-{}", partial.level);
            self.add(id, summary, Effect::PartialTag(Box::new(moved)));
        }
    }

    /// Draft, assets, published release.
    fn release(&mut self, from: Ingredients) {
        if !from.make_release {
            return;
        }
        let publication = from.publication;
        let release = Release {
            prefix: self.prefix.clone(),
            tag: from.tag,
            notes: from.notes,
            prerelease: from.prerelease,
            latest: publication.latest,
        };
        let tag = release.tag.clone();
        self.add(DRAFT, format!("draft release {tag}"), Effect::DraftRelease(release.clone()));
        let files = publication.assets.attachments;
        if !files.is_empty() {
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            let summary = format!("attach {} to release {tag}", names.join(", "));
            let release = Deferred::output(format!("{}{DRAFT}", self.prefix), "id");
            let upload = Upload { release, tag: tag.clone(), replace: false, files };
            self.add(ASSETS, summary, Effect::Assets(upload));
        }
        if !publication.draft {
            self.add(PUBLISH, format!("publish release {tag}"), Effect::PublishRelease(release));
            if let Some(announcement) = publication.announcement {
                let many = announcement.numbers.len();
                let summary = format!("tell {many} pull requests and issues of {tag}");
                self.add(ANNOUNCE, summary, Effect::Announce(announcement));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachments::Assets;

    fn ingredients() -> Ingredients {
        let file = |path: &str, in_commit| Planned {
            path: path.to_owned(),
            contents: b"x".to_vec(),
            executable: false,
            in_commit,
        };
        Ingredients {
            elsewhere: false,
            files: vec![file("CHANGELOG.md", true), file("same.toml", false)],
            build: None,
            branch: "main".to_owned(),
            tip: "1".repeat(40),
            commit: None,
            message: "1.0.0\n\nbody".to_owned(),
            author: None,
            tag: "v1.0.0".to_owned(),
            notes: "notes".to_owned(),
            prerelease: false,
            atomic: false,
            make_commit: true,
            make_tag: true,
            make_release: true,
            publication: Publication {
                assets: Assets::default(),
                partial_tags: Vec::new(),
                format: TagFormat::parse("v{version}").unwrap(),
                version: Version::parse("1.0.0", "rc").unwrap(),
                latest: MakeLatest::Legacy,
                draft: false,
                announcement: None,
            },
        }
    }

    fn ids(from: Ingredients) -> Vec<String> {
        plan(from).unwrap().steps().iter().map(|step| step.id.clone()).collect()
    }

    #[test]
    fn all_steps_in_order() {
        assert_eq!(
            ids(ingredients()),
            ["file-1", "file-2", "commit", "tag", "draft-release", "publish-release"]
        );
        let json =
            plan(ingredients()).unwrap().to_json("semantic-release", "0", "version").unwrap();
        assert_eq!(json["steps"][2]["effect"]["files"], serde_json::json!(["CHANGELOG.md"]));
        assert_eq!(json["steps"][3]["effect"]["target"], "${commit.sha}");
    }

    #[test]
    fn a_build_is_a_barrier_between_files_and_commit() {
        let build = Build {
            command: "make\nmake dist".to_owned(),
            image: None,
            version: "1.0.0".to_owned(),
            package: "demo".to_owned(),
        };
        let plan = plan(Ingredients { build: Some(build), ..ingredients() }).unwrap();
        let step = &plan.steps()[2];
        assert_eq!((step.id.as_str(), step.summary.as_str()), ("build", "build: make …"));
        assert!(step.barrier && plan.steps()[3].needs == ["build"]);
        assert_eq!(plan.steps().iter().filter(|step| step.barrier).count(), 1);
    }

    #[test]
    fn what_is_switched_off_or_done_is_left_out() {
        let known =
            Ingredients { commit: Some("2".repeat(40)), files: Vec::new(), ..ingredients() };
        assert_eq!(ids(known), ["tag", "draft-release", "publish-release"]);
        let only_tag = Ingredients { make_commit: false, make_release: false, ..ingredients() };
        assert_eq!(ids(only_tag), ["file-1", "file-2", "tag"]);
        let nothing_changed = Ingredients { files: Vec::new(), ..ingredients() };
        let steps = plan(nothing_changed).unwrap();
        let Effect::Tag(tag) = &steps.steps()[0].effect else { panic!() };
        assert_eq!(tag.target.to_string(), "1".repeat(40), "the tag goes on the commit there is");
    }
}
