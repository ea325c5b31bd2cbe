//! Holding requests and answers to GitHub's own descriptions.

mod graphql;
mod openapi;
mod schema;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use serde_json::Value;

use crate::answer::{Answer, Body};
use crate::call::Input;
use crate::dispatch::Arrived;
use crate::graphql::GraphQlRequest;
use crate::routes::Route;

use graphql::GraphQl;
use openapi::OpenApi;

/// Both descriptions, each where there is a file for it.
#[derive(Default)]
pub(crate) struct Descriptions {
    openapi: Option<Arc<OpenApi>>,
    graphql: Option<Arc<GraphQl>>,
}

impl fmt::Debug for Descriptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Descriptions").finish_non_exhaustive()
    }
}

/// What has been read before, by path: the files are large and a test program starts many servers.
struct Shelf<T>(Mutex<Option<HashMap<PathBuf, Arc<T>>>>);

impl<T> Shelf<T> {
    fn get(&self, path: &Path, read: impl FnOnce(&Path) -> Result<T>) -> Result<Arc<T>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get_or_insert_with(HashMap::new);
        if let Some(found) = kept.get(path) {
            return Ok(Arc::clone(found));
        }
        let description = Arc::new(read(path)?);
        kept.insert(path.to_owned(), Arc::clone(&description));
        Ok(description)
    }
}

static OPENAPI: Shelf<OpenApi> = Shelf(Mutex::new(None));
static GRAPHQL: Shelf<GraphQl> = Shelf(Mutex::new(None));

impl Descriptions {
    /// Reads the descriptions that are asked for.
    pub(crate) fn load(openapi: Option<&Path>, graphql: Option<&Path>) -> Result<Self> {
        Ok(Self {
            openapi: openapi.map(|path| OPENAPI.get(path, OpenApi::read)).transpose()?,
            graphql: graphql.map(|path| GRAPHQL.get(path, GraphQl::read)).transpose()?,
        })
    }

    /// What is wrong with a request.
    pub(crate) fn request(&self, route: &Route, arrived: &Arrived, input: &Input) -> Vec<String> {
        if route.template == "/graphql" {
            let Some(graphql) = &self.graphql else { return Vec::new() };
            // A body that is no GraphQL request is for the endpoint to refuse.
            return GraphQlRequest::read(input)
                .map_or_else(|_| Vec::new(), |request| graphql.request(&request));
        }
        let Some(openapi) = &self.openapi else { return Vec::new() };
        openapi.request(route, arrived, input)
    }

    /// What is wrong with an answer.
    pub(crate) fn answer(&self, route: &Route, input: &Input, answer: &Answer) -> Vec<String> {
        let body: Option<&Value> = match &answer.body {
            Body::Json(value) => Some(value),
            Body::Empty => None,
            // Raw media types have no schema.
            Body::Bytes { .. } => return Vec::new(),
        };
        if route.template == "/graphql" {
            let (Some(graphql), Some(body)) = (&self.graphql, body) else { return Vec::new() };
            if answer.status != 200 {
                return Vec::new();
            }
            return GraphQlRequest::read(input)
                .map_or_else(|_| Vec::new(), |request| graphql.answer(&request, body));
        }
        let Some(openapi) = &self.openapi else { return Vec::new() };
        openapi.answer(route, answer.status, body)
    }
}
