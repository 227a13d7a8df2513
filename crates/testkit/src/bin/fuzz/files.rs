//! SFTP as the gateway reads it between two strangers: the first two bytes of an input say how many of the rest are the
//! client's, and the target's follow. However the bytes are cut, the same comes of them.

use plantgate_gateway::{
    authority::Rights,
    sftp::{Bounds, Filter, Out, Says},
};

const BOUNDS: Bounds = Bounds { packet: 65_536, flight: 16, open: 4, room: 4_096 };

fn packet(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [length.as_slice(), body].concat()
}

fn put(up: &[Vec<u8>], down: &[Vec<u8>]) -> Vec<u8> {
    let (up, down) = (up.concat(), down.concat());
    let length = u16::try_from(up.len()).unwrap().to_be_bytes();
    [length.as_slice(), &up, &down].concat()
}

/// A file that comes in, and one that goes out.
pub fn transfers() -> Vec<Vec<u8>> {
    let hello = (packet(b"\x01\0\0\0\x03"), packet(b"\x02\0\0\0\x03\0\0\0\x09copy-data\0\0\0\x011"));
    let handle = packet(b"\x66\0\0\0\x01\0\0\0\x01h");
    let (close, ok) = (packet(b"\x04\0\0\0\x03\0\0\0\x01h"), |id: u8| packet(&[101, 0, 0, 0, id, 0, 0, 0, 0]));
    let into = packet(b"\x03\0\0\0\x01\0\0\0\x02/a\0\0\0\x1a\0\0\0\0");
    let out = packet(b"\x03\0\0\0\x01\0\0\0\x02/a\0\0\0\x01\0\0\0\0");
    let write = packet(b"\x06\0\0\0\x02\0\0\0\x01h\0\0\0\0\0\0\0\0\0\0\0\x02hi");
    let read = packet(b"\x05\0\0\0\x02\0\0\0\x01h\0\0\0\0\0\0\0\0\0\0\x80\0");
    let data = packet(b"\x67\0\0\0\x02\0\0\0\x02hi");
    let (greets, greeted) = hello;
    // All of the client comes first here, so what needs a handle is answered by the filter itself.
    vec![
        put(&[greets.clone(), into, write, close.clone()], &[greeted.clone(), handle.clone(), ok(2), ok(3)]),
        put(&[greets, out, read, close], &[greeted, handle, data, ok(3)]),
    ]
}

fn goes(up: &[u8], down: &[u8], cut: usize) -> (Out, Vec<String>) {
    let mut filter = Filter::new(Rights { into: true, out: true }, BOUNDS, Says::default());
    let mut all = Out::default();
    let mut whole = |one: Out| {
        all.on.extend(one.on);
        all.back.extend(one.back);
        all.log.extend(one.log);
        all.broken = all.broken.or(one.broken);
    };
    up.chunks(cut).for_each(|piece| whole(filter.up(piece, true)));
    down.chunks(cut).for_each(|piece| whole(filter.down(piece)));
    let left = filter.ends().iter().map(ToString::to_string).collect();
    (all, left)
}

/// Goes by.
pub fn sftp_of(input: &[u8]) -> String {
    let Some((length, rest)) = input.split_first_chunk::<2>() else { return "nothing".to_owned() };
    let (up, down) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
    let whole = goes(up, down, usize::MAX);
    assert_eq!(whole, goes(up, down, 7), "cut otherwise");
    let (out, left) = whole;
    format!("{:?} {} {} {}", out.broken, out.log.len().min(4), left.len().min(4), !out.back.is_empty())
}
