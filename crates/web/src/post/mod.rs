//! Messages in words: one occasion said the same way on the page, in a mail and in a feed, from the record as it stands
//! and by the rights of the reader. No message says that somebody is at fault for what nobody has confirmed.

pub mod words;
