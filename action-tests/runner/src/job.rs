//! A job: folders, what steps hand on, and the running of steps.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::Dialect;
use crate::artifacts::Subjects;
use crate::cancel::{self, Cancel, Ended};
use crate::console::{Console, Stream};
use crate::container::{Run, container_name};
use crate::file_commands::initialise;
use crate::finish;
use crate::layout::{Layout, PathMap};
use crate::mask::Masker;
use crate::matcher::Matcher;
use crate::ownership::{self, Snapshot};
use crate::prepare::{self, Prepared};
use crate::process::{self, Invocation};
use crate::report::StepReport;
use crate::runner::{Mode, Runner, Switch};
use crate::step::{Stage, Step, What};
use crate::step_state::StepState;

/// A job whose steps run one after the other.
#[derive(Debug)]
pub struct Job {
    pub(crate) runner: Runner,
    pub(crate) layout: Layout,
    pub(crate) root: PathBuf,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) path: Vec<String>,
    pub(crate) state: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) step_outputs: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) masker: Masker,
    pub(crate) matchers: Vec<Matcher>,
    pub(crate) telemetry: std::collections::BTreeSet<String>,
    pub(crate) subjects: Subjects,
    pub(crate) failed: bool,
    posts: Vec<Step>,
    settled: bool,
    /// act: a container of this job was left behind.
    blocked: bool,
}

/// What is kept of the output while a step runs, and what it left outside of the shared folders.
pub(crate) struct Seen {
    pub(crate) state: StepState,
    pub(crate) bytes: Vec<(Stream, Vec<u8>)>,
    pub(crate) ended: Ended,
    pub(crate) outside: Vec<PathBuf>,
    pub(crate) command_line: Option<String>,
}

impl Job {
    pub(crate) fn create(runner: Runner, folder: &Path) -> anyhow::Result<Self> {
        let repository = runner.github.get("repository").cloned().unwrap_or_default();
        let name = repository.rsplit('/').next().unwrap_or_default();
        let layout = Layout::create(folder, name)?;
        let root = std::fs::canonicalize(folder)?;
        // Temporary folders are private; the runner's user must get through.
        std::fs::set_permissions(&root, PermissionsExt::from_mode(0o755))?;
        let mut masker = Masker::new(runner.dialect);
        runner.secrets.values().for_each(|secret| masker.add(secret));
        let subjects = Subjects::new(runner.is_on(Switch::Artifacts));
        let job = Self {
            layout,
            root,
            env: BTreeMap::new(),
            path: Vec::new(),
            state: BTreeMap::new(),
            step_outputs: BTreeMap::new(),
            masker,
            matchers: Vec::new(),
            telemetry: std::collections::BTreeSet::new(),
            subjects,
            failed: false,
            posts: Vec::new(),
            settled: false,
            blocked: false,
            runner,
        };
        let event = serde_json::to_string_pretty(&job.runner.event)?;
        job.make_file(&job.layout.workflow.join("event.json"), &event)?;
        job.make_file(&job.layout.act.join("workflow/event.json"), &event)?;
        Ok(job)
    }

    /// The workspace on the host; tests put a repository into it before the first step.
    pub fn workspace(&self) -> &Path {
        &self.layout.workspace
    }

    /// The folders on the host.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Whether a step failed, or act failed the job after all steps.
    pub fn failed(&self) -> bool {
        self.failed
    }

    /// The path additions so far, in order of appearance.
    pub fn path_additions(&self) -> &[String] {
        &self.path
    }

    /// The variables earlier steps exported.
    pub fn exported(&self) -> &BTreeMap<String, String> {
        &self.env
    }

    /// Telemetry about deprecated commands, each once a job.
    pub fn telemetry(&self) -> impl Iterator<Item = &str> {
        self.telemetry.iter().map(String::as_str)
    }

