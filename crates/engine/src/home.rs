//! A home directory that the user of the build may write, put into a container as an archive: no
//! image has one for the number of whoever owns a workspace.

/// Where it is.
pub(crate) const HOME: &str = "/build-home";

/// The largest number an owner's field holds.
const LARGEST: u32 = 0o7_777_777;

/// A tar archive that holds the one directory. Whoever cannot be named as its owner may write it
/// all the same: nobody else is in that container.
pub(crate) fn archive(uid: u32, gid: u32) -> Vec<u8> {
    let mut header = [0_u8; 512];
    let name = HOME.trim_start_matches('/');
    let fields: [(usize, String); 9] = [
        (0, format!("{name}/")),
        (100, "0001777\0".to_owned()),
        (108, format!("{:07o}\0", fitting(uid))),
        (116, format!("{:07o}\0", fitting(gid))),
        (124, "00000000000\0".to_owned()),
        (136, "00000000000\0".to_owned()),
        // The checksum counts itself as blanks.
        (148, " ".repeat(8)),
        (156, "5".to_owned()),
        (257, "ustar\x0000".to_owned()),
    ];
    let mut put = |at: usize, text: &str| {
        for (byte, value) in header.iter_mut().skip(at).zip(text.bytes()) {
            *byte = value;
        }
        header.iter().map(|byte| u32::from(*byte)).sum::<u32>()
    };
    let sum = fields.iter().map(|(at, text)| put(*at, text)).last().unwrap_or_default();
    put(148, &format!("{sum:06o}\0 "));
    let mut archive = header.to_vec();
    // Two empty blocks end an archive.
    archive.resize(3 * 512, 0);
    archive
}

fn fitting(id: u32) -> u32 {
    if id > LARGEST { 0 } else { id }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn tar_reads_it() {
        let mut tar = Command::new("tar")
            .args(["--list", "--verbose", "--numeric-owner", "--file", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        tar.stdin.take().unwrap().write_all(&archive(1001, 127)).unwrap();
        let output = tar.wait_with_output().unwrap();
        assert!(output.status.success());
        let listed = String::from_utf8(output.stdout).unwrap();
        assert!(listed.starts_with("drwxrwxrwt 1001/127"), "{listed}");
        assert_eq!(archive(u32::MAX, 7).len(), 1536);
        assert!(listed.trim_end().ends_with("build-home/"), "{listed}");
    }
}
