//! What a Dockerfile does with pixi, stage by stage.

mod copies;

use std::collections::BTreeSet;
use std::ops::Range;

use dockerfile::expand::Value;
use dockerfile::shell::{self, Command};
use dockerfile::variables::{Evaluation, Variable, Variables};
use dockerfile::{Base, Form, Instruction, Kind, Stage, Text};
use pixi_workspace::{PixiVersion, View};

use super::calls::{Call, Target, Verb, call};
use super::pixi::{self, Origin};
use super::{Build, Facts, paths};

/// A Dockerfile taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    /// Calls of pixi in `RUN`, in order.
    pub(super) runs: Vec<Run>,
    /// What containers of the stages that are built for their own sake start.
    pub(super) entries: Vec<Entry>,
    /// Where pixi comes from.
    pub(super) origins: Vec<Origin>,
    /// Copies out of the build context and out of stages.
    pub(super) copies: Vec<Copied>,
    /// The stages that are built for their own sake, and what they end with.
    pub(super) leaves: Vec<Leaf>,
    /// Files that are made only so that the package can be installed.
    pub(super) dummies: Vec<Dummy>,
}

/// A call of pixi in `RUN`.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) call: Call,
    pub(super) instruction: usize,
    pub(super) version: PixiVersion,
    /// What is installed before.
    pub(super) installed: Vec<Installed>,
    /// Whether the call is about the manifest at hand.
    pub(super) is_ours: bool,
    /// Whether the lock is there; also where nobody knows.
    pub(super) has_lock: bool,
    /// Whether all of the build context is in the image before.
    pub(super) follows_context: Option<Range<usize>>,
    pub(super) variables: Variables,
}

/// An environment that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Installed {
    /// Its name; none where only the build knows.
    pub(super) environment: Option<String>,
    /// The folder of the workspace.
    pub(super) root: String,
    pub(super) span: Range<usize>,
}

/// What a container starts.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) calls: Vec<Call>,
    /// `ENTRYPOINT`, `CMD` or `HEALTHCHECK`.
    pub(super) keyword: String,
    /// The words of the exec form that the calls are made of; none for the shell form.
    pub(super) exec: Option<Vec<Text>>,
    pub(super) installed: Vec<Installed>,
}

/// A `COPY` or `ADD`.
#[derive(Clone, Debug)]
pub(super) struct Copied {
    pub(super) instruction: usize,
    /// The stage it is copied from; none for the build context and foreign images.
    pub(super) from: Option<usize>,
    /// Whether it is copied out of the build context.
    pub(super) is_context: bool,
    pub(super) sources: Vec<Text>,
    pub(super) destination: String,
    /// What the other stage has installed.
    pub(super) installed: Vec<Installed>,
}

/// The end of a stage that nothing else is made of.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) stage: usize,
    pub(super) variables: Variables,
    pub(super) installed: Vec<Installed>,
}

/// A package made of nothing.
#[derive(Clone, Debug)]
pub(super) struct Dummy {
    pub(super) name: String,
    pub(super) span: Range<usize>,
}

/// What a stage has come to.
#[derive(Clone, Default)]
struct Built {
    folder: String,
    shell: Vec<Text>,
    roots: Vec<String>,
    has_lock: bool,
    installed: Vec<Installed>,
    pixi: Option<Origin>,
    context: Option<Range<usize>>,
    entrypoint: Option<(Form, Range<usize>)>,
    command: Option<(Form, Range<usize>)>,
    healthcheck: Option<Form>,
}

impl Model {
    /// Whether there is anything to look at.
    pub(super) fn uses_pixi(&self) -> bool {
        !self.runs.is_empty()
            || !self.origins.is_empty()
            || self.entries.iter().any(|entry| !entry.calls.is_empty())
    }
}

