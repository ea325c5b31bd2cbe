//! Injected faults.

use std::time::{Duration, Instant};

use github_stand_in::Fault;
use serde_json::{Value, json};

use crate::scene::{Scene, TOKEN};

fn create(scene: &Scene, tag: &str) -> Option<crate::client::Reply> {
    let body = json!({ "tag_name": tag });
    scene.send(Some(TOKEN), "POST", "/repos/octo/demo/releases", &body)
}

fn tags(scene: &Scene) -> String {
    scene.git(&["tag"])
}

#[test]
fn before_means_nothing_happened() {
    let scene = Scene::new();
    scene.server.inject(Fault::on("POST", "/repos/*/releases").before().status(502));
    assert_eq!(create(&scene, "v1").unwrap().status, 502);
    assert_eq!(tags(&scene), "");
    scene.server.inject(Fault::on("POST", "/repos/*/releases").before().cut());
    assert!(create(&scene, "v1").is_none());
    assert_eq!(tags(&scene), "");
    assert!(scene.server.faults_spent());
    assert_eq!(create(&scene, "v1").unwrap().status, 201);
    let log: Vec<_> =
        scene.server.requests().iter().map(|one| (one.carried_out, one.status)).collect();
    assert_eq!(log, [(false, Some(502)), (false, None), (true, Some(201))]);
}

#[test]
fn after_means_it_took_effect() {
    let scene = Scene::new();
    for (tag, fault) in
        [("v1", Fault::mutation(1).after().cut()), ("v2", Fault::mutation(1).after().truncated())]
    {
        scene.server.inject(fault);
        assert!(create(&scene, tag).is_none(), "{tag}");
        assert_eq!(scene.get(&format!("/releases/tags/{tag}")).status, 200);
        scene.server.clear_faults();
    }
    scene.server.inject(Fault::any().after().status(500));
    assert_eq!(create(&scene, "v3").unwrap().status, 500);
    assert_eq!(tags(&scene), "v1\nv2\nv3");
}

#[test]
fn the_nth_change_is_met_and_reads_are_not_counted() {
    let scene = Scene::new();
    scene.server.inject(Fault::mutation(2).before().status(503));
    assert_eq!(scene.get("/releases").status, 200);
    assert_eq!(create(&scene, "v1").unwrap().status, 201);
    assert_eq!(scene.get("/releases").status, 200);
    assert_eq!(create(&scene, "v2").unwrap().status, 503);
    assert_eq!(create(&scene, "v2").unwrap().status, 201);
}

#[test]
fn faults_repeat_and_wait_as_told() {
    let scene = Scene::new();
    scene.server.inject(Fault::on("GET", "*/releases").status(500).times(2).skip(1));
    let seen: Vec<u16> = (0..4).map(|_| scene.get("/releases").status).collect();
    assert_eq!(seen, [200, 500, 500, 200]);
    scene.server.inject(Fault::on("GET", "*/releases").status(500).always());
    assert_eq!(scene.get("/releases").status, 500);
    assert!(!scene.server.faults_spent());
    scene.server.clear_faults();
    assert_eq!(scene.get("/releases").status, 200);
}

#[test]
fn limits_look_like_githubs() {
    let scene = Scene::new();
    scene.server.inject(Fault::any().secondary_limit(7));
    let secondary = create(&scene, "v1").unwrap();
    assert_eq!(secondary.status, 403);
    assert_eq!(secondary.header("retry-after"), Some("7"));
    assert!(secondary.message().contains("secondary rate limit"));
    scene.server.inject(Fault::any().primary_limit(1_900_000_000));
    let primary = create(&scene, "v1").unwrap();
    assert_eq!(primary.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(primary.header("x-ratelimit-reset"), Some("1900000000"));
    scene.server.inject(Fault::any().status(429).header("retry-after", "1"));
    assert_eq!(create(&scene, "v1").unwrap().header("retry-after"), Some("1"));
    assert_eq!(tags(&scene), "");
}

#[test]
fn slow_answers_come_late() {
    let scene = Scene::new();
    scene.server.inject(Fault::any().after().slow(Duration::from_millis(200)));
    let start = Instant::now();
    assert_eq!(scene.get("/releases").status, 200);
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[test]
fn a_held_answer_shows_in_the_log_while_others_are_served() {
    let scene = Scene::new();
    scene.server.inject(Fault::mutation(1).after().slow(Duration::from_millis(500)));
    std::thread::scope(|scope| {
        scope.spawn(|| create(&scene, "v1"));
        let carried_out = scene.server.wait_until(Duration::from_secs(10), |log| {
            log.iter().any(|request| request.carried_out && request.status.is_none())
        });
        assert!(carried_out);
        assert_eq!(scene.get("/releases/tags/v1").status, 200);
    });
}

#[test]
fn a_client_that_leaves_before_its_turn_changes_nothing() {
    use std::io::Write as _;
    let scene = Scene::new();
    scene.server.inject(Fault::mutation(1).before().slow(Duration::from_millis(300)));
    let body = json!({ "tag_name": "v1" }).to_string();
    let mut stream = std::net::TcpStream::connect(scene.server.address()).unwrap();
    write!(
        stream,
        "POST /repos/octo/demo/releases HTTP/1.1\r\nhost: x\r\nuser-agent: t\r\n\
         authorization: Bearer {TOKEN}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    assert!(scene.server.wait_until(Duration::from_secs(10), |log| log.len() == 1));
    drop(stream);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(tags(&scene), "");
    assert_eq!(scene.get("/releases").json, json!([]));
}

#[test]
fn stopping_does_not_wait_for_slow_answers() {
    let scene = Scene::new();
    scene.server.inject(Fault::any().slow(Duration::from_mins(1)));
    let address = scene.server.address();
    let client = std::thread::spawn(move || {
        let headers = [("user-agent", "tests")];
        crate::client::exchange(address, "GET", "/rate_limit", &headers, b"")
    });
    assert!(scene.server.wait_until(Duration::from_secs(10), |log| log.len() == 1));
    let start = Instant::now();
    drop(scene);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(client.join().unwrap().is_none());
}

#[test]
fn what_is_not_there_is_a_404() {
    let scene = Scene::new();
    for path in ["/nonsense", "/releases/x", "/releases/99"] {
        assert_eq!(scene.get(path).status, 404, "{path}");
    }
    let other = scene.send(Some(TOKEN), "GET", "/repos/octo/none", &Value::Null).unwrap();
    assert_eq!(other.status, 404);
}
