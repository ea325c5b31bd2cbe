//! Keys that python-semantic-release knows and this action does not act on yet.
//!
//! Each would change what is released, so each is an error before anything is touched; a value
//! that says what happens anyway is fine.

use config::{Field, Table, Value};
use diagnostics::Diagnostic;

/// Reads the keys and reports those that ask for something.
pub(super) fn check(table: &Table<'_>) {
    // Without user templates and a build these change nothing.
    table.accept(&["build_command_env", "logging_use_named_masks"]);
}

/// `[remote]`: GitHub, at the addresses the runner names.
pub(super) fn remote(table: &Table<'_>) {
    if let Some(field) = table.field("type")
        && let Some(kind) = field.string()
        && kind.value != "github"
    {
        table.problems().push(
            kind.error(
                "release/remote-type",
                format!("`{}` is not supported, only `github` is", kind.value),
            )
            .with_help("python-semantic-release itself makes releases on the other hosts"),
        );
    }
    for (key, instead) in [
        ("domain", "set `GITHUB_SERVER_URL`"),
        ("api_domain", "set `GITHUB_API_URL`"),
        ("insecure", "name the host in input `insecure-hosts`"),
        ("ignore_token_for_push", "leave it out: the token is used through the API"),
    ] {
        if let Some(field) = table.field(key)
            && field.node().value != Value::Bool(false)
        {
            table.problems().push(unsupported(&field, instead));
        }
    }
}

pub(super) fn unsupported(field: &Field<'_>, instead: &str) -> Diagnostic {
    field
        .spanned(())
        .error(
            "release/not-supported",
            format!("`{}` is not supported by this version", field.path()),
        )
        .with_help(instead)
}
