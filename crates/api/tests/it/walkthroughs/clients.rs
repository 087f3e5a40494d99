//! W11, W12, W13 and W16: what scripts and clients of the platform send.

use customary_testkit::{TestApp, Value, both_engines, json};

use super::{as_form, at, create, field, flow, relationship, total};

const ORDER: &str = "6d320b42-0000-4000-8000-000000000000";

both_engines! {
    /// The script of the pagination guide that exports everything, by its id and by its age.
    async fn w11_pagination_export_script(app: TestApp) {
        let admin = app.admin().await;
        let mut expected = Vec::new();
        for number in 0..120 {
            let customer = admin.create_customer(&format!("c{number}@example.com"), json!({})).await;
            expected.push(customer["id"].as_str().unwrap().to_owned());
        }
        app.database.clock.advance(60);
        let latest = admin.create_customer("latest@example.com", json!({})).await;
        expected.push(latest["id"].as_str().unwrap().to_owned());
        expected.sort();

        let script = app.anonymous().with("authorization", &format!("Bearer: {} ", admin.token().unwrap()));
        for query in ["sort=id&page%5Blimit%5D=100", "sort=id&page[limit]=100"] {
            let mut exported: Vec<String> = Vec::new();
            let mut sizes = Vec::new();
            loop {
                let after = exported.last().map_or(String::new(), |last| format!("&filter=gt(id,{last})"));
                let page = script.get(&format!("/v2/customers?{query}{after}")).await.data(200);
                let page = page.as_array().unwrap();
                sizes.push(page.len());
                if page.is_empty() {
                    break;
                }
                exported.extend(page.iter().map(|customer| customer["id"].as_str().unwrap().to_owned()));
            }
            assert_eq!((&exported, sizes), (&expected, vec![100, 21, 0]));
        }

        let since = latest["meta"]["timestamps"]["created_at"].as_str().unwrap();
        let newer = script.get(&format!("/v2/customers?sort=created_at&filter=ge(created_at,{since})")).await.data(200);
        assert_eq!(newer, json!([latest]));
        let all = script.get("/v2/customers?sort=created_at&filter=ge(created_at,2026-01-01T00:00:00.000Z)").await.expect(200);
        assert_eq!((&all["meta"]["results"]["total"], &all["data"][0]["id"]), (&json!(121), &json!(expected[0])));
    }

    /// The customer tutorial of the command line client.
    async fn w12_cli_customer_tutorial(app: TestApp) {
        let cli = app.admin().await.with("content-type", "application/json");
        let page = |offset: u32| format!("http://shop.example/v2/customers?page[limit]=25&page[offset]={offset}");
        assert_eq!(cli.get("/v2/customers").await.expect(200), json!({
            "data": [],
            "meta": { "page": { "limit": 25, "offset": 0, "current": 1, "total": 0 }, "results": { "total": 0 } },
            "links": { "current": page(0), "first": page(0), "last": null, "next": null, "prev": null },
        }));
        let missing = |name: &str| json!({ "status": 422, "title": "Failed Validation", "detail": format!("The data.{name} field is required.") });
        let mut data = json!({ "type": "customer" });
        let refused = cli.post("/v2/customers", json!({ "data": data })).await.expect(422);
        assert_eq!(refused, json!({ "errors": [missing("name"), missing("email")] }));
        data["name"] = json!("Ron Swanson");
        data["password"] = json!("mysecretpassword");
        assert_eq!(cli.post("/v2/customers", json!({ "data": data })).await.expect(422), json!({ "errors": [missing("email")] }));
        data["email"] = json!("ron@example.com");
        let ron = cli.post("/v2/customers", json!({ "data": data })).await.data(201);
        assert_eq!((&ron["name"], &ron["email"], &ron["password"]), (&data["name"], &data["email"], &json!(true)));
        let path = at("/v2/customers", &ron);
        let update = json!({ "data": { "type": "customer", "id": ron["id"], "name": "Ron" } });
        let renamed = cli.put(&path, update).await.data(200);
        assert_eq!((&renamed["name"], &renamed["email"], &renamed["password"]), (&json!("Ron"), &ron["email"], &json!(true)));

        let addresses = format!("{path}/addresses");
        let required = ["first_name", "last_name", "line_1", "county", "postcode", "country"]
            .map(|name| json!({ "status": 400, "source": "data", "title": "required", "detail": format!("{name} is required") }));
        let refused = cli.post(&addresses, json!({ "data": { "type": "address" } })).await.expect(400);
        assert_eq!(refused, json!({ "errors": required }));
        create(&cli, &addresses, json!({ "data": {
            "type": "address", "name": "Home", "first_name": "Ron", "last_name": "Swanson", "phone_number": "(555) 555-1234",
            "company_name": "", "line_1": "1 Sunny Street", "line_2": "", "city": "Pawnee", "county": "Wamapoke", "region": "Indiana",
            "postcode": "47998", "country": "US", "instructions": "",
        } })).await;

        cli.create_customer("leslie@knope.com", json!({})).await;
        let found = cli.get("/v2/customers?filter=like(email,*@example.com)").await.data(200);
        assert_eq!(found, json!([renamed]));
        let login = json!({ "data": {
            "type": "token", "email": "ron@example.com", "password": "mysecretpassword", "authentication_mechanism": "password",
        } });
        let token = cli.post("/v2/customers/tokens", login).await.data(200);
        let path = format!("/v2/customers/{}", token["customer_id"].as_str().unwrap());
        for client in [&cli, &app.visitor().await] {
            let seen = client.clone().with("x-moltin-customer-token", token["token"].as_str().unwrap()).get(&path).await.data(200);
            assert_eq!((&seen["name"], &seen["email"]), (&json!("Ron"), &json!("ron@example.com")));
        }
    }

    /// `delete-all flows` and `reset-store` of the command line client.
    async fn w12_cli_runbooks(app: TestApp) {
        let cli = app.admin().await.with("content-type", "application/json");
        for slug in ["customers", "addresses", "wishlist", "products(book)", "rule-promotions"] {
            let flow = create(&cli, "/v2/flows/", flow(slug, slug)).await;
            create(&cli, "/v2/fields/", field(&flow, "note", "string", json!({ "required": true }))).await;
        }
        let mut refused = Vec::new();
        loop {
            let page = cli.get("/v2/flows/?page[limit]=2&page[offset]=0").await.data(200);
            let page = page.as_array().unwrap();
            if page.is_empty() {
                break;
            }
            for flow in page {
                let path = at("/v2/flows", flow);
                let first = cli.delete(&path).await.status;
                if first == 204 {
                    continue;
                }
                assert_eq!(first, 405);
                refused.push(flow["slug"].as_str().unwrap().to_owned());
                let slug = format!("delete-{}", flow["id"].as_str().unwrap());
                let rename = json!({ "data": { "id": flow["id"], "type": "flow", "slug": slug } });
                assert_eq!(cli.put(&path, rename).await.data(200)["slug"], slug);
                assert_eq!(cli.delete(&path).await.status, 204);
            }
        }
        assert_eq!(refused, ["customers", "addresses", "rule-promotions"]);
        assert_eq!(total(&cli, "/v2/fields").await, 0);
        assert_eq!(cli.create_customer("ron@swanson.com", json!({})).await.get("note"), None);

        let before = cli.get("/v2/settings").await.expect(200);
        assert!(before["data"]["id"].is_string());
        let other = json!({ "type": "settings", "page_length": 10, "list_child_products": false, "additional_languages": ["fr"],
            "calculation_method": "simple", "address_mandatory_fields": [] });
        cli.put("/v2/settings", json!({ "data": other })).await.expect(200);
        let authentication = cli.get("/v2/settings/customer-authentication").await.data(200);
        assert!(authentication["relationships"]["authentication-realm"]["data"]["id"].is_string());
        let reset = json!({
            "type": "settings", "page_length": 25, "list_child_products": true, "additional_languages": [], "calculation_method": "line",
            "address_mandatory_fields": ["first_name", "last_name", "line_1", "county", "postcode", "country"],
        });
        assert_eq!(cli.put("/v2/settings", json!({ "data": reset })).await.expect(200), before);
    }

    /// The acceptance tests of the Terraform provider that concern flows and fields.
    async fn w13_terraform_flows_and_fields(app: TestApp) {
        let terraform = app.admin().await.with("content-type", "application/json");
        let hidden = json!({ "data": { "type": "flow", "name": "Hidden", "slug": "hidden", "description": "A flow", "enabled": false } });
        let hidden = create(&terraform, "/v2/flows", hidden).await;
        let path = at("/v2/flows", &hidden);
        assert_eq!(terraform.get(&path).await.data(200), hidden);
        let update = json!({ "data": {
            "id": hidden["id"], "type": "flow", "name": "Shown", "slug": "shown", "description": "The flow", "enabled": true,
        } });
        let shown = terraform.put(&path, update.clone()).await.data(200);
        for (name, value) in update["data"].as_object().unwrap() {
            assert_eq!(&shown[name], value, "{name}");
        }
        assert_eq!(terraform.get(&path).await.data(200), shown);

        // Empty values are left out, and an update sends again what cannot change.
        let other = create(&terraform, "/v2/flows", flow("Other", "other")).await;
        let size = create(&terraform, "/v2/fields", field(&shown, "size", "string", json!({ "required": false, "enabled": true }))).await;
        assert_eq!((&size["validation_rules"], &size["default"], &size["order"], &size["omit_null"]),
            (&json!([]), &Value::Null, &Value::Null, &json!(false)));
        let update = field(&shown, "size", "string", json!({ "id": size["id"], "required": true, "enabled": true, "order": 5 }));
        let updated = terraform.put(&at("/v2/fields", &size), update).await.data(200);
        assert_eq!((&updated["required"], &updated["order"], &updated["relationships"]), (&json!(true), &json!(5), &size["relationships"]));
        let mut last = size;
        for (flow, field_type) in [(&shown, "integer"), (&other, "integer")] {
            terraform.delete(&at("/v2/fields", &last)).await.expect(204);
            last = create(&terraform, "/v2/fields", field(flow, "size", field_type, json!({}))).await;
            assert_eq!(terraform.get(&at("/v2/fields", &last)).await.data(200)["relationships"]["flow"]["data"]["id"], flow["id"]);
        }

        for (slug, field_type, rules, default) in [
            ("format", "string", json!([{ "type": "uuid" }]), json!("summer")),
            ("choice", "string", json!([{ "type": "enum", "options": ["fast", "slow"] }, { "type": "slug" }]), json!("fast")),
            ("shipping", "relationship", json!([{ "type": "one-to-one", "to": "shipping_cost" }]), Value::Null),
            ("share", "float", json!([
                { "type": "enum", "options": [10.7, 11.5] },
                { "type": "between", "options": { "from": 1.5, "to": 2.5 } }, { "type": "between", "options": { "from": 3.5, "to": 4.5 } },
            ]), json!("1.5")),
            ("count", "integer", json!([
                { "type": "enum", "options": [10, 11] },
                { "type": "between", "options": { "from": 1, "to": 2 } }, { "type": "between", "options": { "from": 4, "to": 5 } },
            ]), json!("1")),
        ] {
            let attributes = json!({ "validation_rules": rules, "default": default });
            let created = create(&terraform, "/v2/fields", field(&shown, slug, field_type, attributes)).await;
            let seen = terraform.get(&at("/v2/fields", &created)).await;
            assert_eq!(seen.data(200), created);
            // To the byte: a number is no string, and an integer has no fraction.
            assert!(String::from_utf8(seen.body).unwrap().contains(&format!("\"validation_rules\":{rules}")), "{slug}");
        }
        assert_eq!(terraform.delete(&path).await.status, 204);
        assert_eq!(terraform.get(&path).await.expect(404)["errors"][0]["title"], "Flow not found");
    }

    /// Those of its acceptance tests that concern entries, customers, settings and errors.
    async fn w13_terraform_entries_customers_and_settings(app: TestApp) {
        let terraform = app.admin().await.with("content-type", "application/json");
        let shapes = create(&terraform, "/v2/flows", flow("Shapes", "shapes")).await;
        let mut fields = Vec::new();
        let one = json!({ "default": "1" });
        for (slug, more) in [("string", json!({})), ("integer", one.clone()), ("float", one), ("boolean", json!({}))] {
            fields.push(create(&terraform, "/v2/fields", field(&shapes, slug, slug, more)).await);
        }
        let entries = "/v2/flows/shapes/entries";
        let body = json!({ "data": { "type": "entry", "string": "a string", "integer": 2, "float": 3.1, "boolean": true } });
        let entry = create(&terraform, entries, body).await;
        assert_eq!(terraform.get(&at(entries, &entry)).await.data(200), entry);
        let bare = create(&terraform, entries, json!({ "data": { "type": "entry" } })).await;
        assert_eq!((&bare["integer"], bare["float"].as_f64()), (&json!(1), Some(1.0)));
        assert_eq!(terraform.delete(&at(entries, &entry)).await.status, 204);
        for field in &fields {
            assert_eq!(terraform.delete(&at("/v2/fields", field)).await.status, 204);
        }
        assert_eq!(terraform.delete(&at("/v2/flows", &shapes)).await.status, 204);

        let orders = create(&terraform, "/v2/flows", flow("Orders", "orders")).await;
        create(&terraform, "/v2/fields", field(&orders, "note", "string", json!({}))).await;
        let target = format!("/v2/flows/orders/entries/{ORDER}");
        terraform.get(&target).await.expect(404);
        let put = terraform.put(&target, json!({ "data": { "id": ORDER, "type": "entry", "note": "Fragile" } })).await.data(200);
        assert_eq!((&put["id"], &put["note"]), (&json!(ORDER), &json!("Fragile")));
        assert_eq!(terraform.get(&target).await.data(200), put);

        let body = json!({ "data": { "type": "customer", "name": "Ron", "email": "ron@swanson.com" } });
        let ron = create(&terraform, "/v2/customers", body.clone()).await;
        assert_eq!(terraform.get(&at("/v2/customers", &ron)).await.data(200)["password"], false);
        let settings = json!({ "data": {
            "type": "settings", "id": "", "page_length": 20, "list_child_products": true, "additional_languages": ["fr", "de"],
            "calculation_method": "simple",
        } });
        let put = terraform.put("/v2/settings", settings).await.data(200);
        assert_eq!((&put["page_length"], &put["additional_languages"], &put["calculation_method"]),
            (&json!(20), &json!(["fr", "de"]), &json!("simple")));
        assert_eq!(terraform.get("/v2/settings").await.data(200), put);

        for (answer, status) in [
            (terraform.send("POST", "/v2/flows", b"{".to_vec()).await, 400),
            (app.anonymous().get("/v2/flows").await, 401),
            (app.visitor().await.delete(&target).await, 403),
            (terraform.get(&at("/v2/fields", &fields[0])).await, 404),
            (terraform.get("/v2/nowhere").await, 404),
            (terraform.delete(&at("/v2/flows", &orders)).await, 405),
            (terraform.post("/v2/customers", body).await, 409),
            (terraform.post("/v2/flows", json!({ "data": {} })).await, 422),
        ] {
            let body = answer.expect(status);
            for error in body["errors"].as_array().unwrap() {
                assert_eq!((&error["status"], error["title"].is_string()), (&json!(status), true), "{body}");
            }
        }
    }

    /// The promotions builder, the flows page of Commerce Manager, and the guides on personal data.
    async fn w16_others(app: TestApp) {
        let admin = app.admin().await;
        let promotions = create(&admin, "/v2/flows", flow("Rule promotions", "rule-promotions")).await;
        let entries = "/v2/flows/rule-promotions/entries";
        let range = json!({ "type": "between", "options": { "from": 1, "to": 5 } });
        for (slug, field_type, rule, good, bad) in [
            ("messaging", "string", Value::Null, json!("Spend $10 more"), json!({})),
            ("mail", "string", json!({ "type": "email" }), json!("ron@swanson.com"), json!("ron")),
            ("short", "string", json!({ "type": "slug" }), json!("ron-1_a"), json!("ron 1")),
            ("key", "string", json!({ "type": "uuid" }), json!(ORDER), json!("ron")),
            ("pace", "string", json!({ "type": "enum", "options": ["fast", "slow"] }), json!("slow"), json!("Slow")),
            ("stars", "integer", range.clone(), json!(5), json!(6)),
            ("steps", "integer", json!({ "type": "enum", "options": [1, 2, 3] }), json!(3), json!(4)),
            ("grade", "float", range, json!(4.5), json!(5.5)),
            ("share", "float", json!({ "type": "enum", "options": [0.5, 10.7] }), json!(10.7), json!(10.75)),
            ("day", "date", json!({ "type": "enum", "options": ["2017-12-25", "2017-12-26 10:00:00"] }),
                json!("2017-12-26 10:00:00"), json!("2017-12-27")),
        ] {
            let rules = if rule.is_null() { json!([]) } else { json!([rule]) };
            create(&admin, "/v2/fields", field(&promotions, slug, field_type, json!({ "validation_rules": rules }))).await;
            let body = |value: Value| json!({ "data": { "type": "entry", "id": format!("rule of {slug}"), slug: value } });
            assert_eq!(admin.post(entries, body(bad)).await.expect(422)["errors"][0]["source"], format!("data.{slug}"));
            create(&admin, entries, body(good)).await;
        }
        create(&admin, "/v2/fields", relationship(&promotions, "owner", "one-to-one", "customer")).await;
        let owner = |id: &str| json!({ "type": "customer", "id": id });
        let path = format!("{entries}/rule%20of%20mail/relationships/owner");
        assert_eq!(admin.post(&path, json!({ "data": owner("a") })).await.data(201), owner("a"));
        assert_eq!(admin.post(&path, json!({ "data": [owner("a"), owner("b")] })).await.errors(422).len(), 1);
        assert_eq!(total(&admin, entries).await, 10);
        assert_eq!(admin.delete(&at("/v2/flows", &promotions)).await.status, 405);

        let ron = admin.create_customer("ron@swanson.com", json!({})).await;
        let filter = format!("filter=eq(resource_type,customer):eq(resource_id,{})", ron["id"].as_str().unwrap());
        let erasure = json!({ "data": { "type": "erasure_request", "resource_type": "customer", "resource_id": ron["id"] } });
        let nowhere = json!({ "errors": [{ "status": 404, "title": "Not Found" }] });
        for list in ["logs", "related-data-entries", "erasure-requests"] {
            assert_eq!(admin.get(&format!("/v2/personal-data/{list}?{filter}")).await.expect(404), nowhere, "{list}");
        }
        let answer = as_form(admin.clone()).post("/v2/personal-data/erasure-requests", erasure).await;
        assert_eq!(answer.expect(404), nowhere);
        admin.get("/v2/settings/logs-ttl").await.expect(404);
        assert_eq!(admin.get(&at("/v2/customers", &ron)).await.data(200), ron);
    }
}
