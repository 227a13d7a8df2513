//! Commands that are the other end of a copy, and the way files go through them. An aid and no border: a shell can
//! copy, too. SFTP is no command here: it goes by the subsystem, where each file is seen.

use crate::sftp::Rights;

/// What a command needs to run; `None`: it runs by no right.
pub fn needs(command: &[u8]) -> Option<Rights> {
    let text = String::from_utf8_lossy(command);
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    match first.rsplit('/').next().unwrap_or_default() {
        "scp" => Some(scp(words)),
        "rsync" => Some(rsync(words)),
        "sftp-server" | "internal-sftp" => None,
        _ => Some(Rights { into: false, out: false }),
    }
}

/// `-t` takes files, `-f` gives them, anything else is a copy that the target itself begins.
fn scp<'w>(words: impl Iterator<Item = &'w str>) -> Rights {
    let mut needs = Rights { into: false, out: false };
    for word in words.filter(|w| w.starts_with('-') && !w.starts_with("--")) {
        needs.into |= word.contains('t');
        needs.out |= word.contains('f');
    }
    if needs.into || needs.out { needs } else { Rights { into: true, out: true } }
}

/// The far end sends where it is told that it is the sender.
fn rsync<'w>(words: impl Iterator<Item = &'w str>) -> Rights {
    let (mut server, mut sends) = (false, false);
    for word in words {
        server |= word == "--server";
        sends |= word == "--sender";
    }
    Rights { into: !server || !sends, out: !server || sends }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_end_of_a_copy_is_known_with_the_way_it_goes() {
        for (command, into, out) in [
            ("scp -t /tmp", true, false),
            ("/usr/bin/scp -r -p -t -- /tmp", true, false),
            ("scp -pf /etc/x", false, true),
            ("scp /etc/x other:/tmp", true, true),
            ("rsync --server -e.Lf . x", true, false),
            ("/usr/bin/rsync --server --sender -e.Lf . x", false, true),
            ("rsync /etc/x other:/tmp", true, true),
            ("uptime", false, false),
            ("echo scp -t", false, false),
            ("", false, false),
        ] {
            assert_eq!(needs(command.as_bytes()), Some(Rights { into, out }), "{command}");
        }
        for command in ["/usr/lib/openssh/sftp-server", "internal-sftp -R"] {
            assert_eq!(needs(command.as_bytes()), None, "{command}");
        }
    }
}
