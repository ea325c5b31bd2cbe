//! The table of endpoints.

use percent_encoding::percent_decode_str;

use crate::access::Level;
use crate::access::Level::{Read, Write};
use crate::answer::Outcome;
use crate::api::{
    assets, branches, commits, contents, data, identity, issues, notes, pulls, refs, releases,
    repository, tags, trees,
};
use crate::call::{Call, Input};
use crate::graphql;
use crate::world::World;

/// What runs for an endpoint.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// In one repository; a permission and how far it must reach.
    Repository(&'static str, Level, fn(&mut Call<'_>) -> Outcome),
    /// Without repository.
    Global(fn(&mut World, &Input) -> Outcome),
}

/// One endpoint.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// Path with `{name}` for one segment and `{+name}` for one or more.
    pub(crate) template: &'static str,
    pub(crate) run: Run,
}

const fn repo(
    method: &'static str,
    template: &'static str,
    permission: &'static str,
    level: Level,
    run: fn(&mut Call<'_>) -> Outcome,
) -> Route {
    Route { method, template, run: Run::Repository(permission, level, run) }
}

const fn global(
    method: &'static str,
    template: &'static str,
    run: fn(&mut World, &Input) -> Outcome,
) -> Route {
    Route { method, template, run: Run::Global(run) }
}

const C: &str = "contents";
const P: &str = "pull_requests";
const M: &str = "metadata";

/// Every endpoint; where two match, the first counts.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    global("GET", "/user", identity::user),
    global("GET", "/users/{username}", identity::account),
    global("GET", "/app", identity::app),
    global("GET", "/rate_limit", identity::rate_limit),
    global("POST", "/graphql", graphql::post),
    repo("GET", "/repos/{owner}/{repo}", M, Read, repository::get),
    repo("GET", "/repos/{owner}/{repo}/immutable-releases", "administration", Read, repository::immutable_releases),
    repo("GET", "/repos/{owner}/{repo}/rulesets", M, Read, repository::rulesets),
    repo("GET", "/repos/{owner}/{repo}/rulesets/{ruleset_id}", M, Read, repository::one_ruleset),
    repo("GET", "/repos/{owner}/{repo}/branches", C, Read, branches::list),
    repo("GET", "/repos/{owner}/{repo}/branches/{+branch}/protection", "administration", Read, branches::protection),
    repo("GET", "/repos/{owner}/{repo}/branches/{+branch}", C, Read, branches::get),
    repo("GET", "/repos/{owner}/{repo}/rules/branches/{+branch}", M, Read, branches::rules),
    repo("GET", "/repos/{owner}/{repo}/git/ref/{+ref}", C, Read, refs::get),
    repo("GET", "/repos/{owner}/{repo}/git/matching-refs/{+ref}", C, Read, refs::matching),
    repo("POST", "/repos/{owner}/{repo}/git/refs", C, Write, refs::create),
    repo("PATCH", "/repos/{owner}/{repo}/git/refs/{+ref}", C, Write, refs::update),
    repo("DELETE", "/repos/{owner}/{repo}/git/refs/{+ref}", C, Write, refs::delete),
    repo("POST", "/repos/{owner}/{repo}/git/blobs", C, Write, data::create_blob),
    repo("GET", "/repos/{owner}/{repo}/git/blobs/{file_sha}", C, Read, data::get_blob),
    repo("POST", "/repos/{owner}/{repo}/git/trees", C, Write, trees::create),
    repo("GET", "/repos/{owner}/{repo}/git/trees/{+tree_sha}", C, Read, trees::get),
    repo("POST", "/repos/{owner}/{repo}/git/commits", C, Write, data::create_commit),
    repo("GET", "/repos/{owner}/{repo}/git/commits/{commit_sha}", C, Read, data::get_commit),
    repo("POST", "/repos/{owner}/{repo}/git/tags", C, Write, tags::create),
    repo("GET", "/repos/{owner}/{repo}/git/tags/{tag_sha}", C, Read, tags::get),
    repo("GET", "/repos/{owner}/{repo}/tags", M, Read, tags::list),
    repo("GET", "/repos/{owner}/{repo}/commits", C, Read, commits::list),
    repo("GET", "/repos/{owner}/{repo}/commits/{+ref}", C, Read, commits::get),
    repo("GET", "/repos/{owner}/{repo}/compare/{+basehead}", C, Read, commits::compare),
    repo("GET", "/repos/{owner}/{repo}/contents", C, Read, contents::get),
    repo("GET", "/repos/{owner}/{repo}/contents/{+path}", C, Read, contents::get),
    repo("GET", "/repos/{owner}/{repo}/releases", C, Read, releases::list),
    repo("POST", "/repos/{owner}/{repo}/releases", C, Write, releases::create),
    repo("POST", "/repos/{owner}/{repo}/releases/generate-notes", C, Write, notes::post),
    repo("GET", "/repos/{owner}/{repo}/releases/latest", C, Read, releases::latest),
    repo("GET", "/repos/{owner}/{repo}/releases/tags/{+tag}", C, Read, releases::by_tag),
    repo("GET", "/repos/{owner}/{repo}/releases/assets/{asset_id}", C, Read, assets::get),
    repo("PATCH", "/repos/{owner}/{repo}/releases/assets/{asset_id}", C, Write, assets::update),
    repo("DELETE", "/repos/{owner}/{repo}/releases/assets/{asset_id}", C, Write, assets::delete),
    repo("GET", "/repos/{owner}/{repo}/releases/{release_id}", C, Read, releases::get),
    repo("PATCH", "/repos/{owner}/{repo}/releases/{release_id}", C, Write, releases::update),
    repo("DELETE", "/repos/{owner}/{repo}/releases/{release_id}", C, Write, releases::delete),
    repo("GET", "/repos/{owner}/{repo}/releases/{release_id}/assets", C, Read, assets::list),
    repo("POST", "/repos/{owner}/{repo}/releases/{release_id}/assets", C, Write, assets::upload),
    repo("GET", "/repos/{owner}/{repo}/pulls", P, Read, pulls::list),
    repo("POST", "/repos/{owner}/{repo}/pulls", P, Write, pulls::create),
    repo("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", P, Read, pulls::get),
    repo("PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}", P, Write, pulls::update),
    repo("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", P, Read, pulls::commits),
    repo("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", P, Read, pulls::files),
    repo("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments", P, Read, issues::list),
    repo("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", P, Write, issues::create),
    repo("POST", "/repos/{owner}/{repo}/issues/{issue_number}/labels", P, Write, issues::label),
    repo("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", P, Write, issues::update),
    repo("DELETE", "/repos/{owner}/{repo}/issues/comments/{comment_id}", P, Write, issues::delete),
    repo("GET", "/{owner}/{repo}/releases/download/{+path}", C, Read, assets::download),
];

