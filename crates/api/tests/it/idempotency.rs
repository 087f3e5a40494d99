//! `Idempotency-Key`: a POST that is sent again does nothing again, and is answered as before.

use customary_testkit::customary_service::idempotency::purge;
use customary_testkit::{Client, Response, TestApp, Value, both_engines, json};

const REPLAYED: &str = "idempotent-replayed";

fn once(client: &Client, key: &str) -> Client {
    client.clone().with("idempotency-key", key)
}

fn replayed(response: &Response) -> bool {
    response.header(REPLAYED) == Some("true")
}

fn customer(email: &str) -> Value {
    json!({ "data": { "type": "customer", "name": "Ron", "email": email, "password": "bacon" } })
}

async fn total(client: &Client, list: &str) -> Value {
    client.get(list).await.expect(200)["meta"]["results"]["total"].clone()
}

/// A path of each kind of creation, a body for it, another, and the list to count in.
async fn creations(admin: &Client) -> Vec<(String, Value, Value, String)> {
    let id = |data: &Value| data["id"].as_str().unwrap().to_owned();
    let books = admin.create_flow("books").await;
    admin
        .create_relationship(&books, "refers", "one-to-many", "wishlist")
        .await;
    let customers = admin.create_flow("customers").await;
    admin
        .create_relationship(&customers, "friends", "one-to-many", "customers")
        .await;
    admin.create_flow("orders").await;
    let leslie = id(&admin.create_customer("leslie@example.com", json!({})).await);
    let book = id(&admin.post_entry("books", json!({})).await.data(201));
    let address = |name: &str| {
        json!({ "data": { "name": name, "first_name": "a", "last_name": "b", "line_1": "c",
        "county": "d", "postcode": "e", "country": "f" } })
    };
    let flow = |slug: &str| json!({ "data": { "type": "flow", "name": "a", "slug": slug } });
    let field = |slug: &str| {
        json!({ "data": { "type": "field", "name": "a", "slug": slug, "field_type": "string",
        "relationships": { "flow": { "data": { "id": books } } } } })
    };
    let reference = |id: &str| json!({ "data": [{ "type": "wishlist", "id": id }] });
    let addresses = format!("/v2/customers/{leslie}/addresses");
    let row = |path: &str, body: Value, other: Value, list: &str| {
        (path.to_owned(), body, other, list.to_owned())
    };
    vec![
        row(
            "/v2/customers",
            customer("ron@example.com"),
            customer("april@example.com"),
            "/v2/customers",
        ),
        row(&addresses, address("a"), address("b"), &addresses),
        row("/v2/flows", flow("wines"), flow("cheeses"), "/v2/flows"),
        row("/v2/fields", field("title"), field("pages"), "/v2/fields"),
        row(
            "/v2/flows/books/entries",
            json!({ "data": { "type": "entry" } }),
            json!({ "data": { "type": "entry", "x": 1 } }),
            "/v2/flows/books/entries",
        ),
        row(
            "/v2/flows/orders/entries",
            json!({ "data": { "type": "entry", "id": "o" } }),
            json!({ "data": { "type": "entry", "id": "p" } }),
            "/v2/flows/orders/entries",
        ),
        row(
            "/v2/flows/customers/entries",
            json!({ "data": { "type": "entry", "id": leslie } }),
            json!({ "data": { "type": "entry", "id": leslie, "x": 1 } }),
            "/v2/flows/customers/entries",
        ),
        row(
            &format!("/v2/customers/{leslie}/relationships/friends"),
            reference("a"),
            reference("b"),
            "/v2/customers",
        ),
        row(
            &format!("/v2/flows/books/entries/{book}/relationships/refers"),
            reference("a"),
            reference("b"),
            "/v2/flows/books/entries",
        ),
    ]
}

