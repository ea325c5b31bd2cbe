//! What can go wrong between here and a server.

use diagnostics::Diagnostic;
use http::Method;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Kind {
    /// The address is not an http or https URL with a host.
    #[error("the address is not a URL of a web server")]
    Url,
    /// The request itself could not be made: a body that cannot be read.
    #[error("the request could not be put together")]
    Request,
    /// Plain http to a host that is neither loopback nor listed.
    #[error("plain http is refused")]
    InsecureHttp,
    /// The roots the user named cannot be used.
    #[error("the root certificates cannot be used: {0}")]
    Roots(String),
    /// The name has no address.
    #[error("the host name could not be resolved")]
    Dns,
    /// Nobody listens there.
    #[error("the connection was refused")]
    Refused,
    /// No connection for another reason.
    #[error("no connection could be made")]
    Connect,
    /// The proxy refused or cannot be used.
    #[error("the proxy {proxy} did not let the request through: {reason}")]
    Proxy {
        /// The proxy without credentials.
        proxy: String,
        /// What it did.
        reason: String,
    },
    /// The server's certificate or the handshake failed.
    #[error("no trusted TLS connection: {0}")]
    Tls(String),
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke after the request was sent, or the answer is not HTTP.
    #[error("the connection was cut")]
    Cut,
    /// The answer is larger than allowed, in bytes.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(u64),
    /// A redirect that is not followed.
    #[error("a redirect was not followed: {0}")]
    Redirect(&'static str),
    /// A status other than 2xx.
    #[error("the server answered {0}")]
    Status(u16),
}

/// A request that failed. It names the address without credentials and carries no header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {}: {}", .0.method, .0.url, .0.kind)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: Kind,
    method: Method,
    url: String,
    proxy: Option<String>,
    attempts: u32,
    unclear: bool,
    notes: Vec<String>,
}

impl Error {
    /// `url` must be fit to be shown.
    pub(crate) fn new(kind: Kind, method: &Method, url: String) -> Self {
        let method = method.clone();
        let notes = Vec::new();
        Self(Box::new(Inner { kind, method, url, proxy: None, attempts: 1, unclear: false, notes }))
    }

    pub(crate) fn proxy(mut self, proxy: Option<String>) -> Self {
        self.0.proxy = proxy;
        self
    }

    pub(crate) fn attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn unclear(mut self, unclear: bool) -> Self {
        self.0.unclear = unclear;
        self
    }

    pub(crate) fn note(mut self, note: String) -> Self {
        self.0.notes.push(note);
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &Kind {
        &self.0.kind
    }

    /// True when the request may have taken effect: it is one that is not repeated (POST) and it
    /// may have reached the server.
    pub fn is_unclear(&self) -> bool {
        self.0.unclear
    }

    /// True when the same request may succeed a moment later.
    pub fn is_temporary(&self) -> bool {
        match &self.0.kind {
            Kind::Dns | Kind::Refused | Kind::Connect | Kind::Timeout | Kind::Cut => true,
            Kind::Status(status) => crate::retry::is_temporary(*status),
            _ => false,
        }
    }

    fn code_and_help(&self) -> (&'static str, String) {
        let through = self
            .0
            .proxy
            .as_deref()
            .map_or(String::new(), |proxy| format!(" (through the proxy {proxy})"));
        match &self.0.kind {
            Kind::Url => ("http/url", "give a full address, such as https://api.github.com".into()),
            Kind::Request => ("http/request", "check that the file to be sent can be read and does not change meanwhile".into()),
            Kind::InsecureHttp => ("http/insecure", "use https, or list the host in `insecure-hosts` if plain http is really meant".into()),
            Kind::Roots(_) => ("http/roots", "`ca-file` must name a PEM file with at least one certificate, as the action sees it inside its container".into()),
            Kind::Dns => ("http/dns", format!("check the name and /etc/resolv.conf{through}; a static binary asks the name servers listed there and nothing else (no nsswitch, no mDNS), and behind a proxy HTTPS_PROXY must be set")),
            Kind::Refused => ("http/refused", format!("check that the service runs and the port is right{through}; inside a container, `localhost` is the container itself")),
            Kind::Connect => ("http/connect", format!("check the network and firewall{through}; behind a proxy set HTTPS_PROXY")),
            Kind::Proxy { .. } => ("http/proxy", "check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY (address, user name, password), or add the host to NO_PROXY".into()),
            Kind::Tls(_) => ("http/tls", format!("if a company proxy or server uses its own authority{through}, name its PEM file in `ca-file`, SSL_CERT_FILE or NODE_EXTRA_CA_CERTS; check the clock of the machine too")),
            Kind::Timeout => ("http/timeout", format!("run again later, and check the network{through}")),
            Kind::Cut => ("http/cut", format!("run again; if it happens each time, something between here and the server closes connections{through}")),
            Kind::TooLarge(_) => ("http/too-large", "check that the address is the one meant".into()),
            Kind::Redirect(_) => ("http/redirect", "use the final address".into()),
            Kind::Status(_) => ("http/status", "see the server's own status page or log".into()),
        }
    }
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        let (code, help) = error.code_and_help();
        let message = error.to_string();
        let mut diagnostic = match error.0.kind {
            Kind::Url | Kind::InsecureHttp | Kind::Roots(_) => Self::bad_input(code, message),
            _ => Self::outside(code, message),
        };
        for note in error.0.notes {
            diagnostic = diagnostic.with_note(note);
        }
        if error.0.attempts > 1 {
            diagnostic = diagnostic.with_note(format!("tried {} times", error.0.attempts));
        }
        if error.0.unclear {
            diagnostic = diagnostic
                .with_note("it is not known whether the request took effect; it was not repeated");
        }
        diagnostic.with_help(help)
    }
}

#[cfg(test)]
mod tests {
    use diagnostics::{Diagnostic, Exit};

    use super::*;

    #[test]
    fn each_kind_has_an_explained_code_and_a_remedy() {
        let proxy = Kind::Proxy { proxy: "http://p/ (HTTPS_PROXY)".into(), reason: "x".into() };
        let bad_input = [Kind::Url, Kind::InsecureHttp, Kind::Roots("x".into())];
        let outside = [
            Kind::Request,
            Kind::Dns,
            Kind::Refused,
            Kind::Connect,
            proxy,
            Kind::Tls("x".into()),
            Kind::Timeout,
            Kind::Cut,
            Kind::TooLarge(1),
            Kind::Redirect("x"),
            Kind::Status(500),
        ];
        let kinds = bad_input.map(|kind| (kind, Exit::BadInput)).into_iter();
        for (kind, exit) in kinds.chain(outside.map(|kind| (kind, Exit::Outside))) {
            let error = Error::new(kind, &Method::GET, "https://h/".into());
            let diagnostic = Diagnostic::from(error);
            assert_eq!(diagnostic.exit, exit, "{diagnostic:?}");
            assert!(diagnostic.help.is_some(), "{diagnostic:?}");
            let known = crate::EXPLANATIONS.iter().any(|known| known.code == diagnostic.code);
            assert!(known, "{}", diagnostic.code);
        }
    }
}
