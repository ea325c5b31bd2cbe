//! The steps of a release, as data.

use diagnostics::{Diagnostic, Failure};
use effects::{Deferred, Plan, Step};
use serde::Serialize;

use crate::files::Planned;
use crate::settings::Author;

/// One thing a release does.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Effect {
    /// Write a file of the working tree.
    WriteFile(WriteFile),
    /// Commit on top of a branch, on the server or, without a push, here.
    Commit(Commit),
    /// Make a tag, on the server or, without a push, here.
    Tag(Tag),
    /// Make a release that only maintainers see.
    DraftRelease(Release),
    /// Show the release to everybody.
    PublishRelease(Release),
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

/// A GitHub release to make.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// Its tag, which is its title too.
    pub tag: String,
    /// The notes.
    pub notes: String,
    /// It is a prerelease.
    pub prerelease: bool,
}

/// What a release is made of.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each switches a step of its own")]
pub struct Ingredients {
    /// The files.
    pub files: Vec<Planned>,
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
    /// Make the commit.
    pub make_commit: bool,
    /// Make the tag.
    pub make_tag: bool,
    /// Make the GitHub release.
    pub make_release: bool,
}

/// The id of the commit step.
pub const COMMIT: &str = "commit";
/// The id of the tag step.
pub const TAG: &str = "tag";
/// The id of the step that publishes.
pub const PUBLISH: &str = "publish-release";

/// Puts the steps together: files, commit, tag, draft, published release.
///
/// # Errors
/// A plan that contradicts itself: a defect.
pub fn plan(from: Ingredients) -> Result<Plan<Effect>, Failure> {
    let mut steps: Vec<Step<Effect>> = Vec::new();
    let mut previous: Option<String> = None;
    let mut add = |id: String, summary: String, effect: Effect| {
        let mut step = Step::new(id.clone(), summary, effect);
        if let Some(previous) = previous.replace(id) {
            step = step.needs(previous);
        }
        steps.push(step);
    };
    for (index, file) in from.files.iter().enumerate() {
        let effect = WriteFile {
            path: file.path.clone(),
            bytes: file.contents.len(),
            contents: file.contents.clone(),
        };
        add(
            format!("file-{}", index + 1),
            format!("write {}", file.path),
            Effect::WriteFile(effect),
        );
    }
    let changed: Vec<Planned> = from.files.into_iter().filter(|file| file.in_commit).collect();
    let mut target = Deferred::from(from.commit.clone().unwrap_or_else(|| from.tip.clone()));
    if from.make_commit && from.commit.is_none() && !changed.is_empty() {
        let subject = from.message.lines().next().unwrap_or_default().to_owned();
        let commit = Commit {
            branch: from.branch.clone(),
            parent: from.tip,
            message: from.message,
            author: from
                .author
                .as_ref()
                .map(|author| format!("{} <{}>", author.name, author.email)),
            files: changed.iter().map(|file| file.path.clone()).collect(),
            contents: changed,
            identity: from.author.clone(),
        };
        add(
            COMMIT.to_owned(),
            format!("commit \"{subject}\" on {}", from.branch),
            Effect::Commit(commit),
        );
        target = Deferred::output(COMMIT, "sha");
    }
    if from.make_tag {
        let tag = Tag {
            name: from.tag.clone(),
            target,
            message: from.tag.clone(),
            identity: from.author,
        };
        add(TAG.to_owned(), format!("tag {}", from.tag), Effect::Tag(tag));
    }
    if from.make_release {
        let release =
            Release { tag: from.tag.clone(), notes: from.notes, prerelease: from.prerelease };
        add(
            "draft-release".to_owned(),
            format!("draft release {}", from.tag),
            Effect::DraftRelease(release.clone()),
        );
        add(
            PUBLISH.to_owned(),
            format!("publish release {}", from.tag),
            Effect::PublishRelease(release),
        );
    }
    Plan::new(steps).map_err(|error| Diagnostic::from(error).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ingredients() -> Ingredients {
        let file = |path: &str, in_commit| Planned {
            path: path.to_owned(),
            contents: b"x".to_vec(),
            executable: false,
            in_commit,
        };
        Ingredients {
            files: vec![file("CHANGELOG.md", true), file("same.toml", false)],
            branch: "main".to_owned(),
            tip: "1".repeat(40),
            commit: None,
            message: "1.0.0\n\nbody".to_owned(),
            author: None,
            tag: "v1.0.0".to_owned(),
            notes: "notes".to_owned(),
            prerelease: false,
            make_commit: true,
            make_tag: true,
            make_release: true,
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
