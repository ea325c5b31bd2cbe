//! The repository on the server: how it is reached, and whether a release can be made there.

use action_kit::Context;
use diagnostics::{Diagnostic, Failure, Secret};
use github::{Endpoints, GitHub, Repository};
use publish::{GitCommand, GitHubApi, GitSetup, Oid, Publisher as _, Writer};

use crate::apply::World;
use crate::build::Phase;
use crate::inputs::{PublishMode, Wishes};
use crate::session::Session;
use crate::settings::Settings;

/// Owner and name of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug {
    /// User or organisation.
    pub owner: String,
    /// Name.
    pub name: String,
}

impl Slug {
    /// The last two parts of a remote's URL.
    pub fn of_url(url: &str) -> Option<Self> {
        let path = url.trim_end_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let (rest, name) = path.rsplit_once('/')?;
        let owner = rest.rsplit(['/', ':']).next()?;
        let whole = !owner.is_empty() && !name.is_empty();
        whole.then(|| Self { owner: owner.to_owned(), name: name.to_owned() })
    }
}

/// What a release needs of the server.
pub struct Need<'n> {
    /// The branch.
    pub branch: &'n str,
    /// The commit the release starts from.
    pub tip: &'n str,
    /// A commit has to be made.
    pub commit: bool,
    /// Its message.
    pub message: &'n str,
    /// The release commit, where it is known.
    pub known: Option<&'n str>,
    /// The tag that has to be made.
    pub tag: Option<&'n str>,
}

/// A release commit an earlier run made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name.
    pub sha: String,
    /// The day it was made, UTC, where that is known.
    pub date: Option<String>,
}

/// Where the branch on the server stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Footing {
    /// At the commit the release starts from.
    Ready,
    /// At the release commit, or behind it.
    Made(Known),
    /// Somewhere else.
    Moved(String),
}

/// Checks what is known of the server before it is asked: addresses that are none are the user's
/// mistake, not the outside world's.
///
/// # Errors
/// An API address that is none; no remote for git.
pub fn check(session: &Session) -> Result<(), Diagnostic> {
    let api = session.hosts.endpoints.api.as_str();
    let is_address = ["http://", "https://"].iter().any(|scheme| {
        api.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    });
    let wishes = &session.wishes;
    if !is_address && (wishes.release || wishes.publish_mode == PublishMode::Api) {
        let message = "`GITHUB_API_URL` is not the address of a web server";
        return Err(Diagnostic::bad_input("release/address", message)
            .with_help("give a full address, as in `https://api.github.com`, or leave it out"));
    }
    let with_git = wishes.publish_mode == PublishMode::Git && wishes.push;
    if with_git && session.remote_address().is_none() { Err(no_remote()) } else { Ok(()) }
}

/// What reaches the server, as the wishes have it.
///
/// # Errors
/// No token, no repository, no git.
pub fn connect(
    context: &Context,
    session: &Session,
    wishes: &Wishes,
    token: Option<Secret>,
) -> Result<(Option<Writer>, Option<Repository>), Failure> {
    let (slug, settings) = (session.slug.as_ref(), &session.settings);
    let signing = session.signing.clone();
    let needs_writer = wishes.commit || wishes.tag;
    let through_api = wishes.publish_mode == PublishMode::Api;
    // Writing files needs nobody; with a token it is known early that the rest will work.
    let only_files = wishes.building.phase == Phase::Prepare && token.is_none();
    if !needs_writer && !wishes.release || only_files {
        return Ok((None, None));
    }
    let needs_api = through_api || wishes.release;
    if token.is_none() && needs_api {
        return Err(Diagnostic::bad_input("release/no-token", "there is no token for GitHub's API")
            .with_help("set input `github_token`, or variable `GH_TOKEN`; `vcs_release: false` with `publish_mode: git` needs none")
            .into());
    }
    if slug.is_none() && needs_api {
        return Err(no_remote().into());
    }
    let github = match (&token, slug) {
        (Some(token), Some(slug)) if wishes.push => {
            Some(github(context, session, slug, Some(token.clone())))
        }
        _ => None,
    };
    let writer = if through_api {
        github.clone().map(|repository| {
            let api = GitHubApi::new(repository, wishes.verified);
            Writer::GitHub(api.with_signing(signing))
        })
    } else {
        let variables = publish::ENVIRONMENT.iter();
        let environment =
            variables.filter_map(|name| Some(((*name).to_owned(), context.env(name)?.to_owned())));
        let setup = GitSetup {
            directory: session.root.clone(),
            remote: settings.remote_url.as_ref().unwrap_or(&settings.remote_name).clone(),
            environment: environment.collect(),
            token: token.filter(|_| !settings.remote.ignore_token_for_push),
            server: session.server.clone(),
            verified: wishes.verified,
            signing,
            push: wishes.push,
        };
        Some(Writer::Git(GitCommand::new(setup).map_err(Diagnostic::from)?))
    };
    Ok((writer, github))
}