/// Takes a Dockerfile apart.
pub(super) fn model(facts: &Facts<'_>, build: &Build<'_>) -> Model {
    let evaluation = Evaluation::new(build.file);
    let mut walk = Walk { facts, build, model: Model::default(), ends: Vec::new() };
    for stage in &build.file.stages {
        let mut now = walk.start(stage);
        for (at, instruction, variables) in evaluation.stage(stage.index) {
            walk.instruction(&mut now, stage, at, instruction, &variables);
        }
        walk.ends.push(now);
    }
    walk.leaves(&evaluation);
    walk.model
}

struct Walk<'w> {
    facts: &'w Facts<'w>,
    build: &'w Build<'w>,
    model: Model,
    ends: Vec<Built>,
}

impl Walk<'_> {
    fn start(&mut self, stage: &Stage) -> Built {
        let fresh = || Built { folder: "/".to_owned(), ..Built::default() };
        match &stage.base {
            Base::Stage(index) => self.ends.get(*index).cloned().unwrap_or_else(fresh),
            Base::Scratch => fresh(),
            Base::Image(image) => {
                let mut built = fresh();
                let from = self.build.file.instructions.get(stage.from);
                if let (Some(Kind::From(from)), Some(text)) =
                    (from.map(|found| &found.kind), image.known())
                {
                    built.pixi = pixi::of_image(text, &from.image.span());
                    self.model.origins.extend(built.pixi.clone());
                }
                built
            }
        }
    }

    fn instruction(
        &mut self,
        built: &mut Built,
        stage: &Stage,
        at: usize,
        instruction: &Instruction,
        variables: &Variables,
    ) {
        match &instruction.kind {
            Kind::Workdir(path) => {
                if let Some(path) = known(path, variables, self.build.file.escape) {
                    built.folder = paths::join(&built.folder, &path);
                }
            }
            Kind::Shell(words) => built.shell.clone_from(words),
            Kind::Run(_) => self.run(built, at, instruction, variables),
            Kind::Copy(copy) | Kind::Add(copy) => {
                self.copy(
                    built,
                    stage,
                    at,
                    copy,
                    variables,
                    matches!(instruction.kind, Kind::Add(_)),
                );
            }
            Kind::Entrypoint(form) => {
                built.entrypoint = Some((form.clone(), instruction.span.clone()));
            }
            Kind::Cmd(form) => built.command = Some((form.clone(), instruction.span.clone())),
            Kind::Healthcheck(dockerfile::Healthcheck::Cmd(form)) => {
                built.healthcheck = Some(form.clone());
            }
            _ => {}
        }
    }

    fn run(
        &mut self,
        built: &mut Built,
        at: usize,
        instruction: &Instruction,
        variables: &Variables,
    ) {
        let commands = shell::of_instruction(instruction, &built.shell);
        let origins = pixi::of_commands(&commands, variables);
        if let Some(last) = origins.last() {
            built.pixi = Some(last.clone());
        }
        self.model.origins.extend(origins);
        self.model.dummies.extend(commands.iter().filter_map(dummy));
        for command in &commands {
            let Some(mut call) = call(command, variables) else { continue };
            let folder = call.directory.as_deref();
            let folder =
                folder.map_or_else(|| built.folder.clone(), |to| paths::join(&built.folder, to));
            let known = built.pixi.as_ref().and_then(|origin| origin.version);
            let version = known.unwrap_or(self.facts.version);
            self.pick(&mut call, version);
            // Where the base brings pixi and the workspace, it may bring what is installed too.
            let is_from_base = built.roots.is_empty()
                && built.pixi.is_none()
                && matches!(call.verb, Verb::Run | Verb::Shell | Verb::ShellHook)
                && !mounts_context(instruction);
            let root = root(&call, &folder, &built.roots).filter(|_| !is_from_base);
            let run = Run {
                instruction: at,
                version,
                installed: built.installed.clone(),
                is_ours: root.is_some(),
                has_lock: built.has_lock || built.roots.is_empty() || mounts_context(instruction),
                follows_context: built.context.clone(),
                variables: variables.clone(),
                call,
            };
            if matches!(&run.call.verb, Verb::Lock | Verb::LockCheck | Verb::Other(_)) {
                // `pixi lock`, `pixi update` and others may write one.
                built.has_lock = true;
            }
            if let Some(root) = root {
                self.install(built, &run.call, &root);
            }
            self.model.runs.push(run);
        }
    }

    /// Which environment a call without a name takes: `pixi run TASK` looks for the task.
    fn pick(&self, call: &mut Call, version: PixiVersion) {
        let (Target::Task(name), Some(task)) = (&mut call.target, &call.task) else { return };
        let has = |view: &View<'_>| {
            let targets = view.features().iter().flat_map(|feature| &feature.targets);
            targets.flat_map(|target| &target.tasks).any(|(known, _)| known.value == *task)
        };
        let views = View::all(self.facts.manifest, version);
        let with: Vec<&View<'_>> = views.iter().filter(|view| has(view)).collect();
        if with.iter().any(|view| view.name() == "default") {
            return;
        }
        match with.as_slice() {
            [] => {}
            [only] => only.name().clone_into(name),
            // pixi asks, and without a terminal takes none.
            _ => call.target = Target::Unknown,
        }
    }

    /// What is installed after a call.
    fn install(&self, built: &mut Built, call: &Call, root: &str) {
        let installs =
            matches!(call.verb, Verb::Install | Verb::Run | Verb::ShellHook | Verb::Shell);
        if !installs || call.is_as_is {
            return;
        }
        let names: Vec<Option<String>> = match &call.target {
            Target::Named(names) => names.iter().map(|name| Some(name.value.clone())).collect(),
            Target::Task(name) => vec![Some(name.clone())],
            Target::All => {
                let all = &self.facts.manifest.environments;
                all.iter().map(|one| Some(one.name.value.clone())).collect()
            }
            Target::Unknown => vec![None],
        };
        for environment in names {
            let span = call.span.clone();
            let installed = Installed { environment, root: root.to_owned(), span };
            if !built.installed.iter().any(|known| {
                known.environment == installed.environment && known.root == installed.root
            }) {
                built.installed.push(installed);
            }
        }
    }

    /// The stages nothing else is made of, and what containers of them start.
    fn leaves(&mut self, evaluation: &Evaluation<'_>) {
        let file = self.build.file;
        let mut used: BTreeSet<usize> =
            self.model.copies.iter().filter_map(|copy| copy.from).collect();
        for stage in &file.stages {
            if let Base::Stage(index) = stage.base {
                used.insert(index);
            }
            for (_, instruction) in file.of_stage(stage) {
                let mounts = instruction.flags.iter().filter_map(dockerfile::Flag::mount);
                let from = mounts.filter_map(|mount| mount.get(&["from"]).map(ToString::to_string));
                used.extend(
                    from.filter_map(|name| Some(file.stage_named(&name, stage.index)?.index)),
                );
            }
        }
        for stage in &file.stages {
            let is_last = stage.index + 1 == file.stages.len();
            if used.contains(&stage.index) && !is_last {
                continue;
            }
            let Some(end) = self.ends.get(stage.index).cloned() else { continue };
            let variables = evaluation.at_end(stage.index);
            let version = end.pixi.as_ref().and_then(|origin| origin.version);
            let version = version.unwrap_or(self.facts.version);
            for (keyword, exec, commands) in entries(&end) {
                let mut calls: Vec<Call> =
                    commands.iter().filter_map(|command| call(command, &variables)).collect();
                for call in &mut calls {
                    self.pick(call, version);
                }
                let installed = end.installed.clone();
                self.model.entries.push(Entry { calls, keyword, exec, installed });
            }
            self.model.leaves.push(Leaf {
                stage: stage.index,
                variables,
                installed: end.installed,
            });
        }
    }
}

