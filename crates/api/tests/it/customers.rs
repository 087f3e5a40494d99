//! `contract/customers.md` §1 to §3.

use customary_testkit::{TestApp, Value, both_engines, json};

fn path(customer: &Value) -> String {
    format!("/v2/customers/{}", customer["id"].as_str().unwrap())
}

both_engines! {
    async fn a_customer_is_answered_whole_and_in_order(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "second", "integer", json!({ "order": 2 })).await;
        admin.create_field(&flow, "first", "boolean", json!({ "order": 1 })).await;
        admin.create_field(&flow, "hidden", "string", json!({ "omit_null": true })).await;
        let rules = json!([{ "type": "one-to-many", "to": "wishlists" }]);
        admin.create_field(&flow, "wishlists", "relationship", json!({ "validation_rules": rules })).await;
        let customer = admin.create_customer("Ron@Swanson.com", json!({ "name": "Ron Swanson", "second": 2, "id": "x" })).await;
        let keys: Vec<&String> = customer.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["type", "id", "name", "email", "external_ref", "password", "first", "second", "relationships", "meta"]);
        assert_eq!(customer, json!({
            "type": "customer", "id": customer["id"], "name": "Ron Swanson", "email": "Ron@Swanson.com",
            "external_ref": null, "password": false, "first": null, "second": 2,
            "relationships": { "wishlists": { "data": null } },
            "meta": { "timestamps": { "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z" } },
        }));
        assert_eq!(admin.get(&path(&customer)).await.data(200), customer);
        assert_eq!(admin.get("/v2/customers").await.data(200), json!([customer]));
        assert_eq!(admin.delete(&path(&customer)).await.status, 204);
        let missing = json!({ "errors": [{
            "status": 404, "title": "Customer not found", "detail": "The requested customer could not be found",
        }] });
        assert_eq!(admin.get(&path(&customer)).await.expect(404), missing);
        assert_eq!(admin.delete(&path(&customer)).await.expect(404), missing);
        assert_eq!(admin.put(&path(&customer), json!({ "data": { "name": "" } })).await.expect(404), missing);
        assert_eq!(admin.get("/v2/customers/nonsense").await.expect(404), missing);
    }

    async fn base_and_custom_problems_come_together_and_nothing_is_stored(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "tier", "string", json!({ "required": true, "order": 1 })).await;
        let rules = json!([{ "type": "between", "options": { "from": 1, "to": 5 } }]);
        admin.create_field(&flow, "stars", "integer", json!({ "validation_rules": rules, "order": 2 })).await;
        let answer = admin.post("/v2/customers", json!({ "data": { "type": "customer", "email": "nonsense", "stars": 6 } })).await;
        assert_eq!(answer.expect(422)["errors"], json!([
            { "status": 422, "title": "Failed Validation", "detail": "The data.name field is required." },
            { "status": 422, "title": "Failed Validation", "detail": "The data.email must be a valid email address." },
            { "status": 422, "title": "Validation Error", "source": "data.tier", "detail": "data.tier: \"tier\" is required" },
            { "status": 422, "title": "Validation Error", "source": "data.stars", "detail": "data.stars: \"stars\" must be between 1 and 5" },
        ]));
        assert_eq!(admin.get("/v2/customers").await.expect(200)["meta"]["results"]["total"], 0);

        let customer = admin.create_customer("ron@swanson.com", json!({ "tier": "gold", "stars": 5 })).await;
        let update = json!({ "data": { "name": "Ron", "stars": "5", "tier": null } });
        assert_eq!(admin.put(&path(&customer), update).await.errors(422), [
            "data.tier: \"tier\" is required", "data.stars: \"stars\" must be an integer",
        ]);
        assert_eq!(admin.get(&path(&customer)).await.data(200), customer);
    }

    async fn base_attributes_are_checked_in_the_words_of_the_platform(app: TestApp) {
        let admin = app.admin().await;
        for (more, detail) in [
            (json!({ "type": "customers" }), "The selected data.type is invalid."),
            (json!({ "type": null }), "The selected data.type is invalid."),
            (json!({ "name": 5 }), "The data.name must be a string."),
            (json!({ "name": "  " }), "The data.name field is required."),
            (json!({ "name": "n".repeat(2049) }), "The data.name may not be greater than 2048 characters."),
            (json!({ "email": null }), "The data.email field is required."),
            (json!({ "email": format!("{}@example.com", "e".repeat(250)) }), "The data.email may not be greater than 254 characters."),
            (json!({ "external_ref": {} }), "The data.external_ref must be a string."),
            (json!({ "external_ref": "r".repeat(2049) }), "The data.external_ref may not be greater than 2048 characters."),
            (json!({ "password": "" }), "The data.password may not be empty: send null to remove it."),
            (json!({ "password": 5 }), "The data.password must be a string."),
        ] {
            let mut data = json!({ "type": "customer", "name": "Ron", "email": "ron@swanson.com" });
            for (name, value) in more.as_object().unwrap() {
                data[name] = value.clone();
            }
            assert_eq!(admin.post("/v2/customers", json!({ "data": data })).await.errors(422), [detail], "{more}");
        }
        let without_type = json!({ "data": { "name": "Ron", "email": "ron@swanson.com" } });
        assert_eq!(admin.post("/v2/customers", without_type).await.errors(422), ["The data.type field is required."]);
        let long = json!({ "name": "ß".repeat(2048), "external_ref": "r".repeat(2048) });
        admin.create_customer("ron@swanson.com", long).await;
    }

    async fn an_email_is_unique_whatever_its_case(app: TestApp) {
        let admin = app.admin().await;
        let ron = admin.create_customer("Ron@Swanson.com", json!({})).await;
        let leslie = admin.create_customer("leslie@knope.com", json!({})).await;
        let duplicate = json!({ "errors": [{
            "status": 409, "title": "Duplicate email", "detail": "A customer with this email already exists",
        }] });
        let body = json!({ "data": { "type": "customer", "name": "Ron", "email": " ron@SWANSON.com " } });
        assert_eq!(admin.post("/v2/customers", body).await.expect(409), duplicate);
        let body = json!({ "data": { "email": "RON@swanson.com" } });
        assert_eq!(admin.put(&path(&leslie), body.clone()).await.expect(409), duplicate);
        assert_eq!(admin.put(&path(&ron), body).await.data(200)["email"], "RON@swanson.com");
        assert_eq!(admin.get("/v2/customers").await.expect(200)["meta"]["results"]["total"], 2);
        assert_eq!(admin.delete(&path(&ron)).await.status, 204);
        admin.put(&path(&leslie), json!({ "data": { "email": "ron@swanson.com" } })).await.expect(200);
    }

    async fn a_password_goes_in_as_text_and_comes_out_as_a_boolean(app: TestApp) {
        let admin = app.admin().await;
        let customer = admin.create_customer("ron@swanson.com", json!({ "password": "mysecretpassword" })).await;
        assert_eq!(customer["password"], true);
        let put = async |password: Value| admin.put(&path(&customer), json!({ "data": { "password": password } })).await.data(200);
        assert_eq!(put(json!(false)).await, customer);
        assert_eq!(put(Value::Null).await["password"], false);
        assert_eq!(put(json!(true)).await["password"], false);
        assert_eq!(put(json!("another")).await["password"], true);
    }

    async fn an_update_changes_only_what_it_names(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "delivery_details", "string", json!({ "default": 0 })).await;
        let customer = admin.create_customer("ron@swanson.com", json!({ "external_ref": "r1" })).await;
        assert_eq!(customer["delivery_details"], "0");
        app.database.clock.advance(1);
        assert_eq!(admin.put(&path(&customer), json!({ "data": {} })).await.data(200), customer);
        let update = json!({ "data": { "type": "customer", "id": "other", "delivery_details": "Leave in Leslie Knope’s office", "unknown": 1 } });
        let updated = admin.put(&path(&customer), update).await.data(200);
        let mut expected = customer.clone();
        expected["delivery_details"] = json!("Leave in Leslie Knope’s office");
        expected["meta"]["timestamps"]["updated_at"] = json!("2026-01-01T00:00:01.000Z");
        assert_eq!(updated, expected);
        assert_eq!(admin.get(&path(&customer)).await.data(200), expected);
        let updated = admin.put(&path(&customer), json!({ "data": { "external_ref": null, "delivery_details": null } })).await.data(200);
        assert_eq!((&updated["external_ref"], &updated["delivery_details"]), (&Value::Null, &Value::Null));
    }

    async fn every_change_is_later_than_the_one_before(app: TestApp) {
        let admin = app.admin().await;
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let mut last = customer["meta"]["timestamps"]["updated_at"].as_str().unwrap().to_owned();
        // The clock stands still all the while.
        for number in 0..5 {
            let update = json!({ "data": { "name": format!("Ron {number}") } });
            let updated = admin.put(&path(&customer), update).await.data(200);
            let updated_at = updated["meta"]["timestamps"]["updated_at"].as_str().unwrap().to_owned();
            assert!(updated_at > last, "{updated_at} {last}");
            last = updated_at;
        }
    }

    async fn concurrent_updates_of_different_keys_lose_nothing(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        for number in 0..50 {
            admin.create_field(&flow, &format!("f{number}"), "integer", json!({})).await;
        }
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let writers: Vec<_> = (0..50)
            .map(|number| {
                let (admin, path) = (admin.clone(), path(&customer));
                customary_testkit::tokio::spawn(async move {
                    let body = json!({ "data": { format!("f{number}"): number } });
                    admin.put(&path, body).await.data(200)
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let stored = admin.get(&path(&customer)).await.data(200);
        for number in 0..50 {
            assert_eq!(stored[format!("f{number}")], number);
        }
    }

    async fn concurrent_creations_with_one_email_have_one_winner(app: TestApp) {
        let admin = app.admin().await;
        let writers: Vec<_> = (0..20)
            .map(|_| {
                let admin = admin.clone();
                let body = json!({ "data": { "type": "customer", "name": "Ron", "email": "ron@swanson.com" } });
                customary_testkit::tokio::spawn(async move { admin.post("/v2/customers", body).await.status.as_u16() })
            })
            .collect();
        let mut statuses = Vec::new();
        for writer in writers {
            statuses.push(writer.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses[0], 201);
        assert_eq!(statuses[1..], [409; 19]);
        assert_eq!(admin.get("/v2/customers").await.expect(200)["meta"]["results"]["total"], 1);
    }
}
