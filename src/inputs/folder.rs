//! Where the files named in a plant file are: a folder on the disk, or one inside the program.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use include_dir::Dir;

use crate::keys::nearest;

/// A folder whose files are read by name.
#[derive(Debug, Clone, PartialEq)]
pub enum Folder {
    /// On the disk; an empty path is the current folder.
    Disk(PathBuf),
    /// Inside the program.
    Shipped(&'static Dir<'static>),
}

impl From<Option<&Path>> for Folder {
    fn from(path: Option<&Path>) -> Self {
        Self::Disk(path.unwrap_or(Path::new("")).to_owned())
    }
}

impl Folder {
    /// The bytes of a file; a name may be a path from this folder on.
    ///
    /// # Errors
    /// Says what is wrong: no such file (with one of a similar name), a folder, or unreadable.
    pub fn read(&self, name: &str) -> Result<Cow<'static, [u8]>, String> {
        match self {
            Self::Disk(folder) => read_disk(&folder.join(name)).map(Cow::Owned),
            Self::Shipped(folder) => match folder.get_file(folder.path().join(name)) {
                Some(file) => Ok(Cow::Borrowed(file.contents())),
                None => Err(format!("there is no file {name} in the shipped folder {}", folder.path().display())),
            },
        }
    }

    /// The full path of a file on the disk; none for a shipped folder.
    pub fn full_path(&self, name: &str) -> Option<PathBuf> {
        match self {
            Self::Disk(folder) => std::path::absolute(folder.join(name)).ok(),
            Self::Shipped(_) => None,
        }
    }

    /// Whether a file of this name is there.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Disk(folder) => folder.join(name).is_file(),
            Self::Shipped(folder) => folder.get_file(folder.path().join(name)).is_some(),
        }
    }
}

fn read_disk(path: &Path) -> Result<Vec<u8>, String> {
    if path.is_dir() {
        return Err(format!("{} is a folder; name a file in it", path.display()));
    }
    std::fs::read(path).map_err(|e| match e.kind() {
        ErrorKind::NotFound => format!("there is no file {}{}", path.display(), neighbor(path)),
        _ => format!("{} cannot be read: {e}", path.display()),
    })
}

/// A file in the same folder whose name is like the missing one's, as the end of a message.
fn neighbor(path: &Path) -> String {
    let (Some(folder), Some(wanted)) = (path.parent(), path.file_name()) else { return String::new() };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return format!(", nor a folder {}", folder.display());
    };
    let names: Vec<_> = entries.flatten().filter_map(|e| e.file_name().into_string().ok()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let hint = nearest(&wanted.to_string_lossy(), &names);
    if hint.starts_with("did you mean") { format!("; {hint}") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use include_dir::include_dir;

    static MODELS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/models");

    #[test]
    fn a_shipped_folder_reads_its_own_files_by_name() {
        let plants = Folder::Shipped(MODELS.get_dir("plants").unwrap());
        let text = plants.read("daggett-lgia-excess.toml").unwrap();
        assert!(std::str::from_utf8(&text).unwrap().contains("[storage"));
        assert!(plants.has("daggett-lgia-excess.toml") && !plants.has("README.md"));
        assert_eq!(plants.read("none.toml").unwrap_err(), "there is no file none.toml in the shipped folder plants");
    }
}
