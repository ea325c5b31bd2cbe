//! The way of a request: log, faults, authentication, endpoint, answer.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::extract::{ConnectInfo, Request as HttpRequest, State};
use axum::response::Response;
use bytes::Bytes;

use crate::access::{Level, Token};
use crate::answer::{Answer, Body, Outcome};
use crate::api::assets;
use crate::call::{Call, Input, Urls};
use crate::fault::{Fault, Kind, When};
use crate::gate::Wire;
use crate::log::Request;
use crate::routes::{self, Route, Run};
use crate::smart_http;
use crate::world::World;

/// What judges requests and answers; nothing without the feature `descriptions`.
#[cfg(feature = "descriptions")]
pub(crate) type Judge = Arc<crate::descriptions::Descriptions>;
/// What judges requests and answers; nothing without the feature `descriptions`.
#[cfg(not(feature = "descriptions"))]
pub(crate) type Judge = Unjudged;

/// Nothing to judge with.
#[cfg(not(feature = "descriptions"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unjudged;

/// Largest request body: room for an asset or a push.
const BODY_LIMIT: usize = 512 * 1024 * 1024;

/// The versions of the REST API.
const VERSIONS: &[&str] = &["2022-11-28", "2026-03-10"];

/// The stand-in as a service.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) world: Arc<Mutex<World>>,
    #[cfg_attr(not(feature = "descriptions"), expect(dead_code, reason = "nothing to judge with"))]
    pub(crate) descriptions: Judge,
}

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Service").finish_non_exhaustive()
    }
}

/// The service as axum wants it.
pub(crate) fn app(service: Service) -> IntoMakeServiceWithConnectInfo<Router, Wire> {
    Router::new().fallback(handle).with_state(service).into_make_service_with_connect_info::<Wire>()
}

/// A request that has been read.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) method: String,
    /// Without the `/api/v3` of GitHub Enterprise Server.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) urls: Urls,
}

impl Arrived {
    fn new(parts: &http::request::Parts, body: Bytes) -> Self {
        let sent = parts.uri.path();
        let (prefix, path) = match sent.strip_prefix("/api/v3") {
            Some(rest) if rest.starts_with('/') => ("/api/v3", rest),
            _ if sent == "/api/graphql" => ("/api/v3", "/graphql"),
            _ => ("", sent),
        };
        let headers: Vec<(String, String)> = parts
            .headers
            .iter()
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let host = headers.iter().find(|(name, _)| name == "host");
        let host = host.map_or("localhost", |(_, host)| host.as_str());
        let urls = Urls { server: format!("http://{host}"), prefix };
        Self {
            method: parts.method.to_string(),
            path: path.to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers,
            body,
            urls,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The token of the request: `Bearer`, `token`, or the password of `Basic`.
    pub(crate) fn credentials(&self) -> Option<String> {
        let (scheme, value) = self.header("authorization")?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Some(value.trim().to_owned());
        }
        let pair = crate::api::data::decode_base64(value)?;
        let pair = String::from_utf8(pair).ok()?;
        pair.split_once(':').map(|(_, password)| password.to_owned())
    }

    /// True when carrying it out may change something.
    fn is_mutating(&self) -> bool {
        match self.method.as_str() {
            "GET" | "HEAD" | "OPTIONS" => false,
            _ if self.path == "/graphql" => crate::graphql::is_mutation(&self.body),
            _ => {
                !self.path.ends_with("/git-upload-pack") && !self.path.ends_with("/generate-notes")
            }
        }
    }

    fn entry(&self, login: Option<String>) -> Request {
        let hidden = |name: &str| name == "authorization" || name == "cookie";
        Request {
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            headers: self.headers.iter().filter(|(name, _)| !hidden(name)).cloned().collect(),
            body: serde_json::from_slice(&self.body).unwrap_or_default(),
            login,
            mutating: self.is_mutating(),
            carried_out: false,
            status: None,
        }
    }
}

async fn handle(
    State(service): State<Service>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: HttpRequest,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return respond(Answer::error(413, "Request body too large"));
    };
    let arrived = Arrived::new(&parts, body);
    let (number, fault) = service.arrive(&arrived);
    if let Some(fault) = fault.as_ref().filter(|fault| fault.when == When::Before)
        && let Some(answer) = go_wrong(fault, &wire, None).await
    {
        service.finish(number, &answer, fault);
        return respond(answer);
    }
    let breaks = fault.as_ref().is_some_and(|fault| fault.kind == Kind::Starter);
    let answer = service.carry_out(&arrived, breaks).await;
    service.carried_out(number);
    if let Some(fault) = fault.as_ref().filter(|fault| fault.when == When::After)
        && let Some(answer) = go_wrong(fault, &wire, Some(&answer)).await
    {
        service.finish(number, &answer, fault);
        return respond(answer);
    }
    service.answered(number, answer.status);
    respond(answer)
}

