//! Fields whose values no two records share (`contract/flows.md` §7).

use customary_testkit::customary_model::json::Object;
use customary_testkit::customary_service::error::Error;
use customary_testkit::customary_service::verify::verify;
use customary_testkit::customary_service::{customers, operator};
use customary_testkit::customary_store::db::Sql;
use customary_testkit::{Client, Response, TestApp, Value, both_engines, json, tokio};

/// What is said of a value that another record has.
fn taken(slug: &str) -> String {
    format!(
        "data.{slug}: \"{slug}\" is unique, and another record has this value: send a different one"
    )
}

/// Makes a flow with a field `sku` and returns the path of the field.
async fn create_field(admin: &Client, flow: &str, field_type: &str, more: Value) -> String {
    let flow = admin.create_flow(flow).await;
    let field = admin.create_field(&flow, "sku", field_type, more).await;
    format!("/v2/fields/{field}")
}

async fn post(admin: &Client, sku: &Value) -> Response {
    admin.post_entry("wishlist", json!({ "sku": sku })).await
}

/// Creates an entry and returns its path.
async fn create(admin: &Client, sku: &str) -> String {
    let entry = post(admin, &json!(sku)).await.data(201);
    format!(
        "/v2/flows/wishlist/entries/{}",
        entry["id"].as_str().unwrap()
    )
}

async fn put(admin: &Client, path: &str, data: Value) -> Response {
    admin.put(path, json!({ "data": data })).await
}

async fn set(admin: &Client, path: &str, sku: Value) -> Response {
    put(admin, path, json!({ "sku": sku })).await
}

/// Why a field cannot become unique, and the values that several records have, with how many.
fn duplicates(answer: &Response) -> (String, Vec<(Value, usize)>) {
    let body = answer.expect(409);
    let error = &body["errors"][0];
    assert_eq!(
        (&error["title"], &error["source"]),
        (&json!("Conflict"), &json!("data.unique"))
    );
    let values = error["meta"]["duplicates"].as_array().unwrap().iter();
    let values = values.map(|duplicate| {
        (
            duplicate["value"].clone(),
            duplicate["records"].as_array().unwrap().len(),
        )
    });
    (
        error["detail"].as_str().unwrap().to_owned(),
        values.collect(),
    )
}

fn an_address(sku: &str) -> Value {
    json!({ "data": { "first_name": "a", "last_name": "b", "line_1": "c", "county": "d", "postcode": "e", "country": "f", "sku": sku } })
}

/// A record with a `sku`: the list that it is posted to, and the body. Addresses are of a customer of their own.
async fn a_record(admin: &Client, flow: &str, name: &str, sku: &str) -> (String, Value) {
    let email = format!("{name}@example.com");
    match flow {
        "customers" => (
            "/v2/customers".to_owned(),
            json!({ "data": { "type": "customer", "name": "a", "email": email, "sku": sku } }),
        ),
        "addresses" => {
            let customer = admin.create_customer(&email, json!({})).await;
            (
                format!(
                    "/v2/customers/{}/addresses",
                    customer["id"].as_str().unwrap()
                ),
                an_address(sku),
            )
        }
        flow => (
            format!("/v2/flows/{flow}/entries"),
            json!({ "data": { "type": "entry", "sku": sku } }),
        ),
    }
}

