//! What can go wrong while reading history.

use std::path::PathBuf;

use diagnostics::{Diagnostic, Explanation};

/// Why history could not be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// Neither the directory nor a parent of it belongs to a git repository.
    #[error("`{}` is not inside a git repository", directory.display())]
    NotARepository {
        /// Where the search started.
        directory: PathBuf,
    },
    /// There is a repository, but it cannot be opened.
    #[error("the git repository of `{}` cannot be opened: {reason}", directory.display())]
    Unreadable {
        /// Where the search started.
        directory: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// What a server sent is no history, or cannot be kept.
    #[error("the history the server sent cannot be used: {reason}")]
    BadPack {
        /// What is wrong with it.
        reason: String,
    },
    /// The repository is kept in a form that is not read.
    #[error("the repository uses {what}, which is not supported")]
    Unsupported {
        /// The form.
        what: &'static str,
        /// How it becomes one that is.
        remedy: &'static str,
    },
    /// `HEAD` names a branch without commits.
    #[error("branch `{branch}` has no commit yet")]
    NoCommits {
        /// The branch.
        branch: String,
    },
    /// An object or a ref is missing or does not decode.
    #[error("{what} cannot be read: {reason}")]
    Corrupt {
        /// Object or ref, as a person would call it.
        what: String,
        /// What the reader said.
        reason: String,
    },
    /// A text that should name an object does not.
    #[error("`{text}` is not the full name of a git object")]
    BadObjectName {
        /// The text.
        text: String,
    },
}

impl HistoryError {
    pub(crate) fn corrupt(what: impl Into<String>, error: impl std::fmt::Display) -> Self {
        Self::Corrupt { what: what.into(), reason: error.to_string() }
    }

    /// The stable code, as `explain` knows it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotARepository { .. } => "history/not-a-repository",
            Self::Unreadable { .. } => "history/unreadable",
            Self::BadPack { .. } => "history/bad-pack",
            Self::Unsupported { .. } => "history/unsupported",
            Self::NoCommits { .. } => "history/no-commits",
            Self::Corrupt { .. } => "history/corrupt",
            Self::BadObjectName { .. } => "history/bad-object-name",
        }
    }

    const fn remedy(&self) -> &'static str {
        match self {
            Self::NotARepository { .. } => {
                "run `actions/checkout` before this step, or set `working-directory` to the folder \
                 that was checked out"
            }
            Self::Unreadable { .. } => {
                "check that the step may read the `.git` folder, and that `git status` works there"
            }
            Self::BadPack { .. } => {
                "run it again; `fetch-depth: 0` on `actions/checkout` needs no history from here"
            }
            Self::Unsupported { remedy, .. } => remedy,
            Self::NoCommits { .. } => "make a first commit",
            Self::Corrupt { .. } => {
                "run `git fsck` in the repository; a fresh clone usually cures it"
            }
            Self::BadObjectName { .. } => "give all 40 hexadecimal digits",
        }
    }
}

impl From<HistoryError> for Diagnostic {
    fn from(error: HistoryError) -> Self {
        let new = match error {
            HistoryError::BadPack { .. } => Self::outside,
            _ => Self::bad_input,
        };
        new(error.code(), error.to_string()).with_help(error.remedy())
    }
}

/// The codes of this crate.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "history/not-a-repository",
        title: "no git repository was found",
        text: "The working directory and its parents hold no `.git` folder or file.\n\nIn a workflow, `actions/checkout` has to run first, with its default `path` or with `working-directory` naming the same folder.",
    },
    Explanation {
        code: "history/unreadable",
        title: "the git repository cannot be opened",
        text: "A `.git` folder or file exists, but its configuration or one of the files it points to cannot be read.\n\nFor a worktree or a submodule the folder that `.git` names must exist in the container too.",
    },
    Explanation {
        code: "history/bad-pack",
        title: "the server sent something that is no history",
        text: "The checkout is shallow, so the missing history was fetched. What came is damaged, was cut off, or lacks commits it must have.\n\nNothing was changed. A second run usually cures it; with `fetch-depth: 0` on `actions/checkout` nothing has to be fetched.",
    },
    Explanation {
        code: "history/unsupported",
        title: "a form of repository that is not read",
        text: "Repositories with SHA-256 object names, with refs in the reftable format, or with grafts (`.git/info/grafts`) are read by git itself only. Reading on would give wrong answers, so it stops here.\n\nGitHub serves SHA-1 repositories; a clone without `--ref-format=reftable` has files, `git refs migrate --ref-format=files` converts one, and `git replace --convert-graft-file` turns grafts into replacements, which are honoured.",
    },
    Explanation {
        code: "history/no-commits",
        title: "the branch has no commit",
        text: "`HEAD` names a branch that does not exist yet. There is nothing to release before the first commit.",
    },
    Explanation {
        code: "history/corrupt",
        title: "an object or a ref cannot be read",
        text: "A commit, a tag or a file in it is missing or damaged. `git fsck` names all of them.\n\nA partial clone whose server cannot be reached looks the same; `git fetch --refetch` completes it.",
    },
    Explanation {
        code: "history/bad-object-name",
        title: "not the name of a git object",
        text: "Objects are named by 40 hexadecimal digits; abbreviations are ambiguous and are refused.",
    },
];
