//! A server that plays github.com for one release of pixi.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// The version the stand-in plays.
pub(crate) const VERSION: &str = "0.77.0";

/// The server; it ends with the value.
pub(crate) struct Releases {
    port: u16,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Releases {
    /// Serves a program as the release, and its digest.
    pub(crate) fn start(program: &Path) -> Self {
        // Once for all stories: without optimisation this takes a while.
        static ARCHIVE: OnceLock<(Vec<u8>, String)> = OnceLock::new();
        let (archive, digest) = ARCHIVE.get_or_init(|| {
            let archive = archive(program);
            let hash = Sha256::digest(&archive);
            let digest = hash.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            (archive, digest)
        });
        let name = format!("pixi-{}-unknown-linux-musl.tar.gz", std::env::consts::ARCH);
        let folder = format!("/prefix-dev/pixi/releases/download/v{VERSION}");
        let listed = serde_json::json!([{
            "tag_name": format!("v{VERSION}"), "draft": false, "prerelease": false,
            "assets": [{"name": name, "state": "uploaded"}],
        }]);
        let files = [
            (format!("{folder}/{name}"), archive.clone()),
            (format!("{folder}/{name}.sha256"), format!("{digest}  {name}\n").into_bytes()),
            ("/repos/prefix-dev/pixi/releases".to_owned(), listed.to_string().into_bytes()),
        ];
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, files) = (Arc::clone(&stop), Arc::new(files));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let files = Arc::clone(&files);
                std::thread::spawn(move || serve(stream.unwrap(), &*files));
            }
        });
        Self { port, stop, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Releases {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, files: &[(String, Vec<u8>)]) {
    let mut lines = BufReader::new(&stream).lines();
    let Some(Ok(first)) = lines.next() else { return };
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let target = first.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let file = files.iter().find(|(known, _)| known == path);
    let (status, body) = file.map_or((404, &[][..]), |(_, body)| (200, body));
    let head = format!(
        "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    // Whoever asked may be gone.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

fn archive(program: &Path) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::none()));
    // Without its debug information it is a tenth to hash and unpack.
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("pixi");
    let strip = Command::new("strip").arg("-o").arg(&small).arg(program).status();
    let is_stripped = strip.is_ok_and(|status| status.success());
    let contents = std::fs::read(if is_stripped { &small } else { program }).unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_size(contents.len() as u64);
    header.set_mode(0o755);
    builder.append_data(&mut header, "pixi", &contents[..]).unwrap();
    builder.into_inner().unwrap().finish().unwrap()
}
