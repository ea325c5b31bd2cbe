//! Fetch and push over HTTP, by git's own `http-backend`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, anyhow};
use tempfile::TempDir;

use crate::access::{Level, Token};
use crate::answer::Answer;
use crate::api::guard::{self, Move, Refusal};
use crate::dispatch::{Arrived, allowed};
use crate::git::{ObjectId, oid};
use crate::settings::Rule;
use crate::world::Repo;

/// What a request below `/{owner}/{repo}.git` is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) owner: String,
    pub(crate) repo: String,
    rest: String,
}

impl Target {
    /// The target of a path; `None` when the path is not git's.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let rest = ["/info/refs", "/git-upload-pack", "/git-receive-pack"];
        let rest = rest.into_iter().find(|rest| path.ends_with(rest))?;
        let name = path.strip_suffix(rest)?.strip_prefix('/')?;
        let (owner, repo) = name.split_once('/')?;
        let repo = repo.strip_suffix(".git").unwrap_or(repo);
        if repo.contains('/') {
            return None;
        }
        Some(Self { owner: owner.to_owned(), repo: repo.to_owned(), rest: rest.to_owned() })
    }
}

/// An answer to git: not authorised means "ask for a password".
pub(crate) fn challenge(answer: Answer) -> Answer {
    if answer.status == 401 {
        return answer.header("www-authenticate", "Basic realm=\"GitHub\"");
    }
    answer
}

/// One run of `git http-backend`.
#[derive(Debug)]
pub(crate) struct Session {
    environment: Vec<(&'static str, OsString)>,
    body: bytes::Bytes,
    hooks: TempDir,
}

impl Session {
    /// Checks access and writes down the rules that apply to a push.
    pub(crate) fn prepare(
        repo: &Repo,
        actor: Option<&Token>,
        target: &Target,
        arrived: &Arrived,
    ) -> Result<Self, Answer> {
        let push = target.rest == "/git-receive-pack" || arrived.query.contains("git-receive-pack");
        let level = if push { Level::Write } else { Level::Read };
        allowed(repo, actor, "contents", level).map_err(|answer| match (answer.status, actor) {
            (404, None) => Answer::error(401, "Requires authentication"),
            (403, Some(token)) => {
                let name = repo.full_name();
                Answer::bytes(
                    format!("Permission to {name}.git denied to {}.\n", token.login).into_bytes(),
                    "text/plain; charset=utf-8",
                )
                .with_status(403)
            }
            _ => answer,
        })?;
        let login = actor.map_or("ghost", |token| token.login.as_str());
        let hooks = hooks(repo, login, &arrived.body).map_err(Answer::from)?;
        let environment = environment(repo, login, target, arrived, hooks.path().into());
        Ok(Self { environment, body: arrived.body.clone(), hooks })
    }

    /// Runs git and turns its CGI answer into ours.
    pub(crate) fn run(self) -> Result<Answer> {
        let mut child = Command::new("git")
            .arg("http-backend")
            .env_clear()
            .envs(self.environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("fetch and push need a git binary on PATH")?;
        let stdin = child.stdin.take();
        let body = self.body;
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A git that has seen enough stops reading; that is its answer, no failure.
                stdin.map(|mut stdin| stdin.write_all(&body))
            });
            child.wait_with_output()
        })?;
        drop(self.hooks);
        cgi(&output.stdout)
    }
}

fn environment(
    repo: &Repo,
    login: &str,
    target: &Target,
    arrived: &Arrived,
    hooks: PathBuf,
) -> Vec<(&'static str, OsString)> {
    let path = repo.store.path();
    let root = path.parent().map_or_else(|| "/".into(), PathBuf::from);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut environment: Vec<(&'static str, OsString)> = vec![
        ("PATH", std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into())),
        ("GIT_PROJECT_ROOT", root.into()),
        ("PATH_INFO", format!("/{name}{}", target.rest).into()),
        ("GIT_HTTP_EXPORT_ALL", "1".into()),
        ("REQUEST_METHOD", arrived.method.clone().into()),
        ("QUERY_STRING", arrived.query.clone().into()),
        ("CONTENT_LENGTH", arrived.body.len().to_string().into()),
        ("REMOTE_USER", login.to_owned().into()),
        ("REMOTE_ADDR", "127.0.0.1".into()),
        ("GIT_CONFIG_NOSYSTEM", "1".into()),
        // The bare repository may belong to somebody else; it was handed over on purpose.
        ("GIT_CONFIG_COUNT", "6".into()),
        ("GIT_CONFIG_KEY_0", "safe.directory".into()),
        ("GIT_CONFIG_VALUE_0", "*".into()),
        ("GIT_CONFIG_KEY_1", "http.receivepack".into()),
        ("GIT_CONFIG_VALUE_1", "true".into()),
        ("GIT_CONFIG_KEY_2", "core.hooksPath".into()),
        ("GIT_CONFIG_VALUE_2", hooks.into()),
        ("GIT_CONFIG_KEY_3", "receive.autogc".into()),
        ("GIT_CONFIG_VALUE_3", "false".into()),
        ("GIT_CONFIG_KEY_4", "uploadpack.allowFilter".into()),
        ("GIT_CONFIG_VALUE_4", "true".into()),
        ("GIT_CONFIG_KEY_5", "uploadpack.allowAnySHA1InWant".into()),
        ("GIT_CONFIG_VALUE_5", "true".into()),
    ];
    for (variable, header) in [
        ("CONTENT_TYPE", "content-type"),
        ("HTTP_CONTENT_ENCODING", "content-encoding"),
        ("GIT_PROTOCOL", "git-protocol"),
    ] {
        if let Some(value) = arrived.header(header) {
            environment.push((variable, value.to_owned().into()));
        }
    }
    environment
}