/// The endpoint for a request and the parameters of its path.
pub(crate) fn find(
    method: &str,
    path: &str,
) -> Option<(&'static Route, Vec<(&'static str, String)>)> {
    ROUTES
        .iter()
        .filter(|route| route.method == method)
        .find_map(|route| Some((route, matches(route.template, path)?)))
}

/// The parameters of a path that follows a template.
fn matches(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let wanted: Vec<&'static str> = template.trim_start_matches('/').split('/').collect();
    let given: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    follow(&wanted, &given)
}

fn follow(wanted: &[&'static str], given: &[&str]) -> Option<Vec<(&'static str, String)>> {
    let Some((segment, wanted)) = wanted.split_first() else {
        return given.is_empty().then(Vec::new);
    };
    let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
    let Some(name) = name else {
        let (first, given) = given.split_first()?;
        return if first == segment { follow(wanted, given) } else { None };
    };
    // A plain parameter takes one segment, a `+` one as many as leave enough for the rest.
    let most = if name.starts_with('+') { given.len() } else { 1 };
    for count in (1..=most).rev() {
        let (own, rest) = given.split_at_checked(count)?;
        if let Some(mut others) = follow(wanted, rest) {
            let value = percent_decode_str(&own.join("/")).decode_utf8().ok()?.into_owned();
            others.insert(0, (name.trim_start_matches('+'), value));
            return Some(others);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_endpoint_for_a_path() {
        for (method, path, template) in [
            ("GET", "/repos/o/r", "/repos/{owner}/{repo}"),
            ("GET", "/repos/o/r/branches/feat/x", "/repos/{owner}/{repo}/branches/{+branch}"),
            (
                "GET",
                "/repos/o/r/branches/feat%2Fx/protection",
                "/repos/{owner}/{repo}/branches/{+branch}/protection",
            ),
            ("GET", "/repos/o/r/releases/latest", "/repos/{owner}/{repo}/releases/latest"),
            ("GET", "/repos/o/r/releases/12", "/repos/{owner}/{repo}/releases/{release_id}"),
        ] {
            let found = find(method, path).map(|(route, _)| route.template);
            assert_eq!(found, Some(template), "{path}");
        }
        assert!(find("PUT", "/repos/o/r/releases").is_none());
    }

    #[test]
    fn parameters_are_decoded() {
        let (_, params) = find("GET", "/repos/o/r/git/ref/tags%2Fv1").expect("a route");
        assert_eq!(params.last(), Some(&("ref", "tags/v1".to_owned())));
    }
}
