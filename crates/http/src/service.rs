//! The client as a `tower` service, for libraries that bring their own requests.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::{Client, Error, Kind, Request};

/// A [`Client`] as a service from `http::Request` to `http::Response`. Statuses are answers, not
/// errors. A PATCH counts as idempotent, as in every interface used through it PATCH sets values.
#[derive(Clone)]
pub struct Service(Client);

impl Service {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }
}

/// The body of an answer, already in memory.
#[derive(Debug)]
pub struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

impl<B> tower::Service<http::Request<B>> for Service
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    type Response = http::Response<Whole>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let client = self.0.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = parts.uri.to_string();
            let Some(body) = collect(body).await else {
                return Err(Error::new(Kind::Request, &parts.method, crate::redact(&url)));
            };
            let mut request = Request::new(parts.method, url).body(body).idempotent();
            request.headers = parts.headers;
            request.headers.remove(http::header::CONTENT_LENGTH);
            let response = client.send(request).await?;
            let mut answer = http::Response::new(Whole(Some(response.body)));
            *answer.status_mut() = response.status;
            *answer.headers_mut() = response.headers;
            Ok(answer)
        })
    }
}

/// The whole of a request's body; `None` when it fails half-way.
async fn collect<B: Body<Data = Bytes> + Unpin>(mut body: B) -> Option<Bytes> {
    let mut whole = Vec::new();
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        match frame {
            None => return Some(whole.into()),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    whole.extend_from_slice(&data);
                }
            }
            Some(Err(_)) => return None,
        }
    }
}
