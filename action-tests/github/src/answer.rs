//! Answers, and GitHub's kinds of errors.

use serde_json::{Value, json};

/// What a handler returns: the answer, or an error that is an answer too.
pub(crate) type Outcome = Result<Answer, Answer>;

/// An HTTP answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Json(Box<Value>),
    Bytes { bytes: Vec<u8>, content_type: String },
}

const DOCUMENTATION: &str = "https://docs.github.com/rest";

impl Answer {
    pub(crate) fn json(status: u16, value: Value) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(Box::new(value)) }
    }

    pub(crate) fn ok(value: Value) -> Self {
        Self::json(200, value)
    }

    pub(crate) fn created(value: Value) -> Self {
        Self::json(201, value)
    }

    pub(crate) fn no_content() -> Self {
        Self { status: 204, headers: Vec::new(), body: Body::Empty }
    }

    pub(crate) fn bytes(bytes: Vec<u8>, content_type: &str) -> Self {
        let body = Body::Bytes { bytes, content_type: content_type.to_owned() };
        Self { status: 200, headers: Vec::new(), body }
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// GitHub's plain error: `message`, `documentation_url`, `status`.
    pub(crate) fn error(status: u16, message: &str) -> Self {
        Self::json(
            status,
            json!({
                "message": message,
                "documentation_url": DOCUMENTATION,
                "status": status.to_string(),
            }),
        )
    }

    pub(crate) fn not_found() -> Self {
        Self::error(404, "Not Found")
    }

    /// 422 with a message of its own, as the git data endpoints answer.
    pub(crate) fn unprocessable(message: &str) -> Self {
        Self::error(422, message)
    }

    /// 422 "Validation Failed" with entries that name resource, field and code.
    pub(crate) fn validation(errors: &[Value]) -> Self {
        Self::json(
            422,
            json!({
                "message": "Validation Failed",
                "errors": errors,
                "documentation_url": DOCUMENTATION,
                "status": "422",
            }),
        )
    }

    /// 422 "Validation Failed" for one field.
    pub(crate) fn invalid(resource: &str, field: &str, code: &str) -> Self {
        Self::validation(&[json!({ "resource": resource, "code": code, "field": field })])
    }

    /// 422 "Validation Failed" for one field, in words.
    pub(crate) fn custom(resource: &str, field: &str, message: &str) -> Self {
        Self::validation(&[json!({
            "resource": resource, "code": "custom", "field": field, "message": message,
        })])
    }
}

/// A fault of the stand-in itself or of its bare repository.
impl From<anyhow::Error> for Answer {
    fn from(error: anyhow::Error) -> Self {
        Self::error(500, &format!("the stand-in failed: {error:#}"))
    }
}
