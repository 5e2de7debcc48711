//! Operator tokens that the remote has issued.

use chathub_domain::error::ErrorCode;
use chathub_hub::ports::{Directory, PortError, Vouch};
use serde_json::json;

use crate::support::{ANNA, CACHE, Fake, Front, Manner};

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2ln";

#[tokio::test]
async fn a_token_is_asked_about_once_in_the_caches_time() {
    let fake = Fake::start().await;
    let (front, company) = Front::signed_in(&fake, true).await;
    let vouch = async || front.directory.vouch(None, TOKEN).await.unwrap();
    for _ in 0..3 {
        assert!(matches!(vouch().await, Vouch::Good { company: c, operator: ANNA, .. } if c == company));
    }
    assert_eq!(fake.calls(), ["POST /api/operator/validate-token"]);
    fake.set(|remote| remote.verdict = json!({ "valid": false, "error": "Operator is not active" }));
    front.skip(CACHE);
    assert_eq!(vouch().await, Vouch::Bad(ErrorCode::OperatorInactive));
    assert_eq!(vouch().await, Vouch::Bad(ErrorCode::OperatorInactive));
    assert_eq!(fake.calls(), ["POST /api/operator/validate-token"], "a refusal counts as long");
    // The company's id as the remote tells it.
    assert_eq!(front.directory.public_id(company).await.unwrap().0, 9);
}

#[tokio::test]
async fn what_is_no_token_is_not_asked_about() {
    let fake = Fake::start().await;
    let (front, _) = Front::signed_in(&fake, true).await;
    for text in ["", "abc", "a.b", "a.b.c.d", "a.b.", "a b.c.d", "ä.b.c", &"a.".repeat(9_000)] {
        assert_eq!(front.directory.vouch(None, text).await.unwrap(), Vouch::Unknown, "{text}");
    }
    assert!(fake.calls().is_empty());
    // Nor is anything where this server has no sign-in.
    let without = Front::of(&fake, false).await;
    assert_eq!(without.directory.vouch(None, TOKEN).await.unwrap(), Vouch::Unknown);
    assert!(fake.calls().is_empty());
}

#[tokio::test]
async fn who_is_away_takes_nothing_back_and_vouches_for_nobody_new() {
    let fake = Fake::start().await;
    let (front, _) = Front::signed_in(&fake, true).await;
    assert!(matches!(front.directory.vouch(None, TOKEN).await.unwrap(), Vouch::Good { .. }));
    fake.manner(Manner::Status(500));
    front.skip(CACHE);
    assert!(matches!(front.directory.vouch(None, TOKEN).await.unwrap(), Vouch::Good { .. }));
    let other = front.directory.vouch(None, "eyJ.b.c").await;
    assert!(matches!(other, Err(PortError::Away { .. })), "{other:?}");
    // One that did not say its end has had the longest time that there is.
    front.skip(24 * 3_600_000);
    assert_eq!(front.directory.vouch(None, TOKEN).await.unwrap(), Vouch::Bad(ErrorCode::TokenExpired));
}

#[tokio::test]
async fn without_a_sign_in_that_is_taken_nobody_vouches() {
    let fake = Fake::start().await;
    let (front, _) = Front::signed_in(&fake, true).await;
    assert!(matches!(front.directory.vouch(None, TOKEN).await.unwrap(), Vouch::Good { .. }));
    fake.set(|remote| {
        remote.token = "remote.second.token".into();
        remote.password = "another horse".into();
    });
    front.skip(CACHE);
    assert_eq!(front.directory.vouch(None, TOKEN).await.unwrap(), Vouch::Bad(ErrorCode::TokenInvalid));
}

#[tokio::test]
async fn tokens_that_somebody_makes_up_cost_the_remote_little() {
    let fake = Fake::start().await;
    let (front, _) = Front::signed_in(&fake, true).await;
    assert!(matches!(front.directory.vouch(None, TOKEN).await.unwrap(), Vouch::Good { .. }));
    fake.calls();
    fake.set(|remote| remote.verdict = json!({ "valid": false, "error": "Invalid token" }));
    let made_up: Vec<_> = (0..400).map(|number| format!("eyJ.b.{number}")).collect();
    futures::future::join_all(made_up.iter().map(|token| front.directory.vouch(None, token))).await;
    let asked = fake.calls().len();
    assert!((1..200).contains(&asked), "the remote was asked {asked} times");
    // One that was good before is asked about all the same.
    front.skip(CACHE);
    fake.set(|remote| remote.verdict = json!({ "valid": true, "operatorId": ANNA, "clientId": 9 }));
    assert!(matches!(front.directory.vouch(None, TOKEN).await.unwrap(), Vouch::Good { .. }));
    assert!(fake.calls().contains(&"POST /api/operator/validate-token".to_owned()));
}
