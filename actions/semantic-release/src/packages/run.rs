//! One run over several packages: one commit, and a tag and a release for each that moves.

use action_kit::Context;
use diagnostics::{Diagnostic, Exit, Failure};
use effects::{Plan, Planner, Report, Values, Why};

use super::graph::{self, Package};
use super::open::{One, Own, joint_pattern, open};
use super::select::{Call, calls};
use super::tell;
use crate::apply::World;
use crate::carrying::carry;
use crate::files::Planned;
use crate::inputs::{OnMoved, Print, Wishes};
use crate::plan::{self, COMMIT, Effect, Ingredients, Part};
use crate::reading::pull_overrides::Asked;
use crate::release;
use crate::remote::{self, Footing, Known, Need};
use crate::rules;
use crate::session::{Session, Target};
use crate::survey::{self, Changes, Decision, Position};
use crate::version::Level;

/// A package that is released.
pub struct Moved<'p> {
    /// The package.
    pub one: &'p One,
    /// Version and tag.
    pub target: Target,
    /// What it is made of.
    pub made: Option<(Ingredients, Changes)>,
}

/// Runs the action over all packages.
///
/// # Errors
/// Whatever keeps one of the releases from being made; nothing was changed then, unless it says so.
pub async fn run(context: &Context, root: &Session, position: &Position) -> Result<Exit, Failure> {
    let (mut packages, mut asked) = (open(context, root)?, Asked::new());
    for one in &mut packages {
        one.session.complete(context).await?;
        let settings = &one.session.settings;
        let rules = survey::rules(settings, &one.session.wishes, &position.branch)?;
        if let Some(rules) = rules.map(|(_, rules)| rules) {
            one.session.correct(context, position, &rules, &mut asked).await?;
        }
        release::check_findings(context, &one.session, &one.session.warnings)?;
    }
    let (mut moved, message) = choose_here(root, &packages, position)?;
    if root.wishes.print.is_some() {
        return print(context, root, &packages, &moved, position);
    }
    if moved.is_empty() {
        let why = "no package has anything to release";
        tell::nothing(context, &packages, why)?;
        return release::nothing(root, why);
    }
    let warnings = gather(root, &mut moved, position, &message, None)?;
    release::check_findings(context, root, &warnings)?;
    refuse_builds(&moved)?;
    let told = tell::versions(&moved);
    if root.wishes.dry_run {
        let plan = plan::together(parts(&moved))?;
        release::show(context, (&told, "", ""), &plan, "dry-run")?;
        context.outputs.set("changed", (!plan.is_empty()).to_string())?;
        tell::released(context, &packages, &moved, None, true)?;
        return Ok(Exit::Done);
    }
    let token = root.token(context);
    remote::check(root)?;
    let (writer, github) = remote::connect(context, root, &root.wishes, token.clone())?;
    let mut world = World::new(writer, github, root.root.clone());
    let cancel = &context.cancel;
    if cancel.unless(all_complete(&world, &moved)).await? {
        let why = "all has been released already";
        tell::nothing(context, &packages, why)?;
        return release::nothing(root, why);
    }
    cancel.unless(remote::check_access(&world, token.as_ref())).await?;
    let mut planner = Replan { context, root, position, message, moved, skipped: false };
    let plan = cancel.unless(planner.prepare(&world)).await?;
    if planner.skipped {
        let why = format!("branch `{}` has moved on the server", position.branch);
        tell::nothing(context, &packages, &why)?;
        return release::nothing(root, &why);
    }
    cancel.unless(rules::check_plan(&mut world, root, &position.branch, &plan)).await?;
    release::show(context, (&told, "", ""), &plan, "apply")?;
    let (done, failure) = carry(context, plan, &mut planner, &mut world).await?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    finish(context, root, &packages, &planner, &done)
}

