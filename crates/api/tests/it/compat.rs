//! A server or a store that has nothing but what the platform documents.

use customary_testkit::{Client, TestApp, Value, both_engines, json};

async fn prepare(admin: &Client) -> (String, String) {
    let flow = admin.create_flow("customers").await;
    let tier = admin
        .create_field(
            &flow,
            "tier",
            "string",
            json!({ "immutable": true, "filterable": true, "unique": true }),
        )
        .await;
    admin
        .create_customer("a@x.com", json!({ "tier": "gold" }))
        .await;
    admin.create_customer("b@x.com", json!({})).await;
    (flow, tier)
}

/// What is the same for a strict server and a strict store.
async fn is_strict(admin: &Client, flow: &str, tier: &str) {
    let could_not = "Could not parse the supplied filter: ";
    let names = "id, name, email, external_ref, created_at, updated_at";
    for (query, detail) in [
        ("filter=eq(tier,gold)", format!("{could_not}\"tier\" cannot be filtered by: use {names}")),
        ("filter=not(eq(name,a))", format!("{could_not}at byte 0: \"not\" is no operator: use eq, like, in, gt, ge, lt, le or is_null")),
        ("filter=or(eq(name,a),eq(name,b))", format!("{could_not}at byte 0: \"or\" is no operator: use eq, like, in, gt, ge, lt, le or is_null")),
        ("sort=tier", "\"tier\" cannot be sorted by: use id, name, email, created_at, updated_at, with - in front for descending".to_owned()),
        ("sort=name,email", "a list is sorted by one key".to_owned()),
    ] {
        assert_eq!(admin.get(&format!("/v2/customers?{query}")).await.errors(400), [detail]);
    }
    let list = admin
        .get("/v2/customers?sort=email&explain=true&page[cursor]=&page[limit]=1")
        .await
        .expect(200);
    assert_eq!(
        (
            list["data"].as_array().unwrap().len(),
            &list["meta"]["page"]["total"]
        ),
        (1, &json!(2))
    );
    assert!(list["meta"].get("plan").is_none());
    assert!(
        list["links"]["next"]
            .as_str()
            .unwrap()
            .contains("page[offset]=1"),
        "{list}"
    );
    admin
        .get("/v2/customers?filter=(eq(email,a@x.com)|like(name,*zz*))")
        .await
        .expect(200);
    let settings = admin.get("/v2/settings/attributes").await.data(200);
    let settings: Vec<&Value> = settings
        .as_array()
        .unwrap()
        .iter()
        .map(|setting| &setting["value"])
        .collect();
    assert_eq!(
        (settings.len(), settings[6]),
        (7, &json!("shopper_address_limit"))
    );
    entries_and_addresses_are_strict(admin).await;
    writes_are_strict(admin).await;
    fields_are_strict(admin, flow, tier).await;
}

