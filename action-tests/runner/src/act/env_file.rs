//! The grammar of act's env files (`pkg/container/parse_env_file.go`).

use crate::file_commands::Pairs;

/// Reads a key-value text as act does. Any error drops the whole file: the pairs are empty then.
///
/// Unlike the runner, a blank line is an error, CR before LF is dropped, blank lines at the start
/// of a heredoc are lost, empty names and delimiters are accepted.
pub fn parse_pairs(text: &str) -> Pairs {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = scan(text);
    let mut pairs = Vec::new();
    while let Some(line) = lines.next() {
        match (line.find('='), line.find("<<")) {
            (Some(equals), heredoc) if heredoc.is_none_or(|heredoc| equals < heredoc) => {
                if let Some((name, value)) = line.split_once('=') {
                    pairs.push((name.to_owned(), value.to_owned()));
                }
            }
            (_, Some(_)) => {
                let (name, delimiter) = line.split_once("<<").unwrap_or((line, ""));
                match heredoc(delimiter, &mut lines) {
                    Some(value) => pairs.push((name.to_owned(), value)),
                    None => {
                        return dropped(format!(
                            "invalid format delimiter '{delimiter}' not found before end of file"
                        ));
                    }
                }
            }
            _ => {
                return dropped(format!(
                    "invalid format '{line}', expected a line with '=' or '<<'"
                ));
            }
        }
    }
    Pairs { pairs, error: None }
}

/// The entries of a path file: one a line, CR before LF dropped.
pub fn parse_path(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    scan(text).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn dropped(error: String) -> Pairs {
    Pairs { pairs: Vec::new(), error: Some(error) }
}

/// Lines as Go's scanner gives them: LF ends one, a CR before it is dropped, the last one may be
/// unterminated.
fn scan(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_suffix('\n').map_or((text, text.is_empty()), |rest| (rest, false));
    text.0.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).filter(move |_| !text.1)
}

fn heredoc<'a>(delimiter: &str, lines: &mut impl Iterator<Item = &'a str>) -> Option<String> {
    let mut value = String::new();
    for line in lines {
        if line == delimiter {
            return Some(value);
        }
        // act asks whether the value is empty, not whether this is the first line.
        if !value.is_empty() {
            value.push('\n');
        }
        value.push_str(line);
    }
    None
}