/// The repository's GitHub.
pub fn github(
    context: &Context,
    session: &Session,
    slug: &Slug,
    token: Option<Secret>,
) -> Repository {
    let client = client(context, &session.hosts.insecure);
    let github = GitHub::new(client, session.hosts.endpoints.clone(), token);
    github.repository(slug.owner.clone(), slug.name.clone())
}

/// Where the runner says that GitHub is.
pub fn runner_endpoints(context: &Context) -> Endpoints {
    let runner = &context.runner;
    Endpoints::new(runner.api_url(), runner.graphql_url(), runner.server_url())
}

/// `ignore_token_for_push` without a push.
pub fn token_for_push(wishes: &Wishes, settings: &Settings) -> Vec<Diagnostic> {
    let applies = settings.remote.ignore_token_for_push && wishes.publish_mode == PublishMode::Api;
    let notice = || {
        Diagnostic::notice(
            "release/token-for-push",
            "`remote.ignore_token_for_push` has no effect: nothing is pushed through GitHub's API, the token writes",
        )
        .with_help("set `publish_mode: git` where there is a git whose own credentials should push")
    };
    applies.then(notice).into_iter().collect()
}

/// The repository's name is not known.
pub fn no_remote() -> Diagnostic {
    Diagnostic::bad_input("release/no-remote", "the repository on GitHub is not known")
        .with_help("set `GITHUB_REPOSITORY` to `OWNER/NAME`, or add the remote that `remote.name` names: `git remote add origin URL`")
}

/// An HTTP client as the inputs and the surroundings have it.
pub(crate) fn client(context: &Context, insecure: &[String]) -> http_client::Client {
    let mut settings = http_client::Settings::from_env(|name| context.env(name).map(str::to_owned));
    settings.ca_file = context.inputs.path("ca-file").map(|path| context.base_dir().join(path));
    settings.insecure_hosts = context.inputs.list("insecure-hosts").unwrap_or_default().to_vec();
    settings.insecure_hosts.extend_from_slice(insecure);
    let log = context.log.clone();
    http_client::Client::new(settings).with_observer(std::sync::Arc::new(move |waiting| {
        log.info(format!(
            "{}: {}; trying again in {} s",
            waiting.request,
            waiting.reason,
            waiting.wait.as_secs_f32().ceil()
        ));
    }))
}

/// Whether the token may write there, as far as GitHub tells.
///
/// # Errors
/// The repository cannot be reached or is read-only, the token may not push.
pub async fn check_access(world: &World, token: Option<&Secret>) -> Result<(), Failure> {
    let Some(github) = &world.github else { return Ok(()) };
    let details = github.details().await.map_err(Diagnostic::from)?;
    let name = github.full_name();
    if details.archived {
        return Err(Diagnostic::outside("release/archived", format!("`{name}` is archived"))
            .with_help("unarchive the repository in its settings")
            .into());
    }
    // For the token of a workflow or an App GitHub always says that it may not push.
    let of_app = token.is_some_and(|token| token.expose().starts_with("ghs_"));
    if details.can_push() == Some(false) && !of_app {
        return Err(Diagnostic::outside(
            "release/no-push-permission",
            format!("the token may not push to `{name}`"),
        )
        .with_help("pass a token with write access to contents")
        .into());
    }
    Ok(())
}