/// The packages that move, and the message of their commit. Where `HEAD` is that commit, its tags
/// do not count: the run that made it may have been interrupted.
fn choose_here<'p>(
    root: &Session,
    packages: &'p [One],
    position: &Position,
) -> Result<(Vec<Moved<'p>>, String), Failure> {
    let head = root.repository.commit(position.head).map_err(Diagnostic::from)?;
    if joint_pattern(root)?.matches(&head.message).unwrap_or(false) {
        let (mut moved, message) = choose(root, packages, position, true)?;
        if message.trim_end() == head.message.trim_end() {
            for moved in &mut moved {
                moved.target.known = Some(root.known(position.head)?);
            }
            return Ok((moved, message));
        }
    }
    choose(root, packages, position, false)
}

/// The packages that move, in the order in which they need each other, and the message of their
/// commit.
fn choose<'p>(
    root: &Session,
    packages: &'p [One],
    position: &Position,
    at_head: bool,
) -> Result<(Vec<Moved<'p>>, String), Failure> {
    let names: Vec<Package> = packages.iter().map(|one| one.package.clone()).collect();
    let order = graph::order(&names).map_err(|circle| {
        Diagnostic::bad_input("release/packages", circle.to_string())
            .with_help("remove one of these dependencies: none of them could be released first")
    })?;
    let mut owns = Vec::with_capacity(packages.len());
    for one in packages {
        owns.push(one.own(position, at_head)?);
    }
    // A package that releases nothing on this branch stands still, whatever the others do.
    let here: Vec<usize> =
        (0..packages.len()).filter(|i| owns.get(*i).is_some_and(Option::is_some)).collect();
    let standings: Vec<_> =
        here.iter().filter_map(|i| owns.get(*i)?.as_ref().map(Own::standing)).collect();
    let names_here: Vec<Package> = here.iter().filter_map(|i| names.get(*i).cloned()).collect();
    let groups = groups(root, &names_here)?;
    let bump = root.settings.packages.bump_dependents;
    let found = calls(&names_here, &standings, &groups, bump);
    let mut chosen: Vec<(&One, Own, Decision)> = Vec::new();
    for index in order {
        let call = here.iter().position(|i| *i == index).and_then(|at| found.get(at));
        let (Some(call), Some(one)) = (call, packages.get(index)) else { continue };
        let Some(own) = owns.get_mut(index).and_then(Option::take) else { continue };
        if let Some(decision) = decide(one, &own, call, &names_here, position)? {
            chosen.push((one, own, decision));
        }
    }
    let versions: Vec<String> = chosen
        .iter()
        .map(|(one, _, decision)| format!("{} {}", one.package.name, decision.version))
        .collect();
    let message = root.message_of(&versions.join(", "));
    let mut moved = Vec::with_capacity(chosen.len());
    for (one, own, decision) in chosen {
        let target = target(one, own, decision, &message, at_head)?;
        moved.push(Moved { one, target, made: None });
    }
    Ok((moved, message))
}

/// The groups as indexes.
fn groups(root: &Session, packages: &[Package]) -> Result<Vec<Vec<usize>>, Failure> {
    let mut problems = Vec::new();
    let mut groups = Vec::new();
    for group in &root.settings.packages.groups {
        let mut indexes = Vec::new();
        for name in group {
            let wanted = super::manifest::normal(&name.value);
            match packages.iter().position(|p| super::manifest::normal(&p.name) == wanted) {
                Some(index) => indexes.push(index),
                None => problems.push(
                    name.error("release/packages", format!("there is no package `{}`", name.value))
                        .with_help("groups name packages as their manifests do"),
                ),
            }
        }
        groups.push(indexes);
    }
    if problems.is_empty() { Ok(groups) } else { Err(problems.into()) }
}

