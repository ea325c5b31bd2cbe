//! One run from inputs to outputs.

use action_kit::Context;
use diagnostics::{Diagnostic, Exit, Failure, Severity};
use effects::{Plan, Planner, Report, Values, Why};
use github::Repository;
use publish::Writer;

use crate::apply::{World, partial_tag};
use crate::attachments::Attachment;
use crate::branch;
use crate::build::{Builder, Phase};
use crate::carrying::carry;
use crate::inputs::{self, OnMoved, Print};
use crate::moved;
use crate::node;
use crate::packages;
use crate::plan::{self, COMMIT, Effect, Ingredients};
use crate::publication::Publication;
use crate::pull_request;
use crate::pushed_tag::{self, Pushed};
use crate::reading::pull_overrides::Asked;
use crate::reading::unparsed;
use crate::remote::{self, Footing, Known, Need};
use crate::report;
use crate::rules;
use crate::session::{Session, Target, Verdict};
use crate::survey::{self, Changes, Lineage, Position};

/// Runs the action.
///
/// # Errors
/// Whatever keeps a release from being made; nothing was changed then, unless it says so.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    let (wishes, warnings) = inputs::read(context)?;
    let tell = |dry_run: bool| {
        let mut names = ["dry-run", "dry_run"].into_iter();
        names.try_for_each(|name| context.outputs.set(name, dry_run.to_string()))
    };
    tell(wishes.dry_run)?;
    let mut session = Session::open(context, wishes, warnings)?;
    tell(session.wishes.dry_run)?;
    if let Some(print @ (Print::LastReleased | Print::LastReleasedTag)) = session.wishes.print {
        session.complete(context).await?;
        return last_released(context, &session, print);
    }
    check_findings(context, &session, &session.warnings)?;
    match pushed_tag::find(context, &session)? {
        Some(Pushed::Version(tag)) => return pushed_tag::run(context, &session, &tag).await,
        Some(Pushed::Other(why)) => {
            report::no_release_branch(context, &why)?;
            return nothing(&session, &why);
        }
        None => {}
    }
    pull_request::check(&session)?;
    session.complete(context).await?;
    let position = branch::position(context, &session)?;
    if !session.settings.packages.directories.is_empty() {
        return packages::run::run(context, &session, &position).await;
    }
    node::settle(&session.repository, &position, &mut session.settings)?;
    let Some((group, rules)) = survey::rules(&session.settings, &session.wishes, &position.branch)?
    else {
        let why = format!("branch `{}` is in no release group", position.branch);
        report::no_release_branch(context, &why)?;
        return nothing(&session, &why);
    };
    let group = group.clone();
    context.log.debug(format!("branch `{}` is of group `{}`", position.branch, group.group));
    context.outputs.set("channel", group.channel.clone().unwrap_or_default())?;
    let (mut position, mut asked) = (position, Asked::new());
    for moves in 0.. {
        session.correct(context, &position, &rules, &mut asked).await?;
        let verdict = session.settle(context, &position, &rules).await?;
        if let Some(range) = &group.range {
            survey::check_range(range, &group.group, verdict.decision())?;
        }
        if session.wishes.print.is_none() {
            let commits = &verdict.decision().commits;
            check_findings(context, &session, &unparsed::findings(commits, &session.settings)?)?;
        }
        let ended = if pull_request::is_wanted(&session) {
            pull_request::run(context, &session, &position, &rules, verdict).await
        } else {
            match verdict {
                Verdict::Nothing { decision, why } => {
                    report::nothing(context, &session, &decision, &why)?;
                    return nothing(&session, &why);
                }
                Verdict::Release(target) => release(context, &session, &position, &target).await,
            }
        };
        match ended? {
            Ended::Here(exit) => return Ok(exit),
            Ended::Moved(tip) => {
                moved::follow(context, &mut session, &mut position, &tip, moves).await?;
            }
        }
    }
    Err(Diagnostic::bug("a branch cannot move for ever").into())
}

/// How an attempt at a release ended.
pub(crate) enum Ended {
    /// For good.
    Here(Exit),
    /// The branch is at this commit of the server: the next attempt starts from there.
    Moved(String),
}

