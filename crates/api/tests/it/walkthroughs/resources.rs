//! W4, W5 and W7 to W10: flows as resources of their own, and as additions to those of the platform.

use customary_testkit::{TestApp, Value, both_engines, json};

use super::{as_form, at, create, curl, field, flow, relationship, total};

const ENTRIES: &str = "/v2/flows/wishlist/entries";
const PRODUCT: &str = "ba9ba29d-0000-4000-8000-000000000000";

both_engines! {
    /// Create a wishlist resource.
    async fn w04_create_a_wishlist_resource(app: TestApp) {
        let curl = curl(&app).await;
        let product = |id: &str| json!({ "type": "product", "id": id });
        let wishlist = create(&curl, "/v2/flows", flow("Wishlist", "wishlist")).await;
        create(&curl, "/v2/fields", relationship(&wishlist, "products", "one-to-many", "product")).await;
        let entry = create(&curl, ENTRIES, json!({ "data": { "type": "entry" } })).await;
        assert_eq!(entry["relationships"], json!({ "products": { "data": null } }));
        let products = format!("{}/relationships/products", at(ENTRIES, &entry));
        assert_eq!(curl.post(&products, json!({ "data": [product(PRODUCT)] })).await.data(201), json!([product(PRODUCT)]));
        let list = curl.get(ENTRIES).await.data(200);
        assert_eq!(list.as_array().unwrap().len(), 1);
        assert_eq!((&list[0]["id"], &list[0]["relationships"]["products"]["data"]), (&entry["id"], &json!([product(PRODUCT)])));

        let customers = create(&curl, "/v2/flows", flow("Customers", "customers")).await;
        let wishlists = relationship(&customers, "wishlists", "one-to-many", "product");
        let smart = wishlists.to_string().replacen("\"slug\":\"wishlists\"", "\"slug\":\"wishlists”", 1);
        assert_eq!(curl.send("POST", "/v2/fields", smart.into_bytes()).await.errors(400).len(), 1);
        create(&curl, "/v2/fields", wishlists).await;

        let bearer = as_form(app.admin().await);
        let path = at("/v2/customers", &curl.create_customer("ron@swanson.com", json!({})).await);
        let related = format!("{path}/relationships/wishlists");
        let stray = json!({ "data": [{ "type": "wishlist", "id": format!("{}}}", entry["id"].as_str().unwrap()) }] });
        assert_eq!(bearer.post(&related, stray.clone()).await.data(201), stray["data"]);
        assert_eq!(bearer.send("DELETE", &related, stray.to_string().into_bytes()).await.status, 204);
        let reference = json!([{ "type": "wishlist", "id": entry["id"] }]);
        assert_eq!(bearer.post(&related, json!({ "data": reference })).await.data(201), reference);
        let seen = curl.get(&format!("{path}?include=wishlists")).await.expect(200);
        assert_eq!(seen["data"]["relationships"]["wishlists"]["data"], reference);
        assert_eq!(seen["included"], json!({ "wishlists": [list[0]] }));

        let both = json!([product(PRODUCT), product("c2b4d1f6-0000-4000-8000-000000000000")]);
        assert_eq!(curl.post(&products, json!({ "data": [both[1]] })).await.data(201), both);
        assert_eq!(curl.get(&at(ENTRIES, &entry)).await.data(200)["relationships"]["products"]["data"], both);
        assert_eq!(curl.delete(&at(ENTRIES, &entry)).await.status, 204);
        let seen = curl.get(&format!("{path}?include=wishlists")).await.expect(200);
        assert_eq!(seen["data"]["relationships"]["wishlists"]["data"], reference);
        assert_eq!(seen.get("included"), None);
        assert_eq!(curl.delete(&related).await.status, 204);
        assert_eq!(curl.get(&path).await.data(200)["relationships"], json!({ "wishlists": { "data": null } }));
    }

    /// The wishlist as the training makes it.
    async fn w04_create_a_wishlist_resource_in_the_training(app: TestApp) {
        let admin = app.admin().await;
        let missing = admin.get("/v2/flows/customers/fields").await.expect(404);
        assert_eq!(missing["errors"][0]["title"], "Flow not found");
        let mut flows = Vec::new();
        for (slug, field, to) in [("wishlists", "products", "products"), ("customers", "wishlists", "wishlists")] {
            let flow = create(&admin, "/v2/flows", flow(slug, slug)).await;
            let mut body = relationship(&flow, field, "one-to-many", to);
            body["data"]["unique"] = json!(false);
            assert_eq!(admin.post("/v2/fields", body).await.data(201).get("unique"), None);
            flows.push(flow);
        }
        assert_eq!(admin.get("/v2/flows/customers/fields").await.data(200)[0]["slug"], "wishlists");
        for email in ["older@example.com", "newer@example.com"] {
            admin.create_customer(email, json!({})).await;
            app.database.clock.advance(1);
        }
        let list = admin.get("/v2/customers").await.data(200);
        let newest = &list[0];
        assert_eq!((&newest["email"], &newest["relationships"]["wishlists"]["data"]), (&json!("newer@example.com"), &Value::Null));
        let entry = create(&admin, "/v2/flows/wishlists/entries", json!({ "data": { "type": "entry" } })).await;
        let related = format!("{}/relationships/wishlists", at("/v2/flows/customers/entries", newest));
        let reference = json!([{ "type": "wishlists", "id": entry["id"] }]);
        assert_eq!(admin.post(&related, json!({ "data": reference })).await.data(201), reference);
        let seen = admin.get("/v2/customers?include=wishlists").await.expect(200);
        assert_eq!((&seen["data"][0]["id"], &seen["data"][0]["relationships"]["wishlists"]["data"]), (&newest["id"], &reference));
        assert_eq!(seen["data"][1]["relationships"]["wishlists"]["data"], Value::Null);
        assert_eq!(seen["included"], json!({ "wishlists": [entry] }));
    }

    /// Create a blog resource.
    async fn w05_create_a_blog_resource(app: TestApp) {
        let curl = curl(&app).await;
        let entries = "/v2/flows/posts/entries";
        let posts = create(&curl, "/v2/flows", flow("Posts", "posts")).await;
        let title = create(&curl, "/v2/fields", field(&posts, "blogTitle", "string", json!({ "required": true }))).await;
        assert_eq!((&title["slug"], &title["default"]), (&json!("blogTitle"), &Value::Null));
        let post = json!({ "data": { "type": "entry", "blogTitle": "A title", "blogDate": "8.24.2018", "blogContent": "Words" } });
        let first = curl.post(entries, post.clone()).await.data(201);
        assert_eq!((&first["blogTitle"], first.get("blogDate"), first.get("blogContent")), (&json!("A title"), None, None));
        let untitled = curl.post(entries, json!({ "data": { "type": "entry", "blogDate": "8.24.2018", "blogContent": "Words" } })).await;
        assert_eq!(untitled.errors(422), ["data.blogTitle: \"blogTitle\" is required"]);
        // The guide shows one field and leaves the others to its reader.
        create(&curl, "/v2/fields", field(&posts, "blogContent", "string", json!({}))).await;
        let date = create(&curl, "/v2/fields", field(&posts, "blogDate", "string", json!({}))).await;
        create(&curl, entries, post.clone()).await;
        curl.delete(&at("/v2/fields", &date)).await.expect(204);
        create(&curl, "/v2/fields", field(&posts, "blogDate", "date", json!({}))).await;
        assert_eq!(curl.post(entries, post).await.expect(422)["errors"][0]["source"], "data.blogDate");

        let joanna = create(&curl, "/v2/flows", flow("Joanna", "blog-joanna")).await;
        let attributes = json!({ "required": true, "default": 0, "order": 1 });
        let title = create(&curl, "/v2/fields", field(&joanna, "blog_title_3", "string", attributes)).await;
        let entry = create(&curl, "/v2/flows/blog-joanna/entries", json!({ "data": { "type": "entry" } })).await;
        assert_eq!(entry["blog_title_3"], "0");

        // "With all related fields", says the guide; those have an address of their own.
        assert_eq!(curl.get(&at("/v2/flows", &joanna)).await.expect(200), json!({ "data": joanna }));
        assert_eq!(curl.get("/v2/flows/blog-joanna/fields").await.data(200), json!([title]));
        let list = curl.get(entries).await.data(200);
        assert_eq!((list.as_array().unwrap().len(), &list[0]["id"]), (2, &first["id"]));
        assert_eq!(curl.get("/v2/flows/Posts/entries").await.expect(404)["errors"][0]["title"], "Flow not found");
    }

    /// Add custom data to products with templates, and the runbook `pxm-how-to`.
    async fn w07_add_custom_data_to_products(app: TestApp) {
        let curl = curl(&app).await;
        let book = create(&curl, "/v2/flows", flow("Book", "products(book)")).await;
        let condition = create(&curl, "/v2/flows", flow("Condition", "products(condition)")).await;
        for (flow, slug) in [(&book, "isbn"), (&book, "author"), (&condition, "condition")] {
            create(&curl, "/v2/fields", field(flow, slug, "string", json!({ "omit_null": false, "required": false }))).await;
        }
        let data = json!({ "data": { "type": "entry", "id": PRODUCT, "isbn": "978-0099419785", "author": "Harper Lee" } });
        let entry = create(&curl, "/v2/flows/products(book)/entries", data).await;
        for path in ["/v2/flows/products(book)/entries", "/v2/flows/products%28book%29/entries"] {
            assert_eq!(curl.get(path).await.data(200), json!([entry]), "{path}");
            assert_eq!(curl.get(&at(path, &entry)).await.data(200), entry, "{path}");
        }
        let capital = json!({ "data": { "type": "entry", "id": PRODUCT, "Condition": "fair" } });
        let dropped = curl.post("/v2/flows/products%28condition%29/entries", capital).await.data(201);
        assert_eq!((&dropped["id"], dropped.get("Condition"), &dropped["condition"]), (&json!(PRODUCT), None, &Value::Null));

        let body = json!({ "data": {
            "type": "field", "name": "ISBN", "slug": "pcm_product_book", "field_type": "string", "enabled": true, "order": 1,
            "description": "International standard book number", "required": false, "omit_null": false,
            "relationships": { "flow": { "data": { "id": book["id"] } } },
        } });
        let isbn = curl.post("/v2/fields", body).await.data(201);
        assert_eq!(isbn["relationships"], json!({ "flow": { "data": { "type": "flow", "id": book["id"] } } }));
        let data = json!({ "data": { "type": "entry", "id": "mockingbird", "pcm_product_book": 9_780_099_419_785_i64 } });
        let entry = curl.post("/v2/flows/products(book)/entries", data).await.data(201);
        assert_eq!((&entry["id"], &entry["pcm_product_book"]), (&json!("mockingbird"), &json!("9780099419785")));
        for flow in [&book, &condition] {
            assert_eq!(curl.delete(&at("/v2/flows", flow)).await.status, 204);
        }
    }

    /// Extend carts and orders.
    async fn w08_extend_carts_and_orders(app: TestApp) {
        let curl = curl(&app).await;
        let provider = create(&curl, "/v2/flows", flow("Shipping provider", "shipping_provider")).await;
        let name = create(&curl, "/v2/fields", field(&provider, "name", "string", json!({ "default": 0 }))).await;
        assert_eq!(name["slug"], "name");
        create(&curl, "/v2/fields", field(&provider, "cost", "integer", json!({}))).await;
        let orders = create(&curl, "/v2/flows", flow("Orders", "orders")).await;
        create(&curl, "/v2/fields", field(&orders, "consignment-id", "string", json!({ "default": 0 }))).await;
        let body = relationship(&orders, "shipping-provider", "one-to-one", "shipping-provider");
        assert_eq!(create(&curl, "/v2/fields", body).await["enabled"], true);
        let data = json!({ "data": { "type": "entry", "name": "Ralphio 720", "cost": 720 } });
        let ralphio = create(&curl, "/v2/flows/shipping_provider/entries", data).await;
        let carts = create(&curl, "/v2/flows", flow("Carts", "carts")).await;
        create(&curl, "/v2/fields", relationship(&carts, "shipping-provider", "one-to-one", "shipping-provider")).await;

        let reference = json!({ "id": ralphio["id"], "type": "entry" });
        let cart = "/v2/flows/carts/entries/my-cart";
        curl.get(cart).await.expect(404);
        let related = curl.post(&format!("{cart}/relationships/shipping-provider"), json!({ "data": reference })).await;
        assert_eq!(related.data(201), reference);
        let seen = curl.get(cart).await.data(200);
        assert_eq!((&seen["id"], &seen["relationships"]["shipping-provider"]["data"]), (&json!("my-cart"), &reference));

        let order = "6d320b42-0000-4000-8000-000000000000";
        let related = curl.post(&format!("/v2/flows/orders/{order}/relationships/shipping-provider"), json!({ "data": reference })).await;
        assert_eq!(related.data(201), reference);
        let seen = curl.get(&format!("/v2/flows/orders/entries/{order}")).await.data(200);
        assert_eq!((&seen["id"], &seen["consignment-id"]), (&json!(order), &json!("0")));
        assert_eq!(seen["relationships"]["shipping-provider"]["data"], reference);
    }

    /// Store data for taxes.
    async fn w09_store_data_for_taxes(app: TestApp) {
        let curl = curl(&app).await;
        let nexus = create(&curl, "/v2/flows", flow("Nexus", "nexus")).await;
        create(&curl, "/v2/fields", field(&nexus, "country", "string", json!({ "default": 0 }))).await;
        let body = json!({ "data": { "type": "entry", "country": "US", "state": "CA", "zip": "92802" } });
        let dropped = curl.post("/v2/flows/nexus/entries", body.clone()).await.data(201);
        assert_eq!((&dropped["country"], dropped.get("state"), dropped.get("zip")), (&json!("US"), None, None));
        for slug in ["state", "zip"] {
            create(&curl, "/v2/fields", field(&nexus, slug, "string", json!({ "default": 0 }))).await;
        }
        create(&curl, "/v2/flows/nexus/entries", body).await;
        let carts = create(&curl, "/v2/flows", flow("Carts", "carts")).await;
        let relation = relationship(&carts, "nexus", "one-to-one", "nexus");
        let mut comma = relation.to_string();
        comma.insert(comma.len() - 1, ',');
        let refused = curl.send("POST", "/v2/flows", comma.into_bytes()).await.expect(400);
        assert_eq!(refused["errors"][0]["title"], "Bad Request");
        let refused = curl.post("/v2/flows", relation.clone()).await.expect(422);
        assert_eq!(refused["errors"][0]["source"], "data.type");
        create(&curl, "/v2/fields", relation).await;
        assert_eq!((total(&curl, "/v2/flows").await, total(&curl, "/v2/flows/carts/fields").await), (json!(2), json!(1)));
    }

    /// Manage abandoned carts.
    async fn w10_manage_abandoned_carts(app: TestApp) {
        let curl = curl(&app).await;
        let entries = "/v2/flows/abandoned-carts/entries";
        let carts = create(&curl, "/v2/flows", flow("Abandoned carts", "abandoned-carts")).await;
        let attributes = json!({ "required": false, "default": "", "omit_null": false });
        let id = create(&curl, "/v2/fields", field(&carts, "cart-id", "string", attributes.clone())).await;
        assert_eq!(id["order"], Value::Null);
        create(&curl, "/v2/fields", field(&carts, "date-created", "date", attributes)).await;
        let literal = json!({ "data": { "type": "entry", "cart-id": "CART_ID_GOES_HERE", "date-created": "DATE_GOES_HERE" } });
        assert_eq!(curl.post(entries, literal).await.expect(422)["errors"][0]["source"], "data.date-created");
        let body = json!({ "data": { "type": "entry", "cart-id": "7d3a1c", "date-created": "2018-08-24" } });
        let first = create(&curl, entries, body).await;
        let second = create(&curl, entries, json!({ "data": { "type": "entry" } })).await;
        assert_eq!((&second["cart-id"], &second["date-created"]), (&json!(""), &Value::Null));
        assert_eq!(curl.get(entries).await.data(200), json!([first, second]));
        for path in ["?page[limit]=1&page[offset]=1", "?page%5Blimit%5D=1&page%5Boffset%5D=1"] {
            let page = curl.get(&format!("{entries}{path}")).await.expect(200);
            assert_eq!(page["data"], json!([second]));
            assert_eq!(page["meta"], json!({ "page": { "limit": 1, "offset": 1, "current": 2, "total": 2 }, "results": { "total": 2 } }));
        }
        assert_eq!(curl.delete(&at(entries, &first)).await.status, 204);
        assert_eq!(curl.get(entries).await.data(200), json!([second]));
    }
}
