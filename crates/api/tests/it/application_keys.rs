//! `contract/auth.md` §6.

use customary_testkit::{CLIENT_ID, TestApp, Value, both_engines, json};

fn body(name: &str, reserved: u32) -> Value {
    json!({ "data": { "type": "application_key", "name": name, "reserved_rate_limit": reserved } })
}

both_engines! {
    async fn a_key_is_made_and_its_secret_shown_once(app: TestApp) {
        let admin = app.admin().await;
        app.database.clock.advance(1);
        let answer = admin.post("/v2/application-keys", body("Storefront", 15)).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let created = answer.expect(201);
        let key = &created["data"];
        let (id, client_id) = (key["id"].as_str().unwrap(), key["client_id"].as_str().unwrap());
        let secret = key["client_secret"].as_str().unwrap();
        for text in [client_id, secret] {
            assert!(text.len() == 42 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text}");
        }
        let own = format!("http://shop.example/v2/application-keys/{id}");
        let shown = |last_used_at: Value, updated_at: &str, name: &str| json!({
            "data": {
                "id": id, "type": "application_key", "name": name, "client_id": client_id, "reserved_rate_limit": 15,
                "meta": { "timestamps": { "created_at": "2026-01-01T00:00:01.000Z", "updated_at": updated_at, "last_used_at": last_used_at } },
                "links": { "self": own },
            },
            "links": { "self": own },
        });
        let path = format!("/v2/application-keys/{id}");
        assert_eq!(admin.get(&path).await.expect(200), shown(Value::Null, "2026-01-01T00:00:01.000Z", "Storefront"));

        let list = admin.get("/v2/application-keys").await.expect(200);
        assert_eq!((&list["data"][0]["id"], &list["data"][1]["client_id"]), (&key["id"], &json!(CLIENT_ID)));
        assert_eq!(list["meta"], json!({
            "page": { "limit": 25, "offset": 0, "current": 1, "total": 1 }, "results": { "total": 2 }, "total_reserved_rate_limit": 15,
        }));
        assert!(!list.to_string().contains("client_secret"), "{list}");
        let page = admin.get("/v2/application-keys?page[limit]=1&page[offset]=1").await.expect(200);
        assert_eq!((&page["data"][0]["client_id"], &page["links"]["next"]), (&json!(CLIENT_ID), &Value::Null));

        // The second use within a minute is not noted.
        app.database.clock.advance(1);
        app.client("client_credentials", client_id, secret).await.get("/v2/flows").await.expect(200);
        app.database.clock.advance(1);
        app.client("implicit", client_id, "").await.get("/v2/flows").await.expect(200);
        let used = json!("2026-01-01T00:00:02.000Z");
        assert_eq!(admin.get(&path).await.expect(200), shown(used.clone(), "2026-01-01T00:00:01.000Z", "Storefront"));
        app.database.clock.advance(59);
        let key = app.client("client_credentials", client_id, secret).await;
        let used_again = json!("2026-01-01T00:01:02.000Z");
        assert_eq!(admin.get(&path).await.expect(200), shown(used_again.clone(), "2026-01-01T00:00:01.000Z", "Storefront"));

        let renamed = admin.put(&path, json!({ "data": { "type": "application_key", "name": "Shop", "client_id": "x" } })).await;
        assert_eq!(renamed.expect(200), shown(used_again, "2026-01-01T00:01:02.000Z", "Shop"));
        // A key may delete itself, and that is the last that it does.
        assert_eq!(key.delete(&path).await.status, 204);
        key.get("/v2/flows").await.expect(401);
        let missing = json!({ "errors": [{ "title": "Not Found", "status": "404", "detail": "application key not found" }] });
        for answer in [admin.get(&path).await, admin.put(&path, body("x", 0)).await, admin.delete(&path).await,
            admin.get("/v2/application-keys/nonsense").await] {
            assert_eq!(answer.expect(404), missing);
        }
    }

    async fn what_is_wrong_with_a_key_is_named(app: TestApp) {
        let admin = app.admin().await;
        let answer = admin.post("/v2/application-keys", json!({ "data": { "type": "application_key" } })).await;
        assert_eq!(answer.expect(400), json!({ "errors": [
            { "title": "Bad Request", "status": "400", "detail": "The field 'name' is required." },
        ] }));
        let answer = admin.post("/v2/application-keys", json!({ "data": { "name": "x".repeat(256), "reserved_rate_limit": -1 } })).await;
        assert_eq!(answer.errors(400), [
            "The field 'type' is required.", "The field 'name' may not be greater than 255 characters.",
            "The field 'reserved_rate_limit' must be 0 or more.",
        ]);
        let answer = admin.post("/v2/application-keys", json!({ "data": { "type": "key", "name": 5, "reserved_rate_limit": "1" } })).await;
        assert_eq!(answer.errors(400).len(), 3);
        assert_eq!(admin.get("/v2/application-keys").await.expect(200)["meta"]["results"]["total"], 1);
        for answer in [
            admin.send("POST", "/v2/application-keys", b"{bad".to_vec()).await,
            admin.post("/v2/application-keys", json!({})).await,
            admin.get("/v2/application-keys?page[limit]=-1").await,
            admin.send("PUT", "/v2/settings", b"{bad".to_vec()).await,
        ] {
            assert_eq!(answer.expect(400)["errors"][0]["status"], "400");
        }
    }

    async fn keys_reserve_no_more_than_the_store_has(app: TestApp) {
        let admin = app.admin().await;
        let first = admin.post("/v2/application-keys", body("A", 60)).await.data(201);
        let full = json!({ "errors": [{ "title": "Conflict", "status": "409", "detail": "requested reserved rate limit will exceed the maximum" }] });
        assert_eq!(admin.post("/v2/application-keys", body("B", 41)).await.expect(409), full);
        let second = admin.post("/v2/application-keys", body("B", 40)).await.data(201);
        let path = |key: &Value| format!("/v2/application-keys/{}", key["id"].as_str().unwrap());
        assert_eq!(admin.put(&path(&first), body("A", 61)).await.expect(409), full);
        admin.put(&path(&first), body("A", 10)).await.expect(200);
        admin.put(&path(&second), body("B", 90)).await.expect(200);
        let huge = json!({ "data": { "type": "application_key", "name": "C", "reserved_rate_limit": i64::MAX } });
        assert_eq!(admin.post("/v2/application-keys", huge).await.expect(409), full);
        assert_eq!(app.other_store("Other").await.admin.get("/v2/application-keys").await.expect(200)["meta"]["total_reserved_rate_limit"], 0);
    }

    async fn a_store_over_its_limit_is_told_to_wait(app: TestApp) {
        let limited = app.limited_node(5).await;
        let (admin, other) = (limited.admin().await, app.other_store("Other").await);
        let key = app.admin().await.post("/v2/application-keys", body("Reserved", 4)).await.data(201);
        let reserved = limited.client("implicit", key["client_id"].as_str().unwrap(), "").await;
        // One bucket of four for the key, one of a single request for the rest of the store.
        let mut refused = None;
        for _ in 0..100 {
            let answer = admin.get("/v2/flows").await;
            if answer.status == 429 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.unwrap();
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(refused.json(), json!({ "errors": [{ "status": 429, "title": "Too Many Requests" }] }));
        // Others are not concerned: the key with its own rate, another store, nor a node without a limit.
        for _ in 0..4 {
            reserved.get("/v2/flows").await.expect(200);
        }
        limited.with_token(other.visitor.token().unwrap()).get("/v2/flows").await.expect(200);
        for _ in 0..20 {
            app.with_token(admin.token().unwrap()).get("/v2/flows").await.expect(200);
        }
        // The limit of the store is the most that its keys can reserve.
        let too_much = app.limited_node(5).await.admin().await.post("/v2/application-keys", body("More", 2)).await;
        assert_eq!(too_much.status, 409);
    }

    async fn no_key_locks_the_others_out(app: TestApp) {
        let admin = app.admin().await;
        let greedy = admin.post("/v2/application-keys", body("Greedy", 100)).await.data(201);
        let path = format!("/v2/application-keys/{}", greedy["id"].as_str().unwrap());
        // Under a limit that was lowered since, too, and what is reserved may always become less.
        let lowered = app.limited_node(20).await.admin().await;
        lowered.put(&path, body("Greedy", 50)).await.expect(200);
        let lowered = app.limited_node(20).await.admin().await;
        lowered.post("/v2/application-keys", body("Modest", 0)).await.expect(201);
        let lowered = app.limited_node(20).await.admin().await;
        assert_eq!(lowered.put(&path, body("Greedy", 51)).await.status, 409);
        let client_id = greedy["client_id"].as_str().unwrap();
        let greedy = app.limited_node(20).await.client("implicit", client_id, "").await;
        let mut allowed = 0;
        while greedy.get("/v2/flows").await.status == 200 {
            allowed += 1;
            assert!(allowed < 1_000);
        }
    }

    async fn changing_what_is_reserved_is_no_way_around_the_limit(app: TestApp) {
        const LIMIT: u32 = 10;
        let (limited, admin) = (app.limited_node(LIMIT).await, app.admin().await);
        let key = admin.post("/v2/application-keys", body("A", 5)).await.data(201);
        let path = format!("/v2/application-keys/{}", key["id"].as_str().unwrap());
        let client = limited.client("implicit", key["client_id"].as_str().unwrap(), "").await;
        let started = std::time::Instant::now();
        let mut allowed = 0;
        for reserved in 5..LIMIT {
            admin.put(&path, body("A", reserved)).await.expect(200);
            while client.get("/v2/flows").await.status == 200 {
                allowed += 1;
            }
        }
        // What full buckets hold, and what they have gained meanwhile; five pairs of full ones hold 50.
        let gained = started.elapsed().as_secs_f64() * f64::from(LIMIT);
        assert!(f64::from(allowed) <= f64::from(LIMIT) + gained + 1.0, "{allowed} with {gained} gained");
    }
}
