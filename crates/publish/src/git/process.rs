//! git as a child process: what it sees of the surroundings, and what is read from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncWriteExt;

use crate::{Error, GitSetup, Identity, Oid};

/// The variables git may see; everything else stays outside.
pub const ENVIRONMENT: &[&str] = &[
    "ALL_PROXY",
    "GNUPGHOME",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "NO_PROXY",
    "PATH",
    "SSH_AUTH_SOCK",
    "SSL_CERT_FILE",
    "TMPDIR",
    "USER",
    "XDG_CONFIG_HOME",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// The lines of git's words that are kept for an error.
const KEPT_LINES: usize = 20;

/// The program, its place and its surroundings.
pub(crate) struct Git {
    program: PathBuf,
    setup: GitSetup,
}

/// A command being put together.
pub(crate) struct Command<'a> {
    name: &'static str,
    inner: tokio::process::Command,
    input: Option<&'a [u8]>,
}

/// What a command left behind.
pub(crate) struct Output {
    pub(crate) success: bool,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Git {
    pub(crate) fn new(mut setup: GitSetup) -> Result<Self, Error> {
        setup
            .environment
            .retain(|(name, value)| ENVIRONMENT.contains(&name.as_str()) && !value.is_empty());
        let path = setup
            .environment
            .iter()
            .find(|(name, _)| name == "PATH")
            .map(|(_, path)| path.as_str());
        let program = path
            .into_iter()
            .flat_map(std::env::split_paths)
            .map(|folder| folder.join("git"))
            .find(|program| is_executable(program))
            .ok_or(Error::NoGit)?;
        Ok(Self { program, setup })
    }

    pub(crate) fn remote(&self) -> &str {
        &self.setup.remote
    }

    /// Whether the remote is written.
    pub(crate) fn pushes(&self) -> bool {
        self.setup.push
    }

    /// A command that stays on this machine.
    pub(crate) fn command(&self, name: &'static str, arguments: &[&str]) -> Command<'static> {
        self.build(name, arguments, &[])
    }

    /// A command that speaks to the remote, with the token where it is meant for it.
    pub(crate) async fn network(
        &self,
        name: &'static str,
        arguments: &[&str],
    ) -> Result<Command<'static>, Error> {
        Ok(self.build(name, arguments, &self.authorization().await?))
    }

    fn build(
        &self,
        name: &'static str,
        arguments: &[&str],
        settings: &[(String, String)],
    ) -> Command<'static> {
        let mut inner = tokio::process::Command::new(&self.program);
        inner.arg(name).args(arguments).current_dir(&self.setup.directory);
        inner.env_clear().envs(self.setup.environment.iter().map(|(name, value)| (name, value)));
        // English words to recognise, and no question that nobody can answer.
        inner.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GCM_INTERACTIVE", "never");
        // The caller vouches for the folder: inside a container its owner is another user.
        let safe = ("safe.directory".to_owned(), "*".to_owned());
        inner.env("GIT_CONFIG_COUNT", (settings.len() + 1).to_string());
        for (index, (key, value)) in std::iter::once(&safe).chain(settings).enumerate() {
            inner.env(format!("GIT_CONFIG_KEY_{index}"), key);
            inner.env(format!("GIT_CONFIG_VALUE_{index}"), value);
        }
        inner.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Command { name, inner, input: None }
    }

    /// Settings that send the token to the server, where the remote is there. The empty value
    /// first clears headers that a checkout left in the clone's own settings: GitHub refuses two.
    async fn authorization(&self) -> Result<Vec<(String, String)>, Error> {
        let Some(token) = &self.setup.token else { return Ok(Vec::new()) };
        let server = format!("{}/", self.setup.server.trim_end_matches('/'));
        let address = self.remote_address().await?;
        let web = server.starts_with("https://") || server.starts_with("http://");
        if !web || !without_userinfo(&address).starts_with(&server) {
            return Ok(Vec::new());
        }
        let basic = STANDARD.encode(format!("x-access-token:{}", token.expose().trim()));
        let key = format!("http.{server}.extraheader");
        Ok(vec![(key.clone(), String::new()), (key, format!("AUTHORIZATION: basic {basic}"))])
    }

