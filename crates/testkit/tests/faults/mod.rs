//! What Plantgate stands on fails, on both engines: the evidence store, the disks, the database, the line between, a
//! client that dawdles, a process that is killed. Each is told in words of its own, nothing is half done, what does not
//! need the broken part goes on, and everything goes on by itself when it is whole again.

mod bucket;
mod clients;
mod database;
mod disk;
mod ground;
mod kills;
mod long;
mod nodes;
mod parsers;
mod tls;
