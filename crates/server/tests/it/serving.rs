//! What a running server does.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use customary_testkit::{Engine, Value, tokio};

use crate::commands::{load, verify};
use crate::server::{Server, curl, database, token};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

#[tokio::test]
async fn the_walkthrough_gives_the_documented_answers() {
    for engine in ENGINES {
        let (url, _folder) = database(engine).await;
        Server::start(&["--database", &url]).walk_through();
    }
    Server::start(&["--ephemeral"]).walk_through();
}

/// Counts a writer out when it ends, however it ends.
struct OnEnd<'a>(&'a AtomicUsize);

impl Drop for OnEnd<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn an_acknowledged_write_survives_a_kill() {
    for engine in ENGINES {
        let (database, _folder) = database(engine).await;
        let server = Server::start(&["--database", &database]);
        let (url, token) = (
            server.url.clone(),
            token(&server.url, "test", "test-secret"),
        );
        let (acknowledged, writing) = (Mutex::new(Vec::new()), AtomicUsize::new(4));
        thread::scope(|scope| {
            for writer in 0..4 {
                let (url, token, acknowledged, writing) = (&url, &token, &acknowledged, &writing);
                scope.spawn(move || {
                    let _end = OnEnd(writing);
                    for number in 0.. {
                        let email = format!("w{writer}-{number}@example.com");
                        let body = format!(
                            r#"{{"data":{{"type":"customer","name":"C","email":"{email}"}}}}"#
                        );
                        let answer = std::process::Command::new("curl")
                            .args([
                                "--silent",
                                &format!("{url}/v2/customers"),
                                "-H",
                                &format!("Authorization: {token}"),
                                "-d",
                                &body,
                            ])
                            .output()
                            .unwrap();
                        if !String::from_utf8_lossy(&answer.stdout).contains(&email) {
                            return;
                        }
                        acknowledged.lock().unwrap().push(email);
                    }
                });
            }
            while acknowledged.lock().unwrap().len() < 40 && writing.load(Ordering::SeqCst) > 0 {
                thread::yield_now();
            }
            server.kill();
        });
        let acknowledged = acknowledged.into_inner().unwrap();
        assert!(acknowledged.len() >= 40);
        let server = Server::start(&["--database", &database]);
        let mut missing = 0;
        for email in &acknowledged {
            let found = curl(&[
                &format!("{}/v2/customers?filter=eq(email,{email})", server.url),
                "-H",
                &format!("Authorization: {token}"),
            ]);
            missing += usize::from(!found.contains(email));
        }
        assert_eq!(missing, 0, "of {}", acknowledged.len());
        // And the count that is kept beside the rows agrees with them.
        let total = |query: &str| {
            let list = curl(&[
                &format!("{}/v2/customers?{query}", server.url),
                "-H",
                &format!("Authorization: {token}"),
            ]);
            serde_json::from_str::<Value>(&list).unwrap()["meta"]["results"]["total"]
                .as_u64()
                .unwrap()
        };
        assert_eq!(total(""), total("filter=like(email,*)"));
        assert!(server.stop());
    }
}

