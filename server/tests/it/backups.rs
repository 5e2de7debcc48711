//! Backups beside a running server, putting them back, and looking whether all is sound.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use reqwest::Client as Http;
use serde_json::{Value, json};

use crate::support::{
    Answer, Client, People, Process, answer, company_token, failed, folder, furnish, operator_token, run,
    said, shell,
};

/// Everything of one installation and its backups.
struct Stage {
    folder: tempfile::TempDir,
    people: People,
}

impl Stage {
    async fn new() -> Self {
        let folder = folder();
        let people = furnish(&folder.path().join("data")).await;
        Self { folder, people }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn serve(&self, data: &str) -> Process {
        Process::serve(&self.path(data), &self.path("assets")).await
    }

    /// Makes a backup, and says where it is.
    async fn backup(&self) -> PathBuf {
        let command = format!("backup {}", self.path("backups").display());
        PathBuf::from(said(&run(&self.path("data"), &command, "").await))
    }

    async fn restore(&self, backup: &Path, into: &str, flags: &str) -> String {
        let command = format!("restore {}{flags}", backup.display());
        said(&run(&self.path(into), &command, "").await)
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

async fn organizations(server: &Process, token: &str) -> Answer {
    let call = Http::new().get(format!("{}/api/company/organization", server.base));
    answer(call.bearer_auth(token)).await
}

#[tokio::test]
async fn a_backup_beside_a_running_server_is_restored_as_a_new_life() {
    let stage = Stage::new().await;
    let server = stage.serve("data").await;
    let http = Http::new();
    let company = company_token(&http, &server.base, "acme").await;
    let token = operator_token(&http, &server.base, &company, stage.people.anna).await;
    let hello = json!({ "type": "hello", "organization": stage.people.sales });
    let mut customer = Client::welcomed(&server.base, hello.clone()).await;
    let visitor = customer.welcome["visitor"].clone();
    customer.say(None, "before the backup").await;
    let mut panel = Client::welcomed(&server.base, json!({ "type": "hello", "token": token })).await;

    let backup = stage.backup().await;
    assert_eq!(names(&backup), ["chathub.db", "loaders", "manifest.json", "token-keys"]);
    for path in [backup.clone(), backup.join("loaders")] {
        assert_eq!(mode(&path), 0o700, "{}", path.display());
    }
    for file in ["chathub.db", "manifest.json", "token-keys"] {
        assert_eq!(mode(&backup.join(file)), 0o600, "{file}");
    }
    let second = stage.backup().await;
    assert_ne!(second, backup, "a folder a run");

    // The lost time: another customer gets the next chat, and somebody is about to answer in it.
    let mut lost = Client::welcomed(&server.base, hello.clone()).await;
    lost.say(None, "after the backup").await;
    let event = panel.event("chat_created").await;
    let lost_chat = event["event"]["chat_id"].as_i64().unwrap();
    let lost_seq = event["seq"].as_i64().unwrap();
    server.kill().await;

    let told = stage.restore(&backup, "restored", "").await;
    for says in
        ["What came later is lost", "operators have ended", "tokens of companies have ended", "Passwords"]
    {
        assert!(told.contains(says), "{told}");
    }
    assert!(!told.contains("globex"), "{told}");
    assert_eq!(said(&run(&stage.path("restored"), "check", "").await), "No problem was found.");
    assert_eq!(names(&stage.path("restored")), ["chathub.db", "loaders", "lock", "token-keys"]);

    let server = stage.serve("restored").await;
    // Nobody but the visitor is known by what they had.
    assert_eq!(organizations(&server, &company).await.refusal(), (401, "token_invalid".into()));
    let mut refused = Client::connect(&server.base, None).await;
    refused.send(json!({ "type": "hello", "token": token })).await;
    assert_eq!(refused.next().await.unwrap()["code"], "token_invalid");
    let mut back = hello.clone();
    back["visitor"] = visitor.clone();
    let mut customer = Client::welcomed(&server.base, back).await;
    assert_eq!(customer.welcome["visitor"], visitor);
    assert_eq!(customer.reset["snapshot"]["messages"][0]["text"], "before the backup");
    // New ids and numbers are beyond those of the lost time.
    let company = company_token(&http, &server.base, "acme").await;
    let token = operator_token(&http, &server.base, &company, stage.people.anna).await;
    let mut panel = Client::welcomed(&server.base, json!({ "type": "hello", "token": token })).await;
    customer.say(None, "and I am back").await;
    let event = panel.event("message").await;
    assert_eq!(event["event"]["message"]["text"], "and I am back");
    assert!(event["seq"].as_i64().unwrap() > lost_seq + 1_000_000, "{event}");
    let mut other = Client::welcomed(&server.base, hello).await;
    other.say(None, "I am another one").await;
    let event = panel.event("chat_created").await;
    assert!(event["event"]["chat_id"].as_i64().unwrap() > lost_chat + 1_000_000, "{event}");
    server.terminate().await;
    assert_eq!(said(&run(&stage.path("restored"), "check", "").await), "No problem was found.");
}

#[tokio::test]
async fn kept_keys_keep_companies_and_end_operators() {
    let stage = Stage::new().await;
    let server = stage.serve("data").await;
    let http = Http::new();
    let company = company_token(&http, &server.base, "acme").await;
    let token = operator_token(&http, &server.base, &company, stage.people.anna).await;
    let backup = stage.backup().await;
    server.kill().await;
    let told = stage.restore(&backup, "restored", " --keep-keys").await;
    for says in ["also those that were revoked since", "company password", "  acme\n", "  globex"] {
        assert!(told.contains(says), "{told}");
    }
    let server = stage.serve("restored").await;
    assert_eq!(organizations(&server, &company).await.status, 200);
    let mut refused = Client::connect(&server.base, None).await;
    refused.send(json!({ "type": "hello", "token": token })).await;
    assert_eq!(refused.next().await.unwrap()["code"], "token_invalid");
}

#[tokio::test]
async fn a_restore_begins_in_an_empty_directory_that_nobody_uses() {
    let stage = Stage::new().await;
    let backup = stage.backup().await;
    let restore = format!("restore {}", backup.display());
    let line = failed(&run(&stage.path("data"), &restore, "").await);
    assert!(
        line.contains("is not empty") && line.contains("chathub.db") && line.contains("--data-dir"),
        "{line}"
    );
    let server = stage.serve("data").await;
    let line = failed(&run(&stage.path("data"), &restore, "").await);
    assert!(line.contains("in use") && line.contains(&server.id().to_string()), "{line}");
    server.kill().await;

    let new = stage.path("new");
    for no_backup in ["backups", "assets", "nowhere"] {
        let line = failed(&run(&new, &format!("restore {}", stage.path(no_backup).display()), "").await);
        assert!(line.contains("is no backup of ChatHub"), "{line}");
    }
    assert!(!new.exists(), "nothing was made");
}

#[tokio::test]
async fn a_backup_that_is_not_what_was_written_is_refused() {
    let stage = Stage::new().await;
    for damage in ["chathub.db", "token-keys", "manifest.json"] {
        let backup = stage.backup().await;
        let file = backup.join(damage);
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] = bytes[middle].wrapping_add(1);
        std::fs::write(&file, bytes).unwrap();
        let line = failed(&run(&stage.path("new"), &format!("restore {}", backup.display()), "").await);
        // What the manifest says of another file is not that file's any more.
        assert!(
            line.contains("is damaged") && (line.contains(damage) || damage == "manifest.json"),
            "{line}"
        );
        std::fs::remove_file(file).unwrap();
        failed(&run(&stage.path("new"), &format!("restore {}", backup.display()), "").await);
    }
    assert!(!stage.path("new").exists());
}

#[tokio::test]
async fn what_is_half_restored_is_no_installation_and_is_restored_anew() {
    let stage = Stage::new().await;
    let backup = stage.backup().await;
    let half = stage.path("half");
    // As a kill leaves it while the files are moved to their places.
    for folder in [&half, &half.join("restoring")] {
        std::fs::create_dir(folder).unwrap();
    }
    std::fs::copy(backup.join("token-keys"), half.join("token-keys")).unwrap();
    std::fs::copy(backup.join("chathub.db"), half.join("restoring/chathub.db")).unwrap();
    for command in ["organization list --company acme", "check"] {
        let output = run(&half, command, "").await;
        let text = String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap();
        assert!(text.contains("did not come to its end"), "{text}");
        failed(&output);
    }
    assert!(!half.join("chathub.db").exists());
    stage.restore(&backup, "half", "").await;
    assert!(said(&run(&half, "organization list --company acme", "").await).contains("Sales"));
    assert!(!half.join("restoring").exists());
}

#[tokio::test]
async fn a_backup_that_does_not_fit_leaves_nothing_and_one_line() {
    let stage = Stage::new().await;
    let (data, backups) = (stage.path("data"), stage.path("backups"));
    std::fs::create_dir(&backups).unwrap();
    // What a kill has left of an earlier one goes as well.
    std::fs::create_dir(backups.join("chathub-2026-01-01T00-00-00.000Z.unfinished")).unwrap();
    // A limit for each file stands for a full disk: 64 blocks of 512 bytes.
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" backup \"$1\" --data-dir \"$2\"";
    let output = shell(script, &[backups.to_str().unwrap(), data.to_str().unwrap()]).await;
    let line = failed(&output);
    assert!(line.contains("can't be copied") && line.contains(backups.to_str().unwrap()), "{line}");
    assert_eq!(names(&backups), [""; 0]);
    stage.backup().await;
}

#[tokio::test]
async fn nothing_begins_where_somebody_looks_for_their_installation() {
    let stage = Stage::new().await;
    let nowhere = stage.path("nowhere");
    let backup = format!("backup {}", stage.path("backups").display());
    for command in [
        backup.as_str(),
        "company password --login acme",
        "organization list --company acme",
        "organization add --company acme --name Sales",
        "operator list --company acme",
        "check",
    ] {
        let line = failed(&run(&nowhere, command, "").await);
        assert!(line.contains("there is no ChatHub in") && line.contains("--data-dir"), "{line}");
    }
    assert!(!nowhere.exists() && !stage.path("backups").exists(), "nothing was made");
}

#[tokio::test]
async fn a_check_says_what_is_wrong_a_line_each() {
    let stage = Stage::new().await;
    let data = stage.path("data");
    let server = stage.serve("data").await;
    assert_eq!(said(&run(&data, "check", "").await), "No problem was found.", "beside a running server");
    server.terminate().await;
    for folder in [&data, &data.join("loaders")] {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let loader = std::fs::read_dir(data.join("loaders")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(loader, "other words").unwrap();
    std::fs::write(data.join("token-keys"), "no key").unwrap();
    let output = run(&data, "check", "").await;
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    for says in ["line 1 is not hexadecimal", "data: chmod go=", "loaders: chmod go=", "is not what it was"] {
        assert!(lines.iter().any(|line| line.contains(says)), "{says}: {text}");
    }
    assert!(failed(&output).contains("4 problems"));
}

#[tokio::test]
async fn a_demonstration_is_restored_as_one() {
    let stage = Stage { folder: folder(), people: furnish(tempfile::tempdir().unwrap().path()).await };
    let server = Process::demonstrate(&stage.path("data"), &stage.path("assets")).await;
    let backup = stage.backup().await;
    server.terminate().await;
    stage.restore(&backup, "restored", "").await;
    let server = Process::demonstrate(&stage.path("restored"), &stage.path("assets")).await;
    let token: Value = json!({ "login": "demo", "password": "demo" });
    let call = Http::new().post(format!("{}/api/company/get-token", server.base)).json(&token);
    assert_eq!(answer(call).await.status, 200);
}
