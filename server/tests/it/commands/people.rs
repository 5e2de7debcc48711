//! Lists, names and statuses: what scripts read, what running servers see, and what is left in the data directory.

use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chathub_hub::ports::Directory;
use chathub_store::Sqlite;
use serde_json::json;

use crate::support::{
    Client, PASSWORD, Process, chathub, company_token, failed, folder, furnish, operator_token, run, said,
    within,
};

#[tokio::test]
async fn lists_are_rows_of_fields_that_scripts_can_take_apart() {
    let folder = folder();
    let data = folder.path().join("data");
    let people = furnish(&data).await;
    for (list, rows) in [
        ("company list", "1\tacme\tacme\n2\tglobex\tglobex"),
        ("organization list --company ACME", "1\tSales\thttps://shop.example\tacme\n2\tSupport\t\tacme"),
        ("organization list --company globex", "3\tElsewhere\t\tglobex"),
        (
            "operator list",
            "1\tAnna\tSales\tactive\tacme\n2\tBoris\tSales\tactive\tacme\n3\tClara\tSupport\tactive\tacme\n\
             4\tEve\tElsewhere\tactive\tglobex",
        ),
    ] {
        assert_eq!(said(&run(&data, list, "").await), rows, "{list}");
    }
    let all = said(&run(&data, "organization list", "").await);
    assert_eq!(all.lines().count(), 3, "{all}");
    let status = async |who: &str, status: &str| {
        let data = data.to_str().unwrap();
        let command =
            ["operator", "status", "--company", "acme", "--operator", who, status, "--data-dir", data];
        chathub(&command, "").await
    };
    assert_eq!(
        said(&status("boris", "inactive").await),
        format!("Operator {} is inactive now.", people.boris)
    );
    said(&status(&people.clara.to_string(), "deleted").await);
    let list = said(&run(&data, "operator list --company acme", "").await);
    assert_eq!(list, "1\tAnna\tSales\tactive\tacme\n2\tBoris\tSales\tinactive\tacme");
    let line = failed(&status("clara", "active").await);
    assert!(line.contains("no such operator") && line.contains("operator list"), "{line}");
    said(&status(&people.clara.to_string(), "active").await);
    let line = failed(&status("eve", "inactive").await);
    assert!(line.contains("no such operator"), "another company's: {line}");
    let line = failed(&status(&people.eve.to_string(), "inactive").await);
    assert!(line.contains("no such operator"), "another company's: {line}");

    said(&run(&data, "operator add --company acme --organization Sales --name Anna", "").await);
    let line = failed(&status("Anna", "inactive").await);
    assert!(line.contains("1, 5"), "which of them is meant: {line}");
}