/// Nothing to release: fine, unless the user is strict about it.
pub(crate) fn nothing(session: &Session, why: &str) -> Result<Exit, Failure> {
    if session.wishes.strict {
        return Err(Diagnostic::bad_input(
            "release/nothing",
            format!("nothing is released: {why}"),
        )
        .with_help("without `strict` this is no error")
        .into());
    }
    Ok(Exit::Done)
}

fn last_released(context: &Context, session: &Session, print: Print) -> Result<Exit, Failure> {
    let (tags, _) = survey::version_tags(&session.repository, &session.settings.tag_format, "rc")?;
    match tags.first() {
        Some(tag) if print == Print::LastReleasedTag => context.log.result(&tag.tag.name),
        Some(tag) => context.log.result(tag.version.to_string()),
        None => context.log.warn("no tag names a version"),
    }
    Ok(Exit::Done)
}

/// Shows findings; at or above `fail-on` they end the run.
pub(crate) fn check_findings(
    context: &Context,
    session: &Session,
    findings: &[Diagnostic],
) -> Result<(), Failure> {
    for finding in findings {
        context.log.diagnostic(finding);
    }
    let worst = findings.iter().map(|finding| finding.severity).max();
    let Some(limit) = session.wishes.fail_on.filter(|limit| worst >= Some(*limit)) else {
        return Ok(());
    };
    let word = if limit == Severity::Notice { "notice" } else { "warning" };
    Err(Diagnostic::check_failed(
        "release/fail-on",
        format!("there is a finding at or above `fail-on: {word}`"),
    )
    .with_help("cure what is reported above, or raise `fail-on`")
    .into())
}

/// Makes or completes a release.
pub(crate) async fn release(
    context: &Context,
    session: &Session,
    position: &Position,
    target: &Target,
) -> Result<Ended, Failure> {
    let decision = &target.decision;
    let version = decision.version.to_string();
    let told = (version.as_str(), target.tag.as_str(), decision.bump().word());
    if let Some(print) = session.wishes.print {
        let text =
            if print == Print::Tag { target.tag.clone() } else { decision.version.to_string() };
        report::current(context, session, decision)?;
        context.log.result(text);
        return Ok(Ended::Here(Exit::Done));
    }
    let (ingredients, changes, warnings) =
        session.ingredients(position, target, target.known.as_ref())?;
    let warnings = [warnings, forced_elsewhere(session, position, target)?].concat();
    check_findings(context, session, &warnings)?;
    if !session.builds() {
        ingredients.publication.assets.check_missing()?;
    }
    if session.wishes.dry_run {
        let plan = plan::plan(ingredients.of_phase(session.wishes.building.phase))?;
        show(context, told, &plan, "dry-run")?;
        let sha = session.wishes.tag.then(|| position.head.to_string());
        report::released(context, session, target, &ingredients, &changes, sha.as_deref(), true)?;
        context.outputs.set("changed", (!plan.is_empty()).to_string())?;
        return Ok(Ended::Here(Exit::Done));
    }
    let token = session.token(context);
    if target.tagged && token.is_none() {
        let why = format!("{} has been released already", decision.version);
        report::nothing(context, session, decision, &why)?;
        return nothing(session, &why).map(Ended::Here);
    }
    remote::check(session)?;
    let (writer, github) = remote::connect(context, session, &session.wishes, token.clone())?;
    // Nothing is written before the plan is carried out: a run that is cancelled ends at once.
    let cancel = &context.cancel;
    if target.tagged
        && cancel.unless(is_complete(writer.as_ref(), github.as_ref(), &ingredients)).await?
    {
        let why = format!("{} has been released already", decision.version);
        report::nothing(context, session, decision, &why)?;
        return nothing(session, &why).map(Ended::Here);
    }
    let mut world = World::new(writer, github, session.root.clone());
    cancel.unless(remote::check_access(&world, token.as_ref())).await?;
    let mut planner =
        Replan { context, session, position, target, made: None, moved: None, built: false };
    let plan = cancel.unless(planner.prepare(&world)).await?;
    if planner.moved.is_some() {
        return planner.ended_elsewhere();
    }
    cancel.unless(rules::check_plan(&mut world, session, &position.branch, &plan)).await?;
    show(context, told, &plan, "apply")?;
    world.builder = cancel.unless(Builder::of_plan(context, session, &plan)).await?;
    let (done, failure) = carry(context, plan, &mut planner, &mut world).await?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    finish(context, session, target, &mut world, planner, &done, (ingredients, changes))
}

