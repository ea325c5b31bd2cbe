//! What stands between octocrab and the HTTP client: addresses, headers, the token, errors.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use diagnostics::Secret;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};
use octocrab::OctoBody;

use crate::{Endpoints, Error};

/// The media type GitHub asks for.
pub(crate) const ACCEPT: HeaderValue = HeaderValue::from_static("application/vnd.github+json");
/// The version of the API that answers are read as.
pub(crate) const API_VERSION: HeaderValue = HeaderValue::from_static("2022-11-28");

/// Completes octocrab's relative requests, sends them, and turns every status that is not 2xx into
/// an [`Error`] that knows request and headers (octocrab's own error does not).
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) inner: http_client::Service,
    pub(crate) endpoints: Arc<Endpoints>,
    pub(crate) token: Option<Secret>,
}

impl Wire {
    fn complete(&self, request: &mut Request<OctoBody>) -> Result<bool, Error> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        if request.uri().authority().is_none() {
            let full = if path == "/graphql" {
                self.endpoints.graphql.clone()
            } else {
                format!("{}{path}", self.endpoints.api)
            };
            let uri = full.parse::<Uri>();
            *request.uri_mut() = uri.map_err(|_| Error::answer(&path, "not an address"))?;
        }
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, ACCEPT);
        headers.insert("x-github-api-version", API_VERSION);
        headers.remove(header::AUTHORIZATION);
        let Some(token) = self.token.as_ref().filter(|_| self.endpoints.trusts(request.uri()))
        else {
            return Ok(false);
        };
        let Ok(mut value) = HeaderValue::try_from(format!("Bearer {}", token.expose())) else {
            return Ok(false);
        };
        value.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, value);
        Ok(true)
    }
}

impl tower::Service<Request<OctoBody>> for Wire {
    type Response = Response<Full<bytes::Bytes>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<OctoBody>) -> Self::Future {
        let completed = self.complete(&mut request);
        let name = format!("{} {}", request.method(), request.uri().path());
        let mut inner = self.inner.clone();
        Box::pin(async move {
            let authorized = completed?;
            let sent = tower::Service::call(&mut inner, request).await;
            let (parts, body) =
                sent.map_err(|error| Error::transport(error, name.clone()))?.into_parts();
            let body = match body.collect().await {
                Ok(collected) => collected.to_bytes(),
                Err(never) => match never {},
            };
            if parts.status.is_success() {
                return Ok(Response::from_parts(parts, Full::new(body)));
            }
            let status = parts.status.as_u16();
            Err(Error::status_answer(&name, status, &parts.headers, &body, authorized))
        })
    }
}
