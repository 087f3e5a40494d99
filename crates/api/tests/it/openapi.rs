//! The OpenAPI document: checked in and served. What it says of permissions: `permissions.rs`.

use customary_testkit::{Engine, TestApp, Value, tokio};

const CHECKED_IN: &str = include_str!("../../../../docs/openapi.json");

#[test]
fn the_document_in_docs_is_current() {
    assert!(
        customary_api::openapi::document_json() == CHECKED_IN,
        "run make openapi"
    );
}

#[tokio::test]
async fn the_document_is_served_with_a_page_that_needs_no_network() {
    let app = TestApp::on(Engine::Sqlite).await;
    let client = app.anonymous();
    let served = client.get("/openapi.json").await.expect(200);
    let checked_in: Value = serde_json::from_str(CHECKED_IN).unwrap();
    assert!(served == checked_in, "run make openapi");
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));

    let page = client.get("/docs/").await;
    assert_eq!(page.status, 200);
    let html = String::from_utf8(page.body).unwrap();
    let initializer = client.get("/docs/swagger-initializer.js").await;
    let script = String::from_utf8(initializer.body).unwrap();
    assert!(script.contains("/openapi.json"), "{script}");
    assert!(script.contains(r#""validatorUrl": "none""#), "{script}");
    for text in [&html, &script] {
        assert!(
            !text.contains("https://") && !text.contains("http://"),
            "{text}"
        );
    }
    for (_, rest) in html
        .match_indices("src=\"")
        .map(|(at, found)| (at, &html[at + found.len()..]))
    {
        let file = rest.split('"').next().unwrap();
        let file = client
            .get(&format!("/docs/{}", file.trim_start_matches("./")))
            .await;
        assert_eq!(file.status, 200);
    }
}
