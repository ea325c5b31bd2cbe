//! Printing, in one place: what a person at the terminal or a CI log reads.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "xtask talks to people")]

use std::io::{IsTerminal as _, Write as _};

/// A heading with a blank line above it.
pub(crate) fn heading(text: &str) {
    if std::io::stdout().is_terminal() {
        println!("\n\u{1b}[1;36m{text}\u{1b}[0m");
    } else {
        println!("\n== {text} ==");
    }
}

/// One line of output.
pub(crate) fn line(text: &str) {
    println!("{text}");
    // In a CI log the order against child processes matters.
    let _ = std::io::stdout().flush();
}

/// Every line of `text`, indented.
pub(crate) fn block(text: &str) {
    for each in text.lines() {
        line(&format!("  {each}"));
    }
}

/// The error and its causes.
pub(crate) fn error(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
