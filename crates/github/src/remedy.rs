//! What a person can do about an error.

use crate::Kind;
use crate::error::Inner;

/// The code and the help line.
pub(crate) fn remedy(error: &Inner) -> (&'static str, String) {
    let text = format!("{}\n{}", error.message, error.errors.join("\n")).to_lowercase();
    match &error.kind {
        Kind::Unauthorized if error.authorized => ("github/unauthorized", "the token is wrong, expired or revoked: pass a valid one as the input `token`".into()),
        Kind::Unauthorized => ("github/unauthorized", "no token was given: pass one as the input `token`, usually ${{ github.token }}, or set GH_TOKEN".into()),
        Kind::Forbidden => ("github/forbidden", forbidden(error, &text)),
        Kind::RateLimited(_) => ("github/rate-limit", "wait until the limit is reset, or use a token of its own: the limit is per token".into()),
        Kind::NotFound => ("github/not-found", not_found(error)),
        Kind::Conflict => ("github/conflict", "look at the state of the repository (an empty repository has no branch yet), then run again".into()),
        Kind::Moved => ("github/moved", "somebody pushed meanwhile: run again on the new head".into()),
        Kind::AlreadyExists => ("github/exists", "remove or rename what is there, or choose another name".into()),
        Kind::ImmutableTag => ("github/immutable-tag", "a tag of an immutable release can never be used again, even after the release was deleted: release the next version".into()),
        Kind::Protected => ("github/protected", protected(&text)),
        Kind::Invalid => ("github/invalid", "GitHub's message names what it does not accept; change that, or report it if it is not of your making".into()),
        Kind::Server => ("github/server", "GitHub has a problem (https://www.githubstatus.com): run again later, what is done stays done".into()),
        Kind::Status => ("github/status", "check that the API address is the right one (GITHUB_API_URL)".into()),
        Kind::Answer | Kind::Transport(_) => ("github/answer", "check that the API address is the right one (GITHUB_API_URL) and that no proxy changes answers".into()),
    }
}

fn forbidden(error: &Inner, text: &str) -> String {
    if text.contains("saml") {
        return "authorize the token for the organization's single sign-on".into();
    }
    if text.contains("ip allow list") {
        return "the organization's IP allow list does not have this machine's address".into();
    }
    if !text.contains("not accessible by personal access token") && error.authorized {
        return format!(
            "the job's token lacks a permission: add `permissions: {}` to the job in the workflow",
            permission(error)
        );
    }
    format!("give the token the repository permission `{}`", permission(error))
}

/// The permission in workflow syntax: the first GitHub names, else the one releases need.
fn permission(error: &Inner) -> String {
    let named = error.permissions.as_deref().and_then(|all| all.split([';', ',']).next());
    let (name, level) =
        named.and_then(|one| one.trim().split_once('=')).unwrap_or(("contents", "write"));
    format!("{}: {level}", name.replace('_', "-"))
}

fn not_found(error: &Inner) -> String {
    let token = if error.authorized {
        "GitHub answers 404 too when a token may not see a private repository or lacks `contents: read`"
    } else {
        "without a token private repositories look as if they did not exist: pass the input `token`"
    };
    format!("check owner, name and the API address; {token}")
}

fn protected(text: &str) -> String {
    let which = if text.contains("gh013") || text.contains("rule violation") {
        "a ruleset"
    } else {
        "a branch protection"
    };
    format!(
        "{which} refuses the push: let a GitHub App bypass it and use its token (the job's own github.token cannot be on the bypass list of a ruleset), or release by pull request or without a commit (`release_mode: pull-request`, `tag-only`)"
    )
}

#[cfg(test)]
mod tests {
    use diagnostics::{Diagnostic, Exit};
    use http::{HeaderMap, HeaderValue};

    use crate::Error;

    fn diagnostic(status: u16, body: &str, permissions: &'static str) -> Diagnostic {
        let mut headers = HeaderMap::new();
        headers.insert("x-accepted-github-permissions", HeaderValue::from_static(permissions));
        Error::status_answer("POST /repos/o/r/releases", status, &headers, body.as_bytes(), true)
            .into()
    }

    #[test]
    fn each_status_has_its_code_and_remedy() {
        for (status, body, code, help) in [
            (401, r#"{"message":"Bad credentials"}"#, "github/unauthorized", "expired"),
            (
                403,
                r#"{"message":"Resource not accessible by integration"}"#,
                "github/forbidden",
                "`permissions: pull-requests: write`",
            ),
            (
                403,
                r#"{"message":"Resource not accessible by personal access token"}"#,
                "github/forbidden",
                "give the token",
            ),
            (
                403,
                r#"{"message":"Resource protected by organization SAML enforcement."}"#,
                "github/forbidden",
                "single sign-on",
            ),
            (403, r#"{"message":"API rate limit exceeded"}"#, "github/rate-limit", "per token"),
            (404, r#"{"message":"Not Found"}"#, "github/not-found", "private repository"),
            (409, r#"{"message":"Git Repository is empty."}"#, "github/conflict", "empty"),
            (422, r#"{"message":"Update is not a fast forward"}"#, "github/moved", "run again"),
            (422, r#"{"message":"Reference already exists"}"#, "github/exists", "another name"),
            (
                422,
                r#"{"message":"Validation Failed","errors":[{"code":"custom","message":"tag_name was used by an immutable release"}]}"#,
                "github/immutable-tag",
                "next version",
            ),
            (
                422,
                r#"{"message":"Repository rule violations found\n\nGH013: x"}"#,
                "github/protected",
                "ruleset",
            ),
            (
                422,
                r#"{"message":"At least 1 approving review (GH006)"}"#,
                "github/protected",
                "branch protection",
            ),
            (422, r#"{"message":"Validation Failed"}"#, "github/invalid", ""),
            (502, "<html>", "github/server", "githubstatus"),
            (418, "", "github/status", "GITHUB_API_URL"),
        ] {
            let diagnostic = diagnostic(status, body, "pull_requests=write");
            assert_eq!(diagnostic.code, code, "{status} {body}");
            assert_eq!(diagnostic.exit, Exit::Outside);
            assert!(
                diagnostic.help.as_ref().unwrap().contains(help),
                "{code}: {:?}",
                diagnostic.help
            );
            assert!(crate::EXPLANATIONS.iter().any(|known| known.code == code), "{code}");
        }
    }

    #[test]
    fn a_refusal_names_request_status_and_message() {
        let diagnostic =
            diagnostic(403, r#"{"message":"Resource not accessible by integration"}"#, "");
        assert_eq!(
            diagnostic.message,
            "GitHub refused POST /repos/o/r/releases with 403: Resource not accessible by integration"
        );
        assert!(diagnostic.help.unwrap().contains("`permissions: contents: write`"));
    }
}
