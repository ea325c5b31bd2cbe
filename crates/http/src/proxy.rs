//! Which proxy a request goes through.

use std::fmt;
use std::net::IpAddr;

use diagnostics::Secret;
use reqwest::Url;

use crate::redact::redact_url;

/// The proxies of the surroundings and the hosts that bypass them.
///
/// Lower-case variables count before upper-case ones, as in curl. Loopback is always reached
/// directly, as with GitHub's own actions.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    http: Option<Setting>,
    https: Option<Setting>,
    bypass: Vec<Bypass>,
}

/// A variable and its value, which may hold a password.
#[derive(Clone, Debug)]
struct Setting {
    variable: &'static str,
    value: Secret,
}

/// The proxy chosen for a request.
#[derive(Clone)]
pub(crate) struct Chosen {
    /// With credentials.
    pub(crate) url: Url,
    /// Without, for messages: `http://proxy:3128/ (HTTPS_PROXY)`.
    pub(crate) shown: String,
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// A proxy variable that cannot be used: its name and why.
pub(crate) type Unusable = (&'static str, &'static str);

#[derive(Clone, Debug, PartialEq)]
enum Bypass {
    Everything,
    Network(IpAddr, u8),
    Domain(String, Option<u16>),
}

impl Proxies {
    /// Reads `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in both cases.
    pub fn from_env(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: [&'static str; 4]| {
            let found =
                |variable| lookup(variable).map(|value| (variable, value.trim().to_owned()));
            names
                .into_iter()
                .filter_map(found)
                .find(|(_, value)| !value.is_empty())
                .map(|(variable, value)| Setting { variable, value: Secret::new(value) })
        };
        let bypass = lookup("no_proxy").or_else(|| lookup("NO_PROXY")).unwrap_or_default();
        Self {
            http: first(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
            https: first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            bypass: bypass.split([',', ' ']).filter_map(Bypass::parse).collect(),
        }
    }

    /// The proxy for a URL; `None` means directly.
    pub(crate) fn choose(&self, url: &Url) -> Result<Option<Chosen>, Unusable> {
        let setting = if url.scheme() == "https" { &self.https } else { &self.http };
        let Some(Setting { variable, value }) = setting else { return Ok(None) };
        if is_loopback(url) || self.bypass.iter().any(|bypass| bypass.matches(url)) {
            return Ok(None);
        }
        let text = value.expose();
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&text).map_err(|_| (*variable, "its value is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err((*variable, "only http and https proxies are supported"));
        }
        Ok(Some(Chosen { shown: format!("{} ({variable})", redact_url(&url)), url }))
    }
}

impl Bypass {
    fn parse(entry: &str) -> Option<Self> {
        let entry = entry.trim().to_ascii_lowercase();
        if entry.is_empty() {
            return None;
        }
        if entry == "*" {
            return Some(Self::Everything);
        }
        let bare = entry.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Some(Self::Network(address, if address.is_ipv4() { 32 } else { 128 }));
        }
        if let Some((address, bits)) = entry.split_once('/')
            && let (Ok(address), Ok(bits)) = (address.parse::<IpAddr>(), bits.parse())
        {
            return Some(Self::Network(address, bits));
        }
        let (name, port) = match entry.rsplit_once(':') {
            Some((name, port)) => (name, port.parse().ok()),
            None => (entry.as_str(), None),
        };
        let name = name.trim_start_matches("*.").trim_start_matches('.');
        Some(Self::Domain(name.to_owned(), port))
    }

    fn matches(&self, url: &Url) -> bool {
        let host = host(url);
        match self {
            Self::Everything => true,
            Self::Network(network, bits) => {
                host.parse().is_ok_and(|address| same_network(address, *network, *bits))
            }
            Self::Domain(name, port) => {
                port.is_none_or(|port| url.port_or_known_default() == Some(port))
                    && (host == *name
                        || host.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('.')))
            }
        }
    }
}

fn same_network(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let (address, network, width) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            (u128::from(a.to_bits()), u128::from(b.to_bits()), 32_u32)
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
        _ => return false,
    };
    let kept = width - u32::from(bits).min(width);
    address.checked_shr(kept).unwrap_or(0) == network.checked_shr(kept).unwrap_or(0)
}

/// The host in lower case, IPv6 addresses without brackets.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}

/// True for `localhost`, its sub-domains and loopback addresses.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = host(url);
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &'static [(&str, &str)]) -> Proxies {
        Proxies::from_env(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn chosen(proxies: &Proxies, url: &str) -> Option<String> {
        proxies.choose(&Url::parse(url).unwrap()).unwrap().map(|chosen| chosen.shown)
    }

    #[test]
    fn scheme_case_and_all_proxy() {
        let both = proxies(&[
            ("HTTPS_PROXY", "up:1"),
            ("https_proxy", "http://u:p@low:2"),
            ("ALL_PROXY", "all:3"),
        ]);
        assert_eq!(chosen(&both, "https://h/").unwrap(), "http://low:2/ (https_proxy)");
        assert_eq!(chosen(&both, "http://h/").unwrap(), "http://all:3/ (ALL_PROXY)");
        assert_eq!(chosen(&both, "https://127.0.0.1:9/"), None, "loopback is direct");
        assert_eq!(chosen(&both, "https://[::1]/"), None);
        assert!(!format!("{both:?}").contains("u:p"));
    }

    #[test]
    fn bypass_rules() {
        for (rule, url, bypassed) in [
            ("*", "https://a/", true),
            ("example.com", "https://example.com/", true),
            ("example.com", "https://a.example.com/", true),
            (".example.com", "https://a.EXAMPLE.com/", true),
            ("*.example.com", "https://a.example.com/", true),
            ("example.com", "https://notexample.com/", false),
            ("example.com:8443", "https://example.com/", false),
            ("example.com:443", "https://example.com/", true),
            ("10.0.0.0/8", "https://10.2.3.4/", true),
            ("10.0.0.0/8", "https://11.2.3.4/", false),
            ("0.0.0.0/0", "https://11.2.3.4/", true),
            ("10.1.2.3", "https://10.1.2.3/", true),
            ("fd00::/8", "https://[fd12::1]/", true),
            ("fd00::/8", "https://[fe12::1]/", false),
            ("a.b, ,c.d", "https://c.d/", true),
        ] {
            let proxies = Proxies::from_env(|name| match name {
                "HTTPS_PROXY" => Some("http://p".into()),
                "NO_PROXY" => Some(rule.to_owned()),
                _ => None,
            });
            assert_eq!(chosen(&proxies, url).is_none(), bypassed, "{rule} {url}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let url = Url::parse("https://h/").unwrap();
        let socks = proxies(&[("ALL_PROXY", "socks5://p:1080")]);
        assert_eq!(socks.choose(&url).unwrap_err().0, "ALL_PROXY");
    }
}
