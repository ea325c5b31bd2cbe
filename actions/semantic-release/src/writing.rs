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
}

impl Mode {
    /// The words of the setting.
    pub const CHOICES: [(&str, Self); 2] = [("commit", Self::Commit), ("tag-only", Self::TagOnly)];
}

/// How a release is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writing {
    /// What is written.
    pub mode: Mode,
    /// Commits end with `Signed-off-by`.
    pub sign_off: bool,
}

/// What the inputs say about it; `None` leaves the setting as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WritingWishes {
    mode: Option<Mode>,
    sign_off: Option<bool>,
}

impl WritingWishes {
    /// Reads the inputs.
    pub fn read(context: &Context) -> Self {
        let inputs = &context.inputs;
        let word = inputs.text("release_mode");
        let mode = Mode::CHOICES.into_iter().find(|(name, _)| Some(*name) == word);
        Self { mode: mode.map(|(_, mode)| mode), sign_off: inputs.flag("signoff_commit") }
    }

    /// What is asked for, on top of what is configured.
    pub fn apply(&self, writing: &mut Writing) {
        writing.mode = self.mode.unwrap_or(writing.mode);
        writing.sign_off = self.sign_off.unwrap_or(writing.sign_off);
    }
}
