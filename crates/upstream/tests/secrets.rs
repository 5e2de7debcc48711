//! Nothing secret is seen. A program of its own, because it listens to every log line of its process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "it/support.rs"]
#[allow(dead_code, reason = "some of it is for the other program of tests")]
mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use chathub_hub::pace::Peer;
use chathub_hub::ports::{Directory, NewOperator};
use tracing_subscriber::fmt::MakeWriter;

use support::{ANNA, CACHE, FIRST_TOKEN, Fake, Front, Manner, PASSWORD, SALES, in_an_hour};

/// Log lines in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_is_in_a_log_an_error_or_the_database() {
    let lines = Lines::default();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone());
    let _log = tracing::subscriber::set_default(log.finish());
    let fake = Fake::start().await;
    let (front, company) = Front::signed_in(&fake, true).await;
    let mut errors = String::new();
    // A remote that says back what it was told, where it belongs and where it does not.
    for manner in [
        Manner::Says(FIRST_TOKEN),
        Manner::Says("[{\"id\": \"remote.first.token\", \"name\": \"correct horse\"}]"),
        Manner::Status(500),
        Manner::Status(400),
        Manner::Redirects("http://127.0.0.1:1/remote.first.token".into()),
    ] {
        fake.manner(manner);
        front.skip(CACHE);
        let new = [NewOperator { organization_id: SALES, name: "Boris".into() }];
        errors += &format!("{:?}", front.directory.organizations(company).await);
        errors += &format!("{:?}", front.directory.add_operators(company, &new).await);
        errors += &format!("{:?}", front.directory.operator_to_mint(company, ANNA, in_an_hour()).await);
        errors += &format!("{:?}", front.directory.sign_in("acme", PASSWORD, Peer::UNKNOWN).await);
        front.skip(60_000);
    }
    fake.manner(Manner::Well);
    front.skip(60_000);
    front.directory.operator_to_mint(company, ANNA, in_an_hour()).await.unwrap();
    let log: String = String::from_utf8_lossy(&lines.0.lock().unwrap()).into_owned();
    assert!(log.contains("a call to the remote directory failed"), "something was logged: {log}");
    let mut stored = Vec::new();
    for file in std::fs::read_dir(front.folder.path()).unwrap() {
        stored.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let stored = String::from_utf8_lossy(&stored).into_owned();
    assert!(stored.contains("upstream_accounts"), "the database was read");
    for (place, text) in [("log", log), ("errors", errors), ("database", stored)] {
        for secret in [FIRST_TOKEN, PASSWORD, "remote.operator.token"] {
            assert!(!text.contains(secret), "{secret} in {place}");
        }
    }
}
