//! Pushing, and what follows here.

use super::GitCommand;
use crate::{CommitRequest, Error, Oid, Publisher, TagRequest};

impl GitCommand {
    /// Moves the branch from where it is expected, with the tag in the same atomic push.
    pub(super) async fn push_commit(
        &self,
        request: &CommitRequest,
        id: &Oid,
        tag: Option<(&TagRequest, &Oid)>,
    ) -> Result<(), Error> {
        let branch = format!("refs/heads/{}", request.branch);
        let lease = format!("--force-with-lease={branch}:{}", request.expected_head);
        let mut updates = vec![format!("{id}:{branch}")];
        if let Some((tag, object)) = tag {
            updates.push(format!("{object}:refs/tags/{}", tag.name));
        }
        if let Err(error) = self.push(&lease, &updates).await {
            let head = self.branch_head(&request.branch).await?;
            if head.as_ref() != Some(id) {
                return Err(self.why_not(request, head, tag, error).await);
            }
            // The push was carried out and its answer lost; it was atomic.
        }
        self.follow_branch(request, id).await?;
        if let Some((tag, object)) = tag {
            self.follow_tag(tag, object).await?;
        }
        Ok(())
    }

    pub(super) async fn push_tag(&self, request: &TagRequest, object: &Oid) -> Result<(), Error> {
        let update = format!("{object}:refs/tags/{}", request.name);
        if let Err(error) = self.push("--no-force-with-lease", &[update]).await {
            // Carried out with the answer lost, or somebody else was faster.
            if !self.tagged(request).await? {
                return Err(error);
            }
        }
        self.follow_tag(request, object).await
    }

    /// Puts a tag on the server and here, whatever it was at.
    pub(super) async fn push_moved_tag(
        &self,
        request: &TagRequest,
        object: &Oid,
    ) -> Result<(), Error> {
        let name = format!("refs/tags/{}", request.name);
        let update = format!("+{object}:{name}");
        if let Err(error) = self.push("--no-force-with-lease", &[update]).await {
            // Carried out with the answer lost.
            if self.tag_target(&request.name).await?.as_ref() != Some(&request.target) {
                return Err(error);
            }
        }
        self.git.command("update-ref", &[&name, object.as_str()]).text().await.map(drop)
    }

    async fn push(&self, lease: &str, updates: &[String]) -> Result<(), Error> {
        if !self.git.pushes() {
            return Ok(());
        }
        let mut arguments =
            vec!["--atomic", "--porcelain", "--quiet", lease, "--", self.git.remote()];
        arguments.extend(updates.iter().map(String::as_str));
        let output = self.git.network("push", &arguments).await?.output().await?;
        if output.success { Ok(()) } else { Err(output.failure("push")) }
    }

    async fn why_not(
        &self,
        request: &CommitRequest,
        head: Option<Oid>,
        tag: Option<(&TagRequest, &Oid)>,
        error: Error,
    ) -> Error {
        if head.as_ref() != Some(&request.expected_head) {
            let (branch, expected) = (request.branch.clone(), request.expected_head.clone());
            return Error::Moved { branch, expected, found: head };
        }
        match tag {
            Some((tag, _)) => self.tagged(tag).await.err().unwrap_or(error),
            None => error,
        }
    }

    /// Moves the local branch when it is checked out where the plan began, so that `git status`
    /// shows no difference to what was published.
    async fn follow_branch(&self, request: &CommitRequest, id: &Oid) -> Result<(), Error> {
        let branch = format!("refs/heads/{}", request.branch);
        let checked_out = self.git.command("symbolic-ref", &["-q", "HEAD"]).output().await?;
        let here = self.git.command("rev-parse", &["-q", "--verify", "HEAD"]).output().await?;
        let is_there = checked_out.text().trim() == branch
            && here.text().trim() == request.expected_head.as_str();
        if !is_there && self.git.pushes() {
            return Ok(());
        }
        for file in request.changes.iter().filter(|_| is_there) {
            let entry = format!("{},{},{}", file.mode(), self.blob(file).await?, file.path);
            self.git.command("update-index", &["--add", "--cacheinfo", &entry]).text().await?;
        }
        let arguments = ["-m", "published", &branch, id.as_str(), request.expected_head.as_str()];
        self.git.command("update-ref", &arguments).text().await.map(drop)
    }

    /// Makes the tag here too, unless there is one and the remote's is what counts.
    async fn follow_tag(&self, request: &TagRequest, object: &Oid) -> Result<(), Error> {
        let name = format!("refs/tags/{}", request.name);
        let none = "0".repeat(object.as_str().len());
        let update = self.git.command("update-ref", &[&name, object.as_str(), &none]);
        if self.git.pushes() {
            update.succeeds().await.map(drop)
        } else {
            update.text().await.map(drop)
        }
    }
}
