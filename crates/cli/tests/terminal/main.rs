//! The command line as people type it: the real binary on data directories of its own.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops at once")]

mod alone;
mod backup;
mod commands;
mod cosigners;
mod folder;
mod full;
mod gateway;
mod jump;
mod large;
mod netbox_loop;
mod packs;
mod qualify_install;
mod release;
mod sheet;
mod strangers;
mod turns;
mod upgrade;
mod verify;