/// What `ENTRYPOINT` and `CMD` amount to together, and the health check.
fn entries(end: &Built) -> Vec<(String, Option<Vec<Text>>, Vec<Command>)> {
    let mut found = Vec::new();
    let line = |form: &Form| match form {
        Form::Exec(words) => shell::of_words(words),
        Form::Shell(line) if shell::is_posix(&end.shell) => shell::commands(line),
        Form::Shell(_) => Vec::new(),
    };
    match (&end.entrypoint, &end.command) {
        (Some((Form::Exec(words), _)), command) if !words.is_empty() => {
            let mut whole = words.clone();
            if let Some((Form::Exec(more), _)) = command {
                whole.extend(more.iter().cloned());
            }
            found.push(("ENTRYPOINT".to_owned(), Some(words.clone()), shell::of_words(&whole)));
            // An entry point that hands over, `exec "$@"`, starts what CMD says.
            let hands_over = words.first().is_some_and(|word| !word.ends_with("pixi"));
            if let Some((form @ Form::Exec(words), _)) = command
                && hands_over
            {
                found.push(("CMD".to_owned(), Some(words.clone()), line(form)));
            }
        }
        (Some((form @ Form::Shell(_), _)), _) => {
            found.push(("ENTRYPOINT".to_owned(), None, line(form)));
        }
        (_, Some((form, _))) => {
            let exec = match form {
                Form::Exec(words) => Some(words.clone()),
                Form::Shell(_) => None,
            };
            found.push(("CMD".to_owned(), exec, line(form)));
        }
        _ => {}
    }
    if let Some(form) = &end.healthcheck {
        found.push(("HEALTHCHECK".to_owned(), None, line(form)));
    }
    found
}

