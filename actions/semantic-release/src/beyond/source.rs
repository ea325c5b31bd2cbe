//! Where the history comes from that a clone lacks: which address, with which credentials.

use diagnostics::Secret;
use fetch::Credentials;

use crate::remote::Slug;

/// How the remote is reached.
#[derive(Clone, Debug)]
pub(super) enum Address {
    /// Over http, natively.
    Http {
        /// Without credentials.
        url: String,
        /// What the server is told.
        credentials: Option<Credentials>,
    },
    /// By the git on PATH: a path, ssh.
    Git {
        /// As git takes it.
        url: String,
    },
}

/// What the address follows from.
pub(super) struct Known<'k> {
    /// The remote's URL.
    pub(super) remote: Option<String>,
    /// The web address of GitHub.
    pub(super) server: &'k str,
    /// The repository there.
    pub(super) slug: Option<&'k Slug>,
    /// GitHub's token.
    pub(super) token: Option<Secret>,
}

/// The address; `None` when nothing names one.
///
/// The token goes to GitHub's own address only, whatever the remote says; a remote on GitHub that
/// is reached over ssh is read over https, which needs no key.
pub(super) fn address(known: Known<'_>) -> Option<Address> {
    let Known { remote, server, slug, token } = known;
    let server = server.trim_end_matches('/');
    let on_server = |slug: &Slug| format!("{server}/{}/{}.git", slug.owner, slug.name);
    let of_token = || {
        let user = "x-access-token".to_owned();
        token.clone().map(|password| Credentials { user, password })
    };
    let Some(remote) = remote else {
        return Some(Address::Http { url: on_server(slug?), credentials: of_token() });
    };
    if let Some((scheme, rest)) = remote.split_once("://")
        && ["http", "https"].contains(&scheme)
    {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) =
            authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let url = format!("{scheme}://{host}/{path}");
        let credentials = if url.starts_with(&format!("{server}/")) {
            of_token().or_else(|| of_url(user?))
        } else {
            user.and_then(of_url)
        };
        return Some(Address::Http { url, credentials });
    }
    let host = server.split_once("://").map_or(server, |(_, host)| host);
    match (ssh_host(&remote), slug) {
        (Some(remote_host), Some(slug)) if remote_host == host => {
            Some(Address::Http { url: on_server(slug), credentials: of_token() })
        }
        _ => Some(Address::Git { url: remote }),
    }
}

/// `user:password` of a URL, as it stands there.
fn of_url(user: &str) -> Option<Credentials> {
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let user = decoded(user);
    (!user.is_empty()).then(|| Credentials { user, password: Secret::new(decoded(password)) })
}

/// Percent-encoding undone; what is not encoded stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let mut digit = || ahead.next().and_then(|byte| char::from(byte).to_digit(16));
        if byte == b'%'
            && let (Some(high), Some(low)) = (digit(), digit())
        {
            bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
            rest = ahead;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The host of `ssh://git@host:22/path` and `git@host:path`.
fn ssh_host(remote: &str) -> Option<&str> {
    let authority = if let Some(rest) = remote.strip_prefix("ssh://") {
        rest.split('/').next()?
    } else {
        let (authority, _) = remote.split_once(':')?;
        authority.contains('@').then_some(authority)?
    };
    authority.rsplit('@').next()?.split(':').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(remote: Option<&str>) -> String {
        let slug = Slug { owner: "org".to_owned(), name: "demo".to_owned() };
        let known = Known {
            remote: remote.map(str::to_owned),
            server: "https://github.com",
            slug: Some(&slug),
            token: Some(Secret::new("ghs_token")),
        };
        match address(known).unwrap() {
            Address::Git { url } => format!("git {url}"),
            Address::Http { url, credentials } => match credentials {
                Some(with) => format!("{url} {}:{}", with.user, with.password.expose()),
                None => url,
            },
        }
    }

    #[test]
    fn the_token_goes_to_github_only() {
        for (remote, expected) in [
            (None, "https://github.com/org/demo.git x-access-token:ghs_token"),
            (
                Some("https://github.com/org/demo"),
                "https://github.com/org/demo x-access-token:ghs_token",
            ),
            (
                Some("https://u:p%40w@github.com/org/demo"),
                "https://github.com/org/demo x-access-token:ghs_token",
            ),
            (Some("https://u:p%40w@other.example/x"), "https://other.example/x u:p@w"),
            (Some("https://github.com.evil.example/x"), "https://github.com.evil.example/x"),
            (Some("https://github.com@evil.example/x"), "https://evil.example/x github.com:"),
            (Some("http://github.com/org/demo"), "http://github.com/org/demo"),
            (
                Some("git@github.com:org/demo.git"),
                "https://github.com/org/demo.git x-access-token:ghs_token",
            ),
            (
                Some("ssh://git@github.com:22/org/demo"),
                "https://github.com/org/demo.git x-access-token:ghs_token",
            ),
            (Some("git@other.example:org/demo"), "git git@other.example:org/demo"),
            (Some("/srv/demo.git"), "git /srv/demo.git"),
            (Some("file:///srv/demo.git"), "git file:///srv/demo.git"),
        ] {
            assert_eq!(found(remote), expected, "{remote:?}");
        }
    }
}
