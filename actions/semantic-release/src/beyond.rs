//! History beyond the clone: what a shallow clone lacks, and what the server has got since.
//!
//! It is fetched into a temporary folder that borrows the clone's objects. The clone is never
//! written, and the folder goes with the run. Files come from the clone, or for a newer commit
//! from GitHub; what is fetched are commits, tags, and folders where the parser asks for them.

mod source;

use std::io::{BufRead, Read};
use std::time::Instant;

use action_kit::{Cancel, Context};
use diagnostics::{Diagnostic, Failure};
use fetch::{Filter, Server, Want};
use history::{Annex, Head, Oid, Repository, ServerTag};

use crate::next::Rules;
use crate::parser::Parser;
use crate::remote;
use crate::session::{Session, Verdict};
use crate::survey::{self, Position, Tagged};
use source::{Address, Known, address};

/// A clone with what was fetched beside it.
pub struct Beyond {
    clone: Repository,
    annex: Annex,
    source: Source,
    tags: Vec<ServerTag>,
    filter: Filter,
    /// A newer commit of the server is looked at.
    is_newer: bool,
    /// Removed when this is dropped.
    _folder: tempfile::TempDir,
}

/// Who sends history.
enum Source {
    Http(Server),
    Git { url: String },
}

impl Session {
    /// Completes a shallow clone, and one without the folders that the parser needs; any other
    /// stays as it is.
    ///
    /// # Errors
    /// The server cannot be reached or sends no history; nothing was changed.
    pub async fn complete(&mut self, context: &Context) -> Result<(), Failure> {
        let repository = &self.repository;
        let is_shallow = repository.is_shallow().map_err(Diagnostic::from)?;
        let lacks_trees = needs_trees(self) && repository.lacks_trees();
        if !is_shallow && !lacks_trees {
            return Ok(());
        }
        let head = repository.head().map_err(Diagnostic::from)?;
        let boundary = repository.boundary(head.commit()).map_err(Diagnostic::from)?;
        let lacks = if is_shallow { "is shallow" } else { "lacks the folders of older commits" };
        context.log.info(format!("the checkout {lacks}: fetching what is missing"));
        let want = if boundary.is_empty() || lacks_trees { vec![head.commit()] } else { boundary };
        let cancel = &context.cancel;
        let fetched = cancel.unless(self.fetch(context, &head, &want, &[])).await;
        fetched.map_err(|failure| explained(failure, cancel))
    }

    /// Whether the release starts from a commit that is not checked out.
    pub fn is_elsewhere(&self) -> bool {
        self.beyond.as_ref().is_some_and(|beyond| beyond.is_newer)
    }

    /// Moves on to a commit that the server has got since: history and files are read there.
    ///
    /// # Errors
    /// The server cannot be reached or sends no history.
    pub async fn follow(
        &mut self,
        context: &Context,
        branch: &str,
        tip: Oid,
    ) -> Result<(), Failure> {
        let here = self.repository.head().map_err(Diagnostic::from)?.commit();
        let head = Head::Branch { name: branch.to_owned(), commit: tip };
        context.cancel.unless(self.fetch(context, &head, &[tip], &[here])).await?;
        if let Some(beyond) = &mut self.beyond {
            context.cancel.unless(beyond.bring_files(context, tip)).await?;
            beyond.is_newer = true;
            self.repository = beyond.open(&head)?;
        }
        Ok(())
    }

    /// What there is to do. Where that depends on a tag that history here does not contain, its
    /// commit is fetched: it may be the release commit an earlier run made.
    ///
    /// # Errors
    /// History that cannot be read or fetched.
    pub async fn settle(
        &mut self,
        context: &Context,
        position: &Position,
        rules: &Rules,
    ) -> Result<Verdict, Failure> {
        let verdict = self.verdict(position, rules)?;
        if self.beyond.is_none() || matches!(verdict, Verdict::Release(_)) {
            return Ok(verdict);
        }
        let version = &verdict.decision().version;
        let (tags, _) =
            survey::version_tags(&self.repository, &self.settings.tag_format, &rules.token)?;
        let own = tags.into_iter().find(|tag| tag.version == *version);
        let Some(own) = own.filter(|tag| !self.repository.has(tag.tag.object)) else {
            return Ok(verdict);
        };
        self.bring(context, &own).await?;
        self.verdict(position, rules)
    }

