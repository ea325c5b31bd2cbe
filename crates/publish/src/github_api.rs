//! Writing through GitHub's API.

use diagnostics::Diagnostic;
use github::{
    Addition, BranchCommit, Kind, Mode, NewCommit, NewTag, NewTreeEntry, Repository, Viewer,
};
use tokio::sync::OnceCell;

use crate::{
    CommitRequest, Committed, Error, Identity, Oid, Publisher, Signing, TagRequest, Verified,
};

/// Commits that are looked at for one made earlier.
const LOOK_BACK: usize = 100;

/// A repository on GitHub, written through its API.
///
/// A commit without a given author and with ordinary files only is one GraphQL call that GitHub
/// signs and that moves the branch only from where it is expected. Everything else, and whatever a
/// key signs here, is blobs, tree, commit, and a move of the branch that is never forced.
pub struct GitHubApi {
    repository: Repository,
    verified: Verified,
    signing: Option<Signing>,
    viewer: OnceCell<Option<Viewer>>,
}

/// The author that is sent, and what is said about it.
struct Authorship {
    sent: Option<Identity>,
    notice: Option<Diagnostic>,
}

impl GitHubApi {
    /// Nothing is sent yet.
    pub fn new(repository: Repository, verified: Verified) -> Self {
        Self { repository, verified, signing: None, viewer: OnceCell::new() }
    }

    /// Signs commits and tags with this key.
    #[must_use]
    pub fn with_signing(self, signing: Option<Signing>) -> Self {
        Self { signing, ..self }
    }

    async fn authorship(&self, author: Option<&Identity>) -> Authorship {
        let Some(author) = author else { return Authorship { sent: None, notice: None } };
        let keep = |notice| Authorship { sent: Some(author.clone()), notice };
        match self.verified {
            Verified::Off => keep(None),
            _ if self.is_own(author).await => Authorship { sent: None, notice: None },
            Verified::Prefer => keep(Some(Diagnostic::notice(
                "publish/author-unsigned",
                format!(
                    "the commit keeps its author {} and is not signed by GitHub",
                    shown(author)
                ),
            ))),
            Verified::Require => Authorship {
                sent: None,
                notice: Some(Diagnostic::notice(
                    "publish/author-dropped",
                    format!(
                        "the commit is signed, so its author is the token's account, not {}",
                        shown(author)
                    ),
                )),
            },
        }
    }

    /// Whether the author is the token's own account, by its no-reply address.
    async fn is_own(&self, author: &Identity) -> bool {
        let viewer =
            self.viewer.get_or_init(|| async { self.repository.github().viewer().await.ok() });
        let Some(viewer) = viewer.await else { return false };
        let Some((local, "users.noreply.github.com")) = author.email.split_once('@') else {
            return false;
        };
        local.eq_ignore_ascii_case(&viewer.login)
            || viewer
                .id
                .is_some_and(|id| local.eq_ignore_ascii_case(&format!("{id}+{}", viewer.login)))
    }

    async fn moved(&self, request: &CommitRequest) -> Error {
        let found = self.repository.branch_head(&request.branch).await.ok().flatten();
        Error::Moved {
            branch: request.branch.clone(),
            expected: request.expected_head.clone(),
            found,
        }
    }

    /// One call, signed.
    async fn commit_on_branch(&self, request: &CommitRequest) -> Result<Oid, Error> {
        let new = BranchCommit {
            branch: request.branch.clone(),
            expected_head: request.expected_head.clone(),
            message: request.message.clone(),
            additions: request
                .changes
                .iter()
                .map(|file| Addition { path: file.path.clone(), contents: file.contents.clone() })
                .collect(),
            deletions: Vec::new(),
        };
        match self.repository.create_commit_on_branch(&new).await {
            Err(error) if *error.kind() == Kind::Moved => Err(self.moved(request).await),
            other => Ok(other?),
        }
    }

    /// Blobs, tree, commit, branch.
    async fn commit_by_parts(
        &self,
        request: &CommitRequest,
        author: Option<Identity>,
    ) -> Result<Committed, Error> {
        let parent = self.repository.get_commit(&request.expected_head).await?;
        let Some(parent) = parent else { return Err(self.moved(request).await) };
        let mut entries = Vec::new();
        for file in &request.changes {
            let id = Some(self.repository.create_blob(&file.contents).await?);
            let mode = if file.executable { Mode::Executable } else { Mode::File };
            entries.push(NewTreeEntry { path: file.path.clone(), mode, id });
        }
        let tree = if entries.is_empty() {
            parent.tree
        } else {
            self.repository.create_tree(&parent.tree, &entries).await?
        };
        let mut new = NewCommit {
            message: request.message.clone(),
            tree,
            parents: vec![request.expected_head.clone()],
            committer: author.clone(),
            author,
            signature: None,
        };
        let mut notices = Vec::new();
        let commit = if let Some(signing) = &self.signing {
            let stamp = signing.stamp(request.author.as_ref())?;
            let signed = signing.commit(request, &new.tree, &stamp)?;
            new.signature = Some(signed.signature.clone());
            new.author = Some(stamp.identity.clone());
            new.committer = Some(stamp.identity);
            let commit = self.repository.create_commit(&new).await?;
            signed.check(commit.payload.as_deref())?;
            notices.extend(key_unknown(signing, &commit));
            commit
        } else {
            self.repository.create_commit(&new).await?
        };
        if self.verified == Verified::Require && !commit.verified && self.signing.is_none() {
            let reason = "GitHub does not sign commits of this token".to_owned();
            return Err(Error::Unverified { reason });
        }
        let name = format!("refs/heads/{}", request.branch);
        match self.repository.update_ref(&name, &commit.id).await {
            Err(error) if *error.kind() == Kind::Moved => Err(self.moved(request).await),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(Committed { id: commit.id, notices }),
        }
    }