/// The decision a call leads to; `None` for a package that stays as it is.
fn decide(
    one: &One,
    own: &Own,
    call: &Call,
    packages: &[Package],
    position: &Position,
) -> Result<Option<Decision>, Failure> {
    let session = &one.session;
    let wishes = Wishes { prerelease: own.rules.prerelease, ..session.wishes.clone() };
    let (wishes, why) = match call {
        Call::Nothing => return Ok(None),
        Call::Own => return Ok(Some(own.decision.clone())),
        Call::Group(version) if *version == own.decision.version && own.is_new => {
            return Ok(Some(own.decision.clone()));
        }
        Call::Group(version) => {
            let wishes = Wishes { force: None, force_version: Some(version.clone()), ..wishes };
            (wishes, "its group is released at this version".to_owned())
        }
        Call::Drawn(cause) => {
            let cause = packages.get(*cause).map_or("another package", |p| p.name.as_str());
            let wishes = Wishes { force: Some(Level::Patch), ..wishes };
            (wishes, format!("it needs {cause}, which is released"))
        }
    };
    let (repository, settings) = (&session.repository, &session.settings);
    let mut decision =
        survey::decide(repository, position.head, &own.tags, &own.rules, settings, &wishes)?;
    decision.exact = Some(why);
    Ok(Some(decision))
}

/// The release, and what an interrupted run has made of it.
fn target(
    one: &One,
    own: Own,
    decision: Decision,
    message: &str,
    at_head: bool,
) -> Result<Target, Failure> {
    let session = &one.session;
    let tag = session.settings.tag_format.tag(&decision.version);
    let earlier = own.later.into_iter().find(|(later, _)| later.tag.name == tag);
    let mut known = None;
    if let Some((_, commit)) = earlier {
        let made = session.repository.commit(commit).map_err(Diagnostic::from)?;
        if !at_head && made.message.trim_end() != message.trim_end() {
            let place = commit.short();
            let message =
                format!("tag `{tag}` is there already, at {place}, and not of this release");
            return Err(Diagnostic::bad_input("release/tag-taken", message)
                .with_help("delete the tag here and on the server: it names the next version")
                .into());
        }
        known = Some(session.known(commit)?);
    }
    let tagged = known.is_some();
    Ok(Target { decision, tag, tags: own.tags, known, tagged })
}

