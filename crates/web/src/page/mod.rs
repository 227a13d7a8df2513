//! One struct per page, one template per struct. Fields are what the page shows; words come from the catalogue.

pub mod access;
pub mod admin;
pub mod deed;
pub mod engagement;
pub mod entry;
pub mod evidence;
pub mod find;
pub mod findings;
pub mod grants;
pub mod history;
pub mod logbook;
pub mod now;
pub mod observe;
pub mod packs;
pub mod portal;
pub mod provider;
pub mod providers;
pub mod register;
pub mod rule;
pub mod sheet;
pub mod site_report;
pub mod systems;
pub mod today;
pub mod trouble;
pub mod visits;
