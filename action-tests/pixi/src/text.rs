//! How pixi prints an error where its output is no terminal.

/// The columns it wraps at.
const WIDTH: usize = 80;

/// An error, with a cross before it and wrapped.
pub(crate) fn error(message: &str) -> String {
    let mut text = String::from("Error:   × ");
    let mut column = text.chars().count();
    for word in message.split(' ') {
        if column + word.chars().count() > WIDTH {
            text.push_str("\n  │ ");
            column = 4;
        }
        text.push_str(word);
        text.push(' ');
        column += word.chars().count() + 1;
    }
    text.push('\n');
    text
}
