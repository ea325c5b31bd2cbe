//! Releases.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::api::encode;
use crate::{Asset, Error, Kind, Repository};

/// How long GitHub's list may take to show what was created elsewhere.
const LAG: Duration = Duration::from_secs(2);

/// Whether a release becomes the one shown as latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MakeLatest {
    /// It does.
    True,
    /// It does not: prereleases, older lines.
    False,
    /// GitHub decides by date and version.
    Legacy,
}

/// A release.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Release {
    /// Its number.
    pub id: u64,
    /// The tag; for a draft the one it will get.
    pub tag_name: String,
    /// Branch or commit the tag would be made from.
    #[serde(default)]
    pub target_commitish: String,
    /// The title.
    #[serde(default)]
    pub name: Option<String>,
    /// The notes.
    #[serde(default)]
    pub body: Option<String>,
    /// Whether only people who can push see it.
    pub draft: bool,
    /// Whether it is a prerelease.
    pub prerelease: bool,
    /// Whether it can be changed no more.
    #[serde(default)]
    pub immutable: bool,
    /// Its page.
    pub html_url: String,
    /// Where assets go, with `{?name,label}` at the end.
    pub upload_url: String,
    /// What is attached.
    #[serde(default)]
    pub assets: Vec<Asset>,
}

/// A release to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewRelease {
    /// The tag.
    pub tag_name: String,
    /// Branch or commit to tag when there is no such tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_commitish: Option<String>,
    /// The title.
    pub name: String,
    /// The notes.
    pub body: String,
    /// Whether it stays hidden until it is published.
    pub draft: bool,
    /// Whether it is a prerelease.
    pub prerelease: bool,
    /// Not accepted for drafts; given when publishing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub make_latest: Option<MakeLatest>,
}

/// Changes to a release; `None` leaves as is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReleaseUpdate {
    /// The tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag_name: Option<String>,
    /// Branch or commit to tag when there is no such tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_commitish: Option<String>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `Some(false)` publishes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<bool>,
    /// Whether it is a prerelease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prerelease: Option<bool>,
    /// Whether it becomes the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub make_latest: Option<MakeLatest>,
}

impl Repository {
    /// The published release of a tag. Drafts are not found by tag: see
    /// [`Repository::find_release`].
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn release_by_tag(&self, tag: &str) -> Result<Option<Release>, Error> {
        self.github.find(&self.path(&format!("/releases/tags/{}", encode(tag)))).await
    }

    /// The release of a tag, published or draft (drafts need a token that can push). Of several
    /// drafts the oldest, so that runs at the same time agree on one.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn find_release(&self, tag: &str) -> Result<Option<Release>, Error> {
        if let Some(release) = self.release_by_tag(tag).await? {
            return Ok(Some(release));
        }
        self.find_listed(|release| release.tag_name == tag).await
    }

    /// [`Repository::find_release`] for a release that another run may just have made: when there
    /// is none, waits until the list has caught up and looks again.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn find_recent_release(&self, tag: &str) -> Result<Option<Release>, Error> {
        if let Some(release) = self.find_release(tag).await? {
            return Ok(Some(release));
        }
        self.github.client().time().sleep(LAG).await;
        self.find_release(tag).await
    }

    /// The newest releases, at most a hundred, drafts too when the token can push.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn newest_releases(&self) -> Result<Vec<Release>, Error> {
        Ok(self.github.page(&self.path("/releases"), 1).await?.0)
    }

    /// All releases, newest first, drafts too when the token can push.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn list_releases(&self) -> Result<Vec<Release>, Error> {
        self.github.list(&self.path("/releases")).await
    }

    /// The oldest release that fits of the first page that has one.
    async fn find_listed(&self, fits: impl Fn(&Release) -> bool) -> Result<Option<Release>, Error> {
        let path = self.path("/releases");
        for page in 1.. {
            let (releases, more) = self.github.page::<Release>(&path, page).await?;
            let fitting = releases.into_iter().filter(&fits);
            if let Some(found) = fitting.min_by_key(|release| release.id) {
                return Ok(Some(found));
            }
            if !more {
                break;
            }
        }
        Ok(None)
    }

    /// Creates a release. When an answer was lost, a release of that tag in the list, published or
    /// draft, is the one.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`] when the tag has a published release,
    /// [`Kind::ImmutableTag`] when it had an immutable one.
    pub async fn create_release(&self, new: &NewRelease) -> Result<Release, Error> {
        let path = self.path("/releases");
        let send = || self.github.post(&path, new);
        let look = || self.find_release(&new.tag_name);
        self.github.create(send, look).await
    }

    /// Changes a release, or publishes a draft.
    ///
    /// # Errors
    /// When GitHub refuses.
    pub async fn update_release(&self, id: u64, update: &ReleaseUpdate) -> Result<Release, Error> {
        self.github.patch(&self.path(&format!("/releases/{id}")), update).await
    }

    /// Deletes a draft; a release that is published meanwhile stays.
    ///
    /// # Errors
    /// When GitHub refuses.
    pub async fn delete_draft(&self, id: u64) -> Result<(), Error> {
        match self.get_release(id).await? {
            Some(release) if release.draft => {
                self.github.delete(&self.path(&format!("/releases/{id}"))).await
            }
            _ => Ok(()),
        }
    }

    /// A release by its number; `None` when it is gone.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn get_release(&self, id: u64) -> Result<Option<Release>, Error> {
        match self.github.find(&self.path(&format!("/releases/{id}"))).await {
            Err(error) if *error.kind() == Kind::Conflict => Ok(None),
            other => other,
        }
    }
}
