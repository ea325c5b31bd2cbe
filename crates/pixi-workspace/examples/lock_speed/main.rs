//! How long a large lock takes to read, beside one pass of the YAML event parser over the same
//! text in the same run.
//!
//! ```text
//! cargo run --release -p pixi-workspace --example lock_speed             # 5 MB, 20 environments
//! cargo run --release -p pixi-workspace --example lock_speed -- pixi.lock
//! ```
//!
//! `--write FOLDER ENVIRONMENTS BYTES` writes such a workspace, `--events FILE` is that one pass and
//! nothing else: `cargo xtask bench pixi` measures a whole check with them.

#![expect(clippy::print_stdout, reason = "it says what it measured")]

mod generate;

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use diagnostics::Source;
use generate::Workspace;
use pixi_workspace::lock::{Lock, read};
use saphyr_parser::Parser;

// The one of the binary, so that like is compared with like.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

const ROUNDS: usize = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let text = match arguments.as_slice() {
        ["--write", folder, environments, bytes] => {
            let made = Workspace::new(environments.parse()?, bytes.parse()?);
            std::fs::write(Path::new(folder).join("pixi.toml"), made.manifest())?;
            return Ok(std::fs::write(Path::new(folder).join("pixi.lock"), made.lock())?);
        }
        ["--events", file] => {
            println!("{}", events(&std::fs::read_to_string(file)?));
            return Ok(());
        }
        [file] => std::fs::read_to_string(file)?,
        _ => Workspace::new(20, 5_000_000).lock(),
    };
    let source = Source::file("pixi.lock", text);
    let lock = read(&source).map_err(|trouble| format!("{:?}", trouble.kind))?;
    println!("{}", subject(&lock));
    // In turns, so that a slow moment hits both.
    let mut passes = Vec::new();
    let mut reads = Vec::new();
    for _ in 0..ROUNDS {
        passes.push(timed(|| black_box(events(source.contents()))));
        reads.push(timed(|| black_box(read(&source).is_ok())));
    }
    let (pass, read) = (fastest(&passes), fastest(&reads));
    println!("one pass of the event parser: {:.1} ms", milliseconds(pass));
    println!("reading the lock:             {:.1} ms", milliseconds(read));
    println!("ratio:                        {:.2}", read.as_secs_f64() / pass.as_secs_f64());
    Ok(())
}

fn subject(lock: &Lock) -> String {
    let rows: usize = lock.environments.iter().map(|environment| environment.rows.len()).sum();
    format!(
        "{} bytes, format {}, {} environments, {rows} rows, {} packages; fastest of {ROUNDS} rounds",
        lock.source.contents().len(),
        lock.version,
        lock.environments.len(),
        lock.packages.len()
    )
}

fn events(text: &str) -> usize {
    let mut parser = Parser::new_from_str(text);
    std::iter::from_fn(|| parser.next_event()).take_while(Result::is_ok).count()
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// What else runs on the machine only adds.
fn fastest(times: &[Duration]) -> Duration {
    times.iter().copied().min().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
