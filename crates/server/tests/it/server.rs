//! Running the binary.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use customary_testkit::{Engine, Value, new_url};
use tempfile::TempDir;

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the repository is there")
}

/// A command that knows nothing of the environment of the tests.
pub(crate) fn customary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_customary"));
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CUSTOMARY_"))
    {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Output {
    command
        .stdin(Stdio::null())
        .output()
        .expect("the command starts")
}

/// What a successful command printed, as JSON.
pub(crate) fn json(command: &mut Command) -> Value {
    let output = run(command);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("the command prints JSON")
}

/// A running server. It is killed when this is dropped.
pub(crate) struct Server {
    child: Child,
    /// What it said when it started.
    pub(crate) greeting: String,
    /// Where it listens.
    pub(crate) url: String,
}

impl Server {
    /// Starts a server on a port that is free, with credentials `test` and `test-secret`.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = customary();
        command
            .env("CUSTOMARY_CLIENT_ID", "test")
            .env("CUSTOMARY_CLIENT_SECRET", "test-secret");
        Self::start_as(&mut command, arguments)
    }

    /// Starts a server by the given command, to which `serve` was not yet added.
    pub(crate) fn start_as(command: &mut Command, arguments: &[&str]) -> Self {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .env("CUSTOMARY_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut greeting = String::new();
        // The greeting ends with the last line of the command that gets a token.
        while !greeting.contains("-d client_secret=") {
            let read = lines
                .read_line(&mut greeting)
                .expect("its output can be read");
            assert!(read > 0, "the server ended: {greeting}");
        }
        let url = greeting
            .lines()
            .next()
            .and_then(|line| line.split(" listens on ").nth(1))
            .expect("a first line");
        Self {
            url: url.to_owned(),
            child,
            greeting,
        }
    }

    /// Runs the example script against this server.
    pub(crate) fn walk_through(&self) {
        let mut script = Command::new(root().join("examples/walkthrough.sh"));
        let output = run(script
            .arg(&self.url)
            .env("CLIENT_ID", "test")
            .env("CLIENT_SECRET", "test-secret"));
        let (said, failed) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success() && said.contains("All answers were as documented."),
            "{said}\n{failed}"
        );
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end, and waits until it has; returns whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        let id = self.child.id().to_string();
        assert!(run(Command::new("kill").arg(id)).status.success());
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `curl` with the given arguments; what it printed.
pub(crate) fn curl(arguments: &[&str]) -> String {
    let output = run(Command::new("curl")
        .args(["--silent", "--show-error", "--globoff"])
        .args(arguments));
    let mut text = String::new();
    output
        .stdout
        .as_slice()
        .read_to_string(&mut text)
        .expect("answers are text");
    assert!(
        output.status.success(),
        "{text} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

/// A token for the credentials of [`Server::start`].
pub(crate) fn token(url: &str, client_id: &str, client_secret: &str) -> String {
    let answer = curl(&[
        &format!("{url}/oauth/access_token"),
        "-d",
        "grant_type=client_credentials",
        "-d",
        &format!("client_id={client_id}"),
        "-d",
        &format!("client_secret={client_secret}"),
    ]);
    let answer: Value = serde_json::from_str(&answer).expect("an answer in JSON");
    answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

/// A database of its own for a test, by its address.
pub(crate) async fn database(engine: Engine) -> (String, Option<TempDir>) {
    new_url(engine).await
}
