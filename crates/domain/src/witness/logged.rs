//! Words of the log of a session: what was done, and why something was not or has no digest. They are stored as keys,
//! so that everybody reads them in their own language.

use serde::{Deserialize, Serialize};

use crate::base::level::words;

words! {
    /// What was done with a file or a port.
    LogDid { Begun = "begun", Open = "open", OpenToWrite = "open-to-write", Setstat = "setstat", Lsetstat = "lsetstat",
             Remove = "remove", Mkdir = "mkdir", Rmdir = "rmdir", Rename = "rename", Symlink = "symlink",
             Hardlink = "hardlink", Copy = "copy", Opened = "opened", Closed = "closed" }
}
words! {
    /// Why something was refused, was not reached, or has no digest.
    LogWhy {
        PieceTwice = "piece-twice", OutOfOrder = "out-of-order", AppendedOutOfOrder = "appended-out-of-order",
        SizeSet = "size-set", WithHoles = "with-holes", Cut = "cut", ReadAndWritten = "read-and-written",
        NotAllRead = "not-all-read", NotAllAnswered = "not-all-answered", WrittenOver = "written-over",
        EndNotAnswered = "end-not-answered", PieceNotTaken = "piece-not-taken", CopiedAtSystem = "copied-at-system",
        NotKnown = "not-known", NoTransferIn = "no-transfer-in", NoCollect = "no-collect", NothingNew = "nothing-new",
        NoTerminal = "no-terminal", NotGrantedSystem = "not-granted-system", NotPinnedPort = "not-pinned-port",
        NotNow = "not-now", ForbiddenAddress = "forbidden-address", NotReached = "not-reached",
        OtherKey = "other-key", SystemClosed = "system-closed", SecretRefused = "secret-refused",
        SecretNotTried = "secret-not-tried", SecretSince = "secret-since"
    }
}
