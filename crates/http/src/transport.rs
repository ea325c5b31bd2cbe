//! One exchange with one server: no retry, no redirect.

use std::error::Error as _;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode};
use reqwest::Url;

use crate::proxy::{Chosen, host, is_loopback};
use crate::redact::redact_url;
use crate::{Body, Error, Kind, Settings, roots};

/// The two underlying clients, each made when it is first needed: the one for plain http never
/// parses a root.
pub(crate) struct Transport {
    settings: Arc<Settings>,
    plain: OnceLock<Result<reqwest::Client, String>>,
    secure: OnceLock<Result<Secure, String>>,
}

#[derive(Clone)]
struct Secure {
    client: reqwest::Client,
    notes: Vec<String>,
}

/// What is sent in one exchange.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: &'a Method,
    pub(crate) url: &'a Url,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Body,
    pub(crate) max_response: u64,
    pub(crate) received: Option<&'a AtomicU64>,
}

/// What came back.
pub(crate) struct Incoming {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Transport {
    pub(crate) fn new(settings: Arc<Settings>) -> Self {
        Self { settings, plain: OnceLock::new(), secure: OnceLock::new() }
    }

    pub(crate) async fn exchange(&self, out: &Outgoing<'_>) -> Result<Incoming, Error> {
        let fail = |kind| Error::new(kind, out.method, redact_url(out.url));
        self.check_scheme(out.url).map_err(fail)?;
        let proxy = self.settings.proxies.choose(out.url).map_err(|(variable, reason)| {
            fail(Kind::Proxy { proxy: variable.to_owned(), reason: reason.to_owned() })
        })?;
        let (client, notes) =
            self.client(out.url, proxy.as_ref()).map_err(|why| fail(Kind::Roots(why)))?;
        let mut request =
            client.request(out.method.clone(), out.url.clone()).headers(out.headers.clone());
        if let Some(body) = out.body.to_reqwest().map_err(|_| fail(Kind::Request))? {
            request = request.body(body);
        }
        let work = async {
            let response =
                request.send().await.map_err(|error| self.classify(&error, out, proxy.as_ref()))?;
            read(response, out, proxy.as_ref()).await
        };
        let result = tokio::time::timeout(self.settings.total_timeout, work).await;
        let result = result.unwrap_or_else(|_| Err(fail(Kind::Timeout).unclear(true)));
        result.map_err(|error| match error.kind() {
            Kind::Tls(_) => notes.into_iter().fold(error, Error::note),
            _ => error,
        })
    }

    fn check_scheme(&self, url: &Url) -> Result<(), Kind> {
        if url.scheme() == "https" || is_loopback(url) {
            return Ok(());
        }
        let name = host(url);
        let with_port = format!("{name}:{}", url.port_or_known_default().unwrap_or_default());
        let mut listed = self.settings.insecure_hosts.iter().map(|entry| entry.trim());
        let listed = listed.any(|entry| {
            entry.eq_ignore_ascii_case(&name) || entry.eq_ignore_ascii_case(&with_port)
        });
        if listed { Ok(()) } else { Err(Kind::InsecureHttp) }
    }

    /// The client for an address, with what to say when TLS fails.
    fn client(
        &self,
        url: &Url,
        proxy: Option<&Chosen>,
    ) -> Result<(reqwest::Client, Vec<String>), String> {
        let tls =
            url.scheme() == "https" || proxy.is_some_and(|proxy| proxy.url.scheme() == "https");
        if tls {
            let secure = self.secure.get_or_init(|| {
                let roots = roots::load(&self.settings)?;
                Ok(Secure { client: self.build(roots.store)?, notes: roots.notes })
            });
            secure.clone().map(|secure| (secure.client, secure.notes))
        } else {
            let plain = self.plain.get_or_init(|| self.build(rustls::RootCertStore::empty()));
            plain.clone().map(|client| (client, Vec::new()))
        }
    }

    fn build(&self, store: rustls::RootCertStore) -> Result<reqwest::Client, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(store)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let proxies = self.settings.proxies.clone();
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(self.settings.user_agent.as_str())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .proxy(reqwest::Proxy::custom(move |url| {
                proxies.choose(url).ok().flatten().map(|chosen| chosen.url)
            }))
            .connect_timeout(self.settings.connect_timeout)
            .read_timeout(self.settings.read_timeout)
            .referer(false)
            .build()
            .map_err(|error| error.without_url().to_string())
    }

