//! Where the action runs: the variables of the runner, or their absence.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::{Diagnostic, Secret};
use serde_json::Value;

use crate::environment::Environment;
use crate::error::Error;
use crate::wire::Dialect;

/// Where act puts the files the runner would name by variables (runner contract, 6.2).
pub(crate) const ACT_FILES: &str = "/var/run/act/workflow";

/// The surroundings. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Runner(Arc<Surroundings>);

#[derive(Debug)]
struct Surroundings {
    environment: Environment,
    workspace: PathBuf,
    temp: PathBuf,
}

impl Runner {
    pub(crate) fn new(environment: Environment, current_dir: &Path) -> Self {
        let workspace = workspace(&environment, current_dir);
        let temp = environment.get("RUNNER_TEMP").map(PathBuf::from).filter(|path| path.is_dir());
        // Before runner 2.329 the variable names a path that is not mounted.
        let temp = temp.unwrap_or_else(|| {
            environment.get("TMPDIR").map_or_else(|| PathBuf::from("/tmp"), PathBuf::from)
        });
        Self(Arc::new(Surroundings { environment, workspace, temp }))
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.0.environment
    }

    fn variable(&self, name: &str) -> Option<&str> {
        self.0.environment.get(name)
    }

    fn text(&self, name: &str) -> &str {
        self.variable(name).unwrap_or_default()
    }

    /// Whether this is a step of a workflow, of GitHub or of act.
    pub fn in_actions(&self) -> bool {
        self.variable("GITHUB_ACTIONS") == Some("true")
    }

    /// Whether this is a step that uses an action: those have inputs, `run:` steps have none.
    pub fn is_action(&self) -> bool {
        let mut names = self.0.environment.iter().map(|(name, _)| name);
        self.in_actions() && names.any(|name| name.starts_with("INPUT_"))
    }

    /// The variables by which programs know that they run in CI, and in whose, for children that
    /// see little else.
    pub fn ci_variables(&self) -> Vec<(String, String)> {
        const PASSED: [&str; 4] = ["CI", "GITHUB_ACTIONS", "GITLAB_CI", "GITEA_ACTIONS"];
        let passed = PASSED.iter().filter_map(|name| {
            self.variable(name).map(|value| ((*name).to_owned(), value.to_owned()))
        });
        let bitbucket = self.variable("BITBUCKET_REPO_FULL_NAME");
        let bitbucket = bitbucket.map(|_| ("BITBUCKET_CI".to_owned(), "true".to_owned()));
        passed.chain(bitbucket).collect()
    }

    /// Whether act plays the runner.
    pub fn under_act(&self) -> bool {
        self.variable("ACT") == Some("true")
    }

    pub(crate) fn dialect(&self) -> Dialect {
        if self.under_act() { Dialect::Act } else { Dialect::Runner }
    }

    /// Whether step debug logging is on.
    pub fn debug(&self) -> bool {
        self.variable("RUNNER_DEBUG") == Some("1")
    }

    /// The REST API, without a slash at the end.
    pub fn api_url(&self) -> &str {
        self.variable("GITHUB_API_URL").unwrap_or("https://api.github.com").trim_end_matches('/')
    }

    /// The GraphQL API.
    pub fn graphql_url(&self) -> &str {
        self.variable("GITHUB_GRAPHQL_URL")
            .unwrap_or("https://api.github.com/graphql")
            .trim_end_matches('/')
    }

    /// The web pages, without a slash at the end.
    pub fn server_url(&self) -> &str {
        self.variable("GITHUB_SERVER_URL").unwrap_or("https://github.com").trim_end_matches('/')
    }

    /// Whether the API is on this machine's loopback, as stand-ins are.
    pub fn api_is_loopback(&self) -> bool {
        is_loopback(self.api_url())
    }

    /// Owner and name of the repository.
    pub fn repository(&self) -> Option<(&str, &str)> {
        let (owner, name) = self.variable("GITHUB_REPOSITORY")?.split_once('/')?;
        (!owner.is_empty() && !name.is_empty() && !name.contains('/')).then_some((owner, name))
    }

    /// The commit that triggered the run.
    pub fn sha(&self) -> Option<&str> {
        self.variable("GITHUB_SHA")
    }

    /// The full ref, `refs/heads/main`.
    pub fn git_ref(&self) -> Option<&str> {
        self.variable("GITHUB_REF")
    }

    /// The short ref, `main`.
    pub fn ref_name(&self) -> Option<&str> {
        self.variable("GITHUB_REF_NAME")
    }

    /// `branch` or `tag`.
    pub fn ref_type(&self) -> Option<&str> {
        self.variable("GITHUB_REF_TYPE")
    }

    /// The source branch of a pull request.
    pub fn head_ref(&self) -> Option<&str> {
        self.variable("GITHUB_HEAD_REF")
    }

    /// The target branch of a pull request.
    pub fn base_ref(&self) -> Option<&str> {
        self.variable("GITHUB_BASE_REF")
    }