    /// Switches step debug on or off for what follows.
    pub fn set_debug(&mut self, on: bool) {
        if on {
            self.runner.switches.insert(Switch::Debug);
        } else {
            self.runner.switches.remove(&Switch::Debug);
        }
    }

    /// Job outputs as the runner passes them on: values that hold a secret are dropped, empty ones
    /// are skipped. act drops none.
    pub fn job_outputs(&self, wanted: &[(&str, &str)]) -> BTreeMap<String, String> {
        let outputs = wanted.iter().filter_map(|(id, name)| {
            let value = self.step_outputs.get(*id)?.get(*name)?;
            let hidden = self.runner.dialect == Dialect::Runner && self.masker.hides(value);
            (!value.is_empty() && !hidden).then(|| ((*name).to_owned(), value.clone()))
        });
        outputs.collect()
    }

    /// Gives workspace and folders to the runner's user, as a checkout would have left them. Done
    /// by itself before the first step, to be repeated after changes from outside.
    ///
    /// # Errors
    /// An owner cannot be changed.
    pub fn settle(&mut self) -> anyhow::Result<()> {
        if let Some(owner) = self.owner() {
            ownership::give(&self.layout.work, owner)?;
            ownership::give(&self.layout.act, owner)?;
        }
        self.settled = true;
        Ok(())
    }

    /// Runs a step.
    ///
    /// # Errors
    /// The step cannot be prepared (manifest, inputs) or started; a failing step is no error.
    pub fn step(&mut self, step: impl Borrow<Step>) -> anyhow::Result<StepReport> {
        let prepared = self.prepare(step.borrow())?;
        let snapshot = self.snapshot();
        let seen = self.execute(&prepared)?;
        finish::finish(self, &prepared, seen, &snapshot)
    }

    /// Runs an action inside this process: `run` gets variables and arguments and returns exit
    /// code, standard output and standard error. Paths are those of the host.
    ///
    /// # Errors
    /// The step cannot be prepared.
    pub fn step_with(
        &mut self,
        step: impl Borrow<Step>,
        run: impl FnOnce(&Prepared) -> (i32, Vec<u8>, Vec<u8>),
    ) -> anyhow::Result<StepReport> {
        self.runner.switches.insert(Switch::InPlace);
        let prepared = self.prepare(step.borrow())?;
        let snapshot = self.snapshot();
        let mut state = self.begin(&prepared);
        let mut console = Console::new(self.runner.dialect, self.runner.is_on(Switch::StderrFirst));
        let (exit, stdout, stderr) = run(&prepared);
        console.bytes(Stream::Stdout, &stdout, &mut state);
        console.bytes(Stream::Stderr, &stderr, &mut state);
        console.end(&mut state);
        let seen = Seen {
            state,
            bytes: console.seen().to_vec(),
            ended: Ended { exit, ..Ended::default() },
            outside: Vec::new(),
            command_line: None,
        };
        finish::finish(self, &prepared, seen, &snapshot)
    }

    /// Ends the job: the post entry points of started actions run in reverse order, whatever
    /// failed before.
    ///
    /// # Errors
    /// A post step cannot be started.
    pub fn finish(&mut self) -> anyhow::Result<Vec<StepReport>> {
        let posts = std::mem::take(&mut self.posts);
        posts.into_iter().rev().map(|step| self.step(step)).collect()
    }

    /// act: removes the container an interrupted run left behind (`docker rm --force`).
    pub fn remove_container(&mut self) {
        self.blocked = false;
    }

    fn prepare(&mut self, step: &Step) -> anyhow::Result<Prepared> {
        if self.blocked {
            bail!("volume is in use: the container of an interrupted run is still there");
        }
        if !self.settled {
            self.settle()?;
        }
        let prepared = prepare::prepare(self, step)?;
        if prepared.has_post && step.stage != Stage::Post {
            let post = Step { cancel: None, ..step.clone() }.stage(Stage::Post);
            if !self.posts.iter().any(|known| known.id == post.id && known.what == post.what) {
                self.posts.push(post);
            }
        }
        Ok(prepared)
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::take(&[&self.layout.workspace, &self.layout.temp])
    }

