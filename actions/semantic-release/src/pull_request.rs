//! Releases by pull request: the release commit waits on a branch of its own until somebody merges
//! it; what merging made is tagged then.

mod merged;
mod ours;
pub(crate) mod text;

use action_kit::Context;
use diagnostics::{Diagnostic, Exit, Failure};
use effects::{Plan, Planner, Values, Why};
use github::Repository;

use crate::apply::World;
use crate::build::Phase;
use crate::carrying;
use crate::changelog::Links;
use crate::inputs::{OnMoved, PublishMode};
use crate::moved;
use crate::next::Rules;
use crate::plan::pull_request::{
    self as plan, ClosedPull, PULL_REQUEST, ReleaseBranch, ReleasePull,
};
use crate::plan::{Commit, Effect, Ingredients};
use crate::release::{self, Ended};
use crate::remote::{self, Footing, Known, Need};
use crate::report;
use crate::session::{Session, Target, Verdict};
use crate::survey::{Decision, Position};
use crate::writing::Mode;
use ours::Ours;

/// What follows the name of the release branch while its commit is made.
const STAGING: &str = "--next";

/// Whether releases go by pull request.
pub(crate) fn is_wanted(session: &Session) -> bool {
    session.settings.writing.mode == Mode::PullRequest && session.wishes.print.is_none()
}

/// Tags what was merged; otherwise opens, updates or closes the pull request.
///
/// # Errors
/// Whatever keeps that from being done.
pub(crate) async fn run(
    context: &Context,
    session: &Session,
    position: &Position,
    rules: &Rules,
    verdict: Verdict,
) -> Result<Ended, Failure> {
    check_name(session, position)?;
    let writing = &session.settings.writing;
    if writing.is_release_branch(&position.branch) {
        let why = format!("branch `{}` is the branch of a release pull request", position.branch);
        return nothing(context, session, verdict.decision(), &why);
    }
    let branch = writing.release_branch_of(&position.branch);
    let server = Server::connect(context, session)?;
    let looked =
        merged::find(context, session, position, rules, &verdict, server.github(), &branch);
    if let Some((position, target)) = looked.await? {
        return release::release(context, session, &position, &target).await;
    }
    match verdict {
        Verdict::Nothing { decision, why } => {
            close(context, session, position, (&decision, &why), server, &branch).await
        }
        // The last steps of a release that was begun.
        Verdict::Release(mut target) if target.tagged || target.known.is_some() => {
            if let Some(known) = &mut target.known {
                merged::of_its_day(session, known, &target.decision.version)?;
            }
            release::release(context, session, position, &target).await
        }
        Verdict::Release(target) => {
            open(context, session, position, &target, server, &branch).await
        }
    }
}

/// What reaches the server; in a dry run without a token nothing does.
struct Server(Option<World>);

impl Server {
    fn connect(context: &Context, session: &Session) -> Result<Self, Failure> {
        let token = session.token(context);
        if token.is_none() && session.wishes.dry_run {
            return Ok(Self(None));
        }
        remote::check(session)?;
        let (writer, github) = remote::connect(context, session, &session.wishes, token)?;
        Ok(Self(Some(World::new(writer, github, session.root.clone()))))
    }

    fn github(&self) -> Option<&Repository> {
        self.0.as_ref().and_then(|world| world.github.as_ref())
    }
}

/// What does not go together with pull requests.
///
/// # Errors
/// Settings that contradict each other.
pub(crate) fn check(session: &Session) -> Result<(), Diagnostic> {
    if !is_wanted(session) {
        return Ok(());
    }
    let wishes = &session.wishes;
    let problem = |message: String, help: &str| {
        Err(Diagnostic::bad_input("release/pull-request-mode", message).with_help(help))
    };
    if wishes.publish_mode == PublishMode::Git {
        return problem(
            "`release_mode: pull-request` does not work with git".to_owned(),
            "pull requests are GitHub's: set `publish_mode: api`, and pass a token as `github_token`",
        );
    }
    if !wishes.commit || !wishes.push {
        return problem(
            "`release_mode: pull-request` needs a commit to show".to_owned(),
            "leave `commit: false` and `push: false` out",
        );
    }
    if wishes.building.phase != Phase::All {
        return problem(
            "`release_mode: pull-request` does not work with `phase`".to_owned(),
            "leave `phase` out, and build and publish in jobs that run when output `released` is `true`",
        );
    }
    if !session.settings.packages.directories.is_empty() {
        return problem(
            "`release_mode: pull-request` does not work with `packages` yet".to_owned(),
            "release packages with `release_mode: commit`, or from one configuration each",
        );
    }
    Ok(())
}

