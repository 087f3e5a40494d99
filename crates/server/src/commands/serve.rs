//! `customary serve`

use anyhow::{Context, ensure};
use axum::ServiceExt;
use axum::serve::ListenerExt;
use clap::Args;
use customary_api::ApiConfig;
use customary_model::time::Clock;
use customary_service::operator::{self, FirstKey};
use customary_service::{App, background};
use customary_store::Db;
use customary_store::db::DatabaseUrl;
use customary_store::migrate::migrate;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::commands::sentence;
use crate::config::{Config, ConfigFile, Layer, given_credentials};
use crate::{output, telemetry};

#[derive(Args)]
#[command(after_help = "\
Examples:
  customary serve
  customary serve --listen 0.0.0.0:8080 --database postgres://me:secret@db/shop
  CUSTOMARY_CLIENT_ID=test CUSTOMARY_CLIENT_SECRET=test customary serve --ephemeral")]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    file: ConfigFile,

    #[command(flatten)]
    settings: Layer,

    /// Keep everything in memory; nothing is left when the server stops
    #[arg(long)]
    ephemeral: bool,
}

/// Serves until the process is told to stop.
pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let names_database = args.settings.names_database();
    let mut config = Config::read(&args.file, args.settings)?;
    if args.ephemeral {
        ensure!(
            !names_database,
            "--ephemeral and --database exclude each other; leave out one of them"
        );
        config.database = DatabaseUrl::Memory;
    }
    let given = given_credentials()?;
    let secret_is_given = given.is_some();
    telemetry::start(&config.log, config.log_format)?;

    let stopped = stop_signal()?;

    let db = Db::open(&config.database).await?;
    let clock = Clock::system();
    migrate(&db, clock.now()).await?;
    let app = App::new(db.clone(), clock, config.limits);
    let first_key = operator::prepare(&app, given).await.map_err(sentence)?;

    let listener = TcpListener::bind(&config.listen).await.with_context(|| {
        format!(
            "cannot listen on {}; stop the program that uses it, or choose another with --listen",
            config.listen
        )
    })?;
    let address = listener.local_addr()?;
    let host = if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    };
    greet(
        &format!("http://{host}"),
        &config.database,
        &first_key,
        secret_is_given,
    );

    let api = ApiConfig {
        public_url: config.public_url,
        request_timeout: config.request_timeout,
    };
    let work = tokio::spawn(background::run(app.clone()));
    let api = customary_api::service(app, api);
    let listener = listener.tap_io(|stream| {
        // Answers are small and complete: there is nothing to wait for.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("a connection keeps its delay: {error}");
        }
    });
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, api.into_make_service()).with_graceful_shutdown(async {
        stopped.await;
        drop(stop);
    });
    tokio::select! {
        outcome = server => outcome?,
        // A client that never ends its request must not keep the server from ending.
        () = async {
            let _ = stopping.await;
            tokio::time::sleep(config.request_timeout).await;
        } => tracing::warn!("requests that took too long were cut off"),
    }
    // What it was at goes on when the server starts again.
    work.abort();
    db.close().await;
    Ok(())
}

/// What a newcomer needs next.
fn greet(url: &str, database: &DatabaseUrl, first_key: &FirstKey, secret_is_given: bool) {
    let data = match database {
        DatabaseUrl::SqliteFile(path) => {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            format!("{} (SQLite)", path.display())
        }
        DatabaseUrl::Memory => "in memory: nothing is left when the server stops".to_owned(),
        DatabaseUrl::Postgres(url) => url.to_string(),
    };
    let (secret, shown) = match &first_key.new_secret {
        Some(secret) => (
            format!("{}  (shown this once: keep it)", secret.reveal()),
            secret.reveal(),
        ),
        None if secret_is_given => (
            "the one in CUSTOMARY_CLIENT_SECRET".to_owned(),
            "$CUSTOMARY_CLIENT_SECRET",
        ),
        None => {
            let hint =
                "shown at the first start; for another key: customary keys create --name NAME";
            (hint.to_owned(), "CLIENT_SECRET")
        }
    };
    output::line(format_args!(
        "Customary {version} listens on {url}

  Data           {data}
  Store          {store}
  Client id      {client_id}
  Client secret  {secret}
  Manager        {url}/manager
  API reference  {url}/docs

Get a token:

  curl {url}/oauth/access_token \\
    -d grant_type=client_credentials \\
    -d client_id={client_id} \\
    -d client_secret={shown}
",
        version = env!("CARGO_PKG_VERSION"),
        store = first_key.store.name,
        client_id = first_key.client_id,
    ));
}

/// Resolves when the process is told to stop. Listens from now on, so that no signal is missed.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("finishing the requests under way");
    })
}