/// A request: its method, path and body.
type Request = (&'static str, String, Value);

/// Requests that create, change and delete records, after which each has the `sku` of its number.
async fn writes(
    admin: &Client,
    flow: &str,
    round: usize,
    sku: fn(usize, usize) -> String,
) -> Vec<Request> {
    let mut writes = Vec::new();
    for number in 0..9 {
        let (name, sku) = (format!("{flow}.{round}.{number}"), sku(round, number));
        let (list, body) = a_record(
            admin,
            flow,
            &name,
            if number % 3 == 0 { &sku } else { &name },
        )
        .await;
        if number % 3 == 0 {
            writes.push(("POST", list, body));
            continue;
        }
        let created = admin.post(&list, body).await.data(201);
        let path = format!("{list}/{}", created["id"].as_str().unwrap());
        writes.push(match (number % 3, list.strip_suffix("/addresses")) {
            (1, _) => ("PUT", path, json!({ "data": { "sku": sku } })),
            // An address goes with its customer.
            (_, Some(customer)) => ("DELETE", customer.to_owned(), Value::Null),
            (_, None) => ("DELETE", path, Value::Null),
        });
    }
    writes
}

/// Has a field become unique while records are written on two nodes. Returns whether it did.
async fn hammer(nodes: &[Client; 2], field: &str, place: usize, mut writes: Vec<Request>) -> bool {
    writes.insert(
        place,
        (
            "SWITCH",
            field.to_owned(),
            json!({ "data": { "unique": true } }),
        ),
    );
    let requests = writes
        .into_iter()
        .enumerate()
        .map(|(number, (method, path, body))| {
            let node = nodes[number % 2].clone();
            let body = body.to_string().into_bytes();
            let sent = if method == "SWITCH" { "PUT" } else { method };
            tokio::spawn(async move { (method, node.send(sent, &path, body).await) })
        });
    let requests: Vec<_> = requests.collect();
    let mut is_unique = false;
    for request in requests {
        let (method, answer) = request.await.unwrap();
        match (method, answer.status.as_u16()) {
            ("SWITCH", 200) => is_unique = true,
            ("SWITCH", _) => assert_eq!(duplicates(&answer).1.len(), 1),
            ("POST", 201) | ("PUT", 200) | ("DELETE", 204) => {}
            _ => assert_eq!(answer.errors(409), [taken("sku")]),
        }
    }
    is_unique
}

/// Creates many customers at once, each with a name in front of its address and a `sku`.
async fn create_many(app: &TestApp, customers: &[(String, String)]) -> Result<u64, Error> {
    let caller = operator::caller(&app.app, None).await.unwrap();
    let data = customers.iter().map(|(name, sku)| {
        let email = format!("{name}@example.com");
        let data =
            json!({ "type": "customer", "name": "a", "email": email, "sku": sku, "code": sku });
        Object::parse(data.to_string().as_bytes()).unwrap()
    });
    let data: Vec<Object> = data.collect();
    customers::create_many(&app.app, &caller, &data).await
}

/// Runs a statement on the database itself.
async fn damage(app: &TestApp, sql: &str) {
    let sql = Sql::built(sql.to_owned());
    let changed = app
        .database
        .db
        .write(async move |tx| tx.execute(&sql, &[]).await)
        .await;
    assert!(changed.unwrap() > 0);
}

both_engines! {
    async fn a_value_belongs_to_one_record(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("wishlist").await;
        for (number, (field_type, unique, value, same, other)) in [
            ("string", json!(true), json!("a"), json!("a"), json!("A")),
            ("string", json!(true), json!("a"), json!("a"), json!("a ")),
            ("string", json!("ignore_case"), json!("Straße Éa"), json!("STRAßE éA"), json!("Strasse Éa")),
            ("string", json!("ignore_case"), json!("é".repeat(2_000)), json!("É".repeat(2_000)), json!("é".repeat(2_001))),
            ("string", json!(true), json!("x".repeat(5_000)), json!("x".repeat(5_000)), json!("x".repeat(5_001))),
            ("integer", json!(true), json!(i64::MAX), json!(i64::MAX), json!(i64::MAX - 1)),
            ("float", json!(true), json!(1), json!(1.0), json!(1.000_000_000_000_000_2)),
            ("date", json!(true), json!("2020-01-01"), json!("2020-01-01T01:00:00+01:00"), json!("2020-01-01 00:00:01")),
        ].into_iter().enumerate() {
            let slug = format!("f{number}");
            let field = admin.create_field(&flow, &slug, field_type, json!({ "unique": unique })).await;
            assert_eq!(admin.get(&format!("/v2/fields/{field}")).await.data(200)["unique"], unique);
            let post = async |value: &Value| admin.post_entry("wishlist", json!({ &slug: value })).await;
            post(&value).await.expect(201);
            assert_eq!(post(&same).await.errors(409), [taken(&slug)], "{value} {same}");
            post(&other).await.expect(201);
        }
        app.verify().await;
    }

    async fn blanks_and_null_are_shared(app: TestApp) {
        let admin = app.admin().await;
        create_field(&admin, "wishlist", "string", json!({ "unique": "ignore_case" })).await;
        for nothing in [json!(null), json!(""), json!("  "), json!("\t\n")] {
            post(&admin, &nothing).await.expect(201);
            post(&admin, &nothing).await.expect(201);
        }
        admin.post_entry("wishlist", json!({})).await.expect(201);
        admin.post_entry("wishlist", json!({})).await.expect(201);
        app.verify().await;
    }

    async fn a_record_keeps_moves_and_frees_its_values(app: TestApp) {
        let admin = app.admin().await;
        let field = create_field(&admin, "wishlist", "string", json!({ "unique": "ignore_case" })).await;
        let (a, b) = (create(&admin, "a").await, create(&admin, "b").await);
        set(&admin, &a, json!("a")).await.expect(200);
        assert_eq!(set(&admin, &a, json!("A")).await.data(200)["sku"], "A");
        assert_eq!(set(&admin, &b, json!("a")).await.errors(409), [taken("sku")]);
        assert_eq!(admin.get(&b).await.data(200)["sku"], "b");

        // Two values change places by way of none.
        set(&admin, &a, json!(null)).await.expect(200);
        set(&admin, &b, json!("a")).await.expect(200);
        set(&admin, &a, json!("b")).await.expect(200);
        admin.delete(&b).await.expect(204);
        set(&admin, &a, json!("a")).await.expect(200);
        post(&admin, &json!("b")).await.expect(201);

        // A value stays while its field is out of sight, and follows its new name.
        put(&admin, &field, json!({ "enabled": false })).await.expect(200);
        post(&admin, &json!("A")).await.expect(201);
        put(&admin, &a, json!({ "sku": "c" })).await.expect(200);
        put(&admin, &field, json!({ "enabled": true, "slug": "article" })).await.expect(200);
        assert_eq!(admin.post_entry("wishlist", json!({ "article": "A" })).await.errors(409), [taken("article")]);
        put(&admin, &field, json!({ "enabled": false })).await.expect(200);
        admin.delete(&a).await.expect(204);
        put(&admin, &field, json!({ "enabled": true })).await.expect(200);
        admin.post_entry("wishlist", json!({ "article": "A" })).await.expect(201);
        app.verify().await;
    }

    async fn every_taken_value_is_told_and_no_record_that_has_it(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        for slug in ["sku", "code", "rank"] {
            admin.create_field(&flow, slug, "string", json!({ "unique": true, "order": 1 })).await;
        }
        let ron = admin.create_customer("ron@swanson.com", json!({ "sku": "one", "rank": "1" })).await;
        admin.create_customer("leslie@knope.com", json!({ "code": "two" })).await;
        let answer = admin.post("/v2/customers", json!({ "data": {
            "type": "customer", "name": "April", "email": "april@ludgate.com", "sku": "one", "code": "two", "rank": "3" } })).await;
        let mut said = answer.errors(409);
        said.sort();
        assert_eq!(said, [taken("code"), taken("sku")]);
        let body = answer.json();
        assert_eq!((&body["errors"][0]["status"], &body["errors"][0]["title"]), (&json!(409), &json!("Conflict")));
        assert!(body["errors"].as_array().unwrap().iter().any(|error| error["source"] == "data.sku"), "{body}");
        assert!(!body.to_string().contains(ron["id"].as_str().unwrap()), "{body}");
        // Nothing was stored, so what the refused customer was to have is free.
        admin.create_customer("april@ludgate.com", json!({ "rank": "3" })).await;
        assert_eq!(admin.get("/v2/customers").await.expect(200)["meta"]["results"]["total"], 3);
        app.verify().await;
    }

    async fn rows_of_hosted_resources_are_unique_in_every_way_to_write_them(app: TestApp) {
        let admin = app.admin().await;
        for flow in ["customers", "addresses"] {
            create_field(&admin, flow, "string", json!({ "unique": true })).await;
        }
        let ron = admin.create_customer("ron@swanson.com", json!({ "sku": "a" })).await;
        let leslie = admin.create_customer("leslie@knope.com", json!({})).await;
        let [ron, leslie] = [ron, leslie].map(|customer| customer["id"].as_str().unwrap().to_owned());
        let entry = format!("/v2/flows/customers/entries/{leslie}");
        for path in [format!("/v2/customers/{leslie}"), entry.clone()] {
            assert_eq!(set(&admin, &path, json!("a")).await.errors(409), [taken("sku")]);
        }
        assert_eq!(admin.post_entry("customers", json!({ "id": leslie, "sku": "a" })).await.errors(409), [taken("sku")]);

        // Two customers cannot have the same address, nor can one have it twice.
        let [of_ron, of_leslie] = [&ron, &leslie].map(|customer| format!("/v2/customers/{customer}/addresses"));
        admin.post(&of_ron, an_address("a")).await.expect(201);
        let second = admin.post(&of_ron, an_address("b")).await.data(201);
        assert_eq!(admin.post(&of_leslie, an_address("a")).await.errors(409), [taken("sku")]);
        let second = format!("{of_ron}/{}", second["id"].as_str().unwrap());
        assert_eq!(set(&admin, &second, json!("a")).await.errors(409), [taken("sku")]);
        admin.delete(&second).await.expect(204);
        admin.post(&of_leslie, an_address("b")).await.expect(201);

        // With the customer go the addresses, and with the values of an entry what it held.
        admin.delete(&format!("/v2/customers/{ron}")).await.expect(204);
        admin.post(&of_leslie, an_address("a")).await.expect(201);
        set(&admin, &entry, json!("a")).await.expect(200);
        admin.delete(&entry).await.expect(204);
        admin.create_customer("april@ludgate.com", json!({ "sku": "a" })).await;
        app.verify().await;
    }

    async fn records_of_the_same_id_in_two_flows_are_two(app: TestApp) {
        let admin = app.admin().await;
        for flow in ["products", "orders"] {
            create_field(&admin, flow, "string", json!({ "unique": true })).await;
        }
        let [product, order] = ["products", "orders"].map(|flow| format!("/v2/flows/{flow}/entries/one"));
        for path in [&product, &order] {
            set(&admin, path, json!("a")).await.expect(200);
            assert_eq!(set(&admin, &path.replace("one", "two"), json!("a")).await.errors(409), [taken("sku")]);
        }
        set(&admin, &order, json!("b")).await.expect(200);
        admin.delete(&order).await.expect(204);
        set(&admin, &product.replace("one", "two"), json!("a")).await.expect(409);
        app.verify().await;
        let other = app.other_store("other").await.admin;
        create_field(&other, "products", "string", json!({ "unique": true })).await;
        set(&other, &product, json!("a")).await.expect(200);
        app.verify().await;
    }

    async fn what_cannot_be_unique_is_refused(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("wishlist").await;
        let refused = async |field_type: &str, more: Value| {
            let mut data = json!({
                "type": "field", "name": "a", "slug": "a", "field_type": field_type,
                "relationships": { "flow": { "data": { "type": "flow", "id": flow } } },
            });
            for (name, value) in more.as_object().unwrap() {
                data[name] = value.clone();
            }
            admin.post("/v2/fields", json!({ "data": data })).await.errors(422).remove(0)
        };
        let types = "data.unique: \"unique\" can be true only for the types string, integer, float and date";
        assert_eq!(refused("boolean", json!({ "unique": true })).await, types);
        let rules = json!([{ "type": "one-to-many", "to": "company" }]);
        assert_eq!(refused("relationship", json!({ "unique": true, "validation_rules": rules })).await, types);
        let text = "data.unique: \"unique\" can be \"ignore_case\" only for the type string";
        assert_eq!(refused("integer", json!({ "unique": "ignore_case" })).await, text);
        assert_eq!(refused("string", json!({ "unique": "yes" })).await, "data.unique: \"unique\" must be true, false or \"ignore_case\"");
        let default = "data.unique: \"unique\" cannot be combined with a default, which the second record would share with the first: set \"default\" to null";
        assert_eq!(refused("string", json!({ "unique": true, "default": "a" })).await, default);

        let field = admin.create_field(&flow, "sku", "string", json!({ "unique": true, "default": "" })).await;
        let field = format!("/v2/fields/{field}");
        assert_eq!(put(&admin, &field, json!({ "default": "a" })).await.errors(422), [default]);
        put(&admin, &field, json!({ "default": "a", "unique": false })).await.expect(200);
        assert_eq!(put(&admin, &field, json!({ "unique": true })).await.errors(422), [default]);

        // Old clients of the platform send what it once had.
        for (slug, nothing) in [("b", json!(false)), ("c", json!(null))] {
            let field = admin.create_field(&flow, slug, "boolean", json!({ "unique": nothing })).await;
            assert_eq!(admin.get(&format!("/v2/fields/{field}")).await.data(200).get("unique"), None);
        }
    }

    async fn a_field_becomes_unique_when_no_records_share_a_value(app: TestApp) {
        let admin = app.admin().await;
        let field = create_field(&admin, "wishlist", "string", json!({})).await;
        let paths = [create(&admin, "a").await, create(&admin, "A").await, create(&admin, "a").await, create(&admin, "b").await];
        post(&admin, &json!(null)).await.expect(201);
        post(&admin, &json!(null)).await.expect(201);
        let refused = put(&admin, &field, json!({ "unique": true, "name": "New" })).await;
        let words = "data.unique: \"sku\" cannot be unique: one value is in more than one record, such as those in meta.duplicates; change or remove them first";
        assert_eq!(duplicates(&refused), (words.to_owned(), vec![(json!("a"), 2)]));
        let id = |path: &str| json!(path.rsplit('/').next().unwrap());
        let mut told = refused.json()["errors"][0]["meta"]["duplicates"][0]["records"].as_array().unwrap().clone();
        told.sort_by_key(ToString::to_string);
        let mut expected = vec![id(&paths[0]), id(&paths[2])];
        expected.sort_by_key(ToString::to_string);
        assert_eq!(told, expected);
        // Nothing has changed.
        let seen = admin.get(&field).await.data(200);
        assert_eq!((seen.get("unique"), &seen["name"]), (None, &json!("sku")));
        post(&admin, &json!("b")).await.expect(201);
        app.verify().await;

        for path in [&paths[2], &paths[3]] {
            admin.delete(path).await.expect(204);
        }
        put(&admin, &field, json!({ "unique": true })).await.expect(200);
        assert_eq!(post(&admin, &json!("A")).await.errors(409), [taken("sku")]);
        app.verify().await;
        let refused = put(&admin, &field, json!({ "unique": "ignore_case" })).await;
        assert_eq!(duplicates(&refused).1.len(), 1);
        app.verify().await;
        set(&admin, &paths[1], json!("c")).await.expect(200);
        put(&admin, &field, json!({ "unique": "ignore_case" })).await.expect(200);
        assert_eq!(post(&admin, &json!("C")).await.errors(409), [taken("sku")]);
        app.verify().await;
        put(&admin, &field, json!({ "unique": true })).await.expect(200);
        post(&admin, &json!("C")).await.expect(201);
        app.verify().await;
        put(&admin, &field, json!({ "unique": false })).await.expect(200);
        post(&admin, &json!("C")).await.expect(201);
        app.verify().await;
    }

    async fn of_many_values_in_several_records_some_are_told(app: TestApp) {
        let admin = app.admin().await;
        let field = create_field(&admin, "wishlist", "string", json!({})).await;
        let long = "x".repeat(300);
        for number in 0..12 {
            for _ in 0..2 {
                create(&admin, &format!("{number} {long}")).await;
            }
        }
        for _ in 0..12 {
            create(&admin, "0").await;
        }
        let (words, told) = duplicates(&put(&admin, &field, json!({ "unique": true })).await);
        assert!(words.contains("13 values are in more than one record"), "{words}");
        assert_eq!(told.len(), 10);
        for (value, records) in told {
            let value = value.as_str().unwrap();
            assert!(value == "0" && records == 10 || value.ends_with("x…") && value.chars().count() == 101 && records == 2, "{value} {records}");
        }
    }

    async fn more_records_than_fit_into_one_part_become_unique(app: TestApp) {
        let admin = app.admin().await;
        let field = create_field(&admin, "wishlist", "string", json!({})).await;
        create(&admin, "v0").await;
        let flow = admin.get(&field).await.data(200)["relationships"]["flow"]["data"]["id"].as_str().unwrap().to_owned();
        let json = if app.database.url.starts_with("sqlite") { "TEXT" } else { "JSONB" };
        damage(&app, &format!(
            "INSERT INTO entries (store_id, id, flow_id, custom, version, created_at, updated_at, t1)
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500)
             SELECT store_id, 'e' || n, flow_id, CAST(replace(CAST(custom AS TEXT), 'v0', 'v' || n) AS {json}), 1,
                    created_at, updated_at, replace(t1, 'v0', 'v' || n)
             FROM entries, numbers",
        )).await;
        damage(&app, "UPDATE counters SET n = n + 2500 WHERE bucket = (SELECT MAX(bucket) FROM counters)").await;
        put(&admin, &field, json!({ "unique": true })).await.expect(200);
        app.verify().await;
        assert_eq!(post(&admin, &json!("v2500")).await.errors(409), [taken("sku")]);
        // The first and the last of the values are far apart.
        put(&admin, &field, json!({ "unique": false })).await.expect(200);
        create(&admin, "v2500").await;
        create(&admin, "v1").await;
        assert_eq!(duplicates(&put(&admin, &field, json!({ "unique": true })).await).1, [(json!("v1"), 2), (json!("v2500"), 2)]);
        assert_eq!(admin.delete(&format!("/v2/flows/{flow}")).await.status, 204);
        app.verify().await;
    }

    async fn a_renamed_flow_has_the_values_of_its_new_records(app: TestApp) {
        let admin = app.admin().await;
        let field = create_field(&admin, "customers", "string", json!({ "unique": true })).await;
        let flow = admin.get("/v2/flows/customers").await.data(200)["id"].as_str().unwrap().to_owned();
        let flow = format!("/v2/flows/{flow}");
        let ron = admin.create_customer("ron@swanson.com", json!({ "sku": "a" })).await;
        put(&admin, &flow, json!({ "slug": "wishlist" })).await.expect(200);
        app.verify().await;
        let entry = create(&admin, "a").await;
        post(&admin, &json!("a")).await.expect(409);
        put(&admin, &flow, json!({ "slug": "customers" })).await.expect(200);
        app.verify().await;
        let leslie = admin.create_customer("leslie@knope.com", json!({ "sku": "b" })).await;
        let leslie = format!("/v2/customers/{}", leslie["id"].as_str().unwrap());
        assert_eq!(set(&admin, &leslie, json!("a")).await.errors(409), [taken("sku")]);

        // What came to be shared while the field was elsewhere is in the way.
        put(&admin, &field, json!({ "unique": false })).await.expect(200);
        set(&admin, &leslie, json!("a")).await.expect(200);
        put(&admin, &flow, json!({ "slug": "wishlist" })).await.expect(200);
        put(&admin, &field, json!({ "unique": true })).await.expect(200);
        assert_eq!(duplicates(&put(&admin, &flow, json!({ "slug": "customers" })).await).1, [(json!("a"), 2)]);
        assert_eq!(admin.get(&entry).await.data(200)["sku"], "a");
        app.verify().await;
        admin.delete(&format!("/v2/customers/{}", ron["id"].as_str().unwrap())).await.expect(204);
        put(&admin, &flow, json!({ "slug": "customers" })).await.expect(200);
        app.verify().await;
        admin.delete(&field).await.expect(204);
        app.verify().await;
    }

    async fn of_many_who_want_a_value_one_gets_it(app: TestApp) {
        let nodes = [app.admin().await, app.second_node().await.admin().await];
        create_field(&nodes[0], "wishlist", "string", json!({ "unique": "ignore_case" })).await;
        let requests: Vec<_> = (0..32).map(|number| {
            let node = nodes[number % 2].clone();
            tokio::spawn(async move { post(&node, &json!(["a", "A"][number / 2 % 2])).await })
        }).collect();
        let mut created = 0;
        for request in requests {
            let answer = request.await.unwrap();
            if answer.status == 201 {
                created += 1;
            } else {
                assert_eq!(answer.errors(409), [taken("sku")]);
            }
        }
        assert_eq!(created, 1);
        app.verify().await;
    }

    async fn records_that_change_places_at_the_same_time_wait_for_nobody(app: TestApp) {
        let nodes = [app.admin().await, app.second_node().await.admin().await];
        create_field(&nodes[0], "wishlist", "string", json!({ "unique": true })).await;
        let paths = [create(&nodes[0], "a").await, create(&nodes[0], "b").await];
        for _ in 0..10 {
            let swaps = [(0, "b"), (1, "a")].map(|(number, sku)| {
                let (node, path) = (nodes[number].clone(), paths[number].clone());
                tokio::spawn(async move { set(&node, &path, json!(sku)).await })
            });
            for swap in swaps {
                assert_eq!(swap.await.unwrap().errors(409), [taken("sku")]);
            }
        }
        app.verify().await;
    }

    async fn many_customers_at_once_are_stored_together_or_not_at_all(app: TestApp) {
        let admin = app.admin().await;
        create_field(&admin, "customers", "string", json!({ "unique": true })).await;
        let of = |customers: &[(&str, &str)]| -> Vec<(String, String)> {
            customers.iter().map(|(name, sku)| ((*name).to_owned(), (*sku).to_owned())).collect()
        };
        let many: Vec<_> = (0..1_200).map(|number| (format!("c{number}"), format!("v{number}"))).collect();
        assert_eq!(create_many(&app, &many).await.unwrap(), 1_200);
        assert_eq!(create_many(&app, &of(&[("a", "1"), ("b", "2"), ("c", ""), ("d", "")])).await.unwrap(), 4);
        // Who is left out because of an address leaves a value to others.
        assert_eq!(create_many(&app, &of(&[("a", "3"), ("e", "4")])).await.unwrap(), 1);
        assert_eq!(create_many(&app, &of(&[("f", "3"), ("a", "1")])).await.unwrap(), 1);
        app.verify().await;
        for shared in [[("g", "5"), ("h", "5")], [("g", "5"), ("h", "1")], [("h", "v1199"), ("g", "5")]] {
            match create_many(&app, &of(&shared)).await {
                Err(error @ Error::Taken(_)) => assert_eq!(error.to_string(), "other records have the same value in \"sku\""),
                other => panic!("{shared:?} {other:?}"),
            }
        }
        app.verify().await;
        assert_eq!(create_many(&app, &of(&[("g", "5"), ("h", "6")])).await.unwrap(), 2);
        app.verify().await;
    }

    async fn many_at_once_and_one_by_one_wait_for_nobody(app: TestApp) {
        let node = app.second_node().await.admin().await;
        let flow = node.create_flow("customers").await;
        for slug in ["sku", "code"] {
            node.create_field(&flow, slug, "string", json!({ "unique": true })).await;
        }
        for round in 0..5 {
            let many: Vec<_> = (0..60).map(|number| (format!("{round}.{number}"), format!("{round}.{number}"))).collect();
            let requests: Vec<_> = (0..12).map(|number| {
                // One of the last values of the many in one field, and one of the first in the other.
                let [sku, code] = [59 - number, number].map(|number| format!("{round}.{number}"));
                // Every other has an address of the many, too.
                let name = if number % 2 == 0 { format!("x{round}.{number}") } else { format!("{round}.{number}") };
                let (node, email) = (node.clone(), format!("{name}@example.com"));
                let data = json!({ "data": { "type": "customer", "name": "a", "email": email, "sku": sku, "code": code } });
                tokio::spawn(async move { node.post("/v2/customers", data).await })
            }).collect();
            let stored = create_many(&app, &many).await;
            assert!(matches!(stored, Ok(60) | Err(Error::Taken(_))), "{stored:?}");
            for request in requests {
                let answer = request.await.unwrap();
                assert!(answer.status == 201 || answer.status == 409, "{}", answer.status);
            }
            app.verify().await;
        }
    }

    async fn a_field_is_unique_with_and_without_an_index(app: TestApp) {
        let admin = app.admin().await;
        let field = create_field(&admin, "wishlist", "string", json!({ "unique": true, "filterable": false })).await;
        let a = create(&admin, "a").await;
        for change in [
            json!({ "filterable": true }),
            json!({ "filterable": false, "unique": "ignore_case" }),
            json!({ "filterable": true, "unique": true }),
        ] {
            let shown = put(&admin, &field, change.clone()).await.data(200);
            assert!(change.as_object().unwrap().iter().all(|(name, value)| shown[name] == *value), "{shown}");
            for _ in 0..2 {
                assert_eq!(post(&admin, &json!("a")).await.errors(409), [taken("sku")], "{change}");
                set(&admin, &a, json!("b")).await.expect(200);
                set(&admin, &a, json!("a")).await.expect(200);
                app.verify().await;
                app.work_on_indexes().await;
            }
        }
        put(&admin, "/v2/flows/wishlist", json!({ "slug": "wishes" })).await.expect(200);
        put(&admin, "/v2/flows/wishes", json!({ "slug": "customers" })).await.expect(200);
        admin.create_customer("ron@swanson.com", json!({ "sku": "a" })).await;
        app.work_on_indexes().await;
        app.verify().await;
        put(&admin, "/v2/flows/customers", json!({ "slug": "wishlist" })).await.expect(200);
        assert_eq!(post(&admin, &json!("a")).await.errors(409), [taken("sku")]);
        app.work_on_indexes().await;
        app.verify().await;
        admin.delete(&field).await.expect(204);
        app.work_on_indexes().await;
        app.verify().await;
    }

    async fn no_write_slips_past_a_field_that_becomes_unique(app: TestApp) {
        let nodes = [app.admin().await, app.second_node().await.admin().await];
        let [admin, _] = &nodes;
        for flow in ["wishlist", "customers", "addresses"] {
            let field = create_field(admin, flow, "string", json!({})).await;
            for round in 0..10 {
                // Each with a value of its own: what slips past has a value that is not noted.
                let own = writes(admin, flow, round, |round, number| format!("own{round}.{number}")).await;
                assert!(hammer(&nodes, &field, round % 9, own).await);
                app.verify().await;
                put(admin, &field, json!({ "unique": false })).await.expect(200);

                // All with the same: either several have it, or one.
                let same = writes(admin, flow, round + 10, |round, _| format!("same{round}")).await;
                let is_unique = hammer(&nodes, &field, round % 9, same).await;
                let found = admin.get(&format!("/v2/flows/{flow}/entries?filter=eq(sku,same{})", round + 10)).await.expect(200);
                assert!(!is_unique || found["meta"]["results"]["total"] == 1, "{flow} {round}");
                app.verify().await;
                for entry in found["data"].as_array().unwrap() {
                    admin.delete(&format!("/v2/flows/{flow}/entries/{}", entry["id"].as_str().unwrap())).await.expect(204);
                }
                put(admin, &field, json!({ "unique": false })).await.expect(200);
            }
        }
    }

    async fn what_differs_from_its_document_is_told(app: TestApp) {
        let admin = app.admin().await;
        create_field(&admin, "customers", "string", json!({ "unique": true })).await;
        for number in 0..4 {
            admin.create_customer(&format!("{number}@x.com"), json!({ "sku": number.to_string() })).await;
        }
        let said = async || {
            let report = verify(&app.app).await.unwrap();
            let words = report.differences.join("\n");
            assert!(words.lines().all(|line| line.contains("the unique values of") || line.contains("not unique")), "{words}");
            report.differences.len()
        };
        assert_eq!(said().await, 0);
        damage(&app, "DELETE FROM unique_values WHERE value = '=0'").await;
        assert_eq!(said().await, 1);
        damage(&app, "UPDATE unique_values SET value = '=x' WHERE value = '=1'").await;
        assert_eq!(said().await, 2);
        // A value that nobody has would be refused to whoever asks for it.
        damage(&app, "INSERT INTO unique_values (store_id, field_id, value, record)
                      SELECT store_id, field_id, '=9', 'zzz' FROM unique_values WHERE value = '=2'").await;
        assert_eq!(said().await, 3);
        damage(&app, "INSERT INTO unique_values (store_id, field_id, value, record)
                      SELECT store_id, flow_id, '=9', 'zzz' FROM fields").await;
        assert_eq!(said().await, 4);
    }
}
