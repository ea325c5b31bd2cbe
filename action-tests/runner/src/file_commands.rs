//! The grammar of `GITHUB_ENV`, `GITHUB_OUTPUT`, `GITHUB_STATE` and `GITHUB_PATH`, as the runner reads it
//! (`src/Runner.Worker/FileCommandManager.cs`).

use std::path::Path;

/// What a key-value file held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Names and values in the order of the file, doubles included.
    pub pairs: Vec<(String, String)>,
    /// Why reading stopped. The pairs before the bad line have been applied all the same.
    pub error: Option<String>,
}

impl Pairs {
    /// The value of a name; the last one wins.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Lines that end at LF only; `None` at the end of the text.
struct Lines<'a> {
    rest: Option<&'a str>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: (!text.is_empty()).then_some(text) }
    }

    /// The next line and whether a line feed ended it.
    fn next(&mut self) -> Option<(&'a str, bool)> {
        let rest = self.rest?;
        if let Some((line, after)) = rest.split_once('\n') {
            self.rest = (!after.is_empty()).then_some(after);
            Some((line, true))
        } else {
            self.rest = None;
            Some((rest, false))
        }
    }
}

/// Reads a key-value text; a byte order mark at its start is skipped.
pub fn parse_pairs(text: &str) -> Pairs {
    let mut lines = Lines::new(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut read = Pairs::default();
    while let Some((line, _)) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let pair = match (line.find('='), line.find("<<")) {
            (Some(equals), heredoc) if heredoc.is_none_or(|heredoc| equals < heredoc) => line
                .split_once('=')
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .ok_or_else(|| format!("Invalid format '{line}'")),
            (_, Some(_)) => heredoc(line, &mut lines),
            _ => Err(format!("Invalid format '{line}'")),
        };
        match pair {
            Ok(pair) => read.pairs.push(pair),
            Err(error) => {
                read.error = Some(error);
                break;
            }
        }
    }
    read
}

fn heredoc(line: &str, lines: &mut Lines<'_>) -> Result<(String, String), String> {
    let (name, delimiter) = line.split_once("<<").unwrap_or((line, ""));
    if name.is_empty() || delimiter.is_empty() {
        return Err(format!(
            "Invalid format '{line}'. Name must not be empty and delimiter must not be empty"
        ));
    }
    let mut value = Vec::new();
    loop {
        match lines.next() {
            Some((line, _)) if line == delimiter => break,
            Some((line, true)) => value.push(line),
            Some((_, false)) => return Err("Invalid value. EOF marker missing new line.".into()),
            None => {
                return Err(format!("Invalid value. Matching delimiter not found '{delimiter}'"));
            }
        }
    }
    Ok((name.to_owned(), value.join("\n")))
}

/// Reads a key-value file. A missing file or folder is no issue: nothing is set.
pub fn read_pairs(path: &Path) -> Pairs {
    match std::fs::read(path) {
        Ok(bytes) => parse_pairs(&String::from_utf8_lossy(&bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Pairs::default(),
        Err(error) => Pairs { pairs: Vec::new(), error: Some(error.to_string()) },
    }
}

/// Makes a file for a step: empty, then with its initial contents. If those cannot be had the file
/// stays empty and the set-up of the step goes on.
///
/// # Errors
/// The empty file cannot be made.
pub fn initialise(
    path: &Path,
    contents: impl FnOnce() -> anyhow::Result<String>,
) -> std::io::Result<()> {
    std::fs::write(path, "")?;
    match contents() {
        Ok(text) => std::fs::write(path, text),
        Err(_) => Ok(()),
    }
}

/// Whether `GITHUB_ENV` refuses the name.
pub fn is_blocked(name: &str) -> bool {
    name.eq_ignore_ascii_case("NODE_OPTIONS")
}

/// The entries of a path file: one a line, CR LF tolerated, empty lines skipped.
pub fn parse_path(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.replace("\r\n", "\n")
        .split(['\n', '\r'])
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Adds one entry to the list of path additions: an entry seen before moves to the end, and the
/// end of the list becomes the front of PATH.
pub fn prepend_path(additions: &mut Vec<String>, entry: &str) {
    additions.retain(|known| known != entry);
    additions.push(entry.to_owned());
}

/// The additions as they stand at the front of PATH.
pub fn path_value(additions: &[String], path: &str) -> String {
    let mut parts: Vec<&str> = additions.iter().rev().map(String::as_str).collect();
    if !path.is_empty() {
        parts.push(path);
    }
    parts.join(":")
}
