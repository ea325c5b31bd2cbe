//! Inputs about how commits are read, and the version that is asked for by name.

use action_kit::Context;

use crate::reading::{REPORT_UNPARSED, Reading, Squash};
use crate::version::Version;

/// What inputs say about the switches of [`Reading`]; they beat the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadingWishes {
    squash: Option<Squash>,
    cancel_reverts: Option<bool>,
    release_as: Option<bool>,
    pr_overrides: Option<bool>,
    /// `Some("off")` and the like: absent is another thing than off.
    report_unparsed: Option<&'static str>,
}

impl ReadingWishes {
    pub(super) fn read(context: &Context) -> Self {
        let text = |name: &str| context.inputs.text(name);
        Self {
            squash: choice(text("squash"), &Squash::CHOICES),
            report_unparsed: REPORT_UNPARSED
                .iter()
                .map(|(word, _)| *word)
                .find(|word| Some(*word) == text("report_unparsed")),
            cancel_reverts: text("revert").map(|word| word == "cancel"),
            release_as: text("release_as").map(|word| word == "on"),
            pr_overrides: context.inputs.flag("pr_overrides"),
        }
    }

    /// Puts what was given into the settings.
    pub fn apply(&self, reading: &mut Reading) {
        fn set<T: Copy>(wish: Option<T>, into: &mut T) {
            if let Some(wish) = wish {
                *into = wish;
            }
        }
        set(self.squash, &mut reading.squash);
        set(self.cancel_reverts, &mut reading.cancel_reverts);
        set(self.release_as, &mut reading.release_as);
        set(self.pr_overrides, &mut reading.pr_overrides);
        set(choice(self.report_unparsed, &REPORT_UNPARSED), &mut reading.report_unparsed);
    }
}

fn choice<T: Copy>(given: Option<&str>, choices: &[(&str, T)]) -> Option<T> {
    choices.iter().find(|(word, _)| Some(*word) == given).map(|(_, value)| *value)
}

/// The version of input `force_version`, or what is wrong with it.
pub(super) fn force_version(context: &Context) -> Option<Result<Version, String>> {
    let text = context.inputs.text("force_version")?;
    if context.inputs.text("force").is_some() {
        return Some(Err("`force` and `force_version` are given together".to_owned()));
    }
    let version = Version::parse(text, "");
    Some(version.map_err(|error| format!("`{text}` cannot be released: {error}")))
}
