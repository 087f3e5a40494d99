//! Two clients, one record: `ETag`, `If-Match`, `If-None-Match` and the setting `require_if_match`.

use customary_testkit::customary_model::secret::Secret;
use customary_testkit::customary_service::operator::{self, ClientCredentials};
use customary_testkit::{Client, Response, TestApp, Value, both_engines, json};

fn tag(response: &Response) -> String {
    response.header("etag").expect("an ETag").to_owned()
}

/// What a refused write is told besides words.
fn outdated(response: &Response) -> Value {
    let meta = response.expect(412)["errors"][0]["meta"].clone();
    assert_eq!(meta["etag"], tag(response));
    meta
}

fn if_match(client: &Client, tag: &str) -> Client {
    client.clone().with("if-match", tag)
}

fn if_none_match(client: &Client, tag: &str) -> Client {
    client.clone().with("if-none-match", tag)
}

const ADDRESS: &str = r#"{"data":{"first_name":"a","last_name":"b","line_1":"c","county":"d","postcode":"e","country":"f"}}"#;

/// A path of each type of record, with two changes of it and the keys that each changes.
async fn records(admin: &Client) -> Vec<(String, [(Value, Value); 2])> {
    let id = |data: Value| data["id"].as_str().unwrap().to_owned();
    let flow = admin.create_flow("books").await;
    let field = admin
        .create_field(&flow, "title", "string", json!({}))
        .await;
    admin
        .create_field(&flow, "pages", "integer", json!({}))
        .await;
    let entry = id(admin.post_entry("books", json!({})).await.data(201));
    admin.create_flow("orders").await;
    let free = id(admin
        .post_entry("orders", json!({ "id": "order-1" }))
        .await
        .data(201));
    let orders = id(admin.get("/v2/flows/orders").await.data(200));
    admin
        .create_field(&orders, "note", "string", json!({}))
        .await;
    let customer = id(admin.create_customer("ron@example.com", json!({})).await);
    let addresses = format!("/v2/customers/{customer}/addresses");
    let address = admin
        .send("POST", &addresses, ADDRESS.as_bytes().to_vec())
        .await;
    let address = id(address.data(201));
    let key = json!({ "data": { "type": "application_key", "name": "a" } });
    let key = id(admin.post("/v2/application-keys", key).await.data(201));
    let by_name = || {
        [
            (json!({ "name": "b" }), json!(["name"])),
            (json!({ "name": "c" }), json!(["name"])),
        ]
    };
    vec![
        (format!("/v2/customers/{customer}"), by_name()),
        (format!("{addresses}/{address}"), by_name()),
        (
            format!("/v2/flows/{flow}"),
            [
                (json!({ "description": "b" }), json!(["description"])),
                (json!({ "name": "c" }), json!(["name"])),
            ],
        ),
        (
            format!("/v2/fields/{field}"),
            [
                (json!({ "order": 5 }), json!(["order"])),
                (
                    json!({ "name": "c", "required": true, "unique": true }),
                    json!(["name", "required", "unique"]),
                ),
            ],
        ),
        (
            format!("/v2/application-keys/{key}"),
            [
                (
                    json!({ "reserved_rate_limit": 1 }),
                    json!(["reserved_rate_limit"]),
                ),
                (json!({ "name": "c" }), json!(["name"])),
            ],
        ),
        (
            format!("/v2/flows/books/entries/{entry}"),
            [
                (json!({ "pages": 1 }), json!(["pages"])),
                (json!({ "title": "c" }), json!(["title"])),
            ],
        ),
        (
            format!("/v2/flows/orders/entries/{free}"),
            [
                (json!({ "note": "b" }), json!(["note"])),
                (json!({ "note": "c" }), json!(["note"])),
            ],
        ),
    ]
}

