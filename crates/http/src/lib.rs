//! The only crate that builds an HTTP client.
//!
//! A [`Client`] trusts the bundled roots, the system's where there are any, and the ones named by
//! `SSL_CERT_FILE`, `NODE_EXTRA_CA_CERTS` and the input `ca-file`. It honours the proxy variables,
//! speaks plain http only to loopback and to named hosts, follows at most three redirects and
//! drops credentials on another origin, limits times and sizes, and repeats what may be repeated.
//!
//! A POST is never repeated: [`Error::is_unclear`] and [`Response::is_unclear`] say whether it
//! may have taken effect, and the caller looks before it tries again.
//!
//! Nothing is loaded when a client is made. Roots are parsed with the first https request.

mod body;
mod client;
mod error;
mod explain;
mod fault;
mod proxy;
mod redact;
mod request;
mod response;
mod retry;
mod roots;
mod service;
mod settings;
mod time;
mod transport;

pub use body::Body;
pub use client::Client;
pub use error::{Error, Kind};
pub use explain::EXPLANATIONS;
pub use fault::{Attempt, Fault, Faults};
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
pub use proxy::Proxies;
pub use redact::redact;
pub use request::Request;
pub use response::Response;
pub use retry::{Observer, Retry, Waiting};
pub use service::Service;
pub use settings::Settings;
pub use time::{SystemTime, Time};
