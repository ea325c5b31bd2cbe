//! What a client is told about its surroundings.

use std::path::PathBuf;
use std::time::Duration;

use crate::{Proxies, Retry};

/// Everything a [`Client`](crate::Client) depends on, as data.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Sent as `user-agent`.
    pub user_agent: String,
    /// The input `ca-file`: a PEM file whose roots are trusted too. It must be readable.
    pub ca_file: Option<PathBuf>,
    /// PEM files named by variables, with the variable's name. One that cannot be read is passed
    /// over (the path may be meant for the host, not the container) and named in TLS errors.
    pub root_files: Vec<(&'static str, PathBuf)>,
    /// Proxies and the hosts that bypass them.
    pub proxies: Proxies,
    /// Hosts (`name` or `name:port`) that may be spoken to in plain http besides loopback.
    pub insecure_hosts: Vec<String>,
    /// Longest time to connect, TLS included.
    pub connect_timeout: Duration,
    /// Longest silence while waiting for an answer or for more of it.
    pub read_timeout: Duration,
    /// Longest time for one attempt as a whole.
    pub total_timeout: Duration,
    /// Largest answer in bytes that is read into memory.
    pub max_response: u64,
    /// When a request is repeated.
    pub retry: Retry,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!("actions/", env!("CARGO_PKG_VERSION")).to_owned(),
            ca_file: None,
            root_files: Vec::new(),
            proxies: Proxies::default(),
            insecure_hosts: Vec::new(),
            connect_timeout: Duration::from_secs(15),
            read_timeout: Duration::from_mins(1),
            total_timeout: Duration::from_mins(10),
            max_response: 64 * 1024 * 1024,
            retry: Retry::default(),
        }
    }
}

impl Settings {
    /// Reads `SSL_CERT_FILE`, `NODE_EXTRA_CA_CERTS` and the proxy variables through `lookup`.
    /// Empty values count as absent.
    pub fn from_env(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let root_files = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"]
            .into_iter()
            .filter_map(|name| value(name).map(|path| (name, PathBuf::from(path))))
            .collect();
        Self { root_files, proxies: Proxies::from_env(value), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_variables_are_absent() {
        let settings = Settings::from_env(|name| match name {
            "SSL_CERT_FILE" => Some(String::new()),
            "NODE_EXTRA_CA_CERTS" => Some("/etc/extra.pem".into()),
            _ => None,
        });
        assert_eq!(settings.root_files, [("NODE_EXTRA_CA_CERTS", PathBuf::from("/etc/extra.pem"))]);
    }
}
