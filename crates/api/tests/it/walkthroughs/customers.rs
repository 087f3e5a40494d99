//! W1, W2, W3, W6 and W14: signing in, and customers with their addresses.

use customary_testkit::{CLIENT_ID, CLIENT_SECRET, TestApp, both_engines, json};

use super::{at, create, curl, field, flow, total};

both_engines! {
    /// Your first API request, with the variants of the token pages and of the training.
    async fn w01_your_first_api_request(app: TestApp) {
        let refused = json!({ "errors": [{ "status": 401, "title": "Unable to validate access token" }] });
        for content_type in ["application/x-www-form-urlencoded", "application/json"] {
            let curl = app.anonymous().with("content-type", content_type);
            for (grant, secret) in [("implicit", String::new()), ("client_credentials", format!("&client_secret={CLIENT_SECRET}"))] {
                assert_eq!(curl.get("/v2/flows").await.expect(401), refused);
                let form = format!("client_id={CLIENT_ID}{secret}&grant_type={grant}");
                let answer = curl.send("POST", "/oauth/access_token", form.into_bytes()).await.expect(200);
                let token = answer["access_token"].as_str().unwrap();
                assert_eq!(answer, json!({
                    "expires": app.database.clock.now().seconds() + 3600, "identifier": grant, "expires_in": 3600,
                    "access_token": token, "token_type": "Bearer",
                }));
                assert_eq!(app.with_token(token).get("/v2/flows").await.data(200), json!([]));
                let customers = app.with_token(token).get("/v2/customers").await.status.as_u16();
                assert_eq!(customers, if grant == "implicit" { 403 } else { 200 });
                app.database.clock.advance(3600);
                assert_eq!(app.with_token(token).get("/v2/flows").await.expect(401), refused);
            }
        }
    }

    /// Extend customer resources.
    async fn w02_extend_customer_resources(app: TestApp) {
        let curl = curl(&app).await;
        let customers = create(&curl, "/v2/flows", json!({ "data": {
            "type": "flow", "name": "Customers", "slug": "customers",
            "description": "Extends the default customer object", "enabled": true,
        } })).await;
        assert_eq!((customers["id"].as_str().unwrap().len(), &customers["relationships"]), (36, &json!({})));
        let details = create(&curl, "/v2/fields", json!({ "data": {
            "type": "field", "name": "Delivery Details", "slug": "delivery_details", "field_type": "string",
            "description": "Delivery details of the customer", "required": false, "default": 0, "enabled": true, "order": 1,
            "relationships": { "flow": { "data": { "type": "flow", "id": customers["id"] } } },
        } })).await;
        assert_eq!((&details["omit_null"], &details["validation_rules"]), (&json!(false), &json!([])));
        let ron = create(&curl, "/v2/customers", json!({ "data": {
            "type": "customer", "name": "Ron Swanson", "email": "ron.swanson@gmail.com",
            "delivery_details": "Do NOT leave in a government building",
        } })).await;
        assert_eq!(ron["password"], false);
        let path = at("/v2/customers", &ron);
        assert_eq!(curl.get(&path).await.data(200), ron);

        app.database.clock.advance(1);
        let update = json!({ "data": { "type": "customer", "id": "CUSTOMER-ID", "delivery_details": "Leave in Leslie Knope\u{2019}s office" } });
        let answer = curl.put(&path, update).await;
        let mut expected = ron;
        expected["delivery_details"] = json!("Leave in Leslie Knope\u{2019}s office");
        expected["meta"]["timestamps"]["updated_at"] = json!("2026-01-01T00:00:01.000Z");
        assert_eq!(answer.data(200), expected);
        assert!(String::from_utf8(answer.body).unwrap().contains("Leslie Knope’s office"));
        assert_eq!(curl.get(&path).await.data(200), expected);

        assert_eq!(curl.post("/v2/flows", flow("Customers", "customers")).await.errors(422).len(), 1);
        let leslie = json!({ "data": { "type": "customer", "name": "Leslie Knope", "email": "leslie@knope.com" } });
        assert_eq!(create(&curl, "/v2/customers", leslie).await["delivery_details"], "0");
    }

    /// The runbook `extend-customer-resources-how-to` of the command line client.
    async fn w02_extend_customer_resources_runbook(app: TestApp) {
        let cli = app.admin().await.with("content-type", "application/json");
        let customers = create(&cli, "/v2/flows", flow("Customers", "customers")).await;
        // The client finds a flow by its slug or name in the answers that it has seen.
        for seen in [&cli.get("/v2/flows").await.data(200)[0], &cli.get(&at("/v2/flows", &customers)).await.data(200)] {
            assert_eq!((&seen["id"], &seen["slug"], &seen["name"]), (&customers["id"], &json!("customers"), &json!("Customers")));
        }
        let attributes = json!({ "required": false, "default": 0, "enabled": true, "order": 1 });
        let details = create(&cli, "/v2/fields", field(&customers, "delivery_details", "string", attributes)).await;
        let ron = create(&cli, "/v2/customers", json!({ "data": {
            "type": "customer", "name": "Ron Swanson", "email": "ron.swanson@gmail.com",
            "delivery_details": "Do NOT leave in a government building",
        } })).await;
        let path = at("/v2/customers", &ron);
        assert_eq!(cli.get(&path).await.data(200), ron);
        let update = json!({ "data": { "type": "customer", "id": ron["id"], "delivery_details": "Leave in Leslie Knope's office" } });
        assert_eq!(cli.put(&path, update).await.data(200)["delivery_details"], "Leave in Leslie Knope's office");
        assert_eq!(cli.get(&path).await.data(200)["delivery_details"], "Leave in Leslie Knope's office");

        assert_eq!(cli.delete(&path).await.status, 204);
        assert_eq!(cli.delete(&at("/v2/fields", &details)).await.status, 204);
        let rename = json!({ "data": { "type": "flow", "id": customers["id"], "slug": "old-Customers" } });
        let renamed = cli.put(&at("/v2/flows", &customers), rename).await.data(200);
        assert_eq!((&renamed["slug"], &renamed["name"]), (&json!("old-Customers"), &json!("Customers")));
        assert_eq!(cli.delete(&at("/v2/flows", &customers)).await.status, 204);
        for path in ["/v2/flows", "/v2/fields", "/v2/customers"] {
            assert_eq!(cli.get(path).await.data(200), json!([]), "{path}");
        }
    }

    /// Extend any resource, with addresses as the example.
    async fn w03_extend_any_resource(app: TestApp) {
        let curl = curl(&app).await;
        let addresses = create(&curl, "/v2/flows", flow("Addresses", "addresses")).await;
        let priority = field(&addresses, "address-priority", "integer", json!({ "default": 0, "order": 1, "enabled": true }));
        let stray = format!("{priority}'");
        assert_eq!(curl.send("POST", "/v2/fields", stray.into_bytes()).await.errors(400).len(), 1);
        create(&curl, "/v2/fields", priority).await;

        let ron = curl.create_customer("ron@swanson.com", json!({})).await;
        let collection = format!("{}/addresses", at("/v2/customers", &ron));
        let sent = json!({ "data": {
            "type": "address", "name": "Home", "first_name": "Ron", "last_name": "Swanson", "phone_number": "(555) 555-1234",
            "company_name": "Ron Swanson Enterprises", "line_1": "1 Sunny Street", "line_2": "", "city": "Sunny Town",
            "postcode": "SU33 1YY", "county": "Sunnyville", "country": "GB", "instructions": "Leave in porch", "address-priority": 1,
        } });
        let home = create(&curl, &collection, sent.clone()).await;
        assert_eq!(home["region"], "");
        let list = curl.get(&collection).await.data(200);
        assert_eq!(list, json!([home]));
        let mut expected = sent["data"].clone();
        expected["id"] = home["id"].clone();
        expected["region"] = json!("");
        expected["links"] = json!({ "self": format!("http://shop.example{}", at(&collection, &home)) });
        expected["meta"] = json!({ "timestamps": { "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z" } });
        expected["relationships"] = json!({ "customer": { "type": "customer", "id": ron["id"] } });
        assert_eq!(list[0], expected);

        let mut without = sent.clone();
        without["data"].as_object_mut().unwrap().remove("address-priority");
        assert_eq!(curl.post(&collection, without).await.data(201)["address-priority"], 0);
        let mut text = sent;
        text["data"]["address-priority"] = json!("1");
        let refused = curl.post(&collection, text).await.expect(422);
        assert_eq!(refused["errors"][0]["source"], "data.address-priority");
        assert_eq!(total(&curl, &collection).await, 2);
    }

    /// Manage customers.
    async fn w06_manage_customers(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let with_password = admin.post("/v2/customers", json!({ "data": {
            "type": "customer", "name": "Ron Swanson", "email": "ron@swanson.com", "password": "mysecretpassword",
        } })).await;
        assert_eq!(with_password.data(201)["password"], true);
        assert!(!String::from_utf8(with_password.body.clone()).unwrap().contains("mysecretpassword"));
        let ron = at("/v2/customers", &with_password.json()["data"]);
        let jim = admin.create_customer("jim@bob.com", json!({ "name": "Jim Bob" })).await;
        assert_eq!(jim["password"], false);
        let path = at("/v2/customers", &jim);
        let later = admin.put(&path, json!({ "data": { "type": "customer", "password": "another" } })).await.data(200);
        assert_eq!((&later["password"], &later["name"]), (&json!(true), &json!("Jim Bob")));
        for list in ["/v2/customers", &ron, &path] {
            let body = String::from_utf8(admin.get(list).await.body).unwrap();
            assert!(!body.contains("mysecretpassword") && !body.contains("another"), "{body}");
        }

        let credentials = json!({ "data": { "type": "token", "email": "jim@bob.com", "password": "another" } });
        let token = visitor.post("/v2/customers/tokens", credentials).await.data(200);
        assert_eq!(token["customer_id"], jim["id"]);
        let shopper = visitor.with("x-moltin-customer-token", token["token"].as_str().unwrap());
        assert_eq!(shopper.get(&path).await.data(200)["email"], "jim@bob.com");
        assert_eq!(shopper.put(&path, json!({ "data": { "type": "customer", "name": "Jim" } })).await.data(200)["name"], "Jim");
        let body = json!({ "data": {
            "type": "address", "first_name": "Jim", "last_name": "Bob", "line_1": "1 Sunny Street", "county": "Sunnyville",
            "postcode": "SU33 1YY", "country": "GB",
        } });
        let collection = format!("{path}/addresses");
        let home = at(&collection, &create(&shopper, &collection, body.clone()).await);
        assert_eq!(shopper.get(&home).await.data(200)["line_1"], "1 Sunny Street");
        assert_eq!(shopper.put(&home, json!({ "data": { "line_1": "2 Sunny Street" } })).await.data(200)["line_1"], "2 Sunny Street");
        let forbidden = json!({ "errors": [{ "status": 403, "title": "Forbidden" }] });
        for refused in [&ron, &format!("{ron}/addresses"), "/v2/customers"] {
            assert_eq!(shopper.get(refused).await.expect(403), forbidden, "{refused}");
        }

        let known = admin.get("/v2/customers?filter=eq(email,jim@bob.com)").await.data(200);
        assert_eq!((known.as_array().unwrap().len(), &known[0]["id"]), (1, &jim["id"]));
        assert_eq!(admin.get("/v2/customers?filter=eq(email,nobody@bob.com)").await.data(200), json!([]));

        // The guide says that there may be any number.
        for _ in 1..25 {
            shopper.post(&collection, body.clone()).await.expect(201);
        }
        assert_eq!(shopper.post(&collection, body).await.expect(422)["errors"][0]["title"], "Unprocessable Entity");
        assert_eq!(total(&shopper, &collection).await, 25);

        assert_eq!(admin.delete(&ron).await.status, 204);
        assert_eq!(shopper.delete(&path).await.status, 204);
        assert_eq!(total(&admin, "/v2/customers").await, 0);
    }

    /// Customer single sign-on, as far as it goes without a provider.
    async fn w14_customer_single_sign_on(app: TestApp) {
        let visitor = app.visitor().await;
        let settings = visitor.get("/v2/settings/customer-authentication").await.data(200);
        assert_eq!(settings["meta"]["client_id"], "customers");
        let realm = &settings["relationships"]["authentication-realm"]["data"];
        assert_eq!((&realm["type"], realm["id"].as_str().unwrap().len()), (&json!("authentication-realm"), 36));
        assert_eq!(visitor.get("/v2/customer-authentication-settings").await.data(200), settings);
        let code = json!({ "data": {
            "type": "token", "authentication_mechanism": "oidc", "oauth_authorization_code": "a-code",
            "oauth_redirect_uri": "https://shop.example/callback", "oauth_code_verifier": "a-verifier",
        } });
        let refused = visitor.post("/v2/customers/tokens", code).await;
        assert_eq!(refused.expect(422)["errors"][0]["title"], "Failed Validation");
        assert!(refused.errors(422)[0].contains("no OpenID Connect provider is configured"));
    }
}
