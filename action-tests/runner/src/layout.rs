//! The folders of a job, and how paths are swapped between host and container.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Pairs of host folder and container folder, in search order.
#[derive(Clone, Debug, Default)]
pub struct PathMap {
    pairs: Vec<(String, String)>,
}

impl PathMap {
    /// A map that changes nothing.
    pub fn identity() -> Self {
        Self::default()
    }

    /// Adds a pair behind the others.
    #[must_use]
    pub fn with(mut self, host: &Path, container: &str) -> Self {
        self.pairs.push((host.to_string_lossy().into_owned(), container.to_owned()));
        self
    }

    /// Swaps a host prefix: only if the whole text equals it or it is followed by a slash.
    pub fn to_container(&self, text: &str) -> String {
        let pairs = self.pairs.iter().map(|(host, container)| (host.as_str(), container.as_str()));
        swap(text, pairs)
    }

    /// Swaps a container prefix, by the same rule.
    pub fn to_host(&self, text: &str) -> String {
        let pairs = self.pairs.iter().map(|(host, container)| (container.as_str(), host.as_str()));
        swap(text, pairs)
    }

    /// All pairs, host first.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(host, container)| (host.as_str(), container.as_str()))
    }
}

fn swap<'a>(text: &str, mut pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let swapped = pairs.find_map(|(from, to)| {
        let rest = text.strip_prefix(from)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
    });
    swapped.unwrap_or_else(|| text.to_owned())
}

/// The folders of a job on the host.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The runner's work folder.
    pub work: PathBuf,
    /// `<work>/_temp`.
    pub temp: PathBuf,
    /// `<work>/_temp/_github_home`.
    pub home: PathBuf,
    /// `<work>/_temp/_github_workflow`, where `event.json` lies.
    pub workflow: PathBuf,
    /// `<work>/_temp/_runner_file_commands`.
    pub file_commands: PathBuf,
    /// `<work>/<repository>/<repository>`.
    pub workspace: PathBuf,
    /// The tool cache, shared with containers under act only.
    pub tool_cache: PathBuf,
    /// What act mounts at `/var/run/act`.
    pub act: PathBuf,
}

impl Layout {
    /// Lays the folders out below `root`, an absolute path. `name` is the repository without owner.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub fn create(root: &Path, name: &str) -> anyhow::Result<Self> {
        let root = std::fs::canonicalize(root)
            .with_context(|| format!("no folder {} for the job", root.display()))?;
        let work = root.join("work");
        let temp = work.join("_temp");
        let layout = Self {
            home: temp.join("_github_home"),
            workflow: temp.join("_github_workflow"),
            file_commands: temp.join("_runner_file_commands"),
            workspace: work.join(name).join(name),
            tool_cache: work.join("_tool"),
            act: root.join("act"),
            temp,
            work,
        };
        let act_workflow = layout.act.join("workflow");
        for folder in [
            &layout.home,
            &layout.workflow,
            &layout.file_commands,
            &layout.workspace,
            &layout.tool_cache,
            &act_workflow,
        ] {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        Ok(layout)
    }

    /// The mounts of a Docker action on the runner, in search order of the translation.
    pub fn runner_paths(&self, with_runner_temp: bool) -> PathMap {
        let map = PathMap::default()
            .with(&self.workspace, "/github/workspace")
            .with(&self.file_commands, "/github/file_commands")
            .with(&self.workflow, "/github/workflow")
            .with(&self.home, "/github/home");
        if with_runner_temp { map.with(&self.temp, "/github/runner_temp") } else { map }
    }

    /// The mounts of act: the workspace at its own path, the file commands, the tool cache.
    pub fn act_paths(&self) -> PathMap {
        PathMap::default()
            .with(&self.workspace, &self.workspace.to_string_lossy())
            .with(&self.act, "/var/run/act")
            .with(&self.tool_cache, "/opt/hostedtoolcache")
    }

    /// Where a job container (`container:` of the job) sees the host's folders.
    pub fn job_container_paths(&self) -> PathMap {
        PathMap::default().with(&self.home, "/github/home").with(&self.work, "/__w")
    }
}
