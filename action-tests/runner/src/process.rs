//! Process mode: the action's binary without an engine.
//!
//! As root the process gets a root folder of its own, with the system's programs, a fresh `/tmp`
//! and the runner's mounts, and is the first process of a process namespace, so that a missing
//! signal handler shows. Otherwise it runs in place and sees the host's paths.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use crate::cancel::Target;
use crate::environment::Variables;

/// What is started.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The program, as the process sees its path.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its whole environment.
    pub variables: Variables,
    /// Its working directory, as it sees it.
    pub directory: PathBuf,
    /// User and group it runs as; the caller's own if none.
    pub user: Option<(u32, u32)>,
    /// Host path and path inside, for the process's own root.
    pub mounts: Vec<(PathBuf, PathBuf)>,
    /// Whether its three streams are a terminal.
    pub terminal: bool,
}

/// Folders of the system that are visible inside.
const SYSTEM: &[&str] = &["usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "dev"];

/// Whether this machine lets us make namespaces: root, and not forbidden by the surroundings.
pub fn can_isolate() -> bool {
    static ANSWER: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *ANSWER.get_or_init(|| {
        nix::unistd::geteuid().is_root()
            && Command::new("unshare")
                .args(["--mount", "--pid", "--fork", "sh", "-c"])
                .arg("mount --bind /usr /usr && mount -t proc proc /proc")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
    })
}

/// Starts the process in place.
///
/// # Errors
/// It cannot be started.
pub fn start_plain(invocation: &Invocation) -> anyhow::Result<(Child, PlainTarget)> {
    let mut command = if invocation.terminal {
        let mut words = vec![String::from("env"), "-i".into(), "-C".into()];
        words.push(text(&invocation.directory));
        words.extend(assignments(invocation));
        words.push(text(&invocation.program));
        words.extend(invocation.arguments.iter().cloned());
        behind_terminal(&words)
    } else {
        let mut command = Command::new(&invocation.program);
        command.args(&invocation.arguments).env_clear().envs(&invocation.variables);
        command.current_dir(&invocation.directory);
        command
    };
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    if let Some((user, group)) = invocation.user {
        command.uid(user).gid(group);
    }
    let child = command
        .spawn()
        .with_context(|| format!("cannot start {}", invocation.program.display()))?;
    let pid = Pid::from_raw(i32::try_from(child.id()).context("process id")?);
    Ok((child, PlainTarget { pid }))
}

/// A process in place, leader of a group of its own.
#[derive(Debug)]
pub struct PlainTarget {
    pid: Pid,
}

impl Target for PlainTarget {
    fn signal(&self, signal: Signal) {
        kill(self.pid, signal).ok();
    }

    fn survives(&self) -> bool {
        // A killed process may take a moment to go.
        let deadline = Instant::now() + Duration::from_millis(200);
        while killpg(self.pid, None).is_ok() {
            if Instant::now() > deadline {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    fn destroy(&self) {
        killpg(self.pid, Signal::SIGKILL).ok();
    }
}

/// Starts the process in a root folder of its own, made below `root` (an empty folder).
///
/// # Errors
/// The root cannot be prepared or the process not be started.
pub fn start_isolated(
    invocation: &Invocation,
    root: &Path,
) -> anyhow::Result<(Child, IsolatedTarget)> {
    let script = prepare_root(invocation, root)?;
    let mut words: Vec<String> =
        ["unshare", "--mount", "--pid", "--fork", "sh", "-c", &script, "sh", "chroot"]
            .map(str::to_owned)
            .into();
    if let Some((user, group)) = invocation.user {
        words.extend([format!("--userspec={user}:{group}"), "--groups=".into()]);
    }
    words.extend([text(root), "/usr/bin/env".into(), "-i".into(), "-C".into()]);
    words.push(text(&invocation.directory));
    words.extend(assignments(invocation));
    words.push(text(&invocation.program));
    words.extend(invocation.arguments.iter().cloned());
    let mut command = if invocation.terminal {
        behind_terminal(&words)
    } else {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
    };
    let child = command
        .env_clear()
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .context("cannot start unshare")?;
    let outer = i32::try_from(child.id()).context("process id")?;
    Ok((child, IsolatedTarget { outer }))
}

/// Variables as words for `env`: a shell in between would drop names such as `INPUT_DRY`-RUN.
fn assignments(invocation: &Invocation) -> impl Iterator<Item = String> {
    invocation.variables.iter().map(|(name, value)| format!("{name}={value}"))
}

/// A command whose streams are a terminal; what it shows arrives at standard output.
fn behind_terminal(words: &[String]) -> Command {
    let words = words.iter().map(|word| format!("'{}'", word.replace('\'', "'\\''")));
    let line = words.collect::<Vec<_>>().join(" ");
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--flush", "--command", &line, "/dev/null"]);
    command
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Makes folders and links below `root`; returns the shell script that mounts and then becomes its
/// arguments.
fn prepare_root(invocation: &Invocation, root: &Path) -> anyhow::Result<String> {
    let mut lines = vec!["set -e".to_owned()];
    let mut mount = |source: &Path, target: &Path, recursive: bool| {
        let bind = if recursive { "--rbind" } else { "--bind" };
        lines.push(format!("mount {bind} {} {}", quoted(source), quoted(target)));
    };
    for name in SYSTEM {
        let source = Path::new("/").join(name);
        let Ok(metadata) = std::fs::symlink_metadata(&source) else { continue };
        let target = root.join(name);
        if metadata.is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(&source)?, &target)?;
        } else {
            std::fs::create_dir_all(&target)?;
            mount(&source, &target, true);
        }
    }
    let temporary = root.join("tmp");
    std::fs::create_dir_all(&temporary)?;
    std::fs::create_dir_all(root.join("proc"))?;
    std::fs::set_permissions(&temporary, std::os::unix::fs::PermissionsExt::from_mode(0o1777))?;
    for (source, inside) in &invocation.mounts {
        let target = root.join(inside.strip_prefix("/").context("mounts are absolute")?);
        if source.is_dir() {
            std::fs::create_dir_all(&target)?;
        } else if source.exists() {
            std::fs::create_dir_all(target.parent().unwrap_or(root))?;
            std::fs::write(&target, "")?;
        } else {
            bail!("nothing at {} to mount", source.display());
        }
        mount(source, &target, false);
    }
    lines.push(format!("mount -t proc proc {}", quoted(&root.join("proc"))));
    lines.push("exec \"$@\"".to_owned());
    Ok(lines.join("\n"))
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', "'\\''"))
}

/// The files and links a process left in its root, outside of every mount.
pub fn leftovers(root: &Path, mounts: &[(PathBuf, PathBuf)]) -> Vec<PathBuf> {
    let inside: Vec<&Path> = mounts.iter().map(|(_, inside)| inside.as_path()).collect();
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = Path::new("/").join(path.strip_prefix(root).unwrap_or(&path));
            let top = name.strip_prefix("/").ok().and_then(|name| name.to_str());
            if inside.contains(&name.as_path()) || top.is_some_and(|top| SYSTEM.contains(&top)) {
                continue;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    found
}

/// A process behind `unshare`, which plays the docker client.
#[derive(Debug)]
pub struct IsolatedTarget {
    outer: i32,
}

impl IsolatedTarget {
    /// The only child of `unshare`: the first process of the namespace.
    fn inner(&self) -> Option<Pid> {
        let parent = self.outer.to_string();
        let processes = std::fs::read_dir("/proc").ok()?;
        processes.flatten().find_map(|entry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            let after_name = stat.rsplit_once(')')?.1;
            let mut fields = after_name.split_whitespace();
            let state = fields.next()?;
            (fields.next()? == parent && state != "Z").then_some(Pid::from_raw(pid))
        })
    }
}

impl Target for IsolatedTarget {
    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.inner() {
            kill(pid, signal).ok();
        }
    }

    fn survives(&self) -> bool {
        // The kernel ends the whole namespace with its first process.
        self.inner().is_some()
    }

    fn destroy(&self) {
        self.signal(Signal::SIGKILL);
    }
}
