//! Stores, keys and their credentials by command line, beside a running server.

use customary_testkit::{Engine, Value, tokio};

use crate::server::{Server, curl, customary, database, json, run, token};

fn status(url: &str, token: &str) -> String {
    let header = format!("Authorization: {token}");
    curl(&[
        &format!("{url}/v2/flows"),
        "-H",
        &header,
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
    ])
}

#[tokio::test]
async fn a_database_is_verified_beside_a_running_server() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (database, _folder) = database(engine).await;
        let server = Server::start(&["--database", &database]);
        server.walk_through();
        let output = run(customary().args(["verify", "--database", &database]));
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
        assert!(
            said.ends_with(" records are as they should be.\n"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn demo_data_is_added_once_and_as_it_should_be() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (database, _folder) = database(engine).await;
        assert_eq!(
            load(&database, 1_200),
            "Added 1200 customers; 0 were there already."
        );
        assert_eq!(
            load(&database, 1_300),
            "Added 100 customers; 1200 were there already."
        );
        verify(&database, 1_300);
        let server = Server::start(&["--database", &database]);
        let token = token(&server.url, "test", "test-secret");
        let list = curl(&[
            &format!(
                "{}/v2/customers?filter=ge(loyalty_points,50000):eq(tier,Gold)&sort=-loyalty_points",
                server.url
            ),
            "-H",
            &format!("Authorization: {token}"),
        ]);
        let list: Value = serde_json::from_str(&list).unwrap();
        assert!(
            list["meta"]["results"]["total"].as_u64().unwrap() > 50,
            "{list}"
        );
    }
}

/// Loads made-up customers, and returns the last line that the command printed.
pub(crate) fn load(database: &str, customers: u32) -> String {
    let number = customers.to_string();
    let output =
        run(customary().args(["demo-data", "--customers", &number, "--database", database]));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().last().unwrap_or_default().to_owned()
}

/// Checks that what is kept twice is the same, in so many records.
pub(crate) fn verify(database: &str, records: u32) {
    let output = run(customary().args(["verify", "--database", database]));
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, format!("{records} records are as they should be.\n"));
}

#[tokio::test]
async fn keys_are_made_listed_and_deleted_beside_a_running_server() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (database, _folder) = database(engine).await;
        let server = Server::start(&["--database", &database]);
        let command = |arguments: &[&str]| {
            json(
                customary()
                    .args(arguments)
                    .args(["--json", "--database", &database]),
            )
        };
        let key = command(&["keys", "create", "--name", "Web shop"]);
        let (client_id, secret) = (
            key["client_id"].as_str().unwrap(),
            key["client_secret"].as_str().unwrap(),
        );
        for text in [client_id, secret] {
            assert_eq!(text.len(), 42);
            assert!(
                text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "{text}"
            );
        }
        let bearer = token(&server.url, client_id, secret);
        assert_eq!(status(&server.url, &bearer), "200");
        let list = command(&["keys", "list"]);
        assert_eq!(list[0]["name"], "Web shop");
        assert_eq!(list[0].get("client_secret"), None);
        assert_eq!(list.as_array().unwrap().len(), 2);
        assert_eq!(command(&["keys", "delete", client_id])["id"], key["id"]);
        assert_eq!(status(&server.url, &bearer), "401");

        let store = command(&["stores", "create", "Spring shop"]);
        let fields =
            ["client_id", "client_secret", "store_id"].map(|name| store[name].as_str().unwrap());
        let other = token(&server.url, fields[0], fields[1]);
        assert_eq!(status(&server.url, &other), "200");
        let stores = command(&["stores", "list"]);
        assert_eq!(
            (&stores[0]["name"], &stores[1]["store_id"]),
            (&"default".into(), &fields[2].into())
        );
        assert_eq!(
            command(&["keys", "list", "--store", "Spring shop"]),
            command(&["keys", "list", "--store", fields[2]])
        );
        let again =
            run(customary().args(["stores", "create", "Spring shop", "--database", &database]));
        assert_eq!(again.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&again.stderr).contains("exists: choose another"));

        let rotated = run(customary().args(["signing-keys", "rotate", "--database", &database]));
        assert!(rotated.status.success());
        assert_eq!(status(&server.url, &other), "200");
        assert!(
            run(customary().args(["signing-keys", "rotate", "--database", &database]))
                .status
                .success()
        );
        assert_eq!(status(&server.url, &other), "401");
    }
}

#[tokio::test]
async fn the_first_secret_is_shown_once() {
    let (database, _folder) = database(Engine::Sqlite).await;
    let server = Server::start_as(&mut customary(), &["--database", &database]);
    let value = |name: &str, greeting: &str| {
        let line = greeting
            .lines()
            .find(|line| line.contains(name))
            .unwrap()
            .to_owned();
        line.split_whitespace().nth(2).unwrap().to_owned()
    };
    let (client_id, secret) = (
        value("Client id", &server.greeting),
        value("Client secret", &server.greeting),
    );
    assert!(
        server.greeting.contains(&database["sqlite:".len()..]),
        "{}",
        server.greeting
    );
    let first = token(&server.url, &client_id, &secret);
    assert!(server.stop());

    let server = Server::start_as(&mut customary(), &["--database", &database]);
    assert!(!server.greeting.contains(&secret), "{}", server.greeting);
    assert_eq!(value("Client id", &server.greeting), client_id);
    assert_eq!(status(&server.url, &first), "200");
}

#[tokio::test]
async fn credentials_of_the_environment_count_on_a_later_start_too() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (database, _folder) = database(engine).await;
        let start = |client_id: &str, secret: &str| {
            let mut command = customary();
            command.env("CUSTOMARY_DATABASE", &database);
            command
                .env("CUSTOMARY_CLIENT_ID", client_id)
                .env("CUSTOMARY_CLIENT_SECRET", secret);
            Server::start_as(&mut command, &[])
        };
        let unnamed = Server::start_as(&mut customary(), &["--database", &database]);
        assert!(unnamed.stop());
        let server = start("mine", "first");
        assert!(!server.greeting.contains("first"), "{}", server.greeting);
        let old = token(&server.url, "mine", "first");
        assert!(server.stop());
        let server = start("mine", "second");
        token(&server.url, "mine", "second");
        assert_eq!(status(&server.url, &old), "200");
        let refused = curl(&[
            &format!("{}/oauth/access_token", server.url),
            "-d",
            "grant_type=client_credentials&client_id=mine&client_secret=first",
        ]);
        assert!(refused.contains("Unauthorized"), "{refused}");
        assert!(server.stop());
        let keys = json(customary().args(["keys", "list", "--json", "--database", &database]));
        assert_eq!(keys.as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_database_can_be_migrated_ahead() {
    let (database, _folder) = database(Engine::Sqlite).await;
    let migrate = || {
        String::from_utf8(run(customary().args(["migrate", "--database", &database])).stdout)
            .unwrap()
    };
    assert!(migrate().starts_with("Applied 0001_foundation\nApplied "));
    assert_eq!(migrate(), "The tables were up to date.\n");
}

#[test]
fn help_has_examples() {
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["keys", "create", "--help"],
        &["stores", "create", "--help"],
    ] {
        let output = run(customary().args(arguments));
        assert!(output.status.success());
        assert!(
            String::from_utf8_lossy(&output.stdout).contains("Example"),
            "{arguments:?}"
        );
    }
}
