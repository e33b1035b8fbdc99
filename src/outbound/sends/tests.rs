use uuid::Uuid;

use super::*;

fn named(user: i32, id: u128) -> Named {
    Named {
        user: UserId(user),
        id: SendId(Uuid::from_u128(id)),
    }
}

fn first(sends: &Arc<Sends>, named: Named) -> First {
    match sends.place(named, [0; 32], Duration::ZERO) {
        Ok(Place::First(first)) => first,
        Ok(_) => panic!("not the first"),
        Err(error) => panic!("{error}"),
    }
}

fn sent() -> Sent {
    Sent {
        message_id: "m@example.org".to_owned(),
        warnings: Vec::new(),
        refused: Vec::new(),
    }
}

#[test]
fn no_user_has_all_places_and_nothing_is_kept_without_bound() {
    let sends = Arc::new(Sends::default());
    let under_way: Vec<_> = (0..UNDER_WAY_OF_USER as u128)
        .map(|id| first(&sends, named(1, id)))
        .collect();
    let Err(error) = sends.place(named(1, 9999), [0; 32], Duration::ZERO) else {
        panic!("a place too many")
    };
    assert_eq!(
        (error.status().as_u16(), error.retry_after()),
        (429, Some(LATER))
    );
    first(&sends, named(2, 1)).end(Ok(sent()));
    drop(under_way);
    for id in 0..1000 {
        first(&sends, named(1, 100 + id)).end(Ok(sent()));
    }
    let known = sends.known();
    assert_eq!(known.of_user[&UserId(1)].len(), ENDED_OF_USER);
    assert_eq!(known.of_user[&UserId(2)].len(), 1, "others keep theirs");
    assert_eq!((known.ended.len(), known.under_way), (ENDED_OF_USER + 1, 0));
    drop(known);
    // Answers of any length.
    let long = || ApiError::bad_request("x".repeat(ANSWER_MAX));
    first(&sends, named(2, 1000)).end(Err(long()));
    assert!(sends.find(named(2, 1000)).is_none());
    assert!(sends.find(named(2, 1)).is_some());
    for user in 0..200 {
        let text = "x".repeat(ANSWER_MAX / 2);
        first(&sends, named(user, 2000)).end(Err(ApiError::bad_request(text)));
    }
    assert!(sends.known().bytes <= ENDED_BYTES);
    assert!(sends.find(named(199, 2000)).is_some());
}

#[test]
fn what_is_forgotten_leaves_a_repetition_alone() {
    let sends = Arc::new(Sends::default());
    drop(first(&sends, named(1, 1)));
    let again = first(&sends, named(1, 1));
    sends.known().forget_at(0);
    assert!(sends.find(named(1, 1)).is_some(), "the second one");
    again.end(Ok(sent()));
    sends.known().forget_at(0);
    assert!(sends.known().of_user.is_empty() && sends.known().bytes == 0);
}