/// Whether a `RUN` sees files of the context that are not copied.
fn mounts_context(instruction: &Instruction) -> bool {
    let mounts = instruction.flags.iter().filter_map(dockerfile::Flag::mount);
    mounts.into_iter().any(|mount| mount.kind() == "bind" && mount.get(&["from"]).is_none())
}

/// A text with its variables, if all of them are known.
fn known(text: &str, variables: &Variables, escape: char) -> Option<String> {
    variables.expand(text, escape).ok()?.known().map(str::to_owned)
}

/// The folder of the workspace a call is about; none if it is about another one.
fn root(call: &Call, folder: &str, roots: &[String]) -> Option<String> {
    let start = match &call.manifest_path {
        Some(path) => {
            let path = paths::join(folder, path);
            if paths::name(&path).rsplit_once('.').is_some_and(|(_, end)| end == "toml") {
                paths::parent(&path).to_owned()
            } else {
                path
            }
        }
        None => folder.to_owned(),
    };
    let is_in = |root: &&String| paths::below(&start, root).is_some();
    match roots.iter().filter(is_in).max_by_key(|root| root.len()) {
        Some(root) => Some(root.clone()),
        None if roots.is_empty() => Some(start),
        None => None,
    }
}

/// `mkdir -p src/name && touch src/name/__init__.py`.
fn dummy(command: &Command) -> Option<Dummy> {
    let makes = |word: &dockerfile::shell::Word| {
        let folder = word.as_str().strip_suffix("/__init__.py")?;
        let name = paths::name(folder);
        (!name.is_empty() && !name.contains('$')).then(|| (name.to_owned(), word.span()))
    };
    let touched = command.program() == Some("touch");
    let words = command.words.iter().skip(1).filter(|_| touched);
    let written = command.redirects.iter().filter(|redirect| redirect.operator.starts_with('>'));
    let (name, span) = words.chain(written.map(|redirect| &redirect.target)).find_map(makes)?;
    Some(Dummy { name, span })
}

/// A variable's value, if it is known.
pub(super) fn value(variable: &Variable) -> Option<&str> {
    match &variable.value {
        Value::Known(value) => Some(value),
        _ => None,
    }
}
