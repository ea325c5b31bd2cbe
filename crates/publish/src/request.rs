//! What is to be published.

use std::fmt::Write;
use std::path::{Component, Path};

use diagnostics::Diagnostic;
use sha1::{Digest, Sha1};

use crate::{Error, Identity, Oid};

/// Whether commits must be shown as verified. GitHub signs a commit made through its API only
/// when no author is sent with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verified {
    /// Signed when the configured author is the token's own account; otherwise the author is kept,
    /// unsigned, with a notice.
    #[default]
    Prefer,
    /// Signed, or nothing is published; a configured author is given up for it.
    Require,
    /// The configured author, unsigned.
    Off,
}

/// A file as it is to be in the commit.
#[derive(Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    /// All of it.
    pub contents: Vec<u8>,
    /// Whether it can be run.
    pub executable: bool,
}

/// A commit at the head of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRequest {
    /// Without `refs/heads/`.
    pub branch: String,
    /// Where the branch must be on the server, or nothing happens.
    pub expected_head: Oid,
    /// The whole message.
    pub message: String,
    /// Who is named as author and committer; `None`: the token's account, or git's own setting.
    pub author: Option<Identity>,
    /// Files written. All others stay as they are in `expected_head`.
    pub changes: Vec<FileChange>,
}

/// An annotated tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRequest {
    /// Without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub target: Oid,
    /// Its message.
    pub message: String,
    /// Who is named; `None`: the token's account, or git's own setting.
    pub tagger: Option<Identity>,
}

/// A commit that is at the head of its branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The commit.
    pub id: Oid,
    /// What the user should know about it.
    pub notices: Vec<Diagnostic>,
}

impl std::fmt::Debug for FileChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = self.contents.len();
        write!(f, "FileChange({:?}, {bytes} bytes, executable: {})", self.path, self.executable)
    }
}

impl FileChange {
    /// The name git gives the content in a SHA-1 repository.
    pub(crate) fn blob_id(&self) -> String {
        let mut hasher = Sha1::new();
        hasher.update(format!("blob {}\0", self.contents.len()));
        hasher.update(&self.contents);
        hasher.finalize().iter().fold(String::new(), |mut digits, byte| {
            // Writing into a string does not fail.
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    }

    /// The mode in a tree.
    pub(crate) fn mode(&self) -> &'static str {
        if self.executable { "100755" } else { "100644" }
    }
}

impl CommitRequest {
    /// Refuses paths that leave the repository or reach into `.git`.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for FileChange { path, .. } in &self.changes {
            let inside = Path::new(path).components().all(|part| {
                matches!(part, Component::Normal(name) if !name.eq_ignore_ascii_case(".git"))
            });
            if path.is_empty()
                || path.contains('\0')
                || path.contains("//")
                || path.ends_with('/')
                || !inside
            {
                return Err(Error::Path { path: path.clone() });
            }
        }
        Ok(())
    }

    /// Whether a commit with this message may be this one.
    pub(crate) fn says(&self, message: &str) -> bool {
        let lines =
            |text: &str| text.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        lines(message) == lines(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> CommitRequest {
        CommitRequest {
            branch: "main".into(),
            expected_head: "1".repeat(40).parse().unwrap(),
            message: "chore: release 1.0.0\n\nbody".into(),
            author: None,
            changes: vec![FileChange {
                path: path.into(),
                contents: b"hello\n".to_vec(),
                executable: false,
            }],
        }
    }

    #[test]
    fn paths_stay_inside() {
        for (path, good) in [
            ("a", true),
            ("a/b.toml", true),
            (".github/x", true),
            (".gitignore", true),
            ("", false),
            ("/etc/passwd", false),
            ("../a", false),
            ("a/../../b", false),
            (".git/config", false),
            ("a/.GIT/hooks/x", false),
            ("a//b", false),
            ("a/", false),
        ] {
            assert_eq!(request(path).check().is_ok(), good, "{path}");
        }
    }

    #[test]
    fn names_as_git_gives_them() {
        assert_eq!(request("a").changes[0].blob_id(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert!(request("a").says("chore: release 1.0.0\r\n\r\nbody\n"));
        assert!(!request("a").says("chore: release 1.0.1"));
    }
}
