//! The Manager in a real browser, against the built binary (`ui/e2e`), and how it is served.

use std::process::Command;

use customary_testkit::{Engine, tokio};
use tokio::sync::Mutex;

use crate::server::{Server, curl, database, root, run};

/// A browser wants a processor for itself: two at the same time keep one another waiting.
static BROWSER: Mutex<()> = Mutex::const_new(());

/// Goes through all journeys, each in stores of its own.
async fn walk_through_the_manager(engine: Engine) {
    let folder = root().join("ui");
    assert!(
        folder.join("dist/index.html").exists() && folder.join("node_modules").exists(),
        "the Manager is not built: run make test"
    );
    let _browser = BROWSER.lock().await;
    let (url, _folder) = database(engine).await;
    let server = Server::start(&["--database", &url]);
    let output = run(Command::new("npm")
        .args(["run", "e2e", "--silent"])
        .current_dir(folder)
        .env("E2E_URL", &server.url)
        .env("E2E_BINARY", env!("CARGO_BIN_EXE_customary"))
        .env("E2E_DATABASE", &url));
    let (said, failed) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}\n{failed}");
}

#[tokio::test]
async fn everything_can_be_done_in_the_manager_on_sqlite() {
    walk_through_the_manager(Engine::Sqlite).await;
}

#[tokio::test]
async fn everything_can_be_done_in_the_manager_on_postgres() {
    walk_through_the_manager(Engine::Postgres).await;
}

#[test]
fn the_manager_is_served_compressed_and_its_assets_are_kept_forever() {
    let server = Server::start(&["--ephemeral"]);
    let (page, deep) = (
        curl(&[&format!("{}/manager", server.url)]),
        curl(&[&format!("{}/manager/customers/1", server.url)]),
    );
    for page in [&page, &deep] {
        assert!(page.contains("<div id=\"root\">"), "{page}");
        assert!(!page.contains("__NONCE__"), "{page}");
    }
    let script = page
        .split("src=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("the page has a script");
    for encoding in ["br", "gzip"] {
        let accept = format!("Accept-Encoding: {encoding}, deflate");
        let headers = curl(&[
            "--head",
            "--header",
            &accept,
            &format!("{}{script}", server.url),
        ]);
        let headers = headers.to_lowercase();
        assert!(
            headers.contains(&format!("content-encoding: {encoding}")),
            "{headers}"
        );
        assert!(headers.contains("immutable"), "{headers}");
        assert!(headers.contains("nosniff"), "{headers}");
    }
    let door = curl(&["--head", &server.url]).to_lowercase();
    assert!(door.contains("location: /manager"), "{door}");
    let missing = curl(&["--head", &format!("{}/manager/assets/none.js", server.url)]);
    assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
}
