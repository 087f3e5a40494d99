//! `contract/conventions.md` §1 to §3, and input that nobody should send.

use std::io::Write;

use customary_testkit::{Client, TestApp, Value, both_engines, json};

const CUSTOMER: &str = r#"{"data":{"type":"customer","name":"Ron","email":"ron@swanson.com"}}"#;

async fn post(client: &Client, body: impl Into<Vec<u8>>) -> customary_testkit::Response {
    client.send("POST", "/v2/customers", body.into()).await
}

both_engines! {
    async fn json_is_read_whatever_its_label(app: TestApp) {
        let admin = app.admin().await;
        let labels = [None, Some("application/x-www-form-urlencoded"), Some("text/plain"), Some("application/json")];
        for (number, label) in labels.into_iter().enumerate() {
            let client = match label {
                Some(label) => admin.clone().with("content-type", label),
                None => admin.clone(),
            };
            let body = CUSTOMER.replace("ron@", &format!("ron{number}@"));
            assert_eq!(post(&client, body).await.status, 201, "{label:?}");
        }
        let body = r#"{"data":{"type":"customer","name":"Ron","email":"o@example.com"},"options":{"a":1}}"#;
        let answer = post(&admin, body).await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let customer = format!("/v2/customers/{}", answer.data(201)["id"].as_str().unwrap());
        assert_eq!(admin.send("GET", &customer, b"ignored".to_vec()).await.status, 200);
        assert_eq!(admin.send("DELETE", &customer, b"ignored".to_vec()).await.status, 204);
    }

    async fn bad_bodies_are_refused_and_leave_nothing_behind(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "note", "string", json!({})).await;
        let deep = format!(r#"{{"data":{{"type":"customer","x":{}1{}}}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        let unclosed = format!(r#"{{"data":{}"#, "[".repeat(100_000));
        for body in [
            &b""[..], b"{", b"null", b"[]", b"5", b"\"data\"", b"{}", b"{\"data\":null}", b"{\"data\":[]}", b"{\"data\":5}",
            b"{\"data\":{\"name\":\"\xff\"}}", b"{\"data\":{\"name\":\"a\0b\"}}", br#"{"data":{"name":"a\u0000b"}}"#,
            br#"{"data":{"\u0000":1}}"#, br#"{"data":{"name":"\ud800"}}"#, br#"{"data":{"a":1,}}"#, b"data=5",
            deep.as_bytes(), unclosed.as_bytes(), br#"{"data":{"name":NaN}}"#, b"{\"data\":{}} trailing",
        ] {
            let answer = post(&admin, body).await;
            let error = &answer.expect(400)["errors"][0];
            assert_eq!((&error["status"], &error["title"]), (&json!(400), &json!("Bad Request")));
            assert!(error["detail"].is_string());
        }
        let large = format!(r#"{{"data":{{"type":"customer","name":"{}"}}}}"#, "x".repeat(5 << 20));
        let error = &post(&admin, large).await.expect(413)["errors"][0];
        assert_eq!(error["status"], 413);
        let wide = format!(r#"{{"data":{{"type":"customer","name":"Ron","email":"ron@swanson.com","note":"{}"}}}}"#, "x".repeat(1_000_000));
        assert_eq!(post(&admin, wide).await.status, 201);
        assert_eq!(admin.get("/v2/customers").await.expect(200)["meta"]["results"]["total"], 1);
    }

    async fn any_value_in_any_attribute_is_answered(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "points", "integer", json!({})).await;
        let field = admin.create_field(&flow, "kind", "relationship", json!({})).await;
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let values = [
            Value::Null, json!(true), json!(-1), json!(1.5), json!(1e300), json!(""), json!("$x"), json!("x".repeat(3000)),
            json!([]), json!([[{}]]), json!({}), json!({ "flow": 5 }), json!({ "flow": { "data": [] } }), json!(u64::MAX),
            json!([{ "type": "enum", "options": {} }]), json!([{ "type": 5 }]), json!("\u{202e}\u{feff}"), json!("𝄞"),
        ];
        let attributes = [
            "type", "id", "name", "slug", "description", "enabled", "field_type", "required", "default", "order", "omit_null",
            "validation_rules", "relationships", "email", "external_ref", "password", "points", "kind", "meta", "links",
        ];
        let paths = [
            ("POST", "/v2/flows".to_owned()), ("POST", "/v2/fields".to_owned()), ("POST", "/v2/customers".to_owned()),
            ("PUT", format!("/v2/flows/{flow}")), ("PUT", format!("/v2/fields/{field}")),
            ("PUT", format!("/v2/customers/{}", customer["id"].as_str().unwrap())),
        ];
        for attribute in attributes {
            for value in &values {
                for (method, path) in &paths {
                    // A change of the slug or a disabled flow would change what the next body means.
                    if path.starts_with("/v2/flows/") && matches!(attribute, "slug" | "enabled") {
                        continue;
                    }
                    let body = json!({ "data": { attribute: value } }).to_string();
                    let status = admin.send(method, path, body.into_bytes()).await.status.as_u16();
                    assert!(matches!(status, 200 | 400 | 422), "{status}: {method} {path} {attribute}={value}");
                }
            }
        }
    }

    async fn odd_paths_and_queries_are_answered(app: TestApp) {
        let admin = app.admin().await;
        for path in [
            "/v2/flows/%ff", "/v2/flows/%00", "/v2/customers/%F0%9F%92%A9", "/v2/fields/..%2f..", "/v2//flows", "/v2",
            "/v2/flows/a/b/c/d/e", "/v2/customers/'%20OR%201=1", &format!("/v2/flows/{}", "x".repeat(5000)),
        ] {
            assert_eq!(admin.get(path).await.status, 404, "{path}");
        }
        for query in ["filter=%ff", "filter=%00", "filter=eq(name,%00)", "filter=eq(name,\"%00\")", "sort=%00", "page[limit]=%00"] {
            let status = admin.get(&format!("/v2/customers?{}", query.replace('"', "%22"))).await.status;
            assert!(status == 400, "{query} {status}");
        }
        assert_eq!(admin.get("/v2/customers?&&=&a=b&page[foo]=1&filter").await.status, 200);
    }

    async fn a_slash_at_the_end_means_nothing(app: TestApp) {
        let admin = app.admin().await;
        admin.create_flow("wishlist").await;
        for path in ["/v2/flows/", "/v2/flows/wishlist/", "/v2/flows/wishlist/fields/", "/v2/customers//?page[limit]=5"] {
            assert_eq!(admin.get(path).await.status, 200, "{path}");
        }
        assert_eq!(admin.get("/v2/nowhere/").await.status, 404);
    }

    async fn head_is_get_without_a_body(app: TestApp) {
        let admin = app.admin().await;
        let head = admin.send("HEAD", "/v2/flows", Vec::new()).await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
        assert_eq!(admin.send("HEAD", "/v2/flows/nowhere", Vec::new()).await.status, 404);
    }

    async fn browsers_of_other_origins_may_call(app: TestApp) {
        let preflight = app.anonymous()
            .with("origin", "https://shop.example").with("access-control-request-method", "PUT")
            .with("access-control-request-headers", "authorization,x-moltin-customer-token");
        let answer = preflight.send("OPTIONS", "/v2/customers/abc", Vec::new()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("access-control-allow-headers"), Some("authorization,x-moltin-customer-token"));
        assert_eq!(answer.header("access-control-max-age"), Some("86400"));
        let methods = answer.header("access-control-allow-methods").unwrap();
        assert!(["GET", "POST", "PUT", "DELETE", "OPTIONS"].iter().all(|method| methods.contains(method)), "{methods}");
        let answer = app.admin().await.with("origin", "https://shop.example").get("/v2/flows").await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("access-control-expose-headers"), Some("x-request-id,etag,idempotent-replayed"));
    }

    async fn every_answer_names_its_request(app: TestApp) {
        let client = app.anonymous();
        let made = client.get("/v2/flows").await;
        assert_eq!(made.header("x-request-id").unwrap().len(), 36);
        let given = client.clone().with("x-request-id", "order-17/retry_2").get("/nowhere").await;
        assert_eq!(given.header("x-request-id"), Some("order-17/retry_2"));
        for unusable in ["two words", &"x".repeat(129)] {
            let answer = client.clone().with("x-request-id", unusable).get("/nowhere").await;
            assert_eq!(answer.header("x-request-id").unwrap().len(), 36);
        }
    }

    async fn links_name_the_host_that_was_asked(app: TestApp) {
        let admin = app.admin().await;
        admin.create_flow("wishlist").await;
        let link = async |client: Client| client.get("/v2/flows").await.expect(200)["links"]["first"].as_str().unwrap().to_owned();
        assert!(link(admin.clone()).await.starts_with("http://shop.example/v2/flows?"));
        let behind_proxies = admin.with("x-forwarded-proto", "https, http").with("x-forwarded-host", "api.example.com, inner");
        assert!(link(behind_proxies).await.starts_with("https://api.example.com/v2/flows?"));
    }

    async fn answers_are_compressed_on_request(app: TestApp) {
        let admin = app.admin().await;
        for number in 0..20 {
            admin.create_flow(&format!("flow-{number}")).await;
        }
        let plain = admin.get("/v2/flows").await;
        assert_eq!(plain.header("content-encoding"), None);
        let packed = admin.with("accept-encoding", "gzip").get("/v2/flows").await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        assert!(packed.body.len() * 4 < plain.body.len());
        let mut unpacker = flate2::write::GzDecoder::new(Vec::new());
        unpacker.write_all(&packed.body).unwrap();
        assert_eq!(unpacker.finish().unwrap(), plain.body);
    }
}
