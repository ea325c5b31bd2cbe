//! `changelog`: writes the changelog of what history holds, and posts the notes of one release.
//!
//! Nothing is released and nothing is committed.

mod post;

use std::fmt::Write as _;

use action_kit::{Context, escape_markdown};
use diagnostics::{Diagnostic, Exit, Failure};
use effects::{Plan, Same, Step};

use crate::apply::World;
use crate::branch;
use crate::carrying;
use crate::changelog::{Section, Style, Updated};
use crate::files::Planned;
use crate::inputs;
use crate::node;
use crate::plan::{Effect, WriteFile};
use crate::release;
use crate::report;
use crate::session::Session;
use crate::survey::{self, Position, Sections, Tagged};
use crate::template::{Rendered, Templates};

pub use post::PostedNotes;

/// The name of the command.
pub const COMMAND: &str = "changelog";

/// Runs the command.
///
/// # Errors
/// History or files that cannot be read, a tag without a release in history, a server that does
/// not take the notes.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    let (wishes, warnings) = inputs::read(context)?;
    let mut session = Session::open(context, wishes, warnings)?;
    for name in ["dry-run", "dry_run"] {
        context.outputs.set(name, session.wishes.dry_run.to_string())?;
    }
    release::check_findings(context, &session, &session.warnings)?;
    if !session.settings.packages.directories.is_empty() {
        let message = "`changelog` writes the changelog of one package";
        return Err(Diagnostic::bad_input("release/packages", message)
            .with_help("name the package's folder in input `directory`")
            .into());
    }
    session.complete(context).await?;
    let position = branch::position(context, &session)?;
    node::settle(&session.repository, &position, &mut session.settings)?;
    let Some((_, rules)) = survey::rules(&session.settings, &session.wishes, &position.branch)?
    else {
        let why = format!("branch `{}` is in no release group", position.branch);
        report::no_release_branch(context, &why)?;
        return release::nothing(&session, &why);
    };
    let format = &session.settings.tag_format;
    let (tags, _) = survey::version_tags(&session.repository, format, &rules.token)?;
    let sections = survey::sections(&session.repository, position.head, &tags, &session.settings)?;
    let (files, warnings) = files(&session, &position, &tags, &sections)?;
    let notes = post::notes(context, &session, &position, &tags, &sections, &rules.token)?;
    release::check_findings(context, &session, &warnings)?;
    let path = session.path_in_repository(&session.settings.changelog.file.value);
    context.outputs.set("changelog_path", if session.has_own_changelog() { "" } else { &path })?;
    let plan = plan(&session, &position, files, notes.as_ref())?;
    carry(context, &session, plan, notes).await
}

/// The changelog, or what users' templates make in its place.
fn files(
    session: &Session,
    position: &Position,
    tags: &[Tagged],
    sections: &Sections,
) -> Result<(Vec<Planned>, Vec<Diagnostic>), Failure> {
    let place = session.place(position.head);
    if let Some(rendered) = session.own_files_of(position, tags, None)? {
        let below = place.directory.strip_prefix(&place.root);
        let depth = below.map_or(0, |path| path.components().count());
        let one =
            |file: &Rendered| place.replace(&Templates::item(file, depth), file.contents.clone());
        let files = rendered.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        return Ok((files, Vec::new()));
    }
    let style = session.style()?;
    let item = &session.settings.changelog.file;
    let mut has_flag = true;
    let file = place.rewrite(item, |previous| {
        let text = text(&style, sections, session.settings.changelog.rewrite, previous);
        has_flag &= text.is_some();
        text.or_else(|| previous.map(str::to_owned)).unwrap_or_default().into_bytes()
    })?;
    let warning = || {
        Diagnostic::warning(
            "release/no-insertion-flag",
            format!("`{}` is not updated: it has no insertion flag", file.path),
        )
        .with_help(format!("add a line `{}` where new sections belong", style.insertion_flag))
    };
    let warnings = (!has_flag).then(warning).into_iter().collect();
    Ok((vec![file], warnings))
}

