//! A release that somebody tagged: the workflow runs because a tag was pushed.
//!
//! Nothing is computed then. The tag names the version; what is checked is that the tagged commit
//! says the same, in every stamped place and in the changelog, and what is made is the GitHub
//! release of that tag.

pub(crate) mod section;

use action_kit::Context;
use diagnostics::{Diagnostic, Exit, Failure, Source};
use effects::Same;
use github::Repository;
use history::{Head, Oid, TagTarget};
use publish::Writer;

use crate::apply::World;
use crate::carrying::carry;
use crate::inputs::{Trigger, Wishes};
use crate::plan::{self, Ingredients};
use crate::publication::Publication;
use crate::release;
use crate::remote;
use crate::report;
use crate::session::Session;
use crate::survey;
use crate::version::Version;

/// A tag that was pushed.
pub struct PushedTag {
    /// Its name.
    pub name: String,
    /// The version it names.
    pub version: Version,
    /// The commit it is on, which is checked out.
    pub commit: Oid,
}

/// What the push of a tag leads to.
pub enum Pushed {
    /// The release of this tag.
    Version(PushedTag),
    /// Nothing, and why: `v1` moves with every release and is none itself.
    Other(String),
}

/// The tag whose push started this workflow, where it is a version's and releases are made so.
///
/// # Errors
/// `trigger: tag` without a pushed version tag; a checkout of something else than the tag.
pub fn find(context: &Context, session: &Session) -> Result<Option<Pushed>, Failure> {
    let trigger = session.wishes.trigger;
    let runner = &context.runner;
    let pushed = runner.ref_name().filter(|_| {
        runner.in_actions() && runner.ref_type() == Some("tag") && session.wishes.print.is_none()
    });
    let format = &session.settings.tag_format;
    let named = pushed.and_then(|name| Some((name, format.version(name, "rc")?)));
    match (trigger, named) {
        (Trigger::Branch, _) | (Trigger::Auto, None) => Ok(None),
        (_, Some((name, Ok(version)))) => {
            let commit = checked_out(session, name, runner.sha())?;
            Ok(Some(Pushed::Version(PushedTag { name: name.to_owned(), version, commit })))
        }
        (Trigger::Auto, Some((name, Err(error)))) => {
            Ok(Some(Pushed::Other(format!("tag `{name}` names no version: {error}"))))
        }
        (Trigger::Tag, Some((name, Err(error)))) => {
            Err(no_version(&format!("tag `{name}` names no version: {error}")))
        }
        (Trigger::Tag, None) => Err(no_version(&match pushed {
            Some(name) => format!("tag `{name}` is not of the tag format"),
            None => "this run was not started by the push of a tag".to_owned(),
        })),
    }
}

fn no_version(message: &str) -> Failure {
    Diagnostic::bad_input("release/no-pushed-tag", message)
        .with_help("push tags of `tag_format`, as in `v1.2.3`, or leave `trigger` out for branches")
        .into()
}

/// The commit of the tag, which must be the one that is checked out.
fn checked_out(session: &Session, name: &str, sha: Option<&str>) -> Result<Oid, Failure> {
    let repository = &session.repository;
    let head = match repository.head().map_err(Diagnostic::from)? {
        Head::Branch { commit, .. } | Head::Detached { commit } => commit,
    };
    let tags = repository.tags().map_err(Diagnostic::from)?;
    let target = match tags.iter().find(|tag| tag.name == name) {
        Some(tag) => match repository.peel(tag).map_err(Diagnostic::from)? {
            TagTarget::Commit(commit) => Some(commit),
            TagTarget::Other(_) => None,
        },
        // A checkout without tags: the runner says what was pushed.
        None => sha.and_then(|sha| sha.parse().ok()),
    };
    if target == Some(head) {
        return Ok(head);
    }
    let place = target.map_or_else(|| "not on a commit".to_owned(), |id| format!("at {id}"));
    Err(Diagnostic::bad_input(
        "release/other-commit",
        format!("tag `{name}` is {place}, the checkout is at {head}"),
    )
    .with_help("check the tag out: `actions/checkout` does, without `ref`")
    .into())
}

/// Checks the commit and releases the tag.
///
/// # Errors
/// What the commit says differs from the tag; whatever keeps a release from being made.
pub async fn run(
    context: &Context,
    session: &Session,
    pushed: &PushedTag,
) -> Result<Exit, Failure> {
    let mut problems = stamps(session, pushed)?;
    let notes = match changelog(session, pushed) {
        Ok(notes) => notes,
        Err(problem) => {
            problems.push(problem);
            String::new()
        }
    };
    if !problems.is_empty() {
        return Err(problems.into());
    }
    context.log.info(format!("every stamped place says {}, as the tag does", pushed.version));
    let notes = session.with_extra(&notes, "", &pushed.name);
    let publication = publication(session, pushed)?;
    let ingredients = Ingredients {
        files: Vec::new(),
        build: None,
        elsewhere: false,
        branch: String::new(),
        tip: pushed.commit.to_string(),
        commit: Some(pushed.commit.to_string()),
        message: String::new(),
        author: session.author.clone(),
        tag: pushed.name.clone(),
        notes,
        prerelease: pushed.version.is_prerelease(),
        atomic: false,
        make_commit: false,
        // There already; only the short ones may be missing.
        make_tag: !publication.partial_tags.is_empty(),
        make_release: session.wishes.release,
        publication,
    };
    make(context, session, pushed, ingredients).await
}

