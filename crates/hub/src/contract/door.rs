//! What every door must remember.

use chathub_domain::Timestamp;
use uuid::Uuid;

use super::{Subject, visitor};
use crate::ports::{Block, KnownAddress, SessionId, SessionRecord};

fn id(number: u128) -> SessionId {
    SessionId(Uuid::from_u128(number))
}

pub async fn sessions_are_their_companys_and_end(subject: &Subject) {
    let (door, place, other) =
        (&subject.ports.door, subject.place("acme").await, subject.place("other").await);
    let open = async |number, company, at, most| {
        let (created_at, expires_at) = (Timestamp(at), Timestamp(at + 100));
        let session = SessionRecord { id: id(number), company, created_at, expires_at };
        door.add_session(&session, most).await.unwrap();
    };
    let used = async |number, company, at| door.session(company, id(number), Timestamp(at)).await.unwrap();
    open(1, place.company, 0, 3).await;
    open(2, place.company, 10, 3).await;
    open(3, place.company, 20, 3).await;
    open(9, other.company, 20, 3).await;
    assert_eq!(used(1, place.company, 99).await, Some(Timestamp(0)));
    assert_eq!(used(1, place.company, 100).await, None, "it is over");
    assert_eq!(used(1, other.company, 50).await, None, "it is another company's");
    // With one more, the one that was used least lately goes, and never another company's.
    door.use_session(place.company, id(1), Timestamp(30)).await.unwrap();
    door.use_session(other.company, id(2), Timestamp(40)).await.unwrap();
    open(4, place.company, 40, 3).await;
    assert_eq!(used(1, place.company, 50).await, Some(Timestamp(30)));
    assert_eq!(used(2, place.company, 50).await, None);
    door.end_session(other.company, id(1)).await.unwrap();
    assert!(used(1, place.company, 50).await.is_some());
    door.end_session(place.company, id(1)).await.unwrap();
    assert_eq!(used(1, place.company, 50).await, None);
    door.end_sessions(place.company).await.unwrap();
    assert_eq!((used(3, place.company, 50).await, used(4, place.company, 50).await), (None, None));
    assert!(used(9, other.company, 50).await.is_some());
}

pub async fn the_latest_addresses_of_each_login_are_known(subject: &Subject) {
    let door = &subject.ports.door;
    let keep = async |login: &str, address: &str, at| {
        let known = KnownAddress { login: login.into(), address: address.into(), seen_at: Timestamp(at) };
        door.keep_address(&known, 2, Timestamp(at - 1_000)).await.unwrap();
    };
    let known = async |since| {
        let all = door.known_addresses(Timestamp(since)).await.unwrap();
        let name = |KnownAddress { login, address, seen_at }| format!("{login} {address} {}", seen_at.0);
        all.into_iter().map(name).collect::<Vec<_>>()
    };
    keep("globex", "x", 1).await;
    for (address, at) in [("a", 1), ("b", 2), ("a", 3), ("c", 4)] {
        keep("acme", address, at).await;
    }
    assert_eq!(known(0).await, ["acme a 3", "acme c 4", "globex x 1"]);
    assert_eq!(known(3).await, ["acme c 4"]);
    // What was not seen for long goes, whose ever it is.
    keep("acme", "d", 1_002).await;
    assert_eq!(known(0).await, ["acme c 4", "acme d 1002"]);
}

pub async fn blocks_are_their_organizations_and_end(subject: &Subject) {
    let (door, place, other) =
        (&subject.ports.door, subject.place("acme").await, subject.place("other").await);
    let block = |place: &super::Place, number, address: Option<&str>, until| Block {
        organization: place.organization,
        visitor: visitor(number),
        address: address.map(str::to_owned),
        until: Timestamp(until),
    };
    let add = async |block: &Block, now| door.block(block, 2, Timestamp(now)).await.unwrap();
    let all = async |organization, now| {
        let mut all = door.blocks(organization, Timestamp(now)).await.unwrap();
        all.sort_by_key(|block| (block.organization, block.visitor.0));
        all
    };
    let (first, second) = (block(&place, 1, None, 10), block(&place, 2, Some("a"), 20));
    let theirs = block(&other, 1, Some("b"), 5);
    for one in [&first, &second, &theirs] {
        add(one, 0).await;
    }
    assert_eq!(all(None, 0).await, [first.clone(), second.clone(), theirs.clone()]);
    assert_eq!(all(Some(place.organization), 0).await, [first.clone(), second.clone()]);
    assert_eq!(all(None, 10).await.as_slice(), std::slice::from_ref(&second));
    // Again is instead, and with more than there may be the one that ends first goes.
    let (again, third) = (block(&place, 1, Some("c"), 30), block(&place, 3, None, 40));
    add(&again, 1).await;
    assert_eq!(all(Some(place.organization), 0).await, [again.clone(), second]);
    add(&third, 1).await;
    assert_eq!(all(Some(place.organization), 0).await, [again.clone(), third.clone()]);
    door.unblock(other.organization, visitor(3)).await.unwrap();
    door.unblock(place.organization, visitor(1)).await.unwrap();
    assert_eq!(all(None, 0).await, [third, theirs]);
}
