//! Splitting the message of a squash merge into the commits it was made of.

use crate::pytext::{dedent, is_space, is_word, strip};

/// How a commit inside a squash merge is told.
pub(crate) struct Start<'f> {
    /// The text begins with a commit.
    pub(crate) begins: &'f dyn Fn(&str) -> bool,
    /// A bullet or indentation before this text is taken away.
    pub(crate) bullet: &'f dyn Fn(&str) -> bool,
}

/// The messages inside `message`; the message itself when nothing is left of it.
pub(crate) fn split(whole: &str, start: &Start<'_>) -> Vec<String> {
    let message = whole.replace('\r', "");
    let mut messages = Vec::new();
    for part in split_at_commit_lines(strip(&message)) {
        messages.extend(split_paragraphs(&part, start));
    }
    messages.retain(|message| !message.is_empty());
    if messages.is_empty() {
        messages.push(whole.to_owned());
    }
    messages
}

/// `git merge --squash` writes a line `commit HASH` before each commit.
fn split_at_commit_lines(message: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in message.split_inclusive('\n') {
        if is_commit_line(line) {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push_str(line);
        }
    }
    parts
}

fn split_paragraphs(message: &str, start: &Start<'_>) -> Vec<String> {
    let mut messages = Vec::new();
    let mut current = String::new();
    for paragraph in strip(message).split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        let paragraph = clean(paragraph, start);
        if strip(&paragraph).is_empty() {
            continue;
        }
        if (start.begins)(&paragraph) {
            if !current.is_empty() {
                messages.push(std::mem::take(&mut current));
            }
            current = paragraph;
        } else if current.is_empty() {
            if messages.is_empty() {
                current = dedent(&paragraph);
            }
        } else {
            current.push_str("\n\n");
            current.push_str(&dedent(&paragraph));
        }
    }
    messages.push(current);
    messages
}

/// Removes what git and GitHub put around the messages: headers, bullets, indentation.
fn clean(paragraph: &str, start: &Start<'_>) -> String {
    let paragraph = shrink_blanks(paragraph);
    let mut out = String::with_capacity(paragraph.len());
    for line in paragraph.split_inclusive('\n') {
        if !is_frame_line(line) {
            out.push_str(strip_bullet(line, start));
        }
    }
    out
}

/// Runs of blanks between two characters become one blank; the second character of a pair does
/// not begin another pair.
fn shrink_blanks(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = characters.as_slice();
    while let Some((first, tail)) = rest.split_first() {
        out.push(*first);
        rest = tail;
        let blanks = tail.iter().take_while(|c| **c == ' ').count();
        if !is_space(*first)
            && blanks >= 2
            && let Some(next) = tail.get(blanks).filter(|next| !is_space(**next))
        {
            out.push(' ');
            out.push(*next);
            rest = tail.get(blanks + 1..).unwrap_or_default();
        }
    }
    out
}

fn is_commit_line(line: &str) -> bool {
    let line = line.strip_suffix('\n').unwrap_or(line).trim_start_matches([' ', '\t']);
    line.strip_prefix("commit ").is_some_and(|hash| {
        !hash.is_empty() && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn is_frame_line(line: &str) -> bool {
    let text = line.strip_suffix('\n').unwrap_or(line).trim_start_matches([' ', '\t']);
    let named = |name: &str| text.strip_prefix(name).is_some_and(|rest| !rest.is_empty());
    is_commit_line(line)
        || named("Author: ")
        || named("Date: ")
        || text.starts_with("Squashed commit of the following:")
}

/// A line without the bullet or indentation before a type.
fn strip_bullet<'l>(line: &'l str, start: &Start<'_>) -> &'l str {
    let bare = line.trim_start_matches([' ', '\t']);
    let bullet =
        bare.strip_prefix(['*', '-']).map(|rest| (rest, rest.trim_start_matches([' ', '\t'])));
    let candidates = [
        bullet.filter(|(rest, text)| rest.len() > text.len()).map(|(_, text)| text),
        Some(bare),
        Some(line),
    ];
    candidates.into_iter().flatten().find(|text| (start.bullet)(text)).unwrap_or(line)
}

/// The text begins with one of the words, and the word ends there.
pub(crate) fn starts_with_word(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| {
        text.strip_prefix(word.as_str()).is_some_and(|rest| {
            // `\b` after the last character of the word
            let inner = word.chars().next_back().is_some_and(is_word);
            rest.chars().next().is_some_and(is_word) != inner
        })
    })
}

#[cfg(test)]
mod tests {
    fn pieces(message: &str) -> Vec<String> {
        let options = crate::conventional::Options::default();
        crate::conventional::unsquash(message, &options)
    }

    #[test]
    fn splits() {
        for (message, expected) in [
            ("feat: a b", vec!["feat: a b"]),
            ("feat: a b\r\n\r\nbody\r\n", vec!["feat: a b\n\nbody"]),
            ("feat: a b\n\n* fix: c d\n\n- docs: e f", vec!["feat: a b", "fix: c d", "docs: e f"]),
            ("feat: a b\n\nfix: #12", vec!["feat: a b\n\nfix: #12"]),
            ("feat: a b\n\n* fix: c d\n* docs: e f", vec!["feat: a b", "fix: c d\ndocs: e f"]),
            ("text\n\nmore\n\nfix: a b", vec!["text\n\nmore", "fix: a b"]),
            (
                "Squashed commit of the following:\n\ncommit 1f\nAuthor: A <a>\nDate:   now\n\n    feat: a b\n\n    body\n\ncommit 2f\nAuthor: B\nDate: x\n\n    fix: c d",
                vec!["feat: a b\n\nbody", "fix: c d"],
            ),
            ("feat: a   b  c", vec!["feat: a b  c"]),
            ("feat: a  b  c", vec!["feat: a b  c"]),
            ("* feat: a b", vec!["feat: a b"]),
            ("*feat: a b", vec!["*feat: a b"]),
            ("fixes: a b\n\n  fixes: c d", vec!["fixes: a b\n\nfixes: c d"]),
            ("\n\n", vec!["\n\n"]),
            ("commit 12ab", vec!["commit 12ab"]),
        ] {
            assert_eq!(pieces(message), expected, "{message:?}");
        }
    }
}
