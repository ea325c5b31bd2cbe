//! Writing through a real git.

mod process;
mod push;

use std::path::PathBuf;

use diagnostics::Secret;

use crate::{
    CommitRequest, Committed, Error, FileChange, Oid, Publisher, Signing, TagRequest, Verified,
};
use process::{Git, parse_oid};

pub use process::ENVIRONMENT;

/// Commits that are looked at for one made earlier.
const LOOK_BACK: &str = "-100";

/// What [`GitCommand`] is told.
#[derive(Clone, Debug)]
pub struct GitSetup {
    /// The working tree.
    pub directory: PathBuf,
    /// The remote's name, or its address.
    pub remote: String,
    /// The process's variables; only those in [`ENVIRONMENT`] reach git.
    pub environment: Vec<(String, String)>,
    /// Sent to `server` only, and only over http(s).
    pub token: Option<Secret>,
    /// The web address of the GitHub the token is for: `https://github.com`.
    pub server: String,
    /// Whether commits must be signed.
    pub verified: Verified,
    /// The key that signs commits and tags; without one git's own settings decide.
    pub signing: Option<Signing>,
    /// Whether commits and tags are pushed. If not, branch and tags are those of the clone, and the
    /// remote is not asked.
    pub push: bool,
}

/// A clone whose remote is written with the `git` on PATH.
///
/// Commits are made beside the working tree and the index: only the requested files change,
/// whatever else is staged. After the push the local branch, the index entries of those files and
/// the tag follow, where the branch is checked out at the expected commit.
pub struct GitCommand {
    git: Git,
    verified: Verified,
    signing: Option<Signing>,
}

impl GitCommand {
    /// Looks for git; runs nothing.
    ///
    /// # Errors
    /// [`Error::NoGit`] when PATH has no git.
    pub fn new(setup: GitSetup) -> Result<Self, Error> {
        let (verified, signing) = (setup.verified, setup.signing.clone());
        Ok(Self { git: Git::new(setup)?, verified, signing })
    }

    /// Makes sure a commit of the remote is here.
    async fn fetch(&self, branch: &str, wanted: &Oid) -> Result<(), Error> {
        let object = format!("{wanted}^{{commit}}");
        if self.git.command("cat-file", &["-e", &object]).succeeds().await? {
            return Ok(());
        }
        let branch = format!("refs/heads/{branch}");
        let remote = self.git.remote().to_owned();
        let arguments = ["--no-tags", "--no-write-fetch-head", "--quiet", "--", &remote, &branch];
        self.git.network("fetch", &arguments).await?.text().await.map(drop)
    }

    /// The commit a reference of the clone leads to.
    async fn local_commit(&self, name: &str) -> Result<Option<Oid>, Error> {
        let commit = format!("{name}^{{commit}}");
        let found = self.git.command("rev-parse", &["-q", "--verify", &commit]).output().await?;
        if found.success { parse_oid(&found.text()).map(Some) } else { Ok(None) }
    }

    /// Stores the commit; no branch moves.
    async fn make_commit(&self, request: &CommitRequest) -> Result<Oid, Error> {
        self.fetch(&request.branch, &request.expected_head).await?;
        let folder =
            tempfile::tempdir().map_err(|error| Error::Run { reason: error.to_string() })?;
        let index = folder.path().join("index").to_string_lossy().into_owned();
        let parent = request.expected_head.as_str();
        self.git.command("read-tree", &[parent]).env("GIT_INDEX_FILE", &index).text().await?;
        for file in &request.changes {
            let entry = format!("{},{},{}", file.mode(), self.blob(file).await?, file.path);
            let update = self.git.command("update-index", &["--add", "--cacheinfo", &entry]);
            update.env("GIT_INDEX_FILE", &index).text().await?;
        }
        let tree = self.git.command("write-tree", &[]).env("GIT_INDEX_FILE", &index).text().await?;
        if let Some(signing) = &self.signing {
            let stamp = signing.stamp(request.author.as_ref())?;
            let signed = signing.commit(request, &parse_oid(&tree)?, &stamp)?;
            let object = signed.commit_object();
            let store = self.git.command("hash-object", &["-t", "commit", "-w", "--stdin"]);
            return parse_oid(&store.input(object.as_bytes()).text().await?);
        }
        let mut arguments = vec![tree.trim(), "-p", parent, "-F", "-"];
        if self.signs().await? {
            arguments.push("-S");
        }
        // As `git commit` does: a message ends with a line end.
        let message = format!("{}\n", request.message.trim_end_matches('\n'));
        let commit = self.git.command("commit-tree", &arguments).input(message.as_bytes());
        parse_oid(&commit.identity(request.author.as_ref()).text().await?)
    }

    /// The name git gives a file's content, taken as it is.
    async fn blob(&self, file: &FileChange) -> Result<String, Error> {
        let hash = self.git.command("hash-object", &["-w", "--stdin"]).input(&file.contents);
        Ok(hash.text().await?.trim().to_owned())
    }

    async fn signs(&self) -> Result<bool, Error> {
        match self.verified {
            Verified::Off => Ok(false),
            Verified::Require => Ok(true),
            Verified::Prefer => {
                let setting = self.git.command("config", &["--bool", "--get", "commit.gpgsign"]);
                Ok(setting.output().await?.text().trim() == "true")
            }
        }
    }

