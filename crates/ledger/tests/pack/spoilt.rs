//! Packs spoilt at places drawn by chance and signed anew, so that nothing but the format itself can refuse them:
//! some are sound all the same, and the two verifiers must think the same of every one. Chance is a sequence with a
//! fixed start, so that a difference is found again.

use plantgate_ledger::{SecretKey, pack::names};

use crate::{forged, given};

/// Numbers by xorshift.
struct Chance(u64);
impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most.max(1) as u64).unwrap()
    }
}

/// One change of some bytes: a bit, a byte put in, one taken out, cut, doubled, a byte of meaning in its place.
fn spoil(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let at = chance.below(out.len());
    let odd = b"\x00\n\r\t \"\\{}[]:,0aA-.+/=\x7f\xc2\xff";
    match chance.below(6) {
        0 if !out.is_empty() => out[at] ^= 1 << chance.below(8),
        1 => out.insert(at, odd[chance.below(odd.len())]),
        2 if !out.is_empty() => drop(out.remove(at)),
        3 => out.truncate(at),
        4 => out.extend_from_slice(&bytes[at..]),
        _ if !out.is_empty() => out[at] = odd[chance.below(odd.len())],
        _ => out.push(b'x'),
    }
    out
}

/// A name as the format has them, or nearly.
fn name(chance: &mut Chance) -> String {
    let folders = ["", "entries/", "proofs/", "keys/", "private/", "blobs/", "state/", "more/"];
    let middles = ["000000000000", "000000000001", "0", "00000000000a", "thing", "x", "9999999999999", "report"];
    let endings = ["", ".json", ".tlog-proof", ".note", ".ndjson", ".html", ".exe", ".json.json"];
    let mut pick = |of: [&'static str; 8]| of[chance.below(8)];
    pick(folders).to_owned() + pick(middles) + pick(endings)
}

/// So many packs of every shape.
pub fn cases(many: usize) -> Vec<(String, Vec<u8>)> {
    let mut chance = Chance(0x5eed_2026);
    let handed = given::spanning(&given::next_key(), None, [(given::HANDED, given::handed_over().1)].into());
    let wholes: [(&str, Vec<u8>, SecretKey); 4] = [
        ("selection", given::selection(), given::key()),
        ("range", given::ranged((0, 13), &[1, 4, 6, 9, 11]), given::key()),
        ("cosigned", given::cosigned(), given::key()),
        ("handed", handed, given::next_key()),
    ];
    let own = [names::MANIFEST, names::NOTE, names::VERIFIER];
    let mut all = Vec::new();
    for n in 0..many {
        let (shape, pack, key) = &wholes[n % wholes.len()];
        let mut files = forged::files(pack);
        let others: Vec<String> = files.keys().filter(|name| !own.contains(&name.as_str())).cloned().collect();
        let chosen = others[chance.below(others.len())].clone();
        let what = match chance.below(8) {
            0 => {
                let added = name(&mut chance);
                files.insert(added.clone(), given::body(0));
                format!("{added} added")
            }
            1 => {
                files.remove(&chosen);
                format!("{chosen} dropped")
            }
            2 => {
                let other = files[&others[chance.below(others.len())]].clone();
                files.insert(chosen.clone(), other);
                format!("{chosen} is another")
            }
            _ => {
                let bytes = spoil(&files[&chosen], &mut chance);
                files.insert(chosen.clone(), bytes);
                format!("{chosen} spoilt")
            }
        };
        all.push((format!("{n} {shape}: {what}"), forged::signed(files, key, |_| ())));
    }
    all
}
