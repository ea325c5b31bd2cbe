//! GitHub, a repository, and the calls everything else is made of.

use std::error::Error as _;
use std::sync::{Arc, OnceLock};

use diagnostics::Secret;
use http_client::Client;
use octocrab::{Octocrab, OctocrabBuilder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::service::Wire;
use crate::{Endpoints, Error};

/// What stays as it is in a path: unreserved characters and the slash, which GitHub takes
/// literally in names of references and files.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Items on one page of a list.
const PER_PAGE: usize = 100;

/// One GitHub, seen with one token. Cheap to clone.
#[derive(Clone)]
pub struct GitHub(Arc<Shared>);

struct Shared {
    client: Client,
    endpoints: Arc<Endpoints>,
    token: Option<Secret>,
    /// Made with the first request: octocrab starts a task, which needs the runtime.
    octocrab: OnceLock<Octocrab>,
}

/// One repository of a [`GitHub`].
#[derive(Clone)]
pub struct Repository {
    pub(crate) github: GitHub,
    pub(crate) owner: String,
    pub(crate) name: String,
}

impl GitHub {
    /// GitHub at these addresses. Nothing is sent yet. The token goes to the origins of the REST
    /// and GraphQL addresses and of the upload addresses they return, nowhere else.
    pub fn new(client: Client, endpoints: Endpoints, token: Option<Secret>) -> Self {
        let token = token.map(|token| Secret::new(token.expose().trim()));
        let token = token.filter(|token| !token.is_empty());
        let endpoints = Arc::new(endpoints);
        Self(Arc::new(Shared { client, endpoints, token, octocrab: OnceLock::new() }))
    }

    /// A repository. Nothing is sent.
    pub fn repository(&self, owner: impl Into<String>, name: impl Into<String>) -> Repository {
        Repository { github: self.clone(), owner: owner.into(), name: name.into() }
    }

    /// Where this GitHub is.
    pub fn endpoints(&self) -> &Endpoints {
        &self.0.endpoints
    }

    /// True when there is a token to send.
    pub fn has_token(&self) -> bool {
        self.0.token.is_some()
    }

    pub(crate) fn token(&self) -> Option<&Secret> {
        self.0.token.as_ref()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    fn octocrab(&self) -> &Octocrab {
        self.0.octocrab.get_or_init(|| {
            let wire = Wire {
                inner: self.0.client.service(),
                endpoints: Arc::clone(&self.0.endpoints),
                token: self.0.token.clone(),
            };
            let built = OctocrabBuilder::new_empty()
                .with_service(wire)
                .with_auth(octocrab::AuthState::None)
                .build();
            match built {
                Ok(octocrab) => octocrab,
                Err(never) => match never {},
            }
        })
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.octocrab().get(path, None::<&()>).await.map_err(|error| translate(&error, "GET", path))
    }

    /// `None` for 404.
    pub(crate) async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Error> {
        match self.get(path).await {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, Error> {
        self.octocrab()
            .post(path, Some(body))
            .await
            .map_err(|error| translate(&error, "POST", path))
    }

    pub(crate) async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, Error> {
        let result = self.octocrab().patch(path, Some(body)).await;
        result.map_err(|error| translate(&error, "PATCH", path))
    }

    /// Deletes; what is gone already counts as deleted.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), Error> {
        let result = self.octocrab()._delete(path, None::<&()>).await;
        match result.map_err(|error| translate(&error, "DELETE", path)) {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// One page of a list, from 1, and whether there may be another one.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        path: &str,
        page: usize,
    ) -> Result<(Vec<T>, bool), Error> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{separator}per_page={PER_PAGE}&page={page}");
        let items: Vec<T> = self.get(&path).await?;
        let full = items.len() >= PER_PAGE;
        Ok((items, full))
    }

    /// All pages of a list.
    pub(crate) async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        for page in 1.. {
            let (items, more) = self.page(path, page).await?;
            all.extend(items);
            if !more {
                break;
            }
        }
        Ok(all)
    }
}

impl Repository {
    /// `/repos/OWNER/NAME` and what follows; every argument is encoded by [`encode`] first.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/repos/{}/{}{rest}", encode(&self.owner), encode(&self.name))
    }

    /// `OWNER/NAME`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The GitHub it is on.
    pub fn github(&self) -> &GitHub {
        &self.github
    }
}

/// A name for a path.
pub(crate) fn encode(name: &str) -> String {
    utf8_percent_encode(name, PATH).to_string()
}

/// A value for a query.
pub(crate) fn encode_query(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}

/// Our own error where it is in the chain of octocrab's; else the answer could not be read.
fn translate(error: &octocrab::Error, method: &str, path: &str) -> Error {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(ours) = cause.downcast_ref::<Error>() {
            return ours.clone();
        }
        next = cause.source();
    }
    let path = path.split('?').next().unwrap_or_default();
    let why = match error {
        octocrab::Error::Json { source, .. } => format!("{} at {}", source.inner(), source.path()),
        octocrab::Error::Uri { .. } | octocrab::Error::UriParse { .. } => {
            "not an address".to_owned()
        }
        _ => "not the JSON that is documented".to_owned(),
    };
    Error::answer(format!("{method} {path}"), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place_in_a_path() {
        assert_eq!(encode("feature/a b?x=1#y%2e"), "feature/a%20b%3Fx%3D1%23y%252e");
        assert_eq!(encode_query("a&b=c d"), "a%26b%3Dc%20d");
    }
}
