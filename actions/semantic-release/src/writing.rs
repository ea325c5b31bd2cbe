//! How a release is written: what is committed, where, and in whose name.

pub mod sign_off;

use action_kit::Context;

/// What a release writes to the repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A commit with the stamped files on the branch, and a tag on it.
    #[default]
    Commit,
    /// A tag on the commit there is.
    TagOnly,
    /// A pull request with that commit; the tag goes on what merging it makes.
    PullRequest,
}

impl Mode {
    /// The words of the setting.
    pub const CHOICES: [(&str, Self); 3] = [
        ("commit", Self::Commit),
        ("tag-only", Self::TagOnly),
        ("pull-request", Self::PullRequest),
    ];
}

/// How a release is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writing {
    /// What is written.
    pub mode: Mode,
    /// Commits end with `Signed-off-by`.
    pub sign_off: bool,
    /// What the branch of a release pull request is called; `None` for [`RELEASE_BRANCH`].
    pub release_branch: Option<String>,
}

/// The name of the release branch where none is configured.
pub const RELEASE_BRANCH: &str = "semantic-release/{branch}";

impl Writing {
    /// The branch that holds the release of another one until it is merged.
    pub fn release_branch_of(&self, branch: &str) -> String {
        self.release_branch_format().replace("{branch}", branch)
    }

    /// Whether a branch is such a branch itself.
    pub fn is_release_branch(&self, branch: &str) -> bool {
        match self.release_branch_format().split_once("{branch}") {
            Some(("", "")) => false,
            Some((before, after)) => branch
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|rest| !rest.is_empty()),
            None => self.release_branch_format() == branch,
        }
    }

    fn release_branch_format(&self) -> &str {
        self.release_branch.as_deref().unwrap_or(RELEASE_BRANCH)
    }
}

/// What the inputs say about it; `None` leaves the setting as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WritingWishes {
    mode: Option<Mode>,
    sign_off: Option<bool>,
    release_branch: Option<String>,
}

impl WritingWishes {
    /// Reads the inputs.
    pub fn read(context: &Context) -> Self {
        let inputs = &context.inputs;
        let word = inputs.text("release_mode");
        let mode = Mode::CHOICES.into_iter().find(|(name, _)| Some(*name) == word);
        Self {
            mode: mode.map(|(_, mode)| mode),
            sign_off: inputs.flag("signoff_commit"),
            release_branch: inputs.text("release_branch").map(str::to_owned),
        }
    }

    /// What is asked for, on top of what is configured.
    pub fn apply(&self, writing: &mut Writing) {
        writing.mode = self.mode.unwrap_or(writing.mode);
        if self.release_branch.is_some() {
            writing.release_branch.clone_from(&self.release_branch);
        }
        writing.sign_off = self.sign_off.unwrap_or(writing.sign_off);
    }
}