#[tokio::test]
async fn an_index_is_built_to_the_end_after_a_kill_in_the_middle() {
    const CUSTOMERS: u32 = 12_000;
    for engine in ENGINES {
        let (database, _folder) = database(engine).await;
        load(&database, CUSTOMERS);
        let server = Server::start(&["--database", &database]);
        let header = format!(
            "Authorization: {}",
            token(&server.url, "test", "test-secret")
        );
        let fields = curl(&[
            &format!("{}/v2/flows/customers/fields", server.url),
            "-H",
            &header,
        ]);
        let fields: Value = serde_json::from_str(&fields).unwrap();
        let mut fields = fields["data"].as_array().unwrap().iter();
        let notes = fields.find(|field| field["slug"] == "notes").unwrap();
        let path = format!("/v2/fields/{}", notes["id"].as_str().unwrap());
        let field = |server: &Server| {
            let answer = curl(&[&format!("{}{path}", server.url), "-H", &header]);
            serde_json::from_str::<Value>(&answer).unwrap()["data"].clone()
        };

        let change = r#"{"data":{"filterable":true}}"#;
        curl(&[
            &format!("{}{path}", server.url),
            "-H",
            &header,
            "-X",
            "PUT",
            "-d",
            change,
        ]);
        let percent = loop {
            let field = field(&server);
            let percent = field["index_progress"].as_i64().unwrap_or(100);
            if percent > 0 {
                break percent;
            }
        };
        server.kill();
        assert!(
            percent < 100,
            "the index was built too soon to be interrupted"
        );
        verify(&database, CUSTOMERS);

        let server = Server::start(&["--database", &database]);
        let begun_again = field(&server)["index_progress"].as_i64().unwrap_or(100);
        assert!(begun_again >= percent, "{begun_again} {percent}");
        while field(&server)["index_state"] != "ready" {}
        verify(&database, CUSTOMERS);
        let plan = curl(&[
            &format!(
                "{}/v2/customers?filter=like(notes,gift*)&sort=-notes&explain=true",
                server.url
            ),
            "-H",
            &header,
        ]);
        assert!(
            plan.contains(r#""plan":{"index_used":true,"hints":[]}"#),
            "{plan}"
        );
        assert!(server.stop());
    }
}

#[tokio::test]
async fn two_processes_on_one_database_agree() {
    for engine in ENGINES {
        let (database, _folder) = database(engine).await;
        let (one, two) = (
            Server::start(&["--database", &database]),
            Server::start(&["--database", &database]),
        );
        let token = token(&one.url, "test", "test-secret");
        let send = |server: &Server, path: &str, body: &str| {
            let header = format!("Authorization: {token}");
            let answer = curl(&[&format!("{}{path}", server.url), "-H", &header, "-d", body]);
            serde_json::from_str::<Value>(&answer).unwrap()
        };
        let customer = |email: &str| {
            format!(r#"{{"data":{{"type":"customer","name":"C","email":"{email}"}}}}"#)
        };
        assert!(
            send(&two, "/v2/customers", &customer("a@example.com"))["data"]
                .get("tier")
                .is_none()
        );
        let flow = send(
            &one,
            "/v2/flows",
            r#"{"data":{"type":"flow","name":"Customers","slug":"customers"}}"#,
        );
        let flow = flow["data"]["id"].as_str().unwrap();
        let field = format!(
            r#"{{"data":{{"type":"field","name":"Tier","slug":"tier","field_type":"string","required":true,"relationships":{{"flow":{{"data":{{"id":"{flow}"}}}}}}}}}}"#
        );
        send(&one, "/v2/fields", &field);
        let refused = send(&two, "/v2/customers", &customer("b@example.com"));
        assert_eq!(refused["errors"][0]["source"], "data.tier");
    }
}

#[tokio::test]
async fn http_2_without_tls_and_chunked_bodies_are_understood() {
    let server = Server::start(&["--ephemeral"]);
    let token = token(&server.url, "test", "test-secret");
    let header = format!("Authorization: Bearer {token}");
    let version = curl(&[
        "--http2-prior-knowledge",
        "-o",
        "/dev/null",
        "-w",
        "%{http_version} %{http_code}",
        &format!("{}/v2/flows", server.url),
        "-H",
        &header,
    ]);
    assert_eq!(version, "2 200");
    let links = curl(&[
        "--http2-prior-knowledge",
        &format!("{}/v2/flows", server.url),
        "-H",
        &header,
    ]);
    assert!(
        links.contains(&format!("\"first\":\"{}/v2/flows?", server.url)),
        "{links}"
    );
    let created = curl(&[
        &format!("{}/v2/flows", server.url),
        "-H",
        &header,
        "-H",
        "Transfer-Encoding: chunked",
        "-d",
        r#"{"data":{"type":"flow","name":"A","slug":"a"}}"#,
    ]);
    assert!(created.contains(r#""slug":"a""#), "{created}");
}

#[test]
fn a_public_url_is_what_links_name() {
    let server = Server::start(&["--ephemeral", "--public-url", "https://api.example.com/"]);
    let token = token(&server.url, "test", "test-secret");
    let flows = curl(&[
        &format!("{}/v2/flows", server.url),
        "-H",
        &format!("Authorization: {token}"),
    ]);
    assert!(
        flows.contains("\"first\":\"https://api.example.com/v2/flows?"),
        "{flows}"
    );
}

#[test]
fn a_client_that_never_ends_its_request_does_not_keep_the_server() {
    let server = Server::start(&["--ephemeral", "--request-timeout-ms", "200"]);
    let mut half = TcpStream::connect(server.url.replace("http://localhost", "127.0.0.1")).unwrap();
    half.write_all(b"GET /v2/fl").unwrap();
    assert!(server.stop());
}

#[test]
fn a_large_body_is_refused_and_the_server_goes_on() {
    let server = Server::start(&["--ephemeral"]);
    let token = token(&server.url, "test", "test-secret");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.json");
    std::fs::write(&file, vec![b'x'; 5 << 20]).unwrap();
    let status = curl(&[
        &format!("{}/v2/customers", server.url),
        "-H",
        &format!("Authorization: {token}"),
        "--data-binary",
        &format!("@{}", file.display()),
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
    ]);
    assert_eq!(status, "413");
    assert!(server.stop());
}
