//! Starting, looking into and stopping a stand-in.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::sync::oneshot;

use crate::access::{Permissions, Token};
use crate::clock::Clock;
use crate::dispatch;
use crate::fault::{Armed, Fault};
use crate::gate::Gate;
use crate::git::Store;
use crate::inspect::{Comment, Mergeable, PullRequest, Release};
use crate::log::Request;
use crate::settings::Settings;
use crate::world::{Repo, Shared, World};

/// The way in: [`GitHub::builder`].
#[derive(Debug)]
pub struct GitHub;

impl GitHub {
    /// A stand-in to be set up and started.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// Sets up a stand-in.
#[derive(Debug, Default)]
pub struct Builder {
    listen: Option<SocketAddr>,
    repositories: Vec<(String, String, PathBuf, Settings)>,
    tokens: Vec<Token>,
    clock: Clock,
    enterprise: bool,
    openapi: Option<PathBuf>,
    graphql_schema: Option<PathBuf>,
}

impl Builder {
    /// The address to listen on; any free port of the loopback interface when not called.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// Adds a public repository backed by the bare repository at `path`.
    #[must_use]
    pub fn repository(self, owner: &str, name: &str, path: impl Into<PathBuf>) -> Self {
        self.repository_with(owner, name, path, Settings::default())
    }

    /// Adds a repository with its settings.
    #[must_use]
    pub fn repository_with(
        mut self,
        owner: &str,
        name: &str,
        path: impl Into<PathBuf>,
        settings: Settings,
    ) -> Self {
        self.repositories.push((owner.to_owned(), name.to_owned(), path.into(), settings));
        self
    }

    /// Adds a token by its value; `ghs_...` is the one of a workflow run.
    #[must_use]
    pub fn token(self, value: &str, permissions: Permissions) -> Self {
        self.with_token(Token::new(value, permissions))
    }

    /// Adds a token in full.
    #[must_use]
    pub fn with_token(mut self, token: Token) -> Self {
        self.tokens.push(token);
        self
    }

    /// Where times come from; stepping from 2026-01-01 when not called.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// `Server::api_url` and `graphql_url` in the form of GitHub Enterprise Server (`/api/v3`,
    /// `/api/graphql`). Requests are answered in both forms in any case.
    #[must_use]
    pub fn enterprise(mut self) -> Self {
        self.enterprise = true;
        self
    }

    /// Holds every request and answer to GitHub's `OpenAPI` description in this file. Needs the
    /// cargo feature `descriptions`; without the call, that feature reads the path from
    /// `ACTION_TESTS_OPENAPI`, and holds to nothing when the variable is not set.
    #[must_use]
    pub fn openapi(mut self, path: impl Into<PathBuf>) -> Self {
        self.openapi = Some(path.into());
        self
    }

    /// Holds every `GraphQL` document to the schema in this file. Needs the cargo feature
    /// `descriptions`; without the call, that feature reads the path from
    /// `ACTION_TESTS_GRAPHQL_SCHEMA`.
    #[must_use]
    pub fn graphql_schema(mut self, path: impl Into<PathBuf>) -> Self {
        self.graphql_schema = Some(path.into());
        self
    }

    /// Starts it on a thread of its own.
    ///
    /// # Errors
    /// When a repository is not a bare one, the address is taken, or a description is asked for
    /// and cannot be read.
    pub fn start(self) -> Result<Server> {
        let descriptions = self.descriptions()?;
        let mut shared = Shared::with_clock(self.clock);
        let mut repositories = Vec::new();
        for (owner, name, path, settings) in self.repositories {
            let store = Store::open(&path)
                .with_context(|| format!("{} is not a bare repository", path.display()))?;
            repositories.push(Repo {
                owner,
                name,
                id: shared.id(),
                created: shared.now(),
                store,
                settings,
                releases: Vec::new(),
                pulls: Vec::new(),
                comments: Vec::new(),
                labels: Vec::new(),
                burnt: std::collections::BTreeSet::new(),
                latest: None,
            });
        }
        let world = World { repositories, shared, tokens: self.tokens, ..World::default() };
        let world = Arc::new(Mutex::new(world));
        let listen = self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into());
        let service = dispatch::Service { world: Arc::clone(&world), descriptions };
        let (address, stop, thread) = spawn(listen, service)?;
        Ok(Server { address, enterprise: self.enterprise, world, stop: Some(stop), thread })
    }