both_engines! {
    async fn a_repeated_creation_is_answered_as_the_first_was(app: TestApp) {
        let admin = app.admin().await;
        let second = app.second_node().await.admin().await;
        for (number, (path, body, other, list)) in creations(&admin).await.into_iter().enumerate() {
            let key = format!("key-{number}");
            let first = once(&admin, &key).post(&path, body.clone()).await;
            first.expect(201);
            assert!(!replayed(&first), "{path}");
            let count = total(&admin, &list).await;
            for client in [&admin, &second] {
                let again = once(client, &key).post(&path, body.clone()).await;
                assert_eq!(again.status, 201, "{path}");
                assert_eq!((again.body.clone(), again.header("etag")), (first.body.clone(), first.header("etag")), "{path}");
                assert_eq!(again.header("content-type"), first.header("content-type"));
                assert!(replayed(&again), "{path}");
            }
            assert_eq!(total(&admin, &list).await, count, "{path}");
            let reused = once(&admin, &key).post(&path, other.clone()).await;
            assert_eq!(reused.errors(422), ["The Idempotency-Key was used for another request: \
                send the same key only with the same request, and a new one with a new request"], "{path}");
            assert_eq!(total(&admin, &list).await, count, "{path}");
            // Elsewhere, the same body is another request too.
            let elsewhere = once(&admin, &key).post(&format!("{path}?x=1"), body).await;
            elsewhere.expect(422);
            once(&admin, &format!("other-{key}")).post(&path, other).await.expect(201);
        }
        app.verify().await;
    }

    async fn of_many_that_come_together_one_creates_and_all_get_its_answer(app: TestApp) {
        let second = app.second_node().await;
        let (one, two) = (app.admin().await, second.admin().await);
        for (number, (path, body, _, list)) in creations(&one).await.into_iter().enumerate() {
            let before = total(&one, &list).await.as_u64().unwrap();
            let requests: Vec<_> = (0..16)
                .map(|index| {
                    let client = once(if index % 2 == 0 { &one } else { &two }, &format!("key-{number}"));
                    let (path, body) = (path.clone(), body.clone());
                    customary_testkit::tokio::spawn(async move { client.post(&path, body).await })
                })
                .collect();
            let (mut answers, mut first) = (Vec::new(), 0);
            for request in requests {
                let answer = request.await.unwrap();
                assert_eq!(answer.status, 201, "{path} {}", String::from_utf8_lossy(&answer.body));
                first += usize::from(!replayed(&answer));
                answers.push((answer.header("etag").map(ToOwned::to_owned), answer.body));
            }
            assert_eq!(first, 1, "{path}");
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{path}");
            let creates = !path.contains("relationships") && path != "/v2/flows/customers/entries";
            assert_eq!(total(&one, &list).await, before + u64::from(creates), "{path}");
        }
        app.verify().await;
    }

    async fn a_request_that_failed_may_be_repeated(app: TestApp) {
        let admin = app.admin().await;
        let client = once(&admin, "a-key");
        let taken = admin.create_customer("ron@example.com", json!({})).await;
        client.post("/v2/customers", customer("no address")).await.expect(422);
        client.post("/v2/customers", customer("ron@example.com")).await.expect(409);
        admin.delete(&format!("/v2/customers/{}", taken["id"].as_str().unwrap())).await.expect(204);
        assert!(!replayed(&client.post("/v2/customers", customer("ron@example.com")).await));

        admin.create_flow("orders").await;
        admin.post_entry("orders", json!({ "id": "o" })).await.expect(201);
        let (client, entry) = (once(&admin, "b-key"), json!({ "data": { "type": "entry", "id": "o" } }));
        client.post("/v2/flows/orders/entries", entry.clone()).await.expect(409);
        admin.delete("/v2/flows/orders/entries/o").await.expect(204);
        let created = client.post("/v2/flows/orders/entries", entry).await;
        created.expect(201);
        assert!(!replayed(&created));

        let (client, flow) = (once(&admin, "c-key"), json!({ "data": { "type": "flow", "name": "a", "slug": "orders" } }));
        client.post("/v2/flows", flow.clone()).await.expect(422);
        admin.put("/v2/flows/orders", json!({ "data": { "slug": "old" } })).await.expect(200);
        client.post("/v2/flows", flow).await.expect(201);

        let flow = admin.create_flow("wines").await;
        admin.create_field(&flow, "label", "string", json!({ "unique": true })).await;
        admin.post_entry("wines", json!({ "label": "a" })).await.expect(201);
        let (client, path) = (once(&admin, "d-key"), "/v2/flows/wines/entries");
        client.post(path, json!({ "data": { "type": "entry", "label": "a" } })).await.expect(409);
        client.post(path, json!({ "data": { "type": "entry", "label": "b" } })).await.expect(201);
        assert!(replayed(&client.post(path, json!({ "data": { "type": "entry", "label": "b" } })).await));
        app.verify().await;
    }

    async fn a_repeated_request_is_not_judged_by_later_rules(app: TestApp) {
        let admin = app.admin().await;
        let client = once(&admin, "a-key");
        let first = client.post("/v2/customers", customer("ron@example.com")).await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "tier", "string", json!({ "required": true })).await;
        let again = client.post("/v2/customers", customer("ron@example.com")).await;
        assert_eq!((again.status.as_u16(), &again.body), (201, &first.body));
        assert_eq!(again.header("etag"), first.header("etag"));
        // The record may have changed or be gone: the answer tells what the request did.
        let path = format!("/v2/customers/{}", first.data(201)["id"].as_str().unwrap());
        admin.delete(&path).await.expect(204);
        assert_eq!(client.post("/v2/customers", customer("ron@example.com")).await.body, first.body);
    }

    async fn a_repeated_change_is_not_refused_for_what_it_has_changed_itself(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("books").await;
        admin.create_relationship(&flow, "refers", "one-to-many", "wishlist").await;
        let book = admin.post_entry("books", json!({})).await;
        let record = format!("/v2/flows/books/entries/{}", book.data(201)["id"].as_str().unwrap());
        let client = once(&admin, "a-key").with("if-match", book.header("etag").unwrap());
        let (path, body) = (format!("{record}/relationships/refers"), json!({ "data": [{ "type": "wishlist", "id": "a" }] }));
        let first = client.post(&path, body.clone()).await;
        first.expect(201);
        let again = client.post(&path, body.clone()).await;
        assert_eq!((again.status.as_u16(), &again.body, replayed(&again)), (201, &first.body, true));
        // A change that was refused took no key.
        let refused = once(&admin, "b-key").with("if-match", book.header("etag").unwrap());
        refused.post(&path, body.clone()).await.expect(412);
        once(&admin, "b-key").with("if-match", "*").post(&path, body).await.expect(201);
    }

    async fn a_key_is_known_for_a_day(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("books").await;
        let (path, body) = ("/v2/flows/books/entries", json!({ "data": { "type": "entry" } }));
        let first = once(&admin, "a-key").post(path, body.clone()).await.data(201);
        app.database.clock.advance(12 * 3600);
        let admin = app.admin().await;
        once(&admin, "b-key").post(path, body.clone()).await.expect(201);
        assert_eq!(purge(&app.app).await.unwrap(), 0);
        app.database.clock.advance(12 * 3600 - 1);
        let admin = app.admin().await;
        assert_eq!(once(&admin, "a-key").post(path, body.clone()).await.data(201), first);
        app.database.clock.advance(1);
        let anew = once(&admin, "a-key").post(path, body.clone()).await;
        assert_ne!(anew.data(201)["id"], first["id"]);
        assert!(!replayed(&anew));
        assert_eq!(once(&admin, "a-key").post(path, body.clone()).await.body, anew.body);
        // A new day, a new use.
        app.database.clock.advance(12 * 3600);
        let admin = app.admin().await;
        let other = json!({ "data": { "type": "field", "name": "a", "slug": "a", "field_type": "string",
            "relationships": { "flow": { "data": { "id": flow } } } } });
        once(&admin, "a-key").post("/v2/fields", other.clone()).await.expect(422);
        assert_eq!(purge(&app.app).await.unwrap(), 1);
        app.database.clock.advance(12 * 3600);
        assert_eq!(purge(&app.app).await.unwrap(), 1);
        assert_eq!(purge(&app.app).await.unwrap(), 0);
        once(&app.admin().await, "a-key").post("/v2/fields", other).await.expect(201);
    }

    async fn every_caller_has_keys_of_their_own(app: TestApp) {
        let admin = app.admin().await;
        let body = customer("ron@example.com");
        let id = |data: &Value| data["id"].as_str().unwrap().to_owned();
        let ron = once(&admin, "a-key").post("/v2/customers", body.clone()).await.data(201);
        let leslie = json!({ "password": "waffles" });
        let leslie = admin.create_customer("leslie@example.com", leslie).await;

        let other = app.other_store("Other").await.admin;
        let theirs = once(&other, "a-key").post("/v2/customers", body.clone()).await;
        assert!(!replayed(&theirs));
        assert_ne!(theirs.data(201)["id"], ron["id"]);

        let key = json!({ "data": { "type": "application_key", "name": "a" } });
        let key = admin.post("/v2/application-keys", key).await.data(201);
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        let colleague = app.client("client_credentials", &text("client_id"), &text("client_secret")).await;
        once(&colleague, "a-key").post("/v2/customers", body.clone()).await.expect(409);

        // Who may not ask is told nothing, whatever key they guess.
        let visitor = once(&app.visitor().await, "a-key");
        visitor.post("/v2/customers", body.clone()).await.expect(403);
        once(&app.anonymous(), "a-key").post("/v2/customers", body).await.expect(401);
        let address = json!({ "data": { "first_name": "a", "last_name": "b", "line_1": "c", "county": "d", "postcode": "e", "country": "f" } });
        let (of_ron, of_leslie) = (format!("/v2/customers/{}/addresses", id(&ron)), format!("/v2/customers/{}/addresses", id(&leslie)));
        let as_ron = once(&app.customer("ron@example.com", "bacon").await, "b-key");
        let as_leslie = once(&app.customer("leslie@example.com", "waffles").await, "b-key");
        as_ron.post(&of_ron, address.clone()).await.expect(201);
        as_leslie.post(&of_ron, address.clone()).await.expect(403);
        assert!(!replayed(&as_leslie.post(&of_leslie, address.clone()).await));
        assert!(replayed(&as_ron.post(&of_ron, address.clone()).await));
        once(&admin, "b-key").post(&of_ron, address).await.expect(201);
        assert_eq!(total(&admin, &of_ron).await, 2);

        // A key that is gone is answered nothing, also not what it was answered before.
        let path = format!("/v2/application-keys/{}", id(&key));
        let made = once(&colleague, "c-key").post("/v2/customers", customer("april@example.com")).await;
        made.expect(201);
        app.second_node().await.admin().await.delete(&path).await.expect(204);
        once(&colleague, "c-key").post("/v2/customers", customer("april@example.com")).await.expect(401);
    }

    async fn keys_are_visible_ascii_and_not_for_secrets(app: TestApp) {
        let admin = app.admin().await;
        for wrong in ["", "a b", "ü", &"x".repeat(256)] {
            assert_eq!(once(&admin, wrong).post("/v2/customers", customer("ron@example.com")).await.errors(400),
                ["the header Idempotency-Key must have 1 to 255 visible ASCII characters, such as a UUID"]);
        }
        once(&app.anonymous(), "").post("/v2/customers", customer("ron@example.com")).await.expect(401);
        once(&admin, &"x".repeat(255)).post("/v2/customers", customer("ron@example.com")).await.expect(201);
        let key = json!({ "data": { "type": "application_key", "name": "a" } });
        assert_eq!(once(&admin, "a-key").post("/v2/application-keys", key.clone()).await.errors(400),
            ["the header Idempotency-Key cannot be used here: a secret is shown once and never kept, so send the request without it"]);
        once(&app.visitor().await, "a-key").post("/v2/application-keys", key).await.expect(403);
        let token = json!({ "data": { "type": "token", "email": "ron@example.com", "password": "bacon" } });
        let tokens = once(&admin, "t-key");
        let first = tokens.post("/v2/customers/tokens", token.clone()).await.data(200);
        assert_ne!(tokens.post("/v2/customers/tokens", token).await.data(200)["id"], first["id"]);
    }

    async fn a_repeat_whose_answer_was_never_noted_is_shown_the_record(app: TestApp) {
        use customary_testkit::customary_store::db::Sql;
        let admin = app.admin().await;
        for (number, (path, body, _, list)) in creations(&admin).await.into_iter().enumerate() {
            let client = once(&admin, &format!("key-{number}"));
            let first = client.post(&path, body.clone()).await;
            let count = total(&admin, &list).await;
            // As if the process had ended between the write and the note.
            app.database.db.write(async |tx| {
                let sql = "UPDATE idempotency_keys SET status = NULL, etag = NULL, body = NULL";
                tx.execute(&Sql::built(sql.to_owned()), &[]).await
            }).await.unwrap();
            let again = client.post(&path, body).await;
            assert_eq!((again.status.as_u16(), again.expect(201)), (201, first.expect(201)), "{path}");
            assert_eq!(again.header("etag"), first.header("etag"), "{path}");
            assert!(replayed(&again), "{path}");
            assert_eq!(total(&admin, &list).await, count, "{path}");
        }
    }

    async fn what_is_kept_of_a_request_are_hashes(app: TestApp) {
        use customary_testkit::customary_store::db::{Row, Sql};
        let admin = app.admin().await;
        once(&admin, "my-secret-key").post("/v2/customers", customer("ron@example.com")).await.expect(201);
        let rows = app.database.db.read(async |tx| {
            let sql = "SELECT id, fingerprint, record_id, etag, body FROM idempotency_keys";
            let decode = |row: &Row<'_>| (0..5).map(|column| row.get::<String>(column)).collect::<Result<Vec<_>, _>>();
            tx.list(&Sql::built(sql.to_owned()), &[], decode).await
        }).await.unwrap();
        assert_eq!(rows.len(), 1);
        let kept = rows[0].join(" ");
        assert!(!kept.contains("my-secret-key") && !kept.contains("bacon"), "{kept}");
    }
}
