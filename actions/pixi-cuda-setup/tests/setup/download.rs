//! Good and bad downloads: after a bad one nothing is installed.

use std::time::{Duration, Instant};

use diagnostics::Exit;
use tar::EntryType;

use crate::house::{House, archive_path, assert_quiet, said};
use crate::program::{archive, archive_of, file, foreign, pixi, sha256};
use crate::server::Reply;

const EXACT: &[(&str, &str)] = &[("pixi-version", "0.77.0")];

#[test]
fn a_verified_pixi_is_where_later_steps_find_it() {
    let house = House::new();
    let outcome = house.run(EXACT);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.calls(), "pixi 0.77.0");
    let binary = house.temp.join("pixi-cuda-setup/0.77.0/pixi");
    assert_eq!(outcome.output("pixi-path"), binary.to_str().unwrap());
    assert_eq!(outcome.output("pixi-version"), "0.77.0");
    assert_eq!(outcome.output("changed"), "true");
    assert_eq!(std::fs::read(&binary).unwrap(), pixi("0.77.0"));
    let mode = std::os::unix::fs::MetadataExt::mode(&binary.metadata().unwrap());
    assert_eq!(mode & 0o7777, 0o755);
    let cache = house.temp.join("pixi-cuda-setup/cache");
    assert!(cache.is_dir());
    assert_eq!(
        outcome.env,
        [format!("PIXI_CACHE_DIR={}", cache.display()), "PIXI_NO_PROGRESS=true".to_owned()]
    );
    let path = archive_path("0.77.0");
    let mut asked = house.server.asked();
    asked.sort();
    assert_eq!(asked, [path.clone(), format!("{path}.sha256")], "no list for an exact version");
    assert_quiet(&outcome);
}

#[test]
fn published_digests_come_in_several_forms() {
    let house = House::new();
    let digest = sha256(&house.publish("0.77.0"));
    let other = sha256(b"other");
    let name = format!("{}.tar.gz", file());
    let forms = [
        digest.clone(),
        digest.to_uppercase(),
        format!("{digest} *{name}\n"),
        format!("{digest}  dist/{name}\r\n"),
        format!("{other}  pixi-x.zip\n{digest}  {name}\n"),
    ];
    for form in forms {
        let path = format!("{}.sha256", archive_path("0.77.0"));
        house.server.put(&path, Reply::Whole(form.clone().into_bytes()));
        let outcome = house.run(&[("pixi-version", "v0.77.0")]);
        assert_eq!(outcome.exit, Exit::Done, "{form}: {}", outcome.log);
        std::fs::remove_dir_all(house.temp.join("pixi-cuda-setup")).unwrap();
    }
}

#[test]
fn a_download_that_is_not_what_was_published_is_not_installed() {
    let whole = archive(&pixi("0.77.0"));
    let digest = |text: String| Reply::Whole(text.into_bytes());
    let name = format!("{}.tar.gz", file());
    let cases: Vec<(Option<Reply>, &str, &[&str])> = vec![
        (
            Some(digest(format!("{}  {name}\n", sha256(b"x")))),
            "install/mismatch",
            &["is not what was published", "run again"],
        ),
        (Some(digest("Not Found".to_owned())), "install/checksum", &["holds no SHA-256 digest"]),
        (
            Some(digest(format!("{}  pixi.zip\n", sha256(&whole)))),
            "install/checksum",
            &["other files"],
        ),
        (None, "install/checksum-missing", &["there is no published SHA-256", "pixi-sha256"]),
        (Some(Reply::Status(403)), "install/refused", &["answered 403", "pixi-url-headers"]),
    ];
    for (reply, code, says) in cases {
        let house = House::new();
        let path = format!("{}.sha256", archive_path("0.77.0"));
        match reply {
            Some(reply) => house.server.put(&path, reply),
            None => house.server.remove(&path),
        }
        let outcome = house.run(EXACT);
        house.assert_failed(&outcome, Exit::Outside, code, says);
        let address = house.server.url(&archive_path("0.77.0"));
        assert!(outcome.log.contains(&address), "{code}: {}", outcome.log);
    }
}

#[test]
fn a_pin_holds_beside_the_published_digest_and_without_it() {
    let house = House::new();
    let right = sha256(&house.publish("0.77.0"));
    let wrong = sha256(b"another");
    let sidecar = format!("{}.sha256", archive_path("0.77.0"));
    let run = |pin: &str| house.run(&[("pixi-version", "0.77.0"), ("pixi-sha256", pin)]);
    let says = ["does not have the SHA-256 of `pixi-sha256`", wrong.as_str(), right.as_str()];
    house.assert_failed(&run(&wrong), Exit::Outside, "install/mismatch", &says);
    house.assert_failed(&run("abc"), Exit::BadInput, "install/pin", &["64 hexadecimal digits"]);
    house.server.remove(&sidecar);
    house.assert_failed(&run(&wrong), Exit::Outside, "install/mismatch", &says);
    assert_eq!(run(&right.to_uppercase()).calls(), "pixi 0.77.0");
    std::fs::remove_dir_all(house.temp.join("pixi-cuda-setup")).unwrap();
    house.publish("0.77.0");
    assert_eq!(run(&right).calls(), "pixi 0.77.0");
    // Right for the user and wrong for the publisher is wrong.
    std::fs::remove_dir_all(house.temp.join("pixi-cuda-setup")).unwrap();
    house.server.put(&sidecar, Reply::Whole(wrong.clone().into_bytes()));
    house.assert_failed(&run(&right), Exit::Outside, "install/mismatch", &["what was published"]);
}

