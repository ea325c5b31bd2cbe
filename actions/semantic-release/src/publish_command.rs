//! `publish`: attaches built files to a release that exists.

mod tag;

use std::fmt::Write as _;

use action_kit::{Context, escape_markdown};
use diagnostics::{Diagnostic, Exit, Failure, visible_line};
use effects::{Deferred, Plan, Same, Step};
use github::{AssetState, AssetUpload, Release, Repository};

use crate::apply::World;
use crate::attachments::{Attachment, attachment, same_names};
use crate::carrying;
use crate::changelog::Links;
use crate::inputs;
use crate::paths::glob;
use crate::plan::{ASSETS, Effect, PUBLISH, PublishDraft, Upload};
use crate::publication;
use crate::release;
use crate::remote;
use crate::session::Session;
use tag::Tag;

/// Runs the command.
///
/// # Errors
/// A tag that is nowhere, files that cannot be attached, a release that takes none.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    let (wishes, warnings) = inputs::read(context)?;
    let session = Session::open(context, wishes, warnings)?;
    let dry_run = session.wishes.dry_run;
    for name in ["dry-run", "dry_run"] {
        context.outputs.set(name, dry_run.to_string())?;
    }
    release::check_findings(context, &session, &session.warnings)?;
    let github = github(context, &session)?;
    let cancel = &context.cancel;
    let tag = cancel.unless(tag::find(context, &session, github.as_ref())).await?;
    tell_tag(context, &session, &tag)?;
    if !session.settings.release.upload {
        return nothing(context, &tag, "`publish.upload_to_vcs_release` is off");
    }
    let found = match &github {
        Some(github) => cancel.unless(find_release(github, &tag.name)).await?,
        None => None,
    };
    if found.is_none() && github.is_some() {
        let warning = Diagnostic::warning(
            "release/no-release",
            format!("tag `{}` has no release: nothing is attached", tag.name),
        )
        .with_help("make the release first, with `semantic-release version`");
        release::check_findings(context, &session, &[warning])?;
        return nothing(context, &tag, "the tag has no release");
    }
    let files = files(&session)?;
    if files.is_empty() {
        let patterns = session.settings.release.dist.join("`, `");
        let warning = Diagnostic::warning("release/no-files", format!("no file fits `{patterns}`"))
            .with_help("build before this step; patterns start at the working directory");
        release::check_findings(context, &session, &[warning])?;
    }
    let wanted = match (&github, &found) {
        (Some(github), Some(found)) => cancel.unless(wanted(github, found, files)).await?,
        _ => files,
    };
    let plan = plan(context, &session, &tag, found.as_ref(), wanted)?;
    let told = (tag.version(), tag.name.as_str());
    let mode = if dry_run { "dry-run" } else { "apply" };
    release::show(context, (&told.0, told.1, ""), &plan, mode)?;
    context.outputs.set("changed", (!plan.is_empty()).to_string())?;
    if let Some(found) = &found {
        tell_release(context, found)?;
    }
    if dry_run || plan.is_empty() {
        return report(context, &tag, &plan, if dry_run { "would get" } else { "has" });
    }
    let root = session.root.clone();
    let mut world = World::new(None, github, root);
    carry(context, &tag, plan, &mut world).await
}

/// Carries the plan out and tells what the release has then.
async fn carry(
    context: &Context,
    tag: &Tag,
    plan: Plan<Effect>,
    world: &mut World,
) -> Result<Exit, Failure> {
    let mut planner = Same(plan.clone());
    let (_, failure) = carrying::carry(context, plan.clone(), &mut planner, world).await?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    if let Some(github) = &world.github
        && let Some(found) = find_release(github, &tag.name).await?
    {
        tell_release(context, &found)?;
    }
    report(context, tag, &plan, "has")
}

/// The repository on GitHub; without a token a dry run looks at local things only.
fn github(context: &Context, session: &Session) -> Result<Option<Repository>, Failure> {
    let token = session.token(context);
    if token.is_none() && session.wishes.dry_run {
        return Ok(None);
    }
    if token.is_none() {
        return Err(Diagnostic::bad_input(
            "release/no-token",
            "there is no token for GitHub's API",
        )
        .with_help("set input `github_token`, or variable `GH_TOKEN`")
        .into());
    }
    let slug = session.slug.as_ref().ok_or_else(remote::no_remote)?;
    Ok(Some(remote::github(context, session, slug, token)))
}

async fn find_release(github: &Repository, tag: &str) -> Result<Option<Release>, Failure> {
    github.find_release(tag).await.map_err(|error| Diagnostic::from(error).into())
}

