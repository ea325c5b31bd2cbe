//! `changelog.environment`: how users' templates are written.

use config::{Table, Unknown};

use crate::template::Syntax;

/// Extensions of Jinja2 whose tags the engine knows.
const EXTENSIONS: [&str; 2] = ["jinja2.ext.do", "jinja2.ext.loopcontrols"];

/// Reads the options. What would need Python is reported.
pub(super) fn read(changelog: &Table<'_>, unknown: Unknown) -> Syntax {
    let mut syntax = Syntax::default();
    let Some(table) = changelog.table("environment") else { return syntax };
    let set = |key: &str, place: &mut String| {
        let Some(written) = table.string(key) else { return };
        if written.value.is_empty() {
            table.problems().push(
                written
                    .error("release/templates", format!("`{key}` is empty"))
                    .with_help("leave the key out for the default of Jinja2"),
            );
        } else {
            *place = written.value;
        }
    };
    set("block_start_string", &mut syntax.block.0);
    set("block_end_string", &mut syntax.block.1);
    set("variable_start_string", &mut syntax.variable.0);
    set("variable_end_string", &mut syntax.variable.1);
    set("comment_start_string", &mut syntax.comment.0);
    set("comment_end_string", &mut syntax.comment.1);
    let prefix = |key: &str| {
        table.string(key).map(|written| written.value).filter(|prefix| !prefix.is_empty())
    };
    syntax.line_statement = prefix("line_statement_prefix");
    syntax.line_comment = prefix("line_comment_prefix");
    let flag = |key: &str| table.bool(key).is_some_and(|value| value.value);
    syntax.trim_blocks = flag("trim_blocks");
    syntax.lstrip_blocks = flag("lstrip_blocks");
    syntax.keep_trailing_newline = flag("keep_trailing_newline");
    let newlines = [("\n", "\n"), ("\r", "\r"), ("\r\n", "\r\n")];
    if let Some(newline) = table.choice("newline_sequence", &newlines) {
        syntax.newline = newline.value;
    }
    for extension in table.list("extensions").map(|list| list.value).unwrap_or_default() {
        if !EXTENSIONS.contains(&extension.value.as_str()) {
            table.problems().push(
                extension
                    .error(
                        "release/templates",
                        format!("extension `{}` is written in Python and cannot run here", extension.value),
                    )
                    .with_help("take it out of `extensions`; `jinja2.ext.do` and `jinja2.ext.loopcontrols` are built in"),
            );
        }
    }
    if let Some(field) = table.field("autoescape") {
        if field.node().as_str().is_some() {
            table.problems().push(
                field
                    .spanned(())
                    .error(
                        "release/templates",
                        "`autoescape` names a Python function, which cannot run here",
                    )
                    .with_help("write `autoescape = true` or `false`"),
            );
        } else {
            syntax.autoescape = field.bool().is_some_and(|value| value.value);
        }
    }
    table.finish(unknown);
    syntax
}
