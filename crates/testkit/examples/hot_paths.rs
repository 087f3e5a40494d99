//! Does one of the commonest requests so many times, for `scripts/instructions.sh` to count what it costs.
//!
//!     hot_paths REQUEST TIMES [postgres]
//!
//! On SQLite, unless it is told otherwise. PostgreSQL is the server in `TEST_DATABASE_URL`.

use customary_service::{demo, operator};
use customary_testkit::{Client, Engine, TestApp, Value, json, tokio};

/// How many customers there are.
const CUSTOMERS: u64 = 500;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let request = arguments.next().expect("the name of a request");
    let times = arguments.next().and_then(|times| times.parse().ok());
    let times: u32 = times.expect("how many times to do it");

    let engine = match arguments.next().as_deref() {
        None => Engine::Sqlite,
        Some("postgres") => Engine::Postgres,
        Some(other) => panic!("there is no engine {other}"),
    };

    let app = TestApp::on(engine).await;
    let caller = operator::caller(&app.app, None).await.expect("a store");
    demo::load(&app.app, &caller, CUSTOMERS, |_| {})
        .await
        .expect("customers can be made");
    let admin = app.admin().await;
    let customers = admin.get("/v2/customers?page[limit]=100").await.data(200);
    let paths: Vec<String> = customers
        .as_array()
        .expect("a list")
        .iter()
        .map(|customer| format!("/v2/customers/{}", customer["id"].as_str().expect("an id")))
        .collect();
    for (path, number) in paths.iter().cycle().zip(0..times) {
        send(&admin, &request, path, number).await;
    }
}

async fn send(admin: &Client, request: &str, path: &str, number: u32) {
    match request {
        "get" => admin.get(path).await.expect(200),
        "update" => {
            let points = json!({ "data": { "loyalty_points": number } });
            admin.put(path, points).await.expect(200)
        }
        "create" => {
            let fields = json!({
                "tier": "Gold", "loyalty_points": 120, "discount": 0.25, "vip": true, "member_since": "2020-02-29",
            });
            let email = format!("hot-path-{number}@example.com");
            admin.create_customer(&email, fields).await
        }
        "list" => admin.get("/v2/customers").await.expect(200),
        "filter" => {
            let query = "filter=ge(loyalty_points,50000):eq(tier,Gold)&sort=-loyalty_points";
            admin
                .get(&format!("/v2/customers?{query}"))
                .await
                .expect(200)
        }
        _ => Value::Null,
    };
}