    fn classify(
        &self,
        error: &reqwest::Error,
        out: &Outgoing<'_>,
        proxy: Option<&Chosen>,
    ) -> Error {
        let connecting = error.is_connect();
        let timeout = error.is_timeout();
        let kind = kind_of(error, connecting, timeout, proxy);
        let sent = !connecting && !matches!(kind, Kind::Request);
        let mut failed = Error::new(kind, out.method, redact_url(out.url))
            .proxy(proxy.map(|proxy| proxy.shown.clone()))
            .unclear(sent);
        if timeout {
            let limit =
                if connecting { self.settings.connect_timeout } else { self.settings.read_timeout };
            let doing = if connecting { "connecting" } else { "waiting for an answer" };
            failed = failed.note(format!("gave up {doing} after {} s", limit.as_secs_f32()));
        }
        failed
    }
}

fn kind_of(
    error: &reqwest::Error,
    connecting: bool,
    timeout: bool,
    proxy: Option<&Chosen>,
) -> Kind {
    let causes = causes(error);
    if let Some(tls) = causes.tls {
        return Kind::Tls(tls);
    }
    if connecting && let Some(proxy) = proxy {
        let reason = if causes.text.contains("proxy authorization required") {
            "it wants a user name and password (407)"
        } else if causes.text.contains("tunnel error: unsuccessful") {
            "it refuses the connection to that host"
        } else if causes.refused {
            "nobody listens there"
        } else if error.is_dns() {
            "its name could not be resolved"
        } else if timeout {
            "it did not answer in time"
        } else {
            "no connection to it could be made"
        };
        return Kind::Proxy { proxy: proxy.shown.clone(), reason: reason.to_owned() };
    }
    if error.is_dns() {
        Kind::Dns
    } else if timeout {
        Kind::Timeout
    } else if causes.refused {
        Kind::Refused
    } else if connecting {
        Kind::Connect
    } else if error.is_builder() || causes.local {
        Kind::Request
    } else {
        Kind::Cut
    }
}

#[derive(Default)]
struct Causes {
    tls: Option<String>,
    refused: bool,
    /// The file being sent ended early.
    local: bool,
    text: String,
}

/// What the chain of causes says. The texts are only compared, never shown: they may hold a URL.
fn causes(error: &reqwest::Error) -> Causes {
    let mut found = Causes::default();
    let mut next = error.source();
    while let Some(cause) = next {
        found.text.push_str(&cause.to_string());
        found.text.push('\n');
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            found.tls = Some(tls.to_string());
        }
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            found.refused |= error.kind() == io::ErrorKind::ConnectionRefused;
            found.local |= error.to_string() == "the file became shorter";
            found.tls = found.tls.or_else(|| tls_inside(error));
        }
        next = cause.source();
    }
    found
}

/// The TLS error an io error hides: its inner error is not in the chain of causes.
fn tls_inside(error: &io::Error) -> Option<String> {
    let inner = error.get_ref()?;
    if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
        return Some(tls.to_string());
    }
    inner.downcast_ref::<io::Error>().and_then(tls_inside)
}

/// Reads an answer to its end or to the limit.
async fn read(
    mut response: reqwest::Response,
    out: &Outgoing<'_>,
    proxy: Option<&Chosen>,
) -> Result<Incoming, Error> {
    let fail = |kind| {
        let error = Error::new(kind, out.method, redact_url(out.url)).unclear(true);
        error.proxy(proxy.map(|proxy| proxy.shown.clone()))
    };
    let status = response.status();
    if let Some(proxy) = proxy
        && status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
    {
        let reason = "it wants a user name and password (407)".to_owned();
        return Err(fail(Kind::Proxy { proxy: proxy.shown.clone(), reason }).unclear(false));
    }
    if *out.method != Method::HEAD
        && response.content_length().is_some_and(|length| length > out.max_response)
    {
        return Err(fail(Kind::TooLarge(out.max_response)));
    }
    let headers = response.headers().clone();
    let mut body = BytesMut::new();
    loop {
        if let Some(received) = out.received {
            received.store(body.len() as u64, Ordering::Relaxed);
        }
        match response.chunk().await {
            Ok(None) => return Ok(Incoming { status, headers, body: body.freeze() }),
            Ok(Some(chunk)) => {
                body.extend_from_slice(&chunk);
                if body.len() as u64 > out.max_response {
                    return Err(fail(Kind::TooLarge(out.max_response)));
                }
            }
            Err(error) if error.is_timeout() => return Err(fail(Kind::Timeout)),
            Err(_) => return Err(fail(Kind::Cut)),
        }
    }
}
