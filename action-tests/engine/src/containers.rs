//! Containers that are processes.

use std::collections::BTreeMap;
use std::io::{self, Read, Write as _};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::lock;
use crate::request::Request;

#[derive(Debug, Default)]
pub(crate) struct Containers {
    all: Mutex<BTreeMap<String, Container>>,
    created: Mutex<Vec<Value>>,
    changed: Condvar,
}

#[derive(Debug)]
struct Container {
    spec: Value,
    process: Option<Arc<Mutex<Child>>>,
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let items = value.get(key).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

impl Containers {
    pub(crate) fn created(&self) -> Vec<Value> {
        lock(&self.created).clone()
    }

    pub(crate) fn left(&self) -> Vec<String> {
        lock(&self.all).keys().cloned().collect()
    }

    pub(crate) fn remove_all(&self) {
        for id in self.left() {
            self.remove(&id);
        }
    }

    pub(crate) fn respond(
        &self,
        request: &Request,
        parts: &[&str],
        stream: &mut UnixStream,
    ) -> io::Result<()> {
        let answer = match (request.method.as_str(), parts) {
            ("GET", ["json"]) => Answer::Json(200, self.list(&request.query("filters"))),
            ("POST", ["create"]) => self.create(&request.body),
            ("HEAD", [id, "archive"]) if self.has(id) => stat(&request.query("path")),
            ("PUT", [id, "archive"]) if self.has(id) => Answer::Json(200, String::new()),
            ("POST", [id, "start"]) if self.has(id) => self.start(id),
            ("POST", [id, "attach"]) if self.has(id) => return self.attach(id, stream),
            ("POST", [id, "wait"]) if self.has(id) => {
                let status = self.wait(id);
                Answer::Json(200, json!({ "StatusCode": status }).to_string())
            }
            ("DELETE", [id]) if self.has(id) => {
                self.remove(id);
                Answer::Header(204, "X: y".to_owned())
            }
            (_, [id, ..]) => Answer::refusal(404, &format!("No such container: {id}")),
            _ => Answer::refusal(404, "page not found"),
        };
        answer.write(stream)
    }

    fn has(&self, id: &str) -> bool {
        lock(&self.all).contains_key(id)
    }

    fn list(&self, filters: &str) -> String {
        let filters: Value = serde_json::from_str(filters).unwrap_or_default();
        let wanted = texts(&filters, "label");
        let all = lock(&self.all);
        let has = |container: &Container, label: &String| {
            let (name, value) = label.split_once('=').unwrap_or((label, ""));
            container.spec.get("Labels").and_then(|labels| labels.get(name)?.as_str())
                == Some(value)
        };
        let listed = all.iter().filter(|(_, container)| {
            let running = container.process.is_some();
            wanted.iter().all(|label| has(container, label)) && (running || !wanted.is_empty())
        });
        listed.map(|(id, _)| json!({ "Id": id })).collect::<Value>().to_string()
    }

    fn create(&self, body: &[u8]) -> Answer {
        let spec: Value = serde_json::from_slice(body).unwrap_or_default();
        let number = {
            let mut created = lock(&self.created);
            created.push(spec.clone());
            created.len()
        };
        let id = format!("{number:064x}");
        lock(&self.all).insert(id.clone(), Container { spec, process: None });
        Answer::Json(201, json!({ "Id": id, "Warnings": [] }).to_string())
    }

    fn start(&self, id: &str) -> Answer {
        let mut all = lock(&self.all);
        let Some(container) = all.get_mut(id) else { return Answer::refusal(404, "gone") };
        let spec = &container.spec;
        let entrypoint = texts(spec, "Entrypoint");
        let variables = texts(spec, "Env");
        let variables = variables.iter().filter_map(|pair| pair.split_once('='));
        let child = Command::new(entrypoint.first().map_or("", String::as_str))
            .args(texts(spec, "Cmd"))
            .current_dir(spec.get("WorkingDir").and_then(Value::as_str).unwrap_or("/"))
            .env_clear()
            .envs(variables)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        match child {
            Ok(child) => container.process = Some(Arc::new(Mutex::new(child))),
            Err(error) => return Answer::refusal(400, &format!("failed to start: {error}")),
        }
        self.changed.notify_all();
        Answer::Header(204, "X: y".to_owned())
    }

    /// The process, once there is one; `None` when the container goes before.
    fn process(&self, id: &str) -> Option<Arc<Mutex<Child>>> {
        let mut all = lock(&self.all);
        loop {
            let container = all.get(id)?;
            if let Some(process) = &container.process {
                return Some(Arc::clone(process));
            }
            let short = Duration::from_millis(100);
            all = self.changed.wait_timeout(all, short).ok()?.0;
        }
    }

    fn attach(&self, id: &str, stream: &mut UnixStream) -> io::Result<()> {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";
        stream.write_all(head.as_bytes())?;
        let Some(process) = self.process(id) else { return Ok(()) };
        let (output, error) = {
            let mut process = lock(&process);
            (process.stdout.take(), process.stderr.take())
        };
        let errors = error.map(|error| {
            let mut stream = stream.try_clone()?;
            Ok::<_, io::Error>(std::thread::spawn(move || pump(2, error, &mut stream)))
        });
        if let Some(output) = output {
            pump(1, output, stream)?;
        }
        if let Some(errors) = errors {
            errors?.join().ok();
        }
        Ok(())
    }

    fn wait(&self, id: &str) -> i32 {
        let Some(process) = self.process(id) else { return 137 };
        loop {
            if let Ok(Some(status)) = lock(&process).try_wait() {
                return code(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn remove(&self, id: &str) {
        let removed = lock(&self.all).remove(id);
        if let Some(process) = removed.and_then(|container| container.process) {
            let mut process = lock(&process);
            if matches!(process.try_wait(), Ok(None)) {
                // The whole group, as everything in a container ends.
                let group = format!("-{}", process.id());
                Command::new("kill").args(["-KILL", "--", &group]).status().ok();
                process.wait().ok();
            }
        }
        self.changed.notify_all();
    }
}

fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

/// Frames of one stream.
fn pump(number: u8, mut from: impl Read, to: &mut UnixStream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        let read = from.read(&mut buffer)?;
        let content = buffer.get(..read).unwrap_or_default();
        if content.is_empty() {
            return Ok(());
        }
        let length = u32::try_from(read).unwrap_or_default().to_be_bytes();
        to.write_all(&[&[number, 0, 0, 0][..], &length, content].concat())?;
    }
}

/// What the engine says about a file; containers see the files that are here.
fn stat(path: &str) -> Answer {
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified());
    let Some(modified) = modified.ok().and_then(|time| jiff::Timestamp::try_from(time).ok()) else {
        return Answer::Header(404, "X: y".to_owned());
    };
    let stat = json!({ "name": path, "size": 1, "mode": 1, "mtime": modified.to_string() });
    let stat = base64::prelude::BASE64_STANDARD.encode(stat.to_string());
    Answer::Header(200, format!("X-Docker-Container-Path-Stat: {stat}"))
}