/// Lets the fault happen; `None` when the request goes on all the same.
async fn go_wrong(fault: &Fault, wire: &Wire, answer: Option<&Answer>) -> Option<Answer> {
    match &fault.kind {
        Kind::Slow(delay) => {
            tokio::time::sleep(*delay).await;
            None
        }
        Kind::Starter => None,
        Kind::Cut => {
            wire.cut_after(0);
            Some(Answer::no_content())
        }
        Kind::Truncated => {
            let answer = answer.cloned().unwrap_or_else(|| Answer::error(500, "cut"));
            wire.cut_after(half_of(&answer));
            Some(answer)
        }
        Kind::Status { status, headers, message } => {
            let mut answer = Answer::error(*status, message);
            answer.headers.extend(headers.iter().cloned());
            Some(answer)
        }
    }
}

/// Bytes on the wire up to about the middle of the body; status line and headers take some 500.
fn half_of(answer: &Answer) -> u64 {
    let body = match &answer.body {
        Body::Empty => 0,
        Body::Json(value) => value.to_string().len(),
        Body::Bytes { bytes, .. } => bytes.len(),
    };
    let headers: usize =
        answer.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    u64::try_from(400 + headers + body / 2).unwrap_or(400)
}

impl Service {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the request down; its number and the fault that strikes it.
    fn arrive(&self, arrived: &Arrived) -> (usize, Option<Fault>) {
        let mut world = self.world();
        let credentials = arrived.credentials();
        let known = world.tokens.iter().find(|token| Some(&token.value) == credentials.as_ref());
        let entry = arrived.entry(known.map(|token| token.login.clone()));
        let mutating = entry.mutating;
        let number = world.record(entry);
        // Every fault counts every request; the first that strikes is the one that happens.
        let struck: Vec<Fault> = world
            .faults
            .iter_mut()
            .filter_map(|fault| fault.strike(&arrived.method, &arrived.path, mutating))
            .collect();
        (number, struck.into_iter().next())
    }

    fn carried_out(&self, number: usize) {
        if let Some(entry) = self.world().entry(number) {
            entry.carried_out = true;
        }
    }

    fn answered(&self, number: usize, status: u16) {
        if let Some(entry) = self.world().entry(number) {
            entry.status = Some(status);
        }
    }

    fn finish(&self, number: usize, answer: &Answer, fault: &Fault) {
        if matches!(fault.kind, Kind::Status { .. }) {
            self.answered(number, answer.status);
        }
    }

    /// Carries a request out, and holds request and answer to the descriptions.
    async fn carry_out(&self, arrived: &Arrived, breaks: bool) -> Answer {
        if let Some(git) = smart_http::Target::of(&arrived.path) {
            return self.git(git, arrived).await;
        }
        let input = match self.prepare(arrived) {
            Ok(input) => input,
            Err(answer) => return answer,
        };
        let Some((route, params)) = routes::find(&arrived.method, &arrived.path) else {
            return Answer::not_found();
        };
        let input = Input { params, ..input };
        if let Some(answer) = self.judge_request(route, arrived, &input) {
            return answer;
        }
        let answer = self.run(route, &input, breaks).unwrap_or_else(|error| error);
        if answer.status == 500 {
            self.violation(format!("{} {}: {:?}", arrived.method, arrived.path, answer.body));
        }
        self.judge_answer(route, &input, answer)
    }

    fn violation(&self, text: String) {
        self.world().violations.push(text);
    }

    #[cfg(feature = "descriptions")]
    fn judge_request(&self, route: &Route, arrived: &Arrived, input: &Input) -> Option<Answer> {
        let complaints = self.descriptions.request(route, arrived, input);
        if complaints.is_empty() {
            return None;
        }
        let name = format!("{} {}", route.method, arrived.path);
        for complaint in &complaints {
            self.violation(format!("request {name}: {complaint}"));
        }
        let text = format!("Against the API description:\n{}", complaints.join("\n"));
        if route.template == "/graphql" {
            return Some(Answer::ok(serde_json::json!({ "errors": [{ "message": text }] })));
        }
        Some(Answer::unprocessable(&text))
    }

    #[cfg(feature = "descriptions")]
    fn judge_answer(&self, route: &Route, input: &Input, answer: Answer) -> Answer {
        let complaints = self.descriptions.answer(route, input, &answer);
        if complaints.is_empty() {
            return answer;
        }
        let name = format!("{} {}", route.method, route.template);
        for complaint in &complaints {
            self.violation(format!("answer {} of {name}: {complaint}", answer.status));
        }
        Answer::error(
            500,
            &format!("The stand-in broke the API description:\n{}", complaints.join("\n")),
        )
    }

    #[cfg(not(feature = "descriptions"))]
    #[expect(clippy::unused_self, reason = "the same call as with the feature")]
    fn judge_request(&self, _: &Route, _: &Arrived, _: &Input) -> Option<Answer> {
        None
    }

    #[cfg(not(feature = "descriptions"))]
    #[expect(clippy::unused_self, reason = "the same call as with the feature")]
    fn judge_answer(&self, _: &Route, _: &Input, answer: Answer) -> Answer {
        answer
    }

