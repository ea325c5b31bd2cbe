//! The only crate that builds an HTTP client: roots, proxies, timeouts, limits, redirects, retry.
