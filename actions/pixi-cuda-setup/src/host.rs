//! The machine below: whether it has an NVIDIA driver.
//!
//! The files are the kernel's and not the container's, so a container sees them though it has no
//! GPU of its own: the steps after this one run on the host, and there they count.

use std::path::{Path, PathBuf};

/// What only a machine with the driver has.
const SIGNS: &[&str] = &[
    "proc/driver/nvidia/version",
    "dev/nvidiactl",
    "dev/nvidia0",
    // The driver of Windows, as its Linux sees it.
    "usr/lib/wsl/lib/libcuda.so.1",
];

/// The sign of an NVIDIA driver, where there is one. With a driver there must be no override: it
/// would hide what the driver can.
pub fn driver() -> Option<PathBuf> {
    driver_below(Path::new("/"))
}

fn driver_below(root: &Path) -> Option<PathBuf> {
    SIGNS.iter().map(|sign| root.join(sign)).find(|sign| sign.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_leaves_signs() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(driver_below(root.path()), None);
        for sign in ["dev/nvidiactl", "proc/driver/nvidia/version"] {
            let path = root.path().join(sign);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "").unwrap();
            assert_eq!(driver_below(root.path()), Some(path));
        }
    }
}
