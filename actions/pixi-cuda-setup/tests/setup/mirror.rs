//! Mirrors: templates, headers, redirects, proxies.

use diagnostics::Exit;

use crate::house::{House, assert_quiet};
use crate::program::{archive, file, pixi, sha256};
use crate::server::{Reply, Server};

const SECRET: &str = "hidden-0123456789";

fn headers() -> String {
    format!(r#"{{"Authorization": "Bearer {SECRET}", "x-team": "vision"}}"#)
}

/// Puts a file and its digest on a server.
fn put(server: &Server, path: &str, bytes: Vec<u8>) {
    let line = format!("{}  {}\n", sha256(&bytes), path.rsplit('/').next().unwrap());
    server.put(&format!("{path}.sha256"), Reply::Whole(line.into_bytes()));
    server.put(path, Reply::Whole(bytes));
}

#[test]
fn a_mirror_by_template() {
    let house = House::new();
    put(&house.server, "/m/v0.48.2/x.tar.gz", archive(&pixi("0.48.2")));
    put(&house.server, "/m/latest/x.tar.gz", archive(&pixi("0.77.0")));
    let template = format!(
        "{{{{#if latest~}}}}\n  {0}/latest/x.tar.gz\n{{{{~else~}}}}\n  {0}/{{{{version}}}}/x.tar.gz\n{{{{~/if}}}}\n",
        house.server.url("/m")
    );
    let run = |version: &str| house.run(&[("pixi-url", &template), ("pixi-version", version)]);
    let outcome = run("0.48.2");
    assert_eq!(
        (outcome.calls().as_str(), outcome.output("pixi-version")),
        ("pixi 0.48.2", "0.48.2")
    );
    for wish in ["latest", "auto", ""] {
        let outcome = run(wish);
        assert_eq!(outcome.exit, Exit::Done, "{wish}: {}", outcome.log);
        assert_eq!(outcome.calls(), "pixi 0.77.0");
        // Nobody named it; a `run:` step may ask the program itself.
        assert_eq!(outcome.output("pixi-version"), "0.77.0");
    }
    let fresh = House::new();
    let outcome = fresh.run(&[("pixi-url", &template), ("pixi-version", ">=0.48")]);
    fresh.assert_failed(
        &outcome,
        Exit::BadInput,
        "install/mirror-version",
        &["exact `pixi-version`"],
    );
    assert_eq!(fresh.server.asked(), Vec::<String>::new());
    let outcome = fresh.run(&[("pixi-url", "https://m/{{arch}}"), ("pixi-version", "0.48.2")]);
    fresh.assert_failed(&outcome, Exit::BadInput, "install/url", &["`arch` is not known"]);
}

#[test]
fn the_address_of_the_bare_binary_gets_the_archive_beside_it() {
    let house = House::new();
    let bare = format!("/m/{}", file());
    let template = house.server.url("/m/{{pixiFile}}");
    house.server.put(&bare, Reply::Whole(pixi("0.77.0")));
    let run = |more: &[(&str, &str)]| {
        house.run(&[&[("pixi-url", template.as_str()), ("pixi-version", "0.77.0")], more].concat())
    };
    // The bare binary has no published digest.
    let outcome = run(&[]);
    house.assert_failed(&outcome, Exit::Outside, "install/checksum-missing", &["pixi-sha256"]);
    let pin = sha256(&pixi("0.77.0"));
    assert_eq!(run(&[("pixi-sha256", &pin)]).calls(), "pixi 0.77.0");
    std::fs::remove_dir_all(house.temp.join("pixi-cuda-setup")).unwrap();
    put(&house.server, &format!("{bare}.tar.gz"), archive(&pixi("0.77.0")));
    assert_eq!(run(&[]).calls(), "pixi 0.77.0");
}

#[test]
fn headers_reach_the_mirror_and_nobody_else() {
    let house = House::new();
    let elsewhere = Server::start();
    let bytes = archive(&pixi("0.77.0"));
    put(&elsewhere, "/store/abc.tar.gz", bytes.clone());
    put(&house.server, "/m/pixi.tar.gz", bytes);
    house.server.put("/m/pixi.tar.gz", Reply::Moved(elsewhere.url("/store/abc.tar.gz")));
    let template = house.server.url("/m/pixi.tar.gz");
    let inputs = [
        ("pixi-url", template.as_str()),
        ("pixi-version", "0.77.0"),
        ("pixi-url-headers", &headers()),
    ];
    let outcome = house.run(&inputs);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.calls(), "pixi 0.77.0");
    assert!(outcome.log.contains(&format!("::add-mask::Bearer {SECRET}")), "{}", outcome.log);
    assert!(outcome.log.contains(&format!("::add-mask::{SECRET}")));
    assert_quiet(&outcome);
    let seen = house.server.seen();
    assert_eq!(seen.len(), 2, "archive and digest");
    for seen in seen {
        assert_eq!(seen.header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
        assert_eq!(seen.header("x-team"), Some("vision"));
    }
    for seen in elsewhere.seen() {
        assert_eq!((seen.header("authorization"), seen.header("x-team")), (None, None));
    }
    assert_eq!(elsewhere.seen().len(), 1);
}

#[test]
fn headers_that_cannot_be_used_are_not_shown() {
    let house = House::new();
    let url = house.server.url("/m/pixi.tar.gz");
    let cases = [
        (r#"["hidden-0123456789"]"#, "no JSON object"),
        (r#"{"a b": "hidden-0123456789"}"#, "no header name"),
    ];
    for (text, says) in cases {
        let inputs =
            [("pixi-url", url.as_str()), ("pixi-version", "0.77.0"), ("pixi-url-headers", text)];
        house.assert_failed(&house.run(&inputs), Exit::BadInput, "install/headers", &[says]);
    }
    let outcome = house.run(&[("pixi-version", "0.77.0"), ("pixi-url-headers", &headers())]);
    house.assert_failed(&outcome, Exit::BadInput, "install/headers", &["without `pixi-url`"]);
    assert_eq!(house.server.asked(), Vec::<String>::new());
}

#[test]
fn credentials_in_the_address_are_not_shown() {
    let house = House::new();
    let url = house.server.url("/m/gone.tar.gz?token=hidden-0123456789");
    let outcome = house.run(&[("pixi-url", &url), ("pixi-version", "0.77.0")]);
    house.assert_failed(&outcome, Exit::Outside, "install/not-found", &["gone.tar.gz?token=***"]);
    assert!(outcome.log.contains("::add-mask::hidden-0123456789"));
    let asked = house.server.asked();
    assert!(asked.contains(&"/m/gone.tar.gz?token=hidden-0123456789".to_owned()), "{asked:?}");
}

#[test]
fn a_proxy_is_used_and_plain_http_must_be_meant() {
    let house = House::new();
    put(&house.server, "/m/pixi.tar.gz", archive(&pixi("0.77.0")));
    let inputs = [("pixi-url", "http://mirror.example/m/pixi.tar.gz"), ("pixi-version", "0.77.0")];
    let proxy = house.server.url("");
    let outcome = house.run_with(&inputs, &[("http_proxy", &proxy)]);
    house.assert_failed(&outcome, Exit::BadInput, "http/insecure", &["insecure-hosts"]);
    let inputs = [inputs.as_slice(), &[("insecure-hosts", "mirror.example")]].concat();
    let outcome = house.run_with(&inputs, &[("http_proxy", &proxy)]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.calls(), "pixi 0.77.0");
    for target in house.server.asked() {
        assert!(target.starts_with("http://mirror.example/m/pixi.tar.gz"), "{target}");
    }
}
