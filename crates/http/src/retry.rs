//! When a request is repeated, and how long is waited.

use std::sync::Arc;
use std::time::Duration;

use crate::Response;

/// The policy. Only requests that may be repeated come under it.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// How often a request is sent at most.
    pub attempts: u32,
    /// The first wait; each further one is twice as long, with half of it left to chance.
    pub first_wait: Duration,
    /// The longest single wait that is not asked for by the server.
    pub longest_wait: Duration,
    /// The longest all waits of one request may take together; a server that asks for more gets
    /// its answer reported instead.
    pub total_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
            total_wait: Duration::from_mins(3),
        }
    }
}

/// A wait before a request is repeated, for the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Method and address, credentials removed.
    pub request: String,
    /// Why the attempt before did not do.
    pub reason: String,
    /// How long is waited.
    pub wait: Duration,
    /// The attempt that follows, from 2.
    pub next_attempt: u32,
}

/// Told about waits.
pub type Observer = Arc<dyn Fn(&Waiting) + Send + Sync>;

/// GitHub's advice for a secondary limit that names no time.
const SECONDARY_LIMIT: Duration = Duration::from_mins(1);

pub(crate) fn is_temporary(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

impl Retry {
    /// The wait of exponential backoff before attempt `next`, `jitter` from 0 to 1.
    pub(crate) fn backoff(&self, next: u32, jitter: f64) -> Duration {
        let doubled = self.first_wait.saturating_mul(1 << next.saturating_sub(2).min(16));
        let full = doubled.min(self.longest_wait);
        full / 2 + full.mul_f64(jitter.clamp(0.0, 1.0) / 2.0)
    }

    /// The wait after an answer; `None` when the answer is final.
    pub(crate) fn after(
        &self,
        response: &Response,
        next: u32,
        now: u64,
        jitter: f64,
    ) -> Option<Duration> {
        let status = response.status.as_u16();
        let limited = rate_limit_wait(response, now);
        if limited.is_none() && !is_temporary(status) {
            return None;
        }
        let asked = limited.or_else(|| seconds(response, "retry-after"));
        let backoff = self.backoff(next, jitter);
        Some(asked.map_or(backoff, |asked| asked.max(backoff)))
    }
}

/// How long a rate limit lasts, where the answer is one: 403 or 429 with `retry-after`, with
/// nothing left until `x-ratelimit-reset`, or with GitHub's words for a secondary limit.
pub(crate) fn rate_limit_wait(response: &Response, now: u64) -> Option<Duration> {
    if !matches!(response.status.as_u16(), 403 | 429) {
        return None;
    }
    if let Some(wait) = seconds(response, "retry-after") {
        return Some(wait);
    }
    if response.header("x-ratelimit-remaining") == Some("0") {
        let reset: u64 = response.header("x-ratelimit-reset")?.parse().ok()?;
        return Some(Duration::from_secs(reset.saturating_sub(now) + 1));
    }
    let text = String::from_utf8_lossy(&response.body).to_lowercase();
    text.contains("secondary rate limit").then_some(SECONDARY_LIMIT)
}

fn seconds(response: &Response, header: &str) -> Option<Duration> {
    response.header(header)?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

    fn answer(
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: &'static str,
    ) -> Response {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: Bytes::from_static(body.as_bytes()),
            url: String::new(),
            method: Method::GET,
            attempts: 1,
        }
    }

    #[test]
    fn waits_by_answer() {
        let retry = Retry::default();
        let wait = |response: &Response| retry.after(response, 2, 1000, 0.0).map(|w| w.as_millis());
        assert_eq!(wait(&answer(200, &[], "")), None);
        assert_eq!(wait(&answer(404, &[], "")), None);
        assert_eq!(wait(&answer(403, &[], "Resource not accessible")), None);
        assert_eq!(wait(&answer(502, &[], "")), Some(250));
        assert_eq!(wait(&answer(503, &[("retry-after", "7")], "")), Some(7000));
        assert_eq!(wait(&answer(429, &[("retry-after", "2")], "")), Some(2000));
        let primary = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1030")];
        assert_eq!(wait(&answer(403, &primary, "")), Some(31_000));
        assert_eq!(wait(&answer(403, &[], "exceeded a secondary rate limit")), Some(60_000));
    }

    #[test]
    fn backoff_doubles_to_its_limit() {
        let retry = Retry::default();
        let waits: Vec<_> = (2..10).map(|next| retry.backoff(next, 1.0).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
    }
}
