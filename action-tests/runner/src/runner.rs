//! The runner: whose behaviour, which way of starting, and the facts of the job.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Dialect;
use crate::container::Engine;
use crate::job::Job;

/// How actions are started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The binary itself, standing for whatever entry point the manifest names.
    Process {
        /// The binary on the host.
        binary: PathBuf,
    },
    /// A container of this image.
    Container {
        /// The image, built before.
        image: String,
        /// Where it runs.
        engine: Engine,
        /// The job's network; the engine's default if none.
        network: Option<String>,
    },
}

/// What is not as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Switch {
    InPlace,
    Terminal,
    NoRunnerTemp,
    JobContainer,
    Kubernetes,
    StderrFirst,
    Debug,
    Artifacts,
}

/// A runner to be; [`Runner::job`] lays its folders out.
#[derive(Clone, Debug)]
pub struct Runner {
    pub(crate) dialect: Dialect,
    pub(crate) mode: Mode,
    pub(crate) provided: BTreeMap<PathBuf, PathBuf>,
    pub(crate) visible: Vec<PathBuf>,
    pub(crate) image_env: BTreeMap<String, String>,
    pub(crate) owner: Option<(u32, u32)>,
    pub(crate) switches: BTreeSet<Switch>,
    pub(crate) github: BTreeMap<String, String>,
    pub(crate) actions: BTreeMap<String, String>,
    pub(crate) proxy: BTreeMap<String, String>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) secrets: BTreeMap<String, String>,
    pub(crate) event: Value,
}

impl Runner {
    /// A runner that starts this binary for every Docker action.
    pub fn process(binary: impl AsRef<Path>) -> Self {
        Self::new(Mode::Process { binary: binary.as_ref().to_owned() })
    }

    /// A runner that starts containers of this image; the network is the engine's default.
    pub fn container(image: impl Into<String>, engine: Engine) -> Self {
        Self::new(Mode::Container { image: image.into(), engine, network: None })
    }

    fn new(mode: Mode) -> Self {
        let is_root = nix::unistd::geteuid().is_root();
        let github = [
            ("actor", "octocat"),
            ("actor_id", "583231"),
            ("api_url", "https://api.github.com"),
            ("base_ref", ""),
            ("event_name", "push"),
            ("graphql_url", "https://api.github.com/graphql"),
            ("head_ref", ""),
            ("job", "build"),
            ("ref", "refs/heads/main"),
            ("ref_name", "main"),
            ("ref_protected", "false"),
            ("ref_type", "branch"),
            ("repository", "octo/demo"),
            ("repository_id", "1296269"),
            ("repository_owner", "octo"),
            ("repository_owner_id", "583231"),
            ("retention_days", "90"),
            ("run_attempt", "1"),
            ("run_id", "1658821493"),
            ("run_number", "3"),
            ("server_url", "https://github.com"),
            ("sha", "ffac537e6cbbf934b08745a378932722df287a53"),
            ("triggering_actor", "octocat"),
            ("workflow", "release"),
            ("workflow_ref", "octo/demo/.github/workflows/release.yml@refs/heads/main"),
            ("workflow_sha", "ffac537e6cbbf934b08745a378932722df287a53"),
        ];
        let github = github.map(|(key, value)| (key.to_owned(), value.to_owned()));
        Self {
            dialect: Dialect::Runner,
            mode,
            provided: BTreeMap::new(),
            visible: Vec::new(),
            image_env: BTreeMap::new(),
            owner: is_root.then_some((1001, 1001)),
            switches: BTreeSet::new(),
            github: github.into(),
            actions: BTreeMap::new(),
            proxy: BTreeMap::new(),
            env: BTreeMap::new(),
            secrets: BTreeMap::new(),
            event: serde_json::json!({}),
        }
    }

    /// Plays act instead: its variables, folders and grammars.
    #[must_use]
    pub fn act(mut self) -> Self {
        self.dialect = Dialect::Act;
        for (key, value) in [("run_id", "1"), ("run_number", "1"), ("retention_days", "0")] {
            self.github.insert(key.to_owned(), value.to_owned());
        }
        self.github.insert("actor".to_owned(), "nektos/act".to_owned());
        self
    }

    /// Process mode: another program of the image, at its path inside.
    #[must_use]
    pub fn provide(mut self, inside: impl Into<PathBuf>, host: impl Into<PathBuf>) -> Self {
        self.provided.insert(inside.into(), host.into());
        self
    }

    /// Process mode: a host folder that the action may see at its own path.
    #[must_use]
    pub fn visible(mut self, folder: impl Into<PathBuf>) -> Self {
        self.visible.push(folder.into());
        self
    }

    /// Process mode: no root folder of its own even where that is possible; the action sees the
    /// host's paths.
    #[must_use]
    pub fn in_place(self) -> Self {
        self.switched(Switch::InPlace)
    }

