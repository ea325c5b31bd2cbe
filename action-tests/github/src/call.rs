//! A request as the handlers see it.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::access::Token;
use crate::answer::Answer;
use crate::world::{Repo, Shared};

/// The request after matching: parameters, query, body, who asks.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) params: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) accept: String,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
    pub(crate) urls: Urls,
    pub(crate) actor: Option<Token>,
}

/// A request to one repository.
pub(crate) struct Call<'a> {
    pub(crate) repo: &'a mut Repo,
    pub(crate) shared: &'a mut Shared,
    pub(crate) input: &'a Input,
}

impl Call<'_> {
    /// The account that asks; nobody is `ghost`.
    pub(crate) fn login(&self) -> String {
        self.input.actor.as_ref().map_or_else(|| "ghost".to_owned(), |token| token.login.clone())
    }

    /// The API address of something below the repository.
    pub(crate) fn url(&self, rest: &str) -> String {
        self.input.urls.repository(self.repo, rest)
    }
}

/// The addresses the stand-in goes by, as seen by the client.
#[derive(Clone, Debug)]
pub(crate) struct Urls {
    /// `http://host:port`.
    pub(crate) server: String,
    /// `/api/v3` when asked in the form of GitHub Enterprise Server, else empty.
    pub(crate) prefix: &'static str,
}

/// Kept as they are in a path.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes what cannot stand in a path.
pub(crate) fn encode(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

impl Urls {
    pub(crate) fn api(&self, rest: &str) -> String {
        format!("{}{}{rest}", self.server, self.prefix)
    }

    pub(crate) fn repository(&self, repo: &Repo, rest: &str) -> String {
        self.api(&format!("/repos/{}{}", repo.full_name(), encode(rest)))
    }

    pub(crate) fn html(&self, repo: &Repo, rest: &str) -> String {
        format!("{}/{}{}", self.server, repo.full_name(), encode(rest))
    }
}

impl Input {
    /// A parameter of the path, decoded.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// A numeric parameter of the path; anything else is not found.
    pub(crate) fn number(&self, name: &str) -> Result<u64, Answer> {
        self.param(name).parse().map_err(|_| Answer::not_found())
    }

    /// A query parameter, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The JSON body, closed: a name outside `allowed` is refused.
    pub(crate) fn body(&self, allowed: &[&str]) -> Result<Fields, Answer> {
        let value: Value = serde_json::from_slice(&self.body)
            .map_err(|_| Answer::error(400, "Problems parsing JSON"))?;
        let Value::Object(map) = value else {
            return Err(Answer::error(400, "Body should be a JSON object"));
        };
        Fields::closed(map, allowed)
    }

    /// One page of a list with GitHub's `Link` header.
    pub(crate) fn page(&self, path: &str, items: Vec<Value>) -> Answer {
        let read = |name: &str, default: usize| {
            self.query(name).and_then(|text| text.parse().ok()).unwrap_or(default).max(1)
        };
        let (page, size) = (read("page", 1), read("per_page", 30).min(100));
        let last = items.len().div_ceil(size).max(1);
        let mut links = Vec::new();
        let mut link = |number: usize, relation: &str| {
            let mut query: Vec<String> = self
                .query
                .iter()
                .filter(|(name, _)| name != "page")
                .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
                .collect();
            query.push(format!("page={number}"));
            links.push(format!("<{path}?{}>; rel=\"{relation}\"", query.join("&")));
        };
        if page > 1 {
            link(page - 1, "prev");
            link(1, "first");
        }
        if page < last {
            link(page + 1, "next");
            link(last, "last");
        }
        let shown = items.into_iter().skip((page - 1) * size).take(size).collect();
        let answer = Answer::ok(Value::Array(shown));
        if links.is_empty() { answer } else { answer.header("link", &links.join(", ")) }
    }
}

/// The members of a JSON body, with GitHub's complaints about wrong ones.
#[derive(Debug)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn closed(map: Map<String, Value>, allowed: &[&str]) -> Result<Self, Answer> {
        match map.keys().find(|key| !allowed.contains(&key.as_str())) {
            Some(key) => Err(Answer::unprocessable(&format!(
                "Invalid request.\n\n\"{key}\" is not a permitted key."
            ))),
            None => Ok(Self(map)),
        }
    }

    fn wrong(name: &str, value: &Value, wanted: &str) -> Answer {
        Answer::unprocessable(&format!(
            "Invalid request.\n\nFor 'properties/{name}', {value} is not {wanted}."
        ))
    }

    /// The raw member; present also when `null`.
    pub(crate) fn raw(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Answer> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(Self::wrong(name, other, "a string")),
        }
    }

    pub(crate) fn required(&self, name: &str) -> Result<String, Answer> {
        self.text(name)?.ok_or_else(|| {
            Answer::unprocessable(&format!("Invalid request.\n\n\"{name}\" wasn't supplied."))
        })
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Answer> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(Self::wrong(name, other, "a boolean")),
        }
    }

    pub(crate) fn list(&self, name: &str) -> Result<Option<Vec<Value>>, Answer> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items.clone())),
            Some(other) => Err(Self::wrong(name, other, "an array")),
        }
    }

    /// A nested object, closed as well.
    pub(crate) fn object(&self, name: &str, allowed: &[&str]) -> Result<Option<Self>, Answer> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) => Self::closed(map.clone(), allowed).map(Some),
            Some(other) => Err(Self::wrong(name, other, "an object")),
        }
    }
}
