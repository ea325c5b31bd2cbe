//! What can go wrong when publishing.

use diagnostics::{Diagnostic, visible};

use crate::Oid;

/// An error of publishing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// GitHub refused or could not be reached.
    #[error(transparent)]
    GitHub(#[from] github::Error),
    /// The branch is not where the plan expects it.
    #[error("branch {branch} is at {}, the plan was made for {expected}", found.as_ref().map_or("no commit".to_owned(), ToString::to_string))]
    Moved {
        /// The branch.
        branch: String,
        /// Where the plan expects it.
        expected: Oid,
        /// Where it is; `None` when it is gone or could not be told.
        found: Option<Oid>,
    },
    /// The tag is at another commit.
    #[error("tag {name} is at {found}, it should be at {wanted}")]
    TagTaken {
        /// The tag.
        name: String,
        /// Where it should be.
        wanted: Oid,
        /// Where it is.
        found: Oid,
    },
    /// `verified: require` and the commit would not be.
    #[error("the commit would not be verified: {reason}")]
    Unverified {
        /// Why.
        reason: String,
    },
    /// Who signs cannot be written into a commit.
    #[error("the author of a signed commit cannot be used: {reason}")]
    Identity {
        /// Why.
        reason: String,
    },
    /// The key did not sign.
    #[error(transparent)]
    Signing(#[from] signing::Error),
    /// A path that leaves the repository.
    #[error("`{}` is not a path of the repository", visible(path))]
    Path {
        /// The path.
        path: String,
    },
    /// There is no git on PATH.
    #[error("there is no `git` on PATH")]
    NoGit,
    /// git could not be started or spoken to.
    #[error("git could not be run: {reason}")]
    Run {
        /// The system's reason.
        reason: String,
    },
    /// git ended with an error.
    #[error("`git {command}` failed")]
    Git {
        /// The sub-command.
        command: &'static str,
        /// What it wrote, foreign text, credentials removed.
        output: String,
    },
}

impl Error {
    /// Why the plan does not fit the world any more, for errors after which planning again may
    /// help.
    pub fn conflict(&self) -> Option<String> {
        match self {
            Self::Moved { .. } | Self::TagTaken { .. } => Some(self.to_string()),
            _ => None,
        }
    }
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::GitHub(error) => error.into(),
            Error::Moved { .. } => Self::outside("publish/moved", message)
                .with_help("somebody pushed meanwhile: run again on the new head"),
            Error::TagTaken { .. } => Self::outside("publish/tag-taken", message)
                .with_help("delete the tag if it is there by mistake, or release another version"),
            Error::Unverified { .. } => Self::outside("publish/unverified", message).with_help(
                "use a GitHub App's token or github.token with `verified: require`, or `verified: prefer`",
            ),
            Error::Identity { .. } => Self::bad_input("publish/identity", message)
                .with_help("name an author with an ordinary name and address: `name <address>`"),
            Error::Signing(error) => error.into(),
            Error::Path { .. } => Self::bad_input("publish/path", message)
                .with_help("give paths relative to the root of the repository, without `..`"),
            Error::NoGit => Self::bad_input("publish/no-git", message).with_help(
                "install git, or write through GitHub's API; the action's own image has no git",
            ),
            Error::Run { .. } => Self::outside("publish/git-run", message)
                .with_help("check that git works in this folder and that there is room on the disk"),
            Error::Git { output, .. } => git(message, &output),
        }
    }
}

fn git(message: String, output: &str) -> Diagnostic {
    let text = output.to_lowercase();
    let help = if text.contains("gh013") || text.contains("rule violations") {
        "a ruleset refuses the push: put a GitHub App on its bypass list and pass the App's token (the job's own token cannot be there), or release without a commit (`release_mode: tag-only`)"
    } else if ["gh006", "protected branch", "hook declined"].iter().any(|w| text.contains(w)) {
        "a branch protection refuses the push: allow the App or account to bypass it (\"allow specified actors to bypass required pull requests\"), or release without a commit (`release_mode: tag-only`)"
    } else if [
        "authentication failed",
        "could not read username",
        "permission denied",
        "403",
        "invalid credentials",
    ]
    .iter()
    .any(|w| text.contains(w))
    {
        "pass a token that may push (`contents: write`), or give git a key or credential helper that works without asking"
    } else if text.contains("tell me who you are") || text.contains("unable to auto-detect email") {
        "set user.name and user.email in git, or configure the author of the commit"
    } else if text.contains("no such remote") || text.contains("does not appear to be a git repo") {
        "add the remote (`git remote add origin URL`), or name the one there is in `remote.name`"
    } else if text.contains("could not resolve host") || text.contains("unable to access") {
        "check the network and the remote's address"
    } else {
        "see git's own words above"
    };
    let mut diagnostic = Diagnostic::outside("publish/git", message).with_help(help);
    for line in output.lines() {
        diagnostic = diagnostic.with_note(format!("git: {}", visible(line)));
    }
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_an_explained_code_and_a_remedy() {
        let id = || "1".repeat(40).parse::<Oid>().unwrap();
        for error in [
            Error::Moved { branch: "main".into(), expected: id(), found: None },
            Error::TagTaken { name: "v1".into(), wanted: id(), found: id() },
            Error::Unverified { reason: "x".into() },
            Error::Identity { reason: "x".into() },
            Error::Path { path: "..".into() },
            Error::NoGit,
            Error::Run { reason: "x".into() },
            Error::Git { command: "push", output: "fatal: x".into() },
        ] {
            let diagnostic = Diagnostic::from(error);
            assert!(diagnostic.help.is_some(), "{diagnostic:?}");
            let known = crate::EXPLANATIONS.iter().any(|known| known.code == diagnostic.code);
            assert!(known, "{}", diagnostic.code);
        }
    }

    #[test]
    fn gits_words_are_made_harmless_and_lead_to_a_remedy() {
        for (words, help) in [
            ("remote: error: GH006: Protected branch update failed", "protection"),
            ("fatal: Authentication failed for 'https://h/'", "token"),
            ("*** Please tell me who you are.", "user.name"),
            ("fatal: unable to access: Could not resolve host: h", "network"),
            ("error: No such remote 'origin'", "git remote add origin URL"),
            ("\u{1b}[2Jx", "git's own words"),
        ] {
            let error = Error::Git { command: "push", output: words.into() };
            let diagnostic = Diagnostic::from(error);
            assert!(diagnostic.help.unwrap().contains(help), "{words}");
            assert!(diagnostic.notes.iter().all(|note| !note.contains('\u{1b}')));
        }
    }
}