    /// Fetches what a tag points to, which the history of `HEAD` does not contain.
    ///
    /// # Errors
    /// The server cannot be reached or sends no history.
    async fn bring(&mut self, context: &Context, tag: &Tagged) -> Result<(), Failure> {
        let head = self.repository.head().map_err(Diagnostic::from)?;
        let (want, have) = ([tag.tag.object], [head.commit()]);
        context.cancel.unless(self.fetch(context, &head, &want, &have)).await
    }

    /// Fetches what is wanted beside the clone, with the server's tags, and looks at history from
    /// `head` after that.
    async fn fetch(
        &mut self,
        context: &Context,
        head: &Head,
        want: &[Oid],
        have: &[Oid],
    ) -> Result<(), Failure> {
        if self.beyond.is_none() {
            let folder = tempfile::Builder::new()
                .prefix("semantic-release-history-")
                .tempdir_in(context.runner.temp());
            let folder = folder.map_err(|error| no_folder(&error))?;
            let annex = Annex::create(folder.path()).map_err(Diagnostic::from)?;
            let source = self.source(context).await?;
            let clone = Repository::discover(&self.root).map_err(Diagnostic::from)?;
            let filter = if needs_trees(self) { Filter::Blobs } else { Filter::Trees };
            self.beyond = Some(Box::new(Beyond {
                clone,
                annex,
                source,
                tags: Vec::new(),
                filter,
                is_newer: false,
                _folder: folder,
            }));
        }
        let Some(beyond) = &mut self.beyond else { return Ok(()) };
        beyond.bring(context, want, have).await?;
        beyond.tags = beyond.list().await?;
        let mut whole = beyond.open(head)?;
        // Tag objects on commits that were here before did not come along.
        let missing: Vec<Oid> = beyond
            .tags
            .iter()
            .filter(|tag| tag.peeled.is_some_and(|commit| whole.has(commit)))
            .filter_map(|tag| (!whole.has(tag.object)).then_some(tag.object))
            .collect();
        if !missing.is_empty() {
            beyond.bring(context, &missing, &[head.commit()]).await?;
            whole = beyond.open(head)?;
        }
        self.repository = whole;
        Ok(())
    }

    /// The address of the remote; `None` when there is no such remote.
    pub fn remote_address(&self) -> Option<String> {
        let clone = self.beyond.as_ref().map_or(&self.repository, |beyond| &beyond.clone);
        let settings = &self.settings;
        settings.remote_url.clone().or_else(|| clone.remote_url(&settings.remote_name))
    }

    async fn source(&self, context: &Context) -> Result<Source, Failure> {
        let remote = self.remote_address();
        let token = self.token(context);
        let slug = self.slug.as_ref();
        let known = Known { remote, server: &self.server, slug, token };
        match address(known).ok_or_else(remote::no_remote)? {
            Address::Git { url } => Ok(Source::Git { url }),
            Address::Http { url, credentials } => {
                let client = remote::client(context, &self.hosts.insecure);
                let server = Server::connect(client, &url, credentials).await;
                Ok(Source::Http(server.map_err(Diagnostic::from)?))
            }
        }
    }
}

impl Beyond {
    async fn bring(&self, context: &Context, want: &[Oid], have: &[Oid]) -> Result<(), Failure> {
        let (want, have) = (texts(want), texts(have));
        let filter = self.filter;
        self.load(context, Want { want, have, filter, alone: false, cut: Vec::new() }).await
    }

    /// Fetches the files of a commit, as far as they differ from those of the clone. Of what the
    /// clone has, the server is told what is surely whole: nothing of one made with a filter.
    async fn bring_files(&self, context: &Context, tip: Oid) -> Result<(), Failure> {
        let here = self.clone.head().map_err(Diagnostic::from)?.commit();
        let cut = self.clone.boundary(here).map_err(Diagnostic::from)?;
        let have = if self.clone.is_partial() { Vec::new() } else { texts(&[here]) };
        let cut = if have.is_empty() { Vec::new() } else { texts(&cut) };
        let want = texts(&[tip]);
        self.load(context, Want { want, have, filter: Filter::Nothing, alone: true, cut }).await
    }

