//! What an operator gets wrong: one sentence that says what to do, and exit code 1.

use std::net::TcpListener;

use crate::server::{customary, run};

fn refusal(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = customary();
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(folder.path());
    let output = run(&mut command);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_message_names_the_thing_and_the_fix() {
    for (arguments, environment, wanted) in [
        (
            &["serve", "--database", "sqlite:/no/such/folder/shop.db"][..],
            &[][..],
            &["/no/such/folder/shop.db", "check that its folder exists"][..],
        ),
        (
            &["serve", "--database", "mysql://x"],
            &[],
            &["neither sqlite:PATH nor postgres://"],
        ),
        (
            &[
                "serve",
                "--database",
                "postgres://me:topsecret@127.0.0.1:1/shop",
            ],
            &[],
            &[
                "cannot open postgres://127.0.0.1/shop",
                "check that the server runs",
            ],
        ),
        (
            &["serve", "--ephemeral", "--database", "sqlite:a.db"],
            &[],
            &["exclude each other"],
        ),
        (
            &["serve", "--config", "missing.toml"],
            &[],
            &["cannot read the file missing.toml"],
        ),
        (
            &["serve", "--listen", "nonsense"],
            &[],
            &["cannot listen on nonsense", "--listen"],
        ),
        (
            &["serve", "--public-url", "example.com"],
            &[],
            &["write it with its scheme"],
        ),
        (&["serve", "--log", "=="], &[], &["log = \"==\""]),
        (
            &["serve", "--ephemeral"],
            &[("CUSTOMARY_LISTEM", "x")],
            &["CUSTOMARY_LISTEM is no setting; did you mean CUSTOMARY_LISTEN?"],
        ),
        (
            &["serve", "--ephemeral"],
            &[("CUSTOMARY_CLIENT_ID", "x")],
            &["set both, or neither"],
        ),
        (
            &["serve", "--lisen", "x"],
            &[],
            &["unexpected argument '--lisen'", "'--listen'"],
        ),
        (
            &["keys", "create", "--store", "nowhere"],
            &[],
            &["there is no store \"nowhere\": see customary stores list"],
        ),
        (
            &["stores", "create", " "],
            &[],
            &["the name of a store has 1 to 255 characters"],
        ),
        (
            &["keys", "delete", "nothing"],
            &[],
            &["there is no store yet"],
        ),
    ] {
        let said = refusal(arguments, environment);
        for part in wanted {
            assert!(said.contains(part), "{arguments:?}: {said}");
        }
        assert!(!said.contains("topsecret"), "{said}");
        assert!(said.starts_with("error: "), "{said}");
    }
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = refusal(&["serve", "--ephemeral", "--listen", &address], &[]);
    assert!(
        said.contains(&format!(
            "cannot listen on {address}; stop the program that uses it"
        )),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn an_unknown_setting_in_a_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("customary.toml");
    std::fs::write(&file, "databse = \"sqlite:a.db\"\n").unwrap();
    let said = refusal(&["serve", "--config", file.to_str().unwrap()], &[]);
    assert!(
        said.contains("unknown setting \"databse\"; did you mean \"database\"?"),
        "{said}"
    );
}
