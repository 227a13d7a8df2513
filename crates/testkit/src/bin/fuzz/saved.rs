//! A backup that somebody had in hand: each of its files in turn is replaced by a spoilt one, and looking at it says
//! so. The first byte of an input chooses the file.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use plantgate_store::{Stop, backup, keyring::Keyring};

use crate::doors::inside;

/// A backup of a plant, the keyring it was made with, and its files with what they hold.
struct Saved {
    folder: PathBuf,
    keyring: Keyring,
    files: Vec<(PathBuf, Vec<u8>)>,
}

static SAVED: LazyLock<Saved> = LazyLock::new(|| {
    inside(|house| {
        let world = &house.demo.world;
        let folder = world.folder.join("saved");
        house.runtime.block_on(backup::make(world.app.store(), &folder)).unwrap();
        let keyring = Keyring::open(&world.folder.join("keyring"), &world.folder.join("keyring.key")).unwrap();
        let mut files = files(&folder);
        files.sort();
        Saved { folder, keyring, files }
    })
});

/// Files of the folder itself; evidence lies one deeper and is bytes that nobody parses.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let all = fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).filter(|f| f.is_file());
    all.map(|f| (f.clone(), fs::read(f).unwrap())).collect()
}

pub fn parts() -> Vec<Vec<u8>> {
    let all = (0_u8..).zip(&SAVED.files);
    // A long file begins like a short one, and a spoilt short one takes no time.
    all.map(|(n, (_, bytes))| [&[n], bytes.get(..20_000).unwrap_or(bytes)].concat()).collect()
}

pub fn saved_of(input: &[u8]) -> String {
    let Some((which, bytes)) = input.split_first() else { return "nothing".to_owned() };
    let saved = &*SAVED;
    let (file, whole) = &saved.files[usize::from(*which) % saved.files.len()];
    fs::write(file, bytes).unwrap();
    let checked = backup::check(&saved.folder, &saved.keyring);
    fs::write(file, whole).unwrap();
    match checked {
        Ok(_) => {
            assert_eq!(bytes, &whole[..], "a backup proves every byte of its files");
            "whole".to_owned()
        }
        Err(Stop::Invalid(all)) => super::targets::ids(&all),
        Err(stop) => panic!("a fault of ours: {stop:?}"),
    }
}
