//! Validation rules that are additions to the contract (`contract/flows.md` §6).

use customary_testkit::{Client, TestApp, Value, both_engines, json};

struct Case {
    slug: &'static str,
    field_type: &'static str,
    rules: &'static str,
    good: &'static str,
    bad: &'static str,
    said: &'static [&'static str],
}

/// Rules as they are sent, a value that keeps them, and what is said of one that does not.
const CASES: &[Case] = &[
    Case {
        slug: "sku",
        field_type: "string",
        rules: r#"[{"type":"pattern","options":"^[A-Z]{3}-\\d+$"},{"options":3,"type":"min_length"},{"type":"max_length","options":"8"}]"#,
        good: r#""ABC-1234""#,
        bad: r#""x""#,
        said: &[
            "must have at least 3 characters",
            r"must match the pattern ^[A-Z]{3}-\d+$",
        ],
    },
    Case {
        slug: "stars",
        field_type: "integer",
        rules: r#"[{"type":"min","options":0},{"type":"max","options":5},{"type":"enum","options":[1,2,6]}]"#,
        good: "2",
        bad: "7",
        said: &["must be one of 1, 2, 6", "must be at most 5"],
    },
    Case {
        slug: "share",
        field_type: "float",
        rules: r#"[{"type":"max","options":1.0},{"type":"min","options":"-0.5"}]"#,
        good: "-0.5",
        bad: "-0.6",
        said: &["must be at least -0.5"],
    },
    Case {
        slug: "born",
        field_type: "date",
        rules: r#"[{"type":"between","options":{"from":"2020-01-01","to":"2030-12-31 12:00:00"}},{"type":"max","options":"2025-01-01"}]"#,
        good: r#""2024-12-31T23:59:59Z""#,
        bad: r#""2031-01-01""#,
        said: &[
            "must be between 2020-01-01 and 2030-12-31 12:00:00",
            "must be at most 2025-01-01",
        ],
    },
];

async fn create(admin: &Client, flow: &str, slug: &str, field_type: &str, rules: &str) -> String {
    let body = format!(
        r#"{{"data":{{"type":"field","name":"{slug}","slug":"{slug}","field_type":"{field_type}","validation_rules":{rules},
        "relationships":{{"flow":{{"data":{{"id":"{flow}"}}}}}}}}}}"#
    );
    let answer = admin.send("POST", "/v2/fields", body.into_bytes()).await;
    assert_eq!(answer.status, 201);
    String::from_utf8(answer.body).unwrap()
}

async fn put(admin: &Client, path: &str, slug: &str, value: &str) -> customary_testkit::Response {
    let body = format!(r#"{{"data":{{"{slug}":{value}}}}}"#);
    admin.send("PUT", path, body.into_bytes()).await
}

both_engines! {
    async fn rules_are_echoed_described_and_enforced(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        for Case { slug, field_type, rules, .. } in CASES {
            let field = create(&admin, &flow, slug, field_type, rules).await;
            assert!(field.contains(&format!("\"validation_rules\":{rules},")), "{field}");
        }
        let described = admin.get("/v2/customers/attributes").await.data(200);
        for (index, case) in CASES.iter().enumerate() {
            let attribute = &described[4 + index];
            assert_eq!((&attribute["value"], &attribute["validation_rules"]), (&json!(case.slug), &parsed(case.rules)));
        }

        // A node that reads the rules from the database knows them just as well.
        let second = app.second_node().await.admin().await;
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let path = format!("/v2/customers/{}", customer["id"].as_str().unwrap());
        for Case { slug, good, bad, said, .. } in CASES {
            assert_eq!(put(&second, &path, slug, good).await.data(200)[slug], parsed(good));
            let errors: Vec<Value> = said.iter().map(|words| json!({
                "status": 422, "title": "Validation Error", "source": format!("data.{slug}"),
                "detail": format!("data.{slug}: \"{slug}\" {words}"),
            })).collect();
            assert_eq!(put(&second, &path, slug, bad).await.expect(422), json!({ "errors": errors }));
            assert_eq!(admin.get(&path).await.data(200)[slug], parsed(good));
        }
    }

    async fn rules_hold_in_entries_and_addresses(app: TestApp) {
        let admin = app.admin().await;
        let rules = json!({ "validation_rules": [{ "type": "pattern", "options": "^[0-9]+$" }] });
        let said = ["data.code: \"code\" must match the pattern ^[0-9]+$"];
        for slug in ["wishlist", "orders", "addresses"] {
            let flow = admin.create_flow(slug).await;
            admin.create_field(&flow, "code", "string", rules.clone()).await;
        }
        for slug in ["wishlist", "orders"] {
            assert_eq!(admin.post_entry(slug, json!({ "code": "x" })).await.errors(422), said);
            admin.post_entry(slug, json!({ "code": 12 })).await.expect(201);
        }
        let ron = admin.create_customer("ron@swanson.com", json!({})).await;
        let addresses = format!("/v2/customers/{}/addresses", ron["id"].as_str().unwrap());
        let mut address = json!({ "data": { "first_name": "a", "last_name": "b", "line_1": "c", "county": "d", "postcode": "e", "country": "f", "code": "x" } });
        assert_eq!(admin.post(&addresses, address.clone()).await.errors(422), said);
        address["data"]["code"] = json!("12");
        admin.post(&addresses, address).await.expect(201);
    }

    async fn rules_that_cannot_be_kept_or_used_are_refused(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let id = admin.create_field(&flow, "code", "string", json!({})).await;
        for (rules, words) in [
            (json!([{ "type": "max_length", "options": 3 }, { "type": "min_length", "options": 4 }]),
                "data.validation_rules: \"validation_rules\" has a min_length of 4, which is greater than its max_length of 3: no value can keep both"),
            (json!([{ "type": "pattern", "options": "(a" }]),
                "data.validation_rules[0]: \"validation_rules[0]\" of the type \"pattern\" is no regular expression: unclosed group"),
            (json!([{ "type": "min", "options": 4 }]),
                "data.validation_rules[0]: \"validation_rules[0]\" has the type \"min\", which string fields do not know: they know enum, email, slug, uuid, pattern, min_length, max_length"),
        ] {
            let body = json!({ "data": { "validation_rules": rules } });
            assert_eq!(admin.put(&format!("/v2/fields/{id}"), body).await.errors(422), [words]);
        }
        assert_eq!(admin.get(&format!("/v2/fields/{id}")).await.data(200)["validation_rules"], json!([]));
    }
}

fn parsed(text: &str) -> Value {
    text.parse().unwrap()
}
