//! A backup is a folder that either engine can be restored from: entries as their exact bytes, what stands beside them,
//! the evidence, and a manifest with the digest of every file, signed by the log key. One snapshot, while others write.
//!
//! Names, texts, second factors and passwords' digests are sealed with the keyring, which is not in it: who finds a
//! backup alone reads none of them. A restore looks at everything before it touches anything.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use plantgate_domain::base::Why;
use plantgate_ledger::{
    Note, canon,
    tree::{Edge, Hash, leaf_hash},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    audit,
    blobs::Blobs,
    book,
    db::{Db, Tx, V},
    keyring::{Keyring, hex},
    ops::upload,
    stop::{Away, Stop},
    transfer::{self, KEPT, Kept},
    verify, witnesses,
    writer::Store,
};

/// First line of what is signed over a manifest.
const FORMAT: &str = "plantgate-backup/1";
const MANIFEST: &str = "manifest.json";
const NOTE: &str = "manifest.note";
const ENTRIES: &str = "entries.jsonl";
/// What a backup's folder is called at its end until it is whole.
const UNFINISHED: &str = "unfinished";
/// Bytes of rows that are sealed together.
const CHUNK: usize = 256 * 1024;
/// Largest sealed line read, its digits included; a row is at most some kilobytes.
const LINE_MAX: u64 = 4 * 1024 * 1024;
/// Largest manifest.
const MANIFEST_MAX: usize = 256 * 1024 * 1024;

/// What a backup holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Pieces of evidence that entries name and that were not there.
    pub absent: Vec<String>,
    /// Pieces of evidence whose bytes are not the ones that entries name: left out, so that one of them never keeps
    /// the record itself from being saved.
    #[serde(default)]
    pub damaged: Vec<String>,
    /// Every other file, in order of path.
    pub files: Vec<Part>,
    pub format: String,
    pub origin: String,
    pub root: Hash,
    pub size: u64,
    pub software: String,
}

/// A file of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub bytes: u64,
    pub path: String,
    pub sha256: String,
}

impl Manifest {
    /// Pieces of evidence in it.
    pub fn evidence(&self) -> usize {
        self.files.iter().filter(|f| f.path.starts_with("blobs/")).count()
    }
}

// What a person should know of a file that cannot be used.
fn changed_file(file: &str) -> Stop {
    Stop::field("backup", Why::of("invalid-backup-changed").with("file", file))
}
fn keyring_file(file: &str) -> Stop {
    Stop::field("backup", Why::of("invalid-backup-keyring").with("file", file))
}
fn missing_file(file: &str) -> Stop {
    Stop::field("backup", Why::of("invalid-backup-missing").with("file", file))
}
fn sealed_file(file: &str) -> Stop {
    Stop::field("backup", Why::of("invalid-backup-sealed").with("file", file))
}

/// A file that counts and hashes what is written.
struct Out {
    file: BufWriter<File>,
    sha: Sha256,
    bytes: u64,
    path: String,
    /// Where it is, to say so.
    shown: PathBuf,
}

impl Out {
    fn new(folder: &Path, path: &str) -> Result<Out, Stop> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let shown = folder.join(path);
        let file = options.open(&shown).map_err(|e| unwritten(&shown, &e))?;
        Ok(Out { file: BufWriter::new(file), sha: Sha256::new(), bytes: 0, path: path.to_owned(), shown })
    }
    fn put(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.sha.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|e| unwritten(&self.shown, &e))
    }
    fn done(mut self) -> Result<Part, Stop> {
        let flushed = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        flushed.map_err(|e| unwritten(&self.shown, &e))?;
        Ok(Part { bytes: self.bytes, sha256: hex(&self.sha.finalize()), path: self.path })
    }
}

fn unwritten(file: &Path, e: &std::io::Error) -> Stop {
    Stop::unwritten("folder", file, e)
}

/// Makes the names in a folder durable, so that a power cut does not take them back.
fn settle(folder: &Path) -> Result<(), Stop> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| unwritten(folder, &e))
}

