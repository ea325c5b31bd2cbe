//! How the engine knows the workspace: by the mounts of our own container, if we are in one.
//!
//! The host name says nothing (under act it is the host's, or the job container's). What the kernel
//! says about this process does: its control group, where its files are mounted from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::client::escaped;
use crate::{Engine, Error, Mount};

/// What the kernel says about the container this process is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// Ids that containers have, most telling first.
    ids: Vec<String>,
    /// The writable layer of the root file system.
    layer: Option<PathBuf>,
    /// What is mounted where: the path within the mounted file system, and here.
    mounts: Vec<(PathBuf, PathBuf)>,
}

impl Traces {
    /// Of this process.
    pub fn of_process() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        Self::parse(&read("/proc/self/cgroup"), &read("/proc/self/mountinfo"))
    }

    /// From the text of `/proc/self/cgroup` and `/proc/self/mountinfo`.
    pub fn parse(cgroup: &str, mountinfo: &str) -> Self {
        let mut traces = Self::default();
        for line in cgroup.lines() {
            traces.ids.extend(id_in(line));
        }
        for line in mountinfo.lines() {
            let fields: Vec<&str> = line.split(' ').collect();
            let (Some(root), Some(place)) = (fields.get(3), fields.get(4)) else { continue };
            let (root, place) = (unescaped(root), unescaped(place));
            if place == "/" {
                let layer = line.split(['=', ',', ' ']).skip_while(|part| *part != "upperdir");
                traces.layer = layer.skip(1).map(unescaped).map(PathBuf::from).next();
            }
            // The engine makes these files for each container, in a folder named by its id.
            if ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"].contains(&place.as_str()) {
                traces.ids.extend(id_in(&root));
            }
            traces.mounts.push((root.into(), place.into()));
        }
        let mut seen = std::collections::BTreeSet::new();
        traces.ids.retain(|id| seen.insert(id.clone()));
        traces
    }

    /// The innermost mount that holds a path.
    fn mount_of(&self, path: &Path) -> Option<&(PathBuf, PathBuf)> {
        let holding = self.mounts.iter().filter(|(_, place)| path.starts_with(place));
        holding.max_by_key(|(_, place)| place.components().count())
    }
}

/// The last 64 hexadecimal digits that stand alone.
fn id_in(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_id = |word: &&str| word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit());
    words.rfind(is_id).map(str::to_owned)
}

/// A field of mountinfo, in which blanks and a few others are octal escapes.
fn unescaped(field: &str) -> String {
    let mut text = field.to_owned();
    for (escape, character) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        text = text.replace(escape, character);
    }
    text
}

/// What a container beside ours needs to see what we see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbourhood {
    /// The workspace's mount, at the path it has here.
    pub mount: Mount,
    /// The network to join: our own container's.
    pub network: Option<String>,
    /// Labels by which a runner finds and removes what it started.
    pub labels: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Debug, Deserialize)]
struct Container {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "Mounts", default)]
    mounts: Vec<MountPoint>,
    #[serde(rename = "GraphDriver")]
    driver: Option<Driver>,
    #[serde(rename = "Config")]
    config: Option<Config>,
}

