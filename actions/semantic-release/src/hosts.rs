//! Which GitHub: its web pages, its API, and who may be spoken to without encryption.

use config::Spanned;
use diagnostics::Diagnostic;
use github::Endpoints;

use crate::settings::RemoteSettings;

/// The addresses of one GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Web, REST and GraphQL; a token goes to these and nowhere else.
    pub endpoints: Endpoints,
    /// Hosts that the configuration allows plain http for.
    pub insecure: Vec<String>,
    /// The API is not the runner's.
    pub is_configured: bool,
}

impl Hosts {
    /// The configured addresses, else those of the runner (`GITHUB_SERVER_URL`, `GITHUB_API_URL`),
    /// else github.com. A configured server has its API below `/api/v3`, as GitHub Enterprise
    /// Server does.
    ///
    /// # Errors
    /// Text that is no address, plain http without `insecure`, an API that is not github.com's.
    pub fn new(settings: &RemoteSettings, runner: &Endpoints) -> Result<Self, Diagnostic> {
        let read = |item: &Option<Spanned<String>>| {
            item.as_ref().map(|item| address(item, settings.insecure)).transpose()
        };
        let (domain, api_domain) = (read(&settings.domain)?, read(&settings.api_domain)?);
        let is_configured = domain.is_some() || api_domain.is_some();
        let server = domain.clone().unwrap_or_else(|| runner.server.clone());
        let endpoints = match (&api_domain, &domain) {
            (Some(api), _) if server == GITHUB => {
                let official = Endpoints::github_com();
                if !official.api.contains(api.as_str()) {
                    return Err(other_api(settings, &official.api));
                }
                official
            }
            (Some(api), _) => Endpoints { server, ..Endpoints::of_api(&below(api)) },
            (None, Some(domain)) if *domain != runner.server => of_server(domain),
            (None, _) => runner.clone(),
        };
        let hosts = [domain, api_domain].into_iter().flatten();
        let plain = hosts.filter_map(|host| Some(host.strip_prefix("http://")?.to_owned()));
        let name = |host: String| host.split(['/', ':']).next().unwrap_or_default().to_owned();
        Ok(Self { endpoints, insecure: plain.map(name).collect(), is_configured })
    }

    /// Whether the API is on this machine, as stand-ins are.
    pub fn is_loopback(&self) -> bool {
        let rest = self.endpoints.api.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        host == "localhost" || host.starts_with("127.") || rest.starts_with("[::1]")
    }
}

const GITHUB: &str = "https://github.com";

/// What belongs to a server's address.
fn of_server(server: &str) -> Endpoints {
    let data_residency = server.strip_prefix("https://").filter(|host| host.ends_with(".ghe.com"));
    match data_residency {
        _ if server == GITHUB => Endpoints::github_com(),
        Some(host) => Endpoints::of_api(&format!("https://api.{host}")),
        None => Endpoints::of_api(&below(server)),
    }
}

/// The REST API of an Enterprise Server; the path is not doubled.
fn below(address: &str) -> String {
    format!("{}/api/v3", address.replacen("/api/v3", "", 1).trim_end_matches('/'))
}

/// Scheme, host, port and path; credentials, query and fragment fall off.
fn address(item: &Spanned<String>, insecure: bool) -> Result<String, Diagnostic> {
    let text = item.value.as_str();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (if insecure { "http" } else { "https" }.to_owned(), text),
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-:[]_".contains(c);
    let is_path = |c: char| c.is_ascii_graphic() && c != '\\';
    if host.is_empty() || !host.chars().all(is_host) || !path.chars().all(is_path) {
        return Err(item
            .error("release/host", "this is not the address of a server")
            .with_help("write for example `https://github.example.com`"));
    }
    match scheme.as_str() {
        "https" => {}
        "http" if insecure => {}
        "http" => {
            return Err(item
                .error("release/host", "the token would go over plain http")
                .with_help("use https, or set `remote.insecure = true` in a network you trust"));
        }
        _ => {
            return Err(item
                .error("release/host", format!("`{scheme}` is not spoken, only https and http"))
                .with_help("write for example `https://github.example.com`"));
        }
    }
    Ok(format!("{scheme}://{host}{}", path.trim_end_matches('/')))
}

fn other_api(settings: &RemoteSettings, official: &str) -> Diagnostic {
    let message = format!("github.com has its API at {official}");
    let help = "leave `api_domain` out, or set `domain` to the server it belongs to";
    match &settings.api_domain {
        Some(item) => item.error("release/host", message).with_help(help),
        None => Diagnostic::bad_input("release/host", message).with_help(help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    fn hosts(domain: &str, api: &str, insecure: bool) -> Result<(String, String), String> {
        let item = |text: &str| {
            let source = Source::text("test", text.to_owned());
            let value = Spanned { value: text.to_owned(), span: 0..text.len(), source };
            (!text.is_empty()).then_some(value)
        };
        let settings = RemoteSettings {
            domain: item(domain),
            api_domain: item(api),
            insecure,
            ignore_token_for_push: false,
        };
        let hosts = Hosts::new(&settings, &Endpoints::github_com());
        hosts
            .map(|hosts| (hosts.endpoints.server, hosts.endpoints.api))
            .map_err(|error| error.message)
    }

    /// Expected: what python-semantic-release makes of the same settings, without the runner's
    /// variables.
    #[test]
    fn servers_and_their_apis() {
        for (domain, api, expected) in [
            ("", "", ("https://github.com", "https://api.github.com")),
            ("github.com", "", ("https://github.com", "https://api.github.com")),
            (
                "https://github.com",
                "api.github.com",
                ("https://github.com", "https://api.github.com"),
            ),
            ("ghes.corp", "", ("https://ghes.corp", "https://ghes.corp/api/v3")),
            (
                "https://u:p@ghes.corp:8443/?x#y",
                "",
                ("https://ghes.corp:8443", "https://ghes.corp:8443/api/v3"),
            ),
            (
                "https://ghes.corp/git",
                "",
                ("https://ghes.corp/git", "https://ghes.corp/git/api/v3"),
            ),
            ("ghes.corp", "api.corp", ("https://ghes.corp", "https://api.corp/api/v3")),
            (
                "ghes.corp",
                "https://api.corp/api/v3",
                ("https://ghes.corp", "https://api.corp/api/v3"),
            ),
            ("https://a.ghe.com", "", ("https://a.ghe.com", "https://api.a.ghe.com")),
        ] {
            let (server, api_url) = hosts(domain, api, false).unwrap();
            assert_eq!((server.as_str(), api_url.as_str()), expected, "{domain} {api}");
        }
        let plain = ("http://ghes.corp".to_owned(), "http://ghes.corp/api/v3".to_owned());
        assert_eq!(hosts("ghes.corp", "", true), Ok(plain.clone()));
        assert_eq!(hosts("http://ghes.corp", "", true), Ok(plain));
    }

    #[test]
    fn what_is_refused() {
        for (domain, api, why) in [
            ("http://ghes.corp", "", "plain http"),
            ("ghes.corp", "http://api.corp", "plain http"),
            ("ftp://ghes.corp", "", "only https"),
            ("https://", "", "not the address"),
            ("a b", "", "not the address"),
            ("", "https://api.evil.test", "github.com has its API"),
            ("github.com", "ghes.corp", "github.com has its API"),
        ] {
            let error = hosts(domain, api, false).unwrap_err();
            assert!(error.contains(why), "{domain} {api}: {error}");
        }
    }
}
