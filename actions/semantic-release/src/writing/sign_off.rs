//! The developer certificate of origin: `Signed-off-by: name <address>` at the end of a message.

use crate::settings::Author;

/// A message with the sign-off at its end, as `git commit --signoff` writes it: in the block of
/// trailers where there is one, else in a paragraph of its own.
pub fn signed_off(message: &str, author: &Author) -> String {
    let message = message.trim_end();
    let line = format!("Signed-off-by: {} <{}>", author.name, author.email);
    let (rest, last) = message.rsplit_once("\n\n").unwrap_or((message, ""));
    if last.lines().any(|existing| existing == line) {
        return message.to_owned();
    }
    let in_block = !rest.is_empty() && !last.is_empty() && last.lines().all(is_trailer);
    let gap = if in_block { "\n" } else { "\n\n" };
    format!("{message}{gap}{line}\n")
}

fn is_trailer(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(token, value)| {
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        !token.is_empty() && token.chars().all(is_word) && !value.trim().is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_offs_stand_where_git_puts_them() {
        let author = Author { name: "Ann".to_owned(), email: "a@b".to_owned() };
        let line = "Signed-off-by: Ann <a@b>";
        for (message, expected) in [
            ("1.0.0", format!("1.0.0\n\n{line}\n")),
            ("1.0.0\n\nbody\n", format!("1.0.0\n\nbody\n\n{line}\n")),
            ("a: b", format!("a: b\n\n{line}\n")),
            ("1.0.0\n\nRefs: #7", format!("1.0.0\n\nRefs: #7\n{line}\n")),
            ("1.0.0\n\nRefs: #7\nand more", format!("1.0.0\n\nRefs: #7\nand more\n\n{line}\n")),
        ] {
            let signed = signed_off(message, &author);
            assert_eq!(signed, expected);
            assert_eq!(signed_off(&signed, &author), signed.trim_end());
        }
    }
}
