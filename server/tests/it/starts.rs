//! What a server that can't start says to whoever starts it: one line, and what to do.

use std::fs::{self, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::faults::disk::{Calls, Disk};
use crate::support::{PASSWORD, command, failed, folder, furnish, run, within};

const ENOSPC: i32 = 28;

/// A user that owns nothing.
const NOBODY: u32 = 65_534;

/// The one line of a server that does not start on a data directory.
async fn refused(data: &Path, settle: impl FnOnce(&mut Command)) -> String {
    let assets = data.parent().unwrap().join("assets");
    let mut command = command(&["serve", "--data-dir", data.to_str().unwrap()]);
    command.args(["--assets", assets.to_str().unwrap()]);
    settle(&mut command);
    if !command.as_std().get_args().any(|argument| argument == "--listen") {
        command.args(["--listen", "127.0.0.1:0"]);
    }
    let output = within("the refusal", command.env("CHATHUB_LOG", "off").output()).await.unwrap();
    let line = failed(&output);
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1, "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    for debug in ["Os {", "kind:", "Some(", "Error(", "Error {"] {
        assert!(!line.contains(debug), "{line}");
    }
    line
}

/// Runs it as somebody who owns nothing, where the tests run as root.
async fn refused_to_nobody(data: &Path, arguments: &[&str]) -> String {
    let mut above = data.ancestors().map(|folder| folder.join("assets"));
    let assets = above.find(|assets| assets.exists()).unwrap();
    // What was built may stand where only its owner may go.
    let everybody = Permissions::from_mode(0o755);
    let place = tempfile::Builder::new().permissions(everybody).tempdir().unwrap();
    let binary = place.path().join("chathub");
    // By another process: a file that this one has written is busy while any test is starting a program.
    let mut copy = Command::new("install");
    copy.args(["-m", "755", env!("CARGO_BIN_EXE_chathub")]).arg(&binary);
    assert!(within("the copy", copy.status()).await.unwrap().success());
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(&binary).arg("serve");
    command
        .args(["--data-dir", data.to_str().unwrap(), "--assets", assets.to_str().unwrap()])
        .args(arguments);
    let output = within("the refusal", command.env("CHATHUB_LOG", "off").output()).await.unwrap();
    let line = failed(&output);
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1, "{output:?}");
    line
}

/// Whether the tests run as root: what root may not do can't be shown then but by being somebody else.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// SQL on a database, by another program.
async fn sql(database: &Path, statement: &str) {
    let program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()";
    let mut command = Command::new("python3");
    command.args(["-c", program, database.to_str().unwrap(), statement]);
    let output = within("SQL", command.output()).await.unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[track_caller]
fn assert_says(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[tokio::test]
async fn a_configuration_that_is_wrong_is_said_with_its_place() {
    let folder = folder();
    let (data, file) = (folder.path().join("data"), folder.path().join("chathub.toml"));
    let file_text = file.to_str().unwrap();
    for (text, place) in [
        ("# ä\nlisten = 5\n", "line 2, column 10"),
        ("listen = \"127.0.0.1:0\"\n  colour = 1\n", "line 2, column 3"),
        ("listen = \"127.0.0.1:0\nx = 1\n", "line 1, column "),
        ("[listen\n", "line 1, column "),
    ] {
        fs::write(&file, text).unwrap();
        let line = refused(&data, |command| {
            command.args(["--config", file_text]);
        })
        .await;
        assert_says(&line, &[file_text, place]);
        let line = failed(
            &run(&data, &format!("company add --login a --name A --config {file_text}"), PASSWORD).await,
        );
        assert_says(&line, &[file_text, place]);
    }
    let missing = folder.path().join("missing.toml");
    let line = refused(&data, |command| {
        command.args(["--config", missing.to_str().unwrap()]);
    })
    .await;
    assert_says(&line, &["missing.toml", "can't be read", "No such file"]);
}

#[tokio::test]
async fn a_full_disk_is_said() {
    let folder = folder();
    let data = folder.path().join("data");
    let disk = Disk::new(&data);
    disk.fail(ENOSPC, Calls::Writes, None);
    let line = refused(&data, |command| {
        command.envs(disk.environment());
    })
    .await;
    assert_says(&line, &["chathub.db", "disk is full", "ake room"]);
}

#[tokio::test]
async fn a_file_that_is_no_sound_database_of_ours_is_said_and_left_as_it_is() {
    let folder = folder();
    let data = folder.path().join("data");
    let database = data.join("chathub.db");
    fs::write(&database, "this is no database, whatever its name says\n".repeat(100)).unwrap();
    let line = refused(&data, |_| ()).await;
    assert_says(&line, &[database.to_str().unwrap(), "no database", "--data-dir", "chathub restore"]);

    fs::remove_file(&database).unwrap();
    sql(&database, "CREATE TABLE notes (text)").await;
    let line = refused(&data, |_| ()).await;
    assert_says(&line, &[database.to_str().unwrap(), "another program's", "--data-dir"]);
    sql(&database, "INSERT INTO notes VALUES ('as before')").await;

    fs::remove_file(&database).unwrap();
    furnish(&data).await;
    let sound = fs::read(&database).unwrap();
    sql(
        &database,
        "INSERT INTO _sqlx_migrations SELECT 9999, description, installed_on, success, checksum, \
                    execution_time FROM _sqlx_migrations LIMIT 1",
    )
    .await;
    let line = refused(&data, |_| ()).await;
    assert_says(&line, &["made by a newer ChatHub", "9999", "backup"]);

    fs::write(&database, sound).unwrap();
    for file in ["chathub.db-wal", "chathub.db-shm"] {
        let _ = fs::remove_file(data.join(file));
    }
    // The list of tables, behind the head.
    let file = fs::OpenOptions::new().write(true).open(&database).unwrap();
    file.write_all_at(&[0xff; 3_000], 100).unwrap();
    let line = refused(&data, |_| ()).await;
    assert_says(&line, &[database.to_str().unwrap(), "damaged", "chathub restore", "chathub check"]);
}

/// A data directory that everybody can come to, and whose own mode is `mode`, of `owner`.
fn owned(folder: &Path, owner: u32, mode: u32) -> PathBuf {
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    let data = folder.join("data");
    chown(&data, Some(owner), Some(owner)).unwrap();
    fs::set_permissions(&data, Permissions::from_mode(mode)).unwrap();
    data
}

#[tokio::test]
async fn a_data_directory_of_somebody_elses_is_said() {
    if !is_root() {
        // Only root can make one.
        return;
    }
    let folder = folder();
    let listen = ["--listen", "127.0.0.1:0"];
    let data = owned(folder.path(), 0, 0o755);
    let line = refused_to_nobody(&data, &listen).await;
    assert_says(
        &line,
        &[data.to_str().unwrap(), "belongs to the user 0", "user 65534", "chown", "--data-dir"],
    );

    let line = refused_to_nobody(&data.join("deeper"), &listen).await;
    assert_says(&line, &[data.to_str().unwrap(), "belongs to the user 0", "chown"]);

    let data = owned(folder.path(), NOBODY, 0o500);
    let line = refused_to_nobody(&data, &listen).await;
    assert_says(&line, &["writable for its owner", "chmod"]);

    // The directory is ours, and the files in it are root's, as after a command that was run by sudo.
    let data = owned(folder.path(), NOBODY, 0o700);
    furnish(&data).await;
    let line = refused_to_nobody(&data, &listen).await;
    assert_says(&line, &["chathub.db", "belongs to the user 0", "chown"]);
}

#[tokio::test]
async fn a_directory_that_its_owner_may_not_write_to_is_said() {
    if is_root() {
        // Root may write everywhere; the test above is somebody else.
        return;
    }
    let folder = folder();
    let data = folder.path().join("data");
    fs::set_permissions(&data, Permissions::from_mode(0o500)).unwrap();
    let line = refused(&data, |_| ()).await;
    assert_says(&line, &["writable for its owner", "chmod"]);
}

#[tokio::test]
async fn a_port_of_the_systems_is_said() {
    let first = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap_or_default();
    if first.trim().parse().unwrap_or(1024) <= 81 {
        // Here everybody may listen on it.
        return;
    }
    let folder = folder();
    let listen = ["--listen", "127.0.0.1:81"];
    let line = match is_root() {
        true => refused_to_nobody(&owned(folder.path(), NOBODY, 0o700), &listen).await,
        false => {
            refused(&folder.path().join("data"), |command| {
                command.args(listen);
            })
            .await
        }
    };
    assert_says(&line, &["127.0.0.1:81", "AmbientCapabilities", "setcap", "proxy"]);
}

#[tokio::test]
async fn an_address_of_another_machine_is_said() {
    let folder = folder();
    let data = folder.path().join("data");
    let line = refused(&data, |command| {
        command.args(["--listen", "192.0.2.1:4000"]);
    })
    .await;
    assert_says(&line, &["192.0.2.1:4000", "no such address", "0.0.0.0", "--listen"]);
}
