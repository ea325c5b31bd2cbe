//! The long form of this crate's codes.

use diagnostics::Explanation;

/// Every code of this crate.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "github/unauthorized",
        title: "GitHub does not accept the token",
        text: "The input `token` is missing, wrong, expired or revoked. In a workflow use `${{ github.token }}`; it is valid until the job ends. A token of another GitHub (github.com or your own server) is refused in the same way.",
    },
    Explanation {
        code: "github/forbidden",
        title: "the token may not do this",
        text: "The token is valid and lacks a permission. The permissions of `github.token` are set by `permissions:` in the workflow; once that key is there, everything it does not list is `none`. Workflows started by a pull request from a fork get a token that can only read.",
    },
    Explanation {
        code: "github/rate-limit",
        title: "a rate limit of GitHub is reached",
        text: "Requests that only read were repeated after the time GitHub asks for, up to three minutes. `github.token` has 1,000 requests an hour for a repository; a GitHub App's token has its own limit.",
    },
    Explanation {
        code: "github/not-found",
        title: "GitHub does not find it, or does not show it",
        text: "GitHub answers 404 instead of 403 for what a token may not see, so a missing permission looks like a missing repository.",
    },
    Explanation {
        code: "github/conflict",
        title: "the state of the repository does not allow it",
        text: "For example: the repository is empty, or a merge is in progress.",
    },
    Explanation {
        code: "github/moved",
        title: "a branch moved meanwhile",
        text: "Nothing is forced: a branch is only moved forward from the commit the plan was made for. The action plans again up to three times; this error means it kept moving, or that moving it is not possible.",
    },
    Explanation {
        code: "github/exists",
        title: "it is there already, and is different",
        text: "The same thing twice is not an error. Here the name is taken by something else: a tag at another commit, or an asset with other bytes.",
    },
    Explanation {
        code: "github/immutable-tag",
        title: "the tag belonged to an immutable release",
        text: "With immutable releases a published release freezes its tag and assets; the tag name cannot be used again even when the release is deleted. Release another version.",
    },
    Explanation {
        code: "github/protected",
        title: "a protection or ruleset refuses the change",
        text: "GH006 is a branch protection, GH013 a ruleset. Actions that push must be allowed to bypass it: a GitHub App in the bypass list, or `Allow specified actors to bypass required pull requests`. `github.token` cannot be put on a ruleset's bypass list.",
    },
    Explanation {
        code: "github/invalid",
        title: "GitHub refuses the request as it is",
        text: "The message and the notes say what GitHub names. If none is of your making, please report it.",
    },
    Explanation {
        code: "github/server",
        title: "GitHub has a problem",
        text: "5xx. Requests that may be repeated were repeated; ones that create something were sent again only after looking whether they took effect. Run again: what is done stays done.",
    },
    Explanation {
        code: "github/status",
        title: "an unexpected status",
        text: "Usually the API address belongs to something else than GitHub.",
    },
    Explanation {
        code: "github/answer",
        title: "an answer that cannot be used",
        text: "The answer is not the JSON that GitHub documents. Usually a proxy or a sign-in page answered.",
    },
];
