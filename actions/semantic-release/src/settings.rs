//! `[tool.semantic_release]`, read and checked.

mod author;
mod branches;
mod build;
mod environment;
mod packages;
mod parser;
mod place;
mod project;
mod read;
mod reading;
mod release;
mod remote;
mod rules;
mod stamps;
mod writing;

use config::Spanned;

use crate::build::BuildSettings;
use crate::changelog::Format;
use crate::locks::LockFiles;
use crate::parser::Parser;
use crate::pattern::{Pattern, escape};
use crate::reading::Reading;
use crate::stamp::Stamp;
use crate::tags::TagFormat;
use crate::writing::Writing;

pub use author::Author;
pub(crate) use branches::is_token;
pub use branches::{Branch, select};
pub use packages::Packages;
pub(crate) use place::refuse;
pub(crate) use project::license_in;
pub use read::{ReadOptions, has, read};
pub use release::{Latest, ReleaseSettings};
pub use remote::RemoteSettings;

/// Which python-semantic-release gives the answers, where its versions differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compat {
    /// 10.5.
    #[default]
    Psr105,
    /// 10.6 and 10.7: types behind variables, two more emojis that are understood.
    Psr107,
}

/// The settings of a repository.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The branch groups, in the order of the file.
    pub branches: Vec<Branch>,
    /// 0.x versions are allowed.
    pub allow_zero_version: bool,
    /// A breaking change leaves 0.x.
    pub major_on_zero: bool,
    /// How tags are named.
    pub tag_format: TagFormat,
    /// Who commits and tags; `None` when nobody is configured.
    pub author: Option<Author>,
    /// The message of the release commit, with `{version}`.
    pub commit_message: CommitMessage,
    /// How commits are read.
    pub parser: Parser,
    /// What node's configuration says besides.
    pub node: Option<crate::node::Node>,
    /// What is done with what the parser says.
    pub reading: Reading,
    /// How a release is written.
    pub writing: Writing,
    /// The changelog.
    pub changelog: Changelog,
    /// Where the version is written.
    pub stamps: Vec<Stamp>,
    /// The lock files that are kept in step.
    pub lock_files: LockFiles,
    /// The command that builds.
    pub build_command: Option<Spanned<String>>,
    /// How it builds.
    pub build: BuildSettings,
    /// Where the repository is found, relative to the working directory.
    pub repo_dir: String,
    /// The remote that names the repository.
    pub remote_name: String,
    /// The remote's URL, where it is not git's.
    pub remote_url: Option<String>,
    /// Where that is.
    pub remote: RemoteSettings,
    /// The variable that holds the token, or the token's own text.
    pub token: Option<diagnostics::Secret>,
    /// The release on GitHub.
    pub release: ReleaseSettings,
    /// The license named in the notes.
    pub license: Option<String>,
    /// Several packages in one repository.
    pub packages: Packages,
}

/// What `changelog` holds.
#[derive(Clone, Debug)]
pub struct Changelog {
    /// Written whole each time, or updated.
    pub rewrite: bool,
    /// Markdown or reStructuredText.
    pub format: Format,
    /// What marks the place for new sections.
    pub insertion_flag: String,
    /// Commits that are left out unless they move the version.
    pub exclude: Vec<Pattern>,
    /// The file, relative to the working directory.
    pub file: Spanned<String>,
    /// The first release says "Initial Release" only.
    pub mask_initial_release: bool,
    /// Where templates are, relative to the working directory.
    pub template_dir: Spanned<String>,
    /// How templates are written.
    pub environment: crate::template::Syntax,
}

/// The message of the release commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitMessage {
    raw: String,
}

impl CommitMessage {
    /// Reads a format; `None` when it has braces other than `{version}`, `{{` and `}}`.
    pub fn parse(format: &str) -> Option<Self> {
        let rest = format.replace("{version}", "").replace("{{", "").replace("}}", "");
        (!rest.contains(['{', '}'])).then(|| Self { raw: format.to_owned() })
    }

    /// The message for a version, with blanks and empty lines as `git commit` leaves them.
    pub fn text(&self, version: &str) -> String {
        let parts: Vec<String> = self
            .raw
            .split("{version}")
            .map(|part| part.replace("{{", "{").replace("}}", "}"))
            .collect();
        tidy(&parts.join(version))
    }

    /// Recognises release commits, so that they stay out of the changelog.
    ///
    /// # Errors
    /// A defect: the text is escaped.
    pub fn pattern(&self) -> Result<Pattern, crate::pattern::PatternError> {
        self.pattern_of(r"\d+\.\d+\.\d+\S*")
    }

    /// The same where something else stands for the version.
    ///
    /// # Errors
    /// As for [`CommitMessage::pattern`].
    pub fn pattern_of(&self, version: &str) -> Result<Pattern, crate::pattern::PatternError> {
        let parts: Vec<String> =
            crate::pytext::strip(&self.raw).split("{version}").map(escape).collect();
        Pattern::new(&parts.join(version))
    }
}

/// No blanks at line ends, no empty lines at start and end, and only one in a row.
fn tidy(message: &str) -> String {
    let mut text = String::new();
    for line in message.lines().map(|line| line.trim_end_matches([' ', '\t', '\r', '\x0b', '\x0c']))
    {
        if line.is_empty() && (text.is_empty() || text.ends_with("\n\n")) {
            continue;
        }
        text.push_str(line);
        text.push('\n');
    }
    text.truncate(text.trim_end_matches('\n').len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_as_git_commit_leaves_them() {
        let message = CommitMessage::parse("\n  {version} \n\n\n\n# kept\t\r\n \n").unwrap();
        assert_eq!(message.text("1.2.3"), "  1.2.3\n\n# kept");
    }

    #[test]
    fn messages() {
        let message = CommitMessage::parse("chore({{x}}): {version}\n\n[skip ci]").unwrap();
        assert_eq!(message.text("1.2.3"), "chore({x}): 1.2.3\n\n[skip ci]");
        assert_eq!(CommitMessage::parse("{ver}"), None);
        assert_eq!(CommitMessage::parse("{version!r}"), None);
        let message = CommitMessage::parse("{version}\n\nAutomatically").unwrap();
        let pattern = message.pattern().unwrap();
        assert_eq!(pattern.matches("1.2.3-rc.1\n\nAutomatically generated"), Ok(true));
        assert_eq!(pattern.matches("1.2.3 other"), Ok(false));
    }
}
