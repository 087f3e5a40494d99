//! The README and the guides, pasted into a shell.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use customary_testkit::Value;

use crate::server::{Server, customary, root, run};

/// The address that the README writes.
const ADDRESS: &str = "http://localhost:8080";

/// A fenced block: its label and its text.
struct Block {
    label: String,
    text: String,
}

fn blocks(markdown: &str) -> Vec<Block> {
    let parts: Vec<&str> = markdown.split("```").collect();
    assert!(parts.len() % 2 == 1, "a fence is not closed");
    let fenced = parts.into_iter().skip(1).step_by(2);
    fenced
        .map(|part| {
            let (label, text) = part.split_once('\n').expect("a block has lines");
            Block {
                label: label.to_owned(),
                text: text.to_owned(),
            }
        })
        .collect()
}

/// JSON with everything replaced that differs from run to run.
fn redact(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::Object(map) => {
            map.iter_mut()
                .for_each(|(key, value)| match (key.as_str(), &value) {
                    ("expires", Value::Number(_)) => *value = "number".into(),
                    ("access_token", Value::String(_)) => *value = "token".into(),
                    ("etag", Value::String(_)) => *value = "tag".into(),
                    _ => redact(value),
                });
        }
        Value::String(text) => {
            let is_id = |part: &str| part.len() == 36 && part.matches('-').count() == 4;
            let is_time =
                |part: &str| part.len() == 24 && part.starts_with("20") && part.ends_with('Z');
            let parts = text.split('/').map(|part| {
                if is_id(part) {
                    "id"
                } else if is_time(part) {
                    "time"
                } else {
                    part
                }
            });
            let parts: Vec<&str> = parts
                .map(|part| {
                    if part.starts_with("localhost:") {
                        "host"
                    } else {
                        part
                    }
                })
                .collect();
            *text = parts.join("/");
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn redacted(text: &str) -> Value {
    let mut value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    redact(&mut value);
    value
}

/// Pastes the shell blocks of a document one after the other, in a folder that looks like the repository
/// after `make run`, and compares what each prints with the JSON that follows it. Returns the blocks that
/// only name a command of the Makefile.
fn paste(markdown: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("target/release")).unwrap();
    symlink(
        env!("CARGO_BIN_EXE_customary"),
        folder.path().join("target/release/customary"),
    )
    .unwrap();
    symlink(root().join("examples"), folder.path().join("examples")).unwrap();
    let server = Server::start_as(customary().current_dir(folder.path()), &[]);

    let mut script = "set -euo pipefail\n".to_owned();
    let mut expected = Vec::new();
    let mut commands = Vec::new();
    for block in blocks(markdown) {
        match block.label.as_str() {
            "sh" if block.text.starts_with("make ") => commands.push(block.text),
            "sh" => {
                script += &block.text.replace(ADDRESS, &server.url);
                script += "
echo
echo '== end of block'
";
                expected.push(None);
            }
            "json" => *expected.last_mut().expect("an answer follows a request") = Some(block.text),
            // For a program of one's own; `tests/clients` runs such a program.
            "js" => {}
            other => panic!("a block is labelled {other:?}"),
        }
    }
    assert!(expected.iter().flatten().count() >= 3);

    let output = run(Command::new("bash")
        .arg("-c")
        .arg(&script)
        .current_dir(folder.path()));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answers: Vec<&str> = said.split("\n== end of block\n").collect();
    assert_eq!(answers.len(), expected.len() + 1);
    for (answer, expected) in answers.iter().zip(&expected) {
        if let Some(expected) = expected {
            assert_eq!(redacted(answer.trim()), redacted(expected));
        }
    }
    commands
}

#[test]
fn every_block_of_the_readme_does_what_it_shows() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    assert!(makefile.contains(
        "run: ui-if-node\n\tcargo build --release --package customary\n\t./target/release/customary serve\n"
    ));
    assert_eq!(
        paste(&readme),
        ["make run\n", "make test\n"],
        "the README leads with the two commands"
    );
}

#[test]
fn every_block_of_the_guides_does_what_it_shows() {
    let guides = fs::read_dir(root().join("docs/guides")).unwrap();
    let mut guides: Vec<_> = guides.map(|guide| guide.unwrap().path()).collect();
    assert!(guides.len() >= 3);
    guides.extend(["filtering", "concurrency"].map(|name| root().join(format!("docs/{name}.md"))));
    for guide in guides {
        assert_eq!(paste(&fs::read_to_string(guide).unwrap()), [""; 0]);
    }
}
