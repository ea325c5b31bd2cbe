//! What a repository is.

use serde::Deserialize;

use crate::{Error, Repository};

/// Facts about a repository.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Details {
    /// `OWNER/NAME` as it is now; another than asked for after a rename.
    pub full_name: String,
    /// The default branch.
    pub default_branch: String,
    /// Whether only some people see it.
    pub private: bool,
    /// Whether it is archived, thus read-only.
    #[serde(default)]
    pub archived: bool,
    /// Its page.
    pub html_url: String,
    /// What the token may do; absent for tokens GitHub does not tell it.
    #[serde(default)]
    permissions: Option<Permissions>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Permissions {
    #[serde(default)]
    push: bool,
}

impl Details {
    /// Whether the token may push, where GitHub tells it.
    pub fn can_push(&self) -> Option<bool> {
        self.permissions.as_ref().map(|permissions| permissions.push)
    }
}

impl Repository {
    /// Facts about the repository.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) too when the token may not see it.
    pub async fn details(&self) -> Result<Details, Error> {
        self.github.get(&self.path("")).await
    }
}
