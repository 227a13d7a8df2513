//! What rules in observation would have refused, counted by day, site and check. A count, never an entry:
//! losing it loses a statistic.

use plantgate_domain::base::{Instant, SiteId};
use uuid::Uuid;

use crate::{
    db::{Db, Tx, V},
    stop::Stop,
};

const DAY_US: i64 = 86_400_000_000;

/// Counts one would-be refusal for each of the checks.
pub async fn count(db: &Db, at: Instant, site: SiteId, checks: &[String]) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into would_refuse (day, site, check_key, count) values ($1, $2, $3, 1)
        on conflict (day, site, check_key) do update set count = would_refuse.count + 1";
    for check in checks {
        let day = at.micros().div_euclid(DAY_US);
        tx.run(sql, &[V::Int(day), V::Id(site.0), V::text(check)]).await?;
    }
    tx.commit().await
}

/// Counts of the last days, by site and check.
pub async fn since(tx: &mut Tx, from: Instant) -> Result<Vec<(Uuid, String, i64)>, Stop> {
    let sql = "select site, check_key, cast(sum(count) as bigint) from would_refuse where day >= $1
        group by site, check_key order by site, check_key";
    let recs = tx.all(sql, &[V::Int(from.micros().div_euclid(DAY_US))]).await?;
    recs.iter().map(|r| Ok((r.id(0)?, r.text(1)?, r.int(2)?))).collect()
}
