//! `contract/flows.md` §10.

use customary_testkit::{TestApp, Value, both_engines, json};

fn values(answer: &Value) -> Vec<&str> {
    answer["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["value"].as_str().unwrap())
        .collect()
}

both_engines! {
    async fn attributes_are_described_with_the_fields_of_the_store(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let flow = admin.create_flow("customers").await;
        let rules = json!([{ "type": "enum", "options": ["S", "M"] }]);
        let size = json!({ "name": "Size", "description": "How large", "validation_rules": rules, "required": true, "order": 1 });
        admin.create_field(&flow, "size", "string", size).await;
        admin.create_field(&flow, "points", "integer", json!({ "order": 2 })).await;
        admin.create_field(&flow, "hidden", "integer", json!({ "enabled": false })).await;

        let answer = visitor.get("/v2/customers/attributes").await.expect(200);
        assert_eq!(answer["meta"], json!({ "entity": "customer", "version": "2.0.0" }));
        assert_eq!(values(&answer), ["name", "email", "password", "external_ref", "size", "points"]);
        assert_eq!(answer["data"][1], json!({
            "label": "Email", "value": "email", "type": "string", "required": true,
            "description": "The email address of the customer, unique in the store",
        }));
        assert_eq!(answer["data"][4], json!({
            "label": "Size", "value": "size", "type": "enum", "required": true, "description": "How large",
            "options": ["S", "M"], "validation_rules": rules,
        }));
        let by_flow = visitor.get("/v2/flows/customers/attributes").await.expect(200);
        assert_eq!((&by_flow["data"], &by_flow["meta"]["entity"]), (&answer["data"], &json!("customers")));
    }

    async fn flows_fields_and_core_slugs_are_described_without_a_flow(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let flows = visitor.get("/v2/flows/attributes").await.expect(200);
        assert_eq!((values(&flows), &flows["meta"]["entity"]), (vec!["name", "slug", "description", "enabled"], &json!("flow")));
        let fields = visitor.get("/v2/fields/attributes/").await.expect(200);
        assert_eq!(fields["meta"]["entity"], "field");
        assert_eq!(fields["data"][2]["options"][0], "string");
        assert_eq!(values(&visitor.get("/v2/flows/customers/attributes").await.expect(200)).len(), 4);
        assert_eq!(visitor.get("/v2/flows/orders/attributes").await.expect(200)["data"], json!([]));
        visitor.get("/v2/flows/nowhere/attributes").await.expect(404);
        let flow = admin.create_flow("wishlist").await;
        admin.create_field(&flow, "title", "string", json!({})).await;
        assert_eq!(values(&visitor.get("/v2/flows/wishlist/attributes").await.expect(200)), ["title"]);
        admin.put("/v2/flows/wishlist", json!({ "data": { "enabled": false } })).await.expect(200);
        visitor.get("/v2/flows/wishlist/attributes").await.expect(404);
    }

    async fn addresses_are_described_as_the_store_asks_for_them(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let flow = admin.create_flow("addresses").await;
        admin.create_field(&flow, "floor", "integer", json!({ "required": true })).await;
        let settings = json!({ "data": { "type": "settings", "address_mandatory_fields": ["region"] } });
        admin.put("/v2/settings", settings).await.expect(200);
        let answer = visitor.get("/v2/addresses/attributes").await.expect(200);
        assert_eq!(answer["meta"]["entity"], "address");
        assert_eq!(values(&answer).len(), 14);
        let required = answer["data"].as_array().unwrap().iter().filter(|attribute| attribute["required"] == true);
        let required: Vec<_> = required.map(|attribute| attribute["value"].as_str().unwrap()).collect();
        assert_eq!(required, ["region", "floor"]);
        let settings = visitor.get("/v2/settings/attributes").await.expect(200);
        assert_eq!((settings["meta"]["entity"].as_str(), values(&settings)[0]), (Some("settings"), "page_length"));
    }
}
