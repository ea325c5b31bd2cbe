//! History beside a shallow clone: a temporary repository that borrows the clone's objects.
//!
//! What a server sends is kept in a folder of its own, with `objects/info/alternates` pointing to
//! the clone. Opened, the two are one whole repository, and the clone is as it was.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use crate::{Head, HistoryError, Oid, Repository};

/// The largest object that is unpacked while a pack is read, in bytes: commits and trees are far
/// smaller, and a server must not be able to fill the memory.
const LARGEST_OBJECT: usize = 256 * 1024 * 1024;

const CONFIG: &str = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n";

/// Where a git that fetches into the folder puts the server's tags: beside those of the clone.
const SERVER_TAGS: &str = "refs/server/tags/";

/// A tag as a server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerTag {
    /// Short name, without `refs/tags/`.
    pub name: String,
    /// What the ref points to.
    pub object: Oid,
    /// What that finally leads to, for a tag object.
    pub peeled: Option<Oid>,
}

/// The folder of a temporary repository.
#[derive(Clone, Debug)]
pub struct Annex {
    folder: PathBuf,
}

impl Annex {
    /// Makes an empty bare repository in a folder that exists.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn create(folder: &Path) -> Result<Self, HistoryError> {
        let annex = Self { folder: folder.to_owned() };
        for sub in ["objects/info", "objects/pack", "refs/tags"] {
            std::fs::create_dir_all(folder.join(sub)).map_err(kept)?;
        }
        annex.write("HEAD", "ref: refs/heads/none\n")?;
        annex.write("config", CONFIG)?;
        Ok(annex)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps a pack, checked whole, and returns how many objects it has.
    ///
    /// # Errors
    /// It cannot be read, is damaged, cut off, or needs objects that it does not have.
    pub fn add_pack(&self, pack: &mut dyn BufRead) -> Result<u32, HistoryError> {
        let bad = |error: gix::Error| HistoryError::BadPack { reason: error.to_string() };
        let options = gix_pack::bundle::write::Options {
            thread_limit: Some(1),
            alloc_limit_bytes: Some(LARGEST_OBJECT),
            ..gix_pack::bundle::write::Options::default()
        };
        let written = gix_pack::Bundle::write_to_directory(
            pack,
            Some(&self.folder.join("objects/pack")),
            &mut gix::progress::Discard,
            &AtomicBool::new(false),
            None::<gix::objs::find::Never>,
            gix::hash::Kind::Sha1,
            options,
        );
        Ok(written.map_err(bad)?.index.num_objects)
    }

    /// How `git fetch` is told to bring the tags.
    pub fn refspec() -> String {
        format!("+refs/tags/*:{SERVER_TAGS}*")
    }

    /// The tags that a git brought with [`Annex::refspec`].
    ///
    /// # Errors
    /// Refs that cannot be read.
    pub fn server_tags(&self) -> Result<Vec<ServerTag>, HistoryError> {
        let inner = gix::open(&self.folder)
            .map_err(|error| HistoryError::corrupt("the fetched history", error))?;
        let found = direct(&inner, SERVER_TAGS)?;
        let short = |name: &str| name.strip_prefix(SERVER_TAGS).unwrap_or(name).to_owned();
        let tag =
            |(name, object): (String, Oid)| ServerTag { name: short(&name), object, peeled: None };
        Ok(found.into_iter().map(tag).collect())
    }

    /// Opens annex and clone as one repository whose `HEAD` is given. The clone's own tags and
    /// replacements are there; the server's tags are added where the clone has none of the name.
    ///
    /// # Errors
    /// The clone's refs cannot be read, the history of `head` is not whole.
    pub fn open(
        &self,
        clone: &Repository,
        head: &Head,
        tags: &[ServerTag],
    ) -> Result<Repository, HistoryError> {
        let objects = clone.inner.objects.store_ref().path();
        let objects = objects.canonicalize().map_err(kept)?;
        self.write("objects/info/alternates", &alternate(&objects)?)?;
        // A git that fetched into the folder has left settings of its own.
        self.write("config", CONFIG)?;
        self.write("packed-refs", &packed_refs(clone, head, tags)?)?;
        let pointer = match head {
            Head::Branch { name, .. } => format!("ref: refs/heads/{name}\n"),
            Head::Detached { commit } => format!("{commit}\n"),
        };
        self.write("HEAD", &pointer)?;
        let inner = gix::open(&self.folder)
            .map_err(|error| HistoryError::corrupt("the fetched history", error))?;
        let mut whole = Repository::over(inner);
        whole.work_dir = clone.work_dir().map(Path::to_owned);
        whole.is_annex = true;
        for commit in clone.boundary(clone.head()?.commit())? {
            for parent in whole.commit(commit)?.parents {
                if !whole.has(parent) {
                    let reason = format!("{parent}, the parent of {commit}, is not in it");
                    return Err(HistoryError::BadPack { reason });
                }
            }
        }
        Ok(whole)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), HistoryError> {
        std::fs::write(self.folder.join(name), text).map_err(kept)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form `map_err` wants")]
fn kept(error: std::io::Error) -> HistoryError {
    HistoryError::BadPack { reason: format!("it cannot be kept: {error}") }
}

/// The line that names the clone's objects, quoted where git needs it.
fn alternate(objects: &Path) -> Result<String, HistoryError> {
    let text = objects.to_str().ok_or_else(|| HistoryError::BadPack {
        reason: format!("the path `{}` is not UTF-8", objects.display()),
    })?;
    if !text.contains(['"', '\\', '\n']) {
        return Ok(format!("{text}\n"));
    }
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    Ok(format!("\"{quoted}\"\n"))
}

/// All refs in git's packed form. A tag of the clone stays where it is: whoever moved it here
/// meant it, and `git fetch` does not move it either.
fn packed_refs(
    clone: &Repository,
    head: &Head,
    tags: &[ServerTag],
) -> Result<String, HistoryError> {
    let mut refs: BTreeMap<String, (Oid, Option<Oid>)> = BTreeMap::new();
    for tag in tags {
        let name = format!("refs/tags/{}", tag.name);
        if gix::validate::reference::name(name.as_str().into()).is_ok() {
            refs.insert(name, (tag.object, tag.peeled));
        }
    }
    for tag in clone.tags()? {
        refs.insert(format!("refs/tags/{}", tag.name), (tag.object, tag.packed()));
    }
    if let Head::Branch { name, commit } = head {
        refs.insert(format!("refs/heads/{name}"), (*commit, None));
    }
    for (name, object) in direct(&clone.inner, "refs/replace/")? {
        refs.insert(name, (object, None));
    }
    let mut text = "# pack-refs with: peeled sorted \n".to_owned();
    for (name, (object, peeled)) in refs {
        let _ = writeln!(text, "{object} {name}");
        if let Some(peeled) = peeled {
            let _ = writeln!(text, "^{peeled}");
        }
    }
    Ok(text)
}

/// The refs below a prefix that point to objects.
fn direct(inner: &gix::Repository, prefix: &str) -> Result<Vec<(String, Oid)>, HistoryError> {
    let broken = |e: gix::Error| HistoryError::corrupt(prefix, e);
    let platform = inner.references().map_err(broken)?;
    let mut found = Vec::new();
    for reference in platform.prefixed(prefix).map_err(broken)? {
        let reference = reference.map_err(broken)?;
        if let Some(id) = reference.target().try_id() {
            found.push((reference.name().as_bstr().to_string(), Oid(id.to_owned())));
        }
    }
    Ok(found)
}
