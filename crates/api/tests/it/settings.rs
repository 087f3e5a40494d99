//! `contract/conventions.md` §9.

use customary_testkit::{TestApp, both_engines, json};

both_engines! {
    async fn settings_are_the_defaults_until_they_are_set(app: TestApp) {
        let admin = app.admin().await;
        let first = admin.get("/v2/settings").await.expect(200);
        assert_eq!(first, json!({
            "data": {
                "type": "settings", "id": first["data"]["id"], "page_length": 25, "list_child_products": true,
                "additional_languages": [], "calculation_method": "line",
                "address_mandatory_fields": ["first_name", "last_name", "line_1", "county", "postcode", "country"],
                "include_organization_resources": false, "shopper_address_limit": 25,
                "currency_limit": 10, "field_limit": 100, "integration_limit": 100, "event_limit": 5, "filter_limit": 10,
                "tax_item_limit": 5, "promotions_limit": 1000, "promotion_codes_limit": 1000, "page_offset_limit": 10000,
            },
            "meta": { "owner": "store", "store_name": "default" },
        }));
        assert_eq!(first["data"]["id"].as_str().unwrap().len(), 36);

        let update = json!({ "data": { "type": "settings", "id": "", "page_length": 20, "additional_languages": ["fr", "de"],
            "calculation_method": "simple", "field_limit": 1 } });
        let updated = admin.put("/v2/settings", update).await.expect(200);
        let mut expected = first.clone();
        expected["data"]["page_length"] = json!(20);
        expected["data"]["additional_languages"] = json!(["fr", "de"]);
        expected["data"]["calculation_method"] = json!("simple");
        assert_eq!(updated, expected);
        let bare = admin.put("/v2/settings", json!({ "type": "settings", "page_length": "30" })).await.data(200);
        assert_eq!((&bare["page_length"], &bare["calculation_method"]), (&json!(30), &json!("simple")));
        assert_eq!(admin.get("/v2/settings/").await.data(200), bare);
        assert_eq!(admin.delete("/v2/settings").await.status, 204);
        assert_eq!(admin.get("/v2/settings").await.expect(200), first);
    }

    async fn the_page_length_counts_at_once_on_every_node(app: TestApp) {
        let (admin, second) = (app.admin().await, app.second_node().await.admin().await);
        for number in 0..5 {
            admin.create_customer(&format!("c{number}@example.com"), json!({})).await;
        }
        assert_eq!(second.get("/v2/customers").await.data(200).as_array().unwrap().len(), 5);
        admin.put("/v2/settings", json!({ "data": { "type": "settings", "page_length": 2 } })).await.expect(200);
        let page = second.get("/v2/customers").await.expect(200);
        assert_eq!(page["data"].as_array().unwrap().len(), 2);
        assert_eq!(page["meta"]["page"], json!({ "limit": 2, "offset": 0, "current": 1, "total": 3 }));
        let other = app.other_store("Other").await.admin;
        assert_eq!(other.get("/v2/settings").await.data(200)["page_length"], 25);
    }

    async fn unusable_settings_are_refused_whole(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let wrong_type = admin.put("/v2/settings", json!({ "data": { "type": "setting" } })).await.expect(400);
        assert_eq!(wrong_type["errors"], json!([{
            "status": "400", "title": "enum", "source": "data.type",
            "detail": "data.type must be one of the following: \"settings\"",
        }]));
        let before = admin.get("/v2/settings").await.expect(200);
        let update = json!({ "data": { "type": "settings", "page_length": 101, "list_child_products": 5, "calculation_method": "simple" } });
        assert_eq!(admin.put("/v2/settings", update).await.errors(400), [
            "data.page_length must be a whole number from 1 to 100", "data.list_child_products must be a boolean",
        ]);
        assert_eq!(admin.get("/v2/settings").await.expect(200), before);
        for body in ["", "[]", "{", "5", "{}"] {
            assert_eq!(admin.send("PUT", "/v2/settings", body.into()).await.errors(400).len(), 1, "{body}");
        }
        visitor.get("/v2/settings").await.expect(403);
        visitor.put("/v2/settings", json!({ "data": { "type": "settings" } })).await.expect(403);
        visitor.delete("/v2/settings").await.expect(403);
        admin.post("/v2/settings", json!({})).await.expect(405);
    }

    async fn everybody_may_see_how_customers_sign_in(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let store = admin.get("/v2/settings").await.data(200)["id"].as_str().unwrap().to_owned();
        let answer = visitor.get("/v2/settings/customer-authentication").await.expect(200);
        assert_eq!(answer, json!({
            "data": {
                "id": store, "type": "customer-authentication-settings", "meta": { "client_id": "customers" },
                "relationships": { "authentication-realm": { "data": {
                    "id": store, "type": "authentication-realm", "duplicate_email_policy": "allowed",
                    "links": { "self": format!("http://shop.example/v2/authentication-realms/{store}") },
                } } },
            },
            "links": { "self": "http://shop.example/v2/settings/customer-authentication" },
        }));
        for path in [&format!("/v2/settings/customer-authentication/{store}"), "/v2/customer-authentication-settings"] {
            assert_eq!(visitor.get(path).await.expect(200), answer);
        }
        let other = app.other_store("Other").await.visitor;
        other.get(&format!("/v2/settings/customer-authentication/{store}")).await.expect(404);
        assert_eq!(admin.put("/v2/settings/customer-authentication", json!({ "data": {} })).await.status, 405);
    }

    async fn the_name_of_the_store_is_told_where_more_is_told_than_the_platform_documents(app: TestApp) {
        let other = app.other_store("Spring shop").await;
        assert_eq!(other.admin.get("/v2/settings").await.expect(200)["meta"]["store_name"], json!("Spring shop"));
        let strict = app.strict_node().await.admin().await;
        assert_eq!(strict.get("/v2/settings").await.expect(200)["meta"], json!({ "owner": "store" }));
    }

    async fn lists_among_the_settings_stay_small(app: TestApp) {
        let admin = app.admin().await;
        let update = |name: &str, items: Vec<String>| json!({ "data": { "type": "settings", name: items } });
        let names = vec!["city".to_owned(); 1_000];
        let updated = admin.put("/v2/settings", update("address_mandatory_fields", names)).await.data(200);
        assert_eq!(updated["address_mandatory_fields"], json!(["city"]));
        let languages = (0..101).map(|number| number.to_string()).collect();
        assert_eq!(admin.put("/v2/settings", update("additional_languages", languages)).await.errors(400).len(), 1);
    }
}
