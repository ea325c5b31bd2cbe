//! What can go wrong between here and a git server.

use diagnostics::{Diagnostic, Explanation, visible_line};

/// The characters of a server's words that are shown.
const SHOWN: usize = 400;

/// Why nothing could be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No whole answer came, or one that is an error.
    #[error(transparent)]
    Http(#[from] http_client::Error),
    /// The server answers with an error.
    #[error("{url}: the server answered {status}")]
    Status {
        /// The address, without credentials.
        url: String,
        /// The status.
        status: u16,
    },
    /// What answers there speaks no protocol this crate knows.
    #[error("{url} does not answer as a git server that speaks protocol version 2")]
    NotGit {
        /// The address, without credentials.
        url: String,
    },
    /// The answer breaks the rules of the protocol.
    #[error("the git server's answer cannot be read: {reason}")]
    Protocol {
        /// Which rule.
        reason: String,
    },
    /// The server's own words.
    #[error("the git server refuses: {words}")]
    Refused {
        /// What it said.
        words: String,
    },
    /// Only a git reaches the remote, and there is none.
    #[error("the remote is not reached over http, and there is no git on PATH")]
    NoGit,
    /// The git on PATH failed.
    #[error("`git fetch` failed: {words}")]
    Git {
        /// What it said last.
        words: String,
    },
    /// The server has no whole history itself.
    #[error("the repository on the server is a shallow clone itself")]
    Shallow,
}

impl Error {
    pub(crate) fn protocol(reason: &str) -> Self {
        Self::Protocol { reason: reason.to_owned() }
    }

    pub(crate) fn refused(words: &[u8]) -> Self {
        let words = visible_line(String::from_utf8_lossy(words).trim());
        Self::Refused { words: words.chars().take(SHOWN).collect() }
    }

    /// True when the server lacks an object that was asked for by name, or does not give it away.
    pub fn is_missing_object(&self) -> bool {
        matches!(self, Self::Refused { words } if words.contains("not our ref"))
    }
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Http(error) => Self::from(error),
            Error::Status { status: 401 | 403 | 404, .. } => {
                Self::outside("fetch/denied", message).with_help(
                    "pass a token that may read the repository's contents (`contents: read`)",
                )
            }
            Error::Status { .. } => Self::outside("fetch/status", message)
                .with_help("run it again; see the server's own status page"),
            Error::NotGit { .. } => Self::outside("fetch/no-git-server", message)
                .with_help("check the address of the remote; a proxy may be answering instead"),
            Error::Protocol { .. } => Self::outside("fetch/protocol", message)
                .with_help("run it again; a proxy between here and the server may change answers"),
            Error::Refused { .. } => Self::outside("fetch/refused", message)
                .with_help("check that the commit of this checkout is on the server"),
            Error::NoGit => Self::outside("fetch/no-git", message)
                .with_help("set `fetch-depth: 0` on `actions/checkout`, or give the remote an https address"),
            Error::Git { .. } => Self::outside("fetch/git", message)
                .with_help("set `fetch-depth: 0` on `actions/checkout`, or run `git fetch --unshallow --tags` first"),
            Error::Shallow => Self::outside("fetch/shallow-server", message)
                .with_help("complete the repository on the server, or name another remote"),
        }
    }
}

/// The codes of this crate.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "fetch/denied",
        title: "the git server gives no access",
        text: "GitHub answers 401, 403 or 404 for a repository that the token does not reach.\n\nThe job's own token can read the repository it runs for. For other repositories pass a token that may.",
    },
    Explanation {
        code: "fetch/status",
        title: "the git server has trouble",
        text: "The server answered with an error, also after several attempts. Nothing was changed.",
    },
    Explanation {
        code: "fetch/no-git",
        title: "the remote can only be reached by git",
        text: "A remote with an ssh address or a path is read by the `git` on PATH. The action's image has none; over https none is needed.\n\nWith `fetch-depth: 0` on `actions/checkout` nothing has to be fetched.",
    },
    Explanation {
        code: "fetch/git",
        title: "git could not fetch",
        text: "The missing history was asked of the remote by the `git` on PATH, which failed; its last words are shown. The clone was not changed.",
    },
    Explanation {
        code: "fetch/no-git-server",
        title: "no git server answers",
        text: "The missing history of a shallow clone is read over http in git's protocol version 2. What answers at the remote's address speaks something else: a very old server, a plain file server, or a proxy's own page.",
    },
    Explanation {
        code: "fetch/protocol",
        title: "the git server's answer cannot be read",
        text: "The answer breaks the rules of git's protocol, or ends too early. Nothing was changed.",
    },
    Explanation {
        code: "fetch/refused",
        title: "the git server refuses",
        text: "The server answered with an error of its own, which is shown. `not our ref` means that a commit of this checkout is not there: it was never pushed, or was removed by a forced push.",
    },
    Explanation {
        code: "fetch/shallow-server",
        title: "the server's repository is shallow",
        text: "The repository that answers lacks history itself, so it cannot complete this one.",
    },
];
