//! Settings: built-in defaults, then a file, then the environment, then flags. Read once; the only
//! place that looks at the environment.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use customary_model::secret::Secret;
use customary_service::Limits;
use customary_service::operator::ClientCredentials;
use customary_store::db::DatabaseUrl;
use serde::Deserialize;

const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// The file with the defaults, for messages.
const DEFAULTS_NAME: &str = "the built-in defaults";

/// The most that `field_limit` can be: what a store defines is kept in memory.
const MAX_FIELD_LIMIT: usize = 10_000;

const CLIENT_ID: &str = "CUSTOMARY_CLIENT_ID";
const CLIENT_SECRET: &str = "CUSTOMARY_CLIENT_SECRET";

/// The settings of one layer: what a file, or flags and the environment, say.
#[derive(Debug, Default, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layer {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "CUSTOMARY_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<String>,

    #[command(flatten)]
    #[serde(flatten)]
    database: DatabaseLayer,

    /// Scheme and host of links in answers, such as <https://api.example.com>
    #[arg(long, env = "CUSTOMARY_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,

    /// Milliseconds that a request may take [default: 30000]
    #[arg(long, env = "CUSTOMARY_REQUEST_TIMEOUT_MS", value_name = "MS")]
    request_timeout_ms: Option<u64>,

    /// Requests a second that each store may make; 0 for no limit [default: 0]
    #[arg(long, env = "CUSTOMARY_RATE_LIMIT", value_name = "REQUESTS")]
    rate_limit: Option<u32>,

    /// Milliseconds that a filter without an index may take [default: 2000]
    #[arg(long, env = "CUSTOMARY_SCAN_TIMEOUT_MS", value_name = "MS")]
    scan_timeout_ms: Option<u64>,

    /// Fields that a flow may have [default: 100]
    #[arg(long, env = "CUSTOMARY_FIELD_LIMIT", value_name = "FIELDS")]
    field_limit: Option<usize>,

    /// Whether there is more than the platform documents: extended, strict [default: extended]
    #[arg(long, env = "CUSTOMARY_COMPAT", value_name = "MODE")]
    compat: Option<Compat>,

    /// What to log: error, warn, info, debug, trace [default: info]
    #[arg(long, env = "CUSTOMARY_LOG", value_name = "FILTER")]
    log: Option<String>,

    /// How to log [default: text]
    #[arg(long, env = "CUSTOMARY_LOG_FORMAT", value_name = "FORMAT")]
    log_format: Option<LogFormat>,
}

/// The setting that every command needs that touches data.
#[derive(Debug, Default, Clone, Args, Deserialize)]
pub(crate) struct DatabaseLayer {
    /// sqlite:PATH or <postgres://USER:PASSWORD@HOST/DATABASE> [default: sqlite:customary.db]
    #[arg(
        long,
        env = "CUSTOMARY_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    database: Option<String>,
}

/// Where settings come from besides the defaults.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct ConfigFile {
    /// A TOML file with settings
    #[arg(long, env = "CUSTOMARY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// How the API relates to the platform's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Compat {
    /// All of it, and more.
    Extended,
    /// What is documented, and nothing else.
    Strict,
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// All settings.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: String,
    pub(crate) database: DatabaseUrl,
    pub(crate) public_url: Option<String>,
    pub(crate) request_timeout: Duration,
    pub(crate) limits: Limits,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
}

impl Config {
    /// Reads the settings of the server.
    ///
    /// # Errors
    /// The file cannot be read, or a setting is unknown or makes no sense.
    pub(crate) fn read(file: &ConfigFile, flags: Layer) -> anyhow::Result<Self> {
        let settings = flags
            .over(file.read()?)
            .over(parse(DEFAULTS, DEFAULTS_NAME)?);
        let missing = |name: &str| format!("{DEFAULTS_NAME} lack {name}");
        let public_url = settings.public_url.filter(|url| !url.is_empty());
        if let Some(url) = &public_url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            bail!(
                "public_url = \"{url}\" is no address; write it with its scheme, such as https://api.example.com"
            );
        }
        Ok(Self {
            listen: settings.listen.with_context(|| missing("listen"))?,
            database: settings.database.url()?,
            public_url,
            request_timeout: Duration::from_millis(
                settings
                    .request_timeout_ms
                    .with_context(|| missing("request_timeout_ms"))?,
            ),
            limits: Limits {
                fields: field_limit(
                    settings
                        .field_limit
                        .with_context(|| missing("field_limit"))?,
                )?,
                is_strict: settings.compat.with_context(|| missing("compat"))? == Compat::Strict,
                rate: NonZeroU32::new(settings.rate_limit.with_context(|| missing("rate_limit"))?),
                scan_timeout: Duration::from_millis(
                    settings
                        .scan_timeout_ms
                        .with_context(|| missing("scan_timeout_ms"))?,
                ),
            },
            log: settings.log.with_context(|| missing("log"))?,
            log_format: settings.log_format.with_context(|| missing("log_format"))?,
        })
    }
}

fn field_limit(fields: usize) -> anyhow::Result<usize> {
    if !(1..=MAX_FIELD_LIMIT).contains(&fields) {
        bail!("field_limit = {fields} cannot be; write a number from 1 to {MAX_FIELD_LIMIT}");
    }
    Ok(fields)
}

impl ConfigFile {
    /// Reads the database for a command that needs nothing else.
    ///
    /// # Errors
    /// As for [`Config::read`].
    pub(crate) fn database(&self, flags: DatabaseLayer) -> anyhow::Result<DatabaseUrl> {
        let layer = Layer {
            database: flags,
            ..Layer::default()
        };
        layer
            .over(self.read()?)
            .over(parse(DEFAULTS, DEFAULTS_NAME)?)
            .database
            .url()
    }

