//! Child processes: nothing of our environment reaches them but what is named.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// What every child may see.
const ALWAYS: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "TERM",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
];

/// A command with an environment of `PATH`, `HOME`, language, time zone, proxies, certificates and
/// the variables named in `allow`; `variable` looks them up. Standard input is closed, so that
/// nothing waits for an answer.
pub fn command(
    program: impl AsRef<OsStr>,
    variable: impl Fn(&str) -> Option<String>,
    allow: &[&str],
) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null());
    for name in ALWAYS.iter().chain(allow) {
        if let Some(value) = variable(name) {
            command.env(name, value);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_variables_pass() {
        let variable = |name: &str| Some(format!("value of {name}"));
        let command = command("true", variable, &["SSH_AUTH_SOCK"]);
        let names: Vec<String> =
            command.get_envs().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
        assert!(names.iter().any(|name| name == "SSH_AUTH_SOCK"));
        assert!(names.iter().any(|name| name == "PATH"));
        assert!(!names.iter().any(|name| name.contains("TOKEN") || name.starts_with("INPUT_")));
        assert_eq!(names.len(), ALWAYS.len() + 1);
    }
}
