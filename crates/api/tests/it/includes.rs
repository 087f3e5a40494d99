//! `contract/conventions.md` §7 and `contract/customers.md` §5.

use customary_testkit::{Client, TestApp, Value, both_engines, json};

async fn entry(admin: &Client, flow: &str, more: Value) -> Value {
    admin.post_entry(flow, more).await.data(201)
}

async fn relate(admin: &Client, path: &str, type_name: &str, targets: &[&Value]) {
    let references: Vec<Value> = targets
        .iter()
        .map(|target| json!({ "type": type_name, "id": target["id"] }))
        .collect();
    admin
        .put(path, json!({ "data": references }))
        .await
        .expect(200);
}

fn at(customer: &Value) -> String {
    format!("/v2/customers/{}", customer["id"].as_str().unwrap())
}

both_engines! {
    async fn a_customer_brings_what_it_refers_to(app: TestApp) {
        let admin = app.admin().await;
        let wishlist = admin.create_flow("wishlist").await;
        admin.create_field(&wishlist, "title", "string", json!({})).await;
        admin.create_relationship(&wishlist, "products", "one-to-many", "product").await;
        let customers = admin.create_flow("customers").await;
        // The guide's slip: the rule names products, the references name wishlists.
        admin.create_relationship(&customers, "wishlists", "one-to-many", "product").await;
        let (first, second) = (entry(&admin, "wishlist", json!({ "title": "A" })).await, entry(&admin, "wishlist", json!({ "title": "B" })).await);
        let gone = json!({ "id": "6d320b42-0000-4000-8000-000000000000" });
        let (ron, leslie) = (admin.create_customer("ron@swanson.com", json!({})).await, admin.create_customer("leslie@knope.com", json!({})).await);
        relate(&admin, &format!("{}/relationships/wishlists", at(&ron)), "wishlist", &[&second, &gone, &first]).await;
        relate(&admin, &format!("{}/relationships/wishlists", at(&leslie)), "wishlist", &[&first]).await;

        let one = admin.get(&format!("{}?include=wishlists", at(&ron))).await.expect(200);
        assert_eq!(one["included"], json!({ "wishlists": [second, first] }));
        assert_eq!(one["data"]["relationships"]["wishlists"]["data"].as_array().unwrap().len(), 3);
        let keys: Vec<&String> = one.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["data", "included"]);

        // The newest customer comes first, and what both refer to comes once.
        let list = admin.get("/v2/customers?include=WishLists,unknown&page[limit]=5").await.expect(200);
        assert_eq!(list["included"], json!({ "WishLists": [first, second] }));
        assert!(list["links"]["first"].as_str().unwrap().contains("include=WishLists%2Cunknown"));
        let plain = admin.get(&at(&ron)).await.expect(200);
        assert_eq!(plain.get("included"), None);
        assert_eq!(admin.get(&format!("{}?include=unknown", at(&ron))).await.expect(200).get("included"), None);
        let many = (0..50).map(|number| format!("n{number}")).collect::<Vec<_>>().join(",");
        assert_eq!(admin.get(&format!("{}?include={many},wishlists", at(&ron))).await.expect(200).get("included"), None);

        admin.delete("/v2/flows/wishlist").await.expect(204);
        assert_eq!(admin.get(&format!("{}?include=wishlists", at(&ron))).await.expect(200).get("included"), None);
    }

    async fn entries_include_each_other_one_level_deep(app: TestApp) {
        let admin = app.admin().await;
        let people = admin.create_flow("people").await;
        admin.create_relationship(&people, "friend", "one-to-one", "people").await;
        let (a, b) = (entry(&admin, "people", json!({})).await, entry(&admin, "people", json!({})).await);
        let path = |entry: &Value| format!("/v2/flows/people/entries/{}", entry["id"].as_str().unwrap());
        relate(&admin, &format!("{}/relationships/friend", path(&a)), "people", &[&b]).await;
        relate(&admin, &format!("{}/relationships/friend", path(&b)), "people", &[&a]).await;
        let (a, b) = (admin.get(&path(&a)).await.data(200), admin.get(&path(&b)).await.data(200));
        let found = admin.get(&format!("{}?include=friend", path(&a))).await.expect(200);
        assert_eq!(found, json!({ "data": a, "included": { "friend": [b] } }));
        let list = admin.get("/v2/flows/people/entries?include=friend").await.expect(200);
        assert_eq!(list["included"], json!({ "friend": [b, a] }));
    }

    async fn the_flow_that_is_named_is_preferred(app: TestApp) {
        let admin = app.admin().await;
        for slug in ["products(book)", "products(film)"] {
            let flow = admin.create_flow(slug).await;
            admin.create_field(&flow, "title", "string", json!({})).await;
        }
        let book = entry(&admin, "products(book)", json!({ "id": "p1", "title": "The book" })).await;
        let film = entry(&admin, "products(film)", json!({ "id": "p1", "title": "The film" })).await;
        let lists = admin.create_flow("lists").await;
        admin.create_relationship(&lists, "by_rule", "one-to-one", "products(film)").await;
        admin.create_relationship(&lists, "by_type", "one-to-one", "product").await;
        let list = entry(&admin, "lists", json!({})).await;
        let path = format!("/v2/flows/lists/entries/{}", list["id"].as_str().unwrap());
        relate(&admin, &format!("{path}/relationships/by_rule"), "product", &[&book]).await;
        relate(&admin, &format!("{path}/relationships/by_type"), "products(book)", &[&book]).await;
        let found = admin.get(&format!("{path}?include=by_rule,by_type")).await.expect(200);
        assert_eq!(found["included"], json!({ "by_rule": [film], "by_type": [book] }));
    }

    async fn customers_are_included_but_not_for_visitors(app: TestApp) {
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let orders = admin.create_flow("orders").await;
        admin.create_relationship(&orders, "buyer", "one-to-one", "customer").await;
        admin.create_relationship(&orders, "notes", "one-to-many", "notes").await;
        admin.create_flow("notes").await;
        let note = entry(&admin, "notes", json!({})).await;
        let ron = admin.create_customer("ron@swanson.com", json!({})).await;
        relate(&admin, "/v2/flows/orders/entries/o1/relationships/buyer", "customer", &[&ron]).await;
        relate(&admin, "/v2/flows/orders/entries/o1/relationships/notes", "note", &[&note]).await;
        let path = "/v2/flows/orders/entries/o1?include=buyer,notes";
        assert_eq!(admin.get(path).await.expect(200)["included"], json!({ "buyer": [ron], "notes": [note] }));
        assert_eq!(visitor.get(path).await.expect(200)["included"], json!({ "notes": [note] }));
        admin.put("/v2/flows/notes", json!({ "data": { "enabled": false } })).await.expect(200);
        assert_eq!(visitor.get(path).await.expect(200).get("included"), None);
        let other = app.other_store("Other").await.admin;
        other.create_flow("orders").await;
        other.get(path).await.expect(404);
    }

    async fn entries_of_a_flow_that_became_a_resource_are_out_of_sight(app: TestApp) {
        let admin = app.admin().await;
        let lists = admin.create_flow("lists").await;
        admin.create_relationship(&lists, "refers", "one-to-one", "custom").await;
        let custom = admin.create_flow("custom").await;
        let (list, target) = (entry(&admin, "lists", json!({})).await, entry(&admin, "custom", json!({})).await);
        let path = format!("/v2/flows/lists/entries/{}", list["id"].as_str().unwrap());
        relate(&admin, &format!("{path}/relationships/refers"), "custom", &[&target]).await;
        let included = async || admin.get(&format!("{path}?include=refers")).await.expect(200).get("included").cloned();
        assert_eq!(included().await, Some(json!({ "refers": [target] })));
        admin.put(&format!("/v2/flows/{custom}"), json!({ "data": { "slug": "addresses" } })).await.expect(200);
        assert_eq!(included().await, None);
    }

    async fn five_names_are_followed_one_level_deep_around_any_circle(app: TestApp) {
        let admin = app.admin().await;
        let (people, pets) = (admin.create_flow("people").await, admin.create_flow("pets").await);
        for number in 0..6 {
            admin.create_relationship(&people, &format!("pet{number}"), "one-to-one", "pets").await;
        }
        admin.create_relationship(&pets, "owner", "one-to-one", "people").await;
        let (person, pet) = (entry(&admin, "people", json!({})).await, entry(&admin, "pets", json!({})).await);
        let path = format!("/v2/flows/people/entries/{}", person["id"].as_str().unwrap());
        let pet_path = format!("/v2/flows/pets/entries/{}", pet["id"].as_str().unwrap());
        for number in 0..6 {
            relate(&admin, &format!("{path}/relationships/pet{number}"), "pets", &[&pet]).await;
        }
        relate(&admin, &format!("{pet_path}/relationships/owner"), "people", &[&person]).await;
        // The pet refers back to the person, who refers to themselves through it.
        let found = admin.get(&format!("{pet_path}?include=owner")).await.expect(200);
        assert_eq!(found["included"]["owner"][0]["id"], person["id"]);
        assert_eq!(found["included"]["owner"][0].get("included"), None);
        let names: Vec<String> = (0..50).map(|number| format!("pet{number}")).collect();
        let found = admin.get(&format!("{path}?include={}", names.join(","))).await.expect(200);
        let included: Vec<&String> = found["included"].as_object().unwrap().keys().collect();
        assert_eq!(included, ["pet0", "pet1", "pet2", "pet3", "pet4"]);
        // What is deleted stays a reference that brings nothing along.
        admin.delete("/v2/flows/pets").await.expect(204);
        let found = admin.get(&format!("{path}?include=pet0")).await.expect(200);
        assert_eq!(found["data"]["relationships"]["pet0"]["data"]["id"], pet["id"]);
        assert_eq!(found.get("included"), None);
    }
}
