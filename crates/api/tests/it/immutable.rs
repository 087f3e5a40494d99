//! Fields whose values stay as they are once a record has one (`contract/flows.md` §7).

use customary_testkit::{Client, Response, TestApp, Value, both_engines, json, tokio};

const CANNOT_CHANGE: &str =
    "is immutable: its value cannot change once it is set, so leave it out or send the same value";
const CANNOT_GO: &str = "is immutable: its value can only be removed by deleting the whole record";

fn detail(slug: &str, words: &str) -> String {
    format!("data.{slug}: \"{slug}\" {words}")
}

/// Makes a flow with the immutable string `sku`, the free string `note` and the immutable
/// relationship `makers`.
async fn create_flow(admin: &Client, slug: &str) -> String {
    let flow = admin.create_flow(slug).await;
    let sku = json!({ "immutable": true, "order": 1 });
    admin.create_field(&flow, "sku", "string", sku).await;
    admin
        .create_field(&flow, "note", "string", json!({ "order": 2 }))
        .await;
    let rules = json!([{ "type": "one-to-many", "to": "company" }]);
    let makers = json!({ "immutable": true, "validation_rules": rules });
    admin
        .create_field(&flow, "makers", "relationship", makers)
        .await;
    flow
}

async fn send(admin: &Client, method: &str, path: &str, data: Value) -> Response {
    let body = json!({ "data": data }).to_string().into_bytes();
    admin.send(method, path, body).await
}

async fn put(admin: &Client, path: &str, data: Value) -> Response {
    send(admin, "PUT", path, data).await
}

fn at(list: &str, record: &Value) -> String {
    format!("{list}/{}", record["id"].as_str().unwrap())
}

fn an_address() -> Value {
    json!({ "first_name": "a", "last_name": "b", "line_1": "c", "county": "d", "postcode": "e", "country": "f" })
}

/// What holds of every record that an update of `path` changes, and that has no values yet.
async fn is_set_once(admin: &Client, path: &str) {
    put(admin, path, json!({ "sku": null })).await.expect(200);
    assert_eq!(
        put(admin, path, json!({ "sku": "A" })).await.data(200)["sku"],
        "A"
    );
    for (sku, words) in [
        (json!("B"), CANNOT_CHANGE),
        (json!(""), CANNOT_CHANGE),
        (Value::Null, CANNOT_GO),
    ] {
        let answer = put(admin, path, json!({ "note": "lost", "sku": sku })).await;
        assert_eq!(
            answer.expect(422),
            json!({ "errors": [{
                "status": 422, "title": "Validation Error", "source": "data.sku", "detail": detail("sku", words),
            }] })
        );
    }
    // Nothing of a refused update is kept, and everything of one that sends the value again.
    let record = admin.get(path).await.data(200);
    assert_eq!(
        (&record["sku"], &record["note"]),
        (&json!("A"), &Value::Null)
    );
    let record = put(admin, path, json!({ "sku": "A", "note": "kept" })).await;
    assert_eq!(record.data(200)["note"], "kept");
    let record = put(admin, path, json!({ "note": null })).await.data(200);
    assert_eq!(
        (&record["sku"], &record["note"]),
        (&json!("A"), &Value::Null)
    );
}

/// What holds of the immutable references of every record, which has none yet.
async fn is_related_once(admin: &Client, record: &str) {
    let path = format!("{record}/relationships/makers");
    let maker = |id: &str| json!({ "type": "company", "id": id });
    let refused = async |method: &str, data: Value, words: &str| {
        let answer = send(admin, method, &path, data).await;
        assert_eq!(answer.errors(422), [detail("makers", words)], "{method}");
    };
    send(admin, "PUT", &path, json!([])).await.expect(200);
    let both = json!([maker("a"), maker("b")]);
    send(admin, "POST", &path, both.clone()).await.expect(201);

    refused("POST", maker("c"), CANNOT_CHANGE).await;
    refused("PUT", maker("a"), CANNOT_CHANGE).await;
    refused("PUT", json!([maker("b"), maker("a")]), CANNOT_CHANGE).await;
    refused("PUT", Value::Null, CANNOT_GO).await;
    refused("DELETE", maker("a"), CANNOT_CHANGE).await;
    refused("DELETE", both.clone(), CANNOT_GO).await;
    assert_eq!(
        admin.delete(&path).await.errors(422),
        [detail("makers", CANNOT_GO)]
    );

    send(admin, "POST", &path, maker("b")).await.expect(201);
    send(admin, "PUT", &path, both.clone()).await.expect(200);
    send(admin, "DELETE", &path, maker("unknown"))
        .await
        .expect(204);
    assert_eq!(admin.get(&path).await.data(200), both);
}

