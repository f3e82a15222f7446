//! The output directory: written beside its place under a temporary name, then moved in whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The file by which an earlier result is recognized.
const MARK: &str = "run.json";
/// All files that a result may hold; a directory with any other is somebody's own.
const FILES: [&str; 14] = [
    MARK,
    "timeseries.csv",
    "timeseries.parquet",
    "summary.json",
    "monthly.csv",
    "losses.csv",
    "ev_sessions.csv",
    "export_evidence.json",
    "export_evidence.md",
    "plant.toml",
    "control.csv",
    "control-compared.csv",
    "control.json",
    "control.toml",
];

/// What stands where the output directory is to go.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    EmptyDirectory,
    EarlierResult,
    OtherDirectory,
    OtherFile,
    /// A device, a socket: never replaced.
    Special,
}

/// A directory of results on its way; dropped without [`OutputDirectory::publish`] it leaves no trace.
#[derive(Debug)]
pub struct OutputDirectory {
    /// The place as the user named it.
    shown: PathBuf,
    target: PathBuf,
    staging: PathBuf,
    found: Found,
}

impl OutputDirectory {
    /// Checks the place and makes a temporary directory beside it.
    ///
    /// # Errors
    /// A message for the user: the place is taken by something that is no result of pvess and `force` is not given, or
    /// the folder cannot be written.
    pub fn prepare(target: &Path, force: bool) -> Result<Self, String> {
        let named = target.to_owned();
        let shown = named.display();
        // Behind a link, what it leads to is looked at and replaced, not the link.
        let target = &fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let found = look_at(target);
        match found {
            Found::Special => return Err(format!("{shown}: is no ordinary file or directory; name another --out")),
            Found::OtherFile if !force => {
                return Err(format!("{shown}: a file is in the way; name another --out, or --force to replace it"));
            }
            Found::OtherDirectory
                if force && !is_result(target) && FILES.iter().any(|file| target.join(file).exists()) =>
            {
                return Err(format!(
                    "{shown}: holds a file of somebody's own that a result would overwrite, such as plant.toml; name another --out"
                ));
            }
            Found::OtherDirectory if !force => {
                return Err(format!(
                    "{shown}: the directory exists and is no pvess result, or holds other files too; name another --out, \
                     or --force to put the results into it"
                ));
            }
            _ => {}
        }
        let name = target.file_name().map_or_else(|| "results".into(), |n| n.to_string_lossy().into_owned());
        let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sweep(parent, &name);
        let staging = parent.join(format!(".{name}.{}.tmp", std::process::id()));
        fs::create_dir_all(&staging).map_err(|e| format!("{shown}: cannot write there: {e}"))?;
        Ok(Self { shown: named, target: target.clone(), staging, found })
    }

    /// Writes one file of the directory.
    ///
    /// # Errors
    /// Names the file and what went wrong, such as a full disk.
    pub fn write(&self, name: &str, fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), String> {
        let written = || {
            let mut file = BufWriter::with_capacity(1 << 18, File::create(self.staging.join(name))?);
            fill(&mut file)?;
            file.flush()
        };
        written().map_err(|e| format!("{}: cannot write: {e}", self.shown.join(name).display()))
    }

    /// Moves the finished directory into its place. An earlier result there is replaced whole; with `force`, files go
    /// into another existing directory one by one and leave what else it holds.
    ///
    /// # Errors
    /// What the file system refused; an earlier result is then still in its place.
    pub fn publish(self) -> Result<PathBuf, String> {
        let moved = match self.found {
            Found::Nothing => fs::rename(&self.staging, &self.target),
            // Replaced whole, the directory in which the user stands would be gone.
            Found::EarlierResult if std::env::current_dir().is_ok_and(|here| here == self.target) => self.move_into(),
            Found::EarlierResult => self.replace(),
            Found::OtherDirectory | Found::EmptyDirectory => self.move_into(),
            Found::OtherFile => fs::remove_file(&self.target).and_then(|()| fs::rename(&self.staging, &self.target)),
            Found::Special => Err(io::Error::other("is no ordinary file or directory")),
        };
        moved.map_err(|e| format!("{}: cannot put the results there: {e}", self.shown.display()))?;
        Ok(self.shown.clone())
    }

    fn replace(&self) -> io::Result<()> {
        let aside = self.staging.with_extension("old");
        fs::rename(&self.target, &aside)?;
        if let Err(e) = fs::rename(&self.staging, &self.target) {
            fs::rename(&aside, &self.target)?;
            return Err(e);
        }
        fs::remove_dir_all(aside)
    }

    fn move_into(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.staging)? {
            let entry = entry?;
            fs::rename(entry.path(), self.target.join(entry.file_name()))?;
        }
        Ok(())
    }
}

impl Drop for OutputDirectory {
    fn drop(&mut self) {
        // After publishing there is nothing left; after a failure a leftover is no more than untidy.
        let _ = fs::remove_dir_all(&self.staging);
    }
}

fn is_result(target: &Path) -> bool {
    fs::read_to_string(target.join(MARK)).is_ok_and(|text| text.contains("\"pvess_version\""))
}

