//! Several nodes on one database are right without any messages between them.

use customary_testkit::customary_service::operator;
use customary_testkit::{CLIENT_ID, Client, TestApp, both_engines, json};

async fn create(client: &Client, email: &str) -> customary_testkit::Response {
    client
        .post(
            "/v2/customers",
            json!({ "data": { "type": "customer", "name": "Ron", "email": email } }),
        )
        .await
}

both_engines! {
    async fn a_field_made_on_one_node_is_enforced_and_shown_on_the_other(first: TestApp) {
        let second = first.second_node().await;
        let (one, two) = (first.admin().await, second.admin().await);
        let customer = two.create_customer("ron@swanson.com", json!({})).await;
        let path = format!("/v2/customers/{}", customer["id"].as_str().unwrap());
        assert_eq!(two.get(&path).await.data(200).get("tier"), None);

        let flow = one.create_flow("customers").await;
        let field = one.create_field(&flow, "tier", "string", json!({ "required": true })).await;
        let field = format!("/v2/fields/{field}");
        assert_eq!(create(&two, "leslie@knope.com").await.errors(422), ["data.tier: \"tier\" is required"]);

        // Each of these is the first request of its kind after a change on the other node.
        one.put(&field, json!({ "data": { "slug": "rank" } })).await.expect(200);
        assert!(two.get(&path).await.data(200).get("rank").is_some());
        one.put(&field, json!({ "data": { "slug": "level" } })).await.expect(200);
        assert!(two.get("/v2/customers").await.data(200)[0].get("level").is_some());
        one.put(&field, json!({ "data": { "slug": "grade" } })).await.expect(200);
        assert_eq!(two.put(&path, json!({ "data": { "grade": "A" } })).await.data(200)["grade"], "A");
        one.put(&field, json!({ "data": { "required": false } })).await.expect(200);
        create(&two, "leslie@knope.com").await.expect(201);
        one.put(&field, json!({ "data": { "name": "Grade" } })).await.expect(200);
        assert_eq!(two.get(&field).await.data(200)["name"], "Grade");
        assert_eq!(one.delete(&field).await.status, 204);
        two.get(&field).await.expect(404);
        assert_eq!(two.delete(&field).await.status, 404);
    }

    async fn fields_of_addresses_made_on_one_node_hold_on_the_other(first: TestApp) {
        let second = first.second_node().await;
        let (one, two) = (first.admin().await, second.admin().await);
        let ron = two.create_customer("ron@swanson.com", json!({})).await;
        let list = format!("/v2/customers/{}/addresses", ron["id"].as_str().unwrap());
        let address = json!({ "data": { "first_name": "a", "last_name": "b", "line_1": "c", "county": "d", "postcode": "e", "country": "f" } });
        let created = two.post(&list, address.clone()).await.data(201);
        let path = format!("{list}/{}", created["id"].as_str().unwrap());
        two.get(&path).await.expect(200);

        let flow = one.create_flow("addresses").await;
        let field = one.create_field(&flow, "floor", "integer", json!({ "required": true })).await;
        let field = format!("/v2/fields/{field}");
        assert_eq!(two.post(&list, address).await.errors(422), ["data.floor: \"floor\" is required"]);
        one.put(&field, json!({ "data": { "slug": "level" } })).await.expect(200);
        assert!(two.get(&path).await.data(200).get("level").is_some());
        one.put(&field, json!({ "data": { "slug": "storey" } })).await.expect(200);
        assert!(two.get(&list).await.data(200)[0].get("storey").is_some());
        one.put(&field, json!({ "data": { "slug": "deck" } })).await.expect(200);
        assert_eq!(two.put(&path, json!({ "data": { "deck": 3 } })).await.data(200)["deck"], 3);
    }

    async fn what_a_store_asks_of_writes_holds_on_every_node(first: TestApp) {
        let second = first.second_node().await;
        let (one, two) = (first.admin().await, second.admin().await);
        let flow = one.create_flow("customers").await;
        let field = one.create_field(&flow, "tier", "string", json!({})).await;
        let ron = two.create_customer("ron@swanson.com", json!({})).await;
        let path = format!("/v2/customers/{}", ron["id"].as_str().unwrap());
        let seen = two.get(&path).await.header("etag").unwrap().to_owned();
        let (knowing, based) = (two.clone().with("if-none-match", &seen), two.clone().with("if-match", &seen));
        assert_eq!(knowing.get(&path).await.status, 304);
        two.put(&path, json!({ "data": { "tier": "gold" } })).await.expect(200);

        // Each of these is the first request of its kind after a change on the other node.
        let rename = async |slug: &str| {
            one.put(&format!("/v2/fields/{field}"), json!({ "data": { "slug": slug } })).await.expect(200)
        };
        rename("rank").await;
        let refused = based.put(&path, json!({ "data": {} })).await;
        assert_eq!(refused.expect(412)["errors"][0]["meta"]["changed"], json!(["rank"]));
        rename("level").await;
        let known = two.get(&path).await.header("etag").unwrap().to_owned();
        rename("grade").await;
        two.clone().with("if-none-match", &known).get(&path).await.expect(200);
        let ask = async |asks: bool| {
            let settings = json!({ "data": { "type": "settings", "require_if_match": asks } });
            one.put("/v2/settings", settings).await.expect(200)
        };
        ask(true).await;
        two.put(&path, json!({ "data": { "name": "R" } })).await.expect(428);
        ask(false).await;
        two.put(&path, json!({ "data": { "name": "R" } })).await.expect(200);
        ask(true).await;
        two.put(&format!("/v2/flows/{flow}"), json!({ "data": { "name": "R" } })).await.expect(428);
        assert_eq!(two.delete(&path).await.status, 428);
    }

    async fn a_key_deleted_on_one_node_is_refused_by_the_other_at_once(first: TestApp) {
        let second = first.second_node().await;
        let customer = first.admin().await.create_customer("ron@swanson.com", json!({})).await;
        let path = format!("/v2/customers/{}", customer["id"].as_str().unwrap());
        let requests: [(&str, &str); 7] = [
            ("GET", &path), ("GET", "/v2/customers"), ("GET", "/v2/flows"), ("GET", "/v2/nowhere"), ("PATCH", "/v2/flows"),
            ("GET", "/v2/customers/nobody"), ("DELETE", &path),
        ];
        for (method, path) in requests {
            let (key, secret) = operator::create_key(&first.app, None, "Short-lived").await.unwrap();
            let client = second.client("client_credentials", &key.client_id, secret.reveal()).await;
            client.get("/v2/flows").await.expect(200);
            operator::delete_key(&first.app, None, key.client_id).await.unwrap();
            assert_eq!(client.send(method, path, Vec::new()).await.status, 401, "{method} {path}");
        }
        second.admin().await.get(&path).await.expect(200);
    }

    async fn a_node_that_has_just_started_knows_every_token_at_once(first: TestApp) {
        let admin = first.admin().await;
        let started = first.second_node().await;
        let requests: Vec<_> = (0..16)
            .map(|_| {
                let client = started.with_token(admin.token().unwrap());
                customary_testkit::tokio::spawn(async move { client.get("/v2/flows").await.status.as_u16() })
            })
            .collect();
        for request in requests {
            assert_eq!(request.await.unwrap(), 200);
        }
    }

    async fn a_flow_that_is_about_people_no_more_is_open_on_the_other_node(first: TestApp) {
        let second = first.second_node().await;
        let (admin, visitor) = (first.admin().await, second.visitor().await);
        let flow = admin.create_flow("accounts").await;
        let path = format!("/v2/flows/{flow}");
        visitor.get(&format!("{path}/entries")).await.expect(403);
        admin.put(&path, json!({ "data": { "slug": "plain" } })).await.expect(200);
        visitor.get(&format!("{path}/entries")).await.expect(200);
        admin.put(&path, json!({ "data": { "slug": "accounts" } })).await.expect(200);
        visitor.get(&format!("{path}/entries")).await.expect(403);
    }

    async fn a_key_made_on_one_node_opens_the_other_at_once(first: TestApp) {
        let second = first.second_node().await;
        second.admin().await.get("/v2/flows").await.expect(200);
        let (key, secret) = operator::create_key(&first.app, None, "New").await.unwrap();
        let token = first.client("client_credentials", &key.client_id, secret.reveal()).await;
        second.with_token(token.token().unwrap()).get("/v2/flows").await.expect(200);
    }

    async fn two_signing_keys_are_good_at_a_time(first: TestApp) {
        let second = first.second_node().await;
        let old = second.admin().await;
        operator::rotate_signing_key(&first.app).await.unwrap();
        let new = first.client("implicit", CLIENT_ID, "").await;
        second.with_token(new.token().unwrap()).get("/v2/flows").await.expect(200);
        old.get("/v2/flows").await.expect(200);
        operator::rotate_signing_key(&first.app).await.unwrap();
        old.get("/v2/flows").await.expect(401);
        second.with_token(new.token().unwrap()).get("/v2/flows").await.expect(200);
    }

    async fn concurrent_schema_changes_take_turns(first: TestApp) {
        let second = first.second_node().await;
        let (one, two) = (first.admin().await, second.admin().await);
        let flow = one.create_flow("customers").await;
        let makers: Vec<_> = (0..20)
            .map(|number| {
                let (client, flow) = (if number % 2 == 0 { one.clone() } else { two.clone() }, flow.clone());
                customary_testkit::tokio::spawn(async move {
                    // Each slug is asked for twice, once on each node.
                    let body = json!({ "data": { "type": "field", "name": "a", "slug": format!("f{}", number / 2),
                        "field_type": "string", "relationships": { "flow": { "data": { "id": flow } } } } });
                    client.post("/v2/fields", body).await.status.as_u16()
                })
            })
            .collect();
        let mut statuses = Vec::new();
        for maker in makers {
            statuses.push(maker.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses[..10], [201; 10]);
        assert_eq!(statuses[10..], [422; 10]);
        assert_eq!(two.get("/v2/fields").await.expect(200)["meta"]["results"]["total"], 10);
    }
}
