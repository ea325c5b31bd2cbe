//! What a release pull request says, and what its commits say.

use std::fmt::Write as _;

use crate::notes;
use crate::settings::CommitMessage;

/// The longest description GitHub takes.
const LIMIT: usize = 65_536;

/// Left to what follows the notes.
const RESERVE: usize = 2_000;

/// Says which comment tells that the pull request was closed.
pub(crate) const CLOSED: &str = "<!-- semantic-release: nothing to release -->";

/// The hidden line that says which release a pull request is.
pub(crate) fn marker(version: &str, tag: &str) -> String {
    format!("<!-- semantic-release: version {} tag {} -->", hidden(version), hidden(tag))
}

/// A text that cannot end the comment it stands in: `%` and two digits for all but letters,
/// digits and a few signs, and for the second of two hyphens.
fn hidden(text: &str) -> String {
    let mut out = String::new();
    let mut after_hyphen = true;
    for byte in text.bytes() {
        let is_plain = byte.is_ascii_alphanumeric()
            || b"._+/@~".contains(&byte)
            || byte == b'-' && !after_hyphen;
        after_hyphen = byte == b'-';
        if is_plain {
            out.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The description: the notes, cut to what GitHub takes, what merging does, and the marker.
pub(crate) fn body(notes: &str, (version, tag): (&str, &str), branch: &str, link: &str) -> String {
    let tail = format!(
        "---\n\nMerging this pull request releases `{}`. It is kept up to date as long as nobody else pushes to `{}`.\n\n{}\n",
        tag.replace('`', "'"),
        branch.replace('`', "'"),
        marker(version, tag)
    );
    let notes = notes::cut(notes, LIMIT - RESERVE, link);
    format!("{}\n\n{tail}", notes.trim_end())
}

/// Whether two descriptions are the same but for line ends and blanks at them.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let lines = |text: &str| {
        let lines: Vec<String> =
            text.trim().lines().map(|line| line.trim_end().to_owned()).collect();
        lines
    };
    lines(one) == lines(other)
}

/// What the first line of a release commit's message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The release of the version this text names.
    Version(String),
    /// A release; the configured message names no version there.
    Unnamed,
}

/// Reads the first line of a message; ` (#12)` behind it, as squashing leaves it, is no part.
pub(crate) fn subject(message: &str, format: &CommitMessage) -> Option<Subject> {
    let line = message.trim_start().lines().next()?.trim_end();
    let line = match line.rsplit_once(" (#") {
        Some((rest, number))
            if number.strip_suffix(')').is_some_and(|number| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            }) =>
        {
            rest.trim_end()
        }
        _ => line,
    };
    let text = format.text("\0");
    let wanted = text.trim_start().lines().next()?;
    let Some((before, after)) = wanted.split_once('\0') else {
        return (line == wanted).then_some(Subject::Unnamed);
    };
    let version = line.strip_prefix(before)?;
    // A message may name the version twice.
    let length = match after.split_once('\0') {
        None => version.strip_suffix(after)?.len(),
        Some((between, _)) => version.find(between).filter(|_| !between.is_empty())?,
    };
    let version = version.get(..length)?;
    (wanted.replace('\0', version) == line).then(|| Subject::Version(version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_comment() {
        assert_eq!(
            marker("1.2.3-rc.1+a", "v1.2.3-rc.1"),
            "<!-- semantic-release: version 1.2.3-rc.1+a tag v1.2.3-rc.1 -->"
        );
        let hostile = marker("1.0.0", "--> <b>--!>v1.0.0\n");
        assert_eq!(hostile.matches("--").count(), 2, "{hostile}");
        assert_eq!(hostile.matches('>').count(), 1, "{hostile}");
        assert_ne!(marker("1", "a-%2D"), marker("1", "a--"));
    }

    #[test]
    fn long_notes_leave_room_for_the_marker() {
        let notes = format!("## v1\n\n{}", "- 😀 line\n".repeat(20_000));
        let text = body(&notes, ("1.0.0", "v1.0.0"), "semantic-release/main", "https://x");
        assert!(text.encode_utf16().count() <= LIMIT);
        assert!(text.contains(&marker("1.0.0", "v1.0.0")) && text.contains("https://x"));
        assert!(same("a \r\nb\r\n", "a\nb") && !same("a\nb", "a\n\nb"));
    }

    #[test]
    fn subjects_of_release_commits() {
        let of = |format: &str, message: &str| match subject(
            message,
            &CommitMessage::parse(format).unwrap(),
        ) {
            Some(Subject::Version(version)) => version,
            Some(Subject::Unnamed) => "unnamed".to_owned(),
            None => "none".to_owned(),
        };
        for (format, message, expected) in [
            ("{version}\n\nAutomatic", "1.2.3\n\nAutomatic", "1.2.3"),
            ("{version}\n\nAutomatic", "1.2.3 (#12)\n\n* 1.2.3", "1.2.3"),
            ("{version}", "1.2.3 (#x)", "1.2.3 (#x)"),
            (
                "chore(release): {version} [skip ci]",
                "chore(release): 1.0.0 [skip ci] (#7)",
                "1.0.0",
            ),
            ("chore(release): {version}", "chore: 1.0.0", "none"),
            ("{version} is {version}", "1.0.0 is 1.0.0", "1.0.0"),
            ("{version} is {version}", "1.0.0 is 1.0.1", "none"),
            ("chore: release\n\n{version}", "chore: release (#1)", "unnamed"),
        ] {
            assert_eq!(of(format, message), expected, "{format} {message}");
        }
    }
}