    async fn remote_address(&self) -> Result<String, Error> {
        let remote = self.remote();
        if remote.contains("://") || remote.contains('/') {
            return Ok(remote.to_owned());
        }
        let address = self.command("remote", &["get-url", "--push", "--", remote]).text().await?;
        Ok(address.trim().to_owned())
    }

    /// References of the remote by their full names.
    pub(crate) async fn remote_refs(&self, names: &[&str]) -> Result<BTreeMap<String, Oid>, Error> {
        let mut arguments = vec!["--", self.remote()];
        arguments.extend(names);
        let listed = self.network("ls-remote", &arguments).await?.text().await?;
        let mut found = BTreeMap::new();
        for (id, name) in listed.lines().filter_map(|line| line.split_once('\t')) {
            if names.contains(&name) {
                found.insert(name.to_owned(), parse_oid(id)?);
            }
        }
        Ok(found)
    }
}

impl Command<'_> {
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Names author and committer.
    pub(crate) fn identity(mut self, identity: Option<&Identity>) -> Self {
        let Some(identity) = identity else { return self };
        for role in ["AUTHOR", "COMMITTER"] {
            self.inner.env(format!("GIT_{role}_NAME"), &identity.name);
            self.inner.env(format!("GIT_{role}_EMAIL"), &identity.email);
            if let Some(date) = &identity.date {
                self.inner.env(format!("GIT_{role}_DATE"), date);
            }
        }
        self
    }

    pub(crate) fn input(self, bytes: &[u8]) -> Command<'_> {
        let Self { name, mut inner, .. } = self;
        inner.stdin(Stdio::piped());
        Command { name, inner, input: Some(bytes) }
    }

    /// Runs it; its exit code is the caller's to judge.
    pub(crate) async fn output(mut self) -> Result<Output, Error> {
        let failed = |error: std::io::Error| Error::Run { reason: error.to_string() };
        let mut child = self.inner.spawn().map_err(failed)?;
        let stdin = child.stdin.take();
        let write = async {
            if let (Some(mut stdin), Some(input)) = (stdin, self.input) {
                // A git that ends early says why itself.
                let _ = stdin.write_all(input).await;
            }
        };
        let ((), output) = tokio::join!(write, child.wait_with_output());
        let output = output.map_err(failed)?;
        Ok(Output {
            success: output.status.success(),
            stdout: output.stdout,
            stderr: output.stderr,
        })
    }

    pub(crate) async fn succeeds(self) -> Result<bool, Error> {
        Ok(self.output().await?.success)
    }

    /// Runs it and gives its output.
    pub(crate) async fn text(self) -> Result<String, Error> {
        let name = self.name;
        let output = self.output().await?;
        if output.success { Ok(output.text()) } else { Err(output.failure(name)) }
    }
}

impl Output {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn failure(&self, command: &'static str) -> Error {
        let words = String::from_utf8_lossy(&self.stderr);
        let lines: Vec<_> =
            words.lines().filter(|line| !line.trim().is_empty()).map(without_userinfo).collect();
        let kept = lines.get(lines.len().saturating_sub(KEPT_LINES)..).unwrap_or_default();
        Error::Git { command, output: kept.join("\n") }
    }
}

pub(crate) fn parse_oid(text: &str) -> Result<Oid, Error> {
    text.trim()
        .parse()
        .map_err(|_| Error::Run { reason: "it did not answer with an object name".into() })
}

/// `https://host/x` for `https://user:password@host/x`, anywhere in a text.
fn without_userinfo(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        let end = after.find(['/', ' ', '\'', '"']).unwrap_or(after.len());
        let (authority, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        out.push_str(authority.rsplit_once('@').map_or(authority, |(_, host)| host));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_credentials() {
        assert_eq!(
            without_userinfo("fatal: unable to access 'https://u:p@h/x': and ssh://git@h2/y"),
            "fatal: unable to access 'https://h/x': and ssh://h2/y"
        );
    }
}
