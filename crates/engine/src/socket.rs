//! Where the engine listens.

use std::path::{Path, PathBuf};

use crate::Error;

/// Where the runner and act mount the engine's socket.
pub const SOCKET: &str = "/var/run/docker.sock";

/// The engine's socket: the one `DOCKER_HOST` names if it is there, else the usual one.
///
/// A job may set `DOCKER_HOST` to a path of the host that a container does not have, while the
/// socket is mounted at the usual place.
///
/// # Errors
/// [`Error::Host`] for an address that is no socket of this machine, [`Error::NoSocket`].
pub fn find(docker_host: Option<&str>) -> Result<PathBuf, Error> {
    find_in(docker_host, Path::new(SOCKET))
}

fn find_in(docker_host: Option<&str>, usual: &Path) -> Result<PathBuf, Error> {
    let mut tried = Vec::new();
    if let Some(host) = docker_host.filter(|host| !host.is_empty()) {
        let path = host.strip_prefix("unix://").filter(|path| path.starts_with('/'));
        tried.push(PathBuf::from(path.ok_or_else(|| Error::Host(host.to_owned()))?));
    }
    if !tried.iter().any(|path| path == usual) {
        tried.push(usual.to_owned());
    }
    // A socket in a folder that this user may not enter is there all the same.
    let is_there = |path: &&PathBuf| path.try_exists().unwrap_or(true);
    let found = tried.iter().find(is_there).cloned();
    found.ok_or(Error::NoSocket(tried))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_socket_then_the_usual_one() {
        let folder = tempfile::tempdir().unwrap();
        let (named, usual) = (folder.path().join("named"), folder.path().join("usual"));
        let host = format!("unix://{}", named.display());
        assert_eq!(
            find_in(Some(&host), &usual),
            Err(Error::NoSocket(vec![named.clone(), usual.clone()]))
        );
        assert_eq!(find_in(None, &usual), Err(Error::NoSocket(vec![usual.clone()])));
        std::fs::write(&usual, "").unwrap();
        assert_eq!(find_in(Some(&host), &usual), Ok(usual.clone()));
        assert_eq!(find_in(Some(""), &usual), Ok(usual.clone()));
        std::fs::write(&named, "").unwrap();
        assert_eq!(find_in(Some(&host), &usual), Ok(named));
        for other in ["tcp://127.0.0.1:2375", "ssh://host", "unix://relative"] {
            assert_eq!(find_in(Some(other), &usual), Err(Error::Host(other.to_owned())));
        }
    }
}
