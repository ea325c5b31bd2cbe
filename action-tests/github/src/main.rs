//! The stand-in as a program, for containers and demonstrations.
//!
//! ```text
//! github-stand-in --listen 0.0.0.0:8080 --repository octo/demo=/srv/demo.git --token ghs_...
//! ```
#![expect(clippy::print_stdout, reason = "the address it listens on is its output")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use github_stand_in::{Builder, Clock, GitHub, Permissions, Protection, Settings, seed};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "\
usage: github-stand-in --repository OWNER/NAME=PATH --token TOKEN [OPTIONS]

  --listen ADDRESS           address and port [127.0.0.1:0]
  --repository OWNER/NAME=PATH
                             a bare repository; a work tree or a bundle is cloned (needs git)
  --token TOKEN              a token that may do everything; ghs_... is one of a workflow run
  --read-token TOKEN         a token that may only read
  --private                  the repositories are private
  --immutable-releases       releases are frozen when they are published
  --protect BRANCH           changes to the branch need a pull request
  --enterprise               print addresses in the form of GitHub Enterprise Server
  --openapi FILE             hold requests and answers to GitHub's OpenAPI description
  --graphql-schema FILE      hold GraphQL documents to GitHub's schema
  --address-file FILE        write the base address into a file once it listens
";

struct Options {
    builder: Builder,
    settings: Settings,
    repositories: Vec<(String, String, PathBuf)>,
    address_file: Option<PathBuf>,
    enterprise: bool,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{USAGE}");
        return Ok(());
    }
    let options = parse(arguments)?;
    let clones = tempfile::tempdir().context("cannot make a folder for clones")?;
    let mut builder = options.builder.clock(Clock::System);
    for (number, (owner, name, path)) in options.repositories.into_iter().enumerate() {
        let path = bare(&path, &clones.path().join(number.to_string()))?;
        builder = builder.repository_with(&owner, &name, path, options.settings.clone());
    }
    if options.enterprise {
        builder = builder.enterprise();
    }
    let server = builder.start()?;
    println!("{}", server.server_url());
    if let Some(file) = options.address_file {
        std::fs::write(&file, server.server_url())
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    until_told_to_stop()
}

/// As the first process of a container it gets no default handling of signals.
fn until_told_to_stop() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    })
}

/// The bare repository itself, or a bare clone of what is there.
fn bare(path: &Path, clone: &Path) -> Result<PathBuf> {
    if path.join("HEAD").is_file() && path.join("objects").is_dir() {
        return Ok(path.to_owned());
    }
    seed::bare_clone(path, clone)
        .with_context(|| format!("{} is not a bare repository", path.display()))?;
    Ok(clone.to_owned())
}

fn parse(arguments: Vec<String>) -> Result<Options> {
    let mut options = Options {
        builder: GitHub::builder(),
        settings: Settings::default(),
        repositories: Vec::new(),
        address_file: None,
        enterprise: false,
    };
    let mut arguments = arguments.into_iter();
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--private" => options.settings.private = true,
            "--immutable-releases" => options.settings.immutable_releases = true,
            "--enterprise" => options.enterprise = true,
            _ => {
                let value =
                    arguments.next().with_context(|| format!("{name} needs a value\n\n{USAGE}"))?;
                options = with_value(options, &name, &value)?;
            }
        }
    }
    if options.repositories.is_empty() {
        bail!("no --repository was given\n\n{USAGE}");
    }
    Ok(options)
}

fn with_value(mut options: Options, name: &str, value: &str) -> Result<Options> {
    match name {
        "--listen" => {
            let address: SocketAddr = value.parse().context("--listen takes ADDRESS:PORT")?;
            options.builder = options.builder.listen(address);
        }
        "--repository" => {
            let (full, path) =
                value.split_once('=').context("--repository takes OWNER/NAME=PATH")?;
            let (owner, name) =
                full.split_once('/').context("--repository takes OWNER/NAME=PATH")?;
            options.repositories.push((owner.to_owned(), name.to_owned(), path.into()));
        }
        "--token" => options.builder = options.builder.token(value, Permissions::all()),
        "--read-token" => options.builder = options.builder.token(value, Permissions::read()),
        "--protect" => options.settings.protected.push(Protection::of(value)),
        "--openapi" => options.builder = options.builder.openapi(value),
        "--graphql-schema" => options.builder = options.builder.graphql_schema(value),
        "--address-file" => options.address_file = Some(value.into()),
        _ => bail!("unknown option {name}\n\n{USAGE}"),
    }
    Ok(options)
}
