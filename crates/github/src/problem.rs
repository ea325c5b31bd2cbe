//! GitHub's error bodies, read leniently.

use serde_json::Value;

/// What an error answer says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Problem {
    pub(crate) message: String,
    pub(crate) documentation: Option<String>,
    pub(crate) errors: Vec<String>,
}

impl Problem {
    /// Reads an error body. One that is not JSON (a proxy's page) gives an empty message.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let Ok(value) = serde_json::from_slice::<Value>(body) else { return Self::default() };
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let errors = match value.get("errors") {
            Some(Value::Array(items)) => items.iter().map(item).collect(),
            Some(Value::String(text)) => vec![text.clone()],
            _ => Vec::new(),
        };
        Self {
            message: text("message").unwrap_or_default(),
            documentation: text("documentation_url").filter(|url| !url.is_empty()),
            errors,
        }
    }

    /// Message and errors in lower case, to recognise what GitHub has no code for.
    pub(crate) fn text(&self) -> String {
        format!("{}\n{}", self.message, self.errors.join("\n")).to_lowercase()
    }
}

/// One of `errors`: a text, or `resource`, `field`, `code`, `message`.
fn item(value: &Value) -> String {
    if let Value::String(text) = value {
        return text.clone();
    }
    let part = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let place = [part("resource"), part("field")].into_iter().filter(|p| !p.is_empty());
    let place = place.collect::<Vec<_>>().join(".");
    let what =
        [part("code"), part("message")].into_iter().filter(|p| !p.is_empty() && *p != "custom");
    let what = what.collect::<Vec<_>>().join(": ");
    [place, what].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_are_read() {
        let body = r#"{"message":"Validation Failed","errors":[{"resource":"Release","code":"already_exists","field":"tag_name"},"plain",{"code":"custom","message":"tag_name was used by an immutable release"}],"documentation_url":"https://docs"}"#;
        let problem = Problem::parse(body.as_bytes());
        assert_eq!(problem.message, "Validation Failed");
        assert_eq!(
            problem.errors,
            [
                "Release.tag_name already_exists",
                "plain",
                "tag_name was used by an immutable release"
            ]
        );
        assert_eq!(Problem::parse(b"<html>"), Problem::default());
    }
}