/// A release branch that git or the base would not allow.
fn check_name(session: &Session, position: &Position) -> Result<(), Diagnostic> {
    let branch = session.settings.writing.release_branch_of(&position.branch);
    let odd = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
    let is_name = !branch.is_empty()
        && !branch.contains(odd)
        && !["..", "//", "@{", "/."].iter().any(|part| branch.contains(part))
        && !branch.starts_with(['/', '.', '-'])
        && !branch.ends_with(['/', '.'])
        && branch.strip_suffix(".lock").is_none();
    if !is_name || branch == position.branch {
        let message = format!("`{branch}` cannot be the branch of a release pull request");
        return Err(Diagnostic::bad_input("release/release-branch", message)
            .with_help("set `release_branch` to a name of its own such as `release/{branch}`"));
    }
    Ok(())
}

fn nothing(
    context: &Context,
    session: &Session,
    decision: &Decision,
    why: &str,
) -> Result<Ended, Failure> {
    report::nothing(context, session, decision, why)?;
    release::nothing(session, why).map(Ended::Here)
}

/// The branch is not only ours any more.
fn edited(branch: &str, head: &str) -> Diagnostic {
    let message = format!(
        "branch `{branch}` is left as it is: its newest commit, {}, is not the release commit of this action on top of a commit that this checkout has",
        head.get(..7).unwrap_or(head)
    );
    Diagnostic::warning("release/pull-request-edited", message).with_help(
        "merge the pull request, or delete the branch to have it made anew; where a newer run has been there, nothing needs to be done",
    )
}

/// Nothing is left to release: whatever pull request there is goes.
async fn close(
    context: &Context,
    session: &Session,
    position: &Position,
    (decision, why): (&Decision, &str),
    server: Server,
    branch: &str,
) -> Result<Ended, Failure> {
    let github = server.github().cloned();
    let (Some(mut world), Some(github)) = (server.0, github) else {
        return nothing(context, session, decision, why);
    };
    let look = ours::look(&github, session, position, branch);
    let at_head = github.branch_head(&position.branch);
    let cancel = &context.cancel;
    let (found, head) = (
        cancel.unless(look).await?,
        cancel.unless(async { Ok(at_head.await.map_err(Diagnostic::from)?) }).await?,
    );
    // A run for an older commit knows nothing of what came after it.
    let is_newest = head.is_some_and(|head| head.as_str() == position.head.to_string());
    match found {
        Ours::Commit(_) if is_newest => {
            let comment = format!("Nothing is left to release from `{}`.", position.branch);
            let plan = plan::closed(ClosedPull {
                head: branch.to_owned(),
                base: position.branch.clone(),
                comment,
            })?;
            carry(context, session, decision, plan, &mut world).await?;
        }
        Ours::Foreign(head) => {
            release::check_findings(context, session, &[edited(branch, &head)])?;
        }
        _ => {}
    }
    nothing(context, session, decision, why)
}

/// Opens the pull request, or brings it up to date.
async fn open(
    context: &Context,
    session: &Session,
    position: &Position,
    target: &Target,
    server: Server,
    branch: &str,
) -> Result<Ended, Failure> {
    let cancel = &context.cancel;
    let decision = &target.decision;
    let found = match server.github() {
        Some(github) => cancel.unless(ours::look(github, session, position, branch)).await?,
        None => Ours::Absent,
    };
    let message = session.message(decision);
    // The day of a release that waits is the one on which it was first written.
    let written = match &found {
        Ours::Commit(release)
            if release.parent == position.head.to_string()
                && release.message.trim_end() == message.trim_end() =>
        {
            Some(Known { sha: String::new(), date: release.day.clone() })
        }
        _ => None,
    };
    let (mut made, changes, warnings) = session.ingredients(position, target, written.as_ref())?;
    made.commit = None;
    release::check_findings(context, session, &warnings)?;
    if let Ours::Foreign(head) = &found {
        release::check_findings(context, session, &[edited(branch, head)])?;
        let why = format!("the release waits on branch `{branch}`, which somebody has edited");
        return nothing(context, session, decision, &why);
    }
    let pull = pull(session, position, target, &made, branch);
    let plan = plan::opened(release_branch(&made, branch, &found)?, pull)?;
    let Some(mut world) = server.0.filter(|_| !session.wishes.dry_run) else {
        show(context, decision, &plan, target, "dry-run")?;
        report::pull_request::waits(context, session, target, (&made, &changes), None)?;
        context.outputs.set("changed", "true")?;
        return Ok(Ended::Here(Exit::Done));
    };
    let token = session.token(context);
    cancel.unless(remote::check_access(&world, token.as_ref())).await?;
    let tip = position.head.to_string();
    let need = Need {
        branch: &position.branch,
        tip: &tip,
        commit: true,
        message: &message,
        known: None,
        tag: session.wishes.tag.then_some(target.tag.as_str()),
    };
    let is_ancestor = |commit: &str| {
        let repository = &session.repository;
        commit
            .parse()
            .is_ok_and(|commit| repository.is_ancestor(commit, position.head).unwrap_or(false))
    };
    match cancel.unless(remote::footing(&world, &need, is_ancestor)).await? {
        Footing::Ready => {}
        Footing::Made(Known { sha: found, .. }) | Footing::Moved(found) => {
            moved::allowed(session, &made, &need, &found)?;
            if session.wishes.on_moved == OnMoved::Retry {
                return Ok(Ended::Moved(found));
            }
            let why = format!("branch `{}` has moved on the server", position.branch);
            return nothing(context, session, decision, &why);
        }
    }
    show(context, decision, &plan, target, "apply")?;
    let values = carry(context, session, decision, plan, &mut world).await?;
    let at = values.get(PULL_REQUEST, "number").zip(values.get(PULL_REQUEST, "url"));
    report::pull_request::waits(context, session, target, (&made, &changes), at)?;
    Ok(Ended::Here(Exit::Done))
}