/// Writes a backup into a new folder. It has its name only when it is whole.
pub async fn make(store: &Store, folder: &Path) -> Result<Manifest, Stop> {
    if folder.exists() {
        let shown = folder.display().to_string();
        return Err(Stop::field("folder", Why::of("invalid-backup-folder").with("folder", shown)));
    }
    // A name of its own: two at a time never write into each other's, and nothing that lies there is taken away.
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let mut own = [0; 16];
    getrandom::fill(&mut own).map_err(Stop::fault)?;
    let aside = folder.with_file_name(format!("{name}.{}.{UNFINISHED}", hex(&own)));
    fs::create_dir_all(aside.join("blobs")).map_err(|e| unwritten(&aside, &e))?;
    #[cfg(unix)]
    fs::set_permissions(&aside, std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .map_err(|e| unwritten(&aside, &e))?;
    let made = write(store, &aside).await.and_then(|manifest| {
        settle(&aside.join("blobs"))?;
        settle(&aside)?;
        fs::rename(&aside, folder).map_err(|e| unwritten(folder, &e))?;
        Ok(manifest)
    });
    let manifest = made.inspect_err(|_| {
        let _unfinished = fs::remove_dir_all(&aside);
    })?;
    settle(beside(folder))?;
    Ok(manifest)
}

/// The folder it stands in.
fn beside(folder: &Path) -> &Path {
    folder.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Folders beside it that another backup of this name is writing, or left when it was killed.
pub fn unfinished(folder: &Path) -> Vec<PathBuf> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let all = fs::read_dir(beside(folder)).into_iter().flatten().flatten().map(|f| f.path());
    let ours = |path: &PathBuf| {
        let at = path.file_name().unwrap_or_default().to_string_lossy();
        at.strip_prefix(&name).is_some_and(|rest| rest.starts_with('.')) && at.ends_with(UNFINISHED)
    };
    let mut all: Vec<PathBuf> = all.filter(ours).collect();
    all.sort();
    all
}

async fn write(store: &Store, folder: &Path) -> Result<Manifest, Stop> {
    let mut tx = store.db().read().await?;
    let head = book::head(&mut tx).await?.edge;
    let policy = witnesses::policy(&mut tx, store.keyring()).await?;
    let (entries, evidence) = entries(&mut tx, folder).await?;
    let mut files = vec![entries];
    for table in KEPT {
        files.push(rows(&mut tx, table, folder, store.keyring()).await?);
    }
    // Evidence never changes: the snapshot need not wait for it. A recording whose time is over meanwhile is absent.
    drop(tx);
    let (mut absent, mut damaged) = (Vec::new(), Vec::new());
    for sha256 in evidence {
        match store.blobs().read(&sha256).await {
            Ok(bytes) => files.push(copy(&bytes, &sha256, folder)?),
            Err(Stop::NotFound) => absent.push(sha256),
            Err(Stop::Away(Away::EvidenceOther)) => damaged.push(sha256),
            Err(stop) => return Err(stop),
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = Manifest {
        absent,
        damaged,
        files,
        format: FORMAT.to_owned(),
        origin: policy.origin.clone(),
        root: head.root(),
        size: head.size(),
        software: book::SOFTWARE.to_owned(),
    };
    let value = serde_json::to_value(&manifest).map_err(Stop::fault)?;
    let bytes = canon::to_bytes_within(&value, MANIFEST_MAX).map_err(Stop::fault)?;
    let key = policy.key_at(store.keyring(), head.size())?;
    let note = Note::sign(&signed(&policy.origin, &bytes), &[&key]).map_err(Stop::fault)?;
    for (name, bytes) in [(NOTE, note.to_string().into_bytes()), (MANIFEST, bytes)] {
        let mut out = Out::new(folder, name)?;
        out.put(&bytes)?;
        out.done()?;
    }
    Ok(manifest)
}

fn signed(origin: &str, manifest: &[u8]) -> String {
    format!("{FORMAT}\n{origin}\n{}\n", Hash::of_content(manifest))
}

/// Every entry a line; the digests of the evidence they name.
async fn entries(tx: &mut Tx, folder: &Path) -> Result<(Part, BTreeSet<String>), Stop> {
    let (mut out, mut next, mut evidence) = (Out::new(folder, ENTRIES)?, 0, audit::Gathered::default());
    loop {
        let sql = "select seq, body, kind from entry where seq >= $1 and seq < $2 order by seq";
        let recs = tx.all(sql, &[V::size(next), V::size(next + 2_000)]).await?;
        if recs.is_empty() {
            return Ok((out.done()?, evidence.digests()));
        }
        for rec in recs {
            let body = rec.bytes(1)?;
            if ["item", "visit", "session"].contains(&rec.text(2)?.as_str()) {
                let read = book::read(rec.size(0)?, &body)?;
                evidence.see(read);
            }
            out.put(&body)?;
            out.put(b"\n")?;
            next += 1;
        }
    }
}

/// The rows of a table, sealed some at a time.
async fn rows(tx: &mut Tx, table: &'static Kept, folder: &Path, keyring: &Keyring) -> Result<Part, Stop> {
    let mut out = Out::new(folder, &format!("{}.sealed", table.name))?;
    let (mut last, mut chunk): (Option<Vec<V>>, Vec<u8>) = (None, Vec::new());
    loop {
        let some = transfer::some(tx, table, last.as_deref()).await?;
        for row in &some {
            chunk.extend(transfer::line(row)?);
            if chunk.len() >= CHUNK {
                out.put((keyring.seal(&std::mem::take(&mut chunk))? + "\n").as_bytes())?;
            }
        }
        match some.into_iter().next_back() {
            Some(row) => last = Some(row.into_iter().take(table.key).collect()),
            None => break,
        }
    }
    if !chunk.is_empty() {
        out.put((keyring.seal(&chunk)? + "\n").as_bytes())?;
    }
    out.done()
}

/// A piece of evidence, whose digest was looked at when it was read.
fn copy(bytes: &[u8], sha256: &str, folder: &Path) -> Result<Part, Stop> {
    let mut out = Out::new(folder, &format!("blobs/{sha256}"))?;
    out.put(bytes)?;
    out.done()
}

/// A backup that was looked at: every byte is what was signed, and everything in it can be read.
pub struct Checked {
    pub manifest: Manifest,
    folder: PathBuf,
}

/// Looks at a whole backup and changes nothing.
pub fn check(folder: &Path, keyring: &Keyring) -> Result<Checked, Stop> {
    let read = |name: &str| fs::read(folder.join(name)).map_err(|_| missing_file(name));
    let (bytes, note) = (read(MANIFEST)?, read(NOTE)?);
    let broken = || changed_file(MANIFEST);
    let value = canon::parse_strict_within(&bytes, MANIFEST_MAX).map_err(|_| broken())?;
    let manifest: Manifest = serde_json::from_value(value).map_err(|_| broken())?;
    let note = Note::parse(&note).map_err(|_| changed_file(NOTE))?;
    let keys: Vec<_> = keyring.own_keys(&manifest.origin)?.iter().map(|k| k.verifier().clone()).collect();
    if keys.is_empty() {
        return Err(keyring_file(&manifest.origin));
    }
    if note.text() != signed(&manifest.origin, &bytes) || note.verify(&keys).is_err() || manifest.format != FORMAT {
        return Err(broken());
    }
    for part in &manifest.files {
        whole(folder, part)?;
    }
    let listed: BTreeSet<String> = manifest.files.iter().map(|p| p.path.clone()).collect();
    let tables = KEPT.iter().map(|t| format!("{}.sealed", t.name));
    if let Some(missing) = tables.chain([ENTRIES.to_owned()]).find(|name| !listed.contains(name)) {
        return Err(missing_file(&missing));
    }
    tree(folder, &manifest)?;
    for table in KEPT {
        let mut sealed = Sealed::open(folder, table, keyring)?;
        while sealed.some()?.is_some() {}
    }
    Ok(Checked { manifest, folder: folder.to_owned() })
}

/// That a file is the one that was signed. Its name is one of ours: a manifest names no path elsewhere.
fn whole(folder: &Path, part: &Part) -> Result<(), Stop> {
    let (head, tail) = part.path.split_once('/').unwrap_or(("", &part.path));
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    if !["", "blobs"].contains(&head) || tail.is_empty() || tail.starts_with('.') || !tail.chars().all(plain) {
        return Err(changed_file(&part.path));
    }
    let mut file = File::open(folder.join(&part.path)).map_err(|_| missing_file(&part.path))?;
    let (mut sha, mut bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; 64 * 1_024]);
    loop {
        let n = file.read(&mut buffer).map_err(Stop::fault)?;
        let Some(some) = buffer.get(..n).filter(|b| !b.is_empty()) else { break };
        sha.update(some);
        bytes += some.len() as u64;
    }
    let same = bytes == part.bytes && hex(&sha.finalize()) == part.sha256;
    if same { Ok(()) } else { Err(changed_file(&part.path)) }
}

/// That the entries are those of the head, and that this binary knows every one.
fn tree(folder: &Path, manifest: &Manifest) -> Result<(), Stop> {
    let mut edge = Edge::new();
    for line in open(folder, ENTRIES)?.split(b'\n') {
        let body = line.map_err(Stop::fault)?;
        book::read(edge.size(), &body)?;
        edge.push(leaf_hash(&body));
    }
    let same = edge.size() == manifest.size && edge.root() == manifest.root;
    if same { Ok(()) } else { Err(changed_file(ENTRIES)) }
}

fn open(folder: &Path, name: &str) -> Result<BufReader<File>, Stop> {
    File::open(folder.join(name)).map(BufReader::new).map_err(|_| missing_file(name))
}

/// The sealed rows of a table, opened some at a time.
struct Sealed<'k> {
    file: BufReader<File>,
    name: String,
    table: &'static Kept,
    keyring: &'k Keyring,
}

impl<'k> Sealed<'k> {
    fn open(folder: &Path, table: &'static Kept, keyring: &'k Keyring) -> Result<Sealed<'k>, Stop> {
        let name = format!("{}.sealed", table.name);
        Ok(Sealed { file: open(folder, &name)?, name, table, keyring })
    }
    fn some(&mut self) -> Result<Option<Vec<Vec<V>>>, Stop> {
        let mut line = String::new();
        if self.file.by_ref().take(LINE_MAX).read_line(&mut line).map_err(Stop::fault)? == 0 {
            return Ok(None);
        }
        let plain = self.keyring.unseal(line.trim_end()).map_err(|_| sealed_file(&self.name))?;
        let lines = plain.split(|b| *b == b'\n').filter(|l| !l.is_empty());
        lines.map(|l| transfer::row(self.table, l)).collect::<Result<_, _>>().map(Some)
    }
}

