//! Scratch databases on the PostgreSQL that the test command started: one for each test, so that no test sees another.
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use crate::template;

/// The variable `cargo xtask test` sets. Nothing else decides whether PostgreSQL is part of a run.
pub const VARIABLE: &str = "TEST_DATABASE_URL";

/// The server's address, or `None` when the run has no PostgreSQL; then it says so: nothing is skipped silently.
pub fn server() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests are configured by the test command, not by cli::config")]
    let url = std::env::var(VARIABLE).ok();
    if url.is_none() {
        crate::left_out::left_out(&format!(
            "{VARIABLE} is not set: PostgreSQL is not tested here; `cargo xtask test` starts one"
        ));
    }
    url
}

/// A database of its own. Dropping the value leaves it to the end of the cluster; [`Scratch::remove`] is for
/// servers that stay.
pub struct Scratch {
    server: String,
    name: String,
    /// Connect here.
    pub url: String,
}

impl Scratch {
    /// An empty one; `None` when the run has no PostgreSQL.
    pub async fn create() -> Result<Option<Scratch>, sqlx::Error> {
        let Some(server) = server() else { return Ok(None) };
        Scratch::made(server, "").await.map(Some)
    }

    /// One with the tables of this build, cloned; `None` when the run has no PostgreSQL.
    pub async fn cloned() -> Result<Option<Scratch>, sqlx::Error> {
        let Some(server) = server() else { return Ok(None) };
        let template = template::ready(&server).await?;
        Scratch::like(server, template).await.map(Some)
    }

    /// A copy of a template.
    pub(crate) async fn like(server: String, template: &str) -> Result<Scratch, sqlx::Error> {
        Scratch::made(server, &format!(" TEMPLATE {template}")).await
    }

    /// The server that it is on.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    async fn made(server: String, like: &str) -> Result<Scratch, sqlx::Error> {
        #[expect(clippy::disallowed_methods, reason = "the name only has to be new; no test reads it")]
        let name = format!("scratch_{}", Uuid::new_v4().simple());
        command(&server, format!("CREATE DATABASE {name}{like}")).await?;
        let url = with_database(&server, &name);
        Ok(Scratch { server, name, url })
    }

    /// Removes it even when a pool still holds connections.
    pub async fn remove(self) -> Result<(), sqlx::Error> {
        command(&self.server, format!("DROP DATABASE {} WITH (FORCE)", self.name)).await
    }
}

async fn command(server: &str, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(server).await?;
    // A database's name cannot be bound; ours is made of hex digits above.
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await
}

/// The same server, user and options, another database.
pub(crate) fn with_database(server: &str, name: &str) -> String {
    let (address, options) = match server.split_once('?') {
        Some((address, options)) => (address, format!("?{options}")),
        None => (server, String::new()),
    };
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let slash = address.get(after_scheme..).and_then(|rest| rest.find('/')).map(|at| after_scheme + at);
    let base = slash.and_then(|at| address.get(..at)).unwrap_or(address);
    format!("{base}/{name}{options}")
}

#[cfg(test)]
mod tests {
    use super::{Scratch, with_database};
    use sqlx::{Connection, PgConnection};

    #[test]
    fn only_the_database_changes() {
        assert_eq!(with_database("postgres://a:b@h:1/postgres?x=y", "n"), "postgres://a:b@h:1/n?x=y");
        assert_eq!(with_database("postgres://h", "n"), "postgres://h/n");
    }

    #[tokio::test]
    async fn a_scratch_database_comes_and_goes() {
        let Some(scratch) = Scratch::create().await.unwrap() else { return };
        let mut connection = PgConnection::connect(&scratch.url).await.unwrap();
        let name: String = sqlx::query_scalar("select current_database()").fetch_one(&mut connection).await.unwrap();
        assert!(name.starts_with("scratch_"), "{name}");
        let url = scratch.url.clone();
        scratch.remove().await.unwrap();
        assert!(PgConnection::connect(&url).await.is_err());
    }
}
