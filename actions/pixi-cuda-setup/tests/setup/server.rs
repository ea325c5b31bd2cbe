//! A server of releases on loopback that does exactly what a test says. As a proxy it serves the
//! same, whatever the host.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The target of the request line; a whole address where this is a proxy.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// How a file is served.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Whole.
    Whole(Vec<u8>),
    /// Less than was announced.
    Cut(Vec<u8>, usize),
    /// The second half after a while.
    Slow(Vec<u8>, Duration),
    /// Another status.
    Status(u16),
    /// This status so many times, and then the other.
    Fails(usize, u16, Box<Reply>),
    /// Somewhere else.
    Moved(String),
}

#[derive(Default)]
struct Served {
    files: HashMap<String, Reply>,
    seen: Vec<Seen>,
}

/// The server. It ends with the value.
pub(crate) struct Server {
    pub(crate) port: u16,
    served: Arc<Mutex<Served>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = Arc::new(Mutex::new(Served::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, stopped) = (Arc::clone(&served), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&shared);
                // Archive and digest are asked for at once.
                std::thread::spawn(move || serve(stream.unwrap(), &shared));
            }
        });
        Self { port, served, stop, thread: Some(thread) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Serves a path, whatever its query unless there is one.
    pub(crate) fn put(&self, path: &str, reply: Reply) {
        self.served.lock().unwrap().files.insert(path.to_owned(), reply);
    }

    /// What is served at a path.
    pub(crate) fn reply(&self, path: &str) -> Reply {
        self.served.lock().unwrap().files[path].clone()
    }

    pub(crate) fn remove(&self, path: &str) {
        self.served.lock().unwrap().files.remove(path);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.served.lock().unwrap().seen.clone()
    }

    /// The paths asked for since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        let seen = std::mem::take(&mut self.served.lock().unwrap().seen);
        seen.into_iter().map(|seen| seen.target).collect()
    }

    /// Waits until a path was asked for.
    pub(crate) fn wait_for(&self, end: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.seen().iter().any(|seen| seen.target.ends_with(end)) {
            assert!(Instant::now() < deadline, "nobody asked for {end}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, served: &Mutex<Served>) {
    let Some(seen) = read(&stream) else { return };
    let without_host = seen
        .target
        .strip_prefix("http://")
        .map_or(seen.target.as_str(), |rest| rest.find('/').map_or("/", |start| &rest[start..]));
    let whole = without_host.to_owned();
    let path = whole.split('?').next().unwrap().to_owned();
    let reply = {
        let mut served = served.lock().unwrap();
        let path = if served.files.contains_key(&whole) { whole } else { path };
        served.seen.push(seen);
        let found = served.files.get_mut(&path).cloned();
        if let Some(Reply::Fails(times, status, then)) = found {
            let next = if times > 1 { Reply::Fails(times - 1, status, then) } else { *then };
            served.files.insert(path, next);
            Some(Reply::Status(status))
        } else {
            found
        }
    };
    // Whoever asked may be gone.
    let _ = write(&mut stream, reply.unwrap_or(Reply::Status(404)));
}

fn read(stream: &TcpStream) -> Option<Seen> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let target = first.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    for line in lines {
        let line = line.ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Some(Seen { target, headers })
}

fn write(stream: &mut TcpStream, reply: Reply) -> std::io::Result<()> {
    let head = |status: u16, length: usize, more: &str| {
        format!(
            "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n"
        )
    };
    match reply {
        Reply::Whole(body) => {
            stream.write_all(head(200, body.len(), "").as_bytes())?;
            stream.write_all(&body)
        }
        Reply::Cut(body, length) => {
            stream.write_all(head(200, body.len(), "").as_bytes())?;
            stream.write_all(&body[..length])
        }
        Reply::Slow(body, wait) => {
            let (first, second) = body.split_at(body.len() / 2);
            stream.write_all(head(200, body.len(), "").as_bytes())?;
            stream.write_all(first)?;
            stream.flush()?;
            std::thread::sleep(wait);
            stream.write_all(second)
        }
        Reply::Status(status) | Reply::Fails(_, status, _) => {
            stream.write_all(head(status, 0, "").as_bytes())
        }
        Reply::Moved(target) => {
            let more = format!("location: {target}\r\n");
            stream.write_all(head(302, 0, &more).as_bytes())
        }
    }
}
