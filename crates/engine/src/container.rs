//! One container: made, looked into, started, listened to, removed.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use http::{Method, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::{Body, accepted, answer, escaped, json};
use crate::frames::Frames;
use crate::home;
use crate::image::Reference;
use crate::removal::Removal;
use crate::{Engine, Error, Neighbourhood};

/// Marks the containers of this crate; its value says for which workspace.
const LABEL: &str = "sibling-of";
/// What the engine gives to programs where the image says nothing.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// How long the rest of the output may take once the container has ended.
const REST: Duration = Duration::from_secs(2);

/// A mount as the engine makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mount {
    /// A folder of the machine the engine runs on.
    Folder {
        /// There.
        source: PathBuf,
        /// In the container.
        target: PathBuf,
    },
    /// A named volume.
    Volume {
        /// Its name.
        name: String,
        /// In the container.
        target: PathBuf,
    },
}

impl Mount {
    fn json(&self) -> Value {
        match self {
            Self::Folder { source, target } => {
                json!({"Type": "bind", "Source": source, "Target": target})
            }
            Self::Volume { name, target } => {
                json!({"Type": "volume", "Source": name, "Target": target})
            }
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Folder { source, target } => {
                format!("{}:{}", source.display(), target.display())
            }
            Self::Volume { name, target } => format!("{name}:{}", target.display()),
        }
    }
}

/// What a check found out about an image and the place it is to run in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    image: Reference,
    neighbourhood: Neighbourhood,
    shell: &'static str,
    path: String,
}

impl Checked {
    /// The shell commands run in.
    pub fn shell(&self) -> &'static str {
        self.shell
    }
}

/// A command to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job<'j> {
    /// For the shell; may have several lines.
    pub command: &'j str,
    /// Where it runs, the same path as here.
    pub directory: &'j Path,
    /// Whom it runs as: number of user and group.
    pub user: (u32, u32),
    /// Its variables. `PATH` and `HOME` are set here: the image's own path with the programs the
    /// user installs first, and a home that the user may write.
    pub env: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Made {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Deserialize)]
struct Ended {
    #[serde(rename = "StatusCode")]
    status: i64,
}

#[derive(Deserialize)]
struct Stat {
    mtime: String,
}

impl Stat {
    /// When it was changed last: seconds and nanoseconds.
    fn modified(&self) -> Option<(i64, i64)> {
        let time: jiff::Timestamp = self.mtime.parse().ok()?;
        Some((time.as_second(), i64::from(time.subsec_nanosecond())))
    }
}

impl Engine {
    /// Proves that containers of this image can be made and see this `workspace`, and looks which
    /// shell they have: bash where there is one, as the container of python-semantic-release's
    /// action has. Nothing is started. What an earlier run that was killed left for the same
    /// workspace is removed.
    ///
    /// # Errors
    /// [`Error::Elsewhere`] when the container sees another folder; the engine's.
    pub async fn check(
        &self,
        image: &Reference,
        neighbourhood: Neighbourhood,
        workspace: &Path,
    ) -> Result<Checked, Error> {
        self.sweep(&neighbourhood.mount).await?;
        let path = self.path_of(image).await?.unwrap_or_else(|| PATH.to_owned());
        let checked = Checked { image: image.clone(), neighbourhood, shell: "/bin/sh", path };
        let elsewhere = |reason: String| Error::Elsewhere { path: workspace.to_owned(), reason };
        let job = Job { command: "", directory: workspace, user: (0, 0), env: Vec::new() };
        let made = self.create(&checked, &job).await.map_err(|error| match error {
            // The engine does not have the folder of the mount.
            Error::Refused { status: 400, message, .. } => elsewhere(message),
            error => error,
        })?;
        let _removal = Removal::new(self, &made);
        let before = modified(workspace);
        let Some(seen) = self.stat(&made, workspace).await? else {
            return Err(elsewhere("there is nothing".to_owned()));
        };
        // Somebody may have written into the folder between the two looks.
        let seen = seen.modified();
        if before != seen && modified(workspace) != seen {
            return Err(elsewhere("what is there was changed at another time".to_owned()));
        }
        let mut shell = "";
        for candidate in ["/bin/bash", "/bin/sh"] {
            if self.stat(&made, Path::new(candidate)).await?.is_some() {
                shell = candidate;
                break;
            }
        }
        if shell.is_empty() {
            let reason = "it has no shell, neither /bin/bash nor /bin/sh".to_owned();
            return Err(Error::Image { image: image.as_str().to_owned(), reason });
        }
        Ok(Checked { shell, ..checked })
    }

