//! `contract/flows.md` §1 to §3.

use customary_testkit::{TestApp, Value, both_engines, json};

fn slugs(list: &Value) -> Vec<&str> {
    list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["slug"].as_str().unwrap())
        .collect()
}

both_engines! {
    async fn a_flow_is_answered_whole(app: TestApp) {
        let admin = app.admin().await;
        let body = json!({ "data": {
            "type": "flow", "id": "mine", "name": "Customers", "slug": "customers",
            "description": "Extends the default customer object", "enabled": true,
        } });
        let flow = admin.post("/v2/flows", body).await.data(201);
        let id = flow["id"].as_str().unwrap();
        assert_eq!(flow, json!({
            "id": id, "type": "flow", "name": "Customers", "slug": "customers",
            "description": "Extends the default customer object", "enabled": true,
            "links": { "self": format!("http://shop.example/v2/flows/{id}") },
            "relationships": {},
            "meta": { "owner": "store", "timestamps": {
                "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z",
            } },
        }));
        for path in [format!("/v2/flows/{id}"), format!("/v2/flows/{}/", id.to_uppercase()), "/v2/flows/customers".to_owned()] {
            assert_eq!(admin.get(&path).await.data(200), flow, "{path}");
        }
    }

    async fn every_problem_of_a_flow_is_reported(app: TestApp) {
        let admin = app.admin().await;
        let errors = admin.post("/v2/flows", json!({ "data": { "name": 5, "enabled": "yes", "description": [] } })).await;
        assert_eq!(errors.errors(422), [
            "data.type: \"type\" is required",
            "data.name: \"name\" must be a string",
            "data.slug: \"slug\" is required",
            "data.description: \"description\" must be a string",
            "data.enabled: \"enabled\" must be a boolean",
        ]);
        let first = &errors.json()["errors"][0];
        assert_eq!(*first, json!({
            "status": 422, "title": "Validation Error", "source": "data.type", "detail": "data.type: \"type\" is required",
        }));
        for (name, slug) in [("$name", "a"), ("", "a"), (&*"n".repeat(256), "a"), ("a", "$a"), ("a", "a b"), ("a", &*"s".repeat(300))] {
            let body = json!({ "data": { "type": "flow", "name": name, "slug": slug } });
            assert_eq!(admin.post("/v2/flows", body).await.errors(422).len(), 1, "{name} {slug}");
        }
        assert_eq!(slugs(&admin.get("/v2/flows").await.expect(200)), [""; 0]);
    }

    async fn a_slug_is_taken_once(app: TestApp) {
        let admin = app.admin().await;
        admin.create_flow("customers").await;
        let other = admin.create_flow("Customers").await;
        let taken = ["data.slug: \"slug\" is taken: another flow has the slug \"customers\""];
        let body = json!({ "data": { "type": "flow", "name": "Customers", "slug": "customers" } });
        assert_eq!(admin.post("/v2/flows", body).await.errors(422), taken);
        let body = json!({ "data": { "slug": "customers" } });
        assert_eq!(admin.put(&format!("/v2/flows/{other}"), body).await.errors(422), taken);
    }

    async fn an_update_changes_what_it_names(app: TestApp) {
        let admin = app.admin().await;
        let id = admin.create_flow("wishlist").await;
        let path = format!("/v2/flows/{id}");
        app.database.clock.advance(1);
        let unchanged = admin.put(&path, json!({ "data": {} })).await.data(200);
        assert_eq!(unchanged["meta"]["timestamps"]["updated_at"], "2026-01-01T00:00:00.000Z");
        let changed = admin.put(&path, json!({ "data": { "id": "other", "type": "flow", "enabled": false } })).await.data(200);
        assert_eq!(changed["enabled"], false);
        assert_eq!(changed["name"], "wishlist");
        assert_eq!(changed["meta"]["timestamps"]["updated_at"], "2026-01-01T00:00:01.000Z");
        let errors = admin.put(&path, json!({ "data": { "type": "flows", "name": null } })).await.errors(422);
        assert_eq!(errors, ["data.type: \"type\" must be one of flow", "data.name: \"name\" is required"]);
    }

    async fn a_core_flow_is_deleted_after_a_new_name(app: TestApp) {
        let admin = app.admin().await;
        let id = admin.create_flow("customers").await;
        let field = admin.create_field(&id, "size", "string", json!({})).await;
        let path = format!("/v2/flows/{id}");
        assert_eq!(admin.delete(&path).await.errors(405), ["core flows cannot be deleted"]);
        admin.put(&path, json!({ "data": { "id": id, "type": "flow", "slug": format!("delete-{id}") } })).await.expect(200);
        assert_eq!(admin.delete(&path).await.status, 204);
        admin.get(&path).await.expect(404);
        admin.get(&format!("/v2/fields/{field}")).await.expect(404);
        assert_eq!(admin.delete(&path).await.expect(404), json!({ "errors": [{
            "status": 404, "title": "Flow not found", "detail": "The requested flow could not be found",
        }] }));
    }

    async fn a_flow_cannot_become_core_with_a_reserved_field(app: TestApp) {
        let admin = app.admin().await;
        let id = admin.create_flow("people").await;
        admin.create_field(&id, "email", "string", json!({})).await;
        let errors = admin.put("/v2/flows/people", json!({ "data": { "slug": "customers" } })).await.errors(422);
        assert_eq!(errors, ["data.slug: \"slug\" \"email\" is reserved in the flow \"customers\": choose another slug"]);
    }

    async fn flows_are_listed_from_the_oldest_whole_or_by_page(app: TestApp) {
        let admin = app.admin().await;
        let names: Vec<String> = (0..30).map(|number| format!("flow-{number}")).collect();
        for name in &names {
            admin.create_flow(name).await;
            app.database.clock.advance(1);
        }
        let all = admin.get("/v2/flows").await.expect(200);
        assert_eq!(slugs(&all), names);
        assert_eq!(all["meta"], json!({
            "page": { "limit": 30, "offset": 0, "current": 1, "total": 1 }, "results": { "total": 30 },
        }));
        let page = admin.get("/v2/flows?page[limit]=10&page[offset]=10").await.expect(200);
        assert_eq!(slugs(&page), names[10..20]);
        let url = |offset: u32| format!("http://shop.example/v2/flows?page[limit]=10&page[offset]={offset}");
        assert_eq!(page["links"], json!({
            "current": url(10), "first": url(0), "last": url(20), "next": url(20), "prev": url(0),
        }));
        assert_eq!(page["meta"]["page"], json!({ "limit": 10, "offset": 10, "current": 2, "total": 3 }));
        assert_eq!(slugs(&admin.get("/v2/flows?page[offset]=28").await.expect(200)), names[28..]);
    }

    async fn any_page_parameter_asks_for_a_page(app: TestApp) {
        let admin = app.admin().await;
        for number in 0..27 {
            admin.create_flow(&format!("flow-{number}")).await;
        }
        for query in ["page[limit]=0", "page[limit]=", "page[offset]=0", "page[total_method]=exact"] {
            let list = admin.get(&format!("/v2/flows?{query}")).await.expect(200);
            assert_eq!(list["data"].as_array().unwrap().len(), 25, "{query}");
            assert_eq!(list["meta"]["results"]["total"], 27);
        }
        let observed = admin.get("/v2/flows?page[total_method]=observed").await.expect(200);
        assert_eq!(observed["meta"]["results"], json!({ "total": 26, "total_method": "observed" }));
    }

    async fn templates_are_found_by_their_resource(app: TestApp) {
        let admin = app.admin().await;
        for slug in ["products", "products(book)", "orders(gift)"] {
            admin.create_flow(slug).await;
        }
        for (query, found) in [
            ("template=products", vec!["products(book)"]),
            ("template=true", vec!["products(book)", "orders(gift)"]),
            ("template=false", vec!["products"]),
            ("template=products?page[limit]=10&page[offset]=0", vec!["products(book)"]),
            ("filter=eq(template,orders)", vec!["orders(gift)"]),
            ("template=", vec!["products", "products(book)", "orders(gift)"]),
        ] {
            assert_eq!(slugs(&admin.get(&format!("/v2/flows?{query}")).await.expect(200)), found, "{query}");
        }
        let errors = admin.get("/v2/flows?filter=eq(name,a)").await.errors(400);
        assert_eq!(errors, ["Could not parse the supplied filter: flows know only eq(template,…)"]);
        for path in ["/v2/flows/products(book)", "/v2/flows/products%28book%29/"] {
            assert_eq!(admin.get(path).await.data(200)["slug"], "products(book)");
        }
        assert_eq!(admin.delete("/v2/flows/products(book)").await.status, 204);
        assert_eq!(admin.delete("/v2/flows/products").await.status, 405);
    }
}