    async fn load(&self, context: &Context, want: Want) -> Result<(), Failure> {
        let start = Instant::now();
        match &self.source {
            Source::Http(server) => {
                let pack = server.fetch(&want).await.map_err(Diagnostic::from)?;
                let size = pack.len();
                let mut pack = Stoppable { inner: pack, cancel: context.cancel.clone() };
                let count = self.annex.add_pack(&mut pack).map_err(Diagnostic::from)?;
                context.log.debug(format!(
                    "fetched {count} objects, {} KiB, from {} in {:.1} s{}",
                    size.div_ceil(1024),
                    server.url(),
                    start.elapsed().as_secs_f32(),
                    if server.filters() { "" } else { "; the server does not leave files out" }
                ));
            }
            Source::Git { url } => {
                let mut refspecs = want.want;
                refspecs.push(Annex::refspec());
                let git = context.child("git", &["SSH_AUTH_SOCK", "XDG_CONFIG_HOME"]);
                let leave_out = match want.filter {
                    Filter::Nothing => None,
                    Filter::Blobs => Some("blob:none"),
                    Filter::Trees => Some("tree:0"),
                };
                let folder = self.annex.folder();
                let fetched = fetch::with_git(git, folder, url, &refspecs, leave_out).await;
                fetched.map_err(Diagnostic::from)?;
                let seconds = start.elapsed().as_secs_f32();
                context.log.debug(format!("git fetched from {url} in {seconds:.1} s"));
            }
        }
        Ok(())
    }

    async fn list(&self) -> Result<Vec<ServerTag>, Failure> {
        let Source::Http(server) = &self.source else {
            return Ok(self.annex.server_tags().map_err(Diagnostic::from)?);
        };
        let listed = server.refs(&["refs/tags/"]).await.map_err(Diagnostic::from)?;
        let tag = |found: fetch::Ref| -> Result<ServerTag, Diagnostic> {
            let peeled = found.peeled.map(|id| id.parse()).transpose()?;
            let name = found.name.trim_start_matches("refs/tags/").to_owned();
            Ok(ServerTag { name, object: found.object.parse()?, peeled })
        };
        let tags: Result<Vec<ServerTag>, Diagnostic> = listed.into_iter().map(tag).collect();
        Ok(tags?)
    }

    fn open(&self, head: &Head) -> Result<Repository, Diagnostic> {
        Ok(self.annex.open(&self.clone, head, &self.tags)?)
    }
}

fn texts(ids: &[Oid]) -> Vec<String> {
    ids.iter().map(Oid::to_string).collect()
}

fn needs_trees(session: &Session) -> bool {
    matches!(session.settings.parser, Parser::Monorepo(_))
}

fn no_folder(error: &std::io::Error) -> Diagnostic {
    Diagnostic::outside(
        "release/file",
        format!("no folder for the missing history can be made: {error}"),
    )
    .with_help("check that the folder for temporary files can be written")
}

/// A failure with what it was for, and the way around it.
fn explained(mut failure: Failure, cancel: &Cancel) -> Failure {
    if !cancel.is_cancelled() {
        for diagnostic in &mut failure.diagnostics {
            let note = "the checkout is shallow, so its history was asked of the server; with `fetch-depth: 0` on `actions/checkout` it is all there";
            *diagnostic = diagnostic.clone().with_note(note);
        }
    }
    failure
}

/// A pack that ends early when the run is asked to stop.
struct Stoppable {
    inner: fetch::Pack,
    cancel: Cancel,
}

impl Stoppable {
    fn check(&self) -> std::io::Result<()> {
        if self.cancel.is_cancelled() { Err(std::io::Error::other("cancelled")) } else { Ok(()) }
    }
}

impl Read for Stoppable {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.check()?;
        self.inner.read(buffer)
    }
}

impl BufRead for Stoppable {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.check()?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.inner.consume(amount);
    }
}
