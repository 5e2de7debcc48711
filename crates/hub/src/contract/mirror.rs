//! What every mirror of a remote directory must do.

use chathub_domain::{
    CompanyId, Operator, OperatorId, OperatorStatus, OrganizationId, OrganizationRef, Timestamp,
};

use super::Subject;
use crate::ports::{Account, Mirror, OriginsChange};

const AT: Timestamp = Timestamp(1_795_000_000_000);

fn mirror(subject: &Subject) -> &dyn Mirror {
    subject.mirror.as_deref().unwrap()
}

fn organization(id: i64, name: &str) -> OrganizationRef {
    OrganizationRef { id: OrganizationId(id), name: name.into() }
}

fn operator(id: i64, status: OperatorStatus, place: &OrganizationRef) -> Operator {
    Operator { id: OperatorId(id), name: "Anna".into(), status, organization: place.clone() }
}

pub async fn a_company_is_known_by_what_it_owns(subject: &Subject) {
    let mirror = mirror(subject);
    let (sales, support) = (organization(70, "Sales"), organization(71, "Support"));
    let own = |own: &OrganizationRef| vec![own.clone()];
    let acme = mirror.keep_company("acme", &own(&sales), AT).await.unwrap();
    assert_eq!(mirror.keep_company("ACME", &[sales.clone(), support.clone()], AT).await.unwrap(), acme);
    assert_eq!(mirror.company_of_login("acme").await.unwrap(), None, "its last login was another");
    assert_eq!(mirror.company_of_login("ACME").await.unwrap(), Some(acme));
    // The same login, and nothing of what it owned: somebody else has it now.
    let other = mirror.keep_company("ACME", &own(&organization(80, "Sales")), AT).await.unwrap();
    assert_ne!(other, acme);
    assert_eq!(mirror.company_of_login("ACME").await.unwrap(), Some(other));
    // One that owns nothing yet is known by its login.
    let empty = mirror.keep_company("new", &[], AT).await.unwrap();
    assert_eq!(mirror.keep_company("new", &own(&organization(90, "First")), AT).await.unwrap(), empty);
    assert!(mirror.keep_company("both", &[sales, organization(80, "Sales")], AT).await.is_err());
}

pub async fn nothing_passes_from_one_company_to_another(subject: &Subject) {
    let mirror = mirror(subject);
    let (sales, elsewhere) = (organization(70, "Sales"), organization(80, "Elsewhere"));
    let acme = mirror.keep_company("acme", std::slice::from_ref(&sales), AT).await.unwrap();
    let globex = mirror.keep_company("globex", std::slice::from_ref(&elsewhere), AT).await.unwrap();
    let anna = operator(700, OperatorStatus::Active, &sales);
    mirror.keep_operators(acme, sales.id, std::slice::from_ref(&anna)).await.unwrap();
    let both = [sales.clone(), elsewhere.clone()];
    assert!(mirror.keep_organizations(globex, &both).await.is_err());
    let taken = operator(700, OperatorStatus::Active, &elsewhere);
    assert!(mirror.keep_operators(globex, elsewhere.id, &[taken]).await.is_err());
    assert!(mirror.keep_added(globex, &[operator(701, OperatorStatus::Active, &sales)]).await.is_err());
    assert_eq!(mirror.operators(acme, None).await.unwrap(), [anna]);
    assert!(mirror.operators(globex, None).await.unwrap().is_empty());
}

pub async fn lists_are_kept_with_the_generations_that_follow(subject: &Subject) {
    let mirror = mirror(subject);
    let (sales, support) = (organization(70, "Sales"), organization(71, "sales"));
    let company = mirror.keep_company("acme", &[sales.clone(), support.clone()], AT).await.unwrap();
    let origins = ["https://shop.example".to_owned()];
    let change = OriginsChange::Replace(&origins);
    assert_eq!(mirror.set_allowed_origins(company, sales.id, change).await.unwrap().unwrap(), origins);
    let told = async |status, place: &OrganizationRef| {
        mirror.keep_operators(company, place.id, &[operator(700, status, place)]).await.unwrap();
        mirror.operator(company, OperatorId(700)).await.unwrap().unwrap().generation
    };
    let first = told(OperatorStatus::Active, &sales).await;
    assert_eq!(told(OperatorStatus::Active, &sales).await, first);
    let stopped = told(OperatorStatus::Inactive, &sales).await;
    assert!(stopped > first);
    assert_eq!(told(OperatorStatus::Active, &sales).await, stopped);
    let moved = told(OperatorStatus::Active, &support).await;
    assert!(moved > stopped, "who works elsewhere now begins anew");
    mirror.keep_operators(company, support.id, &[]).await.unwrap();
    let gone = mirror.operator(company, OperatorId(700)).await.unwrap().unwrap();
    assert_eq!(gone.operator.status, OperatorStatus::Deleted);
    assert!(gone.generation > moved);
    // Names may be exchanged; an organization may go and come back, with what was set here.
    let renamed = [organization(70, "sales"), organization(71, "Sales")];
    mirror.keep_organizations(company, &renamed).await.unwrap();
    mirror.keep_organizations(company, &renamed[1..]).await.unwrap();
    assert!(mirror.organization(sales.id).await.unwrap().is_none());
    mirror.keep_organizations(company, &renamed).await.unwrap();
    let back = mirror.organization(sales.id).await.unwrap().unwrap();
    assert_eq!((back.name.as_str(), back.allowed_origins), ("sales", origins.to_vec()));
}

pub async fn an_account_is_kept_until_it_is_revoked(subject: &Subject) {
    let mirror = mirror(subject);
    let company = mirror.keep_company("acme", &[], AT).await.unwrap();
    assert_eq!(mirror.account(CompanyId(9_999)).await.unwrap(), None);
    mirror.keep_token(company, b"sealed").await.unwrap();
    mirror.keep_remote_id(company, CompanyId(5)).await.unwrap();
    mirror.keep_answered(company, AT.plus(1)).await.unwrap();
    let kept =
        Account { token: Some(b"sealed".to_vec()), remote_id: Some(CompanyId(5)), answered_at: AT.plus(1) };
    assert_eq!(mirror.account(company).await.unwrap(), Some(kept.clone()));
    let before = mirror.company(company).await.unwrap().unwrap().generation;
    mirror.revoke(company).await.unwrap();
    assert_eq!(mirror.account(company).await.unwrap(), Some(Account { token: None, ..kept }));
    assert!(mirror.company(company).await.unwrap().unwrap().generation > before);
}
