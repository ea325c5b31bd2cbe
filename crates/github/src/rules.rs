//! The rules of rulesets that apply to a branch.

use serde::Deserialize;

use crate::api::encode;
use crate::{Error, Repository};

/// A rule that applies to a branch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct BranchRule {
    /// `pull_request`, `required_signatures`, `update` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// The ruleset it belongs to; absent for rules GitHub does not trace back.
    #[serde(default)]
    pub ruleset_id: Option<u64>,
}

/// A ruleset.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ruleset {
    /// Its name.
    pub name: String,
    /// Whether this token may bypass it: `always`, `pull_requests_only`, `never`; absent where
    /// GitHub does not tell.
    #[serde(default)]
    pub current_user_can_bypass: Option<String>,
}

impl Repository {
    /// The active rules of a branch, those the token may bypass included.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or does not know rulesets.
    pub async fn branch_rules(&self, branch: &str) -> Result<Vec<BranchRule>, Error> {
        let path = self.path(&format!("/rules/branches/{}", encode(branch)));
        Ok(self.github.page(&path, 1).await?.0)
    }

    /// A ruleset; `None` when the token may not see it.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn ruleset(&self, id: u64) -> Result<Option<Ruleset>, Error> {
        self.github.find(&self.path(&format!("/rulesets/{id}"))).await
    }
}
