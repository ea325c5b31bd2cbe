//! Sending: attempts, waits and redirects.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use reqwest::Url;

use crate::redact::redact_url;
use crate::transport::{Incoming, Outgoing, Transport};
use crate::{
    Attempt, Body, Error, Fault, Faults, Kind, Observer, Request, Response, Service, Settings,
    SystemTime, Time, Waiting,
};

/// Redirects followed for one request.
const REDIRECTS: usize = 3;

/// An HTTP client. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    settings: Arc<Settings>,
    transport: Arc<Transport>,
    time: Arc<dyn Time>,
    faults: Option<Faults>,
    observer: Option<Observer>,
}

impl Client {
    /// A client. Nothing is read or opened before the first request.
    pub fn new(settings: Settings) -> Self {
        let settings = Arc::new(settings);
        let transport = Arc::new(Transport::new(Arc::clone(&settings)));
        let time = Arc::new(SystemTime);
        Self(Arc::new(Inner { settings, transport, time, faults: None, observer: None }))
    }

    /// The same client with another clock, sleeper and jitter.
    #[must_use]
    pub fn with_time(self, time: Arc<dyn Time>) -> Self {
        Self(Arc::new(Inner { time, ..Arc::unwrap_or_clone(self.0) }))
    }

    /// The same client with faults; for tests.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Self {
        Self(Arc::new(Inner { faults: Some(faults), ..Arc::unwrap_or_clone(self.0) }))
    }

    /// The same client with somebody who is told about waits.
    #[must_use]
    pub fn with_observer(self, observer: Observer) -> Self {
        Self(Arc::new(Inner { observer: Some(observer), ..Arc::unwrap_or_clone(self.0) }))
    }

    /// The client as a `tower` service.
    pub fn service(&self) -> Service {
        Service::new(self.clone())
    }

    /// What the client was made with.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The client's clock and sleeper, for callers with waits of their own.
    pub fn time(&self) -> &dyn Time {
        self.0.time.as_ref()
    }

    /// Sends a request and reads the answer. A request that may be repeated is repeated after
    /// temporary failures, with growing waits; the last answer is returned whatever its status.
    ///
    /// # Errors
    /// When no whole answer came.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let url = match Url::parse(&request.url) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
            _ => return Err(Error::new(Kind::Url, &request.method, crate::redact(&request.url))),
        };
        let retry = &self.0.settings.retry;
        let mut waited = Duration::ZERO;
        let mut attempt = 1;
        loop {
            let result = self.attempt(&request, &url, attempt).await;
            let next = attempt + 1;
            let jitter = self.0.time.jitter();
            let (wait, reason) = match &result {
                Ok(response) => {
                    let wait = retry.after(response, next, self.0.time.now(), jitter);
                    (wait, format!("the server answered {}", response.status.as_u16()))
                }
                Err(error) => {
                    let wait = error.is_temporary().then(|| retry.backoff(next, jitter));
                    (wait, error.kind().to_string())
                }
            };
            let wait = wait.filter(|wait| waited + *wait <= retry.total_wait);
            let Some(wait) = wait.filter(|_| request.idempotent && attempt < retry.attempts) else {
                return finish(result, attempt, &request);
            };
            self.tell(&request, &url, reason, wait, next);
            self.0.time.sleep(wait).await;
            waited += wait;
            attempt = next;
        }
    }

    fn tell(
        &self,
        request: &Request,
        url: &Url,
        reason: String,
        wait: Duration,
        next_attempt: u32,
    ) {
        if let Some(observer) = &self.0.observer {
            let request = format!("{} {}", request.method, redact_url(url));
            observer(&Waiting { request, reason, wait, next_attempt });
        }
    }

    /// One attempt, redirects followed.
    async fn attempt(
        &self,
        request: &Request,
        first: &Url,
        number: u32,
    ) -> Result<Response, Error> {
        let mut url = first.clone();
        let mut method = request.method.clone();
        let mut headers = request.headers.clone();
        let mut body = &request.body;
        let max_response = request.max_response.unwrap_or(self.0.settings.max_response);
        for _ in 0..=REDIRECTS {
            let received = request.received.as_deref();
            let out = Outgoing {
                method: &method,
                url: &url,
                headers: &headers,
                body,
                max_response,
                received,
            };
            let incoming = self.exchange(&out, number).await?;
            let Some(location) = redirect(&incoming) else {
                let Incoming { status, headers, body } = incoming;
                let url = redact_url(&url);
                return Ok(Response { status, headers, body, url, method, attempts: number });
            };
            let refuse = |why| Error::new(Kind::Redirect(why), &method, redact_url(&url));
            let target =
                resolve(location, &url).ok_or_else(|| refuse("its target is not a URL"))?;
            if url.scheme() == "https" && target.scheme() != "https" {
                return Err(refuse("it leads from https to http"));
            }
            let same_origin = target.origin() == url.origin();
            let reads = matches!(method, Method::GET | Method::HEAD);
            if incoming.status == StatusCode::SEE_OTHER && !reads {
                method = Method::GET;
                body = &Body::Empty;
                headers.remove(header::CONTENT_TYPE);
            } else if !(reads || same_origin && keeps_method(incoming.status)) {
                return Err(refuse("it would repeat a change elsewhere"));
            }
            if !same_origin {
                drop_credentials(&mut headers);
            }
            url = target;
        }
        Err(Error::new(Kind::Redirect("more than three in a row"), &method, redact_url(&url)))
    }

    async fn exchange(&self, out: &Outgoing<'_>, number: u32) -> Result<Incoming, Error> {
        let Some(faults) = &self.0.faults else { return self.0.transport.exchange(out).await };
        let url = redact_url(out.url);
        let fault = faults(&Attempt { method: out.method.clone(), url: url.clone(), number });
        match fault {
            None => self.0.transport.exchange(out).await,
            Some(Fault::Refused) => Err(Error::new(Kind::Refused, out.method, url)),
            Some(Fault::AnswerLost) => {
                self.0.transport.exchange(out).await?;
                Err(Error::new(Kind::Cut, out.method, url).unclear(true))
            }
            Some(Fault::Status(status)) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
                Ok(Incoming { status, headers: HeaderMap::new(), body: Bytes::new() })
            }
        }
    }
}