/// Looks where the branch and the tag are on the server. Nothing is changed.
///
/// # Errors
/// The branch is missing there, commits are missing there, the tag is somewhere else.
pub async fn footing(
    world: &World,
    need: &Need<'_>,
    is_ancestor: impl Fn(&str) -> bool,
) -> Result<Footing, Failure> {
    let Some(writer) = &world.writer else { return Ok(Footing::Ready) };
    let head = writer.branch_head(need.branch).await.map_err(Diagnostic::from)?;
    let Some(head) = head else {
        let branch = need.branch;
        return Err(Diagnostic::outside(
            "release/no-remote-branch",
            format!("branch `{branch}` is not on the server"),
        )
        .with_help(format!("push it first: `git push origin {branch}`"))
        .into());
    };
    let footing = if !need.commit || head.as_str() == need.tip {
        Footing::Ready
    } else if let Some(known) = find(world, &head, need).await? {
        Footing::Made(known)
    } else if is_ancestor(head.as_str()) {
        return Err(unpushed(need).into());
    } else if world.github.is_none() {
        // git itself looks for the commit when the step is probed.
        Footing::Ready
    } else {
        Footing::Moved(head.to_string())
    };
    let target = match &footing {
        Footing::Made(known) => Some(known.sha.as_str()),
        _ if need.commit => None,
        _ => Some(need.known.unwrap_or(need.tip)),
    };
    if let (Some(target), Some(github)) = (target, &world.github)
        && head.as_str() != target
        && let Ok(id) = target.parse::<Oid>()
        && github.get_commit(&id).await.map_err(Diagnostic::from)?.is_none()
    {
        return Err(unpushed(need).into());
    }
    if let Some(tag) = need.tag
        && let Some(found) = writer.tag_target(tag).await.map_err(Diagnostic::from)?
        && Some(found.as_str()) != target
        && !matches!(footing, Footing::Moved(_))
    {
        return Err(Diagnostic::outside("release/tag-taken", format!("tag `{tag}` is on the server already, at {}", found.short()))
            .with_help("fetch the tags so that they count (`fetch-depth: 0`, or `git fetch --tags`), or delete the tag")
            .into());
    }
    Ok(footing)
}

fn unpushed(need: &Need<'_>) -> Diagnostic {
    let branch = need.branch;
    Diagnostic::outside(
        "release/unpushed",
        format!("branch `{branch}` has commits that the server does not have"),
    )
    .with_help(format!("push them first: `git push origin {branch}`"))
}

/// The commit an earlier run made: on top of the same commit, with the same message.
async fn find(world: &World, head: &Oid, need: &Need<'_>) -> Result<Option<Known>, Failure> {
    let Some(github) = &world.github else { return Ok(None) };
    let commits = github.list_commits(head.as_str(), 1).await.map_err(Diagnostic::from)?;
    let found = commits.into_iter().find(|commit| {
        commit.parents.iter().map(Oid::as_str).eq([need.tip])
            && commit.message.trim_end() == need.message.trim_end()
    });
    Ok(found.map(|commit| {
        let date = commit.committer.and_then(|committer| committer.date);
        let day = date.and_then(|date| date.get(..10).map(str::to_owned));
        Known { sha: commit.id.to_string(), date: day }
    }))
}

/// A file of a commit on the server; `None` where it cannot be had.
///
/// # Errors
/// GitHub cannot be asked.
pub async fn file_at(world: &World, commit: &str, path: &str) -> Result<Option<Vec<u8>>, Failure> {
    let Some(github) = &world.github else { return Ok(None) };
    let file = github.file(path, commit).await.map_err(Diagnostic::from)?;
    Ok(file.map(|file| file.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_repositories() {
        for (url, expected) in [
            ("https://github.com/org/repo.git", Some(("org", "repo"))),
            ("https://u:p@github.com/org/repo/", Some(("org", "repo"))),
            ("git@github.com:org/repo.git", Some(("org", "repo"))),
            ("ssh://git@github.com:22/org/repo", Some(("org", "repo"))),
            ("repo", None),
        ] {
            let slug = Slug::of_url(url);
            assert_eq!(
                slug.as_ref().map(|s| (s.owner.as_str(), s.name.as_str())),
                expected,
                "{url}"
            );
        }
    }
}
