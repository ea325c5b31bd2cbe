//! The one face of both ways to write.

use std::future::Future;

use crate::{CommitRequest, Committed, Error, GitCommand, GitHubApi, Oid, TagRequest};

/// Writes commits and tags to a repository on a server.
pub trait Publisher: Send + Sync {
    /// Where a branch is on the server; `None` when there is no such branch.
    fn branch_head(&self, branch: &str) -> impl Future<Output = Result<Option<Oid>, Error>> + Send;

    /// The commit an earlier run made for this request: on the branch, with `expected_head` as its
    /// only parent, the same message and the same files. Looks at the last 100 commits.
    fn find_commit(
        &self,
        request: &CommitRequest,
    ) -> impl Future<Output = Result<Option<Oid>, Error>> + Send;

    /// Makes the commit and moves the branch to it. One made by an earlier run is returned as it
    /// is.
    ///
    /// # Errors
    /// [`Error::Moved`] when the branch is elsewhere: plan again.
    fn commit(
        &self,
        request: &CommitRequest,
    ) -> impl Future<Output = Result<Committed, Error>> + Send;

    /// The commit a tag leads to on the server; `None` when there is no such tag.
    fn tag_target(&self, name: &str) -> impl Future<Output = Result<Option<Oid>, Error>> + Send;

    /// Makes the tag. One that is there at the same commit is what was wanted.
    ///
    /// # Errors
    /// [`Error::TagTaken`] when it is there at another commit.
    fn tag(&self, request: &TagRequest) -> impl Future<Output = Result<(), Error>> + Send;

    /// The names of tags on the server that start with `prefix`.
    fn tag_names(&self, prefix: &str) -> impl Future<Output = Result<Vec<String>, Error>> + Send;

    /// Makes the tag, or moves one that is there: for tags that are meant to move, such as `v1`.
    fn move_tag(&self, request: &TagRequest) -> impl Future<Output = Result<(), Error>> + Send;

    /// Commit and tag, in one atomic push where that is possible.
    ///
    /// # Errors
    /// As [`Publisher::commit`] and [`Publisher::tag`].
    fn commit_and_tag(
        &self,
        request: &CommitRequest,
        tag: &(dyn Fn(&Oid) -> TagRequest + Sync),
    ) -> impl Future<Output = Result<Committed, Error>> + Send {
        async move {
            let committed = self.commit(request).await?;
            self.tag(&tag(&committed.id)).await?;
            Ok(committed)
        }
    }
}

/// Either way, chosen at run time.
pub enum Writer {
    /// Through GitHub's API.
    GitHub(GitHubApi),
    /// Through a `git` on PATH.
    Git(GitCommand),
}

impl Publisher for Writer {
    async fn branch_head(&self, branch: &str) -> Result<Option<Oid>, Error> {
        match self {
            Self::GitHub(writer) => writer.branch_head(branch).await,
            Self::Git(writer) => writer.branch_head(branch).await,
        }
    }

    async fn find_commit(&self, request: &CommitRequest) -> Result<Option<Oid>, Error> {
        match self {
            Self::GitHub(writer) => writer.find_commit(request).await,
            Self::Git(writer) => writer.find_commit(request).await,
        }
    }

    async fn commit(&self, request: &CommitRequest) -> Result<Committed, Error> {
        match self {
            Self::GitHub(writer) => writer.commit(request).await,
            Self::Git(writer) => writer.commit(request).await,
        }
    }

    async fn tag_target(&self, name: &str) -> Result<Option<Oid>, Error> {
        match self {
            Self::GitHub(writer) => writer.tag_target(name).await,
            Self::Git(writer) => writer.tag_target(name).await,
        }
    }

    async fn tag(&self, request: &TagRequest) -> Result<(), Error> {
        match self {
            Self::GitHub(writer) => writer.tag(request).await,
            Self::Git(writer) => writer.tag(request).await,
        }
    }

    async fn tag_names(&self, prefix: &str) -> Result<Vec<String>, Error> {
        match self {
            Self::GitHub(writer) => writer.tag_names(prefix).await,
            Self::Git(writer) => writer.tag_names(prefix).await,
        }
    }

    async fn move_tag(&self, request: &TagRequest) -> Result<(), Error> {
        match self {
            Self::GitHub(writer) => writer.move_tag(request).await,
            Self::Git(writer) => writer.move_tag(request).await,
        }
    }

    async fn commit_and_tag(
        &self,
        request: &CommitRequest,
        tag: &(dyn Fn(&Oid) -> TagRequest + Sync),
    ) -> Result<Committed, Error> {
        match self {
            Self::GitHub(writer) => writer.commit_and_tag(request, tag).await,
            Self::Git(writer) => writer.commit_and_tag(request, tag).await,
        }
    }
}
