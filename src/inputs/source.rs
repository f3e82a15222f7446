//! How input files come in: from the plant file's folder or from the data shipped inside the program.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::folder::Folder;

/// Names that begin so mean data shipped inside the program: `pvess:weather/phoenix.csv`.
pub const SHIPPED: &str = "pvess:";

/// A file that was read, for the record of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// The name as written in the plant file.
    pub name: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Its size, bytes.
    pub bytes: u64,
}

/// Where input files are found, and which were read.
pub struct Files<'a> {
    folder: Folder,
    shipped: &'a dyn Fn(&str) -> Option<&'static [u8]>,
    records: RefCell<Vec<FileRecord>>,
}

impl FileRecord {
    /// The record of a file's bytes.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        Self { name: name.to_owned(), sha256: sha256(bytes), bytes: bytes.len() as u64 }
    }
}

impl<'a> Files<'a> {
    /// `base_dir` is the plant file's folder (none: the current one); `shipped` finds data inside the program by the
    /// name behind `pvess:`.
    pub fn new(base_dir: Option<&Path>, shipped: &'a dyn Fn(&str) -> Option<&'static [u8]>) -> Self {
        Self::within(base_dir.into(), shipped)
    }

    /// As [`Files::new`], with the files of any folder.
    pub fn within(folder: Folder, shipped: &'a dyn Fn(&str) -> Option<&'static [u8]>) -> Self {
        Self { folder, shipped, records: RefCell::default() }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// Says what is wrong: no such file, a folder, unreadable, empty, or not UTF-8 with the line and byte.
    pub fn read(&self, name: &str) -> Result<Cow<'static, str>, String> {
        let bytes = match name.strip_prefix(SHIPPED) {
            Some(inner) => (self.shipped)(inner).map(Cow::Borrowed).ok_or_else(|| no_shipped(inner))?,
            None if name.trim().is_empty() => return Err("no file is named".to_owned()),
            None => self.folder.read(name)?,
        };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(format!("{name}: the file is empty"));
        }
        let text = match bytes {
            Cow::Borrowed(bytes) => {
                Cow::Borrowed(std::str::from_utf8(bytes).map_err(|e| format!("{name}: {}", not_utf8(bytes, e)))?)
            }
            Cow::Owned(bytes) => Cow::Owned(
                String::from_utf8(bytes).map_err(|e| format!("{name}: {}", not_utf8(e.as_bytes(), e.utf8_error())))?,
            ),
        };
        self.record(name, text.as_bytes());
        Ok(text)
    }

    /// Every file read so far, each once, in the order of reading.
    pub fn records(&self) -> Vec<FileRecord> {
        self.records.borrow().clone()
    }

    fn record(&self, name: &str, bytes: &[u8]) {
        let mut records = self.records.borrow_mut();
        if records.iter().any(|r| r.name == name) {
            return;
        }
        records.push(FileRecord::of(name, bytes));
    }
}

/// SHA-256 of bytes, lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let written = write!(text, "{byte:02x}");
        debug_assert!(written.is_ok(), "writing to a string does not fail");
    }
    text
}

fn no_shipped(inner: &str) -> String {
    format!(
        "no data named `{inner}` are shipped with pvess (`pvess library list data` names them); a name without `{SHIPPED}` \
         is a file beside the plant file"
    )
}

fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> String {
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return "the file is UTF-16; save it as UTF-8".to_owned();
    }
    let at = error.valid_up_to();
    let line = bytes[..at].split(|b| *b == b'\n').count();
    format!("the file is not UTF-8 text: byte 0x{:02x} at offset {at}, line {line}; save it as UTF-8", bytes[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(name: &str) -> Option<&'static [u8]> {
        (name == "weather/a.csv").then_some(b"abc")
    }

    #[test]
    fn files_come_from_the_folder_and_from_the_program_and_are_recorded_once() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.csv"), "time\n").unwrap();
        let files = Files::new(Some(dir.path()), &shipped);
        assert_eq!(files.read("a.csv").unwrap(), "time\n");
        assert_eq!(files.read("pvess:weather/a.csv").unwrap(), "abc");
        files.read("a.csv").unwrap();
        let records = files.records();
        assert_eq!(records.len(), 2);
        assert_eq!((records[0].name.as_str(), records[0].bytes), ("a.csv", 5));
        // The standard's own example: SHA-256 of "abc".
        assert_eq!(records[1].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
        put("weather.csv", b"x");
        put("none.txt", b" \n");
        put("latin.csv", b"name\nM\xfcnchen\n");
        put("wide.csv", b"\xff\xfet\0");
        let files = Files::new(Some(dir.path()), &shipped);
        let refused = |name: &str| files.read(name).unwrap_err();
        assert!(refused("wether.csv").contains("wether.csv; did you mean weather.csv"), "{}", refused("wether.csv"));
        assert!(refused("no/a.csv").contains("nor a folder"));
        assert!(refused(".").ends_with("is a folder; name a file in it"));
        assert_eq!(refused(""), "no file is named");
        assert_eq!(refused("none.txt"), "none.txt: the file is empty");
        assert_eq!(
            refused("latin.csv"),
            "latin.csv: the file is not UTF-8 text: byte 0xfc at offset 6, line 2; save it as UTF-8"
        );
        assert_eq!(refused("wide.csv"), "wide.csv: the file is UTF-16; save it as UTF-8");
        assert!(refused("pvess:b.csv").starts_with("no data named `b.csv` are shipped with pvess"));
        assert!(files.records().is_empty());
    }
}