#[tokio::test]
async fn long_lists_go_on_page_after_page_and_may_be_left() {
    let folder = folder();
    let data = folder.path().join("data");
    let store = Sqlite::open(&data).await.unwrap();
    let company = store.add_company("acme", "Acme", "hash").await.unwrap();
    let organization_id = store.add_organization(company, "Sales", &[]).await.unwrap();
    let many: Vec<_> = (0..2_500)
        .map(|number| chathub_hub::ports::NewOperator { organization_id, name: format!("Operator {number}") })
        .collect();
    store.add_operators(company, &many).await.unwrap();
    store.close().await;
    let list = said(&run(&data, "operator list", "").await);
    assert_eq!(list.lines().count(), 2_500);
    assert!(list.ends_with("2500\tOperator 2499\tSales\tactive\tacme"), "{list}");
    let script = r#""$0" operator list --data-dir "$1" | head -n 1; exit "${PIPESTATUS[0]}""#;
    let mut bash = tokio::process::Command::new("bash");
    bash.args(["-c", script, env!("CARGO_BIN_EXE_chathub"), data.to_str().unwrap()]);
    let output = within("the script", bash.output()).await.unwrap();
    assert_eq!(said(&output), "1\tOperator 0\tSales\tactive\tacme");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[tokio::test]
async fn what_is_printed_says_nothing_to_a_terminal() {
    let folder = folder();
    let data = folder.path().join("data");
    // As a remote, or a version of long ago, has left them.
    let store = Sqlite::open(&data).await.unwrap();
    let company = store.add_company("evil", "\u{1b}]0;title\u{7}", "hash").await.unwrap();
    store.add_organization(company, "two\nlines\tand a \\", &[]).await.unwrap();
    store.close().await;
    assert_eq!(said(&run(&data, "company list", "").await), "1\tevil\t\\u{1b}]0;title\\u{7}");
    assert_eq!(said(&run(&data, "organization list", "").await), "1\ttwo\\nlines\\tand a \\\\\t\tevil");
    for arguments in ["organization list --company \u{1b}[31m", "company add --login \u{9b}2J --name A"] {
        let line = failed(&run(&data, arguments, PASSWORD).await);
        assert!(!line.contains(['\u{1b}', '\u{9b}']), "{line:?}");
    }
}

#[tokio::test]
async fn a_running_server_sees_names_and_statuses_that_commands_change() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    let people = furnish(&data).await;
    let server = Process::serve(&data, &assets).await;
    let http = reqwest::Client::new();
    let company = company_token(&http, &server.base, "acme").await;
    let token = operator_token(&http, &server.base, &company, people.anna).await;
    let mut panel = Client::welcomed(&server.base, json!({ "type": "hello", "token": token })).await;
    let hello = json!({ "type": "hello", "organization": people.sales });
    let mut customer = Client::welcomed(&server.base, hello.clone()).await;
    customer.say(None, "Hello").await;
    let chat = panel.event("chat_created").await["event"]["chat_id"].as_i64();

    let data_dir = data.to_str().unwrap();
    let rename = ["operator", "rename", "--company", "acme", "--operator", "anna", "--name", "Anna Meyer"];
    let line = said(&chathub(&[&rename[..], &["--data-dir", data_dir]].concat(), "").await);
    assert_eq!(line, "The operator is called “Anna Meyer” now.");
    within("the new name", async {
        loop {
            panel.say(chat, "Good morning").await;
            let event = loop {
                let event = customer.event("message").await;
                if event["event"]["message"]["text"] == "Good morning" {
                    break event;
                }
            };
            if event.to_string().contains("Anna Meyer") {
                break;
            }
            // So that the waiting is no flood.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;

    let rename = "organization rename --company acme --organization sales --name Orders";
    said(&run(&data, rename, "").await);
    within("the organization's new name", async {
        while !Client::welcomed(&server.base, hello.clone()).await.welcome.to_string().contains("Orders") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    said(&run(&data, "operator status --company acme --operator 1 inactive", "").await);
    let (bye, _) = panel.farewell().await;
    assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("operator_inactive"), &json!(false)));

    for (arguments, says) in [
        ("organization rename --company acme --organization Orders --name SUPPORT", "name is already taken"),
        ("organization rename --company globex --organization Orders --name Mine", "no such organization"),
        (
            "organization rename --company acme --organization Orders --name \u{200b}",
            "--name must not be empty",
        ),
        ("operator rename --company globex --operator 1 --name Mine", "no such operator"),
        ("operator rename --company acme --operator 1 --name An\u{202e}na", "U+202E"),
    ] {
        let line = failed(&run(&data, arguments, "").await);
        assert!(line.contains(says), "{arguments}: {line}");
    }
}

/// Every file, with its owner.
fn files(folder: &Path) -> Vec<(PathBuf, u32)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = entries.map(|path| (path.clone(), path.metadata().unwrap().uid())).collect();
    all.sort();
    all
}

/// Commands that change nothing.
const READING: [&str; 6] = [
    "company list",
    "organization list",
    "organization origins --company acme --organization Sales",
    "operator list",
    "check",
    "backup",
];

#[tokio::test]
async fn what_only_reads_makes_nothing_and_leaves_nothing() {
    let folder = folder();
    let (nowhere, data) = (folder.path().join("nowhere"), folder.path().join("data"));
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let backups = folder.path().join("backups");
    let with_folder = |command: &str| match command {
        "backup" => format!("backup {}", backups.display()),
        command => command.to_owned(),
    };
    for command in READING {
        for place in [&nowhere, &empty] {
            let output = run(place, &with_folder(command), "").await;
            let line = failed(&output);
            assert!(
                line.contains("there is no ChatHub in") && line.contains("company add"),
                "{command}: {line}"
            );
            assert_eq!(output.stderr.iter().filter(|byte| **byte == b'\n').count(), 1, "{command}");
            assert!(output.stdout.is_empty(), "{command}");
        }
    }
    assert!(!nowhere.exists() && !backups.exists() && files(&empty).is_empty());
    // Nor does what is refused.
    for refused in ["company add --login acme --name Acme", "company add --login \u{200b} --name Acme"] {
        failed(&run(&nowhere, refused, "short").await);
        failed(&run(&nowhere, refused, "").await);
    }
    assert!(!nowhere.exists());

    furnish(&data).await;
    std::fs::remove_file(data.join("token-keys")).unwrap();
    let before = files(&data);
    for command in READING {
        let _ = run(&data, &with_folder(command), "").await;
        assert_eq!(files(&data), before, "{command}");
    }
    said(&run(&data, "organization rename --company acme --organization Sales --name Orders", "").await);
    assert!(data.join("token-keys").exists());
    assert!(!data.join("chathub.db-wal").exists(), "a command that changes closes what it has opened");
}

#[tokio::test]
async fn nothing_of_another_users_is_left_in_an_installation() {
    let folder = folder();
    let (data, assets, empty) =
        (folder.path().join("data"), folder.path().join("assets"), folder.path().join("empty"));
    furnish(&data).await;
    // With a log that has not come into the database, as a kill leaves it.
    Process::serve(&data, &assets).await.kill().await;
    std::fs::create_dir(&empty).unwrap();
    let other = data.metadata().unwrap().uid() + 12_345;
    // Only root gives files away, and only root reads what is somebody else's.
    if chown(&data, Some(other), None).is_err() {
        return;
    }
    for (path, _) in files(&data) {
        chown(path, Some(other), None).unwrap();
    }
    chown(&empty, Some(other), None).unwrap();
    let backups = folder.path().join("backups");
    for command in READING {
        let command =
            if command == "backup" { format!("backup {}", backups.display()) } else { command.into() };
        said(&run(&data, &command, "").await);
        assert!(files(&data).iter().all(|(_, owner)| *owner == other), "{command}: {:?}", files(&data));
    }
    let backup = std::fs::read_dir(&backups).unwrap().next().unwrap().unwrap().path();
    let restore = format!("restore {}", backup.display());
    for (place, command) in [
        (&data, "company password --login acme"),
        (&data, "company add --login new --name New"),
        (&data, "organization add --company acme --name New"),
        (&data, "operator status --company acme --operator 1 inactive"),
        (&data, "upstream moved https://chat.example"),
        (&empty, "company add --login acme --name Acme"),
        (&empty, restore.as_str()),
    ] {
        let line = failed(&run(place, command, PASSWORD).await);
        let says = format!("belongs to the user '#{other}'");
        assert!(line.contains(&says) && line.contains("sudo -u"), "{command}: {line}");
        assert!(files(&data).iter().all(|(_, owner)| *owner == other), "{command}");
    }
    assert!(files(&empty).is_empty());
}
