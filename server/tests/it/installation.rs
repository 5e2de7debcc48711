//! The data directory: one server at a time, files that are whole and private, whoever made the directory.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chathub_store::Sqlite;
use serde_json::json;

use crate::support::{
    Client, PASSWORD, Process, answer, chathub, company_token, failed, folder, furnish, operator_token, run,
    said,
};

const KEY: &str = "4d2a9c6e1f0b8d7c5a3e4d2a9c6e1f0b8d7c5a3e4d2a9c6e1f0b8d7c5a3e0011";

async fn refused(data: &Path, assets: &Path, flags: &[&str]) -> String {
    let (data, assets) = (data.to_str().unwrap(), assets.to_str().unwrap());
    let common = ["serve", "--listen", "127.0.0.1:0", "--data-dir", data, "--assets", assets];
    failed(&chathub(&[&common, flags].concat(), "").await)
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode()
        & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Every file and folder below, with the directory itself.
fn all(path: &Path) -> Vec<std::path::PathBuf> {
    let mut found = vec![path.to_owned()];
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            found.extend(all(&entry.unwrap().path()));
        }
    }
    found
}

#[track_caller]
fn assert_private(data: &Path) {
    for path in all(data) {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
}

#[tokio::test]
async fn a_second_server_on_a_data_directory_is_refused_until_the_first_is_gone() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    let first = Process::serve(&data, &assets).await;
    let line = refused(&data, &assets, &[]).await;
    assert!(line.contains(data.to_str().unwrap()), "{line}");
    assert!(line.contains(&format!("process {}", first.id())), "{line}");
    assert!(line.contains("--data-dir"), "{line}");

    // The other commands go on beside it.
    said(&run(&data, "company add --login acme --name Acme", PASSWORD).await);
    said(&run(&data, "organization list --company acme", "").await);

    // Killed, it holds nothing any more.
    first.kill().await;
    let second = Process::serve(&data, &assets).await;
    let line = refused(&data, &assets, &[]).await;
    assert!(line.contains(&format!("process {}", second.id())), "{line}");
    assert_eq!(second.terminate().await.code(), Some(0));
    Process::serve(&data, &assets).await;
}

#[tokio::test]
async fn all_files_are_private_in_a_directory_that_others_may_read() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    set_mode(&data, 0o755);
    let server = Process::demonstrate(&data, &assets).await;
    for file in ["chathub.db", "chathub.db-wal", "chathub.db-shm", "token-keys", "DEMONSTRATION", "loaders"] {
        assert!(data.join(file).exists(), "{file}");
    }
    assert_private(&data);
    server.kill().await;

    // What a former version has left.
    for path in all(&data).iter().filter(|path| !path.ends_with("token-keys")) {
        set_mode(path, if path.is_dir() { 0o755 } else { 0o644 });
    }
    let server = Process::demonstrate(&data, &assets).await;
    assert_private(&data);
    server.terminate().await;
}

