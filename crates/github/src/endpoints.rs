//! Where GitHub is.

use http::Uri;

/// The three addresses of one GitHub, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// REST: `https://api.github.com`, `https://HOST/api/v3`, `https://api.SUB.ghe.com`.
    pub api: String,
    /// GraphQL: `https://api.github.com/graphql`, `https://HOST/api/graphql`.
    pub graphql: String,
    /// Web and git: `https://github.com`, `https://HOST`.
    pub server: String,
}

impl Endpoints {
    /// The addresses as the runner gives them.
    pub fn new(
        api: impl Into<String>,
        graphql: impl Into<String>,
        server: impl Into<String>,
    ) -> Self {
        let trim = |text: String| text.trim_end_matches('/').to_owned();
        Self { api: trim(api.into()), graphql: trim(graphql.into()), server: trim(server.into()) }
    }

    /// github.com.
    pub fn github_com() -> Self {
        Self::of_api("https://api.github.com")
    }

    /// What belongs to a REST address, where nothing else is known: github.com, GitHub Enterprise
    /// Server (`/api/v3`), data residency (`api.SUB.ghe.com`).
    pub fn of_api(api: &str) -> Self {
        let api = api.trim_end_matches('/');
        if let Some(host) = api.strip_suffix("/api/v3") {
            return Self::new(api, format!("{host}/api/graphql"), host);
        }
        let server = api.replacen("://api.", "://", 1);
        Self::new(api, format!("{api}/graphql"), server)
    }

    /// True when a token may be sent to this address: its origin is that of REST or GraphQL.
    pub(crate) fn trusts(&self, uri: &Uri) -> bool {
        let wanted = origin(uri);
        wanted.is_some()
            && [&self.api, &self.graphql]
                .into_iter()
                .any(|known| known.parse::<Uri>().is_ok_and(|known| origin(&known) == wanted))
    }
}

/// Scheme, host and port, the port always given.
pub(crate) fn origin(uri: &Uri) -> Option<(String, String, u16)> {
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let port = uri.port_u16().or(match scheme.as_str() {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    })?;
    Some((scheme, uri.host()?.to_ascii_lowercase(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_belong_together() {
        for (api, graphql, server) in [
            ("https://api.github.com/", "https://api.github.com/graphql", "https://github.com"),
            ("https://h.corp/api/v3", "https://h.corp/api/graphql", "https://h.corp"),
            ("https://api.a.ghe.com", "https://api.a.ghe.com/graphql", "https://a.ghe.com"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9/graphql", "http://127.0.0.1:9"),
        ] {
            let endpoints = Endpoints::of_api(api);
            assert_eq!((endpoints.graphql.as_str(), endpoints.server.as_str()), (graphql, server));
        }
    }

    #[test]
    fn a_token_goes_to_known_origins_only() {
        let endpoints = Endpoints::github_com();
        for (address, trusted) in [
            ("https://api.github.com/repos", true),
            ("https://api.github.com:443/x", true),
            ("http://api.github.com/x", false),
            ("https://api.github.com.evil.test/x", false),
            ("https://github.com/x", false),
            ("/relative", false),
        ] {
            assert_eq!(endpoints.trusts(&address.parse().unwrap()), trusted, "{address}");
        }
    }
}
