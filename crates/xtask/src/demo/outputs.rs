//! Reading the file of `GITHUB_OUTPUT` as the runner does.

use anyhow::{Context as _, Result};

/// The pairs in the order they were written.
pub(super) fn read(text: &str) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let heredoc = line.split_once("<<").filter(|(name, _)| !name.contains('='));
        if let Some((name, delimiter)) = heredoc {
            let mut value = Vec::new();
            loop {
                let next =
                    lines.next().with_context(|| format!("the value of {name} has no end"))?;
                if next == delimiter {
                    break;
                }
                value.push(next);
            }
            pairs.push((name.to_owned(), value.join("\n")));
        } else {
            let (name, value) =
                line.split_once('=').with_context(|| format!("`{line}` is not NAME=VALUE"))?;
            pairs.push((name.to_owned(), value.to_owned()));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let pairs = read("a=1\n\nb<<END\nx=y\n\nz\nEND\nc=x<<y\n").unwrap();
        let expected = [("a", "1"), ("b", "x=y\n\nz"), ("c", "x<<y")];
        assert_eq!(
            pairs.iter().map(|(name, value)| (&**name, &**value)).collect::<Vec<_>>(),
            expected
        );
        assert!(read("a<<END\n1\n").is_err());
        assert!(read("plain\n").is_err());
    }
}