pub(crate) async fn is_published(github: Option<&Repository>, tag: &str) -> Result<bool, Failure> {
    let Some(github) = github else { return Ok(false) };
    let found = github.find_release(tag).await.map_err(Diagnostic::from)?;
    Ok(found.is_some_and(|release| !release.draft))
}

/// Whether an earlier run left nothing of the release to do.
pub(crate) async fn is_complete(
    writer: Option<&Writer>,
    github: Option<&Repository>,
    made: &Ingredients,
) -> Result<bool, Failure> {
    let publication = &made.publication;
    if let (Some(writer), Some(commit)) = (writer, &made.commit) {
        let Publication { partial_tags, format, version, .. } = publication;
        for partial in partial_tags {
            if !partial_tag::is_done(writer, partial, (format, version), commit).await? {
                return Ok(false);
            }
        }
    }
    let Some(github) = github.filter(|_| made.make_release) else { return Ok(true) };
    let found = github.find_release(&made.tag).await.map_err(Diagnostic::from)?;
    let Some(found) = found else { return Ok(false) };
    let has = |file: &Attachment| {
        let name = github::stored_asset_name(&file.name);
        found.assets.iter().any(|asset| asset.name == name && asset.state == "uploaded")
    };
    let attached = publication.assets.attachments.iter().all(has);
    if let Some(announcement) = publication.announcement.as_ref().filter(|_| !found.draft)
        && !announcement.is_done(github).await?
    {
        return Ok(false);
    }
    Ok(!found.draft || publication.draft && attached)
}

/// A forced level that counts from a tag outside the branch's history.
fn forced_elsewhere(
    session: &Session,
    position: &Position,
    target: &Target,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let newest = target.tags.first().filter(|_| session.wishes.force.is_some());
    let Some(newest) = newest else { return Ok(Vec::new()) };
    if Lineage::new(&session.repository, position.head).contains(newest)? {
        return Ok(Vec::new());
    }
    let message = format!(
        "the forced level counts from `{}`, which is not in the history of `{}`",
        newest.tag.name, position.branch
    );
    Ok(vec![
        Diagnostic::warning("release/forced-elsewhere", message)
            .with_help("leave `force` out to count from the branch's own releases"),
    ])
}

/// Shows the plan of a version, its tag and how far it moves.
pub(crate) fn show(
    context: &Context,
    (version, tag, bump): (&str, &str, &str),
    plan: &Plan<Effect>,
    mode: &str,
) -> Result<(), Failure> {
    let json = plan
        .to_json("semantic-release", env!("CARGO_PKG_VERSION"), mode)
        .map_err(Diagnostic::from)?;
    let mut json = json;
    if let Some(fields) = json.as_object_mut() {
        let result = serde_json::json!({"version": version, "tag": tag, "bump": bump});
        fields.insert("result".to_owned(), result);
    }
    context.plan(&json, &plan.to_string())?;
    Ok(())
}

/// What is told of a release that was made, or was left to the run for a newer commit.
fn finish(
    context: &Context,
    session: &Session,
    target: &Target,
    world: &mut World,
    replan: Replan<'_>,
    report: &Report,
    planned: (Ingredients, Changes),
) -> Result<Ended, Failure> {
    if replan.moved.is_some() {
        world.restore();
        return replan.ended_elsewhere();
    }
    let (ingredients, changes) = replan.made.unwrap_or(planned);
    let made = report.values.get(COMMIT, "sha").map(str::to_owned);
    // Without a tag only a commit of this release's own is worth naming.
    let tip = session.wishes.tag.then(|| ingredients.tip.clone());
    let sha = made.or(ingredients.commit.clone()).or(tip);
    let is_prepared = session.wishes.building.phase == Phase::Prepare;
    let sha = sha.as_deref();
    report::released(context, session, target, &ingredients, &changes, sha, is_prepared)?;
    if is_prepared {
        context.log.info("the files are prepared; `phase: publish` makes the release");
    }
    Ok(Ended::Here(Exit::Done))
}

