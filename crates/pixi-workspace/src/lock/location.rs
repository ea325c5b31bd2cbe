//! What a location says: archive names of conda, wheel names, fragments.

/// The parts of `…/linux-64/libtorch-2.9.1-cuda129_mkl_h5fb6ac3_302.conda`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Archive<'l> {
    pub(super) subdir: &'l str,
    pub(super) name: &'l str,
    pub(super) version: &'l str,
    pub(super) build: &'l str,
}

impl<'l> Archive<'l> {
    /// The archive at a location; `None` for a folder.
    pub(super) fn of(location: &'l str) -> Option<Self> {
        let path = bare(location);
        let (folder, file) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
        let stem = file.strip_suffix(".conda").or_else(|| file.strip_suffix(".tar.bz2"))?;
        let (rest, build) = stem.rsplit_once('-')?;
        let (name, version) = rest.rsplit_once('-')?;
        let subdir = folder.rsplit(['/', '\\']).next().unwrap_or_default();
        Some(Self { subdir, name, version, build })
    }
}

/// A location without query and fragment.
fn bare(location: &str) -> &str {
    let end = location.find(['#', '?']).unwrap_or(location.len());
    location.get(..end).unwrap_or(location)
}

/// The digest of `#sha256=…`, or nothing.
pub(super) fn fragment(location: &str) -> &str {
    let fragment = location.split_once('#').map_or("", |(_, fragment)| fragment);
    fragment.split('&').find_map(|part| part.strip_prefix("sha256=")).unwrap_or_default()
}

/// Name and version of a wheel by its file name; the version may be percent-encoded.
pub(super) fn wheel(location: &str) -> Option<(String, String)> {
    let path = bare(location);
    let file = path.rsplit(['/', '\\']).next()?;
    let mut parts = file.strip_suffix(".whl")?.split('-');
    Some((parts.next()?.to_owned(), decoded(parts.next()?)))
}

/// A folder of the workspace rather than an archive or something on the network.
pub(super) fn is_folder(location: &str) -> bool {
    let path = bare(location);
    let is_remote = path.contains("://") || path.starts_with("git+") || path.starts_with("direct+");
    let archives = [".whl", ".tar.gz", ".tar.bz2", ".zip", ".tgz"];
    !is_remote && !archives.iter().any(|end| path.ends_with(end))
}

/// `2.6.0%2Bcu124` as `2.6.0+cu124`; what is no code stays.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code =
            after.get(..2).filter(|code| *first == b'%' && code.iter().all(u8::is_ascii_hexdigit));
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// A name as PEP 503 has it.
pub(super) fn normalised(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for character in name.chars() {
        if matches!(character, '-' | '_' | '.') {
            if !normal.ends_with('-') {
                normal.push('-');
            }
        } else {
            normal.push(character.to_ascii_lowercase());
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_say_what_they_hold() {
        let archive = Archive::of(
            "https://c/conda-forge/linux-64/ld_impl_linux-64-2.45.1-default_hbd_102.conda",
        );
        let expected = Archive {
            subdir: "linux-64",
            name: "ld_impl_linux-64",
            version: "2.45.1",
            build: "default_hbd_102",
        };
        assert_eq!(archive, Some(expected));
        assert_eq!(
            Archive::of("./a-1-0.tar.bz2#sha256=aa").map(|archive| archive.build),
            Some("0")
        );
        for folder in ["./child", "a-b.conda", "", "x.whl"] {
            assert_eq!(Archive::of(folder), None, "{folder}");
        }
    }

    #[test]
    fn wheels_and_fragments() {
        let wheel =
            wheel("https://x/whl/torch-2.6.0%2Bcu124-cp312-cp312-linux_x86_64.whl#sha256=ab12");
        assert_eq!(wheel, Some(("torch".to_owned(), "2.6.0+cu124".to_owned())));
        assert_eq!(fragment("https://x/t.whl#sha256=ab12"), "ab12");
        assert_eq!(fragment("https://x/t.whl#egg=a&sha256=cd"), "cd");
        assert_eq!(fragment("https://x/t.whl"), "");
        assert_eq!(decoded("50%"), "50%");
        assert_eq!(decoded("%zz%+1%2b"), "%zz%+1+");
        assert_eq!(normalised("Jinja2._-x"), "jinja2-x");
        for (location, folder) in [
            (".", true),
            ("./pkg", true),
            ("../a", true),
            ("./l/x-1.0-py3-none-any.whl", false),
            ("https://x/a", false),
            ("git+ssh://x/a", false),
            ("direct+file:///a", false),
        ] {
            assert_eq!(is_folder(location), folder, "{location}");
        }
    }
}
