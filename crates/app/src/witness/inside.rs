//! Who is inside now: running sessions at a site with the grant that covers them, and grants under which somebody may
//! come in at any moment.

use plantgate_domain::{
    base::{Kind, PersonId, SiteId},
    permit::grant::Grant,
    witness::session::{Cover, RUNNING, Session},
};
use plantgate_store::{
    Stop,
    list::{Order, Query},
    look::Look,
    memory::Memory,
};

/// One running session.
#[derive(Clone, PartialEq, Debug)]
pub struct Inside {
    pub session: Session,
    pub grant: Option<Grant>,
    /// How it compares with the grant at this instant.
    pub cover: Cover,
    /// The grant's window is over or it was taken away while the session runs.
    pub beyond: bool,
}

/// The answer for a site.
#[derive(Clone, PartialEq, Debug)]
pub struct WhoIsInside {
    pub sessions: Vec<Inside>,
    /// Grants that are active now without a running session.
    pub expected: Vec<Grant>,
    /// Sessions and grants beyond the first page of each.
    pub more: bool,
}

/// Most that one page shows; more people than this at one site is another question.
const MOST: usize = 1_000;

/// Running sessions and active grants at a site that the reader may see.
pub async fn who_is_inside(look: &mut Look, reader: PersonId, site: SiteId) -> Result<WhoIsInside, Stop> {
    let query = |kind| Query { order: Order::Newest, site: Some(site.0), ..Query::new(kind, reader, MOST) };
    let now = look.now().0;
    let running = look.page(&Query { state: Some(RUNNING.to_owned()), ..query(Kind::Session) }).await?;
    let active = look.page(&Query { line: Some(("state", "active".to_owned())), ..query(Kind::Grant) }).await?;
    let more = running.next.is_some() || active.next.is_some();
    let mut sessions = Vec::with_capacity(running.rows.len());
    for row in running.rows {
        let session = Session::try_from(row.kept.thing)?;
        let grant: Option<Grant> = match session.facts.grant {
            Some(id) => look.find(id).await?,
            None => None,
        };
        if session.inside(now) {
            let beyond = grant.as_ref().is_some_and(|g| !g.alive(now));
            sessions.push(Inside { cover: session.covered_by(grant.as_ref()), beyond, grant, session });
        }
    }
    let used = |g: &Grant| sessions.iter().any(|s| s.session.facts.grant == Some(g.id));
    let mut expected = Vec::new();
    for row in active.rows {
        expected.extend(Some(Grant::try_from(row.kept.thing)?).filter(|g| !used(g)));
    }
    Ok(WhoIsInside { sessions, expected, more })
}
