//! Creating things once.

use std::future::Future;
use std::time::Duration;

use crate::{Error, GitHub};

/// How often a request that creates something is sent at most.
const ATTEMPTS: u32 = 3;
/// The longest wait a rate limit may ask for.
const LONGEST: Duration = Duration::from_mins(3);

impl GitHub {
    /// Sends what creates something. When it is unclear whether that took effect, or it failed for
    /// the moment, waits, looks with `look`, and only sends again when nothing is found. Lists lag
    /// a little behind, so an unclear request is looked for twice.
    pub(crate) async fn create<T, S, SF, L, LF>(&self, send: S, look: L) -> Result<T, Error>
    where
        S: Fn() -> SF,
        SF: Future<Output = Result<T, Error>>,
        L: Fn() -> LF,
        LF: Future<Output = Result<Option<T>, Error>>,
    {
        let mut attempt = 1;
        loop {
            let error = match send().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let Some(wait) = error.worth_waiting().filter(|wait| *wait <= LONGEST) else {
                return Err(error);
            };
            let growing = Duration::from_millis(500) * (1 << attempt);
            self.client().time().sleep(wait.max(growing)).await;
            if let Some(found) = look().await? {
                return Ok(found);
            }
            if error.is_unclear() {
                self.client().time().sleep(growing * 2).await;
                if let Some(found) = look().await? {
                    return Ok(found);
                }
            }
            if attempt == ATTEMPTS {
                return Err(error);
            }
            attempt += 1;
        }
    }

    /// Like [`GitHub::create`] for what may be made twice without harm: objects named by their
    /// content, and queries.
    pub(crate) async fn repeat<T, S, SF>(&self, send: S) -> Result<T, Error>
    where
        S: Fn() -> SF,
        SF: Future<Output = Result<T, Error>>,
    {
        let mut attempt = 1;
        loop {
            let error = match send().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let wait = error.worth_waiting().filter(|wait| *wait <= LONGEST && attempt < ATTEMPTS);
            let Some(wait) = wait else { return Err(error) };
            self.client().time().sleep(wait.max(Duration::from_millis(500) * (1 << attempt))).await;
            attempt += 1;
        }
    }
}