fn finish(
    result: Result<Response, Error>,
    attempts: u32,
    request: &Request,
) -> Result<Response, Error> {
    match result {
        Ok(response) => Ok(Response { attempts, ..response }),
        Err(error) => {
            let changes = request.method == Method::POST && !request.idempotent;
            let unclear = error.is_unclear() && changes;
            Err(error.attempts(attempts).unclear(unclear))
        }
    }
}

/// Where an answer redirects to; `None` for one that does not.
fn redirect(incoming: &Incoming) -> Option<&HeaderValue> {
    let redirects = matches!(incoming.status.as_u16(), 301 | 302 | 303 | 307 | 308);
    incoming.headers.get(header::LOCATION).filter(|_| redirects)
}

/// The target of a redirect, where it is one of a web server.
fn resolve(location: &HeaderValue, from: &Url) -> Option<Url> {
    let target = from.join(location.to_str().ok()?).ok()?;
    (matches!(target.scheme(), "http" | "https") && target.has_host()).then_some(target)
}

/// 307 and 308 keep the method; 301 and 302 are read by many as "GET", so nothing that changes
/// something follows them.
fn keeps_method(status: StatusCode) -> bool {
    matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT)
}

fn drop_credentials(headers: &mut HeaderMap) {
    let sensitive = headers.iter().filter(|(_, value)| value.is_sensitive());
    let mut names: Vec<_> = sensitive.map(|(name, _)| name.clone()).collect();
    names.extend([header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION]);
    for name in names {
        headers.remove(name);
    }
}
