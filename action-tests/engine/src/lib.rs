//! Plays a Docker engine on a unix socket, as far as `crates/engine` uses one.
//!
//! A container is a process of this machine: it runs the entry point with the container's own
//! environment in its working directory, and sees the files that are here. That is enough to see
//! what an action asks for and what it makes of every answer; that the requests are those of the
//! real engine is shown by the stories in containers.

mod answer;
mod containers;
mod request;

use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

pub use answer::Answer;
use containers::Containers;
use request::Request;
use serde_json::Value;

/// The version of the API it says it has.
pub const VERSION: &str = "1.41";

/// An engine that answers until it is dropped.
#[derive(Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    socket: PathBuf,
    listener: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    containers: Containers,
    requests: Mutex<Vec<String>>,
    instead: Mutex<Vec<(String, Answer)>>,
    images: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// Starts one whose socket lies in a folder; the path must be shorter than 108 bytes.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn start(folder: &Path) -> io::Result<Self> {
        let socket = folder.join("docker.sock");
        let listener = UnixListener::bind(&socket)?;
        let shared = Arc::new(Shared::default());
        let served = Arc::clone(&shared);
        let listener = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if served.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&served);
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        Ok(Self { shared, socket, listener: Some(listener) })
    }

    /// The value of `DOCKER_HOST`.
    pub fn host(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// Has an image, by the name it is asked for.
    pub fn has_image(&self, name: &str) {
        lock(&self.shared.images).push(name.to_owned());
    }

    /// From now on answers so to requests whose line, `POST /v1.41/containers/create`, holds a text.
    pub fn answer(&self, text: &str, answer: Answer) {
        lock(&self.shared.instead).push((text.to_owned(), answer));
    }

    /// The lines of all requests so far.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.shared.requests).clone()
    }

    /// What was asked for in `containers/create`, in order.
    pub fn created(&self) -> Vec<Value> {
        self.shared.containers.created()
    }

    /// Containers that were not removed.
    pub fn left(&self) -> Vec<String> {
        self.shared.containers.left()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener.
        drop(UnixStream::connect(&self.socket));
        if let Some(listener) = self.listener.take() {
            listener.join().ok();
        }
        self.shared.containers.remove_all();
        std::fs::remove_file(&self.socket).ok();
    }
}

impl Shared {
    fn serve(&self, mut stream: UnixStream) {
        let Ok(Some(request)) = Request::read(&mut stream) else { return };
        lock(&self.requests).push(request.line());
        let line = request.line();
        let instead = {
            let known = lock(&self.instead);
            known.iter().rev().find(|(text, _)| line.contains(text)).cloned()
        };
        let written = match instead {
            Some((_, answer)) => answer.write(&mut stream),
            None => self.respond(&request, &mut stream),
        };
        // A client that went away has its reasons.
        drop(written);
    }

    fn respond(&self, request: &Request, stream: &mut UnixStream) -> io::Result<()> {
        let version = format!("/v{VERSION}");
        let path = request.path.strip_prefix(&version).unwrap_or(&request.path);
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["_ping"]) => Answer::Greeting.write(stream),
            ("GET", ["images", name @ .., "json"]) => {
                let name = name.join("/");
                if lock(&self.images).contains(&name) {
                    let image = r#"{"Config":{"Env":["PATH=/usr/bin:/bin","LANG=C.UTF-8"]}}"#;
                    return Answer::Json(200, image.to_owned()).write(stream);
                }
                Answer::refusal(404, &format!("No such image: {name}")).write(stream)
            }
            ("POST", ["images", "create"]) => self.pull(request, stream),
            (_, ["containers", rest @ ..]) => self.containers.respond(request, rest, stream),
            _ => Answer::refusal(404, "page not found").write(stream),
        }
    }

    fn pull(&self, request: &Request, stream: &mut UnixStream) -> io::Result<()> {
        let (name, tag) = (request.query("fromImage"), request.query("tag"));
        let separator = if tag.starts_with("sha256:") { '@' } else { ':' };
        lock(&self.images).push(format!("{name}{separator}{tag}"));
        let lines = "{\"status\":\"Pulling from x\"}\n{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":1,\"total\":2}}\n{\"status\":\"Download complete\"}\n";
        Answer::Json(200, lines.to_owned()).write(stream)
    }
}