/// Restores a backup into an empty archive of the same keyring: all of it, or nothing. Rows are folded anew, and the
/// whole record is verified before it is kept. Acts wait until two people say that it was restored: the machine it was
/// made on may still be running, and one name must not have two histories.
pub async fn restore(checked: &Checked, db: &Db, blobs: &Blobs, keyring: &Keyring) -> Result<(), Stop> {
    let evidence = || checked.manifest.files.iter().filter_map(|p| Some((p, p.path.strip_prefix("blobs/")?)));
    // Noted before anything lies under its name: a restore that ends in the middle, on a disk that is full, is given
    // again and finds what is there, or is given up, and a sweep of whatever comes here next takes it away.
    let mut tx = empty(db).await?;
    upload::announce(&mut tx, evidence().map(|(_, sha256)| sha256)).await?;
    tx.commit().await?;
    for (part, sha256) in evidence() {
        let file = tokio::fs::File::open(checked.folder.join(&part.path)).await.map_err(Stop::fault)?;
        let taken = blobs.aside(file, usize::MAX).await?;
        if part.sha256 != sha256 || taken.stored.sha256 != sha256 {
            return Err(changed_file(&part.path));
        }
        blobs.keep(taken).await?;
    }
    let mut tx = empty(db).await?;
    // From here on the record says whose they are.
    upload::withdraw(&mut tx, evidence().map(|(_, sha256)| sha256)).await?;
    transfer::import_into(&mut tx, &mut open(&checked.folder, ENTRIES)?, &mut std::io::empty()).await?;
    for table in KEPT {
        let mut sealed = Sealed::open(&checked.folder, table, keyring)?;
        while let Some(rows) = sealed.some()? {
            transfer::put(&mut tx, table, &rows).await?;
        }
    }
    transfer::mark_restored(&mut tx, &checked.manifest.origin, checked.manifest.size, checked.manifest.root).await?;
    let keys = witnesses::log_keys(&mut tx, keyring).await?;
    let found = verify::verify_with(&mut tx, true, &keys).await?;
    if let Some(damage) = found.damage.first() {
        return Err(Stop::fault(format!("a backup was restored and is not sound: {damage:?}")));
    }
    tx.commit().await
}

/// Begins a write into an archive that has no entry.
async fn empty(db: &Db) -> Result<Tx, Stop> {
    let mut tx = db.write().await?;
    if book::end(&mut tx).await?.edge.size() > 0 {
        return Err(Stop::field("data", Why::of("invalid-archive-not-empty")));
    }
    Ok(tx)
}