both_engines! {
    async fn of_two_who_change_the_same_state_the_second_is_told_what_the_first_did(app: TestApp) {
        let admin = app.admin().await;
        for (path, [(first, changed), (second, changed_later)]) in records(&admin).await {
            let read = admin.get(&path).await;
            let seen = tag(&read);
            let client = if_match(&admin, &seen);
            let updated = client.put(&path, json!({ "data": first })).await;
            updated.expect(200);
            assert_ne!(tag(&updated), seen, "{path}");
            assert_eq!(tag(&admin.get(&path).await), tag(&updated), "{path}");

            let refused = client.put(&path, json!({ "data": second })).await;
            assert_eq!(outdated(&refused), json!({ "etag": tag(&updated), "changed": changed }), "{path}");
            assert_eq!(admin.get(&path).await.body, updated.body, "{path}");
            assert_eq!(client.delete(&path).await.status, 412, "{path}");
            // Also when it would change nothing.
            assert_eq!(client.put(&path, json!({ "data": {} })).await.status, 412, "{path}");

            let again = if_match(&admin, &tag(&updated)).put(&path, json!({ "data": second })).await;
            again.expect(200);
            // Of several states that are named, the newest is what the sender knows.
            let both = if_match(&admin, &format!("{seen}, {}", tag(&updated)));
            assert_eq!(outdated(&both.put(&path, json!({ "data": {} })).await)["changed"], changed_later, "{path}");
            if_match(&admin, &format!("\"foreign\", W/{}", tag(&again))).put(&path, json!({ "data": {} })).await.expect(200);
            if_match(&admin, "*").put(&path, json!({ "data": first })).await.expect(200);
        }
    }

    async fn what_is_wrong_with_an_update_of_a_record_is_said_before_what_the_record_has_become(app: TestApp) {
        let admin = app.admin().await;
        let outdated = if_match(&admin, "\"0-0\"");
        let paths: Vec<String> = records(&admin).await.into_iter().map(|(path, _)| path).collect();
        for (path, wrong, status) in [
            (&paths[0], json!({ "name": 1 }), 422),
            (&paths[1], json!({ "county": "" }), 400),
            (&paths[5], json!({ "pages": "x" }), 422),
            (&paths[6], json!({ "note": {} }), 422),
        ] {
            assert_eq!(outdated.put(path, json!({ "data": {} })).await.status, 412, "{path}");
            assert_eq!(outdated.put(path, json!({ "data": wrong })).await.status, status, "{path}");
        }
    }

    async fn a_record_is_deleted_in_the_state_that_was_seen(app: TestApp) {
        let admin = app.admin().await;
        let mut records = records(&admin).await;
        // Addresses before their customer, entries and fields before their flow.
        records.reverse();
        records.sort_by_key(|(path, _)| std::cmp::Reverse(path.matches('/').count()));
        let flow = records.iter().position(|(path, _)| path.starts_with("/v2/flows/") && path.matches('/').count() == 3).unwrap();
        let flow = records.remove(flow);
        records.push(flow);
        for (path, [(change, _), _]) in records {
            let seen = tag(&admin.get(&path).await);
            admin.put(&path, json!({ "data": change })).await.expect(200);
            outdated(&if_match(&admin, &seen).delete(&path).await);
            let now = tag(&admin.get(&path).await);
            assert_eq!(if_match(&admin, &now).delete(&path).await.status, 204, "{path}");
            for any in ["*", &now] {
                assert_eq!(if_match(&admin, any).put(&path, json!({ "data": change })).await.status, 404, "{path}");
            }
        }
    }

    async fn whoever_knows_the_state_is_sent_no_body(app: TestApp) {
        let admin = app.admin().await;
        for (path, [(change, _), _]) in records(&admin).await {
            let read = admin.get(&path).await;
            let seen = tag(&read);
            for known in [&seen, "*", &format!("W/{seen}"), &format!("\"other\", {seen}")] {
                let answer = if_none_match(&admin, known).get(&path).await;
                assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0), "{path} {known}");
                assert_eq!(tag(&answer), seen);
                assert_eq!(if_none_match(&admin, known).send("HEAD", &path, Vec::new()).await.status, 304);
            }
            let client = if_none_match(&admin, &seen);
            admin.put(&path, json!({ "data": change })).await.expect(200);
            let changed = client.get(&path).await;
            assert_ne!(changed.body, read.body);
            assert_ne!(tag(&changed), seen);
            assert_eq!(app.visitor().await.with("if-none-match", "*").get("/v2/customers/x").await.status, 403);
        }
    }

    async fn a_renamed_field_is_another_state_to_read_and_the_same_to_write(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let field = admin.create_field(&flow, "tier", "string", json!({})).await;
        let hidden = admin.create_field(&flow, "hidden", "string", json!({})).await;
        let ron = admin.create_customer("ron@example.com", json!({ "tier": "gold" })).await;
        let path = format!("/v2/customers/{}", ron["id"].as_str().unwrap());
        let seen = tag(&admin.get(&path).await);
        admin.put(&path, json!({ "data": { "hidden": "x" } })).await.expect(200);
        admin.put(&format!("/v2/fields/{field}"), json!({ "data": { "slug": "rank" } })).await.expect(200);
        let read = if_none_match(&admin, &seen).get(&path).await;
        assert_eq!(read.data(200)["rank"], "gold");
        let before_renaming = tag(&read);
        let unchanged = if_none_match(&admin, &before_renaming);
        assert_eq!(unchanged.get(&path).await.status, 304);
        admin.put(&format!("/v2/fields/{field}"), json!({ "data": { "slug": "level" } })).await.expect(200);
        assert_eq!(unchanged.get(&path).await.data(200)["level"], "gold");
        // Nobody else's update is lost by this one.
        let written = if_match(&admin, &before_renaming).put(&path, json!({ "data": { "level": "silver" } })).await;
        assert_eq!(written.data(200)["level"], "silver");
        // Changes are told by the names of today, and not of fields that are out of sight.
        admin.put(&format!("/v2/fields/{field}"), json!({ "data": { "slug": "grade" } })).await.expect(200);
        admin.put(&format!("/v2/fields/{hidden}"), json!({ "data": { "enabled": false } })).await.expect(200);
        let refused = if_match(&admin, &seen).put(&path, json!({ "data": { "name": "R" } })).await;
        assert_eq!(outdated(&refused)["changed"], json!(["grade"]));
        assert_eq!(refused.errors(412), ["The record has changed since the state that If-Match names: grade. \
            Read it again, apply your change to it, and send its new ETag as If-Match"]);
    }

    async fn a_customer_and_their_entry_have_the_same_versions(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "tier", "string", json!({})).await;
        let ron = admin.create_customer("ron@example.com", json!({ "password": "bacon" })).await;
        let (id, now) = (ron["id"].as_str().unwrap(), json!({ "data": { "tier": "gold", "password": "waffles" } }));
        let (customer, entry) = (format!("/v2/customers/{id}"), format!("/v2/flows/customers/entries/{id}"));
        let seen = tag(&admin.get(&customer).await);
        assert_eq!(tag(&admin.get(&entry).await), seen);
        if_match(&admin, &seen).put(&entry, json!({ "data": { "tier": "silver" } })).await.expect(200);
        let refused = if_match(&admin, &seen).put(&customer, now.clone()).await;
        assert_eq!(outdated(&refused)["changed"], json!(["tier"]));
        admin.put(&customer, now).await.expect(200);
        assert_eq!(outdated(&if_match(&admin, &seen).delete(&entry).await)["changed"], json!(["password", "tier"]));
        let created_anew = json!({ "data": { "type": "entry", "id": id } });
        assert_eq!(if_match(&admin, &seen).post("/v2/flows/customers/entries", created_anew).await.status, 412);
        let now = tag(&admin.get(&customer).await);
        assert_eq!(if_match(&admin, &now).delete(&entry).await.status, 204);
        assert_eq!(admin.get(&customer).await.data(200)["tier"], Value::Null);
        assert_eq!(outdated(&if_match(&admin, &now).delete(&customer).await)["changed"], json!(["tier"]));
        app.verify().await;
    }

    async fn a_change_of_references_is_a_change_of_the_record(app: TestApp) {
        let admin = app.admin().await;
        for slug in ["customers", "books"] {
            let flow = admin.create_flow(slug).await;
            admin.create_relationship(&flow, "refers", "one-to-many", "wishlist").await;
        }
        let ron = admin.create_customer("ron@example.com", json!({})).await;
        let book = admin.post_entry("books", json!({})).await.data(201);
        let (ron, book) = (ron["id"].as_str().unwrap(), book["id"].as_str().unwrap());
        for record in [format!("/v2/customers/{ron}"), format!("/v2/flows/customers/entries/{ron}"), format!("/v2/flows/books/entries/{book}")] {
            let path = format!("{record}/relationships/refers");
            let seen = tag(&admin.get(&record).await);
            let reference = |id: &str| json!({ "data": [{ "type": "wishlist", "id": id }] });
            let client = if_match(&admin, &seen);
            let added = client.post(&path, reference(&record)).await;
            assert_eq!((added.status.as_u16(), added.header("etag")), (201, None));
            for refused in [
                client.post(&path, reference("b")).await,
                client.put(&path, reference("b")).await,
                client.delete(&path).await,
            ] {
                assert_eq!(outdated(&refused)["changed"], json!(["refers"]), "{path}");
            }
            assert_eq!(admin.get(&path).await.header("etag"), None);
            let now = tag(&admin.get(&record).await);
            assert_eq!(if_match(&admin, &now).delete(&path).await.status, 204, "{path}");
        }
    }

    async fn what_depends_on_other_records_has_no_tag(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_relationship(&flow, "friends", "one-to-many", "customers").await;
        let ron = admin.create_customer("ron@example.com", json!({})).await;
        let path = format!("/v2/customers/{}", ron["id"].as_str().unwrap());
        let client = if_none_match(&admin, "*");
        assert_eq!(client.get(&format!("{path}?include=friends")).await.header("etag"), None);
        client.get(&format!("{path}?include=friends")).await.expect(200);
        assert_eq!(client.get(&format!("{path}?include=")).await.status, 304);
        for list in ["/v2/customers", "/v2/flows", "/v2/settings"] {
            assert_eq!(client.get(list).await.header("etag"), None, "{list}");
        }
    }

    async fn a_store_may_ask_every_write_for_its_state(app: TestApp) {
        let admin = app.admin().await;
        let records = records(&admin).await;
        let flow = admin.create_flow("customers").await;
        admin.create_relationship(&flow, "friends", "one-to-many", "customers").await;
        let set = |on: bool| json!({ "data": { "type": "settings", "require_if_match": on } });
        let untouched = admin.get("/v2/settings").await.expect(200);
        assert_eq!(untouched["data"].get("require_if_match"), None);
        assert_eq!(admin.put("/v2/settings", set(true)).await.data(200)["require_if_match"], true);
        assert_eq!(admin.get("/v2/settings").await.data(200)["require_if_match"], true);
        for (path, [(change, _), _]) in &records {
            let change = json!({ "data": change });
            let refused = admin.put(path, change.clone()).await;
            assert!(refused.errors(428)[0].ends_with("read the record and send its ETag as If-Match"), "{path}");
            assert_eq!(admin.delete(path).await.status, 428, "{path}");
            if_match(&admin, &tag(&admin.get(path).await)).put(path, change).await.expect(200);
        }
        let friends = format!("{}/relationships/friends", records[0].0);
        let reference = json!({ "data": [{ "type": "customer", "id": "x" }] });
        admin.put(&friends, reference.clone()).await.expect(428);
        admin.delete(&friends).await.expect(428);
        // What only adds loses nobody's change.
        admin.post(&friends, reference).await.expect(201);
        // Who names an entry that does not exist has no state to name.
        admin.put("/v2/flows/orders/entries/new", json!({ "data": {} })).await.expect(200);
        admin.put("/v2/flows/orders/entries/new", json!({ "data": {} })).await.expect(428);
        admin.put("/v2/settings", set(false)).await.expect(200);
        assert_eq!(admin.get("/v2/settings").await.expect(200), untouched);
        admin.put(&records[0].0, json!({ "data": { "name": "free" } })).await.expect(200);
    }

    async fn malformed_tags_are_refused_by_the_name_of_their_header(app: TestApp) {
        let (admin, nobody) = (app.admin().await, app.anonymous());
        let ron = admin.create_customer("ron@example.com", json!({})).await;
        let path = format!("/v2/customers/{}", ron["id"].as_str().unwrap());
        for wrong in ["7-12", "\"7-12", "", "*, \"1-1\"", "\"ü\""] {
            let detail = |name: &str| format!("the header {name} must be * or tags in double quotes, such as \"7-12\": send the ETag of an answer as it is");
            assert_eq!(if_match(&admin, wrong).put(&path, json!({ "data": {} })).await.errors(400), [detail("If-Match")]);
            assert_eq!(if_match(&admin, wrong).delete(&path).await.errors(400), [detail("If-Match")]);
            assert_eq!(if_none_match(&admin, wrong).get(&path).await.errors(400), [detail("If-None-Match")]);
            if_match(&nobody, wrong).delete(&path).await.expect(401);
            if_none_match(&nobody, wrong).get(&path).await.expect(401);
        }
        // A tag of another server names no state of ours.
        let refused = if_match(&admin, "\"abc\"").put(&path, json!({ "data": { "name": "x" } })).await;
        assert_eq!(refused.errors(412), ["The record is not in the state that If-Match names. \
            Read it again, apply your change to it, and send its new ETag as If-Match"]);
    }

    async fn an_entry_that_is_made_again_is_not_the_one_that_was(app: TestApp) {
        let admin = app.admin().await;
        admin.create_flow("orders").await;
        let path = "/v2/flows/orders/entries/order-1";
        admin.put(path, json!({ "data": {} })).await.expect(200);
        let seen = tag(&admin.get(path).await);
        assert_eq!(admin.delete(path).await.status, 204);
        // Who means an entry that exists does not make it anew.
        if_match(&admin, &seen).put(path, json!({ "data": {} })).await.expect(404);
        app.database.clock.advance(1);
        admin.put(path, json!({ "data": {} })).await.expect(200);
        if_none_match(&admin, &seen).get(path).await.expect(200);
        if_match(&admin, &seen).put(path, json!({ "data": {} })).await.expect(412);
    }

    async fn of_many_who_change_one_state_one_does(app: TestApp) {
        let second = app.second_node().await;
        let (one, two) = (app.admin().await, second.admin().await);
        let ron = one.create_customer("ron@example.com", json!({})).await;
        let path = format!("/v2/customers/{}", ron["id"].as_str().unwrap());
        let seen = tag(&one.get(&path).await);
        let writers: Vec<_> = (0..16)
            .map(|number| {
                let (client, path) = (if_match(if number % 2 == 0 { &one } else { &two }, &seen), path.clone());
                customary_testkit::tokio::spawn(async move {
                    client.put(&path, json!({ "data": { "name": format!("R{number}") } })).await.status.as_u16()
                })
            })
            .collect();
        let mut statuses = Vec::new();
        for writer in writers {
            statuses.push(writer.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200);
        assert_eq!(statuses[1..], [412; 15]);
    }

    async fn another_secret_and_another_use_are_other_states_of_a_key(app: TestApp) {
        let admin = app.admin().await;
        let key = json!({ "data": { "type": "application_key", "name": "a" } });
        let created = admin.post("/v2/application-keys", key).await;
        let key = created.data(201);
        let path = format!("/v2/application-keys/{}", key["id"].as_str().unwrap());
        let seen = tag(&created);
        assert_eq!(if_none_match(&admin, &seen).get(&path).await.status, 304);
        let (id, secret) = (key["client_id"].as_str().unwrap(), key["client_secret"].as_str().unwrap());
        app.client("client_credentials", id, secret).await;
        let used = if_none_match(&admin, &seen).get(&path).await;
        assert!(used.data(200)["meta"]["timestamps"]["last_used_at"].is_string());
        // Another secret shows as another time of change.
        let known = tag(&admin.get(&path).await);
        let other = ClientCredentials { client_id: id.to_owned(), client_secret: Secret::new("another") };
        operator::prepare(&app.app, Some(other)).await.unwrap();
        if_none_match(&admin, &known).get(&path).await.expect(200);
        assert_eq!(if_match(&admin, &known).delete(&path).await.status, 412);
        let seen = tag(&admin.get(&path).await);
        app.database.clock.advance(60);
        app.client("client_credentials", id, "another").await;
        if_none_match(&admin, &seen).get(&path).await.expect(200);
        // Having been used is no change that an update could undo.
        if_match(&admin, &seen).put(&path, json!({ "data": { "name": "b" } })).await.expect(200);
    }

    async fn browsers_may_send_and_see_the_headers(app: TestApp) {
        let anonymous = app.anonymous().with("origin", "https://shop.example");
        let asked = anonymous.clone().with("access-control-request-method", "PUT")
            .with("access-control-request-headers", "authorization,if-match,if-none-match,idempotency-key");
        let preflight = asked.send("OPTIONS", "/v2/customers", Vec::new()).await;
        assert_eq!(preflight.header("access-control-allow-headers"), Some("authorization,if-match,if-none-match,idempotency-key"));
        let exposed = anonymous.get("/v2/flows").await;
        let exposed = exposed.header("access-control-expose-headers").unwrap().to_lowercase();
        assert!(exposed.contains("etag") && exposed.contains("idempotent-replayed"), "{exposed}");
    }
}
