//! Who waits for authors that are not known yet, and how long.

use std::sync::Mutex;

use super::*;

#[tokio::test(start_paused = true)]
async fn without_patience_an_author_that_is_not_known_is_told_at_once() {
    let mut repository = MockBookRepository::new();
    repository
        .expect_load()
        .once()
        .return_once(|_| Ok(with_authors(&[2])));
    let started = Instant::now();
    let linked = Bench::new(repository).link(&[2, 3], Duration::ZERO).await;
    assert_eq!(linked, Err(no_such_authors(&[3])));
    assert_eq!(started.elapsed(), Duration::ZERO);
}

/// A repository that knows author 3 once it was told so.
fn with_author_3_once_told(told: &Arc<Mutex<bool>>) -> MockBookRepository {
    let mut repository = MockBookRepository::new();
    let told = Arc::clone(told);
    repository.expect_load().returning(move |_| {
        let numbers: &[i64] = if *told.lock().unwrap() { &[3] } else { &[] };
        Ok(with_authors(numbers))
    });
    repository
}

#[tokio::test(start_paused = true)]
async fn a_patient_caller_gets_the_author_as_soon_as_it_is_known() {
    let told = Arc::new(Mutex::new(false));
    let mut repository = with_author_3_once_told(&told);
    repository.expect_save().once().return_once(|_, _| Ok(()));
    let bench = Bench::new(repository);
    let started = Instant::now();
    let other_side = async {
        // The first change of the cache is about something else.
        tokio::time::sleep(Duration::from_secs(4)).await;
        bench.cache_changed.ring();
        tokio::time::sleep(Duration::from_secs(4)).await;
        *told.lock().unwrap() = true;
        bench.cache_changed.ring();
    };
    let (linked, ()) = tokio::join!(bench.link(&[3], PATIENCE), other_side);
    assert_eq!(linked.unwrap().outcome.linked, [author_id(3)]);
    assert_eq!(started.elapsed(), Duration::from_secs(8));
}

#[tokio::test(start_paused = true)]
async fn an_author_that_comes_just_before_the_waiting_begins_is_not_missed() {
    let told = Arc::new(Mutex::new(false));
    let cache_changed = Wakeup::default();
    let mut repository = MockBookRepository::new();
    let (rung, known) = (cache_changed.clone(), Arc::clone(&told));
    repository.expect_load().returning(move |_| {
        // It comes while the answer without it is on its way.
        let was_known = std::mem::replace(&mut *known.lock().unwrap(), true);
        rung.ring();
        Ok(with_authors(if was_known { &[3] } else { &[] }))
    });
    repository.expect_save().return_once(|_, _| Ok(()));
    let bench = Bench::new(repository);
    let commands = Commands {
        cache_changed,
        ..bench.commands
    };
    let started = Instant::now();
    let linked = commands
        .link_authors(book_id(), vec![author_id(3)], PATIENCE, &caller(), None)
        .await;
    assert_eq!(linked.unwrap().outcome.linked, [author_id(3)]);
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn patience_ends_with_the_authors_that_are_still_missing() {
    let bench = Bench::new(with_author_3_once_told(&Arc::default()));
    let started = Instant::now();
    let other_side = async {
        for _ in 0..40 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            bench.cache_changed.ring();
        }
    };
    let answered = async {
        let linked = bench.link(&[3, 4], PATIENCE).await;
        (linked, started.elapsed())
    };
    let ((linked, took), ()) = tokio::join!(answered, other_side);
    assert_eq!(linked, Err(no_such_authors(&[3, 4])));
    assert_eq!(took, PATIENCE);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_kept_waiting_when_the_service_stops() {
    let bench = Bench::new(with_author_3_once_told(&Arc::default()));
    let started = Instant::now();
    let stop = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        bench.stopping.cancel();
    };
    let (linked, ()) = tokio::join!(bench.link(&[3], PATIENCE), stop);
    assert_eq!(linked, Err(no_such_authors(&[3])));
    assert_eq!(started.elapsed(), Duration::from_secs(2));
    // And from then on nobody begins to wait.
    assert_eq!(bench.link(&[3], PATIENCE).await, Err(no_such_authors(&[3])));
    assert_eq!(started.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn only_missing_authors_are_waited_for() {
    let mut repository = MockBookRepository::new();
    repository
        .expect_load()
        .once()
        .return_once(|_| Ok(Loaded::default()));
    let started = Instant::now();
    let linked = Bench::new(repository).link(&[3], PATIENCE).await;
    assert_eq!(linked, Err(CommandError::NoSuchBook(book_id())));
    assert_eq!(started.elapsed(), Duration::ZERO);
}
