//! Bytes → a file that appears whole or not at all.

use super::output::Stop;
use std::fs;
use std::io::Write;
use std::path::Path;

/// What becomes of a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// It stays and saving is refused.
    Refuse,
    /// It is replaced.
    Replace,
}

/// Whether a file could be saved at `path` as far as can be told beforehand: before hours of simulating.
pub(super) fn check(path: &Path, existing: Existing) -> Result<(), Stop> {
    let name = path.display();
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => return Err(Stop::bad_input(format!("{name} is a folder"))),
        Ok(found) if !found.is_file() && !found.is_symlink() => {
            return Err(Stop::bad_input(format!("{name} is a device, pipe or socket, not a regular file")));
        }
        Ok(_) if existing == Existing::Refuse => return Err(exists(path)),
        _ => {}
    }
    let folder = folder(path);
    if !folder.is_dir() {
        return Err(Stop::bad_input(format!("{name}: there is no folder {}", folder.display())));
    }
    temporary(path).map(drop)
}

/// Writes a temporary file in the same folder, forces it to disk, and renames it.
pub(super) fn save(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), Stop> {
    check(path, existing)?;
    let cannot =
        |error: &std::io::Error| Stop::failed(format!("{} cannot be written: {error}", path.display()));
    let mut file = temporary(path)?;
    let written = file.as_file_mut().write_all(bytes).and_then(|()| file.as_file().sync_all());
    written.map_err(|error| cannot(&error))?;
    let persisted = match existing {
        Existing::Refuse => file.persist_noclobber(path),
        Existing::Replace => file.persist(path),
    };
    match persisted {
        Ok(_) => sync_folder(path),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => return Err(exists(path)),
        Err(error) => return Err(cannot(&error.error)),
    }
    Ok(())
}

/// Makes the new name survive a loss of power, where the system can; the file itself is safe already.
fn sync_folder(path: &Path) {
    if let Ok(folder) = fs::File::open(folder(path)) {
        let _ = folder.sync_all();
    }
}

/// A temporary file beside `path`, with the permissions of an ordinary new file.
fn temporary(path: &Path) -> Result<tempfile::NamedTempFile, Stop> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".escalade-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let made = builder.tempfile_in(folder(path));
    // The kind only: the error itself names the temporary file, which says nothing to a user.
    made.map_err(|error| Stop::bad_input(format!("{} cannot be written: {}", path.display(), error.kind())))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn exists(path: &Path) -> Stop {
    Stop::bad_input(format!("{} exists; to overwrite it, add --force", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_kept_or_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        save(&path, b"one", Existing::Refuse).unwrap();
        assert!(save(&path, b"two", Existing::Refuse).unwrap_err().message.unwrap().contains("--force"));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        save(&path, b"three", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn what_cannot_be_written_is_known_beforehand() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(folder.path(), Existing::Replace).is_err());
        assert!(check(&folder.path().join("no/a.json"), Existing::Replace).is_err());
        assert!(check(&folder.path().join("a.json"), Existing::Refuse).is_ok());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