    #[cfg(feature = "descriptions")]
    fn descriptions(&self) -> Result<dispatch::Judge> {
        use crate::descriptions::Descriptions;
        let openapi = self
            .openapi
            .clone()
            .or_else(|| std::env::var_os("ACTION_TESTS_OPENAPI").map(Into::into));
        let schema = self
            .graphql_schema
            .clone()
            .or_else(|| std::env::var_os("ACTION_TESTS_GRAPHQL_SCHEMA").map(Into::into));
        Descriptions::load(openapi.as_deref(), schema.as_deref()).map(Arc::new)
    }

    #[cfg(not(feature = "descriptions"))]
    fn descriptions(&self) -> Result<dispatch::Judge> {
        match self.openapi.as_ref().or(self.graphql_schema.as_ref()) {
            None => Ok(dispatch::Unjudged),
            Some(path) => Err(anyhow::anyhow!(
                "cannot hold anything to {}: built without the feature `descriptions`",
                path.display()
            )),
        }
    }
}

type Running = (SocketAddr, oneshot::Sender<()>, Option<JoinHandle<()>>);

/// Runs the service until told to stop; connections still open then are dropped.
fn spawn(listen: SocketAddr, service: dispatch::Service) -> Result<Running> {
    let (stop, stopped) = oneshot::channel::<()>();
    let listener = std::net::TcpListener::bind(listen)
        .with_context(|| format!("cannot listen on {listen}"))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread =
        std::thread::Builder::new().name("github-stand-in".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let server = axum::serve(Gate(listener), dispatch::app(service));
                tokio::select! {
                    _ = server => {}
                    _ = stopped => {}
                }
            });
            // Whatever is still being answered slowly is not waited for.
            runtime.shutdown_background();
        })?;
    Ok((address, stop, Some(thread)))
}