    /// What GitHub checks before it looks at the path.
    fn prepare(&self, arrived: &Arrived) -> Result<Input, Answer> {
        if arrived.header("user-agent").is_none_or(str::is_empty) {
            return Err(Answer::error(
                403,
                "Request forbidden by administrative rules. Please make sure your request has a \
                 User-Agent header",
            ));
        }
        if let Some(version) = arrived.header("x-github-api-version")
            && !VERSIONS.contains(&version)
        {
            return Err(Answer::error(400, &format!("API version {version} is not supported")));
        }
        Ok(Input {
            params: Vec::new(),
            query: parse_query(&arrived.query),
            accept: arrived.header("accept").unwrap_or_default().to_owned(),
            content_type: arrived.header("content-type").map(str::to_owned),
            body: arrived.body.clone(),
            urls: arrived.urls.clone(),
            actor: self.actor(arrived)?,
        })
    }

    /// The token that asks; an unknown one is refused whatever it asks for.
    fn actor(&self, arrived: &Arrived) -> Result<Option<Token>, Answer> {
        let Some(value) = arrived.credentials() else { return Ok(None) };
        let world = self.world();
        let token = world.tokens.iter().find(|token| token.value == value).cloned();
        token.map(Some).ok_or_else(|| Answer::error(401, "Bad credentials"))
    }

    fn run(&self, route: &Route, input: &Input, breaks: bool) -> Outcome {
        let mut world = self.world();
        let (permission, level, run) = match route.run {
            Run::Global(run) => return run(&mut world, input),
            Run::Repository(permission, level, run) => (permission, level, run),
        };
        let found = world.repository(input.param("owner"), input.param("repo"));
        let (repo, shared) = found.ok_or_else(Answer::not_found)?;
        allowed(repo, input.actor.as_ref(), permission, level)?;
        let mut call = Call { repo, shared, input };
        if breaks && route.method == "POST" && route.template.ends_with("/assets") {
            return assets::upload_breaks(&mut call);
        }
        run(&mut call)
    }

    async fn git(&self, target: smart_http::Target, arrived: &Arrived) -> Answer {
        let prepared = self.actor(arrived).and_then(|actor| {
            let mut world = self.world();
            let found = world.repository(&target.owner, &target.repo);
            let (repo, _) = found.ok_or_else(Answer::not_found)?;
            smart_http::Session::prepare(repo, actor.as_ref(), &target, arrived)
        });
        match prepared {
            Err(answer) => smart_http::challenge(answer),
            Ok(session) => match tokio::task::spawn_blocking(move || session.run()).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => error.into(),
                Err(error) => anyhow::Error::from(error).into(),
            },
        }
    }
}

/// Visibility and permissions, with GitHub's answers.
pub(crate) fn allowed(
    repo: &crate::world::Repo,
    actor: Option<&Token>,
    permission: &str,
    level: Level,
) -> Result<(), Answer> {
    let public = !repo.settings.private;
    let name = repo.full_name();
    let Some(token) = actor else {
        return match (public, level) {
            (false, _) => Err(Answer::not_found()),
            (true, Level::Write) => Err(Answer::error(401, "Requires authentication")),
            (true, Level::Read) if permission == "administration" => {
                Err(Answer::error(401, "Requires authentication"))
            }
            (true, Level::Read) => Ok(()),
        };
    };
    if !token.reaches(&name) && !public {
        return Err(Answer::not_found());
    }
    let readable = public && level == Level::Read && permission != "administration";
    let granted = token.reaches(&name) && token.permissions.allows(permission, level);
    if !granted && !readable {
        let text = if token.is_installation() {
            "Resource not accessible by integration"
        } else {
            "Resource not accessible by personal access token"
        };
        let wanted = if level == Level::Write { "write" } else { "read" };
        return Err(Answer::error(403, text)
            .header("x-accepted-github-permissions", &format!("{permission}={wanted}")));
    }
    if repo.settings.archived && level == Level::Write {
        return Err(Answer::error(403, "Repository was archived so is read-only."));
    }
    Ok(())
}

/// Names and values of a query, decoded.
fn parse_query(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let spaces = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaces).decode_utf8_lossy().into_owned()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// The answer on the wire, with the headers GitHub always sends.
fn respond(answer: Answer) -> Response {
    let mut response = Response::builder()
        .status(answer.status)
        .header("server", "github.com")
        .header("x-github-media-type", "github.v3; format=json");
    let named = |name: &str| answer.headers.iter().any(|(key, _)| key == name);
    for (name, value) in [
        ("x-ratelimit-limit", "5000"),
        ("x-ratelimit-remaining", "4999"),
        ("x-ratelimit-used", "1"),
    ] {
        if !named(name) {
            response = response.header(name, value);
        }
    }
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let built = match answer.body {
        Body::Empty => response.body(HttpBody::empty()),
        Body::Json(value) => response
            .header("content-type", "application/json; charset=utf-8")
            .body(HttpBody::from(value.to_string())),
        Body::Bytes { bytes, content_type } => {
            response.header("content-type", content_type).body(HttpBody::from(bytes))
        }
    };
    built.unwrap_or_default()
}
