//! `contract/customers.md` §6, and what a customer may do with it (`contract/auth.md` §5).

use customary_testkit::{TestApp, Value, both_engines, json};

fn request(more: Value) -> Value {
    let mut data = json!({ "type": "token" });
    for (name, value) in more.as_object().unwrap() {
        data[name] = value.clone();
    }
    json!({ "data": data })
}

both_engines! {
    async fn a_password_is_exchanged_for_a_token(app: TestApp) {
        let admin = app.admin().await;
        let customer = admin.create_customer("Ron@Swanson.com", json!({ "name": "Ron Swanson", "password": "bacon" })).await;
        let body = request(json!({ "email": " ron@swanson.COM", "password": "bacon", "authentication_mechanism": "password" }));
        let answer = app.visitor().await.post("/v2/customers/tokens", body).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let token = answer.data(200);
        assert_eq!((&token["type"], &token["customer_id"]), (&json!("token"), &customer["id"]));
        let issued_at = 1_767_225_600;
        assert_eq!(token["expires"], issued_at + 24 * 3600);

        let decoded = jsonwebtoken::dangerous::insecure_decode::<Value>(token["token"].as_str().unwrap()).unwrap();
        let (header, claims) = (json!(decoded.header), decoded.claims);
        assert_eq!((&header["alg"], &header["typ"]), (&json!("HS256"), &json!("JWT")));
        assert_eq!((&claims["sub"], &claims["name"], &claims["jti"]), (&customer["id"], &json!("Ron Swanson"), &token["id"]));
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(issued_at), &token["expires"]));
    }

    async fn any_name_and_any_password_will_do(app: TestApp) {
        let admin = app.admin().await;
        let name = "\u{1}😀".repeat(1024);
        let ron = admin.create_customer("ron@swanson.com", json!({ "name": name, "password": "   " })).await;
        let client = app.customer("ron@swanson.com", "   ").await;
        assert!(client.customer_token().unwrap().len() < 2048);
        let own = format!("/v2/customers/{}", ron["id"].as_str().unwrap());
        assert_eq!(client.get(&own).await.data(200)["name"], name);
        let long = request(json!({ "email": "ron@swanson.com", "password": "x".repeat(2049) }));
        assert_eq!(admin.post("/v2/customers/tokens", long).await.errors(422).len(), 1);
    }

    async fn a_wrong_address_and_a_wrong_password_are_answered_alike(app: TestApp) {
        let admin = app.admin().await;
        admin.create_customer("ron@swanson.com", json!({ "password": "bacon" })).await;
        admin.create_customer("leslie@knope.com", json!({})).await;
        let expected = json!({ "errors": [{ "status": 401, "title": "Unauthorized", "detail": "Invalid email or password" }] });
        for (email, password) in [("ron@swanson.com", "eggs"), ("nobody@swanson.com", "bacon"), ("leslie@knope.com", "waffles")] {
            let body = request(json!({ "email": email, "password": password }));
            assert_eq!(admin.post("/v2/customers/tokens", body).await.expect(401), expected);
        }
        let problems = admin.post("/v2/customers/tokens", json!({ "data": {} })).await.expect(422)["errors"].clone();
        assert_eq!(problems, json!([
            { "status": 422, "title": "Failed Validation", "detail": "The data.type field is required." },
            { "status": 422, "title": "Failed Validation", "detail": "The data.email field is required." },
            { "status": 422, "title": "Failed Validation", "detail": "The data.password field is required." },
        ]));
        let oidc = request(json!({ "authentication_mechanism": "oidc", "oauth_authorization_code": "a", "oauth_redirect_uri": "b" }));
        assert_eq!(admin.post("/v2/customers/tokens", oidc).await.errors(422), ["The data.oauth_code_verifier field is required."]);
        let oidc = request(json!({ "authentication_mechanism": "oidc", "oauth_authorization_code": "a", "oauth_redirect_uri": "b",
            "oauth_code_verifier": "c" }));
        let answer = admin.post("/v2/customers/tokens", oidc).await.errors(422);
        assert!(answer[0].contains("no OpenID Connect provider is configured"), "{answer:?}");
        let unknown = request(json!({ "authentication_mechanism": "magic" }));
        assert_eq!(admin.post("/v2/customers/tokens", unknown).await.errors(422), ["The data.authentication_mechanism must be password or oidc."]);
    }

    async fn a_token_opens_the_own_record_and_no_other(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "tier", "string", json!({})).await;
        admin.create_relationship(&flow, "wishlists", "one-to-many", "wishlist").await;
        let ron = admin.create_customer("ron@swanson.com", json!({ "password": "bacon" })).await;
        let leslie = admin.create_customer("leslie@knope.com", json!({ "password": "waffles" })).await;
        let client = app.customer("ron@swanson.com", "bacon").await;
        let own = format!("/v2/customers/{}", ron["id"].as_str().unwrap());
        let entry = format!("/v2/flows/customers/entries/{}", ron["id"].as_str().unwrap());
        let other = format!("/v2/customers/{}", leslie["id"].as_str().unwrap());
        let others_entry = format!("/v2/flows/customers/entries/{}", leslie["id"].as_str().unwrap());

        assert_eq!(client.get(&own).await.data(200)["email"], "ron@swanson.com");
        assert_eq!(client.put(&own, json!({ "data": { "tier": "gold" } })).await.data(200)["tier"], "gold");
        let reference = json!({ "data": { "type": "wishlist", "id": "w" } });
        client.post(&format!("{own}/relationships/wishlists"), reference.clone()).await.expect(201);
        client.post(&format!("{entry}/relationships/wishlists"), reference.clone()).await.expect(201);
        assert_eq!(client.get(&entry).await.data(200)["tier"], "gold");
        assert_eq!(client.get(&format!("{own}?include=wishlists")).await.expect(200).get("included"), None);

        let update = json!({ "data": { "tier": "none" } });
        for refused in [
            client.get(&other).await,
            client.put(&other, update.clone()).await,
            client.delete(&other).await,
            client.get("/v2/customers/nobody").await,
            client.get(&format!("{other}/relationships/wishlists")).await,
            client.post(&format!("{other}/relationships/wishlists"), reference.clone()).await,
            client.get("/v2/customers").await,
            client.post("/v2/customers", json!({ "data": {} })).await,
            client.get("/v2/flows/customers/entries").await,
            client.get(&others_entry).await,
            client.post(&format!("{others_entry}/relationships/wishlists"), reference).await,
            client.put(&entry, update.clone()).await,
            client.delete(&entry).await,
            client.get("/v2/settings").await,
        ] {
            assert_eq!(refused.expect(403), json!({ "errors": [{ "status": 403, "title": "Forbidden" }] }));
        }
        // Beside the secret of a key, the token takes nothing away.
        let both = admin.clone().with("x-moltin-customer-token", client.customer_token().unwrap());
        both.get(&other).await.expect(200);
        // It is no bearer token.
        app.with_token(client.customer_token().unwrap()).get(&own).await.expect(401);

        assert_eq!(client.delete(&own).await.status, 204);
        client.get(&own).await.expect(403);
    }

    async fn a_token_ends_with_its_password_its_customer_and_its_time(app: TestApp) {
        let admin = app.admin().await;
        let second = app.second_node().await;
        let other_store = app.other_store("Other").await;
        let ron = admin.create_customer("ron@swanson.com", json!({ "password": "bacon" })).await;
        let own = format!("/v2/customers/{}", ron["id"].as_str().unwrap());
        let client = app.customer("ron@swanson.com", "bacon").await;
        client.get(&own).await.expect(200);
        let token = client.customer_token().unwrap().to_owned();
        second.visitor().await.with("x-moltin-customer-token", &token).get(&own).await.expect(200);
        other_store.visitor.with("x-moltin-customer-token", &token).get(&own).await.expect(403);
        app.visitor().await.with("x-moltin-customer-token", "garbage").get(&own).await.expect(403);
        app.visitor().await.with("x-moltin-customer-token", "garbage").get("/v2/flows").await.expect(200);
        app.visitor().await.with("x-moltin-customer-token", app.visitor().await.token().unwrap()).get(&own).await.expect(403);

        // The same name, a password sent back as a boolean: nothing that ends it.
        admin.put(&own, json!({ "data": { "name": "Ron", "password": true } })).await.expect(200);
        client.get(&own).await.expect(200);
        client.put(&own, json!({ "data": { "password": "steak" } })).await.expect(200);
        client.get(&own).await.expect(403);

        let client = app.customer("ron@swanson.com", "steak").await;
        client.get(&own).await.expect(200);
        admin.put(&own, json!({ "data": { "password": null } })).await.expect(200);
        client.get(&own).await.expect(403);
        admin.put(&own, json!({ "data": { "password": "steak" } })).await.expect(200);

        let client = app.customer("ron@swanson.com", "steak").await;
        let token = client.customer_token().unwrap().to_owned();
        app.database.clock.advance(24 * 3600 - 1);
        app.visitor().await.with("x-moltin-customer-token", &token).get(&own).await.expect(200);
        app.database.clock.advance(1);
        app.visitor().await.with("x-moltin-customer-token", &token).get(&own).await.expect(403);

        let client = app.customer("ron@swanson.com", "steak").await;
        app.admin().await.delete(&own).await.expect(204);
        client.get(&own).await.expect(403);
        // The same address is another customer.
        app.admin().await.create_customer("ron@swanson.com", json!({ "password": "steak" })).await;
        client.get(&own).await.expect(403);
    }
}