    fn read(&self) -> anyhow::Result<Layer> {
        let Some(path) = &self.config else {
            return Ok(Layer::default());
        };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("cannot read the file {name}; check the path given with --config")
        })?;
        parse(&text, &name)
    }
}

impl Layer {
    /// This layer, with what it leaves open taken from `below`.
    fn over(self, below: Self) -> Self {
        Self {
            listen: self.listen.or(below.listen),
            database: DatabaseLayer {
                database: self.database.database.or(below.database.database),
            },
            public_url: self.public_url.or(below.public_url),
            request_timeout_ms: self.request_timeout_ms.or(below.request_timeout_ms),
            rate_limit: self.rate_limit.or(below.rate_limit),
            scan_timeout_ms: self.scan_timeout_ms.or(below.scan_timeout_ms),
            field_limit: self.field_limit.or(below.field_limit),
            compat: self.compat.or(below.compat),
            log: self.log.or(below.log),
            log_format: self.log_format.or(below.log_format),
        }
    }

    /// Whether a database was named by a flag or the environment.
    pub(crate) fn names_database(&self) -> bool {
        self.database.database.is_some()
    }
}

impl DatabaseLayer {
    fn url(&self) -> anyhow::Result<DatabaseUrl> {
        let url = self
            .database
            .as_deref()
            .with_context(|| format!("{DEFAULTS_NAME} lack database"))?;
        Ok(url.parse()?)
    }
}

/// The client id and secret that the environment gives, if it gives them.
///
/// # Errors
/// It gives only one of them.
pub(crate) fn given_credentials() -> anyhow::Result<Option<ClientCredentials>> {
    let read = |name| environment(name).filter(|value| !value.is_empty());
    match (read(CLIENT_ID), read(CLIENT_SECRET)) {
        (None, None) => Ok(None),
        (Some(client_id), Some(secret)) => Ok(Some(ClientCredentials {
            client_id,
            client_secret: Secret::new(secret),
        })),
        (Some(_), None) => {
            bail!("{CLIENT_ID} is set without {CLIENT_SECRET}; set both, or neither")
        }
        (None, Some(_)) => {
            bail!("{CLIENT_SECRET} is set without {CLIENT_ID}; set both, or neither")
        }
    }
}

/// Refuses variables that look like ours and are not: a typing error must not go unnoticed.
///
/// # Errors
/// There is one; the message names the nearest that exists.
pub(crate) fn check_environment(command: &clap::Command) -> anyhow::Result<()> {
    let mut known = vec![CLIENT_ID.to_owned(), CLIENT_SECRET.to_owned()];
    collect_variables(command, &mut known);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CUSTOMARY_")
            && !is_service_link(&name)
            && !known.iter().any(|each| *each == name)
        {
            let nearest = nearest(&name, known.iter().map(String::as_str));
            bail!("the environment variable {name} is no setting; did you mean {nearest}?");
        }
    }
    Ok(())
}

/// Kubernetes gives these to every container beside a service with the name `customary`.
fn is_service_link(name: &str) -> bool {
    name == "CUSTOMARY_PORT"
        || name.starts_with("CUSTOMARY_PORT_")
        || name.starts_with("CUSTOMARY_SERVICE_")
}

fn collect_variables(command: &clap::Command, known: &mut Vec<String>) {
    let variables = command.get_arguments().filter_map(clap::Arg::get_env);
    known.extend(variables.map(|name| name.to_string_lossy().into_owned()));
    for command in command.get_subcommands() {
        collect_variables(command, known);
    }
}

fn parse(text: &str, name: &str) -> anyhow::Result<Layer> {
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{name} is not valid TOML"))?;
    let defaults: toml::Table = DEFAULTS
        .parse()
        .with_context(|| format!("{DEFAULTS_NAME} are not valid TOML"))?;
    if let Some(key) = table.keys().find(|key| !defaults.contains_key(*key)) {
        let nearest = nearest(key, defaults.keys().map(String::as_str));
        bail!("{name} has the unknown setting \"{key}\"; did you mean \"{nearest}\"?");
    }
    table
        .try_into()
        .with_context(|| format!("{name} has a setting of the wrong type"))
}

fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> &'a str {
    known
        .max_by(|a, b| strsim::jaro(wrong, a).total_cmp(&strsim::jaro(wrong, b)))
        .unwrap_or_default()
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_name_every_setting() {
        let config = Config::read(&ConfigFile::default(), Layer::default()).unwrap();
        assert_eq!(config.listen, "127.0.0.1:8080");
        assert_eq!(config.public_url, None);
        assert_eq!(config.limits.rate, None);
        assert_eq!(config.limits.fields, Limits::default().fields);
        assert_eq!(config.limits.scan_timeout, Limits::default().scan_timeout);
    }

    #[test]
    fn an_unknown_setting_is_named_with_the_nearest_one() {
        let error = parse("listn = \"x\"", "customary.toml")
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "customary.toml has the unknown setting \"listn\"; did you mean \"listen\"?"
        );
        assert!(parse("request_timeout_ms = \"soon\"", "customary.toml").is_err());
    }

    #[test]
    fn a_flag_wins_over_a_file() {
        let flags = Layer {
            listen: Some("0.0.0.0:1".to_owned()),
            ..Layer::default()
        };
        let file = parse("listen = \"0.0.0.0:2\"\nlog = \"debug\"", "customary.toml").unwrap();
        let settings = flags.over(file);
        assert_eq!(settings.listen.as_deref(), Some("0.0.0.0:1"));
        assert_eq!(settings.log.as_deref(), Some("debug"));
    }
}
