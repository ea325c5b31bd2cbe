//! Paths as the container sees them, and as later steps do.
//!
//! The runner mounts directories of the host into the action's container and translates the values
//! of environment variables on the way in, but nothing on the way out: a path written to
//! `GITHUB_PATH`, `GITHUB_ENV` or an output must be the one later steps know (runner contract, 2.4
//! and 2.5).

use std::path::{Component, Path, PathBuf};

use diagnostics::Diagnostic;

use crate::error::Error;
use crate::inputs::Inputs;
use crate::runner::Runner;

const WORKSPACE: &str = "/github/workspace";
const HOME: &str = "/github/home";
const TEMP: &str = "/github/runner_temp";
const WORKFLOW: &str = "/github/workflow";
/// Where act keeps tools from one run to the next; the runner mounts nothing there.
const TOOL_CACHE: &str = "/opt/hostedtoolcache";

/// The mapping between the action's paths and those of later steps. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    workspace: PathBuf,
    home: Option<PathBuf>,
    seen_by: SeenBy,
}

/// Who uses a path later, seen from here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SeenBy {
    /// Nobody, or steps that see what we see: a plain shell, a binary run by a `run:` step.
    Same,
    /// act: the same paths, but few directories are shared.
    Act,
    /// The host, or the job's container: mounted path and theirs, where known.
    Mounted(Vec<(&'static str, Option<PathBuf>)>),
}

/// A folder that later steps share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The folder, as we see it.
    pub(crate) folder: PathBuf,
    /// It is the workspace, where things must not lie around.
    pub(crate) is_workspace: bool,
}

impl Paths {
    pub(crate) fn new(runner: &Runner, inputs: &Inputs) -> Self {
        let workspace = runner.workspace().to_owned();
        let home = runner.environment().get("HOME").map(PathBuf::from);
        let mounted = runner.environment().get("GITHUB_WORKSPACE") == Some(WORKSPACE);
        let seen_by = if !runner.in_actions() {
            SeenBy::Same
        } else if runner.under_act() {
            SeenBy::Act
        } else if mounted {
            SeenBy::Mounted(mounts(runner, inputs))
        } else {
            SeenBy::Same
        };
        Self { workspace, home, seen_by }
    }

    /// The path of later steps for one of ours; a relative path is one below the workspace.
    ///
    /// # Errors
    /// Paths in a directory later steps do not share, or whose place on the host is not known.
    pub fn host(&self, path: &Path) -> Result<PathBuf, Diagnostic> {
        let path = normalise(&self.workspace.join(path));
        match &self.seen_by {
            SeenBy::Same => Ok(path),
            SeenBy::Act => {
                let shared = [self.workspace.as_path(), Path::new(TOOL_CACHE)];
                let is_shared = shared.into_iter().any(|root| path.starts_with(root));
                if is_shared { Ok(path) } else { Err(Error::NotShared(path).into()) }
            }
            SeenBy::Mounted(mounts) => {
                for (ours, theirs) in mounts {
                    if let Ok(rest) = path.strip_prefix(ours) {
                        return match theirs {
                            Some(theirs) => Ok(joined(theirs, rest)),
                            None => Err(Error::HostUnknown(path).into()),
                        };
                    }
                }
                // Translated already, or given by someone who knows the host.
                let known = mounts.iter().filter_map(|(_, theirs)| theirs.as_ref());
                if known.into_iter().any(|theirs| path.starts_with(theirs)) {
                    return Ok(path);
                }
                Err(Error::NotShared(path).into())
            }
        }
    }

    pub(crate) fn is_same(&self) -> bool {
        self.seen_by == SeenBy::Same
    }

    /// The best folder that later steps share; `temp` is the temporary directory of a run that
    /// sees what later steps see, where there is one. The workspace is shared always.
    pub(crate) fn shared(
        &self,
        temp: Option<&Path>,
        is_mounted: &dyn Fn(&Path) -> bool,
    ) -> Candidate {
        let best = match &self.seen_by {
            SeenBy::Same => temp,
            SeenBy::Act => Some(Path::new(TOOL_CACHE)).filter(|path| is_mounted(path)),
            SeenBy::Mounted(mounts) => {
                // In a job container home has the same name as here, whatever the runner.
                let in_job = mounts.iter().any(|(ours, theirs)| {
                    *ours == HOME && theirs.as_deref() == Some(Path::new(HOME))
                });
                let temp = Some(Path::new(TEMP)).filter(|path| !in_job && is_mounted(path));
                temp.or_else(|| Some(Path::new(HOME)).filter(|path| is_mounted(path)))
            }
        };
        match best {
            Some(folder) => Candidate { folder: folder.to_owned(), is_workspace: false },
            None => Candidate { folder: self.workspace.clone(), is_workspace: true },
        }
    }

