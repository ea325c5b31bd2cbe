//! Faults for tests, given to a client by its constructor.

use std::sync::Arc;

/// One attempt to send one request, before it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The method.
    pub method: http::Method,
    /// The address, credentials removed.
    pub url: String,
    /// From 1.
    pub number: u32,
}

/// What happens instead of an ordinary exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is refused: the request never leaves.
    Refused,
    /// The request is carried out and its answer is lost.
    AnswerLost,
    /// The request never leaves and this status is the answer.
    Status(u16),
}

/// Decides for each attempt whether a fault happens.
pub type Faults = Arc<dyn Fn(&Attempt) -> Option<Fault> + Send + Sync>;
