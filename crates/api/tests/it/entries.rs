//! `contract/flows.md` §8 and §9.

use customary_testkit::{TestApp, Value, both_engines, json};

fn path(flow: &str, entry: &Value) -> String {
    format!("/v2/flows/{flow}/entries/{}", entry["id"].as_str().unwrap())
}

both_engines! {
    async fn an_entry_is_answered_whole_and_in_order(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("brands").await;
        admin.create_field(&flow, "cost", "integer", json!({ "order": 2 })).await;
        admin.create_field(&flow, "name", "string", json!({ "order": 1, "required": true })).await;
        admin.create_relationship(&flow, "products", "one-to-many", "product").await;
        admin.create_relationship(&flow, "owner", "one-to-one", "customer").await;
        let flow = admin.create_flow("wishlist").await;
        admin.create_field(&flow, "cost", "integer", json!({ "order": 2 })).await;
        admin.create_field(&flow, "name", "string", json!({ "order": 1, "required": true })).await;
        admin.create_relationship(&flow, "products", "one-to-many", "product").await;
        admin.create_relationship(&flow, "owner", "one-to-one", "customer").await;

        let entry = admin.post_entry( "wishlist", json!({ "id": "mine", "cost": 720, "name": "Mine", "unknown": 1, "owner": "x" })).await.data(201);
        let id = entry["id"].as_str().unwrap();
        assert_eq!(id.len(), 36);
        let keys: Vec<&String> = entry.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "type", "name", "cost", "relationships", "meta", "links"]);
        assert_eq!(entry, json!({
            "id": id, "type": "entry", "name": "Mine", "cost": 720,
            "relationships": { "products": { "data": null }, "owner": { "data": null } },
            "meta": { "owner": "store", "timestamps": {
                "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z",
            } },
            "links": { "self": format!("http://shop.example/v2/flows/wishlist/entries/{id}") },
        }));
        for flow in ["wishlist", &flow] {
            assert_eq!(admin.get(&path(flow, &entry)).await.data(200), entry);
        }
        app.database.clock.advance(1);
        let updated = admin.put(&path("wishlist", &entry), json!({ "data": { "cost": null } })).await.data(200);
        assert_eq!((&updated["cost"], &updated["name"]), (&Value::Null, &json!("Mine")));
        assert_eq!(updated["meta"]["timestamps"]["updated_at"], "2026-01-01T00:00:01.000Z");
        assert_eq!(admin.put(&path("wishlist", &entry), json!({ "data": {} })).await.data(200), updated);
        assert_eq!(admin.delete(&path("wishlist", &entry)).await.status, 204);
        let missing = json!({ "errors": [{
            "status": 404, "title": "Entry not found", "detail": "The requested entry could not be found",
        }] });
        assert_eq!(admin.get(&path("wishlist", &entry)).await.expect(404), missing);
        assert_eq!(admin.delete(&path("wishlist", &entry)).await.expect(404), missing);
        assert_eq!(admin.put(&path("wishlist", &entry), json!({ "data": {} })).await.expect(404), missing);
        admin.get("/v2/flows/Wishlist/entries").await.expect(404);
    }

    async fn problems_of_an_entry_come_together(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("posts").await;
        admin.create_field(&flow, "blogTitle", "string", json!({ "required": true, "order": 1 })).await;
        admin.create_field(&flow, "blogDate", "date", json!({ "order": 2 })).await;
        let errors = admin.post("/v2/flows/posts/entries", json!({ "data": { "blogDate": "8.24.2018" } })).await.errors(422);
        assert_eq!(errors, [
            "data.type: \"type\" is required",
            "data.blogTitle: \"blogTitle\" is required",
            "data.blogDate: \"blogDate\" must be a date: YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or RFC 3339",
        ]);
        assert_eq!(admin.get("/v2/flows/posts/entries").await.expect(200)["meta"]["results"]["total"], 0);
        let entry = admin.post_entry( "posts", json!({ "blogTitle": "Hello" })).await.data(201);
        let update = json!({ "data": { "type": "flow", "blogTitle": null } });
        assert_eq!(admin.put(&path("posts", &entry), update).await.errors(422).len(), 2);
    }

    async fn entries_are_listed_by_page_and_by_id(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("wishlist").await;
        admin.create_flow("other").await;
        admin.post_entry( "other", json!({})).await.expect(201);
        admin.create_field(&flow, "number", "integer", json!({})).await;
        let mut ids = Vec::new();
        for number in 0..30 {
            ids.push(admin.post_entry( "wishlist", json!({ "number": number })).await.data(201)["id"].as_str().unwrap().to_owned());
        }
        let list = admin.get("/v2/flows/wishlist/entries").await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 25);
        assert_eq!(list["meta"], json!({ "page": { "limit": 25, "offset": 0, "current": 1, "total": 2 }, "results": { "total": 30 } }));
        assert_eq!(list["links"]["next"], "http://shop.example/v2/flows/wishlist/entries?page[limit]=25&page[offset]=25");
        let page = admin.get("/v2/flows/wishlist/entries?page[limit]=2&page[offset]=3").await.data(200);
        assert_eq!((&page[0]["number"], &page[1]["number"]), (&json!(3), &json!(4)));
        let filter = format!("in(id,%22{}%22,%20{},nobody)", ids[7], ids[2]);
        let found = admin.get(&format!("/v2/flows/wishlist/entries?filter={filter}")).await.expect(200);
        assert_eq!((&found["data"][0]["number"], &found["data"][1]["number"]), (&json!(2), &json!(7)));
        assert_eq!(found["meta"]["results"]["total"], 2);
        for filter in ["eq(shoe_size,1)", "like(number,1)", "in(number,a)", "gt(id,a)", "nonsense"] {
            assert_eq!(admin.get(&format!("/v2/flows/wishlist/entries?filter={filter}")).await.errors(400).len(), 1);
        }
        admin.delete(&path("wishlist", &json!({ "id": ids[0] }))).await.expect(204);
        assert_eq!(admin.get("/v2/flows/wishlist/entries").await.expect(200)["meta"]["results"]["total"], 29);
        for method in ["exact", "observed", "lower_bound"] {
            let query = format!("/v2/flows/wishlist/entries?page[limit]=100&page[total_method]={method}");
            assert_eq!(admin.get(&query).await.expect(200)["meta"]["results"]["total"], 29, "{method}");
        }
    }

    async fn free_form_entries_bring_their_id(app: TestApp) {
        let admin = app.admin().await;
        for slug in ["products(book)", "orders"] {
            let flow = admin.create_flow(slug).await;
            admin.create_field(&flow, "isbn", "string", json!({ "omit_null": false, "default": 0 })).await;
            let entry = admin.post_entry( slug, json!({ "id": "product 1/ä", "isbn": 9_780_099_419_785_i64 })).await.data(201);
            assert_eq!((&entry["id"], &entry["isbn"]), (&json!("product 1/ä"), &json!("9780099419785")));
            assert_eq!(entry["links"]["self"], format!("http://shop.example/v2/flows/{slug}/entries/product%201%2F%C3%A4"));
            let found = admin.get(&format!("/v2/flows/{}/entries/product%201%2F%C3%A4", slug.replace('(', "%28").replace(')', "%29"))).await;
            assert_eq!(found.data(200), entry);
            let taken = admin.post_entry( slug, json!({ "id": "product 1/ä" })).await;
            assert_eq!(taken.expect(409)["errors"][0]["title"], "Conflict");
            // An update of one that does not exist creates it, with its defaults.
            let path = format!("/v2/flows/{slug}/entries/target");
            assert_eq!(admin.put(&path, json!({ "data": { "type": "entry" } })).await.data(200)["isbn"], "0");
            assert_eq!(admin.get(&path).await.data(200)["id"], "target");
            assert_eq!(admin.post_entry( slug, json!({})).await.data(201)["id"].as_str().unwrap().len(), 36);
            assert_eq!(admin.get(&format!("/v2/flows/{slug}/entries")).await.expect(200)["meta"]["results"]["total"], 3);
            assert_eq!(admin.post_entry( slug, json!({ "id": "x".repeat(256) })).await.errors(422).len(), 1);
        }
    }

    async fn a_customer_is_also_an_entry(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "tier", "string", json!({ "default": "new" })).await;
        admin.create_relationship(&flow, "wishlists", "one-to-many", "wishlist").await;
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let (at, entry) = (format!("/v2/customers/{}", customer["id"].as_str().unwrap()), path("customers", &customer));
        let seen = admin.get(&entry).await.data(200);
        assert_eq!((&seen["type"], &seen["id"], &seen["tier"]), (&json!("entry"), &customer["id"], &json!("new")));
        assert_eq!(seen.get("email"), None);
        app.database.clock.advance(1);
        admin.put(&at, json!({ "data": { "name": "Ron" } })).await.expect(200);
        assert_eq!(admin.get(&entry).await.data(200)["meta"]["timestamps"]["updated_at"], "2026-01-01T00:00:00.000Z");
        let changed = admin.put(&entry, json!({ "data": { "tier": "gold" } })).await.data(200);
        assert_eq!(changed["meta"]["timestamps"]["updated_at"], "2026-01-01T00:00:01.000Z");
        let customer = admin.get(&at).await.data(200);
        assert_eq!(customer["tier"], "gold");
        assert!(customer["meta"]["timestamps"]["updated_at"].as_str().unwrap() >= "2026-01-01T00:00:01.000Z");
        let reference = json!({ "type": "wishlist", "id": "w" });
        admin.post(&format!("{at}/relationships/wishlists"), json!({ "data": reference })).await.expect(201);
        assert_eq!(admin.get(&format!("{at}/relationships/wishlists")).await.data(200), json!([reference]));
        let nothing = admin.get(&format!("{at}/relationships/nothing")).await;
        assert_eq!(nothing.expect(404)["errors"][0]["title"], "Field not found");
        let nobody = admin.get("/v2/customers/nobody/relationships/wishlists").await;
        assert_eq!(nobody.expect(404)["errors"][0]["title"], "Customer not found");

        assert_eq!(admin.post_entry( "customers", json!({ "tier": "x" })).await.errors(422), ["data.id: \"id\" is required"]);
        admin.post_entry( "customers", json!({ "id": "nobody" })).await.expect(404);
        assert_eq!(admin.post_entry( "customers", json!({ "id": customer["id"] })).await.data(201)["tier"], "new");
        assert_eq!(admin.get("/v2/flows/customers/entries").await.expect(200)["meta"]["results"]["total"], 1);
        admin.put("/v2/flows/customers/entries/nobody", json!({ "data": {} })).await.expect(404);

        assert_eq!(admin.delete(&entry).await.status, 204);
        let cleared = admin.get(&at).await.data(200);
        assert_eq!((&cleared["tier"], &cleared["relationships"]["wishlists"]["data"]), (&Value::Null, &Value::Null));
        assert_eq!(cleared["email"], "ron@swanson.com");
    }

    async fn visitors_read_entries_but_no_customers(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        admin.create_flow("wishlist").await;
        let customers = admin.create_flow("customers").await;
        admin.create_relationship(&customers, "wishlists", "one-to-many", "wishlist").await;
        let entry = admin.post_entry( "wishlist", json!({})).await.data(201);
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        visitor.get("/v2/flows/wishlist/entries").await.expect(200);
        visitor.get(&path("wishlist", &entry)).await.expect(200);
        visitor.get("/v2/flows/customers/entries").await.expect(403);
        visitor.get(&path("customers", &customer)).await.expect(403);
        visitor.get(&format!("{}/relationships/wishlists", path("customers", &customer))).await.expect(403);
        admin.create_flow("accounts").await;
        visitor.get("/v2/flows/accounts/entries").await.expect(403);
        visitor.put(&path("wishlist", &entry), json!({ "data": {} })).await.expect(403);
        visitor.delete(&path("wishlist", &entry)).await.expect(403);
        visitor.post_entry( "wishlist", json!({})).await.expect(403);
        admin.put("/v2/flows/wishlist", json!({ "data": { "enabled": false } })).await.expect(200);
        visitor.get("/v2/flows/wishlist/entries").await.expect(404);
        admin.get("/v2/flows/wishlist/entries").await.expect(200);
        let other = app.other_store("Other").await.admin;
        other.get(&path("wishlist", &entry)).await.expect(404);
    }

    async fn the_entries_of_a_flow_go_with_it(app: TestApp) {
        let admin = app.admin().await;
        admin.create_flow("wishlist").await;
        admin.post_entry( "wishlist", json!({})).await.expect(201);
        admin.delete("/v2/flows/wishlist").await.expect(204);
        admin.create_flow("wishlist").await;
        assert_eq!(admin.get("/v2/flows/wishlist/entries").await.expect(200)["meta"]["results"]["total"], 0);
    }

    async fn references_are_added_replaced_and_removed(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("wishlist").await;
        admin.create_relationship(&flow, "products", "one-to-many", "product").await;
        admin.create_relationship(&flow, "owner", "one-to-one", "customer").await;
        let entry = admin.post_entry( "wishlist", json!({})).await.data(201);
        let many = format!("{}/relationships/products", path("wishlist", &entry));
        let one = format!("{}/relationships/owner", path("wishlist", &entry));
        let product = |id: &str| json!({ "type": "product", "id": id });
        let send = async |method: &str, path: &str, data: Value| {
            admin.send(method, path, json!({ "data": data }).to_string().into_bytes()).await
        };

        assert_eq!(admin.get(&many).await.expect(200), json!({ "data": null }));
        assert_eq!(send("POST", &many, json!([product("a"), product("b")])).await.data(201), json!([product("a"), product("b")]));
        assert_eq!(send("POST", &many, json!([product("b"), product("c")])).await.data(201), json!([product("a"), product("b"), product("c")]));
        assert_eq!(send("PUT", &many, product("d")).await.data(200), json!([product("d")]));
        assert_eq!(send("POST", &many, product("e")).await.data(201), json!([product("d"), product("e")]));
        assert_eq!(send("DELETE", &many, json!([product("d"), product("unknown")])).await.status, 204);
        assert_eq!(admin.get(&path("wishlist", &entry)).await.data(200)["relationships"]["products"], json!({ "data": [product("e")] }));
        assert_eq!(admin.delete(&many).await.status, 204);
        assert_eq!(admin.get(&many).await.expect(200), json!({ "data": null }));
        for empty in [json!([]), Value::Null] {
            send("POST", &many, product("a")).await.expect(201);
            assert_eq!(send("PUT", &many, empty).await.expect(200), json!({ "data": null }));
        }

        assert_eq!(send("POST", &one, json!([product("a")])).await.data(201), product("a"));
        assert_eq!(send("POST", &one, product("b")).await.data(201), product("b"));
        assert_eq!(send("PUT", &one, json!([product("a"), product("b")])).await.errors(422), [
            "data: \"data\" has 2 references, and this field is one-to-one: send one",
        ]);
        assert_eq!(admin.get(&one).await.data(200), product("b"));

        for wrong in [json!(5), json!("a"), json!({}), json!([{}]), json!([5]), json!({ "type": "", "id": "a" }), json!({ "type": "a", "id": 5 })] {
            assert!(!send("POST", &many, wrong).await.errors(422).is_empty());
        }
        for body in ["", "{", "{}", "[]"] {
            assert_eq!(admin.send("POST", &many, body.into()).await.errors(400).len(), 1, "{body}");
        }
        let unknown = format!("{}/relationships/nothing", path("wishlist", &entry));
        assert_eq!(admin.get(&unknown).await.expect(404)["errors"][0]["title"], "Field not found");
        let nobody = "/v2/flows/wishlist/entries/nobody/relationships/products";
        assert_eq!(send("POST", nobody, product("a")).await.expect(404)["errors"][0]["title"], "Entry not found");
        let orders = admin.create_flow("orders").await;
        admin.create_relationship(&orders, "products", "one-to-many", "product").await;
        admin.delete("/v2/flows/orders/entries/nobody/relationships/products").await.expect(404);
    }

    async fn concurrent_references_lose_nothing(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("orders").await;
        admin.create_relationship(&flow, "notes", "one-to-many", "note").await;
        let writers: Vec<_> = (0..20)
            .map(|number| {
                let admin = admin.clone();
                customary_testkit::tokio::spawn(async move {
                    // The entry does not exist before the first of them.
                    let data = json!({ "data": { "type": "note", "id": number.to_string() } });
                    admin.post("/v2/flows/orders/entries/o1/relationships/notes", data).await.status.as_u16()
                })
            })
            .collect();
        for writer in writers {
            assert_eq!(writer.await.unwrap(), 201);
        }
        let notes = admin.get("/v2/flows/orders/entries/o1/relationships/notes").await.data(200);
        assert_eq!(notes.as_array().unwrap().len(), 20);
        assert_eq!(admin.get("/v2/flows/orders/entries").await.expect(200)["meta"]["results"]["total"], 1);
    }
}