async fn entries_and_addresses_are_strict(admin: &Client) {
    // Entries are found by id alone, and addresses are not filtered.
    let ids: Vec<Value> = admin
        .get("/v2/flows/customers/entries?sort=-tier")
        .await
        .expect(200)["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["id"].clone())
        .collect();
    assert_eq!(ids.len(), 2);
    let id = ids[0].as_str().unwrap();
    let found = admin
        .get(&format!("/v2/flows/customers/entries?filter=in(id,{id},x)"))
        .await
        .expect(200);
    assert_eq!(found["meta"]["results"]["total"], 1);
    for filter in [
        "eq(tier,gold)",
        "ge(created_at,2020-01-01)",
        &format!("eq(id,{id})"),
    ] {
        assert_eq!(
            admin
                .get(&format!("/v2/flows/customers/entries?filter={filter}"))
                .await
                .errors(400)
                .len(),
            1
        );
    }
    admin
        .get(&format!(
            "/v2/customers/{id}/addresses?filter=nonsense&sort=nonsense"
        ))
        .await
        .expect(200);
}

async fn writes_are_strict(admin: &Client) {
    let customers = admin.get("/v2/customers").await.expect(200);
    let id = customers["data"][0]["id"].as_str().unwrap();
    // Records have no tag, and nobody asks for one.
    let path = format!("/v2/customers/{id}");
    let customer = admin.clone().with("if-none-match", "*").get(&path).await;
    assert_eq!(
        (customer.status.as_u16(), customer.header("etag")),
        (200, None)
    );
    let change = json!({ "data": { "name": "Ron" } });
    admin
        .clone()
        .with("if-match", "\"0-0\"")
        .put(&path, change)
        .await
        .expect(200);
    let once = admin.clone().with("idempotency-key", "k");
    let body = json!({ "data": { "type": "flow", "name": "a", "slug": "a" } });
    assert_eq!(
        once.post("/v2/flows", body.clone()).await.header("etag"),
        None
    );
    assert_eq!(once.post("/v2/flows", body).await.errors(422).len(), 1);
}

async fn fields_are_strict(admin: &Client, flow: &str, tier: &str) {
    // Fields have no more attributes and rules than they have there.
    let field = admin.get(&format!("/v2/fields/{tier}")).await.data(200);
    for name in ["immutable", "filterable", "index_state", "unique"] {
        assert_eq!(field.get(name), None, "{name}");
    }
    let more = json!({ "data": { "type": "field", "name": "x", "slug": "x", "field_type": "string", "immutable": true, "filterable": true,
        "unique": true, "relationships": { "flow": { "data": { "type": "flow", "id": flow } } } } });
    let field = admin.post("/v2/fields", more).await.data(201);
    for name in ["immutable", "filterable", "unique"] {
        assert_eq!(field.get(name), None, "{name}");
    }
    let rules = json!({ "data": { "validation_rules": [{ "type": "pattern", "options": "a" }] } });
    let refused = admin
        .put(&format!("/v2/fields/{tier}"), rules)
        .await
        .errors(422);
    assert!(
        refused[0].ends_with("which string fields do not know: they know enum, email, slug, uuid"),
        "{refused:?}"
    );
    // What was set before still holds.
    let id = admin
        .get("/v2/customers?filter=eq(email,a@x.com)")
        .await
        .expect(200)["data"][0]["id"]
        .clone();
    let path = format!("/v2/customers/{}", id.as_str().unwrap());
    admin
        .put(&path, json!({ "data": { "tier": "silver" } }))
        .await
        .expect(422);
}

both_engines! {
    async fn a_strict_server_has_what_is_documented_and_nothing_else(app: TestApp) {
        let (flow, tier) = prepare(&app.admin().await).await;
        let admin = app.strict_node().await.admin().await;
        is_strict(&admin, &flow, &tier).await;
        assert_eq!(admin.get("/v2/settings").await.data(200).get("compat"), None);
        app.verify().await;
    }

    async fn a_store_is_strict_by_its_settings(app: TestApp) {
        let (admin, second) = (app.admin().await, app.second_node().await.admin().await);
        let (flow, tier) = prepare(&admin).await;
        let set = |compat: &str| json!({ "data": { "type": "settings", "require_if_match": true, "compat": compat } });
        assert_eq!(admin.put("/v2/settings", set("strict")).await.data(200)["compat"], "strict");
        let settings = second.get("/v2/settings").await.data(200);
        assert_eq!((&settings["compat"], settings.get("require_if_match")), (&json!("strict"), None));
        // Settings that the platform does not know are passed over, and no client of its takes the mode back unawares.
        let unknown = json!({ "data": { "type": "settings", "require_if_match": "x" } });
        second.put("/v2/settings", unknown).await.expect(200);
        second.delete("/v2/settings").await.expect(204);
        is_strict(&second, &flow, &tier).await;
        // Another store is none of its business.
        app.other_store("other").await.admin.create_flow("a").await;
        let wrong = admin.put("/v2/settings", set("loose")).await.errors(400);
        assert!(wrong[0].contains("compat"), "{wrong:?}");
        let back = admin.put("/v2/settings", set("extended")).await.data(200);
        assert_eq!((back.get("compat"), &back["require_if_match"]), (None, &json!(true)));
        assert_eq!(second.get("/v2/customers?filter=eq(tier,gold)").await.expect(200)["meta"]["results"]["total"], 1);
        assert!(second.get(&format!("/v2/fields/{tier}")).await.header("etag").is_some());
    }
}