    /// Stores the tag; no reference is made.
    async fn make_tag(&self, request: &TagRequest) -> Result<Oid, Error> {
        if let Some(signing) = &self.signing {
            let stamp = signing.stamp(request.tagger.as_ref())?;
            let object = signing.tag(request, &stamp)?.tag_object();
            let made = self.git.command("mktag", &["--strict"]).input(object.as_bytes());
            return parse_oid(&made.text().await?);
        }
        let ident = self.git.command("var", &["GIT_COMMITTER_IDENT"]);
        let ident = ident.identity(request.tagger.as_ref()).text().await?;
        let TagRequest { name, target, message, .. } = request;
        let message = message.trim_end();
        let text = format!(
            "object {target}\ntype commit\ntag {name}\ntagger {}\n\n{message}\n",
            ident.trim()
        );
        let made = self.git.command("mktag", &["--strict"]).input(text.as_bytes());
        parse_oid(&made.text().await?)
    }

    /// Whether the tag is there already.
    async fn tagged(&self, request: &TagRequest) -> Result<bool, Error> {
        match self.tag_target(&request.name).await? {
            None => Ok(false),
            Some(found) if found == request.target => Ok(true),
            Some(found) => Err(Error::TagTaken {
                name: request.name.clone(),
                wanted: request.target.clone(),
                found,
            }),
        }
    }

    async fn has_changes(&self, commit: &str, request: &CommitRequest) -> Result<bool, Error> {
        for file in &request.changes {
            let listed =
                self.git.command("ls-tree", &["-z", "--full-tree", commit, "--", &file.path]);
            let listed = listed.text().await?;
            let wanted = format!("{} blob {}\t", file.mode(), self.blob(file).await?);
            if !listed.starts_with(&wanted) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The commit to be published: made now, unless the branch has moved or has it already.
    async fn prepare(&self, request: &CommitRequest) -> Result<Prepared, Error> {
        request.check()?;
        let head = self.branch_head(&request.branch).await?;
        if head.as_ref() == Some(&request.expected_head) {
            return Ok(Prepared::New(self.make_commit(request).await?));
        }
        match self.find_commit(request).await? {
            Some(id) => Ok(Prepared::Published(id)),
            None => Err(Error::Moved {
                branch: request.branch.clone(),
                expected: request.expected_head.clone(),
                found: head,
            }),
        }
    }
}

enum Prepared {
    New(Oid),
    Published(Oid),
}

fn committed(id: Oid) -> Committed {
    Committed { id, notices: Vec::new() }
}

impl Publisher for GitCommand {
    async fn branch_head(&self, branch: &str) -> Result<Option<Oid>, Error> {
        let name = format!("refs/heads/{branch}");
        if !self.git.pushes() {
            return self.local_commit(&name).await;
        }
        Ok(self.git.remote_refs(&[&name]).await?.remove(&name))
    }

    async fn find_commit(&self, request: &CommitRequest) -> Result<Option<Oid>, Error> {
        let Some(head) = self.branch_head(&request.branch).await? else { return Ok(None) };
        if head == request.expected_head {
            return Ok(None);
        }
        self.fetch(&request.branch, &head).await?;
        let arguments = [LOOK_BACK, "-z", "--format=%H%n%P%n%B", head.as_str()];
        let log = self.git.command("log", &arguments).text().await?;
        for entry in log.split('\0') {
            let mut parts = entry.splitn(3, '\n');
            let (Some(id), Some(parents), Some(message)) =
                (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            if parents == request.expected_head.as_str()
                && request.says(message)
                && self.has_changes(id, request).await?
            {
                return parse_oid(id).map(Some);
            }
        }
        Ok(None)
    }

    async fn commit(&self, request: &CommitRequest) -> Result<Committed, Error> {
        let id = match self.prepare(request).await? {
            Prepared::Published(id) => return Ok(committed(id)),
            Prepared::New(id) => id,
        };
        self.push_commit(request, &id, None).await?;
        Ok(committed(id))
    }

    async fn tag_target(&self, name: &str) -> Result<Option<Oid>, Error> {
        let (name, peeled) = (format!("refs/tags/{name}"), format!("refs/tags/{name}^{{}}"));
        if !self.git.pushes() {
            return self.local_commit(&name).await;
        }
        let mut found = self.git.remote_refs(&[&name, &peeled]).await?;
        Ok(found.remove(&peeled).or_else(|| found.remove(&name)))
    }

    async fn tag_names(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let pattern = format!("refs/tags/{prefix}*");
        let listed = if self.git.pushes() {
            let arguments = ["--refs", "--", self.git.remote(), &pattern];
            self.git.network("ls-remote", &arguments).await?.text().await?
        } else {
            self.git.command("for-each-ref", &["--format=x\t%(refname)", &pattern]).text().await?
        };
        let names = listed.lines().filter_map(|line| line.split_once('\t'));
        Ok(names
            .filter_map(|(_, name)| name.strip_prefix("refs/tags/"))
            .map(str::to_owned)
            .collect())
    }

    async fn move_tag(&self, request: &TagRequest) -> Result<(), Error> {
        if self.tag_target(&request.name).await?.as_ref() == Some(&request.target) {
            return Ok(());
        }
        let object = self.make_tag(request).await?;
        self.push_moved_tag(request, &object).await
    }

    async fn tag(&self, request: &TagRequest) -> Result<(), Error> {
        if self.tagged(request).await? {
            return Ok(());
        }
        let object = self.make_tag(request).await?;
        self.push_tag(request, &object).await
    }

    async fn commit_and_tag(
        &self,
        request: &CommitRequest,
        tag: &(dyn Fn(&Oid) -> TagRequest + Sync),
    ) -> Result<Committed, Error> {
        let id = match self.prepare(request).await? {
            Prepared::Published(id) => {
                self.tag(&tag(&id)).await?;
                return Ok(committed(id));
            }
            Prepared::New(id) => id,
        };
        let tag = tag(&id);
        self.tagged(&tag).await?;
        let object = self.make_tag(&tag).await?;
        self.push_commit(request, &id, Some((&tag, &object))).await?;
        Ok(committed(id))
    }
}