    /// Runs a command and gives its exit code. `lines` hears its output line by line. The container
    /// is removed in any case, also when this future is dropped.
    ///
    /// # Errors
    /// The engine's. The command may have run then, wholly or in part.
    pub async fn run(
        &self,
        checked: &Checked,
        job: &Job<'_>,
        lines: &mut impl FnMut(&str),
    ) -> Result<i64, Error> {
        let id = self.create(checked, job).await?;
        let _removal = Removal::new(self, &id);
        let archive = Body::Tar(home::archive(job.user.0, job.user.1));
        let path = format!("/containers/{id}/archive?path=%2F");
        self.ask("make a home in a container", Method::PUT, &path, archive).await?;
        let what = "attach to a container";
        let path = format!("/containers/{id}/attach?stream=1&stdout=1&stderr=1");
        let output = self.send(what, Method::POST, &path, Body::Nothing).await?;
        let output = accepted(what, output).await?;
        let path = format!("/containers/{id}/start");
        self.ask("start a container", Method::POST, &path, Body::Nothing).await?;
        self.listen(&id, output, lines).await
    }

    async fn listen(
        &self,
        id: &str,
        output: Response<Incoming>,
        lines: &mut impl FnMut(&str),
    ) -> Result<i64, Error> {
        let mut output = output.into_body();
        let mut frames = Frames::default();
        let mut open = true;
        let end = self.ended(id);
        tokio::pin!(end);
        let status = loop {
            tokio::select! {
                status = &mut end => break status,
                open_still = next(&mut output, &mut frames, lines), if open => open = open_still,
            }
        };
        let rest = async { while open && next(&mut output, &mut frames, lines).await {} };
        tokio::time::timeout(REST, rest).await.ok();
        if frames.finish(lines) {
            lines("(the rest of the output was lost)");
        }
        status
    }

    /// Waits until a container has ended; its exit code.
    async fn ended(&self, id: &str) -> Result<i64, Error> {
        let what = "wait for a container";
        let path = format!("/containers/{id}/wait");
        let response = self.send(what, Method::POST, &path, Body::Nothing).await?;
        let body = accepted(what, response).await?.into_body().collect().await;
        let body = body.map_err(|error| answer(what, error.to_string()))?.to_bytes();
        Ok(json::<Ended>(what, &body)?.status)
    }

    async fn create(&self, checked: &Checked, job: &Job<'_>) -> Result<String, Error> {
        let Checked { image, neighbourhood, shell, path } = checked;
        let own = [
            ("HOME".to_owned(), home::HOME.to_owned()),
            ("PATH".to_owned(), format!("{}/.local/bin:{path}", home::HOME)),
        ];
        // An entry without `=` takes a variable of the image out.
        let env: Vec<String> =
            own.iter().chain(&job.env).map(|(name, value)| format!("{name}={value}")).collect();
        let mut labels: BTreeMap<&str, &str> = neighbourhood
            .labels
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let workspace = neighbourhood.mount.label();
        labels.insert(LABEL, &workspace);
        let body = json!({
            "Image": image.plain(),
            "Entrypoint": [shell],
            "Cmd": ["-c", job.command],
            "Env": env,
            "User": format!("{}:{}", job.user.0, job.user.1),
            "WorkingDir": job.directory,
            "Labels": labels,
            "HostConfig": {
                "Mounts": [neighbourhood.mount.json()],
                "NetworkMode": neighbourhood.network.as_deref().unwrap_or("default"),
            },
        });
        let what = "make a container";
        let made = self.ask(what, Method::POST, "/containers/create", Body::Json(body)).await?;
        Ok(json::<Made>(what, &made)?.id)
    }

    /// A file in a container's file system, its mounts included; `None` where there is none.
    async fn stat(&self, id: &str, path: &Path) -> Result<Option<Stat>, Error> {
        let what = "look into a container";
        let path = escaped(&path.to_string_lossy());
        let path = format!("/containers/{id}/archive?path={path}");
        let response = self.send(what, Method::HEAD, &path, Body::Nothing).await?;
        if response.status().as_u16() == 404 {
            return Ok(None);
        }
        let response = accepted(what, response).await?;
        let stat = response.headers().get("x-docker-container-path-stat");
        let bytes = stat.and_then(|stat| base64::prelude::BASE64_STANDARD.decode(stat).ok());
        json(what, &bytes.ok_or_else(|| answer(what, "it says nothing about the file"))?).map(Some)
    }

    /// Removes what earlier runs left for a workspace.
    async fn sweep(&self, mount: &Mount) -> Result<(), Error> {
        let filter = json!({"label": [format!("{LABEL}={}", mount.label())]}).to_string();
        let path = format!("/containers/json?all=1&filters={}", escaped(&filter));
        let left: Vec<Made> = self.find("list its containers", &path).await?.unwrap_or_default();
        for container in left {
            drop(Removal::new(self, &container.id));
        }
        Ok(())
    }
}

/// Takes the next piece of output; whether there may be more.
async fn next(output: &mut Incoming, frames: &mut Frames, lines: &mut impl FnMut(&str)) -> bool {
    match output.frame().await {
        Some(Ok(frame)) => {
            frames.push(frame.data_ref().map_or(&[], |data| data.as_ref()), lines);
            true
        }
        // How it went is said by the exit code.
        Some(Err(_)) | None => false,
    }
}

/// When a folder was changed last: seconds and nanoseconds.
fn modified(path: &Path) -> Option<(i64, i64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.mtime(), metadata.mtime_nsec()))
}