/// Plans from where the server stands, also when it has moved meanwhile.
struct Replan<'r> {
    context: &'r Context,
    session: &'r Session,
    position: &'r Position,
    target: &'r Target,
    made: Option<(Ingredients, Changes)>,
    /// Where the branch has moved to, and that is no error.
    moved: Option<String>,
    /// The build has run: what it left is what is released.
    built: bool,
}

impl Replan<'_> {
    /// The end of an attempt whose branch has moved: nothing, or the next one.
    fn ended_elsewhere(self) -> Result<Ended, Failure> {
        let tip = self.moved.unwrap_or_default();
        if self.session.wishes.on_moved == OnMoved::Retry {
            return Ok(Ended::Moved(tip));
        }
        let why = format!("branch `{}` has moved on the server", self.position.branch);
        report::nothing(self.context, self.session, &self.target.decision, &why)?;
        nothing(self.session, &why).map(Ended::Here)
    }

    async fn prepare(&mut self, world: &World) -> Result<Plan<Effect>, Failure> {
        let Self { session, position, target, .. } = *self;
        let make = |known: Option<&Known>| {
            session.ingredients(position, target, known).map(|(made, changes, _)| (made, changes))
        };
        let (mut ingredients, mut changes) = make(target.known.as_ref())?;
        let tip = position.head.to_string();
        let message = ingredients.message.clone();
        let need = Need {
            branch: &position.branch,
            tip: &tip,
            commit: ingredients.make_commit
                && ingredients.commit.is_none()
                && !ingredients.changed().is_empty(),
            message: &message,
            known: ingredients.commit.as_deref(),
            tag: session.wishes.tag.then_some(target.tag.as_str()),
        };
        let is_ancestor = |commit: &str| {
            commit.parse().is_ok_and(|commit| {
                session.repository.is_ancestor(commit, position.head).unwrap_or(false)
            })
        };
        match remote::footing(world, &need, is_ancestor).await? {
            Footing::Ready => {}
            Footing::Made(known) => {
                self.context
                    .log
                    .info(format!("the release commit is there already: {}", known.sha));
                (ingredients, changes) = make(Some(&known))?;
                // Byte for byte what was released, whatever the day of this run.
                for file in &mut ingredients.files {
                    if let Some(contents) = remote::file_at(world, &known.sha, &file.path).await? {
                        file.contents = contents;
                    }
                }
            }
            Footing::Moved(found) => {
                moved::allowed(session, &ingredients, &need, &found)?;
                self.moved = Some(found);
                return Ok(Plan::empty());
            }
        }
        if self.built {
            ingredients.publication.assets.check_missing()?;
            if ingredients.commit.is_none() {
                session.as_built(&session.place(position.head), &mut ingredients.files)?;
            }
        }
        let plan = plan::plan(ingredients.of_phase(session.wishes.building.phase))?;
        self.made = Some((ingredients, changes));
        Ok(plan)
    }
}

impl Planner for Replan<'_> {
    type Effect = Effect;

    async fn replan(
        &mut self,
        world: &mut World,
        why: &Why,
        _: &Values,
    ) -> Result<Plan<Effect>, Failure> {
        self.built |= matches!(why, Why::Barrier { .. });
        if let Why::Conflict { reason, .. } = why
            && world.github.is_none()
        {
            return Err(Diagnostic::outside("release/moved", reason.clone())
                .with_help("fetch and run again on the newest commit")
                .into());
        }
        self.prepare(world).await
    }
}

pub(crate) fn moved(branch: &str, expected: &str, found: &str) -> Diagnostic {
    Diagnostic::outside(
        "release/moved",
        format!("branch `{branch}` has moved on the server: it is at {found}, this checkout at {expected}"),
    )
    .with_help(format!("the run for the newer commit makes the release; here: `git fetch && git merge --ff-only origin/{branch}` and run again"))
}