    /// Process mode: a variable the image sets, which everything else overrides.
    #[must_use]
    pub fn image_env(mut self, name: &str, value: &str) -> Self {
        self.image_env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Process mode under act: act's own output is a terminal, and so are the action's streams.
    #[must_use]
    pub fn terminal(self) -> Self {
        self.switched(Switch::Terminal)
    }

    /// Container mode: the job's network.
    #[must_use]
    pub fn network(mut self, name: impl Into<String>) -> Self {
        if let Mode::Container { network, .. } = &mut self.mode {
            *network = Some(name.into());
        }
        self
    }

    /// User and group the workspace and the runner's folders belong to, and host-side steps run
    /// as. Only root can choose; the default for root is 1001.
    #[must_use]
    pub fn owner(mut self, user: u32, group: u32) -> Self {
        self.owner = Some((user, group));
        self
    }

    /// A runner before 2.329: the temp folder is not mounted and `RUNNER_TEMP` not translated.
    #[must_use]
    pub fn without_runner_temp(self) -> Self {
        self.switched(Switch::NoRunnerTemp)
    }

    /// The job has a `container:`: host-side steps see the work folder as `/__w`; under act, where
    /// every job has one, they see the tool cache where actions do.
    #[must_use]
    pub fn job_container(self) -> Self {
        self.switched(Switch::JobContainer)
    }

    /// Kubernetes hooks: arguments are split at blanks, an entry point is required.
    #[must_use]
    pub fn kubernetes(self) -> Self {
        self.switched(Switch::Kubernetes)
    }

    /// Handles lines of standard error before those of standard output.
    #[must_use]
    pub fn stderr_first(self) -> Self {
        self.switched(Switch::StderrFirst)
    }

    /// Step debug: `RUNNER_DEBUG`=1, and debug lines in the log.
    #[must_use]
    pub fn debug(self) -> Self {
        self.switched(Switch::Debug)
    }

    /// Switches `GITHUB_ARTIFACTS` on.
    #[must_use]
    pub fn artifacts(self) -> Self {
        self.switched(Switch::Artifacts)
    }

    /// `owner/name` of the repository.
    #[must_use]
    pub fn repository(mut self, repository: &str) -> Self {
        let owner = repository.split('/').next().unwrap_or_default();
        self.github.insert("repository_owner".to_owned(), owner.to_owned());
        self.github("repository", repository)
    }

    /// A key of the `github` context, such as `api_url`.
    #[must_use]
    pub fn github(mut self, key: &str, value: impl Into<String>) -> Self {
        self.github.insert(key.to_owned(), value.into());
        self
    }

    /// `github.token` and `secrets.GITHUB_TOKEN`; masked, and never a variable by itself.
    #[must_use]
    pub fn token(self, token: impl Into<String>) -> Self {
        let token = token.into();
        self.secret("GITHUB_TOKEN", token.clone()).github("token", token)
    }

    /// A secret of the repository; masked.
    #[must_use]
    pub fn secret(mut self, name: &str, value: impl Into<String>) -> Self {
        self.secrets.insert(name.to_owned(), value.into());
        self
    }

    /// A variable of the workflow's or job's `env:`.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.insert(name.to_owned(), value.into());
        self
    }

    /// An `ACTIONS_*` variable of the runner's services, such as `ACTIONS_RESULTS_URL`.
    #[must_use]
    pub fn service(mut self, name: &str, value: impl Into<String>) -> Self {
        self.actions.insert(name.to_owned(), value.into());
        self
    }

    /// The variable `actions_cache_mode` of the server; empty is the same as none.
    #[must_use]
    pub fn cache_mode(self, mode: &str) -> Self {
        if mode.is_empty() { self } else { self.service("ACTIONS_CACHE_MODE", mode) }
    }

    /// The runner's own proxy, in both cases of the names.
    #[must_use]
    pub fn proxy(mut self, name: &str, value: &str) -> Self {
        for name in [name.to_uppercase(), name.to_lowercase()] {
            self.proxy.insert(name, value.to_owned());
        }
        self
    }

    /// The event's payload.
    #[must_use]
    pub fn event(mut self, name: &str, payload: Value) -> Self {
        self.event = payload;
        self.github("event_name", name)
    }

    fn switched(mut self, switch: Switch) -> Self {
        self.switches.insert(switch);
        self
    }

    pub(crate) fn is_on(&self, switch: Switch) -> bool {
        self.switches.contains(&switch)
    }

    /// Lays a job out below `folder`, which must exist and be the job's alone.
    ///
    /// # Errors
    /// A folder or file cannot be made.
    pub fn job(self, folder: impl AsRef<Path>) -> anyhow::Result<Job> {
        Job::create(self, folder.as_ref())
    }
}
