//! The notes of a release of the past, on GitHub.

use action_kit::Context;
use diagnostics::{Diagnostic, Failure};
use effects::{Applied, Probe};
use github::{MakeLatest, NewRelease, ReleaseUpdate, Repository};
use serde::Serialize;

use crate::apply::{self, World};
use crate::changelog::Links;
use crate::publication;
use crate::remote;
use crate::session::Session;
use crate::settings::license_in;
use crate::survey::{self, Position, Sections, Tagged};

/// The id of the step.
pub(super) const STEP: &str = "post-notes";

/// Notes to post.
#[derive(Clone, Debug, Serialize)]
pub struct PostedNotes {
    /// The tag of the release.
    pub tag: String,
    /// Its version.
    pub version: String,
    /// The notes.
    pub notes: String,
    /// It is a prerelease.
    pub prerelease: bool,
    /// Whether GitHub shows it as the latest, where the release has to be made.
    pub latest: MakeLatest,
}

fn wrong(context: &Context, message: String, help: String) -> Failure {
    let source = context.inputs.source("post_to_release_tag");
    Diagnostic::bad_input("release/post-tag", message)
        .with_label(&source, 0..source.contents().len(), "")
        .with_help(help)
        .into()
}

/// The notes that are asked for.
///
/// # Errors
/// A tag that is not of the format, or names no release of the history.
pub(super) fn notes(
    context: &Context,
    session: &Session,
    position: &Position,
    tags: &[Tagged],
    sections: &Sections,
    token: &str,
) -> Result<Option<PostedNotes>, Failure> {
    let Some(name) = context.inputs.text("post_to_release_tag") else { return Ok(None) };
    let settings = &session.settings;
    let (before, after) = settings.tag_format.around();
    let help = || format!("name a tag such as `{before}1.2.3{after}`");
    let version = match settings.tag_format.version(name, token) {
        Some(Ok(version)) => version,
        Some(Err(error)) => {
            return Err(wrong(context, format!("tag `{name}` names no version: {error}"), help()));
        }
        None => {
            let message = format!("tag `{name}` is not of the tag format");
            return Err(wrong(context, message, help()));
        }
    };
    let since_full = session.wishes.notes_since_full;
    let found =
        survey::notes_of(&session.repository, tags, sections, &version, since_full, settings)?;
    let Some(found) = found else {
        let message = format!("tag `{name}` is not in the history of `{}`", position.branch);
        let help = "check out a branch that contains the tag, with its tags (`fetch-depth: 0`)";
        return Err(wrong(context, message, help.to_owned()));
    };
    let license = license(session, &found)?;
    let own = session.own_past_notes(position, tags, &found, &license)?;
    let notes = if let Some(notes) = own {
        notes
    } else {
        let previous = found.previous.as_ref().map(|tag| tag.tag.name.as_str());
        let license = Some(license.as_str());
        session.style()?.notes(&found.section, found.is_first, previous, name, license)
    };
    let others: Vec<Tagged> =
        tags.iter().filter(|tag| !tag.version.is_same(&version)).cloned().collect();
    Ok(Some(PostedNotes {
        tag: name.to_owned(),
        version: version.to_string(),
        notes: session.with_extra(&notes, "", name),
        prerelease: version.is_prerelease(),
        latest: publication::latest(settings.release.latest, &version, &others),
    }))
}

/// The license that the nearest `pyproject.toml` of the tagged commit names; empty for none.
fn license(session: &Session, notes: &survey::Notes) -> Result<String, Diagnostic> {
    for folder in session.directory.ancestors() {
        let Ok(below) = folder.strip_prefix(&session.root) else { break };
        let path = below.join("pyproject.toml");
        let path = path.to_string_lossy();
        if let Some(file) = session.repository.file_at(notes.commit, &path)? {
            let text = String::from_utf8(file.contents).unwrap_or_default();
            return Ok(license_in(&text).unwrap_or_default());
        }
    }
    Ok(String::new())
}

/// The server, where the tag must be: GitHub would make it for the release, on another commit.
///
/// # Errors
/// No token, no access, no tag.
pub(super) async fn server(
    context: &Context,
    session: &Session,
    notes: &PostedNotes,
) -> Result<Repository, Failure> {
    let Some(token) = session.token(context) else {
        return Err(Diagnostic::bad_input(
            "release/no-token",
            "there is no token for GitHub's API",
        )
        .with_help("set input `github_token`, or variable `GH_TOKEN`")
        .into());
    };
    let slug = session.slug.as_ref().ok_or_else(remote::no_remote)?;
    let github = remote::github(context, session, slug, Some(token));
    let cancel = &context.cancel;
    let look = async {
        let name = format!("refs/tags/{}", notes.tag);
        github.get_ref(&name).await.map_err(|error| Failure::from(Diagnostic::from(error)))
    };
    if cancel.unless(look).await?.is_none() {
        let message = format!("tag `{}` is not on the server", notes.tag);
        let help = format!("push it first: `git push origin {}`", notes.tag);
        return Err(Diagnostic::outside("release/post-tag", message).with_help(help).into());
    }
    Ok(github)
}

/// Outputs and the log's line.
pub(super) fn tell(
    context: &Context,
    session: &Session,
    notes: &PostedNotes,
) -> Result<(), Failure> {
    let outputs = &context.outputs;
    outputs.set("version", notes.version.as_str())?;
    outputs.set("tag", notes.tag.as_str())?;
    outputs.set("is_prerelease", notes.prerelease.to_string())?;
    outputs.set("release_notes", notes.notes.as_str())?;
    if let Some(slug) = &session.slug {
        let links = Links::new(&session.server, &slug.owner, &slug.name);
        outputs.set("link", links.release(&notes.tag))?;
    }
    if session.wishes.dry_run {
        context.log.info(format!("would post these notes to {}:", notes.tag));
        context.log.info(notes.notes.trim_end());
    }
    Ok(())
}

impl PostedNotes {
    pub(crate) async fn probe(&self, world: &World) -> Result<Probe, Failure> {
        let found = world.github()?.find_release(&self.tag).await.map_err(Diagnostic::from)?;
        let text = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        let is_done =
            |found: &github::Release| found.body.as_deref().map(text) == Some(text(&self.notes));
        Ok(match found.filter(is_done) {
            Some(found) => Probe::Done(apply::outputs(&found)),
            None => Probe::NotDone,
        })
    }

    /// The release's text only, where there is a release; a new, published one otherwise.
    pub(crate) async fn apply(&self, world: &World) -> Result<Applied, Failure> {
        let github = world.github()?;
        let found = github.find_release(&self.tag).await.map_err(Diagnostic::from)?;
        let made = if let Some(found) = found {
            let update =
                ReleaseUpdate { body: Some(self.notes.clone()), ..ReleaseUpdate::default() };
            github.update_release(found.id, &update).await
        } else {
            let new = NewRelease {
                tag_name: self.tag.clone(),
                target_commitish: None,
                name: self.tag.clone(),
                body: self.notes.clone(),
                draft: false,
                prerelease: self.prerelease,
                make_latest: Some(self.latest),
            };
            github.create_release(&new).await
        };
        let made = made.map_err(Diagnostic::from)?;
        Ok(Applied::Done(apply::outputs(&made)))
    }
}