/// A running stand-in; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    enterprise: bool,
    world: Arc<Mutex<World>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// For `GITHUB_API_URL`.
    pub fn api_url(&self) -> String {
        format!("{}{}", self.server_url(), if self.enterprise { "/api/v3" } else { "" })
    }

    /// For `GITHUB_GRAPHQL_URL`.
    pub fn graphql_url(&self) -> String {
        format!(
            "{}{}",
            self.server_url(),
            if self.enterprise { "/api/graphql" } else { "/graphql" }
        )
    }

    /// For `GITHUB_SERVER_URL`.
    pub fn server_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address to clone and push.
    pub fn git_url(&self, owner: &str, name: &str) -> String {
        format!("{}/{owner}/{name}.git", self.server_url())
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every request so far, in the order they arrived.
    pub fn requests(&self) -> Vec<Request> {
        self.world().log.clone()
    }

    /// Those that may change something, as `POST /path`.
    pub fn mutations(&self) -> Vec<String> {
        let world = self.world();
        let changing = world.log.iter().filter(|request| request.mutating);
        changing.map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.world().forget();
    }

    /// Waits until the requests satisfy a condition; false when `limit` passed before.
    pub fn wait_until(&self, limit: Duration, condition: impl Fn(&[Request]) -> bool) -> bool {
        let end = Instant::now() + limit;
        loop {
            if condition(&self.world().log) {
                return true;
            }
            if Instant::now() >= end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Where requests or answers broke GitHub's description, or the stand-in itself failed.
    pub fn violations(&self) -> Vec<String> {
        self.world().violations.clone()
    }

    /// Adds a fault. Faults are tried in the order they were added; the first that strikes counts.
    pub fn inject(&self, fault: Fault) {
        self.world().faults.push(Armed::new(fault));
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.world().faults.clear();
    }

    /// True when no injected fault is still waiting to strike.
    pub fn faults_spent(&self) -> bool {
        self.world().faults.iter().all(Armed::is_spent)
    }

    /// Changes the settings of a repository.
    ///
    /// # Errors
    /// When there is no such repository.
    pub fn change_settings(
        &self,
        owner: &str,
        name: &str,
        change: impl FnOnce(&mut Settings),
    ) -> Result<()> {
        let mut world = self.world();
        let (repo, _) = world.repository(owner, name).context("no such repository")?;
        change(&mut repo.settings);
        Ok(())
    }

    /// Makes a token invalid.
    pub fn revoke(&self, value: &str) {
        self.world().tokens.retain(|token| token.value != value);
    }

    /// Adds a token while running.
    pub fn add_token(&self, token: Token) {
        self.world().tokens.push(token);
    }

    /// The releases, drafts among them, oldest first; empty when there is no such repository.
    pub fn releases(&self, owner: &str, name: &str) -> Vec<Release> {
        self.look(owner, name, |repo| {
            let latest = repo.latest_release();
            let copy = |stored: &crate::world::StoredRelease| Release {
                latest: Some(stored.release.id) == latest,
                ..stored.release.clone()
            };
            repo.releases.iter().map(copy).collect()
        })
    }

    /// The pull requests, oldest first.
    pub fn pulls(&self, owner: &str, name: &str) -> Vec<PullRequest> {
        self.look(owner, name, |repo| repo.pulls.iter().map(|stored| stored.pull.clone()).collect())
    }

    /// Opens a pull request of octocat's from `head` to `base`; its number.
    pub fn open_pull(&self, owner: &str, name: &str, pull: PullRequest) -> u64 {
        let mut world = self.world();
        let Some((repo, shared)) = world.repository(owner, name) else { return 0 };
        let number = repo.next_number();
        let pull = PullRequest { number, state: "open".to_owned(), ..pull };
        repo.pulls.push(crate::world::StoredPull {
            id: shared.id(),
            pull,
            author: "octocat".to_owned(),
            created: shared.now(),
            closed: None,
            fork: None,
        });
        number
    }

    /// Says whether a pull request can be merged.
    pub fn set_mergeable(&self, owner: &str, name: &str, number: u64, mergeable: Mergeable) {
        self.change_pull(owner, name, number, |stored| stored.pull.mergeable = mergeable);
    }

    /// Merges a pull request as a commit that is on the base already.
    pub fn merge_pull(&self, owner: &str, name: &str, number: u64, commit: &str) {
        let now = self.world().shared.now();
        self.change_pull(owner, name, number, |stored| {
            "closed".clone_into(&mut stored.pull.state);
            stored.closed = Some(now);
            stored.pull.merged = Some(commit.to_owned());
        });
    }

    /// Changes the text of a pull request.
    pub fn set_body(&self, owner: &str, name: &str, number: u64, body: &str) {
        self.change_pull(owner, name, number, |stored| stored.pull.body = Some(body.to_owned()));
    }

    /// Lets a pull request come from a fork of this owner.
    pub fn set_fork(&self, owner: &str, name: &str, number: u64, fork: &str) {
        self.change_pull(owner, name, number, |stored| stored.fork = Some(fork.to_owned()));
    }

    fn change_pull(
        &self,
        owner: &str,
        name: &str,
        number: u64,
        change: impl FnOnce(&mut crate::world::StoredPull),
    ) {
        let mut world = self.world();
        let Some((repo, _)) = world.repository(owner, name) else { return };
        let mut pulls = repo.pulls.iter_mut();
        if let Some(stored) = pulls.find(|stored| stored.pull.number == number) {
            change(stored);
        }
    }

    /// The labels of issues and pull requests, in the order they were given.
    pub fn labels(&self, owner: &str, name: &str) -> Vec<(u64, String)> {
        self.look(owner, name, |repo| repo.labels.clone())
    }

    /// The comments, oldest first.
    pub fn comments(&self, owner: &str, name: &str) -> Vec<Comment> {
        self.look(owner, name, |repo| {
            repo.comments.iter().map(|stored| stored.comment.clone()).collect()
        })
    }

    /// The references: full name to object (40 hex digits; an annotated tag's own object).
    pub fn refs(&self, owner: &str, name: &str) -> BTreeMap<String, String> {
        self.look(owner, name, |repo| {
            let refs = repo.store.references("refs/").unwrap_or_default();
            refs.into_iter().map(|(name, id)| (name, id.to_string())).collect()
        })
    }

    fn look<T: Default>(&self, owner: &str, name: &str, look: impl FnOnce(&Repo) -> T) -> T {
        let mut world = self.world();
        world.repository(owner, name).map(|(repo, _)| look(repo)).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