    fn begin(&mut self, prepared: &Prepared) -> StepState {
        let mut state = StepState {
            masker: std::mem::take(&mut self.masker),
            paths: prepared.paths.clone(),
            workspace: self.layout.workspace.to_string_lossy().into_owned(),
            env: prepared.env.clone(),
            debug: self.runner.is_on(Switch::Debug),
            matchers: std::mem::take(&mut self.matchers),
            telemetry: std::mem::take(&mut self.telemetry),
            ..StepState::new(self.runner.dialect)
        };
        for warning in &prepared.warnings {
            state.warning(warning);
        }
        state
    }

    fn execute(&mut self, prepared: &Prepared) -> anyhow::Result<Seen> {
        let mut state = self.begin(prepared);
        let mut console = Console::new(self.runner.dialect, self.runner.is_on(Switch::StderrFirst));
        let cancel = prepared.step.cancel.as_ref();
        let mut text = String::new();
        let on_bytes = |stream: Stream, bytes: &[u8]| {
            console.bytes(stream, bytes, &mut state);
            text.push_str(&String::from_utf8_lossy(bytes));
            matches!(cancel, Some(Cancel::OnLine(wanted)) if text.contains(wanted))
        };
        let is_script = matches!(prepared.step.what, What::Script(_));
        let signals = is_script || self.runner.dialect == Dialect::Runner;
        let watch = cancel::Watch { cancel, signals };
        let (mut outside, mut command_line) = (Vec::new(), None);
        let ended = match &self.runner.mode {
            Mode::Container { image, engine, network } if !is_script => {
                let run = docker_run(prepared, image, engine, network.as_ref())?;
                command_line = Some(run.command_line());
                let (child, target) = run.start(engine)?;
                cancel::supervise(child, &target, &watch, on_bytes)?
            }
            _ => {
                let invocation = self.invocation(prepared)?;
                if self.is_isolated(is_script) {
                    let root = self.root.join(format!("root-{}", prepare::uuid()?));
                    std::fs::create_dir(&root).context("cannot make a root folder")?;
                    let (child, target) = process::start_isolated(&invocation, &root)?;
                    let ended = cancel::supervise(child, &target, &watch, on_bytes)?;
                    outside = process::leftovers(&root, &invocation.mounts);
                    std::fs::remove_dir_all(&root).ok();
                    ended
                } else {
                    let (child, target) = process::start_plain(&invocation)?;
                    cancel::supervise(child, &target, &watch, on_bytes)?
                }
            }
        };
        console.end(&mut state);
        self.blocked = ended.survived && self.runner.dialect == Dialect::Act;
        Ok(Seen { state, bytes: console.seen().to_vec(), ended, outside, command_line })
    }

    fn invocation(&self, prepared: &Prepared) -> anyhow::Result<Invocation> {
        let is_script = matches!(prepared.step.what, What::Script(_));
        let mut invocation = Invocation {
            arguments: prepared.arguments.clone(),
            variables: prepared.variables.clone(),
            directory: prepared.directory.clone(),
            user: if is_script { self.owner() } else { prepared.step.user },
            mounts: prepared.paths.pairs().map(|(h, c)| (h.into(), c.into())).collect(),
            ..Invocation::default()
        };
        if is_script {
            invocation.program = "bash".into();
            return Ok(invocation);
        }
        let Mode::Process { binary } = &self.runner.mode else { bail!("not in process mode") };
        let image =
            self.runner.image_env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in image.chain([("PATH", PATH), ("HOME", "/")]) {
            invocation.variables.entry(name.into()).or_insert_with(|| value.into());
        }
        invocation.terminal = self.runner.is_on(Switch::Terminal);
        let named = prepared.entrypoint.as_deref().map(Path::new);
        let host = named.and_then(|path| self.runner.provided.get(path)).unwrap_or(binary);
        let host = std::fs::canonicalize(host)
            .with_context(|| format!("no program at {}", host.display()))?;
        if !self.is_isolated(false) {
            invocation.program = host;
            return Ok(invocation);
        }
        let file_name = host.file_name().context("the program has no name")?;
        invocation.program = Path::new("/image").join(file_name);
        invocation.mounts.push((host, invocation.program.clone()));
        let visible = self.runner.visible.iter().cloned();
        invocation.mounts.extend(visible.map(|folder| (folder.clone(), folder)));
        // A folder inside another one is mounted after it.
        invocation.mounts.sort_by_key(|(_, inside)| inside.components().count());
        Ok(invocation)
    }

