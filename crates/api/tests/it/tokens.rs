//! `contract/auth.md` §1 to §4.

use customary_testkit::{CLIENT_ID, CLIENT_SECRET, Client, TestApp, both_engines, json};

const FORM: &str = "grant_type=client_credentials&client_id=test-client&client_secret=test-secret";

async fn request(
    client: &Client,
    content_type: Option<&str>,
    body: &str,
) -> customary_testkit::Response {
    let client = match content_type {
        Some(content_type) => client.clone().with("content-type", content_type),
        None => client.clone(),
    };
    client
        .send("POST", "/oauth/access_token", body.as_bytes().to_vec())
        .await
}

both_engines! {
    async fn every_form_of_body_is_read(app: TestApp) {
        let client = app.anonymous();
        let json = json!({
            "grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        }).to_string();
        let part = |name: &str, value: &str| {
            format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let multipart = [
            part("grant_type", "client_credentials"),
            part("client_id", CLIENT_ID),
            part("client_secret", CLIENT_SECRET),
            "--xyz--\r\n".to_owned(),
        ].concat();
        for (content_type, body) in [
            (Some("application/x-www-form-urlencoded"), FORM),
            (Some("application/json"), FORM),
            (Some("text/plain"), FORM),
            (None, FORM),
            (Some("application/json"), json.as_str()),
            (Some("text/plain"), json.as_str()),
            (None, "\n grant_type=client_credentials&client_id=old&client_id=test%2Dclient&client_secret=test-secret "),
            (Some("multipart/form-data; boundary=xyz"), multipart.as_str()),
        ] {
            let answer = request(&client, content_type, body).await;
            let token = answer.expect(200);
            let keys: Vec<&String> = token.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["expires", "identifier", "expires_in", "access_token", "token_type"]);
            assert_eq!(token["identifier"], "client_credentials");
            assert_eq!(token["expires_in"], 3600);
            assert_eq!(token["expires"], app.database.clock.now().seconds() + 3600);
            assert_eq!(token["token_type"], "Bearer");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert!(token["access_token"].as_str().unwrap().len() < 1024);
        }
        let slash = client.send("POST", "/oauth/access_token/", FORM.into()).await;
        assert_eq!(slash.status, 200);
    }

    async fn the_secret_does_not_matter_to_an_implicit_grant(app: TestApp) {
        for body in ["grant_type=implicit&client_id=test-client", "grant_type=implicit&client_id=test-client&client_secret=x"] {
            assert_eq!(request(&app.anonymous(), None, body).await.expect(200)["identifier"], "implicit");
        }
    }

    async fn errors_of_the_token_endpoint_have_a_string_status(app: TestApp) {
        let client = app.anonymous();
        for body in [
            "", "{", "[]", "{\"grant_type\":5}", "grant_type=password&client_id=a",
            "grant_type=client_credentials", "grant_type=client_credentials&client_id=test-client",
            "client_id=test-client", "{\"grant_type\":\"\\u0000\"}", "grant_type=implicit&client_id=%00",
        ] {
            let answer = request(&client, None, body).await;
            let error = &answer.expect(400)["errors"][0];
            assert_eq!(error["status"], "400", "{body}");
            assert_eq!(error["title"], "Bad Request");
            assert!(error["detail"].is_string());
        }
        for body in [
            "grant_type=client_credentials&client_id=test-client&client_secret=wrong",
            "grant_type=client_credentials&client_id=nobody&client_secret=test-secret",
            "grant_type=implicit&client_id=nobody",
        ] {
            let answer = request(&client, None, body).await.expect(401);
            assert_eq!(answer, json!({ "errors": [{ "title": "Unauthorized", "status": "401" }] }));
        }
        client.get("/oauth/access_token").await.expect(405);
        assert_eq!(request(&client, None, &"x".repeat(2 << 20)).await.expect(413)["errors"][0]["status"], "413");
    }

    async fn every_spelling_of_the_header_is_accepted(app: TestApp) {
        let admin = app.admin().await;
        let token = admin.token().unwrap();
        for value in [
            format!("Bearer {token}"), token.to_owned(), format!("Bearer: {token} "), format!("bearer   {token}"),
        ] {
            app.anonymous().with("authorization", &value).get("/v2/flows").await.expect(200);
        }
    }

    async fn whoever_is_not_known_gets_401_before_404(app: TestApp) {
        let refused = json!({ "errors": [{ "status": 401, "title": "Unable to validate access token" }] });
        let admin = app.admin().await;
        let token = admin.token().unwrap();
        let (head, signature) = token.rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { "B" } else { "A" };
        let forged = format!("{head}.{first}{}", &signature[1..]);
        let other_key = token.replacen("eyJ", "eyK", 1);
        for value in ["", "Bearer", "Bearer nonsense", &forged, &other_key, "a.b.c", &"x".repeat(5000)] {
            let client = app.anonymous().with("authorization", value);
            for path in ["/v2/flows", "/v2/customers/nobody", "/v2/nowhere", "/nowhere"] {
                assert_eq!(client.get(path).await.expect(401), refused, "{value} {path}");
            }
            assert_eq!(client.send("PATCH", "/v2/flows", Vec::new()).await.expect(401), refused);
        }
        assert_eq!(admin.get("/v2/nowhere").await.expect(404), json!({ "errors": [{ "status": 404, "title": "Not Found" }] }));
        let refused = admin.send("PATCH", "/v2/flows", Vec::new()).await.expect(405);
        assert_eq!(refused, json!({ "errors": [{ "status": 405, "title": "Method Not Allowed" }] }));
    }

    async fn a_token_lives_for_an_hour_and_survives_a_restart(app: TestApp) {
        let admin = app.admin().await;
        app.database.clock.advance(3599);
        admin.get("/v2/flows").await.expect(200);
        let restarted = app.second_node().await.with_token(admin.token().unwrap());
        restarted.get("/v2/flows").await.expect(200);
        app.database.clock.advance(1);
        admin.get("/v2/flows").await.expect(401);
        restarted.get("/v2/flows").await.expect(401);
    }

    async fn a_visitor_reads_flows_and_nothing_of_customers(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let flow = admin.create_flow("customers").await;
        let field = admin.create_field(&flow, "size", "string", json!({})).await;
        for path in ["/v2/flows", "/v2/fields", &format!("/v2/flows/{flow}"), &format!("/v2/fields/{field}"), "/v2/flows/customers/fields"] {
            visitor.get(path).await.expect(200);
        }
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let customer = format!("/v2/customers/{}", customer["id"].as_str().unwrap());
        let forbidden = json!({ "errors": [{ "status": 403, "title": "Forbidden" }] });
        assert_eq!(visitor.get("/v2/customers").await.expect(403), forbidden);
        assert_eq!(visitor.get(&customer).await.expect(403), forbidden);
        assert_eq!(visitor.delete(&customer).await.expect(403), forbidden);
        let flow = json!({ "data": { "type": "flow", "name": "a", "slug": "a" } });
        assert_eq!(visitor.post("/v2/flows", flow).await.expect(403), forbidden);
        assert_eq!(visitor.put(&format!("/v2/fields/{field}"), json!({ "data": {} })).await.expect(403), forbidden);
    }

    async fn a_visitor_does_not_see_what_is_disabled(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let flow = admin.create_flow("wishlist").await;
        let hidden = admin.create_field(&flow, "hidden", "string", json!({ "enabled": false })).await;
        visitor.get(&format!("/v2/fields/{hidden}")).await.expect(404);
        assert_eq!(visitor.get("/v2/flows/wishlist/fields").await.data(200), json!([]));
        admin.get(&format!("/v2/fields/{hidden}")).await.expect(200);
        admin.put(&format!("/v2/flows/{flow}"), json!({ "data": { "enabled": false } })).await.expect(200);
        visitor.get("/v2/flows/wishlist").await.expect(404);
        assert_eq!(visitor.get("/v2/flows").await.data(200), json!([]));
        admin.get("/v2/flows/wishlist").await.expect(200);
    }

    async fn stores_share_nothing(app: TestApp) {
        let (admin, other) = (app.admin().await, app.other_store("Other").await.admin);
        let flow = admin.create_flow("customers").await;
        let field = admin.create_field(&flow, "size", "string", json!({ "required": true })).await;
        let customer = admin.create_customer("ron@swanson.com", json!({ "size": "L" })).await;
        let customer = format!("/v2/customers/{}", customer["id"].as_str().unwrap());
        for path in [format!("/v2/flows/{flow}"), "/v2/flows/customers".to_owned(), format!("/v2/fields/{field}"), customer.clone()] {
            other.get(&path).await.expect(404);
            other.put(&path, json!({ "data": {} })).await.expect(404);
            other.delete(&path).await.expect(404);
        }
        let own = other.create_customer("ron@swanson.com", json!({})).await;
        assert_eq!(own.get("size"), None);
        assert_eq!(other.get("/v2/customers").await.expect(200)["meta"]["results"]["total"], 1);
        assert_eq!(admin.get(&customer).await.data(200)["size"], "L");
        let field = json!({ "data": { "type": "field", "name": "a", "slug": "a", "field_type": "string",
            "relationships": { "flow": { "data": { "id": flow } } } } });
        assert_eq!(other.post("/v2/fields", field).await.errors(422).len(), 1);
    }
}
