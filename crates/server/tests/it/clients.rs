//! The platform's own JavaScript SDK, unmodified, against the built binary over a real socket
//! (`contract/walkthroughs.md` W15). What it is asked to do stands in `tests/clients`.

use std::process::Command;

use customary_testkit::{Engine, tokio};

use crate::server::{Server, database, root, run};

/// Runs everything that stands in `tests/clients` against a server on the engine, and one that lets each
/// store make two requests a second.
async fn run_the_javascript_sdk(engine: Engine) {
    let folder = root().join("tests/clients");
    assert!(
        folder.join("node_modules").exists(),
        "the SDK is not installed: run make test"
    );
    let (url, _folder) = database(engine).await;
    let server = Server::start(&["--database", &url]);
    let (limited_url, _limited_folder) = database(engine).await;
    let limited = Server::start(&["--database", &limited_url, "--rate-limit", "2"]);
    let output = run(Command::new("npm")
        .args(["test", "--silent"])
        .current_dir(folder)
        .env("CUSTOMARY_URL", &server.url)
        .env("CUSTOMARY_LIMITED_URL", &limited.url)
        .env("CUSTOMARY_CLIENT_ID", "test")
        .env("CUSTOMARY_CLIENT_SECRET", "test-secret"));
    let (said, failed) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}\n{failed}");
}

#[tokio::test]
async fn the_javascript_sdk_notices_nothing_on_sqlite() {
    run_the_javascript_sdk(Engine::Sqlite).await;
}

#[tokio::test]
async fn the_javascript_sdk_notices_nothing_on_postgres() {
    run_the_javascript_sdk(Engine::Postgres).await;
}