    /// Stores the tag, signed where there is a key; no reference is made.
    async fn tag_object(&self, request: &TagRequest) -> Result<Oid, Error> {
        let TagRequest { name, target, message, tagger } = request;
        let mut new = NewTag {
            name: name.clone(),
            target: target.clone(),
            message: message.clone(),
            tagger: tagger.clone(),
        };
        let object = if let Some(signing) = &self.signing {
            let stamp = signing.stamp(tagger.as_ref())?;
            let signed = signing.tag(request, &stamp)?;
            new.message = signed.tag_message();
            new.tagger = Some(stamp.identity);
            let object = self.repository.create_tag_object(&new).await?;
            signed.check(object.payload.as_deref())?;
            object
        } else {
            self.repository.create_tag_object(&new).await?
        };
        Ok(object.id)
    }

    async fn has_changes(&self, commit: &Oid, request: &CommitRequest) -> Result<bool, Error> {
        for file in &request.changes {
            let there = self.repository.file_id(&file.path, commit.as_str()).await?;
            if there.is_none_or(|id| id.as_str() != file.blob_id()) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// GitHub does not know the key, so nobody sees a green mark.
fn key_unknown(signing: &Signing, commit: &github::Commit) -> Option<Diagnostic> {
    if commit.verified {
        return None;
    }
    let why = commit.reason.as_deref().map_or_else(String::new, |why| format!(": {why}"));
    let message = format!(
        "the commit is signed with {}, and GitHub does not show it as verified{}",
        signing.signer.name(),
        diagnostics::visible_line(&why)
    );
    Some(Diagnostic::notice("publish/key-unknown", message).with_help(
        "add the public key as a signing key to the GitHub account that has the committer's address",
    ))
}

fn shown(author: &Identity) -> String {
    diagnostics::visible_line(&format!("{} <{}>", author.name, author.email))
}

impl Publisher for GitHubApi {
    async fn branch_head(&self, branch: &str) -> Result<Option<Oid>, Error> {
        Ok(self.repository.branch_head(branch).await?)
    }

    async fn find_commit(&self, request: &CommitRequest) -> Result<Option<Oid>, Error> {
        let Some(head) = self.branch_head(&request.branch).await? else { return Ok(None) };
        if head == request.expected_head {
            return Ok(None);
        }
        let commits = self.repository.list_commits(head.as_str(), 1).await?;
        for commit in commits.iter().take(LOOK_BACK) {
            if commit.parents == [request.expected_head.clone()]
                && request.says(&commit.message)
                && self.has_changes(&commit.id, request).await?
            {
                return Ok(Some(commit.id.clone()));
            }
        }
        Ok(None)
    }

    async fn commit(&self, request: &CommitRequest) -> Result<Committed, Error> {
        request.check()?;
        let head = self.branch_head(&request.branch).await?;
        if head.as_ref() != Some(&request.expected_head) {
            if let Some(id) = self.find_commit(request).await? {
                return Ok(Committed { id, notices: Vec::new() });
            }
            return Err(self.moved(request).await);
        }
        if self.signing.is_some() {
            return self.commit_by_parts(request, None).await;
        }
        let Authorship { sent, notice } = self.authorship(request.author.as_ref()).await;
        let ordinary = request.changes.iter().all(|file| !file.executable);
        let id = if sent.is_none() && ordinary && self.verified != Verified::Off {
            self.commit_on_branch(request).await?
        } else {
            self.commit_by_parts(request, sent).await?.id
        };
        Ok(Committed { id, notices: notice.into_iter().collect() })
    }

    async fn tag_target(&self, name: &str) -> Result<Option<Oid>, Error> {
        Ok(self.repository.tag_commit(name).await?)
    }

    async fn tag_names(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let found = self.repository.matching_refs(&format!("refs/tags/{prefix}")).await?;
        let name = |reference: github::Reference| {
            reference.name.strip_prefix("refs/tags/").map(str::to_owned)
        };
        Ok(found.into_iter().filter_map(name).collect())
    }

    async fn move_tag(&self, request: &TagRequest) -> Result<(), Error> {
        let TagRequest { name, target, .. } = request;
        match self.tag_target(name).await? {
            None => return self.tag(request).await,
            Some(found) if found == *target => return Ok(()),
            Some(_) => {}
        }
        let object = self.tag_object(request).await?;
        self.repository.force_ref(&format!("refs/tags/{name}"), &object).await?;
        Ok(())
    }

    async fn tag(&self, request: &TagRequest) -> Result<(), Error> {
        let TagRequest { name, target, .. } = request;
        let taken = |found| Error::TagTaken { name: name.clone(), wanted: target.clone(), found };
        match self.tag_target(name).await? {
            Some(found) if found == *target => return Ok(()),
            Some(found) => return Err(taken(found)),
            None => {}
        }
        let object = self.tag_object(request).await?;
        let made = self.repository.create_ref(&format!("refs/tags/{name}"), &object).await;
        let Err(error) = made else { return Ok(()) };
        if *error.kind() != Kind::AlreadyExists {
            return Err(error.into());
        }
        // Somebody else was faster.
        match self.tag_target(name).await? {
            Some(found) if found == *target => Ok(()),
            Some(found) => Err(taken(found)),
            None => Err(error.into()),
        }
    }
}