#[test]
fn an_archive_of_anything_else_is_not_installed() {
    let right = pixi("0.77.0");
    let file = EntryType::Regular;
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (archive_of(&[("pixi", EntryType::Symlink, b"")]), "as a symbolic link"),
        (archive_of(&[("pixi", EntryType::Link, b"")]), "as a hard link"),
        (archive_of(&[("pixi", file, &right), ("pixi", file, &right)]), "`pixi` twice"),
        (archive_of(&[("pixi", file, &right), ("README.md", file, b"x")]), "holds `README.md`"),
        (archive_of(&[("../pixi", file, &right)]), "holds `../pixi`"),
        (archive_of(&[("../../../../tmp/pixi-evil", file, &right)]), "holds `../../../../tmp"),
        (archive(&foreign()), "and this machine is"),
        (archive(b"#!/bin/sh\necho hello\n"), "neither a `.tar.gz` nor a Linux program"),
        (b"<html>sign in</html>".to_vec(), "neither a `.tar.gz` nor a Linux program"),
        (archive(&right)[..60].to_vec(), "cannot be read"),
    ];
    for (bytes, reason) in cases {
        let house = House::new();
        // Its digest is right: that alone is not enough.
        house.serve("0.77.0", bytes);
        let outcome = house.run(EXACT);
        let address = house.server.url(&archive_path("0.77.0"));
        house.assert_failed(&outcome, Exit::Outside, "install/archive", &[reason, &address]);
    }
    assert!(!std::path::Path::new("/tmp/pixi-evil").exists());
}

#[test]
fn a_program_of_another_version_is_not_installed() {
    let house = House::new();
    house.serve("0.77.0", archive(&pixi("0.48.2")));
    let outcome = house.run(EXACT);
    house.assert_failed(
        &outcome,
        Exit::Outside,
        "install/other-version",
        &["is pixi 0.48.2, not 0.77.0"],
    );
    house.serve("0.77.0", archive(&pixi("nonsense")));
    let outcome = house.run(EXACT);
    house.assert_failed(&outcome, Exit::Outside, "install/does-not-run", &["said `pixi nonsense`"]);
}

#[test]
fn a_version_that_does_not_exist_is_named_with_its_address() {
    let house = House::new();
    let outcome = house.run(&[("pixi-version", "0.99.0")]);
    let address = house.server.url(&archive_path("0.99.0"));
    let says = [address.as_str(), "there is no such file", "check `pixi-version`"];
    house.assert_failed(&outcome, Exit::Outside, "install/not-found", &says);
}

#[test]
fn a_cut_download_is_tried_again_and_then_given_up() {
    let house = House::new();
    let (path, whole) = (archive_path("0.77.0"), house.publish("0.77.0"));
    house.server.put(&path, Reply::Fails(2, 503, Box::new(Reply::Whole(whole.clone()))));
    let outcome = house.run(EXACT);
    assert_eq!(outcome.calls(), "pixi 0.77.0", "{}", outcome.log);
    assert!(outcome.log.contains("the server answered 503; waiting"), "{}", outcome.log);
    std::fs::remove_dir_all(house.temp.join("pixi-cuda-setup")).unwrap();
    house.server.put(&path, Reply::Cut(whole.clone(), whole.len() / 2));
    let outcome = house.run(EXACT);
    let address = house.server.url(&path);
    let says =
        ["the connection was cut", address.as_str(), "tried 5 times", "nothing was installed"];
    house.assert_failed(&outcome, Exit::Outside, "http/cut", &says);
}

#[test]
fn a_slow_download_says_how_far_it_is() {
    let house = House::new();
    let whole = house.publish("0.77.0");
    house.server.put(&archive_path("0.77.0"), Reply::Slow(whole, Duration::from_secs(6)));
    let started = Instant::now();
    let outcome = house.run(EXACT);
    assert!(started.elapsed() > Duration::from_secs(6));
    assert_eq!(outcome.calls(), "pixi 0.77.0", "{}", outcome.log);
    assert!(outcome.log.contains("downloading: 0.0 MB after 5 s"), "{}", outcome.log);
    assert_eq!(said(outcome.output("pixi-path").as_ref()), "pixi 0.77.0");
}