fn pull(
    session: &Session,
    position: &Position,
    target: &Target,
    made: &Ingredients,
    branch: &str,
) -> ReleasePull {
    let links = session.slug.as_ref();
    let links = links.map(|slug| Links::new(&session.server, &slug.owner, &slug.name));
    let path = session.path_in_repository(&session.settings.changelog.file.value);
    let link = links.map(|links| links.file(branch, &path)).unwrap_or_default();
    let version = target.decision.version.to_string();
    ReleasePull {
        head: branch.to_owned(),
        base: position.branch.clone(),
        title: made.message.lines().next().unwrap_or_default().trim().to_owned(),
        body: text::body(&made.notes, (&version, &target.tag), branch, &link),
    }
}

fn release_branch(
    made: &Ingredients,
    branch: &str,
    found: &Ours,
) -> Result<ReleaseBranch, Diagnostic> {
    let contents = made.changed();
    if contents.is_empty() {
        let message = "a release pull request would be empty: no file says the version";
        return Err(Diagnostic::bad_input("release/pull-request-mode", message).with_help(
            "leave `changelog` on, or configure a place with the version, as `version_toml`",
        ));
    }
    let author = made.author.as_ref();
    Ok(ReleaseBranch {
        commit: Commit {
            branch: branch.to_owned(),
            parent: made.tip.clone(),
            message: made.message.clone(),
            author: author.map(|author| format!("{} <{}>", author.name, author.email)),
            files: contents.iter().map(|file| file.path.clone()).collect(),
            contents,
            identity: made.author.clone(),
            with_tag: None,
        },
        staging: format!("{branch}{STAGING}"),
        replaces: found.head(),
    })
}

fn show(
    context: &Context,
    decision: &Decision,
    plan: &Plan<Effect>,
    target: &Target,
    mode: &str,
) -> Result<(), Failure> {
    let version = decision.version.to_string();
    release::show(context, (&version, &target.tag, decision.bump().word()), plan, mode)
}

/// Carries a plan out; in a dry run it is only shown.
async fn carry(
    context: &Context,
    session: &Session,
    decision: &Decision,
    plan: Plan<Effect>,
    world: &mut World,
) -> Result<Values, Failure> {
    if session.wishes.dry_run {
        let tag = session.settings.tag_format.tag(&decision.version);
        let version = decision.version.to_string();
        release::show(context, (&version, &tag, decision.bump().word()), &plan, "dry-run")?;
        context.outputs.set("changed", (!plan.is_empty()).to_string())?;
        return Ok(Values::default());
    }
    let (report, failure) = carrying::carry(context, plan, &mut Fixed, world).await?;
    failure.map_or(Ok(report.values), Err)
}

/// A plan that is not made anew: the run for the newer commit has its own.
struct Fixed;

impl Planner for Fixed {
    type Effect = Effect;

    async fn replan(
        &mut self,
        _: &mut World,
        why: &Why,
        _: &Values,
    ) -> Result<Plan<Effect>, Failure> {
        let reason = match why {
            Why::Conflict { reason, .. } => reason.clone(),
            Why::Barrier { .. } => "there is nothing to wait for".to_owned(),
        };
        Err(Diagnostic::outside("release/moved", reason)
            .with_help(
                "the run for the newest commit brings the pull request up to date: run that again",
            )
            .into())
    }
}
