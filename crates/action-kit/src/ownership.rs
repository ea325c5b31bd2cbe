//! Becoming the owner of the workspace.
//!
//! A container action starts as root in a workspace that belongs to someone else. Files made as
//! root break later steps, and git refuses a repository of another owner; being the owner cures
//! both (runner contract, section 7).

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use diagnostics::Diagnostic;
use nix::sys::stat::{Mode, umask};
use nix::unistd::{AccessFlags, Gid, Uid, access, geteuid, setgid, setgroups, setuid};

use crate::environment::Environment;

const ENGINE_SOCKET: &str = "/var/run/docker.sock";

/// Becomes the owner of `workspace` when started as root, and finds a home for it. `engine`: keep
/// the group of the Docker socket. Call it before there is a second thread: Linux keeps these
/// identities per thread.
///
/// # Errors
/// A warning, when the capabilities for it are missing.
pub(crate) fn become_owner(
    workspace: &Path,
    engine: bool,
    environment: &mut Environment,
) -> Result<Option<Home>, Diagnostic> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    umask(Mode::from_bits_truncate(0o022));
    let owner = std::fs::metadata(workspace).ok().filter(|owner| owner.uid() != 0);
    let Some(owner) = owner else { return Ok(None) };
    let socket = std::fs::metadata(ENGINE_SOCKET).ok().filter(|_| engine);
    let groups: Vec<Gid> = socket.into_iter().map(|data| Gid::from_raw(data.gid())).collect();
    let changed = setgroups(&groups)
        .and_then(|()| setgid(Gid::from_raw(owner.gid())))
        .and_then(|()| setuid(Uid::from_raw(owner.uid())));
    if let Err(error) = changed {
        let message =
            format!("cannot become the owner of the workspace, uid {}: {error}", owner.uid());
        return Err(Diagnostic::warning("runner/ownership", message).with_help(
            "do not drop the capabilities SETUID and SETGID, or start the container as that user",
        ));
    }
    Ok(find_home(environment))
}

/// A home made for this run; dropping it removes it.
pub(crate) type Home = tempfile::TempDir;

/// act's HOME is root's; the new user gets one that can be written.
fn find_home(environment: &mut Environment) -> Option<Home> {
    let usable = |path: &str| access(path, AccessFlags::W_OK | AccessFlags::X_OK).is_ok();
    if environment.get("HOME").is_some_and(usable) {
        return None;
    }
    let temp = environment.get("RUNNER_TEMP").filter(|path| usable(path)).unwrap_or("/tmp");
    let home = tempfile::Builder::new().prefix("home-").tempdir_in(temp).ok()?;
    environment.set("HOME", home.path().to_string_lossy());
    Some(home)
}