/// Puts together what every release is made of, each on top of the files of those before it.
fn gather(
    root: &Session,
    moved: &mut [Moved<'_>],
    position: &Position,
    message: &str,
    known: Option<&Known>,
) -> Result<Vec<Diagnostic>, Failure> {
    let here = moved.iter().find_map(|moved| moved.target.known.clone());
    let known = known.or(here.as_ref());
    let mut warnings = Vec::new();
    let mut earlier: Vec<Planned> = Vec::new();
    for moved in moved {
        let made = moved.one.session.ingredients_after(position, &moved.target, known, &earlier);
        let (mut ingredients, changes, more) = made?;
        message.clone_into(&mut ingredients.message);
        ingredients.author.clone_from(&root.author);
        for file in &ingredients.files {
            earlier.retain(|other| other.path != file.path);
            earlier.push(file.clone());
        }
        warnings.extend(more);
        moved.made = Some((ingredients, changes));
    }
    Ok(warnings)
}

/// Whether an earlier run left nothing to do.
async fn all_complete(world: &World, moved: &[Moved<'_>]) -> Result<bool, Failure> {
    for moved in moved {
        let Some((made, _)) = moved.made.as_ref().filter(|_| moved.target.tagged) else {
            return Ok(false);
        };
        if !release::is_complete(world.writer.as_ref(), world.github.as_ref(), made).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The parts of the plan.
/// A build belongs to one release; several in one run are the job's to order.
fn refuse_builds(moved: &[Moved<'_>]) -> Result<(), Failure> {
    let builds =
        |moved: &&Moved<'_>| moved.made.as_ref().is_some_and(|(made, _)| made.build.is_some());
    let problem = |moved: &Moved<'_>| {
        let message = format!(
            "`build_command` of package `{}` is not run together with other packages",
            moved.one.package.name
        );
        let problem = match &moved.one.session.settings.build_command {
            Some(command) => command.error("release/packages-build", message),
            None => Diagnostic::bad_input("release/packages-build", message),
        };
        problem.with_help("build in a step between `phase: prepare` and `phase: publish`, or before this one and set `build: false`")
    };
    let problems: Vec<Diagnostic> = moved.iter().filter(builds).map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}

fn parts(moved: &[Moved<'_>]) -> Vec<Part> {
    let part = |moved: &Moved<'_>| {
        let (ingredients, _) = moved.made.as_ref()?;
        let prefix = format!("{}/", moved.one.package.name);
        let ingredients = ingredients.of_phase(moved.one.session.wishes.building.phase);
        Some(Part { prefix, ingredients })
    };
    moved.iter().filter_map(part).collect()
}

fn print(
    context: &Context,
    root: &Session,
    packages: &[One],
    moved: &[Moved<'_>],
    position: &Position,
) -> Result<Exit, Failure> {
    for one in packages {
        let released = moved.iter().find(|moved| std::ptr::eq(moved.one, one));
        let current = match released {
            Some(_) => None,
            None => one.own(position, false)?.map(|own| own.decision.version),
        };
        let version = released.map(|moved| moved.target.decision.version.clone()).or(current);
        let Some(version) = version else { continue };
        let text = match root.wishes.print {
            Some(Print::Tag) => one.session.settings.tag_format.tag(&version),
            _ => version.to_string(),
        };
        context.log.result(format!("{} {text}", one.package.name));
    }
    tell::released(context, packages, moved, None, true)?;
    Ok(Exit::Done)
}

/// Plans from where the server stands.
struct Replan<'r> {
    context: &'r Context,
    root: &'r Session,
    position: &'r Position,
    message: String,
    moved: Vec<Moved<'r>>,
    /// The branch has moved, and the user wants to end quietly then.
    skipped: bool,
}

impl Replan<'_> {
    async fn prepare(&mut self, world: &World) -> Result<Plan<Effect>, Failure> {
        let Self { root, position, .. } = *self;
        gather(root, &mut self.moved, position, &self.message, None)?;
        let made = || self.moved.iter().filter_map(|moved| moved.made.as_ref());
        let tip = position.head.to_string();
        let known = made().find_map(|(made, _)| made.commit.clone());
        let need = Need {
            branch: &position.branch,
            tip: &tip,
            commit: root.wishes.commit
                && known.is_none()
                && made().any(|(made, _)| !made.changed().is_empty()),
            message: &self.message,
            known: known.as_deref(),
            tag: None,
        };
        let is_ancestor = |commit: &str| {
            commit.parse().is_ok_and(|commit| {
                root.repository.is_ancestor(commit, position.head).unwrap_or(false)
            })
        };
        match remote::footing(world, &need, is_ancestor).await? {
            Footing::Ready => {}
            Footing::Made(known) => {
                let short: String = known.sha.chars().take(7).collect();
                self.context.log.info(format!("the release commit is there already: {short}"));
                gather(root, &mut self.moved, position, &self.message, Some(&known))?;
            }
            Footing::Moved(_) if root.wishes.on_moved == OnMoved::Skip => {
                self.skipped = true;
                return Ok(Plan::empty());
            }
            Footing::Moved(found) => {
                return Err(release::moved(&position.branch, &tip, &found).into());
            }
        }
        plan::together(parts(&self.moved))
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

fn finish(
    context: &Context,
    root: &Session,
    packages: &[One],
    planner: &Replan<'_>,
    report: &Report,
) -> Result<Exit, Failure> {
    if planner.skipped {
        let why = "the branch has moved on the server";
        tell::nothing(context, packages, why)?;
        return release::nothing(root, why);
    }
    let made = report.values.get(COMMIT, "sha").map(str::to_owned);
    let known = || planner.moved.iter().find_map(|moved| moved.made.as_ref()?.0.commit.clone());
    let sha = made.or_else(known).unwrap_or_else(|| planner.position.head.to_string());
    tell::released(context, packages, &planner.moved, Some(&sha), false)?;
    Ok(Exit::Done)
}