/// Takes away what runs that were killed left beside a target: temporary directories of processes that are no more.
fn sweep(parent: &Path, name: &str) {
    let is_left = |entry: &fs::DirEntry| {
        let file_name = entry.file_name();
        let pid = file_name.to_str()?.strip_prefix(&format!(".{name}."))?.strip_suffix(".tmp")?.parse::<u32>().ok()?;
        let can_tell = Path::new("/proc/self").exists();
        (can_tell && !Path::new("/proc").join(pid.to_string()).exists()).then_some(())
    };
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if is_left(&entry).is_some() {
            // What cannot be taken away is no more than untidy.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn look_at(target: &Path) -> Found {
    let Ok(entries) = fs::read_dir(target) else {
        return match fs::metadata(target) {
            Ok(meta) if meta.is_file() => Found::OtherFile,
            Ok(meta) if meta.is_dir() => Found::OtherDirectory,
            Ok(_) => Found::Special,
            // A link that leads nowhere.
            Err(_) if target.is_symlink() => Found::Special,
            Err(_) => Found::Nothing,
        };
    };
    let names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    let all_ours = names.iter().all(|name| FILES.iter().any(|ours| name.as_os_str() == *ours));
    match names.as_slice() {
        [] => Found::EmptyDirectory,
        _ if all_ours && is_result(target) => Found::EarlierResult,
        _ => Found::OtherDirectory,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(target: &Path, text: &str, force: bool) -> Result<PathBuf, String> {
        let out = OutputDirectory::prepare(target, force)?;
        out.write(MARK, |f| write!(f, "{{\"pvess_version\": \"{text}\"}}"))?;
        out.publish()
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn an_earlier_result_is_replaced_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("deep/plant");
        put(&target, "1", false).unwrap();
        fs::write(target.join("timeseries.parquet"), "x").unwrap();
        put(&target, "2", false).unwrap();
        assert_eq!(names(&target), [MARK]);
        assert!(fs::read_to_string(target.join(MARK)).unwrap().contains('2'));
        assert_eq!(names(target.parent().unwrap()), ["plant"]);
    }

    #[test]
    fn a_result_that_somebody_put_a_file_into_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("plant");
        put(&target, "1", false).unwrap();
        fs::write(target.join("notes.txt"), "x").unwrap();
        assert!(put(&target, "2", false).unwrap_err().contains("holds other files too"));
        put(&target, "2", true).unwrap();
        assert_eq!(names(&target), ["notes.txt", MARK]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_stays_and_a_device_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        put(&dir.path().join("real"), "1", false).unwrap();
        std::os::unix::fs::symlink(dir.path().join("real"), dir.path().join("link")).unwrap();
        put(&dir.path().join("link"), "2", false).unwrap();
        assert!(fs::read_to_string(dir.path().join("real").join(MARK)).unwrap().contains('2'));
        assert!(dir.path().join("link").is_symlink());
        let socket = dir.path().join("socket");
        let _kept = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(put(&socket, "1", true).unwrap_err().contains("is no ordinary file"));
        assert!(socket.exists());
    }

    #[test]
    fn a_project_folder_is_not_overwritten_even_with_force() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("plant.toml"), "name = \"mine\"").unwrap();
        assert!(put(dir.path(), "1", true).unwrap_err().contains("would overwrite"));
        assert_eq!(fs::read_to_string(dir.path().join("plant.toml")).unwrap(), "name = \"mine\"");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_killed_run_left_is_taken_away_by_the_next_one() {
        let dir = tempfile::tempdir().unwrap();
        // No process has this number: it is above the kernel's largest.
        fs::create_dir(dir.path().join(".plant.4999999.tmp")).unwrap();
        put(&dir.path().join("plant"), "1", false).unwrap();
        assert_eq!(names(dir.path()), ["plant"]);
    }

    #[test]
    fn an_empty_directory_is_filled() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "1", false).unwrap();
        assert_eq!(names(dir.path()), [MARK]);
    }

    #[test]
    fn another_directory_is_refused_and_with_force_keeps_its_files() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("mine");
        fs::create_dir(&target).unwrap();
        fs::write(target.join("thesis.txt"), "x").unwrap();
        assert!(put(&target, "1", false).unwrap_err().contains("is no pvess result"));
        put(&target, "1", true).unwrap();
        assert_eq!(names(&target), [MARK, "thesis.txt"]);
        assert_eq!(names(dir.path()), ["mine"]);
    }

    #[test]
    fn a_file_in_the_way_is_refused_without_force() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("file");
        fs::write(&target, "x").unwrap();
        assert!(put(&target, "1", false).unwrap_err().contains("a file is in the way"));
        put(&target, "1", true).unwrap();
        assert_eq!(names(&target), [MARK]);
    }

    #[test]
    fn a_run_that_fails_leaves_the_earlier_result_and_no_half_file() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("plant");
        put(&target, "1", false).unwrap();
        let out = OutputDirectory::prepare(&target, false).unwrap();
        let failed = out.write("half.csv", |f| {
            f.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().contains("disk full"));
        drop(out);
        assert_eq!(names(&target), [MARK]);
        assert_eq!(names(dir.path()), ["plant"]);
    }
}
