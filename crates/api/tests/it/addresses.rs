//! `contract/customers.md` §7.

use customary_testkit::{Client, TestApp, Value, both_engines, json};

/// A whole address, with further attributes.
fn body(more: Value) -> Value {
    let mut data = json!({
        "type": "address", "first_name": "Ron", "last_name": "Swanson", "line_1": "1 Sunny Street",
        "county": "Sunnyville", "postcode": "SU33 1YY", "country": "GB",
    });
    for (name, value) in more.as_object().unwrap() {
        data[name] = value.clone();
    }
    json!({ "data": data })
}

async fn customer(client: &Client, email: &str) -> String {
    let customer = client
        .create_customer(email, json!({ "password": "bacon" }))
        .await;
    format!("/v2/customers/{}", customer["id"].as_str().unwrap())
}

fn at(customer: &str, address: &Value) -> String {
    format!("{customer}/addresses/{}", address["id"].as_str().unwrap())
}

both_engines! {
    async fn an_address_is_answered_whole(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("addresses").await;
        admin.create_field(&flow, "address-priority", "integer", json!({ "default": 0, "order": 1 })).await;
        admin.create_relationship(&flow, "shops", "one-to-many", "shop").await;
        let ron = customer(&admin, "ron@swanson.com").await;
        let collection = format!("{ron}/addresses");
        let address = admin.post(&collection, body(json!({ "name": "Home", "address-priority": 1, "id": "x", "shoe": 1 }))).await.data(201);
        let id = address["id"].as_str().unwrap();
        assert_eq!(address, json!({
            "id": id, "type": "address", "name": "Home", "first_name": "Ron", "last_name": "Swanson", "phone_number": "",
            "instructions": "", "company_name": "", "line_1": "1 Sunny Street", "line_2": "", "city": "",
            "county": "Sunnyville", "region": "", "postcode": "SU33 1YY", "country": "GB", "address-priority": 1,
            "links": { "self": format!("http://shop.example{collection}/{id}") },
            "meta": { "timestamps": { "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z" } },
            "relationships": { "shops": { "data": null }, "customer": { "id": &ron["/v2/customers/".len()..], "type": "customer" } },
        }));
        assert_eq!(admin.get(&at(&ron, &address)).await.data(200), address);
        app.database.clock.advance(1);
        let second = admin.post(&collection, body(json!({ "type": "customer-address", "country": "UK", "city": null }))).await.data(201);
        assert_eq!((&second["address-priority"], &second["type"], &second["city"]), (&json!(0), &json!("address"), &json!("")));
        let list = admin.get(&collection).await.expect(200);
        assert_eq!(list["data"], json!([address, second]));
        assert_eq!(list["meta"], json!({ "page": { "limit": 25, "offset": 0, "current": 1, "total": 1 }, "results": { "total": 2 } }));
        let page = admin.get(&format!("{collection}?page[limit]=1&page[offset]=1")).await.expect(200);
        assert_eq!((&page["data"], &page["meta"]["page"]["total"]), (&json!([second]), &json!(2)));

        let update = json!({ "data": { "city": "Pawnee", "address-priority": 7, "name": null } });
        let updated = admin.put(&at(&ron, &address), update).await.data(200);
        assert_eq!((&updated["city"], &updated["address-priority"], &updated["name"]), (&json!("Pawnee"), &json!(7), &json!("")));
        assert_eq!((&updated["line_1"], &updated["meta"]["timestamps"]["updated_at"]), (&json!("1 Sunny Street"), &json!("2026-01-01T00:00:01.000Z")));
        assert_eq!(admin.put(&at(&ron, &address), json!({ "data": {} })).await.data(200), updated);
        assert_eq!(admin.delete(&at(&ron, &address)).await.status, 204);
        let missing = json!({ "errors": [{ "title": "Not Found", "status": "404", "detail": "address not found" }] });
        for answer in [
            admin.get(&at(&ron, &address)).await,
            admin.put(&at(&ron, &address), json!({ "data": { "city": 5 } })).await,
            admin.delete(&at(&ron, &address)).await,
            admin.get(&format!("{collection}/nonsense")).await,
        ] {
            assert_eq!(answer.expect(404), missing);
        }
    }

    async fn problems_of_an_address_come_together_and_in_order(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("addresses").await;
        admin.create_field(&flow, "floor", "integer", json!({ "required": true })).await;
        let collection = format!("{}/addresses", customer(&admin, "ron@swanson.com").await);
        let required = |name: &str| json!({ "status": 400, "source": "data", "title": "required", "detail": format!("{name} is required") });
        let floor = json!({ "status": 422, "title": "Validation Error", "source": "data.floor", "detail": "data.floor: \"floor\" is required" });
        let answer = admin.post(&collection, json!({ "data": { "type": "address", "country": " " } })).await;
        assert_eq!(answer.expect(400)["errors"], json!([
            required("first_name"), required("last_name"), required("line_1"), required("county"), required("postcode"),
            required("country"), floor,
        ]));
        let answer = admin.post(&collection, body(json!({ "city": 5, "type": "customer", "floor": 1 }))).await;
        assert_eq!(answer.expect(400)["errors"], json!([
            { "status": 400, "source": "data", "title": "enum", "detail": "type must be one of address, customer-address" },
            { "status": 400, "source": "data", "title": "type", "detail": "city must be a string" },
        ]));
        assert_eq!(admin.post(&collection, body(json!({}))).await.expect(422)["errors"], json!([floor]));
        assert_eq!(admin.post(&collection, body(json!({ "floor": "1" }))).await.errors(422), ["data.floor: \"floor\" must be an integer"]);
        assert_eq!(admin.post(&collection, body(json!({ "floor": 1, "name": "x".repeat(2049) }))).await.errors(400).len(), 1);
        assert_eq!(admin.get(&collection).await.data(200), json!([]));

        let address = admin.post(&collection, body(json!({ "floor": 1 }))).await.data(201);
        let path = format!("{collection}/{}", address["id"].as_str().unwrap());
        assert_eq!(admin.put(&path, json!({ "data": { "line_1": "", "floor": null } })).await.errors(400).len(), 2);
        assert_eq!(admin.get(&path).await.data(200), address);
    }

    async fn what_is_mandatory_is_for_the_store_to_say(app: TestApp) {
        let admin = app.admin().await;
        let second = app.second_node().await.admin().await;
        let collection = format!("{}/addresses", customer(&admin, "ron@swanson.com").await);
        let address = admin.post(&collection, body(json!({}))).await.data(201);
        let path = format!("{collection}/{}", address["id"].as_str().unwrap());
        let settings = json!({ "data": { "type": "settings", "address_mandatory_fields": ["type", "region", "city"] } });
        admin.put("/v2/settings", settings).await.expect(200);
        // On the other node, from the next request on; addresses that are there stay as they are.
        assert_eq!(second.post(&collection, json!({ "data": {} })).await.errors(400), ["region is required", "city is required"]);
        assert_eq!(second.put(&path, json!({ "data": { "line_1": "" } })).await.data(200)["line_1"], "");
        assert_eq!(second.put(&path, json!({ "data": { "city": "" } })).await.errors(400), ["city is required"]);
        second.post(&collection, json!({ "data": { "region": "Indiana", "city": "Pawnee" } })).await.expect(201);
    }

    async fn a_customer_has_as_many_addresses_as_the_store_allows(app: TestApp) {
        let admin = app.admin().await;
        admin.put("/v2/settings", json!({ "data": { "type": "settings", "shopper_address_limit": 3 } })).await.expect(200);
        let collection = format!("{}/addresses", customer(&admin, "ron@swanson.com").await);
        let makers: Vec<_> = (0..8)
            .map(|_| {
                let (admin, collection) = (admin.clone(), collection.clone());
                customary_testkit::tokio::spawn(async move { admin.post(&collection, body(json!({}))).await.status.as_u16() })
            })
            .collect();
        let mut statuses = Vec::new();
        for maker in makers {
            statuses.push(maker.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 201, 201, 422, 422, 422, 422, 422]);
        let answer = admin.post(&collection, body(json!({}))).await.expect(422);
        assert_eq!(answer["errors"][0]["title"], "Unprocessable Entity");
        assert!(answer["errors"][0]["detail"].as_str().unwrap().contains("3 addresses"), "{answer}");
        let other = customer(&admin, "leslie@knope.com").await;
        admin.post(&format!("{other}/addresses"), body(json!({}))).await.expect(201);
    }

    async fn an_address_belongs_to_one_customer_and_goes_with_them(app: TestApp) {
        let admin = app.admin().await;
        admin.create_flow("addresses").await;
        let (ron, leslie) = (customer(&admin, "ron@swanson.com").await, customer(&admin, "leslie@knope.com").await);
        let address = admin.post(&format!("{ron}/addresses"), body(json!({}))).await.data(201);
        admin.post(&format!("{leslie}/addresses"), body(json!({}))).await.expect(201);
        assert_eq!(admin.get(&at(&leslie, &address)).await.errors(404), ["address not found"]);
        assert_eq!(admin.put(&at(&leslie, &address), json!({ "data": { "city": "x" } })).await.errors(404), ["address not found"]);
        assert_eq!(admin.delete(&at(&leslie, &address)).await.errors(404), ["address not found"]);
        let nobody = "/v2/customers/01890a5d-ac96-774b-bcce-b302099a8057";
        for path in [nobody, "/v2/customers/nobody"] {
            assert_eq!(admin.get(&format!("{path}/addresses")).await.errors(404), ["customer not found"]);
            assert_eq!(admin.post(&format!("{path}/addresses"), json!({ "data": {} })).await.errors(404), ["customer not found"]);
            assert_eq!(admin.get(&at(path, &address)).await.errors(404), ["customer not found"]);
            assert_eq!(admin.put(&at(path, &address), json!({ "data": {} })).await.errors(404), ["customer not found"]);
            assert_eq!(admin.delete(&at(path, &address)).await.errors(404), ["customer not found"]);
        }
        let total = async || admin.get("/v2/flows/addresses/entries").await.expect(200)["meta"]["results"]["total"].clone();
        assert_eq!(total().await, 2);
        admin.delete(&ron).await.expect(204);
        assert_eq!(total().await, 1);
        let entry = format!("/v2/flows/addresses/entries/{}", address["id"].as_str().unwrap());
        assert_eq!(admin.get(&entry).await.status, 404);
        app.verify().await;
    }

    async fn an_address_is_also_an_entry(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("addresses").await;
        admin.create_field(&flow, "tier", "string", json!({ "default": "new" })).await;
        admin.create_relationship(&flow, "shops", "one-to-many", "shop").await;
        admin.create_flow("shop").await;
        let shop = admin.post_entry("shop", json!({})).await.data(201);
        let ron = customer(&admin, "ron@swanson.com").await;
        let address = admin.post(&format!("{ron}/addresses"), body(json!({}))).await.data(201);
        let entry = format!("/v2/flows/addresses/entries/{}", address["id"].as_str().unwrap());
        assert_eq!(admin.get(&entry).await.data(200)["tier"], "new");
        app.database.clock.advance(1);
        assert_eq!(admin.put(&entry, json!({ "data": { "tier": "gold" } })).await.data(200)["tier"], "gold");
        let seen = admin.get(&at(&ron, &address)).await.data(200);
        assert_eq!((&seen["tier"], &seen["meta"]["timestamps"]["updated_at"]), (&json!("gold"), &json!("2026-01-01T00:00:01.000Z")));
        let reference = json!({ "data": [{ "type": "shop", "id": shop["id"] }] });
        admin.post(&format!("{entry}/relationships/shops"), reference.clone()).await.expect(201);
        let found = admin.get(&format!("{}?include=shops", at(&ron, &address))).await.expect(200);
        assert_eq!(found["data"]["relationships"]["shops"], reference);
        assert_eq!(found["included"]["shops"][0]["id"], shop["id"]);
        let list = admin.get(&format!("{ron}/addresses?include=shops")).await.expect(200);
        assert_eq!(list["included"], found["included"]);
        assert_eq!(admin.delete(&entry).await.status, 204);
        assert_eq!(admin.get(&at(&ron, &address)).await.data(200)["tier"], Value::Null);

        // A customer may refer to an address, which is sent along like any other record.
        let flow = admin.create_flow("customers").await;
        admin.create_relationship(&flow, "home", "one-to-one", "addresses").await;
        let reference = json!({ "data": { "type": "address", "id": address["id"] } });
        admin.post(&format!("{ron}/relationships/home"), reference).await.expect(201);
        let included = admin.get(&format!("{ron}?include=home")).await.expect(200)["included"].clone();
        assert_eq!((&included["home"][0]["id"], &included["home"][0]["type"]), (&address["id"], &json!("address")));
    }

    async fn a_customer_keeps_their_own_addresses(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("addresses").await;
        admin.create_relationship(&flow, "shops", "one-to-many", "shop").await;
        let (ron, leslie) = (customer(&admin, "ron@swanson.com").await, customer(&admin, "leslie@knope.com").await);
        let client = app.customer("ron@swanson.com", "bacon").await;
        let own = client.post(&format!("{ron}/addresses"), body(json!({}))).await.data(201);
        let other = admin.post(&format!("{leslie}/addresses"), body(json!({}))).await.data(201);
        assert_eq!(client.get(&format!("{ron}/addresses")).await.data(200), json!([own]));
        client.put(&at(&ron, &own), json!({ "data": { "city": "Pawnee" } })).await.expect(200);
        let entry = |address: &Value| format!("/v2/flows/addresses/entries/{}", address["id"].as_str().unwrap());
        client.get(&entry(&own)).await.expect(200);
        let reference = json!({ "data": [{ "type": "shop", "id": "s" }] });
        client.post(&format!("{}/relationships/shops", entry(&own)), reference.clone()).await.expect(201);
        for refused in [
            client.get(&format!("{leslie}/addresses")).await,
            client.post(&format!("{leslie}/addresses"), body(json!({}))).await,
            client.get(&at(&leslie, &other)).await,
            client.delete(&at(&leslie, &other)).await,
            client.get(&entry(&other)).await,
            client.post(&format!("{}/relationships/shops", entry(&other)), reference).await,
            client.put(&entry(&own), json!({ "data": {} })).await,
            client.get("/v2/flows/addresses/entries").await,
            app.visitor().await.get(&at(&ron, &own)).await,
        ] {
            refused.expect(403);
        }
        // Another's address is not theirs under their own id either.
        assert_eq!(client.get(&at(&ron, &other)).await.errors(404), ["address not found"]);
        client.delete(&at(&ron, &own)).await.expect(204);
    }
}
