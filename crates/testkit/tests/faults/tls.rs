//! The line to PostgreSQL: by TLS against a named authority, refused when another one signed, and never in clear to
//! another machine by silence.

use plantgate_store::{Limits, db::Db};
use plantgate_testkit::cluster::Cluster;

fn impatient() -> Limits {
    Limits { database_secs: 2, ..Limits::for_testing() }
}

/// Whether the database says that this very line is encrypted.
async fn encrypted(url: &str) -> Result<bool, String> {
    let db = Db::open(url, &impatient()).await.map_err(|stop| format!("{stop:?}"))?;
    let mut tx = db.read().await.unwrap();
    let sql = "select count(*) from pg_stat_ssl where pid = pg_backend_pid() and ssl";
    let count = tx.one(sql, &[]).await.unwrap().unwrap().int(0).unwrap();
    Ok(count == 1)
}

#[tokio::test]
async fn the_line_to_the_database_is_encrypted_and_its_certificate_is_checked() {
    let Some(cluster) = Cluster::with_tls() else { return };
    // given a server whose certificate an authority of the plant signed for the name of its machine
    let (plain, named) = (cluster.url("postgres"), cluster.url("postgres").replace("127.0.0.1", "localhost"));
    let by = |url: &str, authority: &str| {
        format!("{url}?sslmode=verify-full&sslrootcert={}", cluster.authority(authority).display())
    };
    // when the address names that authority, then the line is encrypted
    assert_eq!(encrypted(&by(&named, "ours")).await, Ok(true));
    // when another authority is named, the name is another, or none is named, then there is no line
    for url in [by(&named, "theirs"), by(&plain, "ours"), format!("{named}?sslmode=verify-full")] {
        assert!(encrypted(&url).await.is_err(), "{url}");
    }
    // on the machine itself it needs none, and says so when asked
    assert_eq!(encrypted(&plain).await, Ok(false));
}

#[tokio::test]
async fn a_server_without_tls_on_another_machine_gets_no_password_by_silence() {
    let Some(cluster) = Cluster::start() else { return };
    // given a server without TLS that is not reached as this machine itself
    let other = cluster.url("postgres").replace("127.0.0.1", "0.0.0.0");
    // when the address says nothing of TLS, then there is no line; when it says that none is wanted, there is
    assert!(encrypted(&other).await.is_err());
    assert_eq!(encrypted(&format!("{other}?sslmode=disable")).await, Ok(false));
}
