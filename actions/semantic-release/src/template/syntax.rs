//! `changelog.environment`: how templates are written.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error};

/// The options of a template environment; defaults are Jinja2's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of Jinja2")]
pub struct Syntax {
    /// Start and end of a statement.
    pub block: (String, String),
    /// Start and end of a value.
    pub variable: (String, String),
    /// Start and end of a comment.
    pub comment: (String, String),
    /// What makes a line a statement.
    pub line_statement: Option<String>,
    /// What makes the rest of a line a comment.
    pub line_comment: Option<String>,
    /// The line end behind a statement is dropped.
    pub trim_blocks: bool,
    /// Blanks before a statement are dropped.
    pub lstrip_blocks: bool,
    /// What line ends become.
    pub newline: &'static str,
    /// The last line end stays.
    pub keep_trailing_newline: bool,
    /// Values are escaped for HTML.
    pub autoescape: bool,
}

impl Default for Syntax {
    fn default() -> Self {
        let pair = |start: &str, end: &str| (start.to_owned(), end.to_owned());
        Self {
            block: pair("{%", "%}"),
            variable: pair("{{", "}}"),
            comment: pair("{#", "#}"),
            line_statement: None,
            line_comment: None,
            trim_blocks: false,
            lstrip_blocks: false,
            newline: "\n",
            keep_trailing_newline: false,
            autoescape: false,
        }
    }
}

impl Syntax {
    /// Gives the environment this syntax.
    ///
    /// # Errors
    /// Marks that cannot be told apart.
    pub fn apply(&self, environment: &mut Environment<'_>) -> Result<(), Error> {
        let mut builder = SyntaxConfig::builder();
        builder
            .block_delimiters(self.block.0.clone(), self.block.1.clone())
            .variable_delimiters(self.variable.0.clone(), self.variable.1.clone())
            .comment_delimiters(self.comment.0.clone(), self.comment.1.clone())
            .trim_blocks(self.trim_blocks)
            .lstrip_blocks(self.lstrip_blocks)
            .keep_trailing_newline(self.keep_trailing_newline);
        if let Some(prefix) = &self.line_statement {
            builder.line_statement_prefix(prefix.clone());
        }
        if let Some(prefix) = &self.line_comment {
            builder.line_comment_prefix(prefix.clone());
        }
        environment.set_syntax(builder.build()?);
        Ok(())
    }

    /// Line ends as the environment wants them.
    pub(super) fn newlines(&self, source: &str) -> String {
        let plain = source.replace("\r\n", "\n").replace('\r', "\n");
        if self.newline == "\n" { plain } else { plain.replace('\n', self.newline) }
    }
}