/// The files that the patterns stand for.
fn files(session: &Session) -> Result<Vec<Attachment>, Failure> {
    let mut found = Vec::new();
    for pattern in &session.settings.release.dist {
        found.extend(glob(&session.directory, pattern));
    }
    found.sort();
    found.dedup();
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for file in found {
        match attachment(&session.root, file) {
            Ok(file) => files.push(file),
            Err((why, help)) => {
                problems.push(Diagnostic::bad_input("release/asset", why).with_help(help));
            }
        }
    }
    problems.extend(same_names(&files));
    if problems.is_empty() { Ok(files) } else { Err(problems.into()) }
}

/// The files that the release does not have yet.
async fn wanted(
    github: &Repository,
    release: &Release,
    files: Vec<Attachment>,
) -> Result<Vec<Attachment>, Failure> {
    let uploads: Vec<AssetUpload> = files.iter().map(Attachment::upload).collect();
    let states = github.asset_states(release.id, &uploads).await.map_err(Diagnostic::from)?;
    let wanted = files.into_iter().zip(states);
    Ok(wanted
        .filter(|(_, state)| !matches!(state, AssetState::Present(_)))
        .map(|(file, _)| file)
        .collect())
}

fn plan(
    context: &Context,
    session: &Session,
    tag: &Tag,
    release: Option<&Release>,
    files: Vec<Attachment>,
) -> Result<Plan<Effect>, Failure> {
    let flag = |name: &str| context.inputs.flag(name).unwrap_or(false);
    let id = release.map_or_else(String::new, |release| release.id.to_string());
    let name = tag.name.clone();
    let mut steps = Vec::new();
    if !files.is_empty() {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let summary = format!("attach {} to release {name}", names.join(", "));
        let replace = flag("replace_assets");
        let upload =
            Upload { release: Deferred::from(id.clone()), tag: name.clone(), replace, files };
        steps.push(Step::new(ASSETS, summary, Effect::Assets(upload)));
    }
    if flag("publish_draft") && release.is_some_and(|release| release.draft) {
        let (tags, _) =
            crate::survey::version_tags(&session.repository, &session.settings.tag_format, "rc")?;
        let wish = session.wishes.latest.unwrap_or(session.settings.release.latest);
        let latest = match &tag.version {
            Some(version) => publication::latest(wish, version, &tags),
            None => github::MakeLatest::Legacy,
        };
        let draft = PublishDraft { release: Deferred::from(id), tag: name.clone(), latest };
        let mut step =
            Step::new(PUBLISH, format!("publish release {name}"), Effect::PublishDraft(draft));
        if !steps.is_empty() {
            step = step.needs(ASSETS);
        }
        steps.push(step);
    }
    Plan::new(steps).map_err(|error| Diagnostic::from(error).into())
}

fn tell_tag(context: &Context, session: &Session, tag: &Tag) -> Result<(), Failure> {
    let outputs = &context.outputs;
    outputs.set("tag", tag.name.as_str())?;
    outputs.set("version", tag.version())?;
    if let Some(version) = &tag.version {
        outputs.set("is_prerelease", version.is_prerelease().to_string())?;
    }
    if let Some(slug) = &session.slug {
        let links = Links::new(&session.server, &slug.owner, &slug.name);
        outputs.set("link", links.release(&tag.name))?;
    }
    Ok(())
}

fn tell_release(context: &Context, release: &Release) -> Result<(), Failure> {
    context.outputs.set("release_id", release.id.to_string())?;
    context.outputs.set("upload_url", release.upload_url.as_str())?;
    context.outputs.set("assets", crate::apply::assets::list(&release.assets))?;
    Ok(())
}

fn nothing(context: &Context, tag: &Tag, why: &str) -> Result<Exit, Failure> {
    context.log.info(format!("nothing is attached to {}: {why}", tag.name));
    let text = format!("### {}\n\n{}\n", escape_markdown(&tag.name), escape_markdown(why));
    context.report(&text)?;
    Ok(Exit::Done)
}

fn report(context: &Context, tag: &Tag, plan: &Plan<Effect>, done: &str) -> Result<Exit, Failure> {
    let mut text = format!("### {}\n\n", escape_markdown(&visible_line(&tag.name)));
    let mut attached = 0;
    for step in plan.steps() {
        if let Effect::Assets(upload) = &step.effect {
            attached = upload.files.len();
            let _ = write!(text, "The release {done} these files:\n\n");
            for file in &upload.files {
                let name = escape_markdown(&visible_line(&file.name));
                let _ = writeln!(text, "- {name} ({} bytes)", file.bytes);
            }
        }
    }
    if attached == 0 {
        text.push_str("All files were there already.\n");
        context.log.info(format!("release {} {done} all files", tag.name));
    }
    context.report(&text)?;
    Ok(Exit::Done)
}
