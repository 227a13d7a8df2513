//! What stands beside a stock sshd and asks the core: who comes in (`ssh-principals`), which certificates are revoked
//! (`ssh-krl`), whom a person ended (`ssh-disconnect`). None of them opens data of a plant; all fail closed.

pub mod disconnect;
mod files;
pub mod krl;
pub mod line;
mod notes;
pub mod principals;
pub mod syslog;