#[tokio::test]
async fn a_command_in_a_directory_that_others_may_read_makes_private_files_too() {
    let folder = folder();
    let data = folder.path().join("data");
    set_mode(&data, 0o777);
    said(&run(&data, "company add --login acme --name Acme", PASSWORD).await);
    for path in all(&data).into_iter().filter(|path| path.is_file()) {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

/// What a power cut may leave of a file whose content was on its way: nothing, or as many zeros.
#[tokio::test]
async fn empty_token_keys_are_made_anew_and_a_server_starts() {
    for content in ["", "\n", "\0\0\0\0\0\0\0\0"] {
        let folder = folder();
        let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
        let people = furnish(&data).await;
        let keys = data.join("token-keys");
        std::fs::write(&keys, content).unwrap();
        let server = Process::serve(&data, &assets).await;
        let http = reqwest::Client::new();
        let company = company_token(&http, &server.base, "acme").await;
        let token = operator_token(&http, &server.base, &company, people.anna).await;
        Client::welcomed(&server.base, json!({ "type": "hello", "token": token })).await;
        let made = std::fs::read_to_string(&keys).unwrap();
        assert!(made.trim().len() >= 64, "{made:?}");
        assert_private(&data);
        // They are kept from here on.
        server.kill().await;
        let server = Process::serve(&data, &assets).await;
        Client::welcomed(&server.base, json!({ "type": "hello", "token": token })).await;
    }
}

#[tokio::test]
async fn token_keys_that_make_no_sense_are_explained_in_one_line() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    let keys = data.join("token-keys");
    for (content, says) in [
        (b"not hexadecimal\n".to_vec(), "line 1"),
        (format!("{KEY}\n\n{}\n", &KEY[..63]).into_bytes(), "line 3"),
        (format!("{KEY}\nabcd\n").into_bytes(), "line 2"),
        (vec![0xff, 0xfe, 0x00], "line 1"),
    ] {
        std::fs::write(&keys, &content).unwrap();
        set_mode(&keys, 0o600);
        let line = refused(&data, &assets, &[]).await;
        assert!(line.contains(keys.to_str().unwrap()) && line.contains(says), "{line}");
        assert!(line.contains("backup") && line.contains("remove"), "{line}");
        assert_eq!(std::fs::read(&keys).unwrap(), content, "nobody's keys are thrown away");
    }
    std::fs::remove_file(&keys).unwrap();
    Process::serve(&data, &assets).await;
}

/// As after a kill between writing a file and giving it its name.
#[tokio::test]
async fn what_was_not_finished_is_in_nobodys_way() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    let loaders = data.join("loaders");
    std::fs::create_dir_all(&loaders).unwrap();
    for draft in [data.join(".draft-1"), loaders.join(".draft-2"), loaders.join("0123456789ab.js.77.draft")] {
        std::fs::write(draft, "half of").unwrap();
    }
    let server = Process::serve(&data, &assets).await;
    assert!(std::fs::read_to_string(data.join("token-keys")).unwrap().trim().len() >= 64);
    let drafts: Vec<_> =
        all(&data).into_iter().filter(|path| path.to_str().unwrap().contains("draft")).collect();
    assert!(drafts.is_empty(), "{drafts:?}");
    server.terminate().await;
}

#[tokio::test]
async fn an_installation_is_told_that_the_other_chathub_has_moved() {
    let folder = folder();
    let (front, own) = (folder.path().join("front"), folder.path().join("own"));
    let store = Sqlite::open(&front).await.unwrap();
    store.claim("https://old.example.com").await.unwrap();
    store.close().await;
    let moved = "upstream moved https://New.example.com/";
    assert!(said(&run(&front, moved, "").await).contains("--upstream https://new.example.com;"));
    assert_eq!(Sqlite::open(&front).await.unwrap().directory().await.unwrap(), "https://new.example.com");
    said(&run(&own, "company add --login acme --name Acme", PASSWORD).await);
    assert!(failed(&run(&own, moved, "").await).contains("companies of its own"));
    assert!(failed(&run(&front, "upstream moved there", "").await).contains("must be an address like"));
}

#[tokio::test]
async fn a_demonstration_that_was_cut_short_is_made_anew() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    // As a kill leaves it after its first steps.
    std::fs::write(data.join("DEMONSTRATION"), "being made\n").unwrap();
    said(&run(&data, "company add --login demo --name Millstone", PASSWORD).await);
    let server = Process::demonstrate(&data, &assets).await;
    let page = answer(reqwest::Client::new().get(format!("{}/demo/shop", server.base))).await;
    assert_eq!(page.status, 200, "{page:?}");
    let chats = said(&run(&data, "operator list --company demo", "").await);
    assert_eq!(chats.lines().count(), 4, "{chats}");
    server.kill().await;
    // What was said in it stays.
    said(&run(&data, "organization add --company demo --name Later", "").await);
    let server = Process::demonstrate(&data, &assets).await;
    assert!(said(&run(&data, "organization list --company demo", "").await).contains("Later"));
    server.terminate().await;
}