#[derive(Debug, Deserialize)]
struct MountPoint {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Name")]
    name: Option<String>,
    #[serde(rename = "Source")]
    source: PathBuf,
    #[serde(rename = "Destination")]
    destination: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Driver {
    #[serde(rename = "Data")]
    data: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
struct Config {
    #[serde(rename = "Labels")]
    labels: Option<BTreeMap<String, String>>,
}

impl Container {
    /// The innermost mount that holds a path.
    fn mount_of(&self, path: &Path) -> Option<&MountPoint> {
        let holding = self.mounts.iter().filter(|mount| path.starts_with(&mount.destination));
        holding.max_by_key(|mount| mount.destination.components().count())
    }

    fn is_ours_by_layer(&self, traces: &Traces) -> bool {
        let upper = self.driver.as_ref().and_then(|driver| driver.data.as_ref()?.get("UpperDir"));
        upper.map(PathBuf::from).is_some_and(|upper| Some(upper) == traces.layer)
    }

    /// Whether its mount that holds the path is the one we see there. Within its file system the
    /// source lacks the part above that file system's own mount point.
    fn is_ours_by_mount(&self, traces: &Traces, path: &Path) -> bool {
        let (Some((root, place)), Some(mount)) = (traces.mount_of(path), self.mount_of(path))
        else {
            return false;
        };
        let root = root.strip_prefix("/").unwrap_or(root);
        place != Path::new("/") && mount.destination == *place && mount.source.ends_with(root)
    }

    fn neighbourhood(&self, path: &Path) -> Result<Neighbourhood, Error> {
        let Some(mount) = self.mount_of(path) else {
            return Err(Error::NotMounted(path.to_owned()));
        };
        let target = mount.destination.clone();
        let mount = match (&mount.name, mount.kind.as_str()) {
            (Some(name), "volume") => Mount::Volume { name: name.clone(), target },
            _ => Mount::Folder { source: mount.source.clone(), target },
        };
        let labels = self.config.as_ref().and_then(|config| config.labels.clone());
        // The runner marks what is its own by a label without a value.
        let labels = labels.unwrap_or_default().into_iter().filter(|(_, value)| value.is_empty());
        let network = Some(format!("container:{}", self.id));
        Ok(Neighbourhood { mount, network, labels: labels.collect() })
    }
}

impl Engine {
    /// How another container sees `workspace`: through the mount our own container has, found by
    /// its traces; if the engine has no such container we are on the machine itself, and the
    /// folder is where it is. [`Engine::check`] proves it.
    ///
    /// # Errors
    /// Our own container is known and the workspace is in none of its mounts; the engine's.
    pub async fn neighbourhood(
        &self,
        traces: &Traces,
        workspace: &Path,
    ) -> Result<Neighbourhood, Error> {
        for id in &traces.ids {
            if let Some(container) = self.container(id).await? {
                return container.neighbourhood(workspace);
            }
        }
        let what = "list its containers";
        let listed: Vec<Listed> = self.find(what, "/containers/json").await?.unwrap_or_default();
        let mut alike = None;
        for listed in listed {
            let Some(container) = self.container(&listed.id).await? else { continue };
            if container.is_ours_by_layer(traces) {
                return container.neighbourhood(workspace);
            }
            if alike.is_none() && container.is_ours_by_mount(traces, workspace) {
                alike = Some(container);
            }
        }
        match alike {
            Some(container) => container.neighbourhood(workspace),
            None => Ok(Neighbourhood {
                mount: Mount::Folder { source: workspace.to_owned(), target: workspace.to_owned() },
                network: None,
                labels: BTreeMap::new(),
            }),
        }
    }

    async fn container(&self, id: &str) -> Result<Option<Container>, Error> {
        self.find("look at a container", &format!("/containers/{}/json", escaped(id))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "1111111111111111111111111111111111111111111111111111111111111111";
    const JOB: &str = "2222222222222222222222222222222222222222222222222222222222222222";

    fn mountinfo() -> String {
        format!(
            "600 500 0:50 / / rw - overlay overlay rw,lowerdir=/l/a:/l/b,upperdir=/var/lib/docker/overlay2/abc/diff,workdir=/w\n\
             601 600 8:1 /var/lib/docker/containers/{JOB}/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n\
             602 600 8:1 /home/runner/work/a\\040b/a\\040b /github/workspace rw - ext4 /dev/sda1 rw\n\
             603 600 8:1 /x /github rw - ext4 /dev/sda1 rw\nodd line\n"
        )
    }

    #[test]
    fn traces_of_a_container() {
        let traces = Traces::parse(
            &format!(
                "12:pids:/docker/{OWN}\n1:name=systemd:/system.slice/docker-{OWN}.scope\n0::/\n"
            ),
            &mountinfo(),
        );
        assert_eq!(traces.ids, [OWN, JOB]);
        assert_eq!(traces.layer, Some("/var/lib/docker/overlay2/abc/diff".into()));
        let (root, place) = traces.mount_of(Path::new("/github/workspace/x")).unwrap();
        assert_eq!(root, Path::new("/home/runner/work/a b/a b"));
        assert_eq!(place, Path::new("/github/workspace"));
    }

    #[test]
    fn a_plain_machine_leaves_no_trace() {
        let traces = Traces::parse(
            "0::/user.slice/session-1.scope\n",
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n",
        );
        assert!(traces.ids.is_empty() && traces.layer.is_none());
    }

    fn container(kind: &str, source: &str, destination: &str) -> Container {
        serde_json::from_value(serde_json::json!({
            "Id": OWN,
            "Mounts": [
                {"Type": kind, "Name": "vol", "Source": source, "Destination": destination},
                {"Type": "bind", "Source": "/", "Destination": "/host"},
            ],
            "GraphDriver": {"Data": {"UpperDir": "/var/lib/docker/overlay2/abc/diff"}},
            "Config": {"Labels": {"a1b2c3": "", "maintainer": "somebody"}},
        }))
        .unwrap()
    }

    #[test]
    fn the_mount_of_the_workspace_is_passed_on() {
        let folder = Path::new("/github/workspace/sub");
        let bound = container("bind", "/home/runner/work/r/r", "/github/workspace");
        let found = bound.neighbourhood(folder).unwrap();
        let (source, target) = ("/home/runner/work/r/r".into(), "/github/workspace".into());
        assert_eq!(found.mount, Mount::Folder { source, target });
        assert_eq!(found.network, Some(format!("container:{OWN}")));
        assert_eq!(found.labels.keys().collect::<Vec<_>>(), ["a1b2c3"]);
        let volume = container("volume", "/var/lib/docker/volumes/vol/_data", "/github/workspace");
        let (name, target) = ("vol".to_owned(), "/github/workspace".into());
        assert_eq!(volume.neighbourhood(folder).unwrap().mount, Mount::Volume { name, target });
        let other = container("bind", "/x", "/elsewhere");
        assert_eq!(other.neighbourhood(folder), Err(Error::NotMounted(folder.to_owned())));
    }

    #[test]
    fn our_own_container_is_known_by_layer_or_mount() {
        let traces = Traces::parse("", &mountinfo());
        let workspace = Path::new("/github/workspace");
        let ours = container("bind", "/data/home/runner/work/a b/a b", "/github/workspace");
        assert!(ours.is_ours_by_layer(&traces) && ours.is_ours_by_mount(&traces, workspace));
        let other = container("bind", "/home/runner/work/c/c", "/github/workspace");
        assert!(!other.is_ours_by_mount(&traces, workspace));
        assert!(!ours.is_ours_by_mount(&traces, Path::new("/srv/x")), "the root is everybody's");
    }
}
