//! `[remote]`: where the repository is on the server.

use config::{Spanned, Table, Unknown};
use diagnostics::Secret;

use super::ReadOptions;
use super::read::from_env;

/// Where the repository is on the server, and how it is spoken to.
#[derive(Clone, Debug, Default)]
pub struct RemoteSettings {
    /// The server's web address, where it is not the runner's.
    pub domain: Option<Spanned<String>>,
    /// The API's address, where it does not follow from the server's.
    pub api_domain: Option<Spanned<String>>,
    /// These addresses may be plain http.
    pub insecure: bool,
    /// git pushes with its own credentials.
    pub ignore_token_for_push: bool,
}

/// What `[remote]` says: name and URL, token, and the rest.
#[derive(Default)]
pub(super) struct Remote {
    pub(super) name: Option<String>,
    pub(super) url: Option<String>,
    pub(super) token: Option<Secret>,
    pub(super) settings: RemoteSettings,
}

/// Reads the table; hosts other than GitHub are refused.
pub(super) fn read(table: &Table<'_>, options: &ReadOptions<'_>, unknown: Unknown) -> Remote {
    let Some(table) = table.table("remote") else { return Remote::default() };
    let text = |key: &str| {
        let field = table.field(key)?;
        let text = from_env(&field, options).filter(|text| !text.is_empty())?;
        Some(field.spanned(text))
    };
    let flag = |key: &str| table.bool(key).is_some_and(|value| value.value);
    if let Some(kind) = table.string("type")
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
    let remote = Remote {
        name: table.string("name").map(|name| name.value),
        url: text("url").map(|url| url.value),
        token: text("token").map(|token| Secret::new(token.value)),
        settings: RemoteSettings {
            domain: text("domain"),
            api_domain: text("api_domain"),
            insecure: flag("insecure"),
            ignore_token_for_push: flag("ignore_token_for_push"),
        },
    };
    table.finish(unknown);
    remote
}
