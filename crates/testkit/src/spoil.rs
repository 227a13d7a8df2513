//! How inputs are spoilt: bits, bytes, stretches, numbers at their edges, pieces of other inputs.

/// A generator of its own, so that a run is told by its seed (xorshift64*).
pub struct Dice(pub u64);

impl Dice {
    /// The next number.
    #[expect(clippy::should_implement_trait, reason = "no iterator: it never ends")]
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    /// Below a bound; 0 where there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { usize::try_from(self.next() >> 33).unwrap_or(0) % bound }
    }
}

/// What breaks readers: edges of numbers, quotes, nesting, formulas, times, text that is none.
const TOKENS: &[&[u8]] = &[
    b"0",
    b"-1",
    b"9007199254740993",
    b"18446744073709551616",
    b"1e999",
    b"-0",
    b"NaN",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b"[[[[[[[[",
    b"null",
    b"true",
    b",",
    b";",
    b"\t",
    b"\r\n",
    b"\n\n",
    b"=",
    b"==",
    b"=cmd|'/c'!A0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc3\x28",
    b"\xe2\x80\x94 ",
    b"\0",
    b"2026-02-30",
    b"2026-10-25T02:30:00",
    b"Europe/Berlin",
    b"../",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"a\xcc\x88",
    b"\xf0\x9f\x92\xa9",
];
/// Longest input made.
const LONGEST: usize = 64 * 1024;

/// One input of the corpus after one to five changes.
pub fn spoilt(dice: &mut Dice, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut input = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(5) {
        change(dice, &mut input, corpus);
    }
    input.truncate(LONGEST);
    input
}

fn change(dice: &mut Dice, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let at = dice.below(input.len());
    let to = (at + 1 + dice.below(64)).min(input.len());
    match dice.below(8) {
        0 if !input.is_empty() => input[at] ^= 1 << dice.below(8),
        1 if !input.is_empty() => input[at] = dice.next().to_le_bytes()[0],
        2 => drop(input.drain(at..to)),
        3 => {
            let stretch = input.get(at..to).unwrap_or_default().to_vec();
            let place = dice.below(input.len() + 1);
            input.splice(place..place, stretch);
        }
        4 => {
            let token = TOKENS[dice.below(TOKENS.len())];
            input.splice(at..at, token.iter().copied());
        }
        5 => {
            let token = TOKENS[dice.below(TOKENS.len())];
            input.splice(at..to, token.iter().copied());
        }
        6 => {
            let other = &corpus[dice.below(corpus.len())];
            let from = dice.below(other.len());
            let until = (from + 1 + dice.below(200)).min(other.len());
            input.splice(at..to, other.get(from..until).unwrap_or_default().iter().copied());
        }
        _ => input.truncate(at),
    }
}
