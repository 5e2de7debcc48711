//! The remote's company tokens: kept, renewed, given up.

use chathub_hub::ports::{Directory, Health, PortError};

use crate::support::{ANNA, CACHE, Fake, Front, PASSWORD, in_an_hour};

#[tokio::test]
async fn a_token_that_was_outlived_is_renewed_by_the_servers_own_sign_in() {
    let fake = Fake::start().await;
    let (front, company) = Front::signed_in(&fake, true).await;
    let before = front.generation(company).await;
    fake.set(|remote| remote.token = "remote.second.token".into());
    front.skip(CACHE);
    assert!(front.directory.operator_to_mint(company, ANNA, in_an_hour()).await.unwrap().is_some());
    let expected = [
        "POST /api/operator/get-token",
        "POST /api/company/get-token",
        "GET /api/company/organization",
        "POST /api/operator/get-token",
    ];
    assert_eq!(fake.calls()[..4], expected);
    assert_eq!(front.generation(company).await, before, "our tokens live on");
}

#[tokio::test]
async fn a_token_that_nobody_can_renew_takes_ours_with_it() {
    let fake = Fake::start().await;
    let (front, company) = Front::signed_in(&fake, false).await;
    let before = front.generation(company).await;
    fake.set(|remote| remote.token = "remote.second.token".into());
    front.skip(CACHE);
    assert_eq!(front.generation(company).await, before + 1);
    assert_eq!(fake.calls(), ["GET /api/company/organization"]);
    let mint = front.directory.operator_to_mint(company, ANNA, in_an_hour()).await;
    assert!(matches!(mint, Err(PortError::Refused { .. })), "{mint:?}");
    assert!(fake.calls().is_empty(), "there is nothing to ask with");
    // Signing in makes it well, and ends nothing further.
    assert_eq!(front.sign_in().await, Some(company));
    assert_eq!(front.generation(company).await, before + 1);
}

#[tokio::test]
async fn a_refused_sign_in_of_the_servers_own_is_shown_and_not_tried_again_and_again() {
    let fake = Fake::start().await;
    let (front, company) = Front::signed_in(&fake, true).await;
    let before = front.generation(company).await;
    fake.set(|remote| {
        remote.token = "remote.second.token".into();
        remote.password = "another horse".into();
    });
    front.skip(CACHE);
    assert_eq!(front.generation(company).await, before + 1);
    assert_eq!(front.directory.health(), Health::Refuses);
    fake.calls();
    for _ in 0..3 {
        front.skip(CACHE);
        assert_eq!(front.generation(company).await, before + 1);
    }
    assert!(fake.calls().is_empty(), "an account may be locked by too many tries");
    fake.set(|remote| remote.password = PASSWORD.into());
    front.skip(5 * 60_000);
    front.directory.organizations(company).await.unwrap();
    assert_eq!(front.directory.health(), Health::Well);
}
