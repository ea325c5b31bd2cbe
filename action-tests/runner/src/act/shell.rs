//! Words of a shell line, as act splits `entrypoint:` and `with.args`.

use anyhow::bail;

/// Splits at blanks; single quotes keep everything, double quotes know backslashes.
///
/// # Errors
/// A quote that is not closed, or a backslash at the end.
pub fn split(line: &str) -> anyhow::Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next() {
                        Some('\'') => break,
                        Some(other) => word.push(other),
                        None => bail!("Unterminated single-quoted string"),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next() {
                        Some('"') => break,
                        Some('\\') => match characters.next() {
                            Some(escaped @ ('$' | '`' | '"' | '\\')) => word.push(escaped),
                            Some('\n') => {}
                            Some(other) => word.extend(['\\', other]),
                            None => bail!("Unterminated double-quoted string"),
                        },
                        Some(other) => word.push(other),
                        None => bail!("Unterminated double-quoted string"),
                    }
                }
            }
            '\\' => match characters.next() {
                Some('\n') => {}
                Some(other) => word.get_or_insert_default().push(other),
                None => bail!("Unterminated backslash-escape"),
            },
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}
