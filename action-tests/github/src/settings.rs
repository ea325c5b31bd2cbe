//! What an owner sets in a repository: visibility, protection, rulesets, immutable releases.

use crate::fault::glob;

/// The settings of one repository.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of GitHub's own")]
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Invisible (404) to tokens that do not reach it.
    pub private: bool,
    /// The default branch; `None` takes it from the bare repository's HEAD.
    pub default_branch: Option<String>,
    /// Releases are frozen, tag and assets, when they are published.
    pub immutable_releases: bool,
    /// Classic branch protection.
    pub protected: Vec<Protection>,
    /// Rulesets on branches and tags.
    pub rulesets: Vec<Ruleset>,
    /// How many calls of the release list do not yet show a release that was just created.
    pub list_lag: u32,
    /// Tokens of workflows cannot open pull requests, whatever their permissions.
    pub no_pulls_by_workflows: bool,
    /// Read only for everybody: writes answer 403.
    pub archived: bool,
}

/// Classic protection of the branches whose name matches. The requirement is that changes come
/// through a pull request; force pushes and deletion are refused.
#[derive(Clone, Debug)]
pub struct Protection {
    /// Branch name or pattern with `*`.
    pub branch: String,
    /// Logins that may push all the same.
    pub bypass: Vec<String>,
}

impl Protection {
    /// Protects the branches that match, with nobody who may bypass it.
    #[must_use]
    pub fn of(branch: &str) -> Self {
        Self { branch: branch.to_owned(), bypass: Vec::new() }
    }

    /// Lets one account push all the same.
    #[must_use]
    pub fn bypass(mut self, login: &str) -> Self {
        self.bypass.push(login.to_owned());
        self
    }

    pub(crate) fn covers(&self, branch: &str) -> bool {
        glob(&self.branch, branch)
    }
}

/// What a ruleset is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// References below `refs/heads/`.
    Branch,
    /// References below `refs/tags/`.
    Tag,
}

/// One rule of a ruleset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nobody creates a matching reference.
    Creation,
    /// Nobody moves a matching reference.
    Update,
    /// Nobody deletes a matching reference.
    Deletion,
    /// No forced moves.
    NonFastForward,
    /// Changes come through a pull request.
    PullRequest,
    /// Every new commit is signed.
    RequiredSignatures,
}

impl Rule {
    /// The name in the API.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Creation => "creation",
            Self::Update => "update",
            Self::Deletion => "deletion",
            Self::NonFastForward => "non_fast_forward",
            Self::PullRequest => "pull_request",
            Self::RequiredSignatures => "required_signatures",
        }
    }

    /// GitHub's sentence when the rule is broken.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Creation => "Cannot create ref due to creations being restricted.",
            Self::Update => "Cannot update this protected ref.",
            Self::Deletion => "Cannot delete this protected ref.",
            Self::NonFastForward => "Cannot force-push to this branch",
            Self::PullRequest => "Changes must be made through a pull request.",
            Self::RequiredSignatures => "Commits must have verified signatures.",
        }
    }
}

/// A ruleset: rules for the references whose short name matches.
#[derive(Clone, Debug)]
pub struct Ruleset {
    /// Shown by the API.
    pub name: String,
    /// Branches or tags.
    pub target: Target,
    /// Short name or pattern with `*`.
    pub pattern: String,
    /// What is demanded.
    pub rules: Vec<Rule>,
    /// Logins on the bypass list.
    pub bypass: Vec<String>,
    /// Nobody is told whether they may bypass it.
    pub silent: bool,
}

impl Ruleset {
    /// A ruleset with nobody on the bypass list.
    #[must_use]
    pub fn new(name: &str, target: Target, pattern: &str, rules: &[Rule]) -> Self {
        Self {
            name: name.to_owned(),
            target,
            pattern: pattern.to_owned(),
            rules: rules.to_vec(),
            bypass: Vec::new(),
            silent: false,
        }
    }

    /// Tells nobody whether they may bypass it, as GitHub does where a token may not know.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Puts an account on the bypass list.
    #[must_use]
    pub fn bypass(mut self, login: &str) -> Self {
        self.bypass.push(login.to_owned());
        self
    }

    /// True when the full reference name (`refs/heads/main`) falls under the ruleset.
    pub(crate) fn covers(&self, reference: &str) -> bool {
        let prefix = match self.target {
            Target::Branch => "refs/heads/",
            Target::Tag => "refs/tags/",
        };
        reference.strip_prefix(prefix).is_some_and(|name| glob(&self.pattern, name))
    }
}