    pub(crate) fn owner(&self) -> Option<(u32, u32)> {
        self.runner.owner.filter(|_| nix::unistd::geteuid().is_root())
    }

    /// Whether the step gets a root folder of its own.
    fn is_isolated(&self, is_script: bool) -> bool {
        if self.runner.is_on(Switch::InPlace) || !process::can_isolate() {
            return false;
        }
        !is_script || self.runner.is_on(Switch::JobContainer)
    }

    /// Whether host-side steps run in a container of the job: where the work folder is `/__w`, or
    /// under act where the tool cache is at its own place.
    pub(crate) fn in_job_container(&self) -> bool {
        self.is_isolated(true)
    }

    /// Host and container paths of host-side steps.
    pub(crate) fn script_paths(&self) -> PathMap {
        match self.runner.dialect {
            _ if !self.in_job_container() => PathMap::identity(),
            Dialect::Runner => self.layout.job_container_paths(),
            Dialect::Act => self.layout.act_paths(),
        }
    }

    /// Host and container paths of an action.
    pub(crate) fn step_paths(&self) -> PathMap {
        let in_container = matches!(self.runner.mode, Mode::Container { .. });
        match self.runner.dialect {
            _ if !in_container && !self.is_isolated(false) => PathMap::identity(),
            Dialect::Runner => self.layout.runner_paths(!self.runner.is_on(Switch::NoRunnerTemp)),
            Dialect::Act => self.layout.act_paths(),
        }
    }

    /// Makes a file of the runner: 0644 and its user's, under act 0666.
    pub(crate) fn make_file(&self, path: &Path, text: &str) -> anyhow::Result<()> {
        let contents = || Ok(text.to_owned());
        initialise(path, contents).with_context(|| format!("cannot write {}", path.display()))?;
        let mode = if self.runner.dialect == Dialect::Act { 0o666 } else { 0o644 };
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode))?;
        if let Some((user, group)) = self.owner() {
            std::os::unix::fs::chown(path, Some(user), Some(group))?;
        }
        Ok(())
    }
}

/// PATH of an image that sets none.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

fn docker_run(
    prepared: &Prepared,
    image: &str,
    engine: &crate::Engine,
    network: Option<&String>,
) -> anyhow::Result<Run> {
    let mut mounts = vec![(engine.socket(), "/var/run/docker.sock".to_owned())];
    // The runner adds the temp folder first and the workspace last.
    let shared: Vec<_> = prepared.paths.pairs().collect();
    let shared = shared.into_iter().rev();
    mounts.extend(shared.map(|(host, inside)| (PathBuf::from(host), inside.to_owned())));
    let suffix: String = prepare::uuid()?.chars().take(6).collect();
    Ok(Run {
        name: container_name(image, &suffix),
        label: "5dd1a8".to_owned(),
        directory: prepared.directory.to_string_lossy().into_owned(),
        variables: prepared.variables.clone(),
        entrypoint: prepared.entrypoint.clone(),
        network: network.cloned(),
        mounts,
        image: image.to_owned(),
        arguments: prepared.arguments_text.clone(),
    })
}
