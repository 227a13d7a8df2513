//! When a yes is known to end: a gateway that cannot ask begins nothing behind that, because nobody can say no.

use plantgate_domain::{
    base::{Instant, Now},
    event::permit::Moment,
    permit::{
        access::ask,
        called::may_begin,
        facts::{Facts, Yes},
        grant::Grant,
    },
    qualify::person::Person,
};
use plantgate_store::{Stop, look::Look, memory::Memory};

use super::{calling::Calling, start::may_start};
use crate::permit::facts::but_recent;

/// Seconds by which what is lent may lapse before the decision would.
const EXACT: i64 = 60;

/// What a gateway would begin without asking.
#[derive(Clone, Copy)]
pub(super) enum Begins<'b> {
    /// What was approved.
    Grant(&'b Grant),
    /// An emergency where nothing was.
    Emergency(&'b Calling<'b>),
}

impl Begins<'_> {
    /// Whether it may begin at an instant, and from which facts.
    pub(super) async fn at(self, look: &mut Look, t: Instant) -> Result<(bool, Facts), Stop> {
        let now = Now(t);
        match self {
            Begins::Grant(grant) => may_start(look, grant, None, now).await.map(|(d, f)| (d.yes(), f)),
            Begins::Emergency(calling) => {
                let yes = Yes::recorded(&calling.agreed);
                let q = ask(&calling.asked(look.rules().version, t), Moment::Request, now, vec![yes]);
                let f = but_recent(look, &q, now).await?;
                Ok((may_begin(&f, &q, now), f))
            }
        }
    }
}

/// When a yes of one instant is known to end before another: whoever leaves, a hold with a date, hours of a measure, a
/// paper. Nothing where the yes lasts.
pub(super) async fn lapses(
    look: &mut Look,
    begins: Begins<'_>,
    person: &Person,
    f: &Facts,
    (yes, end): (Instant, Instant),
) -> Result<Option<Instant>, Stop> {
    let last = end.plus_secs(-1).max(yes);
    // A hold may end again before the window does, so its beginning is looked at by itself.
    let mut edges: Vec<Instant> = f.holds.iter().map(|hold| hold.from).filter(|at| yes < *at && *at < last).collect();
    edges.push(last);
    edges.sort_unstable();
    edges.dedup();
    let mut before = yes;
    for edge in edges {
        if !at(look, begins, person, edge).await? {
            return between(look, begins, person, (before, edge)).await.map(Some);
        }
        before = edge;
    }
    Ok(None)
}

/// The last yes before a no, as far as it is looked for.
async fn between(
    look: &mut Look,
    begins: Begins<'_>,
    person: &Person,
    (mut yes, mut no): (Instant, Instant),
) -> Result<Instant, Stop> {
    while no.secs_since(yes) > EXACT {
        let middle = yes.plus_secs(no.secs_since(yes).div_euclid(2));
        if at(look, begins, person, middle).await? {
            yes = middle;
        } else {
            no = middle;
        }
    }
    Ok(yes)
}

async fn at(look: &mut Look, begins: Begins<'_>, person: &Person, t: Instant) -> Result<bool, Stop> {
    Ok(person.seated(t) && begins.at(look, t).await?.0)
}
