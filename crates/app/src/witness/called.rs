//! An emergency that took place while a gateway could not ask: its grant is opened afterwards. Nothing was
//! approved; two of ours agreed to the sheet beforehand, and somebody at the site read a code out of its own envelope.

use plantgate_domain::{
    base::{GrantId, Instant, Kind},
    event::permit::Moment,
    expect::{
        engagement::Engagement,
        instance::Instance,
        site::{Sheet, Site},
    },
    permit::{access::ask, acts, called::Called, grant::Grant},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory};

use crate::permit::facts::facts;

/// Opens the grant of an emergency that took place. What is decided now stands with it and refuses nothing: people look
/// at it afterwards, and from now on the session is judged like every other. Whether it is in doubt: then nobody's yes
/// stands with the grant, so that nothing new begins under it.
pub(super) async fn open(
    called: &Called,
    desk: &mut Desk,
    id: GrantId,
    (sheet, doubt): (Option<&Sheet>, bool),
    began: Instant,
) -> Result<bool, Stop> {
    if desk.find::<Grant>(id).await?.is_some() {
        return Err(Stop::NotFound);
    }
    let (engagement, instance): (Engagement, Instance) =
        (desk.get(called.engagement).await?, desk.get(called.instance).await?);
    let person: Person = desk.get(called.person).await?;
    if person.provider() != Some(engagement.facts.provider) {
        return Err(Stop::NotFound);
    }
    let (now, rules) = (desk.now(), desk.rules());
    let e = sheet.and_then(|sheet| Some((sheet, sheet.emergencies.as_ref()?)));
    let (stands, whole) = called.within(e.map(|(_, e)| e), &engagement, &rules);
    let doubt = doubt || !whole;
    let asked = stands.asked(&engagement, &instance, (rules.version, began));
    let f = facts(desk, &ask(&asked, Moment::Request, now, Vec::new()), now).await?;
    let zone = desk.get::<Site>(asked.site).await?.facts.zone;
    let reference = desk.next_reference(Kind::Grant).await?;
    let agreed = e.filter(|_| !doubt).map(|(sheet, e)| sheet.agreed(e));
    let of_sheet = (sheet.and_then(|sheet| sheet.issued_by.person()), e.map(|(_, e)| e.second));
    let opened = acts::emergency_cut_off(&asked, agreed, of_sheet, &f, &reference, &zone, now);
    desk.append(id, opened).await?;
    Ok(doubt)
}
