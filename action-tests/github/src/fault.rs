//! Faults: what goes wrong, with which request, before or after it took effect.

use std::time::Duration;

/// Which requests a fault meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matcher {
    /// Every request.
    Any,
    /// Requests with this method (`*` for all) and a path that matches; `*` stands for any text.
    Route {
        /// HTTP method.
        method: String,
        /// Pattern for the path without query.
        path: String,
    },
    /// Only the request with this number (from 1) among those that change something, counted
    /// from the moment the fault is injected. GraphQL counts when it holds a mutation.
    Mutation(u32),
}

/// Whether the request takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Nothing is carried out.
    Before,
    /// It is carried out, and then the answer goes wrong.
    After,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// This status instead of the answer, with these headers and GitHub's kind of error body.
    Status {
        /// HTTP status.
        status: u16,
        /// Added to the answer.
        headers: Vec<(String, String)>,
        /// The `message` of the body.
        message: String,
    },
    /// The connection is closed without a byte of an answer.
    Cut,
    /// The connection is closed in the middle of the answer.
    Truncated,
    /// The answer comes late. A client that gives up or is killed meanwhile leaves a request that
    /// is or is not carried out, as [`When`] says.
    Slow(Duration),
    /// An asset upload breaks off: the asset stays with state `starter`, the answer is 502.
    Starter,
}

/// A fault to inject with `Server::inject`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which requests.
    pub matcher: Matcher,
    /// Before or after they take effect.
    pub when: When,
    /// What happens.
    pub kind: Kind,
    /// How often; `u32::MAX` means always.
    pub times: u32,
    /// How many matching requests pass first.
    pub skip: u32,
}

impl Fault {
    fn new(matcher: Matcher) -> Self {
        Self { matcher, when: When::Before, kind: Kind::Cut, times: 1, skip: 0 }
    }

    /// Meets requests by method (`*` for all) and path pattern (`*` for any text). Until told
    /// otherwise: once, before the request takes effect, the connection is cut.
    #[must_use]
    pub fn on(method: &str, path: &str) -> Self {
        Self::new(Matcher::Route { method: method.to_owned(), path: path.to_owned() })
    }

    /// Meets every request.
    #[must_use]
    pub fn any() -> Self {
        Self::new(Matcher::Any)
    }

    /// Meets the `number`th (from 1) request that changes something, counted from now on.
    #[must_use]
    pub fn mutation(number: u32) -> Self {
        Self::new(Matcher::Mutation(number))
    }

    /// The request does not take effect.
    #[must_use]
    pub fn before(mut self) -> Self {
        self.when = When::Before;
        self
    }

    /// The request takes effect, only the answer suffers.
    #[must_use]
    pub fn after(mut self) -> Self {
        self.when = When::After;
        self
    }

    /// Closes the connection without an answer.
    #[must_use]
    pub fn cut(mut self) -> Self {
        self.kind = Kind::Cut;
        self
    }

    /// Closes the connection in the middle of the answer.
    #[must_use]
    pub fn truncated(mut self) -> Self {
        self.kind = Kind::Truncated;
        self
    }

    /// Answers with this status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        let message = format!("Injected fault {status}");
        self.kind = Kind::Status { status, headers: Vec::new(), message };
        self
    }

    /// Adds a header to the injected status; without effect on the other kinds.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Kind::Status { headers, .. } = &mut self.kind {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// GitHub's secondary rate limit: 403 with `retry-after`.
    #[must_use]
    pub fn secondary_limit(mut self, retry_after: u64) -> Self {
        self.kind = Kind::Status {
            status: 403,
            headers: vec![("retry-after".to_owned(), retry_after.to_string())],
            message: "You have exceeded a secondary rate limit. Please wait a few minutes before \
                      you try again."
                .to_owned(),
        };
        self
    }

    /// GitHub's primary rate limit: 403, nothing remaining until `reset` (seconds since 1970).
    #[must_use]
    pub fn primary_limit(mut self, reset: i64) -> Self {
        self.kind = Kind::Status {
            status: 403,
            headers: vec![
                ("x-ratelimit-remaining".to_owned(), "0".to_owned()),
                ("x-ratelimit-reset".to_owned(), reset.to_string()),
            ],
            message: "API rate limit exceeded for installation ID 1.".to_owned(),
        };
        self
    }

    /// Answers late.
    #[must_use]
    pub fn slow(mut self, delay: Duration) -> Self {
        self.kind = Kind::Slow(delay);
        self
    }

    /// Leaves an uploaded asset in state `starter` and answers 502.
    #[must_use]
    pub fn starter(mut self) -> Self {
        self.kind = Kind::Starter;
        self
    }

    /// How often it happens.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// It happens every time.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// Lets this many matching requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }
}

/// A fault at work, with its counters.
#[derive(Debug)]
pub(crate) struct Armed {
    fault: Fault,
    mutations: u32,
    matched: u32,
    left: u32,
    spent: bool,
}

impl Armed {
    pub(crate) fn new(fault: Fault) -> Self {
        let left = fault.times;
        Self { fault, mutations: 0, matched: 0, left, spent: false }
    }

    /// True when it will not fire again.
    pub(crate) fn is_spent(&self) -> bool {
        self.spent || self.left == 0
    }

    /// Counts the request; the fault when it strikes.
    pub(crate) fn strike(&mut self, method: &str, path: &str, mutating: bool) -> Option<Fault> {
        self.mutations += u32::from(mutating);
        let matches = match &self.fault.matcher {
            Matcher::Any => true,
            Matcher::Route { method: wanted, path: pattern } => {
                (wanted == "*" || wanted == method) && glob(pattern, path)
            }
            Matcher::Mutation(number) => mutating && self.mutations == *number,
        };
        if !matches || self.is_spent() {
            return None;
        }
        self.matched += 1;
        if self.matched <= self.fault.skip {
            return None;
        }
        if self.left != u32::MAX {
            self.left -= 1;
        }
        self.spent = matches!(self.fault.matcher, Matcher::Mutation(_));
        Some(self.fault.clone())
    }
}

/// `*` stands for any text, slashes among it; everything else for itself.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|tail| {
            (0..=tail.len()).filter_map(|at| tail.get(at..)).any(|tail| glob(rest, tail))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("main", "main", true),
            ("main", "maintenance", false),
            ("*", "", true),
            ("/repos/*/releases", "/repos/octo/demo/releases", true),
            ("/repos/*/releases", "/repos/octo/demo/releases/1", false),
            ("v*.*", "v1.2", true),
            ("v*.*", "v1", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn the_second_mutation_and_only_that() {
        let mut armed = Armed::new(Fault::mutation(2));
        assert_eq!(armed.strike("POST", "/a", true), None);
        assert_eq!(armed.strike("GET", "/a", false), None);
        assert!(armed.strike("POST", "/a", true).is_some());
        assert_eq!(armed.strike("POST", "/a", true), None);
    }

    #[test]
    fn times_and_skip() {
        let mut armed = Armed::new(Fault::on("*", "/a*").times(2).skip(1));
        let struck: Vec<bool> =
            (0..5).map(|_| armed.strike("GET", "/ab", false).is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
    }
}