/// Headers, an empty line, the body.
fn cgi(output: &[u8]) -> Result<Answer> {
    let end = output
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .ok_or_else(|| anyhow!("git http-backend gave no answer"))?;
    let (head, body) = output.split_at_checked(end).context("an answer without body")?;
    let body = body.get(4..).unwrap_or_default().to_vec();
    let mut answer = Answer::bytes(body, "application/octet-stream");
    for line in String::from_utf8_lossy(head).lines() {
        let Some((name, value)) = line.split_once(": ") else { continue };
        match name.to_ascii_lowercase().as_str() {
            "status" => {
                let code = value.split(' ').next().and_then(|code| code.parse().ok());
                answer.status = code.unwrap_or(500);
            }
            "content-type" => {
                if let crate::answer::Body::Bytes { content_type, .. } = &mut answer.body {
                    value.clone_into(content_type);
                }
            }
            name => answer.headers.push((name.to_owned(), value.to_owned())),
        }
    }
    Ok(answer)
}

/// The moves a push asks for: lines `old new reference` before the first flush.
fn commands(body: &[u8]) -> Vec<(Option<ObjectId>, Option<ObjectId>, String)> {
    let mut commands = Vec::new();
    let mut rest = body;
    while let Some(length) = rest
        .get(..4)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| usize::from_str_radix(digits, 16).ok())
    {
        let Some(line) = rest.get(4..length) else { break };
        let line = String::from_utf8_lossy(line);
        let line = line.split(['\0', '\n']).next().unwrap_or_default();
        let mut words = line.splitn(3, ' ');
        if let (Some(old), Some(new), Some(name)) = (words.next(), words.next(), words.next()) {
            let object = |text: &str| oid(text).filter(|id| !id.is_null());
            commands.push((object(old), object(new), name.to_owned()));
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    commands
}

/// A folder with a `pre-receive` hook that knows what must be refused in this push.
fn hooks(repo: &Repo, login: &str, body: &[u8]) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let mut script = "#!/bin/sh\nstatus=0\nwhile read -r old new ref; do\n:\n".to_owned();
    for (old, new, name) in commands(body) {
        // Rules about the new commits cannot be judged before those have arrived; the hook does.
        let (late, early): (Vec<Rule>, Vec<Rule>) = rules(repo, login, &name)
            .into_iter()
            .partition(|rule| matches!(rule, Rule::NonFastForward | Rule::RequiredSignatures));
        let refusal = guard::without_history(repo, login, Move { name: &name, old, new }, &early);
        if let Some(refusal) = refusal {
            refuse(&mut script, &name, &refusal)?;
        }
        for rule in late {
            let test = match rule {
                Rule::NonFastForward => {
                    "expr \"$old$new\" : '.*00000000000000000000' >/dev/null || \
                     git merge-base --is-ancestor \"$old\" \"$new\""
                }
                _ => {
                    "(for c in $(git rev-list \"$new\" --not --all); do \
                     git cat-file commit \"$c\" | grep -q '^gpgsig' || exit 1; done)"
                }
            };
            write!(script, "if [ \"$ref\" = '{}' ] && ! {{ {test}; }}; then\n:\n", quoted(&name))?;
            refuse(&mut script, &name, &Refusal::Rules(vec![rule.sentence()]))?;
            script.push_str("fi\n");
        }
    }
    script.push_str("done\nexit $status\n");
    let path = folder.path().join("pre-receive");
    std::fs::write(&path, script)?;
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&path, mode)?;
    Ok(folder)
}

fn rules(repo: &Repo, login: &str, name: &str) -> Vec<Rule> {
    let bypassed = |logins: &[String]| logins.iter().any(|name| name == login);
    let sets = repo.settings.rulesets.iter();
    sets.filter(|set| set.covers(name) && !bypassed(&set.bypass))
        .flat_map(|set| set.rules.clone())
        .collect()
}

/// A reference name inside single quotes of the shell.
fn quoted(name: &str) -> String {
    name.replace('\'', "'\\''")
}

/// GitHub's words for a push it declines.
fn refuse(script: &mut String, name: &str, refusal: &Refusal) -> Result<()> {
    let name = quoted(name);
    let lines = match refusal {
        Refusal::Protected => vec![
            format!("error: GH006: Protected branch update failed for {name}."),
            format!("error: {}", guard::PROTECTED),
        ],
        Refusal::Rules(sentences) => {
            let mut lines =
                vec![format!("error: GH013: Repository rule violations found for {name}.")];
            lines.extend(sentences.iter().map(|sentence| format!("- {sentence}")));
            lines
        }
        Refusal::Immutable => vec![
            format!("error: GH013: Repository rule violations found for {name}."),
            "- Cannot update a tag that is used by an immutable release.".to_owned(),
        ],
    };
    writeln!(script, "if [ \"$ref\" = '{name}' ]; then")?;
    for line in lines {
        writeln!(script, "echo '{line}' >&2")?;
    }
    script.push_str("status=1\nfi\n");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_git() {
        let target = Target::of("/octo/demo.git/info/refs").expect("a target");
        assert_eq!((target.owner.as_str(), target.repo.as_str()), ("octo", "demo"));
        assert_eq!(Target::of("/repos/octo/demo/releases"), None);
    }

    #[test]
    fn moves_of_a_push() {
        let (old, new) = ("0".repeat(40), "1".repeat(40));
        let line = format!("{old} {new} refs/heads/main\0 report-status\n");
        let body = format!("{:04x}{line}0000PACK", line.len() + 4);
        let moves = commands(body.as_bytes());
        assert_eq!(moves, [(None, oid(&new), "refs/heads/main".to_owned())]);
    }
}
