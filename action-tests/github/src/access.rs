//! Who asks, and what the token allows.

use std::collections::BTreeMap;

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The permission is granted for reading.
    Read,
    /// The permission is granted for reading and writing.
    Write,
}

/// The permissions of a token, by GitHub's names (`contents`, `pull_requests`, `issues`, ...).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(BTreeMap<String, Level>);

impl Permissions {
    /// No permission but to see that a repository exists (`metadata: read`).
    #[must_use]
    pub fn none() -> Self {
        Self(BTreeMap::from([("metadata".to_owned(), Level::Read)]))
    }

    /// Reads everything, changes nothing.
    #[must_use]
    pub fn read() -> Self {
        Self::none()
            .with("contents", Level::Read)
            .with("pull_requests", Level::Read)
            .with("issues", Level::Read)
    }

    /// What a release needs: `contents: write`.
    #[must_use]
    pub fn release() -> Self {
        Self::none().with("contents", Level::Write)
    }

    /// Everything, administration and workflow files among it.
    #[must_use]
    pub fn all() -> Self {
        ["contents", "pull_requests", "issues", "administration", "workflows"]
            .into_iter()
            .fold(Self::none(), |all, name| all.with(name, Level::Write))
    }

    /// Adds one permission.
    #[must_use]
    pub fn with(mut self, name: &str, level: Level) -> Self {
        self.0.insert(name.to_owned(), level);
        self
    }

    /// True when `name` is granted at `level` or higher.
    pub fn allows(&self, name: &str, level: Level) -> bool {
        self.0.get(name).is_some_and(|granted| *granted >= level)
    }
}

/// A token the stand-in knows. The kind follows from the value, as on GitHub: `ghs_...` belongs to
/// an installation of an app (`github-actions[bot]` unless named otherwise), anything else to a
/// user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub(crate) value: String,
    pub(crate) login: String,
    pub(crate) permissions: Permissions,
    pub(crate) only: Option<Vec<String>>,
}

impl Token {
    /// A token with its permissions, valid in every repository of the stand-in.
    #[must_use]
    pub fn new(value: &str, permissions: Permissions) -> Self {
        let login = if value.starts_with("ghs_") { "github-actions[bot]" } else { "octocat" };
        Self { value: value.to_owned(), login: login.to_owned(), permissions, only: None }
    }

    /// The account the token belongs to; for an app the login with its `[bot]` ending.
    #[must_use]
    pub fn login(mut self, login: &str) -> Self {
        login.clone_into(&mut self.login);
        self
    }

    /// Limits the token to one more repository (`owner/name`); others are invisible when private.
    #[must_use]
    pub fn only(mut self, repository: &str) -> Self {
        self.only.get_or_insert_with(Vec::new).push(repository.to_owned());
        self
    }

    /// True for a token of an app's installation, such as the one of a workflow run.
    pub(crate) fn is_installation(&self) -> bool {
        self.value.starts_with("ghs_")
    }

    pub(crate) fn reaches(&self, full_name: &str) -> bool {
        self.only.as_ref().is_none_or(|names| names.iter().any(|name| name == full_name))
    }

    /// The number of the account: GitHub's own for the Actions bot, else one made from the login.
    pub(crate) fn account_id(&self) -> u64 {
        account_id(&self.login)
    }

    /// The address GitHub writes into commits of this account.
    pub(crate) fn email(&self) -> String {
        format!("{}+{}@users.noreply.github.com", self.account_id(), self.login)
    }
}

/// The number of an account: GitHub's own for the Actions bot, else one made from the login.
pub(crate) fn account_id(login: &str) -> u64 {
    if login == "github-actions[bot]" {
        return 41_898_282;
    }
    login.bytes().fold(7, |sum: u64, byte| (sum * 31 + u64::from(byte)) % 9_000_011) + 1_000
}
