//! Pages, one file for what one person does on them.

pub mod access;
pub mod accounts;
mod all_tokens;
mod areas;
mod ask_evidence;
mod by_link;
mod clock;
pub mod codes;
mod cosigners;
mod deliveries;
mod emergencies;
mod emergency;
mod end_session;
mod end_shown;
mod engagement;
mod engagement_beforehand;
mod engagement_parts;
mod entry;
mod evidence;
mod feeds;
mod filters;
mod find;
mod findings;
pub mod history;
mod hooks;
pub mod import;
mod keys;
mod logbook;
mod messages;
mod modes;
mod modes_look;
mod now;
mod now_events;
mod now_lanes;
mod outlook;
mod pack_form;
mod pack_making;
mod packs;
mod passkeys;
mod password;
mod people_ask;
pub mod portal;
mod provider;
mod providers;
mod questions;
pub mod recording;
mod recovery;
mod register;
mod review;
mod rule;
mod rulebook;
mod scope;
mod services;
mod sheet;
pub mod sign;
pub mod sign_on;
pub mod signed;
mod site_report;
mod switches;
mod systems;
pub mod telling;
mod tier;
pub mod today;
mod tokens;
mod trail;
mod trail_rows;
mod trail_signed;
mod users;
pub mod vault;
mod visits;
mod welcome;
mod why;
mod would_refuse;

pub use switches::local;

use super::routes::Routes;
use crate::assets;

/// All pages.
pub fn routes() -> Routes {
    let rooms = [
        access::routes(),
        ask_evidence::routes(),
        emergency::routes(),
        emergencies::routes(),
        end_session::routes(),
        recording::routes(),
        engagement::routes(),
        entry::routes(),
        evidence::routes(),
        find::routes(),
        findings::routes(),
        history::routes(),
        now::routes(),
        packs::routes(),
        by_link::routes(),
        people_ask::routes(),
        portal::routes(),
        provider::routes(),
        providers::routes(),
        questions::routes(),
        register::routes(),
        crate::door::deeds::routes(),
        review::routes(),
        rule::routes(),
        scope::routes(),
        site_report::routes(),
        codes::routes(),
        switches::routes(),
        systems::routes(),
        vault::routes(),
        tier::routes(),
        today::routes(),
        trail::routes(),
        trail_signed::routes(),
        modes::routes(),
        would_refuse::routes(),
        users::routes(),
        welcome::routes(),
        keys::routes(),
        clock::routes(),
        rulebook::routes(),
        cosigners::routes(),
        visits::routes(),
        logbook::routes(),
        sign::routes(),
        sign_on::routes(),
        messages::routes(),
        deliveries::routes(),
        feeds::routes(),
        hooks::routes(),
        password::routes(),
        passkeys::routes(),
        recovery::routes(),
        tokens::routes(),
        all_tokens::routes(),
        services::routes(),
        // One room a line, in order: rooms are built at the same time by several people.
    ];
    rooms.into_iter().fold(assets::routes(), Routes::merge)
}