/// Sends every update at once, each with another value, half of them to each of two nodes.
async fn race(nodes: [Client; 2], method: &'static str, path: &str, data: fn(usize) -> Value) {
    let writers: Vec<_> = (0..20)
        .map(|number| {
            let (node, path) = (nodes[number % 2].clone(), path.to_owned());
            let body = json!({ "data": data(number) }).to_string().into_bytes();
            tokio::spawn(async move { node.send(method, &path, body).await.status.as_u16() })
        })
        .collect();
    let mut refused = 0;
    let mut winner = None;
    for (number, writer) in writers.into_iter().enumerate() {
        match writer.await.unwrap() {
            200 | 201 => assert_eq!(winner.replace(number), None, "two writes were first"),
            422 => refused += 1,
            status => panic!("{status}"),
        }
    }
    assert_eq!(refused, 19);
    let winner = data(winner.unwrap());
    let record = path.strip_suffix("/relationships/makers");
    let seen = nodes[0].get(path).await.data(200);
    match record {
        Some(_) => assert_eq!(seen, json!([winner])),
        None => assert_eq!(seen["sku"], winner["sku"]),
    }
}

both_engines! {
    async fn a_field_says_that_it_is_immutable_and_nothing_when_it_is_not(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("wishlist").await;
        let id = admin.create_field(&flow, "sku", "string", json!({})).await;
        let path = format!("/v2/fields/{id}");
        let field = admin.get(&path).await.data(200);
        assert_eq!(field.get("immutable"), None);
        let updated = put(&admin, &path, json!({ "immutable": true })).await.data(200);
        assert_eq!(updated["immutable"], true);
        let second = app.second_node().await.admin().await;
        assert_eq!(second.get("/v2/flows/wishlist/fields").await.data(200)[0]["immutable"], true);
        for wrong in [json!("yes"), json!(1), Value::Null] {
            assert_eq!(put(&admin, &path, json!({ "immutable": wrong })).await.errors(422), [detail("immutable", "must be a boolean")]);
        }
        assert_eq!(put(&admin, &path, json!({ "name": "Article" })).await.data(200)["immutable"], true);
        let updated = put(&admin, &path, json!({ "immutable": false })).await.data(200);
        assert_eq!(updated.get("immutable"), None);
        assert_eq!(updated.as_object().unwrap().keys().collect::<Vec<_>>(), field.as_object().unwrap().keys().collect::<Vec<_>>());
    }

    async fn values_of_a_customer_are_set_once(app: TestApp) {
        let admin = app.admin().await;
        create_flow(&admin, "customers").await;
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let path = at("/v2/customers", &customer);
        is_set_once(&admin, &path).await;
        is_related_once(&admin, &path).await;
        assert_eq!(put(&admin, &path, json!({ "name": "Lost", "sku": "B" })).await.errors(422).len(), 1);
        assert_ne!(admin.get(&path).await.data(200)["name"], "Lost");
        assert_eq!(admin.delete(&path).await.status, 204);
    }

    async fn values_of_an_address_are_set_once(app: TestApp) {
        let admin = app.admin().await;
        create_flow(&admin, "addresses").await;
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let list = format!("{}/addresses", at("/v2/customers", &customer));
        let address = send(&admin, "POST", &list, an_address()).await.data(201);
        is_set_once(&admin, &at(&list, &address)).await;
        is_related_once(&admin, &at("/v2/flows/addresses/entries", &address)).await;
        let errors = put(&admin, &at(&list, &address), json!({ "city": "Lost", "sku": null })).await.errors(422);
        assert_eq!(errors, [detail("sku", CANNOT_GO)]);
        assert_eq!(admin.get(&at(&list, &address)).await.data(200)["city"], "");
        assert_eq!(admin.delete(&at(&list, &address)).await.status, 204);
    }

    async fn values_of_entries_are_set_once(app: TestApp) {
        let admin = app.admin().await;
        for (flow, list) in [("wishlist", "/v2/flows/wishlist/entries"), ("products(book)", "/v2/flows/products(book)/entries")] {
            create_flow(&admin, flow).await;
            let entry = admin.post_entry(flow, json!({})).await.data(201);
            is_set_once(&admin, &at(list, &entry)).await;
            is_related_once(&admin, &at(list, &entry)).await;
            assert_eq!(admin.delete(&at(list, &entry)).await.status, 204);
            let entry = admin.post_entry(flow, json!({ "sku": "A" })).await.data(201);
            assert_eq!(put(&admin, &at(list, &entry), json!({ "sku": "B" })).await.errors(422), [detail("sku", CANNOT_CHANGE)]);
        }
        // Those that are created by naming them.
        let path = "/v2/flows/products(book)/entries/one";
        assert_eq!(put(&admin, path, json!({ "sku": "A" })).await.data(200)["sku"], "A");
        assert_eq!(put(&admin, path, json!({ "sku": "B" })).await.errors(422), [detail("sku", CANNOT_CHANGE)]);
        is_related_once(&admin, "/v2/flows/products(book)/entries/two").await;
    }

    async fn values_of_rows_seen_as_entries_are_set_once(app: TestApp) {
        let admin = app.admin().await;
        for flow in ["customers", "addresses"] {
            create_flow(&admin, flow).await;
        }
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let addresses = format!("{}/addresses", at("/v2/customers", &customer));
        let address = send(&admin, "POST", &addresses, an_address()).await.data(201);
        for (flow, row, path) in [("customers", &customer, at("/v2/customers", &customer)), ("addresses", &address, at(&addresses, &address))] {
            let entry = at(&format!("/v2/flows/{flow}/entries"), row);
            is_set_once(&admin, &entry).await;
            is_related_once(&admin, &entry).await;

            // A POST replaces all values, so it has to bring the one that stays.
            let replace = async |data: Value| {
                let mut data = data;
                data["id"] = row["id"].clone();
                admin.post_entry(flow, data).await
            };
            assert_eq!(replace(json!({ "note": "lost" })).await.errors(422), [detail("sku", CANNOT_GO)]);
            assert_eq!(replace(json!({ "sku": "B" })).await.errors(422), [detail("sku", CANNOT_CHANGE)]);
            assert_eq!(replace(json!({ "sku": "A", "note": "kept" })).await.data(201)["note"], "kept");

            // So does a DELETE, which would remove all values and leave the row.
            assert_eq!(admin.delete(&entry).await.errors(422), [detail("sku", CANNOT_GO), detail("makers", CANNOT_GO)]);
            let seen = admin.get(&path).await.data(200);
            assert_eq!((&seen["sku"], &seen["note"]), (&json!("A"), &json!("kept")));
        }
        assert_eq!(admin.delete(&at("/v2/customers", &customer)).await.status, 204);

        let customer = admin.create_customer("leslie@knope.com", json!({ "note": "goes" })).await;
        assert_eq!(admin.delete(&at("/v2/flows/customers/entries", &customer)).await.status, 204);
        assert_eq!(admin.get(&at("/v2/customers", &customer)).await.data(200)["note"], Value::Null);
    }

    async fn a_default_is_a_first_value(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let old = admin.create_customer("old@example.com", json!({})).await;
        admin.create_field(&flow, "sku", "string", json!({ "immutable": true, "default": "A" })).await;
        let new = admin.create_customer("new@example.com", json!({})).await;
        assert_eq!(put(&admin, &at("/v2/customers", &new), json!({ "sku": "B" })).await.errors(422), [detail("sku", CANNOT_CHANGE)]);
        // Those that were there before have no value yet, and neither has who asked for none.
        let none = admin.create_customer("none@example.com", json!({ "sku": null })).await;
        for customer in [old, none] {
            let path = at("/v2/customers", &customer);
            assert_eq!(put(&admin, &path, json!({ "sku": "B" })).await.data(200)["sku"], "B");
            put(&admin, &path, json!({ "sku": "A" })).await.expect(422);
        }
    }

    async fn the_same_value_is_no_change_whatever_its_type(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let path = at("/v2/customers", &customer);
        for (number, (field_type, sent, again, other)) in [
            ("string", "\" 𝄞 \\\"\\\\\\n\"", "\" \\ud834\\udd1e \\\"\\\\\\n\"", "\"𝄞\""),
            ("string", "5", "\"5\"", "5.0"),
            ("integer", "-9223372036854775808", "-9223372036854775808", "-9223372036854775807"),
            ("integer", "2", "2.0", "3"),
            ("boolean", "false", "false", "true"),
            ("float", "0.1", "1e-1", "0.10000000000000002"),
            ("float", "3", "3.0", "3.0000000000000004"),
            ("float", "1.7976931348623157e308", "1.7976931348623157e308", "1.7976931348623155e308"),
            ("float", "5e-324", "5e-324", "1e-323"),
            ("float", "18446744073709549568", "1.8446744073709549568e19", "18446744073709551615"),
            // A date is kept as it was written, so another spelling would change it.
            ("date", "\"2017-12-26\"", "\"2017-12-26\"", "\"2017-12-26T00:00:00Z\""),
        ].into_iter().enumerate() {
            let slug = format!("f{number}");
            admin.create_field(&flow, &slug, field_type, json!({ "immutable": true })).await;
            let put = async |value: &str| admin.send("PUT", &path, format!(r#"{{"data":{{"{slug}":{value}}}}}"#).into_bytes()).await;
            put(sent).await.expect(200);
            put(again).await.expect(200);
            assert_eq!(put(other).await.errors(422), [detail(&slug, CANNOT_CHANGE)], "{sent} {other}");
        }
    }

    async fn values_are_fixed_as_long_as_their_field_says_so_and_is_in_sight(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let field = format!("/v2/fields/{}", admin.create_field(&flow, "sku", "string", json!({})).await);
        let customer = admin.create_customer("ron@swanson.com", json!({ "sku": "A" })).await;
        let path = at("/v2/customers", &customer);
        put(&admin, &field, json!({ "immutable": true })).await.expect(200);
        put(&admin, &path, json!({ "sku": "B" })).await.expect(422);
        put(&admin, &field, json!({ "slug": "article" })).await.expect(200);
        assert_eq!(put(&admin, &path, json!({ "article": "B" })).await.errors(422), [detail("article", CANNOT_CHANGE)]);

        // A disabled field is neither written nor looked at.
        put(&admin, &field, json!({ "enabled": false })).await.expect(200);
        put(&admin, &path, json!({ "article": "B" })).await.expect(200);
        admin.delete(&at("/v2/flows/customers/entries", &customer)).await.expect(204);
        put(&admin, &field, json!({ "enabled": true })).await.expect(200);
        assert_eq!(admin.get(&path).await.data(200)["article"], "A");

        put(&admin, &field, json!({ "immutable": false })).await.expect(200);
        assert_eq!(put(&admin, &path, json!({ "article": "B" })).await.data(200)["article"], "B");
    }

    async fn a_field_made_immutable_on_one_node_is_so_on_the_other(app: TestApp) {
        let (one, two) = (app.admin().await, app.second_node().await.admin().await);
        let mut fields = Vec::new();
        for flow in ["customers", "addresses", "wishlist"] {
            let flow = one.create_flow(flow).await;
            fields.push(format!("/v2/fields/{}", one.create_field(&flow, "sku", "string", json!({})).await));
        }
        let customer = two.create_customer("ron@swanson.com", json!({ "sku": "A" })).await;
        let addresses = format!("{}/addresses", at("/v2/customers", &customer));
        let address = send(&two, "POST", &addresses, an_address()).await.data(201);
        let entry = two.post_entry("wishlist", json!({})).await.data(201);
        let records = [at("/v2/customers", &customer), at(&addresses, &address), at("/v2/flows/wishlist/entries", &entry)];
        for (field, record) in fields.iter().zip(&records) {
            // The last request of the other node before the change, and the first one behind it.
            put(&two, record, json!({ "sku": "A" })).await.expect(200);
            put(&one, field, json!({ "immutable": true })).await.expect(200);
            assert_eq!(put(&two, record, json!({ "sku": "B" })).await.errors(422), [detail("sku", CANNOT_CHANGE)]);
            put(&one, field, json!({ "immutable": false })).await.expect(200);
            assert_eq!(put(&two, record, json!({ "sku": "B" })).await.data(200)["sku"], "B");
        }
    }

    async fn one_of_many_first_writes_wins(app: TestApp) {
        let nodes = [app.admin().await, app.second_node().await.admin().await];
        let [admin, _] = &nodes;
        for flow in ["customers", "addresses", "wishlist", "orders"] {
            create_flow(admin, flow).await;
        }
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let addresses = format!("{}/addresses", at("/v2/customers", &customer));
        let address = send(admin, "POST", &addresses, an_address()).await.data(201);
        let entry = admin.post_entry("wishlist", json!({})).await.data(201);
        let sku: fn(usize) -> Value = |number| json!({ "sku": number.to_string() });
        for path in [
            at("/v2/customers", &customer),
            at(&addresses, &address),
            at("/v2/flows/wishlist/entries", &entry),
            // This one is not there before the first of them.
            "/v2/flows/orders/entries/o1".to_owned(),
        ] {
            race(nodes.clone(), "PUT", &path, sku).await;
        }
        let maker: fn(usize) -> Value = |number| json!({ "type": "company", "id": number.to_string() });
        for record in [at("/v2/customers", &customer), "/v2/flows/orders/entries/o2".to_owned()] {
            race(nodes.clone(), "POST", &format!("{record}/relationships/makers"), maker).await;
        }
    }
}