/// Assets, short tags, how the release is shown.
fn publication(session: &Session, pushed: &PushedTag) -> Result<Publication, Failure> {
    let format = &session.settings.tag_format;
    let (mut tags, _) = survey::version_tags(&session.repository, format, "rc")?;
    tags.retain(|tag| tag.tag.name != pushed.name);
    let publication = Publication::new(session, pushed.commit, &[], &pushed.version, &tags)?;
    publication.assets.check_missing()?;
    Ok(publication)
}

/// Every place of the settings that does not say the tag's version.
fn stamps(session: &Session, pushed: &PushedTag) -> Result<Vec<Diagnostic>, Failure> {
    let version = pushed.version.to_string();
    let mut problems = Vec::new();
    for stamp in &session.settings.stamps {
        let path = session.path_in_repository(&stamp.file);
        let file = session.repository.file_at(pushed.commit, &path).map_err(Diagnostic::from)?;
        let Some(text) = file.and_then(|file| String::from_utf8(file.contents).ok()) else {
            let message = format!("`{path}` is no text file of the tagged commit");
            problems.push(stamp.item.error("release/file", message));
            continue;
        };
        let source = Source::file(path.clone(), text.clone());
        match stamp.apply(&source, &version, &pushed.name) {
            Ok(stamped) if stamped == text => {}
            Ok(stamped) => {
                let message =
                    format!("`{path}` does not say {version}, as tag `{}` does", pushed.name);
                let problem = Diagnostic::bad_input("release/tag-differs", message)
                    .with_label(&source, line_of_difference(&text, &stamped), "another version")
                    .with_help(format!(
                        "delete the tag, commit {version} here, and tag that commit"
                    ));
                problems.push(problem);
            }
            Err(problem) => problems.push(problem),
        }
    }
    Ok(problems)
}

/// The bytes of the first line of `text` that `other` has otherwise.
fn line_of_difference(text: &str, other: &str) -> std::ops::Range<usize> {
    let mut at = 0;
    for (line, other) in text.split_inclusive('\n').zip(other.split_inclusive('\n')) {
        if line != other {
            return at..at + line.trim_end().len();
        }
        at += line.len();
    }
    at..text.trim_end().len().max(at)
}

/// The changelog's section of this version: the notes.
fn changelog(session: &Session, pushed: &PushedTag) -> Result<String, Diagnostic> {
    if !session.wishes.changelog {
        return Ok(String::new());
    }
    let settings = &session.settings.changelog;
    let path = session.path_in_repository(&settings.file.value);
    let version = pushed.version.to_string();
    let file = session.repository.file_at(pushed.commit, &path)?;
    let text = file.map(|file| String::from_utf8_lossy(&file.contents).replace('\r', ""));
    let section = text.as_deref().and_then(|text| section::find(text, settings.format, &version));
    if let Some(section) = section {
        return Ok(format!("{section}\n"));
    }
    let why = if text.is_some() { "has no section for" } else { "is missing: it should tell of" };
    Err(Diagnostic::bad_input(
        "release/no-changelog-section",
        format!("changelog `{path}` {why} {version}"),
    )
    .with_help(format!(
        "delete the tag, add a heading with {version} and what changed, and tag that commit; `changelog: false` releases without"
    )))
}

/// Plans the release of the tag, and makes it.
async fn make(
    context: &Context,
    session: &Session,
    pushed: &PushedTag,
    ingredients: Ingredients,
) -> Result<Exit, Failure> {
    let notes = ingredients.notes.clone();
    let plan = plan::plan(ingredients.clone())?;
    let version = pushed.version.to_string();
    let told = (version.as_str(), pushed.name.as_str(), "");
    if session.wishes.dry_run {
        release::show(context, told, &plan, "dry-run")?;
        context.outputs.set("changed", (!plan.is_empty()).to_string())?;
        report::tag_released(context, session, pushed, &notes)?;
        return Ok(Exit::Done);
    }
    let wishes = Wishes { commit: false, tag: ingredients.make_tag, ..session.wishes.clone() };
    let token = session.token(context);
    let (writer, github) = remote::connect(context, session, &wishes, token.clone())?;
    let writer = writer.filter(|_| ingredients.make_tag);
    let cancel = &context.cancel;
    let is_known = github.is_some() || writer.is_some();
    if is_known
        && cancel.unless(is_complete(writer.as_ref(), github.as_ref(), &ingredients)).await?
    {
        let why = format!("{version} has been released already");
        report::tag_nothing(context, session, pushed, &why)?;
        return release::nothing(session, &why);
    }
    let mut world = World::new(writer, github, session.root.clone());
    cancel.unless(remote::check_access(&world, token.as_ref())).await?;
    release::show(context, told, &plan, "apply")?;
    let mut planner = Same(plan.clone());
    let (_, failure) = carry(context, plan, &mut planner, &mut world).await?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    report::tag_released(context, session, pushed, &notes)?;
    Ok(Exit::Done)
}

/// Whether an earlier run left nothing to do: the release is there, whoever made it, and the short
/// tags are where they belong.
async fn is_complete(
    writer: Option<&Writer>,
    github: Option<&Repository>,
    made: &Ingredients,
) -> Result<bool, Failure> {
    let is_published = !made.make_release || release::is_published(github, &made.tag).await?;
    Ok(is_published && release::is_complete(writer, None, made).await?)
}