/// The changelog's text; `None` where it has no place for sections.
fn text(
    style: &Style,
    sections: &Sections,
    rewrite: bool,
    previous: Option<&str>,
) -> Option<String> {
    let unreleased = sections.unreleased.as_ref();
    let whole = |with_flag| {
        let released: Vec<Section> =
            sections.released.iter().map(|past| past.section.clone()).collect();
        Some(style.history(unreleased, &released, with_flag))
    };
    if rewrite {
        return whole(false);
    }
    let Some(previous) = previous.filter(|text| !text.is_empty()) else { return whole(true) };
    let is_first = sections.released.len() == 1;
    let newest = sections.released.first().map(|past| (&past.section, is_first));
    match style.refresh(previous, unreleased, newest) {
        Updated::Text(text) => Some(text),
        Updated::NoFlag => None,
    }
}

fn plan(
    session: &Session,
    position: &Position,
    files: Vec<Planned>,
    notes: Option<&PostedNotes>,
) -> Result<Plan<Effect>, Failure> {
    let place = session.place(position.head);
    let mut steps: Vec<Step<Effect>> = Vec::new();
    let mut add = |id: String, summary: String, effect: Effect| {
        let step = Step::new(id, summary, effect);
        let step = match steps.last() {
            Some(last) => step.needs(last.id.clone()),
            None => step,
        };
        steps.push(step);
    };
    for (index, file) in files.into_iter().filter(|file| !place.has(file)).enumerate() {
        let summary = format!("write {}", file.path);
        let effect =
            WriteFile { path: file.path, bytes: file.contents.len(), contents: file.contents };
        add(format!("file-{}", index + 1), summary, Effect::WriteFile(effect));
    }
    if let Some(notes) = notes {
        let summary = format!("post the notes of {}", notes.tag);
        add(post::STEP.to_owned(), summary, Effect::PostNotes(notes.clone()));
    }
    Plan::new(steps).map_err(|error| Diagnostic::from(error).into())
}

/// Shows the plan, and carries it out.
async fn carry(
    context: &Context,
    session: &Session,
    plan: Plan<Effect>,
    notes: Option<PostedNotes>,
) -> Result<Exit, Failure> {
    let dry_run = session.wishes.dry_run;
    let told = notes.as_ref().map(|notes| (notes.version.as_str(), notes.tag.as_str(), ""));
    let mut world = World::new(None, None, session.root.clone());
    if let Some(notes) = notes.as_ref().filter(|_| !dry_run) {
        world.github = Some(post::server(context, session, notes).await?);
    }
    let mode = if dry_run { "dry-run" } else { "apply" };
    release::show(context, told.unwrap_or_default(), &plan, mode)?;
    if let Some(notes) = &notes {
        post::tell(context, session, notes)?;
    }
    if dry_run {
        context.outputs.set("changed", (!plan.is_empty()).to_string())?;
    } else {
        let mut planner = Same(plan.clone());
        let (done, failure) =
            carrying::carry(context, plan.clone(), &mut planner, &mut world).await?;
        if let Some(failure) = failure {
            return Err(failure);
        }
        for (output, key) in [("release_id", "id"), ("upload_url", "upload_url")] {
            if let Some(value) = done.values.get(post::STEP, key) {
                context.outputs.set(output, value)?;
            }
        }
    }
    let mut text = String::from("### Changelog\n\n");
    for step in plan.steps() {
        let line = escape_markdown(&step.summary);
        let _ = writeln!(text, "- {line}");
    }
    if plan.is_empty() {
        text.push_str("Everything is as it should be.\n");
        context.log.info("the changelog is as it should be");
    }
    if let Some(notes) = &notes {
        let _ = write!(text, "\n{}", notes.notes);
    }
    context.report(&text)?;
    Ok(Exit::Done)
}
