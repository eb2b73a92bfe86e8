//! Each promise finds the consumer that breaks it.

use event_bus::conformance::consumer as promises;
use event_bus::conformance::consumer::Held;

use crate::copy::{Copy, Rows, Ways};

/// A consumer that is right but for `$way`, and the promises that must find it. Time is paused, so
/// that what they wait for in vain costs none.
macro_rules! mistake {
    ($test:ident, [$($promise:ident),+], { $($way:item)+ }) => {
        #[tokio::test(start_paused = true)]
        async fn $test() {
            enum Wrong {}
            impl Ways for Wrong { $($way)+ }
            $(
                let checked = tokio::spawn(promises::$promise::<Copy<Wrong>>()).await;
                let found = checked.is_err_and(|failed| failed.is_panic());
                assert!(found, "{} did not find it", stringify!($promise));
            )+
        }
    };
}

mistake!(
    one_that_applies_nothing_is_found,
    [the_copy_ends_equal_to_its_source],
    {
        fn apply(_rows: &mut Rows, _key: i64, _new: Held) {}
    }
);

mistake!(
    one_that_takes_an_equal_version_for_news_is_found,
    [an_event_that_comes_again_changes_nothing],
    {
        fn apply(rows: &mut Rows, key: i64, mut new: Held) {
            if let Some(held) = rows.get(&key).filter(|held| held.version == new.version) {
                new.text = held.text.as_ref().map(|text| format!("{text}, again"));
            }
            rows.insert(key, new);
        }
    }
);

mistake!(
    one_whose_last_writer_wins_is_found,
    [
        events_in_any_order_end_in_the_same_copy,
        nothing_late_undoes_a_deletion,
        a_later_epoch_wins_over_any_version
    ],
    {
        fn apply(rows: &mut Rows, key: i64, new: Held) {
            rows.insert(key, new);
        }
    }
);

mistake!(
    one_that_forgets_what_was_deleted_is_found,
    [nothing_late_undoes_a_deletion],
    {
        fn apply(rows: &mut Rows, key: i64, new: Held) {
            if rows.get(&key).is_none_or(|held| new.version > held.version) {
                match new.text {
                    Some(_) => rows.insert(key, new),
                    None => rows.remove(&key),
                };
            }
        }
    }
);

mistake!(
    one_that_knows_no_epochs_is_found,
    [a_later_epoch_wins_over_any_version],
    {
        fn apply(rows: &mut Rows, key: i64, new: Held) {
            if rows.get(&key).is_none_or(|held| new.version > held.version) {
                rows.insert(key, new);
            }
        }
    }
);

mistake!(
    one_that_stops_at_what_it_cannot_read_is_found,
    [what_cannot_be_read_stops_nothing],
    {
        const STOPS_AT_WHAT_IT_CANNOT_READ: bool = true;
    }
);

mistake!(
    one_that_acknowledges_before_it_commits_is_found,
    [nothing_is_acknowledged_before_it_is_committed],
    {
        const ACKNOWLEDGES_FIRST: bool = true;
    }
);

mistake!(
    one_whose_copy_goes_with_its_process_is_found,
    [
        a_crash_between_commit_and_acknowledgement_changes_nothing,
        crashes_with_full_hands_lose_nothing,
        a_restart_goes_on_where_it_stopped
    ],
    {
        const KEEPS_IT_IN_THE_PROCESS: bool = true;
    }
);

mistake!(
    one_that_skips_what_comes_again_is_found,
    [faults_on_the_way_are_survived],
    {
        const SKIPS_WHAT_COMES_AGAIN: bool = true;
    }
);

mistake!(
    one_that_stops_at_a_lost_connection_is_found,
    [faults_on_the_way_are_survived],
    {
        const STOPS_AT_A_LOSS: bool = true;
    }
);
