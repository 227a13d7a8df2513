//! Events of *qualify*: people, what they showed, how it was judged. Split by what they are about.

mod certificate;
mod evidence;
mod people;
mod qualification;
mod token;
mod words;

pub use certificate::*;
pub use evidence::*;
pub use people::*;
pub use qualification::*;
pub use token::*;
pub use words::*;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        base::Kind,
        event::{Event, expect::SiteEvent},
    };

    #[test]
    fn an_event_without_more_to_say_travels_and_comes_back() {
        let event = Event::Person(PersonEvent::Activated(Nothing {}));
        let (name, data) = event.to_wire().unwrap();
        assert_eq!((name.as_str(), &data), ("qualify.person.activated@1", &json!({})));
        assert_eq!(Event::from_wire(Kind::Person, &name, data).unwrap(), event);
    }

    #[test]
    fn payloads_are_closed() {
        let basis: Result<Basis, _> = serde_json::from_value(json!({ "is": "voluntary" }));
        assert_eq!(basis.unwrap(), Basis::Voluntary);
        let read = |data| Event::from_wire(Kind::Person, "qualify.identity.verified@1", data);
        assert!(read(json!({ "until": "2026-12-31" })).is_ok());
        // a field nobody knows, a day that is none, an event of another kind
        assert!(read(json!({ "until": "2026-12-31", "by": "x" })).is_err());
        assert!(read(json!({ "until": "31.12.2026" })).is_err());
        let mode = json!({ "checks": [], "mode": "observe", "from": "2026-07-19T00:00:00Z" });
        assert!(Event::from_wire(Kind::Person, "expect.mode.set@1", mode.clone()).is_err());
        let read = Event::from_wire(Kind::Site, "expect.mode.set@1", mode).unwrap();
        let Event::Site(SiteEvent::ModeSet(set)) = &read else { panic!("{read:?}") };
        assert_eq!(set.reason, None);
        // what the first version said is written as the second from now on
        assert_eq!(read.to_wire().unwrap().0, "expect.mode.set@2");
    }
}
