//! The long form of this crate's codes.

use diagnostics::Explanation;

/// Every code of this crate.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "publish/moved",
        title: "the branch moved meanwhile",
        text: "A plan is made for one commit at the head of the branch, and is only carried out on that one. The action plans again up to three times; this error means the branch kept moving or cannot be moved.",
    },
    Explanation {
        code: "publish/tag-taken",
        title: "the tag is at another commit",
        text: "A tag that is there at the right commit is what was wanted. At another commit it is never moved: people may have fetched it.",
    },
    Explanation {
        code: "publish/unverified",
        title: "the commit would not be verified",
        text: "`verified: require` publishes a commit only if GitHub signs it, which it does for apps (also `github.token`) when no author is sent, or if an SSH or OpenPGP key signs it here. For a git on the command line a signing key must be given or configured. What GitHub stores is compared with what was signed. Nothing was published.",
    },
    Explanation {
        code: "publish/author-unsigned",
        title: "a commit keeps its configured author and is not signed",
        text: "GitHub signs commits made through its API only when no author is sent. Leave out the author, use the token's own account as author, or set `verified: require` to give up the author, or `verified: off` to silence this notice.",
    },
    Explanation {
        code: "publish/author-dropped",
        title: "a commit is signed and loses its configured author",
        text: "With `verified: require` no author is sent, so GitHub names the token's account. Use `verified: prefer` to keep the author.",
    },
    Explanation {
        code: "publish/identity",
        title: "the author of a signed commit cannot be used",
        text: "A signature covers the names in the commit, so they must be ones that git and GitHub write as they are: not empty, in one line, without `<` and `>`.",
    },
    Explanation {
        code: "publish/key-unknown",
        title: "the commit is signed, and GitHub does not show it as verified",
        text: "The signature is there and git can check it. GitHub shows commits as verified only when the public key is registered as a *signing key* (SSH) or GPG key of the account that the committer's verified address belongs to.",
    },
    Explanation {
        code: "publish/path",
        title: "a path that leaves the repository",
        text: "Files that are committed are named relative to the root of the repository. `..`, absolute paths and `.git` are refused.",
    },
    Explanation {
        code: "publish/no-git",
        title: "there is no git",
        text: "Writing through git needs a `git` on PATH. The image of the action has none on purpose; inside GitHub Actions the API is used.",
    },
    Explanation {
        code: "publish/git-run",
        title: "git could not be run",
        text: "The system could not start git or lost it.",
    },
    Explanation {
        code: "publish/git",
        title: "git failed",
        text: "git's own words are in the notes. git is run without a terminal, so it cannot ask for a password: give it a token, a key in an agent, or a credential helper.",
    },
];
