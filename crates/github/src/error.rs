//! What can go wrong when talking to GitHub.

use std::time::Duration;

use diagnostics::{Diagnostic, visible};
use http::HeaderMap;

use crate::problem::Problem;

/// The class of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No whole answer came.
    Transport(http_client::Error),
    /// 401: no token, or one that is wrong, expired or revoked.
    Unauthorized,
    /// 403: the token may not do this.
    Forbidden,
    /// 403 or 429: a rate limit; how long to wait, where it is known.
    RateLimited(Option<Duration>),
    /// 404: not there, or not to be seen with this token.
    NotFound,
    /// 409: the state of the repository does not allow it (empty repository, merge conflict).
    Conflict,
    /// A branch or tag moved meanwhile.
    Moved,
    /// What was to be created is there already.
    AlreadyExists,
    /// The tag belonged to an immutable release and cannot be used again.
    ImmutableTag,
    /// A protected branch or a ruleset refuses the change (GH006, GH013).
    Protected,
    /// 422: GitHub refuses the request as it is.
    Invalid,
    /// 5xx.
    Server,
    /// Another status.
    Status,
    /// An answer that cannot be read.
    Answer,
}

/// An error of one request, without any credential.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.describe())]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
pub(crate) struct Inner {
    pub(crate) kind: Kind,
    /// `POST /repos/o/r/releases`.
    pub(crate) request: String,
    pub(crate) status: Option<u16>,
    pub(crate) message: String,
    pub(crate) errors: Vec<String>,
    pub(crate) documentation: Option<String>,
    /// From `x-accepted-github-permissions`: `contents=write`.
    pub(crate) permissions: Option<String>,
    /// From `x-github-request-id`, for GitHub's support.
    pub(crate) request_id: Option<String>,
    /// A POST that may have been carried out.
    pub(crate) unclear: bool,
    /// Whether a token was sent.
    pub(crate) authorized: bool,
}

impl Error {
    fn of(kind: Kind, request: String) -> Self {
        Self(Box::new(Inner {
            kind,
            request,
            status: None,
            message: String::new(),
            errors: Vec::new(),
            documentation: None,
            permissions: None,
            request_id: None,
            unclear: false,
            authorized: true,
        }))
    }

    pub(crate) fn transport(error: http_client::Error, request: String) -> Self {
        let unclear = error.is_unclear();
        let mut this = Self::of(Kind::Transport(error), request);
        this.0.unclear = unclear;
        this
    }

    /// An answer that is not what the documentation promises.
    pub(crate) fn answer(request: impl Into<String>, why: impl Into<String>) -> Self {
        let mut this = Self::of(Kind::Answer, request.into());
        this.0.message = why.into();
        this
    }

    pub(crate) fn graphql(kind: Kind, name: &str, messages: Vec<String>) -> Self {
        let mut this = Self::of(kind, format!("GraphQL {name}"));
        let mut messages = messages.into_iter();
        this.0.message = messages.next().unwrap_or_default();
        this.0.errors = messages.collect();
        this
    }

    pub(crate) fn status_answer(
        request: &str,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
        authorized: bool,
    ) -> Self {
        let header =
            |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let problem = Problem::parse(body);
        let mut this = Self::of(kind_of(status, &header, &problem), request.to_owned());
        this.0.unclear = request.starts_with("POST ") && (status >= 500 || status == 408);
        this.0.status = Some(status);
        this.0.message = problem.message;
        this.0.errors = problem.errors;
        this.0.documentation = problem.documentation;
        this.0.permissions =
            header("x-accepted-github-permissions").filter(|text| !text.is_empty());
        this.0.request_id = header("x-github-request-id");
        this.0.authorized = authorized;
        this
    }

    /// The class.
    pub fn kind(&self) -> &Kind {
        &self.0.kind
    }

    /// The status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// GitHub's own message; foreign text.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// True for 404.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == Kind::NotFound
    }

    /// True when the request may have taken effect.
    pub fn is_unclear(&self) -> bool {
        self.0.unclear
    }

    /// How long to wait before the same request may succeed; `None` when waiting does not help.
    pub(crate) fn worth_waiting(&self) -> Option<Duration> {
        match &self.0.kind {
            Kind::RateLimited(wait) => Some(wait.unwrap_or(Duration::from_mins(1))),
            Kind::Server => Some(Duration::ZERO),
            Kind::Transport(error) if error.is_temporary() => Some(Duration::ZERO),
            _ => None,
        }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    fn describe(&self) -> String {
        let Inner { kind, request, status, message, .. } = self.inner();
        if let Kind::Transport(error) = kind {
            return error.to_string();
        }
        let status = status.map(|status| format!(" with {status}")).unwrap_or_default();
        let message = visible(message.trim());
        let message = if message.is_empty() { String::new() } else { format!(": {message}") };
        match kind {
            Kind::Answer => format!("GitHub's answer to {request} cannot be used{message}"),
            _ => format!("GitHub refused {request}{status}{message}"),
        }
    }
}

fn kind_of(status: u16, header: &impl Fn(&str) -> Option<String>, problem: &Problem) -> Kind {
    let text = problem.text();
    let number = |name: &str| header(name).and_then(|text| text.parse::<u64>().ok());
    let exhausted = header("x-ratelimit-remaining").as_deref() == Some("0");
    let limited = exhausted || text.contains("rate limit") || number("retry-after").is_some();
    match status {
        401 => Kind::Unauthorized,
        429 => Kind::RateLimited(number("retry-after").map(Duration::from_secs)),
        403 if limited => Kind::RateLimited(number("retry-after").map(Duration::from_secs)),
        _ if is_protection(&text) => Kind::Protected,
        403 => Kind::Forbidden,
        404 => Kind::NotFound,
        _ if text.contains("not a fast forward") => Kind::Moved,
        _ if text.contains("immutable release") => Kind::ImmutableTag,
        422 if text.contains("already_exists") || text.contains("already exists") => {
            Kind::AlreadyExists
        }
        409 => Kind::Conflict,
        422 | 400 => Kind::Invalid,
        500.. => Kind::Server,
        _ => Kind::Status,
    }
}

/// GitHub has no code for these; its words are looked for in lower case.
pub(crate) fn is_protection(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "gh006",
        "gh013",
        "protected branch",
        "protected ref",
        "repository rule violations",
        "made through a pull request",
        "required status check",
        "approving review is required",
        "must have verified signatures",
    ];
    WORDS.iter().any(|words| text.contains(words))
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        let inner = error.inner();
        if let Kind::Transport(transport) = &inner.kind {
            return Self::from(transport.clone())
                .with_note(format!("while calling GitHub: {}", inner.request));
        }
        let (code, help) = crate::remedy::remedy(inner);
        let mut diagnostic = Self::outside(code, error.to_string()).with_help(help);
        for item in &inner.errors {
            diagnostic = diagnostic.with_note(visible(item));
        }
        if let Some(permissions) = &inner.permissions {
            diagnostic =
                diagnostic.with_note(format!("this request needs {}", visible(permissions)));
        }
        if inner.unclear {
            diagnostic = diagnostic.with_note("it is not known whether the request took effect; the next run looks and completes what is missing");
        }
        if let Some(url) = &inner.documentation {
            diagnostic = diagnostic.with_note(format!("see {}", visible(url)));
        }
        if let Some(id) = &inner.request_id {
            diagnostic = diagnostic.with_note(format!("GitHub's request id: {}", visible(id)));
        }
        diagnostic
    }
}