    /// Our path for one of later steps, where there is one; else the path as it is.
    pub fn container(&self, path: &Path) -> PathBuf {
        let path = normalise(path);
        let SeenBy::Mounted(mounts) = &self.seen_by else { return path };
        for (ours, theirs) in mounts {
            if let Some(rest) = theirs.as_ref().and_then(|theirs| path.strip_prefix(theirs).ok()) {
                return joined(Path::new(ours), rest);
            }
        }
        path
    }

    /// The home directory of this run.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// A path relative to the workspace, as annotations and messages name files; a path elsewhere
    /// as it is.
    pub fn shown(&self, path: &Path) -> String {
        let path = normalise(&self.workspace.join(path));
        path.strip_prefix(&self.workspace).unwrap_or(&path).display().to_string()
    }
}

/// What is mounted where on the runner. More specific directories come first.
fn mounts(runner: &Runner, inputs: &Inputs) -> Vec<(&'static str, Option<PathBuf>)> {
    let given = inputs.path("host-workspace").filter(|path| path.is_absolute());
    // The flag carries the host's path; the variable may have been translated on its way in.
    let given = given.filter(|path| !path.starts_with("/github"));
    let above = runner.environment().get("RUNNER_WORKSPACE").map(PathBuf::from);
    let by_layout =
        above.as_ref().zip(runner.repository()).map(|(above, (_, name))| above.join(name));
    let workspace = given.or(by_layout);
    let work = above
        .as_deref()
        .or_else(|| workspace.as_deref().and_then(Path::parent))
        .and_then(Path::parent)
        .map(Path::to_owned);
    if inputs.text("job-container").is_some() {
        // `run:` steps are in the job's container: its work folder is /__w, home and event are
        // mounted as they are here.
        let below_work = match (&workspace, &work) {
            (Some(workspace), Some(work)) => workspace.strip_prefix(work).ok().map(Path::to_owned),
            _ => None,
        };
        return vec![
            (WORKSPACE, below_work.map(|rest| joined(Path::new("/__w"), &rest))),
            (HOME, Some(PathBuf::from(HOME))),
            (WORKFLOW, Some(PathBuf::from(WORKFLOW))),
            (TEMP, Some(PathBuf::from("/__w/_temp"))),
        ];
    }
    let temp = work.map(|work| work.join("_temp"));
    let below_temp = |name: &str| temp.as_ref().map(|temp| temp.join(name));
    vec![
        (WORKSPACE, workspace),
        (HOME, below_temp("_github_home")),
        (WORKFLOW, below_temp("_github_workflow")),
        (TEMP, temp.clone()),
    ]
}

/// `a` for `a` and nothing, where `join` would make `a/`.
fn joined(root: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { root.to_owned() } else { root.join(rest) }
}