    /// The event, `push`; empty outside Actions.
    pub fn event_name(&self) -> &str {
        self.text("GITHUB_EVENT_NAME")
    }

    /// The event's payload; null where there is none.
    ///
    /// # Errors
    /// A payload that is there but cannot be read, or is not JSON.
    pub fn event(&self) -> Result<Value, Diagnostic> {
        let named = self.variable("GITHUB_EVENT_PATH").map(PathBuf::from);
        let fallback = Path::new(ACT_FILES).join("event.json");
        let path = match named {
            Some(path) if !path.exists() && self.under_act() && fallback.exists() => fallback,
            Some(path) => path,
            None => return Ok(Value::Null),
        };
        let unreadable = |reason: String| Error::Event { path: path.clone(), reason };
        let bytes = std::fs::read(&path).map_err(|error| unreadable(error.to_string()))?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        Ok(serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?)
    }

    /// The number of the run; empty outside Actions.
    pub fn run_id(&self) -> &str {
        self.text("GITHUB_RUN_ID")
    }

    /// Which attempt of the run this is, from 1.
    pub fn run_attempt(&self) -> u64 {
        self.text("GITHUB_RUN_ATTEMPT").parse().unwrap_or(1)
    }

    /// Who triggered the run; empty outside Actions.
    pub fn actor(&self) -> &str {
        self.text("GITHUB_ACTOR")
    }

    /// The workspace; outside Actions the current directory.
    pub fn workspace(&self) -> &Path {
        &self.0.workspace
    }

    /// The runner's temporary directory, the system's where that is not mounted.
    pub fn temp(&self) -> &Path {
        &self.0.temp
    }

    /// A token from `GH_TOKEN` or `GITHUB_TOKEN`, as developers and workflows set them.
    pub fn token(&self) -> Option<Secret> {
        let token = self.variable("GH_TOKEN").or_else(|| self.variable("GITHUB_TOKEN"));
        token.map(|token| Secret::new(token.trim()))
    }
}

/// The workspace of an environment: what the runner says if that exists, else where we are (under
/// act's host mode the variable names a path of the host).
pub(crate) fn workspace(environment: &Environment, current_dir: &Path) -> PathBuf {
    let named = environment.get("GITHUB_WORKSPACE").map(PathBuf::from);
    named.filter(|path| path.is_dir()).unwrap_or_else(|| current_dir.to_owned())
}

fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // Who writes `http://127.0.0.1@example.com` means example.com.
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runner(pairs: &[(&str, &str)]) -> Runner {
        Runner::new(pairs.iter().copied().collect(), Path::new("/"))
    }

    #[test]
    fn steps_with_inputs_are_actions() {
        let in_actions = ("GITHUB_ACTIONS", "true");
        assert!(runner(&[in_actions, ("INPUT_X", "")]).is_action());
        assert!(!runner(&[in_actions]).is_action() && !runner(&[("INPUT_X", "1")]).is_action());
        let pairs = [in_actions, ("CI", "true"), ("BITBUCKET_REPO_FULL_NAME", "a/b"), ("X", "y")];
        let names: Vec<String> =
            runner(&pairs).ci_variables().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["CI", "GITHUB_ACTIONS", "BITBUCKET_CI"]);
    }

    #[test]
    fn loopback_is_judged_by_the_host_alone() {
        for url in
            ["http://127.0.0.1:80/api", "http://localhost", "https://[::1]:8443/", "127.9.9.9:1"]
        {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "https://api.github.com",
            "http://127.0.0.1.example.com",
            "http://127.0.0.1@example.com/",
            "http://localhost:x@example.com",
            "http://example.com/127.0.0.1",
            "",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }

    #[test]
    fn a_plain_shell_has_githubs_addresses_and_nothing_else() {
        let runner = runner(&[("GITHUB_SHA", "")]);
        assert_eq!(runner.api_url(), "https://api.github.com");
        assert_eq!((runner.sha(), runner.repository(), runner.run_attempt()), (None, None, 1));
        assert!(!runner.in_actions() && !runner.under_act() && !runner.debug());
        assert_eq!(runner.event().unwrap(), Value::Null);
    }

    #[test]
    fn a_repository_is_owner_and_name() {
        assert_eq!(runner(&[("GITHUB_REPOSITORY", "o/r")]).repository(), Some(("o", "r")));
        for odd in ["o", "/r", "o/", "o/r/x"] {
            assert_eq!(runner(&[("GITHUB_REPOSITORY", odd)]).repository(), None, "{odd}");
        }
    }

    #[test]
    fn an_unreadable_event_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("event.json");
        std::fs::write(&path, "\u{feff}{\"number\": 7}").unwrap();
        let read = |path: &Path| runner(&[("GITHUB_EVENT_PATH", path.to_str().unwrap())]).event();
        assert_eq!(read(&path).unwrap()["number"], 7);
        std::fs::write(&path, "{").unwrap();
        assert_eq!(read(&path).unwrap_err().code, "runner/event");
        assert!(read(&dir.path().join("gone")).is_err());
    }
}