/// Takes `.` and `..` out by the text alone; `..` at the root stays there.
fn normalise(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            _ => plain.push(component),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::DEMO;

    fn paths(pairs: &[(&str, &str)], arguments: &[&str]) -> Paths {
        let mounted = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_WORKSPACE", WORKSPACE),
            ("GITHUB_REPOSITORY", "o/repo"),
        ];
        let environment = mounted.iter().chain(pairs).copied().collect();
        let arguments: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
        let request = crate::request::read(&DEMO, &environment, &arguments);
        let runner = Runner::new(environment, Path::new(WORKSPACE));
        Paths::new(&runner, &request.inputs)
    }

    const HOSTED: &[&str] = &["--host-workspace", "/home/runner/work/repo/repo"];

    #[test]
    fn mounted_paths_become_the_hosts() {
        let by_args = paths(&[], HOSTED);
        let by_layout = paths(&[("RUNNER_WORKSPACE", "/home/runner/work/repo")], &[]);
        let cases = [
            ("/github/workspace/bin", "/home/runner/work/repo/repo/bin"),
            ("bin/../tool", "/home/runner/work/repo/repo/tool"),
            ("/github/workspace", "/home/runner/work/repo/repo"),
            ("/github/home/.x", "/home/runner/work/_temp/_github_home/.x"),
            ("/github/runner_temp/p.json", "/home/runner/work/_temp/p.json"),
            ("/github/workflow/event.json", "/home/runner/work/_temp/_github_workflow/event.json"),
            ("/home/runner/work/repo/repo/bin", "/home/runner/work/repo/repo/bin"),
        ];
        for (ours, theirs) in cases {
            for paths in [&by_args, &by_layout] {
                assert_eq!(paths.host(Path::new(ours)).unwrap(), Path::new(theirs));
            }
            let back = by_args.container(Path::new(theirs));
            assert_eq!(by_args.host(&back).unwrap(), Path::new(theirs));
        }
        assert_eq!(by_args.container(Path::new("/opt/x")), Path::new("/opt/x"));
    }

    #[test]
    fn what_is_not_shared_is_refused() {
        let paths = paths(&[], HOSTED);
        for path in ["/tmp/x", "/github/workspace/../file_commands", "/github/workspaces", "/root"]
        {
            let error = paths.host(Path::new(path)).unwrap_err();
            assert_eq!(error.code, "runner/path-not-shared", "{path}");
        }
    }

    #[test]
    fn a_translated_or_missing_host_workspace_is_not_believed() {
        let paths = paths(&[("INPUT_HOST-WORKSPACE", WORKSPACE)], &[]);
        let error = paths.host(Path::new("bin")).unwrap_err();
        assert_eq!(error.code, "runner/host-path-unknown");
    }

    #[test]
    fn in_a_job_container_the_work_folder_is_w() {
        let paths = paths(&[("INPUT_JOB-CONTAINER", "abc")], HOSTED);
        for (ours, theirs) in [
            ("bin", "/__w/repo/repo/bin"),
            ("/github/home/x", "/github/home/x"),
            ("/github/runner_temp/x", "/__w/_temp/x"),
        ] {
            assert_eq!(paths.host(Path::new(ours)).unwrap(), Path::new(theirs));
        }
    }

    #[test]
    fn under_act_paths_stay_and_private_ones_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().to_str().unwrap();
        let paths = paths(&[("ACT", "true"), ("GITHUB_WORKSPACE", root)], &[]);
        assert_eq!(paths.host(Path::new("bin")).unwrap(), dir.path().join("bin"));
        assert!(paths.host(Path::new("/opt/hostedtoolcache/x")).is_ok());
        assert!(paths.host(Path::new("/github/home/x")).is_err());
    }

    #[test]
    fn the_shared_folder_is_where_the_runner_mounts_one() {
        let all = |_: &Path| true;
        let old = |path: &Path| path != Path::new(TEMP);
        let none = |_: &Path| false;
        let folder = |paths: &Paths, is_mounted: &dyn Fn(&Path) -> bool| {
            let found = paths.shared(Some(Path::new("/work/_temp")), is_mounted);
            (found.folder.display().to_string(), found.is_workspace)
        };
        let shared = |folder: &str| (folder.to_owned(), false);
        let hosted = paths(&[], HOSTED);
        assert_eq!(folder(&hosted, &all), shared(TEMP));
        assert_eq!(folder(&hosted, &old), shared(HOME));
        assert_eq!(folder(&hosted, &none), (hosted.workspace.display().to_string(), true));
        let in_job = paths(&[("INPUT_JOB-CONTAINER", "abc")], HOSTED);
        assert_eq!(folder(&in_job, &all), shared(HOME));
        let act = paths(&[("ACT", "true"), ("GITHUB_WORKSPACE", "/tmp")], &[]);
        assert_eq!(folder(&act, &all), shared(TOOL_CACHE));
        assert_eq!(folder(&act, &none), ("/tmp".to_owned(), true));
        let step = paths(&[("GITHUB_WORKSPACE", "/work/repo/repo")], &[]);
        assert_eq!(folder(&step, &none), shared("/work/_temp"));
        assert!(step.shared(None, &all).is_workspace);
    }

    #[test]
    fn a_plain_shell_keeps_every_path() {
        let paths = paths(&[("GITHUB_ACTIONS", "false")], &[]);
        assert_eq!(paths.host(Path::new("/tmp/x")).unwrap(), Path::new("/tmp/x"));
        assert_eq!(paths.shown(Path::new("/github/workspace/a.toml")), "a.toml");
    }
}
